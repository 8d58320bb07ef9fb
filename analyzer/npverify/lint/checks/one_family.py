"""NPV227: every address of one IP family, on a cluster that has both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from npverify.errors import Severity
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, policy_name, rule_name
from npverify.resources import Address, Direction, NetworkPolicy, Peer, PolicyRule, Requirement

_EVERYTHING = {4: "0.0.0.0/0", 6: "::/0"}
_Key = tuple[str, tuple[Requirement, ...], Direction]


def _find(context: Context) -> Iterator[Found]:
    if len(context.settings.profile.families) == 1 or not is_dual_stack(context):
        return
    opened = _opened(context)
    for policy in context.policies:
        for direction, number, rule in context.rules_of(policy):
            for place, peer in enumerate(rule.peers, start=1):
                version = _family(peer)
                if peer.ip_block is None or version is None or _is_of_one_family(context, policy):
                    continue
                other = 10 - version
                if not any(_covers(more, rule, other) for more in opened[_key(policy, direction)]):
                    yield Found(
                        subject=policy_name(policy),
                        part=rule_name(direction, number, place),
                        message=f"`{_EVERYTHING[version]}` is every IPv{version} address: IPv{other} stays "
                        "closed, and the cluster has both",
                        origin=peer.ip_block.cidr_origin,
                        label=f"IPv{version} only",
                        hint=f"add an `ipBlock` with `cidr: {_EVERYTHING[other]}`, if both are meant",
                    )


def is_dual_stack(context: Context) -> bool:
    """Whether something in the input has addresses of both families, or asks for them."""
    inventory = context.inventory
    return (
        any(_has_both(declared.pod.addresses) for declared in context.pods)
        or any(_has_both(node.addresses) for node in inventory.nodes)
        or any(
            _has_both(service.cluster_addresses) or len(set(service.ip_families)) > 1
            for service in inventory.services
        )
        or len({network.version for network in context.settings.pod_cidrs}) > 1
    )


def _has_both(addresses: Iterable[Address]) -> bool:
    return len({address.version for address in addresses}) > 1


def _is_of_one_family(context: Context, policy: NetworkPolicy) -> bool:
    """Whether every selected pod is declared with its addresses, and all of them have one family alone."""
    pods = context.selected_pods(policy)
    return bool(pods) and all(len({a.version for a in declared.pod.addresses}) == 1 for declared in pods)


def _key(policy: NetworkPolicy, direction: Direction) -> _Key:
    return (policy.namespace, policy.pod_selector.requirements, direction)


def _opened(context: Context) -> dict[_Key, list[PolicyRule]]:
    """The rules that open a whole family, or both, by the pods that they are for."""
    found: dict[_Key, list[PolicyRule]] = {}
    for policy in context.policies:
        for direction, _, rule in context.rules_of(policy):
            if not rule.peers or any(_family(peer) is not None for peer in rule.peers):
                found.setdefault(_key(policy, direction), []).append(rule)
    return found


def _covers(more: PolicyRule, rule: PolicyRule, version: int) -> bool:
    """Whether a rule opens the family for some port of the other rule."""
    return (not more.peers or any(_family(peer) == version for peer in more.peers)) and (
        not more.ports or not rule.ports or not set(more.ports).isdisjoint(rule.ports)
    )


def _family(peer: Peer) -> int | None:
    """The IP version of a peer that is every address of a family, but for its excepts."""
    block = peer.ip_block
    return block.cidr.version if block is not None and block.cidr.prefixlen == 0 else None


CHECK = Check(
    code="NPV227",
    name="one-family",
    title="every address of one IP family, on a cluster that has both",
    severity=Severity.NOTE,
    why="`0.0.0.0/0` is every IPv4 address and no IPv6 address, and `::/0` the other way round. On a "
    "dual-stack cluster a rule for one of them leaves the other family closed: connections fail, or are slow "
    "because clients try the other family first.",
    fix="Add the other one, or leave out `from` or `to` altogether where everything is meant. Nothing is "
    "reported where nothing in the input has both families.",
    bad="""\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  ipFamilies: [IPv4, IPv6]
  ports: [{port: 80}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - from: [{ipBlock: {cidr: 0.0.0.0/0}}]
""",
    good="""\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  ipFamilies: [IPv4, IPv6]
  ports: [{port: 80}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - from: [{ipBlock: {cidr: 0.0.0.0/0}}, {ipBlock: {cidr: "::/0"}}]
""",
    find=_find,
)
