"""Flows under policies, as the solver decides them: the rows of docs/cni-sources.md."""

from __future__ import annotations

from dataclasses import dataclass, replace
from ipaddress import ip_address

from tests.oracle import solver_reaches, split_pods
from tests.unit.questions.manifests import container_port, inventory, pod, policy

from npverify.cni import GENERIC
from npverify.questions.settings import QuerySettings, Universe
from npverify.resources import Protocol

ALLOWED, DENIED = True, False
UNLIKE = (ALLOWED, DENIED)
"""The specification allows it, the plugin does not."""

MORE = (DENIED, ALLOWED)
BOTH = (ALLOWED, ALLOWED)
NEITHER = (DENIED, DENIED)
HTTP = {"port": "http", "protocol": "TCP"}
NOSUCH = {"port": "nosuch", "protocol": "TCP"}


@dataclass(frozen=True)
class Row:
    """A flow, and whether the specification and the plugin allow it."""

    facts: dict[str, object]
    policies: list[object]
    source: str
    destination: str
    port: int
    expected: tuple[bool, bool]
    pods: tuple[object, ...] = ()
    protocol: Protocol = Protocol.TCP

    @property
    def found(self):
        """The same of both, as the solver has it."""
        here = inventory(*self.pods, *self.policies)
        return tuple(self._allows(here, profile) for profile in (GENERIC, self._profile))

    @property
    def _profile(self):
        return replace(GENERIC, name="row", **self.facts)

    def _allows(self, here, profile):
        ends = (_end(name, here) for name in (self.source, self.destination))
        settings = QuerySettings(universe=Universe.DECLARED, profile=profile)
        return solver_reaches(here, *ends, self.protocol, self.port, settings)


def _end(name, here):
    known = {workload.name: workload for workload in split_pods(here)}
    return known[name] if name in known else ip_address(name)


def http(number, protocol="TCP"):
    return container_port(number, "http", protocol)


def into_b(*rules, name="p"):
    return policy(name, {"app": "b"}, ingress=[*rules])


def from_a(*rules, name="p"):
    return policy(name, {"app": "a"}, types=["Egress"], egress=[*rules])


def plain(name, last, *, home="one", ports=(), **more):
    return pod(name, home=home, ips=[f"192.168.0.{last}"], app=name, ports=[*ports], **more)
