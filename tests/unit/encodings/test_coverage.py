"""Covering sets: they cover, nothing can be left out of them, and there is none where some flow is left."""

from __future__ import annotations

from ipaddress import ip_network
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.encodings.concrete import WORLD, absent, none_of, one_of, present

from npverify_encodings.coverage import FlowSet, encode_coverage, find_cover
from npverify_encodings.flows import Domain, Side
from npverify_encodings.model import (
    EVERYTHING,
    NOTHING,
    AddressIn,
    AllOf,
    AnyOf,
    Kind,
    KindIs,
    NamespaceIs,
    Not,
    PortIn,
    PortNamed,
    ProtocolIs,
    Scope,
    all_of,
)
from npverify_encodings.solver import Solver, Undecided

POD = KindIs(Kind.POD)
HOME = all_of(POD, NamespaceIs("one"))


def solver_of(sets, subject=Side.DESTINATION, *, timeout=None):
    ends = (HOME, EVERYTHING) if subject is Side.SOURCE else (EVERYTHING, HOME)
    problem = encode_coverage(Domain(*ends, EVERYTHING), WORLD, subject, sets)
    return Solver(problem.text, timeout=timeout)


def cover(wanted, *others, within=EVERYTHING, subject=Side.DESTINATION):
    """The numbers of the others that cover a set; None where they do not."""
    sets = {f"other {number}": each for number, each in enumerate(others)}
    solver = solver_of({"wanted": wanted, "within": FlowSet(within), **sets}, subject)
    found = find_cover(solver, ["wanted", "within"], sets)
    return None if found is None else [int(name.removeprefix("other ")) for name in found]


def traffic(first, last=None, protocol="TCP"):
    return FlowSet(EVERYTHING, EVERYTHING, AllOf((ProtocolIs(protocol), PortIn(first, last or first))))


def peer(*terms):
    return FlowSet(EVERYTHING, AllOf((POD, *terms)))


def block(cidr, *excepts):
    kept = (Not(AddressIn(ip_network(network))) for network in excepts)
    return FlowSet(EVERYTHING, all_of(AddressIn(ip_network(cidr)), *kept))


APP = {value: one_of("app", value) for value in ("a", "b", "c")}
COVERED = {
    "a port in a range": (traffic(80), [traffic(70, 90)], [0]),
    "a range of two that touch": (traffic(80, 99), [traffic(70, 89), traffic(90, 99)], [0, 1]),
    "one of three is enough": (traffic(80), [traffic(81), traffic(80), traffic(82)], [1]),
    "two values of a label": (
        peer(one_of("app", "a", "b")),
        [peer(APP["a"]), peer(APP["c"]), peer(APP["b"])],
        [0, 2],
    ),
    "there, not there": (peer(), [peer(present("app")), peer(absent("app"))], [0, 1]),
    "this value, any other": (peer(), [peer(APP["a"]), peer(none_of("app", "a"))], [0, 1]),
    "both halves of a network": (
        block("10.0.0.0/8"),
        [block("10.0.0.0/9"), block("10.128.0.0/9")],
        [0, 1],
    ),
    "what is excepted elsewhere": (
        block("10.0.0.0/8"),
        [block("10.0.0.0/8", "10.1.0.0/16"), block("10.1.0.0/16")],
        [0, 1],
    ),
    "a namespace by its name": (
        peer(NamespaceIs("two")),
        [peer(one_of("kubernetes.io/metadata.name", "two", scope=Scope.NAMESPACE))],
        [0],
    ),
    "a namespace by its labels": (
        peer(NamespaceIs("one")),
        [peer(one_of("team", "a", scope=Scope.NAMESPACE))],
        [0],
    ),
    "nothing needs nothing": (FlowSet(EVERYTHING, NOTHING), [traffic(80)], []),
    "a contradiction needs nothing": (peer(APP["a"], absent("app")), [traffic(80)], []),
    "pods of another namespace are not asked about": (FlowSet(NamespaceIs("two")), [], []),
    "everything": (
        FlowSet(EVERYTHING),
        [traffic(1, 65_535), traffic(1, 65_535, "UDP"), traffic(1, 65_535, "SCTP")],
        [0, 1, 2],
    ),
}
NOT_COVERED = {
    "nothing else": (traffic(80), []),
    "another protocol": (traffic(80), [traffic(80, protocol="UDP")]),
    "one port short": (traffic(80, 99), [traffic(80, 98)]),
    "one port late": (traffic(80, 99), [traffic(81, 99)]),
    "a hole": (traffic(80, 99), [traffic(80, 89), traffic(91, 99)]),
    "a value that nobody mentions": (peer(), [peer(APP["a"]), peer(APP["b"]), peer(absent("app"))]),
    "no such label": (peer(none_of("app", "a")), [peer(APP["b"]), peer(APP["c"])]),
    "half of a network": (block("10.0.0.0/8"), [block("10.0.0.0/9")]),
    "an exception": (block("10.0.0.0/8"), [block("10.0.0.0/8", "10.1.2.3/32")]),
    "the other address family": (block("::/0"), [block("0.0.0.0/0")]),
    "everything but pods": (FlowSet(EVERYTHING), [peer()]),
    "a namespace that may have other labels": (
        peer(NamespaceIs("three")),
        [peer(one_of("team", "a", scope=Scope.NAMESPACE))],
    ),
    "a port name for a number": (
        traffic(80),
        [FlowSet(EVERYTHING, EVERYTHING, AllOf((ProtocolIs("TCP"), PortNamed("http"))))],
    ),
    "a number for a port name": (
        FlowSet(EVERYTHING, EVERYTHING, AllOf((ProtocolIs("TCP"), PortNamed("http")))),
        [traffic(80)],
    ),
    "the name under another protocol": (
        FlowSet(EVERYTHING, EVERYTHING, AllOf((ProtocolIs("UDP"), PortNamed("http")))),
        [FlowSet(EVERYTHING, EVERYTHING, AllOf((ProtocolIs("TCP"), PortNamed("http"))))],
    ),
}


@pytest.mark.parametrize("subject", [Side.SOURCE, Side.DESTINATION])
@pytest.mark.parametrize(("wanted", "others", "expected"), COVERED.values(), ids=COVERED)
def test_the_sets_that_cover_are_named_in_order(wanted, others, expected, subject):
    assert cover(wanted, *others, subject=subject) == expected


@pytest.mark.parametrize("subject", [Side.SOURCE, Side.DESTINATION])
@pytest.mark.parametrize(("wanted", "others"), NOT_COVERED.values(), ids=NOT_COVERED)
def test_a_flow_that_is_left_leaves_no_cover(wanted, others, subject):
    assert cover(wanted, *others, subject=subject) is None


@pytest.mark.parametrize("subject", [Side.SOURCE, Side.DESTINATION])
def test_the_subject_is_at_its_end(subject):
    to_a = FlowSet(APP["a"], POD)

    assert cover(to_a, FlowSet(APP["a"], EVERYTHING), subject=subject) == [0]
    assert cover(to_a, FlowSet(EVERYTHING, APP["a"]), subject=subject) is None


def test_a_set_within_another_needs_less_to_cover_it():
    wanted, other = FlowSet(EVERYTHING), FlowSet(APP["a"])

    assert cover(wanted, other) is None
    assert cover(wanted, other, within=APP["a"]) == [0]
    assert cover(wanted, other, within=AnyOf((APP["a"], APP["b"]))) is None


def test_a_solver_without_time_says_so():
    with pytest.raises(Undecided, match="the time limit was reached"):
        find_cover(solver_of({"wanted": traffic(80)}, timeout=0.0), ["wanted"], [])


ranges = st.tuples(st.integers(80, 89), st.integers(0, 5)).map(lambda r: (r[0], r[0] + r[1]))


@settings(max_examples=60)
@given(ranges, st.lists(ranges, max_size=6))
def test_a_cover_covers_and_nothing_can_be_left_out(wanted, others):
    def covers(chosen):
        return all(
            any(first <= port <= last for first, last in chosen) for port in range(wanted[0], wanted[1] + 1)
        )

    found = cover(traffic(*wanted), *(traffic(*each) for each in others))

    assert (found is not None) == covers(others)
    if found is not None:
        chosen = [others[number] for number in found]
        assert found == sorted(found)
        assert covers(chosen)
        assert not any(covers(fewer) for fewer in combinations(chosen, len(chosen) - 1))
