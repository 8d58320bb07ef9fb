"""NPV233: a port name towards addresses, which have no port names."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.cni import NamedPorts
from npverify.errors import Severity
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, policy_name, rule_name
from npverify.lint.findings import Related
from npverify.reference.wording import listed
from npverify.resources import Direction, NetworkPolicy, PolicyRule

_OPENS = (NamedPorts.ALL_PORTS, NamedPorts.AGREED)
"""Plugins to which a port name is some numbers or other, also towards addresses: NPV253 says so."""


def _find(context: Context) -> Iterator[Found]:
    if context.settings.profile.named_ports_egress in _OPENS:
        return
    for policy in context.policies:
        for direction, number, rule in context.rules_of(policy):
            if not is_about_addresses(context, policy, direction, rule):
                continue
            blocks = [peer.ip_block for peer in rule.peers if peer.ip_block is not None]
            words = listed([f"`{block.cidr}`" for block in blocks])
            for place, port in enumerate(rule.ports, start=1):
                if isinstance(port.port, str):
                    yield Found(
                        subject=policy_name(policy),
                        part=rule_name(direction, number, port=place),
                        message=f"the port name `{port.port}` admits nothing to {words}: only pods have "
                        "such names",
                        origin=port.port_origin,
                        label="a name of pods only",
                        hint="write the number",
                        related=(Related("the destinations of the rule", blocks[0].cidr_origin),),
                    )


def is_about_addresses(
    context: Context, policy: NetworkPolicy, direction: Direction, rule: PolicyRule
) -> bool:
    """Whether the destinations of a rule are addresses and nothing else, as far as the input shows pods."""
    return (
        direction is Direction.EGRESS
        and bool(rule.peers)
        and all(peer.ip_block is not None for peer in rule.peers)
        and not any(context.admitted_pods(peer, policy) for peer in rule.peers)
    )


CHECK = Check(
    code="NPV233",
    name="named-port-of-block",
    title="a port name towards addresses, which have no port names",
    severity=Severity.WARNING,
    why="A port name is looked up among the container ports of the destination pod. An address outside the "
    "cluster has none, so an egress rule with a port name admits nothing to an ipBlock.",
    fix="Use the port number towards an ipBlock.",
    bad="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - to: [{ipBlock: {cidr: 203.0.113.0/24}}]
    ports: [{port: https}]
""",
    good="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - to: [{ipBlock: {cidr: 203.0.113.0/24}}]
    ports: [{port: 443}]
""",
    find=_find,
)
