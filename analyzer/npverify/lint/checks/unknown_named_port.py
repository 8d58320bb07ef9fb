"""NPV212: a port name that no pod has which could be the destination."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from npverify.errors import Severity
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, policy_name, rule_name
from npverify.lint.extent import shows_all_destinations
from npverify.lint.groups import PodGroup, workloads_of
from npverify.lint.suggestions import closest
from npverify.lint.wording import counted, quoted
from npverify.resources import Direction, PolicyPort


def _find(context: Context) -> Iterator[Found]:
    for policy in context.policies:
        for direction, number, rule in context.rules_of(policy):
            named = [(place, p) for place, p in enumerate(rule.ports, start=1) if isinstance(p.port, str)]
            if not named or not shows_all_destinations(context, policy, direction, rule):
                continue
            groups = context.destinations(policy, direction, rule)
            for place, port in named:
                if groups and not any((port.port, port.protocol) in group.named for group in groups):
                    yield Found(
                        subject=policy_name(policy),
                        part=rule_name(direction, number, port=place),
                        message=_message(direction, port, groups),
                        origin=port.port_origin,
                        label="no such port",
                        hint=_hint(port, groups),
                    )


def _message(direction: Direction, port: PolicyPort, groups: Sequence[PodGroup]) -> str:
    names = workloads_of(groups)
    whose = "that the policy selects" if direction is Direction.INGRESS else "that the rule admits"
    where = f": not {quoted(names)}" if len(names) == 1 else ""
    return f"no declared pod {whose} has a {port.protocol} port called `{port.port}`{where}"


def _hint(port: PolicyPort, groups: Sequence[PodGroup]) -> str:
    """What the pods have instead: the name under another protocol, a name like it, all their names."""
    named = {key for group in groups for key in group.named}
    others = sorted(protocol for name, protocol in named if name == port.port)
    if others:
        return f"`{port.port}` is a {others[0]} port there: set `protocol: {others[0]}`"
    for group in groups:
        for found in group.translations.get((port.protocol, str(port.port)), ()):
            return f"`{port.port}` is the name of a Service port; on the pods it is `{found.port.target}`"
    names = sorted(name for name, protocol in named if protocol is port.protocol)
    close = closest(str(port.port), names)
    if close is not None:
        return f"did you mean `{close}`?"
    if not names:
        return "they declare no port names: use the number, or name the container port"
    return f"they have the {port.protocol} {counted(names, 'port')}"


CHECK = Check(
    code="NPV212",
    name="unknown-named-port",
    title="a port name that no pod has which could be the destination",
    severity=Severity.WARNING,
    why="A port name is looked up among the container ports of the destination pod, for the protocol of the "
    "rule (TCP where none is given). A pod without such a port is not an error: the rule just does not admit "
    "anything to it.",
    fix="Use a name that a container port of the destination has, or the number, or name the container port.",
    bad="""\
apiVersion: v1
kind: Pod
metadata: {name: api, namespace: shop, labels: {app: api}}
spec:
  containers: [{name: api, ports: [{name: http, containerPort: 8080}]}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - ports: [{port: web}]
""",
    good="""\
apiVersion: v1
kind: Pod
metadata: {name: api, namespace: shop, labels: {app: api}}
spec:
  containers: [{name: api, ports: [{name: http, containerPort: 8080}]}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - ports: [{port: http}]
""",
    find=_find,
)
