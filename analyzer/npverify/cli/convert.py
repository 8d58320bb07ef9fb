"""`npverify convert`."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from npverify.cli.options import OutputFileOption
from npverify.cli.reports import ReportsOption

if TYPE_CHECKING:
    from collections.abc import Callable

    from npverify.lint import LintResult
    from npverify.questions.answer import Answer
    from npverify.report.saved import SavedComparison, SavedReport

    Renderer = Callable[[str, Path | None], str]


class Format(StrEnum):
    """How a report can be written; not every command has each of them."""

    TEXT = "text"
    JSON = "json"
    YAML = "yaml"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"
    GITLAB = "gitlab"
    MARKDOWN = "markdown"
    CSV = "csv"


def convert(
    saved: Annotated[Path, typer.Argument(metavar="REPORT", help="A report that -o json has written, or -.")],
    report: ReportsOption = None,
    output: Annotated[Format, typer.Option("--output", "-o", help="How to write it.")] = Format.TEXT,
    output_file: OutputFileOption = None,
) -> None:
    """Write a saved report in another format, without solving anything again.

    The report may be one of check, query, diff or lint; the formats are those of its command.
    """
    from npverify.cli.reports import parse_reports, write_all
    from npverify.errors import UsageError
    from npverify.manifests.sources import Source
    from npverify.report.saved import read_report

    reports = parse_reports(report, Format)
    is_stdin = str(saved) == "-"
    if not is_stdin and not saved.is_file():
        raise UsageError(f"there is no report `{saved}`", hint="write one with -o json --output-file")
    source = Source("<stdin>", sys.stdin.buffer.read()) if is_stdin else Source(str(saved))
    render = _renderer(read_report(source))
    write_all(render, output, output_file, reports)


def _renderer(saved: SavedReport) -> Renderer:
    from npverify.checking import CheckResult
    from npverify.lint import LintResult
    from npverify.questions.answer import Answer

    match saved.content:
        case CheckResult() as check:
            from npverify.cli.reports import Format as CheckFormat
            from npverify.cli.reports import render_check

            return lambda name, path: render_check(check, _known(name, CheckFormat, "check"), path)
        case LintResult() as lint:
            return lambda name, path: _render_lint(lint, name, path, with_stats=saved.has_stats)
        case Answer() as answer:
            return lambda name, path: _render_answer(answer, name, path, with_stats=saved.has_stats)
        case comparison:
            return lambda name, path: _render_diff(comparison, name, path, with_stats=saved.has_stats)


def _known(name: str, formats: type[StrEnum], command: str) -> str:
    """A format of the command; raises UsageError for one that it does not have."""
    from npverify.errors import UsageError

    if name not in [member.value for member in formats]:
        raise UsageError(
            f"a report of `npverify {command}` cannot be written as `{name}`",
            hint=f"its formats are {', '.join(formats)}",
        )
    return name


def _render_lint(lint: LintResult, name: str, path: Path | None, *, with_stats: bool) -> str:
    from npverify.cli.lint import Format as LintFormat
    from npverify.cli.lint import render

    return render(lint, LintFormat(_known(name, LintFormat, "lint")), path, with_stats=with_stats)


def _render_answer(answer: Answer, name: str, path: Path | None, *, with_stats: bool) -> str:
    from npverify.cli.query import Format as QueryFormat
    from npverify.cli.query import render

    return render(answer, QueryFormat(_known(name, QueryFormat, "query")), path, with_stats=with_stats)


def _render_diff(saved: SavedComparison, name: str, path: Path | None, *, with_stats: bool) -> str:
    from npverify.cli.diff import Format as DiffFormat
    from npverify.cli.diff import render

    output = DiffFormat(_known(name, DiffFormat, "diff"))
    return render(saved.comparison, saved.sides, output, path, with_stats=with_stats)
