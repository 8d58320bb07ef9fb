"""Services as destinations: their ports become the ports of the pods behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from npverify.language.endpoints import Endpoint
from npverify.language.lookup import service_path
from npverify.language.traffic import AskedPort, items_of, render_item
from npverify.language.words import error_at, nearest
from npverify.questions.query import PodAlternative, Selection, TrafficItem
from npverify.reference import selects
from npverify.resources import ContainerPort, Service, ServicePort, Workload
from npverify.resources.inventory import Inventory

Translation = tuple[tuple[TrafficItem, ...], tuple[str, ...]]


def translate(service: Service, endpoint: Endpoint, asked: Sequence[AskedPort]) -> Translation:
    """The pod ports behind the Service ports that are asked for (none: all of them), and remarks that say so.

    Raises UsageError for a port that the Service does not have. A headless Service translates nothing.
    """
    path = service_path(service)
    if service.headless:
        return items_of(asked), (_headless_note(service),)
    if not service.ports:
        raise error_at(
            endpoint.text,
            endpoint.start,
            endpoint.end,
            f"`{path}` has no ports, so that nothing can be reached through it",
            expected="a Service with ports, or its pods",
            hint="ask about the pods behind it by their labels or their workload",
        )
    chosen: tuple[ServicePort, ...] = service.ports
    if items_of(asked):
        chosen = tuple(dict.fromkeys(port for item in asked for port in _ports_of(service, item)))
    items = tuple(dict.fromkeys(_target(port) for port in chosen))
    notes = tuple(dict.fromkeys(f"{path}: port {port.port} is pod port {port.target}" for port in chosen))
    return items, notes


def _ports_of(service: Service, asked: AskedPort) -> tuple[ServicePort, ...]:
    found = tuple(port for port in service.ports if _covers(asked.item, port))
    if not found:
        listed = ", ".join(_port_words(port) for port in service.ports)
        raise asked.error(
            f"`{service_path(service)}` has no port `{render_item(asked.item)}`",
            expected=f"a port of the Service: {listed}",
            suggestion=f"{service.ports[0].protocol.lower()}/{service.ports[0].port}",
        )
    return found


def _covers(item: TrafficItem, port: ServicePort) -> bool:
    if item.protocol not in (None, port.protocol):
        return False
    return item.name == port.name if item.name is not None else item.first <= port.port <= item.last


def _port_words(port: ServicePort) -> str:
    name = f" ({port.name})" if port.name else ""
    return f"{port.protocol.lower()}/{port.port}{name}"


def _target(port: ServicePort) -> TrafficItem:
    if isinstance(port.target, str):
        return TrafficItem(port.protocol, name=port.target)
    return TrafficItem(port.protocol, port.target, port.target)


def check_mixture(services: Sequence[tuple[Service, Endpoint]]) -> tuple[str, ...]:
    """Remarks on the Services among several destinations; raises UsageError for one that translates ports."""
    for service, endpoint in services:
        if not service.headless:
            raise error_at(
                endpoint.text,
                endpoint.start,
                endpoint.end,
                f"`{service_path(service)}` cannot be one of several destinations: its ports are not theirs",
                expected="a workload, labels or addresses",
                hint="ask about the Service in a question of its own",
            )
    return tuple(dict.fromkeys(_headless_note(service) for service, _ in services))


def _headless_note(service: Service) -> str:
    path = service_path(service)
    return f"{path} is headless: clients connect to its pods directly, so that ports are pod ports"


# Ports of a Service that are no ports of its pods -----------------------------------------------------


def port_notes(
    selection: Selection | None, items: Sequence[TrafficItem], inventory: Inventory
) -> tuple[str, ...]:
    """A remark on each port asked of a workload that only a Service in front of it has."""
    workloads = [
        alternative.workload
        for alternative in (selection.alternatives if selection else ())
        if isinstance(alternative, PodAlternative) and alternative.workload is not None
    ]
    if not workloads:
        return tuple(_unknown_names(items, inventory))
    return tuple(
        dict.fromkeys(
            note for workload in workloads for item in items for note in _notes(workload, item, inventory)
        )
    )


def _unknown_names(items: Sequence[TrafficItem], inventory: Inventory) -> Iterator[str]:
    ports = {port.name for workload in inventory.workloads for port in _container_ports(workload)}
    known = {name for name in ports if name is not None}
    for item in items:
        if item.name is not None and item.name not in known:
            close = nearest(item.name, known, most=1)
            question = f"; did you mean {close[0]}?" if close else ""
            yield f"no declared pod has a container port called {item.name}{question}"


def _notes(workload: Workload, item: TrafficItem, inventory: Inventory) -> Iterator[str]:
    declared = _container_ports(workload)
    if item.name is not None:
        yield from _name_notes(workload, item, declared)
        return
    if item.first != item.last or any(_is_declared(item, port) for port in declared):
        return
    for service in inventory.services:
        if _is_in_front(service, workload):
            for port in service.ports:
                if _covers(item, port) and port.target != port.port:
                    name = f"{service.namespace}/{service.name}"
                    yield (
                        f"port {port.port} is the port of Service {name}; its pods listen on "
                        f"{_number_of(port, declared)}: ask svc/{name} to use the Service port"
                    )


def _name_notes(workload: Workload, item: TrafficItem, declared: Sequence[ContainerPort]) -> Iterator[str]:
    if not any(port.name == item.name and item.protocol in (None, port.protocol) for port in declared):
        names = sorted(
            {f"{port.name} ({port.protocol.lower()}/{port.number})" for port in declared if port.name}
        )
        known = f"its named ports are {', '.join(names)}" if names else "it names no ports"
        yield f"{workload} declares no port called {render_item(item)}; {known}"


def _container_ports(workload: Workload) -> tuple[ContainerPort, ...]:
    pods = workload.pods or ((workload.template,) if workload.template else ())
    return tuple(dict.fromkeys(port for pod in pods for port in pod.ports))


def _is_declared(item: TrafficItem, port: ContainerPort) -> bool:
    return port.number == item.first and item.protocol in (None, port.protocol)


def _is_in_front(service: Service, workload: Workload) -> bool:
    if service.selector is None or not service.selector.requirements or service.headless:
        return False
    return service.namespace == workload.namespace and any(
        selects(service.selector, pod.labels) for pod in workload.pods
    )


def _number_of(port: ServicePort, declared: Sequence[ContainerPort]) -> int | str:
    if isinstance(port.target, int):
        return port.target
    numbers = [p.number for p in declared if p.name == port.target and p.protocol == port.protocol]
    return numbers[0] if len(numbers) == 1 else port.target
