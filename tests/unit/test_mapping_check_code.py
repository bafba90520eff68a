"""What is wrong in the bodies of helpers and in templates is found, and said in words that help."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from torch2ms.mapping.check import check_tables
from torch2ms.mapping.check_code import takes
from torch2ms.mapping.known import Known
from torch2ms.mapping.load import load_tables, tables_root
from torch2ms.mapping.schema import Body, Row
from torch2ms.mapping.signatures import parse_signature
from torch2ms.rewrite.template_names import names_in

REWRITE = Path(__file__).resolve().parents[2] / "torch2ms" / "rewrite"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def problems_of(folder: Path, helper: str, name: str = "made") -> list[str]:
    (folder / "torch.yaml").write_text("torch.nn.Sigmoid: mindspore.nn.Sigmoid\n")
    (folder / "helpers" / f"{name}.py").write_text(helper)
    return [str(problem) for problem in check_tables(load_tables())]


FUNCTION = '''"""A helper."""

import math
import os

import mindspore as ms
import numpy as np
from mindspore import Parameter, Tensor, nn, ops
from mindspore.common.initializer import Normal, initializer


def made(x, y=None, *rest):
    """A helper."""
    BODY
'''


@pytest.mark.parametrize(
    "body",
    [
        "return ops.cat([x, y], axis=0), math.prod(x.shape), os.path.join('a', 'b'), np.finfo(1).bits",
        "out = ops.abs(x)\n    return out.reshape(-1).astype(ms.float32).mean(0, keep_dims=True).T",
        "return made(x, *rest), made(x, y=1), Tensor([1], ms.int32).asnumpy().whatever",
        "x.weight.set_data(initializer(Normal(0.02), x.weight.shape, x.weight.dtype))",
        "name = x.lower().split('.')\n    return {'a': 1}.get(name), [v.strip() for v in name], x.conv2d",
        "x.own = 1\n    return x.own, getattr(x, 'other'), x.pad_mode",
        "pair = lambda v: (v, v)\n    return pair(x), isinstance(x, Parameter)",
        "info = np.finfo(x)\n    return info.bits, info.bits.anything",
        "import json\n    return json.dumps(x)",
    ],
)
def test_good_bodies(tables_folder: Path, body: str) -> None:
    assert problems_of(tables_folder, FUNCTION.replace("BODY", body)) == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return ops.no_such_thing(x)", "there is no mindspore.ops.no_such_thing"),
        ("return ops.softmx(x)", "there is no mindspore.ops.softmx (did you mean mindspore.ops.softmax?)"),
        ("return nn.Cov2d(1, 2, 3)", "there is no mindspore.nn.Cov2d (did you mean mindspore.nn.Conv2d?)"),
        ("return ms.flaot32", "there is no mindspore.flaot32 (did you mean mindspore.float32?)"),
        ("return ms.Tensor.reshap", "mindspore.Tensor has no reshap (did you mean reshape"),
        ("return math.prd(x)", "there is no math.prd"),
        ("return os.path.joint(x)", "there is no os.path.joint"),
        ("return ops.softmax(x, axs=1)", "mindspore.ops.softmax takes (input, axis=-1, *, dtype=None), not"),
        ("return ops.abs(x, 1)", "mindspore.ops.abs takes (input), not ops.abs(x, 1)"),
        ("return ops.abs()", "mindspore.ops.abs takes (input), not ops.abs()"),
        ("return ops.softmax(x, 1, axis=1)", "mindspore.ops.softmax takes"),
        ("return ops.abs(x).reshap(-1)", "a tensor has no reshap (did you mean reshape"),
        ("out = ops.abs(x)\n    return (-out * 2).sigmoyd()", "a tensor has no sigmoyd (did you mean sigmoid"),
        ("out = ops.abs(x)\n    return out.append(1)", "a tensor has no append"),
        ("return ops.sort(x)[0].unsqeeze(1)", "a tensor has no unsqeeze (did you mean unsqueeze"),
        ("return x.premute(1, 0)", "nothing has a method premute (did you mean permute"),
        ("return x.shpae[0]", "nothing has an attribute shpae (did you mean shape"),
        ("return x.swapaxes(0, axis=1)", "mindspore.Tensor.swapaxes takes (axis0, axis1), not"),
        ("return ops.abs(x).astype(dtyp=ms.int8)", "mindspore.Tensor.astype takes (dtype, copy=True), not"),
        ("return made(x, z=1)", "made takes (x, y=None, *rest), not made(x, z=1)"),
        ("return mnp.roll(x)", "mnp means nothing here"),
        ("return opz.abs(ops.abs(x))", "opz means nothing here (did you mean ops"),
    ],
)
def test_bad_bodies(tables_folder: Path, body: str, message: str) -> None:
    found = problems_of(tables_folder, FUNCTION.replace("BODY", body))
    line = 14 + body.count("\n")
    assert [text for text in found if text.startswith(f"mappings/helpers/made.py:{line}: {message}")], found


CLASS = '''"""A helper."""

from mindspore import nn, ops


class Made(nn.Conv2d):
    """A layer."""

    scale = 2

    def __init__(self, channels, name="a"):
        super().__init__(channels, channels, 3, has_bias=True)
        self.own = ops.ones(3)

    @staticmethod
    def pair(x):
        return x, x

    def double(self, x, times=2):
        return x * times

    def construct(self, x):
        BODY
'''


@pytest.mark.parametrize(
    "body",
    [
        "return super().construct(x) + self.own * self.scale + self.weight.T",
        "return self.double(x, times=3) if self.training else self.pair(x)",
        "return self._cells, self.conv2d(x), self.cells_and_names(), self.__class__.__name__",
        "return self.set_train(False), self.own.anything_goes if hasattr(self, 'own') else len(self.pad_mode)",
    ],
)
def test_good_methods(tables_folder: Path, body: str) -> None:
    body = body.replace(".anything_goes", ".shape")
    assert problems_of(tables_folder, CLASS.replace("BODY", body)) == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return self.wieght", "self, a mindspore.nn.Conv2d, has no wieght (did you mean weight"),
        ("return self.doubel(x)", "self, a mindspore.nn.Conv2d, has no doubel (did you mean double"),
        ("return self.double(x, tims=3)", "self.double takes (x, times=2), not self.double(x, tims=3)"),
        ("return self.double()", "self.double takes (x, times=2), not self.double()"),
        ("return self.pair(x, x)", "self.pair takes (x), not self.pair(x, x)"),
        ("return self.set_train(1, 2)", "mindspore.nn.Cell.set_train takes (mode=True), not self.set_train(1, 2)"),
        ("return super().constrct(x)", "super(), a mindspore.nn.Conv2d, has no constrct (did you mean construct"),
        ("return super().construct(x, x)", "mindspore.nn.Conv2d.construct takes (x), not super().construct(x, x)"),
        ("self.insert_param_to_cell(name='a')", "mindspore.nn.Cell.insert_param_to_cell takes (param_name, param"),
    ],
)
def test_bad_methods(tables_folder: Path, body: str, message: str) -> None:
    found = problems_of(tables_folder, CLASS.replace("BODY", body))
    assert [text for text in found if text.startswith(f"mappings/helpers/made.py:23: {message}")], found


def test_what_the_base_is_built_with(tables_folder: Path) -> None:
    found = problems_of(tables_folder, CLASS.replace("has_bias", "bias").replace("BODY", "return x"))
    assert len(found) == 1
    assert found[0].startswith("mappings/helpers/made.py:12: mindspore.nn.Conv2d takes (in_channels, out_channels,")
    found = problems_of(tables_folder, CLASS.replace("nn.Conv2d", "nn.Cnv2d").replace("BODY", "return x"))
    assert any(
        text.startswith(
            "mappings/helpers/made.py:6: there is no mindspore.nn.Cnv2d (did you mean mindspore.nn.Conv2d?)"
        )
        for text in found
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("initializer", "initializer is a name that templates have for mindspore.common.initializer.initializer"),
        ("ops", "ops is a name that templates have for mindspore.ops"),
        ("sum", "sum is a name that Python has itself"),
    ],
)
def test_names_that_are_not_free(tables_folder: Path, name: str, message: str) -> None:
    assert problems_of(tables_folder, f"def {name}(x):\n    return x\n") == [f"mappings/helpers/made.py:1: {message}"]


def test_two_helpers_of_one_name(tables_folder: Path) -> None:
    (tables_folder / "helpers" / "first.py").write_text("def twice(x):\n    return x\n")
    found = problems_of(tables_folder, '"""A."""\n\n\ndef twice(x):\n    return x\n')
    assert found == ["mappings/helpers/made.py:4: twice is also the name of the helper first"]


# Templates


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ('torch.trace: {expr: "nn.NoSuch()({input})"}', "there is no mindspore.nn.NoSuch"),
        (
            'torch.Tensor.dim: {expr: "{self}.ndmi"}',
            "a tensor has no ndmi (did you mean ndim",
        ),
        ('torch.trace: {expr: "ops.abs({input}).sun()"}', "a tensor has no sun (did you mean sum"),
        ('torch.trace: {expr: "{input}.asype(ms.int8)"}', "nothing has a method asype (did you mean astype"),
        ('torch.trace: {expr: "{input}.swapaxes(0)"}', "mindspore.Tensor.swapaxes takes (axis0, axis1), not"),
        ('torch.trace: {expr: "ops.softmax()"}', "mindspore.ops.softmax takes"),
        (
            'torch.trace: {to: mindspore.ops.trace, value: {expr: "partial(ops.trce, 1)"}}',
            "there is no mindspore.ops.trce (did you mean mindspore.ops.trace?)",
        ),
        ('torch.Tensor.abs_: {inplace: "ops.asb({self})"}', "there is no mindspore.ops.asb"),
        (
            'torch.nn.ReLU: {to: mindspore.nn.ReLU, args: {inplace: {drop: "use ops.relu_in_place"}}}',
            "the text shows ops.relu_in_place: there is no mindspore.ops.relu_in_place",
        ),
        (
            "torch.trace: {unsupported: no, hint: 'ops.softmax(x, dim=1) does it'}",
            "the text shows ops.softmax(x, dim=1): mindspore.ops.softmax takes",
        ),
        (
            "torch.nn.Linear: {to: mindspore.nn.Dense, params: {weight: wieght}, sig: (in_channels)}",
            "params: weight: mindspore.nn.Dense has no wieght (did you mean weight",
        ),
        (
            "torch.nn.Linear: {to: mindspore.nn.Dense, attrs: {a: '{self}.bais.T'}, sig: (in_channels)}",
            "attrs: a: mindspore.nn.Dense has no bais (did you mean bias",
        ),
    ],
)
def test_bad_templates(tables_folder: Path, row: str, message: str) -> None:
    (tables_folder / "torch.yaml").write_text(row + "\n")
    found = [problem for problem in check_tables(load_tables()) if problem.location == "mappings/torch.yaml:1"]
    assert any(message in problem.message for problem in found), found


@pytest.mark.parametrize(
    "hint",
    [
        "ops.softmax(x, ...) does it",
        "use nn.LazyConv2d of torch",
        "call mindspore.set_rng_state() again",
        "ops.softmax(x, axis=1), then ms.float32 and mindspore.nn.Cell.set_train(False)",
        "my.ops.nothing and props.nothing",
    ],
)
def test_good_hints(tables_folder: Path, hint: str) -> None:
    (tables_folder / "torch.yaml").write_text(f"torch.trace:\n  unsupported: no\n  hint: {hint!r}\n")
    assert check_tables(load_tables()) == []


@pytest.mark.parametrize(
    ("signature", "call", "taken"),
    [
        ("(a, b=1)", "f(x)", True),
        ("(a, b=1)", "f(x, y)", True),
        ("(a, b=1)", "f(x, y, z)", False),
        ("(a, b=1)", "f()", False),
        ("(a, b=1)", "f(b=1)", False),
        ("(a, b=1)", "f(x, a=1)", False),
        ("(a, b=1)", "f(b=1, a=2)", True),
        ("(a, b=1)", "f(*x)", True),
        ("(a, b=1)", "f(*x, c=1)", False),
        ("(a, b=1)", "f(**x)", True),
        ("(a, b=1)", "f(x, c=1)", False),
        ("(*a, b)", "f(x, y, b=1)", True),
        ("(*a, b)", "f(x, y)", False),
        ("(*a, b)", "f(a=1, b=2)", False),
        ("(a, **k)", "f(x, y=1)", True),
        ("(a, *, b)", "f(x, y)", False),
    ],
)
def test_what_a_signature_takes(signature: str, call: str, taken: bool) -> None:
    node = ast.parse(call, mode="eval").body
    assert isinstance(node, ast.Call)
    assert takes(parse_signature(signature), node) is taken


# The shipped tables, helpers and rules


def _named_by(row: Row, called: dict[str, str]) -> Iterator[str]:
    for body in (*row.bodies, row.value or Body()):
        if body.helper is not None:
            yield body.helper
        rules = (text for rule in body.args.values() for text in (rule.value, rule.default))
        for text in (body.expr, body.inplace, *body.add.values(), *rules):
            if text is not None:
                yield from (called[name] for use in names_in(text) for name in use.names if name in called)


def _constants() -> set[str]:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in REWRITE.rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return {node.value for node in nodes if isinstance(node.value, str)}


def test_every_helper_is_used_by_a_row_or_a_rule() -> None:
    tables = load_tables()
    called = {helper.called: helper.name for helper in tables.helpers.values()}
    used = {name for row in tables.rows.values() for name in _named_by(row, called)}
    assert sorted(tables.helpers.keys() - used - _constants()) == []
    assert {path.stem for path in (tables_root() / "helpers").glob("*.py")} == tables.helpers.keys()


def test_what_rules_name_of_mindspore_exists() -> None:
    known = Known(load_tables())
    named = {text for text in _constants() if re.fullmatch(r"mindspore(\.[A-Za-z]\w*)+", text)}
    assert len(named) > 20
    unknown = {text for text in named - known.names - known.modules if not _is_member(known, text)}
    # A Cell may define it; the base does not.
    assert unknown == {"mindspore.nn.Cell.bprop"}


def _is_member(known: Known, text: str) -> bool:
    owner, _, name = text.rpartition(".")
    return name in known.members(owner)
