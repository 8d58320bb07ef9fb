"""What users see, word for word.

`NPVERIFY_UPDATE_SNAPSHOTS=1 make test` writes the files anew; read the difference before you commit it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema
import pytest
from tests.shared import shared

from npverify import QuerySettings, load
from npverify.report.mapping import report_mapping
from npverify.report.structured import report_schema
from npverify.report.text import render_text

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
UPDATE = os.environ.get("NPVERIFY_UPDATE_SNAPSHOTS") == "1"
TRAPS = {
    "and-or-dash": "can web/deployment/crawler reach the ledger?",
    "namespace-label": "can the proxy reach the site?",
    "dns-forgotten": "does every worker reach coredns on udp/53, tcp/53?",
    "selects-nothing": "is deployment/secrets in namespace vault isolated for ingress?",
    "policy-types": "can the notebook reach the internet?",
}
SHOP = {
    "unreachable": "can any frontend pod reach the database?",
    "reachable": "can the api reach the database on tcp/5432?",
    "what-can-reach": "what can reach the database?",
    "what-it-reaches": "what can shop/app=backup reach?",
    "only-holds": "can only shop/app in (api,backup) reach the database?",
    "only-violated": "can only the api reach the database?",
    "every-holds": "does every pod in namespace shop reach coredns on udp/53?",
    "every-violated": "does every frontend reach the database?",
    "isolated": "is the database isolated for egress?",
    "not-isolated": "is prometheus isolated?",
    "internet": "can the internet reach the frontend on http?",
    "service": "can any pod reach svc/shop/api on 80?",
    "vacuous": "can shop/app=nobody reach the database?",
    "node": "can a node reach the database?",
}
CASES = [
    *((f"shop-{name}", "examples/shop", question, None) for name, question in SHOP.items()),
    ("shop-unreachable-narrow", "examples/shop", SHOP["unreachable"], 60),
    ("shop-what-it-reaches-narrow", "examples/shop", SHOP["what-it-reaches"], 40),
    *((f"trap-{n}-wrong", f"examples/traps/{n}/wrong.yaml", q, None) for n, q in TRAPS.items()),
    *((f"trap-{n}-right", f"examples/traps/{n}/right.yaml", q, None) for n, q in TRAPS.items()),
]
CORPUS = [
    ("corpus-frontend-redis", "online-boutique", "can any frontend pod reach redis-cart?"),
    ("corpus-cartservice", "online-boutique", "what can reach cartservice?"),
    ("corpus-argocd", "argo-cd/install.yaml", "can argocd-server reach argocd-redis on tcp/6379?"),
]


def check(name, text):
    path = HERE / f"{name}.txt"
    if UPDATE:
        assert os.environ.get("CI") != "true", "snapshots are never updated in CI"
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"no {path.name}: run with NPVERIFY_UPDATE_SNAPSHOTS=1 and review it"
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(("name", "path", "question", "width"), CASES, ids=[case[0] for case in CASES])
def test_answer_as_text(name, path, question, width, monkeypatch):
    monkeypatch.chdir(ROOT)

    answer = load(path).query(question, settings=QuerySettings(timeout=None))

    check(name, f"$ npverify query {question!r} {path}\n\n{render_text(answer, width=width)}")
    jsonschema.Draft202012Validator(json.loads(report_schema())).validate(report_mapping(answer))


@pytest.mark.parametrize(("name", "path", "question"), CORPUS, ids=[case[0] for case in CORPUS])
def test_answer_about_real_manifests(name, path, question, monkeypatch):
    folder = shared("corpus")
    monkeypatch.chdir(folder)

    check(name, f"$ npverify query {question!r} {path}\n\n{render_text(load(path).query(question))}")
