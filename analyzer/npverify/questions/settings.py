"""How a question is to be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from npverify.cni import GENERIC, CniProfile
from npverify.resources import Network

DEFAULT_TIMEOUT = 60.0
"""Seconds that the solver may take for one question, all its checks together."""


class Universe(StrEnum):
    """Which pods a verdict speaks of: every one that could exist, or the declared ones only."""

    ANY = "any"
    DECLARED = "declared"


@dataclass(frozen=True, slots=True)
class QuerySettings:
    """Everything about a question but the question.

    `timeout` is in seconds (None: no limit). `pod_cidrs` hold every pod address that the input does not give.
    `open_namespaces`: a namespace without a Namespace object may carry any labels. `ignore_unmodelled`:
    answer as if policies of unmodelled kinds were not there. `resolved` gives the addresses of domain names
    (lower case, no dot at the end); any other name is an open, named set of addresses. `dump_directory`
    receives the SMT-LIB text of every problem.
    """

    universe: Universe = Universe.ANY
    timeout: float | None = DEFAULT_TIMEOUT
    pod_cidrs: tuple[Network, ...] = ()
    open_namespaces: bool = False
    ignore_unmodelled: bool = False
    profile: CniProfile = GENERIC
    resolved: Mapping[str, tuple[Network, ...]] = field(default_factory=dict, hash=False)
    dump_directory: Path | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "universe", Universe(self.universe))
