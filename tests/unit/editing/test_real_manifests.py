"""Edits of the policies of real projects."""

from __future__ import annotations

import re

import pytest
from tests.shared import shared
from tests.unit.editing.model import apply, policies_in

from npverify.editing import AppendPorts, AppendRules, DeletePolicy, DeleteRule, PolicyId, edit_text
from npverify.resources import Direction, PolicyPort, PolicyRule

FILES = (
    "argo-cd/install.yaml",
    *(
        f"online-boutique/network-policies/network-policy-{name}.yaml"
        for name in ("adservice", "cartservice", "deny-all", "frontend", "redis", "shippingservice")
    ),
)
COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)


def documents(text):
    return re.split(r"^---$", text, flags=re.MULTILINE)


@pytest.mark.parametrize("name", FILES)
def test_one_policy_changes_and_no_other_document(name):
    text = shared("corpus", *name.split("/")).read_text(encoding="utf-8")
    before = policies_in(text)
    policy = list(before.values())[-1]
    identity = PolicyId(policy.namespace, policy.name)
    edits = [
        *(DeleteRule(identity, d, len(policy.rules(d)) - 1) for d in Direction if policy.rules(d)),
        *(AppendRules(identity, d, (PolicyRule(ports=(PolicyPort(port=8080),)),)) for d in Direction),
        *(AppendPorts(identity, d, 0, (PolicyPort(port=9),)) for d in Direction if len(policy.rules(d)) > 1),
    ]

    edited = edit_text(text, edits, file=name)

    assert policies_in(edited.text) == apply(before, edits)
    assert edited.rewritten == ()
    assert COMMENT.findall(edited.text) == COMMENT.findall(text)
    pairs = list(zip(documents(text), documents(edited.text), strict=True))
    assert [f"name: {policy.name}\n" in old for old, new in pairs if old != new] == [True]


@pytest.mark.parametrize("name", FILES)
def test_all_policies_go_and_no_other_document(name):
    text = shared("corpus", *name.split("/")).read_text(encoding="utf-8")
    edits = [DeletePolicy(policy) for policy in policies_in(text)]

    edited = edit_text(text, edits, file=name)

    kept = [part for part in documents(text) if "\nkind: NetworkPolicy\n" not in part]
    assert edited.text == "---".join(kept)
    assert edited.rewritten == ()
