"""Which endpoints a selection means in a map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from npverify.questions.connectivity.cuts import AddressCut
from npverify.questions.query import AddressAlternative, Alternative, NodeAlternative, Selection
from npverify.questions.selections import DeclaredPod, declared_in
from npverify.resources import Network
from npverify.resources.inventory import Inventory


@dataclass(frozen=True, slots=True)
class Filter:
    """The endpoints that are asked for at one side of a cell.

    `keys` are those of declared pods, `nodes` the names of nodes whose hostNetwork pods are meant; of outside
    addresses, those in `networks` and not in `excluded_networks`. None: all of them.
    """

    keys: frozenset[str] | None = None
    nodes: frozenset[str | None] = frozenset()
    networks: tuple[Network, ...] | None = None
    excluded_networks: tuple[Network, ...] = ()

    def admits(self, declared: DeclaredPod) -> bool:
        """Whether a declared pod is asked for."""
        if self.keys is None or declared.key in self.keys:
            return True
        return declared.pod.host_network and (None in self.nodes or declared.pod.node in self.nodes)

    def admits_atom(self, atom: int, cut: AddressCut) -> bool:
        """Whether the outside addresses of an atom are asked for; the networks have to be among the cuts."""
        if any(cut.bits(network) >> atom & 1 for network in self.excluded_networks):
            return False
        return self.networks is None or any(cut.bits(network) >> atom & 1 for network in self.networks)

    @property
    def cutting_networks(self) -> tuple[Network, ...]:
        """The networks at whose borders addresses have to be cut."""
        return (*(self.networks or ()), *self.excluded_networks)


def filter_of(selection: Selection | None, inventory: Inventory) -> Filter:
    """What a selection asks for; None asks for everything.

    A node stands for the hostNetwork pods on it.
    """
    if selection is None:
        return Filter()
    picked = declared_in(selection, inventory)
    return Filter(
        keys=frozenset(key for key, declared in picked.items() if isinstance(declared, DeclaredPod)),
        nodes=_nodes(selection.alternatives) - _nodes(selection.excluded),
        networks=_networks(selection.alternatives),
        excluded_networks=_networks(selection.excluded),
    )


def _nodes(alternatives: Iterable[Alternative]) -> frozenset[str | None]:
    return frozenset(each.name for each in alternatives if isinstance(each, NodeAlternative))


def _networks(alternatives: Iterable[Alternative]) -> tuple[Network, ...]:
    chosen = (each.networks for each in alternatives if isinstance(each, AddressAlternative))
    return tuple(dict.fromkeys(network for networks in chosen for network in networks))
