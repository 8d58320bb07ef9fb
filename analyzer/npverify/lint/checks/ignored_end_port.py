"""NPV252: a port range of which the network plugin enforces the first port only."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.errors import Severity
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, policy_name, rule_name
from npverify.lint.plugins import manifest, said


def _find(context: Context) -> Iterator[Found]:
    profile = context.settings.profile
    if profile.end_port or not profile.enforces:
        return
    for policy in context.policies:
        for direction, number, rule in context.rules_of(policy):
            for place, port in enumerate(rule.ports, start=1):
                if port.end_port is not None and port.end_port != port.port:
                    yield Found(
                        subject=policy_name(policy),
                        part=rule_name(direction, number, port=place),
                        message=f"only port {port.port} of {port.port}-{port.end_port} is allowed under "
                        f"{said(profile)}, which ignores `endPort`",
                        origin=port.origin,
                        label="its end is ignored",
                        hint="list the ports one by one",
                    )


CHECK = Check(
    code="NPV252",
    name="ignored-end-port",
    title="a port range whose end the network plugin ignores",
    severity=Severity.WARNING,
    why="`endPort` is younger than NetworkPolicy itself, and a plugin that does not know it allows the first "
    "port of the range only.",
    fix="List the ports one by one, or use a plugin that knows `endPort`.",
    bad=manifest("weave", "  podSelector: {}\n  ingress:\n  - ports: [{port: 8000, endPort: 8010}]\n"),
    good=manifest("weave", "  podSelector: {}\n  ingress:\n  - ports: [{port: 8000}]\n"),
    cni="weave",
    find=_find,
)
