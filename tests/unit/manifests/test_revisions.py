"""Manifests as they are in a git revision: the same as in a work tree in which nothing has changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from npverify.errors import InputError, UsageError
from npverify.manifests import ReadOptions, read_paths, read_revision

pytestmark = [
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
    pytest.mark.skipif(sys.platform == "win32", reason="file names and symbolic links are those of POSIX"),
]
HERMETIC = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "test",
    "GIT_AUTHOR_EMAIL": "test@example.com",
    "GIT_COMMITTER_NAME": "test",
    "GIT_COMMITTER_EMAIL": "test@example.com",
}


def git(folder, *arguments):
    environment = {**os.environ, **HERMETIC}
    command = ["git", "-c", "protocol.file.allow=always", *arguments]
    finished = subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    return finished.stdout.decode().strip()


def policy(name, namespace="shop", kind="NetworkPolicy"):
    return (
        f"apiVersion: networking.k8s.io/v1\nkind: {kind}\n"
        f"metadata: {{name: {name}, namespace: {namespace}}}\nspec: {{podSelector: {{}}}}\n"
    )


def write(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def commit(folder):
    git(folder, "add", "--all")
    git(folder, "commit", "--allow-empty", "--message", "a commit")


def new_repository(folder):
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--initial-branch", "main")
    return folder


@pytest.fixture(autouse=True)
def no_configuration(monkeypatch):
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in HERMETIC.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository with three files, which is the working directory."""
    folder = new_repository(tmp_path / "repository")
    write(folder, "k8s/a.yaml", policy("a"))
    write(folder, "k8s/base/b.yaml", policy("b"))
    write(folder, "top.yaml", policy("top"))
    commit(folder)
    monkeypatch.chdir(folder)
    return folder


def names(inventory):
    return [each.name for each in inventory.policies]


def places(inventory):
    """Every place that is shown of the policies."""
    origins = [each.origin for each in inventory.policies]
    return [(origin.file, origin.line, origin.column, origin.width, origin.text) for origin in origins]


def assert_like_the_work_tree(paths, revision="HEAD"):
    expected, found = read_paths(paths), read_revision(revision, paths)

    assert found.files == expected.files
    assert found == expected
    assert places(found) == places(expected)


# Paths ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "paths",
    [
        ["."],
        ["k8s"],
        ["k8s/"],
        ["k8s/a.yaml"],
        ["k8s/a.yaml", "top.yaml", "k8s"],
        ["top.yaml", "k8s/base"],
        ["k8s/base/.."],
        ["k8s", "k8s/base"],
        ["k8s/base", "k8s"],
        ["k8s/base/../a.yaml"],
        ["./k8s"],
        ["k8s//base"],
    ],
    ids=" ".join,
)
def test_paths_mean_what_they_mean_in_the_work_tree(repository, paths):
    assert_like_the_work_tree(paths)


@pytest.mark.parametrize("path", ["./top.yaml", "k8s//a.yaml"])
def test_a_file_is_called_as_it_was_named(repository, path):
    assert_like_the_work_tree([path])


@pytest.mark.parametrize(
    "paths", [["."], ["a.yaml"], ["base"], [".."], ["../top.yaml", "base/b.yaml"]], ids=" ".join
)
def test_paths_start_in_the_working_directory(repository, monkeypatch, paths):
    monkeypatch.chdir(repository / "k8s")

    assert_like_the_work_tree(paths)


def test_paths_start_in_the_folder_that_is_given(repository, monkeypatch):
    monkeypatch.chdir(repository.parent)

    found = read_revision("HEAD", ["base"], folder=str(repository / "k8s"))

    assert found.files == ("base/b.yaml",)


@pytest.mark.parametrize("name", ["", "k8s", "k8s/a.yaml"])
def test_absolute_paths_stay_absolute(repository, monkeypatch, name):
    assert_like_the_work_tree([str(repository / name)])
    monkeypatch.chdir(repository / "k8s")
    assert_like_the_work_tree([str(repository / name)])


def test_a_repository_may_be_reached_through_a_symbolic_link(repository, monkeypatch):
    (repository.parent / "link").symlink_to(repository)
    monkeypatch.chdir(repository.parent / "link")

    assert_like_the_work_tree(["k8s"])
    assert_like_the_work_tree([str(repository.parent / "link" / "k8s")])


def test_a_path_that_is_new_since_the_revision_adds_nothing(repository):
    write(repository, "new/c.yaml", policy("c"))
    write(repository, "k8s/d.yaml", policy("d"))

    assert names(read_revision("HEAD", ["new", "top.yaml"])) == ["top"]
    assert names(read_revision("HEAD", ["k8s"])) == ["a", "b"]
    assert read_revision("HEAD", ["new"]).files == ()


def test_a_path_that_is_gone_since_the_revision_is_read(repository):
    shutil.rmtree(repository / "k8s")

    assert read_revision("HEAD", ["k8s"]).files == ("k8s/a.yaml", "k8s/base/b.yaml")
    assert read_revision("HEAD", ["k8s/base/b.yaml"]).files == ("k8s/base/b.yaml",)


def test_what_is_only_staged_is_not_in_the_revision(repository):
    write(repository, "top.yaml", policy("other"))
    git(repository, "add", "--all")

    assert names(read_revision("HEAD", ["top.yaml"])) == ["top"]


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("k9s", "did you mean `k8s`?"),
        ("k8s/bsae", "did you mean `k8s/base`?"),
        ("k8s/base/bb.yaml", "did you mean `k8s/base/b.yaml`?"),
        ("tpo.yaml", "did you mean `top.yaml`?"),
        ("k8s/something", None),
        ("nowhere/at/all", None),
    ],
)
def test_a_path_that_neither_has_is_named_with_the_nearest_one(repository, path, hint):
    with pytest.raises(UsageError) as raised:
        read_revision("HEAD", ["top.yaml", path])

    assert str(raised.value) == f"`{path}` is neither in `HEAD` nor in the work tree"
    assert raised.value.hint == hint


def test_the_nearest_name_is_as_seen_from_the_working_directory(repository, monkeypatch):
    monkeypatch.chdir(repository / "k8s")

    with pytest.raises(UsageError) as raised:
        read_revision("HEAD", ["base/c.yaml"])

    assert raised.value.hint == "did you mean `base/b.yaml`?"


@pytest.mark.parametrize("path", ["..", "../outside.yaml"])
def test_a_path_outside_of_the_repository_is_in_no_revision(repository, path):
    write(repository.parent, "outside.yaml", policy("outside"))

    with pytest.raises(UsageError) as raised:
        read_revision("HEAD", [path])

    assert str(raised.value) == f"`{path}` is outside of the git repository at `{repository}`"


# Files ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["with space.yaml", "new\nline.yaml", 'tab\tand"quote".yaml', "prüf/größe.yaml", "*.yaml", "[a].yaml"],
)
def test_any_file_name_is_read(repository, name):
    write(repository, f"odd/{name}", policy("odd"))
    write(repository, "odd/z.yaml", policy("z"))
    commit(repository)

    assert read_revision("HEAD", ["odd"]).files == tuple(
        sorted((f"odd/{name}", "odd/z.yaml"), key=lambda n: (n.count("/"), n))
    )
    assert names(read_revision("HEAD", [f"odd/{name}"])) == ["odd"]
    assert_like_the_work_tree(["odd"])
    assert_like_the_work_tree([f"odd/{name}"])


def test_a_file_name_that_is_no_text_is_read(repository):
    path = os.fsdecode(b"odd-\xff.yaml")
    Path(path).write_text(policy("odd"))
    commit(repository)

    assert_like_the_work_tree([path])


def test_what_is_hidden_is_passed_over_unless_it_is_named(repository):
    write(repository, "k8s/.hidden.yaml", policy("hidden"))
    write(repository, ".github/c.yaml", policy("c"))
    write(repository, "k8s/base/.more/d.yaml", policy("d"))
    commit(repository)

    assert read_revision("HEAD", ["."]).files == ("top.yaml", "k8s/a.yaml", "k8s/base/b.yaml")
    assert read_revision("HEAD", [".github"]).files == (".github/c.yaml",)
    assert read_revision("HEAD", ["k8s/.hidden.yaml"]).files == ("k8s/.hidden.yaml",)


def test_files_of_other_kinds_are_read_only_where_they_are_named(repository):
    write(repository, "k8s/values.tpl", policy("c"))
    write(repository, "k8s/README.md", "# Read me\n")
    commit(repository)

    assert read_revision("HEAD", ["k8s"]).files == ("k8s/a.yaml", "k8s/base/b.yaml")
    assert names(read_revision("HEAD", ["k8s/values.tpl"])) == ["c"]


def test_json_is_read_as_json(repository):
    write(
        repository,
        "c.json",
        '{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", '
        '"metadata": {"name": "c"}, "spec": {"podSelector": {}}}',
    )
    commit(repository)

    assert names(read_revision("HEAD", ["c.json"])) == ["c"]
    assert_like_the_work_tree(["c.json"])


def test_an_empty_file_and_one_without_an_end_of_line_stay_apart(repository):
    write(repository, "many/a.yaml", "")
    write(repository, "many/b.yaml", policy("b").rstrip("\n"))
    write(repository, "many/c.yaml", policy("c") + "\n\n")
    commit(repository)

    assert names(read_revision("HEAD", ["many"])) == ["b", "c"]
    assert_like_the_work_tree(["many"])


def test_problems_have_their_place_in_the_file(repository):
    write(repository, "k8s/a.yaml", policy("a").replace("podSelector: {}", "podSelector: []"))
    commit(repository)
    write(repository, "k8s/a.yaml", policy("a"))

    with pytest.raises(InputError) as raised:
        read_revision("HEAD", ["k8s"])

    (problem,) = raised.value.problems
    assert (problem.origin.file, problem.origin.line) == ("k8s/a.yaml", 4)
    assert names(read_revision("HEAD", ["k8s"], options=ReadOptions(keep_going=True))) == ["b"]


def test_a_git_lfs_pointer_is_not_taken_for_the_file(repository):
    write(
        repository,
        "k8s/a.yaml",
        "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935\nsize 12345\n",
    )
    commit(repository)

    with pytest.raises(InputError) as raised:
        read_revision("HEAD", ["k8s"])

    (problem,) = raised.value.problems
    assert problem.message == "a Git LFS pointer stands here instead of the file"
    assert str(problem.origin) == "k8s/a.yaml:1:1"


# Symbolic links ------------------------------------------------------------------------------------------


def test_a_symbolic_link_leads_to_the_file_of_the_revision(repository):
    (repository / "k8s" / "link.yaml").symlink_to("../top.yaml")
    (repository / "k8s" / "base" / "chain.yaml").symlink_to("../link.yaml")
    commit(repository)
    write(repository, "top.yaml", policy("changed"))

    assert names(read_revision("HEAD", ["k8s/link.yaml"])) == ["top"]
    assert names(read_revision("HEAD", ["k8s/base/chain.yaml"])) == ["top"]
    assert read_revision("HEAD", ["k8s/base/chain.yaml"]).files == ("k8s/base/chain.yaml",)


def test_a_file_that_two_names_lead_to_is_read_once(repository):
    (repository / "k8s" / "link.yaml").symlink_to("a.yaml")
    (repository / "0.yaml").symlink_to("top.yaml")
    commit(repository)

    assert_like_the_work_tree(["."])
    assert_like_the_work_tree(["k8s"])


@pytest.mark.parametrize(
    "target", ["nowhere.yaml", "../../outside.yaml", "/outside.yaml", "dangling.yaml", ".."], ids=str
)
def test_a_symbolic_link_that_leads_to_no_file_is_named(repository, target):
    (repository / "k8s" / "dangling.yaml").symlink_to(target)
    git(repository, "add", "--all")
    git(repository, "commit", "--message", "a link")

    with pytest.raises(UsageError) as raised:
        read_revision("HEAD", ["k8s/dangling.yaml"])

    assert str(raised.value) == "`k8s/dangling.yaml` is a symbolic link that leads to no file of `HEAD`"


@pytest.mark.xfail(reason="only links to files are followed in a revision")
def test_a_symbolic_link_to_a_folder_is_that_folder_where_it_is_named(repository):
    (repository / "link").symlink_to("k8s/base")
    commit(repository)

    assert_like_the_work_tree(["link"])


def test_a_path_may_lead_through_a_symbolic_link(repository):
    (repository / "link").symlink_to("k8s/base")
    commit(repository)

    assert_like_the_work_tree(["."])
    assert_like_the_work_tree(["link/b.yaml"])


@pytest.mark.xfail(reason="only links to files are followed in a revision")
def test_a_symbolic_link_may_lead_through_a_folder_that_is_one(repository):
    (repository / "folder").symlink_to("k8s/base")
    (repository / "link.yaml").symlink_to("folder/b.yaml")
    commit(repository)

    assert_like_the_work_tree(["link.yaml"])


# Submodules ----------------------------------------------------------------------------------------------


@pytest.fixture
def with_submodule(repository):
    """The repository with another one, which has manifests, as a submodule at `k8s/shared`."""
    other = new_repository(repository.parent / "other")
    write(other, "deep/c.yaml", policy("c"))
    commit(other)
    git(repository, "submodule", "add", str(other), "k8s/shared")
    commit(repository)
    return repository


@pytest.mark.parametrize(
    "path",
    [
        ".",
        "k8s",
        "k8s/shared",
        "k8s/shared/deep",
        "k8s/shared/deep/c.yaml",
    ],
)
def test_a_submodule_with_manifests_is_named(with_submodule, path):
    with pytest.raises(UsageError) as raised:
        read_revision("HEAD", [path])

    assert str(raised.value).startswith("`k8s/shared` is a git submodule with manifests")
    assert raised.value.hint == "name paths without it, or compare two checkouts: npverify diff OLD NEW"


def test_a_submodule_is_no_matter_to_other_paths(with_submodule):
    assert names(read_revision("HEAD", ["k8s/a.yaml", "k8s/base", "top.yaml"])) == ["a", "b", "top"]


def test_a_submodule_without_manifests_is_passed_over(with_submodule):
    shutil.rmtree(with_submodule / "k8s/shared/deep")

    assert names(read_revision("HEAD", ["k8s"])) == ["a", "b"]


# Revisions -----------------------------------------------------------------------------------------------


def test_every_way_of_naming_a_revision(repository):
    first = git(repository, "rev-parse", "HEAD")
    git(repository, "tag", "light")
    git(repository, "tag", "--annotate", "v1.0", "--message", "a release")
    git(repository, "branch", "feature/one")
    write(repository, "top.yaml", policy("second"))
    commit(repository)

    for revision in (first, first[:10], "HEAD~1", "HEAD^", "main~1", "light", "v1.0", "feature/one"):
        assert names(read_revision(revision, ["top.yaml"])) == ["top"], revision
    for revision in ("HEAD", "main", "refs/heads/main", "@"):
        assert names(read_revision(revision, ["top.yaml"])) == ["second"], revision


@pytest.mark.parametrize(
    ("revision", "hint"),
    [
        ("mian", "did you mean `main`?"),
        ("v1", "did you mean `v1.0`?"),
        ("HEAD~7", None),
        ("0123456789abcdef0123456789abcdef01234567", None),
        ("--help", None),
        ("-h", None),
        ("a revision", None),
        ("", None),
        ("HEAD:top.yaml", None),
    ],
)
def test_an_unknown_revision_is_named_with_the_nearest_one(repository, revision, hint):
    git(repository, "tag", "v1.0")

    with pytest.raises(UsageError) as raised:
        read_revision(revision, ["top.yaml"])

    assert str(raised.value) == f"git has no revision `{revision}` here"
    shallow = "a shallow clone may lack it: git fetch origin BRANCH, or `fetch-depth: 0` in a workflow"
    assert raised.value.hint == (hint or shallow)


def test_a_repository_without_a_commit_has_no_revision(tmp_path, monkeypatch):
    monkeypatch.chdir(new_repository(tmp_path / "empty"))

    with pytest.raises(UsageError, match="git has no revision `HEAD` here"):
        read_revision("HEAD", ["."])


def test_an_object_that_the_clone_lacks_is_named(repository):
    name = git(repository, "rev-parse", "HEAD:k8s/a.yaml")
    (repository / ".git" / "objects" / name[:2] / name[2:]).unlink()

    with pytest.raises(UsageError) as raised:
        read_revision("HEAD", ["."])

    assert str(raised.value) == "git does not have `k8s/a.yaml` of `HEAD` here (a partial clone?)"
    assert raised.value.hint == "fetch the whole of it: git fetch --refetch --no-filter"


# Repositories --------------------------------------------------------------------------------------------


def test_the_work_tree_and_the_repository_stay_as_they_are(repository):
    (repository / "link.yaml").symlink_to("top.yaml")
    commit(repository)
    write(repository, "top.yaml", policy("changed"))
    write(repository, "staged.yaml", policy("staged"))
    git(repository, "add", "staged.yaml")
    os.utime(repository / "k8s/a.yaml", (1, 1))  # the index knows another time

    def state():
        files = (path for path in sorted(repository.rglob("*")) if path.is_file())
        return {path: (path.read_bytes(), path.lstat().st_mtime_ns) for path in files}

    before = state()
    read_revision("HEAD~1", ["."])
    read_revision("HEAD", ["."])

    assert state() == before


def test_the_repository_that_the_environment_names_counts(repository, tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(repository, elsewhere, ignore=shutil.ignore_patterns(".git"))
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("GIT_DIR", str(repository / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(elsewhere))

    assert_like_the_work_tree(["k8s"])


def test_the_repository_may_be_named_as_git_does_for_its_hooks(repository, monkeypatch):
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")

    assert_like_the_work_tree(["."])


def test_a_linked_work_tree_has_the_revisions_of_its_repository(repository, monkeypatch):
    git(repository, "worktree", "add", "../linked")
    monkeypatch.chdir(repository.parent / "linked")

    assert_like_the_work_tree(["."], "main")


def test_outside_of_a_repository_there_is_no_revision(tmp_path, monkeypatch):
    write(tmp_path, "a.yaml", policy("a"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    with pytest.raises(UsageError) as raised:
        read_revision("HEAD", ["a.yaml"])

    assert str(raised.value) == f"`{tmp_path}` is in the work tree of no git repository"
    assert raised.value.hint.startswith("git says: not a git repository")


def test_a_bare_repository_has_no_work_tree(repository, tmp_path, monkeypatch):
    git(tmp_path, "clone", "--bare", str(repository), "bare")
    monkeypatch.chdir(tmp_path / "bare")

    with pytest.raises(UsageError, match="is in the work tree of no git repository"):
        read_revision("HEAD", ["k8s"])


def test_without_git_there_is_no_revision(repository, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))

    with pytest.raises(UsageError) as raised:
        read_revision("HEAD", ["top.yaml"])

    assert str(raised.value) == "git is not installed, and only git can read a revision"


# The same as the work tree -------------------------------------------------------------------------------

FOLDERS = ("a", "b.d", "z.yaml", ".hidden", "ü", "A")
FILES = ("a.yaml", "b.yml", "B.yaml", "a b.yaml", "ß.yaml", ".h.yaml", "notes.txt", "b.d")
CONTENT = st.sampled_from(("", "# nothing\n", "POLICY", "POLICY---\nPOLICY", "POLICY...\n"))


@st.composite
def trees(draw):
    """Files by name, none of which is a folder as well."""
    folders = st.lists(st.sampled_from(FOLDERS), max_size=3)
    listed = draw(st.lists(st.tuples(folders, st.sampled_from(FILES), CONTENT), min_size=1, max_size=8))
    found = {}
    for number, (parents, name, content) in enumerate(listed):
        path = "/".join((*parents, name))
        if not any(f"{path}/".startswith(f"{p}/") or f"{p}/".startswith(f"{path}/") for p in found):
            found[path] = content
            for part in range(content.count("POLICY")):
                found[path] = found[path].replace("POLICY", policy(f"p{number}-{part}"), 1)
    return found


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    return new_repository(tmp_path_factory.mktemp("workshop"))


@settings(max_examples=40)
@given(tree=trees(), data=st.data())
def test_a_revision_is_read_as_the_work_tree_of_its_commit(workshop, tree, data):
    for child in workshop.iterdir():
        if child.is_dir() and child.name != ".git":
            shutil.rmtree(child)
        elif child.name != ".git":
            child.unlink()
    for name, text in tree.items():
        write(workshop, name, text)
    commit(workshop)
    every = sorted({".", *tree, *(parent.as_posix() for name in tree for parent in Path(name).parents)})
    paths = data.draw(st.lists(st.sampled_from(every), min_size=1, max_size=3))
    if data.draw(st.booleans(), "absolute"):
        paths = [str(workshop / path) for path in paths]
    with chdir(workshop):
        try:
            read_paths(paths)
        except UsageError:
            assume(False)
        assert_like_the_work_tree(paths)
