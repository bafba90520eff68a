"""A bounded part of the hunt, always the same: clean conversions compute the same. And that it would be seen."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fuzzing.hunt import Failure, Hunt, write
from fuzzing.judge import Judge, Verdict

from torch2ms.model import FileResult

pytestmark = pytest.mark.frameworks

# Half a minute on two cores, much of it the start of the frameworks.
PROGRAMS = 48
PROGRAM = """\
import torch


def main():
    x = torch.tensor([0.5, 1.5])
    return x.exp()
"""


@pytest.fixture(scope="module")
def judge(frameworks: None) -> Iterator[Judge]:
    with Judge() as judge:
        yield judge


def test_hunt_finds_nothing(judge: Judge, tmp_path: Path) -> None:
    found: list[Failure] = []
    hunt = Hunt(judge, ("programs", "arguments"), found.append, shrinks=30.0)
    tally = hunt.run(itertools.islice(itertools.count(0), PROGRAMS), lambda: True)
    shown = [f"{write(failure, tmp_path)}: {failure.message}\n{failure.source}" for failure in tally.open]
    assert not shown, "\n".join(shown)
    assert tally.programs == PROGRAMS
    assert tally.verdicts[Verdict.EQUAL] > PROGRAMS


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        (PROGRAM, Verdict.EQUAL),
        (PROGRAM.replace("x.exp()", "x.view(3)"), Verdict.REFUSED),
        (PROGRAM.replace("x.exp()", "x.requires_grad_().detach()"), Verdict.FLAGGED),
    ],
)
def test_verdicts(judge: Judge, source: str, verdict: Verdict) -> None:
    assert judge.judge([source])[0].verdicts == {"main": verdict}


@pytest.mark.parametrize(
    ("wrong", "verdict"),
    [
        (lambda text: text.replace(".exp()", ".sin()"), Verdict.DIFFERS),
        (lambda text: text.replace(".exp()", ".none()"), Verdict.RAISES),
        (lambda text: text + "\n# again", Verdict.UNSTABLE),
        (lambda text: text.replace("return", "import os; os._exit(1); return"), Verdict.ENDS),
    ],
)
def test_wrong_conversions_are_seen(
    judge: Judge, monkeypatch: pytest.MonkeyPatch, wrong: Callable[[str], str], verdict: Verdict
) -> None:
    convert = judge.convert

    def converted(source: str) -> FileResult:
        result = convert(source)
        return replace(result, output=wrong(result.text).encode())

    monkeypatch.setattr(judge, "convert", converted)
    if verdict is not Verdict.UNSTABLE:
        monkeypatch.setattr(judge, "is_stable", lambda text: True)
    assert judge.judge([PROGRAM])[0].verdicts == {"main": verdict}


def test_failures_are_shrunk_and_written(judge: Judge, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    convert = judge.convert

    def converted(source: str) -> FileResult:
        result = convert(source)
        return replace(result, output=result.text.replace("exp(", "sin(").replace("ops.exp", "ops.sin").encode())

    monkeypatch.setattr(judge, "convert", converted)
    monkeypatch.setattr(judge, "is_stable", lambda text: True)
    found: list[Failure] = []
    hunt = Hunt(judge, ("programs",), found.append, shrinks=5.0)
    source = PROGRAM.replace("    x = ", "    y = torch.ones(2)\n    x = ").replace("x.exp()", "[y, x.exp() + y]")
    hunt.look_at([(("programs", 1), judge.judge([source])[0])])
    assert [failure.verdict for failure in found] == [Verdict.DIFFERS]
    folder = write(found[0], tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == ["after.py", "before.py", "note.json", "whole.py"]
    small = (folder / "before.py").read_text()
    assert "exp" in small and "ones" not in small
