"""What is known of network plugins, ready to be written: the matrix, one plugin, and what two differ in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from npverify.cni import FACTS, GENERIC, PLUGINS, CniProfile, Evidence, Plugin, Remark, value_words
from npverify.cni.facts import differing_facts
from npverify.cni.topics import TOPICS

ONLY_ENFORCED = ("enforces", "kinds")
"""The facts that matter of a plugin that enforces nothing."""


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact: each of its values with the profiles that have it, the specification's first."""

    fact: str
    title: str
    values: tuple[tuple[str, tuple[str, ...]], ...]


def matrix(profiles: Sequence[CniProfile]) -> Iterator[FactRow]:
    """Every fact over some profiles."""
    for fact, title in FACTS.items():
        values: dict[str, list[str]] = {value_words(getattr(GENERIC, fact)): []}
        for profile in profiles:
            if profile.enforces or fact in ONLY_ENFORCED:
                values.setdefault(value_words(getattr(profile, fact)), []).append(said(profile, fact))
        yield FactRow(fact, title, tuple((value, tuple(names)) for value, names in values.items() if names))


def said(profile: CniProfile, fact: str) -> str:
    """The name of a profile, with a mark where nobody has checked the fact."""
    evidence = profile.evidence.get(fact)
    return str(profile) if evidence is None or evidence.verified else f"{profile} (?)"


def source_words(evidence: Evidence | None) -> str:
    """Where a fact is from."""
    if evidence is None:
        return "as the specification has it"
    return evidence.source if evidence.verified else f"{evidence.source} (?)"


def plugin_of(profile: CniProfile) -> Plugin | None:
    """The plugin behind a profile; None for the specification."""
    return PLUGINS.get(profile.name)


def title_of(profile: CniProfile) -> str:
    """What a profile is of."""
    plugin = plugin_of(profile)
    return "the Kubernetes specification" if plugin is None else plugin.title


def facts_of(profile: CniProfile) -> tuple[str, ...]:
    """The facts that are told of one profile."""
    return tuple(FACTS) if profile.enforces else ONLY_ENFORCED


def differing(one: CniProfile, other: CniProfile) -> tuple[str, ...]:
    """The facts in which two profiles differ, in the order in which they are told."""
    found = differing_facts(one, other)
    return tuple(fact for fact in FACTS if fact in found)


def remarks_of(profile: CniProfile) -> tuple[Remark, ...]:
    """What else is known of the plugin, by topic."""
    plugin = plugin_of(profile)
    remarks = plugin.remarks if plugin else ()
    return tuple(sorted(remarks, key=lambda remark: TOPICS.index(remark.topic)))
