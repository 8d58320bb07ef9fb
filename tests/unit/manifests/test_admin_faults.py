"""Admin policies: what the API server rejects is rejected, in its terms, at the place of the fault."""

from __future__ import annotations

import pytest
from tests.unit.manifests.admin_texts import ADMIN, BASELINE, CLUSTER, admin_rule, baseline_rule, cluster_rule

TO = "to: [{namespaces: {}}]"
LONG = "x" * 101
MANY = ", ".join(f"10.{number}.0.0/16" for number in range(26))
NAMES = ", ".join(f"n{number}.example.com" for number in range(26))


def many(item: str, count: int) -> str:
    return "[" + ", ".join([item] * count) + "]"


def shown(found) -> str:
    return f"{found.origin.line}:{found.origin.column} {found.message}"


SPECS = {
    (CLUSTER, "  tier: Admin\n", ""): "5:3 spec: `tier` is required",
    (CLUSTER, "Admin", "admin"): "5:9 spec.tier: unsupported value `admin`",
    (CLUSTER, "Admin", "NetworkPolicy"): "5:9 spec.tier: unsupported value `NetworkPolicy`",
    (CLUSTER, "Admin", "5"): "5:9 spec.tier: must be a string, not the number `5`",
    (CLUSTER, "  priority: 10\n", ""): "5:3 spec: `priority` is required",
    (CLUSTER, "10", "-1"): "6:13 spec.priority: invalid value -1: should be greater than or equal to 0",
    (CLUSTER, "10", "1001"): "6:13 spec.priority: invalid value 1001: should be less than or equal to 1000",
    (CLUSTER, "10", "'10'"): "6:13 spec.priority: must be a whole number, not a string",
    (CLUSTER, "10", "1.5"): "6:13 spec.priority: must be a whole number, not the number `1.5`",
    (CLUSTER, "  subject: {namespaces: {}}\n", ""): "5:3 spec: `subject` is required",
    (CLUSTER, "{namespaces: {}}", "{}"): "7:12 spec.subject: must have exactly one of `namespaces`, `pods`",
    (CLUSTER, "{namespaces: {}}", "[]"): "7:12 spec.subject: must be an object, not a list",
    (CLUSTER, "{namespaces: {}}", "{namespaces: {}, pods: {podSelector: {}}}"): (
        "7:12 spec.subject: must have exactly one of `namespaces`, `pods`, not `namespaces` and `pods`"
    ),
    (CLUSTER, "{namespaces: {}}", "{pods: {}}"): "7:19 spec.subject.pods: `podSelector` is required",
    (CLUSTER, "{namespaces: {}}", "{pods: [a]}"): "7:19 spec.subject.pods: must be an object, not a list",
    (CLUSTER, "namespaces: {}", "namespaces: {matchLabels: {a: 1}}"): (
        "7:43 spec.subject.namespaces.matchLabels.a: must be a string, not the number `1`"
    ),
    (CLUSTER, "{name: p}", "{name: A_B}"): "3:18 metadata.name: invalid value `A_B`",
    (ADMIN, "  priority: 10\n", ""): "5:3 spec: `priority` is required",
    (ADMIN, "10", "1001"): "5:13 spec.priority: invalid value 1001: should be less than or equal to 1000",
    (ADMIN, "{namespaces: {}}", "{pods: {podSelector: {}}}"): (
        "6:19 spec.subject.pods: `namespaceSelector` is required"
    ),
    (ADMIN, "{namespaces: {}}", "{pods: {namespaceSelector: {}, podSelector: null}}"): (
        "6:19 spec.subject.pods: `podSelector` is required"
    ),
    (BASELINE, "  subject: {namespaces: {}}\n", "  ingress: []\n"): "5:3 spec: `subject` is required",
    (BASELINE, "name: default", "name: other"): (
        '3:18 metadata.name: Only one baseline admin network policy with metadata.name="default" can be '
        "created in the cluster, not `other`"
    ),
    (BASELINE, "name: default", "generateName: default"): (
        "3:26 metadata.generateName: Only one baseline admin network policy with "
        'metadata.name="default" can be created in the cluster, not `default*`'
    ),
}


@pytest.mark.parametrize(("change", "message"), SPECS.items(), ids=SPECS.values())
def test_the_policy_itself(faults, change, message):
    text, old, new = change
    assert old in text

    (found,) = faults(text.replace(old, new))

    assert found.code == "NPV102"
    assert shown(found).startswith(message)
    assert found.source_line == text.replace(old, new).splitlines()[found.origin.line - 1]


@pytest.mark.parametrize("head", [CLUSTER, ADMIN, BASELINE])
def test_a_spec_is_required(faults, head):
    (found,) = faults(head[: head.index("spec:")])

    assert found.message == "the document: `spec` is required"


RULES = {
    "text": "spec.egress[0]: must be an object, not a string",
    "null": "spec.egress[0]: must be an object, not null",
    f"{{{TO}}}": "spec.egress[0]: `action` is required",
    "{action: Deny}": "spec.egress[0]: `to` is required",
    "{action: Deny, to: null}": "spec.egress[0]: `to` is required",
    "{action: Deny, to: []}": "spec.egress[0].to: must have at least 1 item",
    "{action: Deny, to: {}}": "spec.egress[0].to: must be a list, not an object",
    f"{{action: Deny, to: {many('{nodes: {}}', 101)}}}": "spec.egress[0].to: must have at most",
    f"{{action: deny, {TO}}}": "spec.egress[0].action: unsupported value `deny`",
    f"{{action: Log, {TO}}}": "spec.egress[0].action: unsupported value `Log`",
    f"{{action: true, {TO}}}": "spec.egress[0].action: must be a string, not the boolean `true`",
    f"{{action: Deny, {TO}, name: {LONG}}}": "[0].name: must be no more than 100 characters, not 101",
    f"{{action: Deny, {TO}, name: 5}}": "spec.egress[0].name: must be a string, not the number `5`",
    "{action: Deny, to: [null]}": "spec.egress[0].to[0]: must be an object, not null",
    "{action: Deny, to: [{}]}": "to[0]: must have exactly one of `namespaces`, `pods`, `networks`, `nodes`",
    "{action: Deny, to: [{nodes: null}]}": "spec.egress[0].to[0]: must have exactly one of `namespaces`",
    "{action: Deny, to: [{namespaces: {}, nodes: {}}]}": ", not `namespaces` and `nodes`",
    "{action: Deny, to: [{nodes: 5}]}": "spec.egress[0].to[0].nodes: must be an object, not the number `5`",
    "{action: Deny, to: [{pods: {namespaceSelector: {}}}]}": "to[0].pods: `podSelector` is required",
    "{action: Deny, to: [{namespaces: {matchExpressions: [{key: a, operator: Gt}]}}]}": "`Gt` is not a valid",
    "{action: Deny, to: [{networks: 10.0.0.0/8}]}": "to[0].networks: must be a list, not a string",
    "{action: Deny, to: [{networks: []}]}": "to[0].networks: must have at least 1 item",
    f"{{action: Deny, to: [{{networks: [{MANY}]}}]}}": "to[0].networks: must have at most 25 items, not 26",
    "{action: Deny, to: [{networks: [10.0.0.0/8, 10.0.0.0/8]}]}": "networks[1]: duplicate value `10.0.0.0/8`",
    "{action: Deny, to: [{networks: [5]}]}": "networks[0]: must be a string, not the number `5`",
    "{action: Deny, to: [{networks: [10.0.0.1]}]}": "`10.0.0.1`: Invalid CIDR format provided",
    "{action: Deny, to: [{networks: ['fd00::']}]}": "`fd00::`: Invalid CIDR format provided",
    "{action: Deny, to: [{networks: ['']}]}": "``: Invalid CIDR format provided",
    "{action: Deny, to: [{networks: [10.0.0.0/33]}]}": "`10.0.0.0/33`: Invalid CIDR format provided",
    "{action: Deny, to: [{networks: [10.0.0.0/08]}]}": "`10.0.0.0/08`: Invalid CIDR format provided",
    "{action: Deny, to: [{networks: [10.0.0.0/255.0.0.0]}]}": "Invalid CIDR format provided",
    "{action: Deny, to: [{networks: [010.0.0.0/8]}]}": "`010.0.0.0/8`: Invalid CIDR format provided",
    "{action: Deny, to: [{networks: ['::ffff:10.0.0.0/104']}]}": "Invalid CIDR format provided",
    "{action: Deny, to: [{networks: ['fe80::%a/64']}]}": "Invalid CIDR format provided",
    "{action: Deny, to: [{networks: ['" + "0:" * 22 + "/1']}]}": "must be no more than 43 characters, not 46",
}


@pytest.mark.parametrize(("rule", "message"), RULES.items())
@pytest.mark.parametrize("text", [cluster_rule, admin_rule, baseline_rule])
def test_rules_of_every_kind(faults, text, rule, message):
    (found,) = faults(text(rule))

    assert (found.code, found.source_line) == ("NPV102", f"  - {rule}")
    assert message in found.message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (cluster_rule(f"{{action: Allow, {TO}}}"), "9:14 spec.egress[0].action: unsupported value `Allow`"),
        (admin_rule(f"{{action: Accept, {TO}}}"), "8:14 spec.egress[0].action: unsupported value `Accept`"),
        (baseline_rule(f"{{action: Pass, {TO}}}"), "7:14 spec.egress[0].action: unsupported value `Pass`"),
        (
            CLUSTER + "  egress:\n" + 26 * f"  - {{action: Deny, {TO}}}\n",
            "9:3 spec.egress: must have at most 25 items, not 26",
        ),
        (
            ADMIN + "  egress:\n" + 101 * f"  - {{action: Deny, {TO}}}\n",
            "8:3 spec.egress: must have at most 100 items, not 101",
        ),
        (CLUSTER + "  ingress: {}\n", "8:12 spec.ingress: must be a list, not an object"),
        (
            cluster_rule(f"{{action: Deny, to: {many('{nodes: {}}', 26)}}}"),
            "9:24 spec.egress[0].to: must have at most 25 items, not 26",
        ),
        (
            cluster_rule(f"{{action: Deny, {TO}, protocols: []}}"),
            "9:55 spec.egress[0].protocols: must have at least 1 item",
        ),
        (
            cluster_rule(f"{{action: Deny, {TO}, protocols: {many('{destinationNamedPort: a}', 26)}}}"),
            "9:55 spec.egress[0].protocols: must have at most 25 items, not 26",
        ),
        (
            admin_rule(f"{{action: Deny, {TO}, ports: []}}"),
            "8:51 spec.egress[0].ports: must have at least 1 item",
        ),
        (
            admin_rule(f"{{action: Deny, {TO}, ports: {many('{namedPort: a}', 101)}}}"),
            "8:51 spec.egress[0].ports: must have at most 100 items, not 101",
        ),
        (
            cluster_rule("{action: Deny, from: [{networks: [10.0.0.0/8]}]}", "ingress"),
            "9:38 spec.ingress[0].from[0].networks: only an egress rule can have this peer",
        ),
        (
            admin_rule("{action: Deny, from: [{nodes: {}}]}", "ingress"),
            "8:35 spec.ingress[0].from[0].nodes: only an egress rule can have this peer",
        ),
        (
            admin_rule("{action: Allow, from: [{domainNames: [a.b]}]}", "ingress"),
            "8:42 spec.ingress[0].from[0].domainNames: only an egress rule can have this peer",
        ),
        (
            baseline_rule("{action: Allow, to: [{domainNames: [a.b]}]}"),
            "7:40 spec.egress[0].to[0].domainNames: a BaselineAdminNetworkPolicy cannot have this peer",
        ),
        (
            cluster_rule("{action: Deny, from: [{}]}", "ingress"),
            "9:27 spec.ingress[0].from[0]: must have exactly one of `namespaces`, `pods`",
        ),
    ],
)
def test_what_the_kinds_do_not_share(faults, text, message):
    (found,) = faults(text)

    assert (found.code, shown(found)) == ("NPV102", message)


DOMAIN_NAMES = {
    "[]": "to[0].domainNames: must have at least 1 item",
    f"[{NAMES}]": "to[0].domainNames: must have at most 25 items, not 26",
    "[a.b, a.b]": "domainNames[1]: duplicate value `a.b`",
    "[5]": "domainNames[0]: must be a string, not the number `5`",
    "[example]": "invalid value `example`: must be two labels or more",
    "['*']": "invalid value `*`: must be two labels or more",
    "['*.com']": "invalid value `*.com`",
    "[a.*.com]": "invalid value `a.*.com`",
    "['a*.example.com']": "invalid value `a*.example.com`",
    "[-a.example.com]": "invalid value `-a.example.com`",
    "[a-.example.com]": "invalid value `a-.example.com`",
    "[a..com]": "invalid value `a..com`",
    "['a.com ']": "invalid value `a.com `",
    '["a.com\\n"]': "invalid value `a.com\n`",
    "[https://example.com]": "invalid value `https://example.com`",
    "['']": "invalid value ``",
}


@pytest.mark.parametrize(("names", "message"), DOMAIN_NAMES.items())
@pytest.mark.parametrize(("text", "action"), [(cluster_rule, "Accept"), (admin_rule, "Allow")])
def test_domain_names(faults, text, action, names, message):
    (found,) = faults(text(f"{{action: {action}, to: [{{domainNames: {names}}}]}}"))

    assert found.code == "NPV102"
    assert message in found.message


PROTOCOLS = {
    "5": "protocols[0]: must be an object, not the number `5`",
    "{}": "protocols[0]: must have exactly one of `tcp`, `udp`, `sctp`, `destinationNamedPort`",
    "{tcp: null}": "protocols[0]: must have exactly one of `tcp`",
    "{tcp: {destinationPort: {number: 1}}, destinationNamedPort: a}": "not `tcp` and `destinationNamedPort`",
    "{tcp: 80}": "protocols[0].tcp: must be an object, not the number `80`",
    "{tcp: {destinationPort: 80}}": "tcp.destinationPort: must be an object, not the number `80`",
    "{tcp: {destinationPort: {}}}": "tcp.destinationPort: must have exactly one of `number`, `range`",
    "{udp: {destinationPort: {number: 1, range: {start: 1, end: 2}}}}": "`range`, not `number` and `range`",
    "{tcp: {destinationPort: {number: 0}}}": "number: invalid value 0: should be greater than or equal to 1",
    "{tcp: {destinationPort: {number: 65536}}}": "value 65536: should be less than or equal to 65535",
    "{tcp: {destinationPort: {number: '80'}}}": "number: must be a whole number, not a string",
    "{tcp: {destinationPort: {range: 5}}}": "destinationPort.range: must be an object, not the number `5`",
    "{tcp: {destinationPort: {range: {start: 5}}}}": "destinationPort.range: `end` is required",
    "{tcp: {destinationPort: {range: {end: 5}}}}": "destinationPort.range: `start` is required",
    "{tcp: {destinationPort: {range: {start: 0, end: 5}}}}": "start: invalid value 0: should be greater",
    "{tcp: {destinationPort: {range: {start: 1, end: 70000}}}}": "end: invalid value 70000: should be less",
    "{sctp: {destinationPort: {range: {start: 5, end: 5}}}}": (
        "range: Start port must be less than End port: 5 and 5"
    ),
    "{tcp: {destinationPort: {range: {start: 6, end: 5}}}}": "Start port must be less than End port: 6 and 5",
    "{destinationNamedPort: HTTP}": "destinationNamedPort: invalid value `HTTP`: a port name",
    "{destinationNamedPort: ''}": "destinationNamedPort: invalid value ``: a port name must be 1 to 15",
    "{destinationNamedPort: 80}": "destinationNamedPort: must be a string, not the number `80`",
}


@pytest.mark.parametrize(("port", "message"), PROTOCOLS.items())
@pytest.mark.parametrize("direction", ["ingress", "egress"])
def test_protocols(faults, port, message, direction):
    peers = "from" if direction == "ingress" else "to"
    rule = f"{{action: Deny, {peers}: [{{namespaces: {{}}}}], protocols: [{port}]}}"

    (found,) = faults(cluster_rule(rule, direction))

    assert (found.code, found.origin.line) == ("NPV102", 9)
    assert message in found.message


PORTS = {
    "80": "ports[0]: must be an object, not the number `80`",
    "{}": "ports[0]: must have exactly one of `portNumber`, `portRange`, `namedPort`",
    "{portNumber: {port: 1}, namedPort: a}": "not `portNumber` and `namedPort`",
    "{portNumber: 80}": "portNumber: must be an object, not the number `80`",
    "{portNumber: {}}": "portNumber: `port` is required",
    "{portNumber: {port: 0}}": "port: invalid value 0: should be greater than or equal to 1",
    "{portNumber: {port: 65536}}": "port: invalid value 65536: should be less than or equal to 65535",
    "{portNumber: {port: 53, protocol: udp}}": "protocol: unsupported value `udp`",
    "{portNumber: {port: 53, protocol: ICMP}}": "protocol: unsupported value `ICMP`",
    "{portRange: []}": "portRange: must be an object, not a list",
    "{portRange: {start: 5}}": "portRange: `end` is required",
    "{portRange: {end: 5}}": "portRange: `start` is required",
    "{portRange: {start: 0, end: 5}}": "start: invalid value 0",
    "{portRange: {start: 6, end: 5}}": "portRange: `start` 6 is above `end` 5: no port is in the range",
    "{portRange: {start: 5, end: 6, protocol: tcp}}": "protocol: unsupported value `tcp`",
    "{namedPort: 80}": "namedPort: must be a string, not the number `80`",
    "{namedPort: a--b}": "namedPort: invalid value `a--b`: a port name",
}


@pytest.mark.parametrize(("port", "message"), PORTS.items())
@pytest.mark.parametrize("text", [admin_rule, baseline_rule])
def test_ports(faults, text, port, message):
    (found,) = faults(text(f"{{action: Deny, {TO}, ports: [{port}]}}"))

    assert found.code == "NPV102"
    assert message in found.message


EVERY_KIND = "networks/nodes/domainNames"
NETWORKS, NODES, DOMAINS = "{networks: [10.0.0.0/8]}", "{nodes: {}}", "{domainNames: [a.b]}"


@pytest.mark.parametrize(
    ("text", "action", "port", "kinds", "peer"),
    [
        *(
            (cluster_rule, "Accept", "protocols: [{destinationNamedPort: a}]", EVERY_KIND, p)
            for p in (NETWORKS, NODES, DOMAINS)
        ),
        *(
            (admin_rule, "Allow", "ports: [{portNumber: {port: 1}}, {namedPort: a}]", EVERY_KIND, p)
            for p in (NETWORKS, NODES, DOMAINS)
        ),
        *(
            (baseline_rule, "Allow", "ports: [{namedPort: a}]", "networks/nodes", p)
            for p in (NETWORKS, NODES)
        ),
    ],
)
def test_port_names_beside_peers_that_have_none(faults, text, action, port, kinds, peer):
    rule = f"{{action: {action}, to: [{{namespaces: {{}}}}, {peer}], {port}}}"

    (found,) = faults(text(rule))

    assert found.message.endswith(
        f"]: {kinds} peer cannot be set with namedPorts since there are no namedPorts for {kinds}"
    )
    assert found.source_line[found.origin.column - 1 :].startswith(("{destinationNamedPort", "{namedPort"))


@pytest.mark.parametrize(
    ("text", "ports"),
    [(cluster_rule, "protocols: [{destinationNamedPort: a}]"), (admin_rule, "ports: [{namedPort: a}]")],
)
def test_port_names_beside_pods_are_allowed(read, text, ports):
    assert read(text(f"{{action: Deny, {TO}, {ports}}}")).findings == ()


def test_every_fault_of_a_policy_is_reported_in_order(faults):
    found = faults(
        cluster_rule("{action: deny, to: [{networks: [x, y]}], protocols: [{tcp: 1}]}").replace("10", "-1")
    )

    assert [(f.origin.line, f.message.split(":")[0]) for f in found] == [
        (6, "spec.priority"),
        (9, "spec.egress[0].action"),
        (9, "spec.egress[0].to[0].networks[0]"),
        (9, "spec.egress[0].to[0].networks[1]"),
        (9, "spec.egress[0].protocols[0].tcp"),
    ]


def test_a_faulty_policy_is_left_out_on_request(read):
    inventory = read(f"{CLUSTER.replace('10', '-1')}---\n{ADMIN}", keep_going=True)

    assert [p.kind for p in inventory.admin_policies] == ["AdminNetworkPolicy"]
    assert len(inventory.left_out) == 1


HINTS = {
    cluster_rule(f"{{action: Allow, {TO}}}"): "ClusterNetworkPolicy calls it `Accept`",
    admin_rule(f"{{action: Accept, {TO}}}"): "AdminNetworkPolicy calls it `Allow`",
    baseline_rule(f"{{action: Pass, {TO}}}"): "nothing comes after the baseline",
    cluster_rule(f"{{action: pass, {TO}}}"): "did you mean `Pass`?",
    cluster_rule(f"{{action: Log, {TO}}}"): "one of Accept, Deny, Pass",
    baseline_rule(f"{{action: Log, {TO}}}"): "one of Allow, Deny",
    CLUSTER.replace("Admin", "baseline"): "did you mean `Baseline`?",
    CLUSTER.replace("Admin", "x"): "one of Admin, Baseline",
    BASELINE.replace("default", "other"): "rename it to `default`",
    cluster_rule(f"{{action: Deny, {TO}, protocols: []}}"): "leave out `protocols` to mean every port",
    cluster_rule("{action: Deny, to: [{namespaces: {}, nodes: {}}]}"): "make each an item of its own",
    cluster_rule("{action: Deny, to: [{networks: [10.0.0.1]}]}"): "for a single address write `10.0.0.1/32`",
    cluster_rule("{action: Deny, to: [{networks: [010.0.0.0/8]}]}"): "write `10.0.0.0/8`",
    cluster_rule("{action: Deny, to: [{networks: ['::ffff:10.0.0.0/104']}]}"): "write `10.0.0.0/8`",
    cluster_rule("{action: Accept, to: [{domainNames: ['*']}]}"): "`networks: [0.0.0.0/0, '::/0']`",
    cluster_rule(
        f"{{action: Deny, {TO}, protocols: [{{tcp: {{destinationPort: {{range: {{start: 5, end: 5}}}}}}}}]}}"
    ): "write `number: 5` to mean the one port",
    cluster_rule(
        f"{{action: Deny, {TO}, protocols: [{{tcp: {{destinationPort: {{range: {{start: 6, end: 5}}}}}}}}]}}"
    ): "swap the two values: start 5, end 6",
    CLUSTER.replace("{namespaces: {}}", "{pods: {}}"): "write `podSelector: {}` to mean every pod",
    ADMIN.replace("{namespaces: {}}", "{pods: {podSelector: {}}}"): (
        "write `namespaceSelector: {}` to mean every namespace"
    ),
}


@pytest.mark.parametrize(("text", "hint"), HINTS.items(), ids=HINTS.values())
def test_remedies(faults, text, hint):
    (found,) = faults(text)

    assert hint in found.hint
