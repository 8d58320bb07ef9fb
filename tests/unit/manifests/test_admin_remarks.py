"""Admin policies: what is read with a warning, and fields of earlier versions, which are refused."""

from __future__ import annotations

import pytest
from tests.unit.manifests.admin_texts import ADMIN, BASELINE, CLUSTER, admin_rule, baseline_rule, cluster_rule

from npverify.resources import AdminPeer, AdminPort, PodSet, Protocol

TO = "to: [{namespaces: {}}]"


def warnings(inventory, code: str):
    found = [f for f in inventory.findings if f.code == code]
    assert all(f.severity == "warning" for f in found)
    return found


@pytest.mark.parametrize("form", ["{}", "{destinationPort: null}"])
@pytest.mark.parametrize("protocol", Protocol)
def test_a_protocol_without_a_port_means_every_port_of_it(read, protocol, form):
    inventory = read(cluster_rule(f"{{action: Deny, {TO}, protocols: [{{{protocol.lower()}: {form}}}]}}"))

    (found,) = inventory.findings
    ((port,),) = (rule.ports for rule in inventory.admin_policies[0].egress)

    assert port == AdminPort(protocol)
    assert (found.code, found.severity) == ("NPV114", "warning")
    assert found.message == (
        f"spec.egress[0].protocols[0].{protocol.lower()}: no `destinationPort`, for which the API server "
        f"rejects the policy; read as every {protocol} port"
    )
    assert found.hint == "write `destinationPort: {range: {start: 1, end: 65535}}` to mean every port"
    assert found.source_line[found.origin.column - 1 :].startswith("{")


@pytest.mark.parametrize(
    ("text", "does"),
    [
        (cluster_rule("{action: Accept, to: [{namespaces: {}}, {asNumbers: [1]}]}"), "matches nothing"),
        (cluster_rule("{action: Deny, to: [{namespaces: {}}, {asNumbers: [1]}]}"), "denies everything"),
        (cluster_rule("{action: Pass, to: [{namespaces: {}}, {asNumbers: [1]}]}"), "denies everything"),
        (admin_rule("{action: Allow, to: [{namespaces: {}}, {asNumbers: [1]}]}"), "matches nothing"),
        (admin_rule("{action: Deny, to: [{namespaces: {}}, {asNumbers: [1]}]}"), "denies everything"),
        (baseline_rule("{action: Allow, to: [{namespaces: {}}, {asNumbers: [1]}]}"), "matches nothing"),
        (baseline_rule("{action: Deny, to: [{namespaces: {}}, {asNumbers: [1]}]}"), "denies everything"),
    ],
)
def test_a_rule_with_an_unknown_peer_fails_closed(read, text, does):
    inventory = read(text)

    (rule,) = inventory.admin_policies[0].egress
    (found,) = warnings(inventory, "NPV113")

    assert rule.fails_closed
    assert rule.peers == (AdminPeer(PodSet()), AdminPeer())
    assert found.message.startswith("spec.egress[0].to[1]: a peer of a kind that npverify does not know")
    assert f"the rule fails closed and {does}" in found.message
    assert found.source_line[found.origin.column - 1 :].startswith("{asNumbers")
    assert [f.message for f in warnings(inventory, "NPV104")] == [
        "spec.egress[0].to[1].asNumbers: unknown field, which the API server drops"
    ]


def test_a_misspelt_peer_is_unknown_and_gets_the_name_that_is_close(read):
    inventory = read(cluster_rule("{action: Accept, from: [{namespace: {}}]}", "ingress"))

    (found,) = warnings(inventory, "NPV104")

    assert inventory.admin_policies[0].ingress[0].fails_closed
    assert found.hint == "did you mean `namespaces`?"


@pytest.mark.parametrize("field", ["asNumbers: [1]", "asNumbers: null"])
def test_a_known_peer_beside_an_unknown_field_is_that_peer(read, field):
    inventory = read(cluster_rule(f"{{action: Accept, to: [{{namespaces: {{}}, {field}}}]}}"))

    assert inventory.admin_policies[0].egress[0].peers == (AdminPeer(PodSet()),)
    assert [f.code for f in inventory.findings] == ["NPV104"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (cluster_rule("{action: Deny, to: [{domainNames: [a.b]}]}"), "for the action Accept alone"),
        (cluster_rule("{action: Pass, to: [{domainNames: [a.b]}]}"), "for the action Accept alone"),
        (admin_rule("{action: Deny, to: [{domainNames: [a.b]}]}"), "for the action Allow alone"),
        (
            cluster_rule("{action: Accept, to: [{domainNames: [a.b]}]}").replace("Admin", "Baseline"),
            "for the Admin tier alone",
        ),
    ],
)
def test_domain_names_where_the_documentation_has_none(read, text, message):
    inventory = read(text)

    (found,) = inventory.findings

    assert inventory.admin_policies[0].egress[0].peers == (AdminPeer(domain_names=("a.b",)),)
    assert (found.code, found.severity) == ("NPV114", "warning")
    assert found.message.startswith("spec.egress[0].to[0].domainNames: domain names are " + message)


@pytest.mark.parametrize(
    ("text", "field", "hint"),
    [
        (CLUSTER + "  priorities: 5\n", "spec.priorities", "did you mean `priority`?"),
        (CLUSTER + "  podSelector: {}\n", "spec.podSelector", None),
        (ADMIN + "  tier: Admin\n", "spec.tier", None),
        (BASELINE + "  priority: 10\n", "spec.priority", None),
        (BASELINE + "  tier: Baseline\n", "spec.tier", None),
        (CLUSTER + "specs: {}\n", "specs", "did you mean `spec`?"),
        (CLUSTER.replace("namespaces:", "pod: {}, namespaces:"), "spec.subject.pod", "did you mean `pods`?"),
        (cluster_rule(f"{{action: Deny, {TO}, from: []}}"), "spec.egress[0].from", None),
        (admin_rule(f"{{action: Deny, {TO}, port: 1}}"), "spec.egress[0].port", "did you mean `ports`?"),
        (admin_rule(f"{{action: Deny, {TO}, protocols: []}}"), "spec.egress[0].protocols", None),
        (
            cluster_rule(f"{{action: Deny, {TO}, protocols: [{{destinationNamedPort: a, icmp: {{}}}}]}}"),
            "spec.egress[0].protocols[0].icmp",
            None,
        ),
        (
            cluster_rule("{action: Deny, to: [{namespaces: {app: web}}]}"),
            "spec.egress[0].to[0].namespaces.app",
            None,
        ),
    ],
)
def test_unknown_fields_are_remarked_on(read, text, field, hint):
    inventory = read(text)

    (found,) = inventory.findings

    assert len(inventory.admin_policies) == 1
    assert (found.code, found.message) == ("NPV104", f"{field}: unknown field, which the API server drops")
    assert found.hint == hint


def test_what_the_server_itself_writes_is_not_unknown(read):
    assert read(CLUSTER + "status: {conditions: []}\n").findings == ()


RELATION = "no policy can compare labels of its subject and its peers"
OLD_PEERS = {
    "{namespaces: {namespaceSelector: {matchLabels: {a: b}}}}": (
        "namespaces.namespaceSelector",
        "move what stands under `namespaceSelector` up",
    ),
    "{namespaces: {sameLabels: [tenant]}}": ("namespaces.sameLabels", RELATION),
    "{namespaces: {notSameLabels: [tenant]}}": ("namespaces.notSameLabels", RELATION),
    "{namespaces: {sameLabels: []}}": ("namespaces.sameLabels", RELATION),
    "{pods: {namespaces: {namespaceSelector: {}}, podSelector: {}}}": (
        "pods.namespaces",
        "write `namespaceSelector: …`, without `namespaces` around it",
    ),
    "{pods: {namespaces: {notSameLabels: [tenant]}, podSelector: {}}}": (
        "pods.namespaces.notSameLabels",
        RELATION,
    ),
}


@pytest.mark.parametrize(("peer", "expected"), OLD_PEERS.items())
@pytest.mark.parametrize("text", [cluster_rule, admin_rule, baseline_rule])
@pytest.mark.parametrize(("direction", "peers"), [("ingress", "from"), ("egress", "to")])
def test_peers_of_earlier_versions_are_refused(faults, text, direction, peers, peer, expected):
    field, hint = expected

    (found,) = faults(text(f"{{action: Deny, {peers}: [{peer}]}}", direction))

    assert found.code == "NPV112"
    assert found.message == f"spec.{direction}[0].{peers}[0].{field}: the API has removed this field"
    assert hint in found.hint


@pytest.mark.parametrize("head", [CLUSTER, ADMIN, BASELINE])
def test_subjects_in_the_form_of_old_peers_are_refused(faults, head):
    (found,) = faults(head.replace("{namespaces: {}}", "{namespaces: {namespaceSelector: {}}}"))

    assert (found.code, found.severity) == ("NPV112", "error")
    assert found.message == "spec.subject.namespaces.namespaceSelector: the API has removed this field"


@pytest.mark.parametrize(
    ("rule", "field", "hint"),
    [
        (
            f"{{action: Deny, {TO}, ports: [{{portNumber: {{port: 80}}}}]}}",
            "ports",
            "write `protocols`, for example `protocols: [{tcp: {destinationPort: {number: 80}}}]`",
        ),
        (
            f"{{action: Deny, {TO}, protocols: [{{portNumber: {{port: 80}}}}]}}",
            "protocols[0].portNumber",
            "write `tcp: {destinationPort: {number: …}}`, or `udp` or `sctp`",
        ),
        (
            f"{{action: Deny, {TO}, protocols: [{{portRange: {{start: 1, end: 2}}}}]}}",
            "protocols[0].portRange",
            "write `tcp: {destinationPort: {range: {start: …, end: …}}}`, or `udp` or `sctp`",
        ),
        (
            f"{{action: Deny, {TO}, protocols: [{{namedPort: a}}]}}",
            "protocols[0].namedPort",
            "write `destinationNamedPort`",
        ),
    ],
)
def test_ports_in_the_form_of_version_1alpha1_are_refused_in_version_1alpha2(faults, rule, field, hint):
    (found,) = faults(cluster_rule(rule))

    assert (found.code, found.hint) == ("NPV112", hint)
    assert found.message == f"spec.egress[0].{field}: the API has removed this field"


def test_a_template_value_gets_the_advice_to_render_it(faults):
    (found,) = faults(CLUSTER.replace("10", '"{{ .Values.priority }}"'))

    assert found.code == "NPV110"
