"""Writes operators of tensors that MindSpore lacks, or gives another meaning, by functions and casts.

`x << 1` and `x >> 1` raise a TypeError in MindSpore; `~x` of integers is whether they are 0, not their bits inverted. A
tensor without axes does not widen another one in torch; in MindSpore it does in sums, so that a float64 that came out
of NumPy makes float64 of all that follows. What is not known to be of integers is taken for a mask by `~`, as nearly
everything is.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.rules.shared.casts import narrow_beside
from torch2ms.source import kinds as k

_SHIFTS: dict[type[ast.operator], str] = {
    ast.LShift: "bitwise_left_shift",
    ast.RShift: "bitwise_right_shift",
}
_NAMES: dict[type[ast.operator], str] = {ast.LShift: "lshift", ast.RShift: "rshift"}
_WIDENING = (ast.Add, ast.Sub, ast.FloorDiv, ast.Mod, ast.Pow)


def _finish(ctx: FileContext) -> None:
    """Look at the operators of tensors, after all other plans are made."""
    if ctx.uses_mindspore or not ctx.sites():
        return
    for node in ctx.facts.of_type(ast.UnaryOp, ast.BinOp):
        if isinstance(node, ast.UnaryOp):
            if isinstance(node.op, ast.Invert):
                _inverted(ctx, node)
        elif isinstance(node, ast.BinOp):
            if type(node.op) in _SHIFTS:
                _shifted(ctx, node)
            elif isinstance(node.op, _WIDENING):
                _widened(ctx, node)
            elif isinstance(node.op, ast.Mult):
                _repeated(ctx, node)
    for call in ctx.facts.calls:
        match call:
            case ast.Call(func=ast.Name(id="abs"), args=[given], keywords=[]):
                _absolute(ctx, call, given)
    for stmt in ctx.facts.owners:
        if isinstance(stmt, ast.AugAssign) and type(stmt.op) in _SHIFTS:
            _shifted_in_place(ctx, stmt)


def _place(ctx: FileContext, node: ast.expr) -> ast.stmt | None:
    """The statement of an expression, if the expression is still there."""
    stmt = next((above for above in ctx.parents.upwards(node) if isinstance(above, ast.stmt)), None)
    return stmt if stmt is not None and ctx.has_place(node, stmt) and ctx.plan(node) is None else None


def _inverted(ctx: FileContext, node: ast.UnaryOp) -> None:
    """`~x` of integers is `-x - 1`, of tensors as of Python's numbers."""
    is_tensor = k.is_tensor(ctx.kind(node.operand)) or _arrives(ctx, node.operand)
    stmt = _place(ctx, node) if is_tensor else None
    found = None if stmt is None else ctx.dtypes.of(node.operand)
    if stmt is not None and found is not None and found.family == "int" and not found.number:
        ctx.replace(node, "-{value} - 1", {"value": node.operand})
        ctx.structural(node, stmt, "torch.Tensor.__invert__", "mindspore.Tensor.__neg__")


def _shifted(ctx: FileContext, node: ast.BinOp) -> None:
    """`x >> n`. By a number that is written down it is a quotient, of tensors as of Python's numbers."""
    is_tensor = k.is_tensor(ctx.kind(node.left)) or k.is_tensor(ctx.kind(node.right))
    factor = _factor(node.right)
    if not is_tensor and not (factor is not None and _arrives(ctx, node.left)):
        return
    stmt, name = _place(ctx, node), _SHIFTS[type(node.op)]
    if stmt is None:
        return
    if factor is not None:
        sign = "*" if isinstance(node.op, ast.LShift) else "//"
        ctx.replace(node, f"{{left}} {sign} {factor}", {"left": node.left})
        name = "floor_divide" if sign == "//" else "mul"
    else:
        ctx.replace(node, f"ops.{name}({{left}}, {{right}})", {"left": node.left, "right": node.right})
    ctx.structural(node, stmt, f"torch.Tensor.__{_NAMES[type(node.op)]}__", f"mindspore.ops.{name}")


def _factor(node: ast.expr) -> int | None:
    """2 to the power of a small number that is written down."""
    if isinstance(node, ast.Constant) and type(node.value) is int and 0 <= node.value < 31:
        return int(2**node.value)
    return None


def _arrives(ctx: FileContext, node: ast.expr) -> bool:
    """Whether a value of which nothing is known arrives in a module, so that it is likely a tensor."""
    kind = k.settle(ctx.facts.kinds.get(node, k.UNKNOWN))
    return isinstance(kind, k.Var) and kind.weak and ctx.dtypes.passed_in(node) is not None


def _shifted_in_place(ctx: FileContext, stmt: ast.AugAssign) -> None:
    """`x >>= n`."""
    target = stmt.target
    value = target.value if isinstance(target, ast.Subscript) else target
    if not k.is_tensor(ctx.kind(value)):
        return
    name = _SHIFTS[type(stmt.op)]
    torch_name = f"torch.Tensor.__i{_NAMES[type(stmt.op)]}__"
    if ctx.stmt_plans(stmt) or (isinstance(target, ast.Attribute) and ctx.kind(target) is not k.TENSOR):
        ctx.check(ctx.add_site(target, torch_name, stmt), "", "MindSpore's tensors have no such operator", "T2M308")
        return
    factor = _factor(stmt.value)
    if factor is not None:
        sign = "*" if isinstance(stmt.op, ast.LShift) else "//"
        ctx.replace_stmt(stmt, f"{{target}} {sign}= {factor}", {"target": target})
    else:
        text = f"{{target}} = ops.{name}({ast.unparse(target)}, {{value}})"
        ctx.replace_stmt(stmt, text, {"target": target, "value": stmt.value})
    ctx.structural(target, stmt, torch_name, f"mindspore.ops.{name}")


def _absolute(ctx: FileContext, call: ast.Call, given: ast.expr) -> None:
    """`abs(z)` of complex numbers are floats."""
    found = ctx.dtypes.of(given) if k.is_tensor(ctx.kind(given)) else None
    stmt = None if found is None or found.family != "complex" else _place(ctx, call)
    if stmt is not None:
        ctx.replace(call, "ops.ComplexAbs()({value})", {"value": given})
        ctx.structural(call, stmt, "torch.Tensor.__abs__", "mindspore.ops.ComplexAbs")


def _repeated(ctx: FileContext, node: ast.BinOp) -> None:
    """`[0] * n`: a list or a text is not repeated by a tensor."""
    kind = ctx.kind(node.left)
    if not (kind is k.STR or isinstance(kind, k.Seq)) or not k.is_tensor(ctx.kind(node.right)):
        return
    stmt = _place(ctx, node)
    if stmt is not None:
        ctx.surround(node.right, "int({value})")
        if ctx.site(node.right) is None:
            ctx.structural(node.right, stmt, "torch.Tensor.__index__", "")


def _widened(ctx: FileContext, node: ast.BinOp) -> None:
    """`x + scale`, where one of them has no axes and is of a wider dtype."""
    if not (k.is_tensor(ctx.kind(node.left)) and k.is_tensor(ctx.kind(node.right))):
        return
    stmt = next((above for above in ctx.parents.upwards(node) if isinstance(above, ast.stmt)), None)
    if stmt is not None and ctx.has_place(node, stmt):
        narrow_beside(ctx, node.left, node.right)


RULE = Rule(finish=_finish)
