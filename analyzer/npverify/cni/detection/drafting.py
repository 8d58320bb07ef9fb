"""A suggestion in the making: what is read for it, and what could not be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from npverify.cni.detection.result import VERSION, Sign, Suggestion
from npverify.cni.detection.seen import Seen
from npverify.cni.detection.texts import image_tag, parse_version, version_text
from npverify.cni.plugin import Choice, Plugin, Version
from npverify.cni.profile import CniProfile
from npverify.resources import AgentContainer, Component, PluginSign, Setting, SignKind


@dataclass
class Draft:
    """A profile of one plugin, as far as the signs tell it."""

    plugin: Plugin
    title: str
    signs: list[Sign] = field(default_factory=list)
    caveats: list[str] = field(default_factory=list)
    version: Version | None = None
    words: dict[str, str] = field(default_factory=dict)
    unlike: set[str] = field(default_factory=set)

    def rest_on(self, signs: Sequence[PluginSign], *, name: str | None = None) -> None:
        """Take the strongest signs, which come first, as those that the suggestion rests on."""
        strongest = [sign for sign in signs if sign.sign_kind is signs[0].sign_kind]
        self.signs += summarised(strongest, name or self.title)

    def read(
        self, option: str, word: str, source: PluginSign | None = None, setting: Setting | None = None
    ) -> None:
        """Take the word of an option, and the setting that told it (none: it is left at its default).

        An option that is told twice, and not alike, is left out.
        """
        if self.words.setdefault(option, word) != word:
            self.unlike.add(option)
        if source is not None and setting is not None:
            self.signs.append(said(source, setting))

    def read_version(
        self, seen: Seen, component: Component, others: Iterable[tuple[PluginSign, Setting]] = ()
    ) -> None:
        """Take the version that the images of a component tell, or else what `others` say it is."""
        containers = seen.agents(component) or seen.controllers(component)
        told = [(sign, image_setting(container)) for sign, container in containers]
        if not told:
            told = [(sign, setting) for sign, setting in others]
        self._take_version([(sign, setting) for sign, setting in told if setting.text])

    def _take_version(self, told: Sequence[tuple[PluginSign, Setting]]) -> None:
        found: dict[Version, tuple[PluginSign, Setting]] = {}
        for sign, setting in told:
            text = image_tag(setting.text) if setting.name == "image" else setting.text
            version = parse_version(text, self.plugin.newest)
            if version is None:
                self.caveats.append(
                    f"the release is left out: {setting.name} `{setting.text}` does not tell it"
                )
                return
            found.setdefault(version, (sign, setting))
        if len(found) > 1:
            several = ", ".join(version_text(version) for version in sorted(found))
            self.caveats.append(f"the release is left out: there are several, {several}")
        for version, (sign, setting) in found.items():
            self.signs.append(said(sign, setting))
            self.version = version if len(found) == 1 else None

    def suggestion(self, kind: SignKind) -> Suggestion:
        """The suggestion, with a profile of all that was read."""
        words = {option: word for option, word in self.words.items() if option not in self.unlike}
        known = {*words, *([] if self.version is None else [VERSION])}
        unlike = [f"{option} is left out: it is not the same everywhere" for option in sorted(self.unlike)]
        return Suggestion(
            profile=profile_with(self.plugin, self.version, words),
            title=self.title,
            sign_kind=kind,
            signs=tuple(dict.fromkeys(self.signs)),
            known=frozenset(known),
            caveats=tuple(dict.fromkeys((*self.caveats, *unlike))),
        )


def profile_with(plugin: Plugin, version: Version | None, words: Mapping[str, str]) -> CniProfile:
    """The profile of a version with some settings; the others are as where nobody says."""
    defaults = {option.name: option.words[0] for option in plugin.options}
    return plugin.profile(Choice(version if plugin.is_versioned else None, {**defaults, **words}))


def image_setting(container: AgentContainer) -> Setting:
    """The image of a container as a setting."""
    return Setting("image", container.image, container.origin)


def said(source: PluginSign, setting: Setting) -> Sign:
    """A setting as a sign: `ConfigMap kube-system/cilium-config has enable-sctp true`."""
    says = f"has {setting.name} `{setting.text}`" if setting.name else f"has `{setting.text}`"
    return Sign(str(source), says, setting.origin)


def summarised(signs: Sequence[PluginSign], name: str) -> list[Sign]:
    """Signs of one kind: all that run or configure something, but one of those that are many by nature."""
    kind = signs[0].sign_kind
    says = f"{kind} {name}"
    if kind in (SignKind.RUNS, SignKind.CONFIGURES):
        return [Sign(str(sign), says, sign.origin) for sign in signs]
    more = f" (one of {len(signs)})" if len(signs) > 1 else ""
    says = f"is of {name}{more}" if kind is SignKind.USES else f"{says}{more}"
    return [Sign(str(signs[0]), says, signs[0].origin)]
