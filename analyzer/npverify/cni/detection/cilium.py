"""Cilium: its settings stand in the ConfigMap cilium-config, and flags of the agent come before them."""

from __future__ import annotations

import re

from npverify.cni.cilium import CILIUM
from npverify.cni.detection.drafting import Draft, said
from npverify.cni.detection.result import Suggestion
from npverify.cni.detection.seen import Seen, setting_of
from npverify.cni.detection.texts import find_flag, parse_truth
from npverify.cni.flannel import NONE
from npverify.resources import Component, PluginSign, Setting, SignKind

_MAP = "cilium-config"
_FLAGS = {"sctp": "enable-sctp", "cluster-network-policy": "enable-k8s-cluster-network-policy"}
_MODES = {
    frozenset[str](): "none",
    frozenset({"pods"}): "pods",
    frozenset({"nodes"}): "nodes",
    frozenset({"pods", "nodes"}): "pods+nodes",
}


def suggest_cilium(seen: Seen, level: SignKind) -> tuple[Suggestion, ...]:
    """Cilium, or no enforcement at all where its settings switch that off."""
    config = _Config(seen)
    off = config.off()
    draft = (
        Draft(CILIUM, "Cilium") if off is None else Draft(NONE, "Cilium, which is told to enforce nothing")
    )
    draft.rest_on(seen.of(Component.CILIUM), name="Cilium")
    if off is not None:
        draft.signs.append(said(*off))
        return (draft.suggestion(level),)
    draft.read_version(seen, Component.CILIUM)
    if config.is_visible:
        _read_settings(draft, config)
    else:
        draft.caveats.append(f"its settings are left out: the ConfigMap {_MAP} is not in the input")
    return (draft.suggestion(level),)


_SEVERAL = "not the same everywhere"


class _Config:
    """The settings of all agents: one value each, or none where they do not agree."""

    def __init__(self, seen: Seen) -> None:
        self._maps = seen.objects(Component.CILIUM, "ConfigMap")
        self._agents = seen.agents(Component.CILIUM)

    @property
    def is_visible(self) -> bool:
        """Whether a setting that is not found is not set."""
        return bool(self._maps)

    def find(self, name: str) -> tuple[PluginSign, Setting] | None:
        """The setting and its object; None where it is set nowhere. If objects differ, the text says so."""
        found: list[tuple[PluginSign, Setting]] = []
        for sign, container in self._agents:
            flag = find_flag(container.arguments, name)
            if flag is not None:
                found.append((sign, flag))
        if not found:
            for sign in self._maps:
                entry = setting_of(sign, name)
                found.append((sign, entry or Setting(name, "")))
        if not found:
            return None
        texts = {setting.text for _, setting in found}
        sign, setting = found[0]
        if len(texts) > 1:
            return sign, Setting(name, _SEVERAL, setting.origin)
        return (sign, setting) if setting.text else None

    def truth(self, name: str, *, default: bool) -> bool | None:
        """True or false; None where it cannot be read."""
        found = self.find(name)
        return default if found is None else parse_truth(found[1].text)

    def off(self) -> tuple[PluginSign, Setting] | None:
        """The setting that switches off all enforcement of policies, if there is one."""
        mode = self.find("enable-policy")
        if mode is not None and mode[1].text.lower() == "never":
            return mode
        if self.truth("policy-audit-mode", default=False):
            return self.find("policy-audit-mode")
        clustered = self.truth("enable-k8s-cluster-network-policy", default=False)
        if self.truth("enable-k8s-networkpolicy", default=True) is False and clustered is False:
            return self.find("enable-k8s-networkpolicy")
        return None


def _read_settings(draft: Draft, config: _Config) -> None:
    for option, name in _FLAGS.items():
        value = config.truth(name, default=False)
        if value is None:
            draft.caveats.append(_unreadable(option, config.find(name)))
        else:
            draft.read(option, "true" if value else "false", *(config.find(name) or ()))
    _read_match_mode(draft, config)
    mode = config.find("enable-policy")
    if mode is not None and mode[1].text.lower() != "default":
        draft.caveats.append(
            f"enable-policy is `{mode[1].text}`, which no profile has: with `always`, pods that no policy "
            "selects are isolated"
        )
    if config.truth("enable-k8s-networkpolicy", default=True) is not True:
        draft.caveats.append("enable-k8s-networkpolicy is not `true`: then NetworkPolicies have no effect")


def _read_match_mode(draft: Draft, config: _Config) -> None:
    found = config.find("policy-cidr-match-mode")
    words = frozenset(re.split(r"[\s,]+", found[1].text)) - {""} if found else frozenset[str]()
    if words in _MODES:
        draft.read("cidr-match-mode", _MODES[words], *(found or ()))
    else:
        draft.caveats.append(_unreadable("cidr-match-mode", found))


def _unreadable(option: str, found: tuple[PluginSign, Setting] | None) -> str:
    assert found is not None  # what is set nowhere can be read
    sign, setting = found
    text = setting.text if setting.text == _SEVERAL else f"`{setting.text}`"
    return f"{option} is left out: {setting.name} of {sign} is {text}"
