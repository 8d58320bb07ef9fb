"""Which network plugin manifests tell of, as a user asks it, and the note in every answer."""

from __future__ import annotations

import json

import pytest
from tests.cli.running import SHOP, npverify

CALICO = """\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: calico-node, namespace: kube-system}
spec:
  selector: {matchLabels: {k8s-app: calico-node}}
  template:
    metadata: {labels: {k8s-app: calico-node}}
    spec:
      hostNetwork: true
      containers:
        - name: calico-node
          image: quay.io/calico/node:v3.32.1
          env: [{name: FELIX_DEFAULTENDPOINTTOHOSTACTION, value: ACCEPT}]
"""
CILIUM = """\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: cilium, namespace: kube-system}
spec:
  selector: {matchLabels: {k8s-app: cilium}}
  template:
    metadata: {labels: {k8s-app: cilium}}
    spec:
      hostNetwork: true
      containers: [{name: cilium-agent, image: "quay.io/cilium/cilium:{{ tag }}"}]
"""
KINDNET = CILIUM.replace("cilium-agent", "kindnet-cni").replace("cilium", "kindnet")
CHECKED = "schema: npverify/v1\nassertions:\n"
NOTE = "the input runs Calico (DaemonSet kube-system/calico-node, calico.yaml:1:1): `--cni calico@3.32.1`"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "calico.yaml").write_text(CALICO)
    (tmp_path / "web.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop, labels: {app: web}}\n"
        "spec: {containers: [{name: web, image: web}]}\n---\n"
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web, namespace: shop}\n"
        "spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]}\n"
    )
    (tmp_path / "npverify.yaml").write_text(f"{CHECKED}- that: the internet cannot reach shop/web\n")
    return tmp_path


# npverify cni --detect ---------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [("--detect", "."), ("--detect",), ("--detect", "-f", "calico.yaml")])
def test_the_profile_is_suggested_with_its_signs(folder, arguments):
    finished = npverify("cni", *arguments, cwd=folder)

    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.startswith(
        "calico@3.32.1: Calico\n"
        "  DaemonSet kube-system/calico-node runs Calico  calico.yaml:1:1\n"
        "  DaemonSet kube-system/calico-node has image `quay.io/calico/node:v3.32.1`  calico.yaml:12:18\n"
    )
    assert finished.stdout.endswith("by itself: say --cni calico@3.32.1, or cni: in npverify.yaml\n")


def test_what_kubectl_prints_comes_by_standard_input_and_goes_out_as_json():
    listed = {"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "ConfigMap"}]}
    config = {"name": "cilium-config", "namespace": "kube-system"}
    listed["items"][0] |= {"metadata": config, "data": {"enable-sctp": "true"}}

    finished = npverify("cni", "--detect", "-", "-o", "json", stdin=json.dumps(listed))

    data = json.loads(finished.stdout)
    assert (finished.returncode, data["suggestion"], data["undecided"]) == (0, "cilium,sctp=true", None)
    (suggestion,) = data["suggestions"]
    assert suggestion["signs"][0] == {
        "subject": "ConfigMap kube-system/cilium-config",
        "says": "configures Cilium",
        "file": "<stdin>",
        "line": 1,
        "column": 48,
    }
    assert suggestion["known"] == ["cidr-match-mode", "cluster-network-policy", "sctp"]


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (
            [CALICO, CILIUM],
            [
                "undecided: the input does not show which of these enforces the policies\n\ncalico@3.32.1: ",
                "\ncilium: Cilium\n",
                "  but the release is left out: image `quay.io/cilium/cilium:{{ tag }}` does not tell it\n",
            ],
        ),
        (
            [KINDNET],
            [
                "undecided: npverify has no profile of the network plugin\n",
                "  DaemonSet kube-system/kindnet runs kindnet  <stdin>:1:1\n",
            ],
        ),
        ([CALICO, KINDNET], ["undecided: several network plugins run, and npverify has no profile of one"]),
    ],
)
def test_what_the_signs_leave_open_is_undecided(texts, words):
    finished = npverify("cni", "--detect", "-", stdin="---\n".join(texts))

    assert finished.returncode == 3
    assert all(word in finished.stdout for word in words), finished.stdout
    assert "never takes it by itself" not in finished.stdout
    data = json.loads(npverify("cni", "--detect", "-", "-o", "json", stdin="---\n".join(texts)).stdout)
    assert data["suggestion"] is None
    assert words[0].startswith(f"undecided: {data['undecided']}"[:40])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("cni", "--detect", SHOP), f"there is no sign of a network plugin in `{SHOP}`"),
        (("cni", "--detect", SHOP), "kubectl get daemonsets,deployments,configmaps,nodes,crds -A -o yaml"),
        (("cni", "--detect", "nowhere"), "`nowhere` does not exist"),
        (("cni", "--detect", SHOP, "-o", "markdown"), "not as markdown"),
        (("cni", "calico", "-f", SHOP), "`--detect`"),
        (("cni", "--keep-going"), "`--detect`"),
    ],
)
def test_mistakes(arguments, message):
    finished = npverify(*arguments)

    assert finished.returncode == 2
    assert message in finished.stderr
    assert finished.stdout == ""


def test_documents_with_errors_are_named_and_may_be_left_out():
    text = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: A}}\n---\n{CALICO}"

    refused = npverify("cni", "--detect", "-", stdin=text)
    kept = npverify("cni", "--detect", "-", "--keep-going", stdin=text)

    assert (refused.returncode, kept.returncode) == (2, 0)
    assert "invalid value `A`" in refused.stderr
    assert "invalid value `A`" in kept.stderr
    assert "  left out   <stdin>:3:" in kept.stdout


def test_the_answer_can_go_to_a_file(folder):
    finished = npverify("cni", "--detect", "--output-file", "found.txt", cwd=folder)

    assert (finished.returncode, finished.stdout) == (0, "")
    assert (folder / "found.txt").read_text().startswith("calico@3.32.1: Calico\n")


def test_nothing_enforced_is_said_of_what_is_suggested():
    flannel = CILIUM.replace("cilium-agent", "kube-flannel").replace("cilium", "flannel")

    finished = npverify("cni", "--detect", "-", stdin=flannel)

    assert finished.returncode == 0
    assert "  nothing is enforced: every connection is allowed\n" in finished.stdout


# The note in every answer ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (("query", "can any pod reach shop/web?", "."), 0),
        (("diff", ".", "."), 0),
        (("map", "."), 0),
        (("lint", ".", "--select", "NPV208"), 0),
        (("check",), 0),
    ],
)
def test_every_answer_has_the_note_and_the_same_exit_code(folder, command, code):
    finished = npverify(*command, cwd=folder)
    data = json.loads(npverify(*command, "-o", "json", cwd=folder).stdout)
    given = npverify(*command, "--cni", "calico", cwd=folder)

    assert finished.returncode == given.returncode == code, finished.stderr
    assert finished.stdout.count(NOTE) == 1
    assert sum(NOTE in note for note in data["notes"]) == 1
    assert "calico-node, calico.yaml" not in given.stdout
    (folder / "calico.yaml").unlink()
    assert npverify(*command, cwd=folder).returncode == code


def test_a_simplification_tells_on_standard_error(folder):
    finished = npverify("simplify", ".", "--check", cwd=folder)

    assert finished.returncode == 0
    assert f"note: {NOTE}" in finished.stderr


def test_a_profile_that_the_signs_contradict_is_noted(folder):
    finished = npverify("query", "can any pod reach shop/web?", ".", "--cni", "weave", cwd=folder)

    assert (
        "the input runs Calico (DaemonSet kube-system/calico-node, calico.yaml:1:1), for which "
        "`--cni calico@3.32.1` stands; this answer is about `weave`, which differs from it: "
        in finished.stdout
    )


def test_the_note_stands_once_in_a_check_whatever_fails(folder):
    (folder / "npverify.yaml").write_text(
        f"{CHECKED}- that: the internet can reach shop/web\n- that: any pod can reach shop/web\n"
    )

    finished = npverify("check", cwd=folder)

    assert finished.returncode == 1
    assert finished.stdout.count("the input runs Calico") == 1
    (folder / "npverify.yaml").write_text(
        f"cni: calico\n{CHECKED}- that: the internet cannot reach shop/web\n"
    )
    assert "the input runs Calico" not in npverify("check", cwd=folder).stdout


def test_a_move_of_the_same_manifests_is_no_contradiction(folder):
    moved = npverify("diff", ".", "--cni", "calico", "--new-cni", "canal", cwd=folder)

    assert moved.returncode == 0
    assert "the input runs" not in moved.stdout
