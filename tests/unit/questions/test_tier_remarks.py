"""What an answer under admin policies says that it takes for granted."""

from __future__ import annotations

from tests.unit.questions.test_admin_comparison import admin, rule

from npverify.manifests import inventory_from_objects
from npverify.questions.tier_remarks import remarks_on

NODE = {
    "apiVersion": "v1",
    "kind": "Node",
    "metadata": {"name": "n"},
    "status": {"addresses": [{"type": "InternalIP", "address": "10.0.0.9"}]},
}
NODES = admin("n", egress=[rule("Deny", {"nodes": {"matchLabels": {"pool": "db"}}}, field="to")])
EVERY_NODE = admin("n", egress=[rule("Deny", {"nodes": {}}, field="to")])
NAMES = admin("d", egress=[rule("Accept", {"domainNames": ["b.example", "*.a.example"]}, field="to")])


def said(*objects, resolved=()):
    inventory = inventory_from_objects(objects)
    return list(remarks_on(inventory.admin_policies, inventory.nodes, resolved))


def test_nodes_are_those_of_the_input():
    assert said(NODES, NODE)[0].endswith("the Node objects of the input: 1")
    assert said(NODES)[0].endswith("there is none, so it matches nothing")
    assert said(EVERY_NODE) == []


def test_names_that_nobody_resolves_are_told():
    assert "stands for: *.a.example, b.example (" in said(NAMES)[0]
    assert "stands for: *.a.example (" in said(NAMES, resolved=["www.a.example", "b.example"])[0]
    assert said(NAMES, resolved=["*.a.example", "b.example"]) == []
