"""The API server's own validation tests: what it rejects is rejected, with a place; the rest loads."""

from __future__ import annotations

import json

import pytest
from tests.shared import SHARED, shared

from npverify.errors import InputError
from npverify.manifests import read_paths

FILE = SHARED / "conformance" / "validation" / "networkpolicy.json"
CASES = json.loads(FILE.read_text()) if FILE.exists() else []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_verdict_of_the_api_server(case, tmp_path):
    path = tmp_path / "policy.json"
    path.write_text(json.dumps(case["resource"], indent=2))

    if case["valid"]:
        assert len(read_paths([path]).policies) == 1
    else:
        with pytest.raises(InputError) as raised:
            read_paths([path])
        assert all(problem.origin.line > 1 for problem in raised.value.problems)


@pytest.mark.parametrize(
    ("path", "policies", "workloads"), [("argo-cd/install.yaml", 7, 7), ("online-boutique", 13, 12)]
)
def test_the_corpus_loads_without_findings(path, policies, workloads):
    inventory = read_paths([shared("corpus", path)])

    assert (len(inventory.policies), len(inventory.workloads)) == (policies, workloads)
    assert inventory.findings == ()
