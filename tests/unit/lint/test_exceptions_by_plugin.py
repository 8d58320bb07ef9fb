"""NPV229 and NPV254 under network plugins to which an `except` is more than the specification says."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.lint.linting import context_of, egress, findings, ingress, marked, messages, pod

from npverify import Cluster, QuerySettings, Verdict
from npverify.cni import GENERIC, CniProfile, ExceptMode, NamedPorts, profile_of
from npverify.reference import Evaluator
from npverify.resources import ExternalEndpoint, Flow, PodEndpoint, Protocol

UNDONE, TAKEN = "NPV229", "NPV254"
API = pod("api", "app: api", ips=["10.244.0.1"])
KUBE_ROUTER, AWS = profile_of("kube-router"), profile_of("aws-vpc,enabled=true")
MODES = [mode for mode in ExceptMode if mode is not ExceptMode.PER_BLOCK]


def block(cidr: str, *excepts: str) -> str:
    listed = (
        f", except: ['{', '.join(excepts)}']" if len(excepts) == 1 else f", except: [{', '.join(excepts)}]"
    )
    return f"{{ipBlock: {{cidr: '{cidr}'{listed if excepts else ''}}}}}"


WIDE = block("10.0.0.0/8", "10.1.0.0/16")


def of_mode(mode: ExceptMode) -> CniProfile:
    return CniProfile("mine", except_mode=mode)


ONE_SET, ONE_TABLE = of_mode(ExceptMode.ONE_SET), of_mode(ExceptMode.ONE_TABLE)


def codes(profile: CniProfile, *documents: str) -> set[str]:
    return {code for code in (UNDONE, TAKEN) if findings(code, *documents, profile=profile)}


# One rule -----------------------------------------------------------------------------------------------


def test_an_except_of_a_rule_is_taken_from_its_wider_blocks():
    documents = [API, egress(f"{WIDE}, {block('10.0.0.0/12')}")]

    (found,) = findings(TAKEN, *documents, profile=ONE_SET)

    assert found.message == (
        "`10.1.0.0/16` is kept out of more than its own block under `--cni mine`: "
        "`10.0.0.0/12` in egress rule 1 peer 2 does not admit `10.1.0.0` either"
    )
    assert found.hint == "write the other block in a rule of its own"
    assert marked(found) == "'10.1.0.0/16'"
    assert findings(UNDONE, *documents, profile=ONE_SET) == ()
    assert codes(GENERIC, *documents) == {UNDONE}


def test_an_except_of_a_rule_is_no_matter_of_other_rules():
    documents = [API, egress(WIDE), egress(block("10.0.0.0/8"), name="q")]

    (message,) = messages(UNDONE, *documents, profile=ONE_SET)

    assert message == (
        "`10.1.0.0/16` is not kept out under `--cni mine`: "
        "`NetworkPolicy shop/q` admits `10.1.0.0` all the same"
    )
    assert findings(TAKEN, *documents, profile=ONE_SET) == ()


def test_in_one_set_a_narrower_block_stands_and_of_equals_the_last():
    assert codes(ONE_SET, API, egress(f"{WIDE}, {block('10.1.2.0/24')}")) == set()
    assert codes(ONE_SET, API, egress(f"{WIDE}, {block('10.1.0.0/16')}")) == {UNDONE}
    assert codes(ONE_SET, API, egress(f"{block('10.1.0.0/16')}, {WIDE}")) == {TAKEN}


# All policies of a pod ----------------------------------------------------------------------------------


@pytest.mark.parametrize("other", [block("10.0.0.0/9"), ""])
def test_in_a_table_an_except_is_taken_from_every_wider_block(other):
    documents = [API, ingress(WIDE), ingress(other, "{port: 443}", name="q")]

    (found,) = findings(TAKEN, *documents, profile=ONE_TABLE)

    assert found.subject == "NetworkPolicy shop/p"
    assert found.message.endswith("`NetworkPolicy shop/q` does not admit `10.1.0.0` either")
    assert found.hint == "write the networks that are left as ipBlocks of their own instead"
    assert findings(UNDONE, *documents, profile=ONE_TABLE) == ()


def test_in_a_table_a_block_as_narrow_as_the_except_undoes_it():
    documents = [API, ingress(WIDE), ingress(block("10.1.0.0/16"), name="q")]

    assert codes(ONE_TABLE, *documents) == {UNDONE}


def test_a_narrower_block_passes_on_what_wider_ones_of_other_rules_admit():
    narrow = ingress(block("10.1.2.0/24"), "{port: 22}", name="r")

    (found,) = messages(UNDONE, API, ingress(WIDE), ingress("", name="q"), narrow, profile=ONE_TABLE)

    assert found == (
        "`10.1.0.0/16` is not all kept out under `--cni mine`: "
        "`NetworkPolicy shop/q` admits `10.1.2.0` all the same"
    )


def test_in_one_table_a_rule_may_admit_what_its_own_except_takes_out():
    documents = [
        API,
        ingress(block("10.0.0.0/8", "10.1.2.0/24"), "{port: 80}"),
        ingress(block("10.1.0.0/16"), "{port: 443}", name="q"),
        ingress(block("10.1.2.128/25"), "{port: 22}", name="r"),
    ]

    first, *_ = findings(UNDONE, *documents, profile=ONE_TABLE)

    assert first.message == (
        "`10.1.2.0/24` is not all kept out under `--cni mine`: its own rule admits `10.1.2.128` all the same"
    )
    assert first.hint == "write the networks that are left as ipBlocks of their own instead"


def test_in_one_table_an_except_may_take_more_than_its_own_addresses():
    documents = [
        API,
        ingress(block("10.0.0.0/8", "10.1.0.0/24"), "{port: 80}"),
        ingress(block("10.1.0.0/16", "10.1.0.0/24"), "{port: 22}", name="q"),
    ]

    (found,) = messages(TAKEN, *documents, profile=ONE_TABLE)

    assert found == (
        "`10.1.0.0/24` takes more than its own addresses under `--cni mine`: "
        "`10.0.0.0/8` in ingress rule 1 peer 1 does not admit `10.1.1.0`"
    )


def test_in_one_table_a_rule_with_names_that_come_to_nothing_is_not_there():
    profile = CniProfile(
        "mine", except_mode=ExceptMode.ONE_TABLE, named_ports_ingress=NamedPorts.SELECTED_PODS
    )
    documents = [API, ingress("", name="q")]

    assert codes(profile, *documents, ingress(WIDE, "{port: nosuch}")) == {UNDONE}
    assert codes(profile, *documents, ingress(WIDE, "{port: 80}")) == {TAKEN}


# Which pods -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("selector", "is_taken"), [("{matchLabels: {app: api}}", True), ("{matchLabels: {app: web}}", False)]
)
def test_policies_of_other_pods_are_another_matter(selector, is_taken):
    web = pod("web", "app: web")
    mine = ingress(WIDE, selector="{matchLabels: {app: api}}")

    found = findings(TAKEN, API, web, mine, ingress("", selector=selector, name="q"), profile=AWS)

    assert bool(found) == is_taken


def test_without_workloads_the_selectors_tell():
    mine = ingress(WIDE, selector="{matchLabels: {app: api}}")

    assert len(findings(TAKEN, mine, ingress("", name="q"), profile=AWS)) == 1
    assert findings(TAKEN, mine, ingress("", selector="{matchLabels: {a: b}}", name="q"), profile=AWS) == ()


def test_a_selected_pod_is_admitted_whatever_the_excepts_say():
    assert codes(AWS, API, ingress(f"{WIDE}, {{podSelector: {{}}}}")) == set()


# Proofs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("profile", "documents", "address", "is_admitted"),
    [
        (GENERIC, [egress(f"{WIDE}, {block('10.0.0.0/12')}")], "10.1.2.3", True),
        (KUBE_ROUTER, [egress(f"{WIDE}, {block('10.0.0.0/12')}")], "10.1.2.3", False),
        (KUBE_ROUTER, [egress(WIDE), egress(block("10.0.0.0/8"), name="q")], "10.1.2.3", True),
        (AWS, [egress(WIDE), egress(block("10.0.0.0/8"), name="q")], "10.1.2.3", False),
        (AWS, [egress(WIDE), egress(block("10.1.0.0/16"), name="q")], "10.1.2.3", True),
        (AWS, [egress(WIDE), egress("", name="q"), egress(block("10.1.2.0/24"), name="r")], "10.1.2.3", True),
        (
            AWS,
            [egress(WIDE), egress("", name="q"), egress(block("10.1.2.0/24"), name="r")],
            "10.1.3.3",
            False,
        ),
    ],
)
def test_what_is_found_is_what_the_solver_proves(profile, documents, address, is_admitted):
    context = context_of(API, *documents, profile=profile)
    cluster = Cluster(context.inventory)

    answer = cluster.query(f"can shop/pod/api reach {address}/32?", settings=QuerySettings(profile=profile))

    assert answer.verdict is (Verdict.REACHABLE if is_admitted else Verdict.UNREACHABLE)
    found = messages(UNDONE if is_admitted else TAKEN, API, *documents, profile=profile)
    assert any("`10.1." in message for message in found)


NETWORKS = ["0.0.0.0/0", "0.0.0.0/1", "0.0.0.0/2", "32.0.0.0/3", "0.0.0.0/3", "64.0.0.0/2", "128.0.0.0/2"]
ADDRESSES = [ip_address(number << 28) for number in range(16)]


@st.composite
def rules(draw) -> str:
    peers = []
    for _ in range(draw(st.integers(0, 3))):
        cidr = draw(st.sampled_from(NETWORKS))
        inside = [n for n in NETWORKS if n != cidr and _is_inside(n, cidr)]
        excepts = draw(st.lists(st.sampled_from(inside), max_size=2, unique=True)) if inside else []
        peers.append(block(cidr, *excepts))
    return ingress(", ".join(peers), name="p" + str(draw(st.integers(0, 10_000))))


def _is_inside(network: str, other: str) -> bool:
    return ip_network(network).subnet_of(ip_network(other))


@settings(max_examples=60)
@given(st.sampled_from(MODES), st.lists(rules(), min_size=1, max_size=3, unique=True))
def test_whatever_a_plugin_takes_from_a_block_is_found_and_nothing_else_is(mode, listed):
    profile = of_mode(mode)
    context = context_of(API, *listed, profile=profile)
    specified, enforced = (
        {a for a in ADDRESSES if _allows(context.inventory, each, a)} for each in (GENERIC, profile)
    )

    taken = messages(TAKEN, API, *listed, profile=profile)
    undone = messages(UNDONE, API, *listed, profile=profile)

    assert not specified - enforced or taken
    for message in taken:
        assert ip_address(message.rpartition("admit `")[2].split("`")[0]) in specified
    for message in undone:
        assert ip_address(message.rpartition("admits `")[2].split("`")[0]) in enforced


def _allows(inventory, profile, address) -> bool:
    (api,) = (workload.pods[0] for workload in inventory.workloads)
    end = PodEndpoint(api, inventory.namespaces["shop"], api.addresses[0])
    flow = Flow(ExternalEndpoint(address), end, Protocol.TCP, 80)
    return Evaluator(inventory.policies, profile).evaluate(flow).allowed
