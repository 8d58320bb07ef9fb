"""NetworkPolicies as YAML would give them, in any of the ways in which one can be written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol as Interface
from typing import TypeVar

from hypothesis.errors import InvalidArgument

from npverify.errors import NpverifyError
from npverify.manifests import ReadOptions, inventory_from_objects
from npverify.resources import (
    Direction,
    IPBlock,
    LabelSelector,
    NetworkPolicy,
    Operator,
    Peer,
    PolicyPort,
    PolicyRule,
    Protocol,
)
from npverify.strategies.parts import Object, metadata

PolicyObjects = Iterable[NetworkPolicy | Mapping[str, object]]
"""NetworkPolicies, as plain objects or as read from the input."""

_PEERS_FIELD = {Direction.INGRESS: "from", Direction.EGRESS: "to"}
_Option = TypeVar("_Option")


class Choose(Interface):
    """Picks one of several spellings."""

    def __call__(self, options: Sequence[_Option], /) -> _Option:
        """One of the options."""


def plainest(options: Sequence[_Option]) -> _Option:
    """The first option, which is always the plainest."""
    return options[0]


def check_policies(name: str, values: PolicyObjects) -> tuple[NetworkPolicy, ...]:
    """The policies as resources, in their given order, if the API server takes all of them."""
    if isinstance(values, (str, bytes, Mapping)) or not isinstance(values, Iterable):
        raise InvalidArgument(f"{name}={values!r} must be a sequence of NetworkPolicies")
    return tuple(value if isinstance(value, NetworkPolicy) else _read_policy(name, value) for value in values)


def _read_policy(name: str, value: Mapping[str, object]) -> NetworkPolicy:
    try:
        policies = inventory_from_objects([value], options=ReadOptions()).policies
    except NpverifyError as error:
        raise InvalidArgument(f"{name}: {value!r}: {error}") from error
    if len(policies) != 1:
        raise InvalidArgument(f"{name}: {value!r} is no NetworkPolicy")
    return policies[0]


def spell_policy(policy: NetworkPolicy, choose: Choose = plainest) -> Object:
    """The policy as an object."""
    spec: Object = {}
    selector = spell_selector(policy.pod_selector, choose)
    is_given = choose((True, False))
    if selector or is_given:
        spec["podSelector"] = selector or choose((selector, None))
    if policy.policy_types != _default_types(policy) or choose((True, False)):
        spec["policyTypes"] = [str(direction) for direction in policy.policy_types]
    for direction in Direction:
        rules = [_spell_rule(rule, direction, choose) for rule in policy.rules(direction)]
        _put(spec, direction.lower(), rules, choose)
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": NetworkPolicy.kind,
        "metadata": _spell_metadata(policy),
        "spec": spec,
    }


def _spell_metadata(policy: NetworkPolicy) -> Object:
    """A name that ends in an asterisk is one that the server is to complete."""
    if policy.name.endswith("*"):
        return {"generateName": policy.name.removesuffix("*"), "namespace": policy.namespace}
    return metadata(policy.name, policy.namespace)


def _default_types(policy: NetworkPolicy) -> tuple[Direction, ...]:
    return (Direction.INGRESS, Direction.EGRESS) if policy.egress else (Direction.INGRESS,)


def _put(where: Object, field: str, items: Sequence[Object], choose: Choose) -> None:
    """A list; one that is empty may be left out, null, or an empty list."""
    if items:
        where[field] = list(items)
        return
    spelling = choose(("missing", "null", "empty"))
    if spelling != "missing":
        where[field] = None if spelling == "null" else []


def _spell_rule(rule: PolicyRule, direction: Direction, choose: Choose) -> Object:
    spelled: Object = {}
    peers = [_spell_peer(peer, choose) for peer in rule.peers]
    _put(spelled, _PEERS_FIELD[direction], peers, choose)
    _put(spelled, "ports", [_spell_port(port, choose) for port in rule.ports], choose)
    return spelled


def _spell_peer(peer: Peer, choose: Choose) -> Object:
    if peer.ip_block is not None:
        return {"ipBlock": _spell_block(peer.ip_block, choose)}
    spelled: Object = {}
    if peer.namespace_selector is not None:
        spelled["namespaceSelector"] = spell_selector(peer.namespace_selector, choose)
    if peer.pod_selector is not None:
        spelled["podSelector"] = spell_selector(peer.pod_selector, choose)
    return spelled


def _spell_block(block: IPBlock, choose: Choose) -> Object:
    spelled: Object = {"cidr": str(block.cidr)}
    excepts = [str(network) for network in block.excepts]
    is_given = choose((False, True))
    if excepts or is_given:
        spelled["except"] = excepts
    return spelled


def _spell_port(port: PolicyPort, choose: Choose) -> Object:
    spelled: Object = {}
    if port.protocol is not Protocol.TCP or choose((False, True)):
        spelled["protocol"] = str(port.protocol)
    if port.port is not None:
        spelled["port"] = port.port
    if port.end_port is not None:
        spelled["endPort"] = port.end_port
    return spelled


def spell_selector(selector: LabelSelector, choose: Choose = plainest) -> Object:
    """The selector as an object: a requirement of one value may be an entry of matchLabels."""
    labels: dict[str, str] = {}
    expressions: list[Object] = []
    for requirement in selector.requirements:
        is_plain = requirement.operator is Operator.IN and len(requirement.values) == 1
        if is_plain and requirement.key not in labels and choose((True, False)):
            labels[requirement.key] = requirement.values[0]
            continue
        expression: Object = {"key": requirement.key, "operator": str(requirement.operator)}
        if requirement.values:
            expression["values"] = list(requirement.values)
        expressions.append(expression)
    spelled: Object = {}
    if labels:
        spelled["matchLabels"] = labels
    if expressions:
        spelled["matchExpressions"] = expressions
    return spelled
