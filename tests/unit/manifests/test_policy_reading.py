"""NetworkPolicy: defaults, validation in the API server's terms, and the place of every part."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from npverify.resources import (
    Direction,
    IPBlock,
    LabelSelector,
    Operator,
    Peer,
    PolicyPort,
    PolicyRule,
    Protocol,
    Requirement,
)

HEAD = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: shop}\n"
INGRESS, EGRESS = Direction.INGRESS, Direction.EGRESS
ALL = LabelSelector()


def policy(read, spec: str, **options: bool):
    (found,) = read(HEAD + spec, **options).policies
    return found


def messages(found) -> list[str]:
    return [f"{f.origin.line}:{f.origin.column} {f.message}" for f in found]


@pytest.mark.parametrize(
    ("spec", "types"),
    [
        ("", (INGRESS,)),
        ("spec:", (INGRESS,)),
        ("spec: {}", (INGRESS,)),
        ("spec: {policyTypes: null}", (INGRESS,)),
        ("spec: {policyTypes: []}", (INGRESS,)),
        ("spec: {egress: []}", (INGRESS,)),
        ("spec: {egress: null}", (INGRESS,)),
        ("spec: {egress: [{}]}", (INGRESS, EGRESS)),
        ("spec: {policyTypes: [], egress: [{}]}", (INGRESS, EGRESS)),
        ("spec: {policyTypes: [Egress], ingress: [{}]}", (EGRESS,)),
        ("spec: {policyTypes: [Egress, Ingress]}", (EGRESS, INGRESS)),
        ("spec: {policyTypes: [Ingress, Ingress]}", (INGRESS,)),
    ],
)
def test_policy_types_default_to_ingress_and_to_egress_where_it_has_rules(read, spec, types):
    assert policy(read, spec).policy_types == types


@pytest.mark.parametrize("selector", ["", "podSelector:", "podSelector: {}", "podSelector: {matchLabels: }"])
def test_missing_and_null_selectors_select_every_pod(read, selector):
    assert policy(read, f"spec:\n  {selector}\n").pod_selector == ALL


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("ingress: ", ()),
        ("ingress: []", ()),
        ("ingress: [{}]", (PolicyRule(),)),
        ("ingress: [null]", (PolicyRule(),)),
        ("ingress: [{from: [], ports: null}]", (PolicyRule(),)),
        ("ingress: [{ports: [{}]}]", (PolicyRule(ports=(PolicyPort(),)),)),
        ("ingress: [{ports: [{protocol: UDP}]}]", (PolicyRule(ports=(PolicyPort(Protocol.UDP),)),)),
        (
            "ingress: [{ports: [{port: 80, endPort: 80}, {port: dns}, {port: 0x50}, {port: 1e3}]}]",
            (
                PolicyRule(
                    ports=(
                        PolicyPort(port=80, end_port=80),
                        PolicyPort(port="dns"),
                        PolicyPort(port=80),
                        PolicyPort(port=1000),
                    )
                ),
            ),
        ),
        (
            "ingress: [{from: [{podSelector: {}}, {namespaceSelector: {}, podSelector: null}]}]",
            (PolicyRule(peers=(Peer(pod_selector=ALL), Peer(namespace_selector=ALL))),),
        ),
        (
            "ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]}]",
            (
                PolicyRule(
                    peers=(Peer(ip_block=IPBlock(ip_network("10.0.0.0/8"), (ip_network("10.1.0.0/16"),))),)
                ),
            ),
        ),
    ],
)
def test_rules_keep_what_is_missing_apart_from_what_is_empty(read, rules, expected):
    assert policy(read, f"spec: {{{rules}}}").ingress == expected


def test_quoted_number_as_label_value_stays_text(read):
    selector = policy(read, 'spec: {podSelector: {matchLabels: {a: "1", b: ""}}}').pod_selector

    assert selector.requirements == (
        Requirement("a", Operator.IN, ("1",)),
        Requirement("b", Operator.IN, ("",)),
    )


def test_every_operator_is_read(read):
    selector = policy(
        read,
        "spec: {podSelector: {matchExpressions: [{key: a, operator: In, values: [x, z]}, "
        "{key: b, operator: NotIn, values: [z]}, {key: c.io/d, operator: Exists}, "
        "{key: e, operator: DoesNotExist, values: []}]}}",
    ).pod_selector

    assert selector.requirements == (
        Requirement("a", Operator.IN, ("x", "z")),
        Requirement("b", Operator.NOT_IN, ("z",)),
        Requirement("c.io/d", Operator.EXISTS),
        Requirement("e", Operator.DOES_NOT_EXIST),
    )


def test_every_part_knows_its_place(read):
    found = policy(
        read,
        "spec:\n"
        "  podSelector:\n"
        "    matchLabels:\n"
        "      app: db\n"
        "  egress:\n"
        "  - to:\n"
        "    - podSelector: {}\n"
        "    -\n"
        "      namespaceSelector:\n"
        "        matchExpressions:\n"
        "        - {key: a, operator: Exists}\n"
        "    ports:\n"
        "    - port: 1\n",
    )
    (rule,) = found.egress
    (requirement,) = found.pod_selector.requirements
    places = [found, requirement, rule, *rule.peers, *rule.ports]

    assert [(p.origin.line, p.origin.column) for p in places] == [
        (1, 1),
        (7, 12),
        (9, 5),
        (10, 7),
        (12, 7),
        (16, 7),
    ]
    assert str(rule.peers[1].namespace_selector.requirements[0].origin) == "<stdin>:14:11"


LONG = "x" * 64

REJECTED = {
    "podSelector: 5": "4:21 spec.podSelector: must be an object, not the number `5`",
    "podSelector: {matchLabels: {a: 1}}": "a: must be a string, not the number `1`",
    "podSelector: {matchLabels: {a: yes}}": "a: must be a string, not the boolean `true`",
    "podSelector: {matchLabels: {a: [b]}}": "a: must be a string, not a list",
    "podSelector: {matchLabels: {a=b: c}}": "invalid key `a=b`",
    "podSelector: {matchLabels: {/a: c}}": "invalid key `/a`",
    "podSelector: {matchLabels: {A_/a: c}}": "invalid key `A_/a`",
    "podSelector: {matchLabels: {a: -b}}": "invalid value `-b`",
    f"podSelector: {{matchLabels: {{a: {LONG}}}}}": f"invalid value `{LONG}`",
    f"podSelector: {{matchLabels: {{{LONG}: a}}}}": f"invalid key `{LONG}`",
    "podSelector: {matchExpressions: {key: a}}": "matchExpressions: must be a list, not an object",
    "podSelector: {matchExpressions: [{operator: Exists}]}": "`key` is required",
    "podSelector: {matchExpressions: [{key: a}]}": "`operator` is required",
    "podSelector: {matchExpressions: [{key: a, operator: Gt, values: ['1']}]}": "`Gt` is not a valid",
    "podSelector: {matchExpressions: [{key: a, operator: in, values: [b]}]}": "`in` is not a valid",
    "podSelector: {matchExpressions: [{key: a, operator: In}]}": "`values` must be specified when",
    "podSelector: {matchExpressions: [{key: a, operator: NotIn, values: []}]}": "`values` must be specified",
    "podSelector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}": "may not be specified when",
    "podSelector: {matchExpressions: [{key: a, operator: In, values: [1]}]}": "values[0]: must be a string",
    "podSelector: {matchExpressions: [{key: a, operator: In, values: [a/b]}]}": "invalid value `a/b`",
    "podSelector: {matchExpressions: [5]}": "matchExpressions[0]: must be an object",
    "podSelector: {matchExpressions: [{key: a, operator: 5}]}": "operator: must be a string",
    "policyTypes: [5]": "spec.policyTypes[0]: must be a string, not the number `5`",
    "egress: [{to: [5]}]": "spec.egress[0].to[0]: must be an object, not the number `5`",
    "egress: [{to: [{ipBlock: 5}]}]": "ipBlock: must be an object, not the number `5`",
    "egress: [{to: [{ipBlock: {cidr: 5}}]}]": "ipBlock.cidr: must be a string, not the number `5`",
    "ingress: [{ports: [{protocol: 6}]}]": "protocol: must be a string, not the number `6`",
    "policyTypes: Ingress": "4:21 spec.policyTypes: must be a list, not a string",
    "policyTypes: [ingress]": "spec.policyTypes[0]: unsupported value `ingress`",
    "policyTypes: [Ingress, Egress, Ingress]": "may not specify more than two policyTypes",
    "ingress: {}": "spec.ingress: must be a list, not an object",
    "ingress: [text]": "spec.ingress[0]: must be an object, not a string",
    "egress: [{to: [{}]}]": "spec.egress[0].to[0]: must specify a peer",
    "egress: [{to: [null]}]": "spec.egress[0].to[0]: must specify a peer",
    "egress: [{to: {}}]": "spec.egress[0].to: must be a list",
    "egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}]}]": "may not specify both ipBlock and",
    "egress: [{to: [{ipBlock: {}}]}]": "ipBlock: `cidr` is required",
    "egress: [{to: [{ipBlock: {cidr: ''}}]}]": "ipBlock: `cidr` is required",
    "egress: [{to: [{ipBlock: {cidr: 10.0.0.1}}]}]": "invalid value `10.0.0.1`: must be a valid CIDR",
    "egress: [{to: [{ipBlock: {cidr: 10.0.0.0/33}}]}]": "invalid value `10.0.0.0/33`",
    "egress: [{to: [{ipBlock: {cidr: 'fd00:192:168::'}}]}]": "invalid value `fd00:192:168::`",
    "egress: [{to: [{ipBlock: {cidr: 'fe80::%eth0/64'}}]}]": "invalid value `fe80::%eth0/64`",
    "egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/8]}}]}]": "strict subset of `10.0.0.0/8`",
    "egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: [0.0.0.0/0]}}]}]": "strict subset of `10.0.0.0/8`",
    "egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/16]}}]}]": "strict subset",
    "egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: ['fd00::/64']}}]}]": "strict subset",
    "egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: [' ']}}]}]": "except[0]: invalid value ` `",
    "ingress: [{ports: [{port: '80'}]}]": "invalid value `80`: a port name must hold at least one letter",
    "ingress: [{ports: [{port: HTTP}]}]": "port: invalid value `HTTP`",
    "ingress: [{ports: [{port: a--b}]}]": "port: invalid value `a--b`",
    "ingress: [{ports: [{port: sixteen-letters-}]}]": "a port name must be 1 to 15 characters",
    "ingress: [{ports: [{port: ''}]}]": "a port name must be 1 to 15 characters",
    "ingress: [{ports: [{port: 0}]}]": "port: invalid value 0: must be between 1 and 65535",
    "ingress: [{ports: [{port: 65536}]}]": "port: invalid value 65536",
    "ingress: [{ports: [{port: -1}]}]": "port: invalid value -1",
    "ingress: [{ports: [{port: 1.5}]}]": "port: must be a whole number",
    "ingress: [{ports: [{port: true}]}]": "port: must be a whole number, not the boolean `true`",
    "ingress: [{ports: [{port: .inf}]}]": "port: must be a whole number",
    "ingress: [{ports: [{port: 1" + "0" * 300 + "}]}]": "port: invalid value 1000",
    "ingress: [{ports: [{protocol: tcp}]}]": "protocol: unsupported value `tcp`",
    "ingress: [{ports: [{protocol: ICMP}]}]": "protocol: unsupported value `ICMP`",
    "ingress: [{ports: [{endPort: 2}]}]": "endPort: may not be specified when `port` is not specified",
    "ingress: [{ports: [{port: dns, endPort: 2}]}]": "endPort: may not be specified when `port` is a name",
    "ingress: [{ports: [{port: 3, endPort: 2}]}]": "endPort: 2 is below `port` 3",
    "ingress: [{ports: [{port: 3, endPort: 65537}]}]": "endPort: invalid value 65537",
    "ingress: [{ports: [{port: 3, endPort: '5'}]}]": "endPort: must be a whole number, not a string",
    "ingress: [{ports: [80]}]": "ports[0]: must be an object, not the number `80`",
    "ingress: [{ports: http}]": "ports: must be a list, not a string",
}


@pytest.mark.parametrize(("spec", "message"), REJECTED.items())
def test_what_the_api_server_rejects_is_rejected(faults, spec, message):
    (found,) = faults(f"{HEAD}spec: {{{spec}}}\n")

    assert (found.code, found.origin.line) == ("NPV102", 4)
    assert message in messages([found])[0]
    assert found.source_line == f"spec: {{{spec}}}"


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        ("{name: My_Policy}", "3:18 metadata.name: invalid value `My_Policy`"),
        ("{name: " + "a" * 254 + "}", "3:18 metadata.name: invalid value"),
        ("{name: 5}", "3:18 metadata.name: must be a string, not the number `5`"),
        ("{name: a, namespace: a.b}", "3:32 metadata.namespace: invalid value `a.b`"),
        ("{name: a, labels: {a: true}}", "3:33 metadata.labels.a: must be a string, not the boolean `true`"),
        ("{name: a, labels: [a]}", "3:29 metadata.labels: must be an object, not a list"),
        ("{generateName: A-}", "3:26 metadata.generateName: invalid value `A-`"),
        ("{name: a, namespace: " + "a" * 64 + "}", "3:32 metadata.namespace: invalid value"),
        ("{name: a, labels: {a: +}}", "3:33 metadata.labels.a: invalid label `a: +`"),
        ("{namespace: x}", "3:11 metadata: `name` or `generateName` is required"),
        ("text", "3:11 metadata: must be an object, not a string"),
        ("", "1:1 the document: `metadata` is required"),
    ],
)
def test_metadata_is_validated(faults, metadata, message):
    text = f"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {metadata}\n"

    (found,) = messages(faults(text))

    assert found.startswith(message)


def test_all_problems_of_a_policy_come_together_in_the_order_of_the_text(faults):
    found = faults(
        HEAD + "spec:\n  policyTypes: [ingress]\n  ingress:\n  - from: [{}]\n    ports: [{port: '80'}]\n"
        "  podSelector: {matchLabels: {a: 1}}\n"
    )

    assert [f.origin.line for f in found] == [5, 7, 8, 9]


def test_a_problem_tells_the_remedy_and_marks_the_value(faults):
    (found,) = faults(HEAD + "spec:\n  ingress:\n  - ports:\n    - {port: 80, endPort: 79}\n")

    assert (found.origin.line, found.origin.column, found.width) == (7, 27, 2)
    assert found.label == "must be 80 or more"
    assert found.hint == "swap the two values, or drop `endPort` to allow port 80 only"
    assert found.source_line == "    - {port: 80, endPort: 79}"


@pytest.mark.parametrize(
    ("spec", "hint"),
    [
        ("ingress: [{ports: [{port: '80'}]}]", "leave out the quotes to mean the port number"),
        ("ingress: [{ports: [{protocol: udp}]}]", "did you mean `UDP`?"),
        ("policyTypes: [EGRESS]", "did you mean `Egress`?"),
        ("podSelector: {matchExpressions: [{key: a, operator: exists}]}", "did you mean `Exists`?"),
        ("podSelector: {matchLabels: {a: true}}", "put it in quotes"),
        ("egress: [{to: [{ipBlock: {cidr: 'fd00::1'}}]}]", "for a single address write `fd00::1/128`"),
    ],
)
def test_near_misses_get_the_right_form_as_a_hint(faults, spec, hint):
    assert [f.hint for f in faults(f"{HEAD}spec: {{{spec}}}\n")] == [hint]


@pytest.mark.parametrize(
    ("spec", "column", "message", "hint"),
    [
        ("podSelecter: {}", 8, "spec.podSelecter: unknown field", "did you mean `podSelector`?"),
        ("ingress: [{form: []}]", 19, "spec.ingress[0].form: unknown field", "did you mean `from`?"),
        ("ingress: [{to: []}]", 19, "spec.ingress[0].to: unknown field", None),
        ("ingress: [{ports: [{ports: 80}]}]", 28, "spec.ingress[0].ports[0].ports: unknown", "mean `port`?"),
    ],
)
def test_unknown_fields_are_warned_about_with_the_nearest_known_one(read, spec, column, message, hint):
    (found,) = read(f"{HEAD}spec: {{{spec}}}\n").findings

    assert (found.code, found.severity, found.origin.line, found.origin.column) == (
        "NPV104",
        "warning",
        4,
        column,
    )
    assert found.message.startswith(message)
    assert (hint or "") in (found.hint or "")


def test_fields_of_the_server_are_not_unknown(read):
    text = HEAD + "spec: {podSelector: {}, policyTypes: [Ingress]}\nstatus: {}\n"

    assert read(text).findings == ()


@pytest.mark.parametrize(
    ("cidr", "network"),
    [
        ("10.1.2.3/8", "10.0.0.0/8"),
        ("010.0.0.0/8", "10.0.0.0/8"),
        ("10.0.0.0/08", "10.0.0.0/8"),
        ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
        ("fd00::1/64", "fd00::/64"),
    ],
)
def test_sloppy_cidrs_are_masked_with_a_warning_or_rejected_on_request(read, faults, cidr, network):
    text = f"{HEAD}spec: {{egress: [{{to: [{{ipBlock: {{cidr: '{cidr}'}}}}]}}]}}\n"
    inventory = read(text)

    (warning,) = inventory.findings
    (error,) = faults(text, strict_addresses=True)

    assert inventory.policies[0].egress[0].peers[0].ip_block == IPBlock(ip_network(network))
    assert (warning.code, warning.severity, warning.origin) == ("NPV106", "warning", error.origin)
    assert warning.hint.startswith(f"write `{network}`")
    assert (error.code, error.hint) == ("NPV102", f"write `{network}`")


@pytest.mark.parametrize("cidr", ["10.0.0.0/8", "fd00::/64", "FD00:0::/64", "0.0.0.0/0", "::/0"])
def test_plain_cidrs_are_accepted_even_strictly(read, cidr):
    text = f"{HEAD}spec: {{egress: [{{to: [{{ipBlock: {{cidr: '{cidr}'}}}}]}}]}}\n"

    assert read(text, strict_addresses=True).findings == ()


def test_a_template_value_gets_the_advice_to_render_it(faults):
    (found,) = faults(HEAD + 'spec: {podSelector: {matchLabels: {a: "{{ .Values.a }}"}}}\n')

    assert (found.code, found.hint) == (
        "NPV110",
        "render the template first, for example with `helm template`",
    )


def test_a_spec_must_be_an_object(faults):
    assert messages(faults(HEAD + "spec: [a]\n")) == ["4:7 spec: must be an object, not a list"]


def test_a_null_label_value_is_the_empty_string(read):
    selector = policy(read, "spec: {podSelector: {matchLabels: {a: null}}}").pod_selector

    assert selector.requirements == (Requirement("a", Operator.IN, ("",)),)


def test_an_unknown_field_of_the_object_itself_is_warned_about(read):
    (found,) = read(HEAD + "specs: {}\n").findings

    assert found.message == "specs: unknown field, which the API server drops"
