"""Annotations that are for npverify, and npverify's own files among the manifests."""

from __future__ import annotations

import io

import pytest

from npverify import InputError
from npverify.manifests import read_paths

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db
  annotations:
    example.com/owner: 5
    npverify.dev/ignore.NPV203: "the reason"
    npverify.dev/other:
spec: {podSelector: {}}
"""


def read(text):
    return read_paths(["-"], stdin=io.BytesIO(text.encode()))


def test_annotations_of_our_own_are_kept_with_the_place_of_their_key():
    (policy,) = read(POLICY).policies

    reason, other = policy.annotations
    assert (reason.key, reason.value) == ("npverify.dev/ignore.NPV203", "the reason")
    assert (reason.origin.line, reason.origin.column, reason.origin.width) == (7, 5, 26)
    assert (other.key, other.value) == ("npverify.dev/other", "")


def test_annotations_of_a_policy_in_a_list_have_their_place():
    item = "".join(f"  {line}\n" for line in POLICY.splitlines()).replace("  apiV", "- apiV", 1)

    (policy,) = read(f"apiVersion: v1\nkind: List\nitems:\n{item}").policies

    assert policy.annotations[0].origin.line == 10
    assert policy.annotations[0].origin.text.strip().startswith("npverify.dev/ignore.NPV203")


def test_an_annotation_of_ours_that_is_no_string_is_an_error():
    with pytest.raises(InputError, match="must be a string, not the boolean `true`"):
        read(POLICY.replace('"the reason"', "true"))


def test_policies_that_differ_in_annotations_only_are_equal():
    (one,), (two,) = read(POLICY).policies, read(POLICY.replace("the reason", "another")).policies

    assert one == two


@pytest.mark.parametrize("annotations", ["annotations:", "annotations: []", "labels: {}"])
def test_without_annotations_there_are_none(annotations):
    text = POLICY.replace("  annotations:\n", f"  {annotations}\n")
    text = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("    "))

    assert read(text).policies[0].annotations == ()


@pytest.mark.parametrize("schema", ["npverify/v1", "npverify/baseline/v1", "npverify/report/v1"])
def test_files_of_our_own_are_passed_over_without_a_word(schema):
    found = read(f"schema: {schema}\n---\n{POLICY}")

    assert found.findings == ()
    assert found.ignored == {}
    assert len(found.policies) == 1


@pytest.mark.parametrize("document", ["schema: other/v1", "schema: 1", "npverify: v1"])
def test_other_documents_without_a_kind_are_remarked_on(document):
    assert [finding.code for finding in read(f"{document}\n---\n{POLICY}").findings] == ["NPV109"]
