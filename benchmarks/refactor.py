"""Clusters that mean the same in other words, and clusters with one rule changed.

    python -m benchmarks.refactor --policies 1000 split OLD.yaml NEW.yaml

`split` cuts every policy into one for each direction, rule, peer and port, under new names and in another
order. `reword` also cuts every CIDR and port range in two and adds rules that are covered already, which no
normal form sees through: a solver has to. `edit` opens one more port in one rule.
"""

from __future__ import annotations

import argparse
import copy
import random
from collections.abc import Iterable, Iterator
from ipaddress import ip_network
from pathlib import Path

from benchmarks.generate import Object, generate, write_json, write_yaml

PEERS = {"ingress": "from", "egress": "to"}


def split(objects: Iterable[Object], *, seed: int = 1, reword: bool = False) -> Iterator[Object]:
    """The same cluster with its policies cut up and in another order."""
    everything = list(objects)
    policies = [item for item in everything if item["kind"] == "NetworkPolicy"]
    yield from (item for item in everything if item["kind"] != "NetworkPolicy")
    pieces = [piece for policy in policies for piece in _pieces(policy, reword=reword)]
    random.Random(seed).shuffle(pieces)
    for number, piece in enumerate(pieces):
        piece["metadata"]["name"] = f"piece-{number:06d}"
        yield piece


def _pieces(policy: Object, *, reword: bool) -> Iterator[Object]:
    spec = policy["spec"]
    for kind in spec["policyTypes"]:
        field = kind.lower()
        rules = [one for rule in spec.get(field, []) for one in _single_rules(rule, PEERS[field], reword)]
        for rule in rules or [None]:
            piece = copy.deepcopy({**policy, "spec": {"podSelector": spec["podSelector"]}})
            piece["spec"]["policyTypes"] = [kind]
            if rule is not None:
                piece["spec"][field] = [rule]
            yield piece


def _single_rules(rule: Object, peers: str, reword: bool) -> Iterator[Object]:
    for peer in rule.get(peers, [None]):
        for port in rule.get("ports", [None]):
            for one in _halves_of_peer(peer) if reword else [peer]:
                for other in _halves_of_port(port) if reword else [port]:
                    yield {
                        **({} if one is None else {peers: [one]}),
                        **({} if other is None else {"ports": [other]}),
                    }


def _halves_of_peer(peer: Object | None) -> list[Object | None]:
    if peer is None:
        return [None]
    if "ipBlock" not in peer:
        selector = copy.deepcopy(peer)
        pods = selector.setdefault("podSelector", {})
        pods.setdefault("matchExpressions", []).append({"key": "extra", "operator": "Exists"})
        return [peer, selector]
    block = peer["ipBlock"]
    halves = []
    for network in ip_network(block["cidr"]).subnets():
        inside = [e for e in block.get("except", []) if ip_network(e).subnet_of(network)]
        halves.append({"ipBlock": {"cidr": str(network), **({"except": inside} if inside else {})}})
    return halves


def _halves_of_port(port: Object | None) -> list[Object | None]:
    if port is None or "endPort" not in port:
        return [port]
    first, last = port["port"], port["endPort"]
    middle = (first + last) // 2
    rest = {key: value for key, value in port.items() if key not in ("port", "endPort")}
    return [{**rest, "port": first, "endPort": middle}, {**rest, "port": middle + 1, "endPort": last}]


def edit(objects: Iterable[Object], *, addresses: bool = False) -> Iterator[Object]:
    """The same cluster with one rule changed: the first that admits the pods of one workload admits them on
    another port; or, where `addresses`, the last that admits addresses admits them on one port more.

    The second is the harder one: any pod anywhere may have such an address, so that the egress rules of every
    namespace have a say.
    """
    everything = [copy.deepcopy(item) for item in objects]
    ports = [
        port
        for item in everything
        if item["kind"] == "NetworkPolicy"
        for rule in item["spec"].get("ingress", [])
        for port in rule.get("ports", [])
        if ("endPort" in port) is addresses and port["port"] in (8080, 8443)
    ]
    if addresses:
        ports[-1]["endPort"] += 1
    else:
        ports[0]["port"] += 1
    yield from everything


def label_sets(*, policies: int, workloads: int, distinct: int) -> Iterator[Object]:
    """One namespace with many workloads that share few distinct sets of labels, and a policy for each."""
    for number in range(workloads):
        shape = number % distinct
        labels = {"app": f"app-{shape:04d}", "group": f"group-{shape % 20:02d}", "zone": f"zone-{shape % 3}"}
        item = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": f"pod-{number:05d}", "namespace": "scale", "labels": labels},
            "spec": {"containers": [{"name": "main", "image": "example/app:1"}]},
        }
        yield item
    choose = random.Random(0)
    for number in range(policies):
        shape = number % distinct
        peer = {"podSelector": {"matchLabels": {"group": f"group-{choose.randrange(20):02d}"}}}
        other = {
            "podSelector": {
                "matchExpressions": [
                    {
                        "key": "app",
                        "operator": "In",
                        "values": [f"app-{choose.randrange(distinct):04d}" for _ in "ab"],
                    },
                    {"key": "zone", "operator": "NotIn", "values": [f"zone-{choose.randrange(3)}"]},
                ]
            }
        }
        port = {"port": 8000 + number % 7, "endPort": 8010 + number % 11, "protocol": "TCP"}
        yield {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": f"policy-{number:05d}", "namespace": "scale"},
            "spec": {
                "podSelector": {"matchLabels": {"app": f"app-{shape:04d}"}},
                "policyTypes": ["Ingress"],
                "ingress": [{"from": [peer, other], "ports": [port]}],
            },
        }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("form", choices=("split", "reword", "edit"))
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--policies", type=int, default=1000)
    parser.add_argument("--workloads", type=int, default=1000)
    parser.add_argument("--namespaces", type=int, default=50)
    parser.add_argument("--label-sets", type=int, default=0)
    arguments = parser.parse_args()
    if arguments.label_sets:
        old = list(
            label_sets(
                policies=arguments.policies, workloads=arguments.workloads, distinct=arguments.label_sets
            )
        )
    else:
        old = list(
            generate(
                policies=arguments.policies, workloads=arguments.workloads, namespaces=arguments.namespaces
            )
        )
    new = edit(old) if arguments.form == "edit" else split(old, reword=arguments.form == "reword")
    for objects, path in ((old, arguments.old), (new, arguments.new)):
        (write_json if path.suffix == ".json" else write_yaml)(iter(list(objects)), path)


if __name__ == "__main__":
    main()
