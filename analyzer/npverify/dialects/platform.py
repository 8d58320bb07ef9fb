"""The traffic between a pod and its own node, which no policy decides alone (semantics section 1.5)."""

from __future__ import annotations

from npverify.cni import CniProfile, OwnNodeEgress
from npverify.dialects.stages import Stage, StagedLayer
from npverify.resources import Direction
from npverify_encodings.model import EVERYTHING, Condition, Kind, KindIs, Layer, OwnNode, Rule

OWN_NODE_EGRESS = Condition(
    "own-node-egress",
    "the network plugin lets a pod reach the node it runs on whatever its egress policies say",
    "the network plugin holds a pod to its egress policies towards the node it runs on",
)


def compile_platform(direction: Direction, profile: CniProfile) -> tuple[StagedLayer, ...]:
    """One layer: a pod's own node always reaches it; whether it always reaches its node, the profile says."""
    conditions: tuple[Condition, ...] = ()
    if direction is Direction.EGRESS:
        if profile.own_node_egress is OwnNodeEgress.POLICY:
            return ()
        if profile.own_node_egress is OwnNodeEgress.OPEN:
            conditions = (OWN_NODE_EGRESS,)
    rule = Rule("(platform)", KindIs(Kind.POD), OwnNode(), EVERYTHING, conditions=conditions)
    # What an admin policy says of nodes comes before the plugin's exception for a pod's own node.
    stage = Stage.OWN_NODE if direction is Direction.EGRESS else Stage.PLATFORM
    return (StagedLayer(stage, Layer(rules=(rule,))),)
