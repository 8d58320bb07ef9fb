"""How many of the 81 pairs of pods of the cyclonus suite come out as the specification has it on AWS.

The vendor publishes the fewest that have to (aws/aws-network-policy-agent, the file
scripts/lib/verify_test_results.py): 81 but where it is listed. Every pod is probed through its Service,
itself as well, and a pair is right where all six ports are. To the suite a pod is under its own policies as
any peer.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import permutations, product

import pytest
from tests.conformance.cyclonus_cases import CASES, NAMES, NAMESPACES, PORTS, every_case

from npverify.cni import GENERIC, SelfService, profile_of
from npverify.manifests import inventory_from_objects
from npverify.questions.connectivity import EndpointKind, MapSettings, connectivity_map
from npverify.questions.selections import declared_ends
from npverify.questions.settings import QuerySettings
from npverify.reference import Evaluator
from npverify.resources import Flow, Protocol

PAIRS = 81
LESS_BY_ITSELF = dict.fromkeys((2, 3, 8, 12, 23, 25, 26, 28, 29, 98, 111, 112), 80)
"""The published counts of IPv4 that the pod which connects to itself makes up."""

LESS_BY_SERVICE = {31: 50, 32: 64}
"""The published counts of egress to an ipBlock: a probe goes to a ClusterIP, which is in none."""

PUBLISHED_6 = {**LESS_BY_ITSELF, **LESS_BY_SERVICE}
PUBLISHED_6 |= {12: 64, 98: 79, 111: 79, **dict.fromkeys((102, 104, 106, 108), 71)}
"""The published counts of IPv6."""

RUN_6 = {104: 81, 105: 81, 106: 80, 107: 81, 108: 80, 109: 81, 110: 81}
"""What one run of IPv6 came to: aws/aws-network-policy-agent#459."""

AS_ANY_PEER = {"self_service_egress": SelfService.POLICY, "self_service_ingress": SelfService.POLICY}
AGREED = replace(GENERIC, **AS_ANY_PEER)
"""What the suite takes to be right."""


def aws(version):
    return profile_of(f"aws-vpc,enabled=true,family={version}")


def wrong_pairs(state, version, profile):
    """The pairs of pods in which a port comes out otherwise than the suite has it, by the evaluator."""
    found = inventory_from_objects(state.objects(version))
    ends = [replace(end, address=end.pod.addresses[0]) for end in declared_ends(found)]
    agreed, own = (Evaluator(found.policies, each, declared=ends) for each in (AGREED, profile))
    flows = {
        pair: [probe(*pair, protocol, port) for protocol, port in product(Protocol, PORTS)]
        for pair in product(ends, repeat=2)
    }
    return {
        (str(source.pod), str(destination.pod))
        for (source, destination), probes in flows.items()
        if any(agreed.evaluate(flow).allowed is not own.evaluate(flow).allowed for flow in probes)
    }


def probe(source, destination, protocol, port):
    is_itself = source is destination
    return Flow(source, destination, protocol, port, same_pod=is_itself, through_service=is_itself)


@cache
def right_pairs(version, profile):
    """How many pairs are right, by the numbers of the case and the step."""
    return {
        (number, step): PAIRS - len(wrong_pairs(state, version, profile))
        for number, states in enumerate(every_case(version), start=1)
        for step, state in enumerate(states, start=1)
        if len(state.more_pods) == 0
    }


def published(version):
    """The published counts that are about pods and not about their Services; only first steps deviate."""
    counts = right_pairs(version, aws(version))
    return {
        (number, step): LESS_BY_ITSELF.get(number, PAIRS) if step == 1 else PAIRS
        for number, step in counts
        if number not in LESS_BY_SERVICE
    }


def test_the_suite_is_whole():
    states = [state for states in every_case(4) for state in states]

    assert len(every_case(4)) == CASES
    assert len(states) == 122
    assert all(
        len(list(product(declared(state), repeat=2))) == PAIRS for state in states if not state.more_pods
    )


def test_the_counts_of_the_profile_are_the_published_ones():
    found = right_pairs(4, aws(4))

    expected = published(4)

    assert expected == {case: found[case] for case in expected}


def test_a_pair_that_deviates_is_a_pod_with_itself():
    for number, states in enumerate(every_case(4), start=1):
        for state in states:
            assert all(one == other for one, other in wrong_pairs(state, 4, aws(4))), number


def test_nothing_is_predicted_where_the_address_of_a_service_decides():
    """Pods are reached at their own addresses here: x/a with itself deviates, where the block holds it."""
    found = {number: right_pairs(4, aws(4))[number, 1] for number in LESS_BY_SERVICE}

    assert found == {31: 80, 32: 81}
    assert all(count > LESS_BY_SERVICE[number] for number, count in found.items())


def test_no_other_fact_about_a_pod_and_itself_fits_the_published_counts():
    expected = published(4)
    settled = (SelfService.POLICY, SelfService.ALWAYS)

    fitting = [
        (egress, ingress)
        for egress, ingress in product(settled, repeat=2)
        if expected
        == {
            case: count
            for case, count in right_pairs(
                4, replace(aws(4), self_service_egress=egress, self_service_ingress=ingress)
            ).items()
            if case in expected
        }
    ]

    assert fitting == [(aws(4).self_service_egress, aws(4).self_service_ingress)]


def test_no_pair_is_worse_than_published_under_the_other_ip_version():
    found = right_pairs(6, aws(6))

    assert all(found[number, 1] >= PUBLISHED_6.get(number, PAIRS) for number in set(PUBLISHED_6) | set(RUN_6))
    assert {number: found[number, 1] for number in RUN_6} == RUN_6


@pytest.mark.parametrize("version", [4, 6])
def test_maps_deviate_nowhere_between_two_pods(version):
    for state in (state for states in every_case(version) for state in states):
        found = inventory_from_objects(state.objects(version))

        agreed, own = (admitted(drawn(found, profile)) for profile in (GENERIC, aws(version)))

        assert agreed == own, state


@pytest.mark.parametrize("number", [*LESS_BY_ITSELF, *LESS_BY_SERVICE])
def test_the_solver_confirms_the_maps(number):
    (state,) = every_case(4)[number - 1]

    found = drawn(inventory_from_objects(state.objects(4)), aws(4), verify=10_000)

    assert found.verification.is_complete


def declared(state):
    return declared_ends(inventory_from_objects(state.objects(4)))


def admitted(drawn_map):
    """What each pod can reach of each other pod, of what is probed."""
    pods = [end for end in drawn_map.endpoints if end.kind is EndpointKind.WORKLOAD]
    assert len(pods) >= len(NAMESPACES) * len(NAMES)
    return {
        (one.name, other.name, *traffic)
        for one, other in permutations(pods, 2)
        for traffic in product(Protocol, PORTS)
        if drawn_map.cell(one, other).connections.admits(*traffic)
    }


def drawn(found, profile, *, verify=0):
    return connectivity_map(found, MapSettings(query=QuerySettings(profile=profile), verify=verify))
