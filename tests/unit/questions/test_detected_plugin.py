"""What answers say of the network plugin that the input runs."""

from __future__ import annotations

import pytest
from tests.unit.cni.plugin_objects import (
    CALICO,
    CILIUM,
    FLANNEL,
    KINDNET,
    aws,
    config_map,
    definition,
    k3s_node,
    policy,
)
from tests.unit.questions.manifests import deployment, inventory
from tests.unit.questions.manifests import policy as network_policy

from npverify.checking import check
from npverify.checking.checker import Checker
from npverify.cni import GENERIC, profile_of
from npverify.language import parse_question
from npverify.lint import NO_BASELINE, LintOptions
from npverify.lint import lint as lint_inventory
from npverify.questions.ask import ask
from npverify.questions.comparison import ComparisonSettings, compare
from npverify.questions.connectivity import MapSettings, connectivity_map
from npverify.questions.detected_plugin import plugin_notes, plugin_notes_of_versions
from npverify.questions.settings import QuerySettings
from npverify.questions.stopwatch import Stopwatch
from npverify.simplification import simplify

WEB = deployment("web", app="web")
DENY = network_policy("none")
SPECIFICATION = "this answer is about the specification"
ON = "--enable-network-policy=true"
ASKS = "asks what it enforces; "
OPEN = "the input does not show who enforces the policies: "


def notes(*objects, profile="generic"):
    return plugin_notes(inventory(*objects), profile_of(profile))


@pytest.mark.parametrize(
    ("objects", "note"),
    [
        (
            [CALICO],
            "the input runs Calico (DaemonSet kube-system/calico-node, {}): `--cni calico@3.32.1` " + ASKS,
        ),
        (
            [FLANNEL],
            "the input runs Flannel (DaemonSet kube-flannel/kube-flannel-ds, {}): `--cni flannel` "
            + ASKS.replace(";", ", which is nothing;"),
        ),
        (
            [config_map("cilium-config", enable_sctp="true")],
            "the input configures Cilium (ConfigMap kube-system/cilium-config, {}): `--cni cilium,sctp=true` "
            + ASKS,
        ),
        (
            [definition("crd.antrea.io")],
            "the input defines kinds of Antrea (CustomResourceDefinition things.crd.antrea.io, {}): "
            "`--cni antrea` " + ASKS,
        ),
        (
            [policy("projectcalico.org/v3", "NetworkPolicy")],
            "the input has policies of Calico (NetworkPolicy shop/a, {}): `--cni calico` " + ASKS,
        ),
        (
            [CALICO, CILIUM],
            OPEN + "`calico@3.32.1` (DaemonSet kube-system/calico-node, {0}) or `cilium@1.19.4` (DaemonSet "
            "kube-system/cilium, {1}); `npverify cni --detect` says why; ",
        ),
        (
            [KINDNET],
            "the input runs kindnet (DaemonSet kube-system/kindnet, {}), of which npverify has no profile; ",
        ),
    ],
)
def test_without_a_profile_the_plugin_is_named_and_the_profile_suggested(objects, note):
    found = inventory(*objects)

    places = [sign.origin for sign in found.plugin_signs or found.unmodelled]
    assert plugin_notes(found, GENERIC) == (note.format(*places) + SPECIFICATION,)


def test_k3s_without_a_plugin_of_its_own_leaves_the_question_open():
    (note,) = notes(k3s_node("server", "--flannel-backend=none", "--disable-network-policy"))

    assert note.startswith("k3s runs neither its policy controller nor Flannel")
    assert note.endswith("who enforces the policies is not in the input")


@pytest.mark.parametrize(
    ("profile", "objects"),
    [
        ("generic", [WEB, DENY]),
        ("calico", [WEB, DENY]),
        ("calico", [CALICO]),
        ("calico@3.32.1", [CALICO, definition("cilium.io")]),
        ("canal", [CALICO]),
        ("calico", [CALICO, CILIUM]),
        ("cilium@1.19,sctp=true", [CALICO, CILIUM]),
        ("aws-vpc", [definition("networking.k8s.aws")]),
        ("aws-vpc,enabled=true", [definition("networking.k8s.aws")]),
    ],
)
def test_nothing_is_said_where_there_is_no_sign_or_the_signs_agree(profile, objects):
    assert notes(*objects, profile=profile) == ()


@pytest.mark.parametrize(
    ("profile", "objects", "beginning", "end"),
    [
        (
            "calico",
            [CILIUM],
            "the input runs Cilium (",
            "rules that policyTypes leaves out are ignored, an ipBlock matches pods, …",
        ),
        (
            "cilium@1.19",
            [CILIUM, config_map("cilium-config", enable_sctp="true")],
            "the input runs Cilium (",
            "stands; this answer is about `cilium@1.19`, which differs from it: SCTP",
        ),
        (
            "aws-vpc",
            [aws(ON)],
            "the input runs the Amazon VPC CNI with its policy agent (",
            "which differs from it: policies are enforced, IP versions carried",
        ),
        (
            "weave",
            [CALICO, CILIUM],
            OPEN + "`calico@3.32.1` (",
            "this answer is about `weave`",
        ),
        (
            "calico",
            [KINDNET],
            "the input runs kindnet (",
            "of which npverify has no profile; this answer is about `calico`",
        ),
    ],
)
def test_what_differs_from_the_given_profile_is_said(profile, objects, beginning, end):
    (note,) = notes(*objects, profile=profile)

    assert note.startswith(beginning)
    assert note.endswith(end)


# Two versions ------------------------------------------------------------------------------------------


def versions(old, new, old_profile="generic", new_profile="generic"):
    return plugin_notes_of_versions(
        inventory(*old), inventory(*new), profile_of(old_profile), profile_of(new_profile)
    )


def test_two_versions_that_run_the_same_say_so_once():
    assert versions([WEB, CALICO], [CALICO]) == notes(CALICO)
    assert versions([WEB], [DENY]) == ()


def test_two_versions_that_run_different_plugins_suggest_to_compare_them():
    (note,) = versions([CALICO], [CILIUM])

    assert "`--cni calico@3.32.1 --new-cni cilium@1.19.4` compares what they enforce" in note
    assert note.startswith("old: the input runs Calico (DaemonSet kube-system/calico-node, ")


def test_signs_of_one_version_are_told_of_that_version():
    (old,), (new,) = versions([CALICO], [WEB]), versions([WEB], [CALICO])

    assert old.startswith("old: the input runs Calico")
    assert new.startswith("new: the input runs Calico")
    (differing,) = versions([CALICO], [CILIUM], "calico", "calico")
    assert differing.startswith("new: the input runs Cilium")


def test_a_move_to_another_plugin_is_meant():
    assert versions([CALICO], [CALICO], "calico", "cilium") == ()
    assert versions([CALICO], [CILIUM], "calico", "cilium@1.19") == ()


def test_a_move_from_or_to_something_else_is_told():
    (old,) = versions([CALICO], [CALICO], "weave", "cilium")
    (new,) = versions([CALICO], [CILIUM], "calico", "weave")

    assert old.startswith("old: the input runs Calico")
    assert "this answer is about `weave`" in old
    assert new.startswith("new: the input runs Cilium")


# Everywhere --------------------------------------------------------------------------------------------


def test_every_kind_of_answer_has_the_note():
    found = inventory(WEB, DENY, CALICO)
    expected = plugin_notes(found, GENERIC)
    settings = QuerySettings()

    answer = ask(parse_question("can any pod reach web?", found), found, settings)
    comparison = compare(found, found, ComparisonSettings())
    drawn = connectivity_map(found, MapSettings())
    linted = lint_inventory(found, settings, LintOptions(baseline=NO_BASELINE), Stopwatch())
    checked = check(Checker("npverify.yaml", found, {}, ()))

    assert len(expected) == 1
    for notes_of in (answer.notes, comparison.notes, drawn.notes, linted.notes, checked.notes):
        assert expected[0] in notes_of


def test_a_simplification_has_the_note():
    policies = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\n"
        "spec: {podSelector: {}, ingress: [{}]}\n---\n"
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cilium-config, namespace: kube-system}\n"
    )

    (note,) = simplify({"a.yaml": policies}).notes

    assert "configures Cilium (ConfigMap kube-system/cilium-config, a.yaml:6:1)" in note


def test_a_check_uses_the_plugin_of_its_configuration():
    found = inventory(WEB, DENY, CALICO)

    assert check(Checker("npverify.yaml", found, {"cni": profile_of("calico")}, ())).notes == ()
    (note,) = check(Checker("npverify.yaml", found, {"cni": profile_of("weave")}, ())).notes
    assert "this answer is about `weave`" in note
