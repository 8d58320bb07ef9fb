"""The grammar of ports: `5432`, `tcp/5432`, `udp/53 or tcp/53`, `tcp/5000-6000`, `http`, `udp`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from npverify.errors import UsageError
from npverify.language.words import Words, error_at, nearest, read_words
from npverify.questions.query import TrafficItem
from npverify.resources import Protocol

FIRST_PORT, LAST_PORT = 1, 65_535
PORT_FORMS = "a port such as `5432`, `tcp/5432`, `udp/53`, `tcp/5000-6000`, `http` or `tcp`"

_HINT = "write `on 5432`, `on tcp/5432`, `on tcp/5000-6000`, `on http` or `on udp/53 or tcp/53`"
_SEPARATORS = frozenset({"or", "and"})
_FILLERS = frozenset({"port", "ports", "protocol", "the"})
_ANY = frozenset({"any", "all", "every"})
_UNDEFINED = frozenset({"icmp", "icmpv6", "icmp6", "ping", "igmp", "gre", "esp"})
_DIGITS = re.compile(r"\d+")
_RANGE = re.compile(r"(\d+)[-:](\d+)")
_PORT_NAME = re.compile(r"(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class AskedPort:
    """One item of the ports asked for, with its place in the question."""

    item: TrafficItem
    text: str
    start: int
    end: int

    def error(
        self, message: str, *, expected: str, hint: str | None = None, suggestion: str | None = None
    ) -> UsageError:
        """An error that marks this item."""
        return error_at(
            self.text, self.start, self.end, message, expected=expected, hint=hint, suggestion=suggestion
        )


def parse_traffic(text: str) -> tuple[TrafficItem, ...]:
    """The ports that a text like `tcp/80 or udp/53` means; empty for `any port`.

    Raises UsageError where it is not understood.
    """
    return items_of(read_ports(read_words(text)))


def items_of(asked: Iterable[AskedPort]) -> tuple[TrafficItem, ...]:
    """The items once each; none where one of them is every port of every protocol."""
    items = tuple(dict.fromkeys(port.item for port in asked))
    return () if TrafficItem() in items else items


def read_ports(words: Words) -> tuple[AskedPort, ...]:
    """The ports that the words after `on` mean, one item each; raises UsageError."""
    groups = tuple(_split(words))
    if not groups:
        raise words.error("the port is missing", expected=PORT_FORMS, hint=_HINT)
    return tuple(_read_item(words.text, group) for group in groups)


def restrict(asked: Sequence[AskedPort], protocols: Sequence[AskedPort]) -> tuple[AskedPort, ...]:
    """The ports, of the protocols only (`on 53 over udp`); raises UsageError where both name a protocol."""
    both: list[AskedPort] = []
    for protocol in protocols:
        wanted = protocol.item.protocol
        if wanted is None or protocol.item != TrafficItem(wanted):
            raise protocol.error(
                f"`{protocol.text[protocol.start : protocol.end]}` is no protocol",
                expected="`tcp`, `udp` or `sctp`",
                hint=_HINT,
            )
        for port in asked:
            if port.item.protocol not in (None, wanted):
                raise protocol.error(
                    f"`{render_item(port.item)}` is not {wanted.lower()}",
                    expected=f"`{port.item.protocol.lower()}`, or a port without its protocol",
                    suggestion=port.item.protocol.lower(),
                )
            both.append(replace(port, item=replace(port.item, protocol=wanted)))
    return tuple(both)


def render_traffic(items: Sequence[TrafficItem]) -> str:
    """The items as `parse_traffic` reads them."""
    return " or ".join(render_item(item) for item in items) or "any port"


def render_item(item: TrafficItem) -> str:
    """One item as `parse_traffic` reads it."""
    port = item.name or (str(item.first) if item.first == item.last else f"{item.first}-{item.last}")
    if item.protocol is None:
        return port
    covers_all = item.name is None and (item.first, item.last) == (FIRST_PORT, LAST_PORT)
    return item.protocol.lower() if covers_all else f"{item.protocol.lower()}/{port}"


# One item ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word, or what stands between two commas or slashes of it."""

    text: str
    start: int
    end: int


def _split(words: Words) -> Iterator[list[_Piece]]:
    """The pieces of each item, in order; commas, `or` and `and` separate the items."""
    group: list[_Piece] = []
    for word in words.words:
        if word.text.casefold() in _SEPARATORS:
            yield from [group] if group else []
            group = []
            continue
        for number, found in enumerate(re.finditer(r"[^,]+|(?<=,)(?=,)", word.text)):
            if number or word.text.startswith(","):
                yield from [group] if group else []
                group = []
            for piece in re.finditer(r"[^/]+", found[0]):
                start = word.start + found.start() + piece.start()
                group.append(_Piece(piece[0], start, start + len(piece[0])))
        if word.text.endswith(","):
            yield from [group] if group else []
            group = []
    if group:
        yield group


def _read_item(text: str, pieces: Sequence[_Piece]) -> AskedPort:
    """An item of a protocol, a port, or both, in either order."""
    start, end = pieces[0].start, pieces[-1].end
    protocol: Protocol | None = None
    port: TrafficItem | None = None
    for piece in pieces:
        word = piece.text.casefold()
        if word in _FILLERS or word in _ANY:
            continue
        if word in _UNDEFINED:
            raise _undefined(text, piece)
        if word.upper() in Protocol.__members__ and protocol is None:
            protocol = Protocol(word.upper())
        elif port is None:
            port = _read_port(text, piece, has_partner=protocol is not None or len(pieces) > 1)
        else:
            _reject_protocol(text, pieces[0])
            raise error_at(
                text,
                piece.start,
                piece.end,
                f"`{piece.text}` is one word too many",
                expected="`,` or `or` between two ports, or the end of the question",
                hint=_HINT,
            )
    if port is None and protocol is None and not any(p.text.casefold() in _ANY for p in pieces):
        raise error_at(text, start, end, "the port is missing", expected=PORT_FORMS, hint=_HINT)
    return AskedPort(replace(port or TrafficItem(), protocol=protocol), text, start, end)


def _reject_protocol(text: str, piece: _Piece) -> None:
    """Raise UsageError where the first piece looks like a misspelt protocol."""
    known = [protocol.lower() for protocol in Protocol]
    close = nearest(piece.text, known, most=1)
    if close and piece.text.casefold() not in known:
        raise error_at(
            text,
            piece.start,
            piece.end,
            f"`{piece.text}` is no protocol",
            expected="`tcp`, `udp` or `sctp`",
            suggestion=close[0],
        )


def _read_port(text: str, piece: _Piece, *, has_partner: bool) -> TrafficItem:
    if _DIGITS.fullmatch(piece.text):
        number = _number(text, piece.text, piece.start)
        return TrafficItem(first=number, last=number)
    found = _RANGE.fullmatch(piece.text)
    if found:
        first = _number(text, found[1], piece.start + found.start(1))
        last = _number(text, found[2], piece.start + found.start(2))
        if first > last:
            raise error_at(
                text,
                piece.start,
                piece.end,
                f"the range `{piece.text}` ends before it starts",
                expected="the smaller port first",
                suggestion=f"{last}-{first}",
            )
        return TrafficItem(first=first, last=last)
    if _PORT_NAME.fullmatch(piece.text):
        return TrafficItem(name=piece.text)
    raise _no_port(text, piece, has_partner=has_partner)


def _number(text: str, digits: str, start: int) -> int:
    number = int(digits) if len(digits) < 10 else LAST_PORT + 1
    if not FIRST_PORT <= number <= LAST_PORT:
        raise error_at(
            text,
            start,
            start + len(digits),
            f"port `{digits}` is not within 1-65535",
            expected="a port within 1-65535",
            hint=_HINT,
        )
    return number


def _undefined(text: str, piece: _Piece) -> UsageError:
    return error_at(
        text,
        piece.start,
        piece.end,
        f"nothing can be said about `{piece.text}`: NetworkPolicy leaves every protocol "
        "but TCP, UDP and SCTP undefined",
        expected="`tcp`, `udp` or `sctp`",
        hint="ask about `tcp`, `udp` or `sctp`; each network plugin treats other protocols in its own way",
    )


def _no_port(text: str, piece: _Piece, *, has_partner: bool) -> UsageError:
    lowered = piece.text.casefold()
    close = nearest(lowered, (p.lower() for p in Protocol), most=1) if has_partner else ()
    if _PORT_NAME.fullmatch(lowered):
        close = (lowered,)
    return error_at(
        text,
        piece.start,
        piece.end,
        f"`{piece.text}` is neither a port nor a protocol",
        expected=PORT_FORMS,
        hint=_HINT,
        suggestion=close[0] if close else None,
    )
