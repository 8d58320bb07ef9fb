"""The same manifests on two network plugins: what opens and closes, and which fact does it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.questions.manifests import (
    block,
    container_port,
    inventory,
    peers,
    pod,
    pods,
    policy,
    port,
)

from npverify.cni import GENERIC, Evidence, NamedPorts, OwnNodeEgress, profile_of
from npverify.questions.comparison import ComparisonSettings, ComparisonVerdict, compare
from npverify.questions.settings import QuerySettings
from npverify.report.diff_sentences import cause_words
from npverify.resources import ExternalEndpoint

HERE = [
    pod("a", ips=["10.0.0.1"], node="n", app="a"),
    pod("b", ips=["10.0.0.2"], node="n", app="b"),
    pod("h", ips=["10.1.0.1"], node="n", host_network=True),
]
FROM_PODS = policy("p", {"app": "b"}, ingress=[peers(block("10.0.0.0/8"))])
NOWHERE = policy("q", {"app": "b"}, types=["Egress"])
OTHER = replace(GENERIC, name="other")


def compared(*policies, old=GENERIC, new=OTHER):
    same = inventory(*HERE, *policies)
    return compare(same, same, ComparisonSettings(QuerySettings(profile=old), limit=None, new_profile=new))


def test_two_names_for_the_same_facts_are_in_parity():
    assert compared(FROM_PODS, NOWHERE).verdict is ComparisonVerdict.EQUIVALENT


def test_a_fact_that_closes_is_named():
    comparison = compared(FROM_PODS, NOWHERE, new=replace(OTHER, ip_block_matches_pods=False))

    assert {str(each.change) for each in comparison.differences} == {"closed"}
    assert {cause.fact for each in comparison.differences for cause in each.causes} == {
        "ip_block_matches_pods"
    }


@pytest.mark.parametrize(("egress", "change"), [("always", "opened"), ("policy", "closed")])
def test_traffic_with_the_own_node_counts_where_the_plugins_differ_in_it(egress, change):
    comparison = compared(NOWHERE, new=replace(OTHER, own_node_egress=OwnNodeEgress(egress)))

    (difference,) = comparison.differences
    assert str(difference.change) == change
    assert difference.causes[0].fact == "own_node_egress"
    assert difference.region.destination == ("the other end's own node",)


SIX = [pod("a", ips=["fd00::1"], app="a"), pod("b", ips=["fd00::2", "10.0.0.2"], app="b")]
FROM_A = policy("p", {"app": "b"}, ingress=[peers(pods(app="a"), ports=[{"port": 80}])])


@pytest.mark.parametrize("per_direction", [False, True])
@pytest.mark.parametrize("change", ["opened", "closed"])
def test_an_ip_version_that_one_plugin_does_not_carry_opens_or_closes(change, per_direction):
    less = replace(OTHER, families=(4,))
    plugins = (GENERIC, less) if change == "closed" else (less, GENERIC)
    found = inventory(*SIX, FROM_A)
    settings = ComparisonSettings(
        QuerySettings(profile=plugins[0]),
        limit=None,
        new_profile=plugins[1],
        per_direction=per_direction,
    )

    comparison = compare(found, found, settings)

    assert comparison.complete
    assert {str(each.change) for each in comparison.differences} == {change}
    assert {cause.fact for each in comparison.differences for cause in each.causes} == {"families"}
    assert all("address in ::/0" in each.region.source for each in comparison.differences)
    (from_a,) = [each for each in comparison.differences if "app=a" in each.region.source]
    assert from_a.region.traffic == ("tcp/80",)
    assert all(each.witness.flow.destination.address.version == 6 for each in comparison.differences)


def test_an_ip_version_of_which_nothing_is_known_is_left_out_and_said():
    comparison = compared(FROM_PODS, new=replace(OTHER, families=(4,)))

    assert comparison.verdict is ComparisonVerdict.EQUIVALENT
    assert "IPv6 is left out: `other` does not carry it, and the input tells no address of it" in (
        comparison.assumptions
    )


@pytest.mark.parametrize(("old", "new"), [("flannel", "calico"), ("calico", "none"), ("aws-vpc", "weave")])
def test_whether_policies_are_enforced_is_a_cause_by_itself(old, new):
    comparison = compared(policy("p", {"app": "b"}), old=profile_of(old), new=profile_of(new))

    causes = {cause for each in comparison.differences for cause in each.causes}
    assert ("enforces", False) in {(cause.fact, cause.together) for cause in causes}
    assert "kinds" not in {cause.fact for cause in causes}


def test_a_fact_is_told_with_its_sources():
    evidence = {"ip_block_matches_pods": Evidence("a page", verified=False)}
    new = replace(OTHER, ip_block_matches_pods=False, evidence=evidence)

    cause = compared(FROM_PODS, new=new).differences[0].causes[0]

    assert cause_words(cause) == (
        "an ipBlock matches pods: yes for old, no for new [a page, an inference that nobody has checked]"
    )


def test_what_the_policies_do_is_no_fact_of_a_plugin():
    old, new = inventory(*HERE, FROM_PODS), inventory(*HERE)
    settings = ComparisonSettings(
        limit=None, new_profile=replace(OTHER, own_node_egress=OwnNodeEgress.POLICY)
    )

    comparison = compare(old, new, settings)

    assert comparison.differences
    assert all(not each.causes for each in comparison.differences)


@pytest.mark.parametrize(
    ("mode", "number", "change"),
    [
        (NamedPorts.AGREED, 8081, "closed"),
        (NamedPorts.NAMESPACE_NUMBERS, 8081, "opened"),
    ],
)
def test_other_ports_of_one_pod_change_what_the_same_policies_allow_elsewhere(mode, number, change):
    own = pod("b", ips=["10.0.0.2"], app="b", ports=[container_port(8080, "http")])
    before, after = (
        pod("c", ips=["10.0.0.3"], app="c", ports=[container_port(each, "http")]) for each in (8080, number)
    )
    egress = policy("p", {"app": "a"}, types=["Egress"], egress=[{"ports": [port("http")]}])
    old, new = (inventory(pod("a", ips=["10.0.0.1"], app="a"), own, each, egress) for each in (before, after))
    profile = replace(OTHER, named_ports_egress=mode)

    comparison = compare(old, new, ComparisonSettings(QuerySettings(profile=profile), limit=None))

    outside = [d for d in comparison.differences if isinstance(d.witness.flow.destination, ExternalEndpoint)]
    assert {str(each.change) for each in outside} == {change}
