"""From an inventory to its connectivity map."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

from npverify.questions.ask import summarize
from npverify.questions.connectivity.bits import bits_of, numbers_in
from npverify.questions.connectivity.exposures import find_exposures
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
from npverify.questions.connectivity.verification import Verifier
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
    progress: Progress = say_nothing,
) -> ConnectivityMap:
    """Who can reach whom, on what; `settings.exposure` and `settings.verify` say what is done besides.

    Raises InternalError where the solver contradicts a cell.
    """
    settings = settings or MapSettings()
    stopwatch = stopwatch or Stopwatch()
    survey = Survey(Planner(inventory, settings.query, stopwatch), settings)
    with stopwatch.measure("connect"):
        rows = survey.rows(progress)
    with stopwatch.measure("group"):
        found = _make_map(survey, settings, *_group(survey, *fold_nothing(survey.classes, rows)))
    if settings.verify:
        with stopwatch.measure("confirm"):
            verification = Verifier(survey).verify(found, settings.verify, progress)
        found = replace(found, verification=verification)
    if settings.exposure:
        with stopwatch.measure("exposure"):
            found = replace(found, exposure=find_exposures(_of_everything(survey), found, progress))
    if settings.group is Grouping.NAMESPACE:
        with stopwatch.measure("group"):
            folded = fold_namespaces(survey.classes, rows, include_self=settings.include_self)
            groups, parts = _group(survey, *folded)
        found = replace(found, groups=groups, rows=parts)
    return replace(found, stats=stopwatch.stats())


TOO_OPEN = "the order of too many admin policies of equal priority is open: give them different priorities"


def _of_everything(survey: Survey) -> Survey:
    """The survey, or another one where this leaves out endpoints that nobody has asked for."""
    settings = survey.settings
    if settings.source is None and settings.destination is None:
        return survey
    return Survey(survey.planner, replace(settings, source=None, destination=None))


def _make_map(
    survey: Survey,
    settings: MapSettings,
    groups: tuple[EndpointGroup, ...],
    rows: tuple[tuple[RowPart, ...], ...],
) -> ConnectivityMap:
    inventory = survey.inventory
    return ConnectivityMap(
        settings=settings,
        groups=groups,
        rows=rows,
        undecided=undecided_by(inventory, settings) or (TOO_OPEN if survey.is_too_open else None),
        open_facts=survey.open_facts,
        assumptions=assumptions_of(inventory, settings),
        notes=notes_of(inventory, settings),
        input=summarize(inventory),
    )


def _group(
    survey: Survey, units: Sequence[Unit], rows: Sequence[UnitRow]
) -> tuple[tuple[EndpointGroup, ...], tuple[tuple[RowPart, ...], ...]]:
    """The groups of units that no cell tells apart, and the rows between groups."""
    marks = [_mark(survey, unit) for unit in units]
    numbers = group_alike(rows, marks)
    members = members_by_group(numbers)
    endpoints = name_endpoints([[units[n] for n in own] for own in members], survey.classes, survey.taken)
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
