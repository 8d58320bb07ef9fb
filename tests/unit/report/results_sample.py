"""Results of every kind, with text that every format has to be careful with."""

from __future__ import annotations

from npverify.errors import Severity
from npverify.report.results import Acceptance, Result, ResultPlace, ResultRule, Results
from npverify.resources import Origin, Spot


def place(file="deploy/db.yaml", line=3, column=5, width=4):
    return Origin(file, spot=Spot(line, column, width, "    text of the line"))


def rule(code, name, severity=Severity.WARNING):
    return ResultRule(
        code=code,
        name=name,
        title=f"the title of `{code}` & more",
        severity=severity,
        help="why\n\nfix",
        help_markdown="why\n\n**fix**",
        advice="why, and *how*",
    )


def result(code="NPV201", severity=Severity.WARNING, message="no effect", **fields):
    defaults = {"subject": "NetworkPolicy shop/db", "origin": place(), "fingerprint": "0123456789abcdef"}
    return Result(code, severity, message, **{**defaults, **fields})


RULES = (
    rule("NPV201", "one-check"),
    rule("NPV202", "other-check", Severity.ERROR),
    rule("NPV203", "third-check", Severity.NOTE),
    rule("NPV204", "fourth-check"),
    rule("NPV205", ""),
)
ERROR = result(
    "NPV202",
    Severity.ERROR,
    "`{app: db}` is 100% wrong, see: a::b | c_d*e <script> [x](1)",
    hint="take `x|y`, or\nnothing",
    related=(ResultPlace("the other {one}", place("deploy/api.yaml", 7, 1, 1)),),
)
WARNING = result(origin=place("charts/my app/größe%20.yaml", 12, 1, 6))
NOTE = result("NPV203", Severity.NOTE, "by the way", subject="", origin=Origin("<stdin>"))
IN_SOURCE = result(
    message="accepted here",
    accepted=Acceptance("until \x1b[2J we | migrate", in_source=True, origin=place(line=1)),
)
EXTERNAL = result(
    "NPV202",
    Severity.ERROR,
    "accepted there",
    accepted=Acceptance("in the baseline", in_source=False, origin=Origin("baseline.json")),
)
OPEN = result("NPV204", message="not decided: the time limit was reached", decided=False)

EMPTY = Results("npverify lint", "no findings", (), ())
CLEAN = Results("npverify lint", "no findings", RULES, ())
FULL = Results(
    "npverify lint",
    "3 findings: 1 error, 1 warning, 1 note (2 suppressed); 1 not decided",
    RULES,
    (ERROR, WARNING, NOTE, IN_SOURCE, EXTERNAL, OPEN),
    ("read 3 files, 2 policies", "not modelled: CiliumNetworkPolicy shop/{x}"),
)
EVERYTHING = {"empty": EMPTY, "clean": CLEAN, "full": FULL}
