"""The options that several commands have, each defined once, and what they mean."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from npverify.cni import NAMES, OwnNodeEgress, profile_of
from npverify.configuration.options import OPTIONS, asking_settings, reading_options
from npverify.configuration.options import BlockPods as BlockPods
from npverify.configuration.options import HostNetwork as HostNetwork
from npverify.questions.settings import Universe

if TYPE_CHECKING:
    from npverify.cni import CniProfile
    from npverify.manifests import ReadOptions
    from npverify.questions.settings import QuerySettings
    from npverify.resources import Network


Pods = Universe
NodeEgress = OwnNodeEgress


def from_table(name: str, **more: object) -> object:
    """The option of that name as the shared table has it, with what only the command line needs."""
    arguments: dict[str, Any] = {"help": OPTIONS[name].help, **more}
    return typer.Option(f"--{name}", **arguments)


def complete_plugin(incomplete: str) -> list[str]:
    """The names of network plugins that begin like this."""
    return [name for name in NAMES if name.startswith(incomplete)]


FilesOption = Annotated[
    list[Path] | None,
    typer.Option("--file", "-f", metavar="PATH", help="Manifests: file, directory or - (default: .)."),
]
UniverseOption = Annotated[Universe, from_table("universe")]
TimeoutOption = Annotated[float, from_table("timeout", metavar="SECONDS", min=0.0)]
CniOption = Annotated[
    str | None,
    from_table("cni", metavar="NAME", autocompletion=complete_plugin, show_default="generic"),
]
PodCidrOption = Annotated[list[str] | None, from_table("pod-cidr", metavar="CIDR")]
ResolveOption = Annotated[list[str] | None, from_table("resolve", metavar="NAME=IP,…")]
OpenNamespacesOption = Annotated[bool, from_table("open-namespaces")]
IpBlockPodsOption = Annotated[
    BlockPods | None, from_table("ipblock-pods", show_default="as the network plugin")
]
OwnNodeEgressOption = Annotated[
    OwnNodeEgress | None, from_table("own-node-egress", show_default="as the network plugin")
]
HostNetworkOption = Annotated[HostNetwork, from_table("host-network")]
KeepFinishedOption = Annotated[bool, from_table("keep-finished")]
IgnoreUnmodelledOption = Annotated[bool, from_table("ignore-unmodelled")]
StrictAddressesOption = Annotated[bool, from_table("strict-addresses")]
KeepGoingOption = Annotated[bool, from_table("keep-going")]
OutputFileOption = Annotated[
    Path | None, typer.Option("--output-file", metavar="FILE", help="Write the answer to this file.")
]
StatsOption = Annotated[bool, typer.Option("--stats", help="Say where the time went.")]
DumpSmt2Option = Annotated[
    Path | None, typer.Option("--dump-smt2", metavar="DIR", help="Write the SMT-LIB problems there.")
]


def all_paths(*groups: list[str] | list[Path] | None) -> list[str]:
    """The paths of arguments and `-f` together, or the working directory where there are none."""
    return [str(path) for group in groups for path in group or ()] or ["."]


def read_options(
    *,
    keep_going: bool = False,
    strict_addresses: bool = False,
    host_network: HostNetwork = HostNetwork.NODE,
    keep_finished: bool = False,
) -> ReadOptions:
    """How manifests are to be read."""
    return reading_options(
        {
            "keep-going": keep_going,
            "strict-addresses": strict_addresses,
            "host-network": host_network,
            "keep-finished": keep_finished,
        }
    )


def query_settings(
    *,
    universe: Pods = Pods.ANY,
    timeout: float,
    cni: str | CniProfile | None = None,
    pod_cidrs: list[str] | None = None,
    resolve: list[str] | None = None,
    open_namespaces: bool = False,
    ipblock_pods: BlockPods | None = None,
    own_node_egress: NodeEgress | None = None,
    ignore_unmodelled: bool = False,
    dump_directory: Path | None = None,
) -> QuerySettings:
    """How a question is to be asked; raises UsageError for a CIDR, a resolution or a plugin that is none."""
    given = {
        "universe": universe,
        "timeout": timeout,
        "cni": plugin_profile(cni),
        "pod-cidr": networks(pod_cidrs),
        "resolve": resolutions(resolve),
        "open-namespaces": open_namespaces,
        "ignore-unmodelled": ignore_unmodelled,
        "ipblock-pods": ipblock_pods,
        "own-node-egress": own_node_egress,
    }
    settings = asking_settings({name: value for name, value in given.items() if value is not None})
    return replace(settings, dump_directory=dump_directory)


def plugin_profile(given: str | CniProfile | None) -> CniProfile | None:
    """The profile that `--cni` names, or that is one already; raises UsageError for one that is not known."""
    return profile_of(given) if isinstance(given, str) else given


def networks(texts: list[str] | None) -> tuple[Network, ...]:
    """The networks that `--pod-cidr` names; raises UsageError for one that is none."""
    return tuple(_network(text) for text in texts or ())


def resolutions(texts: list[str] | None) -> dict[str, tuple[Network, ...]]:
    """The addresses by domain name that `--resolve` gives; raises UsageError for one that gives none."""
    from npverify.configuration.resolving import EXAMPLE, joined, parse_resolution
    from npverify.errors import UsageError

    found = []
    for text in texts or ():
        resolution = parse_resolution(text)
        if resolution is None:
            raise UsageError(
                f"`{text}` gives no domain name addresses", hint=f"write it as in --resolve {EXAMPLE}"
            )
        found.append(resolution)
    return joined(found)


def _network(text: str) -> Network:
    from npverify.errors import UsageError
    from npverify.manifests import parse_network

    network = parse_network(text)
    if network is None:
        raise UsageError(f"`{text}` is not a valid CIDR", hint="write it as in --pod-cidr 10.244.0.0/16")
    return network
