"""Models that are equal are called so, whatever dropout, state and numbers they have; a lost mode is reported."""

from __future__ import annotations

from functools import partial

import pytest

from torch2ms.api import convert_source
from torch2ms.mapping.load import load_tables
from torch2ms.verify.case import Case, CaseResult
from torch2ms.verify.conversion import Converter
from torch2ms.verify.inputs import parse_input
from torch2ms.verify.runner import run_cases

pytestmark = pytest.mark.frameworks

SOURCE = """\
import numpy as np
import torch
from torch import nn


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(4, 2, dropout=0.5, batch_first=True)

    def forward(self, x):
        return self.attention(x[None], x[None], x[None])[0]


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(4, 3, num_layers=2, dropout=0.5)

    def forward(self, x):
        return self.rnn(x[None])[0]


class Counting(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.calls = 0

    def forward(self, x):
        self.calls += 1
        return self.fc(x) * self.calls


class Numbers(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        y = self.fc(x)
        return y, np.float64(y.detach().numpy().std())


class Renamed(nn.Module):
    def __init__(self):
        super().__init__()
        self.cells = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 4)])
        self.phase = nn.Parameter(torch.ones(4))

    def forward(self, x):
        for cell in self.cells:
            x = cell(x)
        return x * self.phase


class Constant(nn.Module):
    def forward(self, x):
        return torch.relu(x) * 2


def trained():
    return nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4))
"""
EQUAL = ("Attention()", "Recurrent()", "Counting()", "Numbers()", "Renamed()", "Constant()", "trained()")


@pytest.fixture(scope="module")
def results(frameworks: None) -> dict[str, CaseResult]:
    tables = load_tables()
    inputs = (("x", parse_input("f32[4,4]")),)
    case = partial(Case, inputs=inputs, steps=2, train=True, dropout=False, thorough=True, graph=False)
    cases = [case(build, SOURCE, build=build, seed=build) for build in EQUAL]
    lost = convert_source(SOURCE, tables=tables).text.replace(".set_train()", "")
    cases.append(case("lost", SOURCE, build="trained()", mindspore_source=lost, seed="lost"))
    return {result.name: result for result in run_cases(cases, timeout=120, converter=Converter(tables))}


@pytest.mark.parametrize("build", EQUAL)
def test_equal(results: dict[str, CaseResult], build: str) -> None:
    assert results[build].ok, results[build].message


def test_lost_mode_is_reported(results: dict[str, CaseResult]) -> None:
    assert not results["lost"].ok
    assert "made in training mode in torch, and not in MindSpore: 1" in results["lost"].message
