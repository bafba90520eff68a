"""Takes out marks for torch's compilers and answers what code asks of them: the code runs the same without them.

`@torch.jit.script` and its like go, `torch.jit.is_scripting()` is `False`. `torch._assert` becomes a plain `assert`.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use

_COMPILED = "runs eagerly here; @ms.jit compiles it in MindSpore"
_MARKS: dict[str, str] = {
    "torch.jit.ignore": "",
    "torch.jit.unused": "",
    "torch.jit.export": "",
    "torch.jit.interface": "",
    "torch.jit._overload_method": "",
    "torch.compiler.disable": "",
    "torch._dynamo.disable": "",
    "torch._disable_dynamo": "",
    "torch.compiler.allow_in_graph": "",
    "torch.fx.wrap": "",
    "torch.jit.script_if_tracing": "",
    "torch.jit.script": _COMPILED,
    "torch.jit.script_method": _COMPILED,
    "torch.compile": _COMPILED,
}
_ASKS = frozenset(
    {
        "torch.jit.is_scripting",
        "torch.jit.is_tracing",
        "torch.compiler.is_compiling",
        "torch._dynamo.is_compiling",
    }
)


def _mark(ctx: FileContext, use: Use) -> bool:
    note = _MARKS[use.name]
    stmt = use.stmt
    expr = use.call if use.call is not None else use.node
    if isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and expr in stmt.decorator_list:
        ctx.drop_decorator(stmt, stmt.decorator_list.index(expr))
        if use.call is not None:
            for value in (*use.call.args, *use.call.keywords):
                ctx.drop_inside(value)
        return ctx.adapted(use, "", note) if note else ctx.converted(use)
    call = use.call
    if call is None or not call.args or isinstance(call.args[0], ast.Starred):
        return False
    if (isinstance(stmt, ast.Expr) and stmt.value is call) or (
        isinstance(stmt, ast.Assign)
        and stmt.value is call
        and ast.dump(stmt.targets[0]).replace("Store()", "Load()") == ast.dump(call.args[0])
    ):
        ctx.drop_inside(call)
        ctx.delete_stmt(stmt)
    else:
        for value in (*call.args[1:], *call.keywords):
            ctx.drop_inside(value)
        ctx.replace(call, "{what}", {"what": call.args[0]})
    return ctx.adapted(use, "", note) if note else ctx.converted(use)


def _assert(ctx: FileContext, use: Use) -> bool:
    """`torch._assert(condition, message)` is an assert statement."""
    call = use.call
    if call is None or call.keywords or len(call.args) != 2 or not isinstance(use.stmt, ast.Expr):
        return False
    if use.stmt.value is not call:
        return False
    ctx.replace_stmt(use.stmt, "assert {condition}, {message}", {"condition": call.args[0], "message": call.args[1]})
    return ctx.converted(use, "assert")


def _final(ctx: FileContext, use: Use) -> bool:
    if not ctx.in_annotation(use.node, use.stmt):
        return False
    ctx.replace(use.node, ctx.spell("typing.Final"))
    return ctx.converted(use, "typing.Final")


def _ask(ctx: FileContext, use: Use) -> bool:
    """Nothing is ever scripted or traced."""
    call = use.call
    if call is None:
        return False
    answer: ast.expr = call
    parent = ctx.parent(call, use.stmt)
    if isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not):
        answer, parent = parent, ctx.parent(parent, use.stmt)
    ctx.replace(answer, "False" if answer is call else "True")
    if isinstance(parent, ast.BoolOp):
        _shorten(ctx, parent, use.stmt)
    return ctx.converted(use, "False")


def _shorten(ctx: FileContext, test: ast.BoolOp, stmt: ast.stmt) -> None:
    """`if a and not torch.jit.is_scripting():` → `if a:`."""
    neutral = isinstance(test.op, ast.And)
    rest = [value for value in test.values if _answer(ctx, value) is not neutral]
    if len(rest) == len(test.values) or test.lineno != test.end_lineno:
        return
    if not rest:
        ctx.replace(test, str(neutral))
        return
    if rest[-1] is not test.values[-1] and not _only_tested(ctx, test, stmt):
        return  # `a and True` is a bool, `a` may be anything
    word = " and " if neutral else " or "
    ctx.replace(
        test, word.join(f"{{v{i}}}" for i in range(len(rest))), {f"v{i}": value for i, value in enumerate(rest)}
    )


def _answer(ctx: FileContext, node: ast.expr) -> bool | None:
    """What is known of a condition that asks for a compiler."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        inner = _answer(ctx, node.operand)
        return None if inner is None else not inner
    if isinstance(node, ast.Call) and ctx.know.canonical(ctx.facts.refs.get(node.func, "")) in _ASKS:
        return False
    return None


def _only_tested(ctx: FileContext, test: ast.expr, stmt: ast.stmt) -> bool:
    """Whether nothing but the truth of an expression matters."""
    parent = ctx.parent(test, stmt)
    while isinstance(parent, ast.BoolOp) or (isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not)):
        test, parent = parent, ctx.parent(parent, stmt)
    return isinstance(parent, ast.If | ast.While | ast.IfExp | ast.Assert) and parent.test is test


RULE = Rule(
    sites={
        **dict.fromkeys(_MARKS, _mark),
        **dict.fromkeys(_ASKS, _ask),
        "torch._assert": _assert,
        "torch.jit.Final": _final,
    }
)
