"""What is written reads back as it was."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.unit.editing.model import policies_in

from npverify import strategies
from npverify.editing.chunks import chunks_of
from npverify.editing.objects import rule_object
from npverify.editing.plain import is_same
from npverify.editing.policies import find_policies
from npverify.editing.writing import Style, block_lines, flow_text, scalar_text
from npverify.manifests import inventory_from_objects
from npverify.manifests.yaml_text import read_yaml
from npverify.resources import Direction, LabelSelector, Operator, Peer, PolicyRule, Requirement

YAML_TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t\r\x85\u2028\ufeff\x00\x7f"),
    max_size=20,
)
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | YAML_TEXT
    | st.from_regex(r"[a-z0-9][a-z0-9_./:-]{0,6}", fullmatch=True)
    | st.sampled_from(["y", "No", "1e3", "0x1f", "1_000", "12:30", "2001-01-01", "~"])
    | st.sampled_from([".5", "- a", "a: b", "a #b", "a: #b", "=", "<<"])
)  # fmt: skip
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(YAML_TEXT, inner, max_size=3),
    max_leaves=8,
)
FULL = st.lists(DATA, min_size=1, max_size=3) | st.dictionaries(YAML_TEXT, DATA, min_size=1, max_size=3)


def read(text):
    (document,) = read_yaml("f.yaml", text)
    return document.data


@given(FULL, st.integers(1, 4), st.integers(0, 4), st.integers(0, 3))
@example({"a": "x\n"}, 2, 0, 0)
@example({"a": "x\n\n"}, 2, 0, 0)
@example({"a": "x\n\n y\n---\n# z"}, 2, 0, 0)
@example([["x\ny", [[]]], "a\n\tb"], 2, 0, 0)
def test_block_style_reads_back(data, field_indent, dash_indent, column):
    lines = block_lines(data, column, Style("\n", field_indent, dash_indent))

    assert is_same(read("".join(f"{line}\n" for line in lines)), data)


@given(FULL)
def test_flow_style_reads_back(data):
    text = flow_text(data)

    assert "\n" not in text
    assert is_same(read(text), data)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("web", "web"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("2001:db8::/32", '"2001:db8::/32"'),
        ("app.kubernetes.io/name", "app.kubernetes.io/name"),
        ("y", '"y"'),
        ("1e3", '"1e3"'),
        ("", '""'),
        ("é", '"é"'),
        ("a\x85b\x7f", r'"a\u0085b\u007f"'),
        (80, "80"),
        (None, "null"),
        (True, "true"),
        (float("-inf"), "-.inf"),
    ],
)
def test_scalars_have_quotes_only_where_they_need_them(value, text):
    assert scalar_text(value) == text


REQUIREMENTS = st.builds(
    lambda key, operator, values: Requirement(
        key, operator, tuple(values) if operator in (Operator.IN, Operator.NOT_IN) else ()
    ),
    st.sampled_from(("app", "tier")),
    st.sampled_from(Operator),
    st.lists(st.sampled_from(("a", "b")), min_size=1, max_size=2, unique=True),
)


@given(st.lists(REQUIREMENTS, max_size=4), st.sampled_from(Direction))
def test_selectors_read_back_with_their_requirements_in_order(requirements, direction):
    rule = PolicyRule((Peer(LabelSelector(tuple(requirements)), LabelSelector()),))
    spec = {direction.lower(): [rule_object(rule, direction)]}
    head = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "a"}}

    (policy,) = inventory_from_objects([{**head, "spec": spec}]).policies

    assert policy.rules(direction) == (rule,)


def nested(policies):
    """Lists of all kinds with policies in them."""
    kinds = st.sampled_from(({"kind": "List", "apiVersion": "v1"}, {"kind": "FooList", "apiVersion": "a/v1"}))
    return st.recursive(
        policies,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.builds(
                lambda kind, items: {**kind, "items": items}, kinds, st.none() | st.lists(inner, max_size=3)
            )
        ),
        max_leaves=6,
    )


TYPED = {"kind": "NetworkPolicyList", "apiVersion": "networking.k8s.io/v1"}
UNTYPED = st.sampled_from(
    ({"metadata": {"name": "bare", "namespace": ""}}, {"metadata": {"generateName": "g-"}})
)


@given(
    nested(
        strategies.network_policies()
        | st.builds(lambda items: {**TYPED, "items": items}, st.lists(UNTYPED, max_size=2))
        | st.just({"kind": "NetworkPolicy", "apiVersion": "v1", "metadata": {"name": "other"}})
        | UNTYPED
    )
)
def test_the_policies_are_found_that_are_read(data):
    text = json.dumps([data])

    found = {name for _, name in find_policies([data])}

    assert found == set(policies_in(text))


@given(
    st.lists(
        st.sampled_from(("---", "--- # a", "...", "%YAML 1.1", "# b", "", "a: b", "--- x", " ---", "---y"))
    )
)
def test_documents_together_are_the_text(lines):
    text = "\r\n".join(lines)

    assert "".join(chunk.text for chunk in chunks_of(text, "f.yaml")) == text
