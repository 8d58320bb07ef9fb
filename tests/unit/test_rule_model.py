"""The rule model beyond NetworkPolicy: ordered rules, deny, pass and layers, against a plain evaluator."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from npverify_encodings.flows import DOMAIN, Domain, Side
from npverify_encodings.model import (
    EVERYTHING,
    Action,
    AllOf,
    AnyOf,
    Condition,
    Isolation,
    Kind,
    KindIs,
    LabelOperator,
    LabelRequirement,
    Layer,
    NamespaceIs,
    Not,
    Pipeline,
    PortIn,
    ProtocolIs,
    Rule,
    Scope,
    World,
    all_of,
)
from npverify_encodings.slicing import facts_of
from npverify_encodings.solver import Literal, Solver
from npverify_encodings.verdict import EVERY_POLICY, Goal, encode_problem

VALUES = ("a", "b", None, "unmentioned")
FACT = Condition("fact", "a fact that is open")

label_atoms = st.builds(
    LabelRequirement,
    st.just(Scope.POD),
    st.just("app"),
    st.sampled_from(LabelOperator),
    st.sampled_from((("a",), ("a", "b"))),
).map(
    lambda r: (
        r
        if r.operator in (LabelOperator.IN, LabelOperator.NOT_IN)
        else LabelRequirement(r.scope, r.key, r.operator)
    )
)
endpoint_sets = st.recursive(
    label_atoms | st.builds(NamespaceIs, st.sampled_from(("one", "two"))) | st.just(EVERYTHING),
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(lambda a, b: AllOf((a, b)), inner, inner)
        | st.builds(lambda a, b: AnyOf((a, b)), inner, inner)
    ),
    max_leaves=3,
)
traffic_sets = st.sampled_from(
    (EVERYTHING, ProtocolIs("TCP"), PortIn(80, 81), AllOf((ProtocolIs("UDP"), PortIn(80, 80))))
)
rules = st.builds(
    Rule,
    owner=st.just("p"),
    subject=endpoint_sets,
    peer=endpoint_sets,
    traffic=traffic_sets,
    action=st.sampled_from(Action),
    conditions=st.sampled_from(((), (), (FACT,))),
)
layers = st.builds(
    Layer,
    rules=st.lists(rules, max_size=3).map(tuple),
    isolated=st.lists(st.builds(Isolation, st.just("p"), endpoint_sets), max_size=1).map(tuple),
)
pipelines = st.builds(Pipeline, st.lists(layers, max_size=3).map(tuple))
ends = st.tuples(st.sampled_from(("one", "two", "three")), st.sampled_from(VALUES))


def holds(expression, end, protocol, port):
    """The plain meaning of an expression."""
    match expression:
        case AllOf(terms):
            return all(holds(term, end, protocol, port) for term in terms)
        case AnyOf(terms):
            return any(holds(term, end, protocol, port) for term in terms)
        case Not(term):
            return not holds(term, end, protocol, port)
        case NamespaceIs(name):
            return end[0] == name
        case LabelRequirement():
            return expression.admits(end[1])
        case ProtocolIs(wanted):
            return protocol == wanted
        case PortIn(first, last):
            return first <= port <= last
    raise AssertionError(expression)


def allows(pipeline, subject, peer, protocol, port, fact):
    """First match decides in each layer; pass and no match go on; isolation denies what nothing matched."""
    for layer in pipeline.layers:
        decided = None
        for rule in layer.rules:
            matches = (
                holds(rule.subject, subject, protocol, port)
                and holds(rule.peer, peer, protocol, port)
                and holds(rule.traffic, subject, protocol, port)
                and (fact or not rule.conditions)
            )
            if matches:
                decided = rule.action
                break
        if decided is Action.ALLOW:
            return True
        if decided is Action.DENY:
            return False
        if decided is None and any(holds(i.endpoints, subject, protocol, port) for i in layer.isolated):
            return False
    return True


def exactly(end):
    """The endpoint set with this one kind of pod."""
    namespace, value = end
    place = NamespaceIs(namespace)
    if value is None:
        label = LabelRequirement(Scope.POD, "app", LabelOperator.DOES_NOT_EXIST)
    else:
        label = LabelRequirement(Scope.POD, "app", LabelOperator.IN, (value,))
    return all_of(KindIs(Kind.POD), place, label)


@settings(max_examples=300)
@given(
    pipelines,
    pipelines,
    ends,
    ends,
    st.sampled_from(("TCP", "UDP")),
    st.sampled_from((79, 80, 81, 82)),
    st.booleans(),
)
def test_encoding_agrees_with_first_match(egress, ingress, source, destination, protocol, port, fact):
    domain = Domain(exactly(source), exactly(destination), AllOf((ProtocolIs(protocol), PortIn(port, port))))
    nobody = {Side.SOURCE: (), Side.DESTINATION: ()}
    problem = encode_problem(domain, World(), egress=egress, ingress=ingress, declared=nobody)
    fixed = [Literal(DOMAIN), Literal(EVERY_POLICY)]
    fixed += [Literal("condition fact", fact)] if problem.conditions else []
    solver = Solver(problem.text)

    found = {
        goal: solver.decide([*fixed, Literal(goal)]) for goal in (Goal.EGRESS, Goal.INGRESS, Goal.CONNECTS)
    }

    out = allows(egress, source, destination, protocol, port, fact)
    into = allows(ingress, destination, source, protocol, port, fact)
    assert found == {Goal.EGRESS: out, Goal.INGRESS: into, Goal.CONNECTS: out and into}


@given(endpoint_sets, ends)
def test_facts_forget_but_never_invent(expression, end):
    facts = facts_of(expression)
    if not holds(expression, end, "TCP", 80):
        return

    assert not facts.is_empty
    assert facts.namespaces is None or end[0] in facts.namespaces
    known = facts.labels.get((Scope.POD, "app"))
    assert known is None or end[1] in known
