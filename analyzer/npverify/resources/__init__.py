"""Typed, frozen objects of the input, each with the place where it was written."""

from npverify.resources.admin_policy import (
    AdminAction,
    AdminPeer,
    AdminPolicy,
    AdminPort,
    AdminRule,
    PodSet,
    Tier,
)
from npverify.resources.flow import Endpoint, ExternalEndpoint, Flow, NodeEndpoint, PodEndpoint
from npverify.resources.network_policy import (
    Annotation,
    Direction,
    IPBlock,
    Network,
    NetworkPolicy,
    Peer,
    PolicyPort,
    PolicyRule,
)
from npverify.resources.origin import UNKNOWN_ORIGIN, Origin, Spot
from npverify.resources.selectors import METADATA_NAME, LabelSelector, Operator, Requirement
from npverify.resources.workloads import (
    Address,
    ContainerPort,
    Namespace,
    Node,
    Pod,
    Protocol,
    Service,
    ServicePort,
    Workload,
)

__all__ = [
    "METADATA_NAME",
    "UNKNOWN_ORIGIN",
    "Address",
    "AdminAction",
    "AdminPeer",
    "AdminPolicy",
    "AdminPort",
    "AdminRule",
    "Annotation",
    "ContainerPort",
    "Direction",
    "Endpoint",
    "ExternalEndpoint",
    "Flow",
    "IPBlock",
    "LabelSelector",
    "Namespace",
    "Network",
    "NetworkPolicy",
    "Node",
    "NodeEndpoint",
    "Operator",
    "Origin",
    "Peer",
    "Pod",
    "PodEndpoint",
    "PodSet",
    "PolicyPort",
    "PolicyRule",
    "Protocol",
    "Requirement",
    "Service",
    "ServicePort",
    "Spot",
    "Tier",
    "Workload",
]
