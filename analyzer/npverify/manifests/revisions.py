"""Manifests as they are in a git revision, read with git's plumbing: the work tree is never touched."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path, PurePosixPath

from npverify.errors import UsageError
from npverify.manifests.sources import Source, files_below, is_manifest

_LINK, _SUBMODULE = "120000", "160000"
_NO_SIDE_EFFECTS = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
_MOST_LINKS = 10
"""Symbolic links in a row, a bound against circles."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file, a symbolic link or a submodule of a revision; `path` counts from the top of the repository."""

    path: str
    mode: str
    object: str


def find_sources_at(revision: str, paths: Sequence[str], folder: str | None = None) -> list[Source]:
    """The files that the paths mean in a revision, each once, named as they would be in the work tree.

    `folder` is where relative paths start (None: the working directory). A path that is in the work tree and
    not in the revision means nothing there. Raises UsageError where there is no git, repository or revision,
    for a path that neither has, and for a submodule with manifests, whose history is elsewhere.
    """
    repository = _Repository(folder or ".")
    tree = repository.tree(revision)
    files: dict[str, _Entry] = {}  # by where symbolic links lead
    names: dict[str, str] = {}
    for path in paths:
        place = repository.place(path)
        found = {entry.path: entry for entry in repository.entries(tree, place)}
        if not found and not (repository.folder / path).exists():
            raise UsageError(
                f"`{path}` is neither in `{revision}` nor in the work tree",
                hint=repository.nearest(tree, path, place),
            )
        if not found:
            _check_outside_of_submodules(repository, tree, place)
        for entry in _wanted(repository, found, place):
            target = repository.target(revision, tree, entry)
            if target.path not in files:
                below = PurePosixPath(entry.path).relative_to(place)
                names[target.path] = path if entry.path == place else str(Path(path) / below)
                files[target.path] = target
    contents = repository.contents(revision, list(files.values()))
    return [Source(names[path], content) for path, content in zip(files, contents, strict=True)]


def _check_outside_of_submodules(repository: _Repository, tree: str, place: str) -> None:
    for parent in PurePosixPath(place).parents:
        own = repository.entries(tree, parent.as_posix()) if parent.parts else ()
        if any(entry.mode == _SUBMODULE and entry.path == parent.as_posix() for entry in own):
            _check_submodule(repository, parent.as_posix())


def _wanted(repository: _Repository, found: dict[str, _Entry], place: str) -> Iterator[_Entry]:
    """The manifests among the entries at and below a place, in the order in which a directory is walked."""
    if place in found and found[place].mode != _SUBMODULE:
        yield found[place]
        return
    for path in sorted(found, key=_walking_order):
        below = PurePosixPath(path).relative_to(place)
        if any(part.startswith(".") for part in below.parts):
            continue
        if found[path].mode == _SUBMODULE:
            _check_submodule(repository, path)
        elif is_manifest(below.name):
            yield found[path]


def _walking_order(path: str) -> list[tuple[bool, str]]:
    """Files before folders, both by name."""
    *folders, name = path.split("/")
    return [*((True, folder) for folder in folders), (False, name)]


def _check_submodule(repository: _Repository, path: str) -> None:
    if any(files_below(str(repository.top / path))):
        raise UsageError(
            f"`{path}` is a git submodule with manifests, and what they were is in a repository of its own",
            hint="name paths without it, or compare two checkouts: npverify diff OLD NEW",
        )


class _Repository:
    """The git repository around a folder."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)
        top = self._ask("rev-parse", "--show-toplevel")
        if top.returncode:
            raise UsageError(
                f"`{self.folder.absolute()}` is in the work tree of no git repository",
                hint=f"git says: {_words(top)}",
            )
        self.top = Path(os.fsdecode(top.stdout).rstrip("\n"))

    def _ask(self, *arguments: str, text: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(
                ["git", *arguments],
                cwd=self.folder,
                env={**os.environ, **_NO_SIDE_EFFECTS},
                input=text,
                capture_output=True,
                check=False,
            )
        except FileNotFoundError as error:
            raise UsageError("git is not installed, and only git can read a revision") from error

    def tree(self, revision: str) -> str:
        """The object that holds the files of a revision."""
        found = self._ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{tree}}")
        if found.returncode == 0:
            return found.stdout.decode().strip()
        names = self._ask("for-each-ref", "--format=%(refname:short)").stdout.decode(errors="replace").split()
        close = get_close_matches(revision, names, n=1)
        hint = "a shallow clone may lack it: git fetch origin BRANCH, or `fetch-depth: 0` in a workflow"
        raise UsageError(
            f"git has no revision `{revision}` here", hint=f"did you mean `{close[0]}`?" if close else hint
        )

    def place(self, path: str) -> str:
        """A path as counted from the top of the repository: `.` for the top itself."""
        full = Path(os.path.realpath(self.folder / Path(path).parent)) / Path(path).name
        if Path(path).name in ("", ".."):
            full = Path(os.path.realpath(self.folder / path))
        try:
            return full.relative_to(os.path.realpath(self.top)).as_posix()
        except ValueError:
            raise UsageError(f"`{path}` is outside of the git repository at `{self.top}`") from None

    def entries(self, tree: str, place: str) -> Iterator[_Entry]:
        """Everything that a tree holds at and below a place."""
        below = () if place == "." else ("--", place)
        for line in self._read("ls-tree", "-r", "-z", "--full-tree", tree, *below).split(b"\0")[:-1]:
            facts, path = line.split(b"\t", 1)
            mode, _, name = facts.decode().split(" ")
            yield _Entry(os.fsdecode(path), mode, name)

    def nearest(self, tree: str, path: str, place: str) -> str | None:
        """The name in the revision that looks most like a path that is not there."""
        parent = PurePosixPath(place).parent.as_posix()
        inside = "" if parent == "." else f"{parent}/"
        below = [entry.path.removeprefix(inside) for entry in self.entries(tree, parent)]
        names = sorted({name.split("/")[0] for name in below})
        close = get_close_matches(Path(path).name, names, n=1)
        return f"did you mean `{Path(path).parent / close[0]}`?" if close else None

    def contents(self, revision: str, entries: Sequence[_Entry]) -> Iterator[bytes]:
        """What the files hold."""
        names = "".join(f"{entry.object}\n" for entry in entries)
        answers = self._read("cat-file", "--batch", text=names.encode())
        position = 0
        for entry in entries:
            end = answers.index(b"\n", position)
            head = answers[position:end].decode()
            if head.endswith(" missing"):
                raise UsageError(
                    f"git does not have `{entry.path}` of `{revision}` here (a partial clone?)",
                    hint="fetch the whole of it: git fetch --refetch --no-filter",
                )
            size = int(head.split(" ")[-1])
            yield answers[end + 1 : end + 1 + size]
            position = end + 2 + size

    def target(self, revision: str, tree: str, link: _Entry) -> _Entry:
        """The file itself where an entry is a symbolic link to one of the same revision."""
        entry = link
        for _ in range(_MOST_LINKS):
            if entry.mode != _LINK:
                return entry
            target = os.fsdecode(self._read("cat-file", "blob", entry.object))
            place = os.path.normpath(PurePosixPath(entry.path).parent / target)
            found = [e for e in self.entries(tree, place) if e.path == place] if _is_inside(place) else []
            if not found:
                break
            entry = found[0]
        raise UsageError(f"`{link.path}` is a symbolic link that leads to no file of `{revision}`")

    def _read(self, *arguments: str, text: bytes = b"") -> bytes:
        answer = self._ask(*arguments, text=text)
        if answer.returncode:
            raise UsageError(f"git {arguments[0]} failed: {_words(answer)}")
        return answer.stdout


def _is_inside(place: str) -> bool:
    return not place.startswith(("/", "../")) and place != ".."


def _words(answer: subprocess.CompletedProcess[bytes]) -> str:
    return answer.stderr.decode(errors="replace").strip().removeprefix("fatal: ") or "nothing"
