"""From paths or objects to an inventory."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from npverify.errors import Finding, InputError, Severity, UsageError
from npverify.manifests.assembly import Assembly
from npverify.manifests.codes import INVALID_VALUE, NO_KIND, TEMPLATE
from npverify.manifests.documents import Document, Place
from npverify.manifests.json_text import read_json
from npverify.manifests.kinds import Handling, handling_of
from npverify.manifests.metadata import DEFAULT_NAMESPACE
from npverify.manifests.network_policy import NetworkPolicyParser
from npverify.manifests.problems import ProblemFound
from npverify.manifests.services import parse_namespace, parse_node, parse_service
from npverify.manifests.sources import Source, find_sources, read_text
from npverify.manifests.values import Problems, Value
from npverify.manifests.workloads import RawWorkload, parse_workload
from npverify.manifests.yaml_text import read_yaml
from npverify.resources import Namespace, NetworkPolicy, Node, Origin, Service
from npverify.resources.inventory import Inventory, UnmodelledPolicy

MEMORY = "<memory>"
Item = NetworkPolicy | Namespace | Node | Service | RawWorkload | UnmodelledPolicy


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How manifests are read.

    `keep_going` leaves out documents with errors instead of raising; `strict_addresses` rejects CIDRs with
    bits beyond their prefix; `host_network_as_pods` treats hostNetwork pods like any other; `keep_finished`
    counts pods that have ended.
    """

    keep_going: bool = False
    strict_addresses: bool = False
    host_network_as_pods: bool = False
    keep_finished: bool = False


def read_paths(
    paths: Sequence[str | Path], *, stdin: BinaryIO | None = None, options: ReadOptions | None = None
) -> Inventory:
    """Read files, directories (all manifests below them) and `-` for standard input.

    Raises UsageError for a path that cannot be read or holds no object, and InputError with every problem of
    every file.
    """
    reader = _Reader(options or ReadOptions())
    with _without_collector():
        for source in find_sources(map(str, paths), stdin):
            reader.read(source)
    return reader.inventory()


def inventory_from_objects(
    objects: Iterable[Mapping[str, object]], *, options: ReadOptions | None = None
) -> Inventory:
    """Take Kubernetes objects that are already parsed; raises InputError with every problem."""
    reader = _Reader(options or ReadOptions())
    for number, data in enumerate(objects):
        reader.take(
            Document(f"{MEMORY}[{number}]", data, lambda _path, _key: Place(0, 0), lambda _number: None)
        )
    return reader.inventory(may_be_empty=True)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Suspend the cyclic collector: parsing makes many objects and no garbage cycles."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Reader:
    """Collects objects and problems over all sources."""

    def __init__(self, options: ReadOptions) -> None:
        self._options = options
        self._assembly = Assembly()
        self._files: list[str] = []
        self._errors: list[Finding] = []
        self._objects = 0
        policies = NetworkPolicyParser(strict_addresses=options.strict_addresses)
        self._parsers: dict[Handling, Callable[[Value, str], Item | None]] = {
            Handling.NETWORK_POLICY: lambda root, _: policies.parse(root),
            Handling.NAMESPACE: lambda root, _: parse_namespace(root),
            Handling.NODE: lambda root, _: parse_node(root),
            Handling.SERVICE: lambda root, _: parse_service(root),
            Handling.WORKLOAD: parse_workload,
        }

    def read(self, source: Source) -> None:
        """Read one file; what is wrong with it is kept for later."""
        self._files.append(source.name)
        try:
            text = read_text(source)
            for document in _documents(source.name, text):
                self.take(document)
        except ProblemFound as problem:
            self._errors.append(_with_template_hint(problem.finding))

    def take(self, document: Document) -> None:
        """Take one document, or every item of a list."""
        data = document.data
        if isinstance(data, list):
            for number, item in enumerate(data):
                self.take(document.part((number,), item))
        elif not isinstance(data, Mapping):
            self._fail(document, "a document that is no object")
        elif _is_list(data):
            items = data.get("items")
            for number, item in enumerate(items if isinstance(items, list) else ()):
                self.take(document.part(("items", number), item))
        else:
            self._take_object(document, data)

    def _take_object(self, document: Document, data: Mapping[str, object]) -> None:
        self._objects += 1
        problems = Problems()
        root = Value(document, (), data, problems)
        kind, api_version = data.get("kind"), data.get("apiVersion")
        if not isinstance(kind, str) or not isinstance(api_version, str):
            self._take_stranger(root, kind)
        else:
            handling = handling_of(api_version, kind)
            if handling is Handling.IGNORED:
                self._assembly.ignore(f"{api_version} {kind}")
                return
            if handling is Handling.UNMODELLED:
                self._assembly.add(_unmodelled(root, api_version, kind))
                return
            item = self._parsers[handling](root, kind)
            if item is not None and not problems.errors:
                self._assembly.add(self._adjusted(item))
        self._errors.extend(problems.errors)
        self._assembly.findings.extend(problems.remarks)

    def _take_stranger(self, root: Value, kind: object) -> None:
        if kind is None and root.get("apiVersion") is None:
            self._assembly.ignore("(no kind)")
            root.remark(NO_KIND, "no `kind`: not a Kubernetes object, passed over", severity=Severity.NOTE)
        elif kind is None or root.get("apiVersion") is None:
            root.fail(f"`{'kind' if kind is None else 'apiVersion'}` is required")
        else:
            for name in ("kind", "apiVersion"):
                value = root.get(name)
                if value is not None:
                    value.text()

    def _adjusted(self, item: Item) -> Item:
        if self._options.host_network_as_pods and isinstance(item, RawWorkload) and item.pod is not None:
            return replace(item, pod=replace(item.pod, host_network=False))
        return item

    def _fail(self, document: Document, message: str) -> None:
        place = document.place()
        origin = Origin(document.file, place.line, place.column)
        finding = Finding(
            INVALID_VALUE,
            Severity.ERROR,
            message,
            origin,
            width=place.width,
            source_line=document.lines(place.line),
        )
        self._errors.append(_with_template_hint(finding))

    def inventory(self, *, may_be_empty: bool = False) -> Inventory:
        """Everything that was read; raises InputError where something was wrong."""
        if self._errors and not self._options.keep_going:
            raise InputError(tuple(self._errors))
        if not self._objects and not self._errors and not may_be_empty:
            names = ", ".join(f"`{name}`" for name in self._files) or "no paths"
            raise UsageError(f"no objects in {names}", hint="give npverify Kubernetes manifests")
        return self._assembly.inventory(
            files=tuple(self._files), left_out=tuple(self._errors), keep_finished=self._options.keep_finished
        )


def _documents(file: str, text: str) -> Iterator[Document]:
    """The documents of a text: JSON where it starts like JSON and is, or is called so; else YAML."""
    is_json = file.endswith(".json")
    if is_json or text.lstrip()[:1] in ("{", "["):
        try:
            documents = list(read_json(file, text))
        except ProblemFound:
            if is_json:
                raise
        else:
            yield from documents
            return
    yield from read_yaml(file, text)


def _is_list(data: Mapping[str, object]) -> bool:
    kind = data.get("kind")
    return (
        isinstance(kind, str)
        and kind.endswith("List")
        and isinstance(data.get("items", []), (list, type(None)))
    )


def _unmodelled(root: Value, api_version: str, kind: str) -> UnmodelledPolicy:
    metadata = root.get("metadata")
    name = metadata.get("name") if metadata else None
    namespace = metadata.get("namespace") if metadata else None
    is_cluster_wide = "Cluster" in kind or "Global" in kind or "Admin" in kind
    return UnmodelledPolicy(
        api_version=api_version,
        kind=kind,
        namespace=None if is_cluster_wide else str(namespace.data) if namespace else DEFAULT_NAMESPACE,
        name=str(name.data) if name else "(unnamed)",
        origin=root.origin,
    )


def _with_template_hint(finding: Finding) -> Finding:
    if "{{" in (finding.source_line or ""):
        return replace(
            finding, code=TEMPLATE, hint="render the template first, for example with `helm template`"
        )
    return finding
