"""The facts in which network plugins differ, as far as a verdict depends on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class OwnNodeEgress(StrEnum):
    """Whether a pod always reaches the node it runs on, never does, or does where its policies let it; the
    specification leaves it open.
    """

    OPEN = "open"
    ALWAYS = "always"
    POLICY = "policy"
    NEVER = "never"


class OwnNodeIngress(StrEnum):
    """Whether a pod's own node always reaches it: OPEN where only some processes of the node do."""

    ALWAYS = "always"
    OPEN = "open"


class ExceptMode(StrEnum):
    """What an address in an `except` is kept from.

    PER_BLOCK: the block it belongs to (the specification). ONE_SET: the blocks of its rule that are wider
    than the `except`, or as wide and listed before it: the longest prefix of the rule that holds an address
    decides, and the last of equals. ONE_TABLE: the wider blocks of all policies of the pod: the longest
    prefix that holds an address decides, in a table of networks that inherit from one another
    (docs/cni-sources.md, A3).
    """

    PER_BLOCK = "per block"
    ONE_SET = "one set a rule"
    ONE_TABLE = "one table a pod"


class NamedPorts(StrEnum):
    """What a port name in a rule comes to.

    PER_DESTINATION: the numbers that the destination pod gives it (the specification). SELECTED_PODS: any
    number that some pod selected by the policy gives it, hostNetwork pods included, at every pod selected.
    AGREED: the one number that all pods of the cluster that have it give it, hostNetwork pods apart; nothing
    where they disagree. ALL_PORTS: every port of the protocol. REJECT_POLICY: a policy with a port name
    anywhere is not enforced at all. SELECTED_PEERS: as PER_DESTINATION, but only at pods that a selector of
    the rule's peers selects: never through an ipBlock or where the rule lists no peers. NAMESPACE_NUMBERS: as
    SELECTED_PEERS, but in a rule without peers any number that some pod of the policy's namespace gives it,
    at every endpoint.
    """

    PER_DESTINATION = "per destination"
    SELECTED_PODS = "selected pods"
    AGREED = "agreed"
    ALL_PORTS = "all ports"
    REJECT_POLICY = "reject the policy"
    SELECTED_PEERS = "selected peers"
    NAMESPACE_NUMBERS = "numbers of the namespace"


class Sctp(StrEnum):
    """What becomes of SCTP: ENFORCED as any protocol, DROPPED whatever the policies say, or OPEN where the
    plugin may drop it or apply no policy to it.
    """

    ENFORCED = "enforced"
    DROPPED = "dropped"
    OPEN = "open"


class SelfService(StrEnum):
    """What decides over one direction of a pod's connection to itself through a Service."""

    OPEN = "open"
    POLICY = "policy"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a fact is from; `verified` False where the source is an inference (`[?]` in the notes)."""

    source: str
    verified: bool = True


@dataclass(frozen=True, slots=True)
class CniProfile:
    """One plugin's reading of the specification (semantics/cni.md section 1.0).

    `enforces`: whether policies have any effect at all. `ip_block_matches_pods`, `ip_block_matches_nodes`:
    whether an ipBlock matches the address of a pod, of a node or hostNetwork pod. `except_mode`,
    `named_ports_ingress`, `named_ports_egress`, `sctp`: see their types. `any_ipv6_block`: whether an ipBlock
    `::/0` holds every IPv6 address (False: those in 2000::/3 and fd00::/8). `unresolved_names_open`: whether
    a rule whose ports are all names that no pod in question has admits every port, for the pods that its
    selectors select. `directions_apart`: whether a rule counts for its own direction only (False: where a
    policy has both and selects both ends, for both; never where `except_mode` is of a table). `end_port`:
    whether a range is enforced (False: its first port only). `families`: the IP versions that the plugin
    carries (flows of another version do not exist). `host_network_peers`: whether the selectors of a peer
    select hostNetwork pods, as their nodes' addresses. `own_node_ingress`, `own_node_egress`: see their
    types. `policy_types`: whether rules of a direction that `policyTypes` leaves out are ignored, as they
    should be (False: they are enforced and isolate the pods). `self_service_egress`, `self_service_ingress`:
    a pod to itself through a Service. `unselected_isolated`: whether pods that no policy selects are
    isolated. `kinds`: the policy kinds with an effect, as `apiVersion/kind`
    (`networking.k8s.io/v1/NetworkPolicy`); None: all that npverify models.

    `evidence` says for each of these fields where its value is from; a field that is not in it is as in the
    specification. `options` are the settings that the profile was made with, as `name=value`.
    """

    name: str
    version: str | None = None
    options: tuple[str, ...] = ()
    enforces: bool = True
    ip_block_matches_pods: bool = True
    ip_block_matches_nodes: bool = True
    except_mode: ExceptMode = ExceptMode.PER_BLOCK
    named_ports_ingress: NamedPorts = NamedPorts.PER_DESTINATION
    named_ports_egress: NamedPorts = NamedPorts.PER_DESTINATION
    any_ipv6_block: bool = True
    unresolved_names_open: bool = False
    directions_apart: bool = True
    end_port: bool = True
    sctp: Sctp = Sctp.ENFORCED
    families: tuple[int, ...] = (4, 6)
    host_network_peers: bool = False
    own_node_ingress: OwnNodeIngress = OwnNodeIngress.ALWAYS
    own_node_egress: OwnNodeEgress = OwnNodeEgress.OPEN
    policy_types: bool = True
    self_service_egress: SelfService = SelfService.OPEN
    self_service_ingress: SelfService = SelfService.OPEN
    unselected_isolated: bool = False
    kinds: tuple[str, ...] | None = None
    evidence: Mapping[str, Evidence] = field(
        default_factory=lambda: MappingProxyType({}), hash=False, compare=False
    )

    def __str__(self) -> str:
        version = f"@{self.version}" if self.version else ""
        return ",".join((self.name + version, *self.options))


GENERIC = CniProfile(name="generic")
"""The Kubernetes specification, with what it leaves open kept open."""
