"""A pod that connects to itself through a Service, as a user asks about it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.running import SHOP, npverify

ROOT = Path(__file__).parents[2]
QUESTION = "can api reach itself through svc/shop/api on 80?"


@pytest.mark.parametrize(
    ("cni", "verdict", "conditions"),
    [
        ("generic", "reachable", 2),
        ("calico", "unreachable", 0),
        ("cilium", "reachable", 0),
        ("aws-vpc,enabled=true", "unreachable", 1),
        ("flannel", "reachable", 0),
    ],
)
def test_the_network_plugin_decides(cni, verdict, conditions):
    finished = npverify("query", QUESTION, SHOP, "--cni", cni, "-o", "json")

    answer = json.loads(finished.stdout)
    assert answer["verdict"] == verdict, finished.stderr
    assert len(answer["conditions"]) == conditions
    assert answer["question"]["destination"]["text"] == "itself through svc/shop/api"


def test_a_flow_to_itself_is_told_with_its_rules():
    told = npverify("query", QUESTION, SHOP, "--cni", "calico").stdout

    assert told.startswith("unreachable: api cannot reach itself through svc/shop/api on tcp/http\n")
    assert (
        "  example    shop/deployment/api → itself, through a Service on tcp/3000 does not connect\n" in told
    )
    assert "  rests on   shop/api  examples/shop/policies.yaml:62:1\n" in told


def test_a_fact_that_nobody_checked_is_said_where_it_matters():
    fact = "a pod to itself through a Service, egress: policy; that is an inference"
    asked = "can api reach frontend?", SHOP, "--cni", "aws-vpc,enabled=true"

    assert fact in npverify("query", QUESTION, *asked[1:]).stdout
    assert fact not in npverify("query", *asked).stdout


@pytest.mark.parametrize("per_direction", [(), ("--per-direction",)])
def test_a_move_to_another_plugin_opens_it(per_direction):
    likewise = "cilium,sctp=true,cidr-match-mode=pods+nodes"
    moved = npverify("diff", SHOP, "--cni", "calico", "--new-cni", likewise, *per_direction)

    assert moved.returncode == 1
    regions = [line for line in moved.stdout.splitlines() if line.startswith(("+", "-"))]
    assert len(regions) == (7 if per_direction else 1)
    assert all(" → itself, through a Service on " in region for region in regions), regions
    assert (
        "because    a pod to itself through a Service, egress: policy for old, always for new" in moved.stdout
    )


def test_two_plugins_that_treat_it_alike_are_in_parity():
    assert npverify("diff", SHOP, "--cni", "calico", "--new-cni", "canal").returncode == 0


def test_an_assertion_can_be_about_it(tmp_path):
    claims = (
        "that: api can reach itself on tcp/http",
        "that: every pod in namespace shop can reach itself",
        "that: api cannot reach itself through svc/shop/api",
        "not: {reachable: {from: api, to: itself}}",
    )
    head = ("schema: npverify/v1", f"manifests: [{json.dumps(str(ROOT / SHOP))}]", "assertions:")
    (tmp_path / "npverify.yaml").write_text("\n".join((*head, *(f"- {claim}" for claim in claims))))
    file = str(tmp_path / "npverify.yaml")

    under_calico, under_cilium = (npverify("check", file, "--cni", cni) for cni in ("calico", "cilium"))

    assert "violated: 4 assertions: 2 hold, 2 violated" in under_calico.stdout, under_calico.stderr
    assert under_calico.stdout.startswith("violated: api can reach itself on tcp/http\n")
    assert "violated: 4 assertions: 2 hold, 2 violated" in under_cilium.stdout
    assert under_cilium.stdout.startswith("holds: api can reach itself on tcp/http\n")
