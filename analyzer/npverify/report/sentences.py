"""Verdicts and flows as sentences."""

from __future__ import annotations

from npverify.language.traffic import render_traffic
from npverify.questions.answer import Answer, Verdict, Witness
from npverify.questions.query import Form, Selection
from npverify.resources import Flow

TONES = {
    Verdict.REACHABLE: "strong",
    Verdict.UNREACHABLE: "strong",
    Verdict.HOLDS: "good",
    Verdict.VIOLATED: "bad",
    Verdict.UNDECIDED: "doubt",
}


def headline(answer: Answer) -> str:
    """The verdict in a sentence."""
    query = answer.query
    source, destination = _name(query.source), _name(query.destination)
    ports = f" on {render_traffic(query.traffic)}" if query.traffic else ""
    if query.form is Form.EVERY:
        ports = ports.replace(" or ", " and ")  # each of them
    verdict = answer.verdict
    if verdict is Verdict.UNDECIDED:
        return f"{answer.undecided or 'no verdict'}"
    match query.form:
        case Form.WHAT_CAN_REACH | Form.WHAT_CAN_BE_REACHED if verdict is Verdict.REACHABLE:
            return _listed(answer, source, destination, ports)
        case Form.CAN_REACH | Form.WHAT_CAN_REACH | Form.WHAT_CAN_BE_REACHED:
            if verdict is Verdict.REACHABLE:
                return f"{source} can reach {destination}{ports}"
            return f"{_nothing(source)} {_cannot(source)} reach {destination}{ports}"
        case Form.IS_ISOLATED:
            return _isolated(answer, source)
        case Form.ONLY:
            if verdict is Verdict.HOLDS:
                return f"nothing but {source} can reach {destination}{ports}"
            return f"something other than {source} can reach {destination}{ports}"
        case Form.EVERY:
            if verdict is Verdict.HOLDS:
                return f"every {source} can reach {destination}{ports}"
            return f"not every {source} can reach {destination}{ports}"


def _listed(answer: Answer, source: str, destination: str, ports: str) -> str:
    names = {entry.endpoint for entry in answer.entries if entry.declared and not entry.conditions}
    count = (
        f"{len(names)} declared workload{'s' if len(names) != 1 else ''}" if names else "no declared workload"
    )
    if answer.query.form is Form.WHAT_CAN_REACH:
        return f"{count} can reach {destination}{ports}{'' if names else ', but others could'}"
    return f"{source} can reach {count}{ports}{'' if names else ', but others that could exist'}"


def _name(selection: Selection | None) -> str:
    if selection is None:
        return "anything"
    is_remainder = selection.text.startswith("any except ")
    return f"anything{selection.text.removeprefix('any')}" if is_remainder else selection.text


def _nothing(source: str) -> str:
    if source.startswith("anything except "):
        return f"nothing{source.removeprefix('anything')}"
    return "nothing" if source in ("anything", "any") else source


def _cannot(source: str) -> str:
    return "can" if _nothing(source) != source else "cannot"


def _isolated(answer: Answer, pods: str) -> str:
    directions = " and ".join(direction.value.lower() for direction in answer.query.directions)
    if answer.verdict is Verdict.HOLDS:
        return f"{pods} is isolated for {directions}: only what a rule allows gets through"
    return f"{pods} is not isolated for {directions}"


def flow_words(flow: Flow) -> str:
    """The traffic of a flow, as `tcp/5432`."""
    return f"{flow.protocol.value.lower()}/{flow.port}"


def witness_words(witness: Witness) -> str:
    """A flow in one line."""
    return f"{witness.source} → {witness.destination} on {flow_words(witness.flow)}"
