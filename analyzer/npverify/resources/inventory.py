"""Everything that was read, ready for the stages that follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from npverify.errors import Finding
from npverify.resources.admin_policy import AdminPolicy
from npverify.resources.network_policy import NetworkPolicy
from npverify.resources.origin import UNKNOWN_ORIGIN, Origin
from npverify.resources.plugin_signs import PluginSign
from npverify.resources.workloads import Namespace, Node, Service, Workload


@dataclass(frozen=True, slots=True)
class UnmodelledPolicy:
    """A policy object of an API that npverify knows but does not model (`namespace` None: cluster-scoped)."""

    api_version: str
    kind: str
    namespace: str | None
    name: str
    origin: Origin = field(default=UNKNOWN_ORIGIN, compare=False, repr=False)

    @property
    def group(self) -> str:
        """The API group: kinds of several are called the same."""
        return self.api_version.rpartition("/")[0]

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class Inventory:
    """The objects of the input, each tuple sorted by namespace, kind and name.

    `namespaces` holds every namespace that is declared or that some object lives in, by name, in sorted
    order. `ignored` counts the objects of kinds that say nothing about policies, by `apiVersion kind`.
    `admin_policies` are sorted by tier, priority and name: of one priority, no order is defined.
    `left_out` names the documents that `--keep-going` passed over. `plugin_signs` are objects that tell of a
    network plugin, in the order of reading: they have no part in any verdict.
    """

    namespaces: Mapping[str, Namespace]
    workloads: tuple[Workload, ...] = ()
    services: tuple[Service, ...] = ()
    nodes: tuple[Node, ...] = ()
    policies: tuple[NetworkPolicy, ...] = ()
    admin_policies: tuple[AdminPolicy, ...] = ()
    unmodelled: tuple[UnmodelledPolicy, ...] = ()
    ignored: Mapping[str, int] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    left_out: tuple[Finding, ...] = ()
    plugin_signs: tuple[PluginSign, ...] = ()

    @property
    def left_open(self) -> tuple[UnmodelledPolicy, ...]:
        """The policies that take no part in verdicts, and so leave them open: those of APIs that are not
        modelled, and admin policies, which are read and validated only.
        """
        admin = (
            UnmodelledPolicy("policy.networking.k8s.io", policy.kind, None, policy.name, policy.origin)
            for policy in self.admin_policies
        )
        return (*self.unmodelled, *admin)
