"""NPV254: an except that the network plugin applies to more than its own ipBlock."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.cni import ExceptMode
from npverify.errors import Severity
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, policy_name, rule_name, rules_of
from npverify.lint.findings import Related
from npverify.lint.plugins import manifest, said
from npverify.resources import Direction, IPBlock, Network, NetworkPolicy, PolicyRule

_Block = tuple[NetworkPolicy, PolicyRule, IPBlock]


def _find(context: Context) -> Iterator[Found]:
    profile = context.settings.profile
    if not profile.enforces or profile.except_mode is ExceptMode.PER_BLOCK:
        return
    for namespace, policies in context.policies_by_namespace.items():
        for direction in Direction:
            blocks = [
                (policy, rule, peer.ip_block)
                for policy in policies
                for rule in policy.rules(direction)
                for peer in rule.peers
                if peer.ip_block is not None
            ]
            yield from _in_slice(context, namespace, direction, blocks)


def _in_slice(
    context: Context, namespace: str, direction: Direction, blocks: list[_Block]
) -> Iterator[Found]:
    assert namespace is not None
    for policy, rule, block in blocks:
        for place, network in enumerate(block.excepts):
            hurt = next(
                (
                    other
                    for other in blocks
                    if other[2] is not block
                    and _same_reach(context, (policy, rule), other)
                    and _holds(other[2], network)
                ),
                None,
            )
            if hurt is None:
                continue
            number = next(n for d, n, r in rules_of(policy) if d is direction and r is rule)
            origins = block.except_origins
            yield Found(
                subject=policy_name(policy),
                part=f"{rule_name(direction, number)} except {network}",
                message=f"under {said(context.settings.profile)}, the exception {network} also takes these "
                f"addresses from the ipBlock {hurt[2].cidr} of {policy_name(hurt[0])}",
                origin=origins[place] if place < len(origins) else block.cidr_origin,
                label="refused as a whole",
                hint=f"allow {network} in a rule of its own, with a block as narrow as that",
                related=(Related("the block that it is taken from", hurt[2].cidr_origin),),
            )


def _same_reach(context: Context, own: tuple[NetworkPolicy, PolicyRule], other: _Block) -> bool:
    """Whether the plugin lets an exception of the one rule count for the block of the other."""
    if context.settings.profile.except_mode is ExceptMode.PER_RULE:
        return own[1] is other[1]
    shared = context.selected_keys(own[0]) & context.selected_keys(other[0])
    return own[0] is other[0] or bool(shared)


def _holds(block: IPBlock, network: Network) -> bool:
    """Whether the block allows addresses of the network."""
    if network.version != block.cidr.version or network.prefixlen < block.cidr.prefixlen:
        return False
    return network.network_address in block.cidr and network not in block.excepts


CHECK = Check(
    code="NPV254",
    name="wide-except",
    title="an `except` that the network plugin applies to other ipBlocks, too",
    severity=Severity.WARNING,
    why="By the specification an `except` only cuts its own block, and another rule may allow the same "
    "addresses. Some plugins keep them out of every block of the rule, or of every wider block of all "
    "policies of the pod.",
    fix="Allow the addresses in a rule of its own, with a block that is no wider than the exception.",
    bad=manifest(
        "aws-vpc,enabled=true",
        "  podSelector: {}\n  ingress:\n  - from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]\n"
        "  - from: [{ipBlock: {cidr: 10.0.0.0/9}}]\n    ports: [{port: 80}]\n",
    ),
    good=manifest(
        "aws-vpc,enabled=true",
        "  podSelector: {}\n  ingress:\n  - from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]\n",
    ),
    cni="aws-vpc,enabled=true",
    find=_find,
)
