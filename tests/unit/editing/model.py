"""What edits mean, said once more over the typed policies, and random edits that are allowed."""

from __future__ import annotations

import io
from dataclasses import replace

from hypothesis import strategies as st

from npverify import strategies
from npverify.editing import (
    AppendPeers,
    AppendPorts,
    AppendRules,
    DeletePeer,
    DeletePolicy,
    DeletePort,
    DeleteRule,
    PolicyId,
)
from npverify.errors import UsageError
from npverify.manifests import inventory_from_objects, read_paths
from npverify.resources import Direction


def policies_in(text):
    """The policies of a text, by name."""
    try:
        found = read_paths(["-"], stdin=io.BytesIO(text.encode())).policies
    except UsageError:
        return {}
    return by_id(found)


def policies_of(objects):
    return by_id(inventory_from_objects(objects).policies)


def by_id(policies):
    return {PolicyId(policy.namespace, policy.name): policy for policy in policies}


def apply(policies, edits):
    """The policies after the edits; what a policy isolates never changes."""
    result = {}
    for name, policy in policies.items():
        mine = [edit for edit in edits if edit.policy == name]
        if any(isinstance(edit, DeletePolicy) for edit in mine):
            continue
        result[name] = replace(
            policy,
            ingress=_rules(policy.ingress, [e for e in mine if e.direction is Direction.INGRESS]),
            egress=_rules(policy.egress, [e for e in mine if e.direction is Direction.EGRESS]),
        )
    return result


def _rules(rules, edits):
    gone = {edit.rule for edit in edits if isinstance(edit, DeleteRule)}
    kept = [
        _rule(rule, [e for e in edits if not isinstance(e, AppendRules) and e.rule == number])
        for number, rule in enumerate(rules)
        if number not in gone
    ]
    return (*kept, *(rule for edit in edits if isinstance(edit, AppendRules) for rule in edit.rules))


def _rule(rule, edits):
    peers = {edit.peer for edit in edits if isinstance(edit, DeletePeer)}
    ports = {edit.port for edit in edits if isinstance(edit, DeletePort)}
    more_peers = [peer for edit in edits if isinstance(edit, AppendPeers) for peer in edit.peers]
    more_ports = [port for edit in edits if isinstance(edit, AppendPorts) for port in edit.ports]
    return replace(
        rule,
        peers=(*(peer for n, peer in enumerate(rule.peers) if n not in peers), *more_peers),
        ports=(*(port for n, port in enumerate(rule.ports) if n not in ports), *more_ports),
    )


@st.composite
def new_rules(draw, most=2):
    """Rules of another policy, to append."""
    policy = draw(strategies.network_policies(max_rules=most))
    return next(iter(policies_of([policy]).values())).ingress


@st.composite
def edit_lists(draw, policies, *, appends=True):
    """Edits that may be made together: none takes the last peer or port of a rule that stays."""
    found = []
    for name, policy in policies.items():
        if not draw(st.integers(0, 3)):
            found.append(DeletePolicy(name))
        for direction in Direction:
            for number, rule in enumerate(policy.rules(direction)):
                if not draw(st.integers(0, 2)):
                    found.append(DeleteRule(name, direction, number))
                found += draw(_inside(name, direction, number, rule, appends=appends))
            rules = draw(new_rules()) if appends and draw(st.booleans()) else ()
            if rules:
                found.append(AppendRules(name, direction, rules))
    return draw(st.permutations(found))


@st.composite
def _inside(draw, name, direction, number, rule, *, appends):
    other = draw(new_rules(most=1)) if appends and draw(st.booleans()) else ()
    peers, ports = (other[0].peers, other[0].ports) if other else ((), ())
    gone_peers = draw(_some_of(len(rule.peers), may_be_all=bool(peers)))
    gone_ports = draw(_some_of(len(rule.ports), may_be_all=bool(ports)))
    return [
        *([AppendPeers(name, direction, number, peers)] if peers else ()),
        *([AppendPorts(name, direction, number, ports)] if ports else ()),
        *(DeletePeer(name, direction, number, index) for index in gone_peers),
        *(DeletePort(name, direction, number, index) for index in gone_ports),
    ]


def _some_of(size, *, may_be_all):
    indexes = st.lists(st.sampled_from(range(size)), unique=True) if size else st.just([])
    return indexes.filter(lambda found: may_be_all or not size or len(found) < size)
