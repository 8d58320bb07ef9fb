"""Random edits of random policies in random styles: the policies are right, and nothing else has changed."""

from __future__ import annotations

import json
import random
import re

import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.editing.model import apply, edit_lists, policies_in, policies_of
from tests.unit.editing.written import Line, Writer

from npverify import strategies
from npverify.editing import (
    AppendRules,
    DeletePeer,
    DeletePolicy,
    DeletePort,
    DeleteRule,
    PolicyId,
    edit_text,
)

COMMENT = re.compile(r"# c\d+")
DELETIONS = (DeletePeer, DeletePolicy, DeletePort, DeleteRule)
OTHERS = (
    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "one"}},
    {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "map"},
        "data": {"text": "a\n---b\n# c\n"},
    },
)


@st.composite
def objects(draw, *, max_size=4):
    """Policies, some without a namespace, with other objects between them."""
    found = draw(strategies.policy_sets(min_size=1, max_size=max_size))
    for policy in found:
        if draw(st.booleans()):
            del policy["metadata"]["namespace"]
    for other in draw(st.lists(st.sampled_from(OTHERS), max_size=2, unique_by=id)):
        found.insert(draw(st.integers(0, len(found))), other)
    return found


@st.composite
def documents(draw):
    """Objects as roots of documents: alone, in a List, or in a plain list."""
    rest = draw(objects())
    found = []
    while rest:
        size = draw(st.integers(1, len(rest)))
        some, rest = rest[:size], rest[size:]
        match draw(st.sampled_from(("alone", "alone", "List", "list"))):
            case "List":
                found.append({"apiVersion": "v1", "kind": "List", "items": some})
            case "list":
                found.append(some)
            case _:
                found += some
    return found


def flattened(roots):
    for root in roots:
        if isinstance(root, list):
            yield from flattened(root)
        elif root["kind"] == "List":
            yield from flattened(root["items"])
        else:
            yield root


def places(data, path):
    """Each policy of a document with its path."""
    if isinstance(data, list):
        for number, item in enumerate(data):
            yield from places(item, (*path, number))
    elif data["kind"] == "List":
        yield from places(data["items"], (*path, "items"))
    elif data["kind"] == "NetworkPolicy":
        metadata = data["metadata"]
        yield PolicyId(metadata.get("namespace", "default"), metadata["name"]), path


def value_at(data, path):
    for step in path:
        data = data[step]
    return data


def gone(roots, edits):
    """The paths of everything that the edits delete, and those of the lists that they leave empty."""
    where = {name: path for number, root in enumerate(roots) for name, path in places(root, (number,))}
    paths, added = set(), set()
    for edit in edits:
        policy = where[edit.policy]
        match edit:
            case DeletePolicy():
                paths.add(policy)
            case DeleteRule():
                paths.add((*policy, "spec", edit.direction.lower(), edit.rule))
            case DeletePeer() | DeletePort():
                rule = (*policy, "spec", edit.direction.lower(), edit.rule)
                peers = "from" if edit.direction == "Ingress" else "to"
                is_peer = isinstance(edit, DeletePeer)
                paths.add((*rule, peers, edit.peer) if is_peer else (*rule, "ports", edit.port))
            case AppendRules():
                added.add((*policy, "spec", edit.direction.lower()))
            case _:
                pass
    lists = {path[:-1] for path in paths if isinstance(path[-1], int) and len(path) > 1}
    full = {path for path in lists if all((*path, n) in paths for n in range(len(value_at(roots, path))))}
    emptied = {path for path in full - added if path[-1] in ("ingress", "egress")}
    return paths | {path[:1] for path in full if path[1:] in ((), ("items",))}, emptied


@st.composite
def files(draw, roots):
    """The lines of a file with these documents."""
    choose = draw(st.randoms(use_true_random=False))
    found, head = [], choose.random() < 0.3
    starts_with_marker = choose.random() < 0.5
    writer = Writer(choose)
    if head:
        owner = () if starts_with_marker else (0,)
        found += [Line(writer.comment(), owner), Line("", owner)]
    for number, root in enumerate(roots):
        owner = (number,)
        if number or starts_with_marker:
            found.append(Line(f"---{writer.tail()}", owner, opens=("marker",)))
        if choose.random() < 0.3:
            found += [Line(f"# Source: chart/{number}.yaml", owner), Line("", owner)]
        writer = Writer(choose, writer.comments)
        found += writer.lines(root, 0, owner, owner)
        if choose.random() < 0.3:
            found += [Line("", owner), Line(writer.comment(), owner)]
        if choose.random() < 0.2:
            found.append(Line("...", owner))
    return found


def left(lines, paths, emptied):
    """The lines that stay."""
    found = []
    first = next(line for line in lines if line.owner)
    drops_marker = (0,) in paths and first.opens != ("marker",)
    for line in lines:
        if any(line.owner[:length] in paths for length in range(1, len(line.owner) + 1)):
            continue
        if drops_marker and line.opens == ("marker",):
            drops_marker = False
            if line.text.strip() != "---":
                found.append(line)
        elif line.opens in emptied:
            text = re.sub(r'^([\s-]*"?(?:in|e)gress"?:)', r"\1 []", line.text)
            found.append(Line(text, line.owner))
        else:
            found.append(line)
    return found if any(line.owner for line in found) else []


def is_kept(line, text):
    if not line.is_soft:
        return line.text == text
    return COMMENT.findall(line.text) == COMMENT.findall(text)


def text_of(lines, line_end, has_end):
    return line_end.join(line.text for line in lines) + (line_end if has_end and lines else "")


LAYOUTS = st.sampled_from(("\n", "\n", "\r\n")), st.booleans(), st.sampled_from(("", "", "\ufeff"))


@given(st.data(), documents(), *LAYOUTS)
def test_edits_of_block_style_change_the_policies_and_nothing_else(data, roots, line_end, has_end, mark):
    before = policies_of(flattened(roots))
    lines = data.draw(files(roots))
    edits = data.draw(edit_lists(before))
    text = mark + text_of(lines, line_end, has_end)
    assert policies_in(text) == before

    edited = edit_text(text, edits, file="f.yaml")

    assert policies_in(edited.text) == apply(before, edits)
    assert edited.rewritten == ()
    kept = left(lines, *gone(roots, edits))
    assert COMMENT.findall("\n".join(line.text for line in kept)) == COMMENT.findall(edited.text)
    rest = iter(edited.text.removeprefix(mark).split(line_end))
    for line in kept:
        assert any(is_kept(line, text) for text in rest), line


@given(st.data(), documents(), *LAYOUTS)
def test_deletions_take_out_exactly_the_lines_of_what_they_delete(data, roots, line_end, has_end, mark):
    before = policies_of(flattened(roots))
    lines = data.draw(files(roots))
    edits = data.draw(edit_lists(before, appends=False))
    text = mark + text_of(lines, line_end, has_end)
    kept = left(lines, *gone(roots, edits))

    edited = edit_text(text, edits, file="f.yaml").text

    assert policies_in(edited) == apply(before, edits)
    assert edited.startswith(mark) or not kept
    has_end = has_end or (bool(kept) and kept[-1].owner[:1] != lines[-1].owner[:1])
    if kept and has_end:
        kept.append(Line("", ()))
    if not states_policy_types(roots, before, edits):
        found = edited.removeprefix(mark).split(line_end) if edited else []
        assert len(found) == len(kept)
        assert all(map(is_kept, kept, found))


def states_policy_types(roots, before, edits):
    """Whether an edit takes the last egress rule of a policy whose policyTypes are defaulted from it."""
    after = apply(before, edits)
    written = {
        name: value_at(roots, path) for n, root in enumerate(roots) for name, path in places(root, (n,))
    }
    return any(
        bool(policy.egress) != bool(before[name].egress)
        and not ((written[name].get("spec") or {}).get("policyTypes"))
        for name, policy in after.items()
    )


@given(st.data(), documents(), st.sampled_from((None, 2, 4, "\t")), st.booleans())
def test_edited_json_is_laid_out_as_before(data, roots, indent, is_tight):
    before = policies_of(flattened(roots))
    edits = data.draw(edit_lists(before))
    separators = (",", ":") if is_tight else (", " if indent is None else ",", ": ")
    texts = [json.dumps(root, indent=indent, separators=separators) for root in roots]
    text = "\n".join(texts)

    edited = edit_text(text, edits, file="f.json")

    assert policies_in(edited.text) == apply(before, edits)
    assert edited.rewritten == ()
    again = [json.dumps(root, indent=indent, separators=separators) for root in json_values(edited.text)]
    assert edited.text.strip() == "\n".join(again)


def json_values(text):
    decoder, position = json.JSONDecoder(), 0
    while text[position:].strip():
        position += len(text[position:]) - len(text[position:].lstrip())
        value, position = decoder.raw_decode(text, position)
        yield value


@given(st.data(), objects(), st.booleans(), st.integers(0, 3))
def test_aliases_of_every_kind_are_resolved_where_they_stand_in_the_way(data, found, is_list, seed):
    before = policies_of(found)
    edits = data.draw(edit_lists(before))
    share(found, random.Random(seed))
    roots = [{"apiVersion": "v1", "kind": "List", "items": found}] if is_list else found
    text = yaml.dump_all(
        roots, sort_keys=False, default_flow_style=data.draw(st.sampled_from((True, False, None)))
    )

    edited = edit_text(text, edits, file="f.yaml")

    assert policies_in(edited.text) == apply(before, edits)


@given(st.data(), objects(), st.booleans(), st.randoms(use_true_random=False))
def test_every_comment_that_is_lost_is_told(data, found, is_list, choose):
    before = policies_of(found)
    edits = [edit for edit in data.draw(edit_lists(before)) if not isinstance(edit, DELETIONS)]
    share(found, choose)
    roots = [{"apiVersion": "v1", "kind": "List", "items": found}] if is_list else found
    style = choose.choice((False, None))
    lines = yaml.dump_all(roots, sort_keys=False, default_flow_style=style, width=1000).splitlines()
    tails = (f" # c{number}" if choose.random() < 0.5 else "" for number in range(len(lines)))
    text = "".join(f"{line}{tail}\n" for line, tail in zip(lines, tails, strict=True))

    edited = edit_text(text, edits, file="f.yaml")

    assert policies_in(edited.text) == apply(before, edits)
    lost = [comment for part in edited.rewritten for comment in part.comments]
    assert sorted(COMMENT.findall(text)) == sorted([*COMMENT.findall(edited.text), *lost])


def share(data, choose):
    """Let equal parts be the same one, which PyYAML writes as aliases."""
    known = {}

    def visit(part):
        if isinstance(part, dict):
            for name, value in part.items():
                part[name] = visit(value)
        elif isinstance(part, list):
            part[:] = map(visit, part)
        if isinstance(part, (dict, list)) and choose.random() < 0.7:
            return known.setdefault(json.dumps(part), part)
        return part

    visit(data)
