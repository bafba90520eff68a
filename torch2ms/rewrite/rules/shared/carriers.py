"""Whether a value may carry the gradient of parameters: what a module computes does, data does not.

Not a rewrite of its own: the training step asks.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from torch2ms.rewrite.analysis.blocks import own_nodes
from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.draft import Use
from torch2ms.source import kinds as k
from torch2ms.source.members import BUILTIN_METHODS

_NO_GRAD = frozenset({"torch.no_grad", "torch.inference_mode"})
_STOPS = frozenset({"detach", "data", "item", "shape", "size", "dtype", "device"})
_LOSS_NAME = re.compile(r"loss|crit", re.IGNORECASE)
_MODEL_NAME = re.compile(r"model|net|module", re.IGNORECASE)
# Builtins and methods whose results carry no gradient, or carry that of their receiver alone.
_PLAIN_CALLS = frozenset(
    "len range int float bool str list tuple dict set zip next iter enumerate isinstance print min max sorted".split()
)
# Methods of a module that compute nothing with its parameters.
MODULE_PLAIN = frozenset(
    "parameters named_parameters buffers modules children train eval to cuda cpu half float double state_dict "
    "load_state_dict apply zero_grad requires_grad_ named_modules named_children named_buffers".split()
)


class Carriers:
    """Questions about what carries a gradient in one file."""

    def __init__(self, rw: FileContext, use_of: Mapping[ast.expr, Use]) -> None:
        self.rw = rw
        self.use_of = use_of

    def carries(self, stmt: ast.stmt) -> bool:
        """Whether the result of a statement may depend on parameters."""
        if self.is_no_grad(stmt):
            return False
        for node in ast.walk(stmt):
            if isinstance(node, ast.Call) and self.call_carries(node):
                return True
            if isinstance(node, (ast.Name, ast.Attribute)) and k.settle(self.rw.kind(node)) is k.PARAMETER:
                return True
            if isinstance(node, (ast.FunctionDef, ast.Lambda)):
                return True
        return False

    def is_no_grad(self, stmt: ast.AST) -> bool:
        """Whether a statement is a block that records nothing."""
        return isinstance(stmt, ast.With) and any(
            isinstance(item.context_expr, ast.Call)
            and self.rw.know.canonical(self.rw.facts.refs.get(item.context_expr.func, "")) in _NO_GRAD
            for item in stmt.items
        )

    def call_carries(self, call: ast.Call) -> bool:
        """Whether a call may compute with parameters: any call that is not known to be plain."""
        func = call.func
        kind = k.settle(self.rw.kind(func))
        if isinstance(kind, k.Module):
            return True
        use = self.use_of.get(func)
        if isinstance(func, ast.Name):
            return func.id not in _PLAIN_CALLS and (use is None or not use.name.startswith("torch."))
        if isinstance(func, ast.Attribute):
            if use is not None and use.name.startswith("torch.") and not use.name.startswith("torch.nn.Module"):
                return False
            receiver = k.settle(self.rw.kind(func.value))
            if isinstance(receiver, k.Module):
                return func.attr not in MODULE_PLAIN
            if isinstance(receiver, k.Ref):
                return not receiver.name.startswith(("numpy", "math", "random", "time"))
            plain = func.attr in MODULE_PLAIN or func.attr in self.rw.know.tensor_members
            return not plain and func.attr not in BUILTIN_METHODS
        return True

    def is_stopped(self, name: str, stmts: list[ast.stmt]) -> bool:
        """Whether a name is only used without its gradient."""
        for stmt in (inner for top in stmts for inner in ast.walk(top)):
            if isinstance(stmt, ast.stmt):
                for node in own_nodes(stmt):
                    if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
                        parent = self.rw.parent(node, stmt)
                        if not isinstance(parent, ast.Attribute) or parent.attr not in _STOPS:
                            return False
        return True

    def surely_carries(self, stmt: ast.stmt) -> bool:
        """Whether what a statement assigns is known to be computed by a module."""
        value = getattr(stmt, "value", None)
        return isinstance(value, ast.expr) and self.is_computed(value)

    def is_computed(self, value: ast.expr) -> bool:
        """Whether a value is known to be computed by a module."""
        if self.is_module(value) or (isinstance(value, ast.Call) and _is_stop(value)):
            return False
        for node in ast.walk(value):
            if isinstance(node, ast.Call):
                if self.is_module(node.func):
                    return not self.is_loss(node)
                called = node.func.id if isinstance(node.func, ast.Name) else ""
                if called and _MODEL_NAME.fullmatch(called):
                    return True
                if isinstance(node.func, ast.Attribute) and self.is_module(node.func.value):
                    return node.func.attr not in MODULE_PLAIN and "init" not in node.func.attr
        return False

    def is_module(self, node: ast.expr) -> bool:
        """Whether an expression is known to be a module."""
        return isinstance(k.settle(self.rw.kind(node)), k.Module)

    def is_loss(self, call: ast.Call) -> bool:
        """Whether a call computes a loss from the results of a model."""
        kind = k.settle(self.rw.kind(call.func))
        if isinstance(kind, k.Module) and kind.classes:
            return all(isinstance(cls, str) and cls.endswith("Loss") for cls in kind.classes)
        name = ast.unparse(call.func)
        if not _LOSS_NAME.search(name.rpartition(".")[2]):
            return False
        if isinstance(call.func, ast.Attribute):
            owner = ast.unparse(call.func.value)
            if (self.is_module(call.func.value) and owner != "self") or _MODEL_NAME.search(owner):
                return False
        kind = k.settle(self.rw.facts.calls.get(call, k.UNKNOWN))
        if isinstance(kind, k.FuncRef) and any(self.is_forward(node) for node in ast.walk(kind.func.node)):
            return False
        return not any(
            self.is_module(arg) or (isinstance(arg, (ast.Name, ast.Attribute)) and _MODEL_NAME.search(ast.unparse(arg)))
            for arg in call.args
        )

    def is_forward(self, node: ast.AST) -> bool:
        """Whether an expression computes with parameters, and not merely a loss."""
        if isinstance(node, ast.Call):
            return self.call_carries(node) and not self.is_loss(node)
        return isinstance(node, (ast.Name, ast.Attribute)) and k.settle(self.rw.kind(node)) is k.PARAMETER


def _is_stop(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in _STOPS
