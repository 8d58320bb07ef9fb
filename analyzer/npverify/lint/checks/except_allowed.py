"""NPV229: what an `except` takes out is let in again elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from npverify.cni import ExceptMode
from npverify.errors import Severity
from npverify.lint.blocks import common, left_of
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, policy_name
from npverify.lint.findings import Related
from npverify.lint.grants import AddressTable, Grant, grants_of
from npverify.lint.plugins import doubt, said
from npverify.lint.pod_classes import every_class
from npverify.resources import Address, Direction, Network, NetworkPolicy, PolicyRule


def _find(context: Context) -> Iterator[Found]:
    if context.settings.profile.except_mode is not ExceptMode.PER_BLOCK:
        yield from _by_plugin(context)
        return
    for policies in context.policies_by_namespace.values():
        for direction in Direction:
            yield from _of_direction(context, policies, direction)


def _of_direction(
    context: Context, policies: Sequence[NetworkPolicy], direction: Direction
) -> Iterator[Found]:
    grants = [grant for policy in policies for grant in grants_of(context, policy, direction)]
    by_network: dict[Network | None, list[Grant]] = {}
    for grant in grants:
        by_network.setdefault(grant.block.cidr if grant.block else None, []).append(grant)
    admitting: dict[Network, tuple[Grant, ...]] = {}
    for grant in grants:
        for number, network in enumerate(grant.block.excepts if grant.block else ()):
            if network not in admitting:
                admitting[network] = tuple(_grants_around(network, by_network))
            other = next((o for o in admitting[network] if _undoes(context, o, grant)), None)
            if other is not None:
                words = f"{other.seen_from(grant)} admits it all the same"
                yield _found(context, grant, number, other, f"is not kept out: {words}")


def _grants_around(network: Network, by_network: Mapping[Network | None, Sequence[Grant]]) -> Iterator[Grant]:
    """The grants that hold the whole network and admit some of it.

    One whose block is smaller is an exception to an `except` on purpose.
    """
    yield from by_network.get(None, ())
    for length in range(network.prefixlen + 1):
        for grant in by_network.get(network.supernet(new_prefix=length), ()):
            if grant.block is not None and left_of(grant.block, network) is not None:
                yield grant


def _undoes(context: Context, other: Grant, grant: Grant) -> bool:
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


@dataclass(frozen=True, slots=True)
class _Undone:
    """An except, counted from 0, and the addresses of it that another grant, or its own, admits."""

    grant: Grant
    number: int
    other: Grant
    admitted: tuple[Address, ...]
    is_whole: bool


def _by_plugin(context: Context) -> Iterator[Found]:
    """As above where excepts count beyond their block: what the plugin admits of each except."""
    said_of: set[tuple[str, str, int]] = set()
    profile = context.settings.profile
    under = f"under {said(profile)}{doubt(profile, 'except_mode')}"
    for own in every_class(context):
        for undone in _undone(AddressTable(context, own)):
            grant, number, other = undone.grant, undone.number, undone.other
            key = (str(grant.policy), grant.part, number)
            if key not in said_of:
                said_of.add(key)
                what = "is not kept out" if undone.is_whole else "is not all kept out"
                whose = "its own rule" if other is grant else other.seen_from(grant)
                words = f"{whose} admits `{undone.admitted[0]}` all the same"
                yield _found(context, grant, number, other, f"{what} {under}: {words}")


def _undone(table: AddressTable) -> Iterator[_Undone]:
    for grant in table.grants:
        for number, network in enumerate(grant.block.excepts if grant.block else ()):
            inside = table.inside(network)
            for other in table.grants:
                admitted = tuple(a for a in inside if _admits(table, other, a, grant, network))
                if admitted:
                    yield _Undone(grant, number, other, admitted, len(admitted) == len(inside))


def _admits(table: AddressTable, other: Grant, address: Address, grant: Grant, network: Network) -> bool:
    """Whether another grant that holds the whole except admits an address, or its own in spite of it."""
    if not table.admits(other, address):
        return False
    if other is grant:
        return not table.holds(grant.rule, address)
    is_around = other.block is None or common(other.block.cidr, network) == network
    return is_around and other.holds(address) and _has_all_ports(other.rule, grant.rule)


def _found(context: Context, grant: Grant, number: int, other: Grant, what: str) -> Found:
    assert grant.block is not None
    is_per_block = context.settings.profile.except_mode is ExceptMode.PER_BLOCK
    return Found(
        subject=policy_name(grant.policy),
        part=f"{grant.part} except {number + 1}",
        message=f"`{grant.block.excepts[number]}` {what}",
        origin=grant.origin_of_except(number),
        label="admitted elsewhere",
        hint="an `except` takes addresses out of its own block only: take them out of the other one too"
        if is_per_block
        else _HINT
        if other is grant
        else "take them out of the other one too",
        related=(Related("admitted here", other.origin),),
    )


_HINT = "write the networks that are left as ipBlocks of their own instead"


CHECK = Check(
    code="NPV229",
    name="except-allowed",
    title="an `except` whose addresses are admitted elsewhere",
    severity=Severity.WARNING,
    why="Rules add up, and an `except` takes addresses out of its own block only. Where another peer, rule "
    "or policy for the same pods and ports admits them, they get through: an `except` is no deny. Where the "
    "network plugin named with `--cni` lets an `except` count for other blocks too (NPV254), only what it "
    "admits all the same is reported.",
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
