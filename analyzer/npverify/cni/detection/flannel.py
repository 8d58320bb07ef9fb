"""Flannel, and kube-network-policies beside it or alone."""

from __future__ import annotations

import re

from npverify.cni.detection.drafting import Draft, image_setting
from npverify.cni.detection.result import Suggestion
from npverify.cni.detection.seen import Seen
from npverify.cni.detection.texts import find_flag, image_tag, parse_truth
from npverify.cni.flannel import FLANNEL, FLANNEL_NETPOL
from npverify.resources import AgentContainer, Component, PluginSign, SignKind

_OPTION = "flavour"
_FLAVOUR = re.compile(r"npa-(v1alpha[12])")
_PLAIN = re.compile(r"v?[\d.]+")
_ADMIN_FLAGS = ("admin-network-policy", "baseline-admin-network-policy")


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
    """kube-network-policies, whose profile is called after Flannel."""
    beside = seen.has(Component.FLANNEL, level)
    title = "Flannel with kube-network-policies" if beside else "kube-network-policies"
    draft = Draft(FLANNEL_NETPOL, title)
    draft.rest_on(seen.of(Component.KUBE_NETWORK_POLICIES), name="kube-network-policies")
    draft.read_version(seen, Component.KUBE_NETWORK_POLICIES)
    for sign, container in seen.agents(Component.KUBE_NETWORK_POLICIES):
        _read_flavour(draft, sign, container)
    return (draft.suggestion(level),)


def _read_flavour(draft: Draft, sign: PluginSign, container: AgentContainer) -> None:
    """The build that the tag names; before there were builds, flags told what they do."""
    tag = image_tag(container.image)
    flavour = _FLAVOUR.search(tag)
    flags = [find_flag(container.arguments, name) for name in _ADMIN_FLAGS]
    on = [flag for flag in flags if flag is not None and parse_truth(flag.text)]
    if flavour is not None:
        draft.read(_OPTION, flavour[1], sign, image_setting(container))
    elif on:
        draft.read(_OPTION, "v1alpha1", sign, on[0])
    elif _PLAIN.fullmatch(tag):
        draft.read(_OPTION, "standard")
    else:
        draft.caveats.append(f"{_OPTION} is left out: image `{container.image}` does not tell it")
