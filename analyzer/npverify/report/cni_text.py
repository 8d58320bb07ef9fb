"""Network plugins as text, for people."""

from __future__ import annotations

from collections.abc import Sequence

from npverify.cni import FACTS, CniProfile, Plugin, outdated_by, value_words
from npverify.report.cni_facts import (
    differing,
    facts_of,
    matrix,
    plugin_of,
    remarks_of,
    source_words,
    title_of,
)
from npverify.report.page import Page
from npverify.report.style import PLAIN, Style

UNCHECKED = "(?): an inference that nobody has checked on a cluster"


def render_cni_text(profiles: Sequence[CniProfile], *, width: int | None = None, style: Style = PLAIN) -> str:
    """All profiles fact by fact; one with its sources; two with the facts in which they differ."""
    page = Page(width, style)
    match len(profiles):
        case 1:
            _add_one(page, profiles[0])
        case 2:
            _add_two(page, *profiles)
        case _:
            _add_matrix(page, profiles)
    return page.text()


def _add_matrix(page: Page, profiles: Sequence[CniProfile]) -> None:
    for row in matrix(profiles):
        page.heading(row.title)
        for value, names in row.values:
            page.point(f"{value}: {', '.join(names)}")
    page.gap()
    page.line(UNCHECKED, lead="(?)", tone="doubt")
    page.line("sources: npverify cni NAME, and docs/cni.md of npverify", lead="sources", tone="strong")


def _add_one(page: Page, profile: CniProfile) -> None:
    plugin = plugin_of(profile)
    page.line(f"{profile}: {title_of(profile)}", lead=str(profile), tone="strong")
    if plugin is not None and plugin.newest:
        page.point(_release_words(profile, plugin))
    if not profile.enforces:
        page.gap()
        page.line("nothing is enforced: every connection is allowed", lead="nothing", tone="bad")
    page.heading("facts that change verdicts:")
    for fact in facts_of(profile):
        page.point(f"{FACTS[fact]}: {value_words(getattr(profile, fact))}")
        page.point(f"  {source_words(profile.evidence.get(fact))}")
    if remarks_of(profile):
        page.heading("what else differs, and changes no verdict:")
    for remark in remarks_of(profile):
        page.point(f"{remark.topic}: {remark.text}")
        page.point(f"  {source_words(remark.evidence)}")
    if plugin is not None and plugin.options:
        page.heading(
            f"settings, as in --cni {profile.name},{plugin.options[0].name}={plugin.options[0].words[-1]}:"
        )
        for option in plugin.options:
            page.point(f"{option.name}={'|'.join(option.words)}  {option.help}")
    page.gap()
    if any(not e.verified for e in profile.evidence.values()):
        page.line(UNCHECKED, lead="(?)", tone="doubt")


def _release_words(profile: CniProfile, plugin: Plugin) -> str:
    """Which release the facts are of."""
    if profile.version is None:
        return f"facts of release {plugin.newest}"
    if outdated_by(profile):
        return (
            f"facts of release {plugin.newest}, the newest that was read: of {profile.version} none is known"
        )
    return f"facts of release {plugin.newest}, but for what is known to be otherwise in {profile.version}"


def _add_two(page: Page, one: CniProfile, other: CniProfile) -> None:
    facts = differing(one, other)
    number = "1 fact differs" if len(facts) == 1 else f"{len(facts)} facts differ"
    words = number if facts else "no fact that changes a verdict differs"
    page.line(f"{one} and {other}: {words}", lead=f"{one} and {other}", tone="strong")
    for fact in facts:
        page.heading(FACTS[fact])
        for profile in (one, other):
            page.point(f"{profile}: {value_words(getattr(profile, fact))}")
            page.point(f"  {source_words(profile.evidence.get(fact))}")
    page.gap()
    page.line(
        f"what that changes for manifests: npverify diff PATH --cni {one} --new-cni {other}",
        lead="what that changes",
        tone="strong",
    )
