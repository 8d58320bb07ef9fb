"""One end of a flow: its kind, namespace, labels and address, as terms."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from npverify_encodings.addresses import AddressEncoder
from npverify_encodings.labels import LabelEncoder, NamespaceEncoder
from npverify_encodings.model import (
    Address,
    AddressIn,
    DeclaredEndpoint,
    Kind,
    KindIs,
    LabelRequirement,
    NamespaceIs,
    NamespaceIsNone,
    Network,
    Scope,
    World,
)
from npverify_encodings.slicing import NO_FACTS, EndpointFacts
from npverify_encodings.smtlib import FALSE, TRUE, Script, negate, symbol


@dataclass(frozen=True, slots=True)
class DeclaredClass:
    """Declared endpoints that no rule of the slice tells apart.

    `label` names a Boolean that may be true only if the end looks like them: it says that the end *is* one of
    them, which an end that looks like several classes is free to choose.
    """

    label: str
    members: tuple[DeclaredEndpoint, ...]

    @property
    def is_single(self) -> bool:
        """Whether the class stands for one pod only."""
        return len(self.members) == 1 and self.members[0].single


class EndpointEncoder:
    """The variables of one side, `source` or `destination`."""

    def __init__(self, script: Script, side: str, facts: EndpointFacts, world: World) -> None:
        self._script = script
        self._facts = facts
        self._world = world
        self.side = side
        self.labels = LabelEncoder(script, side, facts)
        self.namespaces = NamespaceEncoder(script, side, facts, world, self.labels)
        self.addresses = AddressEncoder(script, side)

    def kind_variable(self, kind: Kind) -> str:
        """The label of the Boolean that is true iff the endpoint is of this kind (POD or NODE)."""
        return f"{self.side} is a {kind.value}"

    def encode_kind(self, atom: KindIs) -> str:
        """A term that is true iff the endpoint is of the kind."""
        if atom.kind not in self._facts.kinds:
            return FALSE
        if self._facts.kinds == {atom.kind}:
            return TRUE
        if atom.kind is Kind.EXTERNAL:
            return negate(
                self._script.any_of((self.encode_kind(KindIs(Kind.POD)), self.encode_kind(KindIs(Kind.NODE))))
            )
        return self._script.declare(self.kind_variable(atom.kind), "Bool")

    def encode(self, atom: NamespaceIs | NamespaceIsNone | LabelRequirement | AddressIn | KindIs) -> str:
        """A term that is true iff the endpoint satisfies the atom; of a non-pod, labels and namespace are
        unconstrained, so expressions about them must ask for the kind too.
        """
        match atom:
            case KindIs():
                return self.encode_kind(atom)
            case NamespaceIs():
                return self.namespaces.encode(atom)
            case NamespaceIsNone():
                return self.namespaces.encode_none()
            case LabelRequirement(scope=Scope.NAMESPACE):
                return self.namespaces.encode_label(atom)
            case LabelRequirement():
                return self.labels.encode(atom)
            case AddressIn(network):
                return self.addresses.encode(network)

    def forget_facts(self) -> None:
        """Encode every atom in full from now on, as the question itself must be: it is what makes the facts
        true.
        """
        self._facts = NO_FACTS
        self.labels.forget_facts()
        self.namespaces.forget_facts()

    def encode_known(self, classes: Iterable[DeclaredClass]) -> str:
        """A term that is true iff the end is one of the declared endpoints whose addresses are known."""
        return self._script.any_of(symbol(c.label) for c in classes if c.members[0].addresses)

    def encode_open_address(self, known: str) -> str:
        """A term that is true iff the endpoint is a pod, its address is not known, and it lies in a network
        that some rule mentions.
        """
        if not self.addresses.is_used:
            return FALSE
        inside = self.addresses.encode_open(self._world.pod_networks)
        return self._script.all_of((self.encode_kind(KindIs(Kind.POD)), negate(known), inside))

    def classes(
        self,
        endpoints: Iterable[DeclaredEndpoint],
        port_names: Collection[str] = (),
        *,
        with_nodes: bool = False,
    ) -> tuple[DeclaredClass, ...]:
        """Group declared endpoints by what the terms encoded so far can tell apart, in their given order.

        `port_names` are the names of container ports that matter at this side; `with_nodes` says that it
        matters on which node a pod runs.
        """
        groups: dict[tuple[object, ...], list[DeclaredEndpoint]] = {}
        for endpoint in endpoints:
            node = endpoint.node if with_nodes else None
            groups.setdefault((node, *self._projection(endpoint, port_names)), []).append(endpoint)
        return tuple(
            DeclaredClass(f"{self.side} is declared {number}", tuple(members))
            for number, members in enumerate(groups.values())
        )

    def _projection(self, endpoint: DeclaredEndpoint, port_names: Collection[str]) -> tuple[object, ...]:
        labels = dict(endpoint.labels)
        pod_labels = tuple(
            self.labels.project(key, labels) for key in self.labels.keys if key[0] is Scope.POD
        )
        namespace = endpoint.namespace if self.namespaces.is_used else None
        versions = frozenset(address.version for address in endpoint.addresses)
        addresses = endpoint.addresses if self.addresses.is_used else versions
        ports = tuple(port for port in endpoint.ports if port[0] in port_names)
        return endpoint.kind, namespace, pod_labels, addresses, ports

    def encode_declared(self, endpoint: DeclaredEndpoint) -> str:
        """A term that is true iff the endpoint looks like this declared one (its ports aside)."""
        terms = [self.encode_kind(KindIs(endpoint.kind))]
        if endpoint.kind is Kind.POD:
            if self.namespaces.is_used:
                terms.append(self.namespaces.encode(NamespaceIs(endpoint.namespace)))
            labels = dict(endpoint.labels)
            terms.extend(
                self.labels.table(key).equals(self.labels.project(key, labels))
                for key in self.labels.keys
                if key[0] is Scope.POD
            )
        terms.append(self._encode_known_address(endpoint.addresses))
        return self._script.all_of(terms)

    def _encode_known_address(self, addresses: Sequence[Address]) -> str:
        """The endpoint has one of its addresses in the flow; where no rule looks at the address, its families
        still matter, as both ends have to share one.
        """
        if not addresses:
            return TRUE
        if not self.addresses.is_used:
            return self.addresses.of_families({address.version for address in addresses})
        return self._script.any_of(self.addresses.encode_is(a) for a in addresses)

    def close(self, known: str) -> None:
        """Assert what is true of every endpoint and settle the domains; the last call on this encoder.

        `known` is the term of `encode_known`: any other pod has its address where pods have theirs.
        """
        require = self._script.require
        is_pod = self.encode_kind(KindIs(Kind.POD))
        require(negate(self._script.all_of((is_pod, self.encode_kind(KindIs(Kind.NODE))))))
        networks = self._world.pod_networks
        if networks:
            require(self._script.any_of((negate(is_pod), known, self._among(networks))))
        if self.addresses.is_used:
            elsewhere = self.addresses.encode_any((*networks, *self._world.taken))
            require(negate(self._script.all_of((self.encode_kind(KindIs(Kind.EXTERNAL)), elsewhere))))
        self.namespaces.close()
        self.labels.close()

    def _among(self, networks: Sequence[Network]) -> str:
        if self.addresses.is_used:
            return self.addresses.encode_any(networks)
        return self.addresses.of_families({network.version for network in networks})
