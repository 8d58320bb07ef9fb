"""NPV256: a block of every address, which holds the cluster to some network plugins and not to others."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.cni import CniProfile
from npverify.errors import Severity
from npverify.lint.blocks import PRIVATE, is_covered, left_of
from npverify.lint.check import Check, Found
from npverify.lint.checks.cluster_addresses import WIDEST
from npverify.lint.context import Context, policy_name, rule_name
from npverify.lint.plugins import doubt, is_known, manifest, said
from npverify.reference.network_policy import block_holds
from npverify.resources import IPBlock, PolicyRule


def _find(context: Context) -> Iterator[Found]:
    profile = context.settings.profile
    if not is_known(profile):
        return
    for policy in context.policies:
        for direction, number, rule in context.rules_of(policy):
            found = _block_of(context, rule)
            if found is not None:
                place, block = found
                yield Found(
                    subject=policy_name(policy),
                    part=rule_name(direction, number, place),
                    message=f"`{block.cidr}` {_meaning(profile)}",
                    origin=block.cidr_origin,
                    label="and the cluster?",
                    hint="take the networks of the cluster out with `except`, if addresses outside are meant"
                    if profile.ip_block_matches_pods
                    else "add `namespaceSelector: {}` if pods are meant as well",
                )


def _block_of(context: Context, rule: PolicyRule) -> tuple[int, IPBlock] | None:
    """The first block of the rule that means everywhere, unless it says what of the cluster it means."""
    if any(
        peer.namespace_selector is not None
        and not peer.namespace_selector.requirements
        and (peer.pod_selector is None or not peer.pod_selector.requirements)
        for peer in rule.peers
    ):
        return None
    for place, peer in enumerate(rule.peers, start=1):
        block = peer.ip_block
        if block is not None and block.cidr.prefixlen < WIDEST[block.cidr.version]:
            return None if _leaves_cluster_out(context, block) else (place, block)
    return None


def _leaves_cluster_out(context: Context, block: IPBlock) -> bool:
    """Whether the excepts take out where pods are, or something that looks like it."""
    if context.settings.pod_cidrs:
        return all(left_of(block, network) is None for network in context.settings.pod_cidrs)
    addresses = [
        address
        for declared in context.pods
        for address in declared.pod.addresses
        if address.version == block.cidr.version
    ]
    if addresses:
        return not any(block_holds(block, address) for address in addresses)
    return any(is_covered(network, block.excepts) for network in PRIVATE)


def _meaning(profile: CniProfile) -> str:
    unsure = doubt(profile, "ip_block_matches_pods", "ip_block_matches_nodes")
    under = f"under {said(profile)}{unsure}"
    match profile.ip_block_matches_pods, profile.ip_block_matches_nodes:
        case True, True:
            return f"holds the cluster as well: {under} the rule admits every pod and every node"
        case True, False:
            return f"holds every pod of the cluster as well, and no node, {under}"
        case False, True:
            return f"holds the nodes of the cluster as well, and no pod, {under}"
        case _:
            return f"holds no pod and no node {under}: the rule admits addresses outside the cluster only"


CHECK = Check(
    code="NPV256",
    name="everywhere-block",
    title="a block of every address, and what of the cluster is in it",
    severity=Severity.NOTE,
    why="`0.0.0.0/0` is often written for everything outside the cluster, or for everything. To most network "
    "plugins it holds every pod and node as well, so that the rule opens the cluster; to others no block "
    "ever matches a pod or a node, so that neither pods nor the API server are reached by it.",
    fix="Take the networks of the cluster out with `except` where addresses outside are meant, and leave out "
    "`from` or `to`, or add `namespaceSelector: {}`, where pods are meant as well. Reported only under a "
    "network plugin that is named with `--cni`.",
    bad=manifest(
        "calico",
        "  podSelector: {}\n  policyTypes: [Egress]\n  egress:\n  - to: [{ipBlock: {cidr: 0.0.0.0/0}}]\n",
    ),
    good=manifest(
        "calico",
        "  podSelector: {}\n  policyTypes: [Egress]\n  egress:\n"
        "  - to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]\n",
    ),
    cni="calico",
    find=_find,
)
