"""NPV258: more ports for one address than the network plugin takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from npverify.cni import NamedPorts, limits_of
from npverify.errors import Severity
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, policy_name, rule_name
from npverify.lint.findings import Related
from npverify.lint.grants import AddressTable
from npverify.lint.plugins import manifest, named_ports, said
from npverify.lint.pod_classes import PodClass, every_class
from npverify.lint.wording import quoted
from npverify.questions.selections import DeclaredPod
from npverify.resources import Address, Direction, NetworkPolicy, PolicyRule

_MOST_RELATED = 5

Combination = tuple[str, int | str | None, int | None]
"""A protocol with a port, a range, a name or (None) every port; without a protocol: everything."""


@dataclass(frozen=True, slots=True)
class _Source:
    """A rule that gives an address some combinations of port and protocol."""

    policy: NetworkPolicy
    number: int
    rule: PolicyRule
    combinations: frozenset[Combination]


@dataclass(frozen=True, slots=True)
class _Crowd:
    """Rules that meet at one address of `whom`, with more combinations than count."""

    whom: str
    sources: tuple[_Source, ...]

    @property
    def number(self) -> int:
        """How many combinations there are."""
        return len(frozenset().union(*(source.combinations for source in self.sources)))


def _find(context: Context) -> Iterator[Found]:
    most = limits_of(context.settings.profile).most_ports
    if most is None or not context.settings.profile.enforces:
        return
    worst: dict[tuple[str, Direction, int], tuple[_Source, _Crowd, Direction]] = {}
    for own in every_class(context):
        sources = _sources(context, own)
        if _Crowd("", tuple(sources.values())).number <= most:
            continue
        for crowd in _crowds(context, own, sources):
            if crowd.number > most:
                first = max(crowd.sources, key=lambda source: len(source.combinations))
                key = (str(first.policy), own.direction, first.number)
                if key not in worst or worst[key][1].number < crowd.number:
                    worst[key] = (first, crowd, own.direction)
    for first, crowd, direction in worst.values():
        yield _found(context, first, crowd, direction, most)


def _sources(context: Context, own: PodClass) -> Mapping[tuple[str, int], _Source]:
    """The rules of a class, by their policy and number."""
    return {
        (str(policy), number): _Source(policy, number, rule, _combinations(context, policy, direction, rule))
        for policy in own.policies
        for direction, number, rule in context.rules_of(policy)
        if direction is own.direction
    }


def _combinations(
    context: Context, policy: NetworkPolicy, direction: Direction, rule: PolicyRule
) -> frozenset[Combination]:
    """What a rule takes up of the limit, at the least: of a name only what declared pods make of it."""
    if not rule.ports:
        return frozenset({("", None, None)})
    found: set[Combination] = set()
    for port in rule.ports:
        if isinstance(port.port, str):
            numbers = _numbers(context, policy, direction, rule, port.port, port.protocol)
            found |= {(port.protocol, number, None) for number in numbers}
        else:
            found.add((port.protocol, port.port, port.end_port))
    return frozenset(found)


def _numbers(
    context: Context, policy: NetworkPolicy, direction: Direction, rule: PolicyRule, name: str, protocol: str
) -> set[int | str]:
    """The numbers that a name comes to at one address: all of them where the plugin puts those of several
    pods together, else one, which may be any.
    """
    groups = context.destinations(policy, direction, rule)
    numbers = {
        number
        for group in groups
        for (own, of), found in group.named.items()
        if own == name and of == protocol
        for number in found
    }
    together = named_ports(context.settings.profile, direction) is NamedPorts.SELECTED_PODS
    return set(numbers) if together else ({name} if numbers else set())


def _crowds(context: Context, own: PodClass, sources: Mapping[tuple[str, int], _Source]) -> Iterator[_Crowd]:
    """The rules that meet at each address, at each declared pod, and at what equal selectors select."""
    table = AddressTable(context, own)
    for address in table.addresses:
        admitting = {(str(g.policy), g.number) for g in table.grants if table.admits(g, address)}
        yield _Crowd(_whom(table, address), tuple(sources[key] for key in sorted(admitting)))
    by_peer: dict[object, dict[tuple[str, int], _Source]] = {}
    by_pod: dict[str, tuple[DeclaredPod, dict[tuple[str, int], _Source]]] = {}
    for key, source in sources.items():
        for peer in source.rule.peers:
            if peer.ip_block is None:
                by_peer.setdefault(peer, {})[key] = source
                for declared in context.admitted_pods(peer, source.policy):
                    by_pod.setdefault(declared.key, (declared, {}))[1][key] = source
    for declared, listed in by_pod.values():
        yield _Crowd(f"`{declared.workload}`", tuple(listed.values()))
    for listed in by_peer.values():
        yield _Crowd("the pods of one peer", tuple(listed.values()))


def _whom(table: AddressTable, address: Address) -> str:
    """The narrowest block that holds an address."""
    blocks = [grant.block.cidr for grant in table.grants if grant.block is not None and grant.holds(address)]
    return f"`{max(blocks, key=lambda cidr: cidr.prefixlen)}`" if blocks else "every address"


def _found(context: Context, first: _Source, crowd: _Crowd, direction: Direction, most: int) -> Found:
    others: Sequence[_Source] = [source for source in crowd.sources if source is not first]
    names = [f"NetworkPolicy {source.policy}" for source in others if source.policy is not first.policy]
    with_others = f" together with {quoted(list(dict.fromkeys(names)))}" if names else ""
    return Found(
        subject=policy_name(first.policy),
        part=rule_name(direction, first.number),
        message=f"{crowd.number} combinations of port and protocol for {crowd.whom}{with_others}: under "
        f"{said(context.settings.profile)} only {most} count for one address, and the rest is dropped",
        origin=first.rule.origin,
        label="too many ports",
        hint="join ports that follow each other with `endPort`, or allow all ports of the protocol",
        related=tuple(Related("adds to them", source.rule.origin) for source in others[:_MOST_RELATED]),
    )


def _rule_with(number: int) -> str:
    ports = ", ".join(f"{{port: {8000 + 2 * each}}}" for each in range(number))
    return f"  podSelector: {{}}\n  ingress:\n  - ports: [{ports}]\n"


CHECK = Check(
    code="NPV258",
    name="too-many-ports",
    title="more ports for one address than the network plugin takes",
    severity=Severity.WARNING,
    why="A plugin may have room for so many combinations of port and protocol for one address, those of all "
    "rules and policies of a pod together. What is beyond them is written to a log and not allowed, so that "
    "connections fail which the policies allow. A range of ports is one combination.",
    fix="Join ports with `endPort`, or leave out the ports of a protocol where most of them are allowed.",
    bad=manifest("aws-vpc,enabled=true", _rule_with(25)),
    good=manifest("aws-vpc,enabled=true", _rule_with(24)),
    cni="aws-vpc,enabled=true",
    find=_find,
)
