"""What `--from`, `--to` and `--port` of `npverify map` mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from npverify.cluster import Cluster
from npverify.errors import UsageError
from npverify.language import build_query, parse_traffic
from npverify.questions.query import Selection, TrafficItem


class Filters(TypedDict):
    """What of a map is asked for."""

    source: Selection | None
    destination: Selection | None
    traffic: tuple[TrafficItem, ...]
    notes: tuple[str, ...]


def map_filters(
    clusters: Sequence[Cluster], source: str | None, destination: str | None, port: str | None
) -> list[Filters]:
    """What the flags mean in each version; a name that one of the versions alone has means nothing new in the
    other. Raises UsageError where they are understood in none.
    """
    found: list[Filters | UsageError] = []
    for cluster in clusters:
        try:
            found.append(_understand(cluster, source, destination, port))
        except UsageError as error:
            found.append(error)
    understood = [each for each in found if not isinstance(each, UsageError)]
    for each in reversed(found):
        if isinstance(each, UsageError) and not understood:
            raise each
    return [understood[-1] if isinstance(each, UsageError) else each for each in found]


def _understand(cluster: Cluster, source: str | None, destination: str | None, port: str | None) -> Filters:
    if source is None and destination is None:
        return Filters(
            source=None, destination=None, traffic=parse_traffic(port) if port is not None else (), notes=()
        )
    query = build_query(cluster.inventory, source=source, destination=destination, ports=port)
    return Filters(
        source=query.source, destination=query.destination, traffic=query.traffic, notes=query.notes
    )
