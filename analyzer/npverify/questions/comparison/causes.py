"""Which facts about two network plugins make a flow differ: each is tried by itself on the flow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from npverify.cni import CniProfile
from npverify.cni.facts import differing_facts
from npverify.questions.comparison.changed import Age
from npverify.questions.comparison.result import Cause

Allows = Callable[[Age, CniProfile], bool]
"""Whether a version allows the flow under a profile."""


def causes_of(
    profiles: Mapping[Age, CniProfile], found: Mapping[Age, bool], allows: Allows
) -> tuple[Cause, ...]:
    """The facts that make the difference; none where the policies make it without them.

    A fact does so if it alone, taken over from the new profile, brings the new verdict about, or if it alone,
    left as it was, keeps the old one. Where several do so together only, all are named that are needed. A
    plugin that enforces nothing has no kinds: whether it enforces policies stands for both.
    """
    old, new = profiles[Age.OLD], profiles[Age.NEW]
    if allows(Age.NEW, old) is found[Age.NEW]:
        return ()
    differing = differing_facts(old, new)
    if old.enforces is not new.enforces:
        differing = tuple(name for name in differing if name != "kinds")
    enough = [n for n in differing if allows(Age.NEW, _with(old, n, new)) is found[Age.NEW]]
    if enough:
        return tuple(_cause(name, old, new) for name in enough)
    left = list(differing)
    for name in differing:
        fewer = [other for other in left if other != name]
        if allows(Age.NEW, _with(old, *fewer, new)) is found[Age.NEW]:
            left = fewer
    return tuple(_cause(name, old, new, together=len(left) > 1) for name in left)


def _with(profile: CniProfile, *rest: str | CniProfile) -> CniProfile:
    """The profile with some facts of another one, which comes last."""
    *names, other = rest
    assert isinstance(other, CniProfile)
    if "enforces" in names:
        names.append("kinds")
    return replace(profile, **{str(name): getattr(other, str(name)) for name in names})


def _cause(name: str, old: CniProfile, new: CniProfile, *, together: bool = False) -> Cause:
    evidence = (profile.evidence.get(name) for profile in (old, new))
    return Cause(
        name,
        getattr(old, name),
        getattr(new, name),
        tuple(dict.fromkeys(each for each in evidence if each is not None)),
        together,
    )
