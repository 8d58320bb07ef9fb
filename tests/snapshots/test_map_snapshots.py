"""Connectivity maps of the examples and of real manifests, word for word, each judged against its policies.

`NPVERIFY_UPDATE_SNAPSHOTS=1 make test` writes the files anew; read the difference before you commit it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.shared import shared

from npverify import QuerySettings, load
from npverify.language import parse_endpoint
from npverify.manifests import parse_network
from npverify.questions.connectivity import MapSettings, connectivity_map, map_difference
from npverify.report.map_csv import render_map_csv
from npverify.report.map_diff_text import render_map_difference_text
from npverify.report.map_drawing import render_map_dot, render_map_mermaid
from npverify.report.map_mapping import render_map_json
from npverify.report.map_markdown import render_map_markdown
from npverify.report.map_text import render_map_text

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent / "map"
UPDATE = os.environ.get("NPVERIFY_UPDATE_SNAPSHOTS") == "1"
SHOP = "examples/shop"
OLD, NEW = "examples/pull-request/old", "examples/pull-request/new"
TRAPS = ("and-or-dash", "dns-forgotten", "namespace-label", "policy-types", "selects-nothing")
FORMATS = {
    "json": render_map_json,
    "csv": render_map_csv,
    "md": render_map_markdown,
    "dot": render_map_dot,
    "mmd": render_map_mermaid,
}


def map_of(path, **settings):
    """The map of a folder; `timeout` is left out, so that nothing depends on the machine."""
    query = {"timeout": None, **settings.pop("query", {})}
    inventory = load(path).inventory
    for side in ("source", "destination"):
        if side in settings:
            settings[side] = parse_endpoint(settings[side], inventory)
    return connectivity_map(inventory, MapSettings(query=QuerySettings(**query), **settings))


def check(name, text):
    path = HERE / name
    if UPDATE:
        assert os.environ.get("CI") != "true", "snapshots are never updated in CI"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"no {path.name}: run with NPVERIFY_UPDATE_SNAPSHOTS=1 and review it"
    assert path.read_text(encoding="utf-8") == text


SHOP_TEXTS = {
    "shop.txt": {},
    "shop-exposure.txt": {"exposure": True},
    "shop-namespaces.txt": {"group": "namespace"},
    "shop-include-self.txt": {"include_self": True},
    "shop-backup.txt": {"source": "backup"},
    "shop-to-internet.txt": {"destination": "internet"},
    "shop-pod-cidr.txt": {"query": {"pod_cidrs": (parse_network("10.0.0.0/8"),)}},
}


@pytest.mark.parametrize("name", SHOP_TEXTS)
def test_the_shop_as_text(name, monkeypatch):
    monkeypatch.chdir(ROOT)

    check(name, render_map_text(map_of(SHOP, **SHOP_TEXTS[name])))


def test_the_shop_on_a_narrow_terminal(monkeypatch):
    monkeypatch.chdir(ROOT)

    check("shop-narrow.txt", render_map_text(map_of(SHOP), width=60))


def test_the_shop_with_networks(monkeypatch):
    monkeypatch.chdir(ROOT)

    check("shop-cidr.txt", render_map_text(map_of(SHOP, destination="internet"), cidr=True))


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_shop_in_every_format(suffix, monkeypatch):
    monkeypatch.chdir(ROOT)

    check(f"shop.{suffix}", FORMATS[suffix](map_of(SHOP, exposure=True)))


@pytest.mark.parametrize("trap", TRAPS)
@pytest.mark.parametrize("side", ["wrong", "right"])
def test_the_traps_and_their_exposure(trap, side, monkeypatch):
    monkeypatch.chdir(ROOT)

    check(
        f"trap-{trap}-{side}.txt",
        render_map_text(map_of(f"examples/traps/{trap}/{side}.yaml", exposure=True)),
    )


def changes():
    return map_difference(map_of(OLD), map_of(NEW))


def test_a_pull_request_as_text(monkeypatch):
    monkeypatch.chdir(ROOT)

    check("pull-request.txt", render_map_difference_text(changes()))


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_pull_request_in_every_format(suffix, monkeypatch):
    monkeypatch.chdir(ROOT)

    check(f"pull-request.{suffix}", FORMATS[suffix](changes()))


@pytest.mark.parametrize("project", ["online-boutique", "argo-cd"])
def test_real_manifests(project, monkeypatch):
    monkeypatch.chdir(shared("corpus"))

    found = map_of(project, exposure=True)
    check(f"{project}.txt", render_map_text(found))
    check(f"{project}.mmd", render_map_mermaid(map_of(project)))
