"""Multiplies and divides complex tensors by their parts, because MindSpore has no gradient of `x * y` for them.

Rotary embeddings (`torch.view_as_complex(x) * freqs_cis`) and Fourier layers do so. Forward, `x * y` is right; its
gradient raises, and that of `x / y` is wrong. A value is complex where a function made it so: `view_as_complex`,
`polar`, `complex`, those of `torch.fft`; what names and attributes hold of it and what methods give that keep it
complex. Products with a number stay.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.plan import Value
from torch2ms.source import kinds as k

_MAKERS = frozenset(
    ["torch.view_as_complex", "torch.polar", "torch.complex"]
    + [f"torch.fft.{name}" for name in ("fft", "ifft", "rfft", "fft2", "ifft2", "rfft2", "fftn", "ifftn", "rfftn")]
)
# Functions, and methods of the same names, whose result is complex as their input is.
_KEEP = frozenset(
    "conj conj_physical resolve_conj reshape view unsqueeze squeeze transpose permute swapaxes movedim flatten "
    "unflatten repeat expand expand_as clone detach contiguous to cuda cpu roll flip narrow index_select sum mean "
    "mul div sub add cat stack fftshift ifftshift neg masked_fill".split()
)
_HELPERS: dict[type[ast.operator], str] = {ast.Mult: "complex_mul", ast.Div: "complex_div"}
_CALLS = {"mul": "complex_mul", "multiply": "complex_mul", "div": "complex_div", "divide": "complex_div"}


def _finish(ctx: FileContext) -> None:
    if not any(ctx.know.canonical(name) in _MAKERS for name in ctx.facts.refs.values()):
        return
    found = _Complex(ctx)
    nodes = [node for node in ast.walk(ctx.tree) if isinstance(node, (ast.BinOp, ast.AugAssign, ast.Call))]
    for node in nodes:
        if isinstance(node, ast.BinOp) and type(node.op) in _HELPERS:
            if found.both(node.left, node.right) and ctx.plan(node) is None:
                _by_parts(ctx, node, _HELPERS[type(node.op)], node.left, node.right)
        elif isinstance(node, ast.AugAssign) and type(node.op) in _HELPERS:
            if isinstance(node.target, ast.Name) and found.both(node.target, node.value):
                name = ctx.helper(_HELPERS[type(node.op)])
                values: dict[str, Value] = {"x": node.target.id, "y": node.value}
                ctx.replace_stmt(node, f"{{x}} = {name}({{x}}, {{y}})", values)
                ctx.structural(node.target, node, "torch.Tensor.__imul__", name)
        elif isinstance(node, ast.Call):
            _call(ctx, node, found)


def _call(ctx: FileContext, call: ast.Call, found: _Complex) -> None:
    """Functions and methods: `torch.mul(x, y)`, `x.mul(y)`."""
    use = ctx.site(call.func)
    if use is None or call.keywords or any(isinstance(arg, ast.Starred) for arg in call.args):
        return
    operands = [*([] if use.receiver is None else [use.receiver]), *call.args]
    helper = _CALLS.get(use.name.rpartition(".")[2])
    if helper is not None and len(operands) == 2 and found.both(*operands):
        name = ctx.helper(helper)
        ctx.replace(call, f"{name}({{x}}, {{y}})", {"x": operands[0], "y": operands[1]})
        ctx.converted(use, name)


def _by_parts(ctx: FileContext, node: ast.BinOp, helper: str, left: ast.expr, right: ast.expr) -> None:
    stmt = ctx.parents.stmt(node)
    if ctx.survives(node, stmt):
        name = ctx.helper(helper)
        ctx.replace(node, f"{name}({{x}}, {{y}})", {"x": left, "y": right})
        ctx.structural(node, stmt, "torch.Tensor.__mul__", name)


class _Complex:
    """Which expressions of a file are complex tensors for certain."""

    def __init__(self, ctx: FileContext) -> None:
        self._ctx = ctx
        self._known: dict[ast.expr, bool] = {}

    def both(self, left: ast.expr, right: ast.expr) -> bool:
        """Whether two operands are tensors, or may be, and one of them is complex."""
        numbers = any(self._ctx.kind(side) in k.NUMBERS or isinstance(side, ast.Constant) for side in (left, right))
        return not numbers and (self.holds(left) or self.holds(right))

    def holds(self, node: ast.expr) -> bool:
        """Whether an expression is a complex tensor."""
        if node not in self._known:
            self._known[node] = False  # while it is looked at, for names that are assigned from themselves
            self._known[node] = self._holds(node)
        return self._known[node]

    def _holds(self, node: ast.expr) -> bool:
        match node:
            case ast.Name():
                return self._name(node)
            case ast.Attribute(value=ast.Name(id="self"), attr=attr):
                return self._attribute(attr)
            case ast.BinOp(left=left, right=right):
                return self.holds(left) or self.holds(right)
            case ast.UnaryOp(operand=inner) | ast.Subscript(value=inner):
                return self.holds(inner)
            case ast.Call():
                return self._call(node)
        return False

    def _call(self, node: ast.Call) -> bool:
        name = self._ctx.know.canonical(self._ctx.facts.refs.get(node.func, ""))
        if name in _MAKERS:
            return True
        if not isinstance(node.func, ast.Attribute) or node.func.attr not in _KEEP:
            return False
        if name:
            return bool(node.args) and self._any(node.args[0])
        return self.holds(node.func.value)

    def _any(self, node: ast.expr) -> bool:
        """A tensor, or the tensors of a list that `cat` and `stack` take."""
        parts = node.elts if isinstance(node, (ast.Tuple, ast.List)) else [node]
        return any(map(self.holds, parts))

    def _name(self, node: ast.Name) -> bool:
        """Whether all that a function assigns to a name is complex."""
        ctx = self._ctx
        scope = ctx.blocks.scope(ctx.parents.stmt(node))
        stores = [
            place
            for place in ctx.parents.names(node.id)
            if isinstance(place.ctx, ast.Store) and ctx.blocks.scope(ctx.parents.stmt(place)) is scope
        ]
        return bool(stores) and all(map(self._stored, stores))

    def _attribute(self, attr: str) -> bool:
        stores = [
            node for node in self._ctx.parents.attributes() if node.attr == attr and isinstance(node.ctx, ast.Store)
        ]
        return bool(stores) and all(map(self._stored, stores))

    def _stored(self, place: ast.expr) -> bool:
        """Whether what an assignment puts into a place is complex."""
        above = self._ctx.parents.of(place)
        match above:
            case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
                return self.holds(value)
            case ast.AugAssign(target=target):
                return target is place
            case ast.Tuple(elts=targets):
                stmt = self._ctx.parents.of(above)
                if isinstance(stmt, ast.Assign) and isinstance(stmt.value, ast.Tuple):
                    return len(stmt.value.elts) == len(targets) and self.holds(stmt.value.elts[targets.index(place)])
        return False


RULE = Rule(finish=_finish)
