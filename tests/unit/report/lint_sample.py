"""A lint result with everything that there can be in one."""

from __future__ import annotations

from dataclasses import replace

from npverify.errors import Finding, Severity
from npverify.lint import LINT_RULES, Baseline, LintFinding, LintResult, Related, SuppressedFinding, Undecided
from npverify.lint.suppression import Source
from npverify.questions.answer import InputSummary, Stats
from npverify.reference import RuleReference
from npverify.resources import Origin, Spot


def place(line, column=5, width=4, file="deploy/db.yaml"):
    return Origin(file, spot=Spot(line, column, width, f"    text of line {line}, as long as it is"))


def finding(line=3, severity=Severity.WARNING, **fields):
    defaults = {
        "code": "NPV211",
        "severity": severity,
        "message": "the `ingress` rules have no effect: `policyTypes` does not list Ingress",
        "subject": "NetworkPolicy shop/db",
        "part": "ingress",
        "origin": place(line),
    }
    return LintFinding(**{**defaults, **fields})


FULL = finding(
    code="NPV208",
    severity=Severity.ERROR,
    message="no label can meet `app=db` and `app!=db`",
    label="excludes the other",
    hint="remove one of the two",
    related=(Related("the other requirement", place(9, 7, 2)),),
)
WARNING = finding(12)
NOTE = finding(15, Severity.NOTE)
REMARK = finding(
    20, code="NPV104", message="spec.x: unknown field", subject="file deploy/db.yaml", part="", hint="drop it"
)
SUPPRESSED = SuppressedFinding(finding(30), Source.ANNOTATION, "until we migrate", place(28))
UNDECIDED = Undecided(
    "NPV208", "NetworkPolicy shop/api", "ingress rule 1", "the time limit was reached", place(40)
)
INPUT = InputSummary(
    files=2,
    policies=3,
    workloads=4,
    namespaces=1,
    services=0,
    ignored={"v1 ConfigMap": 2},
    unmodelled=(RuleReference("shop/x", "CiliumNetworkPolicy", None, place(1, file="cilium.yaml")),),
    left_out=(Finding("NPV102", Severity.ERROR, "must be a list", Origin("bad.yaml", 4, 2)),),
)


def result(findings=(), suppressed=(), undecided=()):
    return LintResult(
        findings=tuple(findings),
        suppressed=tuple(suppressed),
        undecided=tuple(undecided),
        rules=LINT_RULES,
        baseline=Baseline(),
        input=INPUT,
        stats=Stats({"read": 0.25, "unused-direction": 0.5}, {"findings": 4}),
    )


NOTED = "the input runs Calico: `--cni calico` asks what it enforces"
EVERYTHING = replace(result([FULL, WARNING, NOTE, REMARK], [SUPPRESSED], [UNDECIDED]), notes=(NOTED,))
NOTHING = result()
