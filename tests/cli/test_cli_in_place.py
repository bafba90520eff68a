"""In place: the git check comes before any work."""

from __future__ import annotations

import pytest

from .conftest import NET


@pytest.fixture
def repo(here, git):
    git("init", "-q")
    (here / "a.py").write_text(NET)
    (here / "b.py").write_text(NET)
    (here / "notes.txt").write_text("x\n")
    git("add", "-A")
    git("commit", "-q", "-m", "first")
    return here


def test_clean_files_are_converted(run, repo, git):
    (repo / "a.py").chmod(0o755)
    git("commit", "-q", "-am", "mode")
    result = run("convert", "a.py", "--in-place")
    assert (result.code, result.stderr) == (0, "")
    assert "mindspore" in (repo / "a.py").read_text()
    assert (repo / "b.py").read_text() == NET
    assert (repo / "a.py").stat().st_mode & 0o777 == 0o755
    assert not list(repo.glob("**/*.tmp"))
    assert ".torch2ms" not in git("status", "--porcelain", "--untracked-files=all")


@pytest.mark.parametrize("staged", [False, True])
def test_a_changed_target_is_refused_before_any_work(run, repo, git, staged):
    (repo / "b.py").write_text(NET + "# mine\n")
    if staged:
        git("add", "b.py")
    result = run("convert", "a.py", "b.py", "--in-place")
    assert result.code == 2
    assert "b.py" in result.stderr and "--allow-dirty" in result.stderr
    assert (repo / "a.py").read_text() == NET
    assert (repo / "b.py").read_text() == NET + "# mine\n"


def test_allow_dirty(run, repo):
    (repo / "b.py").write_text(NET + "# mine\n")
    assert run("convert", ".", "--in-place", "--allow-dirty").code == 0
    assert "# mine" in (repo / "b.py").read_text() and "mindspore" in (repo / "b.py").read_text()


def test_only_targets_count(run, repo, git):
    (repo / "b.py").write_text(NET + "# mine\n")
    (repo / "notes.txt").write_text("changed\n")
    git("mv", "notes.txt", "renamed.txt")
    assert run("convert", "a.py", "--in-place").code == 0
    assert "mindspore" in (repo / "a.py").read_text()


@pytest.mark.parametrize("name", ["untracked.py", "ignored.py"])
def test_files_that_git_does_not_hold_are_protected(run, repo, git, name):
    (repo / ".gitignore").write_text("ignored.py\n")
    git("add", ".gitignore")
    git("commit", "-q", "-m", "ignore")
    (repo / name).write_text(NET)
    result = run("convert", "a.py", name, "--in-place")
    assert (result.code, result.stderr.count("\n")) == (2, 1)
    assert f"git does not hold {name}" in result.stderr and "--allow-dirty" in result.stderr
    assert (repo / "a.py").read_text() == (repo / name).read_text() == NET
    assert run("convert", "a.py", name, "--in-place", "--allow-dirty").code == 0
    assert "mindspore" in (repo / name).read_text()


def test_a_file_git_was_told_not_to_look_at_is_protected(run, repo, git):
    git("update-index", "--assume-unchanged", "a.py")
    (repo / "a.py").write_text(NET + "# mine\n")
    assert run("convert", "a.py", "--in-place").code == 2
    assert (repo / "a.py").read_text() == NET + "# mine\n"


def test_files_that_would_not_change_block_nothing(run, repo):
    (repo / "b.py").write_text("import os  # changed, and nothing of torch in it\n")
    (repo / "new.py").write_text("x = 1\n")
    assert run("convert", ".", "--in-place").code == 0
    assert "mindspore" in (repo / "a.py").read_text()
    (repo / "b.py").write_text(NET + "# mine\n")
    assert run("convert", ".", "--in-place").code == 2


def test_a_dry_run_needs_no_clean_tree(run, repo):
    (repo / "b.py").write_text(NET + "# mine\n")
    assert run("convert", "b.py", "--in-place", "--diff").code == 0
    assert run("convert", "b.py", "--in-place", "--check").code == 1


def test_from_a_subfolder(run, repo, git):
    (repo / "sub").mkdir()
    (repo / "sub" / "c.py").write_text(NET)
    git("add", "-A")
    git("commit", "-q", "-m", "second")
    (repo / "sub" / "c.py").write_text(NET + "# mine\n")
    assert run("convert", "c.py", "--in-place", cwd=repo / "sub").code == 2
    assert run("convert", "../a.py", "--in-place", cwd=repo / "sub").code == 0


def test_outside_git_warns(run, here):
    (here / "m.py").write_text(NET)
    result = run("convert", "m.py", "--in-place")
    assert result.code == 0
    assert result.stderr.startswith("warning: m.py: not in a git repository")
    assert "mindspore" in (here / "m.py").read_text()


def test_without_git_on_the_machine(run, repo):
    result = run("convert", "a.py", "--in-place", PATH="/nowhere")
    assert result.code == 0
    assert result.stderr.startswith("warning: ")


def test_a_repository_git_cannot_read(run, repo):
    (repo / ".git" / "HEAD").write_text("broken\n")
    result = run("convert", "a.py", "--in-place")
    assert result.code == 2
    assert "git" in result.stderr
    assert (repo / "a.py").read_text() == NET
    assert run("convert", "a.py", "--in-place", "--allow-dirty").code == 0


def test_converting_twice_changes_nothing(run, here):
    (here / "m.py").write_text(NET)
    run("convert", "m.py", "--in-place")
    once = (here / "m.py").read_bytes()
    assert run("convert", "m.py", "--check").code == 0
    run("convert", "m.py", "--in-place")
    assert (here / "m.py").read_bytes() == once


def test_a_link_stays_a_link(run, here):
    (here / "real.py").write_text(NET)
    (here / "link.py").symlink_to("real.py")
    assert run("convert", "link.py", "--in-place").code == 0
    assert (here / "link.py").is_symlink()
    assert "mindspore" in (here / "real.py").read_text()
