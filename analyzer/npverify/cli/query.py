"""`npverify query`."""

from __future__ import annotations

import gc
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from npverify.cli.codes import ExitCode
from npverify.language.forms import FORMS

if TYPE_CHECKING:
    from npverify.questions.answer import Answer
    from npverify.questions.settings import QuerySettings
    from npverify.resources import Network


class Format(StrEnum):
    """How the answer is written."""

    TEXT = "text"
    JSON = "json"
    YAML = "yaml"


class Expected(StrEnum):
    """The verdict that the caller expects."""

    REACHABLE = "reachable"
    UNREACHABLE = "unreachable"
    HOLDS = "holds"
    VIOLATED = "violated"


class Pods(StrEnum):
    """Which pods the verdict speaks of."""

    ANY = "any"
    DECLARED = "declared"


class BlockPods(StrEnum):
    """Whether an ipBlock matches pods."""

    MATCH = "match"
    NEVER = "never"


class NodeEgress(StrEnum):
    """Whether a pod always reaches its own node."""

    OPEN = "open"
    ALWAYS = "always"
    POLICY = "policy"


class HostNetwork(StrEnum):
    """What a hostNetwork pod is to policies."""

    NODE = "node"
    POD = "pod"


_FOREVER = 4_000_000.0
"""Seconds: more than a solver can be told to stop after, which is then not asked of it."""

QUESTION_HELP = """\
A question, such as "can any frontend pod reach the database on tcp/5432?". With --from or --to this is the
first path instead."""

ENDPOINTS_HELP = """\
A and B: frontend (a workload, Service or app label), app=web,tier!=x, shop/app=web, shop/deployment/web,
svc/shop/web, ns:team=payments, 203.0.113.0/24, internet, node, any; each with "in namespace X" or "outside
namespace X". PORTS: 5432, tcp/5432, udp/53, tcp/5000-6000, http."""


def query(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[QUESTION] [PATH]...", help=QUESTION_HELP, show_default=False),
    ] = None,
    source: Annotated[
        str | None, typer.Option("--from", metavar="A", help="Source, instead of a sentence.")
    ] = None,
    destination: Annotated[
        str | None, typer.Option("--to", metavar="B", help="Destination, instead of a sentence.")
    ] = None,
    port: Annotated[
        str | None, typer.Option("--port", metavar="PORTS", help="Ports, with --from and --to: tcp/5432.")
    ] = None,
    protocol: Annotated[
        str | None,
        typer.Option("--protocol", metavar="PROTOCOL", help="Protocol of --port: tcp, udp or sctp."),
    ] = None,
    files: Annotated[
        list[Path] | None,
        typer.Option("--file", "-f", metavar="PATH", help="Manifests: file, directory or - (default: .)."),
    ] = None,
    expect: Annotated[
        Expected | None, typer.Option("--expect", help="Exit with 1 unless this is the verdict.")
    ] = None,
    universe: Annotated[
        Pods, typer.Option("--universe", help="Every pod that could exist, or the declared ones only.")
    ] = Pods.ANY,
    timeout: Annotated[
        float,
        typer.Option("--timeout", metavar="SECONDS", min=0.0, help="Most time for the solver; 0: no limit."),
    ] = 60.0,
    pod_cidr: Annotated[
        list[str] | None,
        typer.Option(
            "--pod-cidr", metavar="CIDR", help="Where pod addresses lie that the input does not give."
        ),
    ] = None,
    open_namespaces: Annotated[
        bool,
        typer.Option(
            "--open-namespaces", help="A namespace without a Namespace object may carry any labels."
        ),
    ] = False,
    ipblock_pods: Annotated[
        BlockPods, typer.Option("--ipblock-pods", help="Whether an ipBlock matches the addresses of pods.")
    ] = BlockPods.MATCH,
    own_node_egress: Annotated[
        NodeEgress,
        typer.Option("--own-node-egress", help="Whether a pod reaches its own node despite its policies."),
    ] = NodeEgress.OPEN,
    host_network: Annotated[
        HostNetwork, typer.Option("--host-network", help="What a hostNetwork pod is to policies.")
    ] = HostNetwork.NODE,
    keep_finished: Annotated[
        bool, typer.Option("--keep-finished", help="Count pods in phase Succeeded or Failed.")
    ] = False,
    ignore_unmodelled: Annotated[
        bool,
        typer.Option("--ignore-unmodelled", help="Answer as if policies of unmodelled kinds did nothing."),
    ] = False,
    strict_addresses: Annotated[
        bool, typer.Option("--strict-addresses", help="Reject CIDRs with bits beyond their prefix.")
    ] = False,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Leave out documents with errors, and say so in the answer.")
    ] = False,
    output: Annotated[Format, typer.Option("--output", "-o", help="How to write the answer.")] = Format.TEXT,
    output_file: Annotated[
        Path | None, typer.Option("--output-file", metavar="FILE", help="Write the answer to this file.")
    ] = None,
    stats: Annotated[bool, typer.Option("--stats", help="Say where the time went.")] = False,
    dump_smt2: Annotated[
        Path | None, typer.Option("--dump-smt2", metavar="DIR", help="Write the SMT-LIB problems there.")
    ] = None,
) -> int:
    """Answer a question about manifests by proof, or by a replayed counterexample flow."""
    from npverify.cli.output import write_report
    from npverify.cluster import LoadOptions, load

    question, paths = _split(words or [], has_flags=source is not None or destination is not None)
    settings = _settings(
        universe,
        timeout,
        pod_cidr,
        open_namespaces,
        ipblock_pods,
        own_node_egress,
        ignore_unmodelled,
        dump_smt2,
    )
    cluster = load(
        *(paths + [str(path) for path in files or ()] or ["."]),
        stdin=sys.stdin.buffer,
        options=LoadOptions(
            keep_going=keep_going,
            strict_addresses=strict_addresses,
            host_network_as_pods=host_network is HostNetwork.POD,
            keep_finished=keep_finished,
        ),
    )
    gc.freeze()  # what was read stays: collections need not look at it again
    answer = cluster.query(
        question, source=source, destination=destination, port=port, protocol=protocol, settings=settings
    )
    code = exit_code(answer, expect)
    _print_findings(answer)
    write_report(_render(answer, output, output_file, with_stats=stats), output_file)
    return code


query.__doc__ = "\n\n".join(
    (query.__doc__ or "", "\n".join(("\b", "Forms:", *(f"  {form}" for form, _ in FORMS))), ENDPOINTS_HELP)
)


def _split(words: list[str], *, has_flags: bool) -> tuple[str | None, list[str]]:
    """The question and the paths; raises UsageError where there is no question at all."""
    from npverify.errors import UsageError

    if has_flags:
        if words and words[0].rstrip().endswith("?"):
            raise UsageError(
                "a question was given both as a sentence and by --from or --to",
                hint="with these flags every other word is a path",
            )
        return None, words
    if words:
        return words[0], words[1:]
    raise UsageError(
        "there is no question", hint='try: npverify query "can any frontend pod reach the database?" PATH'
    )


def _settings(
    universe: Pods,
    timeout: float,
    pod_cidrs: list[str] | None,
    open_namespaces: bool,
    ipblock_pods: BlockPods,
    own_node_egress: NodeEgress,
    ignore_unmodelled: bool,
    dump_directory: Path | None,
) -> QuerySettings:
    from npverify.cni import CniProfile, OwnNodeEgress
    from npverify.questions.settings import QuerySettings, Universe

    return QuerySettings(
        universe=Universe(universe.value),
        timeout=timeout if 0 < timeout < _FOREVER else None,
        pod_cidrs=tuple(_network(text) for text in pod_cidrs or ()),
        open_namespaces=open_namespaces,
        ignore_unmodelled=ignore_unmodelled,
        profile=CniProfile(
            name="generic",
            ip_block_matches_pods=ipblock_pods is BlockPods.MATCH,
            own_node_egress=OwnNodeEgress(own_node_egress.value),
        ),
        dump_directory=dump_directory,
    )


def _network(text: str) -> Network:
    from npverify.errors import UsageError
    from npverify.manifests import parse_network

    network = parse_network(text)
    if network is None:
        raise UsageError(f"`{text}` is not a valid CIDR", hint="write it as in --pod-cidr 10.244.0.0/16")
    return network


def _print_findings(answer: Answer) -> None:
    from npverify.cli.failures import stderr_style
    from npverify.report import render_findings

    if answer.input.left_out or answer.input.findings:
        text = render_findings((*answer.input.left_out, *answer.input.findings), stderr_style())
        print(text, file=sys.stderr)


def _render(answer: Answer, output: Format, path: Path | None, *, with_stats: bool) -> str:
    if output is Format.TEXT:
        from npverify.cli.output import stdout_width, style_for
        from npverify.report import render_text

        width = stdout_width() if path is None else None
        return render_text(answer, width=width, style=style_for(path), with_stats=with_stats)
    from npverify.report import render_json, render_yaml

    render = render_json if output is Format.JSON else render_yaml
    return render(answer, with_stats=with_stats)


def exit_code(answer: Answer, expect: Expected | None) -> ExitCode:
    """The exit code of an answer; raises UsageError where no answer to this question could be as expected."""
    from npverify.errors import UsageError
    from npverify.questions.answer import Verdict
    from npverify.questions.query import Form

    is_claim = answer.query.form in (Form.ONLY, Form.EVERY, Form.IS_ISOLATED)
    if expect is not None and is_claim is not (expect in (Expected.HOLDS, Expected.VIOLATED)):
        words = "holds or violated" if is_claim else "reachable or unreachable"
        raise UsageError(f"this question is answered with {words}, never with `{expect}`")
    if answer.verdict is Verdict.UNDECIDED:
        return ExitCode.UNDECIDED
    if expect is not None and answer.verdict.value != expect.value:
        return ExitCode.NOT_AS_EXPECTED
    return ExitCode.ANSWERED
