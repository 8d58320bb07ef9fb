"""A detected network plugin as text and as JSON."""

from __future__ import annotations

import json

import pytest
from tests.unit.cni.plugin_objects import CALICO, CILIUM, FLANNEL, KINDNET, found_in, k3s_node

from npverify.questions.answer import InputSummary
from npverify.report.cni_detection import render_detection_json, render_detection_text

READ = InputSummary(1, 0, 1, 1, 0)
LEFT_TO_OTHERS = k3s_node("server", "--flannel-backend=none", "--disable-network-policy")


@pytest.mark.parametrize("objects", [[CALICO], [CALICO, CILIUM], [KINDNET, CALICO], [LEFT_TO_OTHERS]])
@pytest.mark.parametrize("width", [40, 80])
def test_no_line_of_words_is_wider_than_it_may_be(objects, width):
    found = found_in(*objects)

    lines = render_detection_text(found, READ, width=width).splitlines()

    assert all(len(line) <= width or " " not in line.strip() for line in lines)


@pytest.mark.parametrize(
    ("objects", "words"),
    [
        ([CALICO], None),
        ([CALICO, CILIUM], "the input does not show which of these enforces the policies"),
        ([KINDNET], "npverify has no profile of the network plugin"),
        ([KINDNET, CALICO], "several network plugins run, and npverify has no profile of one of them"),
        ([LEFT_TO_OTHERS], "what enforces the policies is not in the input"),
    ],
)
def test_both_say_why_nothing_is_suggested(objects, words):
    found = found_in(*objects)

    data = json.loads(render_detection_json(found, READ))
    text = render_detection_text(found, READ)

    assert data["undecided"] == words
    assert (data["suggestion"] is None) is (words is not None) is text.startswith("undecided: ")
    assert words is None or f"undecided: {words}\n" in text


def test_remarks_and_what_is_not_enforced_are_told():
    text = render_detection_text(found_in(LEFT_TO_OTHERS), READ)

    assert "  beside     k3s runs neither its policy controller nor Flannel (Node one, " in text
    assert "  nothing is enforced: every connection is allowed\n" in render_detection_text(
        found_in(FLANNEL), READ
    )
