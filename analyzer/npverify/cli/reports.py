"""Reports in several formats at once: `--report sarif=npverify.sarif --report markdown=summary.md`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from npverify.checking import CheckResult


class Format(StrEnum):
    """How the outcome of assertions is written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"
    GITLAB = "gitlab"
    MARKDOWN = "markdown"


ReportsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--report",
        metavar="FORMAT=FILE",
        help="Write the outcome to a file as well, such as sarif=npverify.sarif; repeatable.",
    ),
]


def parse_reports(words: Sequence[str] | None, known: type[StrEnum]) -> dict[Path, str]:
    """The formats by the files that they go to; raises UsageError for a word that is no FORMAT=FILE."""
    from difflib import get_close_matches

    from npverify.errors import UsageError

    found: dict[Path, str] = {}
    formats = [member.value for member in known]
    for word in words or ():
        name, _, file = word.partition("=")
        if not file:
            raise UsageError(f"`{word}` names no file", hint="write it as in --report sarif=npverify.sarif")
        if name not in formats:
            close = get_close_matches(name.lower(), formats, n=1)
            known_words = f"the formats are {', '.join(formats)}"
            raise UsageError(
                f"`{name}` is no format of this report",
                hint=f"did you mean `{close[0]}={file}`?" if close else known_words,
            )
        if file == "-":
            raise UsageError("`-` is no file", hint=f"write `-o {name}` for standard output")
        if Path(file) in found:
            raise UsageError(f"two reports would be written to `{file}`", hint="give each its own file")
        found[Path(file)] = name
    return found


def write_all(
    render: Callable[[str, Path | None], str], output: str, output_file: Path | None, reports: dict[Path, str]
) -> None:
    """Write every report, files all together or not at all; `render` makes a format for a file, or for
    standard output (None).

    Raises UsageError where one cannot be written.
    """
    from npverify.cli.output import write_files, write_report
    from npverify.errors import UsageError

    if output_file is not None and output_file in reports:
        raise UsageError(f"two reports would be written to `{output_file}`", hint="give each its own file")
    files = {path: render(name, path) for path, name in reports.items()}
    if output_file is not None:
        files[output_file] = render(output, output_file)
    text = render(output, None) if output_file is None else None
    write_files(files)
    if text is not None:
        write_report(text, None)


def render_check(check: CheckResult, output: str, path: Path | None) -> str:
    """The outcome of assertions in a format, for a file or for standard output (None)."""
    match Format(output):
        case Format.TEXT:
            from npverify.cli.output import stdout_width, style_for
            from npverify.report.check_text import render_check_text

            width = stdout_width() if path is None else None
            return render_check_text(check, width=width, style=style_for(path))
        case Format.JSON:
            from npverify.report.check_mapping import render_check_json

            return render_check_json(check)
        case Format.JUNIT:
            from npverify.report.check_junit import render_check_junit

            return render_check_junit(check)
        case Format.MARKDOWN:
            from npverify.report.check_markdown import render_check_markdown

            return render_check_markdown(check, root=Path.cwd())
        case Format.SARIF | Format.GITHUB | Format.GITLAB as name:
            return _render_results(check, name)


def _render_results(check: CheckResult, output: Format) -> str:
    from npverify.cli.version import installed_version
    from npverify.report.check_results import check_results
    from npverify.report.github import render_github
    from npverify.report.gitlab import render_gitlab
    from npverify.report.sarif import render_sarif

    results, root = check_results(check), Path.cwd()
    if output is Format.GITHUB:
        return render_github(results, root=root)
    if output is Format.GITLAB:
        return render_gitlab(results, root=root)
    return render_sarif(results, version=installed_version(), root=root)
