"""NPV262: a peer that selects hostNetwork pods, and with them everything on their nodes."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.errors import Severity
from npverify.lint.check import Check, Found
from npverify.lint.checks.host_network import relied_on
from npverify.lint.context import Context, policy_name, rule_name, workload_names
from npverify.lint.findings import Related
from npverify.lint.plugins import doubt, said
from npverify.lint.wording import quoted


def _find(context: Context) -> Iterator[Found]:
    profile = context.settings.profile
    if not profile.enforces or not profile.host_network_peers:
        return
    for policy in context.policies:
        for direction, number, rule in context.rules_of(policy):
            for place, peer in enumerate(rule.peers, start=1):
                pods = relied_on(context, peer, policy)
                if pods:
                    workload = pods[0].workload
                    yield Found(
                        subject=policy_name(policy),
                        part=rule_name(direction, number, place),
                        message=f"under {said(profile)}{doubt(profile, 'host_network_peers')} the peer "
                        f"admits {quoted(workload_names(pods))} by the addresses of their nodes, and so "
                        "whatever else has these addresses",
                        origin=peer.origin,
                        label="hostNetwork",
                        hint="most plugins do not admit hostNetwork pods by their labels: do not count on it",
                        related=(Related(f"`{workload}` is in the network of its node", workload.origin),),
                    )


_BAD = """\
# npverify lint --cni aws-vpc,enabled=true
apiVersion: v1
kind: Pod
metadata: {name: exporter, namespace: shop, labels: {app: exporter}}
spec: {hostNetwork: true}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector:
    matchLabels: {app: web}
  ingress:
  - from:
    - podSelector:
        matchLabels: {app: exporter}
"""

CHECK = Check(
    code="NPV262",
    name="host-network-peer",
    title="a peer that selects hostNetwork pods, and with them their nodes",
    severity=Severity.NOTE,
    why="Most network plugins never match hostNetwork pods by their labels (NPV226). Where one does, it "
    "admits the address of the node, which every other hostNetwork pod and every process of the node has.",
    fix="Put the pod into the pod network, if it need not be in that of its node. The same policy admits "
    "nothing of it under most other plugins.",
    bad=_BAD,
    good=_BAD.replace("spec: {hostNetwork: true}", "spec: {hostNetwork: false}"),
    cni="aws-vpc,enabled=true",
    find=_find,
)
