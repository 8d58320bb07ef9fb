"""An answer as data, as JSON and as YAML, against the schema that ships."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import jsonschema
import pytest
import yaml
from tests.unit.report import answers

import npverify.report
from npverify.report import SCHEMA, render_json, render_yaml, report_mapping, report_schema

VALIDATOR = jsonschema.Draft202012Validator(json.loads(report_schema()))


def test_public_names_are_sorted_and_all_there():
    assert sorted(npverify.report.__all__) == npverify.report.__all__
    assert all(hasattr(npverify.report, name) for name in npverify.report.__all__)


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(VALIDATOR.schema)


@pytest.mark.parametrize("with_stats", [True, False])
@pytest.mark.parametrize("name", sorted(answers.EVERYTHING))
def test_every_answer_fits_the_schema(name, with_stats):
    VALIDATOR.validate(json.loads(render_json(answers.EVERYTHING[name], with_stats=with_stats)))


@pytest.mark.parametrize("name", sorted(answers.EVERYTHING))
def test_yaml_holds_the_same_as_json(name):
    answer = answers.EVERYTHING[name]

    assert json.loads(render_json(answer)) == yaml.safe_load(render_yaml(answer))


def test_every_key_of_the_data_is_required_by_the_schema():
    data = report_mapping(answers.REACHABLE)

    assert set(data) == set(VALIDATOR.schema["required"])
    assert set(data) | {"stats"} == set(VALIDATOR.schema["properties"])
    assert data["schema"] == SCHEMA


@pytest.mark.parametrize("key", sorted(report_mapping(answers.REACHABLE)))
def test_the_schema_misses_a_key_that_is_not_there(key):
    data = report_mapping(answers.REACHABLE)
    del data[key]

    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(data)


def objects_of(schema):
    """Every object schema in a schema, with a path to it."""
    if isinstance(schema, Mapping):
        if schema.get("type") == "object":
            yield schema
        for part in schema.values():
            yield from objects_of(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from objects_of(part)


def test_objects_with_fixed_keys_admit_no_others():
    objects = list(objects_of(VALIDATOR.schema))

    assert len(objects) > 10
    for schema in objects:
        if "properties" in schema:
            assert schema["additionalProperties"] is False
        else:
            assert "type" in schema["additionalProperties"]


def test_the_witness_is_structured():
    witness = report_mapping(answers.REACHABLE)["witness"]

    assert witness["source"] == "shop/deployment/frontend"
    assert (witness["protocol"], witness["port"]) == ("TCP", 5432)
    assert (witness["declared"], witness["connects"]) == (True, True)
    assert witness["sourceEndpoint"] == {
        "kind": "pod",
        "address": "10.0.0.7",
        "namespace": "shop",
        "name": "frontend-1",
        "labels": {"app": "frontend"},
        "namespaceLabels": {"kubernetes.io/metadata.name": "shop", "team": "shop"},
    }


def test_outside_addresses_and_nodes_are_told_from_pods():
    witness = report_mapping(answers.OUTSIDE)["witness"]

    assert (witness["sourceEndpoint"]["kind"], witness["sourceEndpoint"]["address"]) == (
        "external",
        "203.0.113.9",
    )
    assert (witness["destinationEndpoint"]["kind"], witness["destinationEndpoint"]["name"]) == (
        "node",
        "node-1",
    )
    assert witness["chosenAddress"] == ["destination"]


def test_deciding_rules_have_their_places():
    data = report_mapping(answers.REACHABLE)

    assert data["egress"] == {
        "decision": "allowed: no policy isolates the pod",
        "allows": True,
        "rules": [],
        "path": [],
        "nearest": [],
    }
    assert data["ingress"]["rules"] == [
        {
            "policy": "shop/db",
            "kind": "NetworkPolicy",
            "rule": 1,
            "file": "policies.yaml",
            "line": 11,
            "column": 7,
        }
    ]


def test_a_proof_shows_how_its_example_is_decided_and_what_comes_near():
    data = report_mapping(answers.UNREACHABLE)

    assert data["witness"] is None
    assert data["blocked"]["connects"] is False
    assert data["ingress"] == data["blocked"]["ingress"]
    assert data["ingress"]["allows"] is False
    assert [miss["lacks"] for miss in data["ingress"]["nearest"]] == [["the port"], ["the source"]]
    assert [(rule["policy"], rule["rule"]) for rule in data["core"]] == [
        ("shop/db", None),
        ("shop/deny", None),
    ]


def test_undecided_is_no_verdict_and_has_its_reason():
    data = report_mapping(answers.UNMODELLED)

    assert (data["verdict"], data["any"], data["declared"]) == ("undecided", "undecided", None)
    assert "CiliumNetworkPolicy" in data["undecided"]
    assert data["withoutUnmodelled"] == "unreachable"


def test_the_input_names_what_was_not_used():
    read = report_mapping(answers.UNMODELLED)["input"]

    assert read["ignored"] == {"v1 ConfigMap": 2, "v1 Secret": 1}
    assert read["unmodelled"][0]["kind"] == "CiliumNetworkPolicy"
    assert (read["leftOut"][0]["code"], read["leftOut"][0]["line"]) == ("NPV102", 9)
    assert (read["findings"][0]["severity"], read["findings"][0]["hint"]) == ("warning", "rename")


def test_statistics_only_on_demand():
    assert "stats" not in report_mapping(answers.OUTSIDE)
    assert report_mapping(answers.OUTSIDE, with_stats=True)["stats"] == {
        "seconds": {"read": 0.25, "solve": 0.5},
        "counts": {"solver checks": 1234},
    }


def test_the_question_is_there_as_it_was_understood():
    question = report_mapping(answers.OUTSIDE)["question"]

    assert question["form"] == "can A reach B?"
    assert question["source"] == {"text": "internet", "understood": "every outside address"}
    assert question["traffic"] == [{"protocol": None, "first": 1, "last": 65535, "name": "http"}]


def test_a_list_is_there_line_by_line():
    data = report_mapping(answers.LISTING)

    assert [(e["endpoint"], e["declared"]) for e in data["entries"]] == [
        ("shop/deployment/api", True),
        ("shop/deployment/etl", True),
        ("a pod, namespace shop", False),
    ]
    assert data["entries"][0]["origin"] == {"file": "w.yaml", "line": 3, "column": 1}
    assert data["question"]["source"] is None


@pytest.mark.parametrize("complete", [True, False])
def test_a_list_that_may_lack_something_says_so(complete):
    assert report_mapping(replace(answers.LISTING, complete=complete))["complete"] is complete
