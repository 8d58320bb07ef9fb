"""Policy APIs, each compiled into the rule model by a module of its own.

A dialect gives layers and says at which stage of a pipeline they stand; `compile_pipeline` is the one place
that lists the dialects.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from npverify.cni import CniProfile
from npverify.dialects.admin import NO_ADMIN_POLICIES, AdminPolicies, compile_admin
from npverify.dialects.kubernetes import (
    RuleParts,
    compile_policies,
    compile_rules,
    compile_selector,
    compile_subject,
)
from npverify.dialects.platform import compile_platform
from npverify.dialects.stages import Stage
from npverify.resources import Direction, NetworkPolicy
from npverify_encodings.model import Layer, Pipeline

__all__ = [
    "NO_ADMIN_POLICIES",
    "AdminPolicies",
    "Frame",
    "RuleParts",
    "compile_frame",
    "compile_pipeline",
    "compile_rules",
    "compile_selector",
    "compile_subject",
]


def compile_pipeline(
    policies: Iterable[NetworkPolicy],
    direction: Direction,
    profile: CniProfile,
    *,
    admin: AdminPolicies = NO_ADMIN_POLICIES,
    platform: bool = True,
) -> Pipeline:
    """Everything that decides one direction, in the order of evaluation; without `platform`, what the
    policies decide only, which is the same for any traffic but that of a pod with its own node.
    """
    own = compile_platform(direction, profile) if platform else ()
    staged = (*own, *compile_admin(admin, direction), *compile_policies(policies, direction, profile))
    return Pipeline(tuple(item.layer for item in sorted(staged, key=lambda item: item.stage)))


@dataclass(frozen=True, slots=True)
class Frame:
    """What decides one direction before and after the policies of the pods' own namespaces."""

    before: Layer
    after: Layer

    def around(self, own: Pipeline) -> Pipeline:
        """The frame with the policies of namespaces in it."""
        return Pipeline((self.before, *own.layers, self.after))


def compile_frame(admin: AdminPolicies, direction: Direction) -> Frame:
    """The policies of the whole cluster, which the policies of every namespace stand between."""
    layers = {item.stage: item.layer for item in compile_admin(admin, direction)}
    return Frame(layers.get(Stage.ADMIN, Layer()), layers.get(Stage.BASELINE, Layer()))
