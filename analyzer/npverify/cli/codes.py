"""Exit codes, the same for every command and format."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process tells its caller; never a count."""

    ANSWERED = 0
    NOT_AS_EXPECTED = 1
    USAGE = 2
    UNDECIDED = 3
    INTERNAL = 4
    INTERRUPTED = 130
