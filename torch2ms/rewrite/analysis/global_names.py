"""The places where code uses a name of its module or of Python itself, and the code with such names spelled anew.

A name that a function, a comprehension or a class binds is its own and stays, as do attributes, keywords, strings and
comments. Edits are made at the tokens, so layout stays too.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

_DEFINITION = re.compile(r"(?:async\s+def|def|class)\s+")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class GlobalUse:
    """A place where global names are used, as offsets into the text, and the names bound around it.

    It is one name, or a whole f-string: positions inside of one are not to be relied on.
    """

    start: int
    end: int
    names: frozenset[str]
    around: frozenset[str] = frozenset()
    in_string: bool = False


@lru_cache(maxsize=4096)
def global_uses(source: str) -> tuple[GlobalUse, ...]:
    """Where a module's code uses global names, in order. Raises SyntaxError."""
    return tuple(sorted(_Finder(source).uses, key=lambda use: use.start))


def respelled(source: str, names: Mapping[str, str]) -> str:
    """The code with global names spelled as `names` says, where they stand for themselves."""
    return with_edits(source, edits(source, global_uses(source), names))


def edits(text: str, uses: Iterable[GlobalUse], names: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """What to put where to spell names anew."""
    for use in uses:
        wanted = {name: names[name] for name in use.names if names.get(name, name) != name}
        if wanted:
            old = text[use.start : use.end]
            yield use.start, use.end, _string(old, wanted) if use.in_string else next(iter(wanted.values()))


def with_edits(text: str, changes: Iterable[tuple[int, int, str]]) -> str:
    """The text with parts of it replaced."""
    for start, end, new in sorted(changes, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def bound_names(source: str) -> frozenset[str]:
    """Every name that the functions, comprehensions and classes of some code bind."""
    tree = ast.parse(source)
    scopes = (node for node in ast.walk(tree) if isinstance(node, (*_FUNCTIONS, *_COMPREHENSIONS, ast.ClassDef)))
    return frozenset(name for node in scopes for name in _scope(node).bound)


class BindingScopes:
    """Where the names of a file are bound. What a function, comprehension or class binds is found out once.

    `parents`: what a node is directly part of.
    """

    def __init__(self, parents: Callable[[ast.AST], ast.AST | None]) -> None:
        self._parents = parents
        self._scopes: dict[ast.AST, _Scope] = {}

    def of(self, node: ast.Name) -> ast.AST | None:
        """The function, comprehension or class that binds a name where it is used; None when that is the module."""
        child: ast.AST = node
        above = self._parents(node)
        is_innermost = True
        while above is not None:
            if isinstance(above, (*_FUNCTIONS, *_COMPREHENSIONS, ast.ClassDef)) and not _is_before(child, above):
                scope = self._scopes.get(above) or self._scopes.setdefault(above, _scope(above))
                if not scope.is_class or is_innermost:
                    if node.id in scope.declared:
                        return None
                    if node.id in scope.bound:
                        return above
                is_innermost = False
            child, above = above, self._parents(above)
        return None


def _is_before(child: ast.AST, definition: ast.AST) -> bool:
    """Whether a part of a definition is evaluated where the definition stands, in the scope around it."""
    if isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return not isinstance(child, ast.stmt)
    return isinstance(child, ast.arguments)


def _string(text: str, names: Mapping[str, str]) -> str:
    """An f-string (or several in a row) with global names spelled anew."""
    tree = ast.parse(f"({text})", mode="eval")
    for node, _ in _Names().walk(tree):
        if isinstance(node, ast.Name):
            node.id = names.get(node.id, node.id)
    return ast.unparse(tree)


@dataclass(frozen=True, slots=True)
class _Scope:
    """The names a function, comprehension or class binds, and those it says are global."""

    bound: frozenset[str]
    declared: frozenset[str] = frozenset()
    is_class: bool = False


_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_Node = ast.Name | ast.Global | _Definition
_Found = tuple[_Node, frozenset[str]]


class _Names:
    """Walks a tree with the scopes around each node."""

    def walk(self, node: ast.AST, scopes: tuple[_Scope, ...] = ()) -> Iterator[_Found]:
        """Each node that uses or defines a global name, and the names bound around it."""
        if isinstance(node, ast.Name):
            if _is_global(node.id, scopes):
                yield node, _around(scopes)
        elif isinstance(node, ast.Global):
            yield node, frozenset()
        elif isinstance(node, _Definition):
            if _is_global(node.name, scopes):
                yield node, _around(scopes)
            yield from self._definition(node, scopes)
        elif isinstance(node, ast.Lambda):
            yield from self._all(_outside(node.args), scopes)
            yield from self.walk(node.body, (*scopes, _scope(node)))
        elif isinstance(node, _COMPREHENSIONS):
            # The first iterable is evaluated outside.
            first = node.generators[0].iter
            yield from self.walk(first, scopes)
            inside = (*scopes, _scope(node))
            for child in ast.iter_child_nodes(node):
                parts = ast.iter_child_nodes(child) if isinstance(child, ast.comprehension) else (child,)
                yield from self._all((part for part in parts if part is not first), inside)
        else:
            yield from self._all(ast.iter_child_nodes(node), scopes)

    def _all(self, nodes: Iterable[ast.AST], scopes: tuple[_Scope, ...]) -> Iterator[_Found]:
        for node in nodes:
            yield from self.walk(node, scopes)

    def _definition(self, node: _Definition, scopes: tuple[_Scope, ...]) -> Iterator[_Found]:
        yield from self._all(_before(node), scopes)
        yield from self._all(node.body, (*scopes, _scope(node)))


class _Finder:
    """The uses of global names in some code, by offset."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._lines = source.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)
        tree = ast.parse(source)
        self._strings: dict[ast.AST, ast.JoinedStr] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                # Of strings inside of one another, the outermost is met first.
                for inner in ast.walk(node):
                    self._strings.setdefault(inner, node)
        self.uses: list[GlobalUse] = []
        in_strings: dict[ast.JoinedStr, GlobalUse] = {}
        for found, around in _Names().walk(tree):
            string = self._strings.get(found)
            if isinstance(found, ast.Name) and string is not None:
                before = in_strings.get(string)
                names = frozenset({found.id}) | (before.names if before is not None else frozenset())
                in_strings[string] = GlobalUse(*self._span(string), names, around, in_string=True)
            else:
                self.uses.extend(self._tokens(found, around))
        self.uses.extend(in_strings.values())

    def _tokens(self, node: _Node, around: frozenset[str]) -> Iterator[GlobalUse]:
        start, end = self._span(node)
        if isinstance(node, ast.Name):
            yield GlobalUse(start, end, frozenset({node.id}), around)
        elif isinstance(node, ast.Global):
            for name in re.compile(r"\w+").finditer(self._source, start + len("global"), end):
                yield GlobalUse(name.start(), name.end(), frozenset({name.group()}))
        else:
            keyword = _DEFINITION.match(self._source, start)
            at = keyword.end() if keyword is not None else start
            yield GlobalUse(at, at + len(node.name), frozenset({node.name}), around)

    def _span(self, node: ast.stmt | ast.expr) -> tuple[int, int]:
        last, end = node.end_lineno or node.lineno, node.end_col_offset or 0
        return self._offset(node.lineno, node.col_offset), self._offset(last, end)

    def _offset(self, line: int, column: int) -> int:
        """Positions of ast count the bytes of UTF-8."""
        before = self._lines[line - 1].encode()[:column].decode()
        return self._starts[line - 1] + len(before)


def _is_global(name: str, scopes: tuple[_Scope, ...]) -> bool:
    for number, scope in enumerate(reversed(scopes)):
        if scope.is_class and number:
            # Methods do not see the names of their class.
            continue
        if name in scope.declared:
            return True
        if name in scope.bound:
            return False
    return True


def _around(scopes: tuple[_Scope, ...]) -> frozenset[str]:
    visible = (scope.bound for number, scope in enumerate(reversed(scopes)) if not (scope.is_class and number))
    return frozenset().union(*visible)


def _outside(args: ast.arguments) -> Iterator[ast.AST]:
    """What of the parameters is evaluated where the function is defined: defaults and annotations."""
    yield from args.defaults
    yield from (default for default in args.kw_defaults if default is not None)
    for arg in _parameters(args):
        if arg.annotation is not None:
            yield arg.annotation


def _before(node: _Definition) -> Iterator[ast.AST]:
    """What of a definition is evaluated where it stands."""
    yield from node.decorator_list
    if isinstance(node, ast.ClassDef):
        yield from (*node.bases, *node.keywords)
    else:
        yield from _outside(node.args)
        if node.returns is not None:
            yield node.returns


def _parameters(args: ast.arguments) -> list[ast.arg]:
    named = [*args.posonlyargs, *args.args, *args.kwonlyargs]
    return [*named, *(arg for arg in (args.vararg, args.kwarg) if arg is not None)]


def _scope(node: ast.AST) -> _Scope:
    """What a function, comprehension or class binds."""
    bound: set[str] = set()
    declared: set[str] = set()
    elsewhere: set[str] = set()
    if isinstance(node, _COMPREHENSIONS):
        for generator in node.generators:
            bound.update(n.id for n in ast.walk(generator.target) if isinstance(n, ast.Name))
        return _Scope(frozenset(bound))
    if isinstance(node, _FUNCTIONS):
        bound.update(arg.arg for arg in _parameters(node.args))
    if isinstance(node, ast.Lambda):
        _bind(node.body, bound, declared, elsewhere)
    elif isinstance(node, _Definition):
        for statement in node.body:
            _bind(statement, bound, declared, elsewhere)
    return _Scope(frozenset(bound - declared - elsewhere), frozenset(declared), isinstance(node, ast.ClassDef))


def _walruses(node: ast.AST) -> Iterator[str]:
    """The names that `:=` in a comprehension binds outside of it; one inside a lambda binds there."""
    if isinstance(node, ast.NamedExpr):
        yield node.target.id
    for child in _outside(node.args) if isinstance(node, ast.Lambda) else ast.iter_child_nodes(node):
        yield from _walruses(child)


def _bind(node: ast.AST, bound: set[str], declared: set[str], elsewhere: set[str]) -> None:
    """Add what a node binds in the scope it stands in, what it says is global, and what it says is nonlocal."""
    inside: Iterable[ast.AST] = ast.iter_child_nodes(node)
    if isinstance(node, ast.Global):
        declared.update(node.names)
    elif isinstance(node, ast.Nonlocal):
        elsewhere.update(node.names)
    elif isinstance(node, _Definition):
        bound.add(node.name)
        inside = _before(node)
    elif isinstance(node, ast.Lambda):
        inside = _outside(node.args)
    elif isinstance(node, _COMPREHENSIONS):
        bound.update(_walruses(node))
        inside = ()
    elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        bound.add(node.id)
    elif isinstance(node, ast.alias):
        bound.add((node.asname or node.name).partition(".")[0])
    elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
        bound.update([node.name] if node.name is not None else [])
    elif isinstance(node, ast.MatchMapping):
        bound.update([node.rest] if node.rest is not None else [])
    for child in inside:
        _bind(child, bound, declared, elsewhere)
