"""Objects that tell of a network plugin, as they are written: `npverify.cni.detection` says what follows."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from npverify.resources.origin import UNKNOWN_ORIGIN, Origin


class Component(StrEnum):
    """A network plugin, or a part of one that a cluster may run without the others."""

    CALICO = "Calico"
    CILIUM = "Cilium"
    FLANNEL = "Flannel"
    KUBE_NETWORK_POLICIES = "kube-network-policies"
    WEAVE = "Weave Net"
    WEAVE_POLICIES = "the policy controller of Weave Net"
    AWS_VPC = "the Amazon VPC CNI"
    AWS_AGENT = "the policy agent of the Amazon VPC CNI"
    KUBE_ROUTER = "kube-router"
    K3S = "k3s"
    ANTREA = "Antrea"
    OVN_KUBERNETES = "OVN-Kubernetes"
    KINDNET = "kindnet"
    AZURE_POLICIES = "the Azure Network Policy Manager"
    OPENSHIFT_SDN = "OpenShift SDN"


class SignKind(StrEnum):
    """How an object tells of a component: RUNS comes before CONFIGURES, and both before DEFINES (its kinds)
    and USES (a policy of its kinds).
    """

    RUNS = "runs"
    CONFIGURES = "configures"
    DEFINES = "defines kinds of"
    USES = "has policies of"


@dataclass(frozen=True, slots=True)
class Setting:
    """A text under a name: an entry of a ConfigMap, an environment variable, an argument, a field."""

    name: str
    text: str
    origin: Origin = field(default=UNKNOWN_ORIGIN, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class AgentContainer:
    """A container of a component.

    `arguments` are those of `command` and `args` together, each without a name. `environment` holds the
    variables that matter; the text is empty, and the name in `referred`, where the value stands elsewhere
    (`valueFrom`). The origin is that of the image.
    """

    component: Component
    image: str
    arguments: tuple[Setting, ...] = ()
    environment: tuple[Setting, ...] = ()
    referred: tuple[str, ...] = ()
    origin: Origin = field(default=UNKNOWN_ORIGIN, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class PluginSign:
    """An object that tells of components, and the texts of it that matter: `settings`.

    `namespace` is empty for a cluster-scoped object. A Pod that a DaemonSet owns is told of as that one.
    """

    kind: str
    namespace: str
    name: str
    sign_kind: SignKind
    components: tuple[Component, ...]
    containers: tuple[AgentContainer, ...] = ()
    settings: tuple[Setting, ...] = ()
    origin: Origin = field(default=UNKNOWN_ORIGIN, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"
