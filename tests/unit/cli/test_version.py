"""The version that reports carry."""

from __future__ import annotations

import importlib.metadata

from npverify.cli.version import installed_version


def test_the_version_is_the_one_that_is_installed():
    assert installed_version() == importlib.metadata.version("npverify")


def test_without_being_installed_there_is_none(monkeypatch):
    def missing(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", missing)

    assert installed_version() is None
