"""NPV228: an ipBlock for addresses inside the cluster."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.errors import Severity
from npverify.lint.blocks import left_of
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, policy_name, rule_name, rules_of, workload_names
from npverify.lint.wording import counted, quoted
from npverify.reference.network_policy import block_holds
from npverify.resources import IPBlock

_WIDEST = {4: 8, 6: 8}
"""Shorter prefixes mean "everywhere", of which the cluster is a part."""

_WIDEST_OF_SERVICES = {4: 12, 6: 64}
"""Shorter prefixes are more than the range of ClusterIPs, and mean something else."""

_BY_LABELS = "admit pods by their labels, and keep them out of a wider block with `except`"


def _find(context: Context) -> Iterator[Found]:
    said: dict[IPBlock, tuple[str, str] | None] = {}
    for policy in context.policies:
        for direction, number, rule in rules_of(policy):
            for place, peer in enumerate(rule.peers, start=1):
                block = peer.ip_block
                if block is None or block.cidr.prefixlen < _WIDEST[block.cidr.version]:
                    continue
                if block not in said:
                    said[block] = _say(context, block)
                found = said[block]
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


def _say(context: Context, block: IPBlock) -> tuple[str, str] | None:
    """The message and the hint about a block, if it is about the inside of the cluster."""
    return _pods(context, block) or _services(context, block) or _pod_network(context, block)


def _pods(context: Context, block: IPBlock) -> tuple[str, str] | None:
    pods = [
        declared
        for declared in context.pods_inside(block.cidr)
        if any(block_holds(block, address) for address in declared.pod.addresses)
    ]
    if not pods:
        return None
    names = quoted(workload_names(pods))
    return f"`{block.cidr}` holds addresses of {names}: {_effect(context)}", _BY_LABELS


def _services(context: Context, block: IPBlock) -> tuple[str, str] | None:
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
    return (
        f"`{block.cidr}` holds the ClusterIP of {names}: policies see the address behind it",
        "admit the pods behind the Service by their labels"
        if any(service.selector is not None for service in services)
        else "name the addresses of the endpoints of the Service",
    )


def _pod_network(context: Context, block: IPBlock) -> tuple[str, str] | None:
    for network in context.settings.pod_cidrs:
        if left_of(block, network) is not None:
            verb = "is in" if block.cidr.prefixlen >= network.prefixlen else "holds"
            return f"`{block.cidr}` {verb} the pod network `{network}`: {_effect(context)}", _BY_LABELS
    return None


def _effect(context: Context) -> str:
    if context.settings.profile.ip_block_matches_pods:
        return "whether an ipBlock admits pods depends on the network plugin"
    return "an ipBlock never admits pods with this network plugin"


CHECK = Check(
    code="NPV228",
    name="cluster-addresses",
    title="an ipBlock for addresses inside the cluster",
    severity=Severity.WARNING,
    why="An ipBlock is for addresses outside the cluster. Pods change theirs whenever they start, and some "
    "network plugins never match pods by address. The ClusterIP of a Service is rewritten before most "
    "plugins look, so that a rule for it admits nothing.",
    fix="Admit pods with podSelector and namespaceSelector. Where a block for outside addresses holds the "
    "pod network as well, take that out with `except`. Nothing is reported for blocks that mean everywhere.",
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
