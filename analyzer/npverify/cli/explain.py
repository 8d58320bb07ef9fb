"""`npverify explain`."""

from __future__ import annotations

from typing import Annotated

import typer


def explain(code: Annotated[str, typer.Argument(help="A code such as NPV102.", metavar="CODE")]) -> None:
    """Say what a code of a finding means and what to do about it."""
    from difflib import get_close_matches

    from npverify.errors import UsageError
    from npverify.manifests import CODES

    found = CODES.get(code.upper())
    if found is None:
        close = get_close_matches(code.upper(), sorted(CODES), n=1)
        hint = f"did you mean `{close[0]}`?" if close else f"the codes are {', '.join(sorted(CODES))}"
        raise UsageError(f"`{code}` is no code that npverify has", hint=hint)
    typer.echo(f"{found.code}: {found.title}\n\n{found.explanation}")
