"""What a condition tells of the values in it. Nothing is evaluated: the kinds of its names are put in by hand."""

from __future__ import annotations

import pytest
from source_state import seen, state_with

from torch2ms.source import kinds as k
from torch2ms.source.narrowing import narrow

LINEAR = k.Module(("torch.nn.Linear",))
EITHER = k.Module(("torch.nn.Linear", "torch.nn.Conv2d"))
NAMES = {"x": k.UNKNOWN, "y": k.UNKNOWN, "self": k.UNKNOWN, "layer": k.Module(), "kind": k.ClassName("layer")}


@pytest.mark.parametrize(
    ("test", "truth", "learned"),
    [
        ("isinstance(x, torch.Tensor)", True, {"x": k.TENSOR}),
        ("isinstance(x, torch.Tensor)", False, {}),
        ("not isinstance(x, torch.Tensor)", True, {}),
        ("not isinstance(x, torch.Tensor)", False, {"x": k.TENSOR}),
        ("torch.is_tensor(x)", True, {"x": k.TENSOR}),
        ("torch.is_tensor(obj=x)", True, {}),
        ("torch.is_floating_point(x)", True, {}),
        ("isinstance(x, (nn.Linear, nn.Conv2d))", True, {"x": EITHER}),
        ("isinstance(x, (int, str))", True, {"x": k.UNKNOWN}),
        ("isinstance(self.fc, nn.Linear)", True, {"self.fc": LINEAR}),
        ("isinstance(x[0], nn.Linear)", True, {}),
        ("isinstance(layer, y)", True, {"layer": k.Module()}),
        ("isinstance(x, y)", True, {"x": k.UNKNOWN}),
        ("torch.is_tensor(x) and isinstance(y, int)", True, {"x": k.TENSOR, "y": k.INT}),
        ("torch.is_tensor(x) and isinstance(y, int)", False, {}),
        ("isinstance(x, nn.Linear) or isinstance(x, nn.Conv2d)", True, {"x": EITHER}),
        ("isinstance(x, nn.Linear) or isinstance(y, nn.Conv2d)", True, {}),
        ("isinstance(x, nn.Linear) or y", True, {}),
        ("not isinstance(x, nn.Linear) or y", False, {"x": LINEAR}),
        ("x is None", True, {}),
        ("-x", True, {}),
    ],
)
def test_learned(test: str, truth: bool, learned: dict[str, k.Kind]) -> None:
    state = state_with(NAMES)
    before = dict(state.env.vars)
    narrow(state, seen(state, test), truth)
    assert state.env.vars == {**before, **learned}


@pytest.mark.parametrize(
    ("test", "used", "learned"),
    [
        ("kind == 'Linear'", set(), LINEAR),
        ("kind == 'Line'", set(), None),
        ("kind.find('Linear') != -1", {"torch.nn.Linear"}, k.Module(("torch.nn.Linear",), open=True)),
        ("'nn.' in kind", set(), None),
        ("x == 'Linear'", set(), None),
    ],
)
def test_name_of_a_class(test: str, used: set[str], learned: k.Kind | None) -> None:
    state = state_with(NAMES)
    state.torch_names = used
    narrow(state, seen(state, test), True)
    assert state.env.get("layer") == (NAMES["layer"] if learned is None else learned)
    assert state.asked_for_names is test.replace("'nn.' in ", "").startswith("kind")


def test_a_part_of_a_name_may_be_of_several_layers() -> None:
    state = state_with(NAMES)
    narrow(state, seen(state, "'BatchNorm' in kind"), True)
    found = state.env.get("layer")
    assert isinstance(found, k.Module)
    assert {"torch.nn.BatchNorm1d", "torch.nn.BatchNorm2d"} <= set(found.classes)
    assert not found.open
