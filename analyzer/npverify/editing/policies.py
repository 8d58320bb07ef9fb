"""The NetworkPolicies of a document: where each stands, and which lists are empty once some are gone."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from npverify.editing.changes import ListChange
from npverify.editing.edits import PolicyId
from npverify.editing.plain import Plain
from npverify.manifests.documents import Path
from npverify.manifests.metadata import DEFAULT_NAMESPACE

_API_VERSION = "networking.k8s.io/v1"
_KIND = "NetworkPolicy"
_LIST = "List"


def find_policies(
    data: Plain, path: Path = (), kind: Plain = None, api_version: Plain = None
) -> Iterator[tuple[Path, PolicyId]]:
    """Every policy with its path, in the order in which manifests are read.

    Items of a typed list may leave out `kind` and `apiVersion`.
    """
    if isinstance(data, list):
        for number, item in enumerate(data):
            yield from find_policies(item, (*path, number))
    elif isinstance(data, dict):
        if _is_list(data):
            item_kind = str(data["kind"]).removesuffix(_LIST) or None
            item_version = data["apiVersion"] if item_kind else None
            for number, item in enumerate(_items(data)):
                yield from find_policies(item, (*path, "items", number), item_kind, item_version)
        elif (data.get("kind", kind), data.get("apiVersion", api_version)) == (_KIND, _API_VERSION):
            found = _identity(data.get("metadata"))
            if found is not None:
                yield path, found


def _is_list(data: dict[str, Plain]) -> bool:
    kind = data.get("kind")
    return (
        isinstance(kind, str)
        and kind.endswith(_LIST)
        and isinstance(data.get("apiVersion"), str)
        and ("items" in data or kind == _LIST)
    )


def _items(data: dict[str, Plain]) -> list[Plain]:
    items = data.get("items")
    return items if isinstance(items, list) else []


def _identity(metadata: Plain) -> PolicyId | None:
    if not isinstance(metadata, dict):
        return None
    namespace = metadata.get("namespace") or DEFAULT_NAMESPACE
    name, prefix = metadata.get("name"), metadata.get("generateName")
    if name is None and isinstance(prefix, str):
        name = f"{prefix}*"
    if not isinstance(name, str) or not isinstance(namespace, str):
        return None
    return PolicyId(namespace, name)


def deletions(data: Plain, gone: Collection[Path]) -> tuple[ListChange, ...] | None:
    """How the objects at these paths leave the lists that hold them; None where nothing would be left.

    A list of objects, and a List object, go with the last of their items.
    """
    found: list[ListChange] = []
    return None if _goes(data, (), gone, found) else tuple(found)


def _goes(data: Plain, path: Path, gone: Collection[Path], found: list[ListChange]) -> bool:
    if path in gone:
        return True
    if isinstance(data, list):
        items = data
    elif isinstance(data, dict) and _is_list(data):
        items, path = _items(data), (*path, "items")
    else:
        return False
    deleted = frozenset(n for n, item in enumerate(items) if _goes(item, (*path, n), gone, found))
    if deleted and len(deleted) == len(items):
        return True
    if deleted:
        found.append(ListChange(path, deleted))
    return False
