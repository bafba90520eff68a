"""Where a name has to be imported for a place that reads it: in a function, in a block, or at the top of the file.

In a function the import stands where it hurts least: in the branches of an `if` that read the name, in a `try` that
expects an import to fail, and below what may leave the function before. A loop is one statement.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from torch2ms.source.parents import Parents

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Block: TypeAlias = Function | ast.If | ast.Try

_OF_IMPORTS = frozenset({"ImportError", "ModuleNotFoundError"})
_PARTIAL = frozenset({"partial", "functools.partial"})
_KEEPING = frozenset({"add", "append", "insert", "setdefault"})
_CATCHING = _OF_IMPORTS | {"Exception", "BaseException"}


@dataclass(frozen=True, slots=True)
class Reading:
    """How a place reads a name.

    `block`: what runs it, a function, or an `if` or `try` at the top of the file; None for the file itself.
    `annotation`: the annotation it is part of, if any. `is_evaluated`: False in an annotation that nothing evaluates.
    """

    block: Block | None
    annotation: ast.expr | None = None
    is_evaluated: bool = True


def reading(node: ast.expr, parents: Parents, postponed: bool) -> Reading:
    """How a place reads a name. `postponed`: the file has `from __future__ import annotations`.

    A lambda or a comprehension belongs to what is around it: there is no place for an import in it.
    """
    annotation: ast.expr | None = None
    is_evaluated = True
    child: ast.AST = node
    above = parents.of(child)
    while above is not None:
        if isinstance(child, ast.expr) and _is_annotation(child, above):
            annotation = child
            is_evaluated = not postponed and not (isinstance(above, ast.AnnAssign) and _is_local(above, parents))
        if isinstance(child, ast.stmt) and _holds(above, child, parents):
            assert isinstance(above, Block)
            return Reading(above, annotation, is_evaluated)
        child, above = above, parents.of(above)
    return Reading(None, annotation, is_evaluated)


def whole_name(node: ast.expr, parents: Parents) -> ast.expr:
    """The dotted name that a name begins."""
    above = parents.of(node)
    while isinstance(above, ast.Attribute):
        node, above = above, parents.of(above)
    return node


def may_wait(node: ast.expr, parents: Parents) -> bool:
    """Whether code that runs at once only keeps what a dotted name means: as a base class, a default, an item of a
    container, the value of a name, what `partial` binds; or a lambda reads it, in which no import can stand."""
    node = whole_name(node, parents)
    above = parents.of(node)
    if _in_lambda(node, parents):
        return True
    while isinstance(above, ast.Tuple | ast.List | ast.Set | ast.Dict):
        node, above = above, parents.of(above)
    match above:
        case ast.ClassDef(bases=bases):
            return node in bases
        case ast.arguments(defaults=defaults, kw_defaults=keywords):
            return node in defaults or node in keywords
        case ast.Assign(value=value) | ast.AnnAssign(value=value):
            return node is value
        case ast.AugAssign(op=ast.Add(), value=ast.Tuple() | ast.List() as value):
            return node is value
        case ast.Call(func=callee, args=[_, *bound]):
            return node in bound and ast.unparse(callee) in _PARTIAL
        case ast.keyword():
            call = parents.of(above)
            return isinstance(call, ast.Call) and ast.unparse(call.func) in _PARTIAL
    return False


def registered(node: ast.expr, parents: Parents) -> ast.expr | None:
    """The argument that a place is part of, where a statement does nothing but put it into a registry or a list:
    `STYLES.register("rows", Rows(Shard(0)))`."""
    child: ast.AST = node
    above = parents.of(child)
    while isinstance(above, ast.expr | ast.keyword):
        if isinstance(child, ast.expr) and child in registered_values(above, parents):
            return child
        child, above = above, parents.of(above)
    return None


def registered_values(call: ast.AST, parents: Parents) -> list[ast.expr]:
    """The arguments of a statement that puts them into a registry or a list, if they can be made later."""
    match call:
        case ast.Call(func=ast.Attribute(attr=name)) if isinstance(parents.of(call), ast.Expr):
            if name.startswith("register") or name in _KEEPING:
                given = (*call.args, *(keyword.value for keyword in call.keywords if keyword.arg))
                return [value for value in given if not _is_at_once(value)]
    return []


def _is_at_once(value: ast.expr) -> bool:
    """Whether an expression would mean something else in a lambda."""
    parts = (ast.Starred, ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)
    return any(isinstance(part, parts) for part in ast.walk(value))


def _in_lambda(node: ast.expr, parents: Parents) -> bool:
    child: ast.AST = node
    above = parents.of(child)
    while isinstance(above, ast.expr | ast.keyword | ast.comprehension):
        if isinstance(above, ast.Lambda) and child is above.body:
            return True
        child, above = above, parents.of(above)
    return False


@dataclass(frozen=True, slots=True)
class Spot:
    """A place for an import: above `stmt`, one of the statements of `body`. `block` is what runs it."""

    block: Block
    body: Sequence[ast.stmt]
    stmt: ast.stmt

    @property
    def is_first(self) -> bool:
        """Whether nothing but a docstring stands above it in a function or block."""
        body = self.block.body
        return self.body is body and body.index(self.stmt) <= int(_is_docstring(body[0]) and len(body) > 1)

    def serves(self, around: Iterable[ast.AST]) -> bool:
        """Whether an import there is seen by what these nodes are around of, itself included."""
        below = self.body[self.body.index(self.stmt) :]
        return any(node in below for node in around)


def spots_for(readings: Sequence[tuple[ast.expr, Block]], parents: Parents) -> list[Spot]:
    """The places at which a name is to be imported for the nodes that read it, each with what runs it; in source order.

    A function inside of another one sees what that has imported above it.
    """
    around = {node: list(_upwards(node, parents)) for node, _ in readings}
    by_block: dict[Block, list[ast.expr]] = {}
    for node, block in readings:
        by_block.setdefault(block, []).append(node)
    found: list[Spot] = []
    for block in sorted(by_block, key=lambda block: (block.lineno, block.col_offset)):  # those outside of others first
        if any(spot.serves([block, *_upwards(block, parents)]) for spot in found):
            continue
        if isinstance(block, Function):
            inside = {node: set(around[node]) for node in by_block[block]}
            found += (_first_if_reached(Spot(block, body, stmt)) for body, stmt in _latest(block.body, inside))
        else:
            found.append(Spot(block, block.body, block.body[0]))
    return found


def _first_if_reached(spot: Spot) -> Spot:
    """The first place of the function instead, where the other one is reached whenever the function is called."""
    body = spot.block.body
    if spot.body is not body or any(map(_may_leave, body[: body.index(spot.stmt)])):
        return spot
    return Spot(spot.block, body, body[int(_is_docstring(body[0]) and len(body) > 1)])


def _may_leave(stmt: ast.stmt) -> bool:
    """Whether a function may end, or be left for good, in a statement of it."""
    stack: list[ast.AST] = [stmt]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Return | ast.Raise | ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, Function | ast.Lambda | ast.ClassDef):
            stack.extend(ast.iter_child_nodes(node))
    return False


def _latest(
    body: Sequence[ast.stmt], inside: Mapping[ast.expr, set[ast.AST]]
) -> Iterator[tuple[Sequence[ast.stmt], ast.stmt]]:
    """The latest places in some statements that serve all nodes in them; `inside` is what each node is part of."""
    holders = {stmt: {node: n for node, n in inside.items() if stmt in n} for stmt in body}
    holders = {stmt: nodes for stmt, nodes in holders.items() if nodes}
    found: list[tuple[Sequence[ast.stmt], ast.stmt]] = []
    for stmt, nodes in holders.items():
        parts = [part for part in _parts(stmt) if part and part[0].lineno > stmt.lineno]
        held = [{node: n for node, n in nodes.items() if not n.isdisjoint(part)} for part in parts]
        deeper = [place for part, some in zip(parts, held, strict=True) for place in _latest(part, some)]
        is_with = isinstance(stmt, ast.With | ast.AsyncWith)
        if sum(map(len, held)) < len(nodes) or (is_with and any(place is parts[0] for place, _ in deeper)):
            yield body, next(iter(holders))
            return
        found += deeper
    yield from found


def _parts(stmt: ast.stmt) -> Iterator[Sequence[ast.stmt]]:
    """The parts of a statement of which some may run without the others, if an import may stand in them."""
    if isinstance(stmt, ast.If):
        yield stmt.body
        other = stmt.orelse[0] if len(stmt.orelse) == 1 else None
        if not isinstance(other, ast.If):
            yield stmt.orelse
        elif other.col_offset == stmt.col_offset:  # an elif
            yield from _parts(other)
        else:
            yield stmt.orelse
    elif isinstance(stmt, ast.With | ast.AsyncWith):
        yield stmt.body
    elif isinstance(stmt, ast.Try):
        if _catches(stmt, _OF_IMPORTS):
            yield stmt.body
        for handler in stmt.handlers:
            yield handler.body
        yield stmt.orelse


def _upwards(node: ast.AST, parents: Parents) -> Iterator[ast.AST]:
    above = parents.of(node)
    while above is not None:
        yield above
        above = parents.of(above)


def _is_docstring(stmt: ast.stmt) -> bool:
    return isinstance(stmt, ast.Expr) and isinstance(stmt.value, ast.Constant) and isinstance(stmt.value.value, str)


def _is_annotation(child: ast.expr, above: ast.AST) -> bool:
    if isinstance(above, Function):
        return above.returns is child
    if isinstance(above, ast.AnnAssign) and above.value is child:
        return ast.unparse(above.annotation).rpartition(".")[2] == "TypeAlias"
    return isinstance(above, ast.arg | ast.AnnAssign) and above.annotation is child


def _is_local(stmt: ast.AnnAssign, parents: Parents) -> bool:
    """Whether an annotated assignment stands in a function, where annotations are not evaluated."""
    above = parents.of(stmt)
    while above is not None and not isinstance(above, Function | ast.ClassDef):
        above = parents.of(above)
    return isinstance(above, Function)


def _holds(above: ast.AST, child: ast.stmt, parents: Parents) -> bool:
    """Whether an import first in the body of a statement serves a statement in it."""
    if isinstance(above, Function):
        return child in above.body
    if not isinstance(above, ast.If | ast.Try) or not isinstance(parents.of(above), ast.Module):
        return False
    return child in above.body and (isinstance(above, ast.If) or _catches(above, _CATCHING))


def _catches(stmt: ast.Try, errors: frozenset[str]) -> bool:
    """Whether a `try` has a handler for one of some errors, or for all of `errors` that catch anything."""
    for handler in stmt.handlers:
        names = [] if handler.type is None else [n.id for n in ast.walk(handler.type) if isinstance(n, ast.Name)]
        if errors.intersection(names) or (handler.type is None and "BaseException" in errors):
            return True
    return False
