"""From a sentence or flags to a Query."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from npverify.errors import UsageError
from npverify.language.endpoint_grammar import read_endpoints
from npverify.language.endpoints import Endpoints, EveryPod, Everything, Itself
from npverify.language.forms import render_sentence
from npverify.language.lookup import service_path
from npverify.language.resolution import Resolved, resolve, resolve_itself
from npverify.language.sentences import BOTH_DIRECTIONS, Asked, read_sentence
from npverify.language.services import check_mixture, port_notes, translate
from npverify.language.traffic import AskedPort, items_of, read_ports, render_item, restrict
from npverify.language.words import error_at, read_words
from npverify.questions.query import Form, PodAlternative, Query, Selection, TrafficItem
from npverify.questions.selections import declared_in
from npverify.resources import Direction
from npverify.resources.inventory import Inventory

_ONE_BY_ONE = frozenset({Form.CAN_REACH, Form.WHAT_CAN_REACH, Form.WHAT_CAN_BE_REACHED})


def parse_question(sentence: str, inventory: Inventory) -> Query:
    """The question that a sentence asks about the inventory.

    Raises UsageError, with its place in the sentence, for what is not understood.
    """
    return assemble(read_sentence(read_words(sentence)), inventory)


def parse_endpoint(text: str, inventory: Inventory) -> Selection:
    """The endpoints that a text like `shop/app=frontend` or `the database` means; raises UsageError."""
    return resolve(read_endpoints(read_words(text)), inventory).selection


def build_query(
    inventory: Inventory,
    *,
    source: str | None,
    destination: str | None,
    ports: str | None = None,
    protocol: str | None = None,
    form: Form | None = None,
    directions: Sequence[Direction] = BOTH_DIRECTIONS,
) -> Query:
    """The question that `--from`, `--to`, `--port` and `--protocol` ask; the same as the sentence's.

    Without `form` it is the one that the given ends suggest. Raises UsageError for what is not understood.
    """
    asked = Asked(
        form=form or _form_of(source, destination),
        source=None if source is None else read_endpoints(read_words(source)),
        destination=None if destination is None else read_endpoints(read_words(destination)),
        ports=_read_flags(ports, protocol),
        directions=tuple(d for d in BOTH_DIRECTIONS if d in directions),
    )
    _check_ends(asked)
    return assemble(asked, inventory)


def _form_of(source: str | None, destination: str | None) -> Form:
    if source is not None and destination is not None:
        return Form.CAN_REACH
    if destination is not None:
        return Form.WHAT_CAN_REACH
    if source is not None:
        return Form.WHAT_CAN_BE_REACHED
    raise UsageError(
        "the question has neither a source nor a destination",
        expected="a source, a destination, or both",
        hint="give `--from`, `--to` or both, or ask a sentence such as `can frontend reach database?`",
    )


def _read_flags(ports: str | None, protocol: str | None) -> tuple[AskedPort, ...]:
    named = () if ports is None else read_ports(read_words(ports))
    if protocol is None:
        return named
    return restrict(
        named or (AskedPort(TrafficItem(), protocol, 0, len(protocol)),), read_ports(read_words(protocol))
    )


def _check_ends(asked: Asked) -> None:
    """Raise UsageError where the form lacks an end or has one too many."""
    has_source, has_destination = asked.source is not None, asked.destination is not None
    wanted = {
        Form.WHAT_CAN_REACH: (has_source, True),
        Form.WHAT_CAN_BE_REACHED: (True, has_destination),
        Form.IS_ISOLATED: (True, False),
    }.get(asked.form, (True, True))
    if (has_source, has_destination) != wanted:
        ends = " and ".join(
            end for end, is_wanted in zip(("a source", "a destination"), wanted, strict=True) if is_wanted
        )
        raise UsageError(
            f"the question `{asked.form}` has {ends}{'' if all(wanted) else ' only'}",
            expected=ends,
            hint="give `--from` and `--to` as the question needs them",
        )
    if asked.form is Form.IS_ISOLATED and not asked.directions:
        raise UsageError(
            "no direction was given", expected="ingress, egress or both", hint="name a direction"
        )


def assemble(asked: Asked, inventory: Inventory) -> Query:
    """The question that was read, with its names looked up; raises UsageError for what means nothing."""
    asked = _narrowed_to_pods(asked)
    check_conjunctions(asked)
    source = None if asked.source is None else resolve(asked.source, inventory)
    to_itself = _is_to_itself(asked)
    if to_itself and asked.destination is not None and source is not None:
        destination: Resolved | None = resolve_itself(asked.destination, source, inventory)
    else:
        destination = None if asked.destination is None else resolve(asked.destination, inventory)
    if asked.form is Form.IS_ISOLATED:
        _check_isolated(asked, source)
    traffic, notes = _traffic(asked, destination, inventory)
    ends = [end for end in (source, destination) if end is not None]
    if not to_itself:
        notes = (*notes, *_self_notes(source, destination, inventory))
    return Query(
        form=asked.form,
        source=source.selection if source else None,
        destination=destination.selection if destination else None,
        traffic=traffic,
        directions=asked.directions,
        sentence=render_sentence(
            asked.form, asked.source, asked.destination, items_of(asked.ports), asked.directions
        ),
        notes=tuple(
            dict.fromkeys(
                (*(note for end in ends for note in end.notes), *notes, *_protocol_notes(asked.form, traffic))
            )
        ),
        to_itself=to_itself,
        services=tuple(
            service_path(service)
            for service, _ in (destination.services if destination else ())
            if not service.headless
        ),
    )


def _is_to_itself(asked: Asked) -> bool:
    """Whether it is asked about connections of pods to themselves; raises UsageError where that makes no
    question.
    """
    head = None if asked.destination is None else asked.destination.has_only
    if not isinstance(head, Itself) or asked.destination is None:
        return False
    if asked.form in (Form.CAN_REACH, Form.EVERY) and asked.source is not None:
        return True
    member = asked.destination.members[0]
    raise error_at(
        member.text,
        member.start,
        member.end,
        f"the question `{asked.form}` cannot be asked of a pod and itself",
        expected="another endpoint",
        hint="ask `can A reach itself?` or `does every A reach itself?`",
    )


def _traffic(
    asked: Asked, destination: Resolved | None, inventory: Inventory
) -> tuple[tuple[TrafficItem, ...], tuple[str, ...]]:
    """The ports of the pods, and remarks on them."""
    items = items_of(asked.ports)
    if destination is None or asked.destination is None:
        return items, port_notes(None, items, inventory)
    if not destination.services:
        return items, port_notes(destination.selection, items, inventory)
    if len(asked.destination.members) > 1:
        return items, check_mixture(destination.services)
    return translate(*destination.services[0], asked.ports)


def _self_notes(source: Resolved | None, destination: Resolved | None, inventory: Inventory) -> Iterator[str]:
    """A remark where the question is what pods reach through a Service that is their own."""
    if source is None or destination is None:
        return
    asking, behind = (declared_in(end.selection, inventory) for end in (source, destination))
    if asking and asking.keys() <= behind.keys():
        for service, _ in destination.services:
            path = service_path(service)
            yield (
                f"this is about one pod and another: ask `can {source.selection.text} reach itself through "
                f"{path}?` for a pod that {path} leads back to itself"
            )


def _protocol_notes(form: Form, traffic: Sequence[TrafficItem]) -> Iterator[str]:
    """A remark on each port that is claimed of every protocol, which is seldom meant."""
    if form is Form.EVERY:
        for item in traffic:
            if item.protocol is None and item.name is None:
                port = render_item(item)
                yield f"on {port} asks for TCP, UDP and SCTP, each of them: write tcp/{port} for TCP alone"


def _narrowed_to_pods(asked: Asked) -> Asked:
    """Only pods are isolated, so that `anything` means every pod there."""
    if asked.form is not Form.IS_ISOLATED or asked.source is None:
        return asked
    members = tuple(
        replace(member, head=EveryPod()) if isinstance(member.head, Everything) else member
        for member in asked.source.members
    )
    return replace(asked, source=replace(asked.source, members=members))


def check_conjunctions(asked: Asked) -> None:
    """Raise UsageError for `A and B` where the question, or the statement, would be two."""
    for endpoints in (asked.source, asked.destination):
        if endpoints is not None and endpoints.conjunction is not None and asked.form in _ONE_BY_ONE:
            text, start, end = _place_of(endpoints)
            raise error_at(
                text,
                start,
                end,
                "`and` asks two questions at once",
                expected="`or`, or one endpoint",
                suggestion="or",
            )


def _place_of(endpoints: Endpoints) -> tuple[str, int, int]:
    assert endpoints.conjunction is not None
    return endpoints.members[0].text, *endpoints.conjunction


def _check_isolated(asked: Asked, source: Resolved | None) -> None:
    assert asked.source is not None  # the form has a source, and so it was resolved
    assert source is not None
    if not all(isinstance(alternative, PodAlternative) for alternative in source.selection.alternatives):
        member = asked.source.members[0]
        raise error_at(
            member.text,
            member.start,
            asked.source.members[-1].end,
            "only pods are isolated by policies, not addresses or nodes",
            expected="an endpoint of pods",
            hint="ask `is database isolated?` of a workload, or `can A reach B?` of an address",
        )
