from __future__ import annotations

import pytest

from torch2ms.mapping.compile import compile_tables
from torch2ms.mapping.files import Compiled, TableFile
from torch2ms.mapping.load import tables_root
from torch2ms.mapping.schema import Param, ParamKind
from torch2ms.mapping.signatures import Overloads, parse_signature


@pytest.fixture(scope="module")
def captured() -> Compiled:
    files = sorted((tables_root() / "signatures").glob("*.json"))
    return compile_tables([TableFile(f"mappings/signatures/{path.name}", path.read_bytes()) for path in files])


@pytest.fixture(scope="module")
def torch_signatures(captured: Compiled) -> Overloads:
    return Overloads(captured.torch.signatures)


@pytest.fixture(scope="module")
def mindspore_signatures(captured: Compiled) -> Overloads:
    return Overloads(captured.mindspore.signatures)


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


def test_every_captured_signature_parses(torch_signatures: Overloads, mindspore_signatures: Overloads) -> None:
    assert len(torch_signatures) > 4000 and all(torch_signatures.values())
    assert len(mindspore_signatures) > 4000 and all(mindspore_signatures.values())


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
def test_torch_signatures(torch_signatures: Overloads, name: str, expected: list[list[str]]) -> None:
    assert [[param.name for param in overload.params] for overload in torch_signatures[name]] == expected


def test_variadic_sizes_take_several_positionals(torch_signatures: Overloads) -> None:
    for name in ("torch.zeros", "torch.Tensor.new_zeros", "torch.Tensor.permute", "torch.Tensor.flip"):
        assert torch_signatures[name][0].variadic is not None, name


def test_defaults_are_those_of_mindspore(captured: Compiled, mindspore_signatures: Overloads) -> None:
    pad_mode = mindspore_signatures["mindspore.nn.Conv2d"][0].get("pad_mode")
    assert pad_mode is not None and pad_mode.default == "'same'"
    assert "mindspore.float32" in captured.mindspore.names()
    assert "mindspore.ops.no_such_thing" not in captured.mindspore.names()


@pytest.mark.frameworks
def test_torch_signatures_agree_with_inspect(torch_signatures: Overloads) -> None:
    import inspect

    import torch

    for name in ("Conv2d", "BatchNorm1d", "TransformerEncoderLayer", "Dropout"):
        params = inspect.signature(getattr(torch.nn, name)).parameters
        assert [param.name for param in torch_signatures[f"torch.nn.{name}"][0].params] == list(params)
