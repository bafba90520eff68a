"""Bad input: one clear line each, exit 2, nothing lost, and the other files still convert."""

from __future__ import annotations

import json
import os

import pytest

from .conftest import NET

BAD = {
    "missing": (None, "T2M906"),
    "syntax": (b"import torch\ndef f(:\n    pass\n", "T2M901"),
    "syntax without torch": (b"def f(:\n    pass\n", "T2M901"),
    "python 2": (b"import torch\nprint 'loss', torch\n", "Python 2"),
    "python 2 without torch": (b"try:\n    pass\nexcept ValueError, e:\n    pass\n", "Python 2"),
    "empty": (b"", "T2M905"),
    "undecodable": (b"import torch\nx = '\xff\xfe'\n", "T2M902"),
    "undecodable without torch": (b"x = '\xff\xfe'\n", "T2M902"),
    "unknown encoding": (b"# coding: no-such\nimport torch\n", "T2M902"),
    "null byte": (b"import torch\nx = 1\0\n", "T2M90"),
    "notebook": (b'{"cells": []}', "T2M908"),
}


@pytest.fixture(params=BAD)
def bad(request, here):
    content, says = BAD[request.param]
    path = here / ("bad.ipynb" if request.param == "notebook" else "bad.py")
    if content is not None:
        path.write_bytes(content)
    return path, content, says


def test_bad_file_with_a_good_one(run, here, bad):
    path, content, says = bad
    (here / "good.py").write_text(NET)
    result = run("convert", path.name, "good.py", "-o", "out")
    assert result.code == 2
    lines = result.stderr.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(f"error: {path.name}:") and says in lines[0]
    assert "mindspore" in (here / "out" / "good.py").read_text()
    assert not (here / "out" / path.name).exists()
    if content is not None:
        assert path.read_bytes() == content


def test_bad_file_in_place(run, here, bad):
    path, content, _ = bad
    (here / "good.py").write_text(NET)
    assert run("convert", path.name, "good.py", "--in-place").code == 2
    assert "mindspore" in (here / "good.py").read_text()
    if content is not None:
        assert path.read_bytes() == content


def test_bad_file_in_json(run, bad):
    path, _, says = bad
    result = run("convert", path.name, "--format", "json")
    assert result.code == 2
    (error,) = json.loads(result.stdout)["errors"]
    assert error["path"] == path.name
    assert says in error["code"] + error["message"]


def test_syntax_error_gives_line_and_column(run, here):
    (here / "m.py").write_text("import torch\nx = = 1\n")
    assert run("convert", "m.py").stderr.startswith("error: m.py:2:5: T2M901 ")


def test_in_a_folder_a_broken_file_is_carried_over(run, here):
    (here / "pkg").mkdir()
    (here / "pkg" / "__init__.py").touch()
    (here / "pkg" / "bad.py").write_text("import torch\nprint 'x'\n")
    (here / "pkg" / "good.py").write_text(NET)
    result = run("convert", "pkg", "-o", "out")
    assert result.code == 2
    assert len(result.stderr.splitlines()) == 1
    assert (here / "out" / "bad.py").read_text() == "import torch\nprint 'x'\n"
    assert (here / "out" / "__init__.py").read_bytes() == b""
    assert "mindspore" in (here / "out" / "good.py").read_text()


def test_an_empty_file_in_a_folder_is_no_error(run, here):
    (here / "pkg").mkdir()
    (here / "pkg" / "__init__.py").touch()
    assert run("convert", "pkg").code == 0


def test_an_empty_folder_is_not_silent(run, here):
    (here / "pkg").mkdir()
    result = run("convert", "pkg")
    assert result.code == 0
    assert "no Python files" in result.stderr


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("torch.relu: {to: [\n", 2),
        ("torch.relu: mindspore.ops.relu\ntorch.abs: {no_such_key: 1}\n", 2),
        ("torch.relu: mindspore.ops.relu\ntorch.relu: mindspore.ops.relu\n", 2),
    ],
)
def test_broken_table(run, here, text, line):
    (here / "extra.yaml").write_text(text)
    (here / "m.py").write_text(NET)
    result = run("convert", "m.py", "--in-place", "--mappings", "extra.yaml")
    assert result.code == 2
    messages = [text for text in result.stderr.splitlines() if text.startswith("error:")]
    assert len(messages) == 1
    assert messages[0].startswith(f"error: extra.yaml:{line}:")
    # Nothing is converted with half of what was asked for.
    assert (here / "m.py").read_text() == NET
    assert result.stdout == ""


def test_missing_table(run, here):
    (here / "m.py").write_text(NET)
    result = run("convert", "m.py", "--mappings", "nope.yaml")
    assert result.code == 2
    assert result.stderr.startswith("error: nope.yaml")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")
def test_unreadable_and_unwritable(run, here):
    (here / "m.py").write_text(NET)
    (here / "closed").mkdir(mode=0o500)
    assert "T2M909" in run("convert", "m.py", "-o", "closed/m.py").stderr
    (here / "m.py").chmod(0)
    assert "T2M906" in run("convert", "m.py").stderr


def test_output_that_cannot_be_written(run, here):
    (here / "m.py").write_text(NET)
    (here / "file").touch()
    result = run("convert", "m.py", "-o", "file/m.py")
    assert result.code == 2
    assert "T2M909" in result.stderr
    assert not list(here.glob("**/*.tmp"))
