"""Pages that are made of the program's own texts are up to date."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from docs.generate import PAGES, lint_page

from npverify.lint import CHECKS, LINT_RULES

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_page_is_up_to_date(name):
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), "run `make docs`"


def test_every_link_of_the_table_leads_to_the_heading_of_a_rule():
    page = lint_page()

    headings = {
        re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^## (.+)$", page, re.MULTILINE)
    }
    links = re.findall(r"\]\(#([^)]+)\)", page)
    assert len(links) == len(LINT_RULES)
    assert set(links) <= headings


def test_every_trap_of_a_plugin_is_reported_or_it_is_said_why_not():
    rows = re.findall(r"^\| (\d+) \| .+ \| (.+) \|$", lint_page(), re.MULTILINE)

    codes = {code for _, how in rows for code in re.findall(r"NPV\d{3}", how)}
    assert [int(number) for number, _ in rows] == list(range(1, 29))
    reasons = ("NPV", "not yet", "npverify cni", "a fact")
    assert all(any(reason in how for reason in reasons) for _, how in rows)
    assert codes <= {rule.code for rule in LINT_RULES}
    assert codes >= {check.code for check in CHECKS if check.cni}
