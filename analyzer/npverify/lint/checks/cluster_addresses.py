"""NPV228: an ipBlock for addresses inside the cluster."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.cni import limits_of
from npverify.errors import Severity
from npverify.lint.blocks import left_of
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, policy_name, rule_name, workload_names
from npverify.lint.plugins import doubt, how_to_admit_nodes, is_known, said
from npverify.lint.wording import counted, quoted
from npverify.reference.network_policy import block_holds
from npverify.resources import Direction, IPBlock

WIDEST = {4: 8, 6: 8}
"""Shorter prefixes mean "everywhere", of which the cluster is a part."""

_WIDEST_OF_SERVICES = {4: 12, 6: 64}
"""Shorter prefixes are more than the range of ClusterIPs, and mean something else."""

_BY_LABELS = "admit pods by their labels, and keep them out of a wider block with `except`"

_Said = tuple[str, str]
"""A message and a hint."""


def _find(context: Context) -> Iterator[Found]:
    told: dict[tuple[IPBlock, Direction], _Said | None] = {}
    for policy in context.policies:
        for direction, number, rule in context.rules_of(policy):
            for place, peer in enumerate(rule.peers, start=1):
                block = peer.ip_block
                if block is None or block.cidr.prefixlen < WIDEST[block.cidr.version]:
                    continue
                if (block, direction) not in told:
                    told[block, direction] = _say(context, block, direction)
                found = told[block, direction]
                if found is not None:
                    message, hint = found
                    yield Found(
                        subject=policy_name(policy),
                        part=rule_name(direction, number, place),
                        message=message,
                        origin=block.cidr_origin,
                        label="inside the cluster",
                        hint=hint,
                    )


def _say(context: Context, block: IPBlock, direction: Direction) -> _Said | None:
    """The message and the hint about a block, if it is about the inside of the cluster."""
    return (
        _pods(context, block)
        or _nodes(context, block)
        or _services(context, block, direction)
        or _pod_network(context, block)
    )


def _pods(context: Context, block: IPBlock) -> _Said | None:
    pods = [
        declared
        for declared in context.pods_inside(block.cidr)
        if any(block_holds(block, address) for address in declared.pod.addresses)
    ]
    if not pods:
        return None
    names = quoted(workload_names(pods))
    return f"`{block.cidr}` holds addresses of {names}: {_effect(context)}", _BY_LABELS


def _nodes(context: Context, block: IPBlock) -> _Said | None:
    """Nodes have no labels for policies, so that a block is the way to admit them; but not everywhere."""
    profile = context.settings.profile
    if profile.ip_block_matches_nodes:
        return None
    nodes = [n.name for n in context.inventory.nodes if any(block_holds(block, a) for a in n.addresses)]
    pods = [
        declared
        for declared in context.host_network_pods
        if any(block_holds(block, a) for a in declared.pod.addresses or declared.pod.node_addresses)
    ]
    if not nodes and not pods:
        return None
    names = counted(nodes, "node") if nodes else f"the nodes of {quoted(workload_names(pods))}"
    message = (
        f"`{block.cidr}` holds addresses of {names}: under {said(profile)} an ipBlock never matches nodes"
        f"{doubt(profile, 'ip_block_matches_nodes')}, so that the rule does not admit them"
    )
    return message, how_to_admit_nodes(profile)


def _services(context: Context, block: IPBlock, direction: Direction) -> _Said | None:
    if block.cidr.prefixlen < _WIDEST_OF_SERVICES[block.cidr.version]:
        return None
    services = [
        service
        for service in context.services.inside(block.cidr)
        if any(block_holds(block, address) for address in service.cluster_addresses)
    ]
    if not services:
        return None
    names = counted([str(service) for service in services], "Service")
    has_pods = any(service.selector is not None for service in services)
    return (
        f"`{block.cidr}` holds the ClusterIP of {names}: {_effect_on_services(context, direction)}",
        "admit the pods behind the Service by their labels"
        if has_pods
        else "name the addresses of the endpoints of the Service",
    )


def _effect_on_services(context: Context, direction: Direction) -> str:
    profile = context.settings.profile
    if direction is Direction.EGRESS and limits_of(profile).sees_cluster_ips:
        return (
            f"{said(profile)} looks at egress before the translation, so that the rule admits the Service as "
            "long as it keeps the address; most plugins see the address behind it"
        )
    if direction is Direction.INGRESS:
        return "no connection comes from such an address"
    return "policies see the address behind it"


def _pod_network(context: Context, block: IPBlock) -> _Said | None:
    for network in context.settings.pod_cidrs:
        if left_of(block, network) is not None:
            verb = "is in" if block.cidr.prefixlen >= network.prefixlen else "holds"
            return f"`{block.cidr}` {verb} the pod network `{network}`: {_effect(context)}", _BY_LABELS
    return None


def _effect(context: Context) -> str:
    profile = context.settings.profile
    unsure = doubt(profile, "ip_block_matches_pods")
    if not is_known(profile) and not profile.ip_block_matches_pods:
        return "an ipBlock never matches pods (`--ipblock-pods`), so that the rule admits none"
    if not profile.ip_block_matches_pods:
        return f"under {said(profile)} an ipBlock never matches pods{unsure}, so that the rule admits none"
    if not is_known(profile):
        return "whether an ipBlock admits pods depends on the network plugin"
    return f"under {said(profile)} the rule admits whatever pod has such an address{unsure}"


CHECK = Check(
    code="NPV228",
    name="cluster-addresses",
    title="an ipBlock for addresses inside the cluster",
    severity=Severity.WARNING,
    why="An ipBlock is for addresses outside the cluster. Pods change theirs whenever they start, and some "
    "network plugins never match pods, or nodes, by address. The ClusterIP of a Service is rewritten before "
    "most plugins look, so that a rule for it admits nothing.",
    fix="Admit pods with podSelector and namespaceSelector. Where a block for outside addresses holds the "
    "pod network as well, take that out with `except`. Nothing is reported for blocks that mean everywhere: "
    "see NPV256 for these.",
    bad="""\
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop}
spec:
  clusterIP: 10.96.0.17
  selector: {app: api}
  ports: [{port: 80}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: web}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - to: [{ipBlock: {cidr: 10.96.0.17/32}}]
""",
    good="""\
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop}
spec:
  clusterIP: 10.96.0.17
  selector: {app: api}
  ports: [{port: 80}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: web}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - to:
    - namespaceSelector:
        matchLabels: {kubernetes.io/metadata.name: shop}
      podSelector:
        matchLabels: {app: api}
""",
    find=_find,
)
