"""What answers say of the network plugin."""

from __future__ import annotations

import pytest
from tests.unit.questions.manifests import block, deployment, inventory, peers, policy
from tests.unit.questions.test_admin_comparison import ACCEPT, admin

from npverify.cni import GENERIC, profile_of
from npverify.language import parse_question
from npverify.questions.ask import ask
from npverify.questions.comparison import ComparisonSettings, compare
from npverify.questions.connectivity import MapSettings, connectivity_map
from npverify.questions.profile_remarks import enforcement, not_enforced, rejected, unchecked
from npverify.questions.settings import QuerySettings

WEB = deployment("web", app="web")
DENY = policy("none")
SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web", "namespace": "one"},
    "spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 8080}]},
}
NAMED = policy("named", ingress=[peers(ports=[{"port": "http"}])])


def test_nothing_enforced_comes_first():
    found = inventory(WEB, DENY)
    for name in ("flannel", "none", "aws-vpc"):
        answer = ask(
            parse_question("can any pod reach web?", found), found, QuerySettings(profile=profile_of(name))
        )

        assert answer.notes[0].startswith(f"nothing is enforced: under `{name}`")
        assert answer.any.value == "reachable"
        assert answer.assumptions[0] == f"the network plugin enforces no policy (profile `{name}`)"
    assert "aws-vpc,enabled=true" in answer.notes[0]


def test_kinds_without_effect_are_named():
    found = inventory(WEB, DENY, admin("a", ingress=[ACCEPT]))

    assert list(not_enforced([found], GENERIC)) == []
    assert list(not_enforced([found], profile_of("calico"))) == []
    (note,) = not_enforced([found], profile_of("weave"))
    assert "have no effect: ClusterNetworkPolicy a (it implements NetworkPolicy v1)" in note


@pytest.mark.parametrize(
    ("text", "asked", "is_said"),
    [
        ("aws-vpc,enabled=true", "can db reach svc/one/web on 80?", True),
        ("aws-vpc,enabled=true", "can web reach itself through svc/one/web on 80?", True),
        ("aws-vpc,enabled=true", "can db reach web?", False),
        ("aws-vpc", "can db reach svc/one/web on 80?", False),
        ("calico", "can db reach svc/one/web on 80?", False),
    ],
)
def test_a_service_address_that_is_looked_at_before_translation_is_a_condition(text, asked, is_said):
    found = inventory(WEB, deployment("db", app="db"), policy("out", types=["Egress"]), SERVICE)

    answer = ask(parse_question(asked, found), found, QuerySettings(profile=profile_of(text)))

    words = f"`{text}` decides egress to the cluster address of svc/one/web"
    assert any(condition.startswith(words) for condition in answer.conditions) is is_said


@pytest.mark.parametrize(
    ("text", "question", "is_said"),
    [
        ("antrea,cluster-network-policy=true", "can web reach itself?", True),
        ("antrea,cluster-network-policy=true", "can db reach web?", False),
        ("antrea", "can web reach itself?", False),
        ("calico", "can web reach itself?", False),
        ("generic", "can web reach itself?", False),
    ],
)
def test_that_a_pod_and_itself_pass_by_admin_policies_is_an_inference(text, question, is_said):
    found = inventory(WEB, deployment("db", app="db"), admin("a", ingress=[ACCEPT]))

    answer = ask(parse_question(question, found), found, QuerySettings(profile=profile_of(text)))

    assert any("passes by admin policies too" in words for words in answer.assumptions) is is_said


@pytest.mark.parametrize(
    ("text", "policies", "is_said"),
    [
        ("aws-vpc,enabled=true", [NAMED], True),
        ("cilium@1.19", [policy("out", types=["Egress"], egress=[peers(ports=[{"port": "http"}])])], True),
        ("kube-router", [NAMED], True),
        ("aws-vpc,enabled=true", [DENY], False),
        ("aws-vpc", [NAMED], False),
        ("calico", [NAMED], False),
        ("generic", [NAMED], False),
    ],
)
def test_pods_that_may_come_and_change_a_port_name_are_an_assumption(text, policies, is_said):
    found = inventory(WEB, *policies)
    profile = profile_of(text)
    words = "a port name stands for the numbers that the pods of the input give it"

    answer = ask(parse_question("can any pod reach web?", found), found, QuerySettings(profile=profile))
    comparison = compare(found, found, ComparisonSettings(QuerySettings(profile=profile)))
    drawn = connectivity_map(found, MapSettings(query=QuerySettings(profile=profile)))

    for assumptions in (answer.assumptions, comparison.assumptions, drawn.assumptions):
        assert any(text.startswith(words) for text in assumptions) is is_said


def test_rejected_policies_are_named():
    found = inventory(WEB, DENY, NAMED)

    assert list(rejected([found], profile_of("calico"))) == []
    (note,) = rejected([found], profile_of("weave"))
    assert note.endswith("these have no effect: one/named")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("generic", "enforces the policies as specified (profile `generic`)"),
        ("cilium@1.19", "enforces the policies as `cilium@1.19` does (`npverify cni cilium@1.19`)"),
    ],
)
def test_the_first_assumption_is_who_enforces(text, words):
    assert enforcement(profile_of(text)).endswith(words)


def test_unchecked_facts_are_told_where_they_take_part():
    profile = profile_of("weave")

    assert list(unchecked([inventory(WEB)], profile)) == []
    (text,) = unchecked([inventory(WEB, policy("p", ingress=[peers(block("10.0.0.0/8"))]))], profile)
    assert text.startswith("SCTP: enforced; that is an inference, checked on no cluster")


def test_an_unchecked_fact_that_needs_no_policy_is_told_without_any():
    for cni in ("aws-vpc-calico", "aws-vpc-calico,endpoint-to-host=drop"):
        (text,) = unchecked([inventory(WEB)], profile_of(cni))
        assert text.startswith("a pod reaches its own node: ")


@pytest.mark.parametrize(
    ("cni", "words"),
    [
        ("generic", "the node that a pod runs on always reaches it"),
        ("flannel-netpol", "the node that a pod runs on may reach it"),
    ],
)
def test_the_own_node_reaches_its_pods_as_the_plugin_lets_it(cni, words):
    found = inventory(WEB, DENY)
    questions = "what can reach web?", "can a node reach web?"
    listing, one = (
        ask(parse_question(question, found), found, QuerySettings(profile=profile_of(cni))).assumptions
        for question in questions
    )

    assert any(text.startswith(words) for text in listing)
    assert any("always reached by the node" in text for text in one) is (cni == "generic")


def test_a_release_later_than_those_that_were_read_is_an_assumption():
    later = "does, taken to be as 3.32.1, the newest release that was read"

    assert later in enforcement(profile_of("calico@3.40"))
    assert later not in enforcement(profile_of("calico@3.30"))


@pytest.mark.parametrize(
    ("text", "is_told"), [("aws-vpc", True), ("aws-vpc@1.13", True), ("aws-vpc@1.13,enabled=true", False)]
)
def test_what_is_on_already_is_not_to_be_turned_on(text, is_told):
    (note,) = not_enforced([inventory(WEB, DENY)], profile_of(text))

    assert ("where it is on, say `--cni aws-vpc,enabled=true`" in note) is is_told
