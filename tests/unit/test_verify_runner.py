"""Every kind of failure is told apart, and costs only its own case (the MindSpore side is hand-written)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from torch2ms.verify.case import Case, CaseResult, CaseStatus, Stage
from torch2ms.verify.inputs import InputSpec
from torch2ms.verify.runner import run_cases

pytestmark = pytest.mark.frameworks

INPUTS = (("x0", InputSpec("float32", (4, 3))),)


NET = """\
from {library} import nn

class Net(nn.{base}):
    def __init__(self):
        super().__init__()
        self.fc = nn.{layer}

    def {call}(self, x):
        return self.fc(x) * 2
"""


IMPORTS = "import os, time\nimport mindspore as ms\nfrom mindspore import ops\nIN_GRAPH = ms.get_context('mode') == 0\n"


def function(name: str, torch: str, mindspore: str, **options: object) -> Case:
    return Case(
        name=name,
        torch_source=f"import torch\ndef example(x0):\n    return {torch}\n",
        mindspore_source=f"{IMPORTS}def example(x0): return {mindspore}\n",
        entry="example",
        inputs=INPUTS,
        **options,  # type: ignore[arg-type]
    )


def module(name: str, layer: str) -> Case:
    return Case(
        name=name,
        torch_source=NET.format(library="torch", base="Module", layer="Linear(3, 2)", call="forward"),
        build="Net()",
        inputs=INPUTS,
        mindspore_source=NET.format(library="mindspore", base="Cell", layer=layer, call="construct"),
    )


CASES = [
    function("equal", "x0.exp(), x0.shape, [x0 * 2]", "(ops.exp(x0), x0.shape, [x0 * 2])"),
    function("other value", "x0.exp()", "ops.exp(x0) + 0.01"),
    function("other gradient", "x0 * x0", "x0 * ops.stop_gradient(x0)"),
    function("dtype", "x0.argsort()", "ops.sort(x0)[1]"),
    function("crash", "x0", "os.abort()"),
    function("hang", "x0", "time.sleep(600)"),
    function("mindspore error", "x0", "ops.no_such_function(x0)"),
    function("torch error", "torch.no_such_function(x0)", "x0"),
    function("random", "torch.rand(1000)", "ops.rand(1000)", random=True),
    function("not compiled", "x0", "x0 if time.time() else x0", graph=False),
    function("error in graph mode", "x0 * 3", "ops.no_such_function(x0) if IN_GRAPH else x0 * 3"),
    function("crash in graph mode", "x0 * 4", "x0 * 4\nif IN_GRAPH:\n    os.abort()"),
    function("other value in graph mode", "x0 * 5", "x0 * (6 if IN_GRAPH else 5)"),
    module("module", "Dense(3, 2)"),
    module("no bias", "Dense(3, 2, has_bias=False)"),
    function("after the failures", "x0 + 1", "x0 + 1"),
]
EXPECTED = {
    "equal": CaseStatus.OK,
    "other value": CaseStatus.DIFFERS,
    "other gradient": CaseStatus.DIFFERS,
    "dtype": CaseStatus.DIFFERS,
    "crash": CaseStatus.CRASH,
    "hang": CaseStatus.TIMEOUT,
    "mindspore error": CaseStatus.MINDSPORE_ERROR,
    "torch error": CaseStatus.TORCH_ERROR,
    "random": CaseStatus.OK,
    "not compiled": CaseStatus.OK,
    "error in graph mode": CaseStatus.MINDSPORE_ERROR,
    "crash in graph mode": CaseStatus.CRASH,
    "other value in graph mode": CaseStatus.DIFFERS,
    "module": CaseStatus.OK,
    "no bias": CaseStatus.DIFFERS,
    "after the failures": CaseStatus.OK,
}


@pytest.fixture(scope="module")
def results(frameworks: None) -> Mapping[str, CaseResult]:
    return {result.name: result for result in run_cases(CASES, graph=True, timeout=15)}


@pytest.mark.parametrize("name", EXPECTED)
def test_status(name: str, results: Mapping[str, CaseResult]) -> None:
    assert results[name].status is EXPECTED[name], results[name].message


def test_gradients_and_a_training_step_are_compared(results: Mapping[str, CaseResult]) -> None:
    for stage in (Stage.OUTPUT, Stage.GRADIENTS, Stage.STEPS, Stage.TRAINED):
        error = results["module"].error(stage)
        assert error is not None and error < 1e-5


def test_graph_mode_is_compared_too(results: Mapping[str, CaseResult]) -> None:
    assert results["module"].error(Stage.GRAPH) is not None
    assert results["not compiled"].error(Stage.GRAPH) is None


def test_missing_parameters_are_named(results: Mapping[str, CaseResult]) -> None:
    assert "parameters missing in MindSpore: fc.bias" in results["no bias"].message


def test_message_points_to_the_line(results: Mapping[str, CaseResult]) -> None:
    assert "no_such_function" in results["mindspore error"].message
    assert "line 5" in results["mindspore error"].message


def test_functions_share_a_graph_where_that_is_possible() -> None:
    shared = {case.name: case.can_share_a_graph for case in CASES}
    assert shared["equal"] and shared["crash in graph mode"]
    assert not shared["random"] and not shared["module"]
