"""Antrea, whose feature gates stand in the configuration of its controller."""

from __future__ import annotations

import re
from collections.abc import Mapping

from npverify.cni.antrea import ANTREA
from npverify.cni.detection.drafting import Draft
from npverify.cni.detection.result import Sign, Suggestion
from npverify.cni.detection.seen import Seen, setting_of
from npverify.cni.detection.texts import parse_truth
from npverify.cni.plugin import Version
from npverify.resources import Component, PluginSign, Setting, SignKind

_FILE = "antrea-controller.conf"
_GATE = re.compile(r"^[ \t]+(\w+):[ \t]*(\w+)[ \t]*(?:#.*)?$", re.MULTILINE)
_EVERY_ALPHA_GATE = "AllAlpha"
_GATES: Mapping[str, tuple[str, Version]] = {
    "cluster-network-policy": ("ClusterNetworkPolicy", (2, 7)),
    "admin-network-policy": ("AdminNetworkPolicy", (1, 13)),
}
"""The gate of each setting, and the first release that has it: one of that name was another one before."""


def suggest_antrea(seen: Seen, level: SignKind) -> tuple[Suggestion, ...]:
    """Antrea with the feature gates of its controller."""
    draft = Draft(ANTREA, "Antrea")
    draft.rest_on(seen.of(Component.ANTREA))
    draft.read_version(seen, Component.ANTREA)
    told = [
        (sign, setting)
        for sign in seen.objects(Component.ANTREA, "ConfigMap")
        if (setting := setting_of(sign, _FILE)) is not None
    ]
    if len({setting.text for _, setting in told}) == 1:
        _read_gates(draft, *told[0])
    else:
        draft.caveats.append("its feature gates are left out: the input has no antrea-config that tells them")
    return (draft.suggestion(level),)


def _read_gates(draft: Draft, sign: PluginSign, setting: Setting) -> None:
    gates = {name: parse_truth(value) for name, value in _GATE.findall(setting.text)}
    for option, (gate, first) in _GATES.items():
        value = gates.get(gate, gates.get(_EVERY_ALPHA_GATE, False))
        if draft.version is not None and draft.version < first:
            value = False
        if value is None:
            draft.caveats.append(f"{option} is left out: the feature gate {gate} cannot be read")
            continue
        draft.read(option, "true" if value else "false")
        if value:
            draft.signs.append(Sign(str(sign), f"has the feature gate {gate} on", setting.origin))
