"""Three-way merges of lines, beside those of git."""

from __future__ import annotations

import random
import shutil
import subprocess

import pytest

from torch2ms.writing.merge import merge


def merged(base: str, ours: str, theirs: str) -> tuple[str, tuple[int, ...]]:
    result = merge(base.encode(), ours.encode(), theirs.encode(), our_name="mine", their_name="new")
    return result.text.decode(), result.conflicts


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "expected"),
    [
        ("a\nb\nc\n", "a\nb\nc\n", "a\nB\nc\n", "a\nB\nc\n"),
        ("a\nb\nc\n", "A\nb\nc\n", "a\nb\nc\n", "A\nb\nc\n"),
        ("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n", "A\nb\nC\n"),
        ("a\nb\nc\n", "a\nX\nc\n", "a\nX\nc\n", "a\nX\nc\n"),
        ("a\nb\nc\n", "b\nc\n", "a\nb\nc\nd\n", "b\nc\nd\n"),
        ("", "a\n", "", "a\n"),
        ("a", "a\nb", "a", "a\nb"),
    ],
)
def test_changes_of_different_lines(base, ours, theirs, expected):
    assert merged(base, ours, theirs) == (expected, ())


def test_a_conflict():
    text, conflicts = merged("a\nb\nc\n", "a\nmine\nc\n", "a\ntheirs\nc\n")
    assert text == "a\n<<<<<<< mine\nmine\n=======\ntheirs\n>>>>>>> new\nc\n"
    assert conflicts == (2,)


def test_a_conflict_in_a_last_line_without_newline():
    text, _ = merged("a", "b", "c")
    assert text == "<<<<<<< mine\nb\n=======\nc\n>>>>>>> new\n"


def test_newlines_stay():
    assert merged("a\r\nb\r\nc\r\n", "A\r\nb\r\nc\r\n", "a\r\nb\r\nC\r\n")[0] == "A\r\nb\r\nC\r\n"
    assert b"\n" not in merge(b"a\r\n", b"b\r\n", b"c\r\n", our_name="m", their_name="n").text.replace(b"\r\n", b"")


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_as_git_does_it(tmp_path):
    """Where git merges without a conflict the result is the same, or there is a conflict."""
    source = random.Random(7)
    agree = 0
    for _ in range(40):
        base = [f"line {number}\n" for number in range(30)]
        ours, theirs = list(base), list(base)
        for side, word in ((ours, "ours"), (theirs, "theirs")):
            for _ in range(3):
                place = source.randrange(len(side))
                side[place : place + source.randrange(2)] = [f"{word} {place}\n"] * source.randrange(1, 3)
        for name, lines in (("base", base), ("ours", ours), ("theirs", theirs)):
            (tmp_path / name).write_text("".join(lines))
        done = subprocess.run(
            ["git", "merge-file", "-p", "ours", "base", "theirs"], cwd=tmp_path, capture_output=True, text=True
        )
        text, conflicts = merged("".join(base), "".join(ours), "".join(theirs))
        if done.returncode == 0:
            assert text == done.stdout or conflicts
            agree += text == done.stdout
        else:
            assert conflicts
    assert agree > 5
