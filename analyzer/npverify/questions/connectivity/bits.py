"""Sets of small numbers as the bits of one integer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_FEW = 32
_PLACES = tuple(tuple(place for place in range(8) if byte >> place & 1) for byte in range(256))


def numbers_in(bits: int) -> Iterator[int]:
    """The places of the bits that are set, from the lowest."""
    if bits.bit_count() < _FEW:
        while bits:
            lowest = bits & -bits
            yield lowest.bit_length() - 1
            bits ^= lowest
        return
    for start, byte in enumerate(bits.to_bytes((bits.bit_length() + 7) // 8, "little")):
        for place in _PLACES[byte]:
            yield 8 * start + place


def bits_of(numbers: Iterable[int]) -> int:
    """The integer whose bits of these places are set."""
    listed = tuple(numbers)
    if len(listed) < _FEW:
        return sum(1 << number for number in dict.fromkeys(listed))
    room = bytearray(max(listed) // 8 + 1)
    for number in listed:
        room[number // 8] |= 1 << number % 8
    return int.from_bytes(room, "little")


def refine(groups: Iterable[int], cuts: Iterable[int]) -> list[int]:
    """The groups cut so that each of the cuts holds all of a group or nothing of it."""
    refined = list(groups)
    for bits in dict.fromkeys(cuts):
        refined = [part for each in refined for part in (each & bits, each & ~bits) if part]
    return refined
