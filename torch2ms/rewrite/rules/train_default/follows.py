"""Whether the mode of a new module is set before it is used, and whether an owner of it does that."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from torch2ms.rewrite.analysis.blocks import own_nodes, own_statements
from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.rules.train_default.made import Maker, handed_on
from torch2ms.source import kinds as k

SETS_MODE = frozenset({"train", "eval", "set_train"})
_PARALLEL = ("torch.nn.DataParallel", "torch.nn.parallel.DataParallel", "torch.nn.parallel.DistributedDataParallel")
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Follows:
    """Follows the names of new modules through the statements after them."""

    def __init__(self, ctx: FileContext, maker: Maker) -> None:
        self.ctx = ctx
        self.maker = maker
        self._taken: dict[ast.AST, frozenset[str]] = {}
        self._run: dict[ast.AST, dict[str, int]] = {}

    def is_set(self, stmt: ast.stmt, name: str) -> bool:
        """Whether the mode of what a statement binds to a name is set before the module is used."""
        blocks = self.ctx.blocks
        inside: ast.stmt | None = stmt
        while inside is not None:
            event = next(self._events(blocks.rest(inside), name), None)
            if event is not None:
                return event
            inside = next(blocks.above(inside), None)
            if isinstance(inside, _DEFINITIONS):
                return False
        return False

    def is_run_at_once(self, stmt: ast.stmt, name: str) -> bool:
        """Whether what a statement binds to a name is called further down in its function, or by methods it calls."""
        scope = self.ctx.blocks.scope(stmt)
        if scope not in self._run:
            self._run[scope] = dict(self._runs(scope))
        return self._run[scope].get(name, 0) > stmt.lineno

    def _runs(self, scope: ast.AST) -> Iterator[tuple[str, int]]:
        """The modules called in a function and in the methods it calls, as text, with the lines; the last counts."""
        if not isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return
        for call, callee in self.maker.calls_in(scope):
            kind = k.settle(callee)
            if isinstance(kind, k.Module):
                yield self.ctx.text(call.func), call.lineno
            elif isinstance(kind, k.FuncRef) and kind.bound:
                for inner, module in self.maker.calls_in(kind.func.node):
                    if isinstance(k.settle(module), k.Module):
                        yield self.ctx.text(inner.func), call.lineno

    def goes_into_owner(self, stmt: ast.stmt, name: str) -> bool:
        """Whether what a name collects is given to a new module in the same function: the owner's mode reaches it."""
        scope = self.ctx.blocks.scope(stmt)
        if scope not in self._taken:
            self._taken[scope] = frozenset(self._taken_in(scope))
        return name in self._taken[scope]

    def _taken_in(self, scope: ast.AST) -> Iterator[str]:
        """The names, as text, whose values are given to new modules in a function."""
        for stmt in own_statements(scope.body) if isinstance(scope, (*_DEFINITIONS, ast.Module)) else ():
            for node in own_nodes(stmt) if not isinstance(stmt, _DEFINITIONS) else ():
                if isinstance(node, ast.Call) and self._is_owner(node):
                    values = (value for argument in _arguments(node) for value in handed_on(argument))
                    yield from (self.ctx.text(one) for one in values if isinstance(one, (ast.Name, ast.Attribute)))

    def _owns(self, call: ast.Call, name: str) -> bool:
        """Whether a call makes a module of what a name holds, whose mode is set for all of it."""
        values = (value for argument in _arguments(call) for value in handed_on(argument))
        return any(self.is_name(value, name) for value in values) and self._is_owner(call)

    def _is_owner(self, call: ast.Call) -> bool:
        """Whether a call makes a module whose mode is set for all that it is given."""
        made = self.maker.made(call)
        return made is not None and self.maker.matters(made) and self.maker.is_all_new(made)

    def is_name(self, node: ast.expr, name: str) -> bool:
        """Whether an expression is a name or attribute, by its text."""
        return isinstance(node, (ast.Name, ast.Attribute)) and self.ctx.text(node) == name

    def _events(self, body: Sequence[ast.stmt], name: str, follow: bool = True) -> Iterator[bool]:
        """In source order: True where the mode is set, False where the module is used or handed on."""
        for stmt in own_statements(body):
            if isinstance(stmt, _DEFINITIONS):
                continue
            if self._reads_mode(stmt, name):
                yield False
            for call in _calls(stmt):
                event = self._event(call, name, follow)
                if event is not None:
                    yield event and not self._is_conditional(stmt, body)
            if isinstance(stmt, ast.Return):
                yield False

    def _reads_mode(self, stmt: ast.stmt, name: str) -> bool:
        """Whether a statement asks what mode a module is in."""
        return any(
            isinstance(node, ast.Attribute)
            and node.attr == "training"
            and isinstance(node.ctx, ast.Load)
            and self.is_name(node.value, name)
            for node in own_nodes(stmt)
        )

    def _event(self, call: ast.Call, name: str, follow: bool) -> bool | None:
        func = call.func
        if isinstance(func, ast.Attribute) and func.attr in SETS_MODE and self._reaches(func.value, name):
            return True
        if self._is_part(func, name) and isinstance(self.ctx.kind(func), k.Module):
            return False
        if self.is_name(func, name) or (isinstance(func, ast.Name) and name.startswith(f"{func.id}.")):
            return False
        if isinstance(func, ast.Attribute) and self.is_name(func.value, name) and self._is_use(call):
            return False
        if any(self.is_name(value, name) for argument in _arguments(call) for value in handed_on(argument)):
            use = self.ctx.site(func)
            if use is not None and use.name in _PARALLEL:
                return None
            return follow and (self._owns(call, name) or self.is_set_by(call, name))
        return None

    def _reaches(self, owner: ast.expr, name: str) -> bool:
        """Whether the mode of a module reaches what a name holds: `net.train()` does `net.head`."""
        return isinstance(owner, (ast.Name, ast.Attribute)) and f"{name}.".startswith(f"{self.ctx.text(owner)}.")

    def _is_part(self, node: ast.expr, name: str) -> bool:
        """Whether an expression is an attribute of what a name holds."""
        return isinstance(node, ast.Attribute) and self.ctx.text(node).startswith(f"{name}.")

    def _is_use(self, call: ast.Call) -> bool:
        """Whether a method of a class of the file computes with the module it is called on."""
        kind = k.settle(self.ctx.facts.calls.get(call, k.UNKNOWN))
        if not isinstance(kind, k.FuncRef):
            return False
        return any(
            isinstance(k.settle(callee), k.Module) or ast.unparse(inner.func) == "self"
            for inner, callee in self.maker.calls_in(kind.func.node)
        )

    def is_set_by(self, call: ast.Call, name: str) -> bool:
        """Whether a function of this file sets the mode of the module it is given, before it uses it."""
        kind = k.settle(self.ctx.facts.calls.get(call, k.UNKNOWN))
        if not isinstance(kind, k.FuncRef) or isinstance(kind.func.node, ast.Lambda):
            return False
        position = next((i for i, arg in enumerate(call.args) if self.is_name(arg, name)), None)
        keyword = next((one.arg for one in call.keywords if self.is_name(one.value, name)), None)
        return self._sets_parameter(kind, position, keyword)

    def sets_argument(self, call: ast.Call, value: ast.AST) -> bool:
        """Whether a function of this file sets the mode of a module that it is given as this argument."""
        kind = k.settle(self.ctx.facts.calls.get(call, k.UNKNOWN))
        if not isinstance(kind, k.FuncRef) or isinstance(kind.func.node, ast.Lambda):
            return False
        position = next((i for i, arg in enumerate(call.args) if arg is value), None)
        keyword = value.arg if isinstance(value, ast.keyword) else None
        return self._sets_parameter(kind, position, keyword)

    def _sets_parameter(self, kind: k.FuncRef, position: int | None, keyword: str | None) -> bool:
        function = kind.func.node
        assert not isinstance(function, ast.Lambda)
        params = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
        if position is not None:
            position += kind.bound
            keyword = params[position] if position < len(params) else None
        return keyword is not None and next(self._events(function.body, keyword, follow=False), False)

    def _is_conditional(self, stmt: ast.stmt, body: Sequence[ast.stmt]) -> bool:
        """Whether a statement is under an `if` or `try` that is part of a block."""
        if stmt in body:
            return False
        for above in self.ctx.blocks.above(stmt):
            if isinstance(above, (ast.If, ast.Try)):
                return True
            if above in body:
                break
        return False


def _arguments(call: ast.Call) -> Iterator[ast.expr]:
    yield from call.args
    yield from (keyword.value for keyword in call.keywords)


def _calls(stmt: ast.stmt) -> list[ast.Call]:
    """The calls of a statement in source order, without those of the statements in it."""
    calls = [node for node in own_nodes(stmt) if isinstance(node, ast.Call)]
    return sorted(calls, key=lambda node: (node.lineno, node.col_offset))
