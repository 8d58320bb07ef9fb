"""NPV229: what an `except` takes out is let in again elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from npverify.errors import Severity
from npverify.lint.blocks import left_of
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, policy_name, rule_name, rules_of
from npverify.lint.findings import Related
from npverify.resources import Direction, IPBlock, Network, NetworkPolicy, Origin, PolicyRule


@dataclass(frozen=True, slots=True)
class _Grant:
    """A rule, or a block of one, that admits addresses; `block` None: every address."""

    policy: NetworkPolicy
    part: str
    rule: PolicyRule
    block: IPBlock | None
    origin: Origin


def _find(context: Context) -> Iterator[Found]:
    for policies in context.policies_by_namespace.values():
        for direction in Direction:
            yield from _of_direction(context, policies, direction)


def _of_direction(
    context: Context, policies: Sequence[NetworkPolicy], direction: Direction
) -> Iterator[Found]:
    grants = [grant for policy in policies for grant in _grants_of(policy, direction)]
    by_network: dict[Network | None, list[_Grant]] = {}
    for grant in grants:
        by_network.setdefault(grant.block.cidr if grant.block else None, []).append(grant)
    admitting: dict[Network, tuple[_Grant, ...]] = {}
    for grant in grants:
        for number, network in enumerate(grant.block.excepts if grant.block else ()):
            if network not in admitting:
                admitting[network] = tuple(_grants_around(network, by_network))
            other = next((o for o in admitting[network] if _undoes(context, o, grant)), None)
            if other is not None:
                yield _found(grant, number, other)


def _grants_around(
    network: Network, by_network: Mapping[Network | None, Sequence[_Grant]]
) -> Iterator[_Grant]:
    """The grants that hold the whole network and admit some of it.

    One whose block is smaller is an exception to an `except` on purpose.
    """
    yield from by_network.get(None, ())
    for length in range(network.prefixlen + 1):
        for grant in by_network.get(network.supernet(new_prefix=length), ()):
            if grant.block is not None and left_of(grant.block, network) is not None:
                yield grant


def _undoes(context: Context, other: _Grant, grant: _Grant) -> bool:
    return _has_all_ports(other.rule, grant.rule) and _share_pods(context, other.policy, grant.policy)


def _has_all_ports(other: PolicyRule, rule: PolicyRule) -> bool:
    """Whether a rule admits every port of another one; fewer are an exception on purpose as well."""
    return not other.ports or (bool(rule.ports) and set(other.ports).issuperset(rule.ports))


def _share_pods(context: Context, one: NetworkPolicy, other: NetworkPolicy) -> bool:
    """Whether some declared pod is selected by both policies; where the input declares no pods of the
    namespace, whether their selectors say so.
    """
    if one is other:
        return True
    if not context.has_workloads(one.namespace):
        ours, theirs = set(one.pod_selector.requirements), set(other.pod_selector.requirements)
        return not ours or not theirs or ours == theirs
    keys = context.selected_keys(one)
    return not keys.isdisjoint(context.selected_keys(other))


def _grants_of(policy: NetworkPolicy, direction: Direction) -> Iterator[_Grant]:
    for own, number, rule in rules_of(policy):
        if own is not direction:
            continue
        if not rule.peers:
            yield _Grant(policy, rule_name(direction, number), rule, None, rule.origin)
        for place, peer in enumerate(rule.peers, start=1):
            block = peer.ip_block
            if block is not None:
                yield _Grant(policy, rule_name(direction, number, place), rule, block, block.cidr_origin)


def _found(grant: _Grant, number: int, other: _Grant) -> Found:
    assert grant.block is not None
    network = grant.block.excepts[number]
    where = other.part if other.policy is grant.policy else f"`{policy_name(other.policy)}`"
    return Found(
        subject=policy_name(grant.policy),
        part=f"{grant.part} except {number + 1}",
        message=f"`{network}` is not kept out: {where} admits it all the same",
        origin=grant.block.except_origins[number] if grant.block.except_origins else grant.origin,
        label="admitted elsewhere",
        hint="an `except` takes addresses out of its own block only: take them out of the other one too",
        related=(Related("admitted here", other.origin),),
    )


CHECK = Check(
    code="NPV229",
    name="except-allowed",
    title="an `except` whose addresses are admitted elsewhere",
    severity=Severity.WARNING,
    why="Rules add up, and an `except` takes addresses out of its own block only. Where another peer, rule "
    "or policy for the same pods and ports admits them, they get through: an `except` is no deny.",
    fix="Take the addresses out of the other block as well, or remove it.",
    bad="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: no-metadata, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - to:
    - ipBlock:
        cidr: 0.0.0.0/0
        except: [169.254.169.254/32]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: all, namespace: shop}
spec:
  podSelector:
    matchLabels: {app: api}
  policyTypes: [Egress]
  egress:
  - {}
""",
    good="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: no-metadata, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - to:
    - ipBlock:
        cidr: 0.0.0.0/0
        except: [169.254.169.254/32]
""",
    find=_find,
)
