"""Outcomes of assertions made by hand, one for each thing that a report has to show."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.report import answers, comparisons

from npverify.checking import AssertionResult, CheckResult, Outcome
from npverify.errors import Severity
from npverify.resources import Origin, Spot

HOLDS, VIOLATED, VACUOUS, UNDECIDED = Outcome
FILE = "npverify.yaml"


def result(name, outcome=HOLDS, *, line=4, form="unreachable", **fields):
    """The outcome of an assertion at a line of the file."""
    content = {} if "comparison" in fields else {"answer": answers.UNREACHABLE}
    defaults = {
        "claim": "frontend cannot reach database on tcp/5432",
        "severity": Severity.ERROR,
        "origin": Origin(FILE, spot=Spot(line, 5, 12, "  - that: x")),
    }
    return AssertionResult(name=name, form=form, outcome=outcome, **{**defaults, **content, **fields})


def check(*results, **fields):
    """A run with these outcomes."""
    return CheckResult(FILE, results, answers.SUMMARY, **fields)


PASSED = result("the database is closed")
FAILED = result("the database is closed", VIOLATED, answer=answers.REACHABLE)
WARNING = replace(FAILED, severity=Severity.WARNING, name="a `wish` | <b>")
NOTHING = result("about nobody", VACUOUS, answer=answers.VACUOUS, vacuous=answers.VACUOUS.vacuous)
ALLOWED = replace(NOTHING, outcome=HOLDS, allow_vacuous=True)
OPEN = result("open", UNDECIDED, answer=answers.UNDECIDED)
DIFFERENT = result(
    "as it was",
    VIOLATED,
    form="equivalent",
    claim="the policies are equivalent to git:main",
    comparison=comparisons.DIFFERENT,
    other="git:main",
)
UNREACHED = result("frontend is served", VIOLATED, form="reachable", answer=answers.UNREACHABLE)
LISTED = result("nobody", VIOLATED, answer=answers.LISTING)
PROVED = result("someone else", VIOLATED, form="not-only", answer=replace(answers.HOLDS, blocked=None))

EMPTY = check()
ALL_HOLD = check(PASSED, replace(PASSED, name="another"))
MIXED = check(
    PASSED,
    FAILED,
    replace(WARNING, origin=Origin(FILE, 9, 5)),
    NOTHING,
    ALLOWED,
    OPEN,
    DIFFERENT,
    UNREACHED,
    LISTED,
    PROVED,
)
STRICT = replace(MIXED, is_strict=True)
SHORT = check(FAILED, skipped=("the rest", "and <more>"))
ANSWERS = check(*(result(name, VIOLATED, answer=answer) for name, answer in answers.EVERYTHING.items()))
COMPARISONS = check(
    *(
        result(name, VIOLATED, form="at-most", comparison=comparison, other="old/")
        for name, comparison in comparisons.EVERYTHING.items()
    )
)
LEFT_OUT = replace(ALL_HOLD, input=answers.UNMODELLED.input)
COMMON = "the input runs <Calico>: `--cni calico` asks what it enforces"
NOTED = check(
    replace(FAILED, answer=replace(FAILED.answer, notes=(COMMON, "a note of its own"))),
    replace(DIFFERENT, comparison=replace(DIFFERENT.comparison, notes=(COMMON,))),
    notes=(COMMON,),
)
UNFRIENDLY = check(replace(FAILED, name="a\x1b[31m|`b`<i>\n#x ```"), replace(OPEN, name="]]>&\x00"))
EVERYTHING = {
    "empty": EMPTY,
    "all-hold": ALL_HOLD,
    "mixed": MIXED,
    "strict": STRICT,
    "short": SHORT,
    "answers": ANSWERS,
    "comparisons": COMPARISONS,
    "left-out": LEFT_OUT,
    "noted": NOTED,
    "unfriendly": UNFRIENDLY,
}
