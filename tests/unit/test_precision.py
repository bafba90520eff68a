"""The labelled method calls of real code, and how they are scored (scripts/precision.py).

The packages themselves are not kept here. Where they are at hand, TORCH2MS_PRECISION names them, as the script takes
them (`timm=FOLDER kornia=FOLDER …`), and the figures are asserted.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import precision
import pytest
from source_state import KNOWLEDGE

SOURCE = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, lib):
        super().__init__()
        self.lib, self.norm = lib, nn.LayerNorm(3)

    def forward(self, x, y):
        return self.lib.argmax(self.norm(x.float()), 2), self.other(y).split(1)


net = Net(None).eval()
"""
LABELS = [
    ("float", "tensor", 11),
    ("argmax", "other", 11),
    ("norm", "own", 11),
    ("split", "tensor", 11),
    ("eval", "module", 14),
]


def test_the_table_holds_enough_of_each_kind() -> None:
    labels = precision.read_labels()
    assert len(labels) >= 300
    assert len({(drawn.package, drawn.file, drawn.line, drawn.column) for drawn in labels}) == len(labels)
    counted = Counter(drawn.label for drawn in labels)
    assert counted.keys() == {"tensor", "module", "optimizer", "own", "other"}
    assert counted["tensor"] >= 200
    assert counted["other"] >= 50


def test_calls_are_scored(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(SOURCE)
    lines = SOURCE.split("\n")
    drawn = [
        precision.Drawn("p", "1", "a.py", line, lines[line - 1].index(f".{name}(") + 1 + len(name), name, label)
        for name, label, line in LABELS
    ]
    score = precision.Score()
    said = [precision.count(score, d, bool(taken)) for d, taken in precision.judged(drawn, tmp_path, KNOWLEDGE)]
    assert said == ["right", "left", "left", "missed", "right"]
    assert (score.right, score.wrong, score.missed, score.left) == (2, 0, 1, 2)


def test_a_call_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(SOURCE)
    ((_, taken),) = precision.judged([precision.Drawn("p", "1", "a.py", 2, 4, "view", "tensor")], tmp_path, KNOWLEDGE)
    assert taken is None


@pytest.mark.skipif("TORCH2MS_PRECISION" not in os.environ, reason="the packages are not at hand")
def test_precision_and_recall() -> None:
    score = precision.Score()
    for spec in os.environ["TORCH2MS_PRECISION"].split():
        name, _, folder = spec.partition("=")
        labels = [drawn for drawn in precision.read_labels() if drawn.package == name]
        for drawn, taken in precision.judged(labels, Path(folder), KNOWLEDGE):
            assert taken is not None, drawn
            precision.count(score, drawn, taken)
    assert score.right >= 0.995 * (score.right + score.wrong)
    assert score.right >= 0.93 * (score.right + score.missed)
