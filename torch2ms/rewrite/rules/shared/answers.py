"""Conditions whose answer is known in MindSpore: `torch.jit.is_scripting()` is False, whoever asks."""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.plan import Template
from torch2ms.source import kinds as k


def answer(ctx: FileContext, node: ast.expr, stmt: ast.stmt, value: bool) -> None:
    """Put True or False in place of a question, and shorten the condition it is part of.

    `if a and not torch.jit.is_scripting():` → `if a:`. A `not` in front is answered, too, and of `a if … else b` one
    is left.
    """
    parent = ctx.parent(node, stmt)
    while isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not):
        node, value = parent, not value
        parent = ctx.parent(node, stmt)
    ctx.replace(node, str(value))
    if isinstance(parent, ast.IfExp) and parent.test is node:
        ctx.replace(parent, "{chosen}", {"chosen": parent.body if value else parent.orelse})
    elif isinstance(parent, ast.BoolOp) and known_answer(ctx, parent) is None:
        if value is isinstance(parent.op, ast.And):
            _shorten(ctx, parent, stmt)
        elif _is_decided(ctx, parent, node, stmt):
            answer(ctx, parent, stmt, value)


def known_answer(ctx: FileContext, node: ast.expr) -> bool | None:
    """What is known of a condition: True or False, None when nothing is."""
    plan = ctx.plan(node)
    if isinstance(plan, Template) and plan.text in ("True", "False"):
        return plan.text == "True"
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        inner = known_answer(ctx, node.operand)
        return None if inner is None else not inner
    return None


def never_runs(ctx: FileContext, stmt: ast.stmt) -> bool:
    """Whether a statement goes, or stands in a branch that a known condition rules out."""
    if ctx.is_deleted(stmt):
        return True
    inner = stmt
    for owner in ctx.blocks.above(stmt):
        if isinstance(owner, ast.If):
            known = known_answer(ctx, owner.test)
            if known is not None and inner in (owner.orelse if known else owner.body):
                return True
        inner = owner
    return False


def _shorten(ctx: FileContext, test: ast.BoolOp, stmt: ast.stmt) -> None:
    """Leave out of a condition what does not change it."""
    neutral = isinstance(test.op, ast.And)
    rest = [value for value in test.values if known_answer(ctx, value) is not neutral]
    left = {known_answer(ctx, value) for value in rest}
    if not rest or left == {not neutral}:
        answer(ctx, test, stmt, neutral if not rest else not neutral)
        return
    if test.lineno != test.end_lineno:
        return
    if rest[-1] is not test.values[-1] and not only_tested(ctx, test, stmt):
        return  # `a and True` is a bool, `a` may be anything
    word = " and " if neutral else " or "
    values = {f"v{i}": value for i, value in enumerate(rest)}
    ctx.replace(test, word.join(f"{{{name}}}" for name in values), values)


def _is_decided(ctx: FileContext, test: ast.BoolOp, node: ast.expr, stmt: ast.stmt) -> bool:
    """Whether one answer decides an `and` or `or`: what is asked before it does nothing and counts for its truth."""
    before = test.values[: test.values.index(node)]
    unknown = [value for value in before if known_answer(ctx, value) is None]
    return not unknown or (all(_is_harmless(ctx, value) for value in unknown) and only_tested(ctx, test, stmt))


def _is_harmless(ctx: FileContext, node: ast.expr) -> bool:
    """Whether evaluating an expression does nothing else."""
    if isinstance(node, ast.Call):
        if not _only_computes(ctx, node.func):
            return False
    elif not isinstance(node, _PLAIN):
        return False
    return all(_is_harmless(ctx, child) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr))


def _only_computes(ctx: FileContext, callee: ast.expr) -> bool:
    """Whether a call changes nothing: it is a method of a tensor that gives another one, or a question of Python's."""
    match callee:
        case ast.Name(id=name):
            return name in _QUESTIONS
        case ast.Attribute(value=owner, attr=method):
            computes = method in ctx.know.tensor_members and not method.endswith("_") and method not in _ACTING
            return computes and k.is_tensor(ctx.kind(owner))
    return False


_PLAIN = (ast.Name, ast.Attribute, ast.Constant, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.BinOp, ast.Subscript)
_QUESTIONS = frozenset({"isinstance", "len", "hasattr", "callable", "bool", "int"})
_ACTING = frozenset({"backward", "register_hook", "retain_grad", "register_post_accumulate_grad_hook"})


def only_tested(ctx: FileContext, test: ast.expr, stmt: ast.stmt) -> bool:
    """Whether nothing but the truth of an expression matters."""
    parent = ctx.parent(test, stmt)
    while isinstance(parent, ast.BoolOp) or (isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not)):
        test, parent = parent, ctx.parent(parent, stmt)
    if parent is None:
        return isinstance(stmt, ast.If | ast.While | ast.Assert) and stmt.test is test
    return isinstance(parent, ast.If | ast.While | ast.IfExp | ast.Assert) and parent.test is test
