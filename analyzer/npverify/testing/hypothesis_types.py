"""Strategies for npverify's own types, registered when Hypothesis starts: `st.from_type(NetworkPolicy)`.

Hypothesis calls this in every run, so nothing but the types themselves is imported before a strategy is
wanted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from npverify.resources import LabelSelector, Namespace, NetworkPolicy, Workload


def register() -> None:
    """Tell Hypothesis how NetworkPolicy, LabelSelector, Namespace and Workload are generated."""
    from hypothesis import strategies as st

    from npverify.resources import LabelSelector, Namespace, NetworkPolicy, Workload

    st.register_type_strategy(NetworkPolicy, lambda _: _network_policies())
    st.register_type_strategy(LabelSelector, lambda _: _label_selectors())
    st.register_type_strategy(Namespace, lambda _: _namespaces())
    st.register_type_strategy(Workload, lambda _: _workloads())


def _network_policies() -> SearchStrategy[NetworkPolicy]:
    from npverify.manifests import inventory_from_objects
    from npverify.strategies import network_policies

    return network_policies().map(lambda item: inventory_from_objects([item]).policies[0])


def _label_selectors() -> SearchStrategy[LabelSelector]:
    return _network_policies().map(lambda policy: policy.pod_selector)


def _namespaces() -> SearchStrategy[Namespace]:
    from npverify.manifests import inventory_from_objects
    from npverify.strategies import namespaces

    return namespaces().map(lambda item: next(iter(inventory_from_objects([item]).namespaces.values())))


def _workloads() -> SearchStrategy[Workload]:
    from npverify.manifests import inventory_from_objects
    from npverify.strategies import workloads

    return (
        workloads()
        .filter(lambda item: inventory_from_objects([item]).workloads)
        .map(lambda item: inventory_from_objects([item]).workloads[0])
    )
