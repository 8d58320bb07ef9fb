"""Files, directories and standard input as text."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import BinaryIO

from npverify.errors import UsageError
from npverify.manifests.codes import SYNTAX, TOO_LARGE
from npverify.manifests.documents import Place
from npverify.manifests.problems import ProblemFound

SUFFIXES = (".yaml", ".yml", ".json")
MOST_BYTES = 256 * 1024 * 1024
"""The size of one file."""
STDIN = "-"
_LFS_POINTER = b"version https://git-lfs.github.com/spec/"


@dataclass(frozen=True, slots=True)
class Source:
    """One file; `content` is None until it is read."""

    name: str
    content: bytes | None = None


def find_sources(paths: Iterable[str], stdin: BinaryIO | None) -> Iterator[Source]:
    """The files that the paths mean, each once: files as they are, directories with all manifests below them.

    Raises UsageError for a path that is not there, and for a directory without manifests.
    """
    seen: set[Path] = set()
    for path in paths:
        for source in _sources_of(path, stdin):
            place = Path(source.name).resolve()
            if place not in seen:
                seen.add(place)
                yield source


def _sources_of(path: str, stdin: BinaryIO | None) -> Iterable[Source]:
    if path == STDIN:
        if stdin is None:
            raise UsageError("`-` stands for standard input, and there is none")
        return [Source("<stdin>", stdin.read(MOST_BYTES + 1))]
    if not Path(path).exists():
        raise UsageError(f"`{path}` does not exist", hint=_nearest(Path(path)))
    if not Path(path).is_dir():
        return [Source(path)]
    found = [Source(name) for name in files_below(path)]
    if not found:
        raise UsageError(
            f"no manifests below `{path}`", hint=f"npverify reads files that end in {', '.join(SUFFIXES)}"
        )
    return found


def _nearest(path: Path) -> str | None:
    if not path.parent.is_dir():
        return f"`{path.parent}` does not exist either"
    names = sorted(child.name for child in path.parent.iterdir())
    close = get_close_matches(path.name, names, n=1)
    return f"did you mean `{path.parent / close[0]}`?" if close else None


def files_below(folder: str) -> Iterator[str]:
    """The manifests in a directory and below it, without what is hidden."""
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if is_manifest(name):
                yield str(Path(root) / name)


def is_manifest(name: str) -> bool:
    """Whether a file of that name, found in a directory, is read."""
    return name.endswith(SUFFIXES) and not name.startswith(".")


def read_text(source: Source) -> str:
    """The text of a file: UTF-8, with or without a byte order mark; raises ProblemFound where it is not."""
    content = source.content
    if content is None:
        try:
            if Path(source.name).stat().st_size > MOST_BYTES:
                raise _too_large(source)
            content = Path(source.name).read_bytes()
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise UsageError(f"cannot read `{source.name}`: {reason}") from error
    if len(content) > MOST_BYTES:
        raise _too_large(source)
    if content.startswith(_LFS_POINTER):
        place = Place(1, 1)
        message, hint = "a Git LFS pointer stands here instead of the file", "fetch the file: git lfs pull"
        raise ProblemFound(SYNTAX, message, source.name, place, None, hint)
    try:
        return content.decode(_encoding(content))
    except UnicodeDecodeError as error:
        raise _not_text(source, content, error) from error


def _not_text(source: Source, content: bytes, error: UnicodeDecodeError) -> ProblemFound:
    start = content.rfind(b"\n", 0, error.start) + 1
    end = content.find(b"\n", error.start)
    line = content[start : end if end >= 0 else len(content)].decode(errors="replace").rstrip("\r")
    column = len(content[start : error.start].decode(errors="replace")) + 1
    place = Place(content.count(b"\n", 0, error.start) + 1, column)
    return ProblemFound(SYNTAX, "not valid UTF-8", source.name, place, line, "save the file as UTF-8")


def _encoding(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    return "utf-8-sig"


def _too_large(source: Source) -> ProblemFound:
    return ProblemFound(
        TOO_LARGE, f"larger than {MOST_BYTES // 1024 // 1024} MiB", source.name, Place(1, 1), None
    )
