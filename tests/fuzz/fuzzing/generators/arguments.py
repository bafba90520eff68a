"""The arguments of layers and functions at their edges: other kinds and values in the examples of the tables."""

from __future__ import annotations

import ast
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fuzzing.generators.examples import INPUTS, Example, is_layer, read_examples
from fuzzing.generators.writer import PRELUDE, bool_data, float_tensor, indented, int_data, is_float, shown, usable
from torch2ms.mapping.schema import Param, ParamKind, Tables

_CASES = 8
_TRIES = 60
_NUMBERS = ("0", "1", "2", "-1", "3", "None", "(1,)", "(0, 1)", "[1]", "[2, 1]", "1.0", "(1, 2)")
_FLOATS = ("0", "1", "1.5", "-1", "None", "0.0", "2", "-0.5")
_FLAGS = ("True", "False", "0", "1", "None")
_NOTHING = (
    "None",
    "0",
    "1",
    "-1",
    "0.5",
    "(0,)",
    "[0, 1]",
    "True",
    "2",
    "(0, 1)",
    "(-1,)",
    "torch.float64",
    "torch.int64",
    "False",
)
_TEXTS: Mapping[str, tuple[str, ...]] = {
    "reduction": ("'none'", "'mean'", "'sum'"),
    "padding_mode": ("'zeros'", "'reflect'", "'replicate'", "'circular'"),
    "mode": (
        "'constant'", "'reflect'", "'replicate'", "'circular'", "'nearest'", "'bilinear'", "'mean'", "'sum'", "'max'",
        "'bicubic'", "'area'",
    ),
    "approximate": ("'none'", "'tanh'"), "nonlinearity": ("'tanh'", "'relu'"),
    "rounding_mode": ("'floor'", "'trunc'", "None"),
    "norm_type": ("1", "2", "2.0", "float('inf')"),
    "p": ("1", "2", "2.0", "'fro'", "float('inf')", "0.5"), "activation": ("'relu'", "'gelu'", "F.gelu"),
    "dtype": ("torch.float32", "torch.float64", "torch.int64", "torch.int32", "None"),
    "indexing": ("'ij'", "'xy'"),
    "padding": ("'same'", "'valid'", "0", "1", "(1, 0)", "[1, 1]", "(1,)", "2"),
}  # fmt: skip
# Parameters that may be negative, and those that may be sequences.
_SIGNED = frozenset(
    "dim axis dims dim0 dim1 diagonal offset shifts start_dim end_dim start end value fill_value negative_slope alpha "
    "beta min max min_val max_val threshold padding_idx ignore_index src other exponent correction".split()
)
_SIZES = frozenset(
    "dim axis dims shifts kernel_size stride padding dilation output_size output_padding normalized_shape size "
    "scale_factor pad repeats sizes shape split_size_or_sections s".split()
)
_LEFT_OUT = frozenset({"out", "device", "layout", "pin_memory", "memory_format", "names", "generator", "requires_grad"})


@dataclass
class _Inputs(ast.NodeTransformer):
    """Replaces inputs by names, some with other shapes and dtypes than the example has."""

    rng: random.Random
    changes: bool
    lines: list[str] = field(default_factory=list)
    floats: list[str] = field(default_factory=list)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """A call that stands for an input."""
        if not isinstance(node.func, ast.Name) or node.func.id not in INPUTS:
            return self.generic_visit(node)
        kind, rng = node.func.id, self.rng
        shape = [int(ast.literal_eval(size)) for size in node.args]
        options = {str(k.arg): int(ast.literal_eval(k.value)) for k in node.keywords}
        suffix = ".abs() + 0.1" if kind == "p" else ""
        if self.changes and rng.random() < 0.4:
            shape = _other_shape(rng, shape)
        if self.changes and rng.random() < 0.25:
            kind = rng.choice("fib")
            suffix = rng.choice(("", ".double()", ".int()", ".half()", ".float()", ".long()"))
        if kind == "i":
            text = f"torch.tensor({int_data(rng, shape, options.get('low', 0), options.get('high', 10))})"
        else:
            text = f"torch.tensor({bool_data(rng, shape)})" if kind == "b" else float_tensor(rng, shape)
        name = f"x{len(self.lines)}"
        self.lines.append(f"{name} = {text}{suffix}")
        if kind == "f" and not suffix:
            self.floats.append(name)
        return ast.Name(name, ast.Load())


def _other_shape(rng: random.Random, shape: list[int]) -> list[int]:
    form = rng.randrange(4)
    if form == 0:
        return [1, *shape]
    if form == 1 and shape:
        return shape[1:]
    if form == 2:
        return [*shape, 2]
    return [rng.choice((size, size, 1, size + 1)) for size in shape]


class Arguments:
    """Writes programs of many small cases, each a call with unusual arguments."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.examples = [e for e in read_examples(tables) if any(row.params for row in tables.rows[e.row].signatures)]

    def make(self, seed: int) -> str:
        """The program of a seed."""
        rng = random.Random(f"arguments/{seed}")
        cases: list[str] = []
        for _ in range(_TRIES):
            case = self._case(rng, rng.choice(self.examples), len(cases))
            if case is not None:
                cases.append(case)
            if len(cases) == _CASES:
                break
        return "\n\n\n".join([PRELUDE.rstrip(), *cases]) + "\n"

    def _case(self, rng: random.Random, example: Example, number: int) -> str | None:
        tree = ast.parse(example.text, mode="eval")
        call = _call_of(tree, example.row)
        if call is None:
            return None
        for _ in range(rng.choice((0, 1, 1, 1, 2))):
            self._change(rng, call, example.row)
        inputs = _Inputs(rng, rng.random() < 0.5)
        try:
            tree = inputs.visit(tree)
        except (ValueError, TypeError):
            return None
        lines = list(inputs.lines)
        header = f"def case_{number}():"
        if rng.random() < 0.2:
            header = _with_parameter(call, number) or header
        layers = [node for node in ast.walk(tree) if is_layer(node)]
        for index, layer in enumerate(layers[:1]):
            lines += [f"layer{index} = {ast.unparse(layer)}", f"fill(layer{index})"]
            tree = _Put(layer, f"layer{index}").visit(tree)
        if inputs.floats and rng.random() < 0.3:
            leaf = inputs.floats[0]
            lines += [f"def loss({leaf}):", f"    y = {ast.unparse(tree)}", "    return (y * y).sum()"]
            lines.append(f"return torch.func.grad(loss)({leaf})")
        else:
            lines.append(f"return {ast.unparse(tree)}")
        text = "\n".join([header, *indented(lines)])
        result = _result(text, f"case_{number}")
        # A gradient of zero is that of a comparison, or of integers.
        is_plain = result is not None and not (is_float(result) and "func.grad" in text and not bool(result.any()))
        return text if is_plain and shown(result) and usable(result) else None

    def _change(self, rng: random.Random, call: ast.Call, row: str) -> None:
        """Give the call another argument: in the place of one that it has, or of a default."""
        signature = rng.choice(self.tables.rows[row].signatures)
        places = [
            p
            for p in signature.params
            if p.kind in (ParamKind.POSITIONAL, ParamKind.KEYWORD) and p.name not in _LEFT_OUT
        ]
        receiver = isinstance(call.func, ast.Attribute) and self.tables.rows[row].receiver not in (None, "self")
        positional = [p.name for p in signature.positional][1 if receiver else 0 :]
        places = [p for p in places if not receiver or p.name in positional or p.kind is ParamKind.KEYWORD]
        if not places:
            return
        param = rng.choice(places)
        keyword = next((k for k in call.keywords if k.arg == param.name), None)
        at = positional.index(param.name) if param.name in positional else -1
        given = keyword.value if keyword is not None else call.args[at] if 0 <= at < len(call.args) else None
        if given is not None and rng.random() < 0.15 and keyword is None and at == len(call.args) - 1:
            call.keywords.insert(0, ast.keyword(param.name, call.args.pop()))
            return
        if given is not None and not _literal(given):
            return
        value = ast.parse(self._value(rng, param, given), mode="eval").body
        if keyword is not None:
            keyword.value = value
        elif given is not None:
            call.args[at] = value
        elif not any(isinstance(argument, ast.Starred) for argument in call.args):
            call.keywords.append(ast.keyword(param.name, value))

    def _value(self, rng: random.Random, param: Param, given: ast.expr | None) -> str:
        if param.name in _TEXTS and rng.random() < 0.7:
            return rng.choice(_TEXTS[param.name])
        own = ast.unparse(given) if given is not None else param.default
        try:
            value = ast.literal_eval(own) if own is not None else 1
        except (ValueError, SyntaxError):
            value = None
        if isinstance(value, bool):
            return rng.choice(_FLAGS)
        if isinstance(value, int):
            own_forms = (f"({value},)", f"({value}, {value})", f"[{value}, {value}]", str(float(value)))
            return rng.choice(_sensible(param.name, (*_NUMBERS, *own_forms)))
        if isinstance(value, float):
            return rng.choice(_sensible(param.name, _FLOATS))
        if isinstance(value, (tuple, list)):
            other = tuple(value) if isinstance(value, list) else list(value)
            forms = [repr(other), repr(other), repr(value[0]) if value else "0", repr(other[:1])]
            is_size = bool(value) and all(type(item) is int for item in value)
            return rng.choice([*forms, f"torch.Size({list(value)})"] if is_size else forms)
        return rng.choice(_sensible(param.name, _NOTHING))


def _sensible(name: str, values: Sequence[str]) -> list[str]:
    """The values that somebody may write: negative ones and sequences where there is a meaning for them."""
    return [
        value
        for value in values
        if (not value.startswith(("-", "(-")) or name in _SIGNED)
        and (value[0] not in "([" or name in _SIZES)
        and (value not in ("True", "False") or name not in (*_SIZES, *_SIGNED))
    ]


def _literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        return ast.unparse(node).startswith("torch.") and isinstance(node, ast.Attribute)
    return True


def _with_parameter(call: ast.Call, number: int) -> str | None:
    """One of the arguments comes from outside: its type is not seen in the call."""
    for keyword in call.keywords:
        if _literal(keyword.value) and keyword.arg is not None:
            value = ast.unparse(keyword.value)
            keyword.value = ast.Name("given", ast.Load())
            return f"def case_{number}(given={value}):"
    return None


@dataclass
class _Put(ast.NodeTransformer):
    """Puts a name in the place of a node."""

    node: ast.AST
    name: str

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """The call in question, or one that holds it."""
        return ast.Name(self.name, ast.Load()) if node is self.node else self.generic_visit(node)


def _call_of(tree: ast.AST, row: str) -> ast.Call | None:
    """The call of the name that the example is for."""
    last = row.rpartition(".")[2]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == last:
            return node
    return None


def _result(text: str, name: str) -> Any:
    """What a case gives in torch; None where torch refuses it."""
    namespace: dict[str, Any] = {"__name__": "case"}
    try:
        exec(f"{PRELUDE}\n{text}", namespace)
        return namespace[name]()
    except Exception:
        return None
