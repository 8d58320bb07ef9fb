"""Generated clusters of realistic shape, the same for the same arguments.

    python -m benchmarks.generate --policies 1000 --workloads 1000 --namespaces 50 --format yaml OUT

Namespaces are called `ns-000`, workloads `app-0000`, and workload number i lives in namespace i modulo the
number of namespaces. In each namespace the first policy denies everything, the second allows DNS, the third
admits an ipBlock, the fourth a monitoring namespace by a named port; each further one lets one workload call
the next one of its namespace on tcp/8080. So in `ns-000` of the default cluster `app-0000` can reach
`app-0050`, and cannot reach `app-0100`.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path

TEAMS = ("payments", "search", "web", "data", "platform")
TIERS = ("frontend", "backend", "data")

Object = dict


def generate(*, policies: int, workloads: int, namespaces: int, seed: int = 0) -> Iterator[Object]:
    """The objects of a cluster: namespaces, then workloads, then policies."""
    choose = random.Random(seed)
    for number in range(namespaces):
        team = TEAMS[number % len(TEAMS)]
        yield _object("v1", "Namespace", f"ns-{number:03d}", None, labels={"team": team})
    for number in range(workloads):
        yield _deployment(number, namespaces, choose)
    for number in range(policies):
        yield _policy(number, workloads, namespaces, choose)


def _object(api: str, kind: str, name: str, namespace: str | None, labels: dict | None = None) -> Object:
    metadata: Object = {"name": name}
    if namespace is not None:
        metadata["namespace"] = namespace
    if labels:
        metadata["labels"] = labels
    return {"apiVersion": api, "kind": kind, "metadata": metadata}


def _deployment(number: int, namespaces: int, choose: random.Random) -> Object:
    labels = {"app": f"app-{number:04d}", "tier": choose.choice(TIERS), "version": f"v{number % 3}"}
    item = _object("apps/v1", "Deployment", f"app-{number:04d}", f"ns-{number % namespaces:03d}")
    ports = [{"name": "http", "containerPort": 8080}, {"name": "metrics", "containerPort": 9090 + number % 2}]
    item["spec"] = {
        "replicas": 2,
        "selector": {"matchLabels": {"app": labels["app"]}},
        "template": {
            "metadata": {"labels": labels},
            "spec": {"containers": [{"name": "main", "image": "example/app:1", "ports": ports}]},
        },
    }
    return item


def _policy(number: int, workloads: int, namespaces: int, choose: random.Random) -> Object:
    home, position = number % namespaces, number // namespaces
    item = _object("networking.k8s.io/v1", "NetworkPolicy", f"policy-{number:05d}", f"ns-{home:03d}")
    item["spec"] = _spec(home, position, workloads, namespaces, choose)
    return item


def _spec(home: int, position: int, workloads: int, namespaces: int, choose: random.Random) -> Object:
    match position:
        case 0:
            return {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
        case 1:
            return _dns()
        case 2:
            return _outside(choose)
        case 3:
            return _monitoring()
    local = max(1, workloads // namespaces)
    caller, callee = (home + namespaces * ((position - 4 + step) % local) for step in (0, 1))
    if position % 2:
        return _one_way("Egress", "egress", "to", caller, callee)
    both = _one_way("Ingress", "ingress", "from", callee, caller)
    extra = _one_way("Egress", "egress", "to", caller, callee)
    if position == 4:
        both["podSelector"] = {"matchExpressions": [_in(caller, callee)]}
        return {**both, "policyTypes": ["Ingress", "Egress"], "egress": extra["egress"]}
    return both


def _in(*workloads: int) -> Object:
    return {"key": "app", "operator": "In", "values": [f"app-{number:04d}" for number in workloads]}


def _one_way(kind: str, field: str, peers: str, subject: int, peer: int) -> Object:
    return {
        "podSelector": {"matchLabels": {"app": f"app-{subject:04d}"}},
        "policyTypes": [kind],
        field: [
            {
                peers: [{"podSelector": {"matchLabels": {"app": f"app-{peer:04d}"}}}],
                "ports": [{"port": 8080, "protocol": "TCP"}],
            }
        ],
    }


def _dns() -> Object:
    peer = {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
        "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
    }
    ports = [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]
    return {"podSelector": {}, "policyTypes": ["Egress"], "egress": [{"to": [peer], "ports": ports}]}


def _outside(choose: random.Random) -> Object:
    block = choose.randrange(256)
    ip_block = {"cidr": f"198.{block}.0.0/16", "except": [f"198.{block}.{choose.randrange(256)}.0/24"]}
    rule = {"from": [{"ipBlock": ip_block}], "ports": [{"port": 8443, "endPort": 8450}]}
    selector = {"matchLabels": {"tier": "frontend"}}
    return {"podSelector": selector, "policyTypes": ["Ingress"], "ingress": [rule]}


def _monitoring() -> Object:
    peer = {
        "namespaceSelector": {"matchLabels": {"team": "platform"}},
        "podSelector": {"matchExpressions": [{"key": "tier", "operator": "NotIn", "values": ["data"]}]},
    }
    rule = {"from": [peer], "ports": [{"port": "metrics"}]}
    return {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [rule]}


def write_json(objects: Iterator[Object], path: Path) -> None:
    """One `List`, as `kubectl get -o json` prints it."""
    document = {"apiVersion": "v1", "kind": "List", "items": list(objects)}
    path.write_text(json.dumps(document, indent=4) + "\n", encoding="utf-8")


def write_yaml(objects: Iterator[Object], path: Path) -> None:
    """One document an object, in block style."""
    with path.open("w", encoding="utf-8") as file:
        for item in objects:
            file.write("---\n")
            file.write("".join(_block(item, 0)))


def _block(data: object, indent: int) -> Iterator[str]:
    pad = "  " * indent
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _entry(f"{pad}{key}:", value, indent)
    elif isinstance(data, list):
        for value in data:
            lines = (
                list(_block(value, indent + 1))
                if isinstance(value, (dict, list))
                else [f"{json.dumps(value)}\n"]
            )
            first = lines[0].lstrip() if isinstance(value, (dict, list)) else lines[0]
            yield f"{pad}- {first}"
            yield from lines[1:]


def _entry(head: str, value: object, indent: int) -> Iterator[str]:
    if isinstance(value, (dict, list)) and value:
        yield f"{head}\n"
        yield from _block(value, indent + 1)
    elif isinstance(value, str) and value.replace("-", "").replace(".", "").replace("/", "").isalpha():
        yield f"{head} {value}\n"
    else:
        yield f"{head} {json.dumps(value)}\n"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--policies", type=int, default=1000)
    parser.add_argument("--workloads", type=int, default=1000)
    parser.add_argument("--namespaces", type=int, default=50)
    parser.add_argument("--single-namespace", action="store_true")
    parser.add_argument("--format", choices=("yaml", "json"), default="yaml")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    objects = generate(
        policies=arguments.policies,
        workloads=arguments.workloads,
        namespaces=1 if arguments.single_namespace else arguments.namespaces,
        seed=arguments.seed,
    )
    (write_json if arguments.format == "json" else write_yaml)(objects, arguments.out)


if __name__ == "__main__":
    main()
