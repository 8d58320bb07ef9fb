"""Which codes a word means: `NPV203`, a prefix as `NPV22`, or a name as `dead-selector`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from npverify.errors import Severity, UsageError

SEVERITIES = (Severity.NOTE, Severity.WARNING, Severity.ERROR)
"""From the least to the most severe."""
_LETTERS_LIKE_DIGITS = str.maketrans("OIL", "011")


@dataclass(frozen=True)
class Codes:
    """Codes with their names, in order (an empty name: the code has none).

    `errors` are codes that exist, but end the run.
    """

    names: Mapping[str, str]
    errors: frozenset[str] = frozenset()

    def meant(self, word: str) -> frozenset[str]:
        """Every code of that name or with that beginning; empty where there is none."""
        start = word.upper()
        by_code = {code for code in self.names if start.startswith("NPV") and code.startswith(start)}
        return frozenset(
            by_code | {code for code, name in self.names.items() if name and name == word.lower()}
        )

    def single(self, word: str) -> str | None:
        """The one code of exactly that spelling or name, or None."""
        code = word.upper()
        if code in self.names:
            return code
        return next((code for code, name in self.names.items() if name and name == word.lower()), None)

    def nearest(self, word: str) -> str | None:
        """The code or name that is most like the word, if any is."""
        digits = word.upper().translate(_LETTERS_LIKE_DIGITS)
        if digits in self.names:
            return digits
        known = (*self.names, *(name for name in self.names.values() if name))
        for spelling in (word.upper(), word.lower()):
            close = get_close_matches(spelling, known, n=1)
            if close:
                return close[0]
        return None

    def hint(self, word: str) -> str:
        """The remedy for a word that means nothing."""
        if word.upper() in self.errors:
            return "it is an error of the input, which ends the run"
        close = self.nearest(word)
        return f"did you mean `{close}`?" if close else "`npverify explain` lists the codes"

    def chosen(self, select: Iterable[str], ignore: Iterable[str]) -> frozenset[str]:
        """The codes that the words select (no words: all of them) and that no word ignores.

        Raises UsageError for a word that means nothing.
        """
        selected, ignored = self._union(select), self._union(ignore)
        return (frozenset(self.names) if selected is None else selected) - (ignored or frozenset())

    def _union(self, words: Iterable[str]) -> frozenset[str] | None:
        """Every code that some word means; None where there are no words."""
        found: frozenset[str] | None = None
        for word in words:
            codes = self.meant(word)
            if not codes:
                raise UsageError(f"`{word}` is no code, prefix or name of a check", hint=self.hint(word))
            found = codes | (found or frozenset())
        return found


def at_least(severity: Severity, threshold: Severity) -> bool:
    """Whether a severity reaches a threshold."""
    return SEVERITIES.index(severity) >= SEVERITIES.index(threshold)
