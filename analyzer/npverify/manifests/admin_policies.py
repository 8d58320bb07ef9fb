"""Admin policies of `policy.networking.k8s.io`, validated as the API server does, all in one form
(semantics/kubernetes.md section 3.1).
"""

from __future__ import annotations

from npverify.manifests.admin_apis import API_OF_KIND, AdminApi
from npverify.manifests.admin_fields import parse_bounded
from npverify.manifests.admin_peers import PeerParser
from npverify.manifests.admin_pods import parse_subject
from npverify.manifests.admin_rules import RuleParser
from npverify.manifests.cidrs import CidrParser
from npverify.manifests.metadata import Metadata, parse_metadata
from npverify.manifests.options import ReadOptions
from npverify.manifests.values import Value
from npverify.resources import AdminPolicy, Direction, Tier

_OBJECT_FIELDS = frozenset({"apiVersion", "kind", "metadata", "spec", "status"})
_SPEC_FIELDS = frozenset({"subject", "ingress", "egress"})
_MOST_PRIORITY = 1000


def parse_admin_policy(root: Value, kind: str, options: ReadOptions) -> AdminPolicy | None:
    """The policy; None after the faults for which the server would reject it were reported."""
    api = API_OF_KIND[kind]
    errors = len(root.problems.errors)
    root.is_object(_OBJECT_FIELDS)
    metadata = parse_metadata(root)
    if metadata is not None:
        _check_name(root, metadata, api)
    spec = root.require("spec")
    if spec is None or not spec.is_object(_spec_fields(api)):
        return None
    tier = api.tier or _parse_tier(spec.require("tier"))
    priority = parse_bounded(spec.require("priority"), 0, _MOST_PRIORITY) if api.has_priority else 0
    subject_value = spec.require("subject")
    subject = parse_subject(subject_value, api) if subject_value else None
    rules = RuleParser(api, PeerParser(api, CidrParser(strict=options.strict_addresses)), tier)
    ingress, egress = (rules.parse(spec, direction) for direction in Direction)
    is_sound = len(root.problems.errors) == errors
    if metadata is None or tier is None or priority is None or subject is None or not is_sound:
        return None
    written = spec.get("priority") if api.has_priority else None
    return AdminPolicy(
        name=metadata.name,
        kind=api.kind,
        tier=tier,
        priority=priority,
        subject=subject,
        ingress=ingress,
        egress=egress,
        origin=root.origin,
        priority_origin=(written or root).origin,
        annotations=metadata.annotations,
    )


def _spec_fields(api: AdminApi) -> frozenset[str]:
    of_the_kind = {"tier": api.tier is None, "priority": api.has_priority}
    return _SPEC_FIELDS | {name for name, has_it in of_the_kind.items() if has_it}


def _check_name(root: Value, metadata: Metadata, api: AdminApi) -> None:
    if api.only_name is None or metadata.name == api.only_name:
        return
    written = root.get("metadata")
    name = written and (written.get("name") or written.get("generateName"))
    (name or root).fail(
        f'Only one baseline admin network policy with metadata.name="{api.only_name}" can be created in the '
        f"cluster, not `{metadata.name}`",
        hint=f"rename it to `{api.only_name}`",
    )


def _parse_tier(value: Value | None) -> Tier | None:
    text = value.text() if value else None
    if value is None or text is None:
        return None
    if text not in tuple(Tier):
        similar = next((tier for tier in Tier if tier.lower() == text.lower()), None)
        hint = f"did you mean `{similar}`?" if similar else "one of Admin, Baseline"
        value.fail(f"unsupported value `{text}`", hint=hint)
        return None
    return Tier(text)
