"""NPV201 to NPV207, NPV214 and NPV215: what is said of redundancy, where, and what covers it."""

from __future__ import annotations

import pytest
from tests.unit.lint.linting import deployment, egress, findings, ingress, marked, messages, policy

from npverify.errors import Severity

REMOVE = "no flow of any pod that could exist is decided differently without it"
ALL = "{podSelector: {}}"
DB, WEB = "{matchLabels: {app: db}}", "{matchLabels: {app: web}}"
FROM_WEB, FROM_DB = f"{{podSelector: {WEB}}}", f"{{podSelector: {DB}}}"
NOBODY = "{matchLabels: {app: a}, matchExpressions: [{key: app, operator: DoesNotExist}]}"
DENY = policy("podSelector: {}, policyTypes: [Ingress]", name="deny")


def rules(*written, **names):
    """A policy for every pod with these ingress rules, each on a line of its own."""
    listed = "".join(f"\n    {{{rule}}}," for rule in written)
    return policy(f"podSelector: {{}}, ingress: [{listed}\n  ]", **names)


def related(finding):
    return [(each.message, str(each.origin)) for each in finding.related]


def written_at(finding, documents):
    """The line of the input that a finding names."""
    text = "\n---\n".join(documents)
    return text.splitlines()[finding.origin.line - 1][finding.origin.column - 1 :]


# NPV201 --------------------------------------------------------------------------------------------------


def test_a_redundant_policy_is_reported_with_what_covers_and_what_isolates():
    documents = (
        ingress(ALL, name="all"),
        ingress(FROM_WEB, "{port: 5432}", selector=DB, name="db"),
    )

    (found,) = findings("NPV201", *documents)

    assert found.message == (
        "the policy admits nothing that shop/all ingress rule 1 does not admit already, "
        "and its pods are no less isolated without it"
    )
    assert (found.severity, found.subject, found.part) == (Severity.WARNING, "NetworkPolicy shop/db", "")
    assert str(found.origin) == "<stdin>:7:1"
    assert found.label == "redundant"
    assert found.hint == f"remove the policy: {REMOVE}"
    assert related(found) == [
        ("covered by shop/all ingress rule 1", "<stdin>:4:59"),
        ("isolated by shop/all", "<stdin>:1:1"),
    ]


def test_a_policy_may_be_covered_by_rules_of_several_policies():
    ports = ("{port: 80}", "{port: 443}", "{port: 8080}")
    own = ingress("", ", ".join(ports), name="own")
    others = [ingress("", port, name=f"p{number}") for number, port in enumerate(ports)]

    two = findings("NPV201", ingress("", ", ".join(ports[:2]), name="own"), *others[:2])
    three = findings("NPV201", own, *others)

    said = [next(f.message for f in found if f.subject.endswith("own")) for found in (two, three)]
    rest = "together do not admit already, and its pods are no less isolated without it"
    assert said == [
        f"the policy admits nothing that 2 rules of shop/p0 and shop/p1 {rest}",
        f"the policy admits nothing that 3 rules of 3 policies {rest}",
    ]


def test_the_rules_of_a_policy_may_match_nothing():
    own = ingress(f"{{podSelector: {NOBODY}}}", name="own")

    (found,) = findings("NPV201", own, DENY)

    assert found.message == (
        "the rules of the policy can match no flow at all, and other policies isolate the same pods"
    )
    assert related(found) == [("isolated by shop/deny", "<stdin>:7:1")]


def test_a_policy_that_also_opens_pods_is_no_less_redundant():
    own = policy("podSelector: {}, ingress: [{}]", name="own")
    other = policy(
        "podSelector: {matchExpressions: [{key: app, operator: Exists}]}, ingress: [{}]", name="other"
    )

    found = {each.subject: each.message for each in findings("NPV201", own, other)}

    assert found["NetworkPolicy shop/own"] == (
        "the policy admits nothing that shop/other ingress rule 1 does not admit already, "
        "and it admits everything for pods that no other one isolates"
    )


@pytest.mark.parametrize(
    "documents",
    [
        (ingress(FROM_WEB, selector=DB, name="db"),),
        (ingress(FROM_WEB, selector=DB, name="db"), DENY),
        (ingress(FROM_WEB, selector=DB, name="db"), ingress(ALL, name="all", namespace="other")),
        (ingress(FROM_WEB, selector=DB, name="db"), egress(ALL, name="all")),
        (ingress(FROM_WEB, name="db"), ingress(ALL, selector=DB, name="all")),
        (policy(f"podSelector: {DB}", name="deny-db"), DENY),
        (ingress(FROM_WEB, selector=DB, name="a"), ingress(FROM_WEB, selector=DB, name="b")),
        (ingress(ALL, selector=NOBODY, name="nobody"),),
        (policy("podSelector: {}, ingress: [{}]"),),
    ],
    ids=[
        "alone",
        "beside a deny",
        "in two namespaces",
        "for two directions",
        "for more pods",
        "without rules (NPV214)",
        "written twice (NPV206)",
        "for nobody (NPV208)",
        "open (NPV215)",
    ],
)
def test_what_is_no_redundant_policy(documents):
    assert findings("NPV201", *documents) == ()


# NPV202 --------------------------------------------------------------------------------------------------


def test_a_redundant_rule_is_marked_with_the_rule_that_covers_it():
    documents = (rules("from: [{podSelector: {}}]", f"from: [{FROM_WEB}], ports: [{{port: 80}}]"),)

    (found,) = findings("NPV202", *documents)

    assert found.message == "this rule admits nothing that ingress rule 1 does not admit already"
    assert (found.severity, found.part) == (Severity.WARNING, "ingress rule 2")
    assert marked(found) == f"{{from: [{FROM_WEB}], ports: [{{port: 80}}]}}"
    assert written_at(found, documents).startswith("{from:")
    assert (found.label, found.hint) == ("redundant", f"remove the rule: {REMOVE}")
    assert related(found) == [("covered by shop/p ingress rule 1", "<stdin>:5:5")]


def test_a_rule_of_another_policy_is_named_with_it():
    own = egress(FROM_WEB, "{port: 80}", selector=DB, name="own")
    more = policy(
        f"podSelector: {DB}, policyTypes: [Egress], "
        f"egress: [{{to: [{FROM_WEB}], ports: [{{port: 80}}]}}, {{ports: [{{port: 1}}]}}]",
        name="more",
    )

    (found,) = findings("NPV202", own, more)

    assert found.subject == "NetworkPolicy shop/more"
    assert found.part == "egress rule 1"
    assert found.message == "this rule admits nothing that shop/own egress rule 1 does not admit already"


def test_several_rules_may_cover_one_together():
    ports = [f"ports: [{{port: {first}, endPort: {first + 9}}}]" for first in (80, 90, 100)]
    whole = "ports: [{port: 80, endPort: 109}]"
    split = rules(*ports[:2], name="split")
    elsewhere = rules(ports[2], "ports: [{port: 1}]", name="z")

    (of_one,) = findings("NPV202", rules("ports: [{port: 80, endPort: 99}]", *ports[:2]))[:1]
    found = findings("NPV202", rules(whole, "ports: [{port: 2}]", name="own"), split, elsewhere)
    of_two = next(each for each in found if each.subject == "NetworkPolicy shop/own")

    assert of_one.message == ("this rule admits nothing that 2 rules of shop/p together do not admit already")
    assert of_two.message == (
        "this rule admits nothing that 3 rules of shop/split and shop/z together do not admit already"
    )
    assert [message for message, _ in related(of_two)] == [
        "covered by shop/split ingress rule 1",
        "covered by shop/split ingress rule 2",
        "covered by shop/z ingress rule 1",
    ]


def test_a_rule_that_can_match_nothing_is_covered_by_nothing():
    (found,) = findings("NPV202", rules(f"from: [{{podSelector: {NOBODY}}}]", f"from: [{FROM_WEB}]"))

    assert found.message == "this rule can match no flow at all"
    assert found.related == ()


def test_a_long_cover_is_cut():
    ports = [f"ports: [{{port: {number}}}]" for number in range(80, 90)]

    found = findings("NPV202", rules("ports: [{port: 80, endPort: 89}]", *ports))[0]

    assert found.message == ("this rule admits nothing that 10 rules of shop/p together do not admit already")
    assert [message for message, _ in related(found)] == [
        *(f"covered by shop/p ingress rule {number}" for number in range(2, 10)),
        "and 2 more, from shop/p ingress rule 10",
    ]


@pytest.mark.parametrize(
    "document",
    [
        rules(f"from: [{FROM_WEB}]", f"from: [{FROM_DB}]"),
        rules("ports: [{port: 80}]", "ports: [{port: 81}]"),
        rules("ports: [{port: 80}]", "ports: [{port: 80, protocol: UDP}]"),
        rules("ports: [{port: 80}]", "ports: [{port: http}]"),
        rules(f"from: [{FROM_WEB}], ports: [{{port: 80}}]", f"from: [{ALL}], ports: [{{port: 81}}]"),
        rules("from: [{ipBlock: {cidr: 0.0.0.0/0}}]", "from: [{ipBlock: {cidr: '::/0'}}]"),
        policy("podSelector: {}, policyTypes: [Egress], ingress: [{}, {}], egress: [{ports: [{port: 1}]}]"),
    ],
)
def test_rules_that_each_admit_something_are_fine(document):
    assert findings("NPV202", document) == ()


# NPV203 and NPV204 ---------------------------------------------------------------------------------------


def test_a_redundant_peer_is_marked_with_the_one_that_covers_it():
    (found,) = findings("NPV203", ingress(f"{FROM_WEB}, {ALL}", "{port: 80}"))

    assert found.message == "this peer admits nothing that ingress rule 1 peer 2 does not admit already"
    assert (found.severity, found.part) == (Severity.WARNING, "ingress rule 1 peer 1")
    assert marked(found) == FROM_WEB
    assert (found.label, found.hint) == ("redundant", f"remove the peer: {REMOVE}")
    assert related(found) == [("covered by shop/p ingress rule 1 peer 2", "<stdin>:4:109")]


def test_a_redundant_port_is_marked_with_the_ones_that_cover_it():
    (found,) = findings(
        "NPV204",
        egress("", "{port: 80, endPort: 89}, {port: 85, endPort: 94}, {port: 95}, {port: 86, endPort: 95}"),
    )[1:2]

    assert found.message == "this port admits nothing that egress rule 1 port 4 does not admit already"
    assert found.part == "egress rule 1 port 3"
    assert marked(found) == "{port: 95}"
    assert (found.label, found.hint) == ("redundant", f"remove the port: {REMOVE}")


def test_items_of_the_same_rule_that_cover_together_are_called_what_they_are():
    halves = "{ipBlock: {cidr: 10.0.0.0/9}}, {ipBlock: {cidr: 10.128.0.0/9}}"
    ranges = "{port: 80, endPort: 84}, {port: 85, endPort: 89}"

    (peer, *_) = messages("NPV203", egress(f"{{ipBlock: {{cidr: 10.0.0.0/8}}}}, {halves}"))
    (port, *_) = messages("NPV204", egress("", f"{{port: 80, endPort: 89}}, {ranges}"))

    assert peer == "this peer admits nothing that 2 peers of shop/p together do not admit already"
    assert port == "this port admits nothing that 2 ports of shop/p together do not admit already"


def test_an_item_may_be_covered_by_another_rule():
    own = rules(f"from: [{FROM_WEB}, {FROM_DB}]", f"from: [{FROM_WEB}], ports: [{{port: 1}}]", name="own")
    other = rules(f"from: [{FROM_DB}], ports: [{{port: 2}}]", f"from: [{FROM_DB}]", name="other")

    (found,) = findings("NPV203", own, other)

    assert found.message == "this peer admits nothing that shop/other ingress rule 2 does not admit already"
    assert marked(found) == FROM_DB
    assert related(found) == [("covered by shop/other ingress rule 2", "<stdin>:15:5")]


def test_items_that_cover_with_rules_are_called_rules():
    ports = "{port: 80, endPort: 89}, {port: 85, endPort: 89}"
    own = rules(f"ports: [{ports}]", "ports: [{port: 80, endPort: 84}]")

    assert messages("NPV204", own) == [
        "this port admits nothing that 2 rules of shop/p together do not admit already",
        "this port admits nothing that ingress rule 1 port 1 does not admit already",
    ]


@pytest.mark.parametrize(
    ("code", "document"),
    [
        ("NPV203", ingress(f"{FROM_WEB}, {FROM_DB}")),
        ("NPV203", ingress(f"{FROM_WEB}")),
        (
            "NPV203",
            ingress("{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}, {ipBlock: {cidr: 10.1.0.0/16}}"),
        ),
        ("NPV203", ingress(f"{{namespaceSelector: {{}}, podSelector: {WEB}}}, {FROM_DB}")),
        ("NPV203", rules(f"from: [{FROM_WEB}, {ALL}]", f"from: [{ALL}]")),
        ("NPV204", ingress("", "{port: 80}, {port: 81}")),
        ("NPV204", ingress("", "{port: 80}, {port: 80, protocol: UDP}")),
        ("NPV204", ingress("", "{port: http}, {port: 80}")),
        ("NPV204", ingress("", "{port: 80, endPort: 89}, {port: 90}")),
    ],
)
def test_items_that_each_admit_something_are_fine(code, document):
    assert findings(code, document) == ()


# NPV205 --------------------------------------------------------------------------------------------------


def test_a_policy_that_only_isolates_is_a_note_with_what_admits_the_rest():
    own = ingress(FROM_WEB, "{port: 80}", name="own")
    others = [
        ingress(FROM_WEB, selector=f"{{matchExpressions: [{{key: app, operator: {operator}}}]}}", name=name)
        for operator, name in (("Exists", "with"), ("DoesNotExist", "without"))
    ]
    egress_too = policy(
        "podSelector: {}, policyTypes: [Ingress, Egress], "
        f"ingress: [{{from: [{FROM_WEB}], ports: [{{port: 80}}]}}]",
        name="own",
    )

    assert findings("NPV205", own, *others) == ()
    (found,) = findings("NPV205", egress_too, *others)

    assert found.message == (
        "the policy is needed for isolation only: what its rules admit, 2 rules of shop/with and "
        "shop/without together do too"
    )
    assert (found.severity, found.subject, found.part) == (Severity.NOTE, "NetworkPolicy shop/own", "")
    assert str(found.origin) == "<stdin>:1:1"
    assert found.label == "isolates, and admits nothing of its own"
    assert (
        found.hint
        == "write it without rules, as a default deny; do not remove it, as that would open its pods"
    )
    assert [message for message, _ in related(found)] == [
        "covered by shop/with ingress rule 1",
        "covered by shop/without ingress rule 1",
    ]


def test_one_rule_may_admit_all_that_a_policy_does():
    own = policy(
        f"podSelector: {DB}, policyTypes: [Ingress, Egress], ingress: [{{from: [{FROM_WEB}]}}]", name="own"
    )

    (found,) = findings("NPV205", own, ingress(ALL, name="all"))

    assert found.message == (
        "the policy is needed for isolation only: what its rules admit, shop/all ingress rule 1 does too"
    )


def test_a_policy_whose_rules_match_nothing_only_isolates():
    (found,) = findings("NPV205", ingress(f"{{podSelector: {NOBODY}}}"))

    assert found.message == "the policy is needed for isolation only: its rules can match no flow at all"
    assert found.related == ()


@pytest.mark.parametrize(
    "documents",
    [
        (DENY,),
        (ingress(FROM_WEB),),
        (rules(f"from: [{FROM_WEB}]", f"from: [{FROM_WEB}]"),),
        (ingress(FROM_WEB, selector=DB), ingress(ALL, name="all")),
    ],
    ids=["a default deny", "a policy of its own", "rules that cover each other", "a redundant policy"],
)
def test_what_does_not_only_isolate(documents):
    assert findings("NPV205", *documents) == ()


# NPV206 --------------------------------------------------------------------------------------------------


def test_a_duplicate_is_reported_at_the_later_name():
    peers = (f"{FROM_WEB}, {FROM_DB}", f"{FROM_DB}, {FROM_WEB}")
    documents = (
        ingress(peers[0], "{port: 80}, {port: 81}", selector="{matchLabels: {a: x, b: z}}", name="second"),
        ingress(peers[1], "{port: 81}, {port: 80}", selector="{matchLabels: {b: z, a: x}}", name="first"),
    )

    (found,) = findings("NPV206", *documents)

    assert found.message == "the policy says the same as `first`"
    assert (found.severity, found.subject, found.part) == (Severity.WARNING, "NetworkPolicy shop/second", "")
    assert str(found.origin) == "<stdin>:1:1"
    assert (found.label, found.hint) == ("a duplicate", "keep one of them")
    assert related(found) == [("says the same: shop/first", "<stdin>:7:1")]
    assert findings("NPV201", *documents) == ()


def test_three_of_a_kind_are_two_duplicates_of_the_first():
    documents = [ingress(FROM_WEB, name=name) for name in ("b", "c", "a")]

    assert [(f.subject, f.message) for f in findings("NPV206", *documents)] == [
        ("NetworkPolicy shop/b", "the policy says the same as `a`"),
        ("NetworkPolicy shop/c", "the policy says the same as `a`"),
    ]


def test_rules_of_a_direction_that_is_not_listed_make_no_difference():
    bare = policy("podSelector: {}, policyTypes: [Ingress]", name="a")
    with_rules = policy("podSelector: {}, policyTypes: [Ingress], egress: [{}]", name="b")

    assert len(findings("NPV206", bare, with_rules)) == 1


SAID_OTHERWISE = {
    "another namespace": (ingress(FROM_WEB, name="a"), ingress(FROM_WEB, name="b", namespace="other")),
    "another direction": (ingress(FROM_WEB, name="a"), egress(FROM_WEB, name="b")),
    "other pods": (ingress(FROM_WEB, name="a"), ingress(FROM_WEB, name="b", selector=DB)),
    "another peer": (ingress(FROM_WEB, name="a"), ingress(FROM_DB, name="b")),
    "another port": (ingress("", "{port: 80}", name="a"), ingress("", "{port: 81}", name="b")),
    "another end of a range": (
        ingress("", "{port: 80, endPort: 89}", name="a"),
        ingress("", "{port: 80, endPort: 90}", name="b"),
    ),
    "another protocol": (
        ingress("", "{port: 80}", name="a"),
        ingress("", "{port: 80, protocol: UDP}", name="b"),
    ),
    "no rule and no restriction": (
        policy("podSelector: {}, policyTypes: [Ingress]", name="a"),
        policy("podSelector: {}, policyTypes: [Ingress], ingress: [{}]", name="b"),
    ),
    "both directions": (
        policy("podSelector: {}, policyTypes: [Ingress]", name="a"),
        policy("podSelector: {}, policyTypes: [Ingress, Egress]", name="b"),
    ),
    "a rule more": (
        rules(f"from: [{FROM_WEB}]", name="a"),
        rules(f"from: [{FROM_WEB}]", f"from: [{FROM_DB}]", name="b"),
    ),
    "ports of the other rule": (
        rules(
            f"from: [{FROM_WEB}], ports: [{{port: 1}}]", f"from: [{FROM_DB}], ports: [{{port: 2}}]", name="a"
        ),
        rules(
            f"from: [{FROM_WEB}], ports: [{{port: 2}}]", f"from: [{FROM_DB}], ports: [{{port: 1}}]", name="b"
        ),
    ),
}


@pytest.mark.parametrize("documents", SAID_OTHERWISE.values(), ids=SAID_OTHERWISE)
def test_policies_that_do_not_say_the_same_are_no_duplicates(documents):
    assert findings("NPV206", *documents) == ()


# NPV207 --------------------------------------------------------------------------------------------------

WEB_POD, DB_POD = deployment("web", "app: web"), deployment("db", "app: db")
INTO_DB = ingress(FROM_WEB, "{port: 5432}", selector=DB, name="db")


def out_of_web(peers, ports="", name="web"):
    return egress(peers, ports, selector=WEB, name=name)


def test_a_rule_that_the_other_end_blocks_is_marked_with_what_blocks_it():
    documents = (WEB_POD, DB_POD, INTO_DB, out_of_web("", "{port: 53}"))

    (found,) = findings("NPV207", *documents)

    assert found.message == (
        "no declared pods can use this rule: the egress policies of its peers forbid everything that it "
        "admits"
    )
    assert (found.severity, found.subject, found.part) == (
        Severity.WARNING,
        "NetworkPolicy shop/db",
        "ingress rule 1",
    )
    assert marked(found) == f"{{from: [{FROM_WEB}], ports: [{{port: 5432}}]}}"
    assert found.label == "closed at the other end, for egress"
    assert found.hint == (
        "admit the traffic in the egress policies of the peers as well, or drop the rule: both ends have to "
        "admit a connection"
    )
    (place,) = related(found)
    assert place[0] == "denied by shop/web"
    assert written_at(found, documents).startswith("{from")


def test_an_egress_rule_may_be_blocked_at_its_destinations():
    out, into = out_of_web(FROM_DB, "{port: 5432}"), ingress(FROM_WEB, "{port: 80}", selector=DB, name="db")

    found = findings("NPV207", WEB_POD, DB_POD, out, into)

    assert [(f.subject, f.part) for f in found] == [
        ("NetworkPolicy shop/web", "egress rule 1"),
        ("NetworkPolicy shop/db", "ingress rule 1"),
    ]
    assert "the ingress policies of its peers forbid" in found[0].message


USED = {
    "nothing isolates the peers": (WEB_POD, DB_POD, INTO_DB),
    "the other end admits the port": (
        WEB_POD,
        DB_POD,
        INTO_DB,
        out_of_web(FROM_DB, "{port: 5000, endPort: 6000}"),
    ),
    "another policy of the peers admits it": (
        WEB_POD,
        DB_POD,
        INTO_DB,
        out_of_web("", "{port: 53}"),
        out_of_web(FROM_DB, name="more"),
    ),
    "one of the peers is not isolated": (
        WEB_POD,
        DB_POD,
        deployment("batch", "app: web, tier: batch"),
        INTO_DB,
        egress(
            "",
            "{port: 53}",
            selector="{matchLabels: {app: web}, matchExpressions: [{key: tier, operator: DoesNotExist}]}",
            name="web",
        ),
    ),
    "a block of addresses may hold the peer": (
        WEB_POD,
        DB_POD,
        INTO_DB,
        out_of_web("{ipBlock: {cidr: 10.0.0.0/8}}"),
    ),
    "any pod may come": (
        WEB_POD,
        DB_POD,
        ingress("", "{port: 5432}", selector=DB, name="db"),
        out_of_web("", "{port: 53}"),
    ),
    "the peers are not declared": (DB_POD, INTO_DB, out_of_web("", "{port: 53}")),
    "the pods are not declared": (WEB_POD, INTO_DB, out_of_web("", "{port: 53}")),
    "the name of a port is the number": (
        WEB_POD,
        deployment("db", "app: db", "{name: sql, containerPort: 5432}"),
        INTO_DB,
        out_of_web(FROM_DB, "{port: sql}"),
    ),
}


@pytest.mark.parametrize("documents", USED.values(), ids=USED)
def test_a_rule_that_some_declared_pods_may_use_is_not_vacuous(documents):
    assert findings("NPV207", *documents) == ()


def test_a_port_name_that_is_another_number_is_not_the_port():
    db = deployment("db", "app: db", "{name: sql, containerPort: 5433}")

    assert len(findings("NPV207", WEB_POD, db, INTO_DB, out_of_web(FROM_DB, "{port: sql}"))) == 2


# NPV214 and NPV215 ---------------------------------------------------------------------------------------


def test_a_default_deny_that_others_double_is_a_note():
    others = [
        ingress(FROM_WEB, selector=f"{{matchExpressions: [{{key: app, operator: {operator}}}]}}", name=name)
        for operator, name in (("Exists", "with"), ("DoesNotExist", "without"))
    ]

    (found,) = findings("NPV214", DENY, *others)

    assert found.message == "the pods that this policy isolates are isolated by `with`, `without` as well"
    assert (found.severity, found.subject, found.part) == (Severity.NOTE, "NetworkPolicy shop/deny", "")
    assert str(found.origin) == "<stdin>:1:1"
    assert found.label == "changes nothing today"
    assert found.hint == (
        "keep it if it is the default deny of the namespace: it still stands when the others go"
    )
    assert related(found) == [
        ("isolated by shop/with", "<stdin>:7:1"),
        ("isolated by shop/without", "<stdin>:13:1"),
    ]


@pytest.mark.parametrize(
    "documents",
    [
        (DENY,),
        (DENY, ingress(FROM_WEB, selector=DB)),
        (DENY, egress(FROM_WEB)),
        (DENY, policy("podSelector: {}, policyTypes: [Ingress]", name="z")),
        (policy("podSelector: {}, policyTypes: [Ingress, Egress]", name="deny"), ingress(FROM_WEB)),
    ],
    ids=["alone", "more pods", "another direction", "a duplicate (NPV206)", "both directions"],
)
def test_a_default_deny_that_is_needed_is_not_reported(documents):
    assert findings("NPV214", *documents) == ()


def test_a_policy_that_opens_what_is_open_is_a_note():
    (found,) = findings("NPV215", policy(f"podSelector: {DB}, ingress: [{{}}]"))

    assert found.message == (
        "the policy admits everything, and no other policy isolates its pods: they are as open as without it"
    )
    assert (found.severity, found.label) == (Severity.NOTE, "changes nothing today")
    assert found.hint == "keep it if its pods are to stay open when others bring a default deny"
    assert findings("NPV215", policy(f"podSelector: {DB}, ingress: [{{}}]"), DENY) == ()


# Limits --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["NPV201", "NPV202", "NPV203", "NPV204", "NPV205", "NPV214", "NPV215"])
def test_without_time_nothing_is_found(code):
    documents = DENY, ingress(f"{FROM_WEB}, {ALL}", "{port: 80}, {port: 80}")

    assert findings(code, *documents, timeout=0.0) == ()
