"""Examples become programs."""

from __future__ import annotations

import pytest

from torch2ms.verify.case import Case
from torch2ms.verify.examples import ExampleError, make_example
from torch2ms.verify.inputs import InputSpec, generate, parse_input


def test_expression_becomes_a_function_of_its_inputs() -> None:
    example = make_example("torch.cat([f(2, 3), p(2, 3)], dim=1)")
    assert (example.build, example.entry, example.procedure) == (None, "example", False)
    assert "def example(x0: torch.Tensor, x1: torch.Tensor):\n    return torch.cat([x0, x1], dim=1)" in example.source
    assert example.inputs == (
        ("x0", InputSpec("float32", (2, 3))),
        ("x1", InputSpec("float32", (2, 3), positive=True)),
    )


def test_last_line_of_a_block_is_the_result() -> None:
    example = make_example("x = f(2, 3)\nx.add_(1)\nx")
    assert example.source.endswith("    x = x0\n    x.add_(1)\n    return x\n")


def test_layers_are_built_in_init() -> None:
    example = make_example("nn.Conv2d(3, 4, 3)(f(2, 3, 8, 8)) + nn.Linear(8, 6)(f(2, 3, 8, 8)).mean()")
    assert example.build == "Example()"
    assert "self.layer0 = nn.Conv2d(3, 4, 3)" in example.source
    assert "return self.layer0(x0) + self.layer1(x1).mean()" in example.source


def test_nested_layers_are_built_as_one() -> None:
    assert "self.layer1" not in make_example("nn.Sequential(nn.Linear(3, 4), nn.ReLU())(f(2, 3))").source


def test_input_of_a_constructor_becomes_an_argument_of_init() -> None:
    example = make_example("nn.NLLLoss(weight=p(5))(f(3, 5), i(3, high=5))")
    assert example.build == "Example(x0)"
    assert "def __init__(self, x0: torch.Tensor):" in example.source
    assert "def forward(self, x1: torch.Tensor, x2: torch.Tensor):" in example.source
    case = Case("case", example.source, build=example.build, inputs=example.inputs)
    assert case.call_inputs == ("x1", "x2")


def test_layer_of_local_values_stays_where_it_is() -> None:
    assert "return nn.Linear(n, 2)(x0)" in make_example("n = 3\nnn.Linear(n, 2)(f(4, 3))").source


def test_comprehension_is_hoisted_as_a_whole_or_not_at_all() -> None:
    whole = make_example("nn.ModuleList(nn.Linear(3, 3) for _ in range(2))[1](f(2, 3))")
    assert "self.layer0 = nn.ModuleList((nn.Linear(3, 3) for _ in range(2)))" in whole.source
    assert "self" not in make_example("[nn.Linear(3, 3) for _ in range(2)]").source


def test_parameter_is_no_layer() -> None:
    assert make_example("nn.Parameter(f(2))").build is None


def test_class_of_a_block_stands_at_the_top() -> None:
    text = "class Twice(nn.Module):\n    def forward(self, x):\n        return x * 2\nTwice()(f(2))"
    example = make_example(text)
    assert example.source.index("class Twice") < example.source.index("class Example")
    assert "self.layer0 = Twice()" in example.source


def test_training_procedure_takes_its_layer() -> None:
    text = "m = nn.Linear(3, 2)\nloss = m(f(4, 3)).sum()\nloss.backward()\nloss"
    example = make_example(text)
    assert (example.build, example.entry, example.procedure) == ("build()", "example", True)
    assert "def build() -> nn.Module:\n    return nn.Linear(3, 2)" in example.source
    assert "def example(m: nn.Module, x0: torch.Tensor):\n    loss = m(x0).sum()" in example.source


@pytest.mark.parametrize("text", ["f(2", "x = f(2)", "f(n)", "f(2, high=3)", ""])
def test_bad_example(text: str) -> None:
    with pytest.raises(ExampleError):
        make_example(text)


def test_inputs_are_reproducible_and_typed() -> None:
    ints = generate(parse_input("i64[50]<7"), "seed")
    assert ints.dtype == "int64" and ints.min() >= 0 and ints.max() == 6
    assert (generate(parse_input("f32[3]>0"), "a") > 0).all()
    assert generate(parse_input("bool[]"), "a").shape == ()
    assert (generate(parse_input("f32[3]"), "a") == generate(parse_input("f32[3]"), "a")).all()
    assert (generate(parse_input("f32[3]"), "a") != generate(parse_input("f32[3]"), "b")).any()


@pytest.mark.parametrize("text", ["f32", "u4[2]", "bool[2]<3", "f32[2]>1", "i64[2]>0"])
def test_bad_input(text: str) -> None:
    with pytest.raises(ValueError):
        parse_input(text)
