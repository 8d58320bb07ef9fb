"""Protocols and destination ports of a flow, and their encoding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from npverify_encodings.model import (
    EVERYTHING,
    PROTOCOLS,
    AllOf,
    AnyOf,
    Expression,
    PortElsewhere,
    PortIn,
    PortNamed,
    ProtocolIs,
)
from npverify_encodings.smtlib import FALSE, TRUE, Script, negate, symbol

FIRST_PORT = 1
LAST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class TrafficBox:
    """All flows of some protocols to ports `first` to `last`."""

    protocols: frozenset[str] = frozenset(PROTOCOLS)
    first: int = FIRST_PORT
    last: int = LAST_PORT

    def meet(self, other: TrafficBox) -> TrafficBox:
        """The flows that are in both boxes (possibly none)."""
        return TrafficBox(
            self.protocols & other.protocols, max(self.first, other.first), min(self.last, other.last)
        )

    @property
    def is_empty(self) -> bool:
        """Whether no flow is in the box."""
        return not self.protocols or self.first > self.last


def covering_boxes(traffic: Expression) -> tuple[TrafficBox, ...]:
    """Boxes that together hold every flow of the traffic set, and perhaps more."""
    match traffic:
        case ProtocolIs(protocol):
            return (TrafficBox(protocols=frozenset({protocol})),)
        case PortIn(first, last):
            return (TrafficBox(first=first, last=last),)
        case AnyOf(terms):
            return tuple(box for term in terms for box in covering_boxes(term))
        case AllOf(terms):
            boxes: tuple[TrafficBox, ...] = (TrafficBox(),)
            for term in terms:
                boxes = tuple(a.meet(b) for a in boxes for b in covering_boxes(term))
            return tuple(box for box in boxes if not box.is_empty)
        case _:
            return (TrafficBox(),)


class TrafficEncoder:
    """The protocol, port and named ports of the one flow that a script speaks of.

    `within` bounds the flows that matter, so that atoms which are the same for all of them become constants.
    """

    PROTOCOL = "protocol"
    PORT = "port"

    def __init__(self, script: Script, *, within: Expression = EVERYTHING) -> None:
        self._script = script
        self._boxes: Sequence[TrafficBox] = covering_boxes(within)
        self._names: dict[str, str] = {}
        self._elsewhere: dict[PortElsewhere, str] = {}

    def forget_facts(self) -> None:
        """Encode every atom in full from now on."""
        self._boxes = (TrafficBox(),)

    @property
    def port_names(self) -> tuple[str, ...]:
        """The port names that were encoded so far, sorted."""
        return tuple(sorted(self._names))

    @property
    def ports_elsewhere(self) -> tuple[tuple[str, str], ...]:
        """The (name, protocol) pairs of which it was encoded whether the destination has another such port,
        sorted.
        """
        return tuple(sorted((atom.name, atom.protocol) for atom in self._elsewhere))

    @property
    def every_name(self) -> frozenset[str]:
        """Every port name that some term speaks of."""
        return frozenset({*self._names, *(atom.name for atom in self._elsewhere)})

    def encode_protocol(self, atom: ProtocolIs) -> str:
        """A term that is true iff the flow is of the protocol."""
        inside = [atom.protocol in box.protocols for box in self._boxes]
        if not any(inside):
            return FALSE
        if all(box.protocols == {atom.protocol} for box in self._boxes):
            return TRUE
        return f"(= {symbol(self.PROTOCOL)} #b{PROTOCOLS.index(atom.protocol):02b})"

    def encode_port(self, atom: PortIn) -> str:
        """A term that is true iff the flow's port lies in the range, both ends included."""
        if all(box.last < atom.first or box.first > atom.last for box in self._boxes):
            return FALSE
        if all(atom.first <= box.first and box.last <= atom.last for box in self._boxes):
            return TRUE
        port = symbol(self.PORT)
        if atom.first == atom.last:
            return f"(= {port} #x{atom.first:04x})"
        bounds = []
        if atom.first > FIRST_PORT:
            bounds.append(f"(bvule #x{atom.first:04x} {port})")
        if atom.last < LAST_PORT:
            bounds.append(f"(bvule {port} #x{atom.last:04x})")
        return self._script.all_of(bounds)

    def encode_name(self, atom: PortNamed) -> str:
        """A term that is true iff the destination has a port of that name, of the flow's protocol and number.

        For a single flow this one Boolean per name is all that the pod's port table can say, so leaving it
        free covers every pod that could exist.
        """
        term = self._names.get(atom.name)
        if term is None:
            term = self._names[atom.name] = self._script.declare(self.name_variable(atom.name), "Bool")
        return term

    def encode_elsewhere(self, atom: PortElsewhere) -> str:
        """A term that is true iff the destination has a port of the name and protocol that is not the flow's.

        Leaving it free covers every pod that could exist, as a pod may give one name to several ports.
        """
        term = self._elsewhere.get(atom)
        if term is None:
            label = self.elsewhere_variable(atom.name, atom.protocol)
            term = self._elsewhere[atom] = self._script.declare(label, "Bool")
        return term

    @staticmethod
    def name_variable(name: str) -> str:
        """The label of the Boolean behind a port name."""
        return f"destination port named {name}"

    @staticmethod
    def elsewhere_variable(name: str, protocol: str) -> str:
        """The label of the Boolean behind another port of that name and protocol."""
        return f"destination {protocol} port named {name} elsewhere"

    def encode_declared(self, ports: Sequence[tuple[str, str, int]]) -> str:
        """A term that is true iff the encoded names resolve as `ports`, (name, protocol, number), has them.

        To be called after every `PortNamed` and `PortElsewhere` of the script was encoded.
        """
        terms = []
        for name in self.port_names:
            own = (self._encode_is(protocol, number) for known, protocol, number in ports if known == name)
            terms.append(_encode_equal(self._names[name], self._script.any_of(own)))
        for name, protocol in self.ports_elsewhere:
            numbers = {number for *known, number in ports if known == [name, protocol]}
            others = (negate(self._encode_is(protocol, number)) for number in numbers)
            term = self._elsewhere[PortElsewhere(name, protocol)]
            terms.append(_encode_equal(term, TRUE if len(numbers) > 1 else self._script.any_of(others)))
        return self._script.all_of(terms)

    def _encode_is(self, protocol: str, number: int) -> str:
        """A term that is true iff the flow is to this port."""
        return self._script.all_of(
            (self.encode_protocol(ProtocolIs(protocol)), self.encode_port(PortIn(number, number)))
        )

    def close(self) -> None:
        """Declare the variables and assert their bounds; the last call on this encoder."""
        protocol = self._script.declare(self.PROTOCOL, "(_ BitVec 2)")
        port = self._script.declare(self.PORT, "(_ BitVec 16)")
        self._script.require(f"(bvule {protocol} #b{len(PROTOCOLS) - 1:02b})")
        self._script.require(f"(not (= {port} #x0000))")


def _encode_equal(variable: str, term: str) -> str:
    """A term that is true iff a Boolean is as the term is."""
    if term in (TRUE, FALSE):
        return variable if term == TRUE else negate(variable)
    return f"(= {variable} {term})"
