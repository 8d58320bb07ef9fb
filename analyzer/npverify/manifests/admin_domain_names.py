"""`domainNames` of an admin policy's egress peer."""

from __future__ import annotations

from npverify.manifests.admin_apis import AdminApi, RuleHead
from npverify.manifests.admin_fields import MOST_LISTED, parse_items, refuse_duplicates
from npverify.manifests.codes import LENIENT_READING
from npverify.manifests.values import Value
from npverify.resources import AdminAction, Origin, Tier


def parse_domain_names(value: Value, api: AdminApi, head: RuleHead) -> dict[str, Origin]:
    """The names as DNS compares them, each with its place; reports those that are none."""
    _remark_limits(value, api, head)
    items = parse_items(value, most=MOST_LISTED, least=1)
    refuse_duplicates(items)
    found: dict[str, Origin] = {}
    for item in items:
        name = _parse_domain_name(item, api)
        if name is not None:
            found.setdefault(name, item.origin)
    return found


def _remark_limits(value: Value, api: AdminApi, head: RuleHead) -> None:
    """Remark on what the documentation of the API excludes and the API server takes."""
    if head.action is not None and head.action is not AdminAction.ACCEPT:
        value.remark(
            LENIENT_READING,
            f"{value.field}: domain names are for the action {api.accept} alone, since a name may have "
            f"addresses that nobody has looked up; read as it stands",
            hint="accept the names that are wanted, and deny every network in a later rule",
        )
    if head.tier is Tier.BASELINE:
        value.remark(
            LENIENT_READING,
            f"{value.field}: domain names are for the Admin tier alone, since no NetworkPolicy can accept "
            f"them in place of the baseline; read as it stands",
            hint="accept the names in a policy of the Admin tier",
        )


def _parse_domain_name(value: Value, api: AdminApi) -> str | None:
    """The name as DNS compares it: in lower case, and without the dot of the root."""
    text = value.text()
    if text is None:
        return None
    if not api.domain_name.fullmatch(text):
        hint = "for every address write `networks: [0.0.0.0/0, '::/0']`" if text == "*" else None
        value.fail(
            f"invalid value `{text}`: must be two labels or more with dots between them, for example "
            f"`example.com`, or `*.` and such a name",
            hint=hint,
        )
        return None
    return text.lower().removesuffix(".")
