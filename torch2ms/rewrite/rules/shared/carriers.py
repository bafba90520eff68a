"""Whether a value may carry the gradient of parameters: what a module computes does, data does not.

Not a rewrite of its own: the training step asks.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from torch2ms.rewrite.analysis.blocks import own_nodes
from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.rules.shared import guesses
from torch2ms.rewrite.rules.shared.recording import Recording, recording_in
from torch2ms.source import kinds as k
from torch2ms.source.members import BUILTIN_METHODS

# What is done to a tensor so that its result carries no gradient.
_STOPS = frozenset({"detach", "data", "item", "shape", "size", "dtype", "device"})
# Builtins whose results carry no gradient that their arguments do not carry.
_PLAIN_CALLS = frozenset(
    "len range int float bool str list tuple dict set zip next iter enumerate isinstance print min max sorted".split()
)
# Methods of a module that compute nothing with its parameters.
MODULE_PLAIN = frozenset(
    "parameters named_parameters buffers modules children train eval to cuda cpu half float double state_dict "
    "load_state_dict apply zero_grad requires_grad_ named_modules named_children named_buffers".split()
)


def carries(ctx: FileContext, stmt: ast.stmt) -> bool:
    """Whether the result of a statement may depend on parameters."""
    if records_nothing(ctx, stmt) or isinstance(stmt, (ast.ClassDef, ast.Import, ast.ImportFrom)):
        return False
    for node in ast.walk(stmt):
        if isinstance(node, ast.Call) and call_carries(ctx, node):
            return True
        if is_parameter(ctx, node) or isinstance(node, (ast.FunctionDef, ast.Lambda)):
            return True
    return False


def records_nothing(ctx: FileContext, stmt: ast.AST) -> bool:
    """Whether a statement is a block in which surely no gradient is recorded."""
    return recording_in(ctx, stmt) is Recording.OFF


def makes(ctx: FileContext, call: ast.Call, inside: frozenset[ast.AST] = frozenset()) -> bool:
    """Whether a call surely makes an object and computes nothing with parameters: a module, an optimizer, a dataset.

    `inside` are the functions that are looked into already.
    """
    kind = k.settle(ctx.kind(call))
    if isinstance(kind, k.Module) or kind is k.PARAMETER:
        return True
    if not isinstance(kind, k.Instance):
        return False
    init = None if isinstance(kind.cls, str) else kind.cls.method("__init__")
    return init is None or not _computes(ctx, init.node, inside)


def _computes(ctx: FileContext, function: ast.AST, inside: frozenset[ast.AST]) -> bool:
    """Whether a function of the file may compute with parameters."""
    if function in inside:
        return False
    inside |= {function}
    return any(
        is_parameter(ctx, node) or (isinstance(node, ast.Call) and call_carries(ctx, node, inside))
        for node in ast.walk(function)
    )


def call_carries(ctx: FileContext, call: ast.Call, inside: frozenset[ast.AST] = frozenset()) -> bool:
    """Whether a call may compute with parameters: any call that is not known to be plain.

    `inside` are the functions that are looked into already.
    """
    func = call.func
    if is_module(ctx, func):
        return True
    if makes(ctx, call, inside):
        return False
    called = k.settle(ctx.facts.calls.get(call, k.UNKNOWN))
    if isinstance(called, k.FuncRef):
        return _computes(ctx, called.func.node, inside)
    if not isinstance(func, (ast.Name, ast.Attribute)):
        return True
    use = ctx.site(func)
    name = "" if use is None else use.name
    if isinstance(func, ast.Name):
        return func.id not in _PLAIN_CALLS and not name.startswith("torch.")
    if name.startswith("torch.") and not name.startswith("torch.nn.Module"):
        return False
    receiver = k.settle(ctx.kind(func.value))
    if isinstance(receiver, k.Module):
        return func.attr not in MODULE_PLAIN
    if isinstance(receiver, k.Ref):
        return not receiver.name.startswith(("numpy", "math", "random", "time"))
    return not (func.attr in MODULE_PLAIN or func.attr in ctx.know.tensor_members or func.attr in BUILTIN_METHODS)


def is_stopped(ctx: FileContext, name: str, stmts: Sequence[ast.stmt]) -> bool:
    """Whether statements use a name only without its gradient."""
    for stmt in (inner for top in stmts for inner in ast.walk(top) if isinstance(inner, ast.stmt)):
        for node in own_nodes(stmt):
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
                parent = ctx.parent(node, stmt)
                if not isinstance(parent, ast.Attribute) or parent.attr not in _STOPS:
                    return False
    return True


def surely_carries(ctx: FileContext, stmt: ast.stmt) -> bool:
    """Whether what a statement assigns is known to be computed by a module."""
    value = getattr(stmt, "value", None)
    return isinstance(value, ast.expr) and is_computed(ctx, value)


def is_computed(ctx: FileContext, value: ast.expr) -> bool:
    """Whether a value is known to be computed by a module; the first call in it that tells decides."""
    if is_module(ctx, value):
        return False
    for node in _recorded(value):
        if isinstance(node, ast.Call):
            if is_module(ctx, node.func):
                return not is_loss(ctx, node)
            if isinstance(node.func, ast.Name) and guesses.is_model_name(node.func.id):
                if not isinstance(k.settle(ctx.kind(node.func)), (k.ClassRef, k.FuncRef)):
                    return True
            if isinstance(node.func, ast.Attribute) and is_module(ctx, node.func.value):
                return node.func.attr not in MODULE_PLAIN and "init" not in node.func.attr
    return False


def is_module(ctx: FileContext, node: ast.expr) -> bool:
    """Whether an expression is known to be a module."""
    return isinstance(k.settle(ctx.kind(node)), k.Module)


def is_parameter(ctx: FileContext, node: ast.AST) -> bool:
    """Whether an expression is known to be a parameter that is read."""
    if not isinstance(node, (ast.Name, ast.Attribute)) or not isinstance(node.ctx, ast.Load):
        return False
    return k.settle(ctx.kind(node)) is k.PARAMETER


def is_loss(ctx: FileContext, call: ast.Call) -> bool:
    """Whether a call computes a loss from the results of a model."""
    kind = k.settle(ctx.kind(call.func))
    if isinstance(kind, k.Module) and kind.classes:
        return all(isinstance(cls, str) and cls.endswith("Loss") for cls in kind.classes)
    if not guesses.suggests_loss(ast.unparse(call.func)):
        return False
    if isinstance(call.func, ast.Attribute):
        owner = ast.unparse(call.func.value)
        if (is_module(ctx, call.func.value) and owner != "self") or guesses.suggests_model(owner):
            return False
    called = k.settle(ctx.facts.calls.get(call, k.UNKNOWN))
    if isinstance(called, k.FuncRef) and any(is_forward(ctx, node) for node in ast.walk(called.func.node)):
        return False
    return not any(
        is_module(ctx, arg) or (isinstance(arg, (ast.Name, ast.Attribute)) and guesses.suggests_model(ast.unparse(arg)))
        for arg in call.args
    )


def is_forward(ctx: FileContext, node: ast.AST) -> bool:
    """Whether an expression computes with parameters, and not merely a loss."""
    if isinstance(node, ast.Call):
        return call_carries(ctx, node) and not is_loss(ctx, node)
    return is_parameter(ctx, node)


def _recorded(value: ast.expr) -> Iterator[ast.AST]:
    """The parts of a value from the outside in, without those whose gradient is stopped: `f(x)` in `f(x).detach()`."""
    todo: list[ast.AST] = [value]
    for node in todo:
        if not (isinstance(node, ast.Attribute) and node.attr in _STOPS):
            yield node
            todo += ast.iter_child_nodes(node)
