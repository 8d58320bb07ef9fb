"""What each fact of a network plugin changes, as the solver has it: one small input a fact."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.questions.manifests import (
    block,
    container_port,
    inventory,
    namespace,
    peers,
    pod,
    pods,
    policy,
    port,
    to,
)

from npverify.cni import (
    GENERIC,
    ExceptMode,
    NamedPorts,
    OwnNodeEgress,
    OwnNodeIngress,
    Sctp,
)
from npverify.language import parse_question
from npverify.questions.flows import flows_between
from npverify.questions.plan import FIXED, Planner
from npverify.questions.settings import QuerySettings
from npverify.questions.stopwatch import Stopwatch
from npverify_encodings.solver import Literal
from npverify_encodings.verdict import Goal
from npverify_encodings.witness import declared_literals

CONNECTS = Literal(Goal.CONNECTS)
ALWAYS, NEVER, OPEN = "always", "never", "open"

A = pod("a", ips=["10.0.0.1"], node="n", app="a")
B = pod(
    "b",
    ips=["10.0.0.2"],
    node="n",
    app="b",
    ports=[container_port(8080, "http"), container_port(9090, "metrics")],
)
B2 = pod("b2", ips=["10.0.0.3"], node="m", app="b", ports=[container_port(8081, "http")])
C = pod("c", home="two", ips=["10.0.0.4"], node="m", app="c", ports=[container_port(8080, "http")])
HOST = pod("h", ips=["10.1.0.1"], node="n", host_network=True, app="host")
HERE = [A, B, B2, C, HOST, namespace("one"), namespace("two", team="x")]
NAMED = {"port": "http", "protocol": "TCP"}


def decided(question, profile, *policies):
    """Whether the flow connects whatever is open."""
    found = inventory(*HERE, *policies)
    query = parse_question(question, found)
    planner = Planner(found, QuerySettings(profile=profile), Stopwatch())
    plan = planner.plan(flows_between(query, found), CONNECTS)
    fixed = (*FIXED, *declared_literals())
    may, may_not = (plan.solver.decide((*fixed, goal), want_model=False) for goal in (CONNECTS, ~CONNECTS))
    return {(True, False): ALWAYS, (False, True): NEVER, (True, True): OPEN}[may, may_not]


def flow(source, destination, what):
    return f"can {source} reach {destination} on {what}?"


A_TO_B, A_TO_C = flow("one/pod/a", "one/pod/b", "tcp/8080"), flow("one/pod/a", "two/pod/c", "tcp/8080")
ALL_BUT_B = policy("p", {"app": "b"}, ingress=[peers(block("10.0.0.0/24", "10.0.0.1/32"))])
CASES = {
    "nothing is enforced": (
        A_TO_B,
        {"enforces": False},
        [policy("none")],
        (NEVER, ALWAYS),
    ),
    "an ipBlock that matches no pod": (
        A_TO_B,
        {"ip_block_matches_pods": False},
        [policy("p", {"app": "b"}, ingress=[peers(block("10.0.0.0/8"))])],
        (ALWAYS, NEVER),
    ),
    "an ipBlock that matches no node": (
        flow("one/pod/h", "one/pod/b2", "tcp/8080"),
        {"ip_block_matches_nodes": False},
        [policy("p", {"app": "b"}, ingress=[peers(block("10.1.0.0/16"))])],
        (ALWAYS, NEVER),
    ),
    "an exception counts for the rule": (
        A_TO_B,
        {"except_mode": ExceptMode.ONE_SET},
        [
            policy(
                "p", {"app": "b"}, ingress=[peers(block("10.0.0.0/24", "10.0.0.0/31"), block("10.0.0.0/8"))]
            )
        ],
        (ALWAYS, NEVER),
    ),
    "an exception counts for that rule only": (
        A_TO_B,
        {"except_mode": ExceptMode.ONE_SET},
        [
            policy(
                "p",
                {"app": "b"},
                ingress=[peers(block("10.0.0.0/24", "10.0.0.0/31")), peers(block("10.0.0.0/8"))],
            )
        ],
        (ALWAYS, ALWAYS),
    ),
    "an exception is an entry of its own": (
        A_TO_B,
        {"except_mode": ExceptMode.ONE_TABLE},
        [
            policy("p", {"app": "b"}, ingress=[peers(block("10.0.0.0/24", "10.0.0.0/31"))]),
            policy("q", {"app": "b"}, ingress=[peers(block("10.0.0.0/8"))]),
        ],
        (ALWAYS, NEVER),
    ),
    "a rule without peers has the widest entries": (
        A_TO_B,
        {"except_mode": ExceptMode.ONE_TABLE},
        [
            policy("p", {"app": "b"}, ingress=[peers(block("10.0.0.0/24", "10.0.0.0/31"))]),
            policy("q", {"app": "b"}, ingress=[{}]),
        ],
        (ALWAYS, NEVER),
    ),
    "a narrower block stands against an exception": (
        A_TO_B,
        {"except_mode": ExceptMode.ONE_TABLE},
        [
            policy("p", {"app": "b"}, ingress=[peers(block("10.0.0.0/24", "10.0.0.0/30"))]),
            policy("q", {"app": "b"}, ingress=[peers(block("10.0.0.0/31"), ports=[port(8080)])]),
        ],
        (ALWAYS, ALWAYS),
    ),
    "a narrower block inherits the ports of wider ones": (
        A_TO_B,
        {"except_mode": ExceptMode.ONE_TABLE},
        [
            policy("p", {"app": "b"}, ingress=[peers(block("10.0.0.0/24", "10.0.0.0/30"))]),
            policy("q", {"app": "b"}, ingress=[peers(block("10.0.0.0/31"), ports=[port(1)])]),
            policy("r", {"app": "b"}, ingress=[peers(block("10.0.0.0/8"), ports=[port(8080)])]),
        ],
        (ALWAYS, ALWAYS),
    ),
    "it inherits nothing that leaves it out": (
        A_TO_B,
        {"except_mode": ExceptMode.ONE_TABLE},
        [
            policy("p", {"app": "b"}, ingress=[peers(block("10.0.0.0/24", "10.0.0.0/30"))]),
            policy("q", {"app": "b"}, ingress=[peers(block("10.0.0.0/31"), ports=[port(1)])]),
        ],
        (NEVER, NEVER),
    ),
    "a selected pod is the narrowest entry": (
        A_TO_B,
        {"except_mode": ExceptMode.ONE_TABLE},
        [
            policy("p", {"app": "b"}, ingress=[peers(block("10.0.0.0/24", "10.0.0.0/31"))]),
            policy("q", {"app": "b"}, ingress=[peers(pods(app="a"), ports=[port(1)])]),
            policy("r", {"app": "b"}, ingress=[peers(block("10.0.0.0/8"), ports=[port(8080)])]),
        ],
        (ALWAYS, ALWAYS),
    ),
    "an exception for other pods does no harm": (
        A_TO_B,
        {"except_mode": ExceptMode.ONE_TABLE},
        [
            policy("p", {"app": "c"}, ingress=[peers(block("10.0.0.0/24", "10.0.0.0/31"))]),
            policy("q", {"app": "b"}, ingress=[peers(block("10.0.0.0/8"))]),
        ],
        (ALWAYS, ALWAYS),
    ),
    "a name is every port": (
        flow("one/pod/a", "one/pod/b", "tcp/9090"),
        {"named_ports_ingress": NamedPorts.ALL_PORTS},
        [policy("p", {"app": "b"}, ingress=[peers(pods(app="a"), ports=[NAMED])])],
        (NEVER, ALWAYS),
    ),
    "a name is every port, going out": (
        flow("one/pod/a", "one/pod/b", "tcp/9090"),
        {"named_ports_egress": NamedPorts.ALL_PORTS},
        [policy("p", {"app": "a"}, egress=[to(pods(app="b"), ports=[NAMED])], types=["Egress"])],
        (NEVER, ALWAYS),
    ),
    "a policy with a name is rejected": (
        A_TO_B,
        {"named_ports_ingress": NamedPorts.REJECT_POLICY, "named_ports_egress": NamedPorts.REJECT_POLICY},
        [policy("p", {"app": "b"}, ingress=[peers(pods(app="c"), ports=[NAMED])])],
        (NEVER, ALWAYS),
    ),
    "a policy with a name for the other direction is rejected": (
        A_TO_B,
        {"named_ports_ingress": NamedPorts.REJECT_POLICY, "named_ports_egress": NamedPorts.REJECT_POLICY},
        [policy("p", {"app": "b"}, ingress=[], egress=[to(ports=[NAMED])], types=["Ingress", "Egress"])],
        (NEVER, ALWAYS),
    ),
    "a name is what any selected pod has": (
        flow("one/pod/a", "one/pod/b", "tcp/8081"),
        {"named_ports_ingress": NamedPorts.SELECTED_PODS},
        [policy("p", {"app": "b"}, ingress=[peers(pods(app="a"), ports=[NAMED])])],
        (NEVER, ALWAYS),
    ),
    "a name counts at selected peers": (
        A_TO_B,
        {"named_ports_egress": NamedPorts.SELECTED_PEERS},
        [policy("p", {"app": "a"}, egress=[to(pods(app="b"), ports=[NAMED])], types=["Egress"])],
        (ALWAYS, ALWAYS),
    ),
    "a name counts not at an ipBlock": (
        A_TO_B,
        {"named_ports_egress": NamedPorts.SELECTED_PEERS},
        [policy("p", {"app": "a"}, egress=[to(block("10.0.0.0/8"), ports=[NAMED])], types=["Egress"])],
        (ALWAYS, NEVER),
    ),
    "a number counts at an ipBlock beside a name": (
        A_TO_B,
        {"named_ports_egress": NamedPorts.SELECTED_PEERS},
        [
            policy(
                "p",
                {"app": "a"},
                egress=[to(block("10.0.0.0/8"), ports=[NAMED, port(8080)])],
                types=["Egress"],
            )
        ],
        (ALWAYS, ALWAYS),
    ),
    "a name without peers counts in the own namespace": (
        A_TO_B,
        {"named_ports_egress": NamedPorts.NAMESPACE_NUMBERS},
        [policy("p", {"app": "a"}, egress=[{"ports": [NAMED]}], types=["Egress"])],
        (ALWAYS, ALWAYS),
    ),
    "a name without peers counts elsewhere with the numbers of the own namespace": (
        flow("one/pod/a", "two/pod/c", "tcp/8081"),
        {"named_ports_egress": NamedPorts.NAMESPACE_NUMBERS},
        [policy("p", {"app": "a"}, egress=[{"ports": [NAMED]}], types=["Egress"])],
        (NEVER, ALWAYS),
    ),
    "the end of a range is ignored": (
        A_TO_B,
        {"end_port": False},
        [policy("p", {"app": "b"}, ingress=[peers(pods(app="a"), ports=[port(8000, 9000)])])],
        (ALWAYS, NEVER),
    ),
    "SCTP that is denied may be let through": (
        flow("one/pod/a", "one/pod/b", "sctp/8080"),
        {"sctp": Sctp.OPEN},
        [policy("p", {"app": "b"}, ingress=[])],
        (NEVER, OPEN),
    ),
    "SCTP that is allowed may be dropped": (
        flow("one/pod/a", "one/pod/b", "sctp/8080"),
        {"sctp": Sctp.OPEN},
        [],
        (ALWAYS, OPEN),
    ),
    "SCTP is dropped": (
        flow("one/pod/a", "one/pod/b", "sctp/8080"),
        {"sctp": Sctp.DROPPED},
        [],
        (ALWAYS, NEVER),
    ),
    "TCP is as it was": (
        A_TO_B,
        {"sctp": Sctp.OPEN},
        [policy("p", {"app": "b"}, ingress=[])],
        (NEVER, NEVER),
    ),
    "a hostNetwork pod that a peer selects": (
        flow("one/pod/h", "one/pod/b2", "tcp/8080"),
        {"host_network_peers": True},
        [policy("p", {"app": "b"}, ingress=[peers(pods(app="host"))])],
        (NEVER, ALWAYS),
    ),
    "a hostNetwork pod that no peer selects": (
        flow("one/pod/h", "one/pod/b2", "tcp/8080"),
        {"host_network_peers": True},
        [policy("p", {"app": "b"}, ingress=[peers(pods(app="a"))])],
        (NEVER, NEVER),
    ),
    "a hostNetwork pod of a selected namespace": (
        flow("one/pod/h", "two/pod/c", "tcp/8080"),
        {"host_network_peers": True},
        [
            policy(
                "p",
                home="two",
                ingress=[
                    peers({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "one"}}})
                ],
            )
        ],
        (NEVER, ALWAYS),
    ),
    "a pod's own node may be held to policies": (
        flow("one/pod/h", "one/pod/b", "tcp/8080"),
        {"own_node_ingress": OwnNodeIngress.OPEN},
        [policy("p", {"app": "b"}, ingress=[])],
        (ALWAYS, OPEN),
    ),
    "a pod always reaches its own node": (
        flow("one/pod/b", "one/pod/h", "tcp/8080"),
        {"own_node_egress": OwnNodeEgress.ALWAYS},
        [policy("p", {"app": "b"}, egress=[], types=["Egress"])],
        (OPEN, ALWAYS),
    ),
    "a pod is held to its policies towards its own node": (
        flow("one/pod/b", "one/pod/h", "tcp/8080"),
        {"own_node_egress": OwnNodeEgress.POLICY},
        [policy("p", {"app": "b"}, egress=[], types=["Egress"])],
        (OPEN, NEVER),
    ),
    "rules that policyTypes leave out are enforced": (
        A_TO_C,
        {"policy_types": False},
        [policy("p", {"app": "a"}, types=["Ingress"], egress=[to(pods(app="b"))])],
        (ALWAYS, NEVER),
    ),
    "types without rules isolate as ever": (
        A_TO_C,
        {"policy_types": False},
        [policy("p", {"app": "a"}, types=["Egress"])],
        (NEVER, NEVER),
    ),
    "a name that no pod has is nothing": (
        A_TO_B,
        {"named_ports_egress": NamedPorts.AGREED},
        [
            policy(
                "p",
                {"app": "a"},
                egress=[to(pods(app="b"), ports=[{"port": "dns", "protocol": "TCP"}])],
                types=["Egress"],
            )
        ],
        (NEVER, NEVER),
    ),
    "a name is what a pod of another namespace has": (
        flow("one/pod/a", "two/pod/c", "tcp/9090"),
        {"named_ports_egress": NamedPorts.AGREED},
        [
            policy(
                "p",
                {"app": "a"},
                egress=[to({"namespaceSelector": {}}, ports=[{"port": "metrics", "protocol": "TCP"}])],
                types=["Egress"],
            )
        ],
        (NEVER, ALWAYS),
    ),
    "a pod never reaches its own node": (
        flow("one/pod/b", "one/pod/h", "tcp/8080"),
        {"own_node_egress": OwnNodeEgress.NEVER},
        [],
        (ALWAYS, NEVER),
    ),
    "another node is as any address": (
        flow("one/pod/b2", "one/pod/h", "tcp/8080"),
        {"own_node_egress": OwnNodeEgress.NEVER},
        [],
        (ALWAYS, ALWAYS),
    ),
    "a pod that no policy selects is isolated": (
        A_TO_B,
        {"unselected_isolated": True},
        [policy("p", {"app": "b"}, ingress=[{}])],
        (ALWAYS, NEVER),
    ),
    "a pod of a namespace without policies is isolated": (
        A_TO_C,
        {"unselected_isolated": True},
        [policy("p", {"app": "a"}, ingress=[{}])],
        (ALWAYS, NEVER),
    ),
    "a policy for either direction selects": (
        A_TO_B,
        {"unselected_isolated": True},
        [policy("p", {"app": "a"}, ingress=[{}]), policy("q", {"app": "b"}, egress=[{}], types=["Egress"])],
        (ALWAYS, ALWAYS),
    ),
    "a kind that the plugin does not know": (
        A_TO_B,
        {"kinds": ()},
        [policy("p", {"app": "b"}, ingress=[])],
        (NEVER, ALWAYS),
    ),
    "a kind that the plugin knows": (
        A_TO_B,
        {"kinds": ("networking.k8s.io/v1/NetworkPolicy",)},
        [policy("p", {"app": "b"}, ingress=[])],
        (NEVER, NEVER),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_fact_changes_what_it_is_about(case):
    question, facts, policies, (generic, changed) = case

    assert decided(question, GENERIC, *policies) == generic
    assert decided(question, replace(GENERIC, name="x", **facts), *policies) == changed


def test_admin_policies_of_a_kind_that_the_plugin_does_not_know_do_nothing():
    deny = {
        "apiVersion": "policy.networking.k8s.io/v1alpha2",
        "kind": "ClusterNetworkPolicy",
        "metadata": {"name": "a"},
        "spec": {
            "tier": "Admin",
            "priority": 1,
            "subject": {"namespaces": {}},
            "ingress": [{"action": "Deny", "from": [{"namespaces": {}}]}],
        },
    }
    known = "policy.networking.k8s.io/v1alpha2/ClusterNetworkPolicy"

    assert decided(A_TO_B, GENERIC, deny) == NEVER
    assert decided(A_TO_B, replace(GENERIC, kinds=(known,)), deny) == NEVER
    assert decided(A_TO_B, replace(GENERIC, kinds=("networking.k8s.io/v1/NetworkPolicy",)), deny) == ALWAYS


def test_a_family_that_is_not_carried_has_no_flows():
    six = pod("six", ips=["2001:db8::1"], app="six")
    seven = pod("seven", ips=["2001:db8::2"], app="seven")
    found = inventory(six, seven)
    query = parse_question("can one/pod/six reach one/pod/seven on tcp/1?", found)
    for families, expected in (((4, 6), True), ((4,), False)):
        settings = QuerySettings(profile=replace(GENERIC, families=families))
        planner = Planner(found, settings, Stopwatch())
        plan = planner.plan(flows_between(query, found), CONNECTS)

        assert plan.solver.decide((*FIXED, *declared_literals()), want_model=False) is expected
