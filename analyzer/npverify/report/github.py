"""Results as workflow commands, which GitHub shows beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from npverify.errors import Severity
from npverify.report.results import Result, Results, labels, relative_path

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render_github(results: Results, *, root: PurePath | None = None) -> str:
    """A command a result, before them one for what comes first, and the summary; accepted results are counted
    in it only.
    """
    titles = labels(results.rules)
    lines = [
        _command(result, titles.get(result.code, result.code), root)
        for result in (*results.reported, *results.undecided)
    ]
    first = [f"::warning title={_property(results.tool)}::{_data(note)}" for note in results.first]
    return "\n".join((*first, *lines, _data(results.summary))) + "\n"


def _command(result: Result, title: str, root: PurePath | None) -> str:
    command = _COMMANDS[result.severity] if result.decided else "warning"
    properties = ",".join(f"{key}={_property(value)}" for key, value in _properties(result, title, root))
    return f"::{command} {properties}::{_data(_text(result))}"


def _properties(result: Result, title: str, root: PurePath | None) -> Iterator[tuple[str, str]]:
    origin = result.origin
    if origin.line:
        column = max(1, origin.column)
        yield "file", relative_path(origin.file, root)
        yield "line", str(origin.line)
        yield "col", str(column)
        yield "endColumn", str(column + max(1, origin.width) - 1)
    yield "title", title


def _text(result: Result) -> str:
    lines = [result.sentence]
    lines += [f"{place.origin}: {place.message}" for place in result.related]
    if result.hint:
        lines.append(f"hint: {result.hint}")
    return "\n".join(lines)


def _data(text: str) -> str:
    """What may stand after the second `::`."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """What may stand as the value of a property."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
