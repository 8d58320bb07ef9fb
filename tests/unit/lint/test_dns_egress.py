"""NPV222: pods that cannot look up names, and those that can."""

from __future__ import annotations

import pytest
from tests.unit.lint.linting import (
    deployment,
    egress,
    findings,
    ingress,
    marked,
    messages,
    namespace,
    policy,
    service,
)

from npverify.cni import profile_of

CODE = "NPV222"
API = deployment("api", "app: api")
WEB = deployment("web", "app: web")
COREDNS = deployment(
    "coredns", "app: names", "{name: dns, containerPort: 53, protocol: UDP}", namespace="kube-system"
)
BOTH = "{port: 53, protocol: UDP}, {port: 53}"
SYSTEM = "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}"
PRIVATE = "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10"
HTTPS = egress("", "{port: 443}", name="https")


def test_no_rule_admits_dns():
    (found,) = findings(CODE, API, WEB, HTTPS)

    assert found.message == (
        "`shop/deployment/api` and `shop/deployment/web` cannot look up names: no egress rule admits DNS"
    )
    assert found.subject == "NetworkPolicy shop/https"


@pytest.mark.parametrize(
    ("ports", "message", "hint"),
    [
        (
            "{port: 53, protocol: UDP}",
            "`shop/deployment/api` can ask name servers over UDP only: long answers come over TCP",
            "add port 53 with `protocol: TCP` beside it",
        ),
        (
            "{port: 53}",
            "`shop/deployment/api` can ask name servers over TCP only: most names are asked for over UDP",
            "add port 53 with `protocol: UDP` beside it",
        ),
    ],
)
def test_one_protocol_is_not_enough(ports, message, hint):
    (found,) = findings(CODE, API, HTTPS, egress("", ports, name="dns"))

    assert (found.message, found.hint, found.subject) == (message, hint, "NetworkPolicy shop/dns")
    assert marked(found) == "53"


@pytest.mark.parametrize(
    ("peers", "ports"),
    [
        ("", ""),
        ("", BOTH),
        ("", "{port: 1, endPort: 65535}, {protocol: UDP}"),
        (f"{{{SYSTEM}}}", ""),
        (f"{{{SYSTEM}, podSelector: {{matchLabels: {{k8s-app: kube-dns}}}}}}", ""),
        (f"{{{SYSTEM}, podSelector: {{matchExpressions: [{{key: x, operator: NotIn, values: [z]}}]}}}}", ""),
        (f"{{{SYSTEM}, podSelector: {{matchLabels: {{app.kubernetes.io/name: rke2-coredns}}}}}}", ""),
        ("{namespaceSelector: {}}", ""),
        ("{namespaceSelector: {matchLabels: {name: kube-system}}}", ""),
        ("{podSelector: {matchLabels: {app: my-resolver}}}", BOTH),
        ("{ipBlock: {cidr: 192.0.2.53/32}}", BOTH),
        ("{ipBlock: {cidr: 10.0.0.0/8}}", ""),
        ("{ipBlock: {cidr: 'fd00::/16'}}", ""),
        ("{ipBlock: {cidr: 169.254.20.10/32}}", ""),
        ("{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}", ""),
        ("{namespaceSelector: {}}", "{port: dns, protocol: UDP}, {port: dns-tcp}"),
        ("{namespaceSelector: {}}", "{port: domain, protocol: UDP}, {port: 50, endPort: 60}"),
        (
            "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: openshift-dns}}}",
            "{port: 5353, protocol: UDP}, {port: 5353}",
        ),
    ],
)
def test_a_way_to_a_name_server_is_seen(peers, ports):
    assert findings(CODE, API, egress(peers, ports)) == ()


@pytest.mark.parametrize(
    ("peers", "ports"),
    [
        ("{podSelector: {}}", ""),
        ("{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: data}}}", ""),
        ("{namespaceSelector: {}, podSelector: {matchLabels: {app: db}}}", ""),
        (f"{{{SYSTEM}, podSelector: {{matchLabels: {{k8s-app: metrics-server}}}}}}", ""),
        (f"{{{SYSTEM}, podSelector: {{matchLabels: {{k8s-app: kube-dns}}}}}}", "{port: 443}"),
        ("{ipBlock: {cidr: 203.0.113.7/32}}", ""),
        ("{ipBlock: {cidr: 10.1.2.3/32}}", ""),
        (
            f"{{ipBlock: {{cidr: 0.0.0.0/0, except: [{PRIVATE}]}}}}",
            "",
        ),
        ("", "{port: 54, endPort: 65535}, {port: http}"),
    ],
)
def test_what_cannot_be_a_name_server_is_no_way(peers, ports):
    assert [m.rpartition(": ")[2] for m in messages(CODE, API, egress(peers, ports))] == [
        "no egress rule admits DNS"
    ]


def test_the_labels_of_a_declared_namespace_count():
    by_label = egress("{namespaceSelector: {matchLabels: {role: system}}}")

    assert findings(CODE, API, namespace("kube-system", "role: system"), by_label) == ()
    assert (
        len(
            findings(CODE, API, namespace("kube-system", "role: other"), namespace("openshift-dns"), by_label)
        )
        == 1
    )


def test_declared_name_servers_are_known_by_what_they_serve():
    to_them = egress(f"{{{SYSTEM}, podSelector: {{matchLabels: {{app: names}}}}}}")

    assert len(findings(CODE, API, to_them)) == 1
    assert findings(CODE, API, COREDNS, to_them) == ()


def test_the_address_of_the_dns_service_leads_to_name_servers():
    dns = service(
        "kube-dns",
        "clusterIP: 10.96.0.10, selector: {a: b}, ports: [{port: 53, protocol: UDP}]",
        namespace="kube-system",
    )
    other = service(
        "metrics", "clusterIP: 10.96.0.11, selector: {a: b}, ports: [{port: 443}]", namespace="kube-system"
    )

    assert findings(CODE, API, dns, egress("{ipBlock: {cidr: 10.96.0.10/32}}")) == ()
    assert len(findings(CODE, API, dns, other, egress("{ipBlock: {cidr: 10.96.0.11/32}}"))) == 1


def test_pod_cidrs_tell_where_pods_live():
    inside, outside = egress("{ipBlock: {cidr: 100.0.0.0/16}}"), egress("{ipBlock: {cidr: 10.0.0.0/8}}")

    assert findings(CODE, API, inside, pod_cidrs=["100.0.0.0/10"]) == ()
    assert len(findings(CODE, API, outside, pod_cidrs=["100.0.0.0/10"])) == 1


def test_port_53_of_openshift_is_the_services_only():
    to_them = "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: openshift-dns}}}"

    (found,) = findings(CODE, API, egress(to_them, BOTH))

    assert found.hint == "the DNS pods of OpenShift listen on 5353, behind port 53 of their Service"
    assert findings(CODE, API, egress(f"{to_them}, {{{SYSTEM}}}", BOTH)) == ()


def name_servers(number: int, namespace: str = "kube-system", labels: str = "k8s-app: kube-dns") -> str:
    ports = (
        f"{{name: dns, containerPort: {number}, protocol: UDP}}, {{name: dns-tcp, containerPort: {number}}}"
    )
    return deployment("names", labels, ports, namespace=namespace)


@pytest.mark.parametrize(
    ("servers", "number"),
    [
        (name_servers(1053), 1053),
        (name_servers(5353, "openshift-dns", "app: dns"), 5353),
        (name_servers(1053, "shop"), 1053),
    ],
)
def test_the_port_is_the_one_on_which_declared_name_servers_listen(servers, number):
    (found,) = findings(CODE, API, servers, egress("", BOTH))

    assert found.message == "`shop/deployment/api` cannot look up names: no egress rule admits DNS"
    assert found.hint == f"the name servers listen on {number}, behind port 53 of their Service"
    own = egress("", f"{{port: {number}, protocol: UDP}}, {{port: {number}}}")
    assert findings(CODE, API, servers, own) == ()
    assert findings(CODE, API, servers, egress("", "{port: dns, protocol: UDP}, {port: dns-tcp}")) == ()


@pytest.mark.parametrize(
    "documents",
    [
        [name_servers(53)],
        [name_servers(5353, labels="app: mdns")],
        [name_servers(1053), deployment("more", "k8s-app: coredns", namespace="kube-system")],
        [name_servers(1053), name_servers(53, "openshift-dns", "app: dns")],
        [
            name_servers(1053),
            deployment("cache", "k8s-app: node-local-dns", namespace="kube-system", spec="hostNetwork: true"),
        ],
    ],
)
def test_port_53_will_do_where_somebody_may_listen_on_it(documents):
    assert findings(CODE, API, *documents, egress("", BOTH)) == ()


def test_a_plugin_that_sees_the_service_sees_its_port():
    documents = [API, name_servers(1053), egress("", BOTH)]

    assert findings(CODE, *documents, profile=profile_of("aws-vpc,enabled=true")) == ()
    assert len(findings(CODE, *documents, profile=profile_of("calico"))) == 1


@pytest.mark.parametrize("peers", ["{ipBlock: {cidr: 0.0.0.0/0}}", "{ipBlock: {cidr: 10.0.0.0/8}}"])
@pytest.mark.parametrize("ports", ["", BOTH])
def test_where_no_block_matches_pods_none_admits_name_servers(peers, ports):
    (found,) = findings(CODE, API, egress(peers, ports), profile=profile_of("cilium"))

    assert (
        found.hint == "no ipBlock matches the name servers here: admit them by their labels, over UDP and TCP"
    )
    assert findings(CODE, API, egress(peers, ports), profile=profile_of("calico")) == ()
    matching = profile_of("cilium,cidr-match-mode=pods")
    assert findings(CODE, API, egress(peers, ports), profile=matching) == ()


@pytest.mark.parametrize(
    "rule",
    [
        egress("{ipBlock: {cidr: 8.8.8.8/32}}", BOTH),
        egress(f"{{ipBlock: {{cidr: 0.0.0.0/0}}}}, {{{SYSTEM}}}", BOTH),
        egress("", BOTH),
    ],
)
def test_name_servers_outside_and_by_label_are_reached(rule):
    assert findings(CODE, API, rule, profile=profile_of("cilium")) == ()


def test_a_cache_on_the_node_answers_where_pods_always_reach_their_node():
    cache = deployment("cache", "k8s-app: node-local-dns", namespace="kube-system", spec="hostNetwork: true")

    assert findings(CODE, API, cache, HTTPS, profile=profile_of("weave")) == ()
    assert len(findings(CODE, API, HTTPS, profile=profile_of("weave"))) == 1
    assert len(findings(CODE, API, cache, HTTPS, profile=profile_of("calico"))) == 1


def test_pods_that_are_locked_up_on_purpose_are_not_reported():
    lockdown = policy("podSelector: {}, policyTypes: [Ingress, Egress]", name="deny")
    (found,) = findings(
        CODE, API, WEB, lockdown, egress("", "{port: 443}", selector="{matchLabels: {app: api}}")
    )

    assert found.message == "`shop/deployment/api` cannot look up names: no egress rule admits DNS"
    assert found.subject == "NetworkPolicy shop/deny"


def test_pods_of_many_policies_are_reported_once_at_the_one_for_all():
    lockdown = policy("podSelector: {}, policyTypes: [Ingress, Egress]", name="deny")
    own = [
        egress("", "{port: 443}", selector=f"{{matchLabels: {{app: {app}}}}}", name=app)
        for app in ("api", "web")
    ]

    assert len(findings(CODE, API, WEB, lockdown, *own)) == 1
    assert len(findings(CODE, API, WEB, *own)) == 2


def test_policies_add_up():
    assert (
        findings(
            CODE,
            API,
            HTTPS,
            egress("", "{port: 53}", name="a"),
            egress("", "{port: 53, protocol: UDP}", name="b"),
        )
        == ()
    )


def test_only_pods_that_are_isolated_for_egress_are_concerned():
    assert findings(CODE, API, ingress("", "{port: 80}")) == ()
    assert findings(CODE, egress("", "{port: 443}")) == ()
    assert findings(CODE, deployment("api", "app: api", spec="hostNetwork: true"), HTTPS) == ()


def test_name_servers_need_not_ask_themselves():
    assert findings(CODE, COREDNS, egress("", "{port: 443}", namespace="kube-system")) == ()


CILIUM = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: dns, namespace: shop}\n"
CLUSTER_WIDE = "apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\nmetadata: {name: dns}\n"


@pytest.mark.parametrize(
    ("other", "number"), [(CILIUM, 0), (CLUSTER_WIDE, 0), (CILIUM.replace("shop", "x"), 1)]
)
def test_policies_that_are_not_modelled_may_admit_dns(other, number):
    assert len(findings(CODE, API, HTTPS, other)) == number
    assert len(findings(CODE, API, HTTPS, other, ignore_unmodelled=True)) == 1
