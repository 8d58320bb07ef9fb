"""NPV253, and NPV233 and NPV207 beside it: port names that a network plugin takes for something else."""

from __future__ import annotations

import pytest
from tests.unit.lint.linting import deployment, egress, findings, ingress, messages, pod

from npverify.cni import CniProfile, Evidence, NamedPorts

CODE, OF_BLOCK, VACUOUS = "NPV253", "NPV233", "NPV207"
API = pod("api", "app: api", "{name: http, containerPort: 8080}")
OTHER = pod("other", "app: api", "{name: http, containerPort: 8081}")
WEB = deployment("web", "app: web", "{name: http, containerPort: 8080}")
BARE = deployment("bare", "app: bare")
HOST = deployment("host", "app: api", "{name: http, containerPort: 9000}", spec="hostNetwork: true")
BLOCK = "{ipBlock: {cidr: 203.0.113.0/24}}"
TO_WEB, TO_BARE = "{podSelector: {matchLabels: {app: web}}}", "{podSelector: {matchLabels: {app: bare}}}"
HTTP = "{port: http}"
UNDER = "under `--cni mine`, the port name `http` "


def mine(mode: NamedPorts) -> CniProfile:
    return CniProfile("mine", named_ports_ingress=mode, named_ports_egress=mode)


def said(mode: NamedPorts, *documents: str) -> list[str]:
    return [message.removeprefix(UNDER) for message in messages(CODE, *documents, profile=mine(mode))]


@pytest.mark.parametrize(
    ("mode", "rule", "meaning"),
    [
        (NamedPorts.PER_DESTINATION, ingress(BLOCK, HTTP), None),
        (NamedPorts.ALL_PORTS, ingress(BLOCK, HTTP), "is every port of the protocol"),
        (NamedPorts.SELECTED_PEERS, egress(TO_WEB, HTTP), None),
        (NamedPorts.SELECTED_PEERS, egress("", HTTP), "admits nothing, as the rule lists no peers"),
        (
            NamedPorts.SELECTED_PEERS,
            egress(f"{TO_WEB}, {BLOCK}", HTTP),
            "admits nothing to `203.0.113.0/24`: it counts at pods that a selector of the rule selects",
        ),
        (NamedPorts.NAMESPACE_NUMBERS, egress(TO_WEB, HTTP), None),
        (
            NamedPorts.NAMESPACE_NUMBERS,
            egress("", HTTP),
            "is every number that some pod of namespace `shop` gives it, at any destination",
        ),
        (NamedPorts.AGREED, egress(TO_WEB, HTTP), None),
        (
            NamedPorts.AGREED,
            egress(f"{TO_WEB}, {TO_BARE}", HTTP),
            "is the number that all pods of the cluster give it, at every destination of the rule",
        ),
        (
            NamedPorts.AGREED,
            egress(BLOCK, HTTP),
            "is the number that all pods of the cluster give it, at every destination of the rule",
        ),
    ],
)
def test_what_a_name_comes_to_is_said_where_it_differs(mode, rule, meaning):
    assert said(mode, API, WEB, BARE, rule) == ([] if meaning is None else [meaning])


def test_a_number_is_a_number():
    assert said(NamedPorts.ALL_PORTS, API, ingress(BLOCK, "{port: 8080}")) == []


@pytest.mark.parametrize(
    ("pods", "number"),
    [([API], 0), ([API, OTHER], 1), ([API, HOST], 1)],
)
def test_numbers_are_put_together_where_there_are_several(pods, number):
    rule = ingress(BLOCK, HTTP, selector="{matchLabels: {app: api}}")

    assert (
        said(NamedPorts.SELECTED_PODS, *pods, rule)
        == ["is every number that some pod selected by the policy gives it, at all of them"] * number
    )


def test_where_pods_disagree_a_name_may_admit_nothing():
    assert said(NamedPorts.AGREED, API, OTHER, egress(TO_WEB, HTTP)) == [
        "admits nothing, as pods of the cluster give it several numbers (8080, 8081)"
    ]


def test_what_nobody_has_checked_is_said():
    unsure = {"named_ports_ingress": Evidence("a guess", verified=False)}
    profile = CniProfile("mine", named_ports_ingress=NamedPorts.ALL_PORTS, evidence=unsure)

    (message,) = messages(CODE, API, ingress(BLOCK, HTTP), profile=profile)

    assert message.startswith("under `--cni mine` (an inference, checked on no cluster), the port name")


# Names that nobody has --------------------------------------------------------------------------------

OPENING = CniProfile("mine", unresolved_names_open=True)
OPENS = "opens every port of every protocol: the rule lists names only, and no pod in question has them"


@pytest.mark.parametrize(
    ("rule", "opens"),
    [
        (ingress(TO_WEB, "{port: nosuch}"), True),
        (egress(TO_WEB, "{port: nosuch}"), True),
        (egress(TO_WEB, "{port: http, protocol: UDP}"), True),
        (egress(f"{TO_WEB}, {BLOCK}", "{port: nosuch}"), True),
        (ingress(TO_WEB, "{port: nosuch}, {port: 80}"), False),
        (ingress(TO_WEB, "{port: nosuch}, {port: http}"), False),
        (ingress(BLOCK, "{port: nosuch}"), False),
        (ingress("", "{port: nosuch}"), False),
        (egress("{namespaceSelector: {}}", "{port: nosuch}"), False),
    ],
)
def test_names_that_no_pod_has_may_open_everything(rule, opens):
    found = messages(CODE, API, WEB, rule, profile=OPENING)

    assert any(message.endswith(OPENS) for message in found) == opens
    assert messages(CODE, API, WEB, rule, profile=CniProfile("mine")) == []


# Beside it --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "is_for_pods_only"),
    [
        (NamedPorts.PER_DESTINATION, True),
        (NamedPorts.SELECTED_PEERS, True),
        (NamedPorts.NAMESPACE_NUMBERS, True),
        (NamedPorts.ALL_PORTS, False),
        (NamedPorts.AGREED, False),
    ],
)
def test_a_name_towards_addresses_is_reported_once(mode, is_for_pods_only):
    documents = [API, egress(BLOCK, HTTP)]

    assert len(findings(OF_BLOCK, *documents, profile=mine(mode))) == is_for_pods_only
    assert len(said(mode, *documents)) == (not is_for_pods_only)


@pytest.mark.parametrize(
    ("mode", "is_closed"), [(NamedPorts.PER_DESTINATION, True), (NamedPorts.SELECTED_PODS, False)]
)
@pytest.mark.parametrize("ports", ["", "{port: 9090}"])
def test_a_rule_that_pods_can_use_under_the_plugin_is_not_vacuous(mode, is_closed, ports):
    bare = deployment("bare", "app: web, own: x")
    other = deployment("other", "app: web", "{name: http, containerPort: 9090}")
    to_bare = egress("{podSelector: {matchLabels: {own: x}}}", ports, selector="{matchLabels: {app: api}}")
    from_api = ingress(
        "{podSelector: {matchLabels: {app: api}}}", HTTP, selector="{matchLabels: {app: web}}", name="q"
    )

    found = messages(VACUOUS, API, bare, other, to_bare, from_api, profile=mine(mode))

    assert bool([message for message in found if "ingress policies" in message]) == is_closed
