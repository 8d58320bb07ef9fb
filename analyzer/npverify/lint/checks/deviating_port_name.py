"""NPV253: a port name that means something else to the network plugin than to the specification."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from npverify.cni import NamedPorts
from npverify.errors import Severity
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, policy_name, rule_name, rules_of
from npverify.lint.plugins import manifest, said
from npverify.resources import Direction, NetworkPolicy, PolicyRule

_MEANINGS: Mapping[NamedPorts, str] = {
    NamedPorts.ALL_PORTS: "is every port of the protocol",
    NamedPorts.UNION: "is every number that some pod selected by the policy gives it, at all of them",
    NamedPorts.GLOBAL: "is every number that some pod of the cluster gives it",
    NamedPorts.SELECTED_PEERS: "admits nothing here: it counts at pods that a selector of the rule selects",
    NamedPorts.OWN_NAMESPACE: "counts in the namespace of the policy only, as the rule lists no peers",
}


def _find(context: Context) -> Iterator[Found]:
    profile = context.settings.profile
    if not profile.enforces:
        return
    for policy in context.policies:
        for direction, number, rule in rules_of(policy):
            ingress = direction is Direction.INGRESS
            mode = profile.named_ports_ingress if ingress else profile.named_ports_egress
            if not _matters(context, policy, mode, direction, rule):
                continue
            for place, port in enumerate(rule.ports, start=1):
                if isinstance(port.port, str):
                    yield Found(
                        subject=policy_name(policy),
                        part=rule_name(direction, number, port=place),
                        message=f"the port name `{port.port}` {_MEANINGS[mode]} under {said(profile)}",
                        origin=port.port_origin,
                        label="not what the specification says",
                        hint="write the number",
                    )


def _matters(
    context: Context, policy: NetworkPolicy, mode: NamedPorts, direction: Direction, rule: PolicyRule
) -> bool:
    match mode:
        case NamedPorts.ALL_PORTS | NamedPorts.GLOBAL:
            return True
        case NamedPorts.UNION:
            groups = context.destinations(policy, direction, rule)
            named = {port.port for port in rule.ports if isinstance(port.port, str)}
            found = [item for group in groups for item in group.named.items()]
            return any(name in named and len(numbers) > 1 for (name, _), numbers in found)
        case NamedPorts.SELECTED_PEERS:
            return not rule.peers or any(peer.ip_block is not None for peer in rule.peers)
        case NamedPorts.OWN_NAMESPACE:
            return not rule.peers
        case _:
            return False


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
