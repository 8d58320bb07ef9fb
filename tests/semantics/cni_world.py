"""A small cluster for cases about network plugins, and what a case is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.unit.questions.manifests import container_port, namespace, pod, policy

ALWAYS, NEVER, OPEN, NO_FLOW = "always", "never", "open", "no such flow"
"""Whatever is open; in no case; as an open fact has it; there is no flow between these ends."""


@dataclass(frozen=True, eq=False)
class Case:
    """One flow under some policies; its ends are `namespace/pod`, `node/name`, an address, or `itself`: the
    pod at the source, through a Service.
    """

    fact: str
    source: str
    destination: str
    traffic: str
    policies: tuple[Mapping[str, object], ...]
    generic: str
    under: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def listed(self) -> Mapping[str, str]:
        """The verdict of each plugin that is listed."""
        return {text: verdict for verdict, texts in self.under.items() for text in texts}


# The cluster ------------------------------------------------------------------------------------------

METRICS = container_port(9090, "metrics")
HERE = (
    namespace("one"),
    namespace("two"),
    pod("a", ips=["10.0.0.1"], node="n", app="a"),
    pod("b", ips=["10.0.0.2"], node="n", app="b", ports=[container_port(8080, "http"), METRICS]),
    pod("b2", ips=["10.0.0.3"], node="m", app="b", ports=[container_port(8081, "http")]),
    pod("c", home="two", ips=["10.0.0.4"], node="m", app="c", ports=[container_port(8082, "http")]),
    pod("six", ips=["2001:db8::1"], node="n"),
    pod("six", home="two", ips=["2001:db8::2"], node="m"),
    pod(
        "host",
        ips=["10.1.0.1"],
        node="n",
        host_network=True,
        app="host",
        ports=[container_port(8083, "http")],
    ),
    {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": "n"},
        "status": {"addresses": [{"type": "InternalIP", "address": "10.1.0.1"}]},
    },
)
"""`a` and `b` run on the node that `host` and `node/n` are, `b2` and `c` on another one."""

A_TO_B, A_TO_B2, A_TO_C, C_TO_B = (
    ("one/a", "one/b"),
    ("one/a", "one/b2"),
    ("one/a", "two/c"),
    ("two/c", "one/b"),
)


def named(name):
    """An item of `ports`."""
    return {"port": name, "protocol": "TCP"}


def into_b(*rules, name="p", types=("Ingress",)):
    """A policy for the pods with app=b that has these ingress rules."""
    return policy(name, {"app": "b"}, types=types, ingress=[*rules])


def out_of(app, *rules, types=("Egress",)):
    """A policy for the pods with this label that has these egress rules."""
    return policy("p", {"app": app}, types=types, egress=[*rules])


def admin(kind, version, name="p", **spec):
    """An admin policy that denies everything between pods."""
    rule = {"action": "Deny", "from": [{"namespaces": {}}]}
    return {
        "apiVersion": f"policy.networking.k8s.io/{version}",
        "kind": kind,
        "metadata": {"name": name},
        "spec": {**spec, "subject": {"namespaces": {}}, "ingress": [rule]},
    }


# Plugins ----------------------------------------------------------------------------------------------

AWS = "aws-vpc,enabled=true"
UNENFORCED = ("flannel", "none", "aws-vpc")
"""The plugins that enforce nothing: they allow everything, whatever else is known of them."""

KUBE_ROUTER = ("kube-router", "k3s")
CNP, ANP = "cluster-network-policy=true", "admin-network-policy=true"
MATCH, OLD_MATCH = "cilium,cidr-match-mode", "cilium@1.19,cidr-match-mode"


def calico(settings=""):
    """The plugins that enforce policies as Calico does."""
    return tuple(f"{name}{settings}" for name in ("calico", "canal", "aws-vpc-calico"))


NO_ADMIN = (*calico("@3.29"), "cilium", "weave", "flannel-netpol", AWS, *KUBE_ROUTER, "antrea")
WITH_CNP = (*calico(), *calico("@3.32"), f"cilium,{CNP}", "flannel-netpol,flavour=v1alpha2", f"antrea,{CNP}")
WITH_ANP = (
    *calico("@3.30"),
    *calico("@3.31"),
    "flannel-netpol,flavour=v1alpha1",
    f"antrea,{ANP}",
    "ovn-kubernetes",
)
BOTH_ADMIN = (f"antrea,{CNP},{ANP}",)
BY_ANP = {ALWAYS: (*UNENFORCED, *NO_ADMIN, *WITH_CNP), NEVER: (*WITH_ANP, *BOTH_ADMIN)}
BY_PODS = {
    NEVER: ("cilium", f"{MATCH}=nodes", f"{OLD_MATCH}=pods", f"{OLD_MATCH}=pods+nodes"),
    ALWAYS: (f"{MATCH}=pods", f"{MATCH}=pods+nodes"),
}
BY_NODES = {
    NEVER: ("cilium", f"{MATCH}=pods", f"{OLD_MATCH}=pods"),
    ALWAYS: (f"{MATCH}=nodes", f"{MATCH}=pods+nodes", f"{OLD_MATCH}=pods+nodes"),
}
BY_TYPES = {NEVER: ("cilium", "cilium@1.19"), ALWAYS: ("cilium,policy-types-fixed=true",)}
ONE_RULE = {NEVER: (*KUBE_ROUTER, AWS)}
ONE_POD = {NEVER: (AWS,), ALWAYS: (*KUBE_ROUTER, f"{AWS},except-fixed=true")}
OWN_NODE = {
    NEVER: (
        *calico(),
        *calico(",endpoint-to-host=drop"),
        *calico(",endpoint-to-host=return"),
        "cilium",
        "flannel-netpol",
        *KUBE_ROUTER,
        "antrea",
        "ovn-kubernetes",
    ),
    ALWAYS: (*UNENFORCED, AWS, "weave"),
}
HAIRPIN = ("cilium", *KUBE_ROUTER, "ovn-kubernetes")
