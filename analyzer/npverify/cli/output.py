"""Where reports go: standard output, or a file that is complete or not there."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import typer

from npverify.errors import UsageError
from npverify.report.style import PLAIN, Style


def stdout_style() -> Style:
    """Colour on standard output iff it is a terminal and nobody objects."""
    return Style(sys.stdout.isatty() and "NO_COLOR" not in os.environ)


def stdout_width() -> int | None:
    """The columns of the terminal, or None off a terminal: then nothing is wrapped."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def style_for(path: Path | None) -> Style:
    """The style for a report that goes to a file or to standard output."""
    return stdout_style() if path is None else PLAIN


def write_report(text: str, path: Path | None) -> None:
    """Write the report; raises UsageError where the file cannot be written."""
    if path is None:
        typer.echo(text, nl=False)
        return
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as temporary:
            temporary.write(text)
        Path(temporary.name).chmod(0o644)
        Path(temporary.name).replace(path)
    except OSError as error:
        raise UsageError(
            f"cannot write `{path}`: {(error.strerror or str(error)).lower()}",
            hint="the folder must exist and be writable",
        ) from error
