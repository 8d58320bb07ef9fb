"""Laws of the API that hold whatever the policies say."""

from __future__ import annotations

from copy import deepcopy

from hypothesis import given, settings
from hypothesis import strategies as st

from npverify import Verdict, load_objects, strategies

QUESTIONS = (
    "can any reach one/*?",
    "can app=a reach tier=b on tcp/80?",
    "can any pod in namespace two reach one/app=a on 5432?",
    "can the internet reach one/app=b?",
    "can one/* reach 10.0.0.0/29 on udp/80?",
    "is one/* isolated?",
    "can only app=a reach one/*?",
    "does every pod in namespace one reach two/*?",
)
questions = st.sampled_from(QUESTIONS)


def verdicts(objects, question):
    answer = load_objects(objects).query(question)
    return answer.verdict, answer.any, answer.declared


def rules_of(objects):
    return [
        (spec, field)
        for item in objects
        if item["kind"] == "NetworkPolicy"
        for spec in (item.get("spec") or {},)
        for field in ("ingress", "egress")
        if spec.get(field)
    ]


@settings(max_examples=60)
@given(strategies.clusters(), questions, st.randoms(use_true_random=False))
def test_order_of_documents_rules_peers_and_ports_does_not_matter(objects, question, random):
    shuffled = deepcopy(objects)
    for spec, field in rules_of(shuffled):
        random.shuffle(spec[field])
        for rule in spec[field]:
            for inner in ("from", "to", "ports"):
                if rule.get(inner):
                    random.shuffle(rule[inner])
    random.shuffle(shuffled)

    assert verdicts(objects, question) == verdicts(shuffled, question)


@settings(max_examples=60)
@given(
    strategies.clusters(),
    st.sampled_from(QUESTIONS[:5]),
    strategies.network_policies(),
    st.sampled_from(("one", "two")),
    st.sampled_from((("ingress", "from"), ("egress", "to"))),
)
def test_a_further_rule_never_closes_a_flow(objects, question, donor, namespace, place):
    field, peers = place
    given_rules = (donor.get("spec") or {}).get("ingress") or [{}]
    rule = {peers if key == "from" else key: value for key, value in given_rules[0].items()}
    base = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "base", "namespace": namespace},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"], "ingress": [], "egress": []},
    }
    more = deepcopy(base)
    more["spec"][field].append(rule)

    before, after = verdicts([*objects, base], question), verdicts([*objects, more], question)

    assert all(
        new is Verdict.REACHABLE for old, new in zip(before, after, strict=True) if old is Verdict.REACHABLE
    )


@settings(max_examples=60)
@given(strategies.clusters(), questions)
def test_splitting_rules_by_peer_and_port_changes_nothing(objects, question):
    split = deepcopy(objects)
    for spec, field in rules_of(split):
        peers = "from" if field == "ingress" else "to"
        spec[field] = [
            {**({peers: [peer]} if peer else {}), **({"ports": [port]} if port is not None else {})}
            for rule in spec[field]
            for peer in rule.get(peers) or [None]
            for port in rule.get("ports") or [None]
        ]

    assert verdicts(objects, question) == verdicts(split, question)


@settings(max_examples=60)
@given(strategies.clusters(), questions)
def test_splitting_policies_by_rule_changes_nothing(objects, question):
    split = []
    for item in deepcopy(objects):
        spec = item.get("spec") or {}
        rules = [(f, rule) for f in ("ingress", "egress") for rule in spec.get(f) or ()]
        if item["kind"] != "NetworkPolicy" or not rules:
            split.append(item)
            continue
        types = spec.get("policyTypes") or (["Ingress", "Egress"] if spec.get("egress") else ["Ingress"])
        for number, (field, rule) in enumerate(rules):
            metadata = {**item["metadata"], "name": f"{item['metadata']['name']}-{number}"}
            own = {"podSelector": spec.get("podSelector"), "policyTypes": types, field: [rule]}
            split.append({**item, "metadata": metadata, "spec": own})

    assert verdicts(objects, question) == verdicts(split, question)


@settings(max_examples=60)
@given(strategies.clusters(), questions)
def test_renaming_labels_consistently_changes_nothing(objects, question):
    names = {"app": "renamed", "a": "z", "b": "y"}

    def rename(data, inside=False):
        if isinstance(data, list):
            return [rename(item, inside) for item in data]
        if isinstance(data, dict):
            renamed = {}
            for key, value in data.items():
                within = inside or key in ("labels", "matchLabels", "matchExpressions")
                renamed[names.get(key, key) if inside else key] = rename(value, within)
            return renamed
        return names.get(data, data) if inside and isinstance(data, str) else data

    asked = question.replace("app=a", "renamed=z").replace("app=b", "renamed=y").replace("tier=b", "tier=y")

    assert verdicts(objects, question) == verdicts(rename(objects), asked)


@settings(max_examples=60)
@given(strategies.clusters(), st.sampled_from(QUESTIONS[:5]))
def test_an_allow_all_policy_opens_and_a_deny_all_policy_never_does(objects, question):
    def everywhere(spec):
        return [
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": {"name": "everywhere", "namespace": namespace},
                "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"], **spec},
            }
            for namespace in ("one", "two")
        ]

    before = verdicts(objects, question)
    denied = verdicts([*objects, *everywhere({})], question)
    opened = verdicts([*objects, *everywhere({"ingress": [{}], "egress": [{}]})], question)

    for old, less, more in zip(before, denied, opened, strict=True):
        assert not (old is Verdict.UNREACHABLE and less is Verdict.REACHABLE)
        assert not (old is Verdict.REACHABLE and more is Verdict.UNREACHABLE)
