"""The version that is installed."""

from __future__ import annotations


def installed_version() -> str | None:
    """The version of the package; None where it runs without being installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("npverify")
    except PackageNotFoundError:
        return None
