"""NPV251: a policy that the network plugin does not enforce."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from npverify.cni import PLUGINS, CniProfile, NamedPorts, value_words
from npverify.dialects.admin import KINDS
from npverify.dialects.kubernetes import KIND
from npverify.dialects.surroundings import names_a_port
from npverify.errors import Severity
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, policy_name
from npverify.lint.plugins import every_policy, manifest, said
from npverify.questions.unmodelled import may_decide, without_effect
from npverify.resources import AdminPolicy, NetworkPolicy, Origin

_BETTER = "use a network plugin that enforces it, or name the one that you use with --cni"


def _find(context: Context) -> Iterator[Found]:
    profile = context.settings.profile
    for policy in every_policy(context):
        reason = _reason(profile, policy)
        if reason is not None:
            yield _found(profile, policy_name(policy), "", policy.origin, *reason)
    for other in without_effect(context.inventory, profile):
        why, hint = _reason_of_kind(profile)
        is_own = may_decide(other, replace(profile, enforces=True))
        yield _found(
            profile, str(other), f" of {other.group}", other.origin, why, hint if is_own else _BETTER
        )


def _found(profile: CniProfile, subject: str, of: str, origin: Origin, why: str, hint: str) -> Found:
    return Found(
        subject=subject,
        part="",
        message=f"this policy{of} has no effect under {said(profile)}: {why}",
        origin=origin,
        label="not enforced",
        hint=hint,
    )


def _reason_of_kind(profile: CniProfile) -> tuple[str, str]:
    """Why a policy of a kind that the plugin does not implement has no effect, and what to do about it."""
    if not profile.enforces:
        return "the network plugin enforces no policy", _turned_on(profile)
    return f"the network plugin implements {value_words(profile.kinds)}", _BETTER


def _reason(profile: CniProfile, policy: NetworkPolicy | AdminPolicy) -> tuple[str, str] | None:
    """Why a policy has no effect, and what to do about it; None where it has."""
    kind = KINDS[policy.kind] if isinstance(policy, AdminPolicy) else KIND
    if not profile.enforces or (profile.kinds is not None and kind not in profile.kinds):
        return _reason_of_kind(profile)
    modes = profile.named_ports_ingress, profile.named_ports_egress
    if isinstance(policy, NetworkPolicy) and NamedPorts.REJECT_POLICY in modes and names_a_port(policy):
        why = "the network plugin rejects a policy with a port name as a whole"
        return why, "write numbers for its port names"
    return None


def _turned_on(profile: CniProfile) -> str:
    """What to do where nothing is enforced; some plugins only have to be told to."""
    plugin = PLUGINS.get(profile.name)
    is_on = "enabled=true" in profile.options  # and the release is too old
    if plugin is None or is_on or all(option.name != "enabled" for option in plugin.options):
        return _BETTER
    return f"turn its enforcement on, and say `--cni {profile.name},enabled=true`"


CHECK = Check(
    code="NPV251",
    name="without-effect",
    title="a policy that the network plugin does not enforce",
    severity=Severity.ERROR,
    why="The API server accepts policies whether or not the network plugin enforces them, and nothing warns: "
    "what a policy was to deny is open. Some plugins enforce none, some not this kind, and one drops a "
    "policy as a whole where it has a port name.",
    fix="Use a plugin that enforces the policy (`npverify cni`), turn enforcement on, or write numbers for "
    "port names. Nothing else is reported about a policy without effect, and other checks do not count it.",
    bad=manifest("flannel", "  podSelector: {}\n  policyTypes: [Ingress]\n"),
    good="""\
apiVersion: v1
kind: Namespace
metadata: {name: shop}
""",
    cni="flannel",
    find=_find,
)
