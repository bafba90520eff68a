"""What is said on the terminal: findings by what must be done, a table that fits, a summary at the end."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from .conftest import NET

MIXED = """\
import torch
import torch.fx
from torch.fx import Tracer, symbolic_trace
from torch import nn


class Net(nn.Module):
    def __init__(self, norm):
        super().__init__()
        self.norm = norm
        self.fc = nn.Linear(4, 2)

    def forward(self, x, other):
        other.max(1)
        return torch.no_such(x), torch.fx.symbolic_trace(self), symbolic_trace(self), Tracer()


def weights(net: nn.Module):
    for parameter in net.parameters():
        parameter.requires_grad = False
    return net.state_dict()
"""
LINE = re.compile(r"\S+:\d+:\d+ T2M\d{3} (manual|check|unknown|note): .")


@pytest.fixture
def mixed(here):
    (here / "mixed.py").write_text(MIXED)
    return here


def test_each_line_says_what_it_asks_for(run, mixed):
    lines = run("convert", "mixed.py", "--stat", "-v").stdout.splitlines()
    findings = [line for line in lines if line.startswith("mixed.py:")]
    words = [LINE.match(line)[1] for line in findings]
    assert {"manual", "note"} <= set(words)
    order = ["note", "unknown", "check", "manual"]
    assert words == sorted(words, key=order.index)
    assert all(" → " in line for line in findings if " manual: " in line)
    assert not any("explain" in line for line in findings)


def test_notes_are_apart_from_work(run, mixed):
    usual, verbose = (run("convert", "mixed.py", "--stat", *flags).stdout for flags in ((), ("-v",)))
    assert " note: " not in usual and re.search(r"^\d+ notes?, with nothing to do: -v shows them$", usual, re.MULTILINE)
    assert " note: " in verbose and "-v shows" not in verbose


def test_imports_that_stay_are_one_note(run, mixed):
    lines = run("convert", "mixed.py", "--stat", "-v").stdout.splitlines()
    (line,) = [line for line in lines if " T2M102 " in line or " T2M103 " in line]
    assert line.startswith("mixed.py:") and " note: imports stay in lines 1, 2, 3: " in line


def test_quiet_is_the_summary(run, mixed):
    (line,) = run("convert", "mixed.py", "-q").stdout.splitlines()
    assert re.match(r"\d+ sites: .* · 1 file in ", line)
    lines = run("convert", "mixed.py", "-q", "-o", "o.py").stdout.splitlines()
    assert lines[0].startswith("this folder: 1 file written") and len(lines) == 2


def test_stat(run, mixed):
    result = run("convert", ".", "--stat")
    assert re.search(r"^ mixed\.py \| +\d+ \++-+$", result.stdout, re.MULTILINE)
    assert "\n 1 file would change: " in result.stdout
    assert "@@" not in result.stdout and (mixed / "mixed.py").read_text() == MIXED
    assert run("convert", ".", "-o", "out", "--stat").code == 0
    assert not (mixed / "out").exists()
    (mixed / "mixed.py").write_text("x = 1\n")
    assert run("convert", ".", "--stat").stdout.startswith("nothing would change\n")


@pytest.mark.parametrize("flags", [["-q", "-v"], ["--stat", "--diff"]])
def test_flags_that_do_not_go_together(run, mixed, flags):
    assert run("convert", "mixed.py", *flags).code == 2


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_table_fits(run, here, width):
    folder = here / "package_with_a_long_name" / "models" / "backbones"
    folder.mkdir(parents=True)
    (folder / "vision_transformer_with_registers.py").write_text(MIXED)
    (folder / "数据集与模型_long_enough_to_be_cut.py").write_text(NET)
    lines = run("convert", "package_with_a_long_name", "-o", "o", COLUMNS=str(width)).stdout.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(" file "))
    table = lines[start : start + 3]
    wide = sum(ord(char) >= 0x2E80 for char in table[2])
    assert max(len(table[0]), len(table[1]), len(table[2]) + wide) <= width
    assert all("%" in line for line in table[1:])
    assert ("▇" in table[2]) is (width > 60)
    assert "registers.py" in "".join(table) or width == 60


def test_a_long_table_shows_the_files_with_most_to_do(run, here):
    (here / "src").mkdir()
    for number in range(30):
        (here / "src" / f"a{number:02}.py").write_text(NET)
    (here / "src" / "z.py").write_text(MIXED)
    lines = run("convert", "src").stdout.splitlines()
    end = lines[-24:]  # a screen
    assert any(line.startswith(" file ") for line in end) and any(line.startswith(" src/z.py ") for line in end)
    assert " … and 17 files with less to do: -v shows all" in end
    assert " · 31 files in " in end[-1]
    verbose = run("convert", "src", "--stat", "-v").stdout
    assert all(f" src/a{number:02}.py  " in verbose for number in range(30))


def test_what_is_mindspore_already(run, here):
    (here / "ms.py").write_text("from mindspore import nn, ops\n\n\ndef f(x, y):\n    return ops.relu(x).max(y)\n")
    result = run("convert", "ms.py")
    assert (result.code, "nothing to convert: ms.py is MindSpore already\n" in result.stdout) == (0, True)
    assert " 0 %" not in result.stdout
    (here / "m.py").write_text(NET)
    run("convert", "m.py", "-o", "done.py")
    assert "done.py is MindSpore already" in run("convert", "done.py").stdout
    lines = run("convert", "ms.py", "m.py").stdout.splitlines()
    assert "1 file MindSpore already" in lines[-1] and not any(line.startswith(" ms.py") for line in lines)


def test_findings_in_colour(run, mixed):
    assert "\x1b[31mmanual\x1b[0m: " in run("convert", "mixed.py", "--stat", "--color", "always").stdout
    assert "\x1b[" not in run("convert", "mixed.py", "--stat").stdout


PREVIEW = """
import os, pty, sys
os.environ["PAGER"] = {pager!r}
read = lambda end: os.read(end, 65536)
command = f"{{sys.executable}} -m torch2ms convert m.py 2>/dev/null"  # the progress goes there
sys.exit(os.waitstatus_to_exitcode(pty.spawn(["sh", "-c", command], read)))
"""


@pytest.mark.parametrize(("pager", "shown"), [("sed -n s/^/paged:/;1,2p", True), ("", False), ("no-such-pager", False)])
def test_the_pager_of_a_terminal(here, pager, shown):
    pytest.importorskip("pty")
    (here / "m.py").write_text(NET)
    done = subprocess.run(
        [sys.executable, "-c", PREVIEW.format(pager=pager)],
        cwd=here,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "NO_COLOR": "1"},
    )
    lines = done.stdout.splitlines()
    assert done.returncode == 0
    assert lines[0] == ("paged:--- a/m.py" if shown else "--- a/m.py")
    assert any("nn.Dense" in line for line in lines) is not shown
    assert not lines[-1].startswith("paged:") and " · 1 file in " in lines[-1]
