"""Edits that cannot be made in place: what is written anew, and which comments are lost."""

from __future__ import annotations

import pytest
from tests.unit.editing.cases import (
    DB,
    DNS,
    EGRESS,
    INGRESS,
    WEB,
    case,
    document_case,
    in_flow,
    spec_case,
)

from npverify.editing import (
    AppendPorts,
    AppendRules,
    DeletePeer,
    DeletePolicy,
    DeletePort,
    DeleteRule,
)
from npverify.resources import PolicyRule

LIST_OF_TWO = """
    # list
    kind: List
    apiVersion: v1
    items:
    # web
    - kind: NetworkPolicy # kind
      apiVersion: networking.k8s.io/v1
      metadata: {{name: web}}
      spec: {web} # end
    # db
    - kind: NetworkPolicy
      apiVersion: networking.k8s.io/v1
      metadata: {{name: db}}
      spec: {db} # end of db
    # tail
"""

ANEW = (
    case(
        "peers that are an alias: the policy is written anew, with its own copy",
        LIST_OF_TWO.format(
            web="{ingress: [{from: &peers [{podSelector: {}}, {ipBlock: {cidr: '::/0'}}]}]}",
            db="{ingress: [{from: *peers}]}",
        ),
        DeletePeer(DB, INGRESS, 0, 0),
        after=LIST_OF_TWO.split("metadata: {{name: db}}")[0].format(
            web="{ingress: [{from: &peers [{podSelector: {}}, {ipBlock: {cidr: '::/0'}}]}]}"
        )
        + """metadata:
        name: db
      spec:
        ingress:
        - from:
          - ipBlock:
              cidr: "::/0"
    # tail
""",
        anew=((11, (DB,), ("# end of db",)),),
    ),
    case(
        "an anchor that others need: the document is written anew",
        LIST_OF_TWO.format(web="{ingress: [&all {}, {ports: []}]}", db="{ingress: [*all]}"),
        DeleteRule(WEB, INGRESS, 0),
        after="""
    # list
    kind: List
    apiVersion: v1
    items:
    - kind: NetworkPolicy
      apiVersion: networking.k8s.io/v1
      metadata:
        name: web
      spec:
        ingress:
        - ports: []
    - kind: NetworkPolicy
      apiVersion: networking.k8s.io/v1
      metadata:
        name: db
      spec:
        ingress:
        - {}
    # tail
""",
        anew=((2, (WEB,), ("# web", "# kind", "# end", "# db", "# end of db")),),
    ),
    case(
        "an alias that goes needs nothing",
        LIST_OF_TWO.format(web="{ingress: [&all {}]}", db="{ingress: [*all, {ports: []}]}"),
        DeleteRule(DB, INGRESS, 0),
        after=LIST_OF_TWO.format(web="{ingress: [&all {}]}", db="{ingress: [{ports: []}]}"),
    ),
    case(
        "an item that others need goes: the document is written anew",
        LIST_OF_TWO.format(web="&spec {ingress: [{}]}", db="*spec"),
        DeletePolicy(WEB),
        after="""
    # list
    kind: List
    apiVersion: v1
    items:
    - kind: NetworkPolicy
      apiVersion: networking.k8s.io/v1
      metadata:
        name: db
      spec:
        ingress:
        - {}
    # tail
""",
        anew=((2, (), ("# web", "# kind", "# end", "# db", "# end of db")),),
    ),
    case(
        "a merged field is written out",
        """
        # web
        kind: NetworkPolicy
        apiVersion: networking.k8s.io/v1
        metadata:
          name: web
          annotations:
            "a: b": |
              one # not a comment
                two
            c: 'x # y' # z
        spec:
          <<: {ingress: [{}, {ports: [{port: 80}]}]}
          podSelector: {}
        # end
        """,
        DeleteRule(WEB, INGRESS, 0),
        after="""
        # web
        kind: NetworkPolicy
        apiVersion: networking.k8s.io/v1
        metadata:
          name: web
          annotations:
            "a: b": |
              one # not a comment
                two
            c: 'x # y' # z
        spec:
          <<: {ingress: [{}, {ports: [{port: 80}]}]}
          podSelector: {}
          ingress:
          - ports:
            - port: 80
        # end
        """,
    ),
    case(
        "a comment between the items of a flow list may be about either",
        """
        --- {kind: NetworkPolicy, apiVersion: networking.k8s.io/v1, metadata: {name: web},
          spec: {ingress: [{}, # zero
            {ports: []} # one
          ]}} # web
        # end
        """,
        DeleteRule(WEB, INGRESS, 1),
        after="""
        ---
        kind: NetworkPolicy
        apiVersion: networking.k8s.io/v1
        metadata:
          name: web
        spec:
          ingress:
          - {}
        # end
        """,
        anew=((1, (WEB,), ("# zero", "# one", "# web")),),
    ),
    spec_case(
        "keys with a question mark",
        """
          ? ingress
          : - {}
            - ports: [] # b
        """,
        DeleteRule(WEB, INGRESS, 0),
        after="""
          ingress:
          - ports: []
        """,
        anew=((1, (WEB,), ("# b",)),),
    ),
    spec_case(
        "a list that has an anchor and loses all items",
        """
          ingress: &rules # rules
          - {}
        """,
        DeleteRule(WEB, INGRESS, 0),
        after="""
          ingress: []
        """,
        anew=((6, (WEB,), ("# rules",)),),
    ),
    spec_case(
        "an empty list in a line of its own",
        """
          ingress:
            # none
            []
        """,
        AppendRules(WEB, INGRESS, (PolicyRule(),)),
        after="""
          ingress:
          - {}
        """,
        anew=((7, (WEB,), ("# none",)),),
    ),
    spec_case(
        "a rule that holds nothing but a comment",
        """
          ingress:
          - # all
            {}
        """,
        AppendPorts(WEB, INGRESS, 0, (DNS,)),
        after="""
          ingress:
          - ports:
            - protocol: UDP
              port: 53
        """,
        anew=((7, (WEB,), ("# all",)),),
    ),
    spec_case(
        "a flow list that holds nothing but a comment",
        """
          {ingress: [ # none
            ]}
        """,
        AppendRules(WEB, INGRESS, (PolicyRule(),)),
        after="""
          ingress:
          - {}
        """,
        anew=((1, (WEB,), ("# none",)),),
    ),
    case(
        "an item that is an alias: it is written out where it stands",
        LIST_OF_TWO.format(web="&spec {podSelector: {}}", db="*spec"),
        AppendRules(DB, INGRESS, (PolicyRule(),)),
        after=LIST_OF_TWO.split("metadata: {{name: db}}")[0].format(web="&spec {podSelector: {}}")
        + """metadata:
        name: db
      spec:
        podSelector: {}
        ingress:
        - {}
    # tail
""",
        anew=((11, (DB,), ("# end of db",)),),
    ),
    document_case(
        "a policy behind a dash with a comment",
        f"# zero\n- {in_flow('db')}\n"
        f"# one\n- # web\n  {in_flow('web')[:-1]}, <<: {{spec: {{ingress: [{{}}]}}}}}}\n",
        DeleteRule(WEB, INGRESS, 0),
        after=f"# zero\n- {in_flow('db')}\n# one\n"
        "- kind: NetworkPolicy\n  apiVersion: networking.k8s.io/v1\n  metadata:\n    name: web\n"
        "  spec:\n    ingress: []\n",
        anew=((4, (WEB,), ("# web",)),),
    ),
    document_case(
        "lists in lists, whose dashes share a line",
        f"- - {in_flow('db')} # db\n  - {in_flow('web')}\n  - {in_flow('other')}\n",
        DeletePolicy(DB),
        after="- - kind: NetworkPolicy\n"
        "    apiVersion: networking.k8s.io/v1\n    metadata:\n      name: web\n"
        "  - kind: NetworkPolicy\n    apiVersion: networking.k8s.io/v1\n    metadata:\n      name: other\n",
        anew=((1, (), ("# db",)),),
    ),
    spec_case(
        "a key with a question mark and no value",
        """
          ? ingress
        """,
        AppendRules(WEB, INGRESS, (PolicyRule(),)),
        after="""
          ingress:
          - {}
        """,
        anew=((1, (WEB,), ()),),
    ),
    spec_case(
        "rules that are an alias",
        """
          policyTypes: [Ingress, Egress]
          ingress: &rules [ports: [port: 80, port: 81]]
          egress: *rules # the same
        """,
        DeletePort(WEB, EGRESS, 0, 0),
        after="""
          policyTypes: [Ingress, Egress]
          ingress: &rules [ports: [port: 80, port: 81]]
          egress: # the same
          - ports:
            - port: 81
        """,
        anew=((8, (WEB,), ()),),
    ),
    spec_case(
        "rules that are an alias and go",
        """
          policyTypes: [Ingress, Egress]
          ingress: &rules [{}]
          egress: *rules # the same
        """,
        DeleteRule(WEB, EGRESS, 0),
        after="""
          policyTypes: [Ingress, Egress]
          ingress: &rules [{}]
          egress: [] # the same
        """,
        anew=((8, (WEB,), ()),),
    ),
    spec_case(
        "a comment between the brackets of several lines",
        """
          ingress: [{}, # all
            {}, # twice
          ] # end
          egress: []
        """,
        DeleteRule(WEB, INGRESS, 0),
        after="""
          ingress:
          - {}
          egress: []
        """,
        anew=((6, (WEB,), ("# all", "# twice", "# end")),),
    ),
    spec_case(
        "an empty value in braces",
        """
          {policyTypes: [Ingress], ingress: }
        """,
        AppendRules(WEB, INGRESS, (PolicyRule(),)),
        after="""
          policyTypes:
          - Ingress
          ingress:
          - {}
        """,
        anew=((1, (WEB,), ()),),
    ),
)


@pytest.mark.parametrize("case", ANEW, ids=str)
def test_as_little_as_possible_is_written_anew(case, check):
    check(case)
