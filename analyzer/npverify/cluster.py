"""What was loaded, ready for questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from os import PathLike, fspath
from typing import BinaryIO

from npverify.errors import Severity, UsageError
from npverify.language import build_query, parse_endpoint, parse_question
from npverify.lint import LINT_CODES, NO_BASELINE, Baseline, LintOptions, LintResult, Suppression
from npverify.lint import lint as lint_inventory
from npverify.manifests import (
    DocumentMemory,
    ReadOptions,
    inventory_from_objects,
    read_paths,
    read_revision,
)
from npverify.questions.answer import Answer
from npverify.questions.ask import ask
from npverify.questions.comparison import Comparison, ComparisonSettings
from npverify.questions.comparison import compare as compare_inventories
from npverify.questions.connectivity import (
    DEFAULT_VERIFIED,
    ConnectivityMap,
    Grouping,
    MapDifference,
    MapSettings,
    connectivity_map,
    map_difference,
)
from npverify.questions.progress import Progress, say_nothing
from npverify.questions.query import Query, Selection
from npverify.questions.settings import QuerySettings
from npverify.questions.single_flows import SingleFlows
from npverify.questions.stopwatch import Stopwatch
from npverify.resources.inventory import Inventory

LoadOptions = ReadOptions


@dataclass(frozen=True)
class Cluster:
    """An inventory that can be asked; `read_seconds` is what reading it took."""

    inventory: Inventory
    read_seconds: float = 0.0

    def query(
        self,
        question: str | None = None,
        *,
        source: str | None = None,
        destination: str | None = None,
        port: str | int | None = None,
        protocol: str | None = None,
        settings: QuerySettings | None = None,
    ) -> Answer:
        """Answer a question: a sentence, or a source and/or destination with ports.

        Raises UsageError where the question is not understood, and InternalError where the reference
        evaluator contradicts the solver.
        """
        stopwatch = Stopwatch()
        stopwatch.add("read", self.read_seconds)
        with stopwatch.measure("understand"):
            query = self._understand(question, source, destination, port, protocol)
        return ask(query, self.inventory, settings or QuerySettings(), stopwatch)

    def _understand(
        self,
        question: str | None,
        source: str | None,
        destination: str | None,
        port: str | int | None,
        protocol: str | None,
    ) -> Query:
        if question is None:
            ports = None if port is None else str(port)
            return build_query(
                self.inventory, source=source, destination=destination, ports=ports, protocol=protocol
            )
        if (source, destination, port, protocol) != (None, None, None, None):
            raise UsageError(
                "a question was given both as a sentence and by its parts",
                hint="use either the sentence, or source, destination, port and protocol",
            )
        return parse_question(question, self.inventory)

    def map(
        self,
        *,
        source: str | None = None,
        destination: str | None = None,
        port: str | int | None = None,
        protocol: str | None = None,
        group: Grouping = Grouping.WORKLOAD,
        include_self: bool = False,
        exposure: bool = False,
        verify: int = DEFAULT_VERIFIED,
        settings: QuerySettings | None = None,
        progress: Progress = say_nothing,
    ) -> ConnectivityMap:
        """Who can reach whom, on what: every declared workload and the outside addresses.

        `source`, `destination`, `port` and `protocol` leave out what they do not mean. `exposure` adds what
        pods that are not declared could do, `verify` is the number of cells that the solver confirms. Raises
        UsageError where a filter is not understood, and InternalError where the solver contradicts a cell.
        """
        stopwatch = Stopwatch()
        stopwatch.add("read", self.read_seconds)
        wanted = MapSettings(
            query=settings or QuerySettings(),
            group=Grouping(group),
            include_self=include_self,
            exposure=exposure,
            verify=verify,
        )
        if (source, destination, port, protocol) != (None, None, None, None):
            understood = self._understand(None, source or "any", destination or "any", port, protocol)
            wanted = replace(
                wanted,
                source=None if source is None else understood.source,
                destination=None if destination is None else understood.destination,
                traffic=understood.traffic,
                notes=understood.notes,
            )
        return connectivity_map(self.inventory, wanted, stopwatch=stopwatch, progress=progress)

    def lint(
        self,
        *,
        select: Iterable[str] = (),
        ignore: Iterable[str] = (),
        severity: Severity = Severity.NOTE,
        suppressions: Iterable[Suppression] = (),
        baseline: Baseline = NO_BASELINE,
        today: date | None = None,
        settings: QuerySettings | None = None,
        progress: Progress = say_nothing,
    ) -> LintResult:
        """Run the checks: those that `select` means (none: all) and `ignore` does not.

        The words are codes (`NPV203`), prefixes (`NPV22`) and names (`dead-selector`). Nothing below
        `severity` is reported. `today` is the day that expiry dates are compared with (None: the day it is).
        Raises UsageError for a word that means nothing.
        """
        options = LintOptions(
            codes=LINT_CODES.chosen(select, ignore),
            severity=Severity(severity),
            suppressions=tuple(suppressions),
            baseline=baseline,
            today=today,
        )
        stopwatch = Stopwatch()
        stopwatch.add("read", self.read_seconds)
        return lint_inventory(self.inventory, settings or QuerySettings(), options, stopwatch, progress)

    def allows(
        self,
        source: str,
        destination: str,
        port: int,
        protocol: str = "TCP",
        *,
        settings: QuerySettings | None = None,
    ) -> bool:
        """Whether one concrete flow is allowed, by the reference evaluator alone.

        Each end is `namespace/pod` (the name of a Pod, or of a workload for its template) or an IP address.
        Ends without an address family in common that the network plugin carries have no flow, and none is
        allowed. Domain names in admin policies stand for the addresses that the settings resolve them to, and
        else for none. Raises UsageError for an end that does not exist, a port outside 1-65535, and where the
        order of admin policies of equal priority decides, what nobody says of the network plugin, or a policy
        of a kind that is not modelled may.
        """
        return self._single_flows.allows(
            source, destination, port, protocol, settings=settings or QuerySettings()
        )

    @cached_property
    def _single_flows(self) -> SingleFlows:
        return SingleFlows(self.inventory)


def load(
    *paths: str | PathLike[str],
    stdin: BinaryIO | None = None,
    options: LoadOptions | None = None,
    memory: DocumentMemory | None = None,
) -> Cluster:
    """Load manifests from files, directories or `-` (then `stdin` is read).

    With one `memory` for several versions, what they have in common is parsed once.
    Raises InputError with every problem of the files, and UsageError for a path that is not there.
    """
    stopwatch = Stopwatch()
    with stopwatch.measure("read"):
        inventory = read_paths(
            [fspath(path) for path in paths],
            stdin=stdin,
            options=options or LoadOptions(),
            memory=memory,
        )
    return Cluster(inventory, stopwatch.stats().seconds["read"])


def load_revision(
    revision: str,
    *paths: str | PathLike[str],
    options: LoadOptions | None = None,
    memory: DocumentMemory | None = None,
) -> Cluster:
    """Load manifests as they are in a git revision, without touching the work tree.

    Raises InputError with every problem of the files, and UsageError where git has no such revision or path.
    """
    stopwatch = Stopwatch()
    with stopwatch.measure("read"):
        inventory = read_revision(
            revision, [fspath(path) for path in paths], options=options or LoadOptions(), memory=memory
        )
    return Cluster(inventory, stopwatch.stats().seconds["read"])


def load_objects(objects: Iterable[Mapping[str, object]], *, options: LoadOptions | None = None) -> Cluster:
    """Load Kubernetes objects that are already parsed, as `yaml.safe_load` or an API client gives them.

    Raises InputError where the API server would reject one.
    """
    return Cluster(inventory_from_objects(objects, options=options or LoadOptions()))


def compare(
    old: Cluster,
    new: Cluster,
    settings: ComparisonSettings | None = None,
    *,
    scope: str | None = None,
    executor: Executor | None = None,
    progress: Progress = say_nothing,
) -> Comparison:
    """Compare two versions of a cluster: equivalent, or every region of flows in which they differ.

    `scope` are endpoints in the language of questions, looked up in the new version, else in the old one; one
    end at least of every flow that is compared is among them. `executor` solves where there is much to solve
    (never one that forks). Raises UsageError where the scope is not understood, and InternalError where the
    reference evaluator contradicts the solver.
    """
    stopwatch = Stopwatch()
    stopwatch.add("read", old.read_seconds + new.read_seconds)
    settings = settings or ComparisonSettings()
    if scope is not None:
        settings = replace(settings, scope=_scope(scope, old, new))
    return compare_inventories(
        old.inventory,
        new.inventory,
        settings,
        stopwatch=stopwatch,
        executor=executor,
        progress=progress,
    )


def compare_maps(
    old: Cluster,
    new: Cluster,
    *,
    group: Grouping = Grouping.WORKLOAD,
    verify: int = DEFAULT_VERIFIED,
    settings: QuerySettings | None = None,
    progress: Progress = say_nothing,
) -> MapDifference:
    """The cells in which the connectivity maps of two versions of a cluster differ.

    Raises InternalError where the solver contradicts a cell of either.
    """
    maps = (c.map(group=group, verify=verify, settings=settings, progress=progress) for c in (old, new))
    return map_difference(*maps)


def _scope(text: str, old: Cluster, new: Cluster) -> Selection:
    try:
        return parse_endpoint(text, new.inventory)
    except UsageError as error:
        try:
            return parse_endpoint(text, old.inventory)
        except UsageError:
            raise error from None
