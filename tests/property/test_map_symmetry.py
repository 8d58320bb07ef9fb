"""Maps against questions about the same pairs, and changes of maps against comparisons."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.admin_policies import admin_policies
from tests.connectivity_oracle import PodEnd, endpoints_of, interesting_ports
from tests.oracle import DECLARED, flow_query

from npverify import strategies
from npverify.manifests import inventory_from_objects
from npverify.questions.answer import Verdict
from npverify.questions.ask import ask
from npverify.questions.comparison import ComparisonSettings, ComparisonVerdict, compare
from npverify.questions.connectivity import MapSettings, connectivity_map, map_difference
from npverify.resources import Protocol


def single_pods(objects):
    return [item for item in objects if item["kind"] in ("Pod", "Namespace", "NetworkPolicy")]


def map_of(inventory):
    return connectivity_map(inventory, MapSettings(query=DECLARED, include_self=True, verify=0))


def chosen(pairs, traffic):
    if not pairs:
        return st.just([])
    return st.lists(st.tuples(st.sampled_from(pairs), st.sampled_from(traffic)), max_size=5)


@settings(max_examples=25)
@given(strategies.clusters(), st.just([]) | admin_policies(max_size=2), st.data())
def test_a_cell_is_what_a_question_says_about_the_pair(objects, admin, data):
    inventory = inventory_from_objects([*single_pods(objects), *admin])
    found = map_of(inventory)
    pods = [PodEnd(workload, pod) for workload in inventory.workloads for pod in workload.pods]
    pairs = [pair for pair in product(pods, repeat=2) if pair[0] != pair[1]]
    traffic = list(product(Protocol, interesting_ports(inventory)))
    for (source, destination), (protocol, port) in data.draw(chosen(pairs, traffic)):
        (one,), (other,) = endpoints_of(found, source), endpoints_of(found, destination)
        cell = found.cell(one, other)

        answer = ask(flow_query(source.workload, destination.workload, protocol, port), inventory, DECLARED)

        if cell.connections.admits(protocol, port):
            assert answer.verdict is Verdict.REACHABLE, (cell, answer)
        elif not cell.possible.admits(protocol, port):
            assert answer.verdict is Verdict.UNREACHABLE, (cell, answer)
        elif answer.verdict is not Verdict.UNDECIDED:
            assert answer.verdict is Verdict.REACHABLE, (cell, answer)
            assert answer.conditions, (cell, answer)


@settings(max_examples=25)
@given(strategies.clusters(), strategies.policy_sets(max_size=2), st.data())
def test_a_cell_changes_only_where_a_comparison_finds_a_change(objects, others, data):
    kept = [item for item in single_pods(objects) if item["kind"] != "NetworkPolicy"]
    policies = [item for item in objects if item["kind"] == "NetworkPolicy"]
    left = [policy for policy in policies if data.draw(st.booleans())]
    old, new = (inventory_from_objects([*kept, *own]) for own in (policies, [*left, *others]))

    comparison = compare(old, new, ComparisonSettings(query=DECLARED, limit=None))

    changed = map_difference(map_of(old), map_of(new)).changed
    if comparison.verdict is ComparisonVerdict.EQUIVALENT:
        assert not changed, changed
    elif all(pod.addresses for workload in old.workloads for pod in workload.pods):
        assert changed, comparison.differences
