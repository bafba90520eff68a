"""The examples of the tables as parts of programs: their inputs are other values, their layers belong to a model."""

from __future__ import annotations

import ast
import random
from dataclasses import dataclass

from fuzzing.generators.writer import Writer, bool_data, float_tensor, int_data, is_float
from torch2ms.mapping.schema import Tables

INPUTS = {"f": "float32", "p": "float32", "i": "int64", "b": "bool"}
_NO_LAYERS = frozenset({"Parameter", "Buffer", "UninitializedParameter", "UninitializedBuffer", "Module"})


@dataclass(frozen=True, slots=True)
class Example:
    """One example: an expression. `layered`: a layer is built in it."""

    row: str
    text: str
    layered: bool


def read_examples(tables: Tables) -> tuple[Example, ...]:
    """The examples that are expressions and whose results are not random."""
    found = []
    for row in tables.rows.values():
        if row.random or row.users or not row.proven or row.body.unsupported is not None:
            continue
        for text in row.examples:
            try:
                tree = ast.parse(text.strip(), mode="eval")
            except SyntaxError:
                continue
            if "backward" in text or "optim." in text:
                continue
            found.append(Example(row.name, text.strip(), any(map(is_layer, ast.walk(tree)))))
    return tuple(found)


def is_layer(node: ast.AST) -> bool:
    """Whether this builds a layer."""
    match node:
        case ast.Call(func=ast.Attribute(value, name)) if ast.unparse(value) in ("nn", "torch.nn"):
            return name[0].isupper() and name not in _NO_LAYERS
    return False


@dataclass
class Filled(ast.NodeTransformer):
    """Replaces `f(2, 3)` and the like by names of tensors of such a shape, and layers by attributes."""

    writer: Writer
    rng: random.Random
    receiver: str
    layers: list[tuple[str, str]]

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """A call of the kind that is replaced."""
        if isinstance(node.func, ast.Name) and node.func.id in INPUTS:
            return ast.Name(self._input(node), ast.Load())
        if is_layer(node) and self.receiver:
            name = self.writer.fresh("layer")
            self.layers.append((name, ast.unparse(node)))
            return ast.parse(f"{self.receiver}.{name}", mode="eval").body
        return self.generic_visit(node)

    def _input(self, node: ast.Call) -> str:
        assert isinstance(node.func, ast.Name)
        kind = node.func.id
        shape = [int(ast.literal_eval(size)) for size in node.args]
        options = {str(k.arg): int(ast.literal_eval(k.value)) for k in node.keywords}
        if kind in "fp" and self.rng.random() < 0.7:
            known = self.writer.pick(lambda v: is_float(v) and getattr(v, "shape", None) == tuple(shape))
            if known is not None and kind == "f":
                return known
        if kind == "i":
            text = f"torch.tensor({int_data(self.rng, shape, options.get('low', 0), options.get('high', 10))})"
        elif kind == "b":
            text = f"torch.tensor({bool_data(self.rng, shape)})"
        else:
            text = float_tensor(self.rng, shape)
        name = self.writer.bind(f"{text}.abs() + 0.1" if kind == "p" else text, "x")
        if name is None:
            raise ValueError(ast.unparse(node))
        return name


def use(writer: Writer, example: Example, receiver: str = "") -> list[tuple[str, str]] | None:
    """Write an example; the layers it needs, as names of attributes of `receiver` and what builds them.

    None when it does not run. The layers are set on the receiver when this returns.
    """
    layers: list[tuple[str, str]] = []
    try:
        tree = Filled(writer, writer.rng, receiver, layers).visit(ast.parse(example.text, mode="eval"))
        for name, text in layers:
            setattr(writer.namespace[receiver], name, eval(text, writer.namespace))
    except Exception:
        return None
    text = ast.unparse(ast.fix_missing_locations(tree))
    return layers if writer.bind(text) is not None else None
