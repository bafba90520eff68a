"""Adapts comparisons with the text of a dtype, and reports other texts: `str(x.dtype)` is `Float32` in MindSpore.

torch's text is `torch.float32`. Where it is compared with literals, these become MindSpore's texts. Where it goes into
a message (what is raised, printed, logged, or the `__repr__` of a class), it stays. Elsewhere it is reported: code cuts
such texts up (`str(x.dtype).split(".")[-1]`), looks for `"float"` in them, and has them as keys. The text of a shape is
reported where it is returned or compared.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.source import kinds as k

_TEXTS = {
    f"torch.{name}": text
    for name, text in (
        *((f"{start}{bits}", f"{text}{bits}") for start, text in (("int", "Int"),) for bits in (8, 16, 32, 64)),
        *((f"float{bits}", f"Float{bits}") for bits in (16, 32, 64)),
        *(("uint8", "UInt8"), ("bfloat16", "BFloat16"), ("bool", "Bool")),
        *(("complex64", "Complex64"), ("complex128", "Complex128")),
    )
}
_FUNCTIONS = frozenset(("str", "repr", "format"))
_SHOWING = frozenset(
    "print warn warning info debug error exception critical log warning_once info_once write _check".split()
)
_SHOWN_BY = frozenset(("__repr__", "__str__", "extra_repr"))
_DTYPE = "the text of a dtype is Float32 in MindSpore, and torch.float32 in torch"
_SHAPE = "the text of a shape is (2, 3) in MindSpore, and torch.Size([2, 3]) in torch"
_SHAPE_HINT = "use the shape itself, or str(tuple(x.shape)) on both sides"
_HINT = "compare dtypes themselves; x.asnumpy().dtype.name is float32"


def _finish(ctx: FileContext) -> None:
    if ctx.uses_mindspore or not ctx.sites():
        return
    for node in ctx.facts.of_type(ast.Call, ast.BinOp, ast.JoinedStr):
        shown = [given for given in _shown(node) if _is_dtype(ctx, given) or ctx.kind(given) is k.SHAPE]
        if shown and ctx.has_place(node, ctx.parents.stmt(node)) and not _is_message(ctx, node):
            _text(ctx, node, any(_is_dtype(ctx, given) for given in shown))


def _shown(node: ast.expr) -> list[ast.expr]:
    """What an expression turns into text."""
    match node:
        case ast.Call(func=ast.Name(id=name), args=[given], keywords=[]) if name in _FUNCTIONS:
            return [given]
        case ast.Call(func=ast.Attribute(attr="format", value=ast.Constant()), args=args, keywords=keywords):
            return [*args, *(keyword.value for keyword in keywords)]
        case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str()), right=right):
            return right.elts if isinstance(right, ast.Tuple) else [right]
        case ast.JoinedStr(values=values):
            return [part.value for part in values if isinstance(part, ast.FormattedValue)]
    return []


def _text(ctx: FileContext, node: ast.expr, is_dtype: bool) -> None:
    """What becomes of the text of a dtype, or else of a shape."""
    parent, stmt = ctx.parents.of(node), ctx.parents.stmt(node)
    if is_dtype:
        is_repr = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "repr"
        if is_repr or not (isinstance(parent, ast.Compare) and _compared(ctx, parent)):
            ctx.check(ctx.add_site(node, "torch.dtype.__str__", stmt), "", _DTYPE, "T2M301", _HINT)
    elif isinstance(parent, (ast.Return, ast.Compare)):
        ctx.check(ctx.add_site(node, "torch.Size.__str__", stmt), "", _SHAPE, "T2M301", _SHAPE_HINT)


def _is_dtype(ctx: FileContext, node: ast.expr) -> bool:
    return ctx.kind(node) is k.DTYPE or ctx.is_dtype(ctx.facts.refs.get(node, ""))


def _is_message(ctx: FileContext, node: ast.expr) -> bool:
    """Whether a text is only shown to somebody."""
    for above in ctx.parents.upwards(node):
        match above:
            case ast.Raise() | ast.Assert():
                return True
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _SHOWING:
                return True
    owner = ctx.facts.owners.get(ctx.parents.stmt(node))
    return isinstance(owner, k.FuncInfo) and isinstance(owner.node, ast.FunctionDef) and owner.node.name in _SHOWN_BY


def _compared(ctx: FileContext, compare: ast.Compare) -> bool:
    """Write MindSpore's texts where a text of torch's is compared with."""
    literals: list[ast.Constant] = []
    for side in (compare.left, *compare.comparators):
        parts = side.elts if isinstance(side, (ast.Tuple, ast.List, ast.Set)) else [side]
        literals += [part for part in parts if isinstance(part, ast.Constant)]
        if any(not isinstance(part, ast.Constant) for part in parts) and len(parts) > 1:
            return False
    if not literals or any(str(one.value) not in _TEXTS for one in literals):
        return False
    for one in literals:
        ctx.replace(one, f'"{_TEXTS[str(one.value)]}"')
        ctx.structural(one, ctx.parents.stmt(one), "torch.dtype.__str__", "mindspore.common.dtype")
    return True


RULE = Rule(finish=_finish)
