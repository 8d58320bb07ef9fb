"""Write the pages of the documentation that are made of the program's own texts: `make docs`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from npverify.cni import TELLING, profile_of
from npverify.lint import LINT_RULES, LintRule
from npverify.manifests import CODES, REMARKS, read_texts
from npverify.manifests.plugin_names import (
    CONFIG_MAPS,
    CONTAINERS,
    CONTROLLERS,
    GROUPS,
    IMAGE_NAMES,
    IMAGES,
    SOURCES,
)
from npverify.questions.ask import summarize
from npverify.questions.detected_plugin import detected
from npverify.report.cni_data import matrix_table, plugin_sections
from npverify.report.cni_detection import render_detection_text
from npverify.report.rule_texts import rule_markdown
from npverify.resources import Component

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
    page = page.replace("@signs@", _signs()).replace("@detected@", _detected())
    return page.replace("@plugins@", "\n\n".join(plugin_sections()))


def _detected() -> str:
    """What the example of a detection says, as it is shown without a terminal."""
    example = "examples/plugins/cilium.yaml"
    inventory = read_texts({example: (HERE.parent / example).read_text(encoding="utf-8")})
    return render_detection_text(detected(inventory), summarize(inventory)).rstrip("\n")


def _signs() -> str:
    """The names that signs are known by."""
    names: dict[Component, dict[str, list[str]]] = {}
    for title, table in (
        ("containers", CONTAINERS),
        ("images", {**IMAGES, **IMAGE_NAMES}),
        ("controllers", {name: component for name, (component, _) in CONTROLLERS.items()}),
        ("groups", GROUPS),
    ):
        for name, component in table.items():
            names.setdefault(component, {}).setdefault(title, []).append(f"`{name}`")
    for name, components in CONFIG_MAPS.items():
        for component in components:
            names.setdefault(component, {}).setdefault("maps", []).append(f"`{name}`")
    titles = ("containers", "images", "controllers", "maps", "groups")
    rows = (
        (
            component.value,
            *(", ".join(names.get(component, {}).get(title, ())) for title in titles),
            SOURCES[component],
        )
        for component in Component
        if component in names
    )
    head = (
        "of",
        "containers on nodes",
        "or images",
        "controllers",
        "ConfigMaps",
        "groups of kinds and policies",
        "source",
    )
    return _table(head, rows)


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
