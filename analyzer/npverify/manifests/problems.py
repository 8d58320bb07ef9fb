"""What ends the reading of a document before there is any data."""

from __future__ import annotations

from npverify.errors import Finding, Severity
from npverify.manifests.codes import TEMPLATE
from npverify.manifests.documents import Place
from npverify.resources import Origin

TEMPLATE_HINT = "render the template first, for example with `helm template`"


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
        is_template = "{{" in (source_line or "")
        self.finding = Finding(
            code=TEMPLATE if is_template else code,
            severity=Severity.ERROR,
            message="a template that was not rendered" if is_template else message,
            origin=Origin(file, place.line, place.column),
            hint=TEMPLATE_HINT if is_template else hint,
            width=place.width,
            source_line=source_line,
        )
