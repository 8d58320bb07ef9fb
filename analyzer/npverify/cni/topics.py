"""The topics of remarks: what differs between plugins and changes no verdict of npverify."""

from __future__ import annotations

ICMP = "ICMP under rules with ports"
ESTABLISHED = "established connections after a change"
NEW_PODS = "a new pod, before its policies are in place"
CLUSTER_IP = "egress to a ClusterIP is seen as"
ITSELF = "a pod to itself by its own address"
HOST_PODS = "a hostNetwork pod under policies"
OTHER_KINDS = "other policy kinds"
LIMITS = "limits"

TOPICS = (CLUSTER_IP, ITSELF, HOST_PODS, ICMP, ESTABLISHED, NEW_PODS, OTHER_KINDS, LIMITS)
"""Every topic, in the order in which they are told."""
