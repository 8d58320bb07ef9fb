"""An admin policy that decides is told with what that means for NetworkPolicies."""

from __future__ import annotations

import pytest

from npverify.reference import Decision, DirectionReport, RuleReference, Step
from npverify.report.passages import decision_words
from npverify.resources import Origin


@pytest.mark.parametrize(
    ("decision", "tier", "expected"),
    [
        (Decision.REJECTED, "Admin", "denied by an admin policy, which comes before every NetworkPolicy"),
        (Decision.ACCEPTED, "Admin", "allowed by an admin policy, which comes before every NetworkPolicy"),
        (Decision.REJECTED, "Baseline", "denied by an admin policy, as no NetworkPolicy isolates the pod"),
        (Decision.NOT_ISOLATED, "Baseline", "allowed: no policy isolates the pod"),
    ],
)
def test_a_decision_tells_where_its_tier_stands(decision, tier, expected):
    rule = RuleReference("p", "ClusterNetworkPolicy", 1, Origin("p.yaml", 1))
    report = DirectionReport(decision, (rule,), path=(Step(tier, 5, rule, "Deny"),))

    assert decision_words(report) == expected
