"""What a connectivity map is asked for, and what it comes back with: plain, frozen, picklable values.

A map is made of *groups*: endpoints that no cell tells apart. `ConnectivityMap.rows` holds the cells between
groups, and nothing for those without a connection; `cells()` spells them out for single endpoints, in sorted
order and one at a time. A map of 10,000 workloads has 10^8 pairs and is never spelled out as a whole unless
somebody asks for it: count with `pairs`, and look at `group_cells()` where there are many.

Every cell keeps two things apart:

- `connections`: allowed whatever the facts are that the input leaves open;
- `conditional`: allowed as well, but only if such facts turn out so (an address that the input does not give,
  on which node a pod runs, what the network plugin does about a pod's own node).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from ipaddress import summarize_address_range

from npverify.questions.answer import InputSummary, Stats
from npverify.questions.connectivity.bits import numbers_in
from npverify.questions.connectivity.connections import ALL_CONNECTIONS, NO_CONNECTIONS, Connections
from npverify.questions.query import Selection, TrafficItem
from npverify.questions.settings import QuerySettings
from npverify.reference.wording import requirement_words
from npverify.resources import Address, Direction, Network, Origin, Requirement

DEFAULT_VERIFIED = 50
"""Cells that the solver confirms unless the settings say otherwise."""

NOTHING_READ = InputSummary(0, 0, 0, 0, 0)


class Grouping(StrEnum):
    """What stands for the declared pods in a map: their workloads, or their namespaces."""

    WORKLOAD = "workload"
    NAMESPACE = "namespace"


@dataclass(frozen=True, slots=True)
class MapSettings:
    """Everything about a map but the input.

    `source`, `destination` and `traffic` leave out what they do not mean (None or empty: nothing is left
    out); with an AddressAlternative, outside addresses are cut to its networks. `include_self` adds the cells
    between the pods of one workload. `exposure` adds what pods that are not declared could do. `verify` is
    the number of cells that the solver confirms (0: none; a map with no more pairs than that is confirmed
    whole). `notes` are remarks on how the filters were understood.
    """

    query: QuerySettings = field(default_factory=QuerySettings)
    source: Selection | None = None
    destination: Selection | None = None
    traffic: tuple[TrafficItem, ...] = ()
    group: Grouping = Grouping.WORKLOAD
    include_self: bool = False
    exposure: bool = False
    verify: int = DEFAULT_VERIFIED
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "group", Grouping(self.group))


# Endpoints --------------------------------------------------------------------------------------------


class EndpointKind(StrEnum):
    """What an endpoint of a map is; a Pod that nothing owns is a WORKLOAD of kind `Pod`.

    HOST_NETWORK is a workload whose pods use the network of their node: it is its node to every policy.
    """

    WORKLOAD = "workload"
    HOST_NETWORK = "hostNetwork"
    NAMESPACE = "namespace"
    EXTERNAL = "external"


@dataclass(frozen=True, slots=True)
class AddressRange:
    """Consecutive addresses of one family, both ends included."""

    first: Address
    last: Address

    @property
    def version(self) -> int:
        """4 or 6."""
        return self.first.version

    @property
    def networks(self) -> tuple[Network, ...]:
        """The same addresses as the fewest networks."""
        return tuple(summarize_address_range(self.first, self.last))

    def cidrs(self) -> str:
        """As `10.0.0.0/8` or `10.0.0.0/31, 10.0.0.2/32`."""
        return ", ".join(map(str, self.networks))

    def __str__(self) -> str:
        """As `10.0.0.0-10.255.255.255`; a single address alone."""
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class MapEndpoint:
    """One endpoint: a workload, a part of one, a namespace, or a range of outside addresses.

    `name` tells it from every other endpoint of the map: `shop/api[Deployment]`, `shop` for a namespace,
    `10.0.0.0-10.255.255.255` for addresses. Where policies tell the pods of one workload apart, so that their
    cells differ, it is several endpoints, and `pods` names the pods that this one stands for (empty: all):
    the name is then `shop/api[Deployment](api-7f9c-x, api-7f9c-y)`.

    `workload_kind` and `workload_name` are empty unless this is a workload. `several`: it stands for more
    than one pod (a template does always). `range` is given for outside addresses only; those among them that
    the input knows to be a pod's or a node's are not meant. `origin` is the place of the workload.
    """

    name: str
    kind: EndpointKind
    namespace: str | None = None
    workload_kind: str = ""
    workload_name: str = ""
    pods: tuple[str, ...] = ()
    several: bool = False
    range: AddressRange | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)

    @property
    def is_external(self) -> bool:
        """Whether this is a range of outside addresses."""
        return self.kind is EndpointKind.EXTERNAL

    def is_of_one_workload_with(self, other: MapEndpoint) -> bool:
        """Whether both stand for pods of the same workload; `--include-self` adds the cells between them."""
        return bool(self.workload_name) and self.identity == other.identity

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """What parts of one workload have in common; for other endpoints what tells them apart."""
        if self.workload_name:
            return self.kind, self.namespace or "", self.workload_kind, self.workload_name
        return self.kind, self.namespace or "", "", self.name

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class EndpointGroup:
    """Endpoints that behave alike in every cell: `number` is its place in `ConnectivityMap.groups`.

    `is_source` and `is_destination` say on which sides its endpoints are asked for (`--from`, `--to`).
    """

    number: int
    endpoints: tuple[MapEndpoint, ...]
    is_source: bool = True
    is_destination: bool = True

    @property
    def is_external(self) -> bool:
        """Whether these are outside addresses."""
        return self.endpoints[0].is_external


# Cells ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """What one endpoint can reach of another; `connections` and `conditional` have nothing in common.

    With `Grouping.NAMESPACE` they are what some pod of the one can reach of some pod of the other, and
    `uniform` says whether that is the same for every two of their pods; the cell of a namespace with itself
    is about pods of different workloads (with `include_self` about any two pods).
    """

    source: MapEndpoint
    destination: MapEndpoint
    connections: Connections
    conditional: Connections = NO_CONNECTIONS
    uniform: bool = True

    @property
    def possible(self) -> Connections:
        """Everything that may be allowed: `connections` and `conditional` together."""
        return self.connections.union(self.conditional)


@dataclass(frozen=True, slots=True)
class GroupCell:
    """The same between any two different endpoints of two groups (which may be one and the same group)."""

    source: EndpointGroup
    destination: EndpointGroup
    connections: Connections
    conditional: Connections = NO_CONNECTIONS
    uniform: bool = True


@dataclass(frozen=True, slots=True)
class RowPart:
    """Destinations of one source group that have the same cell: bit n of `destinations` is group n."""

    connections: Connections
    conditional: Connections
    destinations: int
    uniform: bool = True


# Exposure ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PossiblePods:
    """Pods that could exist, declared or not: all those that meet every demand.

    They live in one of `namespaces` (None: in any, existing or not) and in none of `excluded_namespaces`;
    their namespace meets `namespace_labels`, they themselves meet `pod_labels`, and their address is in one
    of `addresses` (empty: it does not matter).
    """

    namespaces: tuple[str, ...] | None = None
    excluded_namespaces: tuple[str, ...] = ()
    namespace_labels: tuple[Requirement, ...] = ()
    pod_labels: tuple[Requirement, ...] = ()
    addresses: tuple[AddressRange, ...] = ()

    @property
    def is_entire_cluster(self) -> bool:
        """Whether these are all pods that could ever exist."""
        return self == ENTIRE_CLUSTER

    def words(self) -> tuple[str, ...]:
        """One phrase a demand; `entire cluster` where there is none."""
        if self.is_entire_cluster:
            return ("entire cluster",)
        phrases: list[str] = []
        if self.namespaces is not None:
            noun = "namespace" if len(self.namespaces) == 1 else "namespaces"
            phrases.append(f"{noun} {', '.join(self.namespaces)}")
        if self.excluded_namespaces:
            phrases.append(f"any namespace but {', '.join(self.excluded_namespaces)}")
        phrases.extend(f"ns:{requirement_words(requirement)}" for requirement in self.namespace_labels)
        phrases.extend(requirement_words(requirement) for requirement in self.pod_labels)
        if self.addresses:
            phrases.append(f"address in {', '.join(map(str, self.addresses))}")
        return tuple(phrases)


ENTIRE_CLUSTER = PossiblePods()


@dataclass(frozen=True, slots=True)
class OutsideAddresses:
    """Addresses outside the cluster."""

    ranges: tuple[AddressRange, ...]

    @property
    def is_everything(self) -> bool:
        """Whether these are all addresses of both families."""
        return {(int(r.first), int(r.last)) for r in self.ranges} == {(0, 2**32 - 1), (0, 2**128 - 1)}

    def words(self) -> tuple[str, ...]:
        """One phrase a range; `any outside address` for all of them."""
        return ("any outside address",) if self.is_everything else tuple(map(str, self.ranges))


@dataclass(frozen=True, slots=True)
class NamedPort:
    """The ports of a possible destination that all of `names` are its names for, within `ports`."""

    names: tuple[str, ...]
    ports: Connections = ALL_CONNECTIONS

    def __str__(self) -> str:
        """As `TCP named http`, `TCP 8080-8090 named http`; `named http` for any protocol."""
        named = f"named {' and '.join(self.names)}"
        return named if self.ports.is_all else f"{self.ports} {named}"


@dataclass(frozen=True, slots=True)
class ExposureEntry:
    """Peers and the ports on which they can talk to the endpoint, or it to them.

    `named` are ports by name, for peers that are possible destinations. `conditions` have to hold besides;
    they are facts that the input leaves open.
    """

    peers: PossiblePods | OutsideAddresses
    connections: Connections
    named: tuple[NamedPort, ...] = ()
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exposure:
    """What is possible for some endpoints that are exposed alike, in one direction.

    INGRESS: who can reach them; EGRESS: whom they can reach. `isolated`: whether any policy selects them for
    the direction (if none does, they take or make every connection that the other end's policies allow).
    The entries together are all that is possible if `complete`, and each set of peers is as large as can be.
    """

    endpoints: tuple[MapEndpoint, ...]
    direction: Direction
    isolated: bool
    entries: tuple[ExposureEntry, ...]
    complete: bool = True

    @property
    def entire_cluster(self) -> Connections:
        """The ports on which every pod that could exist can connect, whatever is left open."""
        found = NO_CONNECTIONS
        for entry in self.entries:
            if entry.peers == ENTIRE_CLUSTER and not entry.conditions:
                found = found.union(entry.connections)
        return found


# The map ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verification:
    """What the solver has confirmed: `checked` of `pairs` cells, all of them if the numbers are equal.

    A cell that it does not confirm is an InternalError, so there is nothing else to report.
    """

    checked: int = 0
    pairs: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether every cell was confirmed."""
        return self.checked == self.pairs


@dataclass(frozen=True)
class ConnectivityMap:
    """Who can reach whom, on what.

    `groups` hold every endpoint once, in sorted order of their first endpoints. `rows[n]` are the parts of
    the row of group n: what of each destination it can reach; a group that is in no part cannot be reached.
    Flows between two outside addresses are nobody's business and in no cell. `exposure` is empty unless it
    was asked for. `undecided` gives the reason where policies of kinds that are not modelled could change the
    map (it then shows what the modelled policies alone allow), or where too much is open to be looked at in
    every way, and is None otherwise. `open_facts` are the names of the facts that policies and the network
    plugin leave open.
    """

    settings: MapSettings
    groups: tuple[EndpointGroup, ...]
    rows: tuple[tuple[RowPart, ...], ...]
    exposure: tuple[Exposure, ...] = ()
    verification: Verification = Verification()
    undecided: str | None = None
    assumptions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    input: InputSummary = NOTHING_READ
    stats: Stats = field(default_factory=Stats)
    open_facts: tuple[str, ...] = ()

    @cached_property
    def endpoints(self) -> tuple[MapEndpoint, ...]:
        """Every endpoint, sorted: workloads and namespaces by name, then IPv4, then IPv6 addresses."""
        every = (endpoint for group in self.groups for endpoint in group.endpoints)
        return tuple(sorted(every, key=sorting_key))

    @cached_property
    def _group_numbers(self) -> Mapping[str, int]:
        return {endpoint.name: group.number for group in self.groups for endpoint in group.endpoints}

    def endpoint(self, name: str) -> MapEndpoint:
        """The endpoint of that name; raises KeyError."""
        group = self.groups[self._group_numbers[name]]
        return next(endpoint for endpoint in group.endpoints if endpoint.name == name)

    def group_of(self, endpoint: MapEndpoint) -> EndpointGroup:
        """The group that an endpoint is in; raises KeyError where it is in none."""
        return self.groups[self._group_numbers[endpoint.name]]

    @cached_property
    def sources(self) -> tuple[MapEndpoint, ...]:
        """The endpoints that are asked for as sources, sorted."""
        return tuple(e for e in self.endpoints if self.group_of(e).is_source)

    @cached_property
    def destinations(self) -> tuple[MapEndpoint, ...]:
        """The endpoints that are asked for as destinations, sorted."""
        return tuple(e for e in self.endpoints if self.group_of(e).is_destination)

    @cached_property
    def pairs(self) -> int:
        """How many pairs of endpoints the map is about, connected or not."""
        outside = sum(e.is_external for e in self.sources), sum(e.is_external for e in self.destinations)
        parts = Counter(e.identity for e in self.destinations if e.workload_name)
        is_all = self.settings.include_self
        own = 0 if is_all else sum(parts[e.identity] for e in self.sources if e.workload_name)
        return len(self.sources) * len(self.destinations) - outside[0] * outside[1] - own

    def is_about(self, source: MapEndpoint, destination: MapEndpoint) -> bool:
        """Whether the map has a cell for two of its endpoints."""
        sides = self.group_of(source).is_source, self.group_of(destination).is_destination
        is_outside = source.is_external and destination.is_external
        return all(sides) and not is_outside and self._is_asked_for(source, destination)

    def group_cells(self) -> Iterator[GroupCell]:
        """The cells between groups that have a connection, in the order of the groups."""
        for group, row in zip(self.groups, self.rows, strict=True):
            found = [(number, part) for part in row for number in numbers_in(part.destinations)]
            for number, part in sorted(found, key=lambda item: item[0]):
                yield GroupCell(
                    group, self.groups[number], part.connections, part.conditional, uniform=part.uniform
                )

    def cells(self) -> Iterator[Cell]:
        """The cells between single endpoints that have a connection, sorted by source, then destination."""
        for source in self.sources:
            yield from self.cells_of(source)

    def cells_of(self, source: MapEndpoint) -> Iterator[Cell]:
        """The cells of one source that have a connection, sorted by destination."""
        found = [
            (destination, part)
            for part in self.rows[self._group_numbers[source.name]]
            for number in numbers_in(part.destinations)
            for destination in self.groups[number].endpoints
            if self._is_asked_for(source, destination)
        ]
        own = self._own_cell(source)
        if own is not None:
            found = [item for item in found if item[0] != source]
            yield from self._sorted([*((self._cell(source, d, p)) for d, p in found), own])
        else:
            yield from self._sorted([self._cell(source, d, p) for d, p in found])

    def cell(self, source: MapEndpoint, destination: MapEndpoint) -> Cell:
        """One cell, with `No Connections` where there is none; raises KeyError for unknown endpoints."""
        if source.name == destination.name:
            own = self._own_cell(source)
            if own is not None:
                return own
        number = self._group_numbers[destination.name]
        for part in self.rows[self._group_numbers[source.name]]:
            if part.destinations >> number & 1:
                return self._cell(source, destination, part)
        return Cell(source, destination, NO_CONNECTIONS)

    def _is_asked_for(self, source: MapEndpoint, destination: MapEndpoint) -> bool:
        return self.settings.include_self or not source.is_of_one_workload_with(destination)

    def _own_cell(self, source: MapEndpoint) -> Cell | None:
        """The cell of a single pod with itself, which no policy can close; None where it is not listed."""
        is_listed = self.settings.include_self and self.group_of(source).is_destination
        if not is_listed or source.several or source.is_external:
            return None
        return Cell(source, source, ALL_CONNECTIONS)

    @staticmethod
    def _cell(source: MapEndpoint, destination: MapEndpoint, part: RowPart) -> Cell:
        return Cell(source, destination, part.connections, part.conditional, uniform=part.uniform)

    @staticmethod
    def _sorted(cells: list[Cell]) -> list[Cell]:
        return sorted(cells, key=lambda cell: sorting_key(cell.destination))


def sorting_key(endpoint: MapEndpoint) -> tuple[int, str, str, str, int, int]:
    """Workloads and namespaces by namespace, name and kind, then addresses by family and number."""
    if endpoint.range is not None:
        return (1, "", "", "", endpoint.range.version, int(endpoint.range.first))
    name = endpoint.workload_name or endpoint.name
    return (0, endpoint.namespace or endpoint.name, name, endpoint.name, 0, 0)


# Two maps ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """A cell that is not the same in two maps; `old` and `new` are what it is in each.

    An endpoint that only one of them has stands in cells of its own in `only_old` and `only_new` instead.
    Outside addresses are cut as far as the two maps need it, so their ranges need not be those of either map.
    """

    source: MapEndpoint
    destination: MapEndpoint
    old: Connections
    new: Connections
    old_conditional: Connections = NO_CONNECTIONS
    new_conditional: Connections = NO_CONNECTIONS

    @property
    def opened(self) -> Connections:
        """What may be allowed in the new map and is not in the old one."""
        return self.new.union(self.new_conditional).difference(self.old.union(self.old_conditional))

    @property
    def closed(self) -> Connections:
        """What may be allowed in the old map and is not in the new one."""
        return self.old.union(self.old_conditional).difference(self.new.union(self.new_conditional))

    @property
    def settled(self) -> Connections:
        """What hangs on open facts in the old map only: the new one allows it whatever they are."""
        return self.new.intersection(self.old_conditional)

    @property
    def unsettled(self) -> Connections:
        """What hangs on open facts in the new map only."""
        return self.old.intersection(self.new_conditional)


@dataclass(frozen=True, slots=True)
class MapDifference:
    """Everything in which two maps differ.

    `changed` are the cells between endpoints of both; `only_old` and `only_new` are the endpoints that one
    map alone has, and `removed` and `added` the cells that they take part in. `undecided` as in a map.
    """

    old: ConnectivityMap
    new: ConnectivityMap
    changed: tuple[ChangedCell, ...] = ()
    only_old: tuple[MapEndpoint, ...] = ()
    only_new: tuple[MapEndpoint, ...] = ()
    removed: tuple[Cell, ...] = ()
    added: tuple[Cell, ...] = ()
    undecided: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the two maps are the same."""
        return not (self.changed or self.only_old or self.only_new)
