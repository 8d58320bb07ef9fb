"""`npverify map` as a process."""

from __future__ import annotations

import csv
import io
import json

import jsonschema
import pytest
from tests.cli.running import SHOP, npverify

OLD, NEW = "examples/pull-request/old", "examples/pull-request/new"


def run_map(*arguments, **options):
    return npverify("map", *arguments, **options)


def test_a_map_is_answered():
    finished = run_map(SHOP)

    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout.startswith("map: 34 of 78 pairs connect, of 6 workloads")
    assert "shop/api[Deployment]\n  TCP 53; UDP 53 → kube-system/coredns[Deployment]\n" in finished.stdout


@pytest.mark.parametrize("output", ["text", "json", "csv", "markdown", "dot", "mermaid"])
def test_every_format_is_the_same_whatever_the_hash_seed(output):
    one, other = (run_map(SHOP, "-o", output, "--exposure", PYTHONHASHSEED=seed) for seed in ("1", "2"))

    assert one.returncode == 0
    assert one.stdout
    assert one.stdout == other.stdout


def rows(*arguments):
    finished = run_map(SHOP, "-o", "csv", *arguments)
    assert finished.returncode == 0, finished.stderr
    return [
        (r["source"], r["destination"], r["connections"])
        for r in csv.DictReader(io.StringIO(finished.stdout))
    ]


def test_filters_by_source_destination_and_port():
    assert rows("--from", "api", "--to", "database") == [
        ("shop/api[Deployment]", "shop/database[StatefulSet]", "TCP 5432")
    ]
    assert rows("--from", "api", "--to", "database", "--port", "udp/53") == []
    assert {source for source, *_ in rows("--to", "database")} == {
        "shop/api[Deployment]",
        "shop/backup[CronJob]",
    }
    assert {ports for *_, ports in rows("--from", "frontend", "--port", "tcp/53")} == {"TCP 53"}


def test_namespaces_stand_for_their_pods():
    assert ("shop", "kube-system", "TCP 53; UDP 53") in rows("--group", "namespace")


def test_pods_of_one_workload_with_each_other_on_demand():
    database = "shop/database[StatefulSet]"

    assert (database, database) not in [(s, d) for s, d, _ in rows()]
    loops = [(s, d) for s, d, _ in rows("--include-self") if s == d]
    assert loops


def test_addresses_as_networks():
    destinations = {destination for _, destination, _ in rows("--cidr", "--from", "backup")}

    assert "198.51.100.0/24" in destinations


def test_json_fits_the_schema_that_is_printed():
    schema = json.loads(npverify("schema", "map").stdout)
    validator = jsonschema.Draft202012Validator(schema)

    validator.validate(json.loads(run_map(SHOP, "-o", "json", "--exposure", "--stats").stdout))
    validator.validate(json.loads(run_map(OLD, "--diff", NEW, "-o", "json").stdout))


def test_changed_cells_only():
    finished = run_map(OLD, "--diff", NEW)

    assert finished.returncode == 1
    lines = finished.stdout.splitlines()
    assert lines[0] == "changed: 2 cells changed"
    assert lines[2].startswith(
        "+ monitoring/grafana[Deployment] → shop/api[Deployment]: No Connections ⇒ TCP 9090"
    )
    assert lines[3].startswith(
        "- shop/backup[CronJob] → shop/database[StatefulSet]: TCP 5432 ⇒ No Connections"
    )


def test_no_change_is_said_so():
    finished = run_map(OLD, "--diff", OLD)

    assert finished.returncode == 0
    assert finished.stdout.startswith("the same: no cell of the map has changed")


UNMODELLED = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: extra, namespace: shop}
spec: {}
"""


def test_policies_that_are_not_modelled_leave_the_map_open():
    finished = run_map(SHOP, "-", stdin=UNMODELLED)

    assert finished.returncode == 3
    assert finished.stdout.startswith("undecided: ")
    assert "CiliumNetworkPolicy" in finished.stdout
    assert run_map(SHOP, "-", "--ignore-unmodelled", stdin=UNMODELLED).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((f"{SHOP}/policies.yaml",), ["there is no workload in", "add their manifests"]),
        (("examples/shp",), ["does not exist", "did you mean `examples/shop`?"]),
        ((SHOP, "--from", "frontned"), ["frontned", "^^^^^^^^", "frontend"]),
        ((SHOP, "--port", "tpc/80"), ["tpc"]),
        ((SHOP, "--group", "pod"), ["pod", "workload"]),
        ((SHOP, "-o", "png"), ["png", "mermaid"]),
        ((SHOP, "--verify", "-1"), ["--verify"]),
        ((SHOP, "--diff", "examples/nowhere"), ["`examples/nowhere` does not exist"]),
    ],
    ids=lambda value: " ".join(value)[:50] if isinstance(value, tuple) else None,
)
def test_bad_usage_is_explained(arguments, words):
    finished = run_map(*arguments)

    assert finished.returncode == 2
    assert finished.stdout == ""
    assert "Traceback" not in finished.stderr
    for word in words:
        assert word in finished.stderr


def test_output_file_gets_it_all(tmp_path):
    path = tmp_path / "map.dot"

    finished = run_map(SHOP, "-o", "dot", "--output-file", str(path))

    assert (finished.returncode, finished.stdout) == (0, "")
    assert path.read_text().startswith("digraph connectivity {\n")
