"""Peers and ports in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from npverify.resources import (
    METADATA_NAME,
    Endpoint,
    Flow,
    IPBlock,
    LabelSelector,
    NodeEndpoint,
    Operator,
    Peer,
    PodEndpoint,
    PolicyPort,
    Requirement,
)


def requirement_words(requirement: Requirement) -> str:
    """A requirement as `app=api`, `app in (a,b)`, `!app`."""
    values = ",".join(requirement.values)
    is_one = len(requirement.values) == 1
    match requirement.operator:
        case Operator.IN:
            return f"{requirement.key}={values}" if is_one else f"{requirement.key} in ({values})"
        case Operator.NOT_IN:
            return f"{requirement.key}!={values}" if is_one else f"{requirement.key} notin ({values})"
        case Operator.EXISTS:
            return requirement.key
        case Operator.DOES_NOT_EXIST:
            return f"!{requirement.key}"


def selector_words(selector: LabelSelector) -> str:
    """The requirements of a selector, joined with commas; empty where there are none."""
    return ",".join(requirement_words(requirement) for requirement in selector.requirements)


def peer_words(peer: Peer, policy_namespace: str) -> str:
    """What a peer admits: `pods with app=api in namespace shop`, `addresses in 10.0.0.0/8`."""
    if peer.ip_block is not None:
        return _block_words(peer.ip_block)
    pods = selector_words(peer.pod_selector) if peer.pod_selector else ""
    what = f"pods with {pods}" if pods else "pods"
    if peer.namespace_selector is None:
        return f"{what} in namespace {policy_namespace}"
    namespaces = selector_words(peer.namespace_selector)
    return f"{what} in namespaces with {namespaces}" if namespaces else f"{what} in any namespace"


def _block_words(block: IPBlock) -> str:
    excepted = f" except {', '.join(map(str, block.excepts))}" if block.excepts else ""
    return f"addresses in {block.cidr}{excepted}"


def port_words(port: PolicyPort) -> str:
    """What a port admits: `tcp/5432`, `udp`, `tcp/80-90`, `tcp/http`."""
    protocol = port.protocol.value.lower()
    if port.port is None:
        return protocol
    return f"{protocol}/{port.port}" if port.end_port is None else f"{protocol}/{port.port}-{port.end_port}"


def endpoint_words(
    endpoint: Endpoint, *, with_address: bool = False, with_namespace_labels: bool = False
) -> str:
    """One end of a flow as a peer sees it; a pod's address and the labels of its namespace only where the
    peer looks at them.
    """
    if isinstance(endpoint, PodEndpoint):
        labels = _label_words(endpoint.pod.labels) or "no labels"
        words = f"a pod with {labels} in namespace {endpoint.namespace.name}"
        if with_namespace_labels:
            own = {key: value for key, value in endpoint.namespace.labels.items() if key != METADATA_NAME}
            words += f" (namespace labels: {_label_words(own) or 'none'})"
        return f"{words} at {endpoint.address or 'an unknown address'}" if with_address else words
    if isinstance(endpoint, NodeEndpoint):
        return f"a node at {endpoint.address or 'an unknown address'}"
    return f"the address {endpoint.address}"


def _label_words(labels: Mapping[str, str]) -> str:
    return ",".join(f"{key}={value}" for key, value in sorted(labels.items()))


def named_port_words(name: str, flow: Flow) -> str:
    """What a port name of the flow's protocol comes to at a destination that it does not admit."""
    if not isinstance(flow.destination, PodEndpoint):
        return f"{name} is a port of pods only"
    numbers = [
        str(port.number)
        for port in flow.destination.pod.ports
        if port.name == name and port.protocol is flow.protocol
    ]
    if not numbers:
        return f"the destination has no {flow.protocol.value.lower()} port called {name}"
    return f"{name} is {listed(numbers)} at the destination"


def flow_port_words(flow: Flow) -> str:
    """The traffic of a flow: `tcp/5432`."""
    return f"{flow.protocol.value.lower()}/{flow.port}"


def listed(words: Sequence[str]) -> str:
    """The words joined as a sentence joins them: `a, b or c`."""
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} or {words[-1]}"
