"""From paths or objects to an inventory."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from npverify.errors import Finding, InputError, Severity, UsageError
from npverify.manifests.assembly import Assembly
from npverify.manifests.codes import NO_KIND
from npverify.manifests.documents import Document
from npverify.manifests.json_text import read_json
from npverify.manifests.kinds import KNOWN_KINDS, parser_of
from npverify.manifests.memory import document_in_memory
from npverify.manifests.options import ReadOptions
from npverify.manifests.plugin_signs import find_plugin_sign
from npverify.manifests.problems import ProblemFound
from npverify.manifests.revisions import find_sources_at
from npverify.manifests.sharing import DocumentMemory
from npverify.manifests.sources import Source, find_sources, read_text
from npverify.manifests.values import Problems, Value
from npverify.manifests.yaml_text import read_yaml
from npverify.resources.inventory import Inventory

_DEFAULTS = ReadOptions()
_LIST = "List"
_KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml")


def read_paths(
    paths: Sequence[str | Path],
    *,
    stdin: BinaryIO | None = None,
    options: ReadOptions = _DEFAULTS,
    memory: DocumentMemory | None = None,
) -> Inventory:
    """Read files, directories (all manifests below them) and `-` for standard input.

    A `memory` spares the parsing of documents that another call with it has read already.
    Raises UsageError for a path that cannot be read or holds no object, and InputError with every problem of
    every file.
    """
    reader = _Reader(options, memory)
    with _collector_paused():
        for source in find_sources(map(str, paths), stdin):
            reader.read(source)
    if not reader.found_anything:
        names = ", ".join(f"`{path}`" for path in paths) or "no paths"
        raise UsageError(f"no objects in {names}", hint="name files or folders with Kubernetes manifests")
    return reader.inventory()


def read_revision(
    revision: str,
    paths: Sequence[str | Path],
    *,
    options: ReadOptions = _DEFAULTS,
    folder: str | None = None,
    memory: DocumentMemory | None = None,
) -> Inventory:
    """Read files and directories as they are in a git revision; `folder` is where relative paths start.

    Raises UsageError where git has no such revision or path, and InputError with every problem of every file.
    A path that is new since the revision adds nothing.
    """
    reader = _Reader(options, memory)
    with _collector_paused():
        for source in find_sources_at(revision, [str(path) for path in paths], folder):
            reader.read(source)
    return reader.inventory()


def find_texts(paths: Sequence[str | Path], *, stdin: BinaryIO | None = None) -> Mapping[str, str]:
    """The text of every file that the paths mean, by name, in the order of reading.

    Raises UsageError for a path that cannot be read, and InputError for a file that is no text.
    """
    try:
        return {source.name: read_text(source) for source in find_sources(map(str, paths), stdin)}
    except ProblemFound as problem:
        raise InputError((problem.finding,)) from problem


def read_texts(texts: Mapping[str, str], *, options: ReadOptions = _DEFAULTS) -> Inventory:
    """Read texts as files of these names; raises InputError with every problem of every text."""
    reader = _Reader(options)
    with _collector_paused():
        for name, text in texts.items():
            reader.read(Source(name, text.encode()))
    return reader.inventory()


def inventory_from_objects(
    objects: Iterable[Mapping[str, object]], *, options: ReadOptions = _DEFAULTS
) -> Inventory:
    """Take Kubernetes objects that are already parsed; raises InputError with every problem."""
    reader = _Reader(options)
    for number, data in enumerate(objects):
        reader.take(document_in_memory(number, data))
    return reader.inventory()


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Pause the cyclic collector, which would search the growing data again and again and find no garbage."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Reader:
    """Collects objects and findings over all sources."""

    def __init__(self, options: ReadOptions, memory: DocumentMemory | None = None) -> None:
        self._options = options
        self._memory = memory
        self._assembly = Assembly()
        self._files: list[str] = []
        self._errors: list[Finding] = []
        self._remarks: list[Finding] = []
        self._documents = 0

    @property
    def found_anything(self) -> bool:
        """Whether there was any document, sound or not."""
        return bool(self._documents or self._errors)

    def read(self, source: Source) -> None:
        """Read one file; what is wrong with it is kept for later."""
        self._files.append(source.name)
        try:
            for item in _documents(source.name, read_text(source), self._memory):
                if isinstance(item, Finding):
                    self._errors.append(item)
                else:
                    self.take(item)
        except ProblemFound as problem:
            self._errors.append(problem.finding)

    def take(self, document: Document, kind: str | None = None, api_version: str | None = None) -> None:
        """Take one document, or every item of a list; an item of a typed list may leave out its kind."""
        self._documents += 1
        problems = Problems()
        root = Value(document, (), document.data, problems)
        data = document.data
        if isinstance(data, list):
            for number, item in enumerate(data):
                self.take(document.part((number,), item))
        elif not isinstance(data, dict):
            root.is_object()
        elif _is_list(data):
            self._take_items(root, data)
        else:
            self._take_object(root, data.get("kind", kind), data.get("apiVersion", api_version))
        self._errors += sorted(problems.errors, key=lambda f: (f.origin.line, f.origin.column))
        self._remarks += problems.remarks

    def _take_items(self, root: Value, data: dict[str, object]) -> None:
        items = root.get("items")
        kind = str(data["kind"]).removesuffix(_LIST) or None
        api_version = str(data["apiVersion"]) if kind else None
        for item in items.items() if items else ():
            self.take(root.document.part(item.path, item.data), kind, api_version)

    def _take_object(self, root: Value, kind: object, api_version: object) -> None:
        if kind is None:
            self._pass_over(root)
        elif not isinstance(kind, str):
            _check_text(root, "kind")
        elif api_version is None and kind not in KNOWN_KINDS:
            self._assembly.ignore(f"(no apiVersion) {kind}")
        elif not isinstance(api_version, str):
            _check_text(root, "apiVersion")
        else:
            self._take_kind(root, kind, api_version)

    def _take_kind(self, root: Value, kind: str, api_version: str) -> None:
        parse = parser_of(api_version, kind)
        if parse is None:
            self._assembly.ignore(f"{api_version} {kind}")
        else:
            item = parse(root, kind, self._options)
            if item is None or root.problems.errors:
                return
            self._assembly.add(item, root)
        sign = find_plugin_sign(root.document, kind, api_version.rpartition("/")[0])
        if sign is not None:
            self._assembly.tell(sign, kind)

    def _pass_over(self, root: Value) -> None:
        if _is_own(root):
            return
        if Path(root.document.file).name in _KUSTOMIZATIONS:
            self._assembly.ignore("(no apiVersion) Kustomization")
            return
        self._assembly.ignore("(no kind)")
        root.remark(
            NO_KIND,
            "a document without `kind` is no Kubernetes object: passed over",
            severity=Severity.NOTE,
        )

    def inventory(self) -> Inventory:
        """Everything that was read; raises InputError where something was wrong."""
        if self._errors and not self._options.keep_going:
            raise InputError(tuple(self._errors))
        return self._assembly.inventory(
            files=tuple(self._files),
            findings=tuple(self._remarks),
            left_out=tuple(self._errors),
            keep_finished=self._options.keep_finished,
        )


def _documents(file: str, text: str, memory: DocumentMemory | None) -> Iterator[Document | Finding]:
    """The documents of a text: JSON where it looks like JSON and is, or is called so; else YAML."""
    if file.endswith(".json"):
        yield from read_json(file, text)
        return
    if text.lstrip()[:1] in ("{", "["):
        try:
            documents = list(read_json(file, text))
        except ProblemFound:
            yield from read_yaml(file, text, memory)
        else:
            yield from documents
        return
    yield from read_yaml(file, text, memory)


def _is_own(root: Value) -> bool:
    """Whether this is a file of npverify's own, which may lie among the manifests."""
    schema = root.get("schema")
    return schema is not None and isinstance(schema.data, str) and schema.data.startswith("npverify/")


def _check_text(root: Value, name: str) -> None:
    value = root.require(name)
    if value is not None:
        value.text()


def _is_list(data: dict[str, object]) -> bool:
    kind = data.get("kind")
    return (
        isinstance(kind, str)
        and kind.endswith(_LIST)
        and isinstance(data.get("apiVersion"), str)
        and ("items" in data or kind == _LIST)
    )
