"""`npverify query`."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from npverify.cli.codes import ExitCode
from npverify.cli.collector import reading
from npverify.cli.options import (
    CniOption,
    DumpSmt2Option,
    FilesOption,
    HostNetwork,
    HostNetworkOption,
    IgnoreUnmodelledOption,
    IpBlockPodsOption,
    KeepFinishedOption,
    KeepGoingOption,
    OpenNamespacesOption,
    OutputFileOption,
    OwnNodeEgressOption,
    PodCidrOption,
    Pods,
    ResolveOption,
    StatsOption,
    StrictAddressesOption,
    TimeoutOption,
    UniverseOption,
    all_paths,
    query_settings,
    read_options,
)
from npverify.language.forms import FORMS

if TYPE_CHECKING:
    from npverify.questions.answer import Answer


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
    files: FilesOption = None,
    expect: Annotated[
        Expected | None, typer.Option("--expect", help="Exit with 1 unless this is the verdict.")
    ] = None,
    universe: UniverseOption = Pods.ANY,
    timeout: TimeoutOption = 60.0,
    cni: CniOption = None,
    pod_cidr: PodCidrOption = None,
    resolve: ResolveOption = None,
    open_namespaces: OpenNamespacesOption = False,
    ipblock_pods: IpBlockPodsOption = None,
    own_node_egress: OwnNodeEgressOption = None,
    host_network: HostNetworkOption = HostNetwork.NODE,
    keep_finished: KeepFinishedOption = False,
    ignore_unmodelled: IgnoreUnmodelledOption = False,
    strict_addresses: StrictAddressesOption = False,
    keep_going: KeepGoingOption = False,
    output: Annotated[Format, typer.Option("--output", "-o", help="How to write the answer.")] = Format.TEXT,
    output_file: OutputFileOption = None,
    stats: StatsOption = False,
    dump_smt2: DumpSmt2Option = None,
) -> int:
    """Answer a question about manifests by proof, or by a replayed counterexample flow."""
    from npverify.cli.output import write_report
    from npverify.cluster import load

    question, paths = _split(words or [], has_flags=source is not None or destination is not None)
    settings = query_settings(
        universe=universe,
        timeout=timeout,
        cni=cni,
        pod_cidrs=pod_cidr,
        resolve=resolve,
        open_namespaces=open_namespaces,
        ipblock_pods=ipblock_pods,
        own_node_egress=own_node_egress,
        ignore_unmodelled=ignore_unmodelled,
        dump_directory=dump_smt2,
    )
    with reading():
        cluster = load(
            *all_paths(paths, files),
            stdin=sys.stdin.buffer,
            options=read_options(
                keep_going=keep_going,
                strict_addresses=strict_addresses,
                host_network=host_network,
                keep_finished=keep_finished,
            ),
        )
    answer = cluster.query(
        question, source=source, destination=destination, port=port, protocol=protocol, settings=settings
    )
    code = exit_code(answer, expect)
    _print_findings(answer)
    write_report(render(answer, output, output_file, with_stats=stats), output_file)
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


def _print_findings(answer: Answer) -> None:
    from npverify.cli.failures import stderr_style
    from npverify.report import render_findings

    if answer.input.left_out or answer.input.findings:
        text = render_findings((*answer.input.left_out, *answer.input.findings), stderr_style())
        print(text, file=sys.stderr)


def render(answer: Answer, output: Format, path: Path | None, *, with_stats: bool) -> str:
    """The answer in a format, for a file or for standard output (None)."""
    if output is Format.TEXT:
        from npverify.cli.output import stdout_width, style_for
        from npverify.report import render_text

        width = stdout_width() if path is None else None
        return render_text(answer, width=width, style=style_for(path), with_stats=with_stats)
    from npverify.report import render_json, render_yaml

    write = render_json if output is Format.JSON else render_yaml
    return write(answer, with_stats=with_stats)


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
