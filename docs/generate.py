"""Write the pages of the documentation that are made of the program's own texts: `make docs`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from npverify.cni import TELLING, profile_of
from npverify.lint import LINT_RULES, LintRule
from npverify.manifests import CODES, REMARKS
from npverify.report.cni_data import matrix_table, plugin_sections
from npverify.report.rule_texts import rule_markdown

HERE = Path(__file__).resolve().parent


def lint_page() -> str:
    """The page about `npverify lint`: the template with the codes filled in."""
    parts = {
        "codes": _table(
            ("code", "name", "severity", "what"),
            (
                (f"[{rule.code}](#{_anchor(rule)})", f"`{rule.name}`", rule.severity, rule.title)
                for rule in LINT_RULES
            ),
        ),
        "rules": "\n\n".join(_section(rule) for rule in LINT_RULES),
        "input": _table(
            ("code", "what"), ((code.code, code.title) for code in CODES.values() if code.code in REMARKS)
        ),
    }
    page = (HERE / "lint.template").read_text(encoding="utf-8")
    for name, text in parts.items():
        page = page.replace(f"@{name}@", text)
    return page


def cni_page() -> str:
    """The page about network plugins: the template with the facts filled in."""
    page = (HERE / "cni.template").read_text(encoding="utf-8")
    profiles = [profile_of(name) for name in TELLING]
    page = page.replace("@matrix@", "\n".join(matrix_table(profiles)))
    return page.replace("@plugins@", "\n\n".join(plugin_sections()))


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = list(head)
    return "\n".join(f"| {' | '.join(row)} |" for row in (names, ["---"] * len(names), *rows))


def _section(rule: LintRule) -> str:
    title = f"{rule.title[0].upper()}{rule.title[1:]} ({rule.severity})."
    return f"## {rule.code} {rule.name}\n\n{title}\n\n{rule_markdown(rule)}"


def _anchor(rule: LintRule) -> str:
    return f"{rule.code} {rule.name}".lower().replace(" ", "-")


PAGES = {"cni.md": cni_page, "lint.md": lint_page}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
