"""Where reports go: standard output, or a file that is complete or not there."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path

from npverify.errors import UsageError
from npverify.report.style import PLAIN, Style


def stdout_style() -> Style:
    """Colour on standard output iff it is a terminal and nobody objects."""
    return Style(sys.stdout.isatty() and not os.environ.get("NO_COLOR"))


def stdout_width() -> int | None:
    """The columns of the terminal, or None off a terminal: then nothing is wrapped."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def style_for(path: Path | None) -> Style:
    """The style for a report that goes to a file or to standard output."""
    return stdout_style() if path is None else PLAIN


def write_report(text: str, path: Path | None) -> None:
    """Write the report; raises UsageError where it cannot be written."""
    if path is None:
        _write_stdout(text)
        return
    try:
        _write_file(text.encode("utf-8", "backslashreplace"), path)
    except OSError as error:
        raise UsageError(
            f"cannot write `{path}`: {_reason(error)}", hint="the folder must exist and be writable"
        ) from error


def _write_stdout(text: str) -> None:
    """Write to standard output; a reader that has closed it has seen what it wanted."""
    try:
        sys.stdout.write(_encodable(text, sys.stdout.encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        discard_stdout()
    except OSError as error:
        discard_stdout()
        raise UsageError(f"cannot write to standard output: {_reason(error)}") from error


def discard_stdout() -> None:
    """Send what is still to come on standard output nowhere, so that the interpreter ends in peace."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _encodable(text: str, encoding: str) -> str:
    """The text in characters that the encoding has."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        simple = text.replace("→", "->").replace("…", "...")
        return simple.encode(encoding, "backslashreplace").decode(encoding)
    return text


def _write_file(content: bytes, path: Path) -> None:
    """Write to a new file and put it in place; a symbolic link stays one, a device is written to."""
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    target = path.resolve()
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as temporary:
        draft = Path(temporary.name)
        try:
            temporary.write(content)
            temporary.close()
            draft.chmod(mode)
            draft.replace(target)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
