"""Random ClusterNetworkPolicies of both tiers, of which two may have one priority."""

from __future__ import annotations

from hypothesis import strategies as st

SELECTORS = st.sampled_from(
    [
        {},
        {"matchLabels": {"app": "a"}},
        {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["a"]}]},
        {"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]},
        {"matchLabels": {"kubernetes.io/metadata.name": "one"}},
        {"matchLabels": {"team": "a"}},
    ]
)
PORTS = st.lists(
    st.sampled_from(
        [
            {"tcp": {"destinationPort": {"number": 80}}},
            {"udp": {"destinationPort": {"number": 80}}},
            {"tcp": {"destinationPort": {"range": {"start": 80, "end": 81}}}},
            {"destinationNamedPort": "web"},
        ]
    ),
    max_size=2,
)
PODS = st.one_of(
    SELECTORS.map(lambda s: {"namespaces": s}),
    st.tuples(SELECTORS, SELECTORS).map(lambda s: {"pods": {"namespaceSelector": s[0], "podSelector": s[1]}}),
)
NETWORKS = st.lists(
    st.sampled_from(["0.0.0.0/0", "10.0.0.0/8", "10.9.0.0/16", "172.16.0.0/31"]),
    min_size=1,
    max_size=2,
    unique=True,
).map(lambda found: {"networks": found})


def rules(field, peers):
    def made(action, found, ports):
        rule = {"action": action, field: found}
        named = any("destinationNamedPort" in port for port in ports)
        if ports and not (named and any("networks" in peer for peer in found)):
            rule["protocols"] = ports
        return rule

    actions = st.sampled_from(["Accept", "Deny", "Pass"])
    return st.lists(st.builds(made, actions, st.lists(peers, min_size=1, max_size=2), PORTS), max_size=2)


@st.composite
def admin_policies(draw, max_size=3, priorities=3, subjects=PODS, sources=PODS, destinations=PODS | NETWORKS):
    """A few policies; two of them may have one priority, and all have where there is one priority only."""
    return [
        {
            "apiVersion": "policy.networking.k8s.io/v1alpha2",
            "kind": "ClusterNetworkPolicy",
            "metadata": {"name": f"admin-{number}"},
            "spec": {
                "tier": draw(st.sampled_from(["Admin", "Baseline"])),
                "priority": draw(st.integers(1, priorities)),
                "subject": draw(subjects),
                "ingress": draw(rules("from", sources)),
                "egress": draw(rules("to", destinations)),
            },
        }
        for number in range(draw(st.integers(1, max_size)))
    ]
