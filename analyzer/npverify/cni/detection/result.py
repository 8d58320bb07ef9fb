"""What a detection comes back with: plain, frozen, picklable values."""

from __future__ import annotations

from dataclasses import dataclass, field

from npverify.cni.profile import CniProfile
from npverify.resources import UNKNOWN_ORIGIN, Origin, SignKind

VERSION = "version"
"""The name of the version among the settings that are known."""


@dataclass(frozen=True, slots=True)
class Sign:
    """An object of the input, what it says, and where: `DaemonSet kube-system/cilium`, `runs Cilium`."""

    subject: str
    says: str
    origin: Origin = field(default=UNKNOWN_ORIGIN, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.subject} {self.says}"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A profile that fits the signs, the first of which is the chief one; `title` names what was found.

    `known` are the settings that the signs tell, `version` among them: all others are as where nobody says,
    and no sign speaks against another value. `caveats` say what could not be read, and what the signs tell
    that no profile has.
    """

    profile: CniProfile
    title: str
    sign_kind: SignKind
    signs: tuple[Sign, ...]
    known: frozenset[str] = frozenset()
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Detection:
    """All that the signs allow: one suggestion, or several of which it does not show which is right.

    `unprofiled` are signs of network plugins that npverify has no profile of, and `remarks` say what else
    the signs tell.
    """

    suggestions: tuple[Suggestion, ...] = ()
    unprofiled: tuple[Sign, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def suggestion(self) -> Suggestion | None:
        """The one that the signs leave, if it is one."""
        return self.suggestions[0] if len(self.suggestions) == 1 and not self.unprofiled else None

    @property
    def is_empty(self) -> bool:
        """Whether there is no sign of any network plugin."""
        return not (self.suggestions or self.unprofiled or self.remarks)
