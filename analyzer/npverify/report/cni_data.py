"""Network plugins as plain data, as JSON, and as Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from npverify.cni import FACTS, PLUGINS, TELLING, CniProfile, Evidence, Plugin, profile_of, value_words
from npverify.report.cni_facts import (
    differing,
    facts_of,
    matrix,
    plugin_of,
    remarks_of,
    source_words,
    title_of,
)
from npverify.report.plain import SCHEMA, Data


def cni_mapping(profiles: Sequence[CniProfile]) -> Data:
    """The profiles with every fact and its source; of two, also the names of the facts that differ."""
    data: Data = {"schema": SCHEMA, "plugins": [_profile(profile) for profile in profiles]}
    if len(profiles) == 2:
        data["differing"] = list(differing(profiles[0], profiles[1]))
    return data


def render_cni_json(profiles: Sequence[CniProfile]) -> str:
    """The same as JSON, indented, with a newline at its end."""
    return json.dumps(cni_mapping(profiles), indent=2, ensure_ascii=False) + "\n"


def _profile(profile: CniProfile) -> Data:
    plugin = plugin_of(profile)
    return {
        "name": profile.name,
        "version": profile.version,
        "options": list(profile.options),
        "title": title_of(profile),
        "releaseRead": (plugin.newest or None) if plugin else None,
        "enforces": profile.enforces,
        "facts": [
            {
                "fact": fact,
                "title": FACTS[fact],
                "value": value_words(getattr(profile, fact)),
                **_source(profile.evidence.get(fact)),
            }
            for fact in facts_of(profile)
        ],
        "remarks": [
            {"topic": remark.topic, "text": remark.text, **_source(remark.evidence)}
            for remark in remarks_of(profile)
        ],
        "settings": [
            {"name": option.name, "words": list(option.words), "help": option.help}
            for option in (plugin.options if plugin else ())
        ],
    }


def _source(evidence: Evidence | None) -> Data:
    if evidence is None:
        return {"source": None, "verified": True}
    return {"source": evidence.source, "verified": evidence.verified}


# Markdown ---------------------------------------------------------------------------------------------


def render_cni_markdown(profiles: Sequence[CniProfile]) -> str:
    """A table of the facts, and for one or two profiles their sources."""
    if len(profiles) > 2:
        return "\n".join(matrix_table(profiles)) + "\n"
    facts = facts_of(profiles[0]) if len(profiles) == 1 else differing(profiles[0], profiles[1])
    return "\n".join(_table(("fact", *_columns(profiles)), _fact_rows(profiles, facts))) + "\n"


def _columns(profiles: Sequence[CniProfile]) -> Iterator[str]:
    for profile in profiles:
        yield f"`{profile}`"
        yield "source"


def _fact_rows(profiles: Sequence[CniProfile], facts: Sequence[str]) -> Iterator[Sequence[str]]:
    for fact in facts:
        row = [FACTS[fact]]
        for profile in profiles:
            row += [value_words(getattr(profile, fact)), source_words(profile.evidence.get(fact))]
        yield row


def matrix_table(profiles: Sequence[CniProfile]) -> Iterator[str]:
    """Every fact, its values and the profiles that have each."""
    rows = (
        (row.title if not number else "", value, ", ".join(f"`{name}`" for name in names))
        for row in matrix(profiles)
        for number, (value, names) in enumerate(row.values)
    )
    return _table(("fact", "value", "of"), rows)


def plugin_sections() -> Iterator[str]:
    """A section for each plugin: its facts with their sources, its settings, and what else is known."""
    for plugin in PLUGINS.values():
        yield "\n".join(_section(plugin))


def _section(plugin: Plugin) -> Iterator[str]:
    profile = next(profile_of(text) for text in TELLING if text.split(",")[0] == plugin.name)
    yield f"### {plugin.name}"
    yield ""
    yield f"{plugin.title}{f', release {plugin.newest}' if plugin.newest else ''}."
    yield ""
    yield from _table(
        ("fact", "value", "source"),
        (
            (FACTS[fact], value_words(getattr(profile, fact)), source_words(profile.evidence.get(fact)))
            for fact in facts_of(profile)
        ),
    )
    if plugin.options:
        yield ""
        yield from _table(
            ("setting", "words", "means"),
            ((f"`{o.name}`", ", ".join(f"`{word}`" for word in o.words), o.help) for o in plugin.options),
        )
    if plugin.remarks:
        yield ""
        yield from _table(
            ("beside", "it is so that", "source"),
            ((r.topic, r.text, source_words(r.evidence)) for r in remarks_of(profile)),
        )


def _table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
