"""Errors as text for standard error, and as exit codes."""

from __future__ import annotations

import os
import sys

from npverify.cli.codes import ExitCode
from npverify.errors import ConfigurationError, InputError, InternalError, UsageError
from npverify.report import Style, render_findings, render_usage_error


def stderr_style() -> Style:
    """Colour on standard error iff it is a terminal and nobody objects."""
    return Style(sys.stderr.isatty() and not os.environ.get("NO_COLOR"))


def explain_failure(error: Exception) -> str:
    """What went wrong, and what to do about it."""
    style = stderr_style()
    match error:
        case ConfigurationError(problems=problems):
            count = len(problems)
            total = f"{count} error{'s' if count != 1 else ''} in the configuration; nothing was checked"
            return f"{render_findings(problems, style)}\n{total}"
        case InputError(problems=problems):
            count = len(problems)
            total = f"{count} error{'s' if count != 1 else ''} in the input; nothing was checked"
            hint = f"  {style.paint('hint:', 'strong')} `--keep-going` leaves out the documents with errors"
            return f"{render_findings(problems, style)}\n{total}\n{hint}"
        case UsageError():
            return render_usage_error(error, style)
        case InternalError(message=message, details=details):
            return _internal(message, details, style)
        case OSError(strerror=str(reason), filename=path):
            place = f"`{path}`: " if path is not None else ""
            return f"{style.paint('error:', 'bad')} {place}{reason.lower()}"
        case _:
            return _internal(f"{type(error).__name__}: {error}", "", style)


def _internal(message: str, details: str, style: Style) -> str:
    advice = "please report this with the manifests and the question (NPVERIFY_DEBUG=1 shows more)"
    return "\n".join(
        part for part in (f"{style.paint('internal error:', 'bad')} {message}", advice, details) if part
    )


def exit_code_of(error: Exception) -> ExitCode:
    """The exit code that the error stands for."""
    is_outside = isinstance(error, (InputError, UsageError, OSError))
    return ExitCode.USAGE if is_outside else ExitCode.INTERNAL
