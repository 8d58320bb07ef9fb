"""Answers made by hand, one for each thing that a report has to show."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address, ip_network

from npverify.errors import Finding, Severity
from npverify.questions.answer import Answer, InputSummary, ListEntry, Region, Stats, Verdict, Witness
from npverify.questions.query import (
    AddressAlternative,
    Form,
    PodAlternative,
    Query,
    Selection,
    TrafficItem,
)
from npverify.reference import Decision, DirectionReport, NearMiss, RuleReference
from npverify.resources import (
    Direction,
    ExternalEndpoint,
    Flow,
    Namespace,
    NodeEndpoint,
    Origin,
    Pod,
    PodEndpoint,
    Protocol,
)

FRONTEND = Selection((PodAlternative(namespaces=("shop",)),), "frontend", "the pods of shop/frontend")
DATABASE = Selection((PodAlternative(namespaces=("shop",)),), "database", "the pods of shop/database")
INTERNET = Selection((AddressAlternative((ip_network("0.0.0.0/0"),)),), "internet", "every outside address")
POSTGRES = TrafficItem(Protocol.TCP, 5432, 5432)


def rule(policy, number, line):
    return RuleReference(policy, "NetworkPolicy", number, Origin("policies.yaml", line, 7))


def query(form, source=FRONTEND, destination=DATABASE, traffic=(POSTGRES,)):
    return Query(form, source, destination, traffic, sentence="can frontend reach database on tcp/5432?")


def pod(name, **labels):
    namespace = Namespace("shop", {"team": "shop", "kubernetes.io/metadata.name": "shop"})
    return PodEndpoint(Pod("shop", name, labels), namespace, ip_address("10.0.0.7"))


ALLOWED = DirectionReport(Decision.ALLOWED_BY_RULE, (rule("shop/db", 1, 11),))
NOT_ISOLATED = DirectionReport(Decision.NOT_ISOLATED)
DENIED = DirectionReport(
    Decision.DENIED,
    (rule("shop/db", None, 2),),
    (NearMiss(rule("shop/db", 2, 20), ("the port",)), NearMiss(rule("shop/db", 3, 30), ("the source",))),
)
NO_POLICY = DirectionReport(Decision.NO_POLICY_APPLIES)

CONNECTING = Witness(
    Flow(pod("frontend-1", app="frontend"), pod("db-0", app="db"), Protocol.TCP, 5432),
    "shop/deployment/frontend",
    "shop/deployment/database",
    declared=True,
    egress=NOT_ISOLATED,
    ingress=ALLOWED,
    reachable=True,
)
BLOCKED = replace(CONNECTING, ingress=DENIED, reachable=False)
FROM_OUTSIDE = replace(
    CONNECTING,
    flow=Flow(
        ExternalEndpoint(ip_address("203.0.113.9")), NodeEndpoint("node-1"), Protocol.UDP, 53, same_pod=False
    ),
    source="203.0.113.9",
    destination="node-1",
    egress=NO_POLICY,
    open_address=("destination",),
)

SUMMARY = InputSummary(files=2, policies=1, workloads=3, namespaces=1, services=0)

REACHABLE = Answer(
    query=query(Form.CAN_REACH),
    verdict=Verdict.REACHABLE,
    any=Verdict.REACHABLE,
    declared=Verdict.REACHABLE,
    universe="any",
    witness=CONNECTING,
    region=Region(("app=frontend",), (), ("tcp/5432",), ("source label tier", "destination address")),
    assumptions=("replies always pass",),
    input=SUMMARY,
)
UNREACHABLE = replace(
    REACHABLE,
    verdict=Verdict.UNREACHABLE,
    any=Verdict.UNREACHABLE,
    declared=Verdict.UNREACHABLE,
    witness=None,
    region=None,
    blocked=BLOCKED,
    core=(rule("shop/db", None, 2), rule("shop/deny", None, 40)),
)
CONDITIONAL = replace(REACHABLE, conditions=("the source pod has its address in 10.0.0.0/8",))
VACUOUS = replace(UNREACHABLE, blocked=None, core=(), vacuous=("no declared pod matches `frontend`",))
UNDECIDED = replace(
    REACHABLE,
    verdict=Verdict.UNDECIDED,
    any=Verdict.UNDECIDED,
    declared=None,
    witness=None,
    region=None,
    undecided="the time limit was reached",
)
UNMODELLED = replace(
    UNDECIDED,
    undecided="the input has policies of kinds that are not modelled yet: CiliumNetworkPolicy",
    without_unmodelled=Verdict.UNREACHABLE,
    input=replace(
        SUMMARY,
        ignored={"v1 ConfigMap": 2, "v1 Secret": 1},
        unmodelled=(RuleReference("shop/extra", "CiliumNetworkPolicy", None, Origin("cilium.yaml", 1, 1)),),
        left_out=(
            Finding("NPV102", Severity.ERROR, "`endPort` 79 is below `port` 80", Origin("bad.yaml", 9, 20)),
        ),
        findings=(Finding("NPV110", Severity.WARNING, "replaced", Origin("a.yaml", 1, 1), hint="rename"),),
    ),
)
LISTING = replace(
    REACHABLE,
    query=query(Form.WHAT_CAN_REACH, source=None),
    entries=(
        ListEntry(
            "shop/deployment/api", True, ("tcp/5432",), Origin("w.yaml", 3, 1), (rule("shop/db", 1, 11),)
        ),
        ListEntry("shop/deployment/etl", True, (), conditions=("the source pod is in 10.0.0.0/8",)),
        ListEntry("a pod, namespace shop", False, ("tcp/5432", "udp/53")),
    ),
)
HOLDS = replace(UNREACHABLE, query=query(Form.ONLY), verdict=Verdict.HOLDS, any=Verdict.HOLDS)
EVERY_HOLDS = replace(HOLDS, query=query(Form.EVERY), blocked=None, core=())
VIOLATED = replace(
    REACHABLE, query=query(Form.EVERY), verdict=Verdict.VIOLATED, any=Verdict.VIOLATED, witness=BLOCKED
)
NOT_ISOLATED_CLAIM = replace(
    VIOLATED,
    query=replace(query(Form.IS_ISOLATED, destination=None, traffic=()), directions=(Direction.EGRESS,)),
)
OUTSIDE = replace(
    REACHABLE,
    query=query(Form.CAN_REACH, source=INTERNET, traffic=(TrafficItem(name="http"),)),
    witness=FROM_OUTSIDE,
    stats=Stats({"read": 0.25, "solve": 0.5}, {"solver checks": 1234}),
)
EVERYTHING = {
    "reachable": REACHABLE,
    "unreachable": UNREACHABLE,
    "conditional": CONDITIONAL,
    "vacuous": VACUOUS,
    "undecided": UNDECIDED,
    "unmodelled": UNMODELLED,
    "listing": LISTING,
    "holds": HOLDS,
    "every-holds": EVERY_HOLDS,
    "violated": VIOLATED,
    "not-isolated": NOT_ISOLATED_CLAIM,
    "outside": OUTSIDE,
}
