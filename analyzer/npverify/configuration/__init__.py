"""npverify's own files: npverify.yaml and baselines, with the place of everything that is wrong in them.

Names are imported when they are first used: the table of options is needed where the solver is not.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from npverify.configuration.baseline import read_baseline
    from npverify.configuration.reading import (
        CONFIGURATION_SCHEMA,
        FILE_NAME,
        NO_CONFIGURATION,
        Configuration,
        find_configuration,
        read_configuration,
    )
    from npverify.configuration.suppressions import LintConfiguration, parse_day

_HOMES = {
    "CONFIGURATION_SCHEMA": "npverify.configuration.reading",
    "FILE_NAME": "npverify.configuration.reading",
    "NO_CONFIGURATION": "npverify.configuration.reading",
    "Configuration": "npverify.configuration.reading",
    "LintConfiguration": "npverify.configuration.suppressions",
    "find_configuration": "npverify.configuration.reading",
    "parse_day": "npverify.configuration.suppressions",
    "read_baseline": "npverify.configuration.baseline",
    "read_configuration": "npverify.configuration.reading",
}

__all__ = [
    "CONFIGURATION_SCHEMA",
    "FILE_NAME",
    "NO_CONFIGURATION",
    "Configuration",
    "LintConfiguration",
    "find_configuration",
    "parse_day",
    "read_baseline",
    "read_configuration",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module `npverify.configuration` has no attribute `{name}`")
    return getattr(import_module(home), name)
