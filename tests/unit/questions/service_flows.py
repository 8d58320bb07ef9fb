"""Flows through a Service that has changed, decided one by one."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from itertools import product
from unittest.mock import patch

from tests.comparison_atoms import flow_passes
from tests.comparison_oracle import compare_and_record

from npverify.questions.comparison import Change, ComparisonSettings
from npverify.reference import Evaluator
from npverify.resources import (
    ContainerPort,
    ExternalEndpoint,
    Flow,
    Namespace,
    Pod,
    PodEndpoint,
    Protocol,
)

HOME = Namespace("one", {"kubernetes.io/metadata.name": "one"}, declared=False)
ALONE = {
    "a": {"app": "a"},
    "b": {"app": "b"},
    "a in a": {"app": "a", "tier": "a"},
    "b in a": {"app": "b", "tier": "a"},
}
NAMED = ({}, {"http": 80}, {"http": 81, "metrics": 80}, {"http": 82}, {"metrics": 81})
PORTS = (79, 80, 81, 82)


def check_services(old, new):
    """See that the regions about each port of the one Service hold just the flows that changed."""
    comparison, found = compare_and_record(old, new, ComparisonSettings(limit=None))
    assert comparison.complete
    (before,), (after,) = old.services, new.services
    evaluators = [Evaluator(version.policies, ComparisonSettings().query.profile) for version in (old, new)]
    through = [each for each in found if each.job.service is not None]
    ports = {(p.protocol, p.port) for each in (before, after) for p in each.ports}
    with patch("npverify.reference.evaluator.nearest_rules", return_value=()):
        for protocol, number in sorted(ports):
            own = [e for e in through if (e.job.service.protocol, e.job.service.port) == (protocol, number)]
            for flow in _flows(before, after):
                allowed = [
                    leads_to(service, flow, protocol, number) and evaluator.evaluate(flow).allowed
                    for service, evaluator in zip((before, after), evaluators, strict=True)
                ]
                change = {(False, True): Change.OPENED, (True, False): Change.CLOSED}.get(tuple(allowed))
                regions = {
                    e.change for e in own if all(flow_passes(t, flow) is holds for t, holds in e.literals)
                }
                assert regions == ({change} if change else set()), (protocol, number, flow, regions)


def leads_to(service, flow, protocol, number):
    """Whether a port of the Service leads to the destination of a flow, and to its port."""
    pod = flow.destination.pod
    if not _selects(service, pod):
        return False
    for port in service.ports:
        target = port.port if service.headless else port.target
        resolved = {p.number for p in pod.ports if p.name == target and p.protocol is port.protocol} | {
            target
        }
        is_meant = (port.protocol, port.port) == (protocol, number) and flow.protocol is protocol
        if is_meant and flow.port in resolved:
            return True
    return False


def _selects(service, pod):
    return all(pod.labels.get(r.key) in r.values for r in service.selector.requirements)


def _flows(before, after) -> Iterator[Flow]:
    """Flows to any pod behind the Service in either version."""
    pods = [
        Pod(
            "one", "backend", labels, ports=tuple(ContainerPort(n, p, Protocol.TCP) for n, p in named.items())
        )
        for labels, named in product(ALONE.values(), NAMED)
    ]
    behind = [pod for pod in pods if _selects(before, pod) or _selects(after, pod)]
    clients = [ExternalEndpoint(ip_address(each)) for each in ("10.0.0.1", "10.9.0.1", "2001:db8::1")]
    clients += [_end("client", {"app": value}, "10.0.0.2") for value in ("a", "c")]
    for source, pod, protocol, port in product(clients, behind, (Protocol.TCP, Protocol.UDP), PORTS):
        family = "10.0.0.3" if source.address.version == 4 else "2001:db8::3"
        destination = PodEndpoint(pod, HOME, ip_address(family))
        yield Flow(source, destination, protocol, port)


def _end(name, labels, address):
    return PodEndpoint(Pod("one", name, labels), HOME, ip_address(address))
