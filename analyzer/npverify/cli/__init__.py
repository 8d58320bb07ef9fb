"""The command line: one command a module; the rest of npverify is imported when a command runs."""

from __future__ import annotations

import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    try:
        # Inside, so that an interrupt during the imports is one as well.
        from npverify.cli.app import run
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(130)
    run(arguments)
