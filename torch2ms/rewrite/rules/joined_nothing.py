"""Reports a `cat` that an empty tensor of one axis takes part in, because MindSpore asks for equally many axes.

`torch.cat([torch.tensor([]), x])` leaves out what has one axis and holds nothing, whatever the shape of `x`: a loop may
begin with it. MindSpore raises unless `x` has one axis as well. Where the number of axes of `x` is not known, the site
is reported.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from torch2ms.model import Outcome
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rules.shared.questions import argument, is_literal

_JOINING = frozenset(f"torch.{name}" for name in ("cat", "concat", "concatenate"))
_OF_DATA = frozenset(f"torch.{name}" for name in ("tensor", "as_tensor", "asarray"))
_OF_SIZES = frozenset(f"torch.{name}" for name in ("zeros", "ones", "empty", "rand", "randn", "full"))
_CLASSES = frozenset(f"torch.{name}Tensor" for name in ("", "Float", "Double", "Half", "Long", "Int", "Bool", "Byte"))
_SAME_AXES = frozenset("to float double half long int bool cuda cpu type type_as detach clone".split())


def _finish(ctx: FileContext) -> None:
    """Look at the parts of every `cat` that is converted."""
    for use in ctx.sites():
        if use.name not in _JOINING or use.call is None:
            continue
        parts = argument(use.call, 0, "tensors")
        if ctx.outcome(use) in (Outcome.CONVERTED, Outcome.ADAPTED) and isinstance(parts, ast.Tuple | ast.List):
            _joined(ctx, use, parts)


def _joined(ctx: FileContext, use: Use, parts: ast.Tuple | ast.List) -> None:
    empty = [part for part in parts.elts if _is_empty(ctx, part, use.stmt)]
    if not empty or all(_has_one_axis(ctx, part) for part in parts.elts if part not in empty):
        return
    message = f"torch leaves out {ast.unparse(empty[0])} where it is empty; MindSpore asks for equally many axes"
    hint = "begin with a list, and join it when it is full"
    ctx.doubt(use, message, "T2M301", hint)


def _has_one_axis(ctx: FileContext, part: ast.expr) -> bool:
    if isinstance(part, ast.Starred):
        return False
    match part:
        case ast.Call(func=ast.Attribute(attr="flatten" | "ravel"), args=[], keywords=[]):
            return True
        case ast.Call(func=ast.Attribute(attr="view" | "reshape"), args=[size], keywords=[]):
            return ast.unparse(size) == "-1"
    found = ctx.dtypes.of(part)
    return found is not None and found.axes == 1


def _is_empty(ctx: FileContext, part: ast.expr, stmt: ast.stmt) -> bool:
    """Whether a part may be an empty tensor of one axis: such a one is written there, or given to the name."""
    if not isinstance(part, ast.Name):
        return _is_written_empty(ctx, part)
    stores = ctx.blocks.stores(part.id, ctx.blocks.scope(stmt))
    return any(_is_written_empty(ctx, value) for _, store in stores for value in _values(store, part.id))


def _values(stmt: ast.stmt, name: str) -> Iterator[ast.expr]:
    """What an assignment gives a name."""
    for target in stmt.targets if isinstance(stmt, ast.Assign) else []:
        assert isinstance(stmt, ast.Assign)
        if isinstance(target, ast.Name) and target.id == name:
            yield stmt.value
        elif isinstance(target, ast.Tuple) and isinstance(stmt.value, ast.Tuple):
            for one, value in zip(target.elts, stmt.value.elts, strict=False):
                if isinstance(one, ast.Name) and one.id == name:
                    yield value


def _is_written_empty(ctx: FileContext, node: ast.expr) -> bool:
    """`torch.tensor([])`, `torch.zeros(0)`, `torch.Tensor()`, also moved or cast."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _SAME_AXES:
        if ctx.know.canonical(ctx.facts.refs.get(node.func, "")):
            break
        node = node.func.value
    if not isinstance(node, ast.Call):
        return False
    name = ctx.know.canonical(ctx.facts.refs.get(node.func, ""))
    first = node.args[0] if node.args else None
    holds_nothing = isinstance(first, ast.List | ast.Tuple) and not first.elts
    if name in _OF_SIZES:
        sizes = first.elts if isinstance(first, ast.List | ast.Tuple) else node.args
        sizes = sizes[:1] if name == "torch.full" and sizes is node.args else sizes
        return len(sizes) == 1 and is_literal(sizes[0], 0)
    if name in _CLASSES:
        return not node.args or holds_nothing
    return name in _OF_DATA and holds_nothing


RULE = Rule(finish=_finish, after=("element_types",))
