"""`npverify lint` of admin policies as a process."""

from __future__ import annotations

from tests.cli.running import npverify
from tests.unit.lint.admin import accept, cnp, deny, named


def test_an_input_without_network_policies_is_looked_at():
    finished = npverify("lint", "-", stdin=cnp("a", deny(), accept(named("shop"))))

    assert finished.returncode == 1
    assert finished.stderr == ""
    assert "warning[NPV242]: ClusterNetworkPolicy a" in finished.stdout


def test_a_tie_that_matters_fails_the_run():
    documents = "---\n".join((cnp("a", accept()), cnp("b", deny())))

    finished = npverify("lint", "-", "--select", "tie-that-matters", stdin=documents)

    assert finished.returncode == 1
    assert "error[NPV241]" in finished.stdout


def test_the_texts_of_a_code_are_explained():
    finished = npverify("explain", "NPV241")

    assert finished.returncode == 0
    assert "network plugin may evaluate either first" in " ".join(finished.stdout.split())
