"""The pytest plugin: options, a fixture, and the assertions of npverify.yaml as tests.

pytest imports this in every run of every project in which npverify is installed, so it imports nothing that
takes time before somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

if TYPE_CHECKING:
    from _pytest._code.code import TerminalRepr

    from npverify.checking import AssertionResult, Checker, ReadyAssertion
    from npverify.cluster import Cluster

FILE_NAME = "npverify.yaml"
_Style = Literal["long", "short", "line", "no", "native", "value", "auto"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of this plugin."""
    group = parser.getgroup("npverify", "Kubernetes network policies")
    group.addoption(
        "--npverify-manifests",
        metavar="PATH",
        action="append",
        default=[],
        help="Manifests for the fixture `npverify_cluster`; repeatable (default: those of npverify.yaml).",
    )
    group.addoption(
        "--npverify-check",
        action="store_true",
        default=False,
        help="Collect the assertions of each npverify.yaml as tests.",
    )


@pytest.fixture(scope="session")
def npverify_cluster(pytestconfig: pytest.Config) -> Cluster:
    """The cluster that `--npverify-manifests` names, else that of the nearest npverify.yaml from the root
    folder of the tests upward.
    """
    from npverify.cluster import LoadOptions, load

    named: list[str] = pytestconfig.getoption("--npverify-manifests")
    if named:
        return load(*named)
    from npverify.configuration import find_configuration, read_configuration
    from npverify.configuration.options import reading_options

    found = find_configuration(pytestconfig.rootpath)
    if found is None:
        pytest.fail(
            f"no {FILE_NAME} in {pytestconfig.rootpath} or above: name the manifests with "
            "--npverify-manifests PATH",
            pytrace=False,
        )
    configuration = read_configuration(_absolute(found, pytestconfig))
    paths = [configuration.path(name) for name in configuration.manifests or (".",)]
    options: LoadOptions = reading_options(configuration.options)
    return load(*paths, options=options)


def _absolute(path: Path, config: pytest.Config) -> Path:
    return path if path.is_absolute() else config.rootpath / path


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect npverify.yaml, where that is asked for."""
    if file_path.name != FILE_NAME or not parent.config.getoption("--npverify-check"):
        return None
    return ConfigurationFile.from_parent(parent, path=file_path)


class ConfigurationFile(pytest.File):
    """One npverify.yaml with its assertions."""

    def collect(self) -> Iterator[pytest.Item]:
        """One test an assertion, in the order of the file."""
        from npverify.checking import load_checker
        from npverify.configuration import read_configuration
        from npverify.errors import NpverifyError

        named: list[str] = self.config.getoption("--npverify-manifests")
        try:
            checker = load_checker(read_configuration(self.path), manifests=named)
        except NpverifyError as error:
            raise self.CollectError(_explained(error)) from error
        for ready in checker.assertions:
            yield AssertionItem.from_parent(self, name=ready.assertion.name, checker=checker, ready=ready)


class AssertionItem(pytest.Item):
    """One assertion of npverify.yaml."""

    def __init__(self, *, checker: Checker, ready: ReadyAssertion, **arguments: object) -> None:
        super().__init__(**arguments)  # type: ignore[arg-type]  # what pytest passes on to itself
        self._checker = checker
        self._ready = ready

    def runtest(self) -> None:
        """Decide the assertion; fails, or warns, as `npverify check` does."""
        from npverify.checking import Outcome, decide
        from npverify.errors import Severity
        from npverify.testing.asserts import VacuousWarning

        result = decide(self._ready, self._checker.inventory, self._checker.options)
        if result.outcome is Outcome.VACUOUS:
            self.warn(VacuousWarning(f"{result.name} holds, but {'; '.join(result.vacuous)}"))
        elif result.outcome is not Outcome.HOLDS:
            if result.severity is Severity.ERROR:
                raise NotHoldingError(result)
            self.warn(pytest.PytestWarning(f"{result.name}: {result.outcome}"))

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: _Style | None = None
    ) -> str | TerminalRepr:
        """The counterexample as `npverify check` shows it, instead of a traceback."""
        from npverify.errors import NpverifyError
        from npverify.report.check_text import render_assertion

        error = excinfo.value
        if isinstance(error, NotHoldingError):
            return render_assertion(error.result)
        if isinstance(error, NpverifyError):
            return _explained(error)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the assertion stands."""
        return self.path, self._ready.assertion.origin.line - 1, f"npverify: {self.name}"


class NotHoldingError(Exception):
    """An assertion that is violated, or undecided."""

    def __init__(self, result: AssertionResult) -> None:
        super().__init__(f"{result.name}: {result.outcome}")
        self.result = result


def _explained(error: Exception) -> str:
    """The error as the command line shows it."""
    from npverify.errors import InputError, UsageError
    from npverify.report import render_findings, render_usage_error

    if isinstance(error, InputError):
        return render_findings(error.problems)
    return render_usage_error(error) if isinstance(error, UsageError) else str(error)
