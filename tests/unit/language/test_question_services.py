from __future__ import annotations

import pytest
from tests.unit.language.shop_inventory import SHOP, inventory, selector, service, workload

from npverify.errors import UsageError
from npverify.language import parse_question
from npverify.questions.query import TrafficItem
from npverify.resources import Protocol

HTTP = TrafficItem(Protocol.TCP, name="http")
METRICS = TrafficItem(Protocol.TCP, 9090, 9090)
PORT_80 = "svc/shop/api: port 80 is pod port http"
PORT_9090 = "svc/shop/api: port 9090 is pod port 9090"

TRANSLATIONS = [
    ("", (HTTP, METRICS), (PORT_80, PORT_9090)),
    (" on any port", (HTTP, METRICS), (PORT_80, PORT_9090)),
    (" on 80", (HTTP,), (PORT_80,)),
    (" on tcp/80", (HTTP,), (PORT_80,)),
    (" on http", (HTTP,), (PORT_80,)),
    (" on tcp/metrics", (METRICS,), (PORT_9090,)),
    (" on 1-100", (HTTP,), (PORT_80,)),
    (" on tcp", (HTTP, METRICS), (PORT_80, PORT_9090)),
    (" on 9090 or 80", (METRICS, HTTP), (PORT_9090, PORT_80)),
]


@pytest.mark.parametrize(("on", "traffic", "notes"), TRANSLATIONS)
def test_ports_of_a_service_become_pod_ports(
    on: str, traffic: tuple[TrafficItem, ...], notes: tuple[str, ...]
) -> None:
    query = parse_question(f"can frontend reach svc/shop/api{on}?", SHOP)

    assert (traffic, notes) == (query.traffic, query.notes)
    assert query == parse_question(query.sentence, SHOP)


def test_a_numbered_target_port_is_the_pod_port() -> None:
    query = parse_question("can api reach svc/shop/frontend on 80?", SHOP)

    assert query.traffic == (TrafficItem(Protocol.TCP, 8080, 8080),)


def test_a_service_port_that_is_the_pod_port_is_not_remarked_on() -> None:
    redis = inventory(
        workload("shop", "redis", {"app": "redis"}),
        service("shop", "redis", selector(app="redis"), (None, 6379, 6379)),
    )

    assert parse_question("can any reach redis on 6379?", redis).notes == ()


def test_a_cluster_address_is_its_service() -> None:
    query = parse_question("can frontend reach 10.96.0.10 on 80?", SHOP)

    assert query.traffic == (HTTP,)
    assert query.destination is not None
    assert "10.96.0.10 is its cluster address" in query.destination.understood


def test_a_service_as_the_source_means_its_pods() -> None:
    query = parse_question("can svc/shop/api reach frontend on 8080?", SHOP)

    assert query.source is not None
    assert parse_question("can shop/app=api reach frontend?", SHOP).source is not None
    assert ((TrafficItem(None, 8080, 8080),), ()) == (query.traffic, query.notes)


def test_a_headless_service_translates_no_ports() -> None:
    query = parse_question("can api reach svc/shop/db on 15432?", SHOP)

    assert (TrafficItem(None, 15432, 15432),) == query.traffic
    assert "svc/shop/db is headless" in query.notes[0]


@pytest.mark.parametrize("on", ["81", "udp/80", "https", "1000-2000"])
def test_a_port_that_the_service_does_not_have_lists_those_it_has(on: str) -> None:
    sentence = f"can frontend reach svc/shop/api on {on}?"

    with pytest.raises(UsageError) as caught:
        parse_question(sentence, SHOP)

    assert on == sentence[caught.value.start : caught.value.end]
    assert caught.value.expected == "a port of the Service: tcp/80 (http), tcp/9090 (metrics)"
    assert caught.value.hint == "did you mean `can frontend reach svc/shop/api on tcp/80?`?"


@pytest.mark.parametrize(
    ("name", "reason"), [("legacy", "has no selector"), ("payments", "external name `pay.example.com`")]
)
def test_a_service_without_pods_cannot_be_asked_about(name: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        parse_question(f"can frontend reach svc/shop/{name}?", SHOP)


def test_a_service_without_ports_cannot_be_reached() -> None:
    portless = inventory(
        workload("shop", "web", {"app": "web"}), service("shop", "front", selector(app="web"))
    )

    with pytest.raises(UsageError, match="`svc/shop/front` has no ports"):
        parse_question("what can reach front?", portless)


def test_a_headless_service_can_be_one_of_several_destinations() -> None:
    query = parse_question("can frontend reach svc/shop/db or api on 5432?", SHOP)

    assert query.traffic == (TrafficItem(None, 5432, 5432),)
    assert "svc/shop/db is headless" in query.notes[0]


def test_a_service_among_other_destinations_is_an_error() -> None:
    with pytest.raises(UsageError, match="cannot be one of several destinations"):
        parse_question("can frontend reach database or svc/shop/api?", SHOP)


PORT_NOTES = [
    (
        "frontend on 80",
        (
            "port 80 is the port of Service shop/frontend; its pods listen on 8080: ask svc/shop/frontend "
            "to use the Service port"
        ),
    ),
    (
        "api on tcp/80",
        (
            "port 80 is the port of Service shop/api; its pods listen on 8080: ask svc/shop/api to use "
            "the Service port"
        ),
    ),
    (
        "database on http",
        "shop/statefulset/database declares no port called http; its named ports are pg (tcp/5432)",
    ),
    ("app=api on htpp", "no declared pod has a container port called htpp; did you mean http?"),
]


@pytest.mark.parametrize(("asked", "note"), PORT_NOTES)
def test_a_port_that_the_pods_do_not_declare_is_remarked_on(asked: str, note: str) -> None:
    assert (note,) == parse_question(f"can shop/* reach {asked}?", SHOP).notes


@pytest.mark.parametrize(
    "asked", ["frontend on 8080", "frontend on udp/80", "api on 9090", "api on http", "api on 81"]
)
def test_other_ports_are_not_remarked_on(asked: str) -> None:
    assert parse_question(f"can shop/* reach {asked}?", SHOP).notes == ()


def test_a_service_and_a_workload_of_one_name_and_the_same_pods_are_one() -> None:
    query = parse_question("can frontend reach api on 8080?", SHOP)

    assert query.destination is not None
    assert "shop/deployment/api" in query.destination.understood
    assert (TrafficItem(None, 8080, 8080),) == query.traffic


def test_a_service_that_selects_more_than_the_workload_of_its_name_is_another_thing() -> None:
    wider = inventory(
        workload("shop", "web", {"app": "web"}),
        workload("shop", "web-canary", {"app": "web"}),
        service("shop", "web", selector(app="web"), (None, 80, 8080)),
    )

    with pytest.raises(UsageError, match="can mean 2 things: `shop/deployment/web`, `svc/shop/web`"):
        parse_question("what can reach web?", wider)
