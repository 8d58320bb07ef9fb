"""Pods that are the destinations of a rule, and what is known about their ports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from npverify.lint.services import Services, Targets
from npverify.questions.selections import DeclaredPod
from npverify.resources import Protocol, Service, ServicePort


@dataclass(frozen=True, slots=True)
class Translation:
    """A port of a Service, and what it is on one of the pods behind it."""

    service: Service
    port: ServicePort
    declared: DeclaredPod
    number: int


@dataclass(frozen=True)
class PodGroup:
    """Declared pods, among Services."""

    pods: tuple[DeclaredPod, ...]
    services: Services

    @cached_property
    def workloads(self) -> tuple[str, ...]:
        """The workloads of the pods, each once, as `shop/deployment/api`."""
        return tuple(dict.fromkeys(str(declared.workload) for declared in self.pods))

    @cached_property
    def named(self) -> Mapping[tuple[str, Protocol], Mapping[int, Sequence[str]]]:
        """The numbers that each port name stands for, with the workloads where it does."""
        found: dict[tuple[str, Protocol], dict[int, dict[str, None]]] = {}
        for declared in self.pods:
            for port in declared.pod.ports:
                if port.name is not None:
                    numbers = found.setdefault((port.name, port.protocol), {})
                    numbers.setdefault(port.number, {})[str(declared.workload)] = None
        return {key: {n: tuple(names) for n, names in numbers.items()} for key, numbers in found.items()}

    @cached_property
    def listening(self) -> Targets:
        """The ports where a pod, or a Service of it, says that it listens."""
        own = {(port.protocol, port.number) for declared in self.pods for port in declared.pod.ports}
        return frozenset(own).union(*(self.services.targets(declared) for declared in self.pods))

    @cached_property
    def may_listen_anywhere(self) -> bool:
        """Whether neither some pod nor a Service of it says anything about its ports."""
        return any(not declared.pod.ports and not self.services.targets(declared) for declared in self.pods)

    @cached_property
    def translations(self) -> Mapping[tuple[Protocol, int | str], Sequence[Translation]]:
        """What Services make of their ports for these pods, by the number and the name of the Service port;
        each pod port once.
        """
        found: dict[tuple[Protocol, int | str], dict[int, Translation]] = {}
        for translation in self._every_translation():
            port = translation.port
            for word in (port.port, port.name):
                if word is not None:
                    found.setdefault((port.protocol, word), {}).setdefault(translation.number, translation)
        return {key: tuple(numbers.values()) for key, numbers in found.items()}

    def _every_translation(self) -> Iterator[Translation]:
        for declared in self.pods:
            for service in self.services.before(declared):
                for port in service.ports:
                    number = target_number(port, declared)
                    if number is not None:
                        yield Translation(service, port, declared, number)


def target_number(port: ServicePort, declared: DeclaredPod) -> int | None:
    """The pod port behind a Service port; None where the pod has none of that name."""
    if isinstance(port.target, int):
        return port.target
    for own in declared.pod.ports:
        if (own.name, own.protocol) == (port.target, port.protocol):
            return own.number
    return None


def workloads_of(groups: Iterable[PodGroup]) -> tuple[str, ...]:
    """The workloads of all groups, each once."""
    return tuple(dict.fromkeys(name for group in groups for name in group.workloads))
