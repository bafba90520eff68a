"""What code asks about packages that may be installed: whether they are there, and which version.

`importlib.util.find_spec(name) is not None` is such a question, and so is a call of a function that asks it of its
parameter. What a function's result tells is found by following that parameter through its body, in no order: an
assignment gives a name all that any of its values tells.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from types import MappingProxyType
from typing import TypeAlias


class Tells(Enum):
    """What a value has of a package."""

    NAME = "its name"
    EXISTS = "whether it is there"
    VERSION = "its version, as a text or parsed"
    DISTRIBUTION = "its metadata"
    MODULE = "itself"
    OTHER = "something that hangs on which package, or which version, it is"


Told: TypeAlias = frozenset[Tells]
Result: TypeAlias = tuple[Told, ...]
"""What the items of a returned tuple tell; one item for a function that returns something else."""
Definition: TypeAlias = "ast.FunctionDef | ast.Lambda"

_NOTHING: Told = frozenset()
_QUESTIONS: Mapping[str, Tells] = MappingProxyType(
    {
        "importlib.util.find_spec": Tells.EXISTS,
        "importlib.find_loader": Tells.EXISTS,
        "pkgutil.find_loader": Tells.EXISTS,
        "pkgutil.get_loader": Tells.EXISTS,
        "importlib.metadata.version": Tells.VERSION,
        "importlib_metadata.version": Tells.VERSION,
        "importlib.metadata.distribution": Tells.DISTRIBUTION,
        "importlib_metadata.distribution": Tells.DISTRIBUTION,
        "importlib.metadata.metadata": Tells.DISTRIBUTION,
        "importlib_metadata.metadata": Tells.DISTRIBUTION,
        "pkg_resources.get_distribution": Tells.DISTRIBUTION,
        "importlib.import_module": Tells.MODULE,
        "__import__": Tells.MODULE,
    }
)
_MAY_FAIL = (Tells.VERSION, Tells.DISTRIBUTION, Tells.MODULE)
_VERSIONS = frozenset({"version", "__version__"})
_DEEP = 4
_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Found:
    """A function, and the file it stands in."""

    node: Definition
    file: QuestionFile


class QuestionFile:
    """The imports and functions of one file; `elsewhere` finds a function by the name an import gives it."""

    def __init__(self, tree: ast.Module, elsewhere: Callable[[str], Found | None]) -> None:
        self._tree = tree
        self._elsewhere = elsewhere

    def question(self, callee: ast.expr) -> Tells | None:
        """What a function of the standard library tells of the package it is given the name of."""
        told = {_QUESTIONS.get(name) for name in self._meant(callee)}
        return told.pop() if len(told) == 1 else None

    def function(self, callee: ast.expr) -> Found | None:
        """The function that a plain name calls, of this file or another one."""
        if isinstance(callee, ast.Name) and callee.id in self._functions:
            own = self._functions[callee.id]
            return None if own is None else Found(own, self)
        found = [self._elsewhere(name) for name in self._meant(callee)]
        return found[0] if len(found) == 1 else None

    def literal(self, name: str) -> ast.Dict | None:
        """The dict that a name of the file begins as."""
        return self._dicts.get(name)

    def _meant(self, callee: ast.expr) -> Sequence[str]:
        """The qualified names that a dotted name may stand for by the imports of the file."""
        text = ast.unparse(callee) if isinstance(callee, ast.Name | ast.Attribute) else ""
        root, dot, rest = text.partition(".")
        if root == "__import__":
            return [root]
        if root in self._bound:
            return []
        return [f"{module}{dot}{rest}" for module in sorted(self._imports.get(root, ()))]

    @cached_property
    def _imports(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for node in self._nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    local = alias.asname or alias.name.partition(".")[0]
                    found.setdefault(local, set()).add(alias.name if alias.asname else local)
            elif isinstance(node, ast.ImportFrom):
                module = "." * node.level + (node.module or "")
                joined = module if module.endswith(".") else f"{module}."
                for alias in node.names:
                    found.setdefault(alias.asname or alias.name, set()).add(f"{joined}{alias.name}")
        return found

    @cached_property
    def _functions(self) -> dict[str, Definition | None]:
        """The functions at the top level of the file; None where a name has several."""
        found: dict[str, Definition | None] = {}
        for node in self._nodes:
            match node:
                case ast.FunctionDef(name=name):
                    found[name] = None if name in found else node
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda() as made):
                    found[name] = None if name in found else made
        return found

    @cached_property
    def _bound(self) -> frozenset[str]:
        """Names that something else than an import binds somewhere in the file."""
        stored = {n.id for n in self._nodes if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
        return frozenset(stored | {n.arg for n in self._nodes if isinstance(n, ast.arg)})

    @cached_property
    def _dicts(self) -> dict[str, ast.Dict]:
        found: dict[str, ast.Dict] = {}
        for node in self._nodes:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
                found.update({target.id: node.value for target in node.targets if isinstance(target, ast.Name)})
        return found

    @cached_property
    def _nodes(self) -> list[ast.AST]:
        return list(ast.walk(self._tree))


def parameter_of(definition: Definition, call: ast.Call, argument: ast.expr) -> str | None:
    """The parameter that an argument of a call is for; None where that cannot be told."""
    spec = definition.args
    names = [parameter.arg for parameter in (*spec.posonlyargs, *spec.args)]
    for keyword in call.keywords:
        if keyword.value is argument:
            known = {*names, *(parameter.arg for parameter in spec.kwonlyargs)}
            return keyword.arg if keyword.arg in known else None
    if argument not in call.args or any(isinstance(given, ast.Starred) for given in call.args):
        return None
    place = call.args.index(argument)
    return names[place] if place < len(names) else None


def result(found: Found, parameter: str, package: str, depth: int = _DEEP) -> Result | None:
    """What a function's result tells of the package whose name it is given; None where it has nothing to do with it."""
    return _Body(found, parameter, package, depth).result()


class _Body:
    """The body of one function, followed from one parameter."""

    def __init__(self, found: Found, parameter: str, package: str, depth: int) -> None:
        self.file = found.file
        self.definition = found.node
        self.package = package
        self.depth = depth
        self.names: dict[str, Told] = {parameter: frozenset({Tells.NAME})}
        self.tests: Told = _NOTHING
        self.asked = False

    def result(self) -> Result | None:
        """What is returned; a function that returns nothing tells what it tests."""
        if isinstance(self.definition, ast.Lambda):
            returned = [self._items(self.definition.body)]
        else:
            nodes = list(_own(self.definition.body))
            if any(isinstance(node, ast.Yield | ast.YieldFrom | ast.Await) for node in nodes):
                return None
            for _ in range(_ROUNDS):
                before = dict(self.names)
                for node in nodes:
                    self._statement(node)
                if self.names == before:
                    break
            values = [node.value for node in nodes if isinstance(node, ast.Return) and node.value is not None]
            returned = [self._items(value) for value in values]
        if not self.asked:
            return None
        if not returned or all(not told for items in returned for told in items):
            return (self.tests,) if self.tests else None
        if len({len(items) for items in returned}) > 1:
            return (frozenset({Tells.OTHER}),)
        return tuple(frozenset().union(*told) for told in zip(*returned, strict=True))

    def _statement(self, node: ast.AST) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._bind(target, self._items(value))
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._bind(target, self._items(value))
            case ast.AugAssign(target=target, value=value):
                self._bind(target, (self.told(value),))
            case ast.NamedExpr(target=target, value=value):
                self._bind(target, (self.told(value),))
            case ast.For(target=target, iter=items) | ast.comprehension(target=target, iter=items):
                self._bind(target, (self.told(items),))
            case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) | ast.Assert(test=test):
                self.tests |= self.told(test) - {Tells.NAME}
            case ast.Expr(value=value):
                self.told(value)
            case ast.Try(body=body):
                for inner in _own(body):
                    if isinstance(inner, ast.Call) and self.told(inner).intersection(_MAY_FAIL):
                        self.tests |= {Tells.EXISTS}

    def _bind(self, target: ast.expr, items: Result) -> None:
        match target:
            case ast.Name(id=name):
                told = frozenset[Tells]().union(*items)
                self.names[name] = self.names.get(name, _NOTHING) | told
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                pairs = items if len(items) == len(targets) else [frozenset[Tells]().union(*items)] * len(targets)
                for part, told in zip(targets, pairs, strict=True):
                    self._bind(part, (told,))

    def _items(self, value: ast.expr) -> Result:
        if isinstance(value, ast.Tuple) and not any(isinstance(item, ast.Starred) for item in value.elts):
            return tuple(map(self._plain, value.elts))
        if isinstance(value, ast.Call):
            return self._called(value)
        if isinstance(value, ast.IfExp):
            one, other = self._items(value.body), self._items(value.orelse)
            if len(one) == len(other):
                return tuple(first | second for first, second in zip(one, other, strict=True))
        return (self._plain(value),)

    def _plain(self, value: ast.expr) -> Told:
        """What a value tells; True and False tell what decides between them."""
        is_answer = isinstance(value, ast.Constant) and isinstance(value.value, bool)
        return self.tests if is_answer else self.told(value)

    def told(self, node: ast.expr) -> Told:
        """What an expression tells of the package."""
        match node:
            case ast.Name(id=name):
                return self.names.get(name, _NOTHING)
            case ast.Constant():
                return _NOTHING
            case ast.Compare():
                return self._compared(node)
            case ast.Call():
                return frozenset[Tells]().union(*self._called(node))
            case ast.Attribute(value=owner, attr=attr):
                return self._part(self.told(owner), attr)
            case ast.Subscript(value=owner, slice=index):
                if Tells.NAME in self.told(index) and self._knows_package(owner):
                    return frozenset({Tells.OTHER})
                key = index.value if isinstance(index, ast.Constant) and isinstance(index.value, str) else ""
                return self._part(self.told(owner), key.lower()) | self.told(index)
            case ast.IfExp(body=body, orelse=orelse):
                return self.told(body) | self.told(orelse)
        parts = (child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr))
        return frozenset[Tells]().union(*map(self.told, parts))

    @staticmethod
    def _part(told: Told, attr: str) -> Told:
        """What an attribute, or an item, of something tells."""
        whole = {Tells.MODULE, Tells.DISTRIBUTION}
        if told & whole:
            return told - whole | ({Tells.VERSION} if attr in _VERSIONS else _NOTHING)
        return told

    def _compared(self, node: ast.Compare) -> Told:
        parts = (node.left, *node.comparators)
        told = frozenset[Tells]().union(*map(self.told, parts))
        constants = [part.value for part in parts if isinstance(part, ast.Constant)]
        is_plain = len(constants) == len(parts) - 1 and not any(str(value)[:1].isdigit() for value in constants)
        if Tells.VERSION in told:
            # `version == "N/A"` asks whether there is one; anything else, which one it is.
            told = told - {Tells.VERSION} if is_plain else told - {Tells.VERSION} | {Tells.OTHER}
        if Tells.NAME in told:
            # Which package it is matters where the name itself is compared, or looked for among written names.
            is_same = any(isinstance(part, ast.Name) and Tells.NAME in self.told(part) for part in parts)
            is_search = all(isinstance(op, ast.In | ast.NotIn) for op in node.ops)
            hangs = any(map(self._knows_package, parts)) or (is_same and not is_search)
            told = told - {Tells.NAME} | ({Tells.OTHER} if hangs else _NOTHING)
        return told - {Tells.MODULE, Tells.DISTRIBUTION}

    def _knows_package(self, node: ast.expr) -> bool:
        """Whether a collection is written out in the file and the package is in it."""
        written = self.file.literal(node.id) if isinstance(node, ast.Name) else node
        if not isinstance(written, ast.Dict | ast.Tuple | ast.List | ast.Set):
            return False
        items = written.keys if isinstance(written, ast.Dict) else written.elts
        return any(isinstance(item, ast.Constant) and item.value == self.package for item in items)

    def _called(self, call: ast.Call) -> Result:
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        told = frozenset[Tells]().union(*map(self.told, given))
        asks = self.file.question(call.func)
        if asks is not None and Tells.NAME in told:
            self.asked = True
            return (frozenset({asks}),)
        match call:
            case ast.Call(func=ast.Name(id="getattr"), args=[owner, ast.Constant(value=str(attr)), *_]):
                return (self._part(self.told(owner), attr),)
            case ast.Call(func=ast.Attribute(value=owner, attr="startswith" | "endswith")):
                if Tells.NAME in self.told(owner):
                    return (frozenset({Tells.OTHER}),)
            case ast.Call(func=ast.Attribute(value=owner, attr="get")) if Tells.NAME in told:
                if self._knows_package(owner):
                    return (frozenset({Tells.OTHER}),)
        if Tells.NAME in told:
            inner = self._of_function(call, given)
            if inner is not None:
                return inner
        owner_tells = self.told(call.func.value) if isinstance(call.func, ast.Attribute) else _NOTHING
        return (told | owner_tells,)

    def _of_function(self, call: ast.Call, given: Sequence[ast.expr]) -> Result | None:
        """What a function that is given the name tells, where it asks something about it."""
        found = self.file.function(call.func) if self.depth else None
        named = [argument for argument in given if self.told(argument) == {Tells.NAME}]
        if found is None or len(named) != 1 or found.node is self.definition:
            return None
        parameter = parameter_of(found.node, call, named[0])
        inner = None if parameter is None else result(found, parameter, self.package, self.depth - 1)
        if inner is not None:
            self.asked = True
        return inner


def _own(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    """What stands in the statements of a function, functions and classes in it apart."""
    stack: list[ast.AST] = list(reversed(body))
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            stack.extend(reversed(list(ast.iter_child_nodes(node))))
