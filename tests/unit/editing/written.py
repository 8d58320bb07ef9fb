"""Objects as YAML in all kinds of block style; each line tells which item of the input it goes with."""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass, field

PLAIN = re.compile(r"[A-Za-z][A-Za-z-]*\Z")
SURPRISES = ("y", "n", "on", "off", "yes", "no", "true", "false", "null")


@dataclass(frozen=True)
class Line:
    """`owner` is the path of the innermost list item (or document) that the line goes with; `is_soft` where
    the line holds a list or object that an edit may change within it; `opens` is the list below the line.
    """

    text: str
    owner: tuple
    is_soft: bool = False
    opens: tuple | None = None


def flow(data, quotes):
    if isinstance(data, dict):
        return "{" + ", ".join(f"{key(k, quotes)}: {flow(v, quotes)}" for k, v in data.items()) + "}"
    if isinstance(data, list):
        return "[" + ", ".join(flow(item, quotes) for item in data) + "]"
    return scalar(data, quotes)


def scalar(value, quotes=False):
    if isinstance(value, str) and not quotes and PLAIN.match(value) and value not in SURPRISES:
        return value
    return json.dumps(value)


def key(name, quotes):
    return json.dumps(name) if quotes or not PLAIN.match(name) else name


@dataclass
class Writer:
    """Writes with one style; what varies within a style is drawn from `choose`."""

    choose: random.Random
    comments: int = 0
    quotes: bool = field(init=False)
    flows: bool = field(init=False)

    def __post_init__(self):
        self.fields = self.choose.choice((1, 2, 2, 4))
        self.dashes = self.choose.choice((0, 0, 2, 4))
        self.gap = self.choose.choice((1, 1, 1, 3))
        self.quotes = self.choose.random() < 0.2
        self.flows = self.choose.random() < 0.4
        self.talks = self.choose.random() < 0.7

    def comment(self):
        self.comments += 1
        return f"# c{self.comments}"

    def rarely(self, often=0.2):
        return self.choose.random() < often

    def tail(self):
        """What may stand behind the content of a line."""
        if not self.talks:
            return ""
        return self.choose.choice(("", "", "", " ", "\t", f"  {self.comment()}", f"\t{self.comment()}"))

    def above(self, column, owner, outer):
        """Comments and blank lines above an item; those that touch it and stand in as it does are its own."""
        if not self.talks or not self.rarely(0.5):
            return
        pad = " " * column
        if self.rarely():
            yield Line(f"{pad}{self.comment()}", outer)
            yield Line("", outer)
        elif self.rarely():
            yield Line("", outer)
        elif column and self.rarely():
            yield Line(self.comment(), outer)
        for _ in range(self.choose.randint(0, 2)):
            yield Line(f"{pad}{self.comment()}", owner)

    def lines(self, data, column, path, owner):
        """The lines of an object or list that is not empty."""
        if isinstance(data, dict):
            for number, (name, value) in enumerate(data.items()):
                if number and self.talks and self.rarely(0.1):
                    yield Line(self.choose.choice(("", f"{' ' * column}{self.comment()}")), owner)
                yield from self.entry(name, value, column, (*path, name), owner)
        else:
            for number, value in enumerate(data):
                item = (*path, number)
                yield from self.above(column, item, owner)
                yield from self.item(value, column, item)

    def entry(self, name, value, column, path, owner):
        head = f"{' ' * column}{key(name, self.quotes)}:"
        text = self.inline(value)
        if text is not None:
            yield Line(f"{head}{text}{self.tail()}", owner, is_soft=not isinstance(value, str))
            return
        is_list = isinstance(value, list)
        yield Line(f"{head}{self.tail()}", owner, opens=path if is_list else None)
        yield from self.lines(value, column + (self.dashes if is_list else self.fields), path, owner)

    def inline(self, value):
        """The value as it stands behind its key or dash; None where it needs lines of its own."""
        if value is None:
            return self.choose.choice(("", " null", " ~"))
        if not isinstance(value, (dict, list)):
            return f" {scalar(value, self.quotes)}"
        if not value or (self.flows and self.rarely()):
            return f" {flow(value, self.quotes)}"
        return None

    def item(self, value, column, path):
        pad = " " * column
        text = self.inline(value)
        if text is not None:
            yield Line(f"{pad}-{text}{self.tail() if text else ''}", path, is_soft=True)
            return
        if self.talks and self.rarely(0.1):
            yield Line(f"{pad}- {self.comment()}", path)
            yield from self.lines(value, column + 1 + self.gap, path, path)
            return
        first, *rest = self.lines(value, column + 1 + self.gap, path, path)
        yield Line(f"{pad}-{first.text[column + 1 :]}", path, first.is_soft, first.opens)
        yield from rest
