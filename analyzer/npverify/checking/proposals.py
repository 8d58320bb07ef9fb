"""Assertions to start with: what suggests itself from the manifests, and whether it holds now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from npverify.checking.checker import ReadyAssertion
from npverify.checking.deciding import decide
from npverify.checking.result import AssertionResult
from npverify.configuration.claims import Assertion
from npverify.language import assemble, parse_statement
from npverify.questions.answer import ListEntry
from npverify.questions.ask import ask
from npverify.questions.query import Form, PodAlternative, Query, Selection
from npverify.questions.settings import QuerySettings, Universe
from npverify.reference import selects
from npverify.resources import UNKNOWN_ORIGIN, Direction, Workload
from npverify.resources.inventory import Inventory

MOST_NAMESPACES = 3
MOST_WORKLOADS = 4
_TIMEOUT = 10.0
"""Seconds for each proposal."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A sentence that could be an assertion, and what was found of it."""

    sentence: str
    result: AssertionResult


def propose(inventory: Inventory) -> tuple[Proposal, ...]:
    """Assertions about the namespaces and workloads that policies are about, decided."""
    return tuple(Proposal(sentence, _decided(sentence, inventory)) for sentence in _sentences(inventory))


def _decided(sentence: str, inventory: Inventory) -> AssertionResult:
    statement = parse_statement(sentence)
    assertion = Assertion(sentence, statement, UNKNOWN_ORIGIN)
    ready = ReadyAssertion(assertion, query=assemble(statement.asked, inventory))
    return decide(ready, inventory, {"timeout": _TIMEOUT})


def _sentences(inventory: Inventory) -> Iterator[str]:
    isolated = [p for p in inventory.policies if Direction.INGRESS in p.policy_types]
    for namespace in list(dict.fromkeys(policy.namespace for policy in isolated))[:MOST_NAMESPACES]:
        yield f"every pod in namespace {namespace} is isolated for ingress"
    selected = [w for w in inventory.workloads if _is_selected(w, inventory)]
    for workload in selected[:MOST_WORKLOADS]:
        yield f"the internet cannot reach {workload}"
    for workload in selected[:MOST_WORKLOADS]:
        yield from _reaching(workload, inventory)


def _is_selected(workload: Workload, inventory: Inventory) -> bool:
    """Whether a policy with more than isolation in mind selects a pod of the workload for ingress."""
    return any(
        policy.ingress
        and policy.namespace == workload.namespace
        and any(selects(policy.pod_selector, pod.labels) for pod in workload.pods)
        for policy in inventory.policies
    )


def _reaching(workload: Workload, inventory: Inventory) -> Iterator[str]:
    """The first other workload that reaches it, on what."""
    target = Selection((PodAlternative(workload=workload),), str(workload), str(workload))
    query = Query(Form.WHAT_CAN_REACH, None, target)
    settings = QuerySettings(universe=Universe.DECLARED, timeout=_TIMEOUT)
    for entry in ask(query, inventory, settings).entries:
        if _is_plain(entry) and entry.endpoint != str(workload):
            yield f"{entry.endpoint} can reach {workload} on {entry.traffic[0]}"
            return


def _is_plain(entry: ListEntry) -> bool:
    return entry.declared and not entry.conditions and len(entry.traffic) == 1 and "/" in entry.traffic[0]
