"""The checks look at what the network plugin enforces: which policies, and in which directions."""

from __future__ import annotations

import pytest
from tests.unit.lint.linting import (
    context_of,
    deployment,
    egress,
    findings,
    ingress,
    messages,
    policy,
    service,
)

import npverify
from npverify import QuerySettings
from npverify.cni import NAMES, profile_of
from npverify.lint import CHECKS, run_checks
from npverify.lint.suppression import Source, Suppression
from npverify.resources import Origin

UNUSED, WITHOUT_EFFECT = "NPV211", "NPV251"
CILIUM, WEAVE = profile_of("cilium"), profile_of("weave")
API = deployment("api", "app: api", "{name: http, containerPort: 8080}")
BOTH = policy("podSelector: {}, policyTypes: [Ingress], ingress: [{}], egress: [{ports: [{port: 443}]}]")


def codes(cni: str, *documents: str) -> set[str]:
    context = context_of(*documents, profile=profile_of(cni))
    return {finding.code for finding in run_checks(context, CHECKS)}


# Directions -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cni", ["generic", "calico", "cilium,policy-types-fixed=true"])
def test_rules_that_the_types_leave_out_have_no_effect(cni):
    (message,) = messages(UNUSED, API, BOTH, profile=profile_of(cni))

    assert message == "the `egress` rules have no effect: `policyTypes` does not list Egress"


def test_a_plugin_may_enforce_them_all_the_same():
    (found,) = findings(UNUSED, API, BOTH, profile=CILIUM)

    assert found.message == (
        "the `egress` rules are enforced under `--cni cilium`, and isolate the pods, though `policyTypes` "
        "does not list Egress: elsewhere they have no effect"
    )
    assert found.label == "enforced all the same"


def test_it_is_so():
    cluster = npverify.Cluster(context_of(API, BOTH).inventory)
    question = "can shop/deployment/api reach 203.0.113.1/32 on tcp/80?"

    specified = cluster.query(question)
    enforced = cluster.query(question, settings=QuerySettings(profile=CILIUM))

    assert (specified.verdict, enforced.verdict) == (npverify.Verdict.REACHABLE, npverify.Verdict.UNREACHABLE)


def test_other_checks_look_at_rules_that_are_enforced():
    assert "NPV222" not in codes("generic", API, BOTH)
    assert "NPV222" in codes("cilium", API, BOTH)


@pytest.mark.parametrize(("cni", "number"), [("generic", 1), ("cilium", 0)])
def test_a_direction_that_is_enforced_isolates(cni, number):
    documents = [
        policy("podSelector: {}, policyTypes: [Egress], ingress: [{}]", "p"),
        policy("podSelector: {}, egress: [{ports: [{port: 443}]}]", "q"),
    ]

    assert len(findings("NPV230", API, *documents, profile=profile_of(cni))) == number


@pytest.mark.parametrize(("cni", "number"), [("generic", 1), ("cilium", 0)])
def test_policies_that_differ_in_what_is_enforced_say_different_things(cni, number):
    documents = [
        policy("podSelector: {}, policyTypes: [Ingress], egress: [{}]", "p"),
        policy("podSelector: {}, policyTypes: [Ingress]", "q"),
    ]

    assert len(findings("NPV206", API, *documents, profile=profile_of(cni))) == number


@pytest.mark.parametrize(("cni", "number"), [("generic", 0), ("cilium", 1)])
def test_rules_for_dns_that_are_enforced_are_rules_for_dns(cni, number):
    cache = deployment("cache", "k8s-app: node-local-dns", namespace="kube-system", spec="hostNetwork: true")
    peer = "{namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: kube-dns}}}"
    rule = f"{{to: [{peer}], ports: [{{port: 53, protocol: UDP}}, {{port: 53}}]}}"
    documents = [cache, API, policy(f"podSelector: {{}}, policyTypes: [Ingress], egress: [{rule}]")]

    assert len(findings("NPV231", *documents, profile=profile_of(cni))) == number


# Policies ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cni", ["flannel", "none", "aws-vpc"])
def test_where_nothing_is_enforced_nothing_else_is_said(cni):
    assert codes(cni, API, BOTH, egress("{ipBlock: {cidr: 0.0.0.0/0}}", name="q")) == {WITHOUT_EFFECT}


def test_each_policy_without_effect_is_reported():
    found = findings(WITHOUT_EFFECT, API, BOTH, ingress("", name="q"), profile=profile_of("flannel"))

    assert [finding.subject for finding in found] == ["NetworkPolicy shop/p", "NetworkPolicy shop/q"]
    assert {finding.hint for finding in found} == {
        "use a network plugin that enforces it, or name the one that you use with --cni"
    }


def test_a_kind_that_the_plugin_does_not_implement_has_no_effect():
    admin = (
        "apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: {name: a}\n"
        "spec: {tier: Admin, priority: 1, subject: {namespaces: {}}, "
        "ingress: [{action: Deny, from: [{namespaces: {}}]}]}\n"
    )

    (found,) = findings(WITHOUT_EFFECT, admin, profile=WEAVE)

    assert found.subject == "ClusterNetworkPolicy a"
    assert found.message.endswith(": the network plugin implements NetworkPolicy v1")
    assert findings(WITHOUT_EFFECT, admin, profile=profile_of("calico")) == ()


def test_where_enforcement_is_off_the_hint_is_to_turn_it_on():
    (found,) = findings(WITHOUT_EFFECT, BOTH, profile=profile_of("aws-vpc"))

    assert found.hint == "turn its enforcement on, and say `--cni aws-vpc,enabled=true`"


def test_a_policy_that_the_plugin_rejects_counts_for_nothing():
    named = ingress("{podSelector: {}}", "{port: http}")
    other = deployment("db", "app: db")
    of_db = policy("podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress]", "db")

    (found,) = findings(WITHOUT_EFFECT, API, named, profile=WEAVE)
    (message,) = messages("NPV224", API, other, named, of_db, profile=WEAVE)

    assert found.message.endswith(": the network plugin rejects a policy with a port name as a whole")
    assert found.hint == "write numbers for its port names"
    assert message.startswith("`shop/deployment/api` is open to connections from anywhere")
    assert findings("NPV224", API, other, named, of_db) == ()


def test_a_suppression_of_what_is_not_looked_at_is_not_called_unused():
    text = BOTH.replace("name: p,", "name: p, annotations: {npverify.dev/ignore.NPV211: 'until March'},")
    cluster = npverify.Cluster(context_of(text).inventory)

    def found(cni: str) -> set[str]:
        return {f.code for f in cluster.lint(settings=QuerySettings(profile=profile_of(cni))).findings}

    assert "NPV291" not in found("generic")
    assert found("flannel") == {WITHOUT_EFFECT}


ABOUT_PLUGINS = [check for check in CHECKS if check.cni]


@pytest.mark.parametrize("check", ABOUT_PLUGINS, ids=lambda check: check.name)
def test_what_is_about_plugins_can_be_suppressed_by_its_subject(check):
    cluster = npverify.Cluster(context_of(check.bad).inventory)
    settings = QuerySettings(profile=profile_of(check.cni))
    (found,) = cluster.lint(select=[check.code], settings=settings).findings
    wish = Suppression(check.code, found.subject, "known", Source.CONFIGURATION, Origin("npverify.yaml"))

    result = cluster.lint(select=[check.code], suppressions=[wish], settings=settings)

    assert result.findings == ()
    assert [each.finding for each in result.suppressed] == [found]


@pytest.mark.parametrize("check", ABOUT_PLUGINS, ids=lambda check: check.name)
def test_what_is_about_a_policy_can_be_suppressed_where_it_stands(check):
    annotated = check.bad.replace(
        "kind: NetworkPolicy\nmetadata: {",
        f"kind: NetworkPolicy\nmetadata: {{annotations: {{npverify.dev/ignore.{check.code}: known}}, ",
    )
    cluster = npverify.Cluster(context_of(annotated).inventory)
    settings = QuerySettings(profile=profile_of(check.cni))

    result = cluster.lint(select=[check.code], settings=settings)

    about = {finding.subject.split(" ")[0] for finding in result.findings}
    assert about <= {"Namespace", "Pod", "network"}
    assert len(result.findings) + len(result.suppressed) == 1


# Messages ---------------------------------------------------------------------------------------------

TRAPS = [
    API,
    deployment("agent", "app: agent", spec="hostNetwork: true"),
    BOTH,
    ingress(
        "{podSelector: {matchLabels: {app: agent}}}, {ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}, "
        "{ipBlock: {cidr: 10.0.0.0/9}}",
        "{port: http}, {port: 80, endPort: 90}",
        name="q",
    ),
    egress("{ipBlock: {cidr: 0.0.0.0/0}}", "{port: http}", name="r"),
]


@pytest.mark.parametrize("name", NAMES)
def test_under_every_plugin_messages_are_told_apart_and_in_the_house_style(name):
    context = context_of(*TRAPS, profile=profile_of(f"{name},enabled=true" if name == "aws-vpc" else name))

    found = run_checks(context, [check for check in CHECKS if check.code >= "NPV207"])

    assert found
    assert len({finding.fingerprint for finding in found}) == len(found)
    for finding in found:
        assert finding.message.count("`") % 2 == 0
        assert "  " not in finding.message
        assert not finding.message.endswith(".")
        assert finding.message[0].islower() or finding.message[0] in "`0123456789"


@pytest.mark.parametrize(
    ("number", "words"), [(1, "(1 policy, in 1 namespace)"), (2, "(2 policies, in 2 namespaces)")]
)
def test_policies_that_spare_the_own_node_are_counted(number, words):
    listed = [egress("", name=f"p{n}", namespace=f"n{n}") for n in range(number)]

    (message,) = messages("NPV255", *listed, profile=WEAVE)

    assert words in message


@pytest.mark.parametrize(
    ("cni", "number"), [("generic", 1), ("weave", 0), ("aws-vpc,enabled=true,family=4", 0)]
)
def test_where_one_family_is_carried_the_other_is_not_missed(cni, number):
    documents = [
        service("web", "ipFamilies: [IPv4, IPv6], ports: [{port: 80}]"),
        ingress("{ipBlock: {cidr: 0.0.0.0/0}}"),
    ]

    assert len(findings("NPV227", *documents, profile=profile_of(cni))) == number
