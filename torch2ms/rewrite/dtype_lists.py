"""Which tensors a list holds, as far as the file tells: what is written in it, added to it, and passed for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from torch2ms.rewrite.analysis.blocks import Blocks
from torch2ms.rewrite.analysis.definitions import Definitions, Origin
from torch2ms.rewrite.elements import Elements
from torch2ms.source.parents import Parents

_DEPTH = 8
_COPIES = frozenset(("list", "tuple", "reversed", "sorted"))
_ADDING = frozenset(("append", "extend", "insert"))
_KEEPING = frozenset(
    "unsqueeze squeeze view reshape flatten expand repeat transpose permute contiguous clone detach to cuda cpu".split()
)
_COMPREHENSIONS = (ast.ListComp, ast.GeneratorExp)


class Asks(Protocol):
    """What knows the dtypes of single expressions."""

    def part(self, node: ast.AST, item: int | None) -> Elements | None:
        """The elements of a value, or of one item of it."""

    def given(self, origin: ast.arg) -> Sequence[ast.expr | None] | None:
        """What each call in the file passes for a parameter; None: it is not known who calls."""


@dataclass(frozen=True, slots=True)
class Part:
    """A tensor of a list, or several of one kind: `node` is None where it is not written anywhere.

    `own`: it serves this list alone, so that a cast of it changes nothing else. `elements` is None of what is unknown.
    """

    node: ast.expr | None
    elements: Elements | None
    own: bool = False


_UNKNOWN = Part(None, None)


class Lists:
    """The parts of the lists of one file."""

    def __init__(self, blocks: Blocks, parents: Parents, definitions: Definitions, asks: Asks) -> None:
        self._blocks = blocks
        self._parents = parents
        self._definitions = definitions
        self._asks = asks

    def parts(self, node: ast.expr, own: bool = True, depth: int = _DEPTH) -> list[Part]:
        """The tensors of a list, each of them once."""
        found = list(self._parts(node, own, depth)) if depth else [_UNKNOWN]
        return list(dict.fromkeys(found))

    def _parts(self, node: ast.expr, own: bool, depth: int) -> Iterator[Part]:
        match node:
            case ast.List(elts=elts) | ast.Tuple(elts=elts):
                for elt in elts:
                    if isinstance(elt, ast.Starred):
                        yield from self.parts(elt.value, own, depth - 1)
                    else:
                        yield self._one(elt, own)
            case ast.BinOp(left=left, right=right, op=ast.Add()):
                yield from self.parts(left, own, depth - 1)
                yield from self.parts(right, own, depth - 1)
            case ast.BinOp(left=left, right=right, op=ast.Mult()):
                is_list = isinstance(left, (ast.List, ast.Tuple))
                yield from self.parts(left if is_list else right, own, depth - 1) if is_list else self._whole(node)
            case ast.Call(func=ast.Name(id=name), args=[inner]) if name in _COPIES:
                yield from self.parts(inner, own, depth - 1)
            case ast.Call(func=ast.Attribute(attr="values", value=ast.Name() as name), args=[]):
                yield from self._values(name)
            case ast.Subscript(value=inner, slice=ast.Slice()):
                yield from self.parts(inner, False, depth - 1)
            case ast.ListComp(elt=elt, generators=[loop]) | ast.GeneratorExp(elt=elt, generators=[loop]):
                yield from self._each(elt, loop, own, depth)
            case ast.IfExp(body=one, orelse=other):
                yield from self.parts(one, own, depth - 1)
                yield from self.parts(other, own, depth - 1)
            case ast.Name():
                yield from self._name(node, own, depth)
            case _:
                yield from self._whole(node)

    def _one(self, node: ast.expr, own: bool) -> Part:
        return Part(node, _of_tensor(self._asks.part(node, None)), own)

    def _whole(self, node: ast.expr) -> Iterator[Part]:
        yield Part(None, _of_tensor(self._asks.part(node, -1)))

    def _each(self, elt: ast.expr, loop: ast.comprehension, own: bool, depth: int) -> Iterator[Part]:
        """What a comprehension makes: its variable, or what has the dtype of that, is as mixed as what it goes over."""
        one = self._one(elt, own)
        root = elt
        while isinstance(root, ast.Call) and isinstance(root.func, ast.Attribute) and root.func.attr in _KEEPING:
            root = root.func.value
        is_variable = isinstance(root, ast.Name) and isinstance(loop.target, ast.Name) and root.id == loop.target.id
        if one.elements is None and is_variable:
            yield from self.parts(loop.iter, False, depth - 1)
        else:
            yield one

    # -------------------------------------------------------------- names

    def _name(self, node: ast.Name, own: bool, depth: int) -> Iterator[Part]:
        origins = self._definitions.of(node)
        if not origins:
            yield _UNKNOWN
            return
        own = own and self._serves_alone(node)
        for origin in origins:
            yield from self._origin(origin, own, depth)
        for call, load in self._calls(node):
            if not set(origins).intersection(self._definitions.of(load) or ()):
                continue
            match call:
                case ast.Call(func=ast.Attribute(attr="extend"), args=[added]):
                    yield from self.parts(added, own, depth - 1)
                case (
                    ast.Call(func=ast.Attribute(attr="append"), args=[added])
                    | ast.Call(func=ast.Attribute(attr="insert"), args=[_, added])
                ):
                    yield self._one(added, own)

    def _calls(self, node: ast.Name) -> Iterator[tuple[ast.Call, ast.Name]]:
        """The calls of methods of a name in its scope."""
        for load, _ in self._blocks.loads(node.id, self._blocks.scope(self._parents.stmt(node))):
            method = self._parents.of(load)
            call = None if method is None else self._parents.of(method)
            if isinstance(method, ast.Attribute) and method.value is load and isinstance(call, ast.Call):
                yield call, load

    def _serves_alone(self, node: ast.Name) -> bool:
        """Whether a name is read in this one place, but for what is added to it."""
        scope = self._blocks.scope(self._parents.stmt(node))
        loads = {load for load, _ in self._blocks.loads(node.id, scope)}
        adding = {load for call, load in self._calls(node) if _is_adding(call)}
        return loads - adding == {node} and isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef))

    def _origin(self, origin: Origin, own: bool, depth: int) -> Iterator[Part]:
        if isinstance(origin, ast.arg):
            yield from self._passed(origin, depth)
            return
        match self._parents.of(origin):
            case ast.Assign(value=value, targets=[ast.Name()]) | ast.AnnAssign(value=ast.expr() as value):
                yield from self.parts(value, own, depth - 1)
            case ast.Tuple(elts=targets) as several:
                match self._parents.of(several):
                    case ast.Assign(value=ast.Tuple(elts=values)) if _are_paired(targets, values):
                        yield from self.parts(values[targets.index(origin)], False, depth - 1)
                    case _:
                        yield _UNKNOWN
            case ast.AugAssign(op=ast.Add(), value=value):
                yield from self.parts(value, own, depth - 1)
                for before in self._definitions.of(origin) or ():
                    yield from self._origin(before, own, depth - 1) if depth > 1 and before is not origin else ()
            case _:
                yield _UNKNOWN

    def _passed(self, origin: ast.arg, depth: int) -> Iterator[Part]:
        """What callers pass, where all of them pass the same."""
        given = self._asks.given(origin)
        if not given:
            yield _UNKNOWN
            return
        by_call = [[_UNKNOWN] if value is None else self.parts(value, False, depth - 1) for value in given]
        families = {frozenset(_family(one) for one in parts) for parts in by_call}
        if len(families) > 1:
            yield _UNKNOWN
            return
        for parts in by_call:
            yield from (replace(one, node=None) for one in parts)

    # -------------------------------------------------------------- dicts

    def _values(self, name: ast.Name) -> Iterator[Part]:
        """What a dict that is written in the file holds."""
        origins = self._definitions.of(name)
        if origins and len(origins) == 1 and isinstance(origins[0], ast.arg):
            given = self._asks.given(origins[0]) or ()
            stored = [pair for value in given if isinstance(value, ast.Dict) for pair in _pairs(value)]
        else:
            stored = list(self.stored(name))
        if not stored:
            yield _UNKNOWN
        for _, value in stored:
            yield self._one(value, False)

    def stored(self, name: ast.Name) -> Iterator[tuple[ast.expr, ast.expr]]:
        """The keys and values that are written into a dict of the function; nothing of a dict from elsewhere."""
        made = [self._made(origin) for origin in self._definitions.of(name) or ()]
        if not made or None in made:
            return
        for dictionary in made:
            yield from _pairs(dictionary) if dictionary is not None else ()
        for load, _ in self._blocks.loads(name.id, self._blocks.scope(self._parents.stmt(name))):
            item = self._parents.of(load)
            match item, None if item is None else self._parents.of(item):
                case ast.Subscript(slice=key, ctx=ast.Store()), ast.Assign(value=value, targets=[_]):
                    yield key, value

    def _made(self, origin: Origin) -> ast.Dict | None:
        """The dict that an assignment makes, if all of its keys are written there."""
        match self._parents.of(origin):
            case ast.Assign(value=value, targets=[ast.Name()]) | ast.AnnAssign(value=value):
                return value if isinstance(value, ast.Dict) and None not in value.keys else None
        return None


def _pairs(dictionary: ast.Dict) -> Iterator[tuple[ast.expr, ast.expr]]:
    for key, value in zip(dictionary.keys, dictionary.values, strict=True):
        if key is not None:
            yield key, value


def _are_paired(targets: Sequence[ast.expr], values: Sequence[ast.expr]) -> bool:
    return len(targets) == len(values) and not any(isinstance(part, ast.Starred) for part in (*targets, *values))


def _is_adding(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in _ADDING


def _family(part: Part) -> str | None:
    return None if part.elements is None else part.elements.family


def _of_tensor(found: Elements | None) -> Elements | None:
    """Elements of a tensor among those to be joined; numbers are not."""
    return None if found is None or not found.dtype or found.number else replace(found, axes=1)
