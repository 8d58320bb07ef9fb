"""The solver: the only module that imports z3."""

from __future__ import annotations

import time
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

import z3

RESOURCE_LIMIT = 400_000_000
"""Z3's own work units for one check: a bound that does not depend on the machine's speed."""


class Outcome(StrEnum):
    """What a check came to."""

    SAT = "sat"
    UNSAT = "unsat"
    UNKNOWN = "unknown"


class Literal(NamedTuple):
    """A named Boolean, or its negation."""

    label: str
    positive: bool = True

    def __invert__(self) -> Literal:
        return Literal(self.label, not self.positive)


class Undecided(Exception):  # noqa: N818 - an outcome, not an error
    """The solver gave up; the argument says why."""


class Solver:
    """One problem in one Z3 context of its own; every question to it is a set of assumed literals.

    `timeout` bounds the seconds from now on that all checks together may take (None: no bound).
    """

    def __init__(self, text: str, *, timeout: float | None = None) -> None:
        self._context = z3.Context()
        self._solver = z3.SolverFor("QF_FD", ctx=self._context)
        self._solver.set("random_seed", 0)
        self._solver.set("rlimit", RESOURCE_LIMIT)
        self._numbers: dict[str, int] | None = None
        self._deadline = None if timeout is None else time.monotonic() + timeout
        self._solver.from_string(text)
        self._model: z3.ModelRef | None = None
        self._terms: dict[Literal, z3.BoolRef] = {}
        self.checks = 0
        self.seconds = 0.0

    def check(self, assumptions: Iterable[Literal]) -> Outcome:
        """Whether the script can be true together with all assumptions.

        Raises KeyboardInterrupt when the user interrupts the solver.
        """
        started = time.monotonic()
        if self._deadline is not None:
            left = int((self._deadline - started) * 1000)
            if left <= 0:
                return Outcome.UNKNOWN
            self._solver.set("timeout", left)
        self.checks += 1
        result = self._solver.check(*(self._term(literal) for literal in assumptions))
        self.seconds += time.monotonic() - started
        if result == z3.sat:
            self._model, self._numbers = self._solver.model(), None
            return Outcome.SAT
        if result == z3.unsat:
            return Outcome.UNSAT
        if "interrupted" in self._solver.reason_unknown():
            raise KeyboardInterrupt
        return Outcome.UNKNOWN

    def decide(self, assumptions: Iterable[Literal]) -> bool:
        """Whether the assumptions can hold; raises Undecided where the solver cannot tell."""
        outcome = self.check(assumptions)
        if outcome is Outcome.UNKNOWN:
            raise Undecided(self.reason())
        return outcome is Outcome.SAT

    def reason(self) -> str:
        """Why the last check came to nothing."""
        if self._deadline is not None and time.monotonic() >= self._deadline:
            return "the time limit was reached"
        return f"the solver gave up: {self._solver.reason_unknown()}"

    def core(self) -> tuple[Literal, ...]:
        """The assumptions that the last UNSAT rests on, sorted (not necessarily the fewest)."""
        literals = []
        for term in self._solver.unsat_core():
            negative = z3.is_not(term)
            name = (term.arg(0) if negative else term).decl().name()
            literals.append(Literal(name, not negative))
        return tuple(sorted(literals))

    def forbid(self, literals: Iterable[Literal]) -> None:
        """Rule out, from now on, that all of the literals are true together."""
        terms = [self._term(~literal) for literal in literals]
        self._solver.add(z3.Or(*terms) if terms else z3.BoolVal(False, self._context))

    def truth(self, label: str) -> bool:
        """The value of a named Boolean in the model of the last SAT (False where it does not matter)."""
        assert self._model is not None, "no model: the last check was not SAT"
        return bool(z3.is_true(self._model.get_interp(self._term(Literal(label)).decl())))

    def number(self, label: str) -> int | None:
        """The value of a named bit-vector in the model of the last SAT; None where it does not occur."""
        assert self._model is not None, "no model: the last check was not SAT"
        if self._numbers is None:
            values = ((declaration.name(), self._model[declaration]) for declaration in self._model.decls())
            self._numbers = {n: value.as_long() for n, value in values if isinstance(value, z3.BitVecNumRef)}
        return self._numbers.get(label)

    def _term(self, literal: Literal) -> z3.BoolRef:
        term = self._terms.get(literal)
        if term is None:
            term = z3.Bool(literal.label, self._context)
            if not literal.positive:
                term = z3.Not(term)
            self._terms[literal] = term
        return term
