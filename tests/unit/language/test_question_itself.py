"""Questions about pods that connect to themselves through a Service."""

from __future__ import annotations

import pytest
from tests.unit.language.shop_inventory import API, SHOP

from npverify.errors import UsageError
from npverify.language import build_query, parse_question
from npverify.questions.query import Form, TrafficItem
from npverify.resources import Protocol

HTTP = (TrafficItem(Protocol.TCP, name="http"),)


@pytest.mark.parametrize(
    ("sentence", "form", "traffic", "canonical"),
    [
        ("can api reach itself?", Form.CAN_REACH, (), "can api reach itself?"),
        (
            "can the api pods connect to themselves over tcp/http",
            Form.CAN_REACH,
            HTTP,
            "can api reach itself on tcp/http?",
        ),
        ("does every api pod reach itself?", Form.EVERY, (), "does every api reach itself?"),
        ("can api reach itself through a Service?", Form.CAN_REACH, (), "can api reach itself?"),
        (
            "can api reach itself through its Service on tcp/http",
            Form.CAN_REACH,
            HTTP,
            "can api reach itself on tcp/http?",
        ),
        (
            "can api reach itself through svc/shop/api on 80?",
            Form.CAN_REACH,
            HTTP,
            "can api reach itself through svc/shop/api on 80?",
        ),
        (
            "can api reach itself through api on 80?",
            Form.CAN_REACH,
            HTTP,
            "can api reach itself through svc/api on 80?",
        ),
    ],
)
def test_a_pod_and_itself(sentence, form, traffic, canonical):
    query = parse_question(sentence, SHOP)

    assert (form, traffic, canonical) == (query.form, query.traffic, query.sentence)
    assert query.to_itself
    assert query.source.alternatives[0].workload == API
    assert parse_question(query.sentence, SHOP) == query


def test_without_a_service_the_pods_are_those_of_the_source():
    query = build_query(SHOP, source="api", destination="itself", ports="80")

    assert query.destination.alternatives == query.source.alternatives
    assert query.destination.text == "itself"
    assert query.traffic == (TrafficItem(None, 80, 80),)


def test_a_service_limits_the_question_to_the_pods_behind_it():
    query = parse_question("can any pod reach itself through svc/shop/api on 80?", SHOP)

    (behind,) = query.destination.alternatives
    assert behind.namespaces == ("shop",)
    assert "svc/shop/api: port 80 is pod port http" in query.notes


def test_a_question_about_a_service_of_ones_own_points_to_the_other_one():
    hint = "ask `can api reach itself through svc/shop/api?`"

    assert any(hint in note for note in parse_question("can api reach svc/shop/api on 80?", SHOP).notes)
    assert not any("itself" in n for n in parse_question("can any pod reach svc/shop/api?", SHOP).notes)
    assert not any("itself" in n for n in parse_question("can frontend reach svc/shop/api?", SHOP).notes)


@pytest.mark.parametrize(
    ("sentence", "marked", "message"),
    [
        ("can the internet reach itself?", "itself?", "only pods reach themselves"),
        ("can node reach itself?", "itself?", "only pods reach themselves"),
        ("can only api reach itself?", "itself?", "cannot be asked of a pod and itself"),
        ("what can reach itself?", "itself?", "cannot be asked of a pod and itself"),
        ("can itself reach api?", "itself ", "stands alone there"),
        ("is itself isolated?", "itself ", "stands alone there"),
        ("can api reach frontend or itself?", "itself?", "stands alone there"),
        ("can api reach any pod except itself?", "itself?", "stands alone there"),
        ("can api reach itself in namespace shop?", "in namespace shop", "names no Service"),
        ("can api reach itself through?", "through", "names no Service"),
        ("can api reach itself through app=api?", "through app=api", "names no Service"),
        ("can api reach itself through svc/shop/legacy?", "svc/shop/legacy", "has no selector"),
        ("can api reach itself through svc/shop/nope?", "svc/shop/nope", "no Service `nope`"),
    ],
)
def test_what_cannot_be_asked_is_marked(sentence, marked, message):
    with pytest.raises(UsageError) as caught:
        parse_question(sentence, SHOP)

    error = caught.value
    assert message in error.message
    assert error.text[error.start :].startswith(marked)
    assert error.hint
