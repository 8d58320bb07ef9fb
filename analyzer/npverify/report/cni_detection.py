"""Which network plugin the input tells of, as text and as plain data."""

from __future__ import annotations

import json

from npverify.cni.detection import Detection, Sign, Suggestion
from npverify.questions.answer import InputSummary
from npverify.report.page import Page
from npverify.report.passages import input_words
from npverify.report.plain import SCHEMA, Data, input_data, origin_data
from npverify.report.style import PLAIN, Style


def render_detection_text(
    found: Detection, read: InputSummary, *, width: int | None = None, style: Style = PLAIN
) -> str:
    """The suggested profile with its signs, or all that are possible; wrapped where there is a width."""
    page = Page(width, style)
    if found.suggestion is None:
        page.line(f"undecided: {undecided_words(found)}", lead="undecided:", tone="doubt")
        page.gap()
    for suggestion in found.suggestions:
        _add_suggestion(page, suggestion)
    for sign in found.unprofiled:
        page.line("no profile: npverify knows no facts of it", lead="no profile", tone="doubt")
        page.point(_placed(sign))
        page.gap()
    page.items("beside", found.remarks)
    page.item("read", input_words(read))
    page.items("left out", (f"{finding.origin}: {finding.message}" for finding in read.left_out))
    if found.suggestion is not None:
        page.gap()
        lead = "npverify never takes it by itself"
        said = f"say --cni {found.suggestion.profile}, or cni: in npverify.yaml"
        page.line(f"{lead}: {said}", lead=lead, tone="strong")
    return page.text()


def undecided_words(found: Detection) -> str:
    """Why there is not one suggestion."""
    if found.suggestions and found.unprofiled:
        return "several network plugins run, and npverify has no profile of one of them"
    if found.suggestions:
        return "the input does not show which of these enforces the policies"
    if found.unprofiled:
        return "npverify has no profile of the network plugin"
    return "what enforces the policies is not in the input"


def _add_suggestion(page: Page, suggestion: Suggestion) -> None:
    profile = suggestion.profile
    page.line(f"{profile}: {suggestion.title}", lead=str(profile), tone="strong")
    for sign in suggestion.signs:
        page.point(_placed(sign))
    for caveat in suggestion.caveats:
        page.point(f"but {caveat}")
    if not profile.enforces:
        page.point("nothing is enforced: every connection is allowed")
    page.gap()


def _placed(sign: Sign) -> str:
    return f"{sign}  {sign.origin}"


def detection_mapping(found: Detection, read: InputSummary) -> Data:
    """The same as plain data; every key is always there."""
    return {
        "schema": SCHEMA,
        "kind": "plugin",
        "suggestion": None if found.suggestion is None else str(found.suggestion.profile),
        "undecided": None if found.suggestion is not None else undecided_words(found),
        "suggestions": [_suggestion(suggestion) for suggestion in found.suggestions],
        "unprofiled": [_sign(sign) for sign in found.unprofiled],
        "remarks": list(found.remarks),
        "input": input_data(read),
    }


def render_detection_json(found: Detection, read: InputSummary) -> str:
    """The same as JSON, indented, with a newline at its end."""
    return json.dumps(detection_mapping(found, read), indent=2, ensure_ascii=False) + "\n"


def _suggestion(suggestion: Suggestion) -> Data:
    profile = suggestion.profile
    return {
        "profile": str(profile),
        "name": profile.name,
        "version": profile.version,
        "options": list(profile.options),
        "title": suggestion.title,
        "enforces": profile.enforces,
        "known": sorted(suggestion.known),
        "signs": [_sign(sign) for sign in suggestion.signs],
        "caveats": list(suggestion.caveats),
    }


def _sign(sign: Sign) -> Data:
    return {"subject": sign.subject, "says": sign.says, **origin_data(sign.origin)}
