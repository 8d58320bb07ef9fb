"""Comparisons where policies of the whole cluster stand before and after those of namespaces."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from npverify.manifests import inventory_from_objects
from npverify.questions.comparison import ComparisonSettings, ComparisonVerdict, compare
from npverify.questions.settings import QuerySettings

EVERYWHERE = {"namespaces": {}}
ANY_POD = {"namespaces": {}}
EQUIVALENT, DIFFERENT = ComparisonVerdict.EQUIVALENT, ComparisonVerdict.DIFFERENT


def rule(action, *peers, field="from", **fields):
    return {"action": action, field: [*peers], **fields}


def admin(name, *, tier="Admin", priority=1, ingress=(), egress=(), subject=EVERYWHERE):
    spec = {"tier": tier, "priority": priority, "subject": subject, "ingress": [*ingress]}
    return {
        "apiVersion": "policy.networking.k8s.io/v1alpha2",
        "kind": "ClusterNetworkPolicy",
        "metadata": {"name": name},
        "spec": {**spec, "egress": [*egress]},
    }


def own(name, **spec):
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": "one"},
        "spec": {"podSelector": {}, **spec},
    }


def pods(**labels):
    return {"pods": {"namespaceSelector": {}, "podSelector": {"matchLabels": labels}}}


def to_tcp(*ports):
    return [{"tcp": {"destinationPort": {"number": port}}} for port in ports]


def compared(old, new, **query):
    wanted = ComparisonSettings(query=QuerySettings(**query), limit=None)
    return compare(inventory_from_objects(old), inventory_from_objects(new), wanted)


DENY_BELOW = admin("last", tier="Baseline", ingress=[rule("Deny", ANY_POD)])
DENY_FIRST = admin("first", ingress=[rule("Deny", ANY_POD)])
ACCEPT, DENY = rule("Accept", ANY_POD), rule("Deny", ANY_POD)
WEB_ACCEPT, API_DENY = rule("Accept", pods(app="web")), rule("Deny", pods(app="api"))
CASES = {
    "a policy that allows everything keeps Baseline out": (
        [DENY_BELOW],
        [DENY_BELOW, own("open", ingress=[{}])],
        DIFFERENT,
    ),
    "without Baseline it does nothing": ([], [own("open", ingress=[{}])], EQUIVALENT),
    "beneath an Admin denial it does nothing": (
        [DENY_FIRST, DENY_BELOW],
        [DENY_FIRST, DENY_BELOW, own("open", ingress=[{"from": [{"podSelector": {}}]}])],
        DIFFERENT,  # addresses outside were not isolated before
    ),
    "an Admin denial of all pods hides what policies say of pods": (
        [DENY_FIRST, own("some", ingress=[{"from": [{"podSelector": {}}]}])],
        [DENY_FIRST, own("some", ingress=[])],
        EQUIVALENT,
    ),
    "rules of one action may be merged": (
        [admin("a", ingress=[rule("Deny", pods(app="web")), API_DENY])],
        [admin("a", ingress=[rule("Deny", pods(app="web"), pods(app="api"))])],
        EQUIVALENT,
    ),
    "rules may be split over policies": (
        [admin("a", ingress=[WEB_ACCEPT, DENY])],
        [admin("b", priority=2, ingress=[WEB_ACCEPT]), admin("a", priority=9, ingress=[DENY])],
        EQUIVALENT,
    ),
    "the order of rules that overlap counts": (
        [admin("a", ingress=[WEB_ACCEPT, DENY])],
        [admin("a", ingress=[DENY, WEB_ACCEPT])],
        DIFFERENT,
    ),
    "Accept in the Admin tier is not Accept in the Baseline tier": (
        [own("none"), admin("a", ingress=[ACCEPT])],
        [own("none"), admin("a", tier="Baseline", ingress=[ACCEPT])],
        DIFFERENT,
    ),
    "Deny in either tier is the same where no policy selects": (
        [DENY_FIRST],
        [DENY_BELOW],
        EQUIVALENT,
    ),
    "Pass before nothing is nothing": ([admin("a", ingress=[rule("Pass", ANY_POD)])], [], EQUIVALENT),
    "Pass before Deny keeps from it": (
        [admin("a", ingress=[DENY])],
        [admin("a", ingress=[rule("Pass", pods(app="web")), DENY])],
        DIFFERENT,
    ),
    "a denial of an unknown domain name is one of a set": (
        [admin("a", egress=[rule("Accept", {"domainNames": ["a.example"]}, field="to")])],
        [],
        EQUIVALENT,  # nothing denies it anyway
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_stands_around_policies_counts(case):
    old, new, expected = case

    comparison = compared(old, new)

    assert comparison.verdict is expected, comparison.differences
    assert comparison.complete


def test_a_region_names_the_rules_of_every_tier():
    old = [admin("a", ingress=[rule("Accept", pods(app="web"), protocols=to_tcp(80))]), own("none")]
    new = [admin("a", ingress=[rule("Accept", pods(app="web"), protocols=to_tcp(80, 81))]), own("none")]

    (difference,) = compared(old, new).differences

    assert difference.region.source == ("a pod", "app=web")
    assert difference.region.traffic == ("tcp/81",)
    assert str(difference.witness.new.ingress.path[0]) == "Admin p1 ClusterNetworkPolicy a rule 1 Accept"


def test_a_tie_that_is_broken_is_a_difference_in_one_order():
    tied = [admin("a", ingress=[ACCEPT]), admin("b", ingress=[DENY]), own("none")]
    ordered = [admin("a", ingress=[ACCEPT]), admin("b", priority=2, ingress=[DENY]), own("none")]

    comparison = compared(tied, ordered)

    assert comparison.verdict is DIFFERENT
    (difference,) = comparison.differences
    assert difference.conditions == (
        "ClusterNetworkPolicy b comes before the other Admin policies of priority 1",
    )
    assert compared(tied, tied[::-1]).verdict is EQUIVALENT


def test_a_domain_name_is_open_until_it_is_resolved():
    name = admin(
        "a", egress=[rule("Accept", {"domainNames": ["a.example"]}, field="to"), egress_denial("0.0.0.0/0")]
    )
    network = admin("a", egress=[rule("Accept", {"networks": ["192.0.2.1/32"]}, field="to"), DENY_ALL])
    resolved = {"a.example": (ip_network("192.0.2.1/32"),)}

    open_name = compared([name], [network])
    assert {str(each.change) for each in open_name.differences} == {"opened", "closed"}
    assert any("a.example" in text for each in open_name.differences for text in each.conditions)
    assert compared([name], [network], resolved=resolved).verdict is EQUIVALENT


def test_a_version_may_have_more_policies_in_a_tie():
    """What puts one of three policies in its place is nothing to the two of the other version."""
    pair = [
        admin("b", ingress=[ACCEPT]),
        admin("c", ingress=[DENY], egress=[rule("Accept", ANY_POD, field="to")]),
    ]
    three = [
        *pair,
        admin("a", ingress=[rule("Pass", pods(app="x"))], egress=[rule("Deny", ANY_POD, field="to")]),
    ]

    for old, new in ((pair, three), (three, pair)):
        comparison = compared(old, new)

        assert comparison.verdict is DIFFERENT
        assert all("priority 1" in text for each in comparison.differences for text in each.conditions)


@pytest.mark.parametrize(
    ("resolved", "verdict"),
    [
        ({"*.a.example": "192.0.2.1/32"}, EQUIVALENT),
        ({"*.a.example": "192.0.2.1/32", "b.a.example": "192.0.2.1/32"}, EQUIVALENT),
        ({"b.a.example": "192.0.2.1/32"}, DIFFERENT),
        ({"a.example": "192.0.2.1/32"}, DIFFERENT),
        ({"b.a.example": "192.0.2.1/32", "*.a.example": "192.0.2.2/32"}, DIFFERENT),
    ],
    ids=str,
)
def test_a_name_below_a_star_does_not_close_it(resolved, verdict):
    star = admin(
        "a", egress=[rule("Accept", {"domainNames": ["*.a.example"]}, field="to"), egress_denial("0.0.0.0/0")]
    )
    network = admin("a", egress=[rule("Accept", {"networks": ["192.0.2.1/32"]}, field="to"), DENY_ALL])
    known = {name: (ip_network(text),) for name, text in resolved.items()}

    comparison = compared([star], [network], resolved=known)

    assert comparison.verdict is verdict
    changes = {str(each.change) for each in comparison.differences}
    if "b.a.example" in resolved:
        assert "opened" not in changes, "the name is resolved to what the network holds"


def egress_denial(network):
    return rule("Deny", {"networks": [network]}, field="to")


DENY_ALL = egress_denial("0.0.0.0/0")


def test_nodes_that_one_version_does_not_know_are_as_in_the_other():
    policy = admin(
        "a",
        egress=[
            rule("Accept", {"nodes": {"matchLabels": {"pool": "db"}}}, field="to"),
            DENY_ALL,
        ],
    )
    node = {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": "n", "labels": {"pool": "db"}},
        "status": {"addresses": [{"type": "InternalIP", "address": "10.0.0.9"}]},
    }
    moved = {**node, "metadata": {"name": "n", "labels": {"pool": "web"}}}

    assert compared([policy, node], [policy]).verdict is EQUIVALENT
    assert compared([policy, node], [policy, moved]).verdict is DIFFERENT


def test_workloads_that_change_are_seen_by_admin_policies():
    def web(**labels):
        template = {"metadata": {"labels": labels}, "spec": {"containers": []}}
        spec = {"selector": {"matchLabels": labels}, "template": template}
        metadata = {"name": "web", "namespace": "one"}
        return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}

    policies = [admin("a", ingress=[WEB_ACCEPT, DENY])]

    comparison = compared([*policies, web(app="web")], [*policies, web(app="api")])

    assert {each.subject for each in comparison.differences} == {"one/deployment/web"}
    assert {str(each.change) for each in comparison.differences} == {"closed"}
