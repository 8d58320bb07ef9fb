"""k3s, which embeds Flannel and a policy controller: its nodes tell of them, as no object runs them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from npverify.cni.detection.drafting import Draft
from npverify.cni.detection.result import Sign, Suggestion
from npverify.cni.detection.seen import Seen, setting_of
from npverify.cni.detection.texts import parse_truth
from npverify.cni.flannel import FLANNEL
from npverify.cni.kube_router import K3S
from npverify.resources import Component, PluginSign, Setting, SignKind

_OFF = "--disable-network-policy"
_BACKEND = "--flannel-backend"
_ARGUMENTS = "k3s.io/node-args"
_SERVER = "server"


def suggest_k3s(seen: Seen, level: SignKind) -> tuple[Suggestion, ...]:
    """k3s with its controller; Flannel alone where that is off, and nothing where Flannel is off as well."""
    servers = _servers(seen)
    values = {_is_off(arguments) for _, _, arguments in servers} or {False}
    found = []
    if False in values:
        found.append(_with_controller(seen, level, is_told=bool(servers)))
    if True in values and not all(_has_no_flannel(arguments) for _, _, arguments in servers):
        found.append(_flannel_alone(seen, level, servers))
    return tuple(found)


def is_left_to_others(seen: Seen) -> bool:
    """Whether neither the controller nor Flannel of k3s runs."""
    servers = _servers(seen)
    return bool(servers) and all(_is_off(each) and _has_no_flannel(each) for _, _, each in servers)


def _servers(seen: Seen) -> list[tuple[PluginSign, Setting, Sequence[str]]]:
    """The servers whose arguments are there, as k3s writes them into an annotation."""
    found: list[tuple[PluginSign, Setting, Sequence[str]]] = []
    for sign in seen.of(Component.K3S):
        setting = setting_of(sign, _ARGUMENTS)
        arguments = _parsed(setting.text) if setting is not None else ()
        if setting is not None and arguments[:1] == (_SERVER,):
            found.append((sign, setting, arguments))
    return found


def _parsed(text: str) -> tuple[str, ...]:
    try:
        found = json.loads(text)
    except ValueError:
        return ()
    return tuple(map(str, found)) if isinstance(found, list) else ()


def _is_off(arguments: Sequence[str]) -> bool:
    """Whether the controller is off. A configuration file gives the value as an argument of its own."""
    value = _value(arguments, _OFF)
    return value is not None and parse_truth(value) is not False


def _has_no_flannel(arguments: Sequence[str]) -> bool:
    return _value(arguments, _BACKEND) == "none"


def _value(arguments: Sequence[str], flag: str) -> str | None:
    """The value of the last such flag, or else the argument after it; None where the flag is not there."""
    found = None
    for number, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        if name == flag:
            found = value if equals else "".join(arguments[number + 1 : number + 2])
    return found


def _with_controller(seen: Seen, level: SignKind, *, is_told: bool) -> Suggestion:
    draft = Draft(K3S, "k3s")
    draft.rest_on(seen.of(Component.K3S))
    if not is_told:
        draft.caveats.append(f"whether a server was started with {_OFF} does not show")
    return draft.suggestion(level)


def _flannel_alone(
    seen: Seen, level: SignKind, servers: Sequence[tuple[PluginSign, Setting, Sequence[str]]]
) -> Suggestion:
    draft = Draft(FLANNEL, "Flannel of k3s, without its policy controller")
    draft.rest_on(seen.of(Component.K3S), name="k3s")
    draft.signs += [
        Sign(str(sign), f"was started with `{_OFF}`", setting.origin)
        for sign, setting, arguments in servers
        if _is_off(arguments)
    ]
    return draft.suggestion(level)
