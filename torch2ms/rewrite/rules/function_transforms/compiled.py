"""Which functions MindSpore compiles under a transform, and computes as torch does."""

from __future__ import annotations

import ast
from collections.abc import Collection

from torch2ms.model import Outcome
from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.rules.shared.questions import has_stars
from torch2ms.source import kinds as k

_SPACES = ("torch.nn.functional.", "torch.Tensor.", "torch.")
_CONVERTED = (Outcome.CONVERTED, Outcome.ADAPTED)


class Compiled:
    """The functions of a file as transforms see them. `transforms`: their names; `tried`: what they were tried on."""

    def __init__(self, ctx: FileContext, transforms: Collection[str], tried: Collection[str]) -> None:
        self._ctx = ctx
        self.tried = tried
        self._transforms = transforms
        self._known: dict[ast.AST, bool] = {}

    def is_transform(self, call: ast.Call) -> bool:
        """Whether a call is one of a transform."""
        use = self._ctx.site(call.func)
        return use is not None and use.name in self._transforms

    def holds(self, node: ast.expr) -> bool:
        """Whether an expression is a function that is compiled as it stands."""
        if isinstance(node, ast.Call):
            return self.is_transform(node) and bool(node.args) and self.holds(node.args[0])
        use = self._ctx.site(node)
        if use is not None:
            is_function = "lambda" not in repr(self._ctx.plan(node))
            return is_function and self.is_tried(use.name) and self._ctx.outcome(use) in _CONVERTED
        kind = k.settle(self._ctx.kind(node))
        if not isinstance(node, ast.Name) or not isinstance(kind, k.FuncRef) or kind.bound:
            return False
        return self._function(kind.func)

    def gives_one(self, node: ast.expr) -> bool:
        """Whether a function of the file returns one value, and no tuple."""
        kind = k.settle(self._ctx.kind(node))
        body = kind.func.node.body if isinstance(kind, k.FuncRef) else None
        last = body[-1] if isinstance(body, list) else None
        return isinstance(last, ast.Return) and not isinstance(last.value, ast.Tuple | ast.List | ast.Name)

    def is_tried(self, name: str) -> bool:
        """Whether a function of torch was tried under the transforms."""
        if name.startswith("torch.linalg."):
            return name.removeprefix("torch.") in self.tried
        return any(name.removeprefix(space) in self.tried for space in _SPACES if name.startswith(space))

    def _function(self, info: k.FuncInfo) -> bool:
        if info.node not in self._known:
            self._known[info.node] = False  # for one that calls itself
            self._known[info.node] = _Body(self, self._ctx, info).is_plain()
        return self._known[info.node]


class _Body:
    """One function: assignments to names, and a `return` at the end."""

    def __init__(self, compiled: Compiled, ctx: FileContext, info: k.FuncInfo) -> None:
        self._compiled = compiled
        self._ctx = ctx
        self._info = info
        self._names: set[str] = set()

    def is_plain(self) -> bool:
        node = self._info.node
        if not isinstance(node, ast.FunctionDef) or node.decorator_list or self._info.cls is not None:
            return False
        args = node.args
        if args.vararg or args.kwarg or args.kwonlyargs or args.defaults or args.posonlyargs:
            return False
        self._names.update(arg.arg for arg in args.args)
        body = node.body
        if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
            body = body[1:]
        if not body or not isinstance(body[-1], ast.Return) or body[-1].value is None:
            return False
        returned = body[-1].value
        parts = returned.elts if isinstance(returned, ast.Tuple) else [returned]
        is_number = any(isinstance(part, ast.Constant | ast.Attribute | ast.List) for part in parts)
        return not is_number and all(map(self._assigns, body[:-1])) and all(map(self._expr, parts))

    def _assigns(self, stmt: ast.stmt) -> bool:
        if not isinstance(stmt, ast.Assign) or len(stmt.targets) != 1 or not self._expr(stmt.value):
            return False
        target = stmt.targets[0]
        names = target.elts if isinstance(target, ast.Tuple) else [target]
        self._names.update(name.id for name in names if isinstance(name, ast.Name))
        return all(isinstance(name, ast.Name) for name in names)

    def _expr(self, node: ast.expr) -> bool:
        match node:
            case ast.Constant():
                return node.value is None or isinstance(node.value, int | float | str)
            case ast.Name():
                return node.id in self._names or self._is_number(node)
            case ast.BinOp(left=left, right=right):
                return not isinstance(node.op, ast.MatMult) and self._expr(left) and self._expr(right)
            case ast.UnaryOp(operand=operand):
                return not isinstance(node.op, ast.Not) and self._expr(operand)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE) and self._expr(left) and self._expr(right)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                return all(map(self._expr, parts))
            case ast.Subscript(value=ast.Attribute(value=value, attr="shape"), slice=index):
                return self._expr(value) and _is_static(index)
            case ast.Subscript(value=value, slice=index):
                return self._expr(value) and _is_static(index)
            case ast.Attribute(value=value, attr="T" | "mT"):
                return self._expr(value)
            case ast.Attribute():
                return self._ctx.facts.refs.get(node, "") in ("math.pi", "math.e", "torch.pi")
            case ast.Call():
                return self._call(node)
        return False

    def _call(self, call: ast.Call) -> bool:
        given = [*call.args, *(word.value for word in call.keywords)]
        if has_stars(call) or not all(map(self._expr, given)):
            return False
        func = call.func
        use = self._ctx.site(func)
        if isinstance(func, ast.Attribute) and (use is None or use.receiver is not None):
            if not self._expr(func.value):
                return False
            if use is None:
                row = self._ctx.tables.rows.get(f"torch.Tensor.{func.attr}")
                return (
                    func.attr in self._compiled.tried
                    and row is not None
                    and row.body.to == f"mindspore.Tensor.{func.attr}"
                )
        if use is not None:
            return self._compiled.is_tried(use.name) and self._ctx.outcome(use) in _CONVERTED
        return isinstance(func, ast.Name) and func.id not in self._names and self._compiled.holds(func)

    def _is_number(self, node: ast.Name) -> bool:
        """A number that the file gives a name once."""
        if self._ctx.binding_scope(node) is not None:
            return False
        stores = list(self._ctx.blocks.stores(node.id, self._ctx.tree))
        stmt = stores[0][1] if len(stores) == 1 else None
        value = stmt.value if isinstance(stmt, ast.Assign) else None
        return isinstance(value, ast.Constant) and isinstance(value.value, int | float)


def _is_static(index: ast.expr) -> bool:
    """An index that is written out: numbers, slices of them, `None` and `...`."""
    match index:
        case ast.Tuple(elts=parts):
            return all(map(_is_static, parts))
        case ast.Slice(lower=lower, upper=upper, step=None):
            return all(part is None or _is_static(part) for part in (lower, upper))
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int())):
            return True
    return isinstance(index, ast.Constant) and (index.value in (None, ...) or isinstance(index.value, int))
