"""Plant errors in compiler, encodings and evaluator, one at a time, and see that a test catches each.

    python -m tests.mutation.plant [WORD]

Works on a copy of the project in a temporary folder. Each planted error is a line of the source and what it
becomes; WORD limits the run to errors whose description contains it. Exits with 1 if an error survives.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENCODINGS = "encodings/npverify_encodings/"
DIALECTS = "analyzer/npverify/dialects/"
PEERS = DIALECTS + "peers.py"
PORT_NAMES = DIALECTS + "port_names.py"
ONE_TABLE = DIALECTS + "one_table.py"
PLATFORM = "analyzer/npverify/dialects/platform.py"
READER = "analyzer/npverify/manifests/network_policy.py"
REFERENCE = "analyzer/npverify/reference/"
QUESTIONS = "analyzer/npverify/questions/"
COMPARISON = ("tests/property/test_comparison.py", "tests/cli/test_diff_command.py", "-m", "not slow")
REDUNDANCY = (
    "tests/property/test_redundancy.py",
    "tests/cli/test_simplify_command.py",
    "tests/unit/lint",
    "-m",
    "not slow",
)
SURROUNDINGS = "analyzer/npverify/dialects/surroundings.py"
ADMIN_DIALECT = "analyzer/npverify/dialects/admin.py"
ADMIN_REFERENCE = REFERENCE + "admin_policy.py"
ADMIN_ANSWERS = (
    "tests/unit/questions/test_ties.py",
    "tests/unit/questions/test_admin_comparison.py",
    "tests/unit/questions/test_admin_answers.py",
)
CNI = "analyzer/npverify/cni/"
PLUGINS = ("tests/unit/dialects",)
CNI_FACTS = ("tests/semantics/test_cni_facts.py",)
ADMIN_FLOWS = ("tests/unit/reference/test_admin_policy.py",)
TESTS = ("tests/semantics", "tests/property", "tests/unit", "-m", "not slow")
COPIED = ("analyzer", "encodings", "tests", "examples", "docs", "benchmarks", "pyproject.toml", "README.md")


@dataclass(frozen=True)
class Planted:
    """One error: in `file`, `old` becomes `new`; one of the `tests` has to fail."""

    what: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...] = TESTS


ERRORS = (
    Planted("OR for AND in a peer", PEERS, "    return all_of(*terms)\n", "    return any_of(*terms)\n"),
    Planted("pod selector of a peer ignored", PEERS, "if peer.pod_selector is not None:", "if False:"),
    Planted(
        "policy's namespace not used for a podSelector peer",
        PEERS,
        "terms.append(NamespaceIs(namespace))",
        "pass",
    ),
    Planted(
        "NotIn false on an absent key",
        ENCODINGS + "model.py",
        "return value is None or value not in self.values",
        "return value is not None and value not in self.values",
    ),
    Planted(
        "NotIn false on an absent key, in the encoding",
        ENCODINGS + "labels.py",
        "            case LabelOperator.NOT_IN:\n"
        "                return negate(self._script.any_of("
        "table.equals(_value(v)) for v in requirement.values))",
        "            case LabelOperator.NOT_IN:\n"
        "                return negate(self._script.any_of("
        "(table.equals(ABSENT), *(table.equals(_value(v)) for v in requirement.values))))",
    ),
    Planted(
        "Exists true on an absent key",
        ENCODINGS + "labels.py",
        "return negate(table.equals(ABSENT))",
        'return "true"',
    ),
    Planted(
        "except ignored",
        PEERS,
        "parts_of(block.cidr, profile))), *without)",
        "parts_of(block.cidr, profile))))",
    ),
    Planted("endPort ignored", PORT_NAMES, "port.end_port or first", "first"),
    Planted(
        "named port without its protocol",
        PORT_NAMES,
        "return all_of(protocol, PortNamed(name))",
        "return PortNamed(name)",
    ),
    Planted(
        "named port of any protocol on a declared pod",
        ENCODINGS + "ports.py",
        "self.encode_protocol(ProtocolIs(protocol))",
        '"true"',
    ),
    Planted(
        "isolation across directions",
        SURROUNDINGS,
        "if direction in policy.policy_types:",
        "if policy.policy_types:",
    ),
    Planted(
        "isolation by a policy of another namespace",
        PEERS,
        "NamespaceIs(policy.namespace), ",
        "",
    ),
    Planted(
        "egress: [] isolates for egress",
        READER,
        "has_egress=bool(egress)",
        'has_egress=spec.data.get("egress") is not None',
    ),
    Planted(
        "policyTypes default without Egress",
        READER,
        "(Direction.INGRESS, Direction.EGRESS) if has_egress else (Direction.INGRESS,)",
        "(Direction.INGRESS,)",
    ),
    Planted(
        "range one too short",
        ENCODINGS + "ports.py",
        'bounds.append(f"(bvule {port} #x{atom.last:04x})")',
        'bounds.append(f"(bvult {port} #x{atom.last:04x})")',
    ),
    Planted(
        "range starts one too late",
        ENCODINGS + "ports.py",
        'bounds.append(f"(bvule #x{atom.first:04x} {port})")',
        'bounds.append(f"(bvult #x{atom.first:04x} {port})")',
    ),
    Planted(
        "signed comparison of ports",
        ENCODINGS + "ports.py",
        'bounds.append(f"(bvule {port} #x{atom.last:04x})")',
        'bounds.append(f"(bvsle {port} #x{atom.last:04x})")',
    ),
    Planted(
        "prefix one bit too short",
        ENCODINGS + "addresses.py",
        "        if network.prefixlen == 0:\n            return family\n",
        "        if network.prefixlen == 0:\n            return family\n"
        "        network = network.supernet()\n"
        "        if network.prefixlen == 0:\n            return family\n",
    ),
    Planted(
        "address families mixed",
        ENCODINGS + "addresses.py",
        "return flag if version == 6 else negate(flag)",
        'return flag if version == 6 else "true"',
    ),
    Planted(
        "a block of every IPv4 address holds IPv6 ones",
        ENCODINGS + "addresses.py",
        "        if network.prefixlen == 0:\n            return family\n",
        '        if network.prefixlen == 0:\n            return "true"\n',
    ),
    Planted(
        "label peers match what is no pod",
        PEERS,
        "terms: list[EndpointSet] = [_POD]",
        "terms: list[EndpointSet] = []",
    ),
    Planted(
        "a block never matches a pod",
        PEERS,
        "kinds = [Not(_POD)] if not profile.ip_block_matches_pods else []",
        "kinds = [Not(_POD)]",
    ),
    Planted(
        "ports and peers joined with OR",
        ENCODINGS + "verdict.py",
        "        matched = self._script.all_of(terms)\n",
        "        matched = self._script.any_of(terms)\n",
    ),
    Planted(
        "an isolated pod without a rule is allowed",
        ENCODINGS + "verdict.py",
        "verdict = self._script.all_of((negate(isolated), following))",
        "verdict = following",
    ),
    Planted(
        "only one direction decides",
        ENCODINGS + "verdict.py",
        "flow.script.all_of((terms[Goal.EGRESS], terms[Goal.INGRESS]))",
        "terms[Goal.INGRESS]",
    ),
    Planted(
        "metadata.name not tied to the namespace",
        ENCODINGS + "labels.py",
        "if requirement.key == self._world.identity_label:",
        "if False:",
    ),
    Planted(
        "labels of known namespaces left open",
        ENCODINGS + "labels.py",
        "        for name, labels in self._known.items() if keys else ():",
        "        for name, labels in self._known.items() if not keys else ():",
    ),
    Planted(
        "an outside address may be a pod's",
        ENCODINGS + "endpoints.py",
        "        if self.addresses.is_used:\n            elsewhere",
        "        if False:\n            elsewhere",
    ),
    Planted(
        "pods outside of the pod network",
        ENCODINGS + "endpoints.py",
        "        if networks:\n            require",
        "        if False:\n            require",
    ),
    Planted(
        "own node kept out by policies",
        PLATFORM,
        "return (StagedLayer(stage, Layer(rules=(rule,))),)",
        "return ()",
    ),
    Planted(
        "own node always reached by its pods",
        PLATFORM,
        "if direction is Direction.EGRESS:",
        "if False:",
    ),
    Planted(
        "a single pod is both ends",
        ENCODINGS + "flows.py",
        "if group.is_single and group.members[0].name in singles",
        "if False",
    ),
    Planted(
        "a template is one pod",
        QUESTIONS + "selections.py",
        "ports=named_ports(pod),\n        single=not pod.replicated,",
        "ports=named_ports(pod),\n        single=True,",
    ),
    Planted(
        "every node is every pod's own",
        ENCODINGS + "flows.py",
        "        if self._may_be_nodes:\n            self._tie_own_nodes()",
        "        if False:\n            self._tie_own_nodes()",
    ),
    Planted(
        "evaluator: NotIn false on an absent key",
        REFERENCE + "selectors.py",
        "    return not is_listed\n",
        "    return is_present and not is_listed\n",
    ),
    Planted(
        "evaluator: except ignored",
        REFERENCE + "network_policy.py",
        "return not any(address in excepted for excepted in block.excepts)",
        "return True",
    ),
    Planted(
        "evaluator: endPort ignored",
        REFERENCE + "network_policy.py",
        "return port.port <= flow.port <= port.end_port",
        "return flow.port == port.port",
    ),
    Planted(
        "region larger than the property",
        ENCODINGS + "witness.py",
        "        if follows([*needed, *tail]):\n",
        "        if True:\n",
    ),
    Planted(
        "list of what can reach ends early",
        QUESTIONS + "listing.py",
        "return tuple(lines[key] for key in sorted(lines)), complete",
        "return tuple(lines[key] for key in sorted(lines))[:1], complete",
    ),
    Planted(
        "opened and closed swapped",
        ENCODINGS + "comparison.py",
        "((after, before), (before, after))",
        "((before, after), (after, before))",
        COMPARISON,
    ),
    Planted(
        "one direction forgotten in a comparison",
        ENCODINGS + "comparison.py",
        "            encoder.encode_allows(version.ingress, Side.DESTINATION),\n",
        "",
        COMPARISON,
    ),
    Planted(
        "isolation left out of the normal form",
        ENCODINGS + "normal.py",
        "        differing |= _apart(*isolated)\n",
        "",
        COMPARISON,
    ),
    Planted(
        "parts of the new version only",
        ENCODINGS + "normal.py",
        "        **{part: None for part in one if part not in other},\n",
        "",
        COMPARISON,
    ),
    Planted(
        "NotIn of several values as that of the first",
        ENCODINGS + "normal.py",
        "frozenset(LabelRequirement(scope, key, LabelOperator.NOT_IN, (value,)) for value in values),",
        "frozenset({LabelRequirement(scope, key, LabelOperator.NOT_IN, values[:1])}),",
        COMPARISON,
    ),
    Planted(
        "a slice without the rules that an index holds under no value",
        ENCODINGS + "slicing.py",
        "sorted(numbers.union(self._others))",
        "sorted(numbers)",
        COMPARISON,
    ),
    Planted(
        "an absent label taken for one that cannot be",
        ENCODINGS + "slicing.py",
        "return values is None or any(endpoints.admits(value) for value in values)",
        "return values is not None and any(endpoints.admits(value) for value in values)",
        COMPARISON,
    ),
    Planted(
        "slices that a flow connects taken apart",
        QUESTIONS + "comparison/problems.py",
        "return any(a.meets(b, self.versions.world) for a in one.boxes for b in other.boxes)",
        "return False",
        COMPARISON,
    ),
    Planted(
        "labels of namespaces of the new version in both",
        QUESTIONS + "comparison/versions.py",
        "relabel = at_namespaces(self.relabelled[age])",
        "relabel = at_namespaces(self.relabelled[Age.NEW])",
        COMPARISON,
    ),
    Planted(
        "relabelled namespaces in any reading",
        QUESTIONS + "comparison/versions.py",
        "readings=moved if self.moved_keys else (),",
        "readings=(),",
        COMPARISON,
    ),
    Planted(
        "workloads that have changed passed over",
        QUESTIONS + "comparison/compare.py",
        "                changes.of_pods(tuple(Direction), apart=apart),\n",
        "",
        COMPARISON,
    ),
    Planted(
        "a cut list called complete",
        QUESTIONS + "comparison/compare.py",
        "            if len(self._differences) >= limit:\n                self._complete = False\n",
        "            if len(self._differences) >= limit:\n",
        COMPARISON,
    ),
    Planted(
        "a cover that is not minimal",
        ENCODINGS + "coverage.py",
        "kept = minimise(solver, suffices, [literal for literal in outside if literal in core])",
        "kept = outside",
        REDUNDANCY,
    ),
    Planted(
        "a policy removed though it alone isolates",
        QUESTIONS + "redundancy/search.py",
        "        if isolation is None:\n            return None\n        cover: dict",
        "        if isolation is None:\n            isolation = ()\n        cover: dict",
        REDUNDANCY,
    ),
    Planted(
        "neighbours by any one label",
        QUESTIONS + "redundancy/search.py",
        "if other == part or all(theirs",
        "if other == part or any(theirs",
        REDUNDANCY,
    ),
    Planted(
        "a policy covered by its own rules",
        QUESTIONS + "redundancy/search.py",
        "return [other for other in self._overlapping(rule) if other.policy is not rule.policy]",
        "return [other for other in self._overlapping(rule) if other != rule]",
        REDUNDANCY,
    ),
    Planted(
        "rules merged that differ in peers and ports",
        "analyzer/npverify/simplification/merging.py",
        "same_peers = set(kept.peers) == set(other.peers)",
        "same_peers = True",
        REDUNDANCY,
    ),
    Planted(
        "admin: priorities in descending order",
        ADMIN_DIALECT,
        "return policy.tier, policy.priority, policy.name, policy.kind",
        "return policy.tier, -policy.priority, policy.name, policy.kind",
        ADMIN_ANSWERS,
    ),
    Planted(
        "admin: Pass accepts",
        ADMIN_DIALECT,
        "AdminAction.PASS: Action.PASS,",
        "AdminAction.PASS: Action.ALLOW,",
        ADMIN_ANSWERS,
    ),
    Planted(
        "admin: Pass denies, at Baseline too",
        ADMIN_DIALECT,
        "AdminAction.PASS: Action.PASS,",
        "AdminAction.PASS: Action.DENY,",
        ADMIN_ANSWERS,
    ),
    Planted(
        "admin: Baseline before the NetworkPolicies",
        ADMIN_DIALECT,
        "Tier.BASELINE: Stage.BASELINE}",
        "Tier.BASELINE: Stage.ADMIN}",
        ADMIN_ANSWERS,
    ),
    Planted(
        "admin: Baseline skipped because a NetworkPolicy selects the pod in the other direction",
        SURROUNDINGS,
        "if direction in policy.policy_types:",
        "if policy.policy_types:",
        ADMIN_ANSWERS,
    ),
    Planted(
        "admin: a tie decided by name",
        ADMIN_DIALECT,
        "if group[0].priority in tied:",
        "if False:",
        ADMIN_ANSWERS,
    ),
    Planted(
        "admin: one policy of a tie the first at both ends",
        ADMIN_DIALECT,
        "    yield from ((policy, goes_second(policy)) for policy in group)\n",
        "",
        ADMIN_ANSWERS,
    ),
    Planted(
        "admin: ties by what rules say, not by what they do",
        ADMIN_DIALECT,
        "actions = {_effective_action(rule) for",
        "actions = {rule.action for",
        ADMIN_ANSWERS,
    ),
    Planted(
        "admin: subject ignored",
        ADMIN_DIALECT,
        "owner_of(policy), compile_pods(policy.subject), _ACTIONS[effective]",
        "owner_of(policy), EVERYTHING, _ACTIONS[effective]",
        ADMIN_ANSWERS,
    ),
    Planted(
        "admin: whatever has no pod's labels taken for a pod",
        ADMIN_DIALECT,
        "        _POD,\n        *compile_selector(pods.namespace_selector",
        "        *compile_selector(pods.namespace_selector",
        ADMIN_ANSWERS,
    ),
    Planted(
        "admin: networks match no pod",
        ADMIN_DIALECT,
        "parts += [AddressIn(network) for network in peer.networks]",
        "parts += [all_of(Not(_POD), AddressIn(network)) for network in peer.networks]",
        ADMIN_ANSWERS,
    ),
    Planted(
        "admin: an empty selector of nodes met by those that are known",
        ADMIN_DIALECT,
        "    if not selector.requirements:\n        return KindIs(Kind.NODE)\n",
        "",
        ADMIN_ANSWERS,
    ),
    Planted(
        "admin: nodes by their IPv4 addresses",
        ADMIN_DIALECT,
        "        for address in node.addresses\n",
        "        for address in node.addresses\n        if address.version == 4\n",
        ADMIN_ANSWERS,
    ),
    Planted(
        "admin: an Accept with an unknown peer fails open",
        ADMIN_DIALECT,
        "return None if rule.action is AdminAction.ACCEPT else AdminAction.DENY",
        "return AdminAction.ACCEPT if rule.action is AdminAction.ACCEPT else AdminAction.DENY",
        ADMIN_ANSWERS,
    ),
    Planted(
        "admin: a Pass with an unknown peer passes",
        ADMIN_DIALECT,
        "return None if rule.action is AdminAction.ACCEPT else AdminAction.DENY",
        "return None if rule.action is AdminAction.ACCEPT else rule.action",
        ADMIN_ANSWERS,
    ),
    Planted(
        "admin: an open domain name stands for pods",
        ADMIN_DIALECT,
        "outside = KindIs(Kind.EXTERNAL)",
        "outside = EVERYTHING",
        ADMIN_ANSWERS,
    ),
    Planted(
        "admin: a name below a star closes it",
        ADMIN_DIALECT,
        "if name not in admin.resolved:",
        "if not _resolved(name, admin.resolved):",
        ADMIN_ANSWERS,
    ),
    Planted(
        "admin: a star within a label",
        ADMIN_DIALECT,
        'suffix = name.removeprefix("*")',
        'suffix = name.removeprefix("*.")',
        ADMIN_ANSWERS,
    ),
    Planted(
        "admin: the last port of a range left out",
        ADMIN_DIALECT,
        "PortIn(port.first, port.last or port.first)",
        "PortIn(port.first, max(port.first, (port.last or port.first) - 1))",
        ADMIN_ANSWERS,
    ),
    Planted(
        "evaluator, admin: priorities in descending order",
        ADMIN_REFERENCE,
        "for priority in sorted(by_priority):",
        "for priority in sorted(by_priority, reverse=True):",
        ADMIN_FLOWS,
    ),
    Planted(
        "evaluator, admin: Pass at Baseline denies",
        REFERENCE + "evaluator.py",
        "if match.action is not AdminAction.PASS:",
        "if match.action is not AdminAction.PASS or tier is Tier.BASELINE:",
        ADMIN_FLOWS,
    ),
    Planted(
        "evaluator, admin: a NetworkPolicy that isolates is not final",
        REFERENCE + "evaluator.py",
        "            if own.decision.isolates:\n                break\n",
        "",
        ADMIN_FLOWS,
    ),
    Planted(
        "evaluator, admin: Baseline skipped because a NetworkPolicy selects the pod in the other direction",
        REFERENCE + "network_policy.py",
        "        and direction in policy.policy_types\n",
        "",
        ADMIN_FLOWS,
    ),
    Planted(
        "evaluator, admin: a tie decided by name",
        ADMIN_REFERENCE,
        'return by_name[::-1] if goes("first", by_name[1], facts) else by_name',
        "return by_name",
        ADMIN_FLOWS,
    ),
    Planted(
        "evaluator, admin: the second of a tie ignored",
        ADMIN_REFERENCE,
        'seconds = [policy for policy in by_name if goes("second", policy, facts) and policy not in firsts]',
        "seconds: list[AdminPolicy] = []",
        ADMIN_FLOWS,
    ),
    Planted(
        "evaluator, admin: networks match no pod",
        ADMIN_REFERENCE,
        "return is_within(peer.address, item.networks)",
        "return not isinstance(peer, PodEndpoint) and is_within(peer.address, item.networks)",
        ADMIN_FLOWS,
    ),
    Planted(
        "evaluator, admin: an empty selector of nodes met by those that are known",
        ADMIN_REFERENCE,
        "if not selector.requirements and isinstance(peer, NodeEndpoint):",
        "if False:",
        ADMIN_FLOWS,
    ),
    Planted(
        "evaluator, admin: a pod at a node's address taken for the node",
        ADMIN_REFERENCE,
        "    if isinstance(peer, PodEndpoint):\n        return False\n",
        "",
        ADMIN_FLOWS,
    ),
    Planted(
        "evaluator, admin: an Accept with an unknown peer fails open",
        ADMIN_REFERENCE,
        "return None if rule.action is AdminAction.ACCEPT else AdminAction.DENY",
        "return rule.action if rule.action is AdminAction.ACCEPT else AdminAction.DENY",
        ADMIN_FLOWS,
    ),
    Planted(
        "evaluator, admin: a Pass with an unknown peer passes",
        ADMIN_REFERENCE,
        "return None if rule.action is AdminAction.ACCEPT else AdminAction.DENY",
        "return None if rule.action is AdminAction.ACCEPT else rule.action",
        ADMIN_FLOWS,
    ),
    Planted(
        "evaluator, admin: an open domain name stands for pods",
        ADMIN_REFERENCE,
        "if name in around.resolved or not isinstance(peer, ExternalEndpoint):",
        "if name in around.resolved:",
        ADMIN_FLOWS,
    ),
    Planted(
        "evaluator, admin: a name below a star closes it",
        ADMIN_REFERENCE,
        "if name in around.resolved or not isinstance",
        "if any(o == name or is_below(o, name) for o in around.resolved) or not isinstance",
        ADMIN_FLOWS,
    ),
    Planted(
        "evaluator, admin: a star within a label",
        ADMIN_REFERENCE,
        "name.endswith(pattern[1:])",
        "name.endswith(pattern[2:])",
        ADMIN_FLOWS,
    ),
    Planted(
        "evaluator, admin: a port name of any protocol",
        ADMIN_REFERENCE,
        "(port.name, port.protocol, port.number) == (name, flow.protocol, flow.port)",
        "(port.name, port.number) == (name, flow.port)",
        ADMIN_FLOWS,
    ),
    Planted(
        "evaluator, admin: the last port of a range left out",
        ADMIN_REFERENCE,
        "port.first <= flow.port <= port.last",
        "port.first <= flow.port < max(port.last, port.first + 1)",
        ADMIN_FLOWS,
    ),
    Planted(
        "evaluator, admin: protocol missing means TCP",
        ADMIN_REFERENCE,
        "if rule.ports and not any(port_holds(port, flow) for port in rule.ports):",
        "if not any(port_holds(port, flow) for port in rule.ports or (AdminPort(),)):",
        ADMIN_FLOWS,
    ),
    Planted(
        "plugins: the first of equal networks decides",
        PEERS,
        "            admits[part] = True\n",
        "            admits.setdefault(part, True)\n",
        PLUGINS,
    ),
    Planted(
        "plugins: an exception takes from narrower blocks, too",
        PEERS,
        "*(Not(AddressIn(n)) for n in _widest(_refused_in(part, admits)))",
        "*(Not(AddressIn(n)) for n, own in admits.items() if not own)",
        PLUGINS,
    ),
    Planted(
        "plugins: ::/0 is every address",
        PEERS,
        "if network == _EVERY_IPV6 and not profile.any_ipv6_block:",
        "if False:",
        PLUGINS,
    ),
    Planted(
        "plugins: pods that disagree open every number of theirs",
        PORT_NAMES,
        "        if len(numbers) > 1:\n            return NOTHING\n",
        "",
        PLUGINS,
    ),
    Planted(
        "plugins: a destination that disagrees does not count",
        PORT_NAMES,
        "return all_of(number, Not(PortElsewhere(name, port.protocol)))",
        "return number",
        PLUGINS,
    ),
    Planted(
        "plugins: a name that the destination has elsewhere is unresolved",
        PORT_NAMES,
        ", PortElsewhere(name, port.protocol))\n\n\ndef compile_port",
        ")\n\n\ndef compile_port",
        PLUGINS,
    ),
    Planted(
        "plugins: hostNetwork pods give no numbers where they should",
        PORT_NAMES,
        "listed = pods.selected(policy, with_hosts=True)",
        "listed = pods.selected(policy)",
        PLUGINS,
    ),
    Planted(
        "plugins: an entry inherits by no way around",
        ONE_TABLE,
        "        ways += [self._passed(wide, each, narrow, subject) for each in between]\n",
        "",
        PLUGINS,
    ),
    Planted(
        "plugins: a prefix of 32 passes down in IPv6",
        ONE_TABLE,
        "_PASSING_NOTHING_DOWN = frozenset(_BITS.values())",
        "_PASSING_NOTHING_DOWN = frozenset({128})",
        PLUGINS,
    ),
    Planted(
        "plugins: a selected pod has no entry",
        ONE_TABLE,
        "pods.peers, pods.given, Action.PASS) for pods in selected]",
        "pods.peers, pods.given, Action.PASS) for pods in ()]",
        PLUGINS,
    ),
    Planted(
        "plugins: a rule without a port gives its exceptions",
        DIALECTS + "table_entries.py",
        "    return EVERYTHING if given is None else given\n",
        "    return EVERYTHING\n",
        PLUGINS,
    ),
    Planted(
        "plugins: an egress rule does not count for ingress",
        DIALECTS + "kubernetes.py",
        "yield Rule(str(policy), all_of(parts.subject, peer), parts.subject, traffic)",
        "yield from ()",
        PLUGINS,
    ),
    Planted(
        "facts: one without a case",
        CNI + "facts.py",
        '        "kinds": "policy kinds with an effect",\n',
        '        "kinds": "policy kinds with an effect",\n        "evidence": "sources",\n',
        CNI_FACTS,
    ),
    Planted(
        "facts: Cilium's pods always reach their nodes",
        CNI + "cilium.py",
        '"own_node_egress": OwnNodeEgress.POLICY,',
        '"own_node_egress": OwnNodeEgress.ALWAYS,',
        CNI_FACTS,
    ),
    Planted(
        "facts: Calico with admin policies in one release only",
        CNI + "calico.py",
        "choice.is_before(3, 30)",
        "choice.is_before(3, 31)",
        CNI_FACTS,
    ),
    Planted(
        "facts: a setting without effect",
        CNI + "antrea.py",
        'if choice.is_on("cluster-network-policy") and not choice.is_before(*_FIRST_WITH_CLUSTER_POLICIES):',
        "if False:",
        CNI_FACTS,
    ),
    Planted(
        "facts: a guess that passes for checked",
        CNI + "plugin.py",
        'return Evidence(f"inference: {place}", verified=False)',
        'return Evidence(f"inference: {place}")',
        CNI_FACTS,
    ),
    Planted(
        "facts: an ipBlock always matches nodes",
        PEERS,
        "    kinds += [Not(KindIs(Kind.NODE))] if not profile.ip_block_matches_nodes else []\n",
        "",
        CNI_FACTS,
    ),
    Planted(
        "facts: peers never select hostNetwork pods",
        PEERS,
        "return any_of(all_of(*terms), pods.hosts(peer, namespace))",
        "return all_of(*terms)",
        CNI_FACTS,
    ),
    Planted(
        "facts: endPort counts everywhere",
        PORT_NAMES,
        "if isinstance(port.port, int) and not self.profile.end_port:",
        "if False:",
        CNI_FACTS,
    ),
    Planted(
        "facts: SCTP enforced everywhere",
        PLATFORM,
        "if profile.sctp is Sctp.ENFORCED or not profile.enforces:",
        "if True:",
        CNI_FACTS,
    ),
    Planted(
        "facts: both address families carried everywhere",
        PLATFORM,
        "if set(profile.families) == set(EVERY_ADDRESS):",
        "if True:",
        CNI_FACTS,
    ),
    Planted(
        "facts: the own node always let in",
        PLATFORM,
        "elif profile.own_node_ingress is OwnNodeIngress.OPEN:",
        "elif False:",
        CNI_FACTS,
    ),
    Planted(
        "facts: a pod and itself through a Service, the directions swapped",
        PLATFORM,
        "return profile.self_service_egress if direction is Direction.EGRESS",
        "return profile.self_service_egress if direction is Direction.INGRESS",
        CNI_FACTS,
    ),
    Planted(
        "facts: admin policies of kinds that are not implemented",
        DIALECTS + "__init__.py",
        "admin.of_kinds(profile.kinds)",
        "admin",
        CNI_FACTS,
    ),
    Planted(
        "facts: pods that no policy selects never isolated",
        DIALECTS + "kubernetes.py",
        "    if not (profile.enforces and profile.unselected_isolated):\n        return\n",
        "    if True:\n        return\n",
        CNI_FACTS,
    ),
    Planted(
        "facts: policies with port names never rejected",
        DIALECTS + "kubernetes.py",
        "if rejects and names_a_port(policy):",
        "if False:",
        CNI_FACTS,
    ),
    Planted(
        "evaluator, facts: rules without their type ignored everywhere",
        REFERENCE + "plugin.py",
        "return not profile.policy_types and len(policy.rules(direction)) > 0",
        "return False",
        CNI_FACTS,
    ),
    Planted(
        "evaluator, facts: a node never drops what its pods send",
        REFERENCE + "evaluator.py",
        "if is_own_node and self._profile.own_node_egress is OwnNodeEgress.NEVER:",
        "if False:",
        CNI_FACTS,
    ),
    Planted(
        "evaluator, facts: admin policies of kinds that are not implemented",
        REFERENCE + "evaluator.py",
        " if profile.kinds is None or ADMIN_KINDS[p.kind] in profile.kinds",
        "",
        CNI_FACTS,
    ),
    Planted(
        "answers, facts: policies without effect not named",
        QUESTIONS + "profile_remarks.py",
        "    if idle:\n",
        "    if False:\n",
        CNI_FACTS,
    ),
    Planted(
        "answers, facts: that nothing is enforced not said first",
        QUESTIONS + "ask.py",
        "            *idle_notes(inventory, settings.profile),\n",
        "            *_remarks(inventory),\n            *idle_notes(inventory, settings.profile),\n",
        CNI_FACTS,
    ),
    Planted(
        "answers, facts: kinds of another plugin leave the verdict open",
        QUESTIONS + "unmodelled.py",
        "return profile.enforces and profile.name in _ENFORCED_BY[component]",
        "return profile.enforces or profile.name in _ENFORCED_BY[component]",
        ("tests/unit/questions/test_unmodelled.py",),
    ),
    Planted(
        "answers, facts: that nothing is enforced not said first of claims",
        "analyzer/npverify/checking/running.py",
        "(*idle_notes(checker.inventory, profile), *plugin_notes(checker.inventory, profile))",
        "(*plugin_notes(checker.inventory, profile), *idle_notes(checker.inventory, profile)[1:])",
        ("tests/cli/test_idle_policies.py",),
    ),
    Planted(
        "answers, facts: guesses not told",
        QUESTIONS + "profile_remarks.py",
        "if not evidence.verified and takes_part(",
        "if False and takes_part(",
        CNI_FACTS,
    ),
    Planted(
        "answers, facts: a claim about no flow not called vacuous",
        QUESTIONS + "ask.py",
        "if not reasons and result.has_no_declared and",
        "if False and",
        CNI_FACTS,
    ),
)


def main() -> int:
    """Plant every error in turn; the number of survivors decides the exit code."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    chosen = [error for error in ERRORS if wanted in error.what]
    survivors = []
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        _copy(project)
        if any(_fails(project, tests) for tests in sorted({error.tests for error in chosen})):
            print("the tests fail before any error is planted")
            return 2
        for error in chosen:
            caught = _is_caught(project, error)
            print(f"{'caught  ' if caught else 'SURVIVED'}  {error.what}", flush=True)
            if not caught:
                survivors.append(error)
    print(f"{len(chosen) - len(survivors)} of {len(chosen)} planted errors caught")
    return 1 if survivors else 0


def _copy(project: Path) -> None:
    project.mkdir()
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, project / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy(source, project / name)


def _is_caught(project: Path, error: Planted) -> bool:
    path = project / error.file
    original = path.read_text(encoding="utf-8")
    if original.count(error.old) != 1:
        raise SystemExit(f"`{error.what}`: the line to change is not in {error.file} exactly once")
    path.write_text(original.replace(error.old, error.new), encoding="utf-8")
    try:
        return _fails(project, error.tests)
    finally:
        path.write_text(original, encoding="utf-8")


def _fails(project: Path, tests: tuple[str, ...]) -> bool:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-n", "2", *tests]
    environment = {**os.environ, "CI": "true", "PYTHONDONTWRITEBYTECODE": "1"}
    finished = subprocess.run(command, cwd=project, env=environment, capture_output=True, check=False)
    return finished.returncode != 0


if __name__ == "__main__":
    sys.exit(main())
