"""Assertions decided: each of a configuration against its manifests, by proof or with a counterexample.

```python
from pathlib import Path
from npverify.checking import check, load_checker
from npverify.configuration import read_configuration

result = check(load_checker(read_configuration(Path("npverify.yaml"))))
```
"""

from npverify.checking.checker import Checker, ReadyAssertion, load_checker
from npverify.checking.deciding import decide, universe_of
from npverify.checking.result import AssertionResult, CheckResult, Outcome
from npverify.checking.running import RunSettings, check
from npverify.checking.selecting import pick_assertions

__all__ = [
    "AssertionResult",
    "CheckResult",
    "Checker",
    "Outcome",
    "ReadyAssertion",
    "RunSettings",
    "check",
    "decide",
    "load_checker",
    "pick_assertions",
    "universe_of",
]
