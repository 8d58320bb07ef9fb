"""The manifests of a configuration, read and ready for its assertions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from npverify.configuration import Configuration
from npverify.configuration.claims import Assertion, ComparisonClaim, Version
from npverify.configuration.fields import finding_within
from npverify.configuration.options import OptionValues, reading_options
from npverify.errors import ConfigurationError, Finding, UsageError
from npverify.language import assemble, parse_endpoint
from npverify.manifests import ReadOptions, read_paths, read_revision
from npverify.questions.query import Query, Selection
from npverify.resources.inventory import Inventory


@dataclass(frozen=True, slots=True)
class ReadyAssertion:
    """An assertion with its names looked up: a question, or a comparison with the version `other`."""

    assertion: Assertion
    query: Query | None = None
    other: Inventory | None = None
    scope: Selection | None = None


@dataclass(frozen=True, slots=True)
class Checker:
    """What was read, and how it is to be asked; `options` hold what the file and the caller have said."""

    file: str
    inventory: Inventory
    options: OptionValues
    assertions: tuple[ReadyAssertion, ...]


def load_checker(
    configuration: Configuration,
    assertions: Iterable[Assertion] | None = None,
    *,
    manifests: Sequence[str] = (),
    options: OptionValues | None = None,
    stdin: BinaryIO | None = None,
) -> Checker:
    """Read the manifests of a configuration, and make the assertions ready (None: all of them).

    `manifests` stand in for those of the configuration, `options` come before its own, and `stdin` is read
    for `-`. Raises InputError with everything that is wrong with the manifests, ConfigurationError with every
    assertion that is not understood, and UsageError for a path that is not there.
    """
    values = {**configuration.options, **(options or {})}
    reader = _Reader(configuration, list(manifests), reading_options(values), stdin)
    wanted = configuration.assertions if assertions is None else tuple(assertions)
    return Checker(
        file=configuration.file or "",
        inventory=reader.inventory,
        options=values,
        assertions=tuple(reader.ready(wanted)),
    )


class _Reader:
    """Reads the manifests once, and every other version once."""

    def __init__(
        self,
        configuration: Configuration,
        manifests: list[str],
        options: ReadOptions,
        stdin: BinaryIO | None,
    ) -> None:
        named = configuration.manifests or (".",)
        self._configuration = configuration
        self._paths = manifests or [configuration.path(name) for name in named]
        self._options = options
        self._others: dict[Version, Inventory | UsageError] = {}
        self.inventory = read_paths(self._paths, stdin=stdin, options=options)

    def ready(self, assertions: Iterable[Assertion]) -> list[ReadyAssertion]:
        """The assertions with their names looked up; raises ConfigurationError with all that fail."""
        found: list[ReadyAssertion] = []
        problems: list[Finding] = []
        for assertion in assertions:
            try:
                found.append(self._ready(assertion))
            except UsageError as error:
                problems.append(_problem(assertion, error))
        if problems:
            raise ConfigurationError(tuple(problems))
        return found

    def _ready(self, assertion: Assertion) -> ReadyAssertion:
        claim = assertion.claim
        if not isinstance(claim, ComparisonClaim):
            return ReadyAssertion(assertion, query=assemble(claim.asked, self.inventory))
        other = self._other(claim.other)
        scope = None if claim.scope is None else self._scope(claim.scope, other)
        return ReadyAssertion(assertion, other=other, scope=scope)

    def _scope(self, text: str, other: Inventory) -> Selection:
        """The scope as it is understood now, else as it was understood in the other version."""
        try:
            return parse_endpoint(text, self.inventory)
        except UsageError as error:
            try:
                return parse_endpoint(text, other)
            except UsageError:
                raise error from None

    def _other(self, version: Version) -> Inventory:
        if version not in self._others:
            try:
                self._others[version] = self._read(version)
            except UsageError as error:
                self._others[version] = error
        found = self._others[version]
        if isinstance(found, UsageError):
            raise found
        return found

    def _read(self, version: Version) -> Inventory:
        if version.revision is None:
            paths = [self._configuration.path(name) for name in version.paths]
            return read_paths(paths, options=self._options)
        if "-" in self._paths:
            raise UsageError(
                "standard input is in no git revision", hint="compare with a path, or name the manifests"
            )
        return read_revision(version.revision, self._paths, options=self._options)


def _problem(assertion: Assertion, error: UsageError) -> Finding:
    """An error that only the manifests brought to light, at its place in the configuration."""
    for written in assertion.texts:
        if error.text == written.text:
            return finding_within(written.text, written.field, written.origin, error)
    return finding_within("", assertion.name, assertion.origin, error)
