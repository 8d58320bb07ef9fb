"""Every fact of a network plugin as a minimal input, and what it comes to (semantics/cni.md section 1).

Each case asks about one flow. `generic` is the verdict of the specification, and `under` has the plugins by
their verdicts where the fact matters to them. All others have the verdict of the specification, but for those
that enforce nothing.
"""

from __future__ import annotations

from tests.semantics.cni_world import (
    A_TO_B,
    A_TO_B2,
    A_TO_C,
    ALWAYS,
    AWS,
    BOTH_ADMIN,
    BY_ANP,
    BY_NODES,
    BY_PODS,
    BY_TYPES,
    C_TO_B,
    CNP,
    HAIRPIN,
    KUBE_ROUTER,
    NEVER,
    NO_ADMIN,
    NO_FLOW,
    ONE_POD,
    ONE_RULE,
    OPEN,
    OWN_NODE,
    UNENFORCED,
    WITH_ANP,
    WITH_CNP,
    Case,
    admin,
    calico,
    into_b,
    named,
    out_of,
)
from tests.unit.questions.manifests import block, peers, pods, policy, port, to

# The cases --------------------------------------------------------------------------------------------

OUTSIDE_TO_B, A_TO_OUTSIDE = ("203.0.113.5", "one/b"), ("one/a", "203.0.113.5")
EXCEPTED, AROUND = block("203.0.113.0/24", "203.0.113.4/31"), block("203.0.0.0/8")
CASES = {
    "policies that isolate": Case(
        "enforces", *A_TO_B, "tcp/80", (into_b(),), NEVER, {ALWAYS: UNENFORCED, NEVER: (AWS,)}
    ),
    "a NetworkPolicy": Case(
        "kinds", *A_TO_B, "tcp/80", (out_of("a"),), NEVER, {ALWAYS: UNENFORCED, NEVER: WITH_ANP}
    ),
    "a ClusterNetworkPolicy": Case(
        "kinds",
        *A_TO_B,
        "tcp/80",
        (admin("ClusterNetworkPolicy", "v1alpha2", tier="Admin", priority=1),),
        NEVER,
        {
            ALWAYS: (*UNENFORCED, *NO_ADMIN, *WITH_ANP, f"cilium@1.19,{CNP}"),
            NEVER: (*WITH_CNP, *BOTH_ADMIN),
        },
    ),
    "an AdminNetworkPolicy": Case(
        "kinds", *A_TO_B, "tcp/80", (admin("AdminNetworkPolicy", "v1alpha1", priority=1),), NEVER, BY_ANP
    ),
    "a BaselineAdminNetworkPolicy": Case(
        "kinds",
        *A_TO_B,
        "tcp/80",
        (admin("BaselineAdminNetworkPolicy", "v1alpha1", name="default"),),
        NEVER,
        BY_ANP,
    ),
    "no policy at all": Case(
        "unselected_isolated",
        *A_TO_B,
        "tcp/80",
        (),
        ALWAYS,
        {NEVER: (f"{AWS},mode=strict",), ALWAYS: (AWS, *UNENFORCED)},
    ),
    "a pod that no policy selects, and another one that one does": Case(
        "unselected_isolated", *A_TO_B, "tcp/80", (into_b({}),), ALWAYS, {NEVER: (f"{AWS},mode=strict",)}
    ),
    "egress rules without the type": Case(
        "policy_types",
        *A_TO_C,
        "tcp/80",
        (out_of("a", to(pods(app="b")), types=["Ingress"]),),
        ALWAYS,
        BY_TYPES,
    ),
    "ingress rules without the type": Case(
        "policy_types",
        *C_TO_B,
        "tcp/80",
        (into_b(peers(pods(app="a")), types=["Egress"]),),
        ALWAYS,
        BY_TYPES,
    ),
    "an ipBlock that holds the pod at the source": Case(
        "ip_block_matches_pods",
        *A_TO_B,
        "tcp/80",
        (into_b(peers(block("10.0.0.0/24"))),),
        ALWAYS,
        BY_PODS,
    ),
    "an ipBlock that holds the pod at the destination": Case(
        "ip_block_matches_pods", *A_TO_C, "tcp/80", (out_of("a", to(block("0.0.0.0/0"))),), ALWAYS, BY_PODS
    ),
    "an ipBlock that holds the hostNetwork pod at the source": Case(
        "ip_block_matches_nodes",
        "one/host",
        "one/b2",
        "tcp/80",
        (into_b(peers(block("10.1.0.0/16"))),),
        ALWAYS,
        BY_NODES,
    ),
    "an ipBlock that holds the node at the destination": Case(
        "ip_block_matches_nodes",
        "one/b2",
        "node/n",
        "tcp/10250",
        (out_of("b", to(block("0.0.0.0/0"))),),
        ALWAYS,
        BY_NODES,
    ),
    "an except, and a wider block of the same rule": Case(
        "except_mode", *OUTSIDE_TO_B, "tcp/80", (into_b(peers(EXCEPTED, AROUND)),), ALWAYS, ONE_RULE
    ),
    "an except, and a wider block of the same egress rule": Case(
        "except_mode", *A_TO_OUTSIDE, "tcp/80", (out_of("a", to(AROUND, EXCEPTED)),), ALWAYS, ONE_RULE
    ),
    "an except, and a narrower block of the same rule": Case(
        "except_mode",
        *OUTSIDE_TO_B,
        "tcp/80",
        (into_b(peers(block("203.0.0.0/8", "203.0.113.0/24"), block("203.0.113.4/31"))),),
        ALWAYS,
        {ALWAYS: (AWS, *KUBE_ROUTER)},
    ),
    "an except, and the same block before it": Case(
        "except_mode",
        *OUTSIDE_TO_B,
        "tcp/80",
        (into_b(peers(block("203.0.113.4/31"), EXCEPTED)),),
        ALWAYS,
        {NEVER: KUBE_ROUTER, ALWAYS: (AWS,)},
    ),
    "an except, and a wider block of another rule": Case(
        "except_mode", *OUTSIDE_TO_B, "tcp/80", (into_b(peers(EXCEPTED), peers(AROUND)),), ALWAYS, ONE_POD
    ),
    "an except, and a wider block of another policy": Case(
        "except_mode",
        *OUTSIDE_TO_B,
        "tcp/80",
        (into_b(peers(EXCEPTED)), into_b(peers(AROUND), name="q")),
        ALWAYS,
        ONE_POD,
    ),
    "a block around an except of another policy, and a block in it": Case(
        "except_mode",
        *OUTSIDE_TO_B,
        "tcp/80",
        (
            into_b(peers(block("203.0.0.0/8", "203.0.113.4/31"), ports=[port(80)])),
            into_b(peers(block("203.0.113.0/24"), ports=[port(443)]), name="q"),
            into_b(peers(block("203.0.113.5/32"), ports=[port(22)]), name="r"),
        ),
        NEVER,
        {ALWAYS: (AWS,), NEVER: (*KUBE_ROUTER, f"{AWS},except-fixed=true")},
    ),
    "an except at the first address of a block of another policy": Case(
        "except_mode",
        *OUTSIDE_TO_B,
        "tcp/80",
        (
            into_b(peers(block("203.0.0.0/8", "203.0.113.0/31"), ports=[port(80)])),
            into_b(peers(block("203.0.113.0/24"), ports=[port(22)]), name="q"),
        ),
        ALWAYS,
        ONE_POD,
    ),
    "an ipBlock that holds every IPv6 address": Case(
        "any_ipv6_block",
        "fe80::1",
        "one/six",
        "tcp/80",
        (policy("p", ingress=[peers(block("::/0"))]),),
        ALWAYS,
        {NEVER: KUBE_ROUTER, NO_FLOW: ("weave",)},
    ),
    "a port name in an ingress rule, and another port of the pod": Case(
        "named_ports_ingress",
        *A_TO_B,
        "tcp/9090",
        (into_b(peers(pods(app="a"), ports=[named("http")])),),
        NEVER,
        {ALWAYS: ("ovn-kubernetes", "weave"), NEVER: (AWS,)},
    ),
    "a port name in an ingress rule, and the number that another selected pod has for it": Case(
        "named_ports_ingress",
        *A_TO_B,
        "tcp/8081",
        (into_b(peers(pods(app="a"), ports=[named("http")])),),
        NEVER,
        {ALWAYS: ("ovn-kubernetes", "weave", AWS)},
    ),
    "a port name in an ingress rule, and the number that a selected hostNetwork pod has for it": Case(
        "named_ports_ingress",
        *A_TO_B,
        "tcp/8083",
        (policy("p", ingress=[{"ports": [named("http")]}]),),
        NEVER,
        {ALWAYS: ("ovn-kubernetes", "weave", AWS)},
    ),
    "a port name in an egress rule, and pods elsewhere that have other numbers for it": Case(
        "named_ports_egress",
        *A_TO_B,
        "tcp/8080",
        (out_of("a", to(pods(app="b"), ports=[named("http")])),),
        ALWAYS,
        {NEVER: ("cilium@1.19",), ALWAYS: ("cilium@1.20", AWS, *KUBE_ROUTER)},
    ),
    "a port name in an egress rule without peers, and a number of another pod": Case(
        "named_ports_egress",
        *A_TO_C,
        "tcp/8080",
        (out_of("a", {"ports": [named("http")]}),),
        NEVER,
        {ALWAYS: ("ovn-kubernetes", "weave", *KUBE_ROUTER), NEVER: (AWS, "cilium@1.19")},
    ),
    "a port name in an egress rule, and another port of the pod": Case(
        "named_ports_egress",
        *A_TO_B,
        "tcp/9090",
        (out_of("a", to(pods(app="b"), ports=[named("http")])),),
        NEVER,
        {ALWAYS: ("ovn-kubernetes", "weave"), NEVER: ("cilium@1.19",)},
    ),
    "a port name in an egress rule, and the number that a pod elsewhere has for it": Case(
        "named_ports_egress",
        *A_TO_B2,
        "tcp/9090",
        (out_of("a", to(pods(app="b"), ports=[named("metrics")])),),
        NEVER,
        {ALWAYS: ("ovn-kubernetes", "weave", "cilium@1.19"), NEVER: ("cilium@1.20",)},
    ),
    "a port name in an egress rule to an ipBlock": Case(
        "named_ports_egress",
        *A_TO_B,
        "tcp/8080",
        (out_of("a", to(block("10.0.0.0/24"), ports=[named("http")])),),
        ALWAYS,
        {NEVER: (AWS, *KUBE_ROUTER, "cilium")},
    ),
    "a port name in an egress rule without peers": Case(
        "named_ports_egress",
        *A_TO_B,
        "tcp/8080",
        (out_of("a", {"ports": [named("http")]}),),
        ALWAYS,
        {NEVER: (AWS,), ALWAYS: KUBE_ROUTER},
    ),
    "a port name in an egress rule without peers, and a pod of another namespace": Case(
        "named_ports_egress",
        *A_TO_C,
        "tcp/8082",
        (out_of("a", {"ports": [named("http")]}),),
        ALWAYS,
        {NEVER: (AWS, *KUBE_ROUTER)},
    ),
    "a port name that no pod has": Case(
        "unresolved_names_open",
        *A_TO_B,
        "udp/53",
        (into_b(peers(pods(app="a"), ports=[named("nosuch")])),),
        NEVER,
        {ALWAYS: ("weave", *KUBE_ROUTER)},
    ),
    "a rule of a policy that selects both ends, for the other direction": Case(
        "directions_apart",
        *A_TO_B,
        "tcp/80",
        (policy("p", types=["Ingress", "Egress"], ingress=[{}], egress=[]),),
        NEVER,
        {ALWAYS: KUBE_ROUTER},
    ),
    "the middle of a range": Case(
        "end_port",
        *A_TO_B,
        "tcp/8080",
        (into_b(peers(pods(app="a"), ports=[port(8000, 9000)])),),
        ALWAYS,
        {NEVER: ("weave",)},
    ),
    "SCTP that a rule allows": Case(
        "sctp",
        *A_TO_B,
        "sctp/80",
        (into_b(peers(pods(app="a"))),),
        ALWAYS,
        {NEVER: ("cilium", "cilium@1.19"), ALWAYS: ("cilium,sctp=true", "weave")},
    ),
    "two pods with IPv6 addresses": Case(
        "families",
        "one/six",
        "two/six",
        "tcp/80",
        (),
        ALWAYS,
        {NO_FLOW: ("weave", f"{AWS},family=4"), ALWAYS: (f"{AWS},family=6",)},
    ),
    "two pods with IPv4 addresses": Case(
        "families",
        *A_TO_B,
        "tcp/80",
        (),
        ALWAYS,
        {NO_FLOW: (f"{AWS},family=6",), ALWAYS: ("weave", f"{AWS},family=4")},
    ),
    "a hostNetwork pod at the source that a peer selects": Case(
        "host_network_peers",
        "one/host",
        "one/b2",
        "tcp/80",
        (into_b(peers(pods(app="host"))),),
        NEVER,
        {ALWAYS: (AWS,)},
    ),
    "a hostNetwork pod at the destination that a peer selects": Case(
        "host_network_peers",
        "one/b2",
        "one/host",
        "tcp/80",
        (out_of("b", to(pods(app="host"))),),
        NEVER,
        {ALWAYS: (AWS,)},
    ),
    "an isolated pod, and a hostNetwork pod beside it": Case(
        "own_node_ingress", "one/host", "one/b", "tcp/80", (into_b(),), ALWAYS, {OPEN: ("flannel-netpol",)}
    ),
    "an isolated pod, and the node that it runs on": Case(
        "own_node_ingress", "node/n", "one/b", "tcp/80", (into_b(),), ALWAYS, {OPEN: ("flannel-netpol",)}
    ),
    "a pod isolated for egress, and the node that it runs on": Case(
        "own_node_egress", "one/b", "node/n", "tcp/80", (out_of("b"),), OPEN, OWN_NODE
    ),
    "a pod isolated for egress, and a hostNetwork pod beside it": Case(
        "own_node_egress", "one/b", "one/host", "tcp/80", (out_of("b"),), OPEN, OWN_NODE
    ),
    "a pod that no policy selects, and the node that it runs on": Case(
        "own_node_egress",
        "one/b",
        "node/n",
        "tcp/80",
        (),
        ALWAYS,
        {NEVER: calico(",endpoint-to-host=drop"), ALWAYS: (*calico(), *calico(",endpoint-to-host=return"))},
    ),
    "a pod isolated for egress, and itself": Case(
        "self_service_egress",
        "one/b",
        "itself",
        "tcp/80",
        (out_of("b"),),
        OPEN,
        {
            NEVER: (*calico(), "flannel-netpol", AWS),
            ALWAYS: (*UNENFORCED, *HAIRPIN),
            OPEN: ("antrea", "weave"),
        },
    ),
    "a pod isolated for ingress, and itself": Case(
        "self_service_ingress",
        "one/b",
        "itself",
        "tcp/80",
        (into_b(),),
        OPEN,
        {
            NEVER: (*calico(), "flannel-netpol"),
            ALWAYS: (*UNENFORCED, *HAIRPIN, AWS, "antrea"),
            OPEN: ("weave",),
        },
    ),
}
