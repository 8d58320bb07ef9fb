"""Regions of flows in the policies' own terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from npverify.questions.answer import Region
from npverify.questions.query import AddressAlternative, PodAlternative, Selection, TrafficItem
from npverify.reference.wording import requirement_words
from npverify.resources import METADATA_NAME, LabelSelector, Operator, Requirement
from npverify_encodings.flows import NamedAtom, Side
from npverify_encodings.model import (
    PROTOCOLS,
    AddressIn,
    Atom,
    Kind,
    KindIs,
    LabelOperator,
    LabelRequirement,
    NamespaceIs,
    NamespaceIsNone,
    OwnNode,
    PortElsewhere,
    PortIn,
    PortNamed,
    ProtocolIs,
    Scope,
)
from npverify_encodings.ports import FIRST_PORT, LAST_PORT
from npverify_encodings.witness import GrownRegion, RegionLiteral

Interval = tuple[int, int]

_NEGATED = {
    LabelOperator.IN: LabelOperator.NOT_IN,
    LabelOperator.NOT_IN: LabelOperator.IN,
    LabelOperator.EXISTS: LabelOperator.DOES_NOT_EXIST,
    LabelOperator.DOES_NOT_EXIST: LabelOperator.EXISTS,
}
_KINDS = {Kind.POD: "a pod", Kind.NODE: "a node", Kind.EXTERNAL: "an address outside the cluster"}
_NO_KINDS = {
    Kind.POD: "an address that is no pod's",
    Kind.NODE: "not a node",
    Kind.EXTERNAL: "not an address outside the cluster",
}


def describe_region(
    region: GrownRegion,
    atoms: Iterable[NamedAtom],
    *,
    source: Selection | None,
    destination: Selection | None,
    traffic: Sequence[TrafficItem],
) -> Region:
    """The region together with what the question itself demands, and what turned out not to matter."""
    bounded = {dimension_of(literal.atom) for literal in region.literals}
    loose = {dimension_of(atom) for atom in atoms} - bounded
    return Region(
        source=merge_words(selection_words(source), end_words(region.literals, Side.SOURCE)),
        destination=merge_words(selection_words(destination), end_words(region.literals, Side.DESTINATION)),
        traffic=traffic_words(region.literals, traffic),
        ignored=tuple(sorted(loose)),
    )


def merge_words(*groups: Sequence[str]) -> tuple[str, ...]:
    """All phrases once, in order."""
    return tuple(dict.fromkeys(word for group in groups for word in group))


def dimension_of(atom: NamedAtom) -> str:
    """What the atom looks at, as `source label app` or `protocol`."""
    match atom.atom:
        case NamespaceIs() | NamespaceIsNone():
            return f"{atom.side} namespace"
        case LabelRequirement(Scope.NAMESPACE, key):
            return f"{atom.side} namespace label {key}"
        case LabelRequirement(_, key):
            return f"{atom.side} label {key}"
        case AddressIn():
            return f"{atom.side} address"
        case ProtocolIs():
            return "protocol"
        case PortIn() | PortNamed() | PortElsewhere():
            return "port"
        case _:
            return f"{atom.side} kind"


# Endpoints --------------------------------------------------------------------------------------------


def end_words(literals: Iterable[RegionLiteral], side: Side) -> tuple[str, ...]:
    """What the region demands of one end; what is true of it first."""
    own = [(literal.atom.atom, literal.holds) for literal in literals if literal.atom.side is side]
    ordered = sorted(_merge_exclusions(own), key=lambda item: not item[1])
    return tuple(atom_words(atom, holds) for atom, holds in ordered)


def _merge_exclusions(literals: Iterable[tuple[Atom, bool]]) -> Iterator[tuple[Atom, bool]]:
    """`app` is not a, and not b: that is one exclusion of both."""
    excluded: dict[tuple[Scope, str], list[str]] = {}
    for atom, holds in literals:
        if isinstance(atom, LabelRequirement) and atom.operator is LabelOperator.IN and not holds:
            excluded.setdefault((atom.scope, atom.key), []).extend(atom.values)
        else:
            yield atom, holds
    for (scope, key), values in excluded.items():
        listed = tuple(dict.fromkeys(values))
        yield LabelRequirement(scope, key, LabelOperator.IN, listed), False


def atom_words(atom: Atom, holds: bool) -> str:
    """One demand on an endpoint, in the language of questions where that has words for it."""
    match atom:
        case NamespaceIs(name):
            return f"namespace {name}" if holds else f"outside namespace {name}"
        case NamespaceIsNone():
            return "a namespace that no policy names and nothing declared lives in"
        case LabelRequirement(scope, key, operator, values):
            meant = operator if holds else _NEGATED[operator]
            if key == METADATA_NAME and scope is Scope.NAMESPACE and len(values) == 1:
                return f"{'namespace' if meant is LabelOperator.IN else 'outside namespace'} {values[0]}"
            prefix = "ns:" if scope is Scope.NAMESPACE else ""
            return prefix + requirement_words(Requirement(key, Operator(meant), tuple(values)))
        case AddressIn(network):
            return f"address {'in' if holds else 'not in'} {network}"
        case KindIs(kind):
            return _KINDS[kind] if holds else _NO_KINDS[kind]
        case OwnNode():
            return "the other end's own node" if holds else "not the other end's own node"
        case _:
            raise AssertionError(f"not an endpoint atom: {atom}")


def selection_words(selection: Selection | None) -> tuple[str, ...]:
    """What the question itself demands of an end."""
    if selection is None:
        return ()
    if selection.excluded:
        return (selection.text,)
    if len(selection.alternatives) != 1:
        return () if selection.text in ("any", "anything") else (selection.text,)
    match selection.alternatives[0]:
        case PodAlternative(workload=None) as pods:
            words = [f"namespace {name}" for name in pods.namespaces or () if len(pods.namespaces or ()) == 1]
            words += [f"outside namespace {name}" for name in pods.excluded_namespaces]
            words += [f"ns:{word}" for word in _selector_words(pods.namespace_labels)]
            return (*words, *_selector_words(pods.pod_labels))
        case PodAlternative(workload=workload):
            return (f"a pod of {workload}",)
        case AddressAlternative(networks):
            if all(n.prefixlen == 0 for n in networks):
                return ("an address outside the cluster",)
            return (f"address in {', '.join(map(str, networks))}",)
        case _:
            return (selection.text,)


def _selector_words(selector: LabelSelector) -> list[str]:
    return [requirement_words(requirement) for requirement in selector.requirements]


# Traffic ----------------------------------------------------------------------------------------------


def traffic_words(literals: Iterable[RegionLiteral], items: Sequence[TrafficItem]) -> tuple[str, ...]:
    """The traffic of the region, as `tcp/5432`, `udp`, `tcp/http`; empty where every flow is in it."""
    own = [(literal.atom.atom, literal.holds) for literal in literals if literal.atom.side is Side.TRAFFIC]
    words: list[str] = []
    for item in items or (TrafficItem(),):
        protocols = [p for p in PROTOCOLS if item.protocol in (None, p) and _admits_protocol(own, p)]
        names = (
            [item.name] if item.name else [a.name for a, holds in own if isinstance(a, PortNamed) and holds]
        )
        intervals = _intervals(own, (item.first, item.last))
        if protocols and intervals:
            words.extend(_box_words(protocols, names, intervals))
    words.extend(f"port not named {a.name}" for a, holds in own if isinstance(a, PortNamed) and not holds)
    elsewhere = [(a, holds) for a, holds in own if isinstance(a, PortElsewhere)]
    words.extend(f"a destination with {elsewhere_words(atom, holds)}" for atom, holds in elsewhere)
    return merge_words(words)


def elsewhere_words(atom: PortElsewhere, holds: bool) -> str:
    """Whether the destination has another port of that name and protocol, as a phrase after `with`."""
    return f"{'another' if holds else 'no other'} {atom.protocol} port named {atom.name}"


def _admits_protocol(literals: Iterable[tuple[Atom, bool]], protocol: str) -> bool:
    return all(
        (atom.protocol == protocol) is holds for atom, holds in literals if isinstance(atom, ProtocolIs)
    )


def _intervals(literals: Iterable[tuple[Atom, bool]], start: Interval) -> list[Interval]:
    intervals = [start]
    for atom, holds in literals:
        if isinstance(atom, PortIn):
            cuts = (
                [(atom.first, atom.last)]
                if holds
                else [(FIRST_PORT, atom.first - 1), (atom.last + 1, LAST_PORT)]
            )
            intervals = [
                (max(a, c), min(b, d)) for a, b in intervals for c, d in cuts if max(a, c) <= min(b, d)
            ]
    return intervals


def _box_words(protocols: Sequence[str], names: Sequence[str], intervals: Sequence[Interval]) -> list[str]:
    ports = [_interval_words(interval) for interval in intervals]
    if names:
        numbers = "" if ports == [""] else f" if that is {' or '.join(ports)}"
        ports = [f"{' which is also '.join(names)}{numbers}"]
    every_protocol = len(protocols) == len(PROTOCOLS)
    if ports == [""]:
        return [] if every_protocol else [p.lower() for p in protocols]
    if every_protocol:
        return [f"port {port}" for port in ports]
    return [f"{protocol.lower()}/{port}" for protocol in protocols for port in ports]


def _interval_words(interval: Interval) -> str:
    first, last = interval
    if (first, last) == (FIRST_PORT, LAST_PORT):
        return ""
    return str(first) if first == last else f"{first}-{last}"
