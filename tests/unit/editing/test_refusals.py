"""Edits that would change what nobody asked for are refused."""

from __future__ import annotations

import json

import pytest
import yaml
from tests.unit.editing.cases import policy

from npverify.editing import (
    AppendPeers,
    DeletePeer,
    DeletePolicy,
    DeletePort,
    DeleteRule,
    EditedText,
    PolicyId,
    document,
    edit_text,
)
from npverify.editing.changes import ListChange, changed
from npverify.editing.splices import Splice, spliced
from npverify.editing.tree import NotInPlace
from npverify.errors import InternalError
from npverify.resources import Direction, LabelSelector, Peer

INGRESS, EGRESS = Direction
WEB = PolicyId("default", "web")
TEXT = policy(
    "  ingress:\n  - from: [{podSelector: {}}]\n    ports: [{port: 80}, {port: 81}]\n  egress: []\n"
)
GENERATED = TEXT.replace("name:", "generateName:")


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ([DeletePolicy(PolicyId("other", "web"))], "no policy other/web in the text"),
        ([DeleteRule(WEB, INGRESS, 1)], r"spec.ingress has no item 1, only 1 of them"),
        ([DeleteRule(WEB, INGRESS, -1)], r"spec.ingress has no item -1"),
        ([DeleteRule(WEB, EGRESS, 0)], r"spec.egress has no item 0, only 0 of them"),
        ([DeletePeer(WEB, EGRESS, 0, 0)], r"spec.egress has no item 0"),
        ([DeletePeer(WEB, INGRESS, 0, 1)], r"spec.ingress\[0\].from has no item 1"),
        ([DeletePort(WEB, INGRESS, 0, 2)], r"spec.ingress\[0\].ports has no item 2, only 2 of them"),
        ([DeletePeer(WEB, INGRESS, 0, 0)], r"spec.ingress\[0\].from would be empty, which means everything"),
        (
            [DeletePort(WEB, INGRESS, 0, 0), DeletePort(WEB, INGRESS, 0, 1)],
            r"spec.ingress\[0\].ports would be empty",
        ),
    ],
    ids=str,
)
def test_what_is_not_there_or_must_stay_is_refused(edits, message):
    with pytest.raises(ValueError, match=message):
        edit_text(TEXT, edits, file="f.yaml")


def test_the_last_peer_may_go_for_another_one_or_with_its_rule():
    gone = DeletePeer(WEB, INGRESS, 0, 0)
    other = AppendPeers(WEB, INGRESS, 0, (Peer(namespace_selector=LabelSelector()),))

    assert "from: [{namespaceSelector: {}}]" in edit_text(TEXT, [gone, other], file="f.yaml").text
    assert "ingress: []" in edit_text(TEXT, [gone, DeleteRule(WEB, INGRESS, 0)], file="f.yaml").text


def test_a_generated_name_that_means_several_policies_is_refused():
    name = PolicyId("default", "web*")

    assert edit_text(GENERATED, [DeletePolicy(name)], file="f.yaml") == EditedText("")
    with pytest.raises(ValueError, match=r"several policies are called default/web\*"):
        edit_text(f"{GENERATED}---\n{GENERATED}", [DeletePolicy(name)], file="f.yaml")


@pytest.mark.parametrize("text", ["", "# nothing\n", "{", '{"kind": 1}', "- &a [*a]\n", "kind: [\n"])
@pytest.mark.parametrize("file", ["f.json", "f.yaml"])
def test_nothing_is_found_in_what_cannot_be_read(text, file):
    assert edit_text(text, (), file=file) == EditedText(text)
    with pytest.raises(ValueError, match="no policy default/web"):
        edit_text(text, [DeletePolicy(WEB)], file=file)


@pytest.mark.parametrize(
    "metadata", ["5", "{}", "{name: 5}", "{name: web, namespace: [a]}", "{generateName: 5}"]
)
def test_a_policy_without_a_sound_name_is_no_policy(metadata):
    text = TEXT.replace("metadata:\n  name: web", f"metadata: {metadata}")

    with pytest.raises(ValueError, match="no policy default/web"):
        edit_text(text, [DeletePolicy(WEB)], file="f.yaml")


@pytest.mark.parametrize("data", [{"spec": 5}, {"spec": {"ingress": {}}}, {"spec": {"ingress": "all"}}])
def test_no_list_comes_where_something_else_stands(data):
    with pytest.raises(ValueError, match="list"):
        changed(data, [ListChange(("spec", "ingress"), added=({},))])


@pytest.mark.parametrize("text", [TEXT, json.dumps(yaml.safe_load(TEXT))], ids=["yaml", "json"])
def test_a_text_that_reads_otherwise_than_it_should_is_never_returned(text, monkeypatch):
    monkeypatch.setattr(document, "is_same", lambda *_: False)

    with pytest.raises(InternalError, match="does not hold what it should"):
        edit_text(text, [DeletePort(WEB, INGRESS, 0, 0)], file="f.yaml")


def test_no_replacement_changes_what_another_one_replaces():
    assert spliced("abcd", [Splice(3, 3, "x"), Splice(1, 3), Splice(1, 1, "y"), Splice(3, 3, "z")]) == "ayxzd"
    with pytest.raises(NotInPlace):
        spliced("abcd", [Splice(0, 2), Splice(1, 3)])
