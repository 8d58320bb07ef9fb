"""`networks` of an admin policy's egress peer: CIDRs as the API server's own `isCIDR` takes them."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from npverify.manifests.admin_fields import MOST_LISTED, parse_items, refuse_duplicates
from npverify.manifests.cidrs import CidrParser, parse_network
from npverify.manifests.values import Value
from npverify.resources import Network, Origin

_MOST_CHARACTERS = 43


def parse_networks(value: Value, cidrs: CidrParser) -> tuple[tuple[Network, ...], tuple[Origin, ...]]:
    """The networks and their places; reports those that are none, and counts that the API does not allow."""
    items = parse_items(value, most=MOST_LISTED, least=1)
    refuse_duplicates(items)
    parsed = [(_parse_network(item, cidrs), item.origin) for item in items]
    found = [(network, origin) for network, origin in parsed if network is not None]
    return tuple(network for network, _ in found), tuple(origin for _, origin in found)


def _parse_network(value: Value, cidrs: CidrParser) -> Network | None:
    text = value.text()
    if text is None:
        return None
    if len(text) > _MOST_CHARACTERS:
        value.fail(f"must be no more than {_MOST_CHARACTERS} characters, not {len(text)}")
        return None
    if not _is_cidr(text):
        value.fail(f"invalid value `{text}`: Invalid CIDR format provided", hint=_suggestion(text))
        return None
    return cidrs.parse(value)


def _is_cidr(text: str) -> bool:
    """Whether it is a CIDR without leading zeros, zone or mapped IPv4; bits beyond the prefix are allowed."""
    address, _, length = text.partition("/")
    if not (length.isascii() and length.isdecimal()) or length != str(int(length)) or "%" in address:
        return False
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return getattr(ip_address(address), "ipv4_mapped", None) is None


def _suggestion(text: str) -> str | None:
    network = parse_network(text)
    if network is not None:
        return f"write `{network}`"
    try:
        return f"for a single address write `{ip_network(text)}`"
    except ValueError:
        return None
