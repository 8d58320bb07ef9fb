"""The Amazon VPC CNI, whose own agent enforces policies where both the agent and its controller are on."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.cni.aws_vpc import AWS_VPC
from npverify.cni.detection.drafting import Draft, said
from npverify.cni.detection.result import Suggestion
from npverify.cni.detection.seen import Seen, setting_of
from npverify.cni.detection.texts import find_flag, parse_truth
from npverify.resources import Component, PluginSign, Setting, SignKind

_FLAG = "enable-network-policy"
_ENTRY = "enable-network-policy-controller"
_MODE = "NETWORK_POLICY_ENFORCING_MODE"
_IPV6_VARIABLE = "ENABLE_IPV6"
_IPV6_FLAG = "enable-ipv6"
Told = tuple[PluginSign, Setting]


def suggest_aws_vpc(seen: Seen, level: SignKind) -> tuple[Suggestion, ...]:
    """With enforcement or without it, or both where that does not show."""
    agent, controller = _agent(seen), _controller(seen)
    values = {value for value, _ in (agent, controller) if value != UNSAID}
    both = [told for _, told in (agent, controller) if told is not None]
    if level is SignKind.RUNS and agent[0] == UNSAID:
        values = {False, *values}  # without the agent nothing is enforced
    is_clear = len(values) == 1 and None not in values
    why = () if is_clear else (_why_unclear(both),)
    return tuple(
        _suggestion(seen, level, both, is_on=is_on, caveats=why)
        for is_on in (True, False)
        if not is_clear or is_on in values
    )


UNSAID = "unsaid"
_Value = tuple[bool | str | None, Told | None]
"""Whether something is on (None: that cannot be read), and what says so."""


def _agent(seen: Seen) -> _Value:
    """Whether the agents are told to enforce policies; they do not where they are told nothing."""
    containers = seen.agents(Component.AWS_AGENT)
    if not containers:
        return UNSAID, None
    found = [(sign, find_flag(container.arguments, _FLAG)) for sign, container in containers]
    values = {False if flag is None else parse_truth(flag.text) for _, flag in found}
    told = next(((sign, flag) for sign, flag in found if flag is not None), None)
    return (values.pop() if len(values) == 1 else None), told


def _controller(seen: Seen) -> _Value:
    """Whether the controller is on, as its ConfigMap has it."""
    found = [(sign, setting_of(sign, _ENTRY)) for sign in seen.objects(Component.AWS_VPC, "ConfigMap")]
    told = [(sign, setting) for sign, setting in found if setting is not None]
    if not told:
        return UNSAID, None
    values = {parse_truth(setting.text) for _, setting in told}
    return (values.pop() if len(values) == 1 else None), told[0]


def _why_unclear(told: list[Told]) -> str:
    if not told:
        return f"whether policies are enforced does not show: neither {_FLAG} nor {_ENTRY} is in the input"
    texts = " and ".join(f"{setting.name} `{setting.text}` of {sign}" for sign, setting in told)
    return f"whether policies are enforced does not show: the input has {texts}"


def _suggestion(
    seen: Seen, level: SignKind, told: list[Told], *, is_on: bool, caveats: tuple[str, ...]
) -> Suggestion:
    title = f"the Amazon VPC CNI {'with' if is_on else 'without'} its policy agent"
    draft = Draft(AWS_VPC, title, caveats=list(caveats))
    draft.rest_on(seen.of(Component.AWS_VPC, Component.AWS_AGENT), name="the Amazon VPC CNI")
    draft.words["enabled"] = "true" if is_on else "false"
    draft.signs += [said(sign, setting) for sign, setting in told]
    draft.read_version(seen, Component.AWS_VPC)
    if is_on:
        _read_mode(draft, seen)
        _read_family(draft, seen)
    return draft.suggestion(level)


def _variables(seen: Seen, name: str) -> Iterator[Told]:
    for sign, container in seen.agents(Component.AWS_VPC):
        for setting in container.environment:
            if setting.name == name:
                yield sign, setting


def _read_mode(draft: Draft, seen: Seen) -> None:
    told = list(_variables(seen, _MODE))
    words = {setting.text for _, setting in told}
    if len(words) == 1 and words <= {"standard", "strict"}:
        draft.read("mode", words.pop(), *told[0])
    elif told:
        draft.caveats.append(f"mode is left out: {_MODE} is `{', '.join(sorted(words))}`")
    elif seen.agents(Component.AWS_VPC):
        draft.words["mode"] = "standard"
    else:
        draft.caveats.append(f"mode is left out: {_MODE} is not in the input")


def _read_family(draft: Draft, seen: Seen) -> None:
    """One IP version a cluster: the one that the node, or its agent, is told."""
    flags = [
        (sign, flag)
        for sign, container in seen.agents(Component.AWS_AGENT)
        if (flag := find_flag(container.arguments, _IPV6_FLAG)) is not None
    ]
    told = list(_variables(seen, _IPV6_VARIABLE)) or flags
    values = {parse_truth(setting.text) for _, setting in told}
    if len(values) == 1 and None not in values:
        draft.read("family", "6" if values.pop() else "4", *told[0])
    else:
        draft.caveats.append(
            f"family is left out: {_IPV6_VARIABLE} does not tell the IP version of the cluster"
        )
