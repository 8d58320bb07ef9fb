"""NPV208: selectors that nothing can meet."""

from __future__ import annotations

import pytest
from tests.unit.lint.linting import findings, ingress, marked, policy

CODE = "NPV208"

DEAD = {
    "another value": ["app In [a]", "app In [b]"],
    "no common value": ["app In [a, b]", "app In [c, d]"],
    "the value is excluded": ["app In [a]", "app NotIn [a]"],
    "every value is excluded": ["app In [a, b]", "app NotIn [a]", "app NotIn [b, c]"],
    "there and not there": ["app Exists", "app DoesNotExist"],
    "a value and not there": ["app In [a]", "app DoesNotExist"],
    "an empty value and not there": ["app In ['']", "app DoesNotExist"],
    "only the empty value, which is excluded": ["app In ['']", "app NotIn ['']"],
}
ALIVE = {
    "nothing asked": [],
    "one value left": ["app In [a, b]", "app NotIn [a]"],
    "the same twice": ["app In [a]", "app In [a]"],
    "a common value": ["app In [a, b]", "app In [b, c]"],
    "different keys": ["app In [a]", "tier NotIn [a]"],
    "excluded and there": ["app NotIn [a]", "app Exists"],
    "excluded and not there": ["app NotIn [a]", "app DoesNotExist"],
    "two values excluded": ["app NotIn [a]", "app NotIn [b]"],
    "an empty value and there": ["app In ['']", "app Exists"],
}


def selector(requirements: list[str]) -> str:
    items = []
    for text in requirements:
        key, operator, *values = text.split(" ", 2)
        listed = f", values: {values[0]}" if values else ""
        items.append(f"{{key: {key}, operator: {operator}{listed}}}")
    return f"{{matchExpressions: [{', '.join(items)}]}}"


@pytest.mark.parametrize("requirements", DEAD.values(), ids=DEAD.keys())
def test_contradictions_are_found_wherever_a_selector_stands(requirements):
    text = selector(requirements)

    for document, part in (
        (policy(f"podSelector: {text}"), "podSelector"),
        (ingress(f"{{podSelector: {text}}}"), "ingress rule 1 peer 1 podSelector"),
        (
            ingress(f"{{podSelector: {{}}}}, {{namespaceSelector: {text}}}"),
            "ingress rule 1 peer 2 namespaceSelector",
        ),
    ):
        assert [found.part for found in findings(CODE, document)] == [part]


@pytest.mark.parametrize("requirements", ALIVE.values(), ids=ALIVE.keys())
def test_what_some_labels_meet_is_not_dead(requirements):
    text = selector(requirements)

    assert (
        findings(CODE, policy(f"podSelector: {text}"), ingress(f"{{namespaceSelector: {text}}}", name="q"))
        == ()
    )


def test_only_the_requirements_that_contradict_each_other_are_named():
    (found,) = findings(
        CODE, policy(f"podSelector: {selector(['tier In [x]', 'app In [a]', 'app NotIn [b]', 'app In [c]'])}")
    )

    assert found.message == "no pod can meet `app=a` and `app=c` together"
    assert marked(found) == "{key: app, operator: In, values: [c]}"
    assert [related.message for related in found.related] == ["`app=a` is demanded here"]
    assert found.hint == "a list of values under one `In` means any of them"


def test_three_requirements_may_be_needed_for_a_contradiction():
    (found,) = findings(CODE, policy(f"podSelector: {selector(DEAD['every value is excluded'])}"))

    assert found.message == "no pod can meet `app in (a,b)`, `app!=a` and `app notin (b,c)` together"
    assert found.hint is None


@pytest.mark.parametrize(
    ("requirement", "words"),
    [
        ("kubernetes.io/metadata.name DoesNotExist", "!kubernetes.io/metadata.name"),
        ("kubernetes.io/metadata.name In [My_Shop]", "kubernetes.io/metadata.name=My_Shop"),
        ("kubernetes.io/metadata.name In ['']", "kubernetes.io/metadata.name="),
    ],
)
def test_every_namespace_has_its_name_as_a_label(requirement, words):
    (found,) = findings(CODE, ingress(f"{{namespaceSelector: {selector([requirement])}}}"))

    assert found.message == f"no namespace can meet `{words}`"
    assert found.label == "never met"
    assert found.hint is None


@pytest.mark.parametrize(
    "requirement", ["kubernetes.io/metadata.name NotIn [shop]", "kubernetes.io/metadata.name Exists"]
)
def test_what_a_namespace_name_can_meet_is_not_dead(requirement):
    assert findings(CODE, ingress(f"{{namespaceSelector: {selector([requirement])}}}")) == ()


def test_the_label_of_namespaces_is_any_label_on_a_pod():
    assert findings(CODE, policy("podSelector: {matchLabels: {kubernetes.io/metadata.name: My_Shop}}")) == ()


def test_rules_of_a_direction_that_is_not_listed_are_left_alone():
    dead = selector(DEAD["there and not there"])

    assert (
        findings(
            CODE,
            policy(
                f"podSelector: {{}}, policyTypes: [Egress], ingress: [{{from: [{{podSelector: {dead}}}]}}]"
            ),
        )
        == ()
    )
