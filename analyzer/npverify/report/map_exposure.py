"""What pods that are not declared, and the outside, could do: the exposure of a map in words."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.questions.connectivity import (
    ENTIRE_CLUSTER,
    Exposure,
    ExposureEntry,
    OutsideAddresses,
    PossiblePods,
)
from npverify.reference.wording import requirement_words
from npverify.report.map_words import address_names, endpoint_names
from npverify.resources import Direction

ENTIRE_CLUSTER_WORDS = "entire cluster"


def exposure_title(exposure: Exposure) -> str:
    """Whose exposure it is, and in which direction."""
    return f"{', '.join(endpoint_names(exposure.endpoints))} for {exposure.direction.value.lower()}"


def isolation_words(exposure: Exposure) -> str:
    """Whether any policy limits the direction."""
    return "isolated" if exposure.isolated else "not isolated by any policy"


def sorted_entries(exposure: Exposure) -> tuple[ExposureEntry, ...]:
    """The entries in a fixed order: entire cluster, other pods by their words, and the outside at the end."""
    return tuple(sorted(exposure.entries, key=_order))


def _order(entry: ExposureEntry) -> tuple[bool, bool, str, str]:
    is_outside = isinstance(entry.peers, OutsideAddresses)
    return is_outside, entry.peers != ENTIRE_CLUSTER, entry_peers(entry), entry_ports(entry)


def exposure_lines(exposure: Exposure, *, cidr: bool = False) -> Iterator[str]:
    """One line for each set of peers beyond the declared ones."""
    preposition = "from" if exposure.direction is Direction.INGRESS else "to"
    for entry in sorted_entries(exposure):
        yield f"{entry_ports(entry)} {preposition} {entry_peers(entry, cidr=cidr)}"
    if not exposure.entries and exposure.complete:
        yield "nothing beyond what is declared"
    if not exposure.complete:
        yield "not all: the time limit was reached, so there may be more"


def entry_ports(entry: ExposureEntry) -> str:
    """The ports of an entry, those by name included."""
    parts = [str(entry.connections)] if entry.connections else []
    return "; ".join([*parts, *map(str, entry.named)])


def entry_peers(entry: ExposureEntry, *, cidr: bool = False) -> str:
    """The peers of an entry, with the conditions that have to hold besides."""
    conditions = f" (conditional: {' and '.join(entry.conditions)})" if entry.conditions else ""
    return peer_words(entry.peers, cidr=cidr) + conditions


def peer_words(peers: PossiblePods | OutsideAddresses, *, cidr: bool = False) -> str:
    """As `entire cluster`, `pods with app=api in namespace shop` or `any outside address`."""
    if isinstance(peers, OutsideAddresses):
        return ", ".join(address_names(peers.ranges, cidr=cidr))
    if peers.is_entire_cluster:
        return ENTIRE_CLUSTER_WORDS
    parts = ["pods" if peers.pod_labels else "every pod"]
    if peers.pod_labels:
        parts.append(f"with {' and '.join(map(requirement_words, peers.pod_labels))}")
    if peers.namespaces is not None:
        parts.append(f"in namespace {' or '.join(peers.namespaces)}")
    if peers.excluded_namespaces:
        parts.append(f"outside namespace {' and '.join(peers.excluded_namespaces)}")
    if peers.namespace_labels:
        parts.append(f"in namespaces with {' and '.join(map(requirement_words, peers.namespace_labels))}")
    if peers.addresses:
        parts.append(f"with an address in {', '.join(address_names(peers.addresses, cidr=cidr))}")
    return " ".join(parts)
