"""Edits of texts written by hand: how a case is written, and what is checked of each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from textwrap import dedent

from npverify.editing import PolicyId
from npverify.resources import (
    Direction,
    LabelSelector,
    Operator,
    Peer,
    PolicyPort,
    Protocol,
    Requirement,
)

INGRESS, EGRESS = Direction
WEB, DB = PolicyId("default", "web"), PolicyId("default", "db")
EXPRESSIONS = (Requirement("tier", Operator.NOT_IN, ("a", "b")), Requirement("app", Operator.EXISTS))
API = Peer(pod_selector=LabelSelector((Requirement("app", Operator.IN, ("api",)),)))
ODD = Peer(
    pod_selector=LabelSelector((Requirement("app", Operator.IN, ("on",)), *EXPRESSIONS)),
    namespace_selector=LabelSelector(),
)
DNS = PolicyPort(Protocol.UDP, 53)
RANGE = PolicyPort(Protocol.TCP, 8080, 8090)
NAMED = PolicyPort(Protocol.TCP, "1e3")


@dataclass(frozen=True)
class Case:
    """A text before and after edits of it; `anew` holds the comments of each part that was written anew."""

    name: str
    before: str
    edits: tuple
    after: str
    anew: tuple = ()
    file: str = "f.yaml"

    def __str__(self) -> str:
        return self.name


def case(name, before, *edits, after, anew=(), file="f.yaml"):
    return Case(name, dedent(before).lstrip("\n"), edits, dedent(after).lstrip("\n"), anew, file)


def policy(spec, name="web", head=""):
    """A policy with the lines of this spec."""
    return (
        f"{head}apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: {name}\n"
        f"spec:\n{spec}"
    )


def spec_case(name, before, *edits, after, anew=()):
    """A case of one policy; the fields of its spec stand in by ten, of which two are theirs."""
    texts = (re.sub("^ {8}", "", text.lstrip("\n"), flags=re.MULTILINE) for text in (before, after))
    before, after = map(policy, texts)
    return Case(name, before, edits, after, anew)


BARE_WEB = "kind: NetworkPolicy\napiVersion: networking.k8s.io/v1\nmetadata: {name: web}\n"
BARE_DB = "kind: NetworkPolicy\napiVersion: networking.k8s.io/v1\nmetadata: {name: db}\n"
OTHER = "kind: Service\napiVersion: v1\nmetadata: {name: web}\n"


def in_flow(name):
    return f"{{kind: NetworkPolicy, apiVersion: networking.k8s.io/v1, metadata: {{name: {name}}}}}"


def document_case(name, before, *edits, after, anew=(), file="f.yaml"):
    return Case(name, before, edits, after, anew, file)
