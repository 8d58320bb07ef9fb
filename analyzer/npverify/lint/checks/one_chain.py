"""NPV263: a policy of both directions whose rules the network plugin lets count for the other one as well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from npverify.errors import Severity
from npverify.lint.check import Check, Found, Open
from npverify.lint.context import Context, policy_name
from npverify.lint.findings import Related
from npverify.lint.plugins import doubt, manifest, said
from npverify.questions.comparison import Change, ComparisonSettings, Difference, compare
from npverify.reference import Decision
from npverify.resources import Direction, NetworkPolicy
from npverify_encodings.solver import Undecided

_MOST_REGIONS = 20


def _find(context: Context) -> Iterator[Found | Open]:
    profile = context.settings.profile
    if not profile.enforces or profile.directions_apart:
        return
    for namespace, policies in context.policies_by_namespace.items():
        if any(len(context.directions(policy)) == len(Direction) for policy in policies):
            try:
                opened = _opened(context, policies)
            except Undecided as reason:
                yield Open(f"Namespace {namespace}", "", str(reason), policies[0].origin)
                continue
            yield from _by_policy(context, policies, opened)


def _opened(context: Context, policies: Sequence[NetworkPolicy]) -> tuple[Difference, ...]:
    """What connects since rules count for both directions, as far as some regions tell."""
    apart = replace(context.settings.profile, directions_apart=True)
    own = replace(context.inventory, policies=tuple(policies), admin_policies=(), unmodelled=())
    found = compare(
        own,
        own,
        ComparisonSettings(
            query=context.settings, changes=(Change.CLOSED,), limit=_MOST_REGIONS, new_profile=apart
        ),
    )
    if found.undecided is not None and not found.differences:
        raise Undecided(found.undecided)
    return found.differences


def _by_policy(
    context: Context, policies: Sequence[NetworkPolicy], opened: Sequence[Difference]
) -> Iterator[Found]:
    """One finding for each policy, with the first flow that it lets through."""
    by_name = {str(policy): policy for policy in policies}
    seen: set[str] = set()
    for difference in opened:
        for name in _openers(difference):
            if name not in seen:
                seen.add(name)
                yield _found(context, by_name[name], difference)


def _openers(difference: Difference) -> Iterator[str]:
    """The policies that let the flow through in a direction in which it is denied as specified."""
    old, new = difference.witness.old, difference.witness.new
    for before, after in ((old.egress, new.egress), (old.ingress, new.ingress)):
        if before.decision is Decision.ALLOWED_BY_RULE and not after.decision.allows:
            yield from dict.fromkeys(rule.policy for rule in before.rules)


def _found(context: Context, policy: NetworkPolicy, difference: Difference) -> Found:
    profile, witness = context.settings.profile, difference.witness
    ends = f"{witness.source} reaches {witness.destination}"
    if witness.source == witness.destination:
        ends = f"one pod of {witness.source} reaches another one"
    reports = (("egress", witness.new.egress), ("ingress", witness.new.ingress))
    denied = " and ".join(name for name, report in reports if not report.decision.allows)
    return Found(
        subject=policy_name(policy),
        part="",
        message=f"under {said(profile)}{doubt(profile, 'directions_apart')} the rules of this policy for one "
        f"direction count for the other one too, between two pods that it selects: {ends} on "
        f"{_traffic(difference)}, though its policies for {denied} say no",
        origin=policy.origin,
        label="one chain for both directions",
        hint="write one policy for ingress and one for egress",
        related=tuple(
            Related(f"admits it for both: {rule}", rule.origin)
            for report in (witness.old.egress, witness.old.ingress)
            for rule in report.rules[:1]
            if rule.policy == str(policy)
        )[:1],
    )


def _traffic(difference: Difference) -> str:
    flow = difference.witness.flow
    return f"{flow.protocol.value.lower()}/{flow.port}"


_BOTH = "  podSelector: {}\n  ingress:\n  - from: [{podSelector: {}}]\n"

CHECK = Check(
    code="NPV263",
    name="one-chain",
    title="a policy of both directions whose rules count for the other direction as well",
    severity=Severity.WARNING,
    why="kube-router makes one chain of a policy with both `policyTypes`. Between two pods that such a "
    "policy selects, a rule of either direction lets a connection through both: what is denied as egress "
    "gets through by an ingress rule, and the other way round.",
    fix="Write two policies, one for ingress and one for egress: they mean the same to every plugin.",
    bad=manifest("kube-router", f"{_BOTH}  policyTypes: [Ingress, Egress]\n"),
    good=manifest("kube-router", f"{_BOTH}  policyTypes: [Ingress]\n")
    + "---\n"
    + manifest("kube-router", "  podSelector: {}\n  policyTypes: [Egress]\n")
    .partition("\n")[2]
    .replace("name: web", "name: web-egress"),
    cni="kube-router",
    find=_find,
)
