"""The words of the language of questions."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

ARTICLES = frozenset({"a", "an", "the", "any", "some", "all", "every", "each", "my", "our", "this"})
"""Words that may stand before an endpoint."""

UNIVERSAL = frozenset({"all", "every", "each", "everything", "everyone", "everybody"})
"""Words that ask about each one of the endpoints."""

ANYTHING = frozenset(
    {"any", "all", "anything", "anyone", "anybody", "anywhere", "everything", "everyone", "everybody"}
)
"""Words that mean every pod and every outside address by themselves."""

POD_NOUNS = frozenset({"pod", "pods", "workload", "workloads", "replicas"})
"""Nouns that say no more than that pods are meant."""

LABEL_INTRODUCTIONS = frozenset(
    {"with", "labelled", "labeled", "label", "labels", "where", "carrying", "having"}
)
"""Words that may stand before a label selector."""

OUTSIDE = (
    ("internet",),
    ("outside", "world"),
    ("outside", "cluster"),
    ("outside", "the", "cluster"),
    ("outside", "of", "the", "cluster"),
    ("external", "addresses"),
    ("outside", "addresses"),
)
"""Phrases for every address that is no pod and no node."""

NODES = frozenset({"node", "nodes"})
"""Words for the nodes of the cluster."""

ITSELF = frozenset({"itself", "themselves", "themself"})
"""Words for the pod at the other end, to which it connects through a Service."""

WHERE_IN = frozenset({"in", "inside", "within"})
WHERE_OUT = frozenset({"outside"})
NAMESPACE = frozenset({"namespace", "namespaces", "ns"})

KINDS: Mapping[str, str] = MappingProxyType(
    {
        alias: kind
        for kind, aliases in {
            "Pod": ("pod", "pods", "po"),
            "Deployment": ("deployment", "deployments", "deploy"),
            "StatefulSet": ("statefulset", "statefulsets", "sts"),
            "DaemonSet": ("daemonset", "daemonsets", "ds"),
            "ReplicaSet": ("replicaset", "replicasets", "rs"),
            "ReplicationController": ("replicationcontroller", "replicationcontrollers", "rc"),
            "Job": ("job", "jobs"),
            "CronJob": ("cronjob", "cronjobs", "cj"),
            "Service": ("service", "services", "svc"),
            "Node": ("node", "nodes", "no"),
        }.items()
        for alias in aliases
    }
)
"""Kinds of objects by the names that `kubectl` knows them by."""

LEADS = frozenset({"can", "could", "may", "only", "which", "what", "who", "whom", "is", "are", "does", "do"})
"""Words that a question starts with."""

CAN = frozenset({"can", "could", "may"})

ACTIVE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "reach": (),
        "access": (),
        "contact": (),
        "connect": ("to", "with"),
        "talk": ("to", "with"),
        "speak": ("to", "with"),
        "communicate": ("with",),
    }
)
"""Verbs with the prepositions of which one must follow."""

PASSIVE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"reached": (), "accessed": (), "contacted": (), "connected": ("to",), "talked": ("to",)}
)
"""Participles that follow `be`, with the prepositions of which one must follow."""

ON = frozenset({"on", "over", "via"})
FROM = frozenset({"from", "by"})
AMONG = frozenset({"among"})
FOR = frozenset({"for"})
NOT = frozenset({"not", "never", "cannot", "can't", "doesn't", "isn't", "aren't", "don't"})

EXCEPT = frozenset({"except", "but"})
"""Words before what is taken away from a set of endpoints."""

INGRESS = frozenset({"ingress", "incoming", "inbound"})
EGRESS = frozenset({"egress", "outgoing", "outbound"})

STRUCTURE = frozenset(
    {*LEADS, *ACTIVE, *PASSIVE, *ON, *FROM, *AMONG, *FOR, *NOT, *WHERE_IN, *WHERE_OUT, *EXCEPT}
    | {"be", "to", "or", "and", "reachable", "isolated", "namespace"}
)
"""Words that hold a question together, and so are no part of a name of several words."""

RESERVED = STRUCTURE | ARTICLES | ANYTHING | POD_NOUNS | NODES | NAMESPACE | ITSELF | {"internet"}
"""Words that mean something by themselves; an object of that name is written `*/name`."""
