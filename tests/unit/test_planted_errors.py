"""The planted errors still fit the source: each line to change is there exactly once."""

from __future__ import annotations

import pytest
from tests.mutation.plant import ERRORS, ROOT


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.what)
def test_the_line_to_change_is_there_once(error):
    assert (ROOT / error.file).read_text(encoding="utf-8").count(error.old) == 1
