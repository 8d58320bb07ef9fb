from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from npverify.errors import Finding, InputError
from npverify.manifests import ReadOptions, read_paths
from npverify.resources.inventory import Inventory

Read = Callable[..., Inventory]
Faults = Callable[..., tuple[Finding, ...]]


@pytest.fixture
def read() -> Read:
    """Read a text from standard input."""

    def read_text(text: str | bytes, **options: bool) -> Inventory:
        content = text.encode() if isinstance(text, str) else text
        return read_paths(["-"], stdin=io.BytesIO(content), options=ReadOptions(**options))

    return read_text


@pytest.fixture
def faults(read: Read) -> Faults:
    """The problems for which a text is rejected."""

    def problems(text: str | bytes, **options: bool) -> tuple[Finding, ...]:
        with pytest.raises(InputError) as raised:
            read(text, **options)
        return raised.value.problems

    return problems
