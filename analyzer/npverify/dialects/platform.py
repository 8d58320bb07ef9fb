"""What a network plugin does whatever the policies say (semantics/kubernetes.md section 1.5, cni.md 1.0)."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

from npverify.cni import CniProfile, OwnNodeEgress, OwnNodeIngress, Sctp, SelfService
from npverify.dialects.stages import Stage, StagedLayer
from npverify.resources import Direction
from npverify_encodings.model import (
    EVERYTHING,
    Action,
    AddressIn,
    Condition,
    EndpointSet,
    Kind,
    KindIs,
    Layer,
    OwnNode,
    ProtocolIs,
    Rule,
    any_of,
)

OWN_NODE_EGRESS = Condition(
    "own-node-egress",
    "the network plugin lets a pod reach the node it runs on whatever its egress policies say",
    "the network plugin holds a pod to its egress policies towards the node it runs on",
)
OWN_NODE_INGRESS = Condition(
    "own-node-ingress",
    "the network plugin lets what runs on a node reach the pods of that node whatever their policies say",
    "the network plugin holds what runs on a node to the policies of the pods of that node",
)
ITSELF = {
    direction: Condition(
        f"self-through-service-{direction.lower()}",
        f"the network plugin lets a pod reach itself through a Service whatever NetworkPolicies for "
        f"{direction.lower()} say",
        f"the network plugin applies NetworkPolicies for {direction.lower()} to a pod that reaches itself "
        "through a Service",
    )
    for direction in Direction
}
SCTP_DROPPED = Condition(
    "sctp-dropped", "the network plugin drops SCTP", "the network plugin lets SCTP through at all"
)
SCTP_IGNORED = Condition(
    "sctp-ignored",
    "the network plugin applies no policy to SCTP",
    "the network plugin applies policies to SCTP",
)
_OWNER = "(platform)"
EVERY_ADDRESS = {4: ip_network("0.0.0.0/0"), 6: ip_network("::/0")}
"""The network of every address, by IP version."""

_POD = KindIs(Kind.POD)


def compile_platform(direction: Direction, profile: CniProfile) -> tuple[StagedLayer, ...]:
    """One layer: whether a pod's own node always reaches it, and whether it always reaches its node."""
    if not profile.enforces:
        return ()
    conditions: tuple[Condition, ...] = ()
    if direction is Direction.EGRESS:
        if profile.own_node_egress is OwnNodeEgress.POLICY:
            return ()
        if profile.own_node_egress is OwnNodeEgress.NEVER:
            never = Rule(_OWNER, _POD, OwnNode(), EVERYTHING, Action.DENY)
            return (StagedLayer(Stage.PLATFORM, Layer(rules=(never,))),)
        if profile.own_node_egress is OwnNodeEgress.OPEN:
            conditions = (OWN_NODE_EGRESS,)
    elif profile.own_node_ingress is OwnNodeIngress.OPEN:
        conditions = (OWN_NODE_INGRESS,)
    rule = Rule(_OWNER, _POD, OwnNode(), EVERYTHING, conditions=conditions)
    # What an admin policy says of nodes comes before the plugin's exception for a pod's own node.
    stage = Stage.OWN_NODE if direction is Direction.EGRESS else Stage.PLATFORM
    return (StagedLayer(stage, Layer(rules=(rule,))),)


def compile_itself(direction: Direction, profile: CniProfile) -> tuple[StagedLayer, ...]:
    """One layer, of a pod's connection to itself through a Service: whether it passes by all policies."""
    if not profile.enforces or _itself(direction, profile) is not SelfService.ALWAYS:
        return ()
    return (StagedLayer(Stage.PLATFORM, Layer(rules=(Rule(_OWNER, EVERYTHING, EVERYTHING, EVERYTHING),))),)


def passing_by(staged: StagedLayer, direction: Direction, profile: CniProfile) -> StagedLayer:
    """A layer as a pod's connection to itself through a Service meets it: where nothing says whether
    NetworkPolicies apply, it may pass by those; to admin policies it is subject (semantics/kubernetes.md
    section 3.5).
    """
    is_open = _itself(direction, profile) is SelfService.OPEN
    if not is_open or staged.stage not in (Stage.NAMESPACED, Stage.ELSEWHERE):
        return staged
    first = Rule(_OWNER, EVERYTHING, EVERYTHING, EVERYTHING, Action.PASS, conditions=(ITSELF[direction],))
    return replace(staged, layer=replace(staged.layer, rules=(first, *staged.layer.rules)))


def _itself(direction: Direction, profile: CniProfile) -> SelfService:
    return profile.self_service_egress if direction is Direction.EGRESS else profile.self_service_ingress


def carried_by(profile: CniProfile) -> EndpointSet:
    """The endpoints with an address of a family that the plugin carries: there are no other flows."""
    if set(profile.families) == set(EVERY_ADDRESS):
        return EVERYTHING
    return any_of(*(AddressIn(EVERY_ADDRESS[version]) for version in profile.families))


def compile_protocols(profile: CniProfile) -> tuple[StagedLayer, ...]:
    """One layer, where SCTP is no protocol as any other to the plugin."""
    if profile.sctp is Sctp.ENFORCED or not profile.enforces:
        return ()
    sctp = ProtocolIs("SCTP")
    if profile.sctp is Sctp.DROPPED:
        never = Rule(_OWNER, _POD, EVERYTHING, sctp, Action.DENY)
        return (StagedLayer(Stage.PROTOCOLS, Layer(rules=(never,))),)
    dropped = Rule(_OWNER, _POD, EVERYTHING, sctp, Action.DENY, (SCTP_DROPPED,))
    ignored = Rule(_OWNER, _POD, EVERYTHING, sctp, conditions=(SCTP_IGNORED,))
    return (StagedLayer(Stage.PROTOCOLS, Layer(rules=(dropped, ignored))),)
