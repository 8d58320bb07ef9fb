"""NPV233: a port name towards addresses, which have no port names."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.errors import Severity
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, policy_name, rule_name, rules_of
from npverify.lint.findings import Related
from npverify.reference.wording import listed
from npverify.resources import Direction


def _find(context: Context) -> Iterator[Found]:
    for policy in context.policies:
        for direction, number, rule in rules_of(policy):
            blocks = [peer.ip_block for peer in rule.peers if peer.ip_block is not None]
            if direction is Direction.INGRESS or len(blocks) < len(rule.peers) or not blocks:
                continue
            if any(context.admitted_pods(peer, policy) for peer in rule.peers):
                continue
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
