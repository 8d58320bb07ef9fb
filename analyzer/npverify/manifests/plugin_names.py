"""By which names the parts of network plugins are known, and where that was read."""

from __future__ import annotations

from collections.abc import Mapping

from npverify.resources import Component, SignKind

CONTAINERS: Mapping[str, Component] = {
    "calico-node": Component.CALICO,
    "cilium-agent": Component.CILIUM,
    "kube-flannel": Component.FLANNEL,
    "kube-network-policies": Component.KUBE_NETWORK_POLICIES,
    "weave-npc": Component.WEAVE_POLICIES,
    "aws-node": Component.AWS_VPC,
    "aws-eks-nodeagent": Component.AWS_AGENT,
    "kube-router": Component.KUBE_ROUTER,
    "antrea-agent": Component.ANTREA,
    "ovnkube-node": Component.OVN_KUBERNETES,
    "ovnkube-controller": Component.OVN_KUBERNETES,
    "ovn-node": Component.OVN_KUBERNETES,
    "kindnet-cni": Component.KINDNET,
    "azure-npm": Component.AZURE_POLICIES,
}
"""The containers of a DaemonSet, or of a Pod, by name."""

IMAGES: Mapping[str, Component] = {
    "calico/node": Component.CALICO,
    "cilium/cilium": Component.CILIUM,
    "flannel-io/flannel": Component.FLANNEL,
    "flannel/flannel": Component.FLANNEL,
    "cloudnativelabs/kube-router": Component.KUBE_ROUTER,
}
"""The same by image, as its last two parts: for containers that were renamed."""

IMAGE_NAMES: Mapping[str, Component] = {
    "amazon-k8s-cni": Component.AWS_VPC,
    "aws-network-policy-agent": Component.AWS_AGENT,
    "kube-network-policies": Component.KUBE_NETWORK_POLICIES,
    "weave-kube": Component.WEAVE,
    "weave-npc": Component.WEAVE_POLICIES,
}
"""The same by the last part of the image, where that is telling enough by itself."""

CONTROLLERS: Mapping[str, tuple[Component, SignKind]] = {
    "calico-kube-controllers": (Component.CALICO, SignKind.RUNS),
    "calico-typha": (Component.CALICO, SignKind.RUNS),
    "tigera-operator": (Component.CALICO, SignKind.CONFIGURES),
    "cilium-operator": (Component.CILIUM, SignKind.RUNS),
    "antrea-controller": (Component.ANTREA, SignKind.RUNS),
    "ovnkube-master": (Component.OVN_KUBERNETES, SignKind.RUNS),
    "ovnkube-cluster-manager": (Component.OVN_KUBERNETES, SignKind.RUNS),
}
"""The containers of a Deployment, by name: an operator alone runs nothing yet."""

CONFIG_MAPS: Mapping[str, tuple[Component, ...]] = {
    "calico-config": (Component.CALICO,),
    "canal-config": (Component.CALICO, Component.FLANNEL),
    "rke2-canal-config": (Component.CALICO, Component.FLANNEL),
    "cilium-config": (Component.CILIUM,),
    "kube-flannel-cfg": (Component.FLANNEL,),
    "amazon-vpc-cni": (Component.AWS_VPC,),
    "kube-router-cfg": (Component.KUBE_ROUTER,),
    "antrea-config": (Component.ANTREA,),
}
"""ConfigMaps by name. That of Antrea has a suffix in releases before 1.8."""

CONFIG_MAP_KEYS = frozenset(
    {
        "antrea-controller.conf",
        "enable-k8s-cluster-network-policy",
        "enable-k8s-networkpolicy",
        "enable-network-policy-controller",
        "enable-policy",
        "enable-sctp",
        "policy-audit-mode",
        "policy-cidr-match-mode",
    }
)
"""The entries of these ConfigMaps that matter."""

VARIABLES = frozenset(
    {
        "ENABLE_IPV6",
        "FELIX_DEFAULTENDPOINTTOHOSTACTION",
        "NETWORK_POLICY_ENFORCING_MODE",
        "OVN_ADMIN_NETWORK_POLICY_ENABLE",
    }
)
"""The environment variables that matter, in capitals (felix reads its own however they are written)."""

GROUPS: Mapping[str, Component] = {
    "cilium.io": Component.CILIUM,
    "crd.antrea.io": Component.ANTREA,
    "crd.k8s.amazonaws.com": Component.AWS_VPC,
    "crd.projectcalico.org": Component.CALICO,
    "k8s.ovn.org": Component.OVN_KUBERNETES,
    "networking.k8s.aws": Component.AWS_VPC,
    "operator.tigera.io": Component.CALICO,
    "projectcalico.org": Component.CALICO,
    "security.antrea.tanzu.vmware.com": Component.ANTREA,
}
"""API groups: whose kinds a CustomResourceDefinition defines, and a policy is of."""

NETWORK_TYPES: Mapping[str, Component] = {
    "calico": Component.CALICO,
    "cilium": Component.CILIUM,
    "openshiftsdn": Component.OPENSHIFT_SDN,
    "ovnkubernetes": Component.OVN_KUBERNETES,
}
"""What `networkType` of OpenShift's Network names, in lower case."""

SOURCES: Mapping[Component, str] = {
    Component.CALICO: "projectcalico/calico charts/calico/templates, manifests/ocp/02-tigera-operator.yaml, "
    "manifests/crds.yaml; rancher/rke2-charts rke2-canal",
    Component.CILIUM: "cilium/cilium install/kubernetes/cilium/templates: cilium-agent, cilium-operator, "
    "cilium-configmap.yaml",
    Component.FLANNEL: "flannel-io/flannel chart/kube-flannel/templates; projectcalico/calico charts/calico "
    "for Canal",
    Component.KUBE_NETWORK_POLICIES: "kubernetes-sigs/kube-network-policies install.yaml; flannel-io/flannel "
    "chart/kube-flannel/templates/daemonset.yaml",
    Component.WEAVE: "weaveworks/weave prog/weave-kube/weave-daemonset-k8s-1.11.yaml",
    Component.WEAVE_POLICIES: "weaveworks/weave prog/weave-kube/weave-daemonset-k8s-1.11.yaml",
    Component.AWS_VPC: "aws/amazon-vpc-cni-k8s charts/aws-vpc-cni, config/master/aws-k8s-cni.yaml",
    Component.AWS_AGENT: "aws/amazon-vpc-cni-k8s charts/aws-vpc-cni/templates/daemonset.yaml",
    Component.KUBE_ROUTER: "cloudnativelabs/kube-router daemonset/kubeadm-kuberouter.yaml",
    Component.K3S: "k3s-io/k3s#7244",
    Component.ANTREA: "antrea-io/antrea build/charts/antrea: templates, crds",
    Component.OVN_KUBERNETES: "ovn-kubernetes/ovn-kubernetes helm/ovn-kubernetes: charts, crds",
    Component.KINDNET: "kubernetes-sigs/kind pkg/build/nodeimage/const_cni.go",
    Component.AZURE_POLICIES: "Azure/azure-container-networking npm/azure-npm.yaml",
    Component.OPENSHIFT_SDN: "openshift/cluster-network-operator README: Network.config.openshift.io",
}
"""Where the names of each component were read."""
