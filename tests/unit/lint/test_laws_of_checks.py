"""What holds for the checks and their indexes on any input."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.lint.linting import egress, findings

import npverify
from npverify import strategies
from npverify.cni import TELLING, profile_of
from npverify.lint import CHECKS, Context, run_checks
from npverify.lint.blocks import is_covered, left_of
from npverify.lint.checks.dead_selector import contradiction
from npverify.questions.settings import QuerySettings
from npverify.questions.stopwatch import Stopwatch
from npverify.reference.network_policy import block_holds, peer_admits
from npverify.reference.selectors import meets, namespace_labels, selects
from npverify.resources import IPBlock, LabelSelector, Operator, PodEndpoint, Requirement

WITH_SOLVER = {"NPV201", "NPV202", "NPV203", "NPV204", "NPV205", "NPV206", "NPV207", "NPV214", "NPV215"}
WITHOUT_SOLVER = [check for check in CHECKS if check.code not in WITH_SOLVER]


def context_of(objects, cni: str = "generic") -> Context:
    settings = QuerySettings(profile=profile_of(cni))
    return Context(npverify.load_objects(objects).inventory, settings, Stopwatch())


@given(strategies.clusters(), st.sampled_from(TELLING))
@settings(max_examples=50)
def test_findings_are_told_apart_and_written_in_the_house_style(objects, cni):
    found = run_checks(context_of(objects, cni), WITHOUT_SOLVER)

    assert len({finding.fingerprint for finding in found}) == len(found)
    for finding in found:
        assert finding.message.count("`") % 2 == 0
        assert not finding.message.endswith(".")


@settings(max_examples=50)
@given(strategies.clusters())
def test_the_indexes_find_what_the_reference_selects_and_admits(objects):
    context = context_of(objects)

    for policy in context.policies:
        selected = [d for d in context.pods if d.pod.namespace == policy.namespace]
        selected = [d for d in selected if selects(policy.pod_selector, d.pod.labels)]
        assert list(context.selected_pods(policy)) == selected
        for rule in (*policy.ingress, *policy.egress):
            for peer in rule.peers:
                assert list(context.admitted_pods(peer, policy)) == [
                    declared
                    for declared in context.pods
                    if any(
                        peer_admits(
                            peer,
                            policy,
                            PodEndpoint(
                                declared.pod, context.inventory.namespaces[declared.pod.namespace], address
                            ),
                            context.settings.profile,
                        )
                        for address in declared.pod.addresses or (None,)
                    )
                ]
                if peer.namespace_selector is not None:
                    assert list(context.matching_namespaces(peer.namespace_selector)) == [
                        n
                        for n in context.inventory.namespaces.values()
                        if selects(peer.namespace_selector, namespace_labels(n))
                    ]


@st.composite
def requirements(draw) -> Requirement:
    operator = draw(st.sampled_from(Operator))
    values: tuple[str, ...] = ()
    if operator in (Operator.IN, Operator.NOT_IN):
        values = tuple(draw(st.lists(st.sampled_from("abc"), min_size=1, max_size=3)))
    return Requirement(draw(st.sampled_from(["x", "y"])), operator, values)


@given(st.lists(requirements(), max_size=5))
def test_a_selector_is_dead_iff_no_labels_meet_it(listed):
    worlds = [
        {key: value for key, value in zip("xy", values, strict=True) if value is not None}
        for values in product([None, "a", "b", "c", "d"], repeat=2)
    ]
    selector = LabelSelector(tuple(listed))

    core = contradiction(selector, of_namespaces=False)

    assert bool(core) == (not any(selects(selector, labels) for labels in worlds))
    if core:
        assert set(core) <= set(listed)
        for left_out in range(len(core)):
            rest = [r for number, r in enumerate(core) if number != left_out]
            assert any(all(meets(r, labels) for r in rest) for labels in worlds)


def small_networks():
    """Networks with a prefix of at most four bits."""
    return st.tuples(st.integers(0, 15), st.integers(0, 4)).map(
        lambda pair: ip_network((pair[0] >> (4 - pair[1]) << (4 - pair[1]) << 28, pair[1]))
    )


ADDRESSES = [ip_address(number << 28) for number in range(16)]


@given(small_networks(), st.lists(small_networks(), max_size=5))
def test_a_network_is_covered_iff_every_address_of_it_is(network, others):
    inside = [address for address in ADDRESSES if address in network]

    assert is_covered(network, others) == all(any(a in other for other in others) for a in inside)


@given(small_networks(), small_networks(), st.lists(small_networks(), max_size=4))
def test_something_is_left_of_a_network_iff_the_block_holds_an_address_of_it(cidr, network, excepts):
    block = IPBlock(cidr, tuple(excepts))

    left = left_of(block, network)

    assert (left is not None) == any(a in network and block_holds(block, a) for a in ADDRESSES)


@given(small_networks().filter(lambda network: network.prefixlen < 4), st.data())
def test_without_what_is_reported_a_block_is_the_same(cidr, data):
    inside = small_networks().filter(lambda n: n.prefixlen > cidr.prefixlen and n.network_address in cidr)
    excepts = data.draw(st.lists(inside, min_size=1, max_size=5))
    listed = ", ".join(f"'{network}'" for network in excepts)

    found = findings("NPV210", egress(f"{{ipBlock: {{cidr: '{cidr}', except: [{listed}]}}}}"))

    block = IPBlock(cidr, tuple(excepts))
    needless = {int(f.part.rpartition(" ")[2]) - 1 for f in found if "except" in f.part}
    rest = IPBlock(cidr, tuple(n for number, n in enumerate(excepts) if number not in needless))
    assert all(block_holds(block, a) == block_holds(rest, a) for a in ADDRESSES)
    assert len(found) > len(needless) or any(block_holds(block, a) for a in ADDRESSES)
    for network in rest.excepts:
        others = [n for n in rest.excepts if n is not network]
        assert not any(network != other and network.subnet_of(other) for other in others)
