"""NPV291 to NPV294: what is wrong with the suppressions themselves."""

from __future__ import annotations

from npverify.errors import Severity
from npverify.lint.check import LintRule

UNUSED = LintRule(
    code="NPV291",
    name="unused-suppression",
    title="a suppression that nothing is found for",
    severity=Severity.WARNING,
    why="A suppression that covers no finding hides the next one, which nobody has looked at. Most often "
    "what it was for has been mended. An entry of npverify.yaml whose subject is not in the input at all is "
    "reported as a note only, because the input may be a part of what the file is for.",
    fix="Remove the annotation, or the entry of npverify.yaml.",
    bad="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db
  namespace: shop
  annotations:
    npverify.dev/ignore.NPV211: "kept until the migration is over"
spec:
  podSelector: {}
  policyTypes: [Ingress]
""",
    good="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
""",
)

EXPIRED = LintRule(
    code="NPV292",
    name="expired-suppression",
    title="a suppression that has expired",
    severity=Severity.WARNING,
    why="The date after `expires` has passed, so that the suppression has no effect any more and what it was "
    "for is reported again. It holds on the day itself.",
    fix="Mend what the suppression was for and remove it, or agree on a new date.",
    bad="""\
schema: npverify/v1
lint:
  suppress:
  - code: NPV211
    subject: NetworkPolicy shop/db
    reason: kept until the migration is over
    expires: 2020-12-31
""",
    good="""\
schema: npverify/v1
lint:
  suppress:
  - code: NPV211
    subject: NetworkPolicy shop/db
    reason: kept until the migration is over
    expires: 2099-12-31
""",
)

INVALID = LintRule(
    code="NPV293",
    name="invalid-suppression",
    title="a suppression without a reason, or of a code that does not exist",
    severity=Severity.WARNING,
    why="The annotation `npverify.dev/ignore.CODE` has the reason as its value. Without one, nobody can tell "
    "later whether it still holds; with a code that does not exist, nothing is suppressed. Such an "
    "annotation has no effect.",
    fix="Write the reason as the value of the annotation, and a code that `npverify explain` lists.",
    bad="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db
  namespace: shop
  annotations:
    npverify.dev/ignore.NPV211: ""
spec:
  podSelector: {}
  policyTypes: [Ingress]
""",
    good="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db
  namespace: shop
  annotations:
    npverify.dev/ignore.NPV211: "kept until the migration is over"
spec:
  podSelector: {}
  policyTypes: [Egress]
  ingress:
  - from: [{podSelector: {}}]
""",
)

GONE = LintRule(
    code="NPV294",
    name="outdated-baseline",
    title="a baseline entry that no longer occurs",
    severity=Severity.NOTE,
    why="The finding that the entry stands for has been mended, or the object is not in the input. While the "
    "entry is there, the same finding would come back unseen.",
    fix="Write the baseline anew with `--write-baseline`.",
    bad="""\
{
  "schema": "npverify/baseline/v1",
  "findings": [
    {
      "fingerprint": "0123456789abcdef",
      "code": "NPV211",
      "subject": "NetworkPolicy shop/db",
      "part": "ingress",
      "message": "the `ingress` rules have no effect: `policyTypes` does not list Ingress"
    }
  ]
}
""",
    good="""\
{
  "schema": "npverify/baseline/v1",
  "findings": []
}
""",
)

SUPPRESSION_RULES = (UNUSED, EXPIRED, INVALID, GONE)
"""Every code about suppressions."""
