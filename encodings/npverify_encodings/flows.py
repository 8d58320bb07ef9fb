"""Everything about the one flow that a script speaks of: two ends, the traffic, and the facts left open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address

from npverify_encodings.addresses import distinct
from npverify_encodings.endpoints import DeclaredClass, EndpointEncoder
from npverify_encodings.labels import ABSENT
from npverify_encodings.model import (
    EVERYTHING,
    Address,
    AllOf,
    AnyOf,
    Atom,
    Condition,
    DeclaredEndpoint,
    DeclaresPorts,
    Expression,
    Kind,
    KindIs,
    NamespaceIsNone,
    Not,
    OwnNode,
    PortElsewhere,
    PortIn,
    PortNamed,
    ProtocolIs,
    TrafficAtom,
    World,
)
from npverify_encodings.ports import TrafficEncoder
from npverify_encodings.slicing import facts_of
from npverify_encodings.smtlib import FALSE, TRUE, Script, negate, symbol


class Side(StrEnum):
    """The two ends of a flow, and the traffic between them as a third part of a region."""

    SOURCE = "source"
    DESTINATION = "destination"
    TRAFFIC = "traffic"

    @property
    def other(self) -> Side:
        """The opposite end."""
        return Side.DESTINATION if self is Side.SOURCE else Side.SOURCE


@dataclass(frozen=True, slots=True)
class NamedAtom:
    """An atom of some rule at one side, and the label of the Boolean that is true iff the atom is.

    `spare`: no rule says it like this, so a region speaks of it only where it cannot do without.
    """

    label: str
    side: Side
    atom: Atom
    spare: bool = False


@dataclass(frozen=True, slots=True)
class Domain:
    """The flows that a question is about: from, to and what; `either` end has to be in one more set."""

    source: Expression
    destination: Expression
    traffic: Expression
    either: Expression = EVERYTHING


OWN_NODE = "own node"
"""The Boolean that is true iff one end is the node on which the pod at the other end runs."""

DOMAIN = "in the domain"
NICE = "nice "
"""Start of the labels of Booleans that make a counterexample easier to read; none changes a verdict."""

DIFFERENT = "the declared ends differ"
"""The Boolean that is false iff both ends are one and the same declared pod: that is no flow between declared
pods, though it may be one between a declared pod and a possible one just like it."""

DECLARED = {Side.SOURCE: "source is declared", Side.DESTINATION: "destination is declared"}
NICE_ENDINGS = {Side.SOURCE: 10, Side.DESTINATION: 20}
NICE_ADDRESSES = {
    Side.SOURCE: (ip_address("203.0.113.10"), ip_address("2001:db8::10")),
    Side.DESTINATION: (ip_address("198.51.100.20"), ip_address("2001:db8::20")),
}
OUTSIDE = {Side.SOURCE: "source is outside", Side.DESTINATION: "destination is outside"}
OPEN_ADDRESS = {
    Side.SOURCE: "source address is open",
    Side.DESTINATION: "destination address is open",
}


class FlowEncoder:
    """Turns expressions about the flow into terms of one script.

    Rules are encoded first, under the facts that the domain implies; `close` then encodes the domain itself,
    the declared endpoints and what is true of every flow.
    """

    def __init__(self, domain: Domain, world: World) -> None:
        self.script = Script()
        self.domain = domain
        self.ends = {
            Side.SOURCE: EndpointEncoder(self.script, Side.SOURCE, facts_of(domain.source), world),
            Side.DESTINATION: EndpointEncoder(
                self.script, Side.DESTINATION, facts_of(domain.destination), world
            ),
        }
        self.traffic = TrafficEncoder(self.script, within=domain.traffic)
        self._may_be_nodes = any(
            Kind.NODE in facts_of(end).kinds for end in (domain.source, domain.destination)
        )
        self.conditions: dict[str, Condition] = {}
        self.classes: dict[Side, tuple[DeclaredClass, ...]] = {}
        self.nice: list[str] = []
        self.readings: list[str] = []
        self._readings = world.readings
        self._atoms: dict[tuple[Side, Atom], str] = {}
        self._rule_atoms: int | None = None
        self._terms: dict[tuple[Side, Expression], str] = {}

    def encode(self, expression: Expression, side: Side) -> str:
        """A term that is true iff the end of the flow at `side` (or its traffic) is in the set."""
        known = self._terms.get((side, expression))
        if known is None:
            known = self._terms[side, expression] = self._encode(expression, side)
        return known

    def _encode(self, expression: Expression, side: Side) -> str:
        match expression:
            case AllOf(terms):
                return self.script.all_of(self.encode(term, side) for term in terms)
            case AnyOf(terms):
                return self.script.any_of(self.encode(term, side) for term in terms)
            case Not(term):
                return negate(self.encode(term, side))
            case _:
                encoded = self._encode_atom(expression, side)
                if encoded not in (TRUE, FALSE):
                    at = Side.TRAFFIC if isinstance(expression, TrafficAtom) else side
                    self._atoms.setdefault((at, expression), encoded)
                return encoded

    def _encode_atom(self, atom: Atom, side: Side) -> str:
        match atom:
            case ProtocolIs():
                return self.traffic.encode_protocol(atom)
            case PortIn():
                return self.traffic.encode_port(atom)
            case PortNamed():
                is_pod = self.ends[Side.DESTINATION].encode_kind(KindIs(Kind.POD))
                return self.script.all_of((is_pod, self.traffic.encode_name(atom)))
            case PortElsewhere():
                is_pod = self.ends[Side.DESTINATION].encode_kind(KindIs(Kind.POD))
                return self.script.all_of((is_pod, self.traffic.encode_elsewhere(atom)))
            case OwnNode():
                is_node = self.ends[side].encode_kind(KindIs(Kind.NODE))
                if is_node == FALSE:
                    return FALSE
                is_pod = self.ends[side.other].encode_kind(KindIs(Kind.POD))
                return self.script.all_of((is_node, is_pod, self.script.declare(OWN_NODE, "Bool")))
            case DeclaresPorts(ports):
                return self.traffic.encode_declared(ports) if side is Side.DESTINATION else TRUE
            case _:
                return self.ends[side].encode(atom)

    def end_rules(self) -> None:
        """What is encoded from here on is no rule: atoms that are new in it are spare."""
        self._rule_atoms = len(self._atoms)

    def encode_condition(self, condition: Condition) -> str:
        """A term that is true iff the open fact is decided in the rule's favour."""
        self.conditions[condition.name] = condition
        return self.script.declare(condition_label(condition), "Bool")

    def close(self, declared: dict[Side, Sequence[DeclaredEndpoint]]) -> tuple[NamedAtom, ...]:
        """Encode the domain, the declared endpoints and the laws of flows; return the atoms of the rules.

        Afterwards the script has the Booleans DOMAIN, DECLARED and OPEN_ADDRESS, one a declared class, one an
        atom, and one a condition.
        """
        for side, end in self.ends.items():
            if end.namespaces.is_used:
                self.encode(NamespaceIsNone(), side)
        atoms = tuple(
            NamedAtom(self.script.name(f"atom {number}", term), side, atom, self._is_spare(number, atom))
            for number, ((side, atom), term) in enumerate(self._atoms.items())
        )
        self._terms.clear()
        self.traffic.forget_facts()
        for end in self.ends.values():
            end.forget_facts()
        traffic = self.encode(self.domain.traffic, Side.TRAFFIC)
        domain = [
            self.encode(self.domain.source, Side.SOURCE),
            self.encode(self.domain.destination, Side.DESTINATION),
            traffic,
            self.script.any_of(self.encode(self.domain.either, side) for side in self.ends),
        ]
        self._close_declared(declared)
        domain.extend(self._different_addresses())
        self.script.name(DOMAIN, self.script.all_of(domain))
        self._close_nice()
        self._close_readings()
        for side, end in self.ends.items():
            end.close(end.encode_known(self.classes[side]))
        self.traffic.close()
        return atoms

    def _different_addresses(self) -> Iterator[str]:
        """No two ends have one address; where no rule looks at one of them, that end may still be declared
        endpoints which all have the same one.
        """
        source, destination = self.ends[Side.SOURCE].addresses, self.ends[Side.DESTINATION].addresses
        if source.is_used and destination.is_used:
            yield distinct(self.script, source, destination)
            return
        for side, end in self.ends.items():
            if end.addresses.is_used:
                for group in self.classes[side.other]:
                    for address in _only_addresses(group.members):
                        yield negate(
                            self.script.all_of((symbol(group.label), end.addresses.encode_is(address)))
                        )

    def _is_spare(self, number: int, atom: Atom) -> bool:
        is_late = self._rule_atoms is not None and number >= self._rule_atoms
        return is_late and not isinstance(atom, NamespaceIsNone)

    def _close_readings(self) -> None:
        for number, reading in enumerate(self._readings):
            ties = [end.namespaces.encode_reading(reading) for end in self.ends.values()]
            self.readings.append(self.script.name(f"reading {number}", self.script.all_of(ties)))
        if self.readings:
            self.script.require(self.script.any_of(symbol(label) for label in self.readings))

    def _close_nice(self) -> None:
        """Name what a reader likes to see: IPv4, documentation addresses, no label that is not needed."""
        for side, end in self.ends.items():
            if end.addresses.is_used:
                self._nice(f"{side} is IPv4", end.addresses.of_family(4))
                self._nice(
                    f"{side} address is no network's own", end.addresses.encode_ending(NICE_ENDINGS[side])
                )
                for address in NICE_ADDRESSES[side]:
                    self._nice(f"{side} address {address}", end.addresses.encode_is(address))
            for key in end.labels.keys:
                self._nice(f"{side} lacks {key[0]} label {key[1]}", end.labels.table(key).equals(ABSENT))

    def _nice(self, label: str, term: str) -> None:
        self.nice.append(self.script.name(f"{NICE}{label}", term))

    def _close_declared(self, declared: dict[Side, Sequence[DeclaredEndpoint]]) -> None:
        for side, end in self.ends.items():
            names = self.traffic.every_name if side is Side.DESTINATION else ()
            classes = end.classes(declared[side], names, with_nodes=self._may_be_nodes)
            self.classes[side] = classes
            exists = []
            for group in classes:
                looks = [end.encode_declared(group.members[0])]
                if side is Side.DESTINATION and group.members[0].kind is Kind.POD:
                    looks.append(self.traffic.encode_declared(group.members[0].ports))
                exists.append(self.script.choose_name(group.label, self.script.all_of(looks)))
            outside = end.encode_kind(KindIs(Kind.EXTERNAL))
            self.script.name(OUTSIDE[side], outside)
            exists.append(outside)
            self.script.name(DECLARED[side], self.script.any_of(exists))
            known = end.encode_known(classes)
            self.script.name(OPEN_ADDRESS[side], end.encode_open_address(known))
        if self._may_be_nodes:
            self._tie_own_nodes()
        self.script.name(DIFFERENT, self._different_ends())

    def _tie_own_nodes(self) -> None:
        """A declared node is the own node of just the declared pods that are known to run on it."""
        own = self.script.declare(OWN_NODE, "Bool")
        for side in self.ends:
            placed = [
                group
                for group in self.classes[side.other]
                if group.members[0].kind is Kind.POD and group.members[0].node is not None
            ]
            for node in self.classes[side]:
                name = node.members[0].node
                if node.members[0].kind is Kind.NODE and name is not None:
                    here = self.script.any_of(symbol(g.label) for g in placed if g.members[0].node == name)
                    there = self.script.any_of(symbol(g.label) for g in placed if g.members[0].node != name)
                    is_other = negate(symbol(node.label))
                    self.script.require(self.script.any_of((is_other, own, negate(here))))
                    self.script.require(self.script.any_of((is_other, negate(own), negate(there))))

    def _different_ends(self) -> str:
        singles = {
            group.members[0].name: symbol(group.label)
            for group in self.classes[Side.SOURCE]
            if group.is_single
        }
        return self.script.all_of(
            negate(self.script.all_of((singles[group.members[0].name], symbol(group.label))))
            for group in self.classes[Side.DESTINATION]
            if group.is_single and group.members[0].name in singles
        )


def _only_addresses(endpoints: Sequence[DeclaredEndpoint]) -> Iterator[Address]:
    """The address of each family that all of the endpoints have, where they have no other of that family."""
    for version in (4, 6):
        found = {a for each in endpoints for a in each.addresses if a.version == version}
        if len(found) == 1:
            yield from found


def condition_label(condition: Condition) -> str:
    """The label of the Boolean behind an open fact."""
    return f"condition {condition.name}"
