"""npverify.yaml: found upward from a folder, read with the place of everything."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from npverify.configuration.assertions import parse_assertions
from npverify.configuration.claims import Assertion
from npverify.configuration.fields import check_schema, has_only, raise_problems, text_or_texts
from npverify.configuration.option_values import parse_options
from npverify.configuration.options import OPTIONS, OptionValues
from npverify.configuration.suppressions import NO_LINT, LintConfiguration, parse_lint
from npverify.errors import ConfigurationError, Finding, UsageError
from npverify.manifests.documents import Document
from npverify.manifests.problems import ProblemFound
from npverify.manifests.sources import STDIN, Source, read_text
from npverify.manifests.values import Problems, Value
from npverify.manifests.yaml_text import read_yaml

FILE_NAME = "npverify.yaml"
CONFIGURATION_SCHEMA = "npverify/v1"
FIELDS = ("schema", "manifests", *OPTIONS, "lint", "assertions")
"""The fields of the file."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What npverify.yaml says; `file` is None where there is none.

    `manifests` are as in the file, and so start at its folder. `options` are those that are given, by name.
    """

    file: str | None = None
    lint: LintConfiguration = NO_LINT
    manifests: tuple[str, ...] = ()
    options: OptionValues = field(default_factory=dict)
    assertions: tuple[Assertion, ...] = ()

    def path(self, name: str) -> str:
        """A path of the file as it is seen from the working directory."""
        folder = Path(self.file).parent if self.file else Path()
        return str(folder / name)


NO_CONFIGURATION = Configuration()


def find_configuration(folder: Path) -> Path | None:
    """The npverify.yaml of the folder or of the nearest folder above it, as seen from there."""
    for above in (folder, *folder.resolve().parents):
        path = above / FILE_NAME
        if path.is_file():
            return path if above == folder else Path(os.path.relpath(path, folder.resolve()))
    return None


def read_configuration(path: Path) -> Configuration:
    """Read the file; raises ConfigurationError with everything that is wrong with it, UsageError where it
    cannot be read.
    """
    if not path.is_file():
        raise UsageError(f"there is no configuration `{path}`", hint=f"name a file such as {FILE_NAME}")
    document = _document(str(path))
    if document is None:
        return Configuration(str(path))
    problems = Problems()
    root = Value(document, (), document.data, problems)
    found = Configuration(str(path))
    if has_only(root, FIELDS):
        check_schema(root, CONFIGURATION_SCHEMA)
        found = Configuration(
            file=str(path),
            lint=parse_lint(root.get("lint")),
            manifests=tuple(_parse_paths(root.get("manifests"))),
            options=parse_options(root),
            assertions=parse_assertions(root.get("assertions")),
        )
    raise_problems(problems)
    return found


def _parse_paths(value: Value | None) -> Iterator[str]:
    for item in text_or_texts(value):
        path = item.text()
        if path == "":
            item.fail("must not be empty")
        elif path == STDIN:
            item.fail(
                "`-` is standard input, which only the command line can name", hint="npverify check -f -"
            )
        elif path is not None:
            yield path


def _document(file: str) -> Document | None:
    """The one document of the file; None where it is empty."""
    found: list[Document] = []
    faults: list[Finding] = []
    try:
        for item in read_yaml(file, read_text(Source(file))):
            if isinstance(item, Finding):
                faults.append(item)
            else:
                found.append(item)
    except ProblemFound as problem:
        faults.append(problem.finding)
    if faults:
        raise ConfigurationError(tuple(faults))
    if len(found) > 1:
        problems = Problems()
        Value(found[1], (), found[1].data, problems).fail(
            "a second document", hint="the configuration is one document"
        )
        raise_problems(problems)
    return found[0] if found else None
