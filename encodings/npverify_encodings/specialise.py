"""Rules with what is known of one end put in: for an end that is not the same in two versions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from ipaddress import ip_network

from npverify_encodings.model import (
    EVERYTHING,
    NOTHING,
    Action,
    AddressIn,
    AllOf,
    AnyOf,
    DeclaredEndpoint,
    DeclaresPorts,
    Expression,
    Isolation,
    Kind,
    KindIs,
    LabelRequirement,
    Layer,
    NamespaceIs,
    Network,
    Not,
    OwnNode,
    Pipeline,
    PortElsewhere,
    PortIn,
    PortNamed,
    ProtocolIs,
    Rule,
    Scope,
    all_of,
    any_of,
)

Rewrite = Callable[[Expression], Expression]
NamespaceLabels = Mapping[str, Mapping[str, str]]

_FAMILIES: Mapping[int, Network] = {4: ip_network("0.0.0.0/0"), 6: ip_network("::/0")}


def map_atoms(expression: Expression, rewrite: Rewrite) -> Expression:
    """The expression with every atom replaced."""
    match expression:
        case AllOf(terms):
            mapped = [map_atoms(term, rewrite) for term in terms]
            return NOTHING if NOTHING in mapped else all_of(*mapped)
        case AnyOf(terms):
            return any_of(*(map_atoms(term, rewrite) for term in terms))
        case Not(term):
            inner = map_atoms(term, rewrite)
            return NOTHING if inner == EVERYTHING else EVERYTHING if inner == NOTHING else Not(inner)
        case _:
            return rewrite(expression)


def map_pipeline(pipeline: Pipeline, *, subject: Rewrite, peer: Rewrite, traffic: Rewrite) -> Pipeline:
    """The pipeline with the atoms of its rules replaced, without the rules that can match no more."""
    return Pipeline(tuple(_map_layer(layer, subject, peer, traffic) for layer in pipeline.layers))


def _map_layer(layer: Layer, subject: Rewrite, peer: Rewrite, traffic: Rewrite) -> Layer:
    rules = (
        Rule(
            rule.owner,
            map_atoms(rule.subject, subject),
            map_atoms(rule.peer, peer),
            map_atoms(rule.traffic, traffic),
            rule.action,
            rule.conditions,
        )
        for rule in layer.rules
    )
    isolated = (Isolation(i.owner, map_atoms(i.endpoints, subject)) for i in layer.isolated)
    return Layer(
        tuple(rule for rule in rules if NOTHING not in (rule.subject, rule.peer, rule.traffic)),
        tuple(isolation for isolation in isolated if isolation.endpoints != NOTHING),
    )


def at_itself(pipeline: Pipeline, *, subject_is_source: bool) -> Pipeline:
    """What a pipeline decides of a pod's connection to itself, told of the destination alone: a rule matches
    iff the pod is both its subject and its peer, and nobody looks at the source.
    """
    return Pipeline(tuple(_layer_at_itself(layer, subject_is_source) for layer in pipeline.layers))


def _layer_at_itself(layer: Layer, subject_is_source: bool) -> Layer:
    if not subject_is_source:
        rules = (replace(r, subject=all_of(r.subject, r.peer), peer=EVERYTHING) for r in layer.rules)
        return replace(layer, rules=tuple(rules))
    rules = (replace(r, subject=EVERYTHING, peer=all_of(r.subject, r.peer)) for r in layer.rules)
    rest = (Rule(i.owner, EVERYTHING, i.endpoints, EVERYTHING, Action.DENY) for i in layer.isolated)
    return Layer((*rules, *rest))


def as_it_is(expression: Expression) -> Expression:
    """No change."""
    return expression


def at_namespaces(changed: NamespaceLabels) -> Rewrite:
    """Namespace labels looked up for some namespaces, whose labels are not the same in both versions."""

    def rewrite(atom: Expression) -> Expression:
        if not isinstance(atom, LabelRequirement) or atom.scope is not Scope.NAMESPACE:
            return atom
        elsewhere = all_of(*(Not(NamespaceIs(name)) for name in sorted(changed)), atom)
        here = (NamespaceIs(n) for n in sorted(changed) if atom.admits(changed[n].get(atom.key)))
        return any_of(elsewhere, *here)

    return rewrite


def at_endpoint(end: DeclaredEndpoint, namespaces: NamespaceLabels) -> Rewrite:
    """What is known of an endpoint put in for the atoms about it; an address that is not known stays open.

    Traffic between a pod and its own node is not provided for: `OwnNode` is false.
    """
    labels = dict(end.labels)
    is_pod = end.kind is Kind.POD

    def rewrite(atom: Expression) -> Expression:
        match atom:
            case KindIs(kind):
                return _constant(kind is end.kind)
            case OwnNode():
                return NOTHING
            case NamespaceIs(name):
                return _constant(is_pod and name == end.namespace)
            case LabelRequirement(Scope.POD, key):
                return _constant(is_pod and atom.admits(labels.get(key)))
            case LabelRequirement(Scope.NAMESPACE, key) if is_pod and end.namespace in namespaces:
                return _constant(atom.admits(namespaces[end.namespace].get(key)))
            case DeclaresPorts(ports):
                return _constant(is_pod and ports == end.ports)
            case AddressIn(network) if end.addresses:
                is_inside = any(address in network for address in end.addresses)
                return AddressIn(_FAMILIES[network.version]) if is_inside else NOTHING
            case _:
                return atom

    return rewrite


def at_destination_ports(end: DeclaredEndpoint) -> Rewrite:
    """Named ports as the destination resolves them."""

    def rewrite(atom: Expression) -> Expression:
        own = end.ports if end.kind is Kind.POD else ()
        match atom:
            case PortNamed(name):
                return any_of(*(_port(protocol, number) for known, protocol, number in own if known == name))
            case PortElsewhere(name, protocol):
                numbers = {number for *known, number in own if known == [name, protocol]}
                if len(numbers) > 1:
                    return EVERYTHING
                return any_of(*(Not(_port(protocol, number)) for number in numbers))
            case _:
                return atom

    return rewrite


def _port(protocol: str, number: int) -> Expression:
    return all_of(ProtocolIs(protocol), PortIn(number, number))


def families_of(end: DeclaredEndpoint) -> Expression:
    """True iff the flow is of an address family that the endpoint has an address of."""
    versions = sorted({address.version for address in end.addresses})
    return any_of(*(AddressIn(_FAMILIES[v]) for v in versions)) if versions else EVERYTHING


def _constant(value: bool) -> Expression:
    return EVERYTHING if value else NOTHING
