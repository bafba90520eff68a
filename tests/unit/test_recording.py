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


@pytest.mark.parametrize(
    ("switch", "stops"),
    [("torch.enable_grad()", True), ("torch.no_grad()", False), ("torch.set_grad_enabled(c)", False)],
)
def test_what_is_computed_with_recording_on_may_be_differentiated(switch: str, stops: bool, tables: Tables) -> None:
    source = f"""
        import torch

        def f(x: torch.Tensor, c: bool):
            with {switch}:
                y = torch.tanh(x)
            with torch.no_grad():
                z = torch.exp(x)
            return z
        """
    result = convert_source(dedent(source), tables=tables)
    assert result.error is None
    assert ("z = ops.stop_gradient(ops.exp(x))" in result.text) == stops, result.text
