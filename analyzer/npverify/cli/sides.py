"""The two sides of a comparison: which paths, or which revision, make the old and the new version."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from npverify.errors import UsageError

if TYPE_CHECKING:
    from npverify.cluster import Cluster
    from npverify.manifests import DocumentMemory, ReadOptions

_FORMS = "npverify diff OLD NEW, npverify diff --old A --old B --new C, npverify diff --base REV PATH"


@dataclass(frozen=True, slots=True)
class Side:
    """Paths, as they are in a git revision (None: as they are now)."""

    paths: tuple[str, ...]
    revision: str | None = None
    is_work_tree: bool = False

    def __str__(self) -> str:
        names = ", ".join("standard input" if path == "-" else path for path in self.paths)
        if self.revision is not None:
            return f"{names} at {self.revision}"
        return f"{names} in the work tree" if self.is_work_tree else names

    def load(self, options: ReadOptions, memory: DocumentMemory) -> Cluster:
        """Read the side; raises InputError and UsageError as `load` does."""
        from npverify.cluster import load, load_objects, load_revision

        if self.revision is not None:
            return load_revision(self.revision, *self.paths, options=options, memory=memory)
        if not self.is_work_tree:
            return load(*self.paths, stdin=sys.stdin.buffer, options=options, memory=memory)
        # The other side, which is read first, has complained of a path that neither has: others were deleted.
        left = [path for path in self.paths if _has_manifests(path)]
        return load(*left, options=options, memory=memory) if left else load_objects([], options=options)


def pick_sides(
    paths: Sequence[str], old: Sequence[str], new: Sequence[str], base: str | None
) -> tuple[Side, Side]:
    """The old and the new side that the arguments mean; raises UsageError where they mean none."""
    if base is not None:
        return _since(base, paths, [*old, *new])
    if old or new:
        _check_flags(paths, old, new)
        return _checked(Side(tuple(old)), Side(tuple(new)))
    if len(paths) == 2:
        return _checked(Side((paths[0],)), Side((paths[1],)))
    if not paths:
        raise UsageError("there is nothing to compare", hint=f"try: {_FORMS}")
    if len(paths) == 1:
        raise UsageError(
            f"`{paths[0]}` is compared with nothing",
            hint=f"give the new version as well, or `--base REV {paths[0]}` to compare with a git revision",
        )
    raise UsageError(
        f"{len(paths)} paths, and it is not clear which of them are the old version",
        hint="with several paths a side: --old A --old B --new C",
    )


def _since(base: str, paths: Sequence[str], flagged: Sequence[str]) -> tuple[Side, Side]:
    if flagged:
        raise UsageError(
            "`--base` says what the old version is, so `--old` and `--new` cannot",
            hint="give the paths alone: npverify diff --base REV PATH",
        )
    if "-" in paths:
        raise UsageError("`-` is standard input, which is in no git revision", hint="give paths with --base")
    given = tuple(paths) or (".",)
    return Side(given, base), Side(given, is_work_tree=True)


def _check_flags(paths: Sequence[str], old: Sequence[str], new: Sequence[str]) -> None:
    if paths:
        raise UsageError(
            f"`{paths[0]}` is neither old nor new", hint="with --old or --new, put one before every path"
        )
    if not old or not new:
        raise UsageError(f"the {'new' if old else 'old'} version is missing", hint=f"try: {_FORMS}")


def _checked(old: Side, new: Side) -> tuple[Side, Side]:
    if "-" in old.paths and "-" in new.paths:
        raise UsageError("`-` is standard input, which can be one of the sides only")
    return old, new


def _has_manifests(path: str) -> bool:
    """Whether the path is a file, or a directory with manifests."""
    from npverify.manifests.sources import files_below

    return Path(path).is_file() or any(files_below(path))
