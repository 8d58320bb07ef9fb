"""What the texts of manifests mean: versions of images, flags, truth; None where they do not say."""

from __future__ import annotations

import re
from collections.abc import Iterable

from npverify.cni.plugin import Version
from npverify.resources import Setting

_TRUE = frozenset({"1", "t", "true"})
_FALSE = frozenset({"0", "f", "false"})
_TAG = re.compile(r"v?(\d+)\.(\d+)(?:\.(\d+))?(?:[-+_.](.*))?")
_UNFINISHED = re.compile(
    r"(?:^|[-+_.])(?:alpha|beta|pre|dev|snapshot|nightly|main|master|(?:rc|ci)(?![a-z]))", re.IGNORECASE
)


def parse_truth(text: str) -> bool | None:
    """True or false as the flags of Go read it."""
    word = text.strip().lower()
    if word in _TRUE:
        return True
    return False if word in _FALSE else None


def image_tag(image: str) -> str:
    """The tag of an image, without a digest; empty where there is none."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[2]


def parse_version(text: str, newest: str) -> Version | None:
    """The version that a tag tells: that of a release, with or without a suffix of who packed it.

    What is no release yet (`v1.20.0-rc.1`) has no version: it is not known what is in it already. Neither has
    a tag that counts otherwise than the releases up to the `newest` known one do, such as a date.
    """
    found = _TAG.fullmatch(text.strip())
    if found is None or _UNFINISHED.search(found[4] or ""):
        return None
    if int(found[1]) > int(newest.partition(".")[0]) + 1:
        return None
    return tuple(int(number) for number in found.groups()[:3] if number is not None)


def version_text(version: Version) -> str:
    """A version as it is written: `3.32.1`."""
    return ".".join(map(str, version))


def find_flag(arguments: Iterable[Setting], name: str) -> Setting | None:
    """The last `--name=value` or `--name` (which says `true`) of a command line, with one dash or two.

    An argument that holds the flag within a longer text, as a script does, gives that text.
    """
    found = None
    for argument in arguments:
        flag, equals, value = argument.text.partition("=")
        if flag.lstrip("-") == name and flag.startswith("-"):
            found = Setting(name, value if equals else "true", argument.origin)
        elif re.search(rf"\s--?{re.escape(name)}(?![\w-])", argument.text):
            found = Setting(name, argument.text, argument.origin)
    return found
