"""Rules with what is known of an end put in mean the same for that end."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.encodings.concrete import NAME, End, absent, endpoint_sets, holds, none_of, one_of, pods

from npverify_encodings.model import (
    EVERYTHING,
    NOTHING,
    Action,
    AddressIn,
    AllOf,
    AnyOf,
    Condition,
    DeclaredEndpoint,
    DeclaresPorts,
    Isolation,
    Kind,
    KindIs,
    Layer,
    NamespaceIs,
    Not,
    OwnNode,
    Pipeline,
    PortIn,
    PortNamed,
    ProtocolIs,
    Rule,
    Scope,
)
from npverify_encodings.specialise import (
    as_it_is,
    at_destination_ports,
    at_endpoint,
    at_namespaces,
    families_of,
    map_atoms,
    map_pipeline,
)

POD = KindIs(Kind.POD)
PORTS = (("http", "TCP", 8080), ("http", "UDP", 8081), ("dns", "UDP", 53))
DATABASE = DeclaredEndpoint(
    "db",
    Kind.POD,
    "one",
    labels=(("app", "a"), ("tier", "b")),
    addresses=(ip_address("10.0.0.1"), ip_address("2001:db8::1")),
    ports=PORTS,
)
NODE = DeclaredEndpoint("node", Kind.NODE, "", addresses=(ip_address("10.0.0.9"),), ports=PORTS)
LABELS = {"one": {NAME: "one", "team": "a"}, "two": {NAME: "two"}}


def team(*values):
    return one_of("team", *values, scope=Scope.NAMESPACE)


def network(cidr):
    return AddressIn(ip_network(cidr))


# Expressions ---------------------------------------------------------------------------------------------


def constants(expression):
    """`app=a` is true, everything else about labels is false."""
    if expression in (POD, NamespaceIs("one")):
        return expression
    return EVERYTHING if expression == one_of("app", "a") else NOTHING


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (one_of("app", "a"), EVERYTHING),
        (one_of("app", "b"), NOTHING),
        (POD, POD),
        (Not(one_of("app", "a")), NOTHING),
        (Not(one_of("app", "b")), EVERYTHING),
        (Not(POD), Not(POD)),
        (AllOf((POD, one_of("app", "a"))), POD),
        (AllOf((POD, one_of("app", "b"))), NOTHING),
        (AnyOf((POD, one_of("app", "b"))), POD),
        (AnyOf((POD, one_of("app", "a"))), EVERYTHING),
        (AllOf((POD, AnyOf((one_of("app", "b"), one_of("app", "c"))))), NOTHING),
        (AllOf((POD, Not(AllOf((one_of("app", "a"), one_of("app", "b")))))), POD),
        (AllOf((POD, NamespaceIs("one"))), AllOf((POD, NamespaceIs("one")))),
        (EVERYTHING, EVERYTHING),
        (NOTHING, NOTHING),
    ],
)
def test_constants_are_worked_in(expression, expected):
    assert map_atoms(expression, constants) == expected


@given(endpoint_sets, pods)
def test_an_expression_with_its_atoms_as_they_are_means_the_same(expression, end):
    assert holds(map_atoms(expression, as_it_is), end) == holds(expression, end)


# Namespaces ----------------------------------------------------------------------------------------------


def with_labels(end, labels):
    return End(end.kind, end.namespace, end.labels, {**labels, NAME: end.namespace})


label_maps = st.dictionaries(st.just("team"), st.sampled_from(("a", "b", "other")))


@settings(max_examples=200)
@given(
    endpoint_sets,
    pods,
    st.dictionaries(st.sampled_from(("one", "two", "three")), label_maps, max_size=3),
)
def test_labels_are_those_of_the_version_whatever_the_namespace_carries(expression, end, changed):
    named = {name: {**labels, NAME: name} for name, labels in changed.items()}

    relabelled = map_atoms(expression, at_namespaces(named))

    seen = with_labels(end, named[end.namespace]) if end.namespace in named else end
    assert holds(relabelled, end) == holds(expression, seen)


def test_other_atoms_stay_as_they_are_where_namespaces_have_other_labels():
    rewrite = at_namespaces(LABELS)

    for atom in (POD, one_of("team", "a"), NamespaceIs("one"), network("10.0.0.0/8")):
        assert rewrite(atom) == atom


def test_namespaces_with_other_labels_are_taken_by_name():
    one, two = NamespaceIs("one"), NamespaceIs("two")

    assert at_namespaces(LABELS)(team("a")) == AnyOf((AllOf((Not(one), Not(two), team("a"))), one))
    assert at_namespaces(LABELS)(absent("team", Scope.NAMESPACE)) == AnyOf(
        (AllOf((Not(one), Not(two), absent("team", Scope.NAMESPACE))), two)
    )


# Endpoints -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("atom", "expected"),
    [
        (POD, EVERYTHING),
        (KindIs(Kind.NODE), NOTHING),
        (NamespaceIs("one"), EVERYTHING),
        (NamespaceIs("two"), NOTHING),
        (one_of("app", "b", "a"), EVERYTHING),
        (one_of("app", "b"), NOTHING),
        (none_of("app", "a"), NOTHING),
        (none_of("zone", "a"), EVERYTHING),
        (absent("app"), NOTHING),
        (absent("zone"), EVERYTHING),
        (team("a"), EVERYTHING),
        (team("b"), NOTHING),
        (absent("team", Scope.NAMESPACE), NOTHING),
        (OwnNode(), NOTHING),
        (DeclaresPorts(PORTS), EVERYTHING),
        (DeclaresPorts(PORTS[:2]), NOTHING),
        (network("10.0.0.0/24"), network("0.0.0.0/0")),
        (network("10.0.1.0/24"), NOTHING),
        (network("2001:db8::/32"), network("::/0")),
        (network("2001:db9::/32"), NOTHING),
        (PortIn(80, 80), PortIn(80, 80)),
        (ProtocolIs("TCP"), ProtocolIs("TCP")),
    ],
)
def test_what_is_known_of_a_pod_is_put_in(atom, expected):
    assert at_endpoint(DATABASE, LABELS)(atom) == expected


@pytest.mark.parametrize(
    ("atom", "expected"),
    [
        (POD, NOTHING),
        (KindIs(Kind.NODE), EVERYTHING),
        (NamespaceIs(""), NOTHING),
        (one_of("app", "a"), NOTHING),
        (none_of("app", "a"), NOTHING),
        (DeclaresPorts(PORTS), NOTHING),
        (network("10.0.0.0/24"), network("0.0.0.0/0")),
        (network("2001:db8::/32"), NOTHING),
    ],
)
def test_a_node_has_addresses_only(atom, expected):
    assert at_endpoint(NODE, LABELS)(atom) == expected


def test_what_is_not_known_stays_open():
    bare = DeclaredEndpoint("bare", Kind.POD, "three")

    for atom in (network("10.0.0.0/8"), team("a")):
        assert at_endpoint(bare, LABELS)(atom) == atom


# Traffic -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "name", "expected"),
    [
        (
            DATABASE,
            "http",
            AnyOf(
                (
                    AllOf((ProtocolIs("TCP"), PortIn(8080, 8080))),
                    AllOf((ProtocolIs("UDP"), PortIn(8081, 8081))),
                )
            ),
        ),
        (DATABASE, "dns", AllOf((ProtocolIs("UDP"), PortIn(53, 53)))),
        (DATABASE, "sql", NOTHING),
        (NODE, "http", NOTHING),
    ],
    ids=["two", "one", "none", "of a node"],
)
def test_a_port_name_is_what_the_destination_makes_of_it(end, name, expected):
    assert at_destination_ports(end)(PortNamed(name)) == expected


def test_numbers_are_no_names():
    for atom in (PortIn(8080, 8080), ProtocolIs("TCP")):
        assert at_destination_ports(DATABASE)(atom) == atom


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        ((), EVERYTHING),
        (("10.0.0.1",), network("0.0.0.0/0")),
        (("2001:db8::1",), network("::/0")),
        (("2001:db8::1", "10.0.0.1", "10.0.0.2"), AnyOf((network("0.0.0.0/0"), network("::/0")))),
    ],
)
def test_a_flow_is_of_a_family_that_the_endpoint_has(addresses, expected):
    end = DeclaredEndpoint("p", Kind.POD, "one", addresses=tuple(map(ip_address, addresses)))

    assert families_of(end) == expected


# Pipelines -----------------------------------------------------------------------------------------------


def test_every_part_of_a_rule_gets_its_own_facts():
    fact = Condition("fact", "something that is open")
    ends = AllOf((POD, one_of("app", "a")))
    pipeline = Pipeline(
        (Layer((Rule("p", ends, ends, ends, Action.DENY, (fact,)),), (Isolation("i", ends),)),)
    )

    def say(word):
        return lambda atom: NamespaceIs(word) if atom == POD else EVERYTHING

    found = map_pipeline(pipeline, subject=say("subject"), peer=say("peer"), traffic=say("traffic"))

    rule = Rule(
        "p", NamespaceIs("subject"), NamespaceIs("peer"), NamespaceIs("traffic"), Action.DENY, (fact,)
    )
    assert found == Pipeline((Layer((rule,), (Isolation("i", NamespaceIs("subject")),)),))


def test_rules_that_can_match_no_more_are_left_out_and_layers_stay():
    def rule(owner, subject=EVERYTHING, peer=EVERYTHING, traffic=EVERYTHING):
        return Rule(owner, subject, peer, traffic)

    gone = one_of("app", "b")
    rules = (rule("s", gone), rule("p", peer=gone), rule("t", traffic=gone), rule("stays"))
    layers = (Layer(rules, (Isolation("i", gone), Isolation("stays", POD))), Layer((rule("t", gone),)))

    found = map_pipeline(Pipeline(layers), subject=constants, peer=constants, traffic=constants)

    assert [[each.owner for each in layer.rules] for layer in found.layers] == [["stays"], []]
    assert [[each.owner for each in layer.isolated] for layer in found.layers] == [["stays"], []]
