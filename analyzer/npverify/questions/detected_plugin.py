"""What an answer says of the network plugin that the input runs: it is named, and never taken by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from npverify.cni import FACTS, GENERIC, CniProfile
from npverify.cni.detection import Detection, Sign, Suggestion, detect, disagreement
from npverify.resources.inventory import Inventory

_MOST_FACTS = 3
_COMMAND = "`npverify cni --detect`"


def plugin_notes(inventory: Inventory, profile: CniProfile) -> tuple[str, ...]:
    """What the signs of a network plugin say beside the profile that is asked about; nothing where they agree
    with it.
    """
    return tuple(_notes(detected(inventory), profile))


def plugin_notes_of_versions(
    old: Inventory, new: Inventory, old_profile: CniProfile, new_profile: CniProfile
) -> tuple[str, ...]:
    """The same for two versions: once where both tell the same, and nothing of the new one where its profile
    is another one and its manifests are those of the old one.
    """
    before, after = detected(old), detected(new)
    is_same = _profiles(before) == _profiles(after)
    if old_profile != new_profile:
        found = [*_prefixed("old", _notes(before, old_profile))]
        return (*found, *([] if is_same else _prefixed("new", _notes(after, new_profile))))
    if is_same:
        return tuple(_notes(after, new_profile))
    one, other = before.suggestion, after.suggestion
    if one is not None and other is not None and old_profile.name == GENERIC.name:
        asking = f"`--cni {one.profile} --new-cni {other.profile}` compares what they enforce"
        return (f"old: {_introduced(one)}; new: {_introduced(other)}: {asking}; {_about(old_profile)}",)
    return (
        *_prefixed("old", _notes(before, old_profile)),
        *_prefixed("new", _notes(after, new_profile)),
    )


def detected(inventory: Inventory) -> Detection:
    """What an inventory tells of its network plugin."""
    return detect(inventory.plugin_signs, inventory.unmodelled)


def _prefixed(before: str, notes: Iterable[str]) -> Iterator[str]:
    return (f"{before}: {note}" for note in notes)


def _profiles(found: Detection) -> tuple[object, ...]:
    return tuple(str(suggestion.profile) for suggestion in found.suggestions), found.unprofiled, found.remarks


def _notes(found: Detection, profile: CniProfile) -> Iterator[str]:
    is_given = profile.name != GENERIC.name
    if is_given and any(not disagreement(profile, suggestion) for suggestion in found.suggestions):
        return
    if found.suggestion is not None:
        yield _differing(found.suggestion, profile) if is_given else _asking(found.suggestion)
    elif found.suggestions:
        names = " or ".join(f"`{each.profile}` ({_place(each.signs[0])})" for each in found.suggestions)
        yield (
            f"the input does not show who enforces the policies: {names}; {_COMMAND} says why; "
            f"{_about(profile)}"
        )
    for sign in found.unprofiled:
        yield f"the input {sign.says} ({_place(sign)}), of which npverify has no profile; {_about(profile)}"
    if not (found.suggestions or found.unprofiled):
        yield from (f"{remark}: who enforces the policies is not in the input" for remark in found.remarks)


def _asking(suggestion: Suggestion) -> str:
    nothing = "" if suggestion.profile.enforces else ", which is nothing"
    return (
        f"{_introduced(suggestion)}: `--cni {suggestion.profile}` asks what it enforces{nothing}; "
        f"{_about(GENERIC)}"
    )


def _differing(suggestion: Suggestion, given: CniProfile) -> str:
    facts = [FACTS[fact] for fact in FACTS if fact in disagreement(given, suggestion)]
    shown = ", ".join(facts[:_MOST_FACTS]) + (", …" if len(facts) > _MOST_FACTS else "")
    return (
        f"{_introduced(suggestion)}, for which `--cni {suggestion.profile}` stands; {_about(given)}, which "
        f"differs from it: {shown}"
    )


def _introduced(suggestion: Suggestion) -> str:
    return f"the input {suggestion.sign_kind} {suggestion.title} ({_place(suggestion.signs[0])})"


def _place(sign: Sign) -> str:
    return f"{sign.subject}, {sign.origin}"


def _about(profile: CniProfile) -> str:
    if profile.name == GENERIC.name:
        return "this answer is about the specification"
    return f"this answer is about `{profile}`"
