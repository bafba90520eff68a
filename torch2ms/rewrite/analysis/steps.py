"""Which statements of a file run before any optimizer has made a step.

From its first step on, MindSpore's optimizer holds on to the memory of the parameters it trains: a Parameter that is
given other memory then is not trained any more. Statements that prepare a model are free of that.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping

from torch2ms.rewrite.analysis.blocks import Blocks, own_statements

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_LOOPS = (ast.For, ast.AsyncFor, ast.While)

_STEP = re.compile(r"(^|_)(step|backward|fit|minimize|train|train_(one|epoch|step|loop|model|batch|iter)\w*)$")
_MODES = frozenset({"train", "set_train"})
# Functions that torch or a convention has run when a model is built, where nothing in the file says when they run.
_PREPARES = re.compile(r"^reset_parameters$|(^|_)init(_|$|ial)")


class Steps:
    """What comes before the first step of training.

    `is_module` tells whether a class is one of modules, `stmts` in which statement calls and attributes are.
    """

    def __init__(
        self,
        tree: ast.Module,
        blocks: Blocks,
        stmts: Mapping[ast.expr, ast.stmt],
        is_module: Callable[[ast.ClassDef], bool],
    ) -> None:
        self._tree = tree
        self._blocks = blocks
        self._is_module = is_module
        self._functions = [stmt for stmt in blocks.places if isinstance(stmt, _Function)]
        self._calls: dict[ast.AST, list[tuple[ast.Call, ast.stmt]]] = {}
        self._uses: dict[str, list[ast.stmt]] = {}
        names = {self._called_by(function) for function in self._functions}
        for node, stmt in stmts.items():
            if isinstance(node, ast.Call):
                name = _called(node)
                if name in names or _STEP.search(name) is not None:
                    self._calls.setdefault(self._scope(stmt), []).append((node, stmt))
            elif isinstance(node, ast.Attribute) and node.attr in names:
                self._uses.setdefault(node.attr, []).append(stmt)
        for name in names:
            found = [stmt for node, stmt in blocks.names(name) if isinstance(node.ctx, ast.Load)]
            if found:
                self._uses.setdefault(name, []).extend(found)
        self._stepping = self._names_of_steps()
        self._prepares: dict[_Function, bool] = {}

    def none_before(self, stmt: ast.stmt) -> bool:
        """Whether no optimizer has made a step when a statement runs, as far as the file tells."""
        function = self._function(stmt)
        if not self._first_in(stmt):
            return False
        return function is None or self._is_preparing(function) or self._first_of(stmt, function)

    def some_around(self, stmt: ast.stmt) -> bool:
        """Whether steps are made both before and after a statement of the same function, or in a loop around it."""
        if self._first_in(stmt):
            return False
        steps = [other for call, other in self._calls.get(self._scope(stmt), ()) if _is_step(call, self._stepping)]
        return any(_start(other) > _start(stmt) for other in steps) or any(
            isinstance(owner, _LOOPS) and self._blocks.inside(other, owner)
            for owner in self._blocks.above(stmt)
            for other in steps
        )

    def some_between(self, first: ast.stmt, last: ast.stmt) -> bool:
        """Whether a step is made between two statements of a function."""
        return any(
            _start(first) < _start(other) < _start(last) and _is_step(call, self._stepping)
            for call, other in self._calls.get(self._scope(first), ())
        )

    def _scope(self, stmt: ast.stmt) -> ast.AST:
        return self._function(stmt) or self._tree

    def _function(self, stmt: ast.stmt) -> _Function | None:
        """The innermost function around a statement, through classes."""
        return next((owner for owner in self._blocks.above(stmt) if isinstance(owner, _Function)), None)

    def _class(self, function: _Function) -> ast.ClassDef | None:
        owner = self._blocks.places[function].owner
        return owner if isinstance(owner, ast.ClassDef) else None

    def _called_by(self, function: _Function) -> str:
        """The name a function is called by: that of the class for its constructor."""
        cls = self._class(function)
        return cls.name if cls is not None and function.name == "__init__" else function.name

    def _names_of_steps(self) -> frozenset[str]:
        """Names of the functions of the file that make a step, or call one that does."""
        found: set[str] = set()
        while True:
            more = {
                self._called_by(function)
                for function in self._functions
                if any(_is_step(call, found) for call, _ in self._calls.get(function, ()))
            }
            if more <= found:
                return frozenset(found)
            found |= more

    def _first_in(self, stmt: ast.stmt) -> bool:
        """Whether no step is made above a statement in its function or file, nor in a loop around it."""
        scope = self._scope(stmt)
        last = _start(stmt)
        for owner in self._blocks.above(stmt):
            if owner is scope:
                break
            if isinstance(owner, _LOOPS):
                last = (owner.end_lineno or owner.lineno, 0)
        return not any(
            other is not stmt and _start(other) < last
            for call, other in self._calls.get(scope, ())
            if _is_step(call, self._stepping)
        )

    def _is_preparing(self, function: _Function) -> bool:
        """Whether a function runs only before the first step."""
        known = self._prepares.get(function)
        if known is not None:
            return known
        # Functions that call each other prepare as long as nothing else speaks against it.
        self._prepares[function] = True
        self._prepares[function] = result = self._prepares_by_uses(function)
        return result

    def _prepares_by_uses(self, function: _Function) -> bool:
        cls = self._class(function)
        if cls is not None and function.name == "__init__" and self._is_module(cls):
            return True
        uses = [
            stmt
            for stmt in self._uses.get(self._called_by(function), ())
            if not self._blocks.inside(stmt, function) and stmt is not function
        ]
        if not uses:
            return _PREPARES.search(function.name) is not None or (cls is None and not _parameters(function))
        return all(self.none_before(stmt) for stmt in uses)

    def _first_of(self, stmt: ast.stmt, function: _Function) -> bool:
        """Whether what a statement is about was made in its function, by a call further up."""
        subject = self._subject(stmt)
        if subject is None:
            return False
        made = False
        for other in own_statements(function.body):
            if other.lineno >= stmt.lineno:
                break
            if isinstance(other, ast.Assign) and any(ast.unparse(target) == subject for target in other.targets):
                made = isinstance(other.value, ast.Call) and not _passes_on(other.value, _parameters(function))
        return made

    def _subject(self, stmt: ast.stmt) -> str | None:
        """The name or attribute of self that a statement changes something of."""
        node: ast.expr | None = None
        if isinstance(stmt, ast.Expr) and isinstance(stmt.value, ast.Call):
            call = stmt.value
            is_method = isinstance(call.func, ast.Attribute) and (call.func.attr == "apply" or not call.args)
            node = call.func if is_method or not call.args else call.args[0]
        elif isinstance(stmt, (ast.Assign, ast.AugAssign)):
            node = stmt.targets[0] if isinstance(stmt, ast.Assign) else stmt.target
        loops = {
            name.id: owner.iter
            for owner in self._blocks.above(stmt)
            if isinstance(owner, (ast.For, ast.AsyncFor))
            for name in ast.walk(owner.target)
            if isinstance(name, ast.Name)
        }
        for _ in range(len(loops) + 1):
            root = _root(node)
            if root is None or root not in loops:
                return root
            node = loops.pop(root)
        return None


def _start(stmt: ast.stmt) -> tuple[int, int]:
    return stmt.lineno, stmt.col_offset


def _root(node: ast.expr | None) -> str | None:
    """The name an expression starts with; `self.name` counts as one."""
    while node is not None:
        match node:
            case ast.Attribute(value=ast.Name(id="self")):
                return ast.unparse(node)
            case ast.Name(id=name):
                return name
            case ast.Attribute(value=inner) | ast.Subscript(value=inner) | ast.Call(func=inner):
                node = inner
            case _:
                return None
    return None


def _parameters(function: _Function) -> frozenset[str]:
    args = function.args
    names = [arg.arg for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs)]
    return frozenset(name for name in names if name not in ("self", "cls"))


def _passes_on(call: ast.Call, parameters: frozenset[str]) -> bool:
    """Whether a call may give back a part of an argument of the function: `model.get_head()`, `unwrap(model)`."""
    root = _root(call.func)
    if root in parameters:
        return True
    is_class = _called(call)[:1].isupper()
    return not is_class and any(_root(arg) in parameters for arg in _arguments(call))


def _arguments(call: ast.Call) -> Iterator[ast.expr]:
    yield from call.args
    yield from (keyword.value for keyword in call.keywords)


def _is_step(call: ast.Call, own: set[str] | frozenset[str]) -> bool:
    """Whether a call makes a step of training, or calls a function of the file that does."""
    name = _called(call)
    if name in own:
        return True
    if name in _MODES and isinstance(call.func, ast.Attribute):
        # `net.train()` sets the mode; `trainer.train(...)` with more than a flag trains.
        return len(call.args) > 1 or any(not isinstance(arg, (ast.Constant, ast.Name)) for arg in call.args)
    return _STEP.search(name) is not None


def _called(call: ast.Call) -> str:
    """The last name of what a call calls."""
    func = call.func
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
