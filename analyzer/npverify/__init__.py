"""Proofs and counterexamples for Kubernetes network policies: the public API.

```python
import npverify

cluster = npverify.load("deploy/")
answer = cluster.query("can any frontend pod reach the database?")
assert answer.verdict is npverify.Verdict.UNREACHABLE
```

Names are imported when they are first used, so that `import npverify` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from npverify.cluster import (
        Cluster,
        LoadOptions,
        compare,
        compare_maps,
        load,
        load_objects,
        load_revision,
    )
    from npverify.cni import CniProfile, OwnNodeEgress, profile_of
    from npverify.errors import Finding, InputError, InternalError, NpverifyError, Severity, UsageError
    from npverify.lint import Baseline, LintFinding, LintResult, Suppression
    from npverify.questions.answer import (
        Answer,
        InputSummary,
        ListEntry,
        Region,
        Stats,
        Verdict,
        Witness,
    )
    from npverify.questions.comparison import (
        Change,
        Comparison,
        ComparisonSettings,
        ComparisonVerdict,
        ComparisonWitness,
        Difference,
        Relation,
    )
    from npverify.questions.connectivity import (
        Cell,
        Connections,
        ConnectivityMap,
        Exposure,
        ExposureEntry,
        Grouping,
        MapDifference,
        MapEndpoint,
    )
    from npverify.questions.query import Form, Query
    from npverify.questions.settings import QuerySettings, Universe
    from npverify.reference import Decision, DirectionReport, NearMiss, RuleReference
    from npverify.resources import Origin

_HOMES = {
    "Answer": "npverify.questions.answer",
    "Baseline": "npverify.lint",
    "Cell": "npverify.questions.connectivity",
    "Change": "npverify.questions.comparison",
    "Cluster": "npverify.cluster",
    "CniProfile": "npverify.cni",
    "Comparison": "npverify.questions.comparison",
    "ComparisonSettings": "npverify.questions.comparison",
    "ComparisonVerdict": "npverify.questions.comparison",
    "ComparisonWitness": "npverify.questions.comparison",
    "Connections": "npverify.questions.connectivity",
    "ConnectivityMap": "npverify.questions.connectivity",
    "Decision": "npverify.reference",
    "Difference": "npverify.questions.comparison",
    "DirectionReport": "npverify.reference",
    "Exposure": "npverify.questions.connectivity",
    "ExposureEntry": "npverify.questions.connectivity",
    "Finding": "npverify.errors",
    "Form": "npverify.questions.query",
    "Grouping": "npverify.questions.connectivity",
    "InputError": "npverify.errors",
    "InputSummary": "npverify.questions.answer",
    "InternalError": "npverify.errors",
    "LintFinding": "npverify.lint",
    "LintResult": "npverify.lint",
    "ListEntry": "npverify.questions.answer",
    "LoadOptions": "npverify.cluster",
    "MapDifference": "npverify.questions.connectivity",
    "MapEndpoint": "npverify.questions.connectivity",
    "NearMiss": "npverify.reference",
    "NpverifyError": "npverify.errors",
    "Origin": "npverify.resources",
    "OwnNodeEgress": "npverify.cni",
    "Query": "npverify.questions.query",
    "QuerySettings": "npverify.questions.settings",
    "Region": "npverify.questions.answer",
    "Relation": "npverify.questions.comparison",
    "RuleReference": "npverify.reference",
    "Severity": "npverify.errors",
    "Stats": "npverify.questions.answer",
    "Suppression": "npverify.lint",
    "Universe": "npverify.questions.settings",
    "UsageError": "npverify.errors",
    "Verdict": "npverify.questions.answer",
    "Witness": "npverify.questions.answer",
    "compare": "npverify.cluster",
    "compare_maps": "npverify.cluster",
    "load": "npverify.cluster",
    "load_objects": "npverify.cluster",
    "load_revision": "npverify.cluster",
    "profile_of": "npverify.cni",
}

__all__ = [
    "Answer",
    "Baseline",
    "Cell",
    "Change",
    "Cluster",
    "CniProfile",
    "Comparison",
    "ComparisonSettings",
    "ComparisonVerdict",
    "ComparisonWitness",
    "Connections",
    "ConnectivityMap",
    "Decision",
    "Difference",
    "DirectionReport",
    "Exposure",
    "ExposureEntry",
    "Finding",
    "Form",
    "Grouping",
    "InputError",
    "InputSummary",
    "InternalError",
    "LintFinding",
    "LintResult",
    "ListEntry",
    "LoadOptions",
    "MapDifference",
    "MapEndpoint",
    "NearMiss",
    "NpverifyError",
    "Origin",
    "OwnNodeEgress",
    "Query",
    "QuerySettings",
    "Region",
    "Relation",
    "RuleReference",
    "Severity",
    "Stats",
    "Suppression",
    "Universe",
    "UsageError",
    "Verdict",
    "Witness",
    "compare",
    "compare_maps",
    "load",
    "load_objects",
    "load_revision",
    "profile_of",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module `npverify` has no attribute `{name}`")
    return getattr(import_module(home), name)
