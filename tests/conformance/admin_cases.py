"""The cases of the public conformance suites with admin policies, as plain data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tests.conformance.conformance_cases import Case, Json, case_of
from tests.shared import SHARED

SUITES = ("npapi/v1alpha1", "npapi/v1alpha2", "knp")
GROUP = "policy.networking.k8s.io/"


@dataclass(frozen=True, slots=True)
class AdminCase:
    """A case, and the addresses of the domain names in it."""

    case: Case
    resolved: Mapping[str, tuple[str, ...]]

    def __str__(self) -> str:
        return str(self.case)


def load_admin_cases() -> tuple[AdminCase, ...]:
    """Every case, in the order of suites and files; none where the shared material is missing."""
    files = [
        path for suite in SUITES for path in sorted(SHARED.joinpath("conformance", suite).glob("*.json"))
    ]
    loaded = [(path, json.loads(path.read_text(encoding="utf-8"))) for path in files]
    return tuple(
        _admin_case(case_of(path, data), data.get("dns", {}))
        for path, data in loaded
        if any(item["apiVersion"].startswith(GROUP) for item in data["resources"])
    )


def _admin_case(case: Case, addresses: Mapping[str, list[str]]) -> AdminCase:
    fixed = tuple(_valid(item) for item in case.valid_objects)
    return AdminCase(
        replace(case, valid_objects=fixed), {name: tuple(found) for name, found in addresses.items()}
    )


def _valid(resource: Json) -> Json:
    """The object with what the server or a selector rejects put right, and the same meaning.

    A BaselineAdminNetworkPolicy is called `default`, and label values hold no spaces.
    """
    fixed = json.loads(json.dumps(resource).replace('"do not match"', '"does-not-match"'))
    if fixed["kind"] == "BaselineAdminNetworkPolicy":
        fixed["metadata"]["name"] = "default"
    return fixed
