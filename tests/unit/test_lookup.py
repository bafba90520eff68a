"""What an annotation, an attribute or a base class stands for."""

from __future__ import annotations

import ast

import pytest
from source_state import KNOWLEDGE, expression, state_with

from torch2ms.source import kinds as k
from torch2ms.source import lookup
from torch2ms.source.facts import is_module_class


def made_class(source: str, *bases: k.Kind) -> k.ClassInfo:
    node = ast.parse(source).body[0]
    assert isinstance(node, ast.ClassDef)
    return k.ClassInfo(node, bases)


NET = made_class("class Net(nn.Module): pass", k.StoredApi("torch.nn.Module"))
CONFIG = made_class("class Config: pass")
NAMES = {
    "np": k.Ref("numpy"),
    "Tensor": k.Ref("torch.Tensor"),
    "Stored": k.StoredApi("torch.nn.Linear"),
    "Net": k.ClassRef(NET),
    "Config": k.ClassRef(CONFIG),
    "x": k.TENSOR,
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("int", k.INT),
        ("None", k.NONE),
        ("'torch.Tensor'", k.TENSOR),
        ("'torch.'", k.UNKNOWN),
        ("torch.Tensor", k.TENSOR),
        ("Tensor", k.TENSOR),
        ("torch.LongTensor", k.TENSOR),
        ("torch.nn.parameter.Parameter", k.PARAMETER),
        ("torch.dtype", k.DTYPE),
        ("torch.Size", k.SHAPE),
        ("np.ndarray", k.NDARRAY),
        ("nn.Module", k.Module()),
        ("nn.Linear", k.Module(("torch.nn.Linear",))),
        ("Stored", k.Module(("torch.nn.Linear",))),
        ("Net", k.Module((NET,))),
        ("Config", k.Instance(CONFIG)),
        ("x", k.UNKNOWN),
        ("unheard.Of", k.UNKNOWN),
        ("Optional[Tensor]", k.TENSOR),
        ("typing.Optional[Tensor]", k.TENSOR),
        ("Tensor | None", k.TENSOR),
        ("Union[Tensor, None]", k.TENSOR),
        ("Union[Tensor, int]", k.UNKNOWN),
        ("Final[int]", k.INT),
        ("List[Tensor]", k.Seq("list", k.TENSOR)),
        ("Tuple[Tensor, ...]", k.Seq("tuple", k.TENSOR)),
        ("tuple[Tensor, int]", k.Seq("tuple", k.UNKNOWN, (k.TENSOR, k.INT))),
        ("Dict[str, Tensor]", k.Mapping_(k.TENSOR)),
        ("Dict[str]", k.UNKNOWN),
        ("Callable[[int], int]", k.UNKNOWN),
        ("list", k.Seq("list")),
    ],
)
def test_annotation(text: str, expected: k.Kind) -> None:
    assert lookup.annotation(state_with(NAMES), expression(text)) == expected


def test_peek_records_nothing() -> None:
    state = state_with(NAMES)
    assert lookup.peek(state, expression("nn.functional.relu")) == k.Ref("torch.nn.functional.relu")
    assert lookup.peek(state, expression("x")) is k.TENSOR
    assert lookup.peek(state, expression("x.shape")) is k.UNKNOWN
    assert not state.facts.refs
    assert not state.facts.kinds


@pytest.mark.parametrize(
    ("receiver", "attr", "expected"),
    [
        (k.PARAMETER, "data", k.PARAMETER),
        (k.TENSOR, "shape", k.SHAPE),
        (k.TENSOR, "view", k.Member("view", k.TENSOR)),
        (k.STR, "join", k.Member("join", k.STR)),
        (k.NDARRAY, "T", k.NDARRAY),
        (k.NDARRAY, "dot", k.Member("dot", k.NDARRAY)),
        (k.TENSOR, "__class__", k.ClassName("x")),
        (k.ClassName("x"), "__name__", k.ClassName("x")),
        (k.Named(("values", "indices")), "values", k.TENSOR),
        (k.Module(("torch.nn.Linear",)), "weight", k.PARAMETER),
        (k.Module(("torch.nn.Linear",)), "training", k.BOOL),
        (k.Module(("torch.nn.Linear",)), "unheard", k.UNKNOWN),
        # Of a ReLU and a Linear only the Linear has it.
        (k.Module(("torch.nn.ReLU", "torch.nn.Linear")), "out_features", k.INT),
        (k.Module(()), "kernel_size", k.Seq("tuple", k.INT)),
        (k.Instance(CONFIG), "unheard", k.UNKNOWN),
        (k.Instance("torch.optim.SGD"), "step", k.Member("step", k.Instance("torch.optim.SGD"))),
        (k.UNKNOWN, "shape", k.Member("shape", k.UNKNOWN)),
    ],
)
def test_member(receiver: k.Kind, attr: str, expected: k.Kind) -> None:
    node = expression(f"x.{attr}")
    assert isinstance(node, ast.Attribute)
    assert lookup.member(state_with(NAMES), receiver, node) == expected


@pytest.mark.parametrize(
    ("attr", "weak", "settled"),
    [
        ("unsqueeze", False, None),
        ("unsqueeze", True, None),
        ("shape", True, k.TENSOR),
        ("shape", False, None),
        ("named_modules", False, None),
        ("is_cuda", False, None),
    ],
)
def test_an_attribute_settles_a_value(attr: str, weak: bool, settled: k.Kind | None) -> None:
    var, state = k.Var(weak=weak), state_with(NAMES)
    node = expression(f"v.{attr}")
    assert isinstance(node, ast.Attribute)
    lookup.member(state, var, node)
    assert var.settled == settled
    assert state.changed is (settled is not None)


FORWARD = "class Net(Base):\n    def forward(self, x): return x\n"


@pytest.mark.parametrize(
    ("source", "base", "module", "assumed"),
    [
        (FORWARD, ".base.Base", True, True),
        (FORWARD + "    def f(self): self.register_buffer('a', None)\n", ".base.Base", True, False),
        (FORWARD + "    def f(self): self.fc = nn.Linear(3, 3)\n", ".base.Base", True, False),
        (FORWARD + "    def f(self): self.fc = Config()\n", ".base.Base", True, True),
        ("class Net(Base): pass", ".base.Base", False, False),
        ("class Net(Base):\n    @staticmethod\n    def forward(x): return x\n", ".base.Base", False, False),
        (FORWARD, "abc.ABC", False, False),
    ],
)
def test_a_class_derived_from_one_of_another_file(source: str, base: str, module: bool, assumed: bool) -> None:
    cls = made_class(source, k.StoredApi(base))
    lookup.look_for_module(state_with(NAMES), cls)
    assert (is_module_class(cls, KNOWLEDGE), cls.assumed) == (module, assumed)
