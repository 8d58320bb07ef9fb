"""NPV231: DNS is admitted by label only, and pods ask NodeLocal DNS on their node."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.cni import CniProfile, OwnNodeEgress
from npverify.errors import Severity
from npverify.lint.admin_rules import may_accept_in
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, policy_name, rule_name
from npverify.lint.dns import NODE_LOCAL_ADDRESS, dns_port, holds_dns_port, node_local_dns
from npverify.lint.findings import Related
from npverify.lint.plugins import how_to_admit_nodes, said
from npverify.questions.selections import DeclaredPod
from npverify.reference.network_policy import block_holds
from npverify.resources import Direction, NetworkPolicy, PolicyRule, Protocol


def _find(context: Context) -> Iterator[Found]:
    server = node_local_dns(context)
    if server is None or context.settings.profile.own_node_egress is OwnNodeEgress.ALWAYS:
        return
    for namespace, policies in context.policies_by_namespace.items():
        if context.has_unmodelled_policies(namespace) or may_accept_in(context, namespace, Direction.EGRESS):
            continue
        isolating = context.isolating_policies(namespace, Direction.EGRESS)
        for policy in policies:
            number = _rule_by_label(context, policy)
            pods = [d for d in context.selected_pods(policy) if d.key in isolating]
            if number is not None and not all(
                any(_reaches_node(other) for other in isolating[declared.key]) for declared in pods
            ):
                yield _found(context, policy, number, server)


def _rule_by_label(context: Context, policy: NetworkPolicy) -> int | None:
    """The number of the first egress rule that is written for DNS and admits pods by their labels."""
    if Direction.EGRESS in context.directions(policy):
        for number, rule in enumerate(policy.egress, start=1):
            if dns_port(rule, Protocol.UDP) and any(peer.ip_block is None for peer in rule.peers):
                return number
    return None


def _reaches_node(policy: NetworkPolicy) -> bool:
    """Whether some egress rule of the policy admits NodeLocal DNS."""
    return any(_admits_node_local_dns(rule) for rule in policy.egress)


def _admits_node_local_dns(rule: PolicyRule) -> bool:
    has_port = dns_port(rule, Protocol.UDP) is not None or holds_dns_port(rule, Protocol.UDP)
    return has_port and (
        not rule.peers
        or any(
            peer.ip_block is not None and block_holds(peer.ip_block, NODE_LOCAL_ADDRESS)
            for peer in rule.peers
        )
    )


def _hint(profile: CniProfile) -> str:
    """What to do: an ipBlock, where the plugin lets one match nodes."""
    if profile.own_node_egress is OwnNodeEgress.NEVER:
        return f"under {said(profile)} no pod reaches its own node: change that setting of the plugin"
    if not profile.ip_block_matches_nodes:
        return how_to_admit_nodes(profile)
    return f"add an `ipBlock` with `cidr: {NODE_LOCAL_ADDRESS}/32`, or the address that it listens on here"


def _found(context: Context, policy: NetworkPolicy, number: int, server: DeclaredPod) -> Found:
    rule = policy.egress[number - 1]
    peer = next(peer for peer in rule.peers if peer.ip_block is None)
    return Found(
        subject=policy_name(policy),
        part=rule_name(Direction.EGRESS, number),
        message="name servers are admitted by label only: NodeLocal DNS answers on the node, which no label "
        "matches",
        origin=peer.origin,
        label="matches pods only",
        hint=_hint(context.settings.profile),
        related=(Related(f"`{server.workload}` runs in the network of its node", server.workload.origin),),
    )


CHECK = Check(
    code="NPV231",
    name="node-local-dns",
    title="name servers admitted by label only, on a cluster with NodeLocal DNS",
    severity=Severity.WARNING,
    why="With NodeLocal DNS a pod asks a cache on its own node, at 169.254.20.10. That is a hostNetwork pod, "
    "which no podSelector matches; so a rule for `k8s-app: kube-dns` does not admit it, and with network "
    "plugins that apply policies to traffic to the own node no name is found.",
    fix="Admit port 53 of 169.254.20.10/32, or of the address that the cache listens on, beside the name "
    "servers.",
    bad="""\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: node-local-dns, namespace: kube-system}
spec:
  selector: {matchLabels: {k8s-app: node-local-dns}}
  template:
    metadata: {labels: {k8s-app: node-local-dns}}
    spec: {hostNetwork: true}
---
apiVersion: v1
kind: Pod
metadata: {name: api, namespace: shop, labels: {app: api}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: dns, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - to:
    - namespaceSelector:
        matchLabels: {kubernetes.io/metadata.name: kube-system}
      podSelector:
        matchLabels: {k8s-app: kube-dns}
    ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
""",
    good="""\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: node-local-dns, namespace: kube-system}
spec:
  selector: {matchLabels: {k8s-app: node-local-dns}}
  template:
    metadata: {labels: {k8s-app: node-local-dns}}
    spec: {hostNetwork: true}
---
apiVersion: v1
kind: Pod
metadata: {name: api, namespace: shop, labels: {app: api}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: dns, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - to:
    - namespaceSelector:
        matchLabels: {kubernetes.io/metadata.name: kube-system}
      podSelector:
        matchLabels: {k8s-app: kube-dns}
    - ipBlock: {cidr: 169.254.20.10/32}
    ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
""",
    find=_find,
)
