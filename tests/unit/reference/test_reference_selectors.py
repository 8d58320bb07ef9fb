"""Selectors against labels, requirement by requirement (semantics 1.3)."""

from __future__ import annotations

import pytest
from tests.unit.reference.reference_world import EVERY, needs, selector

from npverify.reference import selects
from npverify.reference.selectors import namespace_labels
from npverify.resources import METADATA_NAME, Namespace

API, EMPTY, NONE = {"app": "api"}, {"app": ""}, {"other": "x"}

TABLE = [
    # requirement, then whether app=api, app="" and no app at all meet it
    (needs("app", "In", "api"), True, False, False),
    (needs("app", "In", "web", "api"), True, False, False),
    (needs("app", "In", ""), False, True, False),
    (needs("app", "In", "API"), False, False, False),
    (needs("app", "NotIn", "api"), False, True, True),
    (needs("app", "NotIn", "web", "api"), False, True, True),
    (needs("app", "NotIn", ""), True, False, True),
    (needs("app", "Exists"), True, True, False),
    (needs("app", "DoesNotExist"), False, False, True),
]


@pytest.mark.parametrize(("requirement", "value", "empty", "absent"), TABLE, ids=str)
def test_each_operator_on_a_value_an_empty_value_and_an_absent_key(requirement, value, empty, absent):
    one = selector(requirement)

    assert (value, empty, absent) == (selects(one, API), selects(one, EMPTY), selects(one, NONE))


def test_a_selector_without_requirements_selects_everything():
    assert selects(EVERY, {})
    assert selects(EVERY, API)


def test_all_requirements_have_to_be_met():
    both = selector(needs("tier", "DoesNotExist"), app="api")

    assert selects(both, {"app": "api"})
    assert not selects(both, {"app": "api", "tier": ""})
    assert not selects(both, {"app": "web"})


def test_a_contradiction_selects_nothing():
    never = selector(needs("app", "NotIn", "api"), app="api")

    assert not any(selects(never, labels) for labels in (API, EMPTY, NONE, {}))


@pytest.mark.parametrize("labels", [{}, {METADATA_NAME: "other"}], ids=["not given", "given wrongly"])
def test_the_label_of_the_control_plane_is_always_the_name(labels):
    found = namespace_labels(Namespace("shop", {"team": "a", **labels}))

    assert found == {"team": "a", METADATA_NAME: "shop"}
