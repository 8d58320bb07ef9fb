"""The solver: the only module that imports z3.

What is asked thousands of times goes to Z3's C functions: the wrappers of its terms cost more than the
answers.
"""

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
        self._literals: dict[int, Literal] = {}  # by the identity of their terms
        self._declarations: dict[str, z3.FuncDecl] = {}
        self.checks = 0
        self.seconds = 0.0

    def check(self, assumptions: Iterable[Literal], *, want_model: bool = True) -> Outcome:
        """Whether the script can be true together with all assumptions.

        Where nobody wants the model of a SAT, the one before stays. Raises KeyboardInterrupt when the user
        interrupts the solver.
        """
        started = time.monotonic()
        if self._deadline is not None:
            left = int((self._deadline - started) * 1000)
            if left <= 0:
                return Outcome.UNKNOWN
            self._solver.set("timeout", left)
        self.checks += 1
        terms = [self._term(literal).as_ast() for literal in assumptions]
        result = z3.Z3_solver_check_assumptions(
            self._context.ref(), self._solver.solver, len(terms), (z3.Ast * len(terms))(*terms)
        )
        self.seconds += time.monotonic() - started
        if result == z3.Z3_L_TRUE:
            if want_model:
                self._model, self._numbers = self._solver.model(), None
            return Outcome.SAT
        if result == z3.Z3_L_FALSE:
            return Outcome.UNSAT
        if "interrupted" in self._solver.reason_unknown():
            raise KeyboardInterrupt
        return Outcome.UNKNOWN

    def decide(self, assumptions: Iterable[Literal], *, want_model: bool = True) -> bool:
        """Whether the assumptions can hold; raises Undecided where the solver cannot tell."""
        outcome = self.check(assumptions, want_model=want_model)
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
        context = self._context.ref()
        terms = self._solver.unsat_core()
        size = len(terms)
        found = (z3.Z3_ast_vector_get(context, terms.vector, number) for number in range(size))
        return tuple(sorted(self._literals[z3.Z3_get_ast_id(context, term)] for term in found))

    def forbid(self, literals: Iterable[Literal]) -> None:
        """Rule out, from now on, that all of the literals are true together."""
        terms = [self._term(~literal) for literal in literals]
        self._solver.add(z3.Or(*terms) if terms else z3.BoolVal(False, self._context))

    def truth(self, label: str) -> bool:
        """The value of a named Boolean in the last model (False where it does not matter)."""
        assert self._model is not None, "no model: the last check was not SAT"
        declaration = self._declarations.get(label)
        if declaration is None:
            declaration = self._declarations[label] = self._term(Literal(label)).decl()
        context = self._context.ref()
        value = z3.Z3_model_get_const_interp(context, self._model.model, declaration.ast)
        return bool(value) and bool(z3.Z3_get_bool_value(context, value) == z3.Z3_L_TRUE)

    def number(self, label: str) -> int | None:
        """The value of a named bit-vector in the last model; None where it does not occur."""
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
            self._literals[term.get_id()] = literal
        return term
