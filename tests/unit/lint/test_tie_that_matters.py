"""NPV241: admin policies of one priority whose order decides a connection."""

from __future__ import annotations

import pytest
from tests.unit.lint.admin import accept, cnp, deny, leave, named
from tests.unit.lint.linting import check_of, context_of, findings, marked, messages, policy

from npverify.errors import Severity
from npverify.lint.check import Open

SHOP, MONITORING = named("shop"), named("monitoring")


def test_a_tie_is_reported_with_a_flow_and_both_outcomes():
    (found,) = findings("NPV241", cnp("a", accept(MONITORING)), cnp("b", deny(), subject=SHOP))

    assert found.severity is Severity.ERROR
    assert found.subject == "ClusterNetworkPolicy a"
    assert "`ClusterNetworkPolicy b`" in found.message
    assert "from a possible pod in namespace monitoring" in found.message
    assert found.message.endswith("is allowed if this one does, and denied if the other does")
    assert marked(found) == "10"
    assert [related.message for related in found.related] == [
        "ClusterNetworkPolicy b has the same priority",
        "if this one comes first: ingress Admin p10 ClusterNetworkPolicy a rule 1 Accept",
        "if the other comes first: ingress Admin p10 ClusterNetworkPolicy b rule 1 Deny",
    ]


@pytest.mark.parametrize(
    "other",
    [
        cnp("b", deny(), priority=11),
        cnp("b", deny(), tier="Baseline"),
        cnp("b", accept()),
        cnp("b", deny(SHOP)),
        cnp("b", deny(MONITORING, to=True), subject=SHOP),
    ],
    ids=["other priority", "other tier", "same action", "other peers", "other direction"],
)
def test_policies_that_no_flow_meets_in_two_orders_are_no_tie_that_matters(other):
    assert messages("NPV241", cnp("a", accept(MONITORING, 80)), other) == []


def test_a_tie_that_an_earlier_policy_settles_does_not_matter():
    tied = cnp("a", accept(MONITORING)), cnp("b", deny())

    assert len(messages("NPV241", *tied)) == 1
    assert messages("NPV241", *tied, cnp("c", deny(MONITORING), priority=1)) == []


def test_a_tie_of_a_pass_and_an_accept_matters_where_somebody_is_isolated():
    tied = cnp("a", accept(MONITORING)), cnp("b", leave())

    assert messages("NPV241", *tied) == []
    assert len(messages("NPV241", *tied, policy("podSelector: {}, policyTypes: [Ingress]"))) == 1


def test_a_tie_in_one_direction_does_not_matter_while_the_other_end_denies():
    tied = cnp("a", accept(SHOP, to=True)), cnp("b", deny(to=True))
    isolated = policy("podSelector: {}, policyTypes: [Ingress]")

    assert len(messages("NPV241", *tied)) == 1
    assert messages("NPV241", *tied, isolated) == []


def test_each_pair_of_three_policies_is_reported_by_itself():
    three = cnp("a", accept()), cnp("b", deny()), cnp("c", deny(MONITORING))

    assert [found.part for found in findings("NPV241", *three)] == [
        "priority, with ClusterNetworkPolicy b",
        "priority, with ClusterNetworkPolicy c",
    ]


def test_a_third_policy_decides_the_other_end_only():
    """The order of `a` and `b` shows in egress only while `c` lets the flow in before `b` keeps it out."""
    a = cnp("a", accept(to=True), deny())
    b = cnp("b", deny(to=True), deny())
    c = cnp("c", accept())

    found = findings("NPV241", a, b, c)

    assert ("ClusterNetworkPolicy a", "priority, with ClusterNetworkPolicy b") in [
        (each.subject, each.part) for each in found
    ]
    assert messages("NPV241", a, b) == []


def test_a_tie_matters_where_network_policies_at_the_other_end_allow_the_flow():
    tied = cnp("a", accept(SHOP, to=True)), cnp("b", deny(SHOP, to=True))
    opened = policy("podSelector: {}, ingress: [{ports: [{port: 80}]}]")

    (message,) = messages("NPV241", *tied, opened)

    assert "tcp/80" in message


def test_an_open_domain_name_is_said_to_be_needed():
    web = "{domainNames: [web.example]}"

    (message,) = messages(
        "NPV241", cnp("a", accept(web, to=True)), cnp("b", deny("{networks: [0.0.0.0/0]}", to=True))
    )

    assert "(where the destination is an address of web.example)" in message


def test_without_time_it_is_left_open():
    context = context_of(cnp("a", accept()), cnp("b", deny()), timeout=0.0)

    (left_open,) = check_of("NPV241").find(context)

    assert isinstance(left_open, Open)
