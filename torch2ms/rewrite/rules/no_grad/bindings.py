"""Where names get their values, and the objects that statements change: what the other stages look up."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from torch2ms.rewrite.analysis.blocks import own_nodes
from torch2ms.rewrite.context import FileContext

# Methods of containers that keep their arguments.
KEEPERS = frozenset(
    "append appendleft extend extendleft insert add update setdefault put put_nowait push enqueue __setitem__".split()
)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """A place where a name gets a value."""

    name: ast.Name
    stmt: ast.stmt
    value: ast.expr | None
    """The value, or what the name's value is an item of; None when it comes from elsewhere."""
    item: int | None = None
    """The place of the name in a tuple that `value` is unpacked into."""
    of_loop: bool = False
    """Whether the name gets the items of `value` one after the other."""
    operator: ast.operator | None = None
    """The operator of an augmented assignment."""

    @property
    def is_plain(self) -> bool:
        """Whether the name gets just this value."""
        return self.value is not None and self.item is None and not self.of_loop and self.operator is None


def binding_of(ctx: FileContext, name: ast.Name, stmt: ast.stmt) -> Binding:
    """What a name that is stored gets its value from."""
    child: ast.AST = name
    item: int | None = None
    while True:
        parent = ctx.parents.of(child)
        match parent:
            case ast.Tuple(elts=elts) | ast.List(elts=elts):
                place = next(i for i, part in enumerate(elts) if part is child)
                starred = any(isinstance(part, ast.Starred) for part in elts[: place + 1])
                item = -1 if item is not None or starred else place
            case ast.Starred():
                item = -1
            case ast.Assign(value=value):
                return Binding(name, stmt, value, item)
            case ast.AnnAssign(value=value) | ast.NamedExpr(value=value):
                return Binding(name, stmt, value, item)
            case ast.AugAssign(value=value, op=op):
                return Binding(name, stmt, value, operator=op)
            case ast.For(iter=value) | ast.AsyncFor(iter=value) | ast.comprehension(iter=value):
                return Binding(name, stmt, value, item, of_loop=True)
            case ast.withitem(context_expr=value):
                return Binding(name, stmt, value, item=-1)
            case _:
                return Binding(name, stmt, None)
        child = parent


def is_in_comprehension(ctx: FileContext, name: ast.Name) -> bool:
    """Whether a name that is stored belongs to a comprehension, and to no statement."""
    above: ast.AST | None = ctx.parents.of(name)
    while isinstance(above, (ast.Tuple, ast.List, ast.Starred)):
        above = ctx.parents.of(above)
    return isinstance(above, ast.comprehension)


def bindings_in(ctx: FileContext, name: str, scope: ast.AST) -> Iterator[Binding]:
    """Where a name of a function, a class or the file gets a value there."""
    for node, stmt in ctx.blocks.stores(name, scope):
        if ctx.blocks.scope(stmt) is scope and not is_in_comprehension(ctx, node):
            yield binding_of(ctx, node, stmt)


def comprehension_of(ctx: FileContext, name: ast.Name) -> ast.comprehension | None:
    """The `for` of a comprehension around a name that gives the name its value."""
    above: ast.AST | None = name
    while above is not None and not isinstance(above, ast.stmt):
        if isinstance(above, _COMPREHENSIONS):
            for generator in above.generators:
                if any(isinstance(n, ast.Name) and n.id == name.id for n in ast.walk(generator.target)):
                    return generator
        above = ctx.parents.of(above)
    return None


def path_of(node: ast.expr) -> str:
    """An expression of names, attributes and items, as text without the items: `self.memo` for `self.memo["t"].x`."""
    while True:
        match node:
            case ast.Name(id=name):
                return name
            case ast.Attribute(value=ast.Name(id=owner), attr=attr):
                return f"{owner}.{attr}"
            case ast.Attribute(value=inner) | ast.Subscript(value=inner) | ast.Starred(value=inner):
                node = inner
            case ast.Call(func=ast.Attribute(value=inner)):
                node = inner
            case _:
                return ""


def read_paths(node: ast.AST) -> set[str]:
    """The names and attributes of names that an expression or statement reads."""
    found: set[str] = set()
    for item in ast.walk(node):
        if isinstance(item, ast.Name) and not isinstance(item.ctx, ast.Store) and item.id != "self":
            found.add(item.id)
        elif isinstance(item, ast.Attribute) and isinstance(item.value, ast.Name):
            found.add(f"{item.value.id}.{item.attr}")
    return found


def stored_paths(stmt: ast.stmt) -> set[str]:
    """The names that a statement itself binds, and the names and attributes whose objects it changes."""
    found: set[str] = set()
    for node in own_nodes(stmt):
        if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)) and isinstance(node.ctx, ast.Store):
            found.add(path_of(node))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            method = node.func.attr
            if method in KEEPERS or (method.endswith("_") and not method.endswith("__")):
                found.add(path_of(node.func.value))
    return found - {""}


def put_into(stmt: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """What a statement itself puts into the objects of names: items, attributes, what their methods are given."""
    match stmt:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                if isinstance(target, (ast.Attribute, ast.Subscript)):
                    yield path_of(target).split(".")[0], value
        case ast.AugAssign(target=target, value=value):
            yield path_of(target).split(".")[0], value
    for node in own_nodes(stmt):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            method = node.func.attr
            if method in KEEPERS or (method.endswith("_") and not method.endswith("__")):
                root = path_of(node.func.value).split(".")[0]
                yield from ((root, taken(method, value)) for value in node.args)
                yield from ((root, keyword.value) for keyword in node.keywords)


def taken(method: str, value: ast.expr) -> ast.expr:
    """What a container takes of an argument: `extend` runs through a generator at once."""
    at_once = method in ("extend", "extendleft", "update")
    return value.elt if at_once and isinstance(value, ast.GeneratorExp) else value
