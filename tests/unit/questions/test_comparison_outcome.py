"""What a comparison comes back with: verdicts, limits, reasons, remarks."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from dataclasses import replace
from ipaddress import ip_network

import pytest
from tests.unit.questions.manifests import (
    block,
    inventory,
    namespace,
    peers,
    pod,
    pods,
    policy,
    port,
    to,
)

from npverify.cni import CniProfile
from npverify.errors import InternalError
from npverify.questions.comparison import (
    Change,
    ComparisonSettings,
    ComparisonVerdict,
    Relation,
    compare,
)
from npverify.questions.comparison.deciding import Task, decide_all
from npverify.questions.query import AddressAlternative, PodAlternative, Selection
from npverify.questions.settings import QuerySettings
from npverify.questions.stopwatch import Stopwatch
from npverify.reference import Decision, DirectionReport, Evaluation, Evaluator
from npverify_encodings.solver import Literal

A, B = {"app": "a"}, {"app": "b"}
NARROW = policy("p", ingress=[peers(pods(**A), ports=[port(80)])])
WIDE = policy("p", ingress=[peers(pods(**A), ports=[port(80, 90)])])
OTHER = policy("p", ingress=[peers(pods(**B), ports=[port(80)])])
DENY = policy("p")


def run(old, new, **settings):
    return compare(inventory(*old), inventory(*new), ComparisonSettings(**settings))


class Inline(Executor):
    """Runs what it is given at once, and counts it."""

    def __init__(self):
        self.calls = 0

    def submit(self, call, /, *arguments, **options):
        self.calls += 1
        future = Future()
        future.set_result(call(*arguments, **options))
        return future


# Verdicts ------------------------------------------------------------------------------------------------

HOLDS, VIOLATED = ComparisonVerdict.HOLDS, ComparisonVerdict.VIOLATED
CLOSED, OPENED, SHARED = Change.CLOSED, Change.OPENED, Change.SHARED


@pytest.mark.parametrize(
    ("old", "new", "relation", "verdict", "changes"),
    [
        (NARROW, NARROW, Relation.EQUIVALENT, ComparisonVerdict.EQUIVALENT, set()),
        (NARROW, WIDE, Relation.EQUIVALENT, ComparisonVerdict.DIFFERENT, {OPENED}),
        (WIDE, NARROW, Relation.EQUIVALENT, ComparisonVerdict.DIFFERENT, {CLOSED}),
        (NARROW, OTHER, Relation.EQUIVALENT, ComparisonVerdict.DIFFERENT, {OPENED, CLOSED}),
        (WIDE, NARROW, Relation.AT_MOST, HOLDS, set()),
        (NARROW, NARROW, Relation.AT_MOST, HOLDS, set()),
        (NARROW, WIDE, Relation.AT_MOST, VIOLATED, {OPENED}),
        (NARROW, OTHER, Relation.AT_MOST, VIOLATED, {OPENED}),
        (NARROW, WIDE, Relation.AT_LEAST, HOLDS, set()),
        (WIDE, NARROW, Relation.AT_LEAST, VIOLATED, {CLOSED}),
        (NARROW, OTHER, Relation.AT_LEAST, VIOLATED, {CLOSED}),
        (NARROW, WIDE, Relation.DISJOINT, VIOLATED, {SHARED}),
    ],
)
def test_each_relation_has_its_verdict_and_its_changes(old, new, relation, verdict, changes):
    found = run([old], [new], relation=relation)

    assert found.verdict is verdict
    assert {each.change for each in found.differences} == changes
    assert found.relation is relation
    assert found.complete


def test_versions_without_a_connection_in_common_are_disjoint():
    everywhere = Selection((PodAlternative(namespaces=("one",)),), "one/*", "one/*")
    deny = policy("deny", types=["Ingress", "Egress"])

    assert run([deny], [DENY], relation=Relation.DISJOINT, scope=everywhere).verdict is HOLDS
    assert run([deny], [DENY], relation=Relation.DISJOINT).verdict is VIOLATED


def test_only_the_wanted_changes_count():
    assert run([NARROW], [WIDE], changes=(CLOSED,)).verdict is ComparisonVerdict.EQUIVALENT
    assert [each.change for each in run([NARROW], [OTHER], changes=(OPENED,)).differences] == [OPENED]


def test_a_region_is_in_the_terms_of_the_policies_with_a_flow_of_it():
    (difference,) = run([NARROW], [WIDE]).differences

    assert (difference.region.source, difference.region.destination) == (
        ("a pod", "namespace one", "app=a"),
        ("a pod", "namespace one"),
    )
    assert difference.region.traffic == ("tcp/81-90",)
    flow = difference.witness.flow
    assert 81 <= flow.port <= 90
    assert flow.source.pod.labels["app"] == "a"
    assert [str(rule) for rule in difference.witness.new.ingress.rules] == ["one/p rule 1"]
    assert not difference.witness.old.allowed


# Limits --------------------------------------------------------------------------------------------------

MANY = policy("p", ingress=[peers(pods(app=f"a{number}"), ports=[port(80 + number)]) for number in range(4)])


@pytest.mark.parametrize(
    ("limit", "listed", "complete"), [(1, 1, False), (3, 3, False), (4, 4, True), (None, 4, True)]
)
def test_a_limit_cuts_the_list_and_says_so(limit, listed, complete):
    found = run([DENY], [MANY], limit=limit)

    assert len(found.differences) == listed
    assert found.complete is complete
    assert found.verdict is ComparisonVerdict.DIFFERENT


def test_what_is_masked_is_told_only_where_everything_was_looked_at():
    from_two = peers({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "two"}}})
    masking = policy("deny", types=["Egress"], home="two")
    old, new = [DENY, masking], [policy("p", ingress=[from_two]), masking]

    found = run(old, new)

    assert found.verdict is ComparisonVerdict.EQUIVALENT
    assert found.masked == ("the ingress of namespace one is decided differently, but no connection is",)
    for less in (
        {"changes": (OPENED,)},
        {"relation": Relation.AT_MOST},
        {"query": QuerySettings(universe="declared")},
        {"scope": pod_scope(namespaces=("one",))},
    ):
        assert run(old, new, **less).masked == ()


def test_without_time_nothing_is_claimed():
    for old, new in ((NARROW, WIDE), (WIDE, NARROW), (NARROW, OTHER)):
        found = run([old], [new], query=QuerySettings(timeout=0.0))

        assert found.verdict is ComparisonVerdict.UNDECIDED
        assert found.undecided == "the time limit was reached"
        assert not found.complete


def test_what_is_equal_word_for_word_needs_no_time():
    found = run([NARROW], [NARROW], query=QuerySettings(timeout=0.0))

    assert found.verdict is ComparisonVerdict.EQUIVALENT
    assert found.complete


def test_policies_that_are_not_modelled_leave_the_verdict_open():
    cilium = {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumNetworkPolicy",
        "metadata": {"name": "c", "namespace": "one"},
        "spec": {},
    }

    found = run([NARROW, cilium], [NARROW])
    ignored = run([NARROW, cilium], [NARROW], query=QuerySettings(ignore_unmodelled=True))

    assert found.verdict is ComparisonVerdict.UNDECIDED
    assert found.without_unmodelled is ComparisonVerdict.EQUIVALENT
    assert found.undecided == "the input has policies of kinds that are not modelled yet: CiliumNetworkPolicy"
    assert ignored.verdict is ComparisonVerdict.EQUIVALENT
    assert "CiliumNetworkPolicy one/c has no effect (`--ignore-unmodelled`)" in ignored.assumptions


# Solving -------------------------------------------------------------------------------------------------


def test_whoever_solves_the_answer_is_the_same():
    executor = Inline()

    alone = compare(inventory(DENY), inventory(MANY))
    shared = compare(inventory(DENY), inventory(MANY), executor=executor)

    assert executor.calls > 0
    assert shared.differences == alone.differences


def test_decisions_come_in_the_order_of_their_tasks():
    texts = ["(declare-const a Bool) (assert a)", "(declare-const a Bool) (assert (not a))"]
    tasks = [Task(text, (Literal("a"),), None) for text in [*texts, *texts]]

    for executor in (None, Inline()):
        assert [each.holds for each in decide_all(tasks, executor)] == [True, False, True, False]


def test_a_task_without_time_is_not_decided():
    (decision,) = decide_all([Task("(declare-const a Bool)", (Literal("a"),), 0.0)], None)

    assert (decision.holds, decision.reason) == (None, "the time limit was reached")


def test_stages_and_counts_are_told():
    stopwatch, steps = Stopwatch(), []

    compare(inventory(DENY), inventory(MANY), stopwatch=stopwatch, progress=lambda *step: steps.append(step))

    counts = stopwatch.stats().counts
    assert counts["slices whose texts differ"] == counts["slices that differ"] == counts["problems"] == 1
    assert steps[0] == ("comparing", 0, 1)
    assert steps[1:] == [("regions found", number, 0) for number in (1, 2, 3, 4)]


@pytest.mark.parametrize("relation", [Relation.EQUIVALENT, Relation.DISJOINT])
@pytest.mark.parametrize("per_direction", [False, True])
def test_a_contradiction_of_the_evaluator_is_an_internal_error(monkeypatch, relation, per_direction):
    honest = Evaluator.evaluate

    def lie(self, flow, **options):
        allowed = honest(self, flow, **options).allowed
        decision = Decision.DENIED if allowed else Decision.NOT_ISOLATED
        return Evaluation(DirectionReport(decision), DirectionReport(decision))

    monkeypatch.setattr(Evaluator, "evaluate", lie)

    with pytest.raises(InternalError, match="the reference evaluator contradicts the solver") as raised:
        run([NARROW], [WIDE], relation=relation, per_direction=per_direction)

    assert "(check-sat)" in raised.value.details or "(assert" in raised.value.details


# Scope ---------------------------------------------------------------------------------------------------


def pod_scope(**fields):
    return Selection((PodAlternative(**fields),), "scope", "scope")


def test_one_end_at_least_is_in_the_scope():
    old, new = [DENY, policy("p", home="two")], [NARROW, policy("p", home="two")]

    for home, verdict in (("one", ComparisonVerdict.DIFFERENT), ("two", ComparisonVerdict.EQUIVALENT)):
        found = run(old, new, scope=pod_scope(namespaces=(home,)))
        assert found.verdict is verdict
        assert found.scope == "scope"
        assert found.masked == ()


def test_a_scope_of_addresses_is_about_what_is_no_pod():
    anywhere = policy("p", ingress=[peers(block("10.0.0.0/8"))])
    inside, outside = (
        Selection((AddressAlternative((ip_network(cidr),)),), cidr, cidr)
        for cidr in ("10.0.0.0/30", "192.0.2.0/24")
    )

    (difference,) = run([DENY], [anywhere], scope=inside).differences
    assert difference.witness.flow.source.address in ip_network("10.0.0.0/30")
    assert run([DENY], [anywhere], scope=outside).verdict is ComparisonVerdict.EQUIVALENT


def test_a_scope_without_a_declared_pod_is_remarked():
    note = "no declared pod of either version is in the scope `scope`: is it misspelt?"

    assert note in run([NARROW], [WIDE], scope=pod_scope(namespaces=("one",))).notes
    declared = [NARROW, pod("web", **A)]
    assert note not in run(declared, [WIDE], scope=pod_scope(namespaces=("one",))).notes


# Settings ------------------------------------------------------------------------------------------------


def test_the_profile_says_whether_blocks_match_pods():
    old, new = policy("p"), policy("p", ingress=[peers(block("10.0.0.0/8"))])
    pods_only = pod_scope(namespaces=("two",))

    for matches, verdict in ((True, ComparisonVerdict.DIFFERENT), (False, ComparisonVerdict.EQUIVALENT)):
        query = QuerySettings(profile=CniProfile("p", ip_block_matches_pods=matches))
        assert run([old], [new], query=query, scope=pods_only).verdict is verdict


def test_pod_networks_hold_the_addresses_of_pods():
    old, new = policy("p"), policy("p", ingress=[peers(block("10.0.0.0/8"))])
    profile = CniProfile("p", ip_block_matches_pods=True)

    for cidr, verdict in (
        ("10.1.0.0/16", ComparisonVerdict.DIFFERENT),
        ("172.16.0.0/16", ComparisonVerdict.EQUIVALENT),
    ):
        query = QuerySettings(profile=profile, pod_cidrs=(ip_network(cidr),))
        assert run([old], [new], query=query, scope=pod_scope(namespaces=("two",))).verdict is verdict


# Remarks -------------------------------------------------------------------------------------------------


def test_a_version_without_policies_is_remarked():
    assert run([], [NARROW]).notes[0] == (
        "no policy was read in the old version, so nothing is denied there: are all paths given?"
    )


def test_what_is_in_one_version_only_is_counted_and_listed():
    many = [pod(f"web-{number}", **A) for number in range(7)]

    notes = run([NARROW, namespace("two")], [NARROW, *many]).notes

    assert (
        "7 workloads only in the new version: " + ", ".join(f"one/pod/web-{n}" for n in range(5)) + ", …"
        in notes
    )
    assert "1 Namespace only in the old version: two" in notes


def test_other_labels_of_a_namespace_are_named():
    old, new = (
        [NARROW, namespace("one", **labels)]
        for labels in ({"team": "a", "env": "x"}, {"team": "b", "zone": "z"})
    )

    assert "namespace one has other labels in the new version: env, team, zone" in run(old, new).notes


def test_assumptions_are_those_that_the_policies_rest_on():
    plain = run([NARROW], [WIDE]).assumptions
    by_team = policy("q", ingress=[peers({"namespaceSelector": {"matchLabels": {"team": "a"}}})])
    blocks = policy("r", egress=[to(block("10.0.0.0/8"))], types=["Egress"])
    host = pod("agent", host_network=True)

    rich = run([NARROW, by_team, blocks, host], [WIDE, by_team, blocks, host, namespace("two")]).assumptions

    assert len(plain) == 3
    assert set(plain) < set(rich)
    assert (
        "hostNetwork pods are their node to every policy: one/pod/agent (`--host-network pod` changes this)"
        in rich
    )
    assert any("carry no label but kubernetes.io/metadata.name: one" in each for each in rich)
    assert "a namespace that only one version knows has the same labels in the other: two" in rich
    assert any(each.startswith("an ipBlock matches the pods") for each in rich)


def test_settings_of_one_comparison_are_not_those_of_another():
    settings = ComparisonSettings()

    assert replace(settings, relation=Relation.AT_MOST).wanted == (OPENED,)
    assert settings.wanted == (OPENED, CLOSED)


def test_a_possible_pod_has_no_address_of_a_declared_one():
    """The only flow that comes to mind would be from the address that its destination has."""
    home = pod("db", home="two", ips=["192.0.2.1"], node="node-1")
    around = [pod("host", ips=["10.0.0.1"], host_network=True, node="node-1"), home]
    narrow = policy("p", home="two", ingress=[peers(block("192.0.2.1/32"))])
    closed = policy("q", types=["Egress"])

    comparison = run([*around, closed, narrow], [*around, narrow])

    assert comparison.verdict is ComparisonVerdict.DIFFERENT
    for difference in comparison.differences:
        flow = difference.witness.flow
        assert flow.source.address is None or flow.source.address != flow.destination.address
