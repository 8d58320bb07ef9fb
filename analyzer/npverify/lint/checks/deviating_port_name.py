"""NPV253: a port name that means something else to the network plugin than to the specification."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from npverify.cni import NamedPorts
from npverify.errors import Severity
from npverify.lint.check import Check, Found
from npverify.lint.checks.named_port_of_block import is_about_addresses
from npverify.lint.context import Context, policy_name, rule_name
from npverify.lint.extent import shows_all_destinations
from npverify.lint.plugins import doubt, manifest, named_ports, said
from npverify.questions.selections import DeclaredPod
from npverify.reference.wording import listed
from npverify.resources import Direction, NetworkPolicy, PolicyPort, PolicyRule

_NOT_AT_BLOCKS = (NamedPorts.SELECTED_PEERS, NamedPorts.NAMESPACE_NUMBERS)


def _find(context: Context) -> Iterator[Found]:
    profile = context.settings.profile
    for policy in context.policies:
        for direction, number, rule in context.rules_of(policy):
            unsure = doubt(profile, f"named_ports_{direction.lower()}")
            for place, port in enumerate(rule.ports, start=1):
                if not isinstance(port.port, str):
                    continue
                meaning = _meaning(context, policy, direction, rule, port)
                if meaning is not None:
                    yield Found(
                        subject=policy_name(policy),
                        part=rule_name(direction, number, port=place),
                        message=f"under {said(profile)}{unsure}, the port name `{port.port}` {meaning}",
                        origin=port.port_origin,
                        label="not what the specification says",
                        hint="write the number",
                    )


def _meaning(
    context: Context, policy: NetworkPolicy, direction: Direction, rule: PolicyRule, port: PolicyPort
) -> str | None:
    """What the plugin takes a port name for, where that is something else than the specification says."""
    if _opens_everything(context, policy, direction, rule):
        return (
            "opens every port of every protocol: the rule lists names only, and no pod in question has them"
        )
    mode = named_ports(context.settings.profile, direction)
    if mode is NamedPorts.ALL_PORTS:
        return "is every port of the protocol"
    if mode is NamedPorts.AGREED:
        return _agreed(context, policy, direction, rule, port)
    if mode is NamedPorts.SELECTED_PODS and len(_of_selected_pods(context, policy, port)) > 1:
        return "is every number that some pod selected by the policy gives it, at all of them"
    if mode is NamedPorts.NAMESPACE_NUMBERS and not rule.peers:
        return f"is every number that some pod of namespace `{policy.namespace}` gives it, at any destination"
    if mode in _NOT_AT_BLOCKS and not is_about_addresses(context, policy, direction, rule):
        return _not_at_blocks(rule)
    return None


def _not_at_blocks(rule: PolicyRule) -> str | None:
    """Of a plugin that looks port names up at the pods that selectors of the rule select."""
    blocks = [peer.ip_block for peer in rule.peers if peer.ip_block is not None]
    if not rule.peers:
        return "admits nothing, as the rule lists no peers"
    if not blocks:
        return None
    words = listed([f"`{block.cidr}`" for block in blocks])
    return f"admits nothing to {words}: it counts at pods that a selector of the rule selects"


def _agreed(
    context: Context, policy: NetworkPolicy, direction: Direction, rule: PolicyRule, port: PolicyPort
) -> str | None:
    """Of a plugin to which a name is the one number that all pods of the cluster give it."""
    numbers = _numbers(context.pods, port)
    if len(numbers) > 1:
        words = ", ".join(map(str, sorted(numbers)))
        return f"admits nothing, as pods of the cluster give it several numbers ({words})"
    is_by_label = bool(rule.peers) and all(peer.ip_block is None for peer in rule.peers)
    pods = [pod for group in context.destinations(policy, direction, rule) for pod in group.pods]
    if is_by_label and all(_numbers([pod], port) for pod in pods):
        return None
    return "is the number that all pods of the cluster give it, at every destination of the rule"


def _numbers(pods: Iterable[DeclaredPod], port: PolicyPort) -> set[int]:
    """What pods call by that name, for the protocol."""
    return {
        own.number
        for declared in pods
        for own in declared.pod.ports
        if (own.name, own.protocol) == (port.port, port.protocol)
    }


def _of_selected_pods(context: Context, policy: NetworkPolicy, port: PolicyPort) -> set[int]:
    hosts = context.matching_host_pods(policy.pod_selector, policy.namespace)
    return _numbers((*context.selected_pods(policy), *hosts), port)


def _opens_everything(
    context: Context, policy: NetworkPolicy, direction: Direction, rule: PolicyRule
) -> bool:
    """Whether the rule lists only names, none of which a pod in question has, to a plugin that then opens
    every port for the pods that its selectors select.
    """
    if not context.settings.profile.unresolved_names_open:
        return False
    if all(peer.ip_block is not None for peer in rule.peers):
        return False
    if not shows_all_destinations(context, policy, direction, rule):
        return False
    named = {key for group in context.destinations(policy, direction, rule) for key in group.named}
    return all(isinstance(p.port, str) and (p.port, p.protocol) not in named for p in rule.ports)


CHECK = Check(
    code="NPV253",
    name="deviating-port-name",
    title="a port name that the network plugin takes for something else",
    severity=Severity.WARNING,
    why="A port name stands for the number that the destination pod gives it. Some plugins look elsewhere: "
    "they open every port of the protocol, the numbers of other pods, or none.",
    fix="Write the number.",
    bad=manifest("ovn-kubernetes", "  podSelector: {}\n  ingress:\n  - ports: [{port: http}]\n"),
    good=manifest("ovn-kubernetes", "  podSelector: {}\n  ingress:\n  - ports: [{port: 8080}]\n"),
    cni="ovn-kubernetes",
    find=_find,
)
