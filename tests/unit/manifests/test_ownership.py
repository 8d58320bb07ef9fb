"""Pods and the workloads that they belong to."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from npverify.resources import ContainerPort, Protocol


def owned_by(kind: str, name: str) -> str:
    return f"ownerReferences: [{{apiVersion: x, kind: {kind}, name: {name}, controller: true}}]"


def pod(name: str, labels: str = "", *, owner: str = "", spec: str = "", status: str = "") -> str:
    metadata = ", ".join(part for part in (f"name: {name}", f"labels: {{{labels}}}", owner) if part)
    return f"apiVersion: v1\nkind: Pod\nmetadata: {{{metadata}}}\nspec: {{{spec}}}\nstatus: {{{status}}}\n"


def workload(kind: str, name: str, labels: str = "app: a", *, owner: str = "", more: str = "") -> str:
    group = "batch/v1" if kind in ("Job", "CronJob") else "apps/v1"
    metadata = ", ".join(part for part in (f"name: {name}", owner) if part)
    template = f"template: {{metadata: {{labels: {{{labels}}}}}}}"
    spec = f"jobTemplate: {{spec: {{{template}}}}}" if kind == "CronJob" else template
    return f"apiVersion: {group}\nkind: {kind}\nmetadata: {{{metadata}}}\nspec: {{{spec}{more}}}\n"


HASH = "app: a, pod-template-hash: 5f"
DEPLOYMENT = workload("Deployment", "api")
REPLICA_SET = workload("ReplicaSet", "api-5f", HASH, owner=owned_by("Deployment", "api"))
OLD_REPLICA_SET = workload("ReplicaSet", "api-4e", owner=owned_by("Deployment", "api"), more=", replicas: 0")
API_POD = pod("api-5f-x", HASH, owner=owned_by("ReplicaSet", "api-5f"))
CRON_JOB = workload("CronJob", "backup")
JOB = workload("Job", "backup-283", owner=owned_by("CronJob", "backup"))
JOB_POD = pod("backup-283-x", "app: a", owner=owned_by("Job", "backup-283"))


def summary(inventory) -> list[tuple[str, list[str], list[str]]]:
    return [
        (str(w), [p.name for p in w.pods], [p.name for p in w.finished_pods]) for w in inventory.workloads
    ]


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        ([DEPLOYMENT], ("default/deployment/api", ["api"], [])),
        ([API_POD, REPLICA_SET, DEPLOYMENT], ("default/deployment/api", ["api-5f-x"], [])),
        ([DEPLOYMENT, API_POD], ("default/deployment/api", ["api-5f-x"], [])),
        ([DEPLOYMENT, REPLICA_SET, OLD_REPLICA_SET], ("default/deployment/api", ["api"], [])),
        ([REPLICA_SET, API_POD], ("default/replicaset/api-5f", ["api-5f-x"], [])),
        ([REPLICA_SET, OLD_REPLICA_SET], ("default/replicaset/api-5f", ["api-5f"], [])),
        ([API_POD], ("default/pod/api-5f-x", ["api-5f-x"], [])),
        ([CRON_JOB, JOB, JOB_POD], ("default/cronjob/backup", ["backup-283-x"], [])),
        ([CRON_JOB, JOB_POD], ("default/cronjob/backup", ["backup-283-x"], [])),
        ([CRON_JOB, JOB], ("default/cronjob/backup", ["backup"], [])),
        ([JOB, JOB_POD], ("default/job/backup-283", ["backup-283-x"], [])),
    ],
)
def test_a_pod_that_a_workload_of_the_input_owns_is_that_workload(read, objects, expected):
    assert summary(read("---\n".join(objects))) == [expected]
    assert summary(read("---\n".join(reversed(objects)))) == [expected]


def test_a_pod_of_another_revision_or_of_no_known_owner_stands_alone(read):
    other_hash = API_POD.replace("pod-template-hash: 5f", "pod-template-hash: 6a")
    other_namespace = API_POD.replace("name: api-5f-x", "name: api-5f-x, namespace: b")
    not_a_time = JOB_POD.replace("name: backup-283,", "name: backup-now,")

    found = summary(read("---\n".join([DEPLOYMENT, CRON_JOB, other_hash, other_namespace, not_a_time])))

    assert [name for name, _, _ in found] == [
        "b/pod/api-5f-x",
        "default/cronjob/backup",
        "default/deployment/api",
        "default/pod/api-5f-x",
        "default/pod/backup-283-x",
    ]


def test_only_the_controller_among_the_owners_counts(read):
    references = (
        "ownerReferences: [{kind: Foo, name: api-5f, controller: false}, "
        "{kind: ReplicaSet, name: api-5f, controller: true}]"
    )

    assert summary(read("---\n".join([REPLICA_SET, pod("x", owner=references)]))) == [
        ("default/replicaset/api-5f", ["x"], [])
    ]


def test_owners_in_a_circle_end_somewhere(read):
    one = workload("ReplicaSet", "one", owner=owned_by("ReplicaSet", "two"))
    two = workload("ReplicaSet", "two", owner=owned_by("ReplicaSet", "one"))

    assert len(read(f"{one}---\n{two}").workloads) == 2


def test_an_idle_workload_of_somebody_else_is_kept_unless_it_is_an_old_replica_set(read):
    text = workload("Deployment", "a", owner=owned_by("Operator", "o"), more=", replicas: 0")

    assert len(read(text).workloads) == 1


def test_pods_of_one_owner_stay_apart_with_their_own_labels_and_addresses(read):
    texts = [
        pod(
            f"api-5f-{n}",
            f"{HASH}, shard: {label}",
            owner=owned_by("ReplicaSet", "api-5f"),
            status=f"podIPs: [{{ip: 10.0.0.{n}}}, {{ip: 'fd00::{n}'}}], podIP: 10.0.0.{n}",
        )
        for n, label in [(1, "a"), (2, "b"), (3, "b")]
    ]

    (found,) = read("---\n".join([DEPLOYMENT, *texts])).workloads

    assert [p.labels["shard"] for p in found.pods] == ["a", "b", "b"]
    assert [str(p.addresses[0]) for p in found.pods] == ["10.0.0.1", "10.0.0.2", "10.0.0.3"]
    assert found.pods[0].addresses == (ip_address("10.0.0.1"), ip_address("fd00::1"))
    assert found.template.labels == {"app": "a"}


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
def test_finished_pods_exist_no_more_unless_they_are_kept(read, phase):
    done = pod("api-5f-y", HASH, owner=owned_by("ReplicaSet", "api-5f"), status=f"phase: {phase}")
    alone = pod("alone", status=f"phase: {phase}")
    texts = "---\n".join([DEPLOYMENT, API_POD, done, alone])

    assert summary(read(texts)) == [
        ("default/deployment/api", ["api-5f-x"], ["api-5f-y"]),
        ("default/pod/alone", [], ["alone"]),
    ]
    assert summary(read(texts, keep_finished=True)) == [
        ("default/deployment/api", ["api-5f-x", "api-5f-y"], []),
        ("default/pod/alone", ["alone"], []),
    ]
    assert summary(read(f"{DEPLOYMENT}---\n{done}")) == [("default/deployment/api", ["api"], ["api-5f-y"])]


@pytest.mark.parametrize("condition", ["Complete", "Failed"])
def test_a_job_that_has_ended_has_no_pods(read, condition):
    ended = workload("Job", "j") + f"status: {{conditions: [{{type: {condition}, status: 'True'}}]}}\n"
    done = pod("j-x", owner=owned_by("Job", "j"), status="phase: Succeeded")

    assert summary(read(ended)) == [("default/job/j", [], ["j"])]
    assert summary(read(ended, keep_finished=True)) == [("default/job/j", ["j"], [])]
    assert summary(read(f"{ended}---\n{done}")) == [("default/job/j", [], ["j-x"])]
    assert summary(read(ended.replace("'True'", "'False'"))) == [("default/job/j", ["j"], [])]


def test_a_pod_has_what_its_spec_and_status_say(read):
    (found,) = read(
        pod(
            "p",
            "app: a",
            spec="serviceAccountName: robot, nodeName: n1, containers: [{name: c, ports: [{name: web, "
            "containerPort: 80}, {containerPort: 53, protocol: UDP}]}, {name: d}, {ports: [{name: web, "
            "containerPort: 80}]}], initContainers: [{restartPolicy: Always, ports: [{containerPort: 15}]}, "
            "{restartPolicy: OnFailure, ports: [{containerPort: 98}]}, {ports: [{containerPort: 99}]}]",
            status="phase: Running, podIP: 10.0.0.9, hostIP: 192.168.0.1, "
            "hostIPs: [{ip: 192.168.0.1}, {ip: 'fd00::1'}]",
        )
    ).workloads

    (p,) = found.pods
    assert (found.kind, p.replicated, p.service_account, p.node, p.phase) == (
        "Pod",
        False,
        "robot",
        "n1",
        "Running",
    )
    assert p.ports == (
        ContainerPort("web", 80),
        ContainerPort(None, 53, Protocol.UDP),
        ContainerPort(None, 15),
    )
    assert p.addresses == (ip_address("10.0.0.9"),)
    assert p.node_addresses == (ip_address("192.168.0.1"), ip_address("fd00::1"))


def test_a_pod_without_spec_has_the_defaults(read):
    (found,) = read("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n").workloads

    (p,) = found.pods
    assert (p.service_account, p.host_network, p.ports, p.addresses, p.labels) == (
        "default",
        False,
        (),
        (),
        {},
    )


def test_host_network_pods_are_known_as_such_unless_they_count_as_pods(read):
    text = pod("p", spec="hostNetwork: true")

    assert read(text).workloads[0].pods[0].host_network
    assert not read(text, host_network_as_pods=True).workloads[0].pods[0].host_network


def test_the_addresses_of_a_node_come_from_its_object_where_the_pod_does_not_tell(read):
    node = (
        "apiVersion: v1\nkind: Node\nmetadata: {name: n1, labels: {zone: a}}\nstatus: {addresses: "
        "[{type: InternalIP, address: 192.168.0.7}, {type: Hostname, address: n1}]}\n"
    )

    inventory = read("---\n".join([pod("p", spec="nodeName: n1"), pod("q", spec="nodeName: n2"), node]))

    assert [n.addresses for n in inventory.nodes] == [(ip_address("192.168.0.7"),)]
    assert [w.pods[0].node_addresses for w in inventory.workloads] == [(ip_address("192.168.0.7"),), ()]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (pod("p", spec="containers: x"), "spec.containers: must be a list, not a string"),
        (pod("p", spec="containers: [{ports: x}]"), "spec.containers[0].ports: must be a list"),
        (pod("p", spec="containers: [{ports: [{}]}]"), "ports[0]: `containerPort` is required"),
        (pod("p", spec="containers: [{ports: [{containerPort: 0}]}]"), "containerPort: invalid value 0"),
        (pod("p", spec="containers: [{ports: [{containerPort: '80'}]}]"), "must be a whole number"),
        (pod("p", spec="containers: [{ports: [{containerPort: 1, protocol: x}]}]"), "unsupported value `x`"),
        (pod("p", spec="containers: [{ports: [5]}]"), "spec.containers[0].ports[0]: must be an object"),
        (workload("Deployment", "d").replace("{metadata: {labels: {app: a}}}", "[]"), "a list"),
        (pod("p", spec="containers: [5]"), "spec.containers[0]: must be an object"),
        (pod("p", spec="hostNetwork: 'true'"), "spec.hostNetwork: must be true or false, not a string"),
        (pod("p", spec="serviceAccountName: 5"), "spec.serviceAccountName: must be a string"),
        (pod("p", status="podIP: x"), "status.podIP: `x` is not a valid IP address"),
        (pod("p", "app: 1"), "metadata.labels.app: must be a string, not the number `1`"),
        (pod("p").replace("spec: {}", "spec: []"), "spec: must be an object, not a list"),
        (workload("Deployment", "d", "app: [x]"), "spec.template.metadata.labels.app: must be a string"),
        (workload("Deployment", "d", "app: -"), "spec.template.metadata.labels.app: invalid label"),
        ("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\n", "`spec.template` is required"),
        (
            "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: d}\nspec: {jobTemplate: {}}\n",
            "spec.jobTemplate: `spec.template` is required",
        ),
        ("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: 5\n", "spec: must be an object"),
    ],
)
def test_what_is_used_of_a_workload_is_validated(faults, text, message):
    (found,) = faults(text)

    assert (found.code, message in found.message) == ("NPV102", True), found.message
