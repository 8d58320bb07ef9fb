"""The command line: one command a module; the rest of npverify is imported when a command runs."""

from npverify.cli.app import main

__all__ = ["main"]
