"""What is written as one, and what must not be."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml
from hypothesis import given, settings
from tests.unit.simplification.texts import FILE, ingress, joined, policy, simplified, steps_of

from npverify import strategies
from npverify.cni import GENERIC, ExceptMode
from npverify.editing import DeletePolicy, edit_text
from npverify.manifests import read_texts
from npverify.questions.comparison import ComparisonSettings, ComparisonVerdict, compare
from npverify.simplification.merging import merges

WEB, DB = "{podSelector: {matchLabels: {app: web}}}", "{podSelector: {matchLabels: {app: db}}}"
APP = "{matchLabels: {app: api}}"

# Rules ---------------------------------------------------------------------------------------------------


def test_rules_with_the_same_peers_are_one_with_the_ports_of_both():
    before = policy(f"""\
        podSelector: {{}}
        ingress:
        - from:
          - {WEB}
          ports:
          - port: 80
        - from:
          - {WEB}
          ports:
          - port: 443
          - port: 53
            protocol: UDP
    """)

    after, steps = simplified(before)

    assert steps == ["merged shop/p ingress rule 2 into rule 1"]
    assert after == policy(f"""\
        podSelector: {{}}
        ingress:
        - from:
          - {WEB}
          ports:
          - port: 80
          - protocol: TCP
            port: 443
          - protocol: UDP
            port: 53
    """)


def test_rules_with_the_same_ports_are_one_with_the_peers_of_both():
    before = policy(f"""\
        podSelector: {{}}
        policyTypes: [Egress]
        egress:
        - to:
          - {WEB}
          ports: [{{port: 80}}, {{port: 443}}]
        - to:
          - {DB}
          - ipBlock:
              cidr: 10.0.0.0/8
              except: [10.2.0.0/16, 10.1.0.0/16]
          ports: [{{port: 443}}, {{port: 80}}]
    """)

    after, steps = simplified(before)

    assert steps == ["merged shop/p egress rule 2 into rule 1"]
    assert after == policy(f"""\
        podSelector: {{}}
        policyTypes: [Egress]
        egress:
        - to:
          - {WEB}
          - podSelector:
              matchLabels:
                app: db
          - ipBlock:
              cidr: 10.0.0.0/8
              except:
              - 10.2.0.0/16
              - 10.1.0.0/16
          ports: [{{port: 80}}, {{port: 443}}]
    """)


MERGED = {
    "ports, same peers": [f"from: [{WEB}], ports: [{{port: 80}}]", f"from: [{WEB}], ports: [{{port: 443}}]"],
    "ports, peers in another order": [
        f"from: [{WEB}, {DB}], ports: [{{port: 80}}]",
        f"from: [{DB}, {WEB}], ports: [{{port: 443}}]",
    ],
    "ports, from anywhere": ["ports: [{port: 80}]", "ports: [{port: 443}]"],
    "a name and a number": ["ports: [{port: 80}]", "ports: [{port: http}]"],
    "two protocols": ["ports: [{port: 53}]", "ports: [{port: 53, protocol: UDP}]"],
    "peers, same ports": [f"from: [{WEB}], ports: [{{port: 80}}]", f"from: [{DB}], ports: [{{port: 80}}]"],
    "peers, any port": [f"from: [{WEB}]", f"from: [{DB}]"],
    "peers, ports in another order": [
        f"from: [{WEB}], ports: [{{port: 80}}, {{port: 443}}]",
        f"from: [{DB}], ports: [{{port: 443}}, {{port: 80}}]",
    ],
    "blocks with excepts": [
        "from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]",
        "from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.2.0.0/16]}}]",
    ],
}


@pytest.mark.parametrize("rules", MERGED.values(), ids=MERGED)
def test_rules_that_differ_in_one_respect_are_merged(rules):
    assert steps_of(ingress(*rules)) == ["merged shop/p ingress rule 2 into rule 1"]


NOT_MERGED = {
    "peers and ports": [f"from: [{WEB}], ports: [{{port: 80}}]", f"from: [{DB}], ports: [{{port: 443}}]"],
    "the end of a range": [
        f"from: [{WEB}], ports: [{{port: 80, endPort: 81}}]",
        f"from: [{DB}], ports: [{{port: 80, endPort: 82}}]",
    ],
    "some of the peers": [
        f"from: [{WEB}, {DB}], ports: [{{port: 80}}]",
        f"from: [{WEB}], ports: [{{port: 443}}]",
    ],
    "some of the ports": [
        f"from: [{WEB}], ports: [{{port: 80}}]",
        f"from: [{DB}], ports: [{{port: 80}}, {{port: 443}}]",
    ],
    "any port or one": [f"from: [{WEB}]", f"from: [{DB}], ports: [{{port: 80}}]"],
    "anywhere or a peer": [f"from: [{WEB}], ports: [{{port: 80}}]", "ports: [{port: 443}]"],
    "an except": [
        "from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}], ports: [{port: 80}]",
        "from: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 443}]",
    ],
    "a name that may be the number": [
        f"from: [{WEB}], ports: [{{port: 80}}]",
        f"from: [{DB}], ports: [{{port: http}}]",
    ],
    "the namespace as well": [
        f"from: [{WEB}], ports: [{{port: 80}}]",
        "from: [{namespaceSelector: {}, podSelector: {matchLabels: {app: web}}}], ports: [{port: 443}]",
    ],
}


@pytest.mark.parametrize("rules", NOT_MERGED.values(), ids=NOT_MERGED)
def test_rules_that_differ_in_two_respects_stay_apart(rules):
    text = ingress(*rules)

    assert steps_of(text) == []
    assert simplified(text) == (text, [])


def test_rules_of_two_directions_stay_apart():
    assert (
        steps_of(policy(f"podSelector: {{}}\ningress: [{{from: [{WEB}]}}]\negress: [{{to: [{DB}]}}]")) == []
    )


def test_rules_of_a_direction_that_is_not_listed_stay_as_they_are():
    assert (
        steps_of(
            policy(
                f"podSelector: {{}}\npolicyTypes: [Egress]\ningress: [{{from: [{WEB}]}}, {{from: [{DB}]}}]"
            )
        )
        == []
    )


def test_one_thing_at_a_time_is_merged_in_each_policy():
    ports = [f"ports: [{{port: {number}}}]" for number in (80, 443, 8080)]

    assert steps_of(ingress(*ports)) == ["merged shop/p ingress rule 2 into rule 1"]
    assert steps_of(ingress(*ports, name="a"), ingress(*ports, name="b", select=APP)) == [
        "merged shop/a ingress rule 2 into rule 1",
        "merged shop/b ingress rule 2 into rule 1",
    ]
    after, steps = simplified(ingress(*ports))
    assert len(steps) == 2
    assert after.count("port: ") == 3
    assert "- {ports: [{port: 80}, {protocol: TCP, port: 443}, {protocol: TCP, port: 8080}]}" in after


# Ports ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ports", "after"),
    [
        ("{port: 80, endPort: 89}, {port: 90, endPort: 99}", "port: 80, endPort: 99"),
        ("{port: 90, endPort: 99}, {port: 80, endPort: 89}", "port: 80, endPort: 99"),
        ("{port: 80, endPort: 89}, {port: 85, endPort: 99}", "port: 80, endPort: 99"),
        ("{port: 80, endPort: 89}, {port: 90}", "port: 80, endPort: 90"),
        ("{port: 79}, {port: 80, endPort: 89}", "port: 79, endPort: 89"),
        ("{port: 1, endPort: 89}, {port: 90, endPort: 65535}", "port: 1, endPort: 65535"),
    ],
)
def test_ranges_of_ports_that_touch_are_one(ports, after):
    text, steps = simplified(ingress(f"ports: [{ports}]"))

    assert len(steps) == 1
    assert steps[0].startswith("joined ports ")
    assert text == ingress(f"ports: [{{protocol: TCP, {after}}}]")


@pytest.mark.parametrize(
    "ports",
    [
        "{port: 80}, {port: 81}",
        "{port: 80, endPort: 89}, {port: 91, endPort: 99}",
        "{port: 80, endPort: 89}, {port: 91}",
        "{port: 78}, {port: 80, endPort: 89}",
        "{port: 80, endPort: 89}, {port: 90, endPort: 99, protocol: UDP}",
        "{port: 80, endPort: 89}, {port: http}",
        "{port: 80, endPort: 89}, {protocol: UDP}",
    ],
)
def test_ports_that_do_not_touch_stay_apart(ports):
    text = ingress(f"ports: [{ports}]")

    assert simplified(text) == (text, [])


# Networks ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("blocks", "whole"),
    [
        (["10.0.0.0/9", "10.128.0.0/9"], "10.0.0.0/8"),
        (["10.128.0.0/9", "10.0.0.0/9"], "10.0.0.0/8"),
        (["0.0.0.0/1", "128.0.0.0/1"], "0.0.0.0/0"),
        (["2001:db8::/33", "2001:db8:8000::/33"], "2001:db8::/32"),
        (["10.0.0.0/9", "10.128.0.0/10", "10.192.0.0/10"], "10.0.0.0/8"),
        (["192.0.2.6/32", "192.0.2.7/32"], "192.0.2.6/31"),
    ],
)
def test_the_halves_of_a_network_are_that_network(blocks, whole):
    listed = ", ".join(f"{{ipBlock: {{cidr: '{block}'}}}}" for block in blocks)

    text, _ = simplified(ingress(f"from: [{listed}]"))

    (found,) = read_texts({FILE: text}).policies
    assert [str(peer.ip_block.cidr) for peer in found.ingress[0].peers] == [whole]


@pytest.mark.parametrize(
    "blocks",
    [
        "{ipBlock: {cidr: 10.64.0.0/10}}, {ipBlock: {cidr: 10.128.0.0/10}}",
        "{ipBlock: {cidr: 10.0.0.0/9}}, {ipBlock: {cidr: 10.128.0.0/10}}",
        "{ipBlock: {cidr: 10.0.0.0/9, except: [10.1.0.0/16]}}, {ipBlock: {cidr: 10.128.0.0/9}}",
        "{ipBlock: {cidr: 0.0.0.0/0}}, {ipBlock: {cidr: '::/0'}}",
    ],
)
def test_networks_that_are_not_halves_stay_apart(blocks):
    text = ingress(f"from: [{blocks}]")

    assert simplified(text) == (text, [])


@pytest.mark.parametrize(
    ("fact", "rule"),
    [
        ({"any_ipv6_block": False}, "from: [{ipBlock: {cidr: '::/1'}}, {ipBlock: {cidr: '8000::/1'}}]"),
        (
            {"except_mode": ExceptMode.ONE_TABLE},
            "from: [{ipBlock: {cidr: '2001:db8::/33'}}, {ipBlock: {cidr: '2001:db8:8000::/33'}}]",
        ),
        ({"end_port": False}, "ports: [{port: 80, endPort: 81}, {port: 82}]"),
    ],
)
def test_what_a_plugin_would_read_otherwise_when_joined_stays_apart(fact, rule):
    found = read_texts({FILE: ingress(rule)}).policies

    assert list(merges(found))
    assert not list(merges(found, replace(GENERIC, **fact)))


# Policies ------------------------------------------------------------------------------------------------


def test_policies_for_the_same_pods_are_the_first_one():
    first = ingress(f"from: [{WEB}], ports: [{{port: 80}}]", name="z", select=APP)
    second = ingress(f"from: [{DB}], ports: [{{port: 443}}]", name="a", select=APP)

    after, steps = simplified(first, second)

    assert steps == ["merged shop/a into shop/z: they select the same pods"]
    assert after == first + (
        "  - from:\n    - podSelector:\n        matchLabels:\n          app: db\n"
        "    ports:\n    - protocol: TCP\n      port: 443\n"
    )


def test_requirements_and_directions_in_another_order_are_the_same():
    one = policy(
        f"podSelector: {{matchLabels: {{app: a, tier: x}}}}\npolicyTypes: [Ingress, Egress]\n"
        f"ingress: [{{from: [{WEB}]}}]"
    )
    other = policy(
        f"podSelector: {{matchLabels: {{tier: x, app: a}}}}\npolicyTypes: [Egress, Ingress]\n"
        f"egress: [{{to: [{WEB}], ports: [{{port: 443}}]}}]",
        name="q",
    )

    assert steps_of(one, other) == ["merged shop/q into shop/p: they select the same pods"]


RULE, OTHER = f"from: [{WEB}], ports: [{{port: 80}}]", f"from: [{DB}], ports: [{{port: 443}}]"
APART = {
    "other pods": [ingress(RULE, name="a"), ingress(OTHER, name="b", select=APP)],
    "another namespace": [ingress(RULE, name="a"), ingress(OTHER, name="b", namespace="other")],
    "other directions": [
        ingress(RULE, name="a"),
        policy(f"podSelector: {{}}\npolicyTypes: [Ingress, Egress]\ningress: [{{{OTHER}}}]", name="b"),
    ],
    "no rules": [ingress(RULE, name="a"), ingress(name="b")],
    "no rules of a direction that is listed": [
        ingress(RULE, name="a"),
        policy(
            f"podSelector: {{}}\npolicyTypes: [Ingress]\negress: [{{{OTHER.replace('from', 'to')}}}]",
            name="b",
        ),
    ],
}


@pytest.mark.parametrize("documents", APART.values(), ids=APART)
def test_policies_that_do_not_isolate_the_same_pods_stay_apart(documents):
    text = joined(*documents)

    assert simplified(*documents) == (text, [])


def test_policies_of_two_files_stay_apart():
    files = {"a.yaml": ingress(RULE, name="a"), "b.yaml": ingress(OTHER, name="b")}

    assert steps_of(**files) == []
    assert len(steps_of(files["a.yaml"], files["b.yaml"])) == 1


def test_two_of_three_policies_are_merged_at_a_time():
    documents = [ingress(f"from: [{WEB}], ports: [{{port: {n}}}]", name=f"p{n}") for n in (1, 2, 3)]

    assert steps_of(*documents) == ["merged shop/p2 into shop/p1: they select the same pods"]
    after, _ = simplified(*documents)
    (left,) = read_texts({FILE: after}).policies
    assert (left.name, [port.port for port in left.ingress[0].ports]) == ("p1", [1, 2, 3])


# Any policies --------------------------------------------------------------------------------------------

SMALL = {"values": ("a", "b"), "networks": ("10.0.0.0/31", "10.0.0.2/31", "0.0.0.0/0"), "ports": (80, 81)}


@settings(max_examples=60)
@given(strategies.policy_sets(min_size=2, max_size=4, namespaces=("one",), **SMALL))
def test_what_is_merged_means_the_same_and_is_less(objects):
    text = "---\n".join(yaml.safe_dump(item, sort_keys=False) for item in objects)
    before = read_texts({FILE: text})

    steps = list(merges(before.policies))

    after = read_texts(
        {FILE: edit_text(text, [edit for step in steps for edit in step.edits], file=FILE).text}
    )
    apart = ComparisonSettings(per_direction=True, limit=1)
    assert compare(before, after, apart).verdict is ComparisonVerdict.EQUIVALENT
    gone = [edit for step in steps for edit in step.edits if isinstance(edit, DeletePolicy)]
    assert len(after.policies) == len(before.policies) - len(gone)
