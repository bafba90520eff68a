"""What one file binds at its top level, and what its classes make and register, read from its tree alone."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

_KEEP_RESULT = frozenset(
    "no_grad inference_mode enable_grad staticmethod classmethod abstractmethod wraps script ignore export unused "
    "lru_cache cache compile autocast custom_fwd override deprecated".split()
)
"""Decorators that leave what a function returns as it is."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What a file binds at its top level.

    `imports`: local name → qualified name, dots first when it is relative; a second name for what is imported,
    `Linear = nn.Linear`, is one of them.
    """

    imports: Mapping[str, str] = field(default_factory=dict)
    second: frozenset[str] = frozenset()
    """The imports that are second names: the file binds them whatever becomes of what is imported."""
    stars: tuple[str, ...] = ()
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    returns: Mapping[str, str] = field(default_factory=dict)
    """What the annotations of functions promise, and those of methods under `Class.method`."""
    own: frozenset[str] = frozenset()
    """Functions, classes and variables."""
    public: frozenset[str] | None = None
    """`__all__`, where it can be read."""


def qualified(level: int, module: str | None, name: str = "") -> str:
    """The name an import statement binds: `from ..a import b` gives `..a.b`."""
    return "." * level + ".".join(filter(None, (module, name)))


def outline(tree: ast.Module) -> Outline:
    """Read the top level of a file, the branches of `if` and `try` too.

    A name with a fallback of its own (`try: from torch import x` … `except ImportError: def x`) is the file's.
    """
    imports: dict[str, str] = {}
    stars: list[str] = []
    classes: dict[str, tuple[str, ...]] = {}
    returns: dict[str, str] = {}
    own: set[str] = set()
    second: dict[str, ast.Assign] = {}
    public: frozenset[str] | None = None
    for stmt in _top_level(tree.body):
        if isinstance(stmt, ast.Import):
            for alias in stmt.names:
                local = alias.asname or alias.name.partition(".")[0]
                imports.setdefault(local, alias.name if alias.asname else local)
        elif isinstance(stmt, ast.ImportFrom):
            for alias in stmt.names:
                if alias.name == "*":
                    stars.append(qualified(stmt.level, stmt.module))
                else:
                    imports.setdefault(alias.asname or alias.name, qualified(stmt.level, stmt.module, alias.name))
        elif isinstance(stmt, ast.ClassDef):
            classes[stmt.name] = tuple(ast.unparse(base) for base in stmt.bases)
            own.add(stmt.name)
            returns.update({f"{stmt.name}.{name}": text for name, text in _promises(stmt.body)})
        elif isinstance(stmt, ast.FunctionDef):
            own.add(stmt.name)
            returns.update(_promises([stmt]))
        elif isinstance(stmt, ast.AsyncFunctionDef):
            own.add(stmt.name)
        elif isinstance(stmt, ast.Assign):
            names = {target.id for target in stmt.targets if isinstance(target, ast.Name)}
            second.update({name: stmt for name in names if name not in own})
            own |= names
            if "__all__" in names:
                public = _strings(stmt.value)
        elif (added := added_names(stmt)) is not None:
            more = _strings(added)
            public = None if public is None or more is None else public | more
    others = dict(_second_names(tree, second, imports))
    own -= others.keys()
    passing = {local: name for local, name in (imports | others).items() if local not in own}
    return Outline(passing, frozenset(others), tuple(stars), classes, returns, frozenset(own), public)


def added_names(stmt: ast.stmt) -> ast.expr | None:
    """What a statement adds to the public names: `__all__ += […]`, `__all__.extend([…])`, `__all__.append(…)`."""
    match stmt:
        case (
            ast.AugAssign(target=ast.Name(id="__all__"), value=added)
            | ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="__all__"), attr="extend"), args=[added]))
        ):
            return added
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="__all__"), attr="append"), args=[added])):
            return ast.List([added], ast.Load())
    return None


def _second_names(
    tree: ast.Module, assigned: Mapping[str, ast.Assign], imports: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """The names that are given something that is imported, and nothing else: `Linear = nn.Linear`."""
    found: dict[str, str] = {}
    for name, stmt in assigned.items():
        text = ast.unparse(stmt.value) if isinstance(stmt.value, ast.Name | ast.Attribute) else ""
        head, dot, rest = text.partition(".")
        if head in imports and name not in imports and len(stmt.targets) == 1 and stmt in tree.body:
            found[name] = f"{imports[head]}{dot}{rest}"
    nodes = ast.walk(tree) if found else ()
    bound = [node.id for node in nodes if isinstance(node, ast.Name) and node.id in found and _is_bound(node)]
    for name, meaning in found.items():
        if bound.count(name) == 1:
            yield name, meaning


def _is_bound(node: ast.Name) -> bool:
    return not isinstance(node.ctx, ast.Load)


def _promises(body: Iterable[ast.stmt]) -> Iterator[tuple[str, str]]:
    """What the functions in a block promise to return; those that yield, or whose decorators may change that, apart."""
    for stmt in body:
        if isinstance(stmt, ast.FunctionDef) and stmt.returns is not None:
            names = [ast.unparse(decorator).partition("(")[0] for decorator in stmt.decorator_list]
            if all(name.rpartition(".")[2] in _KEEP_RESULT for name in names):
                yield stmt.name, ast.unparse(stmt.returns)


def _top_level(body: Iterable[ast.stmt]) -> Iterable[ast.stmt]:
    for stmt in body:
        yield stmt
        if isinstance(stmt, (ast.If, ast.Try)):
            yield from _top_level(stmt.body)
            for handler in getattr(stmt, "handlers", ()):
                yield from _top_level(handler.body)
            yield from _top_level(stmt.orelse)


def _strings(node: ast.expr) -> frozenset[str] | None:
    if not isinstance(node, (ast.List, ast.Tuple)):
        return None
    texts = [item.value for item in node.elts if isinstance(item, ast.Constant) and isinstance(item.value, str)]
    return frozenset(texts) if len(texts) == len(node.elts) else None


def attributes(tree: ast.Module) -> dict[str, dict[str, str]]:
    """What the methods of each class call to make `self.x`; "" where it is something else, or not always the same."""
    found: dict[str, dict[str, str]] = {}
    for cls in _top_level(tree.body):
        if isinstance(cls, ast.ClassDef):
            made = found.setdefault(cls.name, {})
            for node in ast.walk(cls):
                if not isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
                    continue
                for target in node.targets if isinstance(node, ast.Assign) else (node.target,):
                    if isinstance(target, ast.Attribute) and ast.unparse(target.value) == "self":
                        text = ast.unparse(node.value.func) if isinstance(node.value, ast.Call) else ""
                        made[target.attr] = text if made.get(target.attr, text) == text else ""
    return found


def buffers(tree: ast.Module) -> dict[str, dict[str, bool]]:
    """The buffers that the methods of each class register under a literal name; whether checkpoints keep them."""
    found: dict[str, dict[str, bool]] = {}
    for cls in _top_level(tree.body):
        if isinstance(cls, ast.ClassDef):
            calls = (node for node in ast.walk(cls) if isinstance(node, ast.Call))
            kept = [name for call in calls if (name := registered(call)) is not None]
            found[cls.name] = {name.value: name.persistent or (name.value, True) in kept for name in kept}
    return found


class Registered(NamedTuple):
    """A buffer that a call registers under a literal name."""

    value: str
    persistent: bool


def registered(call: ast.Call) -> Registered | None:
    """The buffer that `self.register_buffer("name", tensor)` registers; None when it begins as None."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "register_buffer":
        return None
    given: dict[str | None, ast.expr] = dict(zip(("name", "tensor", "persistent"), call.args, strict=False))
    given |= {keyword.arg: keyword.value for keyword in call.keywords}
    name, persistent = given.get("name"), given.get("persistent")
    if not isinstance(name, ast.Constant) or not isinstance(name.value, str) or _is(given.get("tensor"), None):
        return None
    return Registered(name.value, not _is(persistent, False))


def _is(node: ast.expr | None, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value
