"""NPV255: an egress policy that the network plugin does not apply to the pod's own node."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.cni import OwnNodeEgress
from npverify.errors import Severity
from npverify.lint.check import Check, Found
from npverify.lint.context import Context
from npverify.lint.plugins import doubt, manifest, said
from npverify.resources import Direction


def _find(context: Context) -> Iterator[Found]:
    profile = context.settings.profile
    if not profile.enforces or profile.own_node_egress is not OwnNodeEgress.ALWAYS:
        return
    isolating = [policy for policy in context.policies if Direction.EGRESS in context.directions(policy)]
    if isolating:
        number = len({policy.namespace for policy in isolating})
        policies = "1 policy" if len(isolating) == 1 else f"{len(isolating)} policies"
        where = "1 namespace" if number == 1 else f"{number} namespaces"
        yield Found(
            subject="network plugin",
            part="",
            message=f"under {said(profile)}{doubt(profile, 'own_node_egress')} every pod reaches the node it "
            f"runs on whatever its egress policies say ({policies}, in {where}): services of the node, "
            "and what they give access to, are open",
            origin=isolating[0].origin,
            label="not for the pod's own node",
            hint="guard what listens on nodes, such as metadata proxies, on the node itself",
        )


CHECK = Check(
    code="NPV255",
    name="open-own-node",
    title="egress policies that the network plugin does not apply to the pod's own node",
    severity=Severity.NOTE,
    why="Some plugins always let a pod reach the node it runs on. What listens there, metadata proxies and "
    "hostNetwork pods among it, is then open to every pod of the node.",
    fix="Guard what listens on nodes on the node itself, and do not count on egress policies for it.",
    bad=manifest("weave", "  podSelector: {}\n  policyTypes: [Egress]\n"),
    good=manifest("weave", "  podSelector: {}\n  policyTypes: [Ingress]\n"),
    cni="weave",
    find=_find,
)
