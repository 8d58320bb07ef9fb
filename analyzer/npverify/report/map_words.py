"""What the reports of a connectivity map say in the same words: endpoints, connections, what is left open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from npverify.questions.connectivity import (
    AddressRange,
    Cell,
    Connections,
    ConnectivityMap,
    EndpointKind,
    MapEndpoint,
)
from npverify.report.page import counted

POD_ADDRESSES = "pod addresses"
NAMESPACE_LABELS = "namespace labels"
NODES = "nodes"
TIES = "tied priorities"
DOMAIN_NAMES = "domain names"
SCTP = "SCTP"
REASONS = {
    POD_ADDRESSES: "the input does not give the addresses of all pods (`--pod-cidr` narrows them down)",
    NAMESPACE_LABELS: "the labels of namespaces without a Namespace object are left open",
    NODES: "the input does not say on which nodes all pods run and what their addresses are, "
    "or what the network plugin does between a pod and its own node (`--own-node-egress`)",
    TIES: "admin policies of equal priority are in no defined order",
    DOMAIN_NAMES: "the input does not say which addresses a domain name stands for (`--resolve`)",
    SCTP: "it is not known what the network plugin makes of SCTP",
}
"""The kinds of open facts that a connection can hang on, and what is open about them."""

_ADDRESSES = {4: 1 << 32, 6: 1 << 128}


_FACTS = {"tie-": TIES, "domain:": DOMAIN_NAMES, "sctp-": SCTP}


def reasons_of(source: MapEndpoint, destination: MapEndpoint, of: ConnectivityMap) -> tuple[str, ...]:
    """The kinds of open facts that a conditional connection between two endpoints can hang on."""
    is_about_nodes = EndpointKind.HOST_NETWORK in (source.kind, destination.kind)
    reasons = [NODES] if is_about_nodes else [POD_ADDRESSES]
    if of.settings.query.open_namespaces:
        reasons.append(NAMESPACE_LABELS)
    for start, reason in _FACTS.items():
        if any(name.startswith(start) for name in of.open_facts):
            reasons.append(reason)
    return tuple(reasons)


def cell_reasons(of: ConnectivityMap, cell: Cell) -> tuple[str, ...]:
    """The kinds of open facts that a cell hangs on; none if it does not."""
    return reasons_of(cell.source, cell.destination, of) if cell.conditional else ()


def connection_words(connections: Connections, reasons: Sequence[str] = ()) -> str:
    """As `TCP 80`, or `TCP 80 (conditional: pod addresses)` for what hangs on open facts."""
    return f"{connections} (conditional: {', '.join(reasons)})" if reasons else str(connections)


def cell_connections(connections: Connections, conditional: Connections, reasons: Sequence[str]) -> str:
    """Both parts of a cell, as `TCP 80, and UDP 53 (conditional: pod addresses)`."""
    if not conditional:
        return str(connections)
    hanging = connection_words(conditional, reasons)
    return f"{connections}, and {hanging}" if connections else hanging


# Endpoints --------------------------------------------------------------------------------------------


def endpoint_name(endpoint: MapEndpoint, *, cidr: bool = False) -> str:
    """The name of one endpoint; `cidr` writes addresses as networks."""
    if endpoint.range is not None:
        return endpoint.range.cidrs() if cidr else str(endpoint.range)
    return f"{endpoint.name} (hostNetwork)" if endpoint.kind is EndpointKind.HOST_NETWORK else endpoint.name


def endpoint_names(endpoints: Iterable[MapEndpoint], *, cidr: bool = False) -> tuple[str, ...]:
    """The names of endpoints; all addresses of a family, or of both, in words."""
    listed = list(endpoints)
    ranges = [endpoint.range for endpoint in listed if endpoint.range is not None]
    inside = (endpoint_name(endpoint) for endpoint in listed if endpoint.range is None)
    return (*inside, *address_names(ranges, cidr=cidr))


def address_names(ranges: Sequence[AddressRange], *, cidr: bool = False) -> Iterator[str]:
    """The names of ranges that do not overlap; all addresses of a family, or of both, in words."""
    by_family = {version: [each for each in ranges if each.version == version] for version in (4, 6)}
    whole = [version for version, own in by_family.items() if _size(own) == _ADDRESSES[version]]
    if whole == [4, 6]:
        yield "any outside address"
        return
    for version, own in by_family.items():
        if version in whole:
            yield f"any outside IPv{version} address"
        else:
            yield from (each.cidrs() if cidr else str(each) for each in own)


def _size(ranges: Iterable[AddressRange]) -> int:
    return sum(int(each.last) - int(each.first) + 1 for each in ranges)


# The whole map ----------------------------------------------------------------------------------------


def map_headline(found: ConnectivityMap) -> str:
    """How much of the map is connected."""
    connected, conditional = connected_pairs(found)
    only = f", {conditional} of them only if open facts are so" if conditional else ""
    kinds = [endpoint.kind for endpoint in found.endpoints]
    numbers = (
        (len({each.identity for each in found.endpoints if each.workload_name}), "workload"),
        (kinds.count(EndpointKind.NAMESPACE), "namespace"),
        (kinds.count(EndpointKind.EXTERNAL), "range"),
    )
    parts = [counted(number, noun) for number, noun in numbers if number]
    if EndpointKind.EXTERNAL in kinds:
        parts[-1] += " of outside addresses"
    among = f", among {_joined(parts)}" if parts else ""
    verb = "connects" if found.pairs == 1 else "connect"
    return f"{connected} of {counted(found.pairs, 'pair')} {verb}{only}{among}"


def connected_pairs(found: ConnectivityMap) -> tuple[int, int]:
    """How many pairs have a connection, and how many of these have conditional ones only.

    These are as many as `cells()` would list, without listing them.
    """
    total = conditional = 0
    include_self = found.settings.include_self
    for cell in found.group_cells():
        number = len(cell.source.endpoints) * len(cell.destination.endpoints)
        if include_self:
            number -= len(_lone(cell.source.endpoints)) if cell.source is cell.destination else 0
        else:
            number -= _pairs_within_workloads(cell.source.endpoints, cell.destination.endpoints)
        total += number
        conditional += 0 if cell.connections else number
    if include_self:
        both = (group for group in found.groups if group.is_source and group.is_destination)
        total += sum(len(_lone(group.endpoints)) for group in both)
    return total, conditional


def _lone(endpoints: Iterable[MapEndpoint]) -> list[MapEndpoint]:
    """The single pods, whose connections with themselves no policy decides."""
    return [each for each in endpoints if not each.several and not each.is_external]


def _pairs_within_workloads(sources: Iterable[MapEndpoint], destinations: Iterable[MapEndpoint]) -> int:
    workloads = {each.identity for each in sources if each.workload_name}
    return sum(each.identity in workloads for each in destinations if each.workload_name)


def _joined(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
