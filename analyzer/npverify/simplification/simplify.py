"""Make policies simpler, step by step, and prove that nothing has changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from npverify.editing import Edit, Rewritten, edit_text
from npverify.errors import InternalError, UsageError
from npverify.manifests import ReadOptions, read_texts
from npverify.manifests.codes import REPLACED_OBJECT
from npverify.questions.comparison import ComparisonSettings, ComparisonVerdict, compare
from npverify.questions.detected_plugin import plugin_notes
from npverify.questions.profile_remarks import idle_notes
from npverify.questions.progress import Progress, say_nothing
from npverify.questions.redundancy import find_redundancies
from npverify.questions.settings import QuerySettings
from npverify.questions.stopwatch import Stopwatch
from npverify.resources import NetworkPolicy
from npverify.resources.inventory import Inventory
from npverify.simplification.merging import merges
from npverify.simplification.removal import removals
from npverify.simplification.result import FileChange, Simplification, Size, Step


def simplify(
    before: Mapping[str, str],
    settings: QuerySettings | None = None,
    *,
    options: ReadOptions | None = None,
    stopwatch: Stopwatch | None = None,
    progress: Progress = say_nothing,
) -> Simplification:
    """Simplify the policies in the texts of some files, by name; the other objects in them stay as they are.

    Raises InputError where a text cannot be read, Undecided where the time does not last, and InternalError
    where the result turns out to mean something else. Raises UsageError where one policy stands twice.
    """
    settings, options = settings or QuerySettings(), options or ReadOptions()
    stopwatch = stopwatch or Stopwatch()
    original = now = read_texts(before, options=options)
    _check_names(original)
    current = dict(before)
    steps: list[Step] = []
    rewritten: list[Rewritten] = []
    while True:
        taken = _steps(now, settings, stopwatch, progress)
        if not taken:
            break
        steps += taken
        for name, edits in _by_file(taken).items():
            edited = edit_text(current[name], edits, file=name)
            current[name] = edited.text
            rewritten += edited.rewritten
        now = read_texts(current, options=options)
    with stopwatch.measure("prove"):
        proof = compare(
            original, now, ComparisonSettings(settings, per_direction=True, limit=1), progress=progress
        )
    if proof.differences:
        raise InternalError(
            "the simplified policies would not mean the same",
            details="\n".join((*(step.words for step in steps), str(proof.differences[0]))),
        )
    texts = current if proof.verdict is ComparisonVerdict.EQUIVALENT else dict(before)
    return Simplification(
        texts=texts,
        changes=tuple(
            FileChange(name, before[name], after) for name, after in texts.items() if before[name] != after
        ),
        steps=tuple(steps),
        before=Size.of(original.policies),
        after=Size.of(now.policies),
        proof=proof,
        rewritten=tuple(rewritten),
        findings=original.findings,
        notes=(*idle_notes(original, settings.profile), *plugin_notes(original, settings.profile)),
    )


def _check_names(inventory: Inventory) -> None:
    """Raise UsageError where a policy stands twice: if one copy went, the other would come to life."""
    for finding in inventory.findings:
        if finding.code == REPLACED_OBJECT and finding.message.startswith(f"{NetworkPolicy.kind} "):
            raise UsageError(
                f"{finding.origin}: {finding.message}", hint="remove one of the two, and simplify again"
            )


def _steps(
    inventory: Inventory, settings: QuerySettings, stopwatch: Stopwatch, progress: Progress
) -> list[Step]:
    """The next steps: what is redundant goes first, then what is left is merged."""
    with stopwatch.measure("find redundancies"):
        found = find_redundancies(inventory, settings, stopwatch, progress)
    return list(removals(found)) or list(merges(inventory.policies, settings.profile))


def _by_file(steps: Sequence[Step]) -> Mapping[str, list[Edit]]:
    grouped: dict[str, list[Edit]] = {}
    for step in steps:
        grouped.setdefault(step.file, []).extend(step.edits)
    return grouped
