"""The two source roots, and the public names."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import npverify
import npverify.strategies
from npverify import QuerySettings, load

ROOT = Path(__file__).resolve().parents[2]


def test_source_roots_are_no_packages():
    assert not (ROOT / "analyzer" / "__init__.py").exists()
    assert not (ROOT / "encodings" / "__init__.py").exists()


def test_the_interpreter_starts_with_the_project_on_its_path():
    finished = subprocess.run(
        [sys.executable, "-c", "import encodings, codecs; print(encodings.__file__)"],
        env={"PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert "npverify" not in finished.stdout


def test_public_names_are_sorted_and_all_there():
    for module in (npverify, npverify.strategies):
        assert sorted(module.__all__) == list(module.__all__)
        assert all(getattr(module, name) is not None for name in module.__all__)


def test_every_public_name_has_a_docstring():
    for name in npverify.__all__:
        assert getattr(npverify, name).__doc__


def test_import_loads_no_hypothesis_and_no_solver():
    path = f"{ROOT / 'analyzer'}:{ROOT / 'encodings'}"
    code = "import sys, npverify; assert not {'hypothesis', 'z3', 'yaml'} & set(sys.modules)"

    subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": path}, check=True)


def test_a_name_that_is_not_there():
    with pytest.raises(AttributeError, match="no_such_name"):
        npverify.no_such_name  # noqa: B018 - the access is the test


def test_clusters_and_answers_survive_pickling():
    cluster = load(ROOT / "examples" / "shop")
    answer = cluster.query("what can reach the database?", settings=QuerySettings(universe="declared"))

    assert pickle.loads(pickle.dumps(answer)) == answer
    assert pickle.loads(pickle.dumps(cluster)).inventory.policies == cluster.inventory.policies
