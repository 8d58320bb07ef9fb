"""The JSON Schema of npverify.yaml takes what the reader takes, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from tests.unit.configuration.test_assertions import SAME

from npverify.configuration import read_configuration
from npverify.configuration.assertions import ABOUT_KEYS, CLAIM_KEYS, NOT, SEVERITIES
from npverify.configuration.options import OPTIONS
from npverify.configuration.parts import FORMS
from npverify.configuration.reading import FIELDS
from npverify.errors import ConfigurationError
from npverify.report import report_schema

SCHEMA = json.loads(report_schema("config"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
ROOT = Path(__file__).resolve().parents[3]


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_it_has_every_field():
    assertion = SCHEMA["$defs"]["assertion"]["properties"]

    assert list(SCHEMA["properties"]) == list(FIELDS)
    assert set(assertion) == {*ABOUT_KEYS, NOT, *CLAIM_KEYS}
    assert assertion["severity"]["enum"] == list(SEVERITIES)
    for name, form in FORMS.items():
        part = SCHEMA["$defs"][f"form-{name}"]
        assert set(part["properties"]) == set(form.fields)
        assert set(part.get("required", ())) == set(form.required)


@pytest.mark.parametrize("name", sorted(OPTIONS))
def test_it_knows_the_words_of_every_option(name):
    option, part = OPTIONS[name], SCHEMA["properties"][name]

    assert part["description"] == option.help.rstrip(".")
    assert part.get("enum") == (None if option.choices is None else list(option.choices))


@pytest.mark.parametrize("name", sorted(SCHEMA["$defs"]["assertion"]["properties"]))
def test_every_key_is_explained(name):
    part = SCHEMA["$defs"]["assertion"]["properties"][name]
    while "$ref" in part and "description" not in part:
        part = SCHEMA["$defs"][part["$ref"].rpartition("/")[2]]

    assert part["description"]


class _Plain(yaml.SafeLoader):
    """Reads days as text, as editors and npverify do."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - as the base class has it
        first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


@pytest.mark.parametrize(
    "path", [ROOT / "examples/check/npverify.yaml", ROOT / "tests/snapshots/lint/npverify.yaml"], ids=str
)
def test_real_files_fit(path):
    VALIDATOR.validate(yaml.load(path.read_text(), _Plain))


TEXTS = [
    *(f"assertions: [{parts}]" for parts, _ in SAME),
    *(f"assertions: [{{that: {json.dumps(sentence)}}}]" for _, sentence in SAME),
    "assertions: []",
    "assertions: [{}]",
    "assertions: [{name: x}]",
    "assertions: [{that: x can reach y, only: {from: x, to: y}}]",
    "assertions: [{not: {not: {that: x can reach y}}}]",
    "assertions: [{not: {}}]",
    "assertions: [{reachable: {}}]",
    "assertions: [{reachable: {frm: api}}]",
    "assertions: [{reachable: {from: api, port: [80, http]}}]",
    "assertions: [{reachable: {from: api, port: true}}]",
    "assertions: [{reachable: {from: api, protocol: tpc}}]",
    "assertions: [{only: {from: api}}]",
    "assertions: [{isolated: {pods: api, for: [ingres]}}]",
    "assertions: [{isolated: {pods: api, for: egress}}]",
    "assertions: [{equivalent: {}}]",
    "assertions: [{equivalent: {to: [a, b], per-direction: true}}]",
    "assertions: [{disjoint: {to: a, per-direction: true}}]",
    "assertions: [{that: api is isolated, severity: note}]",
    "assertions: [{that: api is isolated, severity: warning, allow-vacuous: true, universe: any, name: x}]",
    "assertions: [{that: api is isolated, name: ' '}]",
    "assertions: [{that: api is isolated, allow-vacuous: maybe}]",
    "manifests: deploy",
    "manifests: [deploy, other]",
    "manifests: ['']",
    "manifest: [deploy]",
    "cni: generic",
    "cni: calico",
    "timeout: -1",
    "timeout: 3",
    "pod-cidr: [10.0.0.0/8]",
    "open-namespaces: 'yes'",
    "lint: {ignore: [NPV204]}",
    "lint: {ignroe: [NPV204]}",
    "lint: {suppress: [{code: NPV211, reason: x, expires: '2026-01-01'}]}",
    "lint: {suppress: [{code: NPV211}]}",
]


@pytest.mark.parametrize("text", TEXTS)
def test_it_agrees_with_the_reader(tmp_path, text):
    path = tmp_path / "npverify.yaml"
    path.write_text(f"schema: npverify/v1\n{text}\n")

    try:
        read_configuration(path)
    except ConfigurationError:
        is_read = False
    else:
        is_read = True

    assert VALIDATOR.is_valid(yaml.safe_load(path.read_text())) is is_read


def test_the_table_has_both_kinds_of_text():
    valid = [VALIDATOR.is_valid(yaml.safe_load(f"schema: npverify/v1\n{text}\n")) for text in TEXTS]

    assert sum(valid) > 60
    assert len(valid) - sum(valid) > 15
