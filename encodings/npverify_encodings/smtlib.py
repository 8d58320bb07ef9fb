"""Terms as SMT-LIB 2 text, with shared subterms under `define-fun`.

A term is a string: `true`, `false`, a symbol or a short application. Everything that later stages ask the
solver about is a named Boolean constant, so that only names have to cross into the solver.
"""

from __future__ import annotations

from collections.abc import Iterable

TRUE = "true"
FALSE = "false"


def symbol(text: str) -> str:
    """The text as a quoted SMT-LIB symbol (the two characters that it cannot hold are replaced)."""
    return "|" + text.replace("\\", "/").replace("|", "/") + "|"


def negate(term: str) -> str:
    """A term that is true iff `term` is false."""
    if term == TRUE:
        return FALSE
    if term == FALSE:
        return TRUE
    return term[5:-1] if term.startswith("(not ") else f"(not {term})"


class Script:
    """An SMT-LIB script under construction.

    Declarations come first in the text, then definitions in the order in which they were made, then
    assertions, so that a constant may be declared after the first term that mentions it was built.
    """

    def __init__(self) -> None:
        self._declarations: dict[str, str] = {}
        self._constants: list[str] = []
        self._definitions: list[str] = []
        self._assertions: list[str] = []
        self._shared: dict[str, str] = {}

    def declare(self, name: str, sort: str) -> str:
        """Declare a constant once and return its symbol."""
        quoted = symbol(name)
        self._declarations.setdefault(quoted, sort)
        return quoted

    def define_constant(self, quoted: str, sort: str, value: str) -> None:
        """Define a symbol that terms already use as the value of a sort."""
        self._constants.append(f"(define-fun {quoted} () {sort} {value})")

    def all_of(self, terms: Iterable[str]) -> str:
        """A term that is true iff all terms are."""
        return self._join("and", terms, neutral=TRUE, absorbing=FALSE)

    def any_of(self, terms: Iterable[str]) -> str:
        """A term that is true iff some term is."""
        return self._join("or", terms, neutral=FALSE, absorbing=TRUE)

    def _join(self, operator: str, terms: Iterable[str], *, neutral: str, absorbing: str) -> str:
        kept: dict[str, None] = {}
        for term in terms:
            if term == absorbing or negate(term) in kept:
                return absorbing
            if term != neutral:
                kept[term] = None
        if not kept:
            return neutral
        if len(kept) == 1:
            return next(iter(kept))
        return self.share(f"({operator} {' '.join(kept)})")

    def choose(self, condition: str, then: str, otherwise: str) -> str:
        """A Boolean term that is `then` where the condition is true, else `otherwise`."""
        return self.any_of(
            (self.all_of((condition, then)), self.all_of((negate(condition), otherwise))),
        )

    def share(self, text: str) -> str:
        """The Boolean term under a name of its own; equal texts get the same name."""
        name = self._shared.get(text)
        if name is None:
            name = self._shared[text] = f"t{len(self._shared)}"
            self._definitions.append(f"(define-fun {name} () Bool {text})")
        return name

    def name(self, label: str, term: str) -> str:
        """Declare a Boolean constant that is true iff the term is; returns the label to ask for."""
        self.require(f"(= {self.declare(label, 'Bool')} {term})")
        return label

    def choose_name(self, label: str, term: str) -> str:
        """Declare a Boolean constant that can be true only where the term is; returns its symbol."""
        quoted = self.declare(label, "Bool")
        self.require(self.any_of((negate(quoted), term)))
        return quoted

    def require(self, term: str) -> None:
        """Assert the term."""
        if term != TRUE:
            self._assertions.append(f"(assert {term})")

    def text(self) -> str:
        """The whole script, without a `check-sat`."""
        declarations = (f"(declare-const {name} {sort})" for name, sort in self._declarations.items())
        return "\n".join(
            (*declarations, *self._constants, *self._definitions, *self._assertions, ""),
        )
