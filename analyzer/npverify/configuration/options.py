"""The options that npverify.yaml and the command line share: one table, an entry each.

An option is called `pod-cidr` in the file and `--pod-cidr` on the command line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Any

from npverify.cni import OwnNodeEgress
from npverify.questions.settings import QuerySettings, Universe

if TYPE_CHECKING:
    from npverify.manifests import ReadOptions


class BlockPods(StrEnum):
    """Whether an ipBlock matches pods."""

    MATCH = "match"
    NEVER = "never"


class HostNetwork(StrEnum):
    """What a hostNetwork pod is to policies."""

    NODE = "node"
    POD = "pod"


class Kind(Enum):
    """What the value of an option is: one of several words, true or false, seconds, networks, or networks by
    name, or a network plugin.
    """

    CHOICE = "choice"
    FLAG = "flag"
    SECONDS = "seconds"
    NETWORKS = "networks"
    RESOLUTIONS = "resolutions"
    PLUGIN = "plugin"


class Target(Enum):
    """What an option is about: how manifests are read, how questions are asked, or what the plugin does."""

    READING = "reading"
    ASKING = "asking"
    PROFILE = "profile"


@dataclass(frozen=True, slots=True)
class Option:
    """One option: the field of its target that it `sets`; `meanings` are what that field is set to for its
    words, where that is not the words themselves.
    """

    name: str
    help: str
    kind: Kind
    target: Target
    sets: str
    choices: type[StrEnum] | None = None
    meanings: Mapping[str, object] = field(default_factory=dict)

    def meaning(self, value: object) -> object:
        """What the field is set to for a value."""
        if self.kind is Kind.SECONDS and isinstance(value, (int, float)):
            return float(value) if 0 < value < _FOREVER else None
        return self.meanings.get(value, value) if isinstance(value, str) else value


_FOREVER = 4_000_000.0
"""Seconds: more than a solver can be told to stop after, which is then not asked of it."""

_TABLE = (
    Option(
        name="universe",
        help="Every pod that could exist, or the declared ones only.",
        kind=Kind.CHOICE,
        choices=Universe,
        target=Target.ASKING,
        sets="universe",
    ),
    Option(
        name="timeout",
        help="Most time for the solver; 0: no limit.",
        kind=Kind.SECONDS,
        target=Target.ASKING,
        sets="timeout",
    ),
    Option(
        name="cni",
        help="The network plugin that enforces the policies.",
        kind=Kind.PLUGIN,
        target=Target.ASKING,
        sets="profile",
    ),
    Option(
        name="pod-cidr",
        help="Where pod addresses lie that the input does not give.",
        kind=Kind.NETWORKS,
        target=Target.ASKING,
        sets="pod_cidrs",
    ),
    Option(
        name="resolve",
        help="The addresses of a domain name in an admin policy.",
        kind=Kind.RESOLUTIONS,
        target=Target.ASKING,
        sets="resolved",
    ),
    Option(
        name="open-namespaces",
        help="A namespace without a Namespace object may carry any labels.",
        kind=Kind.FLAG,
        target=Target.ASKING,
        sets="open_namespaces",
    ),
    Option(
        name="ipblock-pods",
        help="Whether an ipBlock matches the addresses of pods.",
        kind=Kind.CHOICE,
        choices=BlockPods,
        target=Target.PROFILE,
        sets="ip_block_matches_pods",
        meanings={BlockPods.MATCH: True, BlockPods.NEVER: False},
    ),
    Option(
        name="own-node-egress",
        help="Whether a pod reaches its own node despite its policies.",
        kind=Kind.CHOICE,
        choices=OwnNodeEgress,
        target=Target.PROFILE,
        sets="own_node_egress",
    ),
    Option(
        name="ignore-unmodelled",
        help="Answer as if policies of unmodelled kinds did nothing.",
        kind=Kind.FLAG,
        target=Target.ASKING,
        sets="ignore_unmodelled",
    ),
    Option(
        name="host-network",
        help="What a hostNetwork pod is to policies.",
        kind=Kind.CHOICE,
        choices=HostNetwork,
        target=Target.READING,
        sets="host_network_as_pods",
        meanings={HostNetwork.NODE: False, HostNetwork.POD: True},
    ),
    Option(
        name="keep-finished",
        help="Count pods in phase Succeeded or Failed.",
        kind=Kind.FLAG,
        target=Target.READING,
        sets="keep_finished",
    ),
    Option(
        name="strict-addresses",
        help="Reject CIDRs with bits beyond their prefix.",
        kind=Kind.FLAG,
        target=Target.READING,
        sets="strict_addresses",
    ),
    Option(
        name="keep-going",
        help="Leave out documents with errors, and say so in the answer.",
        kind=Kind.FLAG,
        target=Target.READING,
        sets="keep_going",
    ),
)

OPTIONS: Mapping[str, Option] = {option.name: option for option in _TABLE}
"""Every option by its name, in the order in which they are told."""

OptionValues = Mapping[str, object]
"""Values by the names of options: a word of its choices, a boolean, seconds, a tuple of networks, or such
tuples by domain name, or the profile of a network plugin.
"""


def asking_settings(values: OptionValues) -> QuerySettings:
    """How questions are to be asked."""
    settings = replace(QuerySettings(), **_fields(values, Target.ASKING))
    return replace(settings, profile=replace(settings.profile, **_fields(values, Target.PROFILE)))


def reading_options(values: OptionValues) -> ReadOptions:
    """How manifests are to be read."""
    from npverify.manifests import ReadOptions

    return replace(ReadOptions(), **_fields(values, Target.READING))


def _fields(values: OptionValues, target: Target) -> dict[str, Any]:
    return {
        OPTIONS[name].sets: OPTIONS[name].meaning(value)
        for name, value in values.items()
        if OPTIONS[name].target is target
    }
