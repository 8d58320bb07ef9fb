"""The signs of an input, by component."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from npverify.manifests.plugin_names import GROUPS
from npverify.resources import AgentContainer, Component, PluginSign, Setting, SignKind
from npverify.resources.inventory import UnmodelledPolicy

_AGENTS = ("DaemonSet", "Pod")
STRENGTHS = tuple(SignKind)
"""The strongest first."""


class Seen:
    """All signs of an input, policies of plugins included."""

    def __init__(self, signs: Iterable[PluginSign], policies: Iterable[UnmodelledPolicy] = ()) -> None:
        self._signs = (*signs, *_of_policies(policies))

    def of(self, *components: Component, kind: SignKind | None = None) -> tuple[PluginSign, ...]:
        """The signs of some components, strongest first; of one kind only where that is said."""
        found = [
            sign
            for sign in self._signs
            if (kind is None or sign.sign_kind is kind) and any(c in sign.components for c in components)
        ]
        return tuple(sorted(found, key=lambda sign: STRENGTHS.index(sign.sign_kind)))

    def has(self, component: Component, kind: SignKind) -> bool:
        """Whether there is a sign of that kind."""
        return bool(self.of(component, kind=kind))

    @property
    def strongest(self) -> SignKind | None:
        """The strongest kind of sign that there is."""
        kinds = {sign.sign_kind for sign in self._signs}
        return next((kind for kind in STRENGTHS if kind in kinds), None)

    def agents(self, component: Component) -> tuple[tuple[PluginSign, AgentContainer], ...]:
        """The containers of a component that run on nodes."""
        return tuple(self._containers(component, lambda sign: sign.kind in _AGENTS))

    def controllers(self, component: Component) -> tuple[tuple[PluginSign, AgentContainer], ...]:
        """The containers of a component that run once in a cluster."""
        return tuple(self._containers(component, lambda sign: sign.kind not in _AGENTS))

    def _containers(
        self, component: Component, wanted: Callable[[PluginSign], bool]
    ) -> Iterator[tuple[PluginSign, AgentContainer]]:
        for sign in self.of(component, kind=SignKind.RUNS):
            if wanted(sign):
                for container in sign.containers:
                    if container.component is component:
                        yield sign, container

    def objects(self, component: Component, kind: str) -> tuple[PluginSign, ...]:
        """The objects of a kind (`ConfigMap`) that tell of a component."""
        return tuple(sign for sign in self.of(component) if sign.kind == kind)


def setting_of(sign: PluginSign, name: str) -> Setting | None:
    """The setting of that name, where the object has it."""
    return next((setting for setting in sign.settings if setting.name == name), None)


def _of_policies(policies: Iterable[UnmodelledPolicy]) -> Sequence[PluginSign]:
    return [
        PluginSign(
            kind=policy.kind,
            namespace=policy.namespace or "",
            name=policy.name,
            sign_kind=SignKind.USES,
            components=(component,),
            origin=policy.origin,
        )
        for policy in policies
        if (component := GROUPS.get(policy.group)) is not None
    ]
