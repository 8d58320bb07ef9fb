"""Comparisons made by hand, one for each thing that a report has to show."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.report.answers import (
    ALLOWED,
    CONNECTING,
    DENIED,
    FROM_OUTSIDE,
    NO_POLICY,
    NOT_ISOLATED,
    SUMMARY,
    UNMODELLED,
    rule,
)

from npverify.questions.answer import Region, Stats
from npverify.questions.comparison import (
    Change,
    Comparison,
    ComparisonVerdict,
    ComparisonWitness,
    Difference,
    Relation,
)
from npverify.reference import Decision, DirectionReport, Evaluation
from npverify.report.diff_sentences import Sides
from npverify.resources import Direction, Origin

SIDES = Sides("k8s at main", "k8s in the work tree")
ALLOWING = Evaluation(egress=NOT_ISOLATED, ingress=ALLOWED)
DENYING = Evaluation(egress=NOT_ISOLATED, ingress=DENIED)
FRONTEND_TO_DB = ComparisonWitness(
    CONNECTING.flow,
    "shop/deployment/frontend",
    "shop/deployment/database",
    declared=True,
    old=DENYING,
    new=ALLOWING,
)
REGION = Region(("a pod", "namespace shop", "app=frontend"), ("a pod", "app in (db,cache)"), ("tcp/5432",))
OPENED_REGION = Difference(Change.OPENED, REGION, FRONTEND_TO_DB)
CLOSED_REGION = Difference(
    Change.CLOSED,
    Region(("address in 10.0.0.0/8",), ("a pod", "namespace shop"), ()),
    replace(FRONTEND_TO_DB, old=ALLOWING, new=DENYING, open_address=("source",)),
    conditions=("the source pod has its address in 10.0.0.0/8",),
)
EQUIVALENT = Comparison(
    relation=Relation.EQUIVALENT,
    verdict=ComparisonVerdict.EQUIVALENT,
    universe="any",
    assumptions=("replies always pass",),
    old=SUMMARY,
    new=replace(SUMMARY, files=3),
)
DIFFERENT = replace(
    EQUIVALENT,
    verdict=ComparisonVerdict.DIFFERENT,
    differences=(CLOSED_REGION, OPENED_REGION),
    masked=("ingress of namespace shop: the egress forbids it",),
    notes=("1 workload only in the new version: shop/deployment/cache",),
    stats=Stats({"read": 0.25, "solve": 0.5}, {"solver checks": 1234}),
)
CUT = replace(DIFFERENT, complete=False)
OUT_OF_TIME = replace(CUT, undecided="the time limit was reached")
UNDECIDED = replace(
    EQUIVALENT,
    verdict=ComparisonVerdict.UNDECIDED,
    complete=False,
    undecided="the time limit was reached",
)
UNMODELLED_KINDS = replace(
    EQUIVALENT,
    verdict=ComparisonVerdict.UNDECIDED,
    undecided="the input has policies of kinds that are not modelled yet: CiliumNetworkPolicy",
    without_unmodelled=ComparisonVerdict.EQUIVALENT,
    new=UNMODELLED.input,
)
AT_MOST = replace(EQUIVALENT, relation=Relation.AT_MOST, verdict=ComparisonVerdict.HOLDS)
NOT_AT_MOST = replace(
    AT_MOST, verdict=ComparisonVerdict.VIOLATED, differences=(OPENED_REGION,), scope="the pods of shop/api"
)
AT_LEAST = replace(AT_MOST, relation=Relation.AT_LEAST, universe="declared")
NOT_AT_LEAST = replace(AT_LEAST, verdict=ComparisonVerdict.VIOLATED, differences=(CLOSED_REGION,))
DISJOINT = replace(AT_MOST, relation=Relation.DISJOINT)
NOT_DISJOINT = replace(
    DISJOINT,
    verdict=ComparisonVerdict.VIOLATED,
    differences=(
        Difference(
            Change.SHARED,
            Region(("an address outside the cluster",), (), ("udp/53",)),
            ComparisonWitness(
                FROM_OUTSIDE.flow,
                "203.0.113.9",
                "node-1",
                declared=True,
                old=Evaluation(NO_POLICY, NOT_ISOLATED),
                new=Evaluation(NO_POLICY, ALLOWED),
            ),
        ),
    ),
)
MASKED = replace(
    DIFFERENT,
    per_direction=True,
    differences=(
        replace(
            OPENED_REGION,
            direction=Direction.INGRESS,
            witness=replace(FRONTEND_TO_DB, old=Evaluation(DENIED, DENIED), new=Evaluation(DENIED, ALLOWED)),
        ),
    ),
)
SERVICE = replace(
    DIFFERENT,
    differences=(
        replace(
            CLOSED_REGION,
            region=Region((), ("svc/shop/db tcp/5432", "app=db"), ("tcp/postgres",)),
            witness=replace(FRONTEND_TO_DB, old=ALLOWING, new=ALLOWING),
            subject="svc/shop/db",
            origin=Origin("services.yaml", 3, 1),
            conditions=(),
        ),
    ),
)
WORKLOAD = replace(
    DIFFERENT,
    differences=(
        replace(OPENED_REGION, subject="shop/deployment/db", origin=Origin("workloads.yaml", 40, 1)),
    ),
)
UNFRIENDLY = replace(
    DIFFERENT,
    differences=(
        replace(
            OPENED_REGION,
            region=Region(("a pod", "ns:a|b=`c`"), ("a pod", "<b>=x_y"), ("tcp/80",)),
            witness=replace(
                FRONTEND_TO_DB,
                new=Evaluation(
                    NOT_ISOLATED,
                    DirectionReport(
                        Decision.ALLOWED_BY_RULE,
                        (replace(rule("shop/db", 1, 11), origin=Origin("a|b`c\x1b[31m.yaml", 11, 7)),),
                    ),
                ),
            ),
        ),
    ),
)
EVERYTHING = {
    "equivalent": EQUIVALENT,
    "different": DIFFERENT,
    "cut": CUT,
    "out-of-time": OUT_OF_TIME,
    "undecided": UNDECIDED,
    "unmodelled": UNMODELLED_KINDS,
    "at-most": AT_MOST,
    "not-at-most": NOT_AT_MOST,
    "at-least": AT_LEAST,
    "not-at-least": NOT_AT_LEAST,
    "disjoint": DISJOINT,
    "not-disjoint": NOT_DISJOINT,
    "masked": MASKED,
    "service": SERVICE,
    "workload": WORKLOAD,
    "unfriendly": UNFRIENDLY,
}
