"""NPV221: one dash too many; a list of alternatives is none."""

from __future__ import annotations

from tests.unit.lint.linting import deployment, egress, findings, ingress, namespace, policy, service

CODE = "NPV221"
LEDGER = deployment("ledger", "app: ledger")
GATEWAY = deployment("gateway", "app: gateway", namespace="web")
WEB = "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: web}}}"
EVERYWHERE = "{namespaceSelector: {}}"
GATEWAY_PODS = "{podSelector: {matchLabels: {app: gateway}}}"
LEDGER_PODS = "{podSelector: {matchLabels: {app: ledger}}}"


def test_the_pods_meant_are_in_the_other_namespaces_only():
    (found,) = findings(CODE, LEDGER, GATEWAY, ingress(f"{WEB}, {GATEWAY_PODS}"))

    assert found.part == "ingress rule 1 peer 2"
    assert found.message == (
        "a peer of its own by its dash: the rule admits all pods in namespaces with "
        "`kubernetes.io/metadata.name=web`, and pods with `app=gateway` in namespace `shop`"
    )
    assert found.hint == "drop the dash before `podSelector` to admit only pods that meet both selectors"


def test_the_order_of_the_two_does_not_matter():
    (found,) = findings(CODE, LEDGER, GATEWAY, egress(f"{GATEWAY_PODS}, {WEB}"))

    assert found.part == "egress rule 1 peer 2"
    assert (
        found.hint == "drop the dash before `namespaceSelector` to admit only pods that meet both selectors"
    )


def test_a_pod_selector_that_finds_pods_at_home_is_an_alternative():
    assert findings(CODE, LEDGER, GATEWAY, ingress(f"{WEB}, {LEDGER_PODS}")) == ()


def test_pods_at_home_are_known_by_a_service_or_a_policy_too():
    pair = ingress(f"{WEB}, {LEDGER_PODS}")

    assert len(findings(CODE, pair)) == 1
    assert (
        findings(CODE, pair, service("ledger", "selector: {app: ledger, tier: x}, ports: [{port: 80}]")) == ()
    )
    assert findings(CODE, pair, policy("podSelector: {matchLabels: {app: ledger}}", name="q")) == ()
    assert len(findings(CODE, pair, service("other", "selector: {app: x}, ports: [{port: 80}]"))) == 1
    assert len(findings(CODE, pair, service("none", "ports: [{port: 80}]"))) == 1


def test_a_host_network_pod_at_home_makes_it_an_alternative():
    home = deployment("ledger", "app: ledger", spec="hostNetwork: true")

    assert findings(CODE, home, ingress(f"{WEB}, {LEDGER_PODS}")) == ()


def test_every_pod_at_home_is_an_alternative():
    assert findings(CODE, GATEWAY, ingress(f"{WEB}, {{podSelector: {{}}}}")) == ()


def test_pods_that_are_nowhere_are_no_reason_to_join_the_two():
    assert (
        findings(CODE, LEDGER, GATEWAY, ingress(f"{WEB}, {{podSelector: {{matchLabels: {{app: x}}}}}}")) == ()
    )


def test_without_workloads_two_lone_peers_are_taken_for_one():
    assert len(findings(CODE, ingress(f"{WEB}, {GATEWAY_PODS}"))) == 1


def test_pods_that_a_controller_may_make_may_be_at_home():
    rollout = "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: api, namespace: shop}\n"

    assert findings(CODE, rollout, ingress(f"{WEB}, {GATEWAY_PODS}")) == ()
    assert len(findings(CODE, LEDGER, GATEWAY, rollout, ingress(f"{WEB}, {GATEWAY_PODS}"))) == 1


def test_without_workloads_a_longer_list_is_a_list_of_alternatives():
    block = "{ipBlock: {cidr: 203.0.113.0/24}}"

    assert findings(CODE, ingress(f"{block}, {WEB}, {GATEWAY_PODS}")) == ()
    assert findings(CODE, ingress(f"{WEB}, {GATEWAY_PODS}, {LEDGER_PODS}")) == ()


def test_in_a_longer_list_the_workloads_tell():
    (found,) = findings(CODE, LEDGER, GATEWAY, ingress(f"{LEDGER_PODS}, {WEB}, {GATEWAY_PODS}"))

    assert found.part == "ingress rule 1 peer 3"


def test_an_alternative_that_covers_the_other_makes_no_sense():
    assert len(findings(CODE, LEDGER, ingress(f"{EVERYWHERE}, {LEDGER_PODS}"))) == 1
    assert (
        len(
            findings(
                CODE,
                LEDGER,
                namespace("shop", "team: x"),
                ingress(f"{{namespaceSelector: {{matchLabels: {{team: x}}}}}}, {LEDGER_PODS}"),
            )
        )
        == 1
    )


def test_a_covered_peer_in_a_longer_list_is_merely_redundant():
    assert findings(CODE, LEDGER, GATEWAY, ingress(f"{EVERYWHERE}, {LEDGER_PODS}, {GATEWAY_PODS}")) == ()


def test_selectors_that_are_apart_or_in_two_rules_are_alternatives():
    two_rules = policy(
        f"podSelector: {{}}, policyTypes: [Ingress], ingress: [{{from: [{WEB}]}}, {{from: [{GATEWAY_PODS}]}}]"
    )

    assert findings(CODE, LEDGER, GATEWAY, two_rules) == ()


def test_one_peer_with_both_selectors_beside_another_is_no_pair():
    both = "{namespaceSelector: {matchLabels: {team: x}}, podSelector: {matchLabels: {app: gateway}}}"

    assert (
        findings(
            CODE, LEDGER, GATEWAY, ingress(f"{both}, {WEB}"), ingress(f"{both}, {GATEWAY_PODS}", name="q")
        )
        == ()
    )


def test_of_the_platforms_namespace_an_input_need_not_show_every_pod():
    system = WEB.replace("web", "kube-system")
    agent = deployment("agent", "k8s-app: agent", namespace="kube-system")

    assert len(findings(CODE, LEDGER, agent, ingress(f"{system}, {GATEWAY_PODS}"))) == 1
