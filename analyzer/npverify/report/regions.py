"""Regions as a reader would say them: `pods with app=api in namespace shop → any pod on tcp/80`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from npverify.questions.answer import Region
from npverify.resources import METADATA_NAME

_NOUNS = {
    "a pod": "pods",
    "a node": "nodes",
    "an address outside the cluster": "addresses outside the cluster",
    "an address that is no pod's": "anything but pods",
}
_EXCLUDED = {
    "not a node": "nodes",
    "not an address outside the cluster": "addresses outside the cluster",
    "not the other end's own node": "the other end's own node",
}
_NO_POD = {"nodes", "addresses outside the cluster"}
"""What is none of these is a pod."""
_SINGLE = {"pods": "any pod", "nodes": "any node", "addresses outside the cluster": "any outside address"}
"""Nouns of which nothing more is said."""
_LABEL = re.compile(r"!?[A-Za-z0-9][\w./-]*(=\S*|!=\S*| (not)?in \(\S+\))?", re.ASCII)
_NAMES = re.compile(rf"ns:{re.escape(METADATA_NAME)} (?P<verb>in|notin) \((?P<names>\S+)\)")


def region_phrase(region: Region) -> str:
    """A region in one line."""
    source, destination = end_phrase(region.source), end_phrase(region.destination)
    return f"{source} → {destination} on {traffic_phrase(region.traffic)}"


def traffic_phrase(words: Sequence[str]) -> str:
    """The traffic of a region; `any port` where nothing is demanded of it."""
    without = [word for word in words if word.startswith(_NOT_NAMED)]
    with_port = [word for word in words if word not in without]
    return ", ".join([" or ".join(with_port) or "any port", *without])


_NOT_NAMED = "port not named "


def is_union(words: Sequence[str]) -> bool:
    """Whether the traffic is all that one of the words names; else some of them narrow the others."""
    return bool(words) and not any(word.startswith(_NOT_NAMED) for word in words)


@dataclass(slots=True)
class _Demands:
    """What a region demands of one end, by where it stands in the phrase."""

    nouns: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    homes: list[str] = field(default_factory=list)
    home_labels: list[str] = field(default_factory=list)
    not_homes: list[str] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)
    not_inside: list[str] = field(default_factory=list)
    services: list[str] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)

    def add(self, word: str) -> None:
        """Put one demand where it belongs; what is no demand of the language is a noun by itself."""
        for prefix, place in (
            ("namespace ", self.homes),
            ("outside namespace ", self.not_homes),
            ("address in ", self.inside),
            ("address not in ", self.not_inside),
            ("ns:", self.home_labels),
        ):
            if word.startswith(prefix) and not _NAMES.fullmatch(word):
                place.append(word.removeprefix(prefix))
                return
        if names := _NAMES.fullmatch(word):
            place = self.homes if names["verb"] == "in" else self.not_homes
            place.extend(names["names"].split(","))
        elif word.startswith("svc/"):
            self.services.append(word)
        elif word.startswith("a namespace "):
            self.homes.append(word)
        elif word in _EXCLUDED:
            self.excluded.append(_EXCLUDED[word])
        elif word in _NOUNS or not _LABEL.fullmatch(word):
            self.nouns.append(_NOUNS.get(word, word.replace("a pod of ", "pods of ", 1)))
        else:
            self.labels.append(word)


def end_phrase(words: Iterable[str]) -> str:
    """One end of a region as one phrase; `anything` where nothing is demanded of it."""
    demands = _Demands()
    for word in words:
        demands.add(word)
    noun = _noun(demands)
    return "".join(
        (
            noun,
            _labels(demands.labels),
            _home(demands, noun),
            _addresses(demands, noun),
            f" behind {' and '.join(demands.services)}" if demands.services else "",
            _exclusions(demands),
        )
    )


def _noun(demands: _Demands) -> str:
    """What the end is; a kind is said only where nothing else says it."""
    named = [noun for noun in demands.nouns if noun not in _NOUNS.values()]
    noun = ", ".join(named or demands.nouns)
    has_home = bool(demands.homes or demands.home_labels or demands.not_homes)
    has_address = bool(demands.inside or demands.not_inside)
    if not noun and (_only_pods(demands) or set(demands.excluded) >= _NO_POD):
        noun = "pods"
    if noun:
        is_bare = not (demands.labels or has_home or has_address or demands.services)
        return _SINGLE.get(noun, noun) if is_bare else noun
    return "addresses" if has_address and not (demands.labels or has_home) else "anything"


def _only_pods(demands: _Demands) -> bool:
    """Whether the end is behind a Service, in a namespace or has a label: nothing but a pod is or has."""
    labels = [*demands.labels, *demands.home_labels]
    has_label = any(not word.startswith("!") and not _NEGATIVE.search(word) for word in labels)
    return bool(demands.services or demands.homes or has_label)


_NEGATIVE = re.compile(r"!=| notin \(")


def _labels(words: Sequence[str]) -> str:
    """The labels: what has to be there, then what must not."""
    present = [word if "=" in word or " " in word else f"label {word}" for word in words if word[0] != "!"]
    absent = [word[1:] for word in words if word[0] == "!"]
    return (f" with {', '.join(present)}" if present else "") + (
        f" without label {_listed(absent, 'or')}" if absent else ""
    )


def _home(demands: _Demands, noun: str) -> str:
    """The namespaces."""
    excepted = _listed(demands.not_homes, "and")
    labels = _labels(demands.home_labels)
    if demands.homes:
        home = _listed(demands.homes, "or")
        own = f" (namespace{labels})" if labels else ""
        return f" in {'' if home.startswith('a namespace ') else 'namespace '}{home}{own}"
    if labels:
        return f" in namespaces{labels}" + (f" other than {excepted}" if excepted else "")
    if excepted:
        return f" outside namespace{'s' if len(demands.not_homes) > 1 else ''} {excepted}"
    return " in any namespace" if noun == "pods" and demands.labels and not demands.services else ""


def _addresses(demands: _Demands, noun: str) -> str:
    if not demands.inside and not demands.not_inside:
        return ""
    words = []
    if demands.inside:
        words.append(f"in {' and '.join(demands.inside)}")
    if demands.not_inside:
        words.append(f"{'but ' if demands.inside else ''}not in {_listed(demands.not_inside, 'or')}")
    lead = "" if noun.startswith("addresses") else " at an address"
    return f"{lead} {' '.join(words)}"


def _exclusions(demands: _Demands) -> str:
    excluded = [] if demands.nouns or set(demands.excluded) >= _NO_POD else demands.excluded
    words = [f"not {each}" if each.startswith("the ") else f"no {each}" for each in excluded]
    return f", but {' and '.join(words)}" if words else ""


def _listed(words: Sequence[str], last: str) -> str:
    """The words as a sentence joins them: `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
