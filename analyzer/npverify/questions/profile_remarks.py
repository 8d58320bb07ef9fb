"""What an answer says of the network plugin that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from npverify.cni import (
    FACTS,
    GENERIC,
    CniProfile,
    NamedPorts,
    SelfService,
    limits_of,
    outdated_by,
    value_words,
)
from npverify.dialects import names_are_looked_up
from npverify.dialects.admin import KINDS, owner_of
from npverify.dialects.kubernetes import KIND
from npverify.dialects.surroundings import names_a_port
from npverify.questions.query import Query
from npverify.questions.unmodelled import without_effect
from npverify.resources import AdminPolicy, Direction, NetworkPolicy, Peer, PolicyPort, PolicyRule
from npverify.resources.inventory import Inventory, UnmodelledPolicy

_MOST_NAMES = 5
NOTHING = "nothing is enforced"
"""How the note begins that comes before everything else."""


def enforcement(profile: CniProfile) -> str:
    """The first of the assumptions: who enforces the policies."""
    if profile.name == GENERIC.name:
        return f"the network plugin enforces the policies as specified (profile `{profile}`)"
    if not profile.enforces:
        return f"the network plugin enforces no policy (profile `{profile}`)"
    newest = outdated_by(profile)
    later = f", taken to be as {newest}, the newest release that was read" if newest else ""
    return f"the network plugin enforces the policies as `{profile}` does{later} (`npverify cni {profile}`)"


def idle_notes(inventory: Inventory, profile: CniProfile) -> tuple[str, ...]:
    """Which policies of one input have no effect: `not_enforced`, which comes first, and `rejected`."""
    return (*not_enforced([inventory], profile), *rejected([inventory], profile))


def not_enforced(inventories: Sequence[Inventory], profile: CniProfile) -> Iterator[str]:
    """What comes before everything else: that nothing is enforced, or which policies are not."""
    policies: list[NetworkPolicy | AdminPolicy] = []
    foreign: list[UnmodelledPolicy] = []
    for own in inventories:
        policies += [*own.policies, *own.admin_policies]
        foreign += without_effect(own, profile)
    if not profile.enforces:
        is_off = profile.name == "aws-vpc" and "enabled=true" not in profile.options
        off = f"; where it is on, say `--cni {profile.name},enabled=true`" if is_off else ""
        yield (
            f"{NOTHING}: under `{profile}` every connection is allowed, and the policies that were "
            f"read have no effect ({len(policies) + len(foreign)}){off}"
        )
        return
    if profile.kinds is None:
        return
    names = [_name(policy) for policy in policies if _kind(policy) not in profile.kinds]
    idle = list(dict.fromkeys((*names, *(f"{policy} of {policy.group}" for policy in foreign))))
    if idle:
        yield (
            f"policies of kinds that `{profile}` does not implement have no effect: {_listed(idle)} "
            f"(it implements {value_words(profile.kinds)})"
        )


def unchecked(
    inventories: Iterable[Inventory], profile: CniProfile, *, itself: bool = False
) -> Iterator[str]:
    """The facts that take part in the input and that nobody has checked; `itself`: also those about a pod's
    connection to itself through a Service.
    """
    if not profile.enforces:
        return
    policies = [policy for own in inventories for policy in own.policies]
    for fact, evidence in sorted(profile.evidence.items()):
        if not evidence.verified and takes_part(fact, policies, itself=itself):
            yield (
                f"{FACTS[fact]}: {value_words(getattr(profile, fact))}; that is an inference, checked on no "
                f"cluster ({evidence.source})"
            )


def taken_for_granted(
    inventories: Sequence[Inventory], profile: CniProfile, *, itself: bool = False
) -> Iterator[str]:
    """What an answer rests on about the network plugin: who enforces first; `itself` as for `unchecked`."""
    yield enforcement(profile)
    yield from unchecked(inventories, profile, itself=itself)
    if itself:
        yield from past_admin_policies(inventories, profile)
    yield from by_declared_pods(inventories, profile)


def past_admin_policies(inventories: Iterable[Inventory], profile: CniProfile) -> Iterator[str]:
    """That a pod which always reaches itself through a Service is taken to pass by admin policies as well."""
    always = SelfService.ALWAYS in (profile.self_service_egress, profile.self_service_ingress)
    if not profile.enforces or not always:
        return
    kinds = [_kind(policy) for own in inventories for policy in own.admin_policies]
    if any(profile.kinds is None or kind in profile.kinds for kind in kinds):
        yield (
            "what always lets a pod reach itself through a Service passes by admin policies too; that is an "
            "inference, checked on no cluster (it was read about NetworkPolicies)"
        )


def by_declared_pods(inventories: Iterable[Inventory], profile: CniProfile) -> Iterator[str]:
    """That the plugin looks up port names at pods, of which only those of the input are known."""
    policies = [policy for own in inventories for policy in own.policies]
    if not profile.enforces or not names_are_looked_up(profile):
        return
    if any(takes_part(f"named_ports_{d.lower()}", policies) for d in Direction):
        yield (
            "a port name stands for the numbers that the pods of the input give it: a pod that does not "
            "exist yet could add others"
        )


def untranslated(query: Query, inventory: Inventory, profile: CniProfile) -> Iterator[str]:
    """What a verdict about a Service rests on where the plugin looks at egress before its address is
    translated.
    """
    if not profile.enforces or not limits_of(profile).sees_cluster_ips:
        return
    if any(Direction.EGRESS in policy.policy_types for policy in inventory.policies):
        for service in query.services:
            yield (
                f"`{profile}` decides egress to the cluster address of {service}, which it looks at before "
                "its translation, as egress to the pods behind it"
            )


def takes_part(fact: str, policies: Sequence[NetworkPolicy], *, itself: bool = False) -> bool:
    """Whether a fact can matter to the verdicts about some policies."""
    ingress = [rule for policy in policies for rule in policy.ingress]
    egress = [rule for policy in policies for rule in policy.egress]
    match fact:
        case "named_ports_ingress":
            return any(isinstance(port.port, str) for port in _ports(ingress))
        case "named_ports_egress":
            return any(isinstance(port.port, str) for port in _ports(egress))
        case "end_port":
            return any(port.end_port is not None for port in _ports([*ingress, *egress]))
        case "except_mode":
            return any(peer.ip_block and peer.ip_block.excepts for peer in _peers([*ingress, *egress]))
        case "ip_block_matches_pods" | "ip_block_matches_nodes":
            return any(peer.ip_block for peer in _peers([*ingress, *egress]))
        case "policy_types":
            return any(
                policy.rules(direction) and direction not in policy.policy_types
                for policy in policies
                for direction in Direction
            )
        case "self_service_egress" | "self_service_ingress":
            return itself
        case "own_node_egress":
            return True  # what a plugin does after the policies, or without any
        case _:
            return bool(policies)


def _ports(rules: Iterable[PolicyRule]) -> Iterator[PolicyPort]:
    return (port for rule in rules for port in rule.ports)


def _peers(rules: Iterable[PolicyRule]) -> Iterator[Peer]:
    return (peer for rule in rules for peer in rule.peers)


def _kind(policy: NetworkPolicy | AdminPolicy) -> str:
    return KIND if isinstance(policy, NetworkPolicy) else KINDS[policy.kind]


def _name(policy: NetworkPolicy | AdminPolicy) -> str:
    return f"NetworkPolicy {policy}" if isinstance(policy, NetworkPolicy) else owner_of(policy)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_MOST_NAMES]) + (", …" if len(names) > _MOST_NAMES else "")


def rejected(inventories: Iterable[Inventory], profile: CniProfile) -> Iterator[str]:
    """The policies that the plugin drops as a whole, since a rule of theirs has a port by name."""
    if NamedPorts.REJECT_POLICY not in (profile.named_ports_ingress, profile.named_ports_egress):
        return
    names = [str(policy) for own in inventories for policy in own.policies if names_a_port(policy)]
    if names and profile.enforces:
        yield (
            f"`{profile}` rejects policies with a port name, so these have no effect: "
            f"{_listed(list(dict.fromkeys(names)))}"
        )
