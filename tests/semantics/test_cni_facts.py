"""Every fact of every network plugin changes a verdict, to the reference evaluator and to the solver.

The solver is asked in the user's words (`can A reach B?` and `does every A reach B?`, which differ just where
a verdict is open), and its answers have to name what they rest on.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from ipaddress import ip_address
from itertools import product

import pytest
from tests.semantics.cni_facts import CASES
from tests.semantics.cni_world import ALWAYS, HERE, NEVER, NO_FLOW, OPEN, UNENFORCED

from npverify import QuerySettings, Verdict, load_objects
from npverify.cni import FACTS, GENERIC, PLUGINS, TELLING, profile_of
from npverify.cni.facts import differing_facts
from npverify.dialects.platform import ITSELF, OWN_NODE_EGRESS, OWN_NODE_INGRESS
from npverify.questions.selections import declared_ends
from npverify.reference import Decision, Evaluator
from npverify.resources import Direction, ExternalEndpoint, Flow, NodeEndpoint, PodEndpoint, Protocol

EVERY_CASE = pytest.mark.parametrize("case", CASES.values(), ids=CASES)
MODELLED = {
    "networking.k8s.io/v1/NetworkPolicy",
    "policy.networking.k8s.io/v1alpha2/ClusterNetworkPolicy",
    "policy.networking.k8s.io/v1alpha1/AdminNetworkPolicy",
    "policy.networking.k8s.io/v1alpha1/BaselineAdminNetworkPolicy",
}
ONLY_NARROWER = {
    "own_node_egress": "the specification has the node reach its pods, and is silent on the other way",
    "self_service_egress": "the specification is silent on a pod that is behind a Service and calls it",
    "self_service_ingress": "the specification is silent on a pod that is behind a Service and calls it",
}
"""The facts in which a plugin settles what the specification leaves open."""

SETTLES_NOTHING = {
    ("kube-router", "default-deny", "true"): "new pods are closed until their policies are in place",
    **{
        (name, "endpoint-to-host", "return"): "the rules of the node itself are taken to accept"
        for name in ("calico", "canal", "aws-vpc-calico")
    },
}
"""The words of settings that change no verdict."""

OPEN_FACTS = (
    "own-node-egress",
    "own-node-ingress",
    "self-through-service-egress",
    "self-through-service-ingress",
)


def expected(case, text):
    """The verdict of a plugin on a case."""
    if text in case.listed:
        return case.listed[text]
    return ALWAYS if text in UNENFORCED else case.generic


def plugins_of(case):
    """The profiles that a case is looked at under."""
    return tuple(dict.fromkeys((*TELLING, *UNENFORCED, *case.listed)))


@cache
def cluster_of(case):
    return load_objects([*HERE, *case.policies])


# The reference evaluator ------------------------------------------------------------------------------


def flow_of(case, inventory):
    ends = {f"{end.pod.namespace}/{end.pod.name}": end for end in declared_ends(inventory)}
    destination = case.source if case.destination == "itself" else case.destination
    one, other = (
        endpoint(ends, own, peer) for own, peer in ((case.source, destination), (destination, case.source))
    )
    protocol, number = case.traffic.split("/")
    to_itself = case.destination == "itself"
    return Flow(
        one, other, Protocol(protocol.upper()), int(number), same_pod=to_itself, through_service=to_itself
    )


def endpoint(ends, text, peer):
    """The end of a flow to the evaluator: `node/n` is a node as the hostNetwork pod on it is."""
    if "/" not in text:
        return ExternalEndpoint(ip_address(text))
    end = ends["one/host" if text == "node/n" else text]
    if end.pod.host_network:
        is_own = peer in ends and ends[peer].pod.node == end.pod.node
        return NodeEndpoint("n", end.pod.addresses[0], is_own_node=is_own)
    return PodEndpoint(end.pod, end.namespace, end.pod.addresses[0])


def decided_by_evaluator(case, profile):
    """The verdict for all values of the open facts."""
    inventory = cluster_of(case).inventory
    evaluator = Evaluator(
        inventory.policies,
        profile,
        admin_policies=inventory.admin_policies,
        nodes=inventory.nodes,
        declared=declared_ends(inventory),
    )
    flow = flow_of(case, inventory)
    found = {
        evaluator.evaluate(flow, own_node_egress="own-node-egress" in facts, facts=facts).allowed
        for facts in map(frozenset, subsets(OPEN_FACTS))
    }
    return verdict(may=True in found, may_not=False in found)


def subsets(names):
    for chosen in product((False, True), repeat=len(names)):
        yield [name for name, is_so in zip(names, chosen, strict=True) if is_so]


def verdict(*, may, may_not):
    return {(True, False): ALWAYS, (False, True): NEVER, (True, True): OPEN, (False, False): NO_FLOW}[
        may, may_not
    ]


@EVERY_CASE
def test_the_evaluator_decides_as_each_plugin_does(case):
    wanted = {text: expected(case, text) for text in plugins_of(case) if expected(case, text) != NO_FLOW}

    assert {text: decided_by_evaluator(case, profile_of(text)) for text in wanted} == wanted


@EVERY_CASE
def test_the_evaluator_lets_the_fact_alone_make_the_difference(case):
    wanted = {value: found for value, found in alone(case).items() if found is not NO_FLOW}

    assert {value: decided_by_evaluator(case, with_only(case, value)) for value in wanted} == wanted


def alone(case):
    """The verdict by the values of the fact that listed plugins have; no other fact of theirs takes part."""
    own = {text: getattr(profile_of(text), case.fact) for text in case.listed}
    return {
        value: case.listed[text]
        for text, value in own.items()
        if value != getattr(GENERIC, case.fact)
        if text not in UNENFORCED or case.fact == "enforces" or value == ()
    }


def with_only(case, value):
    """The specification, but for the fact."""
    return replace(GENERIC, **{case.fact: value})


CONCRETE = {words: case for words, case in CASES.items() if case.destination != "itself"}
"""The cases that can be asked about without a sentence."""


@pytest.mark.parametrize("case", CONCRETE.values(), ids=CONCRETE)
def test_one_concrete_flow_is_decided_alike(case):
    ends = [{"node/n": "10.1.0.1"}.get(end, end) for end in (case.source, case.destination)]
    protocol, number = case.traffic.split("/")
    decided = {t: expected(case, t) is ALWAYS for t in plugins_of(case) if expected(case, t) is not OPEN}

    assert {
        text: cluster_of(case).allows(
            *ends, int(number), protocol, settings=QuerySettings(profile=profile_of(text))
        )
        for text in decided
    } == decided


# The solver -------------------------------------------------------------------------------------------

CAN, DOES_EVERY = "can", "does every"


def asked_under(case):
    """The specification and the plugins that are listed, but of those alike in every fact the first only."""
    alike = {}
    for text in ("generic", *case.listed):
        profile = profile_of(text)
        name = text if text in UNENFORCED else None
        facts = tuple(getattr(profile, fact) for fact in FACTS)
        alike.setdefault((name, is_unchecked(profile, case.fact), facts), text)
    return tuple(alike.values())


def is_unchecked(profile, fact):
    return fact in profile.evidence and not profile.evidence[fact].verified


def words_of(end):
    """An end of a flow in a question."""
    namespace, slash, name = end.partition("/")
    return f"{namespace}/pod/{name}" if slash and namespace != "node" else end


@cache
def answer_to(form, case, profile):
    question = f"{form} {words_of(case.source)} reach {words_of(case.destination)} on {case.traffic}?"
    settings = QuerySettings(universe="declared", profile=profile)
    return cluster_of(case).query(question, settings=settings)


def decided_by_solver(case, profile):
    return verdict(
        may=answer_to(CAN, case, profile).verdict is Verdict.REACHABLE,
        may_not=answer_to(DOES_EVERY, case, profile).verdict is Verdict.VIOLATED,
    )


@EVERY_CASE
def test_the_solver_decides_as_each_plugin_does(case):
    wanted = {text: expected(case, text) for text in asked_under(case)}

    assert {text: decided_by_solver(case, profile_of(text)) for text in wanted} == wanted


@EVERY_CASE
def test_the_solver_lets_the_fact_alone_make_the_difference(case):
    wanted = alone(case)

    assert {value: decided_by_solver(case, with_only(case, value)) for value in wanted} == wanted


# What answers say -------------------------------------------------------------------------------------

RESTS_ON = {
    "own_node_ingress": OWN_NODE_INGRESS,
    "own_node_egress": OWN_NODE_EGRESS,
    "self_service_egress": ITSELF[Direction.EGRESS],
    "self_service_ingress": ITSELF[Direction.INGRESS],
}
"""The open fact that an open verdict rests on."""

DENIED_BY = {
    "sctp": Decision.SCTP_DROPPED,
    "own_node_egress": Decision.HOST_DROPPED,
    "unselected_isolated": Decision.UNSELECTED,
}
"""Why a plugin denies what the specification allows, where no policy does."""


NAME_FACTS = ("named_ports_ingress", "named_ports_egress", "unresolved_names_open")
"""The facts of whose cases each policy has a port by name."""


@EVERY_CASE
def test_an_answer_says_first_which_policies_have_no_effect(case):
    for text in asked_under(case):
        answer = answer_to(CAN, case, profile_of(text))
        notes = [note for note in answer.notes if "no effect" in note]
        wanted = list(notes_on(case, text))

        assert len(notes) == len(wanted), (text, notes)
        assert all(note.startswith(words) for note, words in zip(notes, wanted, strict=True)), (text, notes)
        assert answer.notes[: len(notes)] == tuple(notes)


def notes_on(case, text):
    """How the notes begin that nothing is enforced, or not all policies."""
    if text in UNENFORCED:
        yield f"nothing is enforced: under `{text}` every connection is allowed"
    elif case.fact == "kinds" and expected(case, text) is ALWAYS:
        (idle,) = case.policies
        named = f"{idle['kind']} {idle['metadata']['name']} (it implements NetworkPolicy v1"
        yield f"policies of kinds that `{text}` does not implement have no effect: {named}"
    if text == "weave" and case.fact in NAME_FACTS:
        yield "`weave` rejects policies with a port name, so these have no effect: one/p"


@EVERY_CASE
def test_an_answer_says_what_it_rests_on(case):
    for text in asked_under(case):
        can, does_every = (answer_to(form, case, profile_of(text)) for form in (CAN, DOES_EVERY))
        if expected(case, text) is OPEN:
            fact = RESTS_ON[case.fact]
            assert can.conditions == (fact.said(True).description,), text
            assert does_every.conditions == (fact.said(False).description,), text
            assert not any("always reached by the node" in words for words in can.assumptions), text
        else:
            assert can.conditions == (), text
        assert bool(can.vacuous) is bool(does_every.vacuous) is (expected(case, text) is NO_FLOW), text


@EVERY_CASE
def test_an_answer_names_the_plugin_and_what_nobody_has_checked_of_it(case):
    for text in asked_under(case):
        profile = profile_of(text)
        answer = answer_to(CAN, case, profile)
        is_guess = text not in UNENFORCED and is_unchecked(profile, case.fact)
        guesses = [words for words in answer.assumptions if words.startswith(f"{FACTS[case.fact]}: ")]

        assert f"`{profile}`" in answer.assumptions[0]
        assert len(guesses) == is_guess, (text, answer.assumptions)
        assert all("that is an inference, checked on no cluster" in words for words in guesses)


GUESSED = {
    "sctp": {"weave"},
    "own_node_egress": {"aws-vpc-calico"},
    "self_service_egress": {"antrea", "aws-vpc", "flannel-netpol", "k3s", "kube-router", "weave"},
    "self_service_ingress": {"aws-vpc", "flannel-netpol", "k3s", "kube-router", "weave"},
}
"""The facts of plugins that nobody has checked: `[?]` in the notes, or not in them."""


@pytest.mark.parametrize("fact", FACTS)
def test_what_nobody_has_checked_is_marked(fact):
    unchecked = {profile_of(text).name for text in TELLING if is_unchecked(profile_of(text), fact)}

    assert unchecked == GUESSED.get(fact, set())


BY_ITSELF = {w: c for w, c in CASES.items() if c.fact in DENIED_BY and c.generic is ALWAYS}


@pytest.mark.parametrize("case", BY_ITSELF.values(), ids=BY_ITSELF)
def test_a_flow_that_the_plugin_itself_denies_says_so(case):
    for text in asked_under(case):
        if expected(case, text) is NEVER:
            blocked = answer_to(CAN, case, profile_of(text)).blocked
            assert blocked.egress.decision is DENIED_BY[case.fact]


# Completeness -----------------------------------------------------------------------------------------


def every_profile(plugin):
    """The plugin with every choice of its settings, in every minor version up to some that come yet."""
    settings = [[f"{option.name}={word}" for word in option.words] for option in plugin.options]
    major, minor, *_ = (*map(int, plugin.newest.split(".")), 0) if plugin.is_versioned else (0, 0)
    versions = [f"@{major}.{number}" for number in range(minor + 5)] if plugin.is_versioned else []
    for version, chosen in product(("", *versions), product(*settings)):
        yield profile_of(",".join((f"{plugin.name}{version}", *chosen)))


def facts_that_matter(profile):
    """The facts in which a profile differs from the specification, where that can change a verdict."""
    facts = set(differing_facts(GENERIC, profile))
    if not profile.enforces:
        return facts & {"enforces", "kinds"}
    return facts - {"kinds"} if set(profile.kinds) == MODELLED else facts


TOLD = {
    (profile_of(text).name, case.fact, getattr(profile_of(text), case.fact))
    for case in CASES.values()
    for text, found in case.listed.items()
    if found != case.generic
}
"""The plugins, their facts and values that change the verdict of a case."""


def test_every_fact_has_a_case():
    assert {case.fact for case in CASES.values()} == set(FACTS)


@pytest.mark.parametrize("plugin", PLUGINS.values(), ids=PLUGINS)
def test_every_fact_of_a_plugin_changes_a_verdict(plugin):
    facts = {
        (plugin.name, fact, getattr(profile, fact))
        for profile in every_profile(plugin)
        for fact in facts_that_matter(profile)
    }

    assert facts - TOLD == set()


def test_only_what_the_specification_leaves_open_is_open_to_it():
    assert {case.fact for case in CASES.values() if case.generic is OPEN} == set(ONLY_NARROWER)


SETTINGS = [
    (plugin.name, option.name, word)
    for plugin in PLUGINS.values()
    for option in plugin.options
    for word in option.words
]


@pytest.mark.parametrize(("name", "option", "word"), SETTINGS)
def test_every_word_of_a_setting_changes_a_verdict(name, option, word):
    default = next(o.words[0] for o in PLUGINS[name].options if o.name == option)
    base = name if option == "enabled" or name != "aws-vpc" else f"{name},enabled=true"
    changed = f"{base},{option}={word}"

    if word == default:
        assert profile_of(changed) == profile_of(base)
        return
    differs = any(
        expected(case, base) != case.listed.get(changed, expected(case, base)) for case in CASES.values()
    )
    assert differs is ((name, option, word) not in SETTLES_NOTHING)
