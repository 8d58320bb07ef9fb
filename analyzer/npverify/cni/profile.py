"""The facts in which network plugins differ, as far as a verdict depends on them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class OwnNodeEgress(StrEnum):
    """Whether a pod always reaches the node it runs on (the specification leaves it open)."""

    OPEN = "open"
    ALWAYS = "always"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class CniProfile:
    """One plugin's reading of the specification (semantics/cni.md section 1.0).

    `ip_block_matches_pods`: whether an ipBlock matches the address of a pod.
    `own_node_egress`: OPEN keeps the question undetermined, ALWAYS lets every pod reach its own node,
    POLICY leaves that traffic to the policies.
    """

    name: str
    ip_block_matches_pods: bool = True
    own_node_egress: OwnNodeEgress = OwnNodeEgress.OPEN


GENERIC = CniProfile(name="generic")
"""The Kubernetes specification, with what it leaves open kept open."""
