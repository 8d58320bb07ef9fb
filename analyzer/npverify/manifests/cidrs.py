"""Addresses and CIDRs as Kubernetes reads them: leniently, as it always did, or strictly (KEP-4858)."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, ip_address, ip_network

from npverify.manifests.codes import UNMASKED_CIDR
from npverify.manifests.values import Value
from npverify.resources import Network

_MAPPED_BITS = 96


@dataclass(frozen=True, slots=True)
class CidrParser:
    """Reads CIDRs; `strict` rejects the forms that newer API servers reject, else they are remarked on."""

    strict: bool = False

    def parse(self, value: Value) -> Network | None:
        """The network; None after a fault was reported."""
        text = value.text()
        if text is None:
            return None
        network = parse_network(text)
        if network is None:
            bits = _address_bits(text)
            hint = f"for a single address write `{text}/{bits}`" if bits else None
            value.fail(f"invalid value `{text}`: must be a valid CIDR", hint=hint)
            return None
        oddity = _oddity(text, network)
        if oddity and self.strict:
            value.fail(f"invalid value `{text}`: {oddity}", hint=f"write `{network}`")
            return None
        if oddity:
            value.remark(
                UNMASKED_CIDR,
                f"{value.field}: `{text}`: {oddity}; read as `{network}`",
                hint=f"write `{network}`: newer API servers reject the other form",
            )
        return network


def parse_network(text: str) -> Network | None:
    """A CIDR as Go's ParseCIDR reads it, bits beyond the prefix masked; None where it is none."""
    address, slash, length = text.partition("/")
    if not slash or not (length.isascii() and length.isdecimal()) or "%" in address:
        return None
    try:
        network = ip_network(f"{_without_leading_zeros(address)}/{int(length)}", strict=False)
    except ValueError:
        return None
    mapped = getattr(network.network_address, "ipv4_mapped", None)
    if mapped is not None and network.prefixlen >= _MAPPED_BITS:
        return IPv4Network((mapped, network.prefixlen - _MAPPED_BITS))
    return network


def _without_leading_zeros(address: str) -> str:
    """Older API servers read `010.0.0.1` as decimal 10.0.0.1."""
    parts = address.split(".")
    if len(parts) == 4 and all(part.isascii() and part.isdecimal() for part in parts):
        return ".".join(str(int(part)) for part in parts)
    return address


def _oddity(text: str, network: Network) -> str | None:
    """Why newer API servers reject a CIDR that older ones take, or None."""
    address, _, length = text.partition("/")
    plain = _without_leading_zeros(address)
    if plain != address or length != str(int(length)):
        return "must not have leading zeros"
    written = ip_address(plain)
    if written.version != network.version:
        return "must not be an IPv4-mapped IPv6 address"
    if written != network.network_address:
        return "must not have bits set beyond the prefix length"
    return None


def _address_bits(text: str) -> int:
    try:
        return ip_address(text).max_prefixlen
    except ValueError:
        return 0
