"""The names of many endpoints in few words: `every workload in shop (12)`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from npverify.questions.connectivity import ConnectivityMap, EndpointKind, MapEndpoint
from npverify.report.map_rows import FoldedLine, FoldedRow
from npverify.report.map_words import endpoint_name, endpoint_names

EACH_OTHER = "each other"
ITSELF = "itself"
_FEWEST = 5
"""Endpoints that are worth a word for all of them."""
_MOST_EXCEPTIONS = 3
_EXCEPTIONS = 4
"""How many times more endpoints there are than exceptions to a word for all of them."""


class Namer:
    """Names the sources and destinations of a map: whole namespaces in a word, where it can."""

    def __init__(self, found: ConnectivityMap, *, cidr: bool = False) -> None:
        self._cidr = cidr
        settings = found.settings
        self._is_unfiltered = settings.source is None
        self._outside = sum(endpoint.is_external for endpoint in found.sources)
        self._sources = _Whole(found.sources if settings.source is None else ())
        self._destinations = _Whole(found.destinations if settings.destination is None else ())

    def sources(self, endpoints: Sequence[MapEndpoint]) -> tuple[str, ...]:
        """The names of some sources."""
        return self._named(self._sources, endpoints, _Own())

    def silent(self, endpoints: Sequence[MapEndpoint]) -> tuple[str, ...]:
        """The names of all sources that have no row of their own, or of those of one namespace."""
        outside = [endpoint for endpoint in endpoints if endpoint.is_external]
        if self._is_unfiltered and _FEWEST <= len(outside) < self._outside:
            inside = [endpoint for endpoint in endpoints if not endpoint.is_external]
            return (*self.sources(inside), "every other outside address")
        return self.sources(endpoints)

    def destinations(self, row: FoldedRow, line: FoldedLine) -> tuple[str, ...]:
        """The names of what the sources of a row reach."""
        is_said = line.each_other or len(row.sources) == 1
        own = _Own(
            tuple(each for each in row.sources if is_said and not each.is_external),
            line.itself,
            tuple(w for w, holds in ((EACH_OTHER, line.each_other), (ITSELF, line.itself)) if holds),
        )
        return self._named(self._destinations, line.destinations, own)

    def _named(self, whole: _Whole, endpoints: Sequence[MapEndpoint], own: _Own) -> tuple[str, ...]:
        inside = [endpoint for endpoint in endpoints if not endpoint.is_external]
        addresses = endpoint_names((e for e in endpoints if e.is_external), cidr=self._cidr)
        words = whole.words(inside, own)
        if words is not None:
            return (words, *addresses)
        by_namespace = whole.words_by_namespace(inside, own)
        names = [endpoint_name(each) for each in inside if each.namespace not in by_namespace]
        is_said = own.endpoints and all(each.namespace in by_namespace for each in own.endpoints)
        return (*names, *by_namespace.values(), *(() if is_said else own.words), *addresses)


@dataclass(frozen=True, slots=True)
class _Own:
    """The sources that reach all of `endpoints` but themselves, and with `itself` themselves too; `words` say
    so where there is no shorter way.
    """

    endpoints: tuple[MapEndpoint, ...] = ()
    itself: bool = False
    words: tuple[str, ...] = ()


class _Whole:
    """All the workloads there are, by namespace."""

    def __init__(self, endpoints: Iterable[MapEndpoint]) -> None:
        self._members = tuple(endpoint for endpoint in endpoints if not endpoint.is_external)
        self._by_namespace: dict[str, list[MapEndpoint]] = {}
        for each in self._members:
            self._by_namespace.setdefault(each.namespace or "", []).append(each)
        self._noun = "workload"
        if any(each.kind is EndpointKind.NAMESPACE for each in self._members):
            is_pure = all(each.kind is EndpointKind.NAMESPACE for each in self._members)
            self._noun = "namespace" if is_pure else "namespace and hostNetwork workload"

    def words(self, inside: Sequence[MapEndpoint], own: _Own) -> str | None:
        """A word for nearly all there are; None where these are not nearly all."""
        return _words_for(self._noun, "", self._members, (*inside, *own.endpoints), own)

    def words_by_namespace(self, inside: Sequence[MapEndpoint], own: _Own) -> dict[str | None, str]:
        """A word for nearly all of a namespace, for those namespaces of which these are nearly all."""
        found: dict[str, list[MapEndpoint]] = {}
        for each in (*inside, *own.endpoints):
            found.setdefault(each.namespace or "", []).append(each)
        words: dict[str | None, str] = {}
        for namespace in sorted(found):
            members = self._by_namespace.get(namespace, ())
            phrase = _words_for("workload", f" in {namespace}", members, found[namespace], own)
            if phrase is not None:
                words[namespace] = phrase
        return words


def _words_for(
    noun: str, where: str, members: Sequence[MapEndpoint], reached: Sequence[MapEndpoint], own: _Own
) -> str | None:
    """As `every workload in shop (12)` or `every other workload but shop/api[Deployment] (10)`."""
    missing = len(members) - len(reached)
    most = min(_MOST_EXCEPTIONS, len(members) // _EXCEPTIONS)
    if len(members) < _FEWEST or missing > most:
        return None
    names = {each.name for each in reached}
    exceptions = [endpoint_name(each) for each in members if each.name not in names]
    but = f" but {' and '.join(exceptions)}" if exceptions else ""
    here = {each.name for each in members}
    sources = sum(each.name in here for each in own.endpoints)
    is_other = bool(sources) and not own.itself
    number = f" ({len(reached) - is_other})" if sources in (0, len(own.endpoints)) else ""
    return f"every{' other' * is_other} {noun}{where}{but}{number}"
