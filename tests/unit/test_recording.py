"""The switches of gradient recording, and what a function computes under them."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from torch2ms.api import convert_source
from torch2ms.mapping.load import load_tables
from torch2ms.mapping.schema import Tables
from torch2ms.rewrite.rules.shared.recording import SWITCHES, Recording, recording


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("torch.no_grad()", Recording.OFF),
        ("torch.inference_mode()", Recording.OFF),
        ("torch.inference_mode(True)", Recording.OFF),
        ("torch.inference_mode(mode=False)", Recording.ON),
        ("torch.inference_mode(mode)", Recording.OPEN),
        ("torch.enable_grad()", Recording.ON),
        ("torch.set_grad_enabled(True)", Recording.ON),
        ("torch.set_grad_enabled(mode=False)", Recording.OFF),
        ("torch.set_grad_enabled(phase == 'train')", Recording.OPEN),
    ],
)
def test_what_a_switch_says(source: str, answer: Recording) -> None:
    call = ast.parse(source, mode="eval").body
    assert isinstance(call, ast.Call)
    name = ast.unparse(call.func)
    assert name in SWITCHES
    assert recording(name, call) is answer


def test_a_decorator_without_a_call() -> None:
    assert recording("torch.no_grad", None) is Recording.OFF
    assert recording("torch.enable_grad", None) is Recording.ON


CALLERS = {
    "nothing in the file": "",
    "a forward": """
        class Net(nn.Module):
            def forward(self, x):
                return f(x)
        """,
    "a function that takes a gradient": """
        def train(net, x, optimizer):
            optimizer.zero_grad()
            loss = f(net(x)).sum()
            loss.backward()
            optimizer.step()
        """,
    "a value that is handed on": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.weight = f
        """,
    "an evaluation": """
        def evaluate(net, batches):
            for x in batches:
                print(f(net(x)))
        """,
    "a function that takes the gradient of something else": """
        def train(net, x, optimizer):
            optimizer.zero_grad()
            loss = net(x).sum()
            loss.backward()
            optimizer.step()
            print(f(net(x)))
        """,
}


@pytest.mark.parametrize(("caller", "stops"), [(caller, number < 4) for number, caller in enumerate(CALLERS)])
def test_who_calls_a_function_decides_whether_its_result_is_stopped(caller: str, stops: bool, tables: Tables) -> None:
    function = """
        import torch
        from torch import nn


        @torch.no_grad()
        def f(x):
            return torch.exp(x)


        """
    result = convert_source(dedent(function) + dedent(CALLERS[caller]), tables=tables)
    assert result.error is None
    assert ("return ops.stop_gradient(ops.exp(x))" in result.text) == stops, result.text
    assert stops or "return ops.exp(x)" in result.text, result.text


@pytest.mark.parametrize("name", ["sample_targets", "update_center", "upsample_weights", "load", "predict_logits"])
def test_names_of_methods_decide_nothing(name: str, tables: Tables) -> None:
    source = f"""
        import torch
        from torch import nn


        class Net(nn.Module):
            def forward(self, x):
                return x * self.{name}(x)

            @torch.no_grad()
            def {name}(self, x):
                return torch.exp(x)
        """
    assert "return ops.stop_gradient(ops.exp(x))" in convert_source(dedent(source), tables=tables).text
