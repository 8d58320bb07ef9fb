"""The generated clusters of the benchmarks: repeatable, the same in both formats, and as described."""

from __future__ import annotations

import json

import pytest
import yaml
from benchmarks.generate import generate, write_json, write_yaml

from npverify import Verdict, load

SIZE = {"policies": 60, "workloads": 60, "namespaces": 5}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    path = tmp_path_factory.mktemp("generated") / "cluster.yaml"
    write_yaml(generate(**SIZE), path)
    return load(path)


def test_same_arguments_give_the_same_objects():
    assert list(generate(**SIZE)) == list(generate(**SIZE))


def test_another_seed_gives_another_cluster():
    assert list(generate(**SIZE)) != list(generate(**SIZE, seed=1))


def test_both_formats_hold_the_objects(tmp_path):
    objects = list(generate(**SIZE))
    write_yaml(iter(objects), tmp_path / "cluster.yaml")
    write_json(iter(objects), tmp_path / "cluster.json")

    assert list(yaml.safe_load_all((tmp_path / "cluster.yaml").read_text())) == objects
    assert json.loads((tmp_path / "cluster.json").read_text())["items"] == objects


def test_it_loads_without_findings(cluster):
    inventory = cluster.inventory

    assert len(inventory.policies) == len(inventory.workloads) == 60
    assert len(inventory.namespaces) == 5
    assert inventory.findings == ()


def test_one_namespace_may_hold_everything(tmp_path):
    write_json(generate(policies=60, workloads=60, namespaces=1), tmp_path / "cluster.json")

    assert list(load(tmp_path / "cluster.json").inventory.namespaces) == ["ns-000"]


@pytest.mark.parametrize(
    ("destination", "verdict"),
    [("app-0005", Verdict.REACHABLE), ("app-0010", Verdict.UNREACHABLE)],
)
def test_pairs_reach_each_other_as_the_docstring_says(cluster, destination, verdict):
    answer = cluster.query(f"can ns-000/app=app-0000 reach ns-000/app={destination} on tcp/8080?")

    assert answer.verdict is verdict
    assert not answer.vacuous
