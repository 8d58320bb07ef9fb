"""From all signs to what they allow: several plugins make one cluster, or contradict each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from npverify.cni.detection.antrea import suggest_antrea
from npverify.cni.detection.aws_vpc import suggest_aws_vpc
from npverify.cni.detection.calico import suggest_calico
from npverify.cni.detection.cilium import suggest_cilium
from npverify.cni.detection.flannel import suggest_flannel, suggest_kube_network_policies
from npverify.cni.detection.k3s import is_left_to_others, suggest_k3s
from npverify.cni.detection.others import suggest_kube_router, suggest_ovn_kubernetes, suggest_weave
from npverify.cni.detection.result import Detection, Sign, Suggestion
from npverify.cni.detection.seen import STRENGTHS, Seen
from npverify.resources import Component, PluginSign, SignKind
from npverify.resources.inventory import UnmodelledPolicy

Suggest = Callable[[Seen, SignKind], tuple[Suggestion, ...]]
"""The suggestions for one plugin, given the strongest kind of sign: several where it does not show which."""

_PLUGINS: Mapping[Suggest, tuple[Component, ...]] = {
    suggest_calico: (Component.CALICO,),
    suggest_cilium: (Component.CILIUM,),
    suggest_aws_vpc: (Component.AWS_VPC, Component.AWS_AGENT),
    suggest_weave: (Component.WEAVE, Component.WEAVE_POLICIES),
    suggest_kube_router: (Component.KUBE_ROUTER,),
    suggest_k3s: (Component.K3S,),
    suggest_antrea: (Component.ANTREA,),
    suggest_ovn_kubernetes: (Component.OVN_KUBERNETES,),
    suggest_kube_network_policies: (Component.KUBE_NETWORK_POLICIES,),
    suggest_flannel: (Component.FLANNEL,),
}
_UNPROFILED = (Component.KINDNET, Component.AZURE_POLICIES, Component.OPENSHIFT_SDN)
_LEAVING_TRACES = (Component.CALICO, Component.CILIUM, Component.ANTREA, Component.OVN_KUBERNETES)
"""What enforces policies, and may have left objects behind that run nothing."""


def detect(signs: Iterable[PluginSign], policies: Iterable[UnmodelledPolicy] = ()) -> Detection:
    """What the objects of an input tell of its network plugin, its policies of plugins' own kinds included.

    Only the strongest kind of sign counts: what runs before what is configured, and that before kinds and
    policies, which may be there without the plugin. Weaker signs of other plugins are remarked.
    """
    seen = Seen(signs, policies)
    level = seen.strongest
    if level is None:
        return Detection()
    found = [
        suggestions
        for suggest, components in _PLUGINS.items()
        if any(seen.has(component, level) for component in components)
        and (suggestions := suggest(seen, level))
    ]
    unprofiled = tuple(
        Sign(str(sign), f"{level} {component}", sign.origin)
        for component in _UNPROFILED
        for sign in seen.of(component, kind=level)[:1]
    )
    return Detection(_possible(found, level), unprofiled, tuple(_remarks(seen, level)))


def _possible(found: Sequence[tuple[Suggestion, ...]], level: SignKind) -> tuple[Suggestion, ...]:
    """The suggestions of the one plugin that enforces policies; of all, where it is not one."""
    enforcing = [each for each in found if any(s.profile.enforces for s in each)]
    if len(enforcing) > 1 and level is not SignKind.RUNS:
        certain = [each for each in enforcing if all(s.profile.enforces for s in each)]
        enforcing = certain or enforcing
    if len(enforcing) == 1:
        return enforcing[0]
    if enforcing:
        return tuple(suggestion for each in enforcing for suggestion in each if suggestion.profile.enforces)
    return found[0] if found else ()


def _remarks(seen: Seen, level: SignKind) -> Iterable[str]:
    if seen.has(Component.K3S, level) and is_left_to_others(seen):
        sign = seen.of(Component.K3S)[0]
        yield f"k3s runs neither its policy controller nor Flannel ({sign}, {sign.origin})"
    for component in _LEAVING_TRACES:
        weaker = seen.of(component)
        if weaker and STRENGTHS.index(weaker[0].sign_kind) > STRENGTHS.index(level):
            yield f"there are weaker signs of {component} too: {weaker[0]} ({weaker[0].origin})"
