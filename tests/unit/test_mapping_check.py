from __future__ import annotations

from pathlib import Path

import pytest

from torch2ms.mapping.check import check_hints, check_tables
from torch2ms.mapping.load import load_tables


def test_shipped_tables_have_no_problems() -> None:
    problems = check_tables(load_tables())
    assert not problems, "\n" + "\n".join(map(str, problems))


def test_every_site_that_is_left_has_a_way_forward() -> None:
    assert not list(check_hints(load_tables()))


def test_a_row_without_a_way_forward(root: Path) -> None:
    (root / "torch.yaml").write_text("torch.trace: {unsupported: no traces}\ntorch.abs: {unsupported: no, hint: do}\n")
    (problem,) = check_hints(load_tables())
    assert "torch.trace: no way forward" in problem.message


@pytest.fixture
def root(tables_folder: Path) -> Path:
    return tables_folder


def problems_of(root: Path, text: str) -> list[str]:
    (root / "torch.yaml").write_text(text)
    return [problem.message for problem in check_tables(load_tables())]


@pytest.mark.parametrize(
    "row",
    [
        "torch.nn.functional.relu: {to: mindspore.ops.relu, args: {inplace: {drop: no in-place}}}",
        "torch.cat: {to: mindspore.ops.cat, args: {dim: axis, out: {unsupported: no out=}}}",
        'torch.Tensor.dim: {expr: "{self}.ndim"}',
        'torch.Tensor.size: {when: [{if: {given: [dim]}, expr: "{self}.shape[{dim}]"}], expr: "{self}.ndim"}',
        'torch.Tensor.permute: {expr: "{self}.permute({*dims})"}',
        'torch.Tensor.view: {when: [{if: {given: [dtype]}, unsupported: no}], expr: "{self}.view({*shape})"}',
        'torch.numel: {expr: "{input}.size"}',
        "torch.nn.Sigmoid: mindspore.nn.Sigmoid",
        'torch.nn.Identity: {expr: "nn.Identity()"}',
        "torch.float32: mindspore.float32",
        'mylib.f: {expr: "ops.abs({x})", sig: "(x)"}',
        'torch.trace: {expr: "sum([v for v in {input}])"}',
    ],
)
def test_good_rows(root: Path, row: str) -> None:
    assert problems_of(root, row + "\n") == []


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("torch.abz: mindspore.ops.abs", "there is no such name in torch (did you mean torch.abs?)"),
        ("torch.abs: {like: torch.cos}", "like: there is no row torch.cos"),
        ("torch.concat: mindspore.ops.cat", "is an alias: the row belongs to torch.cat"),
        ("torch.numel: mindspore.ops.numell", "there is no mindspore.ops.numell"),
        ("torch.nn.Sigmoid: {helper: no_such_helper}", "there is no helper no_such_helper"),
        (
            "torch.cat: {to: mindspore.ops.cat, args: {out: {unsupported: no}}}",
            "the argument dim goes nowhere: the target takes (tensors, axis=0)",
        ),
        ("torch.cat: {to: mindspore.ops.cat, args: {dimm: axis}}", "dimm is not a parameter"),
        ('torch.trace: {expr: "{x}"}', "{x} is not a parameter"),
        ('torch.nn.functional.relu: {expr: "ops.relu({input})"}', "the argument inplace goes nowhere"),
        ('torch.trace: {expr: "{self}"}', "{self}: there is no receiver"),
        ('torch.trace: {expr: "{input"}', "is no placeholder"),
        ('torch.trace: {expr: "{input} +"}', "not an expression"),
        ('torch.trace: {expr: "opz.abs({input})"}', "opz means nothing in a template"),
        ('torch.trace: {expr: "ops.abz({input})"}', "there is no mindspore.ops.abz"),
        ('torch.trace: {expr: "ops.cat([{input}], dim=0)"}', "mindspore.ops.cat takes (tensors, axis=0)"),
        ('torch.trace: {expr: "ops.abs({input}, 1)"}', "mindspore.ops.abs takes (input)"),
        (
            "torch.nn.LeakyReLU: {to: mindspore.nn.LeakyReLU, args: {negative_slope: alpha, inplace: {drop: a}}}",
            "defaults differ: negative_slope=0.01 in torch, alpha=0.2 in MindSpore",
        ),
        (
            "torch.nn.Dropout: {to: mindspore.nn.Dropout, args: {inplace: {drop: a}}}",
            "defaults differ: p=0.5 in torch, p=None in MindSpore",
        ),
        ("torch.numel: {to: mindspore.ops.abs, add: {axis: '0'}}", "add: the target has no axis"),
        ("torch.manual_seed: {to: mindspore.ops.mul}", "the argument seed goes nowhere"),
        ("torch.numel: {to: mindspore.ops.mul}", "the target's other gets nothing"),
        ('torch.trace: {expr: "{input}", example: "f("}', "the example is not Python"),
        (
            "torch.trace: {when: [{if: {given: [a]}, unsupported: no}], expr: '{input}'}",
            "variant 1: a is not a",
        ),
        ("torch.nn.Sigmoid: {to: mindspore.nn.Sigmoid, isinstance: mindspore.nn.Sig}", "no mindspore.nn.Sig"),
        ("torch.nn.Sigmoid: {to: mindspore.nn.Sigmoid, value: {helper: nix}}", "there is no helper nix"),
    ],
)
def test_bad_rows(root: Path, row: str, message: str) -> None:
    found = problems_of(root, row + "\n")
    assert any(message in text for text in found), found


def test_default_through_a_value_template(root: Path) -> None:
    row = """
torch.nn.BatchNorm2d:
  to: mindspore.nn.BatchNorm2d
  sig: "(num_features, momentum=0.1)"
  args: {momentum: {value: "VALUE"}}
"""
    assert problems_of(root, row.replace("VALUE", "1 - {}")) == []
    assert problems_of(root, row.replace("VALUE", "2 - {}")) == [
        "torch.nn.BatchNorm2d: defaults differ: momentum=0.1 in torch, momentum=0.9 in MindSpore"
    ]


def test_default_counts_where_the_argument_is_not_given(root: Path) -> None:
    row = """
torch.nn.LeakyReLU:
  args: {negative_slope: alpha, inplace: {drop: no in-place}}
  when:
    - if: {given: [negative_slope]}
      to: mindspore.nn.LeakyReLU
    - ELSE
"""
    differ = "defaults differ: negative_slope=0.01 in torch, alpha=0.2 in MindSpore"
    assert problems_of(root, row.replace("ELSE", "to: mindspore.nn.LeakyReLU")) == [
        f"torch.nn.LeakyReLU: variant 2: {differ}"
    ]
    assert problems_of(root, row.replace("ELSE", 'expr: "nn.LeakyReLU(0.01)"')) == []
