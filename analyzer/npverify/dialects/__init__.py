"""Policy APIs, each compiled into the rule model by a module of its own.

A dialect gives layers and says at which stage of a pipeline they stand; `compile_pipeline` is the one place
that lists the dialects.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from npverify.cni import CniProfile
from npverify.dialects.admin import NO_ADMIN_POLICIES, AdminPolicies, compile_admin
from npverify.dialects.kubernetes import (
    RuleParts,
    adds_up,
    compile_elsewhere,
    compile_policies,
    compile_rules,
    looks_at_pods,
    names_are_looked_up,
    with_effect,
)
from npverify.dialects.peers import compile_subject
from npverify.dialects.platform import (
    EVERY_ADDRESS,
    carried_by,
    compile_itself,
    compile_platform,
    compile_protocols,
    passing_by,
)
from npverify.dialects.stages import Stage, StagedLayer
from npverify.dialects.surroundings import NO_PODS, DeclaredPods, compile_selector, pods_of
from npverify.resources import Direction, NetworkPolicy
from npverify_encodings.model import Layer, Pipeline

__all__ = [
    "EVERY_ADDRESS",
    "NO_ADMIN_POLICIES",
    "NO_PODS",
    "AdminPolicies",
    "DeclaredPods",
    "Frame",
    "RuleParts",
    "adds_up",
    "carried_by",
    "compile_frame",
    "compile_pipeline",
    "compile_rules",
    "compile_selector",
    "compile_subject",
    "looks_at_pods",
    "names_are_looked_up",
    "pods_of",
    "with_effect",
]


def compile_pipeline(
    policies: Iterable[NetworkPolicy],
    direction: Direction,
    profile: CniProfile,
    *,
    admin: AdminPolicies = NO_ADMIN_POLICIES,
    pods: DeclaredPods = NO_PODS,
    platform: bool = True,
    itself: bool = False,
) -> Pipeline:
    """Everything that decides one direction, in the order of evaluation; without `platform`, what the
    policies decide only. `itself`: of a pod's connection to itself through a Service.

    `pods` are those of the input: some network plugins look at them.
    """
    listed = tuple(policies)
    special = compile_itself if itself else compile_platform
    own = (*compile_protocols(profile), *special(direction, profile)) if platform else ()
    staged = (
        *own,
        *_admin(admin, direction, profile),
        *compile_policies(listed, direction, profile, pods),
        *(compile_elsewhere((p.namespace for p in listed), profile) if platform else ()),
    )
    met = [passing_by(item, direction, profile) for item in staged] if itself else staged
    return Pipeline(tuple(item.layer for item in sorted(met, key=lambda item: item.stage)))


@dataclass(frozen=True, slots=True)
class Frame:
    """What decides one direction before and after the policies of the pods' own namespaces: always as many
    layers, so that those of two versions stand against each other.
    """

    before: tuple[Layer, ...]
    after: tuple[Layer, ...]

    def around(self, own: Pipeline) -> Pipeline:
        """The frame with the policies of namespaces in it."""
        return Pipeline((*self.before, *own.layers, *self.after))

    @staticmethod
    def of(layers: Sequence[Layer]) -> Frame:
        """The frame around nothing that has these layers."""
        return Frame(tuple(layers[: len(_BEFORE)]), tuple(layers[len(_BEFORE) :]))

    @property
    def has_baseline(self) -> bool:
        """Whether it matters for any pod which of the policies before it isolate it."""
        return any(layer.rules or layer.isolated for layer in self.after)


_AFTER = (Stage.ELSEWHERE, Stage.BASELINE)
_BEFORE = (Stage.PROTOCOLS, Stage.PLATFORM, Stage.ADMIN, Stage.OWN_NODE)


def compile_frame(
    admin: AdminPolicies,
    direction: Direction,
    profile: CniProfile,
    namespaces: Iterable[str] = (),
    *,
    own_nodes: bool = False,
    itself: bool = False,
) -> Frame:
    """What stands around the policies of every namespace: the policies of the whole cluster, and what the
    plugin makes of protocols, and with `own_nodes` of traffic between a pod and its own node. `namespaces`
    are those that have policies. `itself`: around a pod's connection to itself through a Service.
    """
    special = compile_itself if itself else compile_platform
    staged = (
        *compile_protocols(profile),
        *(special(direction, profile) if own_nodes or itself else ()),
        *_admin(admin, direction, profile),
        *compile_elsewhere(namespaces, profile),
    )
    met = [passing_by(item, direction, profile) for item in staged] if itself else staged
    layers = {item.stage: item.layer for item in met}
    before, after = (tuple(layers.get(s, Layer()) for s in stages) for stages in (_BEFORE, _AFTER))
    return Frame(before, after)


def _admin(admin: AdminPolicies, direction: Direction, profile: CniProfile) -> tuple[StagedLayer, ...]:
    """The admin policies of the kinds that the plugin knows."""
    if not profile.enforces:
        return ()
    return compile_admin(admin.of_kinds(profile.kinds), direction)
