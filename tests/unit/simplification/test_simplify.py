"""Simplifying texts: what stays as it was written, the proof, and where it ends."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.unit.simplification.texts import FILE, ingress, joined, policy

from npverify.errors import InputError, InternalError, UsageError
from npverify.manifests import find_texts, read_texts
from npverify.questions.comparison import ComparisonVerdict
from npverify.questions.redundancy import PolicyPart, Redundancies, Redundancy
from npverify.questions.settings import QuerySettings
from npverify.simplification import simplify
from npverify.simplification.result import Size
from npverify_encodings.solver import Undecided

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
WEB, DB = "{podSelector: {matchLabels: {app: web}}}", "{podSelector: {matchLabels: {app: db}}}"

WRITTEN = """\
# The first file of the shop.
# yaml-language-server: off

apiVersion: networking.k8s.io/v1
kind: NetworkPolicy  # the database
metadata:
    name: 'db'
    namespace: shop
spec:
    # Its pods.
    podSelector: {matchLabels: {"app": db}}

    ingress:
        # From the API.
        - ports:
            - port: 5432    # postgres
              protocol: TCP
          from:
            - podSelector:
                  matchLabels: {app: api}
            # the canary
            - podSelector:
                  matchLabels: {app: api, track: canary}
        # From the jobs, on the same port.
        - from:
            - podSelector: {matchLabels: {app: job}}  # nightly
          ports:
            - port: 5432

        # Metrics.
        - ports: [{port: 9187}]
---
# What else there is.
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
data:
  key: |
    - podSelector: {}
---
# Said above already.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: jobs, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress: [{from: [{podSelector: {matchLabels: {app: job}}}], ports: [{port: 5432}]}]
...
"""

BECOMES = """\
# The first file of the shop.
# yaml-language-server: off

apiVersion: networking.k8s.io/v1
kind: NetworkPolicy  # the database
metadata:
    name: 'db'
    namespace: shop
spec:
    # Its pods.
    podSelector: {matchLabels: {"app": db}}

    ingress:
        # From the API.
        - ports:
            - port: 5432    # postgres
              protocol: TCP
          from:
            - podSelector:
                  matchLabels: {app: api}
            - podSelector:
                  matchLabels:
                      app: job

        # Metrics.
        - ports: [{port: 9187}]
---
# What else there is.
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
data:
  key: |
    - podSelector: {}
"""


def simplified(text):
    return simplify({FILE: text})


# Texts ---------------------------------------------------------------------------------------------------


def test_comments_order_quotes_and_indentation_stay():
    result = simplified(WRITTEN)

    assert result.texts[FILE] == BECOMES
    assert [step.words for step in result.steps] == [
        "removed shop/jobs: covered by shop/db ingress rule 2",
        "removed shop/db ingress rule 1 peer 2: covered by shop/db ingress rule 1 peer 1",
        "merged shop/db ingress rule 2 into rule 1",
    ]
    assert result.rewritten == ()


def test_sizes_files_and_steps_are_told():
    result = simplified(WRITTEN)

    assert result.before == Size(policies=2, rules=4, peers=4, ports=4)
    assert result.after == Size(policies=1, rules=2, peers=2, ports=2)
    (change,) = result.changes
    assert (change.name, change.before, change.after) == (FILE, WRITTEN, BECOMES)
    assert {step.file for step in result.steps} == {FILE}


def test_what_is_simple_already_stays_to_the_letter():
    result = simplified(BECOMES)

    assert result.texts == {FILE: BECOMES}
    assert (result.changes, result.steps) == ((), ())
    assert result.before == result.after
    assert result.is_proved


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("tail", ["", "\n"])
def test_line_ends_stay(end, tail):
    text = (ingress("ports: [{port: 80}]", "ports: [{port: 80}]") + tail).replace("\n", end)

    after = simplified(text).texts[FILE]

    assert after == (ingress("ports: [{port: 80}]") + tail).replace("\n", end)


def test_json_stays_json():
    rules = '{"ports": [{"port": 80}]}, {"ports": [{"port": 80}]}'
    text = (
        '{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "p"}, '
        f'"spec": {{"podSelector": {{}}, "ingress": [{rules}]}}}}\n'
    )

    assert simplified(text).texts[FILE] == text.replace(rules, '{"ports": [{"port": 80}]}')


def test_items_of_a_list_go_from_the_list():
    items = [ingress(f"from: [{WEB}]", name=name).replace("\n", "\n  ").rstrip() for name in "ab"]
    text = "apiVersion: v1\nkind: List\nitems:\n" + "".join(f"- {item}\n" for item in items)

    assert simplified(text).texts[FILE] == text[: text.index("- " + items[1])]


# Several files -------------------------------------------------------------------------------------------


def test_policies_of_several_files_are_one_set():
    files = {
        "all.yaml": ingress(f"from: [{WEB}]", name="all"),
        "db.yaml": ingress(
            f"from: [{WEB}], ports: [{{port: 1}}]", name="db", select="{matchLabels: {app: db}}"
        ),
        "more.yaml": joined(ingress(f"from: [{DB}]", name="more"), "kind: Other\napiVersion: v1\n"),
    }

    result = simplify(files)

    assert [change.name for change in result.changes] == ["db.yaml"]
    assert result.texts == files | {"db.yaml": ""}
    assert list(result.texts) == list(files)


def test_the_files_of_two_steps_change_apart():
    twice = ("ports: [{port: 80}]", "ports: [{port: 80}]")
    files = {
        name: ingress(*twice, name=name, select=f"{{matchLabels: {{app: {name}}}}}") for name in ("a", "b")
    }

    result = simplify(files)

    assert [change.name for change in result.changes] == ["a", "b"]
    assert [step.file for step in result.steps] == ["b", "a"]


def test_nothing_comes_of_nothing():
    result = simplify({})

    assert (result.texts, result.changes, result.steps, result.before) == ({}, (), (), Size())


# The proof -----------------------------------------------------------------------------------------------


def test_the_proof_is_about_each_direction_by_itself():
    proof = simplified(WRITTEN).proof

    assert proof.verdict is ComparisonVerdict.EQUIVALENT
    assert proof.per_direction
    assert proof.complete
    assert proof.universe == "any"


def test_a_rule_that_the_other_direction_masks_stays():
    masked = joined(
        policy("podSelector: {}\npolicyTypes: [Egress]", name="deny-egress"),
        ingress(f"from: [{WEB}]", select="{matchLabels: {app: db}}"),
    )

    assert simplified(masked).steps == ()


def test_a_result_that_means_something_else_is_an_internal_error(monkeypatch):
    def wrong(inventory, *_):
        (own,) = inventory.policies
        rules = [PolicyPart(own, direction, 0) for direction in own.policy_types if own.rules(direction)]
        return Redundancies(rules=tuple(Redundancy(part, ()) for part in rules))

    monkeypatch.setattr(sys.modules["npverify.simplification.simplify"], "find_redundancies", wrong)

    with pytest.raises(InternalError, match="would not mean the same") as raised:
        simplified(ingress(f"from: [{WEB}]"))

    assert "removed shop/p ingress rule 1" in raised.value.details


def test_without_a_proof_nothing_changes():
    text = joined(
        ingress("ports: [{port: 80}]", "ports: [{port: 80}]"),
        "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: c, namespace: shop}\n",
    )

    left, ignored = simplified(text), simplify({FILE: text}, QuerySettings(ignore_unmodelled=True))

    assert not left.is_proved
    assert (left.texts, left.changes) == ({FILE: text}, ())
    assert ignored.is_proved
    assert ignored.texts[FILE] == text.replace("\n  - {ports: [{port: 80}]}", "", 1)


def test_without_time_there_is_no_result():
    with pytest.raises(Undecided):
        simplify({FILE: WRITTEN}, QuerySettings(timeout=0.0))


# Refusals ------------------------------------------------------------------------------------------------


def test_a_policy_that_stands_twice_is_refused():
    with pytest.raises(UsageError) as raised:
        simplified(joined(ingress(f"from: [{WEB}]"), ingress(f"from: [{DB}]")))

    assert "NetworkPolicy `shop/p` replaces the one at f.yaml:1:1" in str(raised.value)
    assert raised.value.hint == "remove one of the two, and simplify again"


def test_a_text_with_errors_is_refused():
    with pytest.raises(InputError):
        simplified(ingress("ports: [{port: 0}]"))


# Fixed points --------------------------------------------------------------------------------------------

FILES = sorted(
    path for path in EXAMPLES.rglob("*.yaml") if "kind: NetworkPolicy" in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize(
    "path", [EXAMPLES / "shop", *FILES], ids=lambda path: path.relative_to(EXAMPLES).as_posix()
)
def test_an_example_simplified_again_is_the_same(path):
    once = simplify(find_texts([path]))

    again = simplify(once.texts)

    assert once.is_proved
    assert again.steps == ()
    assert again.texts == once.texts


@pytest.mark.parametrize(
    "text",
    [
        WRITTEN,
        joined(*(ingress(f"from: [{WEB}], ports: [{{port: {n}}}]", name=f"p{n}") for n in range(1, 6))),
        ingress(*(f"ports: [{{port: {n}, endPort: {n + 5}}}]" for n in range(1, 60, 3))),
        ingress(*(f"from: [{{ipBlock: {{cidr: 10.0.{n}.0/24}}}}]" for n in range(16))),
        ingress(
            *(
                f"from: [{{podSelector: {{matchLabels: {{app: {app}}}}}}}], ports: [{{port: {number}}}]"
                for number in range(1, 6)
                for app in "abc"
            )
        ),
    ],
    ids=["as written", "policies", "ranges", "networks", "a grid"],
)
def test_what_is_simplified_cannot_be_simplified_further(text):
    once = simplified(text)

    again = simplified(once.texts[FILE])

    assert once.steps
    assert again.steps == ()
    assert again.texts == once.texts


def test_many_halves_become_one_network():
    text = ingress(*(f"from: [{{ipBlock: {{cidr: 10.0.{n}.0/24}}}}]" for n in range(16)))

    (own,) = read_texts(simplified(text).texts).policies

    assert [str(peer.ip_block.cidr) for rule in own.ingress for peer in rule.peers] == ["10.0.0.0/20"]
