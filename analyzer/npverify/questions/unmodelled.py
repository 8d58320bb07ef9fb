"""Policies of APIs that npverify does not model: which of them may have a say under a network plugin."""

from __future__ import annotations

from collections.abc import Mapping

from npverify.cni import GENERIC, CniProfile
from npverify.manifests.plugin_names import GROUPS
from npverify.questions.settings import QuerySettings
from npverify.resources import Component
from npverify.resources.inventory import Inventory, UnmodelledPolicy

_ENFORCED_BY: Mapping[Component, frozenset[str]] = {
    Component.ANTREA: frozenset({"antrea"}),
    Component.AWS_VPC: frozenset({"aws-vpc", "aws-vpc-calico"}),
    Component.CALICO: frozenset({"calico", "canal", "aws-vpc-calico"}),
    Component.CILIUM: frozenset({"cilium"}),
    Component.OVN_KUBERNETES: frozenset({"ovn-kubernetes"}),
}
"""The profiles under which the policies of a plugin's own API groups may have an effect."""


def may_decide(policy: UnmodelledPolicy, profile: CniProfile) -> bool:
    """Whether a policy may have a say: not where it is of another plugin's API, or of one that enforces
    nothing. An API that is no plugin's (a service mesh's) may always have.
    """
    component = GROUPS.get(policy.group)
    if component is None or profile.name == GENERIC.name:
        return True
    return profile.enforces and profile.name in _ENFORCED_BY[component]


def left_open(inventory: Inventory, settings: QuerySettings) -> tuple[UnmodelledPolicy, ...]:
    """The policies that may have a say and are not to be ignored."""
    if settings.ignore_unmodelled:
        return ()
    return tuple(policy for policy in inventory.unmodelled if may_decide(policy, settings.profile))


def without_effect(inventory: Inventory, profile: CniProfile) -> tuple[UnmodelledPolicy, ...]:
    """The policies that cannot have a say."""
    return tuple(policy for policy in inventory.unmodelled if not may_decide(policy, profile))
