"""An answer as text, for people."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from npverify.questions.answer import Answer, ListEntry, Region, Stats, Verdict, Witness
from npverify.questions.query import Form
from npverify.reference import Decision, DirectionReport, RuleReference
from npverify.report.sentences import TONES, headline, witness_words
from npverify.report.style import PLAIN, Style, columns, printable

_LABEL = 13
"""Columns of the labels at the left."""
_NARROWEST = 40


def render_text(
    answer: Answer, *, width: int | None = None, style: Style = PLAIN, with_stats: bool = False
) -> str:
    """The answer, most important first; wrapped to `width` columns, or not at all (None)."""
    page = _Page(width, style)
    page.line(f"{answer.verdict}: {headline(answer)}", lead=answer.verdict, tone=TONES[answer.verdict])
    _universes(page, answer)
    _vacuity(page, answer)
    page.gap()
    _understanding(page, answer)
    if not answer.entries:
        _flow(page, answer)
    _entries(page, answer)
    _core(page, answer)
    page.gap()
    page.items("if", answer.conditions)
    page.items("assuming", answer.assumptions)
    page.items("note", answer.notes)
    _input(page, answer)
    if with_stats:
        _stats(page, answer.stats)
    return page.text()


class _Page:
    """Lines with a label at the left, wrapped where there is a width."""

    def __init__(self, width: int | None, style: Style) -> None:
        self.style = style
        self._width = None if width is None else max(_NARROWEST, width)
        self._lines: list[str] = []

    def gap(self) -> None:
        """An empty line, but never two."""
        if self._lines and self._lines[-1]:
            self._lines.append("")

    def line(self, text: str, *, lead: str, tone: str) -> None:
        """A line from the left edge, its `lead` in a tone."""
        first, *rest = self._wrapped(text, "", "  ")
        self._lines += [self.style.paint(lead, tone) + first.removeprefix(lead), *rest]

    def heading(self, text: str) -> None:
        """A line that stands out, after an empty one."""
        self.gap()
        self._lines += (self.style.paint(line, "strong") for line in self._wrapped(text, "", ""))

    def item(self, label: str, text: str, *, tone: str | None = None) -> None:
        """A labelled line; its continuations are indented below it."""
        if self._width is not None and self._width < 2 * _LABEL + 30:
            indent = "    "
            first = f"  {label}: " if label else indent
        else:
            indent = " " * _LABEL
            first = f"  {label}".ljust(_LABEL)
        if text.startswith("- "):
            indent += "  "
        top, *rest = self._wrapped(text, first, indent)
        self._lines.append(first + self.style.paint(top.removeprefix(first), tone))
        self._lines += (indent + self.style.paint(line.removeprefix(indent), tone) for line in rest)

    def items(self, label: str, texts: Iterable[str]) -> None:
        """Several lines, of which the first has the label."""
        for number, text in enumerate(texts):
            self.item(label if not number else "", text)

    def _wrapped(self, text: str, first: str, rest: str) -> list[str]:
        shown = printable(text)
        if self._width is None or len(first) + columns(shown) <= self._width:
            return [first + shown]
        return textwrap.wrap(
            shown,
            self._width,
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def text(self) -> str:
        """The page."""
        while self._lines and not self._lines[-1]:
            self._lines.pop()
        return "\n".join(self._lines) + "\n"


def _universes(page: _Page, answer: Answer) -> None:
    if answer.any is not None:
        page.item("any pod", f"{answer.any} (every pod that could exist)")
    if answer.declared is not None:
        page.item("declared", f"{answer.declared} (the pods of the input)")
    if answer.without_unmodelled is not None:
        page.item(
            "without", f"{answer.without_unmodelled}, if the policies that are not modelled did nothing"
        )


def _vacuity(page: _Page, answer: Answer) -> None:
    for reason in answer.vacuous:
        page.item("vacuous", reason, tone="doubt")


def _understanding(page: _Page, answer: Answer) -> None:
    query = answer.query
    if query.sentence:
        page.item("asked", query.sentence)
    page.items("read as", [s.understood for s in (query.source, query.destination) if s is not None])


def _flow(page: _Page, answer: Answer) -> None:
    if answer.witness is not None:
        page.item("flow", witness_words(answer.witness))
        _directions(page, answer.witness)
        if answer.region is not None:
            _region(page, answer.region)
    elif answer.blocked is not None:
        page.item("example", f"{witness_words(answer.blocked)} does not connect")
        _directions(page, answer.blocked)


def _directions(page: _Page, witness: Witness) -> None:
    for label, report in (("egress", witness.egress), ("ingress", witness.ingress)):
        if report.decision is Decision.NO_POLICY_APPLIES:
            continue
        page.item(label, _decision(report))
        page.items("", (_rule(rule) for rule in report.rules))
        for miss in report.nearest[:1]:
            page.item("", f"nearest: {miss.rule} would allow it but for {' and '.join(miss.lacks)}")
            page.item("", f"         {miss.rule.origin}")


def _decision(report: DirectionReport) -> str:
    if report.decision is Decision.ALLOWED_BY_RULE:
        return "allowed by"
    if report.decision is Decision.DENIED:
        return "denied: isolated by the following, and no rule allows it"
    return str(report.decision)


def _rule(rule: RuleReference) -> str:
    return f"- {rule}  {rule.origin}"


def _region(page: _Page, region: Region) -> None:
    parts = []
    for name, words in (("source", region.source), ("destination", region.destination)):
        parts.append(f"{name}: {', '.join(words)}" if words else f"any {name}")
    parts.append(f"traffic: {' or '.join(region.traffic)}" if region.traffic else "any traffic")
    page.item("region", "; ".join(parts))
    if region.ignored:
        page.item("", f"does not matter: {', '.join(region.ignored)}")


def _entries(page: _Page, answer: Answer) -> None:
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


def _core(page: _Page, answer: Answer) -> None:
    if answer.core:
        page.items("rests on", (f"{rule}  {rule.origin}" for rule in answer.core))
    elif _is_proof_of_denial(answer) and not answer.vacuous:
        page.item("rests on", "no policy: it is so whatever the policies say")


def _is_proof_of_denial(answer: Answer) -> bool:
    denies = answer.query.form is not Form.EVERY
    return denies and answer.verdict in (Verdict.UNREACHABLE, Verdict.HOLDS)


def _input(page: _Page, answer: Answer) -> None:
    read = answer.input
    counts = (
        (read.files, "file"),
        (read.policies, "policy"),
        (read.workloads, "workload"),
        (read.namespaces, "namespace"),
        (read.services, "service"),
    )
    page.item("read", ", ".join(counted(number, noun) for number, noun in counts))
    if read.ignored:
        total = sum(read.ignored.values())
        kinds = ", ".join(f"{number} {kind}" for kind, number in list(read.ignored.items())[:6])
        more = ", …" if len(read.ignored) > 6 else ""
        page.item("ignored", f"{counted(total, 'object')} that say nothing about policies: {kinds}{more}")
    page.items("unmodelled", (f"{p.kind} {p.policy}  {p.origin}" for p in read.unmodelled))
    page.items("left out", (f"{f.origin}: {f.message}" for f in read.left_out))
    if read.findings:
        page.item("findings", f"{len(read.findings)} in the input, on standard error")


def counted(number: int, noun: str) -> str:
    """A number with its noun in the right form."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("y") else f"{number} {noun}s"


def _stats(page: _Page, stats: Stats) -> None:
    page.gap()
    total = sum(stats.seconds.values())
    page.items("seconds", (f"{name} {seconds:.3f}" for name, seconds in stats.seconds.items()))
    page.item("", f"total {total:.3f}")
    page.items("counts", (f"{name} {number:,}" for name, number in stats.counts.items()))
