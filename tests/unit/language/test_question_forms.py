from __future__ import annotations

import pytest
from tests.unit.language.shop_inventory import API, DATABASE, FRONTEND, SHOP

from npverify.language import FORMS, build_query, parse_question
from npverify.questions.query import (
    AddressAlternative,
    Form,
    PodAlternative,
    Query,
    TrafficItem,
)
from npverify.resources import Direction, Protocol

INGRESS, EGRESS = Direction.INGRESS, Direction.EGRESS
TCP_5432 = (TrafficItem(Protocol.TCP, 5432, 5432),)

CONNECTIONS = [
    ("can frontend reach database?", Form.CAN_REACH, ()),
    ("can any frontend pod reach the database on tcp/5432?", Form.CAN_REACH, TCP_5432),
    ("CAN a frontend pod CONNECT TO the database ON TCP/5432", Form.CAN_REACH, TCP_5432),
    ("can the frontend talk to the database over tcp port 5432?", Form.CAN_REACH, TCP_5432),
    ("can frontend access database via 5432/tcp", Form.CAN_REACH, TCP_5432),
    ("can the database be reached by frontend?", Form.CAN_REACH, ()),
    ("can the database be reached on tcp/5432 from frontend?", Form.CAN_REACH, TCP_5432),
    ("is the database reachable from frontend on tcp/5432?", Form.CAN_REACH, TCP_5432),
    ("does any frontend pod reach the database?", Form.CAN_REACH, ()),
    ("can only frontend reach the database on tcp/5432?", Form.ONLY, TCP_5432),
    ("only frontend can reach database", Form.ONLY, ()),
    ("can the database be reached only by frontend?", Form.ONLY, ()),
    ("can the database only be reached by frontend?", Form.ONLY, ()),
    ("can the database be only reached from frontend?", Form.ONLY, ()),
    ("is the database reachable only from frontend?", Form.ONLY, ()),
    ("does every frontend pod reach the database?", Form.EVERY, ()),
    ("do all frontend pods reach the database on tcp/5432?", Form.EVERY, TCP_5432),
    ("can each frontend reach the database?", Form.EVERY, ()),
    ("can all frontend pods reach the database?", Form.EVERY, ()),
    ("can frontend reach every database pod?", Form.EVERY, ()),
    ("can all database pods be reached from frontend?", Form.EVERY, ()),
]


@pytest.mark.parametrize(("sentence", "form", "traffic"), CONNECTIONS)
def test_a_question_about_two_ends_is_understood(
    sentence: str, form: Form, traffic: tuple[TrafficItem, ...]
) -> None:
    query = parse_question(sentence, SHOP)

    assert (form, traffic) == (query.form, query.traffic)
    assert workloads(query, "source") == [FRONTEND]
    assert workloads(query, "destination") == [DATABASE]


def workloads(query: Query, end: str) -> list[object]:
    selection = query.source if end == "source" else query.destination
    assert selection is not None
    return [getattr(alternative, "workload", None) for alternative in selection.alternatives]


LISTS = [
    ("what can reach api?", Form.WHAT_CAN_REACH, None, "api"),
    ("who can talk to the api?", Form.WHAT_CAN_REACH, None, "api"),
    ("which pods can reach api?", Form.WHAT_CAN_REACH, "any pod", "api"),
    ("which pods in namespace shop can reach api?", Form.WHAT_CAN_REACH, "shop/*", "api"),
    ("what can reach api from the internet?", Form.WHAT_CAN_REACH, "internet", "api"),
    ("what can api be reached by?", Form.WHAT_CAN_REACH, None, "api"),
    (
        "what can reach api from outside namespace shop?",
        Form.WHAT_CAN_REACH,
        "any outside namespace shop",
        "api",
    ),
    ("what can api reach?", Form.WHAT_CAN_BE_REACHED, "api", None),
    ("which pods can api reach?", Form.WHAT_CAN_BE_REACHED, "api", "any pod"),
    ("which pods can api reach in namespace shop?", Form.WHAT_CAN_BE_REACHED, "api", "shop/*"),
    ("what can be reached from api?", Form.WHAT_CAN_BE_REACHED, "api", None),
    ("which pods are reachable from api?", Form.WHAT_CAN_BE_REACHED, "api", "any pod"),
    ("what can api reach on the internet?", Form.WHAT_CAN_BE_REACHED, "api", "internet"),
]


@pytest.mark.parametrize(("sentence", "form", "source", "destination"), LISTS)
def test_a_question_for_a_list_is_understood(
    sentence: str, form: Form, source: str | None, destination: str | None
) -> None:
    query = parse_question(sentence, SHOP)

    ends = tuple(end.text if end else None for end in (query.source, query.destination))
    assert (form, source, destination) == (query.form, *ends)


ISOLATION = [
    ("is the database isolated?", (INGRESS, EGRESS)),
    ("are database pods isolated", (INGRESS, EGRESS)),
    ("is the database isolated for ingress?", (INGRESS,)),
    ("is the database isolated for egress traffic?", (EGRESS,)),
    ("is the database isolated for egress and ingress?", (INGRESS, EGRESS)),
    ("is the database isolated in both directions?", (INGRESS, EGRESS)),
]


@pytest.mark.parametrize(("sentence", "directions"), ISOLATION)
def test_isolation_is_asked_for_the_named_directions(
    sentence: str, directions: tuple[Direction, ...]
) -> None:
    query = parse_question(sentence, SHOP)

    assert (Form.IS_ISOLATED, directions, None) == (query.form, query.directions, query.destination)
    assert workloads(query, "source") == [DATABASE]


def test_everything_that_is_isolated_means_every_pod() -> None:
    query = parse_question("is everything isolated?", SHOP)

    assert query.source is not None
    assert (PodAlternative(),) == query.source.alternatives
    assert query.sentence == "is every pod isolated?"


def test_reached_without_a_source_asks_about_anything() -> None:
    query = parse_question("can frontend be reached on 8080?", SHOP)

    assert query == parse_question("can anything reach frontend on 8080?", SHOP)


def test_everything_as_the_subject_asks_about_each() -> None:
    assert Form.EVERY is parse_question("can everything reach api?", SHOP).form
    assert Form.CAN_REACH is parse_question("can anything reach api?", SHOP).form


def test_several_endpoints_are_one_set() -> None:
    query = parse_question("can only frontend or api reach database?", SHOP)

    assert workloads(query, "source") == [FRONTEND, API]
    assert query.sentence == "can only frontend or api reach database?"


@pytest.mark.parametrize("example", [example for _, example in FORMS])
def test_every_listed_form_is_understood(example: str) -> None:
    assert parse_question(example, SHOP).sentence


def test_the_listed_forms_cover_every_form() -> None:
    assert set(Form) == {parse_question(example, SHOP).form for _, example in FORMS} | {
        Form.WHAT_CAN_BE_REACHED
    }


SENTENCES = [
    *(sentence for sentence, *_ in CONNECTIONS),
    *(sentence for sentence, *_ in LISTS),
    *(sentence for sentence, *_ in ISOLATION),
    "can frontend reach svc/shop/api on 80?",
    "can app!=api,tier in (web,data) reach !tier in namespace shop over udp?",
    "does everything outside namespace shop reach api?",
    "is every pod outside namespace shop isolated for egress?",
    "can 203.0.113.7/24 reach frontend?",
    "can pods with label tier reach ns:team=platform in namespace monitoring?",
    "what can any frontend or the api reach among 10.0.0.0/8 or node?",
    "can app=fronted reach the api service?",
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_canonical_sentence_asks_the_same_question(sentence: str) -> None:
    query = parse_question(sentence, SHOP)

    assert query == parse_question(query.sentence, SHOP)


FLAGS = [
    ("can frontend reach database on tcp/5432?", "frontend", "database", "5432", "tcp"),
    ("can frontend reach database on tcp/5432?", "any frontend pod", "the database", "tcp/5432", None),
    ("can frontend reach database on udp?", "frontend", "database", None, "UDP"),
    ("can internet reach svc/shop/api on 80?", "the internet", "svc/shop/api", "80", None),
    ("what can reach api on http?", None, "api", "http", None),
    ("what can shop/app=api reach?", "shop/app=api", None, None, None),
    ("can frontend in namespace shop reach any?", "shop/frontend", "anything", None, None),
]


@pytest.mark.parametrize(("sentence", "source", "destination", "ports", "protocol"), FLAGS)
def test_flags_mean_the_same_as_the_sentence(
    sentence: str, source: str | None, destination: str | None, ports: str | None, protocol: str | None
) -> None:
    query = build_query(SHOP, source=source, destination=destination, ports=ports, protocol=protocol)

    assert parse_question(sentence, SHOP) == query


@pytest.mark.parametrize(
    ("sentence", "form", "directions"),
    [
        ("can only api reach database?", Form.ONLY, (INGRESS, EGRESS)),
        ("does every api reach database?", Form.EVERY, (INGRESS, EGRESS)),
    ],
)
def test_flags_can_name_the_form(sentence: str, form: Form, directions: tuple[Direction, ...]) -> None:
    query = build_query(SHOP, source="api", destination="database", form=form, directions=directions)

    assert parse_question(sentence, SHOP) == query


def test_flags_can_ask_about_isolation() -> None:
    query = build_query(
        SHOP, source="api", destination=None, form=Form.IS_ISOLATED, directions=(Direction.EGRESS,)
    )

    assert parse_question("is api isolated for egress?", SHOP) == query


def test_the_internet_is_every_address() -> None:
    query = parse_question("can the frontend be reached from the internet?", SHOP)

    assert query.source is not None
    networks = [a.networks for a in query.source.alternatives if isinstance(a, AddressAlternative)]
    assert [[str(network) for network in listed] for listed in networks] == [["0.0.0.0/0", "::/0"]]
    assert len(query.source.alternatives) == 1


CANONICAL = [
    (
        "Can the database be reached from any frontend pod on 5432/tcp",
        "can frontend reach database on tcp/5432?",
    ),
    ("is api reachable only by the database", "can only database reach api?"),
    ("can all pods in the shop namespace talk to api", "does every shop/* reach api?"),
    ("can everyone reach api", "does everything reach api?"),
    ("which pods can connect to api over tcp", "which pods can reach api on tcp?"),
    ("what can reach api from the internet on 80", "what can reach api on 80 from internet?"),
    ("which pods in namespace shop can api reach", "what can api reach among shop/*?"),
    (
        "are all pods outside namespace shop isolated for ingress",
        "is every pod outside namespace shop isolated for ingress?",
    ),
]


@pytest.mark.parametrize(("sentence", "canonical"), CANONICAL)
def test_a_question_has_a_canonical_sentence(sentence: str, canonical: str) -> None:
    assert parse_question(sentence, SHOP).sentence == canonical


def test_a_claim_about_a_port_of_every_protocol_is_remarked_on() -> None:
    note = "on 80 asks for TCP, UDP and SCTP, each of them: write tcp/80 for TCP alone"

    assert parse_question("does every pod reach database on 80?", SHOP).notes == (note,)
    assert parse_question("does every pod reach database on tcp/80 or pg?", SHOP).notes == ()
    assert parse_question("can any pod reach database on 80?", SHOP).notes == ()
