"""Questions about a piece of syntax that its ast alone answers."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from torch2ms.source.facts import FunctionNode
from torch2ms.source.outlines import qualified


def dotted(node: ast.expr) -> str:
    """The text of a dotted name: `x`, `m.weight`; "" for anything else. A narrowed value is kept under it."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted(node.value)
        return f"{base}.{node.attr}" if base else ""
    return ""


def last_name(node: ast.expr) -> str:
    """The last part of a name or an attribute: `weight` of `f().weight`; "" for anything else."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def named_tuple_fields(call: ast.Call) -> list[str] | None:
    """The fields of `namedtuple("P", "x y")` and of `namedtuple("P", ["x", "y"])`; None where none are written down."""
    fields = call.args[1] if len(call.args) > 1 else None
    if isinstance(fields, ast.Constant) and isinstance(fields.value, str):
        return fields.value.replace(",", " ").split()
    if isinstance(fields, (ast.List, ast.Tuple)):
        return [str(field.value) for field in fields.elts if isinstance(field, ast.Constant)]
    return None


def int_literal(node: ast.expr) -> int | None:
    """The value of an int literal, with a minus sign or without; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = int_literal(node.operand)
        return None if inner is None else -inner
    return None


class TextTest(NamedTuple):
    """A question about a text. `whole`: it is all of the text that is compared, not a part of it."""

    subject: ast.expr
    text: str
    whole: bool


def text_test(test: ast.Compare) -> TextTest | None:
    """What `name.find("Conv") != -1`, `"Conv" in name` and `name == "Linear"` ask; None for other comparisons."""
    if len(test.ops) != 1:
        return None
    left, op, right = test.left, test.ops[0], test.comparators[0]
    if (
        isinstance(left, ast.Call)
        and isinstance(left.func, ast.Attribute)
        and left.func.attr == "find"
        and len(left.args) == 1
        and isinstance(left.args[0], ast.Constant)
        and isinstance(op, (ast.NotEq, ast.Gt, ast.GtE))
    ):
        return TextTest(left.func.value, str(left.args[0].value), whole=False)
    if isinstance(op, ast.In) and isinstance(left, ast.Constant):
        return TextTest(right, str(left.value), whole=False)
    if isinstance(op, ast.Eq) and isinstance(right, ast.Constant):
        return TextTest(left, str(right.value), whole=True)
    return None


def type_of(node: ast.expr) -> ast.expr | None:
    """`m` of `type(m)` and `m.__class__`; None for other expressions."""
    if isinstance(node, ast.Attribute) and node.attr == "__class__":
        return node.value
    is_type = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "type"
    return node.args[0] if is_type and isinstance(node, ast.Call) and len(node.args) == 1 else None


def is_for_import_error(stmt: ast.Try) -> bool:
    """Whether a `try` has one handler, for what a failing import raises, and nothing after it."""
    if len(stmt.handlers) != 1 or stmt.orelse or stmt.finalbody:
        return False
    caught = stmt.handlers[0].type
    kinds = caught.elts if isinstance(caught, ast.Tuple) else [] if caught is None else [caught]
    return all(dotted(kind) in ("ImportError", "ModuleNotFoundError", "Exception") for kind in kinds)


def has_full_fallback(stmt: ast.Try) -> bool:
    """Whether a `try` does nothing but import names and set flags, and its handler for a failing import binds them all.

    Without what is imported there, the handler alone does the same.
    """
    if not is_for_import_error(stmt):
        return False
    tried, handled = bound_plainly(stmt.body), bound_plainly(stmt.handlers[0].body)
    return tried is not None and handled is not None and tried <= handled


def bound_plainly(body: Sequence[ast.stmt]) -> frozenset[str] | None:
    """The names that imports, definitions and assignments of constants bind; None when there is anything else."""
    found: set[str] = set()
    for stmt in body:
        if isinstance(stmt, (ast.Import, ast.ImportFrom)):
            found.update(alias.asname or alias.name.partition(".")[0] for alias in stmt.names)
        elif isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(stmt.name)
        elif isinstance(stmt, ast.Assign) and isinstance(stmt.value, (ast.Constant, ast.Name, ast.Attribute)):
            if not all(isinstance(target, ast.Name) for target in stmt.targets):
                return None
            found.update(target.id for target in stmt.targets if isinstance(target, ast.Name))
        elif not isinstance(stmt, ast.Pass):
            return None
    return frozenset(found)


def leaves(body: Sequence[ast.stmt]) -> bool:
    """Whether a block always leaves the enclosing one."""
    return bool(body) and isinstance(body[-1], (ast.Return, ast.Raise, ast.Continue, ast.Break))


def sought(loop: ast.For | ast.AsyncFor) -> ast.expr | None:
    """What holds after a loop that does nothing but look for something: `for m in …: if isinstance(m, C): break`."""
    only = loop.body[0]
    if len(loop.body) > 1 or not isinstance(only, ast.If) or only.orelse or loop.orelse:
        return None
    return only.test if isinstance(only.body[-1], ast.Break) else None


def parameters(arguments: ast.arguments) -> Iterator[ast.arg]:
    """Every parameter of a definition, `*args` and `**kwargs` last."""
    yield from arguments.posonlyargs
    yield from arguments.args
    yield from arguments.kwonlyargs
    if arguments.vararg is not None:
        yield arguments.vararg
    if arguments.kwarg is not None:
        yield arguments.kwarg


def defaults(arguments: ast.arguments) -> Iterator[ast.expr]:
    """Every default of a definition."""
    yield from arguments.defaults
    for default in arguments.kw_defaults:
        if default is not None:
            yield default


def with_defaults(arguments: ast.arguments) -> list[tuple[ast.arg, ast.expr | None]]:
    """The parameters that may be passed by position, each with its default."""
    ordered = [*arguments.posonlyargs, *arguments.args]
    missing = len(ordered) - len(arguments.defaults)
    return list(zip(ordered, [*[None] * missing, *arguments.defaults], strict=True))


def is_forward(node: FunctionNode) -> bool:
    """Whether a method of a module is one that computes: `forward`, `forward_features`, `construct`."""
    return node.name.startswith(("forward", "_forward")) or node.name == "construct"


def imported(tree: ast.Module) -> frozenset[str]:
    """The qualified names that a file imports anywhere, dots first when they are relative."""
    found: set[str] = set()
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.update(qualified(node.level, node.module, alias.name) for alias in node.names)
        for field_name in ("body", "orelse", "handlers", "finalbody", "cases"):
            inner = getattr(node, field_name, ())
            stack.extend(inner if isinstance(inner, list) else ())
    return frozenset(found)
