"""What several reports say in the same words: how a direction was decided, what was read."""

from __future__ import annotations

from npverify.questions.answer import InputSummary, Stats
from npverify.reference import Decision, DirectionReport, RuleReference
from npverify.report.page import Page, counted
from npverify.resources import Tier

_MOST_KINDS = 6
"""Kinds of objects that are counted by name."""
_STANDING: dict[str, str] = {
    Tier.ADMIN: ", which comes before every NetworkPolicy",
    Tier.BASELINE: ", as no NetworkPolicy isolates the pod",
}
"""Why it is an admin policy that decides, by its tier."""


def add_decision(page: Page, label: str, report: DirectionReport, *, before: str = "") -> None:
    """How a direction was decided, the rules that did it, and the rule that came closest to allowing it."""
    page.item(label, before + decision_words(report))
    page.items("", (f"- {placed(rule)}" for rule in report.rules))
    if report.path:
        page.item("", f"by way of {path_words(report)}")
    for miss in report.nearest[:1]:
        page.item("", f"nearest: {miss.rule} would allow it but for {' and '.join(miss.lacks)}")
        page.item("", f"         {miss.rule.origin}")


def path_words(report: DirectionReport) -> str:
    """The way through the tiers: `Admin p10 … rule 2 Pass → NetworkPolicy shop/db rule 1 allow`."""
    steps = [str(step) for step in report.path]
    match report.decision:
        case Decision.ALLOWED_BY_RULE:
            steps.append(f"NetworkPolicy {report.rules[0]} allow")
        case Decision.DENIED:
            steps.append("NetworkPolicy deny")
        case Decision.NOT_ISOLATED:
            steps.append("nothing else, so allowed")
        case Decision.OWN_NODE:
            steps.append("the pod's own node")
    return " → ".join(steps)


def decision_words(report: DirectionReport) -> str:
    """The decision, as the head of the list of the rules that made it."""
    if report.decision is Decision.ALLOWED_BY_RULE:
        return "allowed by"
    if report.decision is Decision.DENIED:
        return "denied: isolated by the following, and no rule allows it"
    if report.decision in (Decision.ACCEPTED, Decision.REJECTED) and report.path:
        return f"{report.decision}{_STANDING.get(report.path[-1].tier, '')}"
    return str(report.decision)


def placed(rule: RuleReference) -> str:
    """A rule or policy with its place."""
    return f"{rule}  {rule.origin}"


def input_words(read: InputSummary) -> str:
    """How much was read."""
    counts = (
        (read.files, "file"),
        (read.policies, "policy"),
        (read.workloads, "workload"),
        (read.namespaces, "namespace"),
        (read.services, "service"),
    )
    return ", ".join(counted(number, noun) for number, noun in counts)


def add_input(page: Page, label: str, read: InputSummary, *, before: str = "") -> None:
    """What was read, and what was passed over."""
    page.item(label, before + input_words(read))
    if read.ignored:
        total = sum(read.ignored.values())
        kinds = ", ".join(f"{number} {kind}" for kind, number in list(read.ignored.items())[:_MOST_KINDS])
        more = ", …" if len(read.ignored) > _MOST_KINDS else ""
        page.item("ignored", f"{counted(total, 'object')} that say nothing about policies: {kinds}{more}")
    page.items(
        "unmodelled", (f"{policy.kind} {policy.policy}  {policy.origin}" for policy in read.unmodelled)
    )
    page.items("left out", (f"{f.origin}: {f.message}" for f in read.left_out))
    if read.findings:
        page.item("findings", f"{len(read.findings)} in the input, on standard error")


def add_stats(page: Page, stats: Stats) -> None:
    """Where the time went."""
    page.gap()
    total = sum(stats.seconds.values())
    page.items("seconds", (f"{name} {seconds:.3f}" for name, seconds in stats.seconds.items()))
    page.item("", f"total {total:.3f}")
    page.items("counts", (f"{name} {number:,}" for name, number in stats.counts.items()))
