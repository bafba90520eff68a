"""Whether a value may be None where a statement uses it, as far as its function shows.

Not a rewrite of its own: the rule for buffers asks.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from torch2ms.rewrite.context import FileContext
from torch2ms.source import kinds as k
from torch2ms.source.syntax import leaves, with_defaults


def may_be_none(ctx: FileContext, node: ast.expr, stmt: ast.stmt) -> bool:
    """Whether something in the function that a statement is in gives None to a value that it uses."""
    match node:
        case ast.Constant(value=value):
            return value is None
        case ast.IfExp(test=test, body=body, orelse=other):
            return any(
                may_be_none(ctx, side, stmt)
                and not (isinstance(side, ast.Name) and not _Flow(ctx, side.id, stmt).admits(test, truth))
                for side, truth in ((body, True), (other, False))
            )
        case ast.Call():
            return _gives_none(ctx, node)
        case ast.Name(id=name):
            function = ctx.facts.owners.get(stmt)
            if function is None or isinstance(function.node, ast.Lambda):
                return _Flow(ctx, name, stmt).before(ctx.tree.body, False)
            begins = name in function.given_none and _is_parameter(function.node, name)
            return _Flow(ctx, name, stmt).before(function.node.body, begins)
    return False


def _is_parameter(function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> bool:
    positional = (arg.arg for arg, _ in with_defaults(function.args))
    return name in (*positional, *(arg.arg for arg in function.args.kwonlyargs))


def _gives_none(ctx: FileContext, call: ast.Call) -> bool:
    """Whether a function of the file returns None on one of several paths."""
    callee = k.settle(ctx.facts.calls.get(call, k.UNKNOWN))
    if not isinstance(callee, k.FuncRef) or isinstance(callee.func.node, ast.Lambda):
        return False
    returned = [inner.value for inner in ast.walk(callee.func.node) if isinstance(inner, ast.Return)]
    return any(value is None or (isinstance(value, ast.Constant) and value.value is None) for value in returned)


class _Reached(Exception):
    """The statement that asks has been reached; `value` is whether the name may be None there."""

    def __init__(self, value: bool) -> None:
        super().__init__()
        self.value = value


class _Flow:
    """Follows a name through a block to the statement that asks."""

    def __init__(self, ctx: FileContext, name: str, stmt: ast.stmt) -> None:
        self._ctx = ctx
        self._name = name
        self._stmt = stmt

    def before(self, body: Sequence[ast.stmt], begins: bool) -> bool:
        """Whether the name may be None before the statement; `begins`: whether it may be at the beginning."""
        try:
            self._block(body, begins)
        except _Reached as reached:
            return reached.value
        return False

    def _block(self, body: Sequence[ast.stmt], state: bool) -> bool:
        """Whether the name may be None after a block."""
        for stmt in body:
            if stmt is self._stmt:
                raise _Reached(state)
            state = self._after(stmt, state)
        return state

    def _after(self, stmt: ast.stmt, state: bool) -> bool:
        match stmt:
            case ast.Assign(targets=targets, value=value) if any(self._is_name(target) for target in targets):
                return may_be_none(self._ctx, value, stmt)
            case ast.AnnAssign(target=target, value=ast.expr() as value) if self._is_name(target):
                return may_be_none(self._ctx, value, stmt)
            case ast.If(test=test, body=body, orelse=other):
                then = self._block(body, state and self.admits(test, True))
                otherwise = self._block(other, state and self.admits(test, False))
                return (then and not leaves(body)) or (otherwise and not leaves(other))
            case ast.For(body=body) | ast.AsyncFor(body=body) | ast.While(body=body) | ast.With(body=body):
                return self._block(body, state) or (state and not isinstance(stmt, ast.With))
            case ast.Try(body=body, handlers=handlers, orelse=other, finalbody=last):
                tried = self._block(body, state)
                states = [self._block(handler.body, state or tried) for handler in handlers]
                return self._block(last, self._block(other, tried) or any(states))
        return state

    def _is_name(self, target: ast.expr) -> bool:
        return isinstance(target, ast.Name) and target.id == self._name

    def admits(self, test: ast.expr, truth: bool) -> bool:
        """Whether the name may be None where a test has come out so."""
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return self.admits(inner, not truth)
            case ast.BoolOp(op=ast.And(), values=parts) if truth:
                return all(self.admits(part, True) for part in parts)
            case ast.Compare(left=left, ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
                return not (truth and self._is_name(left))
            case ast.Compare(left=left, ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
                return truth or not self._is_name(left)
            case ast.Name():
                return not (truth and self._is_name(test))
        return True
