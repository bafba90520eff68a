"""Which files a folder means."""

from __future__ import annotations

import pytest

from torch2ms.walk import collect


@pytest.fixture
def tree(here):
    for name in (
        "a.py",
        "b.pyi",
        "c.txt",
        "sub/d.py",
        "sub/deep/e.py",
        "build/f.py",
        ".venv/g.py",
        "gen_pb2.py",
    ):
        path = here / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n")
    return here / "src"


def names(root, *paths, **kw):
    work = collect(list(paths) or [root], **kw)
    assert not work.errors
    return [target.path.relative_to(root).as_posix() for target in work.targets]


ALL = ["a.py", "b.pyi", "build/f.py", "gen_pb2.py", "sub/d.py", "sub/deep/e.py"]


def test_sorted_python_files(tree):
    assert names(tree) == ALL


def test_gitignore(tree):
    (tree / ".gitignore").write_text("build/\n*_pb2.py\n/sub/deep\n")
    assert names(tree) == ["a.py", "b.pyi", "sub/d.py"]


def test_nested_gitignore_has_the_last_word(tree):
    (tree / ".gitignore").write_text("*.py\n")
    (tree / "sub" / ".gitignore").write_text("!d.py\n")
    assert names(tree) == ["b.pyi", "sub/d.py"]


def test_gitignore_of_the_repository_above(tree, git):
    git("init", "-q")
    (tree.parent / ".gitignore").write_text("src/build/\ne.py\n")
    (tree.parent / ".git" / "info").mkdir(exist_ok=True)
    (tree.parent / ".git" / "info" / "exclude").write_text("*.pyi\n")
    assert names(tree) == ["a.py", "gen_pb2.py", "sub/d.py"]
    assert names(tree, tree / "sub") == ["sub/d.py"]


def test_explicit_paths_are_always_processed(tree, git):
    git("init", "-q")
    (tree.parent / ".gitignore").write_text("build/\n*.txt\n.venv\n")
    assert names(tree, tree / "build" / "f.py", tree / "c.txt") == ["build/f.py", "c.txt"]
    assert names(tree, tree / "build") == ["build/f.py"]
    assert names(tree, tree / ".venv") == [".venv/g.py"]
    assert names(tree, tree / "a.py", exclude=["*.py"]) == ["a.py"]


@pytest.mark.parametrize(
    ("globs", "left"),
    [
        (["*_pb2.py"], ["a.py", "b.pyi", "build/f.py", "sub/d.py", "sub/deep/e.py"]),
        (["sub"], ["a.py", "b.pyi", "build/f.py", "gen_pb2.py"]),
        (["sub/deep/", "build"], ["a.py", "b.pyi", "gen_pb2.py", "sub/d.py"]),
        (["**/d.py", "*.pyi"], ["a.py", "build/f.py", "gen_pb2.py", "sub/deep/e.py"]),
    ],
)
def test_exclude(tree, globs, left):
    assert names(tree, exclude=globs) == left


def test_exclude_as_the_path_is_printed(run, tree):
    (tree / "a.py").write_text("import torch\n")
    assert '"src/a.py"' in run("convert", "src", "--format", "json").stdout
    assert '"src/a.py"' not in run("convert", "src", "--exclude", "src/a.py", "--format", "json").stdout


def test_a_file_named_twice_is_converted_once(tree):
    assert names(tree, tree / "sub", tree / "sub" / "d.py", tree / "sub") == ["sub/d.py", "sub/deep/e.py"]


def test_link_loops(tree):
    (tree / "sub" / "up").symlink_to("..")
    (tree / "x").symlink_to("y")
    (tree / "y").symlink_to("x")
    (tree / "me.py").symlink_to("me.py")
    assert names(tree) == ALL


def test_a_link_to_a_file_of_the_tree_is_no_second_file(tree):
    (tree / "alias.py").symlink_to("a.py")
    assert names(tree) == ALL
