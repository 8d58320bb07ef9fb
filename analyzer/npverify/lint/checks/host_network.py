"""NPV226: policies and peers for pods that live in the network of their node."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from npverify.cni import PLUGINS, CniProfile
from npverify.cni.topics import HOST_PODS
from npverify.errors import Severity
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, policy_name, rule_name, workload_names
from npverify.lint.extent import namespaces_meant
from npverify.lint.findings import Related
from npverify.lint.plugins import how_to_admit_nodes, said
from npverify.lint.wording import quoted
from npverify.questions.selections import DeclaredPod
from npverify.resources import LabelSelector, NetworkPolicy, Origin, Peer


def _find(context: Context) -> Iterator[Found]:
    if not context.host_network_pods:
        return
    for policy in context.policies:
        yield from _of_subject(context, policy)
        if context.settings.profile.host_network_peers:
            continue
        for direction, number, rule in context.rules_of(policy):
            for place, peer in enumerate(rule.peers, start=1):
                pods = relied_on(context, peer, policy)
                if pods:
                    yield _found(
                        policy,
                        rule_name(direction, number, place),
                        f"the peer does not admit {_names(pods)}: to policies they are their node",
                        peer.origin,
                        how_to_admit_nodes(context.settings.profile),
                        pods,
                    )


def _of_subject(context: Context, policy: NetworkPolicy) -> Iterator[Found]:
    """A policy for hostNetwork pods; one for every pod is not about them, unless there are no others."""
    pods = context.matching_host_pods(policy.pod_selector, policy.namespace)
    others = context.selected_pods(policy)
    if pods and (policy.pod_selector.requirements or not others):
        yield _found(
            policy,
            "podSelector",
            f"the policy has no effect on {_names(pods)}: policies do not apply to hostNetwork pods",
            policy.pod_selector.origin,
            _how_to_restrict(context.settings.profile),
            pods,
        )


def _how_to_restrict(profile: CniProfile) -> str:
    """How hostNetwork pods are restricted, as far as that is known of the network plugin."""
    plugin = PLUGINS.get(profile.name)
    known = [remark.text for remark in plugin.remarks if remark.topic == HOST_PODS] if plugin else []
    if not known:
        return "restrict them with the host policies of the network plugin, or drop `hostNetwork`"
    return f"drop `hostNetwork`: under {said(profile)} such pods are {known[0]}"


def relied_on(context: Context, peer: Peer, policy: NetworkPolicy) -> Sequence[DeclaredPod]:
    """The hostNetwork pods that a peer selects by its letter, where it selects no other declared pod."""
    if peer.ip_block is not None or context.admitted_pods(peer, policy):
        return ()
    selector = peer.pod_selector or LabelSelector()
    namespaces: Sequence[str] = namespaces_meant(context, peer, policy)
    if selector.requirements and peer.namespace_selector is not None:
        namespaces = [namespace.name for namespace in context.matching_namespaces(peer.namespace_selector)]
    return [declared for name in namespaces for declared in context.matching_host_pods(selector, name)]


def _names(pods: Sequence[DeclaredPod]) -> str:
    return quoted(workload_names(pods))


def _found(
    policy: NetworkPolicy, part: str, message: str, origin: Origin, hint: str, pods: Sequence[DeclaredPod]
) -> Found:
    return Found(
        subject=policy_name(policy),
        part=part,
        message=message,
        origin=origin,
        label="hostNetwork",
        hint=hint,
        related=(Related(f"`{pods[0].workload}` is in the network of its node", pods[0].workload.origin),),
    )


CHECK = Check(
    code="NPV226",
    name="host-network",
    title="policies and peers for pods in the network of their node",
    severity=Severity.WARNING,
    why="A pod with `hostNetwork: true` has the address of its node, and plugins take its traffic for the "
    "node's: policies that select it do not protect it, and peers that select it by label do not admit "
    "it.",
    fix="Protect such pods with host policies of the network plugin, and admit them by an ipBlock with the "
    "addresses of the nodes. Pods that need not be in the node's network are better off without it.",
    bad="""\
apiVersion: v1
kind: Pod
metadata: {name: exporter, namespace: shop, labels: {app: exporter}}
spec: {hostNetwork: true}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: exporter, namespace: shop}
spec:
  podSelector:
    matchLabels: {app: exporter}
  policyTypes: [Ingress]
""",
    good="""\
apiVersion: v1
kind: Pod
metadata: {name: exporter, namespace: shop, labels: {app: exporter}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: all, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
""",
    find=_find,
)
