"""NPV213: a port name that is a different number on different pods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from npverify.errors import Severity
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, policy_name, rule_name
from npverify.lint.groups import PodGroup
from npverify.lint.wording import quoted
from npverify.resources import PolicyPort


def _find(context: Context) -> Iterator[Found]:
    for policy in context.policies:
        for direction, number, rule in context.rules_of(policy):
            for place, port in enumerate(rule.ports, start=1):
                if not isinstance(port.port, str):
                    continue
                numbers = _numbers(port, context.destinations(policy, direction, rule))
                if len(numbers) > 1:
                    yield Found(
                        subject=policy_name(policy),
                        part=rule_name(direction, number, port=place),
                        message=f"`{port.port}` is not the same port everywhere: {_listed(numbers)}",
                        origin=port.port_origin,
                        label=f"{len(numbers)} numbers",
                        hint="write a rule with a number for each, unless every pod's own port is meant",
                    )


def _numbers(port: PolicyPort, groups: Sequence[PodGroup]) -> Mapping[int, Sequence[str]]:
    """The numbers that the name stands for, in ascending order, with the workloads where it does."""
    found: dict[int, dict[str, None]] = {}
    for group in groups:
        for number, names in group.named.get((str(port.port), port.protocol), {}).items():
            found.setdefault(number, {}).update(dict.fromkeys(names))
    return {number: tuple(found[number]) for number in sorted(found)}


def _listed(numbers: Mapping[int, Sequence[str]]) -> str:
    return ", ".join(f"{number} on {quoted(names)}" for number, names in numbers.items())


CHECK = Check(
    code="NPV213",
    name="ambiguous-named-port",
    title="a port name that is a different number on different pods",
    severity=Severity.NOTE,
    why="A port name is looked up on each destination pod, so one rule may admit different numbers. That is "
    "what the API promises, and often what is wanted; but some network plugins skip such a rule, or admit "
    "every number on every pod.",
    fix="Where it is not wanted, or the plugin is one of those, write a rule with a number for each group of "
    "pods, or give the container ports different names.",
    bad="""\
apiVersion: v1
kind: Pod
metadata: {name: api, namespace: shop, labels: {app: api}}
spec:
  containers: [{name: api, ports: [{name: http, containerPort: 8080}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  containers: [{name: web, ports: [{name: http, containerPort: 80}]}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: all, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - ports: [{port: http}]
""",
    good="""\
apiVersion: v1
kind: Pod
metadata: {name: api, namespace: shop, labels: {app: api}}
spec:
  containers: [{name: api, ports: [{name: http, containerPort: 8080}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  containers: [{name: web, ports: [{name: http, containerPort: 8080}]}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: all, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - ports: [{port: http}]
""",
    find=_find,
)
