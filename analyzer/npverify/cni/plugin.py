"""A network plugin: the profiles that its versions and settings make, and what else is known of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from npverify.cni.profile import CniProfile, Evidence

Version = tuple[int, ...]
"""The numbers of a version, `(3, 30)`; the newest one that is known where nobody says which."""


@dataclass(frozen=True, slots=True)
class PluginOption:
    """A setting of a plugin: its words, the first of which is what holds where nobody says."""

    name: str
    words: tuple[str, ...]
    help: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A fact that changes no verdict: `topic` is the same for all plugins."""

    topic: str
    text: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Choice:
    """A version (None: the newest) and the settings of a plugin, every one of them."""

    version: Version | None
    words: Mapping[str, str]

    def is_on(self, name: str) -> bool:
        """Whether a setting is `true`."""
        return self.words[name] == "true"

    def is_before(self, *version: int) -> bool:
        """Whether the version is older than this one."""
        return self.version is not None and self.version < version


@dataclass(frozen=True, slots=True)
class Limits:
    """What changes no verdict of npverify, and what `lint` looks for all the same.

    `most_ports`: how many combinations of port and protocol count for one address (None: all).
    `names_pods_by_prefix`: whether pods of a namespace whose names are alike up to the last `-` are one.
    `sees_cluster_ips`: whether egress is looked at before the address of a Service is translated.
    """

    most_ports: int | None = None
    names_pods_by_prefix: bool = False
    sees_cluster_ips: bool = False


@dataclass(frozen=True, slots=True)
class Plugin:
    """One plugin; `facts` gives what a profile has that is not as in the specification, and `evidence` where
    each of these facts is from. `newest` is the release that was read.
    """

    name: str
    title: str
    newest: str
    facts: Callable[[Choice], Mapping[str, object]]
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    options: tuple[PluginOption, ...] = ()
    remarks: tuple[Remark, ...] = ()
    is_versioned: bool = False
    limits: Limits = Limits()

    def profile(self, choice: Choice) -> CniProfile:
        """The profile of one version with some settings."""
        version = None if choice.version is None else ".".join(map(str, choice.version))
        given = tuple(
            f"{option.name}={choice.words[option.name]}"
            for option in self.options
            if choice.words[option.name] != option.words[0]
        )
        facts = {**self.facts(choice)}
        return CniProfile(self.name, version, given, **facts, evidence=self.evidence)  # type: ignore[arg-type]


def code(place: str) -> Evidence:
    """Read in the plugin's code."""
    return Evidence(f"code: {place}")


def documented(place: str) -> Evidence:
    """Said by the plugin's documentation."""
    return Evidence(f"documentation: {place}")


def reported(place: str) -> Evidence:
    """Reported in an issue or a pull request."""
    return Evidence(f"report: {place}")


def inferred(place: str) -> Evidence:
    """An inference that nobody has checked on a cluster."""
    return Evidence(f"inference: {place}", verified=False)


LISTED = Evidence("semantics/cni.md, section 1.0")
"""Read there with the others, without a place of its own."""
