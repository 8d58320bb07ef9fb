"""Assertions about network policies for test suites; a failure is the counterexample, with file and line.

```python
from npverify.testing import assert_unreachable

def test_database_is_closed(npverify_cluster):
    assert_unreachable(npverify_cluster, "frontend", "database")
```

The fixture `npverify_cluster` and the options `--npverify-manifests` and `--npverify-check` come from the
pytest plugin, which is there as soon as npverify is installed. Nothing of the solver is loaded before it is
needed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from npverify.testing.asserts import (
        ClusterLike,
        VacuousWarning,
        assert_at_most,
        assert_equivalent,
        assert_isolated,
        assert_only,
        assert_reachable,
        assert_unreachable,
    )

__all__ = [
    "ClusterLike",
    "VacuousWarning",
    "assert_at_most",
    "assert_equivalent",
    "assert_isolated",
    "assert_only",
    "assert_reachable",
    "assert_unreachable",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module `npverify.testing` has no attribute `{name}`")
    return getattr(import_module("npverify.testing.asserts"), name)
