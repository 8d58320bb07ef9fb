"""A value of a document with its path: reads what it should be, and reports what it is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from npverify.errors import Finding, Severity
from npverify.manifests.codes import INVALID_VALUE, TEMPLATE, UNKNOWN_FIELD
from npverify.manifests.documents import Document, Path
from npverify.manifests.problems import TEMPLATE_HINT
from npverify.resources import Origin


class Problems:
    """The findings of the input, in the order in which they were made."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that make an object unusable."""
        return tuple(f for f in self.findings if f.severity is Severity.ERROR)

    @property
    def remarks(self) -> tuple[Finding, ...]:
        """The findings that do not."""
        return tuple(f for f in self.findings if f.severity is not Severity.ERROR)


def type_name(data: object) -> str:
    """What the data is, for a message."""
    match data:
        case None:
            return "null"
        case bool():
            return f"the boolean `{str(data).lower()}`"
        case int() | float():
            return f"the number `{data}`"
        case str():
            return "a string"
        case list():
            return "a list"
        case _:
            return "an object"


class Value:
    """Data at a path of a document; null reads as missing everywhere."""

    __slots__ = ("data", "document", "path", "problems")

    def __init__(self, document: Document, path: Path, data: object, problems: Problems) -> None:
        self.document = document
        self.path = path
        self.data = data
        self.problems = problems

    @property
    def origin(self) -> Origin:
        """Where the value was written."""
        return self.document.origin(self.path)

    @property
    def field(self) -> str:
        """The path as the API server writes it: `spec.ingress[0].from`."""
        text = ""
        for step in self.path:
            text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
        return text or "the document"

    def get(self, name: str) -> Value | None:
        """The field of that name, or None where it is missing or null (or this is no object)."""
        if not isinstance(self.data, dict):
            return None
        data = self.data.get(name)
        return None if data is None else Value(self.document, (*self.path, name), data, self.problems)

    def require(self, name: str) -> Value | None:
        """The field of that name; reports where it is missing or null."""
        found = self.get(name)
        if found is None:
            self.fail(f"`{name}` is required")
        return found

    def is_object(self, known: frozenset[str] | None = None) -> bool:
        """Whether this is an object; reports if not, and each field that is not `known`."""
        if not isinstance(self.data, dict):
            self.fail(f"must be an object, not {type_name(self.data)}")
            return False
        if known is not None and not known.issuperset(self.data):
            for name in self.data:
                if name not in known:
                    self._unknown_field(name, known)
        return True

    def _unknown_field(self, name: str, known: frozenset[str]) -> None:
        close = get_close_matches(name, sorted(known), n=1)
        field = f"{self.field}.{name}" if self.path else name
        self.remark(
            UNKNOWN_FIELD,
            f"{field}: unknown field, which the API server drops",
            hint=f"did you mean `{close[0]}`?" if close else None,
            path=(*self.path, name),
            key=True,
        )

    def items(self) -> Iterator[Value]:
        """The items of a list; reports if this is none, and each null item."""
        if not isinstance(self.data, list):
            self.fail(f"must be a list, not {type_name(self.data)}", hint="start each item with `- `")
            return
        for index, data in enumerate(self.data):
            yield Value(self.document, (*self.path, index), data, self.problems)

    def entries(self) -> Iterator[tuple[str, Value]]:
        """The fields of an object; reports if this is none."""
        if self.is_object():
            assert isinstance(self.data, dict)
            for name, data in self.data.items():
                yield name, Value(self.document, (*self.path, name), data, self.problems)

    def text(self) -> str | None:
        """The string; reports if this is none."""
        if isinstance(self.data, str):
            return self.data
        if self.data is None:
            return ""  # what Go's decoder makes of a null in a map of strings
        hint = None
        if isinstance(self.data, (bool, int, float)):
            hint = "put it in quotes"
        self.fail(f"must be a string, not {type_name(self.data)}", hint=hint)
        return None

    def integer(self) -> int | None:
        """The whole number; reports if this is none."""
        if isinstance(self.data, int) and not isinstance(self.data, bool):
            return self.data
        if isinstance(self.data, float) and self.data.is_integer():
            return int(self.data)
        hint = "leave out the quotes" if isinstance(self.data, str) and self.data.isdecimal() else None
        self.fail(f"must be a whole number, not {type_name(self.data)}", hint=hint)
        return None

    def boolean(self) -> bool:
        """The Boolean; reports if this is none."""
        if not isinstance(self.data, bool):
            self.fail(f"must be true or false, not {type_name(self.data)}")
            return False
        return self.data

    def fail(
        self, message: str, *, hint: str | None = None, label: str | None = None, code: str = INVALID_VALUE
    ) -> None:
        """Report that the API server would reject the object because of this value."""
        if isinstance(self.data, str) and "{{" in self.data:
            code, hint = TEMPLATE, TEMPLATE_HINT
        self._add(code, Severity.ERROR, f"{self.field}: {message}", hint, label, self.path, key=False)

    def remark(
        self,
        code: str,
        message: str,
        *,
        hint: str | None = None,
        path: Path | None = None,
        key: bool = False,
        severity: Severity = Severity.WARNING,
    ) -> None:
        """Report something that does not make the object unusable."""
        self._add(code, severity, message, hint, None, self.path if path is None else path, key=key)

    def _add(
        self,
        code: str,
        severity: Severity,
        message: str,
        hint: str | None,
        label: str | None,
        path: Path,
        *,
        key: bool,
    ) -> None:
        place = self.document.place(path, key=key)
        self.problems.findings.append(
            Finding(
                code=code,
                severity=severity,
                message=message,
                origin=Origin(self.document.file, place.line, place.column),
                hint=hint,
                label=label,
                width=place.width,
                source_line=self.document.lines(place.line),
            )
        )


def string_map(value: Value | None) -> Mapping[str, str]:
    """An object whose values are strings, such as labels; reports those that are not."""
    if value is None:
        return {}
    if isinstance(value.data, dict) and all(isinstance(item, str) for item in value.data.values()):
        return dict(value.data)
    pairs = {}
    for name, item in value.entries():
        text = item.text()
        if text is not None:
            pairs[name] = text
    return pairs
