"""What a policy keeps of its text beside its meaning."""

from __future__ import annotations

import pytest

from npverify.resources import UNKNOWN_ORIGIN

POLICY = """\
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: {name: p}
spec:
  podSelector: {}
  egress:
  - to:
    - ipBlock:
        cidr: 10.0.0.0/8
        except:
        - 10.1.0.0/16
        - 10.2.0.0/16
    ports:
    - protocol: UDP
      port: dns
    - protocol: TCP
"""


def place(origin) -> tuple[int, int, int]:
    return (origin.line, origin.column, origin.width)


def test_blocks_and_ports_keep_the_places_of_their_values(read):
    (policy,) = read(POLICY).policies

    (rule,) = policy.egress
    block = rule.peers[0].ip_block
    assert place(block.cidr_origin) == (9, 15, 10)
    assert [place(origin) for origin in block.except_origins] == [(11, 11, 11), (12, 11, 11)]
    assert place(rule.ports[0].port_origin) == (15, 13, 3)
    assert place(rule.ports[1].port_origin) == place(rule.ports[1].origin)


@pytest.mark.parametrize(
    ("spec", "defaulted", "has_egress"),
    [
        ("{}", True, False),
        ("{policyTypes: null, egress: null}", True, False),
        ("{policyTypes: [], egress: []}", True, True),
        ("{policyTypes: [Ingress]}", False, False),
        ("{policyTypes: [Egress], egress: [{}]}", False, True),
    ],
)
def test_a_policy_knows_what_was_written(read, spec, defaulted, has_egress):
    (policy,) = read(
        f"kind: NetworkPolicy\napiVersion: networking.k8s.io/v1\nmetadata: {{name: p}}\nspec: {spec}\n"
    ).policies

    assert policy.types_defaulted is defaulted
    assert (policy.egress_origin is not None) is has_egress


def test_a_policy_without_a_spec_gives_no_types(read):
    (policy,) = read("kind: NetworkPolicy\napiVersion: networking.k8s.io/v1\nmetadata: {name: p}\n").policies

    assert policy.types_defaulted
    assert policy.egress_origin is None


def test_what_was_written_where_does_not_make_a_policy_another_one(read):
    (policy,) = read(POLICY).policies
    (other,) = read(POLICY.replace("spec:", "spec:\n  policyTypes: [Ingress, Egress]")).policies

    assert policy == other
    assert hash(policy) == hash(other)
    assert policy.egress[0].origin != UNKNOWN_ORIGIN
