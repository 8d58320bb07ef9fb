"""Services and the declared pods behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from npverify.lint.indexes import AddressIndex
from npverify.questions.selections import DeclaredPod
from npverify.resources import LabelSelector, Network, Protocol, Service

Matching = Callable[[LabelSelector, str], tuple[DeclaredPod, ...]]
Targets = frozenset[tuple[Protocol, int | str]]


class Services:
    """The Services of the input; `matching` gives the pods of a namespace that a selector matches."""

    def __init__(self, services: Iterable[Service], matching: Matching) -> None:
        self._services = tuple(services)
        self._matching = matching

    def __iter__(self) -> Iterator[Service]:
        return iter(self._services)

    def __bool__(self) -> bool:
        return bool(self._services)

    def of_namespace(self, namespace: str) -> tuple[Service, ...]:
        """The Services of a namespace."""
        return tuple(self._by_namespace.get(namespace, ()))

    @cached_property
    def _by_namespace(self) -> Mapping[str, list[Service]]:
        found: dict[str, list[Service]] = {}
        for service in self._services:
            found.setdefault(service.namespace, []).append(service)
        return found

    def pods_behind(self, service: Service) -> tuple[DeclaredPod, ...]:
        """The declared pods that a Service selects, those of hostNetwork included."""
        return self._matching(service.selector, service.namespace) if service.selector else ()

    def before(self, declared: DeclaredPod) -> tuple[Service, ...]:
        """The Services that select a pod."""
        return tuple(self._before.get(declared.key, ()))

    @cached_property
    def _before(self) -> Mapping[str, list[Service]]:
        found: dict[str, list[Service]] = {}
        for service in self._services:
            for declared in self.pods_behind(service):
                found.setdefault(declared.key, []).append(service)
        return found

    def targets(self, declared: DeclaredPod) -> Targets:
        """The pod ports to which Services lead on a pod."""
        return frozenset(
            (port.protocol, port.target) for service in self.before(declared) for port in service.ports
        )

    def inside(self, network: Network) -> tuple[Service, ...]:
        """The Services with a ClusterIP in the network."""
        return self._addresses.inside(network)

    @cached_property
    def _addresses(self) -> AddressIndex[Service]:
        return AddressIndex((service, service.cluster_addresses) for service in self._services)
