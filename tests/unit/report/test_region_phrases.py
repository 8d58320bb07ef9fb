"""Regions as phrases: nothing is lost, and nothing reads twice."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from npverify.questions.answer import Region
from npverify.questions.wording import atom_words, traffic_words
from npverify.report.regions import end_phrase, is_union, region_phrase, traffic_phrase
from npverify_encodings.flows import NamedAtom, Side
from npverify_encodings.model import (
    AddressIn,
    Kind,
    KindIs,
    LabelOperator,
    LabelRequirement,
    NamespaceIs,
    OwnNode,
    PortIn,
    PortNamed,
    ProtocolIs,
    Scope,
)
from npverify_encodings.witness import RegionLiteral

NOBODY = "a namespace that no policy names and nothing declared lives in"
METADATA = "kubernetes.io/metadata.name"


@pytest.mark.parametrize(
    ("words", "phrase"),
    [
        ((), "anything"),
        (("a pod",), "any pod"),
        (("a node",), "any node"),
        (("an address outside the cluster",), "any outside address"),
        (("an address that is no pod's",), "anything but pods"),
        (("not a node",), "anything, but no nodes"),
        (("not the other end's own node",), "anything, but not the other end's own node"),
        (
            ("not a node", "not the other end's own node"),
            "anything, but no nodes and not the other end's own node",
        ),
        (("a pod", "not a node"), "any pod"),
        (("not a node", "not an address outside the cluster"), "any pod"),
        (("a pod", "namespace shop"), "pods in namespace shop"),
        (("a pod", "namespace shop", "app=api"), "pods with app=api in namespace shop"),
        (("namespace shop", "app=api"), "pods with app=api in namespace shop"),
        (("a pod", "app in (a,b)", "!x"), "pods with app in (a,b) without label x in any namespace"),
        (("a pod", "app", "!x", "!y"), "pods with label app without label x or y in any namespace"),
        (("app!=x",), "anything with app!=x"),
        (("app notin (x,y)",), "anything with app notin (x,y)"),
        (("outside namespace x",), "anything outside namespace x"),
        (("a pod", "outside namespace a", "outside namespace b"), "pods outside namespaces a and b"),
        (("a pod", "ns:team=x"), "pods in namespaces with team=x"),
        (("a pod", "ns:team=x", "outside namespace b"), "pods in namespaces with team=x other than b"),
        (("a pod", "ns:!team", "app=a"), "pods with app=a in namespaces without label team"),
        (("a pod", "namespace shop", "ns:team=x"), "pods in namespace shop (namespace with team=x)"),
        (("a pod", f"ns:{METADATA} in (a,b)"), "pods in namespace a or b"),
        (("a pod", f"ns:{METADATA} notin (a,b)"), "pods outside namespaces a and b"),
        (("a pod", NOBODY), f"pods in {NOBODY}"),
        (("address in 10.0.0.0/8",), "addresses in 10.0.0.0/8"),
        (("address not in 10.0.0.0/8",), "addresses not in 10.0.0.0/8"),
        (
            ("an address outside the cluster", "address in 10.0.0.0/8", "address not in 10.1.0.0/16"),
            "addresses outside the cluster in 10.0.0.0/8 but not in 10.1.0.0/16",
        ),
        (
            ("a pod", "app=a", "address not in fd00::/8"),
            "pods with app=a in any namespace at an address not in fd00::/8",
        ),
        (
            ("an address that is no pod's", "address in 10.0.0.0/8"),
            "anything but pods at an address in 10.0.0.0/8",
        ),
        (("a pod of shop/deployment/api",), "pods of shop/deployment/api"),
        (("a pod of shop/deployment/api", "a pod"), "pods of shop/deployment/api"),
        (("svc/shop/api tcp/80",), "pods behind svc/shop/api tcp/80"),
        (("svc/shop/api tcp/80", "app=x"), "pods with app=x behind svc/shop/api tcp/80"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_an_end_reads_as_one_phrase(words, phrase):
    assert end_phrase(words) == phrase


@pytest.mark.parametrize("holds", [True, False])
@pytest.mark.parametrize(
    ("atom", "mark"),
    [
        (NamespaceIs("shop"), "shop"),
        (AddressIn(ip_network("10.0.0.0/8")), "10.0.0.0/8"),
        (OwnNode(), "own node"),
        *(
            (LabelRequirement(scope, key, operator, values), key.split("/")[0])
            for scope in Scope
            for key in ("app", "app.kubernetes.io/name")
            for operator, values in (
                (LabelOperator.IN, ("a",)),
                (LabelOperator.IN, ("a", "b")),
                (LabelOperator.EXISTS, ()),
            )
        ),
        (LabelRequirement(Scope.NAMESPACE, METADATA, LabelOperator.IN, ("mark", "b")), "mark"),
        *(
            (KindIs(kind), mark)
            for kind, mark in ((Kind.POD, "pod"), (Kind.NODE, "node"), (Kind.EXTERNAL, "outside"))
        ),
    ],
    ids=str,
)
def test_whatever_a_rule_can_look_at_is_in_the_phrase_and_changes_it(atom, mark, holds):
    phrase = end_phrase([atom_words(atom, holds)])

    assert mark in phrase
    assert phrase != end_phrase([atom_words(atom, not holds)])
    assert "ns:" not in phrase


@pytest.mark.parametrize(
    ("words", "phrase"),
    [
        ((), "any port"),
        (("tcp/80",), "tcp/80"),
        (("tcp/80", "udp/53"), "tcp/80 or udp/53"),
        (("tcp/80", "port not named http"), "tcp/80, port not named http"),
        (("port not named http",), "any port, port not named http"),
    ],
)
def test_traffic_is_one_of_several_and_not_what_it_excludes(words, phrase):
    assert traffic_phrase(words) == phrase


def test_traffic_that_excludes_something_is_no_union():
    assert is_union(("tcp/80", "udp/53"))
    assert not is_union(("tcp/80", "port not named http"))
    assert not is_union(())


def test_a_region_is_one_line():
    region = Region(("a pod", "namespace shop"), (), ("tcp/80",))

    assert region_phrase(region) == "pods in namespace shop → anything on tcp/80"


def traffic(*atoms):
    return traffic_words(
        [
            RegionLiteral(NamedAtom(str(n), Side.TRAFFIC, atom), holds)
            for n, (atom, holds) in enumerate(atoms)
        ],
        (),
    )


def test_a_named_port_keeps_the_numbers_that_it_is_bound_to():
    named = (PortNamed("http"), True)

    assert traffic((ProtocolIs("TCP"), True), named) == ("tcp/http",)
    assert traffic((ProtocolIs("TCP"), True), named, (PortIn(443, 443), True)) == ("tcp/http if that is 443",)
    assert traffic((ProtocolIs("TCP"), True), named, (PortIn(80, 80), False)) == (
        "tcp/http if that is 1-79 or 81-65535",
    )


def test_a_port_with_two_names_has_both():
    both = traffic((ProtocolIs("TCP"), True), (PortNamed("a"), True), (PortNamed("b"), True))

    assert both == ("tcp/a which is also b",)
