"""The application, and the one place where exceptions become exit codes."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from npverify.cli.check import check
from npverify.cli.cni import cni
from npverify.cli.codes import ExitCode
from npverify.cli.convert import convert
from npverify.cli.diff import diff
from npverify.cli.explain import explain
from npverify.cli.init import init
from npverify.cli.lint import lint
from npverify.cli.map import connectivity
from npverify.cli.query import query
from npverify.cli.schema import schema
from npverify.cli.simplify import simplify

app = typer.Typer(
    name="npverify",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Proofs and counterexamples for Kubernetes network policies.",
    epilog="Exit codes: 0 answered or as expected, 1 not as expected or findings, 2 bad usage or input, "
    "3 undecided, 4 internal error, 130 interrupted.",
)
app.command()(query)
app.command()(diff)
app.command()(check)
app.command()(init)
app.command("map")(connectivity)
app.command()(lint)
app.command()(simplify)
app.command()(convert)
app.command()(schema)
app.command()(cni)
app.command()(explain)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"npverify {version('npverify')}")
        raise typer.Exit


@app.callback()
def _root(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop."),
    ] = False,
) -> None:
    pass


def run(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    _open_closed_streams()
    _exit(_run(arguments))


def _open_closed_streams() -> None:
    """Put nothing and nowhere in the place of streams that were closed before the start (`>&-`)."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))


def _run(arguments: Sequence[str] | None) -> int:
    try:
        code = _dispatch(arguments)
    except (KeyboardInterrupt, typer.Abort):
        code = ExitCode.INTERRUPTED
    except BrokenPipeError:
        return ExitCode.ANSWERED
    except Exception as error:
        return _report(error)
    if code == ExitCode.INTERRUPTED:
        print("interrupted", file=sys.stderr)
    return code


def _dispatch(arguments: Sequence[str] | None) -> int:
    try:
        result = app(args=arguments, prog_name="npverify", standalone_mode=False)
    except typer.Exit as stop:
        return stop.exit_code
    return result if isinstance(result, int) else ExitCode.ANSWERED


def _report(error: Exception) -> int:
    """Show what ended the run; a wrong command line knows how to show itself."""
    from npverify.cli.failures import exit_code_of, explain_failure

    show = getattr(error, "show", None)
    if callable(show):
        show()
        return ExitCode.USAGE
    if os.environ.get("NPVERIFY_DEBUG"):
        import traceback

        traceback.print_exception(error)
    print(explain_failure(error), file=sys.stderr)
    return exit_code_of(error)


def _exit(code: int) -> None:
    """Leave with the code; a reader that has closed our output is no error."""
    try:
        sys.stdout.flush()
    except OSError:
        from npverify.cli.output import discard_stdout

        discard_stdout()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(int(code))
