"""The facts of a profile in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from types import MappingProxyType

from npverify.cni.profile import CniProfile

FACTS: Mapping[str, str] = MappingProxyType(
    {
        "enforces": "policies are enforced",
        "kinds": "policy kinds with an effect",
        "unselected_isolated": "pods that no policy selects are isolated",
        "policy_types": "rules that policyTypes leaves out are ignored",
        "ip_block_matches_pods": "an ipBlock matches pods",
        "ip_block_matches_nodes": "an ipBlock matches nodes",
        "except_mode": "what an except takes its addresses from",
        "named_ports_ingress": "a port name in an ingress rule",
        "named_ports_egress": "a port name in an egress rule",
        "any_ipv6_block": "an ipBlock ::/0 holds every IPv6 address",
        "unresolved_names_open": "names that no pod has open every port",
        "directions_apart": "a rule counts for its own direction only",
        "end_port": "endPort counts",
        "sctp": "SCTP",
        "families": "IP versions carried",
        "host_network_peers": "a peer's selectors select hostNetwork pods",
        "own_node_ingress": "a pod's own node reaches it",
        "own_node_egress": "a pod reaches its own node",
        "self_service_egress": "a pod to itself through a Service, egress",
        "self_service_ingress": "a pod to itself through a Service, ingress",
    }
)
"""Every fact that can change a verdict, by the field of the profile, in the order in which they are told."""

NO_FACTS = frozenset({"name", "version", "options", "evidence"})
"""The fields of a profile that are no facts."""


def value_words(value: object) -> str:
    """The value of a fact: `yes`, `per destination`, `4, 6`."""
    match value:
        case bool():
            return "yes" if value else "no"
        case StrEnum():
            return value.value
        case tuple():
            return ", ".join(map(_item_words, value)) or "none"
        case None:
            return "all that are modelled"
        case _:
            return str(value)


def _item_words(item: object) -> str:
    """A number, or a policy kind `apiVersion/kind` as `kind version`."""
    *_, version, kind = ("", "", *str(item).split("/"))
    return f"{kind} {version}" if version else kind


def differing_facts(one: CniProfile, other: CniProfile) -> tuple[str, ...]:
    """The fields in which two profiles differ, facts only."""
    names = (field.name for field in fields(CniProfile) if field.name not in NO_FACTS)
    return tuple(name for name in names if getattr(one, name) != getattr(other, name))
