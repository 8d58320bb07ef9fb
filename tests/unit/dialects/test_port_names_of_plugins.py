"""Port names and policies of both directions (docs/cni-sources.md, A1, A2, C1, K4, K5, K6)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.dialects.plugin_rows import (
    BOTH,
    HTTP,
    MORE,
    NEITHER,
    NOSUCH,
    UNLIKE,
    Row,
    from_a,
    http,
    into_b,
    plain,
)
from tests.unit.questions.manifests import (
    block,
    container_port,
    inventory,
    namespace,
    peers,
    pod,
    pods,
    policy,
    port,
    to,
)

from npverify.cni import GENERIC, NamedPorts
from npverify.language import parse_question
from npverify.questions.answer import Verdict
from npverify.questions.ask import ask
from npverify.questions.settings import QuerySettings
from npverify.resources import Protocol

A = plain("a", 1)
ANYWHERE = {"ports": [HTTP]}
OUTSIDE = "203.0.113.5"
EVERYONE = {"namespaceSelector": {}}


def egress(mode, rule, expected, destination, number, *here):
    return Row({"named_ports_egress": mode}, [from_a(rule)], "a", destination, number, expected, (A, *here))


# K4 --------------------------------------------------------------------------------------------------

IN_TWO = (
    plain("b", 2, ports=[http(8080)]),
    plain("b2", 3, ports=[http(8081)]),
    plain("c", 4, home="two", ports=[http(8082)]),
    pod("h", ips=["10.9.0.1"], host_network=True, ports=[http(9000)]),
)


def by_namespace(rule, expected, destination, number):
    return egress(NamedPorts.NAMESPACE_NUMBERS, rule, expected, destination, number, *IN_TWO)


# C1 --------------------------------------------------------------------------------------------------

TO_B, TO_D = to(pods(app="b"), ports=[HTTP]), to(pods(app="d"), ports=[HTTP])
B, C, C_OTHER = (
    plain("b", 2, ports=[http(8080)]),
    plain("c", 3, ports=[http(8080)]),
    plain("c", 3, ports=[http(8081)]),
)
HOST = pod("h", ips=["10.9.0.1"], host_network=True, ports=[http(9000)])


def agreed(rule, expected, destination, number, *here):
    return egress(NamedPorts.AGREED, rule, expected, destination, number, *here)


# K6 --------------------------------------------------------------------------------------------------


PLAIN = (A, plain("b", 2))


def opened(expected, number, *policies, protocol=Protocol.TCP, here=PLAIN):
    facts = {"unresolved_names_open": True}
    return Row(facts, [*policies], "a", "b", number, expected, here, protocol)


OTHER_B = pod("b2", ips=["192.168.0.9"], app="b", ports=[container_port(81, "nosuch")])
NAMELESS = into_b(peers(pods(app="a"), ports=[NOSUCH]))

# K5 --------------------------------------------------------------------------------------------------

OF_BOTH = (plain("a", 1, tier="x"), plain("b", 2, tier="x"), plain("c", 3))
INWARDS = policy("p", {"tier": "x"}, types=["Ingress", "Egress"], ingress=[{}], egress=[])
OUTWARDS = policy("p", {"tier": "x"}, types=["Ingress", "Egress"], ingress=[], egress=[{}])


def one_chain(expected, destination, *policies):
    return Row({"directions_apart": False}, [*policies], "a", destination, 80, expected, OF_BOTH)


SELECTED = {"named_ports_ingress": NamedPorts.SELECTED_PODS}
OF_ALL = policy("p", ingress=[{"ports": [HTTP]}])
ROWS = {
    "K4: the number of the destination": by_namespace(ANYWHERE, BOTH, "b", 8080),
    "K4: the number of another pod at home": by_namespace(ANYWHERE, MORE, "b", 8081),
    "K4: not the number of another namespace": by_namespace(ANYWHERE, UNLIKE, "c", 8082),
    "K4: a number at home in another namespace": by_namespace(ANYWHERE, MORE, "c", 8080),
    "K4: a number at home outside": by_namespace(ANYWHERE, MORE, OUTSIDE, 8080),
    "K4: no number of a hostNetwork pod": by_namespace(ANYWHERE, NEITHER, OUTSIDE, 9000),
    "K4: nothing through an ipBlock": by_namespace(to(block("0.0.0.0/0"), ports=[HTTP]), UNLIKE, "b", 8080),
    "K4: by destination through a selector": by_namespace(to(EVERYONE, ports=[HTTP]), BOTH, "c", 8082),
    "K4: by destination through a selector beside an ipBlock": by_namespace(
        to(block("0.0.0.0/0"), pods(app="b"), ports=[HTTP]), BOTH, "b", 8080
    ),
    "C1: the number at every peer": agreed(ANYWHERE, MORE, OUTSIDE, 8080, B, C),
    "C1: the number at the destination": agreed(TO_B, BOTH, "b", 8080, B, C),
    "C1: nothing where pods disagree": agreed(TO_B, UNLIKE, "b", 8080, B, C_OTHER),
    "C1: another protocol does not disagree": agreed(
        TO_B, BOTH, "b", 8080, B, plain("c", 3, ports=[http(8081, "UDP")])
    ),
    "C1: the number at a pod without the name": agreed(TO_D, MORE, "d", 8080, B, plain("d", 4)),
    "C1: no number of a hostNetwork pod": agreed(TO_B, BOTH, "b", 8080, B, HOST),
    "K6: every port": opened(MORE, 22, NAMELESS),
    "K6: every protocol": opened(MORE, 53, NAMELESS, protocol=Protocol.UDP),
    "K6: not beside a number": opened(NEITHER, 22, into_b(peers(pods(app="a"), ports=[NOSUCH, port(80)]))),
    "K6: not where another pod has the name": opened(NEITHER, 22, NAMELESS, here=(A, plain("b", 2), OTHER_B)),
    "K6: not through an ipBlock": opened(NEITHER, 22, into_b(peers(block("192.168.0.0/16"), ports=[NOSUCH]))),
    "K6: egress, the name of another protocol": opened(
        MORE,
        22,
        from_a(to(pods(app="b"), ports=[{"port": "http", "protocol": "UDP"}])),
        here=(A, plain("b", 2, ports=[http(80)])),
    ),
    "K5: an ingress rule for the egress": one_chain(MORE, "b", INWARDS),
    "K5: not to a pod that is not selected": one_chain(NEITHER, "c", INWARDS),
    "K5: an egress rule for the ingress": one_chain(MORE, "b", OUTWARDS),
    "K5: not for policies of one direction": one_chain(
        NEITHER,
        "b",
        policy("p", {"tier": "x"}, ingress=[{}]),
        policy("q", {"tier": "x"}, types=["Egress"], egress=[]),
    ),
    "A1: without peers": Row(SELECTED, [OF_ALL], OUTSIDE, "c", 8080, MORE, (B, plain("c", 3))),
    "A1: a number of a hostNetwork pod": Row(SELECTED, [OF_ALL], OUTSIDE, "b", 9000, MORE, (B, HOST)),
    "A2: nothing through an ipBlock": egress(
        NamedPorts.SELECTED_PEERS, to(block("0.0.0.0/0"), ports=[HTTP]), UNLIKE, "b", 8080, B
    ),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_names_and_directions_count_as_in_the_sources(row):
    assert row.expected == row.found


# Destinations that do not exist yet --------------------------------------------------------------------


def possible(question, facts, *objects):
    """The verdict on every pod that could exist; a counterexample is replayed by the evaluator."""
    here = inventory(*objects)
    settings = QuerySettings(profile=replace(GENERIC, name="x", **facts))
    return ask(parse_question(question, here), here, settings)


TO_NEW = from_a(to(pods(app="new"), ports=[HTTP]))
INTO_NEW = policy("p", {"app": "new"}, ingress=[peers(pods(app="a"), ports=[NOSUCH])])
AGREED = {"named_ports_egress": NamedPorts.AGREED}
OPENING = {"unresolved_names_open": True}
AT_HOME = {"named_ports_egress": NamedPorts.NAMESPACE_NUMBERS}


@pytest.mark.parametrize(
    ("facts", "objects", "number", "expected"),
    [
        (AGREED, [B, TO_NEW], "tcp/8080", Verdict.REACHABLE),
        (AGREED, [TO_NEW], "tcp/8080", Verdict.REACHABLE),
        (AGREED, [B, C_OTHER, TO_NEW], "tcp/8080", Verdict.UNREACHABLE),
        (AGREED, [B, TO_NEW], "tcp/8081", Verdict.UNREACHABLE),
        (AT_HOME, [from_a(ANYWHERE)], "tcp/8080", Verdict.REACHABLE),
        (OPENING, [INTO_NEW], "udp/53", Verdict.REACHABLE),
    ],
)
def test_a_destination_that_does_not_exist_yet_counts_with_its_own_ports(facts, objects, number, expected):
    answer = possible(f"can one/pod/a reach one/app=new on {number}?", facts, A, *objects)

    assert answer.verdict is expected


@pytest.mark.parametrize(("number", "expected"), [(8080, Verdict.REACHABLE), (8081, Verdict.UNREACHABLE)])
def test_one_of_another_namespace_counts_with_the_numbers_at_home_only(number, expected):
    question = f"can one/pod/a reach two/app=new on tcp/{number}?"

    answer = possible(question, AT_HOME, A, B, from_a(ANYWHERE), namespace("two"))

    assert answer.verdict is expected


@pytest.mark.parametrize(
    ("facts", "objects", "number"),
    [(AGREED, [B, TO_NEW], "tcp/8080"), (OPENING, [INTO_NEW], "udp/53")],
)
def test_such_a_destination_closes_a_port_by_another_one_of_the_name(facts, objects, number):
    answer = possible(f"does every one/pod/a reach one/app=new on {number}?", facts, A, *objects)

    assert answer.verdict is Verdict.VIOLATED
    (own,) = answer.witness.flow.destination.pod.ports
    assert (own.number, own.protocol) != (answer.witness.flow.port, answer.witness.flow.protocol)


def test_that_every_pod_is_reached_can_hang_on_what_else_it_calls_by_the_name():
    answer = possible("does every one/pod/a reach one/app=new?", AGREED, A, B, TO_NEW)

    assert answer.verdict is Verdict.HOLDS
    assert answer.conditions == ("a destination that does not exist yet has no other TCP port named http",)
