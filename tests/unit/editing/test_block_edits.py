"""Edits of lists in block style and in flow style, with the comments around them."""

from __future__ import annotations

import pytest
from tests.unit.editing.cases import (
    API,
    DNS,
    EGRESS,
    INGRESS,
    NAMED,
    ODD,
    RANGE,
    WEB,
    Case,
    spec_case,
)

from npverify.editing import (
    AppendPeers,
    AppendPorts,
    AppendRules,
    DeletePeer,
    DeletePort,
    DeleteRule,
)
from npverify.resources import PolicyRule

COMMENTS = (
    spec_case(
        "comments above an item go with it, those of its neighbours stay",
        """
          ingress:  # list
          # far

          # first
          - from: []  # first
          # second
          # second, too
          - from: []  # second
            # end of second
          # third
          - from: []
        # spec
        """,
        DeleteRule(WEB, INGRESS, 1),
        after="""
          ingress:  # list
          # far

          # first
          - from: []  # first
          # third
          - from: []
        # spec
        """,
    ),
    spec_case(
        "comments that stand in less, or apart, stay",
        """
          ingress:
            # of the list

            - ports: []
          # less
            - ports: []
            # of the last

          # of egress
          egress: []
        """,
        DeleteRule(WEB, INGRESS, 0),
        DeleteRule(WEB, INGRESS, 1),
        after="""
          ingress: []
            # of the list

          # less
            # of the last

          # of egress
          egress: []
        """,
    ),
    spec_case(
        "what is appended comes behind the comments inside of the last item",
        """
          ingress:
          - from:
            - podSelector: {}
              # namespaceSelector: {}
            # - podSelector: other
          # next

          policyTypes: [Ingress]
        """,
        AppendPeers(WEB, INGRESS, 0, (API,)),
        AppendRules(WEB, INGRESS, (PolicyRule(),)),
        after="""
          ingress:
          - from:
            - podSelector: {}
              # namespaceSelector: {}
            - podSelector:
                matchLabels:
                  app: api
            # - podSelector: other
          - {}
          # next

          policyTypes: [Ingress]
        """,
    ),
    spec_case(
        "a dash alone in its line",
        """
          ingress:
          # zero
          - # about zero

            from: []
          -
            # about one
            ports:
            -
              port: 80
            - # of the second
              port: 81
        """,
        DeleteRule(WEB, INGRESS, 0),
        DeletePort(WEB, INGRESS, 1, 0),
        after="""
          ingress:
          -
            # about one
            ports:
            - # of the second
              port: 81
        """,
    ),
)

STYLES = (
    spec_case(
        "a new item is laid out as the old ones, each field in its place",
        """
            ingress:
                - from:
                      - podSelector: {}
        """,
        AppendPeers(WEB, INGRESS, 0, (ODD,)),
        AppendPorts(WEB, INGRESS, 0, (RANGE, NAMED)),
        after="""
            ingress:
                - from:
                      - podSelector: {}
                      - podSelector:
                            matchLabels:
                                app: "on"
                            matchExpressions:
                                - key: tier
                                  operator: NotIn
                                  values:
                                      - a
                                      - b
                                - key: app
                                  operator: Exists
                        namespaceSelector: {}
                  ports:
                      - protocol: TCP
                        port: 8080
                        endPort: 8090
                      - protocol: TCP
                        port: "1e3"
        """,
    ),
    spec_case(
        "lists that are null, empty or missing are written in block style",
        """
          ingress:  # nobody
          egress: [] # nowhere
          policyTypes: null
        """,
        AppendRules(WEB, INGRESS, (PolicyRule(ports=(DNS,)),)),
        AppendRules(WEB, EGRESS, (PolicyRule(),)),
        after="""
          ingress:  # nobody
          - ports:
            - protocol: UDP
              port: 53
          egress: # nowhere
          - {}
          policyTypes:
          - Ingress
        """,
    ),
    spec_case(
        "a rule that held nothing holds fields",
        """
          ingress:
          - {}
          -
          - null # all
          -  ~
        """,
        *(AppendPorts(WEB, INGRESS, number, (DNS,)) for number in range(4)),
        after="""
          ingress:
          - ports:
            - protocol: UDP
              port: 53
          - ports:
            - protocol: UDP
              port: 53
          - # all
            ports:
            - protocol: UDP
              port: 53
          - ports:
            - protocol: UDP
              port: 53
        """,
    ),
    spec_case(
        "a list without items tells nothing of the style",
        """
          ingress:
            - from:
            - ports:
        """,
        AppendPeers(WEB, INGRESS, 0, (API,)),
        after="""
          ingress:
            - from:
                - podSelector:
                    matchLabels:
                      app: api
            - ports:
        """,
    ),
    spec_case(
        "rules in braces that held nothing hold fields",
        """
          ingress: [{}, null, {ports: ~}]
        """,
        *(AppendPorts(WEB, INGRESS, number, (DNS,)) for number in range(3)),
        after="""
          ingress: [{ports: [{protocol: UDP, port: 53}]}, {ports: [{protocol: UDP, port: 53}]}, """
        """{ports: [{protocol: UDP, port: 53}]}]
        """,
    ),
    spec_case(
        "flow style stays flow style",
        """
          podSelector: {}
          ingress: [{from: [{podSelector: {}}, {podSelector: {matchLabels: {a: b}}},], ports: []}, {}] # x
          egress: [ {} , {} ]
        """,
        DeletePeer(WEB, INGRESS, 0, 1),
        AppendPeers(WEB, INGRESS, 0, (API,)),
        AppendPorts(WEB, INGRESS, 0, (NAMED,)),
        DeleteRule(WEB, INGRESS, 1),
        DeleteRule(WEB, EGRESS, 0),
        DeleteRule(WEB, EGRESS, 1),
        AppendRules(WEB, EGRESS, (PolicyRule(ports=(DNS,)),)),
        after="""
          podSelector: {}
          ingress: [{from: [{podSelector: {}}, {podSelector: {matchLabels: {app: api}}},], """
        """ports: [{protocol: TCP, port: "1e3"}]}] # x
          egress: [ {ports: [{protocol: UDP, port: 53}]} ]
        """,
    ),
    spec_case(
        "a pair without braces is an item, too",
        """
          ingress: [from: [podSelector: {}, podSelector: {matchLabels: {a: b}}], ports: []]
        """,
        DeletePeer(WEB, INGRESS, 0, 0),
        DeleteRule(WEB, INGRESS, 1),
        after="""
          ingress: [from: [podSelector: {matchLabels: {a: b}}]]
        """,
    ),
)

POLICY_TYPES = (
    spec_case(
        "the last egress rule goes, Egress stays",
        """
          egress:
          - {}
        """,
        DeleteRule(WEB, EGRESS, 0),
        after="""
          egress: []
          policyTypes:
          - Ingress
          - Egress
        """,
    ),
    spec_case(
        "policyTypes that are written stay as they are",
        """
          policyTypes: [Egress]
          egress:
          - {}
        """,
        DeleteRule(WEB, EGRESS, 0),
        after="""
          policyTypes: [Egress]
          egress: []
        """,
    ),
    spec_case(
        "a rule that comes for the last one that goes needs no policyTypes",
        """
          egress:
          - ports: []
        """,
        DeleteRule(WEB, EGRESS, 0),
        AppendRules(WEB, EGRESS, (PolicyRule(),)),
        after="""
          egress:
          - {}
        """,
    ),
    Case(
        "a policy without a spec has policyTypes, too",
        "kind: NetworkPolicy\nmetadata: {name: web}\napiVersion: networking.k8s.io/v1\n",
        (AppendRules(WEB, EGRESS, (PolicyRule(),)), AppendRules(WEB, INGRESS, (PolicyRule(),))),
        "kind: NetworkPolicy\nmetadata: {name: web}\napiVersion: networking.k8s.io/v1\n"
        "spec:\n  ingress:\n  - {}\n  egress:\n  - {}\n  policyTypes:\n  - Ingress\n",
    ),
)


@pytest.mark.parametrize("case", COMMENTS, ids=str)
def test_comments_stay_with_what_they_are_about(case, check):
    check(case)


@pytest.mark.parametrize("case", STYLES, ids=str)
def test_new_items_look_like_the_old_ones(case, check):
    check(case)


@pytest.mark.parametrize("case", POLICY_TYPES, ids=str)
def test_isolation_does_not_hang_on_the_last_egress_rule(case, check):
    check(case)
