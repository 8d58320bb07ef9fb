"""What the checks about network plugins share: who is looked at, and example manifests."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.cni import CniProfile
from npverify.lint.context import Context
from npverify.resources import AdminPolicy, NetworkPolicy


def every_policy(context: Context) -> Iterator[NetworkPolicy | AdminPolicy]:
    """The policies of every kind that is modelled."""
    yield from context.policies
    yield from context.inventory.admin_policies


def said(profile: CniProfile) -> str:
    """The plugin as a message names it."""
    return f"`--cni {profile}`"


def manifest(cni: str, body: str) -> str:
    """A policy of the shop with this spec, to be looked at under a network plugin."""
    return f"""\
# npverify lint --cni {cni}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: web, namespace: shop}}
spec:
{body}"""
