"""Calico, alone, with Flannel (Canal) and with the Amazon VPC CNI."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from npverify.cni.calico import AWS_VPC_CALICO, CALICO, CANAL
from npverify.cni.detection.drafting import Draft, said
from npverify.cni.detection.result import Suggestion
from npverify.cni.detection.seen import Seen, setting_of
from npverify.cni.plugin import Plugin
from npverify.resources import Component, PluginSign, Setting, SignKind

_VARIABLE = "FELIX_DEFAULTENDPOINTTOHOSTACTION"
_FIELD = "defaultEndpointToHostAction"
_OPTION = "endpoint-to-host"
_GLOBAL = "default"
_AMAZON = "AmazonVPC"
_ENTERPRISE_VARIANTS = ("TigeraSecureEnterprise", "CalicoEnterprise")
_ENTERPRISE_IMAGES = ("tigera/", "cnx-node")
_ALONE = (CALICO, "Calico")
_BESIDE: Mapping[Component, tuple[Plugin, str]] = {
    Component.FLANNEL: (CANAL, "Canal"),
    Component.AWS_VPC: (AWS_VPC_CALICO, "Calico on the Amazon VPC CNI"),
}
"""What Calico is called with another network beside it."""


def suggest_calico(seen: Seen, level: SignKind) -> tuple[Suggestion, ...]:
    """Calico under the name that the network beside it gives it."""
    beside = [component for component in _BESIDE if seen.has(component, level)]
    amazon = [told for told in _fields(seen, "Installation", "type") if told[1].text == _AMAZON]
    names = [*beside, *([Component.AWS_VPC] if amazon else [])]
    draft = Draft(*(_BESIDE[names[0]] if names else _ALONE))
    draft.rest_on(seen.of(Component.CALICO), name="Calico")
    for component in beside[:1]:
        draft.rest_on(seen.of(component), name=component)
    draft.signs += [said(*told) for told in amazon[:1]]
    if _is_enterprise(seen):
        draft.caveats.append("the release is left out: Calico Enterprise numbers its releases otherwise")
    else:
        draft.read_version(seen, Component.CALICO, _told_versions(seen))
    _read_host_action(draft, seen)
    return (draft.suggestion(level),)


def _fields(seen: Seen, kind: str, name: str) -> Iterator[tuple[PluginSign, Setting]]:
    for sign in seen.objects(Component.CALICO, kind):
        setting = setting_of(sign, name)
        if setting is not None:
            yield sign, setting


def _told_versions(seen: Seen) -> Iterator[tuple[PluginSign, Setting]]:
    for kind in ("Installation", "ClusterInformation"):
        yield from _fields(seen, kind, "calicoVersion")


def _is_enterprise(seen: Seen) -> bool:
    variants = [
        setting.text
        for kind in ("Installation", "ClusterInformation")
        for _, setting in _fields(seen, kind, "variant")
    ]
    images = [container.image for _, container in seen.agents(Component.CALICO)]
    return any(variant in _ENTERPRISE_VARIANTS for variant in variants) or any(
        mark in image for image in images for mark in _ENTERPRISE_IMAGES
    )


def _read_host_action(draft: Draft, seen: Seen) -> None:
    """What felix does with traffic from a pod to its own node: a variable comes before the FelixConfiguration
    of all nodes.
    """
    told = [
        (sign, setting)
        for sign, container in seen.agents(Component.CALICO)
        for setting in container.environment
        if setting.name == _VARIABLE
    ]
    if any(_VARIABLE in container.referred for _, container in seen.agents(Component.CALICO)):
        draft.caveats.append(f"{_OPTION} is left out: {_VARIABLE} stands elsewhere")
        return
    fields = list(_fields(seen, "FelixConfiguration", _FIELD))
    if any(sign.name != _GLOBAL for sign, _ in fields):
        draft.caveats.append(f"{_OPTION} is left out: FelixConfigurations of single nodes set {_FIELD}")
        return
    _take_host_action(draft, told or fields)


def _take_host_action(draft: Draft, told: list[tuple[PluginSign, Setting]]) -> None:
    words = {setting.text.lower() for _, setting in told}
    option = next(option for option in draft.plugin.options if option.name == _OPTION)
    if len(words) == 1 and words <= set(option.words):
        draft.words[_OPTION] = words.pop()
        draft.signs.append(said(*told[0]))
    elif told:
        draft.caveats.append(f"{_OPTION} is left out: {', '.join(sorted(words))} is none of its words")
    else:
        draft.caveats.append(
            f"{_OPTION} is left out: nothing in the input says what becomes of traffic from a pod to its own "
            "node; felix drops it where it is told nothing"
        )
