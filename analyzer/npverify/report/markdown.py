"""Results as Markdown, to paste into a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape as escape_html
from pathlib import PurePath

from npverify.report.results import Result, ResultRule, Results, labels, relative_path
from npverify.report.style import printable
from npverify.resources import Origin

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~])")
_CODE = re.compile(r"(`[^`]*`)")


def render_markdown(results: Results, *, root: PurePath | None = None) -> str:
    """A headline, a table of what counts, and below it, folded, why it matters and what was accepted."""
    parts = [*warned(results.first), f"## {escape(results.tool)}: {escape(results.summary)}"]
    titles = labels(results.rules)
    if results.reported:
        parts.append("\n".join(_table(results.reported, titles, root)))
    if results.undecided:
        parts.append("\n".join(("Not decided:", "", *_list(results.undecided, titles, root))))
    reported = {result.code for result in results.reported}
    parts += [_details(rule) for rule in results.rules if rule.code in reported]
    if results.accepted:
        listed = "\n".join(_list(results.accepted, titles, root))
        parts.append(folded(f"{len(results.accepted)} suppressed", listed))
    parts += [escape(remark) for remark in results.remarks]
    return "\n\n".join(parts) + "\n"


def _table(results: Iterable[Result], titles: dict[str, str], root: PurePath | None) -> Iterator[str]:
    yield "| | where | what |"
    yield "|---|---|---|"
    for result in results:
        what = escape(result.sentence)
        what += "".join(f"<br>{place(p.origin, root)}: {escape(p.message)}" for p in result.related)
        if result.hint:
            what += f"<br>hint: {escape(result.hint)}"
        label = escape(titles.get(result.code, result.code))
        yield f"| {result.severity} {label} | {place(result.origin, root)} | {what} |"


def _list(results: Iterable[Result], titles: dict[str, str], root: PurePath | None) -> Iterator[str]:
    for result in results:
        label = escape(titles.get(result.code, result.code))
        what = escape(result.sentence)
        reason = f" ({escape(result.accepted.reason)})" if result.accepted else ""
        yield f"- {label} {place(result.origin, root)}: {what}{reason}"


def _details(rule: ResultRule) -> str:
    return folded(f"{rule.code}: {rule.title}", (rule.advice or rule.help_markdown).rstrip())


def warned(first: Iterable[str]) -> Iterator[str]:
    """What comes before everything else, each as a block of its own."""
    return (f"> **{escape(note)}**" for note in first)


def folded(summary: str, body: str) -> str:
    """Markdown that is shown when somebody asks for it; the summary is plain text with code in backticks."""
    heading = re.sub(r"`([^`]*)`", r"<code>\1</code>", escape_html(printable(summary), quote=False))
    return f"<details><summary>{heading}</summary>\n\n{body}\n\n</details>"


def place(origin: Origin, root: PurePath | None = None) -> str:
    """A place as code, as `policies/db.yaml:3:5` in backticks."""
    path = printable(relative_path(origin.file, root)).replace("`", "'").replace("|", "\\|")
    return f"`{path}:{origin.line}:{origin.column}`" if origin.line else f"`{path}`"


def escape(text: str) -> str:
    """Text as Markdown in which nothing but what stands in backticks has a meaning, on one line, for a table
    cell too.
    """
    parts = _CODE.split(printable(text))
    return "".join(
        part.replace("|", "\\|") if _CODE.fullmatch(part) else _SPECIAL.sub(r"\\\1", part) for part in parts
    )
