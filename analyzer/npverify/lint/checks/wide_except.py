"""NPV254: an except that the network plugin applies to more than its own ipBlock."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.cni import ExceptMode
from npverify.errors import Severity
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, policy_name
from npverify.lint.findings import Related
from npverify.lint.grants import AddressTable, Grant, Lost
from npverify.lint.plugins import doubt, manifest, said
from npverify.lint.pod_classes import every_class


def _find(context: Context) -> Iterator[Found]:
    if context.settings.profile.except_mode is ExceptMode.PER_BLOCK:
        return
    said_of: set[tuple[str, str, int]] = set()
    for own in every_class(context):
        table = AddressTable(context, own)
        for lost in table.lost() if table.excepts else ():
            grant, number = _owner(table, lost)
            key = (str(grant.policy), grant.part, number)
            if key not in said_of:
                said_of.add(key)
                yield _found(context, grant, number, lost)


def _owner(table: AddressTable, lost: Lost) -> tuple[Grant, int]:
    """The grant that the except is of, and which of its excepts it is, counted from 0; in the same rule if
    there is one.
    """
    owners = [g for g in table.grants if g.block is not None and lost.network in g.block.excepts]
    owner = next((grant for grant in owners if grant.rule is lost.grant.rule), owners[0])
    assert owner.block is not None
    return owner, owner.block.excepts.index(lost.network)


def _found(context: Context, grant: Grant, number: int, lost: Lost) -> Found:
    profile, other = context.settings.profile, lost.grant
    under = f"under {said(profile)}{doubt(profile, 'except_mode')}"
    block = "" if other.block is None else f"`{other.block.cidr}` in "
    what = f"`{lost.network}` is kept out of more than its own block {under}"
    does_not = f"{block}{other.seen_from(grant)} does not admit `{lost.address}`"
    if lost.address in lost.network:
        does_not += " either"
    else:
        what = f"`{lost.network}` takes more than its own addresses {under}"
    return Found(
        subject=policy_name(grant.policy),
        part=f"{grant.part} except {number + 1}",
        message=f"{what}: {does_not}",
        origin=grant.origin_of_except(number),
        label="takes more than is meant",
        hint="write the other block in a rule of its own"
        if profile.except_mode is ExceptMode.ONE_SET
        else "write the networks that are left as ipBlocks of their own instead",
        related=(Related("not admitted here", other.origin),),
    )


CHECK = Check(
    code="NPV254",
    name="wide-except",
    title="an `except` that the network plugin applies to other ipBlocks, too",
    severity=Severity.WARNING,
    why="By the specification an `except` only cuts its own block, and another rule may allow the same "
    "addresses. Some plugins keep them out of every wider block of the rule, or of all policies of the pod.",
    fix="Allow the addresses in a rule of its own, with a block that is no wider than the exception.",
    bad=manifest(
        "aws-vpc,enabled=true",
        "  podSelector: {}\n  ingress:\n  - from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]\n"
        "  - from: [{ipBlock: {cidr: 10.0.0.0/9}}]\n    ports: [{port: 80}]\n",
    ),
    good=manifest(
        "aws-vpc,enabled=true",
        "  podSelector: {}\n  ingress:\n  - from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]\n",
    ),
    cni="aws-vpc,enabled=true",
    find=_find,
)
