"""ClusterNetworkPolicies over generated clusters, and the same ones in another order.

Each policy is about one team. In the Admin tier a team's policies let monitoring in, deny the test pods of
another team, pass what a namespace may decide, and deny a port to everyone; in the Baseline tier they deny
what no policy allows. `reorder` gives them other priorities: those of a team stay in their order, the teams
are woven together in another way. No flow is decided differently, but as consecutive rules differ in their
actions, no normal form shows that.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterable, Iterator

from benchmarks.generate import TEAMS, TIERS, Object

KIND = "ClusterNetworkPolicy"


def admin_policies(*, count: int) -> Iterator[Object]:
    """`count` policies of different priorities, every fifth of a team in the Baseline tier."""
    for number in range(count):
        team, turn = TEAMS[number % len(TEAMS)], number // len(TEAMS)
        tier = "Baseline" if turn % 5 == 4 else "Admin"
        yield {
            "apiVersion": "policy.networking.k8s.io/v1alpha2",
            "kind": KIND,
            "metadata": {"name": f"admin-{number:03d}"},
            "spec": {
                "tier": tier,
                "priority": number,
                "subject": {"namespaces": {"matchLabels": {"team": team}}},
                **(_baseline(number) if tier == "Baseline" else _admin(number, turn)),
            },
        }


def _admin(number: int, turn: int) -> Object:
    other, tier, version = TEAMS[(number + 1 + turn) % len(TEAMS)], TIERS[turn % len(TIERS)], f"v{turn % 3}"
    return {
        "ingress": [
            _rule("Accept", "from", _pods("platform", tier="backend"), _tcp(9090 + turn)),
            _rule(
                "Deny",
                "from",
                _pods(other, version=version, tier=tier),
                _tcp(8000 + turn, 8000 + 2 * turn + 1),
            ),
            _rule("Pass", "from", _pods(other, tier=tier), _tcp(8080)),
            _rule("Deny", "from", {"namespaces": {}}, _tcp(6000 + turn)),
        ],
        "egress": [
            _rule("Accept", "to", _pods("platform", tier=tier), _tcp(4000 + turn)),
            _rule("Deny", "to", {"networks": [f"198.{turn}.0.0/16"]}, _tcp(1, 1023)),
        ],
    }


def _baseline(number: int) -> Object:
    other = TEAMS[(number + 2) % len(TEAMS)]
    return {
        "ingress": [
            _rule("Accept", "from", {"namespaces": {"matchLabels": {"team": other}}}, _tcp(8080)),
            _rule("Deny", "from", {"namespaces": {}}),
        ]
    }


def _rule(action: str, field: str, peer: Object, *ports: Object) -> Object:
    rule: Object = {"action": action, field: [peer]}
    return {**rule, "protocols": list(ports)} if ports else rule


def _pods(team: str, **labels: str) -> Object:
    return {
        "pods": {
            "namespaceSelector": {"matchLabels": {"team": team}},
            "podSelector": {"matchLabels": labels},
        }
    }


def _tcp(first: int, last: int | None = None) -> Object:
    port: Object = {"number": first} if last is None else {"range": {"start": first, "end": last}}
    return {"tcp": {"destinationPort": port}}


def reorder(objects: Iterable[Object], *, seed: int = 1) -> Iterator[Object]:
    """The same cluster with the admin policies of the teams woven together in another way."""
    everything = [copy.deepcopy(item) for item in objects]
    admin = [item for item in everything if item["kind"] == KIND]
    yield from (item for item in everything if item["kind"] != KIND)
    queues: dict[str, list[Object]] = {}
    for item in admin:
        queues.setdefault(item["spec"]["subject"]["namespaces"]["matchLabels"]["team"], []).append(item)
    choose = random.Random(seed)
    for priority in range(len(admin)):
        team = choose.choice(sorted(name for name, queue in queues.items() if queue))
        item = queues[team].pop(0)
        item["spec"]["priority"] = priority
        yield item
