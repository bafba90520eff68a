from __future__ import annotations

from collections.abc import Mapping

import pytest

from torch2ms.mapping.load import load_tables
from torch2ms.mapping.schema import Param, ParamKind, Signature
from torch2ms.mapping.signatures import parse_signature


@pytest.fixture(scope="module")
def torch_signatures() -> Mapping[str, tuple[Signature, ...]]:
    return load_tables().torch_signatures


@pytest.fixture(scope="module")
def mindspore_signatures() -> Mapping[str, tuple[Signature, ...]]:
    return load_tables().mindspore_overloads


def test_all_kinds_of_parameters() -> None:
    signature = parse_signature("(input, dim=None, *args, keepdim=False, **kwargs)")
    assert signature.params == (
        Param("input", ParamKind.POSITIONAL),
        Param("dim", ParamKind.POSITIONAL, "None"),
        Param("args", ParamKind.VARIADIC),
        Param("keepdim", ParamKind.KEYWORD, "False"),
        Param("kwargs", ParamKind.VARKW),
    )
    assert [param.name for param in signature.positional] == ["input", "dim"]
    assert signature.variadic == Param("args", ParamKind.VARIADIC)
    assert signature.takes_any_keyword


def test_keyword_only_marker_is_no_parameter() -> None:
    assert [p.kind for p in parse_signature("(a, *, b)").params] == [ParamKind.POSITIONAL, ParamKind.KEYWORD]


@pytest.mark.parametrize("text", ["(", "(a=1, b)", "(a) -> int: pass\nx = (1", "a"])
def test_not_a_signature(text: str) -> None:
    with pytest.raises(ValueError, match="not a signature"):
        parse_signature(text)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("torch.Tensor.view", [["shape"], ["dtype"]]),
        ("torch.Tensor.max", [["dim", "keepdim"], ["other"]]),
        ("torch.max", [["input", "out"], ["input", "dim", "keepdim", "out"], ["input", "other", "out"]]),
        ("torch.nn.Sigmoid", [[]]),
        ("torch.nn.Module.train", [["mode"]]),
        ("torch.nn.functional.linear", [["input", "weight", "bias"]]),
        ("torch.Tensor.div", [["other", "rounding_mode"]]),
    ],
)
def test_torch_signatures(
    torch_signatures: Mapping[str, tuple[Signature, ...]], name: str, expected: list[list[str]]
) -> None:
    assert [[param.name for param in overload.params] for overload in torch_signatures[name]] == expected


def test_variadic_sizes_take_several_positionals(torch_signatures: Mapping[str, tuple[Signature, ...]]) -> None:
    for name in ("torch.zeros", "torch.Tensor.new_zeros", "torch.Tensor.permute", "torch.Tensor.flip"):
        assert torch_signatures[name][0].variadic is not None, name


def test_defaults_are_those_of_mindspore(mindspore_signatures: Mapping[str, tuple[Signature, ...]]) -> None:
    pad_mode = mindspore_signatures["mindspore.nn.Conv2d"][0].get("pad_mode")
    assert pad_mode is not None and pad_mode.default == "'same'"
    assert "mindspore.float32" in load_tables().mindspore_names
    assert "mindspore.ops.no_such_thing" not in load_tables().mindspore_names


@pytest.mark.frameworks
def test_torch_signatures_agree_with_inspect(torch_signatures: Mapping[str, tuple[Signature, ...]]) -> None:
    import inspect

    import torch

    for name in ("Conv2d", "BatchNorm1d", "TransformerEncoderLayer", "Dropout"):
        params = inspect.signature(getattr(torch.nn, name)).parameters
        assert [param.name for param in torch_signatures[f"torch.nn.{name}"][0].params] == list(params)
