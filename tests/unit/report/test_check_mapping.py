"""The outcome of assertions as JSON, against the schema that ships."""

from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema
import pytest
from tests.unit.report import checks
from tests.unit.report.check_schema import composed, written
from tests.unit.report.test_report_mapping import objects_of

from npverify.report import report_schema
from npverify.report.check_mapping import check_mapping, render_check_json

SCHEMA = json.loads(report_schema("check"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
PATH = Path(__file__).resolve().parents[3] / "analyzer/npverify/report/schemas/check-v1.json"


def test_the_schema_is_one_and_embeds_the_others_as_they_are():
    if os.environ.get("NPVERIFY_UPDATE_SNAPSHOTS") == "1":
        PATH.write_text(written(composed()), encoding="utf-8")

    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert report_schema("check") == written(composed()), "run with NPVERIFY_UPDATE_SNAPSHOTS=1"


@pytest.mark.parametrize("name", sorted(checks.EVERYTHING))
def test_every_outcome_fits_the_schema(name):
    VALIDATOR.validate(json.loads(render_check_json(checks.EVERYTHING[name])))


def test_every_object_of_the_schema_names_all_its_keys():
    for schema in objects_of(SCHEMA):
        if "properties" in schema and schema.get("additionalProperties") is False:
            assert set(schema["required"]) <= set(schema["properties"])


@pytest.mark.parametrize("key", sorted(SCHEMA["$defs"]["assertion"]["required"]))
def test_the_schema_misses_a_key_that_is_not_there(key):
    data = json.loads(render_check_json(checks.MIXED))
    del data["assertions"][0][key]

    assert not VALIDATOR.is_valid(data)


def test_the_data_says_what_happened():
    data = check_mapping(checks.MIXED)

    assert data["verdict"] == "violated"
    assert data["counts"] == {"holds": 2, "violated": 6, "vacuous": 1, "undecided": 1}
    second = data["assertions"][1]
    assert (second["outcome"], second["counts"], second["line"], second["endColumn"]) == (
        "violated",
        True,
        4,
        17,
    )
    assert second["answer"]["witness"]["destination"] == "shop/deployment/database"
    assert second["comparison"] is None
    assert "input" not in second["answer"]


def test_a_warning_counts_in_a_strict_run_only():
    lenient, strict = (
        check_mapping(check)["assertions"][2]["counts"] for check in (checks.MIXED, checks.STRICT)
    )

    assert (lenient, strict) == (False, True)
