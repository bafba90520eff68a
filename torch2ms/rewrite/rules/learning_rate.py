"""Makes a learning rate that is read a number, and sets it by `ops.assign`: MindSpore keeps a Parameter in the group.

What is read from `group["lr"]` changes later where it is kept, and cannot be formatted, rounded or dumped; compared it
may stay as it is. A Tensor stored in the group is ignored by the optimizer, and a number hides what a scheduler does.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.rules.shared.questions import OPERATORS
from torch2ms.source import kinds as k

_SITE = "torch.optim.Optimizer.param_groups"
_LAST = "torch.optim.lr_scheduler.LRScheduler.get_last_lr"
_DIGITS = "MindSpore keeps the rate as a float32: what is 0.1 in torch is written 0.10000000149011612"
_Read = ast.Subscript | ast.Call


def _start(ctx: FileContext) -> None:
    """Store floats as the learning rate of a parameter group, and read floats."""
    text = ctx.source.text
    if ctx.uses_mindspore or not any(name in text for name in ("param_groups", "get_last_lr")):
        return
    groups = _Groups(ctx)
    for stmt in list(ctx.blocks.places):
        if isinstance(stmt, ast.AugAssign):
            operator = OPERATORS.get(type(stmt.op))
            if operator is not None and groups.is_rate(stmt.target):
                _set(ctx, stmt, stmt.target, f"ops.assign({{rate}}, {{rate}} {operator} {{value}})")
        elif isinstance(stmt, ast.Assign) and len(stmt.targets) == 1 and groups.is_rate(stmt.targets[0]):
            _set(ctx, stmt, stmt.targets[0], "ops.assign({rate}, {value})")
    for node in list(_reads(ctx, groups)):
        _read(ctx, node)


def _set(ctx: FileContext, stmt: ast.Assign | ast.AugAssign, rate: ast.expr, text: str) -> None:
    ctx.replace_stmt(stmt, text, {"rate": rate, "value": stmt.value})
    ctx.structural(rate, stmt, _SITE, "mindspore.ops.assign")


class _Groups:
    """The names that stand for one of an optimizer's parameter groups, or for all of them, where they do."""

    def __init__(self, ctx: FileContext) -> None:
        self._ctx = ctx
        self._one: dict[str, list[ast.AST]] = {}
        self._all: dict[str, list[ast.AST]] = {}
        for stmt in ctx.blocks.places:
            if isinstance(stmt, ast.Assign) and len(stmt.targets) == 1 and isinstance(stmt.targets[0], ast.Name):
                name = stmt.targets[0].id
                if self._are_groups(stmt.value):
                    self._all.setdefault(name, []).append(ctx.blocks.scope(stmt))
                elif self.is_group(stmt.value):
                    self._one.setdefault(name, []).append(ctx.blocks.scope(stmt))
        for node in ast.walk(ctx.tree):
            if isinstance(node, (ast.For, ast.comprehension)) and self._runs_over_groups(node.iter):
                scope = ctx.blocks.scope(node) if isinstance(node, ast.For) else ctx.parents.of(node)
                for target in ast.walk(node.target):
                    if isinstance(target, ast.Name) and scope is not None:
                        self._one.setdefault(target.id, []).append(scope)

    def is_rate(self, node: ast.expr) -> bool:
        """Whether this is the `lr` of a parameter group."""
        match node:
            case ast.Subscript(value=group, slice=ast.Constant(value="lr")):
                return self.is_group(group)
            case ast.Call(func=ast.Attribute(value=group, attr="get"), args=[ast.Constant(value="lr"), *_]):
                return self.is_group(group)
        return False

    def is_group(self, node: ast.expr) -> bool:
        """Whether this is a parameter group."""
        if isinstance(node, ast.Subscript):
            return not isinstance(node.slice, ast.Slice) and self._are_groups(node.value)
        return isinstance(node, ast.Name) and self._holds(self._one, node)

    def _are_groups(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Attribute):
            return node.attr == "param_groups" and not self._is_own_object(node.value)
        return isinstance(node, ast.Name) and self._holds(self._all, node)

    def _is_own_object(self, node: ast.expr) -> bool:
        """Whether a value is of a class of the file that derives from nothing of another file: no optimizer."""
        kind = self._ctx.kind(node)
        if not isinstance(kind, k.Instance) or not isinstance(kind.cls, k.ClassInfo):
            return False
        return not any(isinstance(base, (k.Ref, k.StoredApi)) for cls in kind.cls.mro() for base in cls.bases)

    def _holds(self, names: dict[str, list[ast.AST]], node: ast.Name) -> bool:
        """Whether a name is bound to such a value in a function, file or comprehension around it."""
        scopes = names.get(node.id)
        if not scopes:
            return False
        above: ast.AST | None = node
        while above is not None:
            if above in scopes:
                return True
            above = self._ctx.parents.of(above)
        return False

    def _runs_over_groups(self, node: ast.expr) -> bool:
        """Whether a loop is over parameter groups: `opt.param_groups`, `enumerate(…)`, `zip(…)`, a slice of them."""
        if isinstance(node, ast.Call):
            return any(self._runs_over_groups(arg) for arg in node.args)
        if isinstance(node, ast.Subscript):
            return isinstance(node.slice, ast.Slice) and self._are_groups(node.value)
        return self._are_groups(node)


def _reads(ctx: FileContext, groups: _Groups) -> Iterator[_Read]:
    """Learning rates that are read, but for those compared or made a number already."""
    for node in ast.walk(ctx.tree):
        if not isinstance(node, (ast.Subscript, ast.Call)) or not (groups.is_rate(node) or _is_last_rate(node)):
            continue
        if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            continue
        parent = ctx.parents.of(node)
        if isinstance(parent, ast.Compare) and not _is_test(ctx, parent):
            # A comparison with a Parameter gives a Tensor.
            ctx.replace(parent, "bool({comparison})", {"comparison": parent})
        match parent:
            case ast.Compare() | ast.Attribute() | ast.Expr():
                continue
            case ast.Call(func=ast.Name(id="float" | "int"), args=[_]):
                continue
        yield node


def _is_test(ctx: FileContext, node: ast.expr) -> bool:
    """Whether an expression only decides what comes next, or is made a bool by what it is part of."""
    above = ctx.parents.of(node)
    while isinstance(above, ast.BoolOp) or (isinstance(above, ast.UnaryOp) and isinstance(above.op, ast.Not)):
        node, above = above, ctx.parents.of(above)
    if isinstance(above, (ast.If, ast.While, ast.IfExp, ast.Assert)):
        return above.test is node
    return isinstance(above, ast.comprehension)


def _is_last_rate(node: _Read) -> bool:
    """Whether this is `scheduler.get_last_lr()[0]`."""
    match node:
        case ast.Subscript(value=ast.Call(func=ast.Attribute(attr="get_last_lr"), args=[])):
            return isinstance(node.slice, (ast.Constant, ast.UnaryOp, ast.Name))
    return False


def _read(ctx: FileContext, node: _Read) -> None:
    stmt = next((above for above in ctx.parents.upwards(node) if isinstance(above, ast.stmt)), None)
    if stmt is None:
        return
    last = isinstance(node, ast.Subscript) and isinstance(node.value, ast.Call)
    if isinstance(node, ast.Subscript):
        ctx.replace(node, f"float({{group}}[{ctx.text(node.slice)}])", {"group": node.value})
    elif isinstance(node.func, ast.Attribute):
        arguments = ", ".join(f"{{{index}}}" for index, _ in enumerate(node.args))
        text = arguments.replace("{", "{a")
        values = {f"a{index}": arg for index, arg in enumerate(node.args)}
        ctx.replace(node, f"float({{group}}.get({text}))", {"group": node.func.value, **values})
    name = _LAST if last else _SITE
    if _is_written_out(ctx, node):
        ctx.adapted(ctx.add_site(node, name, stmt), "float", _DIGITS)
    else:
        ctx.structural(node, stmt, name, "float")


def _is_written_out(ctx: FileContext, node: ast.expr) -> bool:
    """Whether a rate becomes text with all its digits."""
    match ctx.parents.of(node):
        case ast.FormattedValue(format_spec=spec):
            return spec is None
        case ast.Call(func=ast.Name(id="print" | "str" | "repr")):
            return True
    return False


RULE = Rule(start=_start)
