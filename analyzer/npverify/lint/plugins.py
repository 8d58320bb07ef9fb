"""What the checks about network plugins share: who is looked at, and example manifests."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.cni import GENERIC, CniProfile, NamedPorts
from npverify.lint.context import Context
from npverify.resources import AdminPolicy, Direction, NetworkPolicy


def every_policy(context: Context) -> Iterator[NetworkPolicy | AdminPolicy]:
    """The policies of every kind that is modelled, whether or not they have an effect."""
    yield from context.inventory.policies
    yield from context.inventory.admin_policies


def said(profile: CniProfile) -> str:
    """The plugin as a message names it."""
    return f"`--cni {profile}`"


def is_known(profile: CniProfile) -> bool:
    """Whether a network plugin that enforces policies is named; the specification is none."""
    return profile.enforces and profile.name != GENERIC.name


def doubt(profile: CniProfile, *facts: str) -> str:
    """What a message adds where one of these facts about the plugin is an inference."""
    evidence = (profile.evidence.get(fact) for fact in facts)
    if all(each is None or each.verified for each in evidence):
        return ""
    return " (an inference, checked on no cluster)"


def named_ports(profile: CniProfile, direction: Direction) -> NamedPorts:
    """What a port name comes to in rules of one direction."""
    return profile.named_ports_ingress if direction is Direction.INGRESS else profile.named_ports_egress


def how_to_admit_nodes(profile: CniProfile) -> str:
    """How nodes, and the hostNetwork pods on them, are admitted."""
    if profile.ip_block_matches_nodes:
        return "use an `ipBlock` with the addresses of the nodes"
    return (
        "use a policy kind of the plugin itself, or the setting with which an ipBlock matches nodes "
        f"(`npverify cni {profile.name}`)"
    )


def manifest(cni: str, body: str) -> str:
    """A policy of the shop with this spec, to be looked at under a network plugin."""
    return f"""\
# npverify lint --cni {cni}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: web, namespace: shop}}
spec:
{body}"""
