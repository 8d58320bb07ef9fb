"""The plugins that have little to set."""

from __future__ import annotations

import re

from npverify.cni.antrea import ANTREA
from npverify.cni.detection.drafting import Draft, image_setting, said
from npverify.cni.detection.result import Suggestion
from npverify.cni.detection.seen import Seen, setting_of
from npverify.cni.detection.texts import find_flag, image_tag, parse_truth
from npverify.cni.flannel import FLANNEL, FLANNEL_NETPOL, NONE
from npverify.cni.kube_router import KUBE_ROUTER
from npverify.cni.ovn_kubernetes import OVN_KUBERNETES
from npverify.cni.plugin import Plugin
from npverify.cni.weave import WEAVE
from npverify.resources import Component, SignKind

_GATE = re.compile(r"^[ \t]+(\w+):[ \t]*(\w+)[ \t]*(?:#.*)?$", re.MULTILINE)
_GATES = {"cluster-network-policy": "ClusterNetworkPolicy", "admin-network-policy": "AdminNetworkPolicy"}
_FIRST_WITH_GATES = (1, 13)
_FIRST_WITH_CLUSTER_POLICY = (2, 7)
_FLAVOUR = re.compile(r"npa-(v1alpha\d)")
_BUILD = re.compile(r"v?[\d.]+(?:-(.*))?")
_ADMIN_FLAGS = ("admin-network-policy", "baseline-admin-network-policy")


# Flannel, and kube-network-policies beside it or alone -------------------------------------------------


def suggest_flannel(seen: Seen, level: SignKind) -> tuple[Suggestion, ...]:
    """Flannel; with or without the policy add-on where only its configuration is there."""
    if seen.has(Component.KUBE_NETWORK_POLICIES, level):
        return ()
    draft = Draft(FLANNEL, "Flannel")
    draft.rest_on(seen.of(Component.FLANNEL))
    if level is SignKind.RUNS:
        return (draft.suggestion(level),)
    why = "whether kube-network-policies runs beside it does not show: its DaemonSet is not in the input"
    draft.caveats.append(why)
    other = Draft(FLANNEL_NETPOL, "Flannel with kube-network-policies", list(draft.signs), [why])
    return other.suggestion(level), draft.suggestion(level)


def suggest_kube_network_policies(seen: Seen, level: SignKind) -> tuple[Suggestion, ...]:
    """kube-network-policies, whose profile is called after Flannel, by the flavour of its image."""
    beside = seen.has(Component.FLANNEL, level)
    title = "Flannel with kube-network-policies" if beside else "kube-network-policies"
    draft = Draft(FLANNEL_NETPOL, title)
    draft.rest_on(seen.of(Component.KUBE_NETWORK_POLICIES), name="kube-network-policies")
    draft.read_version(seen, Component.KUBE_NETWORK_POLICIES)
    for sign, container in seen.agents(Component.KUBE_NETWORK_POLICIES):
        tag = image_tag(container.image)
        flavour, build = _FLAVOUR.search(tag), _BUILD.fullmatch(tag)
        flags = [find_flag(container.arguments, name) for name in _ADMIN_FLAGS]
        on = next((flag for flag in flags if flag is not None and parse_truth(flag.text)), None)
        if flavour is not None and flavour[1] in draft.plugin.options[0].words:
            draft.read("flavour", flavour[1], sign, image_setting(container))
        elif on is not None:
            draft.read("flavour", "v1alpha1", sign, on)
        elif build is not None and not build[1]:
            draft.words["flavour"] = "standard"
        else:
            draft.caveats.append(f"flavour is left out: image `{container.image}` does not tell it")
    return (draft.suggestion(level),)


# Weave Net ---------------------------------------------------------------------------------------------


def suggest_weave(seen: Seen, level: SignKind) -> tuple[Suggestion, ...]:
    """Weave Net, which enforces policies only where its controller runs beside it."""
    if seen.has(Component.WEAVE_POLICIES, level):
        return _plain(WEAVE, "Weave Net", seen, level, Component.WEAVE, Component.WEAVE_POLICIES)
    return _plain(NONE, "Weave Net without its policy controller", seen, level, Component.WEAVE)


def _plain(
    plugin: Plugin, title: str, seen: Seen, level: SignKind, *components: Component
) -> tuple[Suggestion, ...]:
    draft = Draft(plugin, title)
    draft.rest_on(seen.of(*components), name=components[0])
    return (draft.suggestion(level),)


# kube-router -------------------------------------------------------------------------------------------


def suggest_kube_router(seen: Seen, level: SignKind) -> tuple[Suggestion, ...]:
    """kube-router with its firewall, without it, or both where that does not show."""
    agents = seen.agents(Component.KUBE_ROUTER)
    flags = [(sign, find_flag(container.arguments, "run-firewall")) for sign, container in agents]
    values = {True if flag is None else parse_truth(flag.text) for _, flag in flags} or {None}
    told = [said(sign, flag) for sign, flag in flags if flag is not None][:1]
    is_clear = len(values) == 1 and None not in values
    found = []
    for is_on in (True, False):
        if is_clear and is_on not in values:
            continue
        draft = (
            Draft(KUBE_ROUTER, "kube-router") if is_on else Draft(NONE, "kube-router without its firewall")
        )
        draft.rest_on(seen.of(Component.KUBE_ROUTER), name="kube-router")
        draft.signs += told
        if not is_clear:
            draft.caveats.append("whether policies are enforced does not show: it hangs on run-firewall")
        if is_on:
            _read_kube_router(draft, seen)
        found.append(draft.suggestion(level))
    return tuple(found)


def _read_kube_router(draft: Draft, seen: Seen) -> None:
    draft.read_version(seen, Component.KUBE_ROUTER)
    for sign, container in seen.agents(Component.KUBE_ROUTER):
        flag = find_flag(container.arguments, "netpol-default-deny")
        value = False if flag is None else parse_truth(flag.text)
        if value is None:
            draft.caveats.append("default-deny is left out: netpol-default-deny cannot be read")
        else:
            draft.read("default-deny", "true" if value else "false", sign if flag else None, flag)


# Antrea and OVN-Kubernetes -----------------------------------------------------------------------------


def suggest_antrea(seen: Seen, level: SignKind) -> tuple[Suggestion, ...]:
    """Antrea with the feature gates of its controller."""
    draft = Draft(ANTREA, "Antrea")
    draft.rest_on(seen.of(Component.ANTREA))
    draft.read_version(seen, Component.ANTREA)
    read = [
        (sign, setting)
        for sign in seen.objects(Component.ANTREA, "ConfigMap")
        if (setting := setting_of(sign, "antrea-controller.conf")) is not None
    ]
    if len({setting.text for _, setting in read}) != 1:
        draft.caveats.append("its feature gates are left out: the input has no antrea-config that tells them")
        return (draft.suggestion(level),)
    sign, setting = read[0]
    gates = {name: parse_truth(value) for name, value in _GATE.findall(setting.text)}
    for option, gate in _GATES.items():
        value = gates.get(gate, gates.get("AllAlpha", False))
        if value is None:
            draft.caveats.append(f"{option} is left out: the feature gate {gate} cannot be read")
        elif value and _is_too_old(draft, gate):
            draft.words[option] = "false"
        else:
            draft.words[option] = "true" if value else "false"
            if value:
                draft.signs.append(
                    said(sign, type(setting)(f"the feature gate {gate}", "true", setting.origin))
                )
    return (draft.suggestion(level),)


def _is_too_old(draft: Draft, gate: str) -> bool:
    """Whether a release does not have a feature; one with the name of a gate once was another one."""
    first = _FIRST_WITH_CLUSTER_POLICY if gate == "ClusterNetworkPolicy" else _FIRST_WITH_GATES
    return draft.version is not None and draft.version < first


def suggest_ovn_kubernetes(seen: Seen, level: SignKind) -> tuple[Suggestion, ...]:
    """OVN-Kubernetes; its images rarely tell a release."""
    draft = Draft(OVN_KUBERNETES, "OVN-Kubernetes")
    draft.rest_on(seen.of(Component.OVN_KUBERNETES))
    draft.read_version(seen, Component.OVN_KUBERNETES)
    if any(
        parse_truth(setting.text) is False
        for _, container in seen.agents(Component.OVN_KUBERNETES)
        for setting in container.environment
    ):
        draft.caveats.append(
            "OVN_ADMIN_NETWORK_POLICY_ENABLE is `false`, which no profile has: AdminNetworkPolicies then "
            "have no effect"
        )
    return (draft.suggestion(level),)
