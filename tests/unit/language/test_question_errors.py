from __future__ import annotations

import re

import pytest
from tests.unit.language.shop_inventory import SHOP

from npverify.errors import UsageError
from npverify.language import build_query, parse_endpoint, parse_question
from npverify.questions.query import Form
from npverify.resources.inventory import Inventory

# Each sentence, the part of it that is marked, a part of the message, and a part of the hint.
ERRORS = [
    ("can frontend be raeched from api?", "raeched", "is no verb", "`can frontend be reached from api?`"),
    ("is api reachable only?", "?", "the source is missing", "`can api be reached only by A?`"),
    ("can api only be reached on 80?", "?", "the source is missing", "`can api be reached only by A?`"),
    ("what can be reached only from api?", "be reached only from api", "`only` makes a claim", "can only A"),
    ("what can api be reached x by?", "x", "does not belong here", "`what can reach api?`"),
    ("is api isolated now for ingress?", "now", "does not belong here", "`is api isolated for ingress?`"),
    ("can ((a)) reach api?", "(", "has no partner", "tier in (web,api)"),
    ("can api reach database on port?", "port", "the port is missing", "on tcp/5432"),
    ("can " + "k" * 64 + "=x reach api?", "k" * 64, "longer than the 63 characters", "label selector"),
    ("can svc/shpo/api reach api?", "svc/shpo/api", "no Service `api`", "`can svc/shop/api reach api?`"),
    ("", "", "the question is empty", "can any frontend pod reach the database"),
    ("?", "?", "the question is empty", "can any frontend pod reach the database"),
    ("frontend", "frontend", "no question starts with `frontend`", "can any frontend pod"),
    (
        "cna frontend reach database?",
        "cna",
        "no question starts with",
        "did you mean `can frontend reach database?`",
    ),
    (
        "frontend can reach database",
        "frontend",
        "a statement is no question",
        "`can frontend reach database?`",
    ),
    ("can", "", "the verb is missing", "can A reach B?"),
    ("can frontend?", "?", "the verb is missing", "`can frontend reach B?`"),
    ("can frontend raech database?", "raech", "is no verb", "`can frontend reach database?`"),
    ("can frontend see database?", "see", "is no verb", "`can frontend reach database?`"),
    ("can frontend connect database?", "connect", "is no verb", "`can frontend connect to database?`"),
    ("can frontend reach?", "?", "the destination is missing", "`what can frontend reach?`"),
    ("can reach database?", "r", "the source is missing", "`what can reach database?`"),
    ("can only reach database?", "r", "the source is missing", "`what can reach database?`"),
    (
        "can frontend reach database from api?",
        "api",
        "`from api` does not belong",
        "`can frontend reach database on",
    ),
    (
        "can only frontend be reached by api?",
        "only",
        "about the source",
        "`can frontend be reached only by A?`",
    ),
    ("can frontend be reached only?", "?", "the source is missing", "`can frontend be reached only by A?`"),
    (
        "can frontend be reached by?",
        "?",
        "the endpoint is missing",
        "`can frontend be reached from the internet?`",
    ),
    ("can frontend be reached api?", "api", "does not belong", "`can api reach frontend?`"),
    ("can frontend not reach api?", "not", "without a negation", "`can frontend reach api?`"),
    ("can't frontend reach api?", "can't", "without a negation", "`can frontend reach api?`"),
    (
        "can frontend and api reach database?",
        "and",
        "two questions at once",
        "`can frontend or api reach database?`",
    ),
    ("what can reach frontend and api?", "and", "two questions at once", "`what can reach frontend or api?`"),
    (
        "can frontend, api reach database?",
        "frontend, api",
        "but they are names",
        "`can frontend or api reach",
    ),
    ("only api", "", "`can` is missing", "`can only api reach B?`"),
    (
        "only api can be reached by frontend",
        "be reached",
        "does not follow `only`",
        "`can only api reach B?`",
    ),
    (
        "does frontend reach api?",
        "frontend",
        "every `frontend` is meant or any",
        "`does every frontend reach api?`",
    ),
    (
        "does every api be reached?",
        "be reached",
        "does not follow `does`",
        "`can every api be reached from A?`",
    ),
    ("what frontend", "", "`can` is missing", "`what can reach frontend?`"),
    ("what can reach?", "?", "the endpoint is missing", "`what can reach frontend?`"),
    ("what can be reached?", "?", "the source is missing", "`what can be reached from frontend?`"),
    ("what can reach every pod?", "every pod", "a list of what reaches", "write `any`"),
    ("what can only reach api?", "only", "does not belong in an endpoint", "name an endpoint"),
    ("which pods can reach api from internet?", "internet", "limited twice", "what can reach frontend from"),
    ("what can frontend reach from api?", "api", "`from api` does not belong", "`what can frontend reach on"),
    ("is frontend isolated from api?", "api", "not from one another", "`can api reach frontend?`"),
    ("is frontend isolated for engress?", "engress", "is no direction", "`is frontend isolated for egress?`"),
    ("is frontend isolated for?", "?", "the direction is missing", "`is frontend isolated for ingress?`"),
    ("is frontend isolated on tcp/80?", "tcp/80", "does not belong", "`is frontend isolated for ingress?`"),
    ("is frontend isolatd?", "isolatd", "cannot be asked", "`is frontend isolated?`"),
    ("is 203.0.113.7 isolated?", "203.0.113.7", "only pods are isolated", "is database isolated?"),
    ("is isolated?", "i", "the endpoint is missing", "`is database isolated?`"),
    ("can fronted reach api?", "fronted", "is called `fronted`", "`can frontend reach api?`"),
    (
        "can the datbase pods reach api?",
        "the datbase pods",
        "is called `datbase`",
        "`can database reach api?`",
    ),
    ("can xyz reach api?", "xyz", "is called `xyz`", "there are `agent`, `api`"),
    ("can shop reach api?", "shop", "is called `shop`", "`can shop/* reach api?`"),
    (
        "can shop/deployment/database reach api?",
        "shop/deployment/database",
        "no Deployment",
        "shop/statefulset/database",
    ),
    ("can svc/shop/apis reach api?", "svc/shop/apis", "no Service `apis`", "`can svc/shop/api reach api?`"),
    ("can node/worker-9 reach api?", "node/worker-9", "no Node `worker-9`", "`can node/worker-1 reach api?`"),
    ("can cronjob/x reach api?", "cronjob/x", "no CronJob `x`", "no CronJob was read"),
    (
        "can shop/deploymnt/api reach api?",
        "shop/deploymnt/api",
        "is no endpoint",
        "`can shop/deployment/api reach api?`",
    ),
    ("can a/b/c/d reach api?", "a/b/c/d", "is no endpoint", "`shop/deployment/api`"),
    (
        "can api in namespace shpo reach api?",
        "api in namespace shpo",
        "in namespace `shpo`",
        "`can shop/api reach api?`",
    ),
    (
        "can shop/api in namespace web reach api?",
        "shop/api in namespace web",
        "no pod is both",
        "name the namespace once",
    ),
    (
        "can api in namespace a in namespace b reach x?",
        "in namespace a in namespace b",
        "no pod is both",
        "once",
    ),
    (
        "can api in namespace a outside namespace b reach x?",
        "in namespace a outside namespace b",
        "both inside",
        "alone",
    ),
    ("can api in namespace shop twice reach x?", "twice", "does not belong here", "put the namespace last"),
    ("can api in namespace reach x?", "", "", ""),
    ("can Shop_x/app=api reach api?", "Shop_x", "no name of a namespace", "shop/app=frontend"),
    (
        "can internet in namespace shop reach api?",
        "internet in namespace shop",
        "in no namespace",
        "leave out",
    ),
    (
        "can node outside namespace shop reach api?",
        "node outside namespace shop",
        "in no namespace",
        "leave out",
    ),
    ("can 10.0.0.300 reach api?", "10.0.0.300", "is no IP address", "203.0.113.7"),
    ("can 10.0.0.0/33 reach api?", "10.0.0.0/33", "is no IP network", "203.0.113.0/24"),
    ("can fd00::g reach api?", "fd00::g", "", ""),
    ("can app=a=b reach api?", "=b", "does not belong here", "label selector"),
    ("can app in (a,) reach api?", "", "is no label value", "label selector"),
    ("can app in (a,b$) reach api?", "b$", "is no label value", "label selector"),
    ("can app=-x reach api?", "-x", "does not belong here", "label selector"),
    ("can ,app=x reach api?", ",app=x", "does not belong here", "label selector"),
    ("can ns: reach api?", "", "a label key is missing", "label selector"),
    ("can (a reach b?", "(", "has no partner", "tier in (web,api)"),
    ("can a) reach b?", ")", "has no partner", "tier in (web,api)"),
    ("can app=" + "x" * 64 + " reach api?", "x" * 64, "longer than the 63 characters", "label selector"),
    ("can a cart/x y reach api?", "cart/x", "does not belong in an endpoint", "name an endpoint"),
    ("can frontend reach api on", "", "the port is missing", "on tcp/5432"),
    ("can frontend reach api by database by x?", "by", "a second `by`", "join several endpoints by `or`"),
    ("can the reach api?", "the", "`the` of what", "name an endpoint"),
    ("can frontend or reach api?", "", "an endpoint is missing", "name an endpoint"),
]


@pytest.mark.parametrize(("sentence", "marked", "message", "hint"), ERRORS)
def test_a_bad_question_is_marked_and_answered_with_a_valid_form(
    sentence: str, marked: str, message: str, hint: str
) -> None:
    with pytest.raises(UsageError) as caught:
        parse_question(sentence, SHOP)

    error = caught.value
    assert message in error.message
    assert hint in (error.hint or "")
    assert error.hint
    assert error.expected
    assert sentence == error.text
    assert 0 <= error.start < error.end <= len(sentence) + 1
    if marked:
        assert marked == sentence[error.start : error.end]


@pytest.mark.parametrize("sentence", [sentence for sentence, *_ in ERRORS])
def test_the_proposed_question_can_be_asked(sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_question(sentence, SHOP)

    proposed = re.fullmatch(r"(?:did you mean|ask) `([^`]*)`\??", caught.value.hint or "")
    if proposed and not re.search(r"\b[AB]\b", proposed[1]):
        assert parse_question(proposed[1], SHOP).sentence


def test_a_bad_endpoint_is_marked_in_the_flag() -> None:
    with pytest.raises(UsageError) as caught:
        build_query(SHOP, source="any fronted pod", destination="api")

    assert (caught.value.text, caught.value.start, caught.value.end) == ("any fronted pod", 0, 15)
    assert caught.value.hint == "did you mean `frontend`?"


def test_flags_without_either_end_are_an_error() -> None:
    with pytest.raises(UsageError, match="neither a source nor a destination"):
        build_query(SHOP, source=None, destination=None, ports="80")


@pytest.mark.parametrize(
    ("form", "source", "destination", "ends"),
    [
        (Form.ONLY, "api", None, "a source and a destination"),
        (Form.WHAT_CAN_REACH, "api", None, "a destination"),
        (Form.WHAT_CAN_BE_REACHED, None, "api", "a source"),
        (Form.IS_ISOLATED, "api", "frontend", "a source only"),
    ],
)
def test_a_form_without_its_ends_is_an_error(
    form: Form, source: str | None, destination: str | None, ends: str
) -> None:
    with pytest.raises(UsageError, match=ends):
        build_query(SHOP, source=source, destination=destination, form=form)


def test_no_direction_is_an_error() -> None:
    with pytest.raises(UsageError, match="no direction"):
        build_query(SHOP, source="api", destination=None, form=Form.IS_ISOLATED, directions=())


@pytest.mark.parametrize(
    ("ports", "protocol", "message"),
    [
        ("tcp/80", "udp", "is not udp"),
        (None, "http", "`http` is no protocol"),
        (None, "icmp", "NetworkPolicy leaves"),
    ],
)
def test_a_protocol_flag_is_checked(ports: str | None, protocol: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        build_query(SHOP, source="api", destination="database", ports=ports, protocol=protocol)


def test_without_any_workload_the_hint_is_to_check_the_paths() -> None:
    with pytest.raises(UsageError) as caught:
        parse_endpoint("frontend", Inventory(namespaces={}))

    assert caught.value.hint == "no workload was read: check the paths"
