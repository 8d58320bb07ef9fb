from __future__ import annotations

import pytest
from tests.unit.language.shop_inventory import SHOP

from npverify.errors import UsageError
from npverify.language import parse_question, parse_traffic
from npverify.language.traffic import render_traffic
from npverify.questions.query import TrafficItem
from npverify.resources import Protocol

TCP, UDP, SCTP = Protocol.TCP, Protocol.UDP, Protocol.SCTP

PORTS = [
    ("5432", (TrafficItem(None, 5432, 5432),)),
    ("port 5432", (TrafficItem(None, 5432, 5432),)),
    ("tcp/5432", (TrafficItem(TCP, 5432, 5432),)),
    ("5432/TCP", (TrafficItem(TCP, 5432, 5432),)),
    ("udp/53", (TrafficItem(UDP, 53, 53),)),
    ("sctp/1-65535", (TrafficItem(SCTP),)),
    ("tcp/5000-6000", (TrafficItem(TCP, 5000, 6000),)),
    ("5000-6000", (TrafficItem(None, 5000, 6000),)),
    ("tcp", (TrafficItem(TCP),)),
    ("http", (TrafficItem(name="http"),)),
    ("tcp/http", (TrafficItem(TCP, name="http"),)),
    ("tcp/80, udp/53", (TrafficItem(TCP, 80, 80), TrafficItem(UDP, 53, 53))),
    ("80,443", (TrafficItem(None, 80, 80), TrafficItem(None, 443, 443))),
    ("ports 80 and 443", (TrafficItem(None, 80, 80), TrafficItem(None, 443, 443))),
    ("udp/53 or tcp/53 or udp/53", (TrafficItem(UDP, 53, 53), TrafficItem(TCP, 53, 53))),
    ("any tcp port", (TrafficItem(TCP),)),
    ("any port", ()),
    ("1", (TrafficItem(None, 1, 1),)),
    ("65535", (TrafficItem(None, 65535, 65535),)),
]


@pytest.mark.parametrize(("text", "items"), PORTS)
def test_ports_mean(text: str, items: tuple[TrafficItem, ...]) -> None:
    assert items == parse_traffic(text)


@pytest.mark.parametrize("items", [items for _, items in PORTS])
def test_rendered_ports_mean_the_same(items: tuple[TrafficItem, ...]) -> None:
    assert items == parse_traffic(render_traffic(items))


def test_over_restricts_to_a_protocol() -> None:
    query = parse_question("can api reach database on 53 over udp?", SHOP)

    assert (TrafficItem(UDP, 53, 53),) == query.traffic
    assert query.sentence == "can api reach database on udp/53?"


BAD_PORTS = [
    ("0", "0", "not within 1-65535"),
    ("tcp/65536", "65536", "not within 1-65535"),
    ("99999999999999999999", "99999999999999999999", "not within 1-65535"),
    ("1-70000", "70000", "not within 1-65535"),
    ("6000-5000", "6000-5000", "ends before it starts"),
    ("tcp/80, icmp", "icmp", "NetworkPolicy leaves every protocol"),
    ("HTTP", "HTTP", "neither a port nor a protocol"),
    ("tpc_80", "tpc_80", "neither a port nor a protocol"),
    ("5001-5000", "5001-5000", "ends before it starts"),
    ("80 443", "443", "one word too many"),
    ("tcp/80/90", "90", "one word too many"),
    ("tcp/udp/90", "90", "one word too many"),
    ("waytoolongportname", "waytoolongportname", "neither a port nor a protocol"),
    ("²", "²", "neither a port nor a protocol"),
]


@pytest.mark.parametrize(("text", "marked", "message"), BAD_PORTS)
def test_a_bad_port_is_marked(text: str, marked: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        parse_traffic(text)

    assert marked == text[caught.value.start : caught.value.end]
    assert caught.value.expected
    assert caught.value.hint


def test_two_protocols_for_one_port_are_an_error() -> None:
    with pytest.raises(UsageError, match="is not udp") as caught:
        parse_question("can api reach database on tcp/53 over udp?", SHOP)

    assert caught.value.hint == "did you mean `can api reach database on tcp/53 over tcp?`?"
