"""Objects of the input that are not read, but may make pods."""

from __future__ import annotations

from npverify.resources.inventory import Inventory

_MAKES_NO_PODS = {
    "acme.cert-manager.io": None,
    "cert-manager.io": None,
    "config.istio.io": None,
    "external-secrets.io": None,
    "kustomize.config.k8s.io": None,
    "monitoring.coreos.com": ("Alertmanager", "Prometheus", "PrometheusAgent", "ThanosRuler"),
    "networking.istio.io": None,
    "notification.toolkit.fluxcd.io": None,
    "security.istio.io": None,
    "source.toolkit.fluxcd.io": None,
    "telemetry.istio.io": None,
    "traefik.io": None,
}
"""Groups whose objects make no pods, but for the kinds that are listed."""

_BUILT_IN = frozenset({"", "admissionregistration", "apps", "autoscaling", "batch", "extensions", "policy"})


def pod_makers(inventory: Inventory) -> tuple[str, ...]:
    """The kinds of custom resources of which a controller may make pods that the input does not show."""
    return tuple(name for name in inventory.ignored if _may_make_pods(name))


def _may_make_pods(name: str) -> bool:
    api_version, _, kind = name.rpartition(" ")
    group = api_version.rpartition("/")[0]
    if group in _BUILT_IN or group.endswith(".k8s.io") or api_version.startswith("("):
        return False
    exceptions = _MAKES_NO_PODS.get(group, (kind,))
    return exceptions is not None and kind in exceptions
