"""What is checked of every edit that is written by hand."""

from __future__ import annotations

import pytest
from tests.unit.editing.model import apply, policies_in

from npverify.editing import Rewritten, edit_text
from npverify.resources import Origin


@pytest.fixture
def check():
    """The text is as it should be, it holds what the edits mean, and no edit changes neither of the two."""

    def check(case):
        edited = edit_text(case.before, case.edits, file=case.file)

        assert edited.text == case.after
        assert edited.rewritten == tuple(
            Rewritten(Origin(case.file, line), policies, comments) for line, policies, comments in case.anew
        )
        for text in (case.before, case.after):
            assert edit_text(text, (), file=case.file).text == text
        if "{{" not in case.before:
            assert policies_in(case.after) == apply(policies_in(case.before), case.edits)

    return check
