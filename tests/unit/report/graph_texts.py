"""Readers of the two graph languages, no more than maps need, which refuse what they do not know."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_DOT_TOKEN = re.compile(
    r'\s*(?:(?P<text>"(?:[^"\\\n]|\\[\s\S])*")|(?P<arrow>->)|(?P<mark>[{}\[\];,=])|(?P<word>[A-Za-z_][\w]*|\d+))'
)


@dataclass
class Parsed:
    """Nodes by id as (label, attributes), the cluster of each, and edges as (from, to, label, attributes)."""

    nodes: dict = field(default_factory=dict)
    clusters: dict = field(default_factory=dict)
    edges: list = field(default_factory=list)


def parse_dot(text):
    """What a dot file says, by its grammar; raises ValueError for what is no such file."""
    tokens = list(_dot_tokens(text))
    assert tokens[:3] == ["digraph", "connectivity", "{"], tokens[:3]
    parsed = Parsed()
    end = _dot_statements(tokens, 3, parsed, None)
    if end != len(tokens):
        raise ValueError(f"more after the graph: {tokens[end:]}")
    return parsed


def _dot_tokens(text):
    place = 0
    while text[place:].strip():
        found = _DOT_TOKEN.match(text, place)
        if not found:
            raise ValueError(f"no dot: {text[place : place + 40]!r}")
        place = found.end()
        yield found[0].strip()


def _dot_statements(tokens, at, parsed, cluster):
    while tokens[at] != "}":
        head = tokens[at]
        if head == "subgraph":
            name = tokens[at + 1]
            assert name.startswith("cluster_"), name
            assert tokens[at + 2] == "{"
            parsed.clusters[name] = []
            at = _dot_statements(tokens, at + 3, parsed, name)
            continue
        if tokens[at + 1] == "=":
            if head == "label":
                parsed.clusters[cluster].insert(0, _dot_text(tokens[at + 2]))
            at += 3
        elif tokens[at + 1] == "->":
            attributes, after = _dot_attributes(tokens, at + 3)
            parsed.edges.append((head, tokens[at + 2], attributes.pop("label"), attributes))
            at = after
        else:
            attributes, after = _dot_attributes(tokens, at + 1)
            if head not in ("node", "edge"):
                if head in parsed.nodes:
                    raise ValueError(f"{head} stands there twice")
                parsed.nodes[head] = (attributes.pop("label"), attributes)
                if cluster is not None:
                    parsed.clusters[cluster].append(head)
            at = after
        if tokens[at] != ";":
            raise ValueError(f"no end of a statement: {tokens[at - 3 : at + 1]}")
        at += 1
    return at + 1


def _dot_attributes(tokens, at):
    if tokens[at] != "[":
        raise ValueError(f"no attributes: {tokens[at]}")
    attributes = {}
    at += 1
    while tokens[at] != "]":
        if tokens[at + 1] != "=":
            raise ValueError(f"no attribute: {tokens[at : at + 3]}")
        attributes[tokens[at]] = _dot_text(tokens[at + 2])
        at += 3
        if tokens[at] == ",":
            at += 1
    return attributes, at + 1


def _dot_text(token):
    if not token.startswith('"'):
        return token
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], token[1:-1])


_MERMAID_LINE = re.compile(
    r"""(?:\ \ )+(?:
      subgraph\ (?P<cluster>c\d+)\["(?P<name>[^"`]*)"\]
    | (?P<end>end)
    | (?P<node>n\d+)(?P<open>\[|\(\[|\{\{)"(?P<label>[^"`]*)"(?P<close>\]|\]\)|\}\})
    | (?P<source>n\d+)\ (?P<arrow>-->|-\.->)\|"(?P<words>[^"`]*)"\|\ (?P<target>n\d+)
    | linkStyle\ (?P<link>\d+)\ stroke:(?P<colour>green|red)
    )""",
    re.VERBOSE,
)
_CLOSING = {"[": "]", "([": "])", "{{": "}}"}


def parse_mermaid(text):
    """What a Mermaid flowchart says, line by line; raises ValueError for what is no such chart."""
    first, *lines = text.splitlines()
    if first != "flowchart LR":
        raise ValueError(first)
    parsed, cluster = Parsed(), None
    for line in lines:
        found = _MERMAID_LINE.fullmatch(line)
        if not found:
            raise ValueError(f"no line of a flowchart: {line!r}")
        if found["cluster"]:
            cluster = found["cluster"]
            parsed.clusters[cluster] = [_mermaid_text(found["name"])]
        elif found["end"]:
            cluster = None
        elif found["node"]:
            assert _CLOSING[found["open"]] == found["close"], line
            parsed.nodes[found["node"]] = (_mermaid_text(found["label"]), {"shape": found["open"]})
            if cluster is not None:
                parsed.clusters[cluster].append(found["node"])
        elif found["source"]:
            look = {"style": "dashed"} if found["arrow"] == "-.->" else {}
            parsed.edges.append((found["source"], found["target"], _mermaid_text(found["words"]), look))
        else:
            parsed.edges[int(found["link"])][3]["color"] = found["colour"]
    if cluster is not None:
        raise ValueError("a cluster has no end")
    return parsed


def _mermaid_text(text):
    """The text that is shown; raises ValueError where a character would be read as Mermaid's own."""
    lines = text.split("<br>")
    for line in lines:
        if re.search(r"[<>&\\]|#(?!\d+;)", line):
            raise ValueError(f"not escaped: {line!r}")
    return "\n".join(re.sub(r"#(\d+);", lambda found: chr(int(found[1])), line) for line in lines)
