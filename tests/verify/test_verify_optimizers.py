"""Steps with the optimizer that a program trains with: `verify` sees what is wrong in it."""

from __future__ import annotations

from functools import partial

import pytest

from torch2ms.api import convert_source
from torch2ms.mapping.load import load_tables
from torch2ms.model import Outcome
from torch2ms.verify.case import Case, CaseResult, Stage
from torch2ms.verify.conversion import Converter
from torch2ms.verify.inputs import parse_input
from torch2ms.verify.optimizers import source_of
from torch2ms.verify.runner import run_cases

SOURCE = """
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(4, 4)
        self.head = nn.Linear(4, 2)
        self.unused = nn.Linear(2, 2)

    def forward(self, x):
        return self.head(torch.tanh(self.body(x)))


def make_optimizer(model, decay=0.1):
    groups = [
        {"params": model.body.parameters(), "lr": 0.05, "weight_decay": decay},
        {"params": model.head.parameters()},
    ]
    return torch.optim.SGD(groups, lr=0.1, momentum=0.9)


class Trainer:
    @staticmethod
    def optimizers(model):
        optimizer = torch.optim.AdamW(model.head.parameters(), lr=0.1, weight_decay=0.1)
        scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.1)
        return {"optimizer": optimizer, "lr_scheduler": scheduler}


def none_at_all(model):
    return []
"""
EQUAL = (
    "make_optimizer",
    "make_optimizer(model, decay=0.5)",
    "Trainer.optimizers",
    "torch.optim.RMSprop(model.head.parameters(), lr=0.01)",
    "[torch.optim.SGD(part.parameters(), lr=0.1, nesterov=True, momentum=0.5) for part in (model.body, model.head)]",
)
PLANTED = {"decay": ("decay=0.1", "decay=0.2"), "momentum": ("momentum=0.9", "momentum=0.8")}


@pytest.fixture(scope="module")
def results(frameworks: None) -> dict[str, CaseResult]:
    tables = load_tables()
    inputs = (("x", parse_input("f32[4,4]")),)
    common = partial(Case, torch_source=SOURCE, build="Net()", inputs=inputs, thorough=True, graph=False)
    case = partial(common, steps=4, allowed=frozenset(Outcome))
    cases = [case(text, optimizer=source_of(text)) for text in EQUAL]
    text = convert_source(SOURCE, tables=tables).text
    for name, (old, new) in PLANTED.items():
        assert old in text
        source = text.replace(old, new)
        cases.append(case(name, mindspore_source=source, optimizer=source_of("make_optimizer")))
    cases.append(case("unseen", mindspore_source=text.replace(*PLANTED["decay"])))
    cases.append(case("none", optimizer=source_of("none_at_all")))
    return {result.name: result for result in run_cases(cases, timeout=120, converter=Converter(tables))}


@pytest.mark.parametrize("text", EQUAL)
def test_equal(results: dict[str, CaseResult], text: str) -> None:
    assert results[text].ok, results[text].message
    assert any(measure.stage is Stage.STEPS for measure in results[text].measures)


@pytest.mark.parametrize("name", PLANTED)
def test_what_is_wrong_in_an_optimizer_is_seen(results: dict[str, CaseResult], name: str) -> None:
    assert not results[name].ok
    differ = [measure.stage for measure in results[name].measures if measure.messages]
    assert differ and set(differ) <= {Stage.STEPS, Stage.TRAINED}


def test_plain_steps_do_not_see_it(results: dict[str, CaseResult]) -> None:
    assert results["unseen"].ok, results["unseen"].message


def test_something_else_than_an_optimizer_is_an_error(results: dict[str, CaseResult]) -> None:
    assert "what makes the optimizer gives none" in results["none"].message
