"""Edits of whole documents and of items of lists, and of JSON."""

from __future__ import annotations

import pytest
from tests.unit.editing.cases import (
    BARE_DB,
    BARE_WEB,
    DB,
    DNS,
    INGRESS,
    OTHER,
    WEB,
    document_case,
    in_flow,
    policy,
)

from npverify.editing import (
    AppendPorts,
    AppendRules,
    DeletePolicy,
    DeletePort,
    DeleteRule,
)
from npverify.resources import PolicyRule

DOCUMENTS = (
    document_case(
        "the first document goes with its comments and the marker behind it",
        f"# web\n{BARE_WEB}# end of web\n---\n# db\n{BARE_DB}",
        DeletePolicy(WEB),
        after=f"# db\n{BARE_DB}",
    ),
    document_case(
        "a marker with a comment stays",
        f"{BARE_WEB}--- # db\n{BARE_DB}",
        DeletePolicy(WEB),
        after=f"--- # db\n{BARE_DB}",
    ),
    document_case(
        "a document goes with the marker before it",
        f"# file\n---\n{BARE_WEB}---\n{BARE_DB}",
        DeletePolicy(WEB),
        after=f"# file\n---\n{BARE_DB}",
    ),
    document_case(
        "the last document goes and the file keeps its end",
        f"---\n{OTHER}---\n# Source: web.yaml\n{BARE_WEB.rstrip()}",
        DeletePolicy(WEB),
        after=f"---\n{OTHER}",
    ),
    document_case(
        "document ends go with their documents",
        f"{OTHER}...\n---\n{BARE_WEB}...\n# no more\n---\n{BARE_DB}...\n",
        DeletePolicy(WEB),
        after=f"{OTHER}...\n---\n{BARE_DB}...\n",
    ),
    document_case(
        "directives go with their documents",
        f"%YAML 1.1\n# web\n---\n{BARE_WEB}...\n# db\n%YAML 1.1\n\n---\n{BARE_DB}",
        DeletePolicy(WEB),
        after=f"%YAML 1.1\n\n---\n{BARE_DB}",
    ),
    document_case(
        "nothing is left of a file with nothing but comments and empty documents",
        f"\ufeff# file\n---\n{BARE_WEB}---\n# Source: none.yaml\n---\n---\n{BARE_DB}...\n",
        DeletePolicy(WEB),
        DeletePolicy(DB),
        after="",
    ),
    document_case(
        "documents that are no YAML stay",
        f"a: {{{{ .Values }}}}\n---\n{BARE_WEB}---\n- [\n",
        DeletePolicy(WEB),
        after="a: {{ .Values }}\n---\n- [\n",
    ),
    document_case(
        "dashes within a text are no marker",
        f"kind: ConfigMap\ndata:\n  a: |\n    x\n    ---\n    y\n---\n{BARE_WEB}",
        DeletePolicy(WEB),
        after="kind: ConfigMap\ndata:\n  a: |\n    x\n    ---\n    y\n",
    ),
    document_case(
        "every object of the name goes, lest an earlier one come back",
        f"{BARE_WEB}---\n{BARE_DB}---\n{BARE_WEB}",
        DeletePolicy(WEB),
        after=BARE_DB,
    ),
    document_case(
        "of several objects of one name the last is edited",
        f"{BARE_WEB}spec: {{egress: [{{}}]}}\n---\n{BARE_WEB}spec: {{ingress: [{{}}]}}\n",
        DeleteRule(WEB, INGRESS, 0),
        after=f"{BARE_WEB}spec: {{egress: [{{}}]}}\n---\n{BARE_WEB}spec: {{ingress: []}}\n",
    ),
    document_case(
        "items of lists go like rules, lists and documents with their last item",
        f"- # zero\n  {in_flow('db')}\n"
        f"# one\n- kind: List\n  apiVersion: v1\n  items:\n  - {in_flow('web')}\n"
        f"---\nkind: NetworkPolicyList\napiVersion: networking.k8s.io/v1\nitems:\n- metadata: {{name: web}}\n"
        f"---\n{OTHER}",
        DeletePolicy(WEB),
        after=f"- # zero\n  {in_flow('db')}\n---\n{OTHER}",
    ),
    document_case(
        "a document in the line of its marker",
        f"--- {in_flow('web')} # web\n--- {in_flow('db')}\n",
        DeletePolicy(WEB),
        AppendRules(DB, INGRESS, (PolicyRule(),)),
        after=f"--- {in_flow('db')[:-1]}, spec: {{ingress: [{{}}]}}}}\n",
    ),
    document_case(
        "a document that tells nothing of its style is laid out like another one",
        f"data:\nkind: ConfigMap\n---\n{BARE_WEB}---\nkind: Other\nspec:\n    list:\n      - a\n",
        AppendRules(WEB, INGRESS, (PolicyRule(),)),
        after=f"data:\nkind: ConfigMap\n---\n{BARE_WEB}spec:\n    ingress:\n      - {{}}\n"
        "---\nkind: Other\nspec:\n    list:\n      - a\n",
    ),
    document_case(
        "lines keep their ends, and the last line its missing one",
        policy("  ingress:\n  - {}\n  - ports: []").replace("\n", "\r\n"),
        DeleteRule(WEB, INGRESS, 1),
        AppendRules(WEB, INGRESS, (PolicyRule(ports=(DNS,)),)),
        after=policy("  ingress:\n  - {}\n  - ports:\n    - protocol: UDP\n      port: 53").replace(
            "\n", "\r\n"
        ),
    ),
    document_case(
        "characters of every width",
        policy("  ingress:\n  - ports: [] # é €\n  - {}\n", head="# 😀 é\n").replace(
            "name: web", '"name": web'
        ),
        DeleteRule(WEB, INGRESS, 1),
        after=policy("  ingress:\n  - ports: [] # é €\n", head="# 😀 é\n").replace(
            "name: web", '"name": web'
        ),
    ),
)

JSON_WEB = (
    '{ "kind": "NetworkPolicy", "apiVersion": "networking.k8s.io/v1",\r\n'
    '\t"metadata": {"name":"web", "annotations": {"a": "\\ud83d\\ude00\\/"}},\r\n\t"spec": {"ingress": %s}}'
)

JSON = (
    document_case(
        "JSON within YAML stays JSON",
        '---\n{\n  "kind": "NetworkPolicy", "apiVersion": "networking.k8s.io/v1",\n'
        f'  "metadata": {{"name": "web"}}\n}}\n---\n{BARE_DB}',
        AppendRules(WEB, INGRESS, (PolicyRule(),)),
        after='---\n{\n  "kind": "NetworkPolicy", "apiVersion": "networking.k8s.io/v1",\n'
        '  "metadata": {"name": "web"}, "spec": {\n    "ingress": [\n      {}\n    ]\n  }\n}\n'
        f"---\n{BARE_DB}",
    ),
    document_case(
        "JSON values one after the other",
        ' {"kind": "Other"}\n' + JSON_WEB % "[]" + '\n[]\n{"kind": "Last"} ',
        DeletePolicy(WEB),
        after=' {"kind": "Other"}\n[]\n{"kind": "Last"} ',
        file="f.json",
    ),
    document_case(
        "JSON that is laid out by hand",
        JSON_WEB % '[{},\r\n\t\t{"ports": [{"port": 1}, {"port": 2}]}]',
        DeleteRule(WEB, INGRESS, 0),
        AppendPorts(WEB, INGRESS, 1, (DNS,)),
        DeletePort(WEB, INGRESS, 1, 0),
        after=JSON_WEB % '[{"ports": [{"port": 2}, {"protocol": "UDP", "port": 53}]}]',
    ),
    document_case(
        "a bracket and a brace in one line",
        JSON_WEB % '[{\r\n\t\t"ports": []\r\n\t}]',
        AppendRules(WEB, INGRESS, (PolicyRule(),)),
        after=JSON_WEB % '[{\r\n\t\t"ports": []\r\n\t}, {}]',
    ),
    document_case(
        "lists that are null",
        JSON_WEB % "null",
        AppendRules(WEB, INGRESS, (PolicyRule(),)),
        after=JSON_WEB % "[{}]",
        file="f.json",
    ),
    document_case(
        "the last value of a file",
        JSON_WEB % "[]" + "\n",
        DeletePolicy(WEB),
        after="",
        file="f.json",
    ),
    document_case(
        "braces that are no JSON are YAML",
        f"{in_flow('web')}\n--- {in_flow('db')}",
        DeletePolicy(WEB),
        after=f"--- {in_flow('db')}",
    ),
)


@pytest.mark.parametrize("case", DOCUMENTS, ids=str)
def test_documents_go_with_all_that_is_theirs(case, check):
    check(case)


@pytest.mark.parametrize("case", JSON, ids=str)
def test_json_keeps_its_layout(case, check):
    check(case)
