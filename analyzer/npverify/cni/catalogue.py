"""The plugins by name, and the profile that `NAME[@VERSION][,option=value…]` means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from npverify.cni.antrea import ANTREA
from npverify.cni.aws_vpc import AWS_VPC
from npverify.cni.calico import AWS_VPC_CALICO, CALICO, CANAL
from npverify.cni.cilium import CILIUM
from npverify.cni.flannel import FLANNEL, FLANNEL_NETPOL, NONE
from npverify.cni.kube_router import K3S, KUBE_ROUTER
from npverify.cni.ovn_kubernetes import OVN_KUBERNETES
from npverify.cni.plugin import Choice, Limits, Plugin, Version
from npverify.cni.profile import GENERIC, CniProfile
from npverify.cni.weave import WEAVE
from npverify.errors import UsageError

_PLUGINS = (
    CALICO,
    CILIUM,
    WEAVE,
    FLANNEL,
    FLANNEL_NETPOL,
    CANAL,
    AWS_VPC,
    AWS_VPC_CALICO,
    KUBE_ROUTER,
    K3S,
    ANTREA,
    OVN_KUBERNETES,
    NONE,
)
PLUGINS: Mapping[str, Plugin] = {plugin.name: plugin for plugin in _PLUGINS}
"""Every plugin that npverify has a profile of, by its name."""

NAMES = (GENERIC.name, *PLUGINS)
"""The names that a profile can be asked for by."""

TELLING = tuple(f"{name},enabled=true" if name == AWS_VPC.name else name for name in NAMES)
"""The profile of each plugin that has the most to tell: one that enforces policies, if any does."""

_VERSION = re.compile(r"v?(\d+(?:\.\d+){0,2})")


def profile_of(text: str) -> CniProfile:
    """The profile that a text like `calico@3.30,endpoint-to-host=drop` means.

    Raises UsageError for a name, a version, a setting or a value that is not known, with the nearest word.
    """
    head, *settings = (part.strip() for part in text.split(","))
    name, at, version = head.partition("@")
    if name not in NAMES:
        raise UsageError(f"no network plugin `{name}` is known", hint=_nearest(name, NAMES))
    if name == GENERIC.name:
        if at or settings:
            raise UsageError(
                "`generic` is the specification: it has no versions and no settings",
                hint="name a network plugin, as in --cni calico@3.30",
            )
        return GENERIC
    plugin = PLUGINS[name]
    return plugin.profile(Choice(_version(plugin, version) if at else None, _words(plugin, settings)))


def outdated_by(profile: CniProfile) -> str | None:
    """The newest release that was read, where the profile is of a later one; patch releases do not count."""
    plugin = PLUGINS.get(profile.name)
    if plugin is None or profile.version is None:
        return None
    given, read = ([*map(int, text.split("."))][:2] for text in (profile.version, plugin.newest))
    return plugin.newest if given > read else None


def limits_of(profile: CniProfile) -> Limits:
    """What `lint` looks for under a profile besides its facts."""
    plugin = PLUGINS.get(profile.name)
    return plugin.limits if plugin is not None else Limits()


def _version(plugin: Plugin, text: str) -> Version:
    if not plugin.is_versioned:
        raise UsageError(
            f"npverify does not tell the versions of `{plugin.name}` apart",
            hint=f"leave out the version: {plugin.name}",
        )
    found = _VERSION.fullmatch(text)
    if found is None:
        raise UsageError(
            f"`{text}` is no version of {plugin.name}", hint=f"write it as {plugin.name}@{plugin.newest}"
        )
    return tuple(int(number) for number in found[1].split("."))


def _words(plugin: Plugin, settings: Iterable[str]) -> Mapping[str, str]:
    words = {option.name: option.words[0] for option in plugin.options}
    choices = {option.name: option.words for option in plugin.options}
    given: set[str] = set()
    for setting in settings:
        name, equals, word = setting.partition("=")
        if name not in choices:
            known = _nearest(name, choices) if choices else f"write it as --cni {plugin.name}"
            raise UsageError(f"{plugin.name} has no setting `{name}`", hint=known)
        if not equals or word not in choices[name]:
            raise UsageError(
                f"`{setting}`: the setting {name} of {plugin.name} is none of its words",
                hint=_nearest(word, choices[name]),
            )
        if name in given:
            raise UsageError(f"the setting {name} of {plugin.name} is given twice", hint="give it once")
        given.add(name)
        words[name] = word
    return words


def _nearest(word: str, known: Iterable[str]) -> str:
    listed = tuple(known)
    close = get_close_matches(word, listed, n=1)
    return f"did you mean `{close[0]}`?" if close else f"npverify knows {', '.join(listed)}"
