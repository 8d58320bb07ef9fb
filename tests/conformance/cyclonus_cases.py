"""The inputs of the default run of the cyclonus suite (0.5), made again from what it varies: 112 cases.

Nine pods x/a … z/c, each with TCP, UDP and SCTP on ports 80 and 81 and a Service of its own. One policy is
varied: for x/a, ingress from the pods b and c of x and y, egress to the pods a and b of y and z, both on
TCP 80, and egress for DNS. A case is one or more states of the cluster.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from tests.unit.questions.manifests import block, container_port, expression, labels, namespace, pod, policy

NAMESPACES, NAMES = ("x", "y", "z"), ("a", "b", "c")
PROTOCOLS, PORTS = ("TCP", "UDP", "SCTP"), (80, 81)
CASES = 112
NOWHERE = "0.0.0.0/31"

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class State:
    """The policies of one step, and the labels of pods and namespaces that are not as usual."""

    policies: tuple[Json, ...] = ()
    namespace_labels: tuple[tuple[str, str, str], ...] = ()
    pod_labels: tuple[tuple[str, str, str, str], ...] = ()
    more_namespaces: tuple[tuple[str, str], ...] = ()
    more_pods: tuple[tuple[str, str], ...] = ()

    def objects(self, version: int) -> list[Json]:
        """Everything in the cluster; `version` is that of the addresses."""
        homes = [*((name, name) for name in NAMESPACES), *self.more_namespaces]
        ends = [*product(NAMESPACES, NAMES), *self.more_pods]
        return [
            *(namespace(home, **self._own(home, ns=label)) for home, label in homes),
            *(self._pod(home, name, address(version, n)) for n, (home, name) in enumerate(ends, start=1)),
            *self.policies,
        ]

    def _own(self, home: str, **usual: str) -> dict[str, str]:
        return {**usual, **{key: value for own, key, value in self.namespace_labels if own == home}}

    def _pod(self, home: str, name: str, own_address: str) -> Json:
        own = {key: value for *end, key, value in self.pod_labels if end == [home, name]}
        ports = [
            container_port(number, f"serve-{number}-{protocol.lower()}", protocol)
            for number, protocol in product(PORTS, PROTOCOLS)
        ]
        return pod(name, home=home, ports=ports, ips=[own_address], **{"pod": name, **own})


def address(version: int, number: int) -> str:
    """The address of the pod of that number; z/c is the ninth."""
    return f"10.0.0.{number}" if version == 4 else f"fd00::{number:x}"


def every_case(version: int) -> tuple[tuple[State, ...], ...]:
    """The states of the cases in the suite's order: the first is case 1."""
    cases = (
        *((State((base(home=home),)),) for home in NAMESPACES),
        *((State((base(select=select),)),) for select in ({}, {"pod": "a"}, within("pod", "a", "b"))),
        *((State((base(**{direction: rules}),)),) for direction in EGRESS_FIRST for rules in ([], [{}])),
        *((State((base(**{d: varied(d, peers=[])}),)),) for d in INGRESS_FIRST),
        *(
            (State((base(**{d: varied(d, peers=[peer])}),)),)
            for d in INGRESS_FIRST
            for peer in every_peer(version)
        ),
        *((State((base(**{d: varied(d, ports=ports)}),)),) for d, ports in every_port_list()),
        *changing_cases(),
        *((State(policies),) for policies in conflicting_policies()),
    )
    assert len(cases) == CASES
    return cases


# The policy that is varied ---------------------------------------------------------------------------

INGRESS_FIRST, EGRESS_FIRST = ("ingress", "egress"), ("egress", "ingress")
TCP_80 = {"protocol": "TCP", "port": 80}
DNS: Json = {"ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]}


def within(key: str, *values: str) -> Json:
    return expression(key, "In", *values)


USUAL = {
    "ingress": {"podSelector": within("pod", "b", "c"), "namespaceSelector": within("ns", "x", "y")},
    "egress": {"podSelector": within("pod", "a", "b"), "namespaceSelector": within("ns", "y", "z")},
}
PEERS = {"ingress": "from", "egress": "to"}


def varied(direction: str, peers: list[Json] | None = None, ports: list[Json] | None = None) -> list[Json]:
    """The usual rules of a direction, with other peers or ports in the first."""
    first: Json = {
        PEERS[direction]: [USUAL[direction]] if peers is None else peers,
        "ports": [TCP_80] if ports is None else ports,
    }
    return [first, DNS] if direction == "egress" else [first]


def base(*, home: str = "x", select: Json | None = None, **rules: list[Json]) -> Json:
    chosen = {direction: rules.get(direction, varied(direction)) for direction in INGRESS_FIRST}
    types = ("Ingress", "Egress")
    return policy("base", {"pod": "a"} if select is None else select, types=types, home=home, **chosen)


# What is varied --------------------------------------------------------------------------------------


def every_peer(version: int) -> list[Json]:
    """Eight selectors, and two blocks around the address of z/c."""
    everything: Json = {}
    c, x = labels({"pod": "c"}), labels({"ns": "x"})
    selectors = [(everything, None), (c, None), (None, everything), (everything, everything)]
    selectors += [(c, everything), (None, x), (everything, x), (c, x)]
    start, wide, narrow = ("10.0.0.0", 24, 28) if version == 4 else ("fd00::", 120, 124)
    return [
        *(
            {
                **({} if own is None else {"podSelector": own}),
                **({} if homes is None else {"namespaceSelector": homes}),
            }
            for own, homes in selectors
        ),
        block(f"{start}/{wide}"),
        block(f"{start}/{wide}", f"{start}/{narrow}"),
    ]


def every_port_list() -> Iterator[tuple[str, list[Json]]]:
    """No ports, one, and two: by number, by name, of any number, of no protocol."""

    def entry(protocol: str | None = None, port: object = None) -> Json:
        return {
            **({} if protocol is None else {"protocol": protocol}),
            **({} if port is None else {"port": port}),
        }

    yield from ((direction, []) for direction in EGRESS_FIRST)
    one = [entry(protocol, number) for protocol in (None, *PROTOCOLS) for number in (None, *PORTS)]
    one += [
        entry(protocol, f"serve-{number}-{protocol.lower()}") for protocol in PROTOCOLS for number in PORTS
    ]
    one += [entry("TCP", unserved) for unserved in ("serve-81-udp", "serve-7981-udp", 7981)]
    yield from ((direction, [each]) for direction in EGRESS_FIRST for each in one)
    two = [
        (entry(), entry(port=80)),
        (entry(), entry(port="serve-80-tcp")),
        (entry(), entry("UDP")),
        (entry(port=80), entry(port=81)),
        (entry(port=80), entry(port="serve-81-tcp")),
        (entry(port=80), entry("UDP", "serve-81-udp")),
        (entry("UDP", 80), entry("UDP", "serve-81-udp")),
    ]
    yield from ((direction, [*each]) for direction in EGRESS_FIRST for each in two)


def changing_cases() -> Iterator[tuple[State, ...]]:
    """The cluster changes from step to step."""
    usual = State((base(),))
    yield usual, State()
    yield (
        usual,
        State((base(ingress=varied("ingress", ports=[{"protocol": "UDP", "port": "serve-81-udp"}])),)),
    )
    with_namespace = replace(usual, more_namespaces=(("y-2", "y"),), more_pods=(("y-2", "a"), ("y-2", "b")))
    yield usual, with_namespace, usual
    new_namespace = labels({"new-ns": "qrs"})
    by_namespace = State((base(ingress=varied("ingress", [{"namespaceSelector": new_namespace}])),))
    yield (
        by_namespace,
        replace(by_namespace, namespace_labels=(("y", "new-ns", "qrs"),)),
        by_namespace,
    )
    yield usual, replace(usual, more_pods=(("x", "d"),)), usual
    new_pod = {
        "podSelector": labels({"new-label": "abc"}),
        "namespaceSelector": within("ns", "y", "z"),
    }
    by_pod = State((base(ingress=varied("ingress", [new_pod])),))
    yield by_pod, replace(by_pod, pod_labels=(("y", "b", "new-label", "abc"),)), by_pod


def conflicting_policies() -> Iterator[tuple[Json, ...]]:
    """Policies that add up: of x/b for egress, with one for DNS, and of y/c for ingress."""

    def out(*lists: list[Json]) -> tuple[Json, ...]:
        made = (
            policy(f"out{n}", {"pod": "b"}, types=["Egress"], home="x", egress=e) for n, e in enumerate(lists)
        )
        return (*made, policy("dns", {"pod": "b"}, types=["Egress"], home="x", egress=[DNS]))

    def into(*lists: list[Json]) -> tuple[Json, ...]:
        return tuple(
            policy(f"in{n}", {"pod": "c"}, types=["Ingress"], home="y", ingress=rules)
            for n, rules in enumerate(lists)
        )

    def rules(direction: str) -> tuple[list[Json], list[Json], list[Json], list[Json]]:
        name = PEERS[direction]
        every_pod, no_pod = {"namespaceSelector": {}}, {"namespaceSelector": labels({"never": "so"})}
        return (
            [{name: [every_pod]}],
            [{name: [block("0.0.0.0/0")]}],
            [{name: [block(NOWHERE)]}],
            [{name: [no_pod]}],
        )

    nothing, everything = [], [{}]
    yield (*out(nothing), *into(everything))
    yield (*out(everything), *into(nothing))
    yield out(nothing, everything)
    yield into(nothing, everything)
    for direction, made in (("egress", out), ("ingress", into)):
        by_pod, by_block, by_no_block, by_no_pod = rules(direction)
        yield from (made(nothing, by_pod), made(nothing, by_block))
        yield from (made(by_no_block, by_pod), made(by_no_pod, by_block))
    for direction, made in (("egress", out), ("ingress", into)):
        *_, by_no_block, by_no_pod = rules(direction)
        yield from (made(by_no_block), made(by_no_pod))
