"""The forms in which recording is switched: contexts, decorators, functions wrapped by a call, statements."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rules.shared.recording import Recording, recording, switch_call
from torch2ms.source import kinds as k

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

_NO_CONTEXTS = frozenset({"nullcontext", "suppress", "ExitStack"})


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """An item of a `with` statement."""

    stmt: ast.With | ast.AsyncWith
    index: int
    switch: Recording
    condition: ast.expr | None = None
    """What decides when the program runs, if it is known only then."""
    stops_if: bool = True
    """Whether gradients stop where the condition holds; otherwise where it does not."""


@dataclass(frozen=True, slots=True, eq=False)
class Decorator:
    """A decorator of a function or class."""

    stmt: Function | ast.ClassDef
    index: int
    switch: Recording


@dataclass(frozen=True, slots=True, eq=False)
class Wrapping:
    """`torch.no_grad()(f)`: a function that is wrapped where it is used."""

    outer: ast.Call
    wrapped: ast.expr
    switch: Recording


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """`torch.set_grad_enabled(…)` as a statement."""

    stmt: ast.Expr
    switch: Recording


Form: TypeAlias = Context | Decorator | Wrapping | Statement


def form_of(ctx: FileContext, use: Use) -> Form | None:
    """How a site switches recording; None where that cannot be told."""
    stmt, call = use.stmt, use.call
    expr = call if call is not None else use.node
    switch = recording(use.name, call)
    if isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        for index, decorator in enumerate(stmt.decorator_list):
            if decorator is expr:
                return Decorator(stmt, index, switch)
    if call is None:
        return None
    if isinstance(stmt, (ast.With, ast.AsyncWith)):
        for index, item in enumerate(stmt.items):
            if item.optional_vars is not None:
                continue
            if item.context_expr is call:
                condition = next(_given(call), None) if switch is Recording.OPEN else None
                return Context(stmt, index, switch, condition, use.name == "torch.inference_mode")
            if isinstance(item.context_expr, ast.IfExp) and ctx.parents.of(call) is item.context_expr:
                return _either(ctx, stmt, index, item.context_expr)
    if isinstance(stmt, ast.Expr) and stmt.value is call and use.name == "torch.set_grad_enabled":
        return Statement(stmt, switch)
    outer = ctx.parents.of(call)
    if isinstance(outer, ast.Call) and outer.func is call and len(outer.args) == 1 and not outer.keywords:
        if not isinstance(outer.args[0], ast.Starred) and switch is not Recording.OPEN:
            return Wrapping(outer, outer.args[0], switch)
    return None


def _given(call: ast.Call) -> Iterator[ast.expr]:
    yield from call.args
    yield from (keyword.value for keyword in call.keywords)


def _either(ctx: FileContext, stmt: ast.With | ast.AsyncWith, index: int, item: ast.IfExp) -> Context | None:
    """`with torch.no_grad() if frozen else nullcontext():`."""
    body, orelse = _switched(ctx, item.body), _switched(ctx, item.orelse)
    if body is Recording.OFF and orelse is Recording.ON:
        return Context(stmt, index, Recording.OPEN, item.test, stops_if=True)
    if body is Recording.ON and orelse is Recording.OFF:
        return Context(stmt, index, Recording.OPEN, item.test, stops_if=False)
    return None


def _switched(ctx: FileContext, node: ast.expr) -> Recording | None:
    """What one of two contexts says; a context that does nothing leaves recording on."""
    if not isinstance(node, ast.Call):
        return None
    name = switch_call(ctx, node)
    if name:
        return recording(name, node)
    func = node.func
    short = func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""
    return Recording.ON if short in _NO_CONTEXTS and not node.args else None


def take_out(ctx: FileContext, use: Use, form: Form | None) -> bool:
    """Plan that a switch goes, where its form allows it. What leaves it is looked at later."""
    match form:
        case Context(stmt=stmt, index=index):
            ctx.unwrap(stmt, {index})
            ctx.drop_inside(stmt.items[index].context_expr)
            return ctx.converted(use)
        case Decorator(stmt=stmt, index=index):
            ctx.drop_decorator(stmt, index)
            for value in () if use.call is None else _given(use.call):
                ctx.drop_inside(value)
            return ctx.converted(use)
        case Wrapping(outer=outer, wrapped=wrapped):
            if renamed_function(ctx, use, form) is not None:
                ctx.delete_stmt(use.stmt)
            elif isinstance(wrapped, ast.Lambda) or is_called_at_once(ctx, form):
                ctx.replace(outer, "{value}", {"value": wrapped})
            else:
                return False
            return ctx.converted(use)
    return False


def is_called_at_once(ctx: FileContext, form: Wrapping) -> bool:
    """Whether the wrapped function is called where it is wrapped: `torch.no_grad()(f)(x)`."""
    call = ctx.parents.of(form.outer)
    return isinstance(call, ast.Call) and call.func is form.outer


def renamed_function(ctx: FileContext, use: Use, form: Wrapping) -> Function | None:
    """The function of `f = torch.no_grad()(f)`: nobody sees it without the switch."""
    stmt, wrapped = use.stmt, form.wrapped
    if not isinstance(stmt, ast.Assign) or stmt.value is not form.outer or not isinstance(wrapped, ast.Name):
        return None
    if len(stmt.targets) != 1 or not isinstance(stmt.targets[0], ast.Name) or stmt.targets[0].id != wrapped.id:
        return None
    kind = k.settle(ctx.kind(wrapped))
    node = kind.func.node if isinstance(kind, k.FuncRef) else None
    return node if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) else None
