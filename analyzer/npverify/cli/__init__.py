"""The command line: one command a module; the rest of npverify is imported when a command runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

__all__ = ["main", "program"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    try:
        # Inside, so that an interrupt during the imports is one as well.
        from npverify.cli.app import run
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(130)
    run(arguments)


def program() -> None:
    """Run the command line as a process of its own, which ends without taking apart all that was read."""
    try:
        main()
    except SystemExit as end:
        if not isinstance(end.code, int):
            raise
        sys.stderr.flush()
        os._exit(end.code)
