"""Admin policies of the public suites: all load, in JSON and in YAML; what the server rejects is rejected."""

from __future__ import annotations

import json
from collections import Counter

import pytest
import yaml
from tests.conformance.admin_cases import load_admin_cases
from tests.shared import SHARED, shared

from npverify.errors import InputError
from npverify.manifests import read_paths

CASES = load_admin_cases()
FILE = SHARED / "conformance" / "validation" / "cnp_crd.json"
CRD_CASES = json.loads(FILE.read_text()) if FILE.exists() else []
REMARKS = {
    "ANP_DomainNames__03_Deny-rule-matches-domain-and-IP": ["NPV114"],
}
"""The cases with remarks, and their codes."""


@pytest.mark.parametrize("suffix", ["json", "yaml"])
@pytest.mark.parametrize("found", CASES, ids=str)
def test_every_case_loads(found, suffix, tmp_path):
    if found.case.excluded:
        pytest.skip(f"excluded by the suite: {found.case.excluded}")
    objects = {"apiVersion": "v1", "kind": "List", "items": list(found.case.valid_objects)}
    path = tmp_path / f"objects.{suffix}"
    path.write_text(json.dumps(objects) if suffix == "json" else yaml.safe_dump(objects))

    inventory = read_paths([path])

    assert inventory.unmodelled == ()
    assert [f.code for f in inventory.findings] == REMARKS.get(found.case.name, [])
    assert Counter(kinds(found.case.valid_objects)) == Counter(p.kind for p in inventory.admin_policies)


def kinds(objects):
    return (item["kind"] for item in objects if item["apiVersion"].startswith("policy.networking.k8s.io/"))


def test_all_suites_are_there():
    shared("conformance", "npapi")

    assert Counter(found.case.suite for found in CASES) == {"v1alpha1": 92, "v1alpha2": 96, "knp": 74}
    assert sum(found.case.objects != found.case.valid_objects for found in CASES) == 7
    assert sum(bool(found.resolved) for found in CASES) == 11


@pytest.mark.parametrize(
    "found", [one for one in CASES if one.case.objects != one.case.valid_objects], ids=str
)
def test_what_had_to_be_put_right_is_rejected_as_it_is(found, tmp_path):
    path = tmp_path / "objects.json"
    path.write_text(json.dumps(list(found.case.objects)))

    with pytest.raises(InputError):
        read_paths([path])


@pytest.mark.parametrize("case", CRD_CASES, ids=lambda case: case["name"])
def test_verdict_of_the_definition_of_the_api(case, tmp_path):
    path = tmp_path / "policy.json"
    path.write_text(json.dumps(case["resource"], indent=2))

    if case["valid"]:
        assert len(read_paths([path]).admin_policies) == 1
    else:
        with pytest.raises(InputError) as raised:
            read_paths([path])
        assert any("unsupported value `Invalid`" in problem.message for problem in raised.value.problems)
        assert all(problem.origin.line > 1 for problem in raised.value.problems)
