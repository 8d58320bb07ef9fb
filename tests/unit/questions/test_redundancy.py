"""What could be left out of some policies, and what covers it."""

from __future__ import annotations

import pytest
from tests.unit.questions.manifests import (
    block,
    expression,
    inventory,
    namespace,
    peers,
    pods,
    policy,
    port,
    to,
)

from npverify.cni import CniProfile, profile_of
from npverify.questions.redundancy import PolicyPart, find_redundancies
from npverify.questions.settings import QuerySettings
from npverify.questions.stopwatch import Stopwatch
from npverify.resources import Direction
from npverify_encodings.solver import Undecided

ALL, A, B = {}, {"app": "a"}, {"app": "b"}
NOBODY = expression("app", "In", "a") | {"matchLabels": B}


def find(*objects, **settings):
    """Everything that could go, by what it is: each with the names of what covers it."""
    found = find_redundancies(inventory(*objects), QuerySettings(**settings))
    return {
        kind: {str(r.part): [*map(str, r.cover)] for r in getattr(found, kind)}
        for kind in ("policies", "rules", "peers", "ports", "isolation_only")
        if getattr(found, kind)
    }


def policies(*objects, **settings):
    return find_redundancies(inventory(*objects), QuerySettings(**settings)).policies


# Rules ---------------------------------------------------------------------------------------------------


def test_a_narrower_rule_is_covered_by_a_wider_one():
    narrow, wide = peers(pods(**A), ports=[port(80)]), peers(pods(**A))

    assert find(policy("p", ALL, ingress=[narrow, wide])) == {
        "rules": {"one/p ingress rule 1": ["one/p ingress rule 2"]}
    }
    assert find(policy("p", ALL, egress=[to(pods(**A), ports=[port(80)]), to(pods(**A))])) == {
        "rules": {"one/p egress rule 1": ["one/p egress rule 2"]}
    }


def test_of_two_equal_rules_each_is_covered_by_the_other():
    rule = peers(pods(**A))

    assert find(policy("p", ALL, ingress=[rule, rule])) == {
        "rules": {
            "one/p ingress rule 1": ["one/p ingress rule 2"],
            "one/p ingress rule 2": ["one/p ingress rule 1"],
        }
    }


def test_a_cover_names_no_rule_that_is_not_needed():
    rules = [
        peers(ports=[port(80, 99)]),
        peers(ports=[port(80, 89)]),
        peers(ports=[port(85, 95)]),
        peers(ports=[port(90, 99)]),
        peers(ports=[port(443)]),
    ]

    assert find(policy("p", ALL, ingress=rules))["rules"]["one/p ingress rule 1"] == [
        "one/p ingress rule 2",
        "one/p ingress rule 4",
    ]


SUBJECTS = {
    "the same pods": (A, A, True),
    "every pod": (A, ALL, True),
    "more pods": (A, expression("app", "In", "a", "b"), True),
    "pods that have the label": (A, expression("app", "Exists"), True),
    "pods without another label": (A, expression("app", "NotIn", "b"), True),
    "fewer labels": ({"app": "a", "tier": "x"}, A, True),
    "a value that is one of two": ({"app": "a", "tier": "x"}, expression("tier", "In", "x", "y"), True),
    "other pods": (A, B, False),
    "more labels": (A, {"app": "a", "tier": "x"}, False),
    "one label in common": ({"app": "a", "tier": "x"}, {"app": "a", "tier": "y"}, False),
    "another key": (A, {"tier": "x"}, False),
    "pods without the label": (A, expression("app", "DoesNotExist"), False),
    "some of the pods": (expression("app", "In", "a", "b"), A, False),
    "those that have it": (ALL, expression("app", "Exists"), False),
}


@pytest.mark.parametrize(("selected", "by_other", "covered"), SUBJECTS.values(), ids=SUBJECTS)
def test_a_rule_of_another_policy_covers_the_pods_that_it_selects(selected, by_other, covered):
    own = policy("own", selected, ingress=[peers(pods(**A)), peers(ports=[port(1)])])
    other = policy("other", by_other, ingress=[peers(pods(**A)), peers(ports=[port(2)])])

    found = find(own, other)

    assert ("one/own ingress rule 1" in found.get("rules", {})) is covered
    if covered:
        assert found["rules"]["one/own ingress rule 1"] == ["one/other ingress rule 1"]


def test_policies_of_another_namespace_and_direction_cover_nothing():
    rule = peers(pods(**A))

    assert find(policy("p", ALL, ingress=[rule]), policy("p", ALL, ingress=[rule], home="two")) == {}
    assert find(policy("p", ALL, ingress=[rule]), policy("q", ALL, egress=[to(pods(**A))])) == {}


def test_rules_of_a_direction_that_is_not_listed_cover_nothing():
    own = policy("own", ALL, ingress=[peers(pods(**A))])
    other = policy("other", ALL, types=["Egress"], ingress=[{}], egress=[to(ports=[port(1)])])

    assert find(own, other) == {}


PEERS = {
    "pods of the namespace by its name": (
        pods(**A),
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "one"}}},
        True,
    ),
    "a namespace by what is known of its labels": (
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "two"}}},
        {"namespaceSelector": {"matchLabels": {"team": "b"}}},
        True,
    ),
    "a namespace of which nothing is known": (
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "three"}}},
        {"namespaceSelector": {"matchLabels": {"team": "b"}}},
        False,
    ),
    "both selectors together": (
        {"namespaceSelector": {}, **pods(**A)},
        {"namespaceSelector": {}},
        True,
    ),
    "the namespace alone": ({"namespaceSelector": {}}, {"namespaceSelector": {}, **pods(**A)}, False),
    "a network in a network": (block("10.1.0.0/16"), block("10.0.0.0/8"), True),
    "a network around it": (block("10.0.0.0/8"), block("10.1.0.0/16"), False),
    "a network that is excepted": (block("10.1.0.0/16"), block("10.0.0.0/8", "10.1.0.0/16"), False),
    "excepts in another order": (
        block("10.0.0.0/8", "10.1.0.0/16", "10.2.0.0/16"),
        block("10.0.0.0/8", "10.2.0.0/16", "10.1.0.0/16"),
        True,
    ),
    "fewer excepts": (
        block("10.0.0.0/8", "10.1.0.0/16", "10.2.0.0/16"),
        block("10.0.0.0/8", "10.2.0.0/16"),
        True,
    ),
    "more excepts": (
        block("10.0.0.0/8", "10.2.0.0/16"),
        block("10.0.0.0/8", "10.1.0.0/16", "10.2.0.0/16"),
        False,
    ),
    "pods in every address of one family": (pods(**A), block("0.0.0.0/0"), False),
}


@pytest.mark.parametrize(("peer", "other", "covered"), PEERS.values(), ids=PEERS)
def test_what_a_peer_admits_is_covered_or_not(peer, other, covered):
    homes = namespace("one"), namespace("two", team="b")

    found = find(*homes, policy("p", ALL, ingress=[peers(peer), peers(other)]))

    assert ("one/p ingress rule 1" in found.get("rules", {})) is covered


def test_labels_of_namespaces_without_an_object_may_be_left_open():
    name = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "two"}}}
    teamless = {"namespaceSelector": expression("team", "DoesNotExist")}
    objects = policy("p", ALL, ingress=[peers(name), peers(teamless)]), policy("q", ALL, home="two")

    assert "one/p ingress rule 1" in find(*objects).get("rules", {})
    assert find(*objects, open_namespaces=True).get("rules", {}) == {}


def test_blocks_for_every_address_cover_pods_only_where_they_match_pods():
    everywhere = peers(block("0.0.0.0/0"), block("::/0"))
    objects = policy("deny", ALL), policy("p", ALL, ingress=[peers(pods(**A)), everywhere])

    covered = find(*objects, profile=CniProfile("yes", ip_block_matches_pods=True))
    apart = find(*objects, profile=CniProfile("no", ip_block_matches_pods=False))

    assert covered["rules"] == {"one/p ingress rule 1": ["one/p ingress rule 2"]}
    assert "rules" not in apart


PORTS = {
    "a port in a range": (port(80), port(79, 81), True),
    "the first of a range": (port(79), port(79, 81), True),
    "the last of a range": (port(81), port(79, 81), True),
    "one below": (port(78), port(79, 81), False),
    "one above": (port(82), port(79, 81), False),
    "another protocol": (port(80), port(80, protocol="UDP"), False),
    "a name": (port("http"), port("http"), True),
    "another name": (port("http"), port("https"), False),
    "a name and a number": (port("http"), port(80), False),
    "a name and every port": (port("http"), {"protocol": "TCP"}, True),
    "a number and a name": (port(80), port("http"), False),
    "a name of another protocol": (port("http"), port("http", protocol="UDP"), False),
}


@pytest.mark.parametrize(("own", "other", "covered"), PORTS.values(), ids=PORTS)
def test_what_a_port_admits_is_covered_or_not(own, other, covered):
    rules = policy("p", ALL, ingress=[peers(pods(**A), ports=[own]), peers(pods(**A), ports=[other])])
    items = policy("p", ALL, ingress=[peers(pods(**A), ports=[own, other])])

    assert ("one/p ingress rule 1" in find(rules).get("rules", {})) is covered
    assert ("one/p ingress rule 1 port 1" in find(items).get("ports", {})) is covered


def test_a_rule_that_matches_nothing_needs_no_cover():
    found = find(policy("p", ALL, ingress=[peers({"podSelector": NOBODY}), peers(pods(**A))]))

    assert found == {"rules": {"one/p ingress rule 1": []}}


# Peers and ports -----------------------------------------------------------------------------------------


def test_items_are_covered_by_the_others_of_their_rule_and_by_other_rules():
    rules = [
        peers(pods(**A), pods(), pods(**B), ports=[port(80), port(443)]),
        peers(ports=[port(443)]),
    ]

    assert find(policy("p", ALL, ingress=rules)) == {
        "peers": {
            "one/p ingress rule 1 peer 1": ["one/p ingress rule 1 peer 2"],
            "one/p ingress rule 1 peer 3": ["one/p ingress rule 1 peer 2"],
        },
        "ports": {"one/p ingress rule 1 port 2": ["one/p ingress rule 2"]},
    }


def test_several_items_may_cover_one_together():
    ports = [port(8000, 8099), port(8000, 8049), port(8050, 8099)]

    assert find(policy("p", ALL, egress=[to(pods(), ports=ports)])) == {
        "ports": {
            "one/p egress rule 1 port 1": ["one/p egress rule 1 port 2", "one/p egress rule 1 port 3"],
            "one/p egress rule 1 port 2": ["one/p egress rule 1 port 1"],
            "one/p egress rule 1 port 3": ["one/p egress rule 1 port 1"],
        }
    }


def test_items_of_a_redundant_rule_and_rules_of_a_redundant_policy_are_not_listed():
    rule = peers(pods(**A), pods(**A), ports=[port(80), port(80)])

    assert find(policy("p", ALL, ingress=[rule, peers(pods(**A))])).keys() == {"rules"}
    assert find(policy("p", A, ingress=[rule, rule]), policy("q", ALL, ingress=[peers(pods(**A))])) == {
        "policies": {"one/p": ["one/q ingress rule 1"]}
    }


def test_the_only_item_of_a_list_is_the_rule():
    assert find(policy("p", ALL, ingress=[peers(pods(**A), ports=[port(80)])])) == {}


# Policies ------------------------------------------------------------------------------------------------


def test_a_policy_is_redundant_where_others_admit_and_isolate_what_it_does():
    own = policy("own", A, ingress=[peers(pods(**A)), peers(pods(**B), ports=[port(80)])])
    wide = policy("wide", ALL, ingress=[peers(pods(**A)), peers(pods(**B))])

    (found,) = policies(own, wide)

    assert str(found.part) == "one/own"
    assert [*map(str, found.cover)] == ["one/wide ingress rule 1", "one/wide ingress rule 2"]
    assert [*map(str, found.isolation)] == ["one/wide"]
    assert found.opens is False


def test_several_policies_may_isolate_the_pods_together():
    own = policy("own", A)
    others = policy("with", A | {"tier": "x"}), policy("without", expression("tier", "NotIn", "x"))

    isolation = {str(r.part): [*map(str, r.isolation)] for r in policies(own, *others)}
    assert isolation["one/own"] == ["one/with", "one/without"]
    assert [str(r.part) for r in policies(own, others[0])] == ["one/with"]


def test_a_policy_for_both_directions_is_needed_where_one_needs_it():
    rule = {"ingress": [peers(pods(**A))]}
    both = policy("both", A, types=["Ingress", "Egress"], **rule, egress=[to(pods(**A))])
    into = policy("into", ALL, **rule)
    out = policy("out", ALL, types=["Egress"], egress=[to(pods(**A))])

    assert policies(both, into) == ()
    assert policies(both, out) == ()
    (found,) = policies(both, into, out)
    assert str(found.part) == "one/both"
    assert sorted(map(str, found.cover)) == ["one/into ingress rule 1", "one/out egress rule 1"]
    assert sorted(map(str, found.isolation)) == ["one/into", "one/out"]


def test_a_policy_that_alone_isolates_is_needed_for_isolation_only():
    own = policy("own", ALL, ingress=[peers(pods(**A), ports=[port(80)])])
    other = policy("other", A, ingress=[peers(pods(**A))])

    assert find(own) == {}
    assert find(policy("own", A, ingress=own["spec"]["ingress"]), other)["policies"].keys() == {"one/own"}
    assert "policies" not in find(own, other)
    assert find(policy("own", ALL, ingress=[peers({"podSelector": NOBODY})])) == {
        "rules": {"one/own ingress rule 1": []},
        "isolation_only": {"one/own": []},
    }


def test_rules_that_cover_each_other_within_a_policy_do_not_make_it_isolation_only():
    rule = peers(pods(**A))

    assert find(policy("p", ALL, ingress=[rule, rule])).keys() == {"rules"}


def test_a_policy_without_rules_is_isolation_and_nothing_else():
    assert find(policy("deny", ALL)) == {}
    (found,) = policies(policy("deny", A), policy("all", ALL, ingress=[peers(pods(**A))]))
    assert (str(found.part), found.cover) == ("one/deny", ())
    assert [*map(str, found.isolation)] == ["one/all"]


def test_a_policy_that_admits_everything_changes_nothing_where_no_other_isolates():
    (found,) = policies(policy("open", A, ingress=[{}]))

    assert (str(found.part), found.cover, found.isolation, found.opens) == ("one/open", (), (), True)
    others = policies(policy("open", A, ingress=[{}]), policy("deny", A | {"tier": "x"}))
    assert [str(r.part) for r in others] == ["one/deny"]
    assert policies(policy("open", A, ingress=[peers(ports=[port(1, 65535)])])) == ()


def test_everything_may_be_admitted_by_several_rules():
    every = [peers(ports=[port(1, 65535, protocol)]) for protocol in ("TCP", "UDP", "SCTP")]

    (found,) = policies(policy("open", A, ingress=every))
    assert found.opens
    assert policies(policy("open", A, ingress=every[:2])) == ()


def test_a_policy_that_admits_everything_may_be_covered_where_others_isolate():
    """Where others isolate, they admit everything as well; elsewhere the pods are open either way."""
    (found, other) = policies(
        policy("open", ALL, ingress=[{}]), policy("some", expression("app", "Exists"), ingress=[{}])
    )

    assert [*map(str, found.cover)] == ["one/some ingress rule 1"]
    assert found.opens
    assert str(other.part) == "one/some"


def test_a_deny_for_the_whole_namespace_does_not_stand_for_what_is_admitted():
    deny = policy("deny", ALL)
    own = policy("own", A, ingress=[peers(pods(**A)), peers(pods(**B))])
    half = policy("half", A, ingress=[peers(pods(**A), ports=[port(443)]), peers(pods(**A))])

    assert policies(deny, own) == ()
    assert find(deny, own, half)["policies"] == {"one/half": ["one/own ingress rule 1"]}


def test_a_policy_that_selects_no_pod_needs_neither_cover_nor_isolation():
    (found,) = policies(policy("nobody", NOBODY, ingress=[{}]))

    assert (found.cover, found.isolation, found.opens) == ((), (), False)


# Parts ---------------------------------------------------------------------------------------------------


def test_parts_are_counted_from_one_in_words():
    (own,) = inventory(policy("p", ALL, ingress=[peers(pods(**A), pods(**B), ports=[port(80)])])).policies
    part = PolicyPart(own, Direction.INGRESS, 0)

    assert str(PolicyPart(own)) == "one/p"
    assert str(part) == "one/p ingress rule 1"
    assert str(PolicyPart(own, Direction.INGRESS, 0, peer=1)) == "one/p ingress rule 1 peer 2"
    assert str(PolicyPart(own, Direction.EGRESS, 2, port=0)) == "one/p egress rule 3 port 1"
    assert part.origin is own.ingress[0].origin
    assert PolicyPart(own, Direction.INGRESS, 0, peer=1).origin is own.ingress[0].peers[1].origin
    assert PolicyPart(own, Direction.INGRESS, 0, port=0).origin is own.ingress[0].ports[0].origin
    assert PolicyPart(own).origin is own.origin


# The search ----------------------------------------------------------------------------------------------


def test_without_time_nothing_is_claimed():
    with pytest.raises(Undecided, match="the time limit was reached"):
        find(policy("p", ALL, ingress=[{}, {}]), timeout=0.0)


def test_namespaces_are_looked_at_one_after_another():
    seen = []
    homes = [policy("p", ALL, home=name, ingress=[{}, {}]) for name in ("one", "two", "three")]
    stopwatch = Stopwatch()

    find_redundancies(inventory(*homes), QuerySettings(), stopwatch, lambda *step: seen.append(step))

    assert [step[1:] for step in seen] == [(0, 3), (1, 3), (2, 3)]
    assert stopwatch.stats().counts["solver checks"] > 0


def test_no_policies_have_nothing_redundant():
    assert find_redundancies(inventory(), QuerySettings()).is_empty
    assert not find_redundancies(inventory(policy("p", ALL, ingress=[{}, {}])), QuerySettings()).is_empty


# Where rules depend on each other ---------------------------------------------------------------------

EXCEPT = policy("p", ingress=[peers(block("10.0.0.0/24", "10.0.0.0/31"), block("10.0.0.0/8"))])
NARROW = policy("q", ingress=[peers(block("10.0.0.0/16"))])


def compared(*objects, cni="kube-router"):
    settings = QuerySettings(profile=profile_of(cni))
    found = find_redundancies(inventory(*objects), settings, by_comparison=True)
    kinds = (found.policies, found.rules, found.peers, found.ports)
    assert all(each.is_compared for kind in kinds for each in kind)
    return [str(each.part) for kind in kinds for each in kind]


def test_a_block_that_only_keeps_addresses_out_is_needed():
    with_more = policy("p", ingress=[peers(*[block("10.0.0.0/24", "10.0.0.0/31"), block("10.0.0.0/8")] * 2)])

    assert compared(EXCEPT) == []
    assert compared(with_more) == [f"one/p ingress rule 1 peer {number}" for number in (1, 2, 3, 4)]


def test_a_policy_within_another_one_could_go_though_that_has_an_exception():
    wide = policy("q", ingress=[peers(block("10.0.0.0/8"))])

    assert compared(EXCEPT, wide) == ["one/p"]
    assert compared(EXCEPT, NARROW) == ["one/p ingress rule 1 peer 1"]  # NARROW admits the exception


def test_an_except_that_counts_for_every_rule_is_needed_beside_a_wider_block():
    wide = policy("q", ingress=[peers(block("10.0.0.0/8"))])

    assert "one/p" not in compared(EXCEPT, wide, cni="aws-vpc,enabled=true")


def test_namespaces_in_which_rules_add_up_tell_what_covers():
    elsewhere = [policy(name, home="two", ingress=[peers(pods(app="a"))]) for name in ("r", "s")]

    found = find_redundancies(
        inventory(EXCEPT, *elsewhere), QuerySettings(profile=profile_of("kube-router")), by_comparison=True
    )

    assert [(str(r.part), [*map(str, r.cover)]) for r in found.policies] == [
        ("two/r", ["two/s ingress rule 1"]),
        ("two/s", ["two/r ingress rule 1"]),
    ]


def test_too_many_parts_are_left_open():
    rules = [peers(block(f"10.{n}.0.0/16", f"10.{n}.1.0/24"), block(f"11.{n}.0.0/16")) for n in range(80)]

    with pytest.raises(Undecided, match=r"namespace one has too many parts to try each \(241, at most 200\)"):
        compared(policy("p", ingress=rules), cni="aws-vpc,enabled=true")
