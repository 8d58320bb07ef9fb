"""Hypothesis strategies for Kubernetes network policies and the clusters that they live in.

They generate plain objects, as YAML would give them, that the API server accepts and `npverify.load_objects`
takes. Vocabularies are small by default, so that selectors, pods, ports and addresses really meet; pass your
own to test your own policies. All arguments are keyword-only.

```python
from hypothesis import given
import npverify
from npverify import strategies

@given(strategies.clusters())
def test_my_property(objects):
    cluster = npverify.load_objects(objects)
    ...

cluster = npverify.load("deploy/")

@given(strategies.flows(cluster=cluster.inventory))
def test_my_flows(flow):
    cluster.allows(*flow)
    ...
```
"""

from npverify.strategies.connections import FlowArguments, flows
from npverify.strategies.mutations import mutations
from npverify.strategies.objects import namespaces, workloads
from npverify.strategies.parts import cidrs, ip_blocks, label_sets, port_ranges, selectors
from npverify.strategies.policies import network_policies, policy_sets
from npverify.strategies.refactorings import refactorings
from npverify.strategies.worlds import clusters

__all__ = [
    "FlowArguments",
    "cidrs",
    "clusters",
    "flows",
    "ip_blocks",
    "label_sets",
    "mutations",
    "namespaces",
    "network_policies",
    "policy_sets",
    "port_ranges",
    "refactorings",
    "selectors",
    "workloads",
]
