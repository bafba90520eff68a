"""Makes a learning rate that is read a number, and sets it by `ops.assign`: MindSpore keeps a Parameter in the group.

What is read from `group["lr"]` changes later where it is kept, and cannot be formatted, rounded or dumped; compared it
may stay as it is. The Parameter is a float32, and `float` of one that was 0.1 is 0.10000000149011612: the number torch
has is the shortest one that gives this float32, which is how numpy writes it. Where a format or the group itself rounds
it, `float` does. A Tensor stored in the group is ignored by the optimizer, and a number hides what a scheduler does.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.rules.shared.questions import OPERATORS
from torch2ms.source import kinds as k

_SITE = "torch.optim.Optimizer.param_groups"
_LAST = "torch.optim.lr_scheduler.LRScheduler.get_last_lr"
_DIGITS = "MindSpore computes the rate as a float32: of one that is computed, the last digits may differ"
# Places in format strings that write all digits.
_WHOLE_PERCENT = re.compile(r"%(\(\w*\))?-?\d*[srad]")
_WHOLE_BRACES = re.compile(r"\{[^{}:]*(:[<>^]?\d*)?\}")
_ROUNDS = frozenset({"round", "int"})
_TARGET = "mindspore.experimental.optim.Optimizer.param_groups"
_WHOLE = "the rate in the group is a Parameter, which changes later and is no number"
_WHOLE_HINT = 'make it one where it is kept: float(group["lr"])'
_Read = ast.Subscript | ast.Call


def _start(ctx: FileContext) -> None:
    """Store floats as the learning rate of a parameter group, and read floats."""
    text = ctx.source.text
    if ctx.uses_mindspore or not any(name in text for name in ("param_groups", "get_last_lr")):
        return
    groups = _Groups(ctx)
    for stmt in list(ctx.blocks.places):
        if isinstance(stmt, ast.AugAssign):
            groups.are_computed |= groups.is_rate(stmt.target)
            operator = OPERATORS.get(type(stmt.op))
            if operator is not None and groups.is_rate(stmt.target):
                _set(ctx, stmt, stmt.target, f"ops.assign({{rate}}, {{rate}} {operator} {{value}})")
        elif isinstance(stmt, ast.Assign) and len(stmt.targets) == 1 and groups.is_rate(stmt.targets[0]):
            groups.are_computed |= not isinstance(stmt.value, ast.Constant)
            _set(ctx, stmt, stmt.targets[0], "ops.assign({rate}, {value})")
    for node in list(_reads(ctx, groups)):
        _read(ctx, node, groups)
    for node in ctx.facts.calls:
        if _takes_whole(groups, node):
            ctx.check(ctx.add_site(node, _SITE, ctx.stmt(node)), _TARGET, _WHOLE, "T2M301", _WHOLE_HINT)


def _set(ctx: FileContext, stmt: ast.Assign | ast.AugAssign, rate: ast.expr, text: str) -> None:
    ctx.replace_stmt(stmt, text, {"rate": rate, "value": stmt.value})
    ctx.structural(rate, stmt, _SITE, "mindspore.ops.assign")


class _Groups:
    """The names that stand for one of an optimizer's parameter groups, or for all of them, where they do."""

    def __init__(self, ctx: FileContext) -> None:
        self._ctx = ctx
        self._one: dict[str, list[ast.AST]] = {}
        self._all: dict[str, list[ast.AST]] = {}
        self.are_computed = "lr_scheduler" in ctx.source.text
        """Whether the file changes rates, so that some are results of float32 arithmetic."""
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
        match node:
            case ast.Subscript(value=groups):
                return not isinstance(node.slice, ast.Slice) and self._are_groups(groups)
            case (
                ast.Call(func=ast.Name(id="next"), args=[groups, *_])
                | ast.Call(func=ast.Attribute(value=groups, attr="pop"))
            ):
                return self._are_groups(groups)
        return isinstance(node, ast.Name) and self._holds(self._one, node)

    def _are_groups(self, node: ast.expr) -> bool:
        match node:
            case ast.Call(func=ast.Name(id="iter" | "list" | "tuple" | "reversed"), args=[groups]):
                return self._are_groups(groups)
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
            case ast.Call(func=ast.Name(id="int"), args=[_]):
                continue
        yield node


def _takes_whole(groups: _Groups, node: ast.Call) -> bool:
    """Whether a call takes all that is in a group, the rate too: `group.items()`, `dict(group)`, `print(group)`."""
    match node:
        case ast.Call(func=ast.Attribute(value=group, attr="items" | "values" | "copy"), args=[]):
            return groups.is_group(group)
        case ast.Call(func=ast.Name(id="dict" | "print" | "str" | "repr") | ast.Attribute(attr="dumps" | "dump")):
            return any(groups.is_group(arg) for arg in node.args)
    return False


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


def _read(ctx: FileContext, node: _Read, groups: _Groups) -> None:
    stmt = next((above for above in ctx.parents.upwards(node) if isinstance(above, ast.stmt)), None)
    if stmt is None:
        return
    last = isinstance(node, ast.Subscript) and isinstance(node.value, ast.Call)
    parent = ctx.parents.of(node)
    is_made = isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.func.id == "float"
    if isinstance(node, ast.Subscript):
        text, group = f"{{group}}[{ctx.text(node.slice)}]", node.value
    elif isinstance(node.func, ast.Attribute):
        # A group has a rate: the default of `get` is never taken.
        text, group = f"{{group}}[{ctx.text(node.args[0])}]", node.func.value
    else:
        return
    rounds = _is_rounded(ctx, node, groups)
    if is_made and rounds:
        return
    new = f"float({text})" if rounds else f"str({text}.asnumpy())" if is_made else f"float(str({text}.asnumpy()))"
    ctx.replace(node, new, {"group": group})
    name = _LAST if last else _SITE
    if _is_written_out(ctx, node) and groups.are_computed:
        ctx.adapted(ctx.add_site(node, name, stmt), "float", _DIGITS)
    else:
        ctx.structural(node, stmt, name, "float")


def _is_rounded(ctx: FileContext, node: ast.expr, groups: _Groups, follow: bool = True) -> bool:
    """Whether the digits a float32 has not are gone before anybody sees them: by a format, in a group."""
    for above in ctx.parents.upwards(node):
        match above:
            case _ if above is node:
                pass
            case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str(text))):
                return not _WHOLE_PERCENT.search(text)
            case ast.BinOp() | ast.UnaryOp() | ast.IfExp() | ast.Tuple():
                pass
            case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format")):
                return not _WHOLE_BRACES.search(text)
            case ast.Call(func=ast.Name(id=name)) if name in _ROUNDS:
                return True
            case ast.Call(func=ast.Name(id="max" | "min" | "float" | "abs")):
                pass
            case ast.Compare(ops=operators):
                return all(isinstance(operator, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)) for operator in operators)
            case ast.FormattedValue(format_spec=spec):
                return spec is not None
            case ast.Assign(targets=[ast.Name(id=name)]) if follow:
                loads = list(ctx.blocks.loads(name, ctx.blocks.scope(above)))
                return bool(loads) and all(_is_rounded(ctx, load, groups, follow=False) for load, _ in loads)
            case ast.Assign(targets=[target]):
                return groups.is_rate(target)
            case _:
                return False
    return False


def _is_written_out(ctx: FileContext, node: ast.expr) -> bool:
    """Whether a rate becomes text with all its digits."""
    match ctx.parents.of(node):
        case ast.FormattedValue(format_spec=spec):
            return spec is None
        case ast.Call(func=ast.Name(id="print" | "str" | "repr")):
            return True
    return False


RULE = Rule(start=_start)
