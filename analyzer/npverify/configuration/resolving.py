"""Addresses that somebody gives a domain name: `example.com=192.0.2.1,2001:db8::/64`."""

from __future__ import annotations

from collections.abc import Iterable

from npverify.manifests.cidrs import parse_network
from npverify.resources import Network

EXAMPLE = "example.com=192.0.2.1,192.0.2.2"


def parse_resolution(text: str) -> tuple[str, tuple[Network, ...]] | None:
    """The name as DNS compares it, and its networks; None where the text is no such thing."""
    name, equals, listed = text.partition("=")
    name = name.strip().lower().removesuffix(".")
    networks = tuple(network for item in listed.split(",") if (network := _network(item.strip())))
    if not equals or not name or len(networks) < len(listed.split(",")):
        return None
    return name, networks


def joined(resolutions: Iterable[tuple[str, tuple[Network, ...]]]) -> dict[str, tuple[Network, ...]]:
    """Every name with all of its networks, each once."""
    found: dict[str, tuple[Network, ...]] = {}
    for name, networks in resolutions:
        found[name] = tuple(dict.fromkeys((*found.get(name, ()), *networks)))
    return found


def _network(text: str) -> Network | None:
    if "/" in text:
        return parse_network(text)
    return parse_network(f"{text}/{128 if ':' in text else 32}")
