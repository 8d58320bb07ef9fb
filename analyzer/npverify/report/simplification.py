"""A simplification as text: what was done, the patch, and the files."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff

from npverify.report.first import split_first
from npverify.report.page import counted
from npverify.report.style import PLAIN, Style, printable
from npverify.simplification import FileChange, Simplification

_NO_NEWLINE = "\\ No newline at end of file\n"


def render_simplification(result: Simplification, style: Style = PLAIN) -> str:
    """The steps, what became of the size, and the proof."""
    return "".join(f"{line}\n" for line in _lines(result, style))


def render_undecided(reason: str, style: Style = PLAIN) -> str:
    """That the time did not last, or the input cannot be judged."""
    return f"{_undecided(reason, style)}\n"


def _undecided(reason: str, style: Style) -> str:
    return f"{style.paint('undecided:', 'doubt')} {printable(reason)}; nothing was changed"


def _lines(result: Simplification, style: Style) -> Iterator[str]:
    first, notes = split_first(result.notes)
    for note in first:
        lead = note.partition(":")[0]
        yield f"{style.paint(lead, 'bad')}{printable(note).removeprefix(lead)}"
    for note in notes:
        yield f"{style.paint('note:', 'strong')} {printable(note)}"
    if not result.is_proved:
        reason = result.proof.undecided or "it was not proved that nothing changes"
        yield _undecided(reason, style)
        return
    if not result.steps:
        yield f"{style.paint('simple already:', 'good')} nothing is redundant, and nothing can be merged"
        return
    before, after = result.before, result.after
    for step in result.steps:
        yield f"- {printable(step.words)}"
    for part in result.rewritten:
        names = ", ".join(map(str, part.policies))
        lost = f"; {counted(len(part.comments), 'comment')} in it went" if part.comments else ""
        yield f"{style.paint('note:', 'strong')} {printable(names)} was written anew in block style{lost}"
    yield (
        f"{counted(before.policies, 'policy')} with {counted(before.rules, 'rule')} became "
        f"{counted(after.policies, 'policy')} with {counted(after.rules, 'rule')}; peers "
        f"{before.peers} → {after.peers}, ports {before.ports} → {after.ports}"
    )
    yield (
        f"{style.paint('equivalent:', 'good')} every flow of every pod that could exist is decided as "
        "before, for ingress and for egress (proved)"
    )


def render_changed_files(result: Simplification, *, with_unchanged: bool = False) -> str:
    """The new text of every file that changes (or of every one), several each under its name."""
    texts = result.texts if with_unchanged else {c.name: c.after for c in result.changes}
    if len(texts) == 1:
        return next(iter(texts.values()))
    return "".join(f"---\n# Source: {name}\n{_ended(text)}" for name, text in texts.items() if text)


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"


def render_patch(result: Simplification) -> str:
    """All changes as one unified diff for `patch -p1` or `git apply`."""
    return "".join(line for change in result.changes for line in _patch(change))


def _patch(change: FileChange) -> Iterator[str]:
    name = change.name.lstrip("/")
    after = f"b/{name}" if change.after else "/dev/null"
    for line in unified_diff(_split(change.before), _split(change.after), f"a/{name}", after):
        yield line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}"


def _split(text: str) -> list[str]:
    """The lines with their ends: at line feeds only, as `patch` has them."""
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]
