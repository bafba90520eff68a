"""Where gradients may be recorded: in what a gradient is taken of, and in all that this calls.

MindSpore records inside a function whose gradient is taken, and nowhere else. Code that is called from elsewhere alone,
such as an evaluation, needs no stops. What nothing in the file calls may be called from another one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from torch2ms.rewrite.analysis.blocks import own_nodes, own_statements
from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.rules.no_grad.bindings import read_paths, stored_paths
from torch2ms.rewrite.rules.no_grad.forms import Function
from torch2ms.rewrite.rules.no_grad.gradless import Gradless
from torch2ms.rewrite.rules.shared.recording import Recording, recording_in
from torch2ms.source import kinds as k
from torch2ms.source.facts import is_module_class

_FORWARD = frozenset({"forward", "construct", "__call__"})
_TAKES_GRADIENT = frozenset({"backward", "manual_backward"})
_GRADIENT_FUNCTIONS = ("torch.autograd.grad", "torch.autograd.backward")
# Functions that call at once what they are given.
_CALLS_AT_ONCE = frozenset("map filter apply sorted max min reduce".split())


@dataclass(slots=True, eq=False)
class Callers:
    """Where a function is called. `perhaps`: by statements that call something of its name."""

    surely: list[ast.stmt] = field(default_factory=list)
    perhaps: list[ast.stmt] = field(default_factory=list)
    calls: list[ast.expr] = field(default_factory=list)
    """The calls themselves, sure or not, and what calls the function at once."""
    escapes: bool = False
    """Whether the function is handed to code that may call it anywhere."""


@dataclass(frozen=True, slots=True, eq=False)
class Needed:
    """What the losses of one function, whose gradients it takes, are computed from."""

    paths: frozenset[str] = frozenset()
    """Names, and attributes of names."""
    stmts: frozenset[ast.stmt] = frozenset()


class Reach:
    """Answers where gradients may be recorded in one file."""

    def __init__(self, ctx: FileContext, gradless: Gradless) -> None:
        self.ctx = ctx
        self.gradless = gradless
        self._unrecorded: dict[Function, bool] = {}
        self._infos = {info.node: info for info in ctx.facts.functions}
        self._needed: dict[ast.AST, Needed] = {}
        self._records: dict[Function, bool] = {}

    # ------------------------------------------------------------------ questions

    def is_recorded(self, stmt: ast.stmt) -> bool:
        """Whether a statement may run where a gradient is recorded."""
        function = self.ctx.blocks.function(stmt)
        if function is not None and self.may_record(function):
            return True
        return stmt in self.needed(self.ctx.tree if function is None else function).stmts

    def may_record(self, function: Function) -> bool:
        """Whether a function may run where a gradient is recorded."""
        if function not in self._records:
            self._records[function] = False  # a function calls itself where it is called by others
            before = dict(self._records)
            if self._finds_recording(function):
                self._records = {**before, function: True}
        return self._records[function]

    def is_evident(self, stmt: ast.stmt, by_tensors: bool = True) -> bool:
        """Whether there is evidence that a statement may run where a gradient is recorded: who calls its function, or
        (`by_tensors`) that it takes tensors. That nothing in the file calls it is none."""
        function = self.ctx.blocks.function(stmt)
        if function is None or not self.may_record(function):
            return self.is_recorded(stmt)
        callers = self._callers.get(function, Callers())
        called = any(map(self.is_recorded, (*callers.surely, *callers.perhaps)))
        takes = by_tensors and self._takes_tensors(function)
        return called or callers.escapes or self.is_method_of_module(function) or takes

    def is_unrecorded(self, stmt: ast.stmt) -> bool:
        """Whether a statement is in a block, or in a function, that surely runs without recording."""
        for above in self.ctx.blocks.above(stmt):
            if isinstance(above, ast.ClassDef):
                return False
            if isinstance(above, (ast.FunctionDef, ast.AsyncFunctionDef)):
                switch = self.gradless.switch_of(above)
                return switch is Recording.OFF or (switch is None and self.runs_unrecorded(above))
            switch = recording_in(self.ctx, above)
            if switch is not None:
                return switch is Recording.OFF
        return False

    def runs_unrecorded(self, function: Function) -> bool:
        """Whether a function without a switch of its own is called by such statements alone."""
        if function not in self._unrecorded:
            self._unrecorded[function] = False
            callers = self._callers.get(function, Callers())
            alone = bool(callers.surely) and not callers.perhaps and not callers.escapes
            if alone and function.name not in _FORWARD and self.gradless.switch_of(function) is None:
                self._unrecorded[function] = all(map(self.is_unrecorded, callers.surely))
        return self._unrecorded[function]

    def needed(self, scope: ast.AST) -> Needed:
        """What the losses in the body of a function or of the file depend on."""
        found = self._needed.get(scope)
        if found is None:
            found = self._needed[scope] = self._slice(scope) if self._takes_gradients else Needed()
        return found

    def is_method_of_module(self, function: Function) -> bool:
        """Whether a function is a method of a module."""
        info = self._infos.get(function)
        if info is None or info.cls is None:
            return False
        return is_module_class(info.cls, self.ctx.know) or any(
            isinstance(base, (k.Ref, k.StoredApi)) and base.name == "mindspore.nn.Cell"
            for cls in info.cls.mro()
            for base in cls.bases
        )

    def calls_of(self, function: Function) -> Sequence[ast.expr] | None:
        """The calls of a function, whose results are what it returns; None when others may call it too."""
        callers = self._callers.get(function)
        if callers is None or callers.escapes or not callers.surely or function.name in _FORWARD:
            return None
        return callers.calls

    # ------------------------------------------------------------------ functions

    def _finds_recording(self, function: Function) -> bool:
        callers = self._callers.get(function, Callers())
        info = self._infos.get(function)
        is_method = self.is_method_of_module(function)
        if info is not None and info.cls is not None and any(map(_is_undifferentiated, info.cls.torch_bases)):
            return False
        if callers.escapes or (is_method and function.name in _FORWARD) or (info is not None and info.is_property):
            return True
        if any(map(self.is_recorded, (*callers.surely, *callers.perhaps))) or self._keeps_what_is_needed(function):
            return True
        if any(is_method or self.ctx.blocks.function(s) is None for s in callers.surely):
            # What a file does when it is run says nothing of those who import it.
            inside = [s for s in callers.surely if self.ctx.blocks.function(s) is not None]
            return not inside and (is_method or self._takes_tensors(function)) and not function.name.startswith("__")
        if callers.surely:
            return False
        return self._is_open(function, is_method)

    def _is_open(self, function: Function, is_method: bool) -> bool:
        """Whether a function that nothing in the file calls may be called where gradients are recorded."""
        if function.name.startswith("__") and function.name.endswith("__") and function.name not in _FORWARD:
            return False
        if is_method:
            return True
        if isinstance(self.ctx.blocks.scope(function), (ast.FunctionDef, ast.AsyncFunctionDef)):
            return False  # nothing but the function around it can call it, and that does not
        args = function.args
        takes = any((args.posonlyargs, args.args, args.kwonlyargs, args.vararg, args.kwarg))
        return takes and not self.needed(function).stmts

    def _takes_tensors(self, function: Function) -> bool:
        info = self._infos.get(function)
        return info is not None and any(k.is_tensor(kind) for kind in info.params.values())

    def _keeps_what_is_needed(self, function: Function) -> bool:
        """Whether a method sets an attribute that a loss is computed from elsewhere."""
        if not self._needed_attributes:
            return False
        found = (path for stmt in own_statements(function.body) for path in stored_paths(stmt))
        return any(path in self._needed_attributes for path in found)

    @cached_property
    def _needed_attributes(self) -> frozenset[str]:
        """The attributes of `self` that losses are computed from, in functions that take gradients."""
        if not self._takes_gradients:
            return frozenset()
        paths = (path for info in self.ctx.facts.functions for path in self.needed(info.node).paths)
        return frozenset(path for path in paths if path.startswith("self."))

    # ------------------------------------------------------------------ callers

    @cached_property
    def _callers(self) -> dict[Function, Callers]:
        found: dict[Function, Callers] = {}
        by_name: dict[str, list[Function]] = {}
        for node in self._infos:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                found[node] = Callers()
                by_name.setdefault(node.name, []).append(node)
        for call, kind in self.ctx.facts.calls.items():
            stmt = self.ctx.stmt(call)
            called = list(_called(k.settle(kind)))
            for function in called:
                if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) and function in found:
                    found[function].surely.append(stmt)
                    found[function].calls.append(call)
            if not called and isinstance(call.func, (ast.Name, ast.Attribute)):
                name = call.func.id if isinstance(call.func, ast.Name) else call.func.attr
                for node in by_name.get(name, ()):
                    found[node].perhaps.append(stmt)
                    found[node].calls.append(call)
        self._note_references(found, by_name)
        return found

    def _note_references(self, found: dict[Function, Callers], by_name: dict[str, list[Function]]) -> None:
        """Functions that are named, and not called."""
        loads: list[tuple[ast.expr, ast.stmt]] = [
            pair for name in by_name for pair in self.ctx.blocks.names(name) if isinstance(pair[0].ctx, ast.Load)
        ]
        loads += [(node, self.ctx.stmt(node)) for node in self.ctx.facts.attributes if node.attr in by_name]
        for node, stmt in loads:
            kind = k.settle(self.ctx.kind(node))
            if not isinstance(kind, k.FuncRef) or not isinstance(
                kind.func.node, (ast.FunctionDef, ast.AsyncFunctionDef)
            ):
                continue
            callers, parent = found.get(kind.func.node), self.ctx.parents.of(node)
            if callers is None or (isinstance(parent, ast.Call) and parent.func is node):
                continue
            if isinstance(parent, ast.Call) and _short_name(parent.func) in _CALLS_AT_ONCE:
                callers.surely.append(stmt)
                callers.calls.append(parent)
            elif not (isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef)) and parent is stmt):
                callers.escapes = True

    # ------------------------------------------------------------------ losses

    @cached_property
    def _takes_gradients(self) -> bool:
        return "backward" in self.ctx.source.text or "grad(" in self.ctx.source.text

    def _slice(self, scope: ast.AST) -> Needed:
        body: list[ast.stmt] = getattr(scope, "body", [])
        if not isinstance(body, list):
            return Needed()
        own = [stmt for stmt in own_statements(body) if not isinstance(stmt, (ast.FunctionDef, ast.ClassDef))]
        paths: set[str] = set()
        stmts: set[ast.stmt] = set()
        for stmt in own:
            losses = [loss for node in own_nodes(stmt) for loss in self._losses(node)]
            if losses:
                stmts.add(stmt)
                paths = paths.union(*map(read_paths, losses))
        if not stmts:
            return Needed()
        effects = [(stmt, stored_paths(stmt) | self._changed_by_call(stmt)) for stmt in own]
        grows = True
        while grows:
            grows = False
            for stmt, changed in effects:
                if stmt not in stmts and changed & paths:
                    stmts.add(stmt)
                    for part in _header(stmt):
                        paths |= read_paths(part)
                    grows = True
        return Needed(frozenset(paths), frozenset(stmts))

    def _losses(self, node: ast.AST) -> Iterator[ast.expr]:
        """The expressions whose gradients a call takes."""
        if not isinstance(node, ast.Call) or not isinstance(node.func, (ast.Attribute, ast.Name)):
            return
        name = self.ctx.know.canonical(self.ctx.facts.refs.get(node.func, ""))
        if name in _GRADIENT_FUNCTIONS:
            yield from node.args[:1]
        elif isinstance(node.func, ast.Attribute) and node.func.attr in _TAKES_GRADIENT:
            yield node.func.value
            yield from node.args

    def _changed_by_call(self, stmt: ast.stmt) -> set[str]:
        """Attributes of an object, and objects given, that a function of the file changes when a statement calls it."""
        if not isinstance(stmt, ast.Expr) or not isinstance(stmt.value, ast.Call):
            return set()
        call = stmt.value
        kind = k.settle(self.ctx.facts.calls.get(call, k.UNKNOWN))
        if not isinstance(kind, k.FuncRef) or not isinstance(kind.func.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return set()
        function = kind.func.node
        changed = set[str]().union(*map(stored_paths, own_statements(function.body)))
        found: set[str] = set()
        if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
            owner = call.func.value.id
            found = {f"{owner}.{path.removeprefix('self.')}" for path in changed if path.startswith("self.")}
            if found and owner != "self":
                found.add(owner)
        names = [arg.arg for arg in function.args.args][kind.bound :]
        for name, value in zip(names, call.args, strict=False):
            if name in changed and isinstance(value, ast.Name):
                found.add(value.id)
        return found


def _header(stmt: ast.stmt) -> Iterator[ast.AST]:
    """A simple statement, or the expressions of a compound one without the statements in it."""
    if hasattr(stmt, "body"):
        yield from own_nodes(stmt)
    else:
        yield stmt


def _called(kind: k.Kind) -> Iterator[ast.AST]:
    """The functions that a call of a value of this kind runs."""
    if isinstance(kind, k.FuncRef):
        yield kind.func.node
        return
    infos: list[k.FuncInfo | None] = []
    if isinstance(kind, k.ClassRef):
        infos = [kind.cls.method("__init__")]
    elif isinstance(kind, k.Instance) and isinstance(kind.cls, k.ClassInfo):
        infos = [kind.cls.method("__call__")]
    elif isinstance(kind, k.Module):
        infos = [cls.method("forward") for cls in kind.classes if isinstance(cls, k.ClassInfo)]
    yield from (info.node for info in infos if info is not None)


def _short_name(func: ast.expr) -> str:
    return func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""


def _is_undifferentiated(base: str) -> bool:
    """Whether the methods of classes with this base run where no gradient is recorded.

    Those of an optimizer, a dataset or a sampler do; the gradient of a `Function` is what its `backward` says.
    """
    return base == "torch.autograd.Function" or base.startswith(("torch.optim.", "torch.utils.data."))
