"""An answer as text, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from npverify.questions.answer import Answer, ListEntry, Region, Verdict, Witness
from npverify.questions.query import Form
from npverify.reference import Decision
from npverify.report.first import add_first
from npverify.report.page import Page
from npverify.report.passages import add_decision, add_input, add_stats, placed
from npverify.report.sentences import TONES, headline, witness_words
from npverify.report.style import PLAIN, Style


def render_text(
    answer: Answer, *, width: int | None = None, style: Style = PLAIN, with_stats: bool = False
) -> str:
    """The answer, most important first; wrapped to `width` columns, or not at all (None)."""
    page = Page(width, style)
    notes = add_first(page, answer.notes)
    page.line(f"{answer.verdict}: {headline(answer)}", lead=answer.verdict, tone=TONES[answer.verdict])
    _universes(page, answer)
    _vacuity(page, answer)
    page.gap()
    _understanding(page, answer)
    if not answer.entries:
        add_flow(page, answer)
    add_entries(page, answer)
    add_core(page, answer)
    page.gap()
    page.items("if", answer.conditions)
    page.items("assuming", answer.assumptions)
    page.items("note", notes)
    add_input(page, "read", answer.input)
    if with_stats:
        add_stats(page, answer.stats)
    return page.text()


def _universes(page: Page, answer: Answer) -> None:
    if answer.any is not None:
        page.item("any pod", f"{answer.any} (every pod that could exist)")
    if answer.declared is not None:
        page.item("declared", f"{answer.declared} (the pods of the input)")
    if answer.without_unmodelled is not None:
        page.item(
            "without", f"{answer.without_unmodelled}, if the policies that are not modelled did nothing"
        )


def _vacuity(page: Page, answer: Answer) -> None:
    for reason in answer.vacuous:
        page.item("vacuous", reason, tone="doubt")


def _understanding(page: Page, answer: Answer) -> None:
    query = answer.query
    if query.sentence:
        page.item("asked", query.sentence)
    page.items("read as", [s.understood for s in (query.source, query.destination) if s is not None])


def add_flow(page: Page, answer: Answer) -> None:
    """The flow that shows the verdict, how each direction was decided, and its region."""
    if answer.witness is not None:
        page.item("flow", witness_words(answer.witness))
        _directions(page, answer.witness)
        if answer.region is not None:
            _region(page, answer.region)
    elif answer.blocked is not None:
        page.item("example", f"{witness_words(answer.blocked)} does not connect")
        _directions(page, answer.blocked)


def _directions(page: Page, witness: Witness) -> None:
    for label, report in (("egress", witness.egress), ("ingress", witness.ingress)):
        if report.decision is Decision.NO_POLICY_APPLIES:
            continue
        add_decision(page, label, report)


def _region(page: Page, region: Region) -> None:
    parts = []
    for name, words in (("source", region.source), ("destination", region.destination)):
        parts.append(f"{name}: {', '.join(words)}" if words else f"any {name}")
    parts.append(f"traffic: {' or '.join(region.traffic)}" if region.traffic else "any traffic")
    page.item("region", "; ".join(parts))
    if region.ignored:
        page.item("", f"does not matter: {', '.join(region.ignored)}")


def add_entries(page: Page, answer: Answer) -> None:
    """The lines of a `what` question."""
    for declared, conditional, title in _SECTIONS:
        entries = [e for e in answer.entries if (e.declared, bool(e.conditions)) == (declared, conditional)]
        if entries or (answer.entries and declared and not conditional):
            page.heading(f"{title}:")
            page.items("", _entry_lines(entries) if entries else ["none"])
    if not answer.complete:
        page.gap()
        reason = answer.undecided or "its rest was cut off"
        page.line(f"not all: {reason}, so there may be more", lead="not all:", tone="doubt")


_SECTIONS = (
    (True, False, "declared workloads"),
    (True, True, "declared workloads, if something is so that the input leaves open"),
    (False, False, "anything that could exist"),
    (False, True, "anything that could exist, if something is so that the input leaves open"),
)


def _entry_lines(entries: Sequence[ListEntry]) -> Iterator[str]:
    for entry in entries:
        traffic = " or ".join(entry.traffic) or "all traffic"
        rules = f"  ({', '.join(f'{rule} {rule.origin}' for rule in entry.rules)})" if entry.rules else ""
        condition = f", if {' and '.join(entry.conditions)}" if entry.conditions else ""
        other = f" with {', '.join(entry.other_end)} at the other end" if entry.other_end else ""
        yield f"- {entry.endpoint}: {traffic}{other}{condition}{rules}"


def add_core(page: Page, answer: Answer) -> None:
    """The policies that a proof rests on."""
    if answer.core:
        page.items("rests on", map(placed, answer.core))
    elif _is_proof_of_denial(answer) and not answer.vacuous:
        page.item("rests on", "no policy: it is so whatever the policies say")


def _is_proof_of_denial(answer: Answer) -> bool:
    denies = answer.query.form is not Form.EVERY
    return denies and answer.verdict in (Verdict.UNREACHABLE, Verdict.HOLDS)
