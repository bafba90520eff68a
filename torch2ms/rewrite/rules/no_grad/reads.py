"""Whether a value that leaves a region can reach a gradient by one of the places that read it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.rules.no_grad.bindings import KEEPERS, path_of
from torch2ms.rewrite.rules.no_grad.forms import Function
from torch2ms.rewrite.rules.no_grad.gradless import MEMBERS, Gradless
from torch2ms.rewrite.rules.no_grad.reach import Reach
from torch2ms.source import kinds as k

# Functions that do nothing with the gradient of what they are given.
_ENDS = frozenset(
    "print len isinstance float int str repr bool type id range hasattr format hash info debug warning error log "
    "assert_allclose allclose equal callable".split()
)


class Reads:
    """Answers whether reads of values matter to a gradient, in one file."""

    def __init__(self, ctx: FileContext, reach: Reach, gradless: Gradless) -> None:
        self.ctx = ctx
        self.reach = reach
        self.gradless = gradless

    def matter(self, loads: Iterator[tuple[ast.Name, ast.stmt]]) -> bool:
        """Whether one of these reads may pass a gradient on to what is differentiated."""
        seen: set[ast.Name] = set()
        return any(self._matters(node, stmt, seen) for node, stmt in loads)

    def results_matter(self, function: Function) -> bool:
        """Whether what a function returns may pass a gradient on."""
        if not self.reach.may_record(function):
            return False
        calls = self.reach.calls_of(function)
        if calls is None:
            return True
        return any(self._result_matters(call, self.ctx.stmt(call)) for call in calls)

    def _result_matters(self, call: ast.expr, stmt: ast.stmt) -> bool:
        function = self.ctx.blocks.function(stmt)
        if function is None or not self.reach.may_record(function):
            return stmt in self.reach.needed(self.ctx.tree if function is None else function).stmts
        return self._passes_on(call, stmt, set())

    def _matters(self, node: ast.Name, stmt: ast.stmt, seen: set[ast.Name]) -> bool:
        if node in seen:
            return False
        seen.add(node)
        function = self.ctx.blocks.function(stmt)
        if function is None or not self.reach.may_record(function):
            needed = self.reach.needed(self.ctx.tree if function is None else function)
            return stmt in needed.stmts and node.id in needed.paths
        return self._passes_on(node, stmt, seen)

    def _passes_on(self, node: ast.expr, stmt: ast.stmt, seen: set[ast.Name]) -> bool:
        """Whether what is computed from a value with its gradient goes on to where it may count."""
        child: ast.AST = node
        while True:
            parent = self.ctx.parents.of(child)
            if parent is None or isinstance(parent, ast.stmt):
                return self._is_used_by(stmt, child, seen)
            match parent:
                case ast.Compare() | ast.FormattedValue():
                    return False
                case ast.Attribute(attr=attr) if attr in MEMBERS:
                    return False
                case ast.IfExp(test=test) if test is child:
                    return False
                case ast.Subscript(slice=index) if index is child:
                    return False
                case ast.Call(func=func) if func is not child:
                    if self._ends(func):
                        return False
                    if isinstance(func, ast.Attribute) and func.attr in KEEPERS:
                        return self._is_kept_by(func.value, stmt, seen)
                    if isinstance(stmt, ast.Expr) and stmt.value is parent:
                        return True
                case ast.NamedExpr(target=target):
                    if self._name_matters(target.id, stmt, seen):
                        return True
                case ast.Lambda() | ast.comprehension():
                    return True
                case ast.Yield() | ast.YieldFrom() | ast.Await():
                    return True
            child = parent

    def _ends(self, func: ast.expr) -> bool:
        name = self.ctx.facts.refs.get(func, "")
        if name.startswith(("numpy.", "math.", "logging.", "warnings.")):
            return True
        short = func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""
        return short in _ENDS and not name.startswith("torch.log")

    def _is_kept_by(self, holder: ast.expr, stmt: ast.stmt, seen: set[ast.Name]) -> bool:
        """Whether a container that keeps the value matters."""
        if isinstance(holder, ast.Name):
            return self._name_matters(holder.id, stmt, seen)
        return True

    def _name_matters(self, name: str, stmt: ast.stmt, seen: set[ast.Name]) -> bool:
        scope = self.ctx.blocks.scope(stmt)
        if isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)):
            args = scope.args
            if any(arg.arg == name for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs)):
                return True  # the caller holds it too
        return any(self._matters(node, place, seen) for node, place in self.ctx.blocks.loads(name, scope))

    def _is_used_by(self, stmt: ast.stmt, child: ast.AST, seen: set[ast.Name]) -> bool:
        """Whether a statement passes on the value of the expression in it."""
        match stmt:
            case ast.Assign(targets=targets):
                return any(self._target_matters(target, stmt, seen) for target in targets)
            case ast.AnnAssign(target=target) | ast.AugAssign(target=target) | ast.For(target=target):
                return self._target_matters(target, stmt, seen)
            case ast.If() | ast.While() | ast.Assert() | ast.Raise() | ast.Delete() | ast.Expr():
                return False
        return True

    def _target_matters(self, target: ast.expr, stmt: ast.stmt, seen: set[ast.Name]) -> bool:
        match target:
            case ast.Name(id=name):
                kind = self.ctx.kind(target)
                return not isinstance(k.settle(kind), k.Module) and self._name_matters(name, stmt, seen)
            case ast.Tuple(elts=elts) | ast.List(elts=elts):
                return any(self._target_matters(item, stmt, seen) for item in elts)
            case ast.Starred(value=value):
                return self._target_matters(value, stmt, seen)
            case ast.Subscript():
                path = path_of(target)
                return not path or "." in path or self._name_matters(path, stmt, seen)
        return True
