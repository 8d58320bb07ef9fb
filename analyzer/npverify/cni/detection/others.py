"""Weave Net, kube-router and OVN-Kubernetes."""

from __future__ import annotations

from npverify.cni.detection.drafting import Draft, said
from npverify.cni.detection.result import Sign, Suggestion
from npverify.cni.detection.seen import Seen
from npverify.cni.detection.texts import find_flag, parse_truth
from npverify.cni.flannel import NONE
from npverify.cni.kube_router import KUBE_ROUTER
from npverify.cni.ovn_kubernetes import OVN_KUBERNETES
from npverify.cni.weave import WEAVE
from npverify.resources import Component, PluginSign, Setting, SignKind

_FIREWALL = "run-firewall"
_DEFAULT_DENY = "netpol-default-deny"
_ADMIN_POLICIES = "OVN_ADMIN_NETWORK_POLICY_ENABLE"


def suggest_weave(seen: Seen, level: SignKind) -> tuple[Suggestion, ...]:
    """Weave Net, which enforces policies only where its controller runs beside it."""
    if seen.has(Component.WEAVE_POLICIES, level):
        draft = Draft(WEAVE, "Weave Net")
    else:
        draft = Draft(NONE, "Weave Net without its policy controller")
    draft.rest_on(seen.of(Component.WEAVE, Component.WEAVE_POLICIES), name=Component.WEAVE)
    return (draft.suggestion(level),)


def suggest_kube_router(seen: Seen, level: SignKind) -> tuple[Suggestion, ...]:
    """kube-router with its firewall, without it, or both where that does not show."""
    flags = _flags(seen, _FIREWALL)
    values = {True if flag is None else parse_truth(flag.text) for _, flag in flags} or {None}
    told = [said(sign, flag) for sign, flag in flags if flag is not None][:1]
    if len(values) == 1 and None not in values:
        return (_kube_router(seen, level, told, is_on=True in values),)
    why = f"whether policies are enforced does not show: it hangs on {_FIREWALL}"
    return tuple(_kube_router(seen, level, told, is_on=is_on, caveats=(why,)) for is_on in (True, False))


def _flags(seen: Seen, name: str) -> list[tuple[PluginSign, Setting | None]]:
    return [
        (sign, find_flag(container.arguments, name)) for sign, container in seen.agents(Component.KUBE_ROUTER)
    ]


def _kube_router(
    seen: Seen, level: SignKind, told: list[Sign], *, is_on: bool, caveats: tuple[str, ...] = ()
) -> Suggestion:
    plugin, title = (KUBE_ROUTER, "kube-router") if is_on else (NONE, "kube-router without its firewall")
    draft = Draft(plugin, title, caveats=[*caveats])
    draft.rest_on(seen.of(Component.KUBE_ROUTER), name="kube-router")
    draft.signs += told
    if is_on:
        draft.read_version(seen, Component.KUBE_ROUTER)
        _read_default(draft, seen)
    return draft.suggestion(level)


def _read_default(draft: Draft, seen: Seen) -> None:
    for sign, flag in _flags(seen, _DEFAULT_DENY):
        value = False if flag is None else parse_truth(flag.text)
        if value is None:
            draft.caveats.append(f"default-deny is left out: {_DEFAULT_DENY} cannot be read")
        else:
            draft.read("default-deny", "true" if value else "false", sign, flag)


def suggest_ovn_kubernetes(seen: Seen, level: SignKind) -> tuple[Suggestion, ...]:
    """OVN-Kubernetes; its images rarely tell a release."""
    draft = Draft(OVN_KUBERNETES, "OVN-Kubernetes")
    draft.rest_on(seen.of(Component.OVN_KUBERNETES))
    draft.read_version(seen, Component.OVN_KUBERNETES)
    if any(
        setting.name == _ADMIN_POLICIES and parse_truth(setting.text) is False
        for _, container in seen.agents(Component.OVN_KUBERNETES)
        for setting in container.environment
    ):
        draft.caveats.append(
            f"{_ADMIN_POLICIES} is `false`, which no profile has: AdminNetworkPolicies then have no effect"
        )
    return (draft.suggestion(level),)
