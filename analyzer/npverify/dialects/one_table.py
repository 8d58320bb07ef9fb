"""ipBlocks in one table a pod, whose networks inherit from one another (docs/cni-sources.md, A3).

Each network of the pod's rules is an entry; so is each exception, which admits nothing, and each pod that a
selector selects, which is narrower than any other. The narrowest entry that holds an address decides. It
admits what its own rules do and what it inherits: all that a wider entry admits, but where an exception of
that entry holds the first address of the narrower one.

As ordered rules: flows with a selected pod go on to a layer of their own, where what its entry inherits is
allowed. For all others, narrow entries come first: what the entry admits, then a denial of all else. Most
entries inherit all that there is around them, and need neither a denial nor to say what they inherit. Which
entries there are depends on the pod, as its policies do: so what is inherited says which policies have to
select the pod, and which must not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from ipaddress import ip_network
from itertools import product

from npverify.resources import Address, Network
from npverify_encodings.model import (
    EVERYTHING,
    NOTHING,
    Action,
    AddressIn,
    AllOf,
    EndpointSet,
    Expression,
    Not,
    Rule,
    TrafficSet,
    all_of,
    any_of,
)

EVERY_NETWORK = (ip_network("0.0.0.0/0"), ip_network("::/0"))
"""The networks of a rule without peers."""

_BITS = {4: 32, 6: 128}
_PASSING_NOTHING_DOWN = frozenset(_BITS.values())
"""The lengths of prefixes that pass nothing down: those of addresses, and in IPv6 that of IPv4 too."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one rule gives to the entry of a network, for the pods in `subject`: it admits `traffic` of the
    endpoints in `kinds`. `given` is true of the flows for which it is there at all.
    """

    owner: str
    subject: EndpointSet
    network: Network
    traffic: TrafficSet
    excepts: tuple[Network, ...] = ()
    kinds: EndpointSet = EVERYTHING
    given: TrafficSet = EVERYTHING


@dataclass(frozen=True, slots=True)
class SelectedPods:
    """The pods that the selectors of one rule select: each is an entry of its own."""

    owner: str
    subject: EndpointSet
    peers: EndpointSet
    traffic: TrafficSet
    given: TrafficSet = EVERYTHING


def needs_table(networks: Iterable[Network], excepts: Iterable[Network]) -> bool:
    """Whether some entry may not inherit all that is around it."""
    return any(True for _ in excepts) or any(n.prefixlen in _PASSING_NOTHING_DOWN for n in networks)


def table_rules(
    selected: Sequence[SelectedPods], entries: Sequence[Contribution]
) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """The rules of one namespace and direction, of which the first that matches decides; and those of what
    the first ones pass on.
    """
    first = [Rule(pods.owner, pods.subject, pods.peers, pods.traffic) for pods in selected]
    if not needs_table((e.network for e in entries), (n for e in entries for n in e.excepts)):
        return (*first, *(_admission(entry, entry.subject, entry.network) for entry in entries)), ()
    first += [Rule(pods.owner, pods.subject, pods.peers, pods.given, Action.PASS) for pods in selected]
    second: list[Rule] = []
    open_ones = tuple(dict.fromkeys(e.given for e in entries if e.given != EVERYTHING))
    for truths in product((True, False), repeat=len(open_ones)):
        there = dict(zip(open_ones, truths, strict=True))
        guard = all_of(*(given if holds else Not(given) for given, holds in there.items()))
        table = _Table([entry for entry in entries if there.get(entry.given, True)])
        first += [replace(rule, traffic=all_of(guard, rule.traffic)) for rule in table.rules()]
        second += [replace(rule, traffic=all_of(guard, rule.traffic)) for rule in table.rules_of_pods()]
    return tuple(first), tuple(second)


def _admission(entry: Contribution, subject: EndpointSet, network: Network) -> Rule:
    return Rule(entry.owner, subject, all_of(entry.kinds, AddressIn(network)), entry.traffic)


def _joined(entries: Iterable[Contribution]) -> Iterator[Contribution]:
    """Contributions to one network, those for the same pods as one."""
    alike: dict[tuple[EndpointSet, EndpointSet], list[Contribution]] = {}
    for entry in entries:
        alike.setdefault((entry.subject, entry.kinds), []).append(entry)
    for own in alike.values():
        yield replace(own[0], traffic=any_of(*dict.fromkeys(entry.traffic for entry in own)))


class _Table:
    """The entries of all pods of one namespace."""

    def __init__(self, entries: Sequence[Contribution]) -> None:
        self._own: dict[Network, list[Contribution]] = {}
        self._refused: dict[Network, list[Contribution]] = {}
        for entry in entries:
            self._own.setdefault(entry.network, []).append(entry)
            for network in entry.excepts:
                self._refused.setdefault(network, []).append(entry)
        self._inherited: dict[tuple[Network, Network, EndpointSet], EndpointSet] = {}

    def rules(self) -> Iterator[Rule]:
        """What the entries decide, the narrowest first."""
        for network in sorted(self._networks, key=_size):
            yield from self._admissions(network)
            yield from self._denials(network)

    def rules_of_pods(self) -> Iterator[Rule]:
        """What the entries of pods that selectors select have of others."""
        for network, own in self._own.items():
            for entry in _joined(own):
                if _size(network) == 0:
                    yield _admission(entry, entry.subject, network)
                else:
                    for subject, where in self._ways_to_pods(network, entry.subject):
                        yield Rule(entry.owner, subject, all_of(entry.kinds, where), entry.traffic)

    @cached_property
    def _networks(self) -> tuple[Network, ...]:
        return tuple(dict.fromkeys((*self._own, *self._refused)))

    def _admissions(self, network: Network) -> Iterator[Rule]:
        for entry in self._own.get(network, ()):
            yield _admission(entry, entry.subject, network)
        if network in self._own and network in self._deviating:
            for wide in self._around(network):
                for entry in self._own[wide]:
                    subject = self._inherits(wide, network, entry.subject)
                    if subject != NOTHING:
                        yield _admission(entry, subject, network)

    def _denials(self, network: Network) -> Iterator[Rule]:
        if network in self._deviating:
            entries = (*self._own.get(network, ()), *self._refused.get(network, ()))
            for owner, subject, kinds in dict.fromkeys((e.owner, e.subject, e.kinds) for e in entries):
                yield Rule(owner, subject, all_of(kinds, AddressIn(network)), EVERYTHING, Action.DENY)

    # Which entries deviate ----------------------------------------------------------------------------

    @cached_property
    def _deviating(self) -> frozenset[Network]:
        """The networks that may not admit all that the entries around them do."""
        found: set[Network] = set()
        for network in sorted(self._networks, key=_size, reverse=True):
            around = self._around(network)
            if (
                network in self._refused
                or any(self._may_keep(wide, network.network_address) for wide in around)
                or any(_is_inside(network, other) for other in found)
            ):
                found.add(network)
        return frozenset(found)

    def _may_keep(self, wide: Network, first: Address) -> bool:
        """Whether an entry may keep what it admits from one inside of it that begins at an address."""
        return wide.prefixlen in _PASSING_NOTHING_DOWN or bool(self._blockers(wide, first))

    def _around(self, network: Network) -> list[Network]:
        """The entries that hold a network, which is no such entry itself."""
        return [wide for wide in self._own if _is_inside(network, wide)]

    def _blockers(self, wide: Network, address: Address) -> tuple[EndpointSet, ...]:
        """The pods for which an exception of an entry holds an address."""
        entries = (e for e in self._own[wide] if any(address in network for network in e.excepts))
        return tuple(dict.fromkeys(entry.subject for entry in entries))

    # What is inherited --------------------------------------------------------------------------------

    def _inherits(self, wide: Network, narrow: Network, subject: EndpointSet) -> EndpointSet:
        """The pods in `subject` whose entry of the narrow network has what the wide one has of its own."""
        key = wide, narrow, subject
        if key not in self._inherited:
            self._inherited[key] = self._find_inherited(wide, narrow, subject)
        return self._inherited[key]

    def _find_inherited(self, wide: Network, narrow: Network, subject: EndpointSet) -> EndpointSet:
        if wide == narrow:
            return subject
        there = self._there(narrow, subject)
        blockers = self._blockers(wide, narrow.network_address)
        if wide.prefixlen in _PASSING_NOTHING_DOWN:
            return NOTHING
        if not blockers:
            return _together(subject, there)
        between = [n for n in self._around(narrow) if _is_inside(n, wide)]
        ways = [_without(subject, subject, blockers)]
        ways += [self._passed(wide, each, narrow, subject) for each in between]
        return _together(any_of(*ways), there)

    def _passed(self, wide: Network, between: Network, narrow: Network, subject: EndpointSet) -> EndpointSet:
        """The same by way of an entry between the two."""
        if between.prefixlen in _PASSING_NOTHING_DOWN:
            return NOTHING
        held = self._inherits(wide, between, subject)
        return _without(held, subject, self._blockers(between, narrow.network_address))

    def _there(self, network: Network, subject: EndpointSet) -> EndpointSet:
        """The pods that have an entry of a network, as far as being in `subject` does not say it."""
        subjects = tuple(dict.fromkeys(entry.subject for entry in self._own[network]))
        return EVERYTHING if _implies(subject, subjects) else any_of(*subjects)

    # Pods that selectors select -----------------------------------------------------------------------

    def _ways_to_pods(self, wide: Network, subject: EndpointSet) -> Iterator[tuple[EndpointSet, EndpointSet]]:
        """Pods in `subject`, and selected pods whose entries there have what the wide one has of its own."""
        refused = {network for entry in self._own[wide] for network in entry.excepts}
        yield from self._steps_to_pods(wide, subject, subject)
        for between in self._own:
            if _is_inside(between, wide) and any(_overlap(between, network) for network in refused):
                held = self._inherits(wide, between, subject)
                if held != NOTHING:
                    yield from self._steps_to_pods(between, held, subject)

    def _steps_to_pods(
        self, last: Network, held: EndpointSet, subject: EndpointSet
    ) -> Iterator[tuple[EndpointSet, EndpointSet]]:
        """From the last entry to those of pods: outside of its exceptions, and in each of them."""
        if last.prefixlen in _PASSING_NOTHING_DOWN:
            return
        refused = tuple(dict.fromkeys(network for entry in self._own[last] for network in entry.excepts))
        yield held, all_of(AddressIn(last), *(Not(AddressIn(network)) for network in refused))
        for network in refused:
            subjects = _without(held, subject, self._blockers_of(last, network))
            if subjects != NOTHING:
                inner = (Not(AddressIn(other)) for other in refused if _is_inside(other, network))
                yield subjects, all_of(AddressIn(network), *inner)

    def _blockers_of(self, wide: Network, network: Network) -> tuple[EndpointSet, ...]:
        """The pods for which an exception of an entry holds all of a network."""
        entries = (e for e in self._own[wide] if any(_is_within(network, own) for own in e.excepts))
        return tuple(dict.fromkeys(entry.subject for entry in entries))


# Sets of pods -----------------------------------------------------------------------------------------


def _implies(subject: EndpointSet, others: Iterable[EndpointSet]) -> bool:
    """Whether every pod in a set is plainly in one of the others."""
    return any(_terms(other) <= _terms(subject) for other in others)


def _terms(expression: Expression) -> frozenset[Expression]:
    return frozenset(expression.terms) if isinstance(expression, AllOf) else frozenset({expression})


def _without(held: EndpointSet, subject: EndpointSet, blockers: Iterable[EndpointSet]) -> EndpointSet:
    """The pods of `held`, all in `subject`, that are in none of the others."""
    listed = tuple(blockers)
    if held == NOTHING or _implies(subject, listed):
        return NOTHING
    return all_of(held, *(Not(blocker) for blocker in listed))


def _together(one: EndpointSet, other: EndpointSet) -> EndpointSet:
    return NOTHING if NOTHING in (one, other) else all_of(one, other)


# Networks ---------------------------------------------------------------------------------------------


def _size(network: Network) -> int:
    """How many bits an address has beyond the network's."""
    return _BITS[network.version] - network.prefixlen


def _is_within(network: Network, other: Network) -> bool:
    if network.version != other.version or network.prefixlen < other.prefixlen:
        return False
    return network.network_address in other


def _is_inside(network: Network, other: Network) -> bool:
    """Whether a network is a part of another one, and not all of it."""
    return network != other and _is_within(network, other)


def _overlap(one: Network, other: Network) -> bool:
    return _is_within(one, other) or _is_within(other, one)
