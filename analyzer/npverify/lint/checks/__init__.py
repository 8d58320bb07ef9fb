"""The checks, one a module; `CHECKS` is the one place that lists them."""

from __future__ import annotations

from npverify.lint.check import Check
from npverify.lint.checks import unused_direction

CHECKS: tuple[Check, ...] = tuple(
    sorted((unused_direction.CHECK,), key=lambda check: check.code),
)
"""Every check, by its code."""

__all__ = ["CHECKS"]
