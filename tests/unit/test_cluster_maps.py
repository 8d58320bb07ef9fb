"""Maps in the Python API."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import pytest

import npverify
from npverify import Grouping, QuerySettings, UsageError, compare_maps, load
from npverify.resources import Protocol

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SHOP = load(EXAMPLES / "shop")
API, DATABASE = "shop/api[Deployment]", "shop/database[StatefulSet]"


def cells(found):
    return {(cell.source.name, cell.destination.name): str(cell.connections) for cell in found.cells()}


def test_a_map_has_the_cells_of_a_cluster():
    found = SHOP.map()

    cell = found.cell(found.endpoint(API), found.endpoint(DATABASE))
    assert isinstance(found, npverify.ConnectivityMap)
    assert str(cell.connections) == "TCP 5432"
    assert cell.connections.admits(Protocol.TCP, 5432)
    assert not cell.possible.admits(Protocol.UDP, 5432)
    assert found.verification.checked == 50


def test_filters_are_those_of_questions():
    by_parts = SHOP.map(source="frontend", destination="ns:team=shop", port=3000, protocol="tcp", verify=0)

    assert cells(by_parts) == {("shop/frontend[Deployment]", API): "TCP 3000"}


def test_a_port_alone_is_a_filter():
    assert set(cells(SHOP.map(port="5432", source="shop/*", destination="shop/*", verify=0)).values()) == {
        "TCP 5432"
    }


def test_a_filter_that_nothing_fits_is_an_error():
    with pytest.raises(UsageError, match="fronted"):
        SHOP.map(source="fronted")


def test_namespaces_take_the_place_of_workloads():
    found = SHOP.map(group=Grouping.NAMESPACE, verify=0)

    assert cells(found)["shop", "kube-system"] == "TCP 53; UDP 53"


def test_pods_of_one_workload_reach_each_other_on_demand():
    own = "kube-system/coredns[Deployment]"

    assert (own, own) not in cells(SHOP.map(verify=0))
    assert cells(SHOP.map(include_self=True, verify=0))[own, own] == "All Connections"


def test_exposure_on_demand():
    found = SHOP.map(exposure=True, verify=0)

    assert SHOP.map(verify=0).exposure == ()
    assert {endpoint.name for each in found.exposure for endpoint in each.endpoints} >= {API, DATABASE}
    assert all(isinstance(entry, npverify.ExposureEntry) for each in found.exposure for entry in each.entries)


def test_as_many_cells_are_confirmed_as_wanted():
    assert SHOP.map(verify=7).verification.checked == 7
    assert SHOP.map(source="backup", verify=100).verification.is_complete


def test_settings_are_those_of_questions():
    open_cells = [cell for cell in SHOP.map(verify=0).cells() if cell.conditional]
    narrowed = SHOP.map(settings=QuerySettings(pod_cidrs=(ip_network("10.0.0.0/8"),)), verify=0)

    assert open_cells
    assert not any(cell.conditional for cell in narrowed.cells())


def test_two_maps_differ_in_cells():
    old, new = (load(EXAMPLES / "pull-request" / version) for version in ("old", "new"))

    found = compare_maps(old, new)

    assert isinstance(found, npverify.MapDifference)
    assert [(c.source.name, str(c.opened), str(c.closed)) for c in found.changed] == [
        ("monitoring/grafana[Deployment]", "TCP 9090", "No Connections"),
        ("shop/backup[CronJob]", "No Connections", "TCP 5432"),
    ]
    assert compare_maps(old, old, group=Grouping.NAMESPACE, verify=0).is_empty
