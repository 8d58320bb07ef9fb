"""Peers, ports and ends of a flow in words."""

from __future__ import annotations

import pytest
from tests.unit.reference.reference_world import API, EVERY, UDP, block, endpoint, flow, needs, selector

from npverify.reference.wording import (
    endpoint_words,
    flow_port_words,
    listed,
    peer_words,
    port_words,
    requirement_words,
)
from npverify.resources import Peer, PolicyPort

API_PODS, WEB = selector(app="api"), selector(team="web")


@pytest.mark.parametrize(
    ("requirement", "words"),
    [
        (needs("app", "In", "api"), "app=api"),
        (needs("app", "In", ""), "app="),
        (needs("app", "In", "a", "b"), "app in (a,b)"),
        (needs("app", "NotIn", "api"), "app!=api"),
        (needs("app", "NotIn", "a", "b"), "app notin (a,b)"),
        (needs("app", "Exists"), "app"),
        (needs("app", "DoesNotExist"), "!app"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_requirements_read_as_kubectl_writes_them(requirement, words):
    assert words == requirement_words(requirement)


@pytest.mark.parametrize(
    ("peer", "words"),
    [
        (Peer(API_PODS), "pods with app=api in namespace shop"),
        (Peer(EVERY), "pods in namespace shop"),
        (Peer(None, WEB), "pods in namespaces with team=web"),
        (Peer(EVERY, WEB), "pods in namespaces with team=web"),
        (Peer(None, EVERY), "pods in any namespace"),
        (Peer(API_PODS, EVERY), "pods with app=api in any namespace"),
        (Peer(selector(needs("b", "Exists"), a="x"), WEB), "pods with a=x,b in namespaces with team=web"),
        (block("10.0.0.0/8"), "addresses in 10.0.0.0/8"),
        (block("10.0.0.0/8", "10.1.0.0/16", "10.2.0.0/16"),
         "addresses in 10.0.0.0/8 except 10.1.0.0/16, 10.2.0.0/16"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_peers_read_as_what_they_admit(peer, words):
    assert words == peer_words(peer, "shop")


@pytest.mark.parametrize(
    ("port", "words"),
    [
        (PolicyPort(), "tcp"),
        (PolicyPort(UDP, 53), "udp/53"),
        (PolicyPort(UDP, 53, 60), "udp/53-60"),
        (PolicyPort(port="http"), "tcp/http"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_ports_read_as_a_question_writes_them(port, words):
    assert words == port_words(port)


def test_ends_of_a_flow():
    two = endpoint("shop/x", tier="back", app="x")

    assert endpoint_words(two) == "a pod with app=x,tier=back in namespace shop"
    assert endpoint_words(endpoint("web/y")) == "a pod with no labels in namespace web"
    assert flow_port_words(flow(API, two, 53, UDP)) == "udp/53"


def test_lists_end_in_or():
    assert [listed(()), listed(["a"]), listed("ab"), listed("abc")] == ["", "a", "a or b", "a, b or c"]
