"""`npverify cni` as a user runs it."""

from __future__ import annotations

import json

import pytest
from tests.cli.running import SHOP, npverify


def test_all_plugins_fact_by_fact():
    finished = npverify("cni")

    assert finished.returncode == 0, finished.stderr
    assert "policies are enforced\n  yes: generic, calico," in finished.stdout
    assert "  no: flannel, none\n" in finished.stdout
    assert "one table a pod: aws-vpc,enabled=true\n" in finished.stdout


def test_one_plugin_with_its_sources():
    finished = npverify("cni", "cilium@1.19,sctp=true")

    assert finished.stdout.startswith("cilium@1.19,sctp=true: Cilium\n")
    assert "  a port name in an egress rule: agreed\n    code: cilium/cilium pkg/types" in finished.stdout
    assert "  cidr-match-mode=none|pods|nodes|pods+nodes" in finished.stdout


def test_what_two_plugins_differ_in():
    finished = npverify("cni", "calico", "canal")
    assert finished.stdout.startswith("calico and canal: no fact that changes a verdict differs\n")

    finished = npverify("cni", "calico", "flannel")
    assert "policies are enforced\n  calico: yes\n" in finished.stdout
    assert "npverify diff PATH --cni calico --new-cni flannel" in finished.stdout


def test_json_and_markdown():
    data = json.loads(npverify("cni", "calico", "cilium", "-o", "json").stdout)
    assert [each["name"] for each in data["plugins"]] == ["calico", "cilium"]
    assert [each["releaseRead"] for each in data["plugins"]] == ["3.32.1", "1.20"]
    assert "ip_block_matches_pods" in data["differing"]

    table = npverify("cni", "-o", "markdown").stdout
    assert table.startswith("| fact | value | of |\n|---|---|---|\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("cni", "calicoo"), "did you mean `calico`?"),
        (("query", "can web reach api?", SHOP, "--cni", "cilum"), "did you mean `cilium`?"),
        (("diff", SHOP, "--cni", "calico", "--new-cni", "cilium,sctp=maybe"), "npverify knows false, true"),
        (("diff", SHOP, "--cni", "calico"), "is compared with nothing"),
    ],
)
def test_mistakes(arguments, message):
    finished = npverify(*arguments)

    assert finished.returncode == 2
    assert message in finished.stderr


def test_the_same_manifests_on_two_plugins():
    finished = npverify("diff", SHOP, "--cni", "calico", "--new-cni", "cilium")

    assert finished.returncode == 1
    assert "  because    an ipBlock matches pods: yes for old, no for new" in finished.stdout
    assert npverify("diff", SHOP, "--cni", "calico", "--new-cni", "canal").returncode == 0


def test_nothing_is_enforced_comes_before_the_verdict():
    finished = npverify("query", "can frontend reach database?", SHOP, "--cni", "flannel")

    assert finished.stdout.startswith("nothing is enforced: under `flannel` every connection is allowed")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("calico", "  facts of release 3.32.1\n"),
        ("calico@3.29", "  facts of release 3.32.1, but for what is known to be otherwise in 3.29\n"),
        ("calico@4.0", "  facts of release 3.32.1, the newest that was read: of 4.0 none is known\n"),
    ],
)
def test_the_facts_of_a_version_say_which_release_was_read(text, words):
    assert words in npverify("cni", text).stdout


def test_a_single_difference_is_one_fact():
    assert npverify("cni", "calico", "calico@3.30").stdout.startswith(
        "calico and calico@3.30: 1 fact differs\n"
    )
