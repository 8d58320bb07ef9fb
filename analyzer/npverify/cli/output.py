"""Where reports go: standard output, or a file that is complete or not there."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable, Mapping
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


def warn_first(notes: Iterable[str]) -> None:
    """Say on standard error what comes before everything else, for a format that has no room for it."""
    from npverify.report.first import split_first

    for note in split_first(notes)[0]:
        print(note, file=sys.stderr)


def write_report(text: str, path: Path | None) -> None:
    """Write the report; raises UsageError where it cannot be written."""
    if path is None:
        _write_stdout(text)
    else:
        write_files({path: text})


def write_files(texts: Mapping[Path, str]) -> None:
    """Write all of the files, or none of them; raises UsageError where one cannot be written."""
    drafts: list[tuple[Path, Path]] = []
    current = Path()
    try:
        for current, text in texts.items():
            drafts.append((current, _draft(text.encode("utf-8", "backslashreplace"), current)))
        for current, draft in drafts:
            _put_in_place(draft, current)
    except OSError as error:
        raise UsageError(
            f"cannot write `{current}`: {_reason(error)}", hint="the folder must exist and be writable"
        ) from error
    finally:
        for _, draft in drafts:
            draft.unlink(missing_ok=True)


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


def _draft(content: bytes, path: Path) -> Path:
    """A new file beside the one that the path means, with what is to stand there."""
    target = path.resolve()
    is_file = not path.exists() or path.is_file()
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() and is_file else 0o666 & ~_umask()
    folder = target.parent if is_file else Path(tempfile.gettempdir())
    with tempfile.NamedTemporaryFile(dir=folder, prefix=f".{target.name}.", delete=False) as temporary:
        draft = Path(temporary.name)
        try:
            temporary.write(content)
            temporary.close()
            draft.chmod(mode)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
    return draft


def _put_in_place(draft: Path, path: Path) -> None:
    """Give the draft its name; a symbolic link stays one, a device is written to."""
    if path.exists() and not path.is_file():
        path.write_bytes(draft.read_bytes())
        draft.unlink()
    else:
        draft.replace(path.resolve())


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
