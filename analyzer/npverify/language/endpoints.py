"""Endpoints as they are asked for, before any name in them is looked up."""

from __future__ import annotations

import re
from dataclasses import dataclass

from npverify.language.selectors import Labels, render_labels
from npverify.language.vocabulary import KINDS, RESERVED
from npverify.resources import Network

_ADDRESS = re.compile(r"\d+(\.\d+){3}(/.*)?|[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*(/.*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Everything:
    """Every pod and every outside address."""


@dataclass(frozen=True, slots=True)
class EveryPod:
    """Every pod."""


@dataclass(frozen=True, slots=True)
class Internet:
    """Every address that is no pod and no node."""


@dataclass(frozen=True, slots=True)
class Nodes:
    """The nodes of the cluster."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of a network; `written` is how, with bits beyond the prefix or without a prefix."""

    network: Network
    written: str

    @property
    def is_single(self) -> bool:
        """Whether it was written as one address."""
        return "/" not in self.written


@dataclass(frozen=True, slots=True)
class Named:
    """An object of one kind, by name; `namespace` None: in whichever namespace it is."""

    kind: str
    namespace: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Bare:
    """Words of which it is not said what they name."""

    words: tuple[str, ...]
    namespace: str | None = None


@dataclass(frozen=True, slots=True)
class Itself:
    """The very pod at the other end, which connects to itself through a Service (None: through any)."""

    service: Endpoint | None = None


Head = Everything | EveryPod | Internet | Nodes | Addresses | Named | Bare | Labels | Itself


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint of a question, and where it stands; pods of the namespaces in `outside` are left out."""

    head: Head
    text: str
    start: int
    end: int
    outside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The endpoints that one end of a question means together.

    `is_universal` says that the question asks about each one of them (`every`, `all`), `conjunction` where
    they are joined by `and`. Those in `excluded` are not among them.
    """

    members: tuple[Endpoint, ...]
    is_universal: bool = False
    conjunction: tuple[int, int] | None = None
    excluded: Endpoints | None = None

    @property
    def has_only(self) -> Head | None:
        """The single member's head, if there is but one and nothing is left out."""
        is_whole = len(self.members) == 1 and not self.members[0].outside and self.excluded is None
        return self.members[0].head if is_whole else None


def render_endpoints(endpoints: Endpoints) -> str:
    """The endpoints as the grammar reads them."""
    without = "" if endpoints.excluded is None else f" except {render_endpoints(endpoints.excluded)}"
    return " or ".join(dict.fromkeys(render_endpoint(member) for member in endpoints.members)) + without


def render_endpoint(endpoint: Endpoint) -> str:
    """One endpoint as the grammar reads it."""
    without = "".join(f" outside namespace {name}" for name in endpoint.outside)
    return _render_head(endpoint.head) + without


def _render_head(head: Head) -> str:
    match head:
        case Everything():
            return "any"
        case EveryPod():
            return "any pod"
        case Internet():
            return "internet"
        case Nodes():
            return "node"
        case Addresses():
            return head.written
        case Named():
            return _render_named(head)
        case Bare():
            return _render_bare(head)
        case Labels():
            return render_labels(head)
        case Itself(service):
            return "itself" if service is None else f"itself through {render_endpoint(service)}"


def looks_like_address(word: str) -> bool:
    """Whether a word can only be meant as an IP address or network, valid or not."""
    return _ADDRESS.fullmatch(word) is not None


def _render_named(head: Named) -> str:
    kind = "svc" if head.kind == "Service" else head.kind.lower()
    if head.namespace is None:
        return f"{kind}/{head.name}"
    if kind == "svc" and head.namespace not in KINDS:
        return f"svc/{head.namespace}/{head.name}"
    return f"{head.namespace}/{kind}/{head.name}"


def _render_bare(head: Bare) -> str:
    written = " ".join(head.words)
    if len(head.words) == 1 and head.namespace is not None and head.namespace not in KINDS:
        return f"{head.namespace}/{written}"
    if written.casefold() in RESERVED or looks_like_address(written):
        written = f"*/{written}"
    return written if head.namespace is None else f"{written} in namespace {head.namespace}"
