"""Where a class that is used as a value goes in its file, and how it is called there.

`norm_layer=nn.BatchNorm2d` may become the MindSpore class itself as long as no call through `norm_layer` passes an
argument that has another name or meaning there. That is known if every name that holds the class can be followed.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from torch2ms.source.parents import Parents

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

# Functions that look at a class and do not pass it on.
_LOOKING = frozenset({"isinstance", "issubclass", "callable", "type", "print", "repr", "str", "id", "hasattr", "bool"})
_HARMLESS = (
    *(ast.Compare, ast.UnaryOp, ast.FormattedValue, ast.Attribute, ast.Expr, ast.Assert, ast.If, ast.While),
    *(ast.arg, ast.FunctionDef, ast.AsyncFunctionDef, ast.comprehension),
)


@dataclass(frozen=True, slots=True)
class Callee:
    """What is known of what a call calls: nothing, if it is empty.

    `function` is the one of the file that gets the arguments (of a class its `__init__`), after its first parameter if
    `is_bound`. `imported` is the qualified name of what comes from another file.
    """

    function: Function | None = None
    is_bound: bool = False
    imported: str = ""


class Holders:
    """The names of a file that hold a class.

    `callee` tells what a call of the file calls; `functions` are those of the file. `is_taken`: whether another file
    may use what a name of the file's top level holds.
    """

    def __init__(
        self,
        parents: Parents,
        callee: Callable[[ast.Call], Callee],
        functions: Iterable[Function],
        is_taken: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._parents = parents
        self._callee = callee
        self._is_taken = is_taken
        self._loads: dict[str, list[ast.expr]] = {}
        places: tuple[ast.Name | ast.Attribute, ...] = (*parents.all_names(), *parents.attributes())
        for node in places:
            if isinstance(node.ctx, ast.Load):
                self._loads.setdefault(identifier(node), []).append(node)
        self._parameters = {name for function in functions for name in _parameters(function)}

    def calls_of(self, node: ast.expr, may_hold: Callable[[ast.expr], bool]) -> list[ast.Call] | None:
        """The calls of the class at `node`, through whatever names, and of `functools.partial` on it.

        `may_hold` tells whether an expression may be the class at all. None if it gets to a place from where it cannot
        be followed.
        """
        found: list[ast.Call] = []
        todo, seen = [node], {node}
        while todo:
            item = todo.pop()
            for step in self._uses(item, held=item is not node):
                if step is None:
                    return None
                if isinstance(step, (ast.Name, ast.Attribute)) and not may_hold(step):
                    continue
                if isinstance(step, ast.Call):
                    found.append(step)
                    if not self.is_partial(step):
                        continue
                if step not in seen:
                    seen.add(step)
                    todo.append(step)
        return found

    def _uses(self, node: ast.expr, held: bool) -> Iterator[ast.expr | None]:
        """What becomes of the value of an expression: calls of it, further expressions with it, None if it is lost.

        `held`: the expression is a name that holds the class, not the class itself.
        """
        child: ast.AST = node
        parent = self._parents.of(child)
        while isinstance(parent, (ast.IfExp, ast.BoolOp)) and not (
            isinstance(parent, ast.IfExp) and child is parent.test
        ):
            child, parent = parent, self._parents.of(parent)
        match parent:
            case ast.Call(func=func) if func is child:
                yield parent
            case ast.Call(args=arguments):
                place = next(i for i, one in enumerate(arguments) if one is child)
                yield from self._passed(parent, child, place, held)
            case ast.keyword(arg=name):
                call = self._parents.of(parent)
                if isinstance(call, ast.Call):
                    yield from self._passed(call, child, name, held)
                else:
                    yield None  # a keyword of a class, which its base gets
            case ast.NamedExpr(target=ast.Name(id=name)):
                yield from self._held(name)
                yield parent
            case ast.Assign(targets=targets):
                for target in targets:
                    yield from self._held(identifier(target))
                    if isinstance(target, ast.Name) and self._is_at_top(parent) and self._is_taken(target.id):
                        yield None
            case ast.AnnAssign(target=target):
                if child is parent.value:
                    yield from self._held(identifier(target))
            case ast.arguments():
                yield from self._held(_parameter_of(parent, child))
            case ast.IfExp():
                pass
            case _ if isinstance(parent, _HARMLESS):
                pass
            case _:
                yield None

    def _is_at_top(self, stmt: ast.Assign) -> bool:
        """Whether a statement is one of the file's top level, in an `if` or `try` of it too."""
        above = self._parents.of(stmt)
        while isinstance(above, ast.If | ast.Try | ast.ExceptHandler):
            above = self._parents.of(above)
        return above is None or isinstance(above, ast.Module)

    def _held(self, name: str) -> Iterator[ast.expr | None]:
        if not name:
            yield None
            return
        yield from self._loads.get(name, ())

    def _passed(self, call: ast.Call, value: ast.AST, place: int | str | None, held: bool) -> Iterator[ast.expr | None]:
        """Passed to a call, at a position or under a name."""
        if self.is_partial(call):
            yield call if place == 0 else None
            return
        if isinstance(call.func, ast.Name) and call.func.id in _LOOKING:
            return
        callee = self._callee(call)
        if callee.function is not None:
            yield from self._held(_parameter_at(callee.function, callee.is_bound, place))
        elif callee.imported or not held:
            yield None  # a function of another file, or one about which nothing is known
        elif isinstance(place, str):
            # A function that is not known, but it may well be one of the file that calls its parameter so.
            yield from self._held(place if place in self._parameters else "")
        elif not (isinstance(value, ast.Name) and value.id in self._parameters):
            yield None

    def is_partial(self, call: ast.Call) -> bool:
        """Whether this is `functools.partial(…)`."""
        return self._callee(call).imported == "functools.partial"


def identifier(node: ast.expr) -> str:
    """`b` of `b` and of `a.b`; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def _parameters(function: Function) -> list[str]:
    arguments = function.args
    return [arg.arg for arg in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]


def _parameter_at(function: Function, is_bound: bool, place: int | str | None) -> str:
    """The parameter an argument goes to; empty if there is none of its own."""
    if isinstance(place, str):
        return place if place in _parameters(function) else ""
    arguments = function.args
    positional = [arg.arg for arg in (*arguments.posonlyargs, *arguments.args)]
    index = -1 if place is None else place + is_bound
    return positional[index] if 0 <= index < len(positional) else ""


def _parameter_of(arguments: ast.arguments, default: ast.AST) -> str:
    """The parameter that has this default."""
    positional = [*arguments.posonlyargs, *arguments.args]
    for arg, value in zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True):
        if value is default:
            return arg.arg
    return next(
        arg.arg for arg, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if value is default
    )
