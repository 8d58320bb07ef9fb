"""Whether the profile that was asked for is the one that the signs tell."""

from __future__ import annotations

from collections.abc import Mapping

from npverify.cni.catalogue import PLUGINS, profile_of
from npverify.cni.detection.drafting import profile_with
from npverify.cni.detection.result import VERSION, Suggestion
from npverify.cni.facts import differing_facts
from npverify.cni.plugin import Version
from npverify.cni.profile import CniProfile


def disagreement(given: CniProfile, suggestion: Suggestion) -> tuple[str, ...]:
    """The facts in which a profile differs from the suggested one; none where it only says what the signs
    leave open, or goes by another name (`calico`, `canal`).

    Facts that were set by hand (`--ipblock-pods`) are no difference.
    """
    if given.name not in PLUGINS:
        return differing_facts(given, suggestion.profile)
    return differing_facts(profile_of(str(given)), _completed(suggestion, given))


def _completed(suggestion: Suggestion, given: CniProfile) -> CniProfile:
    """The suggested profile, and what the signs leave open as in the given one where both are of a family."""
    plugin, other = PLUGINS[suggestion.profile.name], PLUGINS[given.name]
    if plugin.facts is not other.facts:
        return suggestion.profile
    words = {option.name: option.words[0] for option in plugin.options}
    words |= {name: word for name, word in _words(given).items() if name in words}
    told = {**{option.name: option.words[0] for option in plugin.options}, **_words(suggestion.profile)}
    words |= {name: told[name] for name in suggestion.known & told.keys()}
    version = suggestion.profile.version if VERSION in suggestion.known else given.version
    return profile_with(plugin, _version(version), words)


def _words(profile: CniProfile) -> Mapping[str, str]:
    return dict(option.split("=", 1) for option in profile.options)


def _version(text: str | None) -> Version | None:
    return None if text is None else tuple(map(int, text.split(".")))
