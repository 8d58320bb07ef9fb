"""From an inventory to its connectivity map."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from npverify.questions.ask import summarize
from npverify.questions.connectivity.bits import bits_of, numbers_in
from npverify.questions.connectivity.classes import FAMILIES
from npverify.questions.connectivity.connections import normalize
from npverify.questions.connectivity.cuts import interval_of
from npverify.questions.connectivity.folding import Unit, UnitRow, fold_namespaces, fold_nothing
from npverify.questions.connectivity.groups import group_alike, members_by_group
from npverify.questions.connectivity.naming import name_endpoints
from npverify.questions.connectivity.remarks import assumptions_of, notes_of, undecided_by
from npverify.questions.connectivity.result import (
    ConnectivityMap,
    EndpointGroup,
    Grouping,
    MapSettings,
    RowPart,
)
from npverify.questions.connectivity.survey import Survey
from npverify.questions.plan import Planner
from npverify.questions.progress import Progress, say_nothing
from npverify.questions.stopwatch import Stopwatch
from npverify.resources.inventory import Inventory
from npverify_encodings.model import Kind


def connectivity_map(
    inventory: Inventory,
    settings: MapSettings | None = None,
    *,
    stopwatch: Stopwatch | None = None,
    progress: Progress | None = None,
) -> ConnectivityMap:
    """Who can reach whom, on what; `settings.exposure` and `settings.verify` say what is done besides.

    Raises InternalError where the solver contradicts a cell.
    """
    settings = settings or MapSettings()
    stopwatch = stopwatch or Stopwatch()
    survey = Survey(Planner(inventory, settings.query, stopwatch), settings)
    with stopwatch.measure("connect"):
        rows = survey.rows(progress or say_nothing)
    with stopwatch.measure("group"):
        if settings.group is Grouping.NAMESPACE:
            units, folded = fold_namespaces(survey.classes, rows, include_self=settings.include_self)
        else:
            units, folded = fold_nothing(survey.classes, rows)
        groups, parts = _group(survey, units, folded)
    return ConnectivityMap(
        settings=settings,
        groups=groups,
        rows=parts,
        undecided=undecided_by(inventory, settings),
        assumptions=assumptions_of(inventory, settings),
        notes=notes_of(inventory, settings),
        input=summarize(inventory),
        stats=stopwatch.stats(),
    )


def _group(
    survey: Survey, units: Sequence[Unit], rows: Sequence[UnitRow]
) -> tuple[tuple[EndpointGroup, ...], tuple[tuple[RowPart, ...], ...]]:
    """The groups of units that no cell tells apart, and the rows between groups."""
    marks = [_mark(survey, unit) for unit in units]
    numbers = group_alike(rows, marks)
    members = members_by_group(numbers)
    taken = {
        version: normalize(interval_of(n) for n in survey.planner.taken if n.version == version)
        for version in FAMILIES
    }
    endpoints = name_endpoints([[units[n] for n in own] for own in members], survey.classes, taken)
    first_ones = bits_of(own[0] for own in members)
    known: dict[int, int] = {}

    def to_groups(bits: int) -> int:
        if bits not in known:
            known[bits] = bits_of(numbers[unit] for unit in numbers_in(bits & first_ones))
        return known[bits]

    groups = tuple(
        EndpointGroup(number, own, *_sides(survey, units[members[number][0]]))
        for number, own in enumerate(endpoints)
    )
    parts = tuple(
        tuple(
            RowPart(
                connections=survey.traffic.connections(content.sure),
                conditional=survey.traffic.connections(content.possible & ~content.sure),
                destinations=to_groups(bits),
                uniform=content.uniform,
            )
            for content, bits in sorted(rows[own[0]].items())
        )
        for own in members
    )
    return groups, parts


def _sides(survey: Survey, unit: Unit) -> tuple[bool, bool]:
    """Whether a unit is asked for as a source, and as a destination."""
    own = [survey.classes[number] for number in unit.classes]
    return any(each.is_source for each in own), any(each.is_destination for each in own)


def _mark(survey: Survey, unit: Unit) -> Hashable:
    """What has to be the same within a group besides the cells."""
    is_outside = any(survey.classes[number].kind is Kind.EXTERNAL for number in unit.classes)
    return is_outside, unit.namespace is not None, _sides(survey, unit)
