"""Every part of an admin policy knows where it was written."""

from __future__ import annotations

import pickle

from tests.unit.manifests.admin_texts import BASELINE

POLICY = """\
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: p}
spec:
  tier: Admin
  priority: 10
  subject:
    pods:
      namespaceSelector: {}
      podSelector:
        matchLabels:
          app: db
  ingress:
  - action: Pass
    from:
    - namespaces:
        matchLabels: {a: b}
  egress:
  - name: out
    action: Accept
    to:
    - networks:
      - 10.0.0.0/8
      - fd00::/8
    - domainNames: [Example.com, "*.example.com", example.COM]
    - nodes:
        matchExpressions:
        - {key: a, operator: Exists}
    - asNumbers: [5]
    protocols:
    - tcp:
        destinationPort: {number: 80}
    - udp: {}
"""


def place(origin) -> tuple[int, int, int]:
    return (origin.line, origin.column, origin.width)


def test_places(read):
    (policy,) = read(POLICY).admin_policies

    (ingress,), (egress,) = policy.ingress, policy.egress
    networks, names, nodes, unknown = egress.peers

    assert str(policy.origin) == "<stdin>:1:1"
    assert place(policy.priority_origin) == (6, 13, 2)
    assert place(policy.subject.origin)[:2] == (9, 7)
    assert place(policy.subject.pod_selector.requirements[0].origin) == (12, 16, 2)
    assert place(ingress.origin)[:2] == (14, 5)
    assert place(ingress.peers[0].origin)[:2] == (16, 7)
    assert place(ingress.peers[0].pods.origin)[:2] == (17, 9)
    assert place(egress.origin)[:2] == (19, 5)
    assert [place(p.origin)[:2] for p in egress.peers] == [(22, 7), (25, 7), (26, 7), (29, 7)]
    assert [place(o) for o in networks.network_origins] == [(23, 9, 10), (24, 9, 8)]
    assert [place(o) for o in names.domain_name_origins] == [(25, 21, 11), (25, 34, 15)]
    assert place(nodes.nodes.requirements[0].origin)[:2] == (28, 11)
    assert unknown.is_unknown
    assert [place(p.origin)[:2] for p in egress.ports] == [(31, 7), (33, 7)]
    assert egress.ports[1].origin.text == "    - udp: {}"


def test_a_baseline_without_a_priority_has_its_own_place_for_it(read):
    (policy,) = read(BASELINE).admin_policies

    assert policy.priority_origin == policy.origin


def test_where_a_policy_stands_does_not_make_it_another_one(read):
    (policy,) = read(POLICY).admin_policies
    (other,) = read("# moved\n" + POLICY).admin_policies

    assert policy == other
    assert hash(policy) == hash(other)
    assert policy.egress[0].origin != other.egress[0].origin
    assert pickle.loads(pickle.dumps(policy)).egress[0].origin == policy.egress[0].origin
