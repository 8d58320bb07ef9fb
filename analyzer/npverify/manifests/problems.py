"""Problems of the input, collected file by file."""

from __future__ import annotations

from npverify.errors import Finding, Severity
from npverify.manifests.documents import Place
from npverify.resources import Origin


class ProblemFound(Exception):  # noqa: N818 - carries a finding to where findings are collected
    """Reading a file or a document ended here."""

    def __init__(
        self,
        code: str,
        message: str,
        file: str,
        place: Place,
        source_line: str | None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.finding = Finding(
            code=code,
            severity=Severity.ERROR,
            message=message,
            origin=Origin(file, place.line, place.column),
            hint=hint,
            width=place.width,
            source_line=source_line,
        )
