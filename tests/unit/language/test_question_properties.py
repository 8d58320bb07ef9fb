from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.language.shop_inventory import SHOP

from npverify.errors import UsageError
from npverify.language import build_query, parse_endpoint, parse_question, parse_traffic
from npverify.language.traffic import render_traffic
from npverify.language.vocabulary import LEADS, RESERVED
from npverify.questions.query import TrafficItem
from npverify.resources import Protocol

KEYS = st.sampled_from(["app", "tier", "on", "in", "app.kubernetes.io/name", "x"])
VALUES = st.sampled_from(["web", "frontend", "1", "a.b-c_d", "reach", '""'])
NAMESPACES = st.sampled_from(["shop", "monitoring", "elsewhere", "svc", "pod"])


@st.composite
def requirements(draw: st.DrawFn) -> str:
    key = draw(KEYS)
    listed = ",".join(draw(st.lists(VALUES, min_size=1, max_size=3)))
    shapes = [
        f"{key}={draw(VALUES)}",
        f"{key}!={draw(VALUES)}",
        f"{key} in ({listed})",
        f"{key} notin ({listed})",
    ]
    return draw(st.sampled_from([*shapes, f"!{key}"]))


@st.composite
def label_endpoints(draw: st.DrawFn) -> str:
    labels = ",".join(draw(st.lists(requirements(), min_size=1, max_size=3)))
    prefix = draw(
        st.sampled_from(["", "*/", "ns:team=sales/", "ns:team/", "pods with "])
        | NAMESPACES.map(lambda n: f"{n}/")
    )
    scope = ""
    if prefix in ("", "*/", "ns:team=sales/", "ns:team/", "pods with "):
        place = draw(NAMESPACES)
        scope = draw(st.sampled_from(["", f" in namespace {place}", f" outside the {place} namespace"]))
    return prefix + labels + scope


FIXED_ENDPOINTS = st.sampled_from(
    [
        "frontend",
        "any frontend pod",
        "the database",
        "shop/api",
        "shop/deployment/api",
        "deployment frontend",
        "api-1",
        "svc/shop/db",
        "tier",
        "with label on",
        "shop/*",
        "namespace monitoring",
        "any",
        "any pod",
        "anything outside namespace shop",
        "any pod in the shop namespace",
        "the internet",
        "a node",
        "203.0.113.9/24",
        "10.0.0.0/8",
        "10.0.0.11",
        "2001:db8::1",
    ]
)
ENDPOINTS = st.lists(FIXED_ENDPOINTS | label_endpoints(), min_size=1, max_size=2, unique=True).map(
    " or ".join
)


@st.composite
def traffic_items(draw: st.DrawFn) -> TrafficItem:
    protocol = draw(st.none() | st.sampled_from(Protocol))
    if draw(st.booleans()):
        return TrafficItem(protocol, name=draw(st.sampled_from(["http", "pg", "dns-tcp", "x1"])))
    first, last = sorted(draw(st.tuples(*[st.integers(1, 65_535)] * 2)))
    return TrafficItem(protocol, first, last)


TRAFFIC = st.lists(traffic_items(), max_size=3, unique=True).map(tuple)

FORMS = st.sampled_from(
    [
        "can {a} reach {b}{on}?",
        "can {b} be reached{on} from {a}?",
        "can only {a} connect to {b}{on}",
        "does every {a} reach {b}{on}?",
        "what can reach {b}{on}?",
        "what can reach {b} from {a}{on}?",
        "which pods can reach {b}{on}?",
        "what can {a} reach{on}?",
        "what can {a} reach among {b}{on}?",
    ]
)


@given(form=FORMS, a=ENDPOINTS, b=ENDPOINTS, traffic=TRAFFIC)
@settings(max_examples=150, deadline=None)
def test_the_canonical_sentence_asks_the_same(
    form: str, a: str, b: str, traffic: tuple[TrafficItem, ...]
) -> None:
    on = f" on {render_traffic(traffic)}" if traffic else ""

    query = parse_question(form.format(a=a, b=b, on=on), SHOP)

    assert query == parse_question(query.sentence, SHOP)


@given(a=ENDPOINTS, b=ENDPOINTS, traffic=TRAFFIC)
@settings(max_examples=60, deadline=None)
def test_flags_ask_the_same(a: str, b: str, traffic: tuple[TrafficItem, ...]) -> None:
    on = f" on {render_traffic(traffic)}" if traffic else ""
    ports = render_traffic(traffic) if traffic else None

    query = build_query(SHOP, source=a, destination=b, ports=ports)

    assert parse_question(f"can {a} reach {b}{on}?", SHOP) == query


@given(TRAFFIC)
def test_ports_are_read_as_they_are_rendered(traffic: tuple[TrafficItem, ...]) -> None:
    expected = () if TrafficItem() in traffic else traffic

    assert expected == parse_traffic(render_traffic(traffic))


SALAD = st.lists(
    st.sampled_from(
        [
            *sorted({*RESERVED, *LEADS}),
            "frontend",
            "api",
            "tcp/80",
            "80",
            ",",
            "=",
            "!",
            "(",
            ")",
            "(a,b)",
            "app=x",
            "shop/*",
            "ns:",
            "/",
            "?",
        ]
    )
    | st.text(max_size=6),
    max_size=9,
)


def check_error(error: UsageError, text: str) -> None:
    assert error.text == text
    assert 0 <= error.start < error.end <= len(text) + 1
    assert error.expected
    assert error.hint


@given(SALAD)
@settings(max_examples=300, deadline=None)
def test_whatever_is_asked_is_understood_or_marked(words: list[str]) -> None:
    sentence = " ".join(words)
    try:
        query = parse_question(sentence, SHOP)
    except UsageError as error:
        check_error(error, sentence)
    else:
        assert query == parse_question(query.sentence, SHOP)


@given(SALAD)
@settings(max_examples=150, deadline=None)
def test_whatever_endpoint_is_given_is_understood_or_marked(words: list[str]) -> None:
    text = " ".join(words)
    try:
        selection = parse_endpoint(text, SHOP)
    except UsageError as error:
        check_error(error, text)
    else:
        assert selection == parse_endpoint(selection.text, SHOP)
