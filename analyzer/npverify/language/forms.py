"""The forms of questions: a list for people, and each question in its canonical form."""

from __future__ import annotations

from collections.abc import Sequence

from npverify.language.endpoints import Endpoints, EveryPod, Everything, render_endpoints
from npverify.language.traffic import render_traffic
from npverify.questions.query import Form, TrafficItem
from npverify.resources import Direction

FORMS: tuple[tuple[str, str], ...] = (
    ("can A reach B [on PORTS]?", "can any frontend pod reach the database on tcp/5432?"),
    ("which pods can reach B [on PORTS]?", "which pods can reach the database?"),
    ("what can reach B [on PORTS] [from A]?", "what can reach frontend from the internet?"),
    ("can A reach itself [through SERVICE] [on PORTS]?", "can api reach itself through svc/shop/api on 80?"),
    ("what can A reach [on PORTS]?", "what can shop/app=api reach on tcp/5432?"),
    ("is A isolated [for ingress|egress]?", "is the database isolated for ingress?"),
    ("can only A reach B [on PORTS]?", "can only api reach the database on tcp/5432?"),
    ("does every A reach B [on PORTS]?", "does every frontend pod reach api on http?"),
)
"""The forms of questions, each with an example; what stands in brackets may be left out."""


def render_sentence(
    form: Form,
    source: Endpoints | None,
    destination: Endpoints | None,
    traffic: Sequence[TrafficItem],
    directions: Sequence[Direction],
) -> str:
    """The question in the canonical form, which the language reads back as the same question."""
    a = render_endpoints(source) if source else ""
    b = render_endpoints(destination) if destination else ""
    on = f" on {render_traffic(traffic)}" if traffic else ""
    match form:
        case Form.CAN_REACH:
            return f"can {a} reach {b}{on}?"
        case Form.ONLY:
            return f"can only {a} reach {b}{on}?"
        case Form.EVERY:
            return f"does {each_words(source)} reach {b}{on}?"
        case Form.WHAT_CAN_REACH:
            who, origin = _what(source, "from")
            return f"{who} can reach {b}{on}{origin}?"
        case Form.WHAT_CAN_BE_REACHED:
            who, among = _what(destination, "among")
            return f"{who} can {a} reach{on}{among}?"
        case Form.IS_ISOLATED:
            way = f" for {directions[0].lower()}" if len(directions) == 1 else ""
            return f"is {each_words(source) if _is_wide(source) else a} isolated{way}?"


def _what(restriction: Endpoints | None, preposition: str) -> tuple[str, str]:
    if restriction is None:
        return "what", ""
    if restriction.has_only == EveryPod():
        return "which pods", ""
    return "what", f" {preposition} {render_endpoints(restriction)}"


def each_words(endpoints: Endpoints | None) -> str:
    """The endpoints as the subject of a question about each one of them."""
    assert endpoints is not None  # both forms that need it have a source
    written = render_endpoints(endpoints)
    match endpoints.members[0].head:
        case Everything():
            return "everything" + written.removeprefix("any")
        case EveryPod():
            return "every pod" + written.removeprefix("any pod")
        case _:
            return f"every {written}"


def _is_wide(endpoints: Endpoints | None) -> bool:
    return endpoints is not None and isinstance(endpoints.members[0].head, Everything | EveryPod)
