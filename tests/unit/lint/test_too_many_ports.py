"""NPV258: more combinations of port and protocol for one address than count."""

from __future__ import annotations

import pytest
from tests.unit.lint.linting import deployment, egress, findings, ingress, messages, pod, policy

from npverify.cni import profile_of

CODE = "NPV258"
AWS = profile_of("aws-vpc,enabled=true")
API = deployment("api", "app: api")
WEB = deployment("web", "app: web")
TO_WEB = "{podSelector: {matchLabels: {app: web}}}"
TO_API = "{podSelector: {matchLabels: {app: api}}}"
WIDE, NARROW = "{ipBlock: {cidr: 203.0.113.0/24}}", "{ipBlock: {cidr: 203.0.113.0/26}}"


def ports(number: int, first: int = 8000) -> str:
    return ", ".join(f"{{port: {first + each}}}" for each in range(number))


@pytest.mark.parametrize("peers", [WIDE, "", TO_WEB])
@pytest.mark.parametrize("rule", [ingress, egress])
def test_the_twenty_fifth_is_one_too_many(rule, peers):
    assert findings(CODE, API, WEB, rule(peers, ports(24)), profile=AWS) == ()
    assert len(findings(CODE, API, WEB, rule(peers, ports(25)), profile=AWS)) == 1


def test_the_finding_says_how_many_for_whom():
    (found,) = findings(CODE, API, WEB, egress(WIDE, ports(30)), profile=AWS)

    assert found.message == (
        "30 combinations of port and protocol for `203.0.113.0/24`: under `--cni aws-vpc,enabled=true` only "
        "24 count for one address, and the rest is dropped"
    )
    assert found.part == "egress rule 1"


@pytest.mark.parametrize(
    ("peers", "whom"),
    [("", "every address"), (TO_WEB, "`shop/deployment/web`"), (f"{WIDE}, {NARROW}", "`203.0.113.0/26`")],
)
def test_for_whom_is_the_block_or_the_pod(peers, whom):
    (message,) = messages(CODE, API, WEB, egress(peers, ports(25)), profile=AWS)

    assert message.startswith(f"25 combinations of port and protocol for {whom}: ")


def test_the_rules_of_all_policies_of_a_pod_count_together():
    (found,) = findings(
        CODE, API, WEB, egress(TO_WEB, ports(20)), egress(TO_WEB, ports(10, 9000), name="q"), profile=AWS
    )

    assert found.subject == "NetworkPolicy shop/p"
    assert found.message.startswith(
        "30 combinations of port and protocol for `shop/deployment/web` together with "
        "`NetworkPolicy shop/q`: "
    )
    assert [each.message for each in found.related] == ["adds to them"]


def test_equal_combinations_are_one():
    documents = [egress(WIDE, ports(20)), egress(WIDE, ports(20), name="q")]

    assert findings(CODE, API, *documents, profile=AWS) == ()


def test_a_range_is_one_and_protocols_are_apart():
    both = f"{ports(20)}, {', '.join(f'{{port: {p}, protocol: UDP}}' for p in range(8000, 8004))}"

    assert findings(CODE, API, egress(WIDE, "{port: 1000, endPort: 2000}, " + both), profile=AWS)
    assert findings(CODE, API, egress(WIDE, both), profile=AWS) == ()


def test_a_narrower_block_has_what_the_wider_one_has_but_not_the_other_way_round():
    documents = [egress(WIDE, ports(20)), egress(NARROW, ports(10, 9000), name="q")]

    (message,) = messages(CODE, API, *documents, profile=AWS)

    assert message.startswith("30 combinations of port and protocol for `203.0.113.0/26`")


@pytest.mark.parametrize("peers", [(WIDE, "{ipBlock: {cidr: 198.51.100.0/24}}"), (TO_WEB, TO_API)])
def test_blocks_apart_and_pods_apart_do_not_add_up(peers):
    one, other = peers
    rules = [egress(one, ports(24)), egress(other, ports(24, 9000), name="q")]

    assert findings(CODE, API, WEB, *rules, profile=AWS) == ()


def test_directions_do_not_add_up():
    both = policy(
        f"podSelector: {{}}, policyTypes: [Ingress, Egress], "
        f"ingress: [{{from: [{WIDE}]}}, {{from: [{TO_WEB}], ports: [{ports(20)}]}}], "
        f"egress: [{{to: [{TO_WEB}], ports: [{ports(20, 9000)}]}}]"
    )

    assert findings(CODE, API, WEB, both, profile=AWS) == ()


def test_policies_of_other_pods_do_not_add_up():
    mine = ingress(WIDE, ports(20), selector="{matchLabels: {app: api}}")
    theirs = ingress(WIDE, ports(20, 9000), selector="{matchLabels: {app: web}}", name="q")

    assert findings(CODE, API, WEB, mine, theirs, profile=AWS) == ()


def test_different_selectors_meet_at_a_declared_pod():
    to_all = "{podSelector: {}}"
    documents = [egress(TO_WEB, ports(20)), egress(to_all, ports(20, 9000), name="q")]

    (message,) = messages(CODE, WEB, *documents, profile=AWS)

    assert message.startswith("40 combinations of port and protocol for `shop/deployment/web`")


def test_pods_that_are_not_declared_are_those_of_one_peer():
    (message,) = messages(CODE, egress(TO_WEB, ports(25)), profile=AWS)

    assert message.startswith("25 combinations of port and protocol for the pods of one peer: ")


def test_a_name_in_an_ingress_rule_is_every_number_of_the_pods_selected():
    pods = [pod(f"p{number}", "app: api", f"{{name: http, containerPort: {number}}}") for number in (1, 2, 3)]
    rule = ingress(WIDE, f"{{port: http}}, {ports(22)}")

    assert len(findings(CODE, *pods, rule, profile=AWS)) == 1
    assert findings(CODE, *pods[:2], rule, profile=AWS) == ()
    assert findings(CODE, rule, profile=AWS) == ()


def test_a_name_in_an_egress_rule_is_one_number_at_a_pod():
    pods = [pod(f"p{number}", "app: web", f"{{name: http, containerPort: {number}}}") for number in (1, 2, 3)]

    assert findings(CODE, *pods, egress(TO_WEB, f"{{port: http}}, {ports(23)}"), profile=AWS) == ()
    assert len(findings(CODE, *pods, egress(TO_WEB, f"{{port: http}}, {ports(24)}"), profile=AWS)) == 1


@pytest.mark.parametrize("cni", ["generic", "calico", "aws-vpc", "aws-vpc-calico"])
def test_other_plugins_take_them_all(cni):
    assert findings(CODE, API, egress(WIDE, ports(60)), profile=profile_of(cni)) == ()


def test_one_rule_is_reported_once_for_its_worst_address():
    rule = egress(f"{WIDE}, {{ipBlock: {{cidr: 198.51.100.0/24}}}}", ports(25))
    more = egress("{ipBlock: {cidr: 198.51.100.0/26}}", ports(5, 9000), name="q")

    (message,) = messages(
        CODE, API, policy("podSelector: {}, policyTypes: [Ingress]", "r"), rule, more, profile=AWS
    )

    assert message.startswith("30 combinations of port and protocol for `198.51.100.0/26`")
