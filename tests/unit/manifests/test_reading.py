"""Paths and texts to an inventory: what is read, replaced, ignored and left out."""

from __future__ import annotations

import gc
import io
import json
from datetime import date
from pathlib import Path

import pytest

from npverify.errors import InputError, UsageError
from npverify.manifests import ReadOptions, inventory_from_objects, read_paths
from npverify.resources import METADATA_NAME

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: %s, namespace: shop}
spec: {podSelector: {}}
"""
BAD = POLICY.replace("{podSelector: {}}", "{podSelector: 5}")


def names(inventory) -> list[str]:
    return [policy.name for policy in inventory.policies]


def test_directories_are_read_recursively_in_sorted_order(tmp_path):
    for name in ("b.yaml", "a.yml", "sub/c.yaml", "notes.txt", ".git/d.yaml", ".hidden.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(POLICY % Path(name).stem[-1])
    (tmp_path / "z.json").write_text('{"apiVersion": "v1", "kind": "Secret"}')

    inventory = read_paths([tmp_path])

    assert names(inventory) == ["a", "b", "c"]
    assert inventory.files == tuple(str(tmp_path / n) for n in ("a.yml", "b.yaml", "z.json", "sub/c.yaml"))
    assert str(inventory.policies[0].origin) == f"{tmp_path / 'a.yml'}:1:1"


def test_a_file_that_is_named_twice_is_read_once(tmp_path, monkeypatch):
    (tmp_path / "a.yaml").write_text(POLICY % "a")
    monkeypatch.chdir(tmp_path)

    inventory = read_paths(["a.yaml", ".", str(tmp_path / "a.yaml")])

    assert (inventory.files, inventory.findings) == (("a.yaml",), ())


def test_a_named_file_may_have_any_ending(tmp_path):
    (tmp_path / "policy").write_text(POLICY % "a")

    assert names(read_paths([tmp_path / "policy"])) == ["a"]


def test_standard_input_is_read_among_other_paths(tmp_path):
    (tmp_path / "a.yaml").write_text(POLICY % "a")

    inventory = read_paths([tmp_path, "-"], stdin=io.BytesIO((POLICY % "b").encode()))

    assert names(inventory) == ["a", "b"]
    assert str(inventory.policies[1].origin) == "<stdin>:1:1"


def test_paths_that_cannot_be_read_are_usage_errors(tmp_path):
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "notes.txt").write_text("hello")

    with pytest.raises(UsageError, match="does not exist") as missing:
        read_paths([tmp_path / "policie"])
    with pytest.raises(UsageError, match="no manifests below") as empty:
        read_paths([tmp_path / "policies"])
    with pytest.raises(UsageError, match="does not exist") as nowhere:
        read_paths([tmp_path / "a" / "b"])
    with pytest.raises(UsageError, match="there is none"):
        read_paths(["-"])
    with pytest.raises(UsageError, match="no objects in no paths"):
        read_paths([])

    assert nowhere.value.hint == f"`{tmp_path / 'a'}` does not exist either"
    assert missing.value.hint == f"did you mean `{tmp_path / 'policies'}`?"
    assert empty.value.hint == "npverify reads files that end in .yaml, .yml, .json"


def test_a_file_that_cannot_be_read_is_a_usage_error(tmp_path, monkeypatch):
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "b.yaml").write_text(POLICY % "a")
    monkeypatch.setattr(Path, "read_bytes", refuse)

    with pytest.raises(UsageError, match=r"cannot read `.*b.yaml`: permission denied"):
        read_paths([tmp_path])


@pytest.mark.parametrize("text", ["", "\n# nothing\n", "---\n---\n", "null\n"])
def test_an_input_without_any_document_is_a_usage_error(read, text):
    with pytest.raises(UsageError, match="no objects in `-`"):
        read(text)


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + (POLICY % "a").encode(),
        (POLICY % "a").encode("utf-16"),
        (POLICY % "a").replace("\n", "\r\n").encode(),
        ("# Source: shop/templates/a.yaml\n---\n# Source: x\n" + POLICY % "a").encode(),
        ("%YAML 1.1\n---\n" + POLICY % "a" + "...\n").encode(),
    ],
)
def test_byte_order_marks_line_ends_and_comments_do_not_matter(read, content):
    assert names(read(content)) == ["a"]


def test_text_that_is_not_utf8_is_an_error_with_its_place(faults):
    (found,) = faults("é: 1\nb: é".encode() + b"\xff!\n")

    assert (found.code, found.origin.line, found.origin.column) == ("NPV101", 2, 5)
    assert found.source_line == "b: é\ufffd!"


def test_a_file_that_is_too_large_is_an_error(faults, monkeypatch):
    monkeypatch.setattr("npverify.manifests.sources.MOST_BYTES", 10)

    assert [f.code for f in faults(POLICY % "a")] == ["NPV108"]


def test_a_file_on_disk_that_is_too_large_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr("npverify.manifests.sources.MOST_BYTES", 10)
    (tmp_path / "a.yaml").write_text(POLICY % "a")

    with pytest.raises(InputError) as raised:
        read_paths([tmp_path])

    assert [p.code for p in raised.value.problems] == ["NPV108"]


def test_lists_of_every_kind_are_read_with_the_places_of_their_items(read):
    item = {"metadata": {"name": "a"}, "spec": {}}
    whole = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", **item}
    typed = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicyList", "items": [item]}
    nested = {"apiVersion": "v1", "kind": "List", "metadata": {}, "items": [typed]}

    for data in (typed, nested, [whole]):
        inventory = read(json.dumps(data, indent=1))
        assert names(inventory) == ["a"]
        assert inventory.policies[0].origin.line > 1


def test_items_of_yaml_lists_have_places(read):
    text = "apiVersion: v1\nkind: List\nitems:\n- " + (POLICY % "a").replace("\n", "\n  ")

    assert str(read(text).policies[0].origin) == "<stdin>:4:3"


@pytest.mark.parametrize("items", ["", "items: null", "items: []"])
def test_empty_lists_hold_nothing(read, items):
    assert read(f"apiVersion: v1\nkind: List\n{items}\n").policies == ()


def test_a_list_without_a_list_of_items_is_an_error(faults):
    (found,) = faults("apiVersion: v1\nkind: List\nitems: {}\n")

    assert found.message == "items: must be a list, not an object"


def test_a_kind_that_merely_ends_in_list_is_no_list(read):
    assert read("apiVersion: x.io/v1\nkind: AllowList\n").ignored == {"x.io/v1 AllowList": 1}


def test_json_is_read_from_standard_input_and_json_files(read, tmp_path):
    text = json.dumps(
        {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "a"}}
    )
    (tmp_path / "a.json").write_text(text + text.replace('"a"', '"b"'))
    (tmp_path / "bom.json").write_text(text.replace('"a"', '"c"'), encoding="utf-8-sig")

    assert names(read(text)) == ["a"]
    assert names(read_paths([tmp_path / "bom.json"])) == ["c"]
    assert names(read(f"{text}\n---\n{text}")) == ["a"]
    assert names(read_paths([tmp_path])) == ["a", "b", "c"]


def test_a_json_file_that_is_no_json_is_an_error(tmp_path):
    (tmp_path / "a.json").write_text('{"a": 1 ]')

    with pytest.raises(InputError, match=r"a\.json:1:9: not valid JSON"):
        read_paths([tmp_path])


def test_output_of_kubectl_get_is_read(read):
    text = POLICY.replace("metadata: {", "metadata: {uid: x, creationTimestamp: 2024-01-01T00:00:00Z, ") % "a"

    inventory = read(text + "status: {}\n")

    assert (names(inventory), inventory.findings) == (["a"], ())


def test_all_problems_of_all_files_come_together(tmp_path):
    (tmp_path / "a.yaml").write_text(f"{BAD % 'a'}---\n{POLICY % 'b'}---\nx: [\n---\n{BAD % 'c'}")
    (tmp_path / "b.yaml").write_text(BAD % "d")

    with pytest.raises(InputError) as raised:
        read_paths([tmp_path])

    places = [(Path(p.origin.file).name, p.origin.line) for p in raised.value.problems]
    assert places == [("a.yaml", 4), ("a.yaml", 12), ("a.yaml", 16), ("b.yaml", 4)]


def test_keep_going_names_what_it_left_out_and_keeps_the_rest(read):
    inventory = read(f"{BAD % 'a'}---\n{POLICY % 'b'}---\nx: [\n---\n{POLICY % 'c'}", keep_going=True)

    assert names(inventory) == ["b", "c"]
    assert [f.origin.line for f in inventory.left_out] == [4, 12]


def test_keep_going_with_nothing_sound_still_answers(read):
    inventory = read(BAD % "a", keep_going=True)

    assert (names(inventory), len(inventory.left_out)) == ([], 1)


def test_a_second_policy_of_a_name_replaces_the_first_with_a_warning(read):
    inventory = read(POLICY % "a" + "---\n" + (POLICY % "a").replace("{}}", "{matchLabels: {x: z}}}"))

    (policy,) = inventory.policies
    (found,) = inventory.findings

    assert len(policy.pod_selector.requirements) == 1
    assert (found.code, found.severity) == ("NPV105", "warning")
    assert found.message == "NetworkPolicy `shop/a` replaces the one at <stdin>:1:1"
    assert (found.origin.line, found.origin.column) == (8, 18)
    assert found.source_line == "metadata: {name: a, namespace: shop}"


@pytest.mark.parametrize(
    ("kind", "name"),
    [("Namespace", "a"), ("Node", "a"), ("Service", "default/a"), ("Pod", "default/a")],
)
def test_other_duplicates_are_replaced_with_a_warning_too(read, kind, name):
    text = f"apiVersion: v1\nkind: {kind}\nmetadata: {{name: a}}\n"

    (found,) = read(f"{text}---\n{text}").findings

    assert found.message == f"{kind} `{name}` replaces the one at <stdin>:1:1"


def test_the_same_name_elsewhere_or_of_another_kind_is_another_object(read):
    other = (POLICY % "a").replace("shop", "bar")
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\n"

    inventory = read("---\n".join([POLICY % "a", other, pod]))

    assert [str(p) for p in inventory.policies] == ["bar/a", "shop/a"]
    assert inventory.findings == ()


def test_generated_names_are_all_different(read):
    text = (POLICY % "a-").replace("name: a-", "generateName: a-")

    inventory = read(f"{text}---\n{text}")

    assert (names(inventory), inventory.findings) == (["a-*", "a-*"], ())


@pytest.mark.parametrize("namespace", ["", ", namespace: ''", ", namespace: null"])
def test_a_policy_without_namespace_lives_in_default(read, namespace):
    inventory = read((POLICY % "a").replace(", namespace: shop", namespace))

    assert [str(p) for p in inventory.policies] == ["default/a"]
    assert list(inventory.namespaces) == ["default"]


def test_namespaces_without_manifest_are_there_but_not_declared(read):
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: b}\n"
    cilium = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: c, namespace: a}\n"
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: c}\n"
    named = "apiVersion: v1\nkind: Namespace\nmetadata: {name: c, labels: {team: x}}\n"

    namespaces = read("---\n".join([POLICY % "a", service, cilium, pod, named])).namespaces

    assert list(namespaces) == ["a", "b", "c", "shop"]
    assert [n for n in namespaces if namespaces[n].declared] == ["c"]
    assert namespaces["a"].labels == {METADATA_NAME: "a"}
    assert namespaces["c"].labels == {METADATA_NAME: "c", "team": "x"}


def test_a_wrong_metadata_name_label_is_overruled_with_a_warning(read):
    text = f"apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n  labels:\n    {METADATA_NAME}: b\n"

    inventory = read(text)
    (found,) = inventory.findings

    assert inventory.namespaces["a"].labels == {METADATA_NAME: "a"}
    assert (found.code, found.origin.line, found.origin.column) == ("NPV107", 6, 34)
    assert read(text.replace(": b", ": a")).findings == ()


@pytest.mark.parametrize("text", ["replicas: 3\nimage: {tag: x}\n", "apiVersion: v2\nname: chart\n"])
def test_documents_without_kind_are_counted_and_noted(read, text):
    inventory = read(text)
    (found,) = inventory.findings

    assert inventory.ignored == {"(no kind)": 1}
    assert (found.code, found.severity, found.origin.line) == ("NPV109", "note", 1)


def test_kustomizations_are_ignored_in_silence(tmp_path):
    (tmp_path / "kustomization.yaml").write_text("resources: [a.yaml]\n")
    (tmp_path / "a.yaml").write_text(POLICY % "a")

    inventory = read_paths([tmp_path])

    assert (inventory.ignored, inventory.findings) == ({"(no apiVersion) Kustomization": 1}, ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hello", "1:1: the document: must be an object, not a string"),
        ("- 5\n", "1:3: the document: must be an object, not the number `5`"),
        ("kind: 5\napiVersion: v1\n", "1:7: kind: must be a string, not the number `5`"),
        ("kind: NetworkPolicy\n", "1:1: the document: `apiVersion` is required"),
        ("kind: NetworkPolicy\napiVersion: 1\n", "2:13: apiVersion: must be a string, not the number `1`"),
    ],
)
def test_documents_that_are_no_objects_are_errors(faults, text, message):
    (found,) = faults(text)

    assert f"{found.origin}: {found.message}" == f"<stdin>:{message}"


def test_objects_in_memory_need_no_text():
    objects = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a", "labels": {"x": "1"}}},
        {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "p"}},
    ]

    inventory = inventory_from_objects(objects)

    assert [str(p.origin) for p in inventory.policies] == ["<memory>[1]"]
    assert inventory.namespaces["a"].labels["x"] == "1"
    assert inventory_from_objects([]).policies == ()


def test_objects_in_memory_are_validated_too():
    policy = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "p"}}
    labels = {1: "a", "b": object(), "c": date(2024, 1, 2)}
    bad = {**policy, "spec": {"podSelector": {"matchLabels": labels}, "ingress": ({},)}}

    with pytest.raises(InputError, match=r"<memory>\[0\]: spec.podSelector.matchLabels.b: must be a string"):
        inventory_from_objects([bad])

    inventory = inventory_from_objects([bad], options=ReadOptions(keep_going=True))
    assert (inventory.policies, len(inventory.left_out)) == ((), 1)


def test_an_object_in_memory_that_holds_itself_is_refused():
    loop: dict[str, object] = {"kind": "X"}
    loop["spec"] = loop

    with pytest.raises(UsageError, match="levels of nesting"):
        inventory_from_objects([loop])


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_left_as_it_was(read, enabled):
    (gc.enable if enabled else gc.disable)()
    try:
        read(POLICY % "a")
        assert gc.isenabled() is enabled
    finally:
        gc.enable()
