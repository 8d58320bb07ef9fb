"""Services and Nodes."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from npverify.resources import LabelSelector, Operator, Protocol, Requirement, ServicePort


def text(spec: str) -> str:
    return f"apiVersion: v1\nkind: Service\nmetadata: {{name: s, namespace: a}}\nspec: {{{spec}}}\n"


def service(read, spec: str):
    (found,) = read(text(spec)).services
    return found


def test_ports_lead_to_pod_ports(read):
    found = service(
        read,
        "selector: {app: x, tier: web}, ports: [{port: 80}, {name: dns, port: 53, protocol: UDP, "
        "targetPort: 5353}, "
        "{port: 443, targetPort: https}, {port: 9, targetPort: 0}, {port: 10, targetPort: ''}]",
    )

    assert found.selector == LabelSelector(
        (Requirement("app", Operator.IN, ("x",)), Requirement("tier", Operator.IN, ("web",)))
    )
    assert found.ports == (
        ServicePort(None, 80, Protocol.TCP, 80),
        ServicePort("dns", 53, Protocol.UDP, 5353),
        ServicePort(None, 443, Protocol.TCP, "https"),
        ServicePort(None, 9, Protocol.TCP, 9),
        ServicePort(None, 10, Protocol.TCP, 10),
    )
    assert (found.ports[1].origin.line, found.ports[1].origin.column) == (4, 59)


@pytest.mark.parametrize(
    ("spec", "headless", "addresses"),
    [
        ("clusterIP: None", True, ()),
        ("clusterIP: None, clusterIPs: [None]", True, ()),
        ("clusterIP: ''", False, ()),
        ("clusterIP: 10.96.0.1", False, ("10.96.0.1",)),
        ("clusterIP: 10.96.0.1, clusterIPs: [10.96.0.1, 'fd00::1']", False, ("10.96.0.1", "fd00::1")),
    ],
)
def test_cluster_addresses_and_headlessness(read, spec, headless, addresses):
    found = service(read, spec)

    assert found.headless is headless
    assert found.cluster_addresses == tuple(map(ip_address, addresses))


@pytest.mark.parametrize("spec", ["", "selector: {}", "selector: null", "ports: [{port: 1}]"])
def test_a_service_without_selector_selects_no_pods_by_itself(read, spec):
    assert service(read, spec).selector is None


@pytest.mark.parametrize(
    ("spec", "kind", "policy"),
    [
        ("ports: []", "ClusterIP", "Cluster"),
        ("type: LoadBalancer", "LoadBalancer", "Cluster"),
        ("type: NodePort, externalTrafficPolicy: Local", "NodePort", "Local"),
        ("type: null, externalTrafficPolicy: ''", "ClusterIP", "Cluster"),
    ],
)
def test_the_type_and_the_external_traffic_policy_have_the_defaults_of_the_server(read, spec, kind, policy):
    found = service(read, spec)

    assert (found.type, found.external_traffic_policy) == (kind, policy)


@pytest.mark.parametrize(
    ("spec", "families"),
    [
        ("ports: []", ()),
        ("ipFamilies: [IPv6]", ("IPv6",)),
        ("ipFamilies: [IPv6, IPv4], ipFamilyPolicy: PreferDualStack", ("IPv6", "IPv4")),
        ("ipFamilyPolicy: RequireDualStack", ("IPv4", "IPv6")),
        ("ipFamilyPolicy: PreferDualStack", ()),
    ],
)
def test_the_ip_families_are_those_that_are_demanded(read, spec, families):
    assert service(read, spec).ip_families == families


def test_an_external_name_is_kept(read):
    assert service(read, "type: ExternalName, externalName: db.example.com").external_name == "db.example.com"


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("ports: x", "spec.ports: must be a list, not a string"),
        ("ports: [x]", "spec.ports[0]: must be an object"),
        ("ports: [{}]", "spec.ports[0]: `port` is required"),
        ("ports: [{port: http}]", "spec.ports[0].port: must be a whole number"),
        ("ports: [{port: 0}]", "spec.ports[0].port: invalid value 0"),
        ("ports: [{port: 1, targetPort: '80'}]", "spec.ports[0].targetPort: invalid value `80`"),
        ("ports: [{port: 1, targetPort: 70000}]", "spec.ports[0].targetPort: invalid value 70000"),
        ("ports: [{port: 1, targetPort: [1]}]", "spec.ports[0].targetPort: must be a whole number"),
        ("ports: [{port: 1, protocol: tcp}]", "spec.ports[0].protocol: unsupported value `tcp`"),
        ("ports: [{port: 1, name: 5}]", "spec.ports[0].name: must be a string"),
        ("selector: x", "spec.selector: must be an object, not a string"),
        ("selector: {a: 1}", "spec.selector.a: must be a string, not the number `1`"),
        ("clusterIP: x", "spec.clusterIP: `x` is not a valid IP address"),
        ("externalName: 5", "spec.externalName: must be a string"),
        ("type: 5", "spec.type: must be a string"),
        ("externalTrafficPolicy: 5", "spec.externalTrafficPolicy: must be a string"),
        ("ipFamilies: IPv4", "spec.ipFamilies: must be a list"),
        ("ipFamilies: [4]", "spec.ipFamilies[0]: must be a string"),
        ("ipFamilyPolicy: 5", "spec.ipFamilyPolicy: must be a string"),
    ],
)
def test_what_is_used_of_a_service_is_validated(faults, spec, message):
    (found,) = faults(text(spec))

    assert found.message.startswith(message)


def test_a_service_spec_must_be_an_object(faults):
    (found,) = faults("apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: 5\n")

    assert found.message == "spec: must be an object, not the number `5`"


def test_a_service_without_a_name_is_an_error(faults):
    (found,) = faults("apiVersion: v1\nkind: Service\nmetadata: {}\nspec: {}\n")

    assert found.message == "metadata: `name` or `generateName` is required"


@pytest.mark.parametrize("kind", ["Node", "Namespace"])
def test_a_node_or_namespace_without_a_name_is_an_error(faults, kind):
    (found,) = faults(f"apiVersion: v1\nkind: {kind}\nmetadata: {{}}\n")

    assert found.message == "metadata: `name` or `generateName` is required"


def test_node_addresses_are_validated(faults):
    (found,) = faults(
        "apiVersion: v1\nkind: Node\nmetadata: {name: node}\n"
        "status: {addresses: [{type: InternalIP, address: x}, {type: Hostname, address: y}]}\n"
    )

    assert found.message == "status.addresses[0].address: `x` is not a valid IP address"
