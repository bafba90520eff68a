"""Annotations, and names for types, that are written as strings: which there are, and the names in them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from torch2ms.source.syntax import last_name

_GENERIC = frozenset("Union Optional List Dict Tuple Type Sequence Iterable Iterator Mapping Callable Set".split())
_LITERAL = re.compile(r"(?P<quote>['\"])(?P<text>[^'\"\\\n]*)(?P=quote)")


@dataclass(frozen=True, slots=True)
class NameInString:
    """A dotted name in a string, as offsets into its text."""

    text: str
    start: int
    end: int

    @property
    def root(self) -> str:
        """The name it starts with."""
        return self.text.partition(".")[0]


def annotation_strings(stmts: Iterable[ast.stmt]) -> Iterator[tuple[ast.Constant, ast.stmt]]:
    """The strings in the annotations of statements, each with its statement."""
    for stmt in stmts:
        for annotation in _annotations(stmt):
            for string in _strings(annotation):
                yield string, stmt


def names_in_string(text: str) -> list[NameInString]:
    """The maximal dotted names of an annotation; none where it is no expression on one line."""
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError):
        return []
    if "\n" in text or not text.isascii():
        return []
    found: list[NameInString] = []
    stack: list[ast.AST] = [tree.body]
    while stack:
        node = stack.pop()
        if isinstance(node, (ast.Name, ast.Attribute)) and node.end_col_offset is not None:
            dotted = text[node.col_offset : node.end_col_offset]
            if re.fullmatch(r"\w+(\.\w+)*", dotted):
                found.append(NameInString(dotted, node.col_offset, node.end_col_offset))
                continue
        stack.extend(ast.iter_child_nodes(node))
    return sorted(found, key=lambda name: name.start)


def plain_literal(source: str) -> tuple[str, str] | None:
    """The quote and the text of a string literal that has no prefix and no escapes; None for any other."""
    match = _LITERAL.fullmatch(source)
    return None if match is None else (match["quote"], match["text"])


def _annotations(stmt: ast.stmt) -> Iterator[ast.expr]:
    if isinstance(stmt, ast.AnnAssign):
        yield stmt.annotation
        if stmt.value is not None and last_name(stmt.annotation) == "TypeAlias":
            yield stmt.value
    elif isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef)):
        args = stmt.args
        for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg):
            if arg is not None and arg.annotation is not None:
                yield arg.annotation
        if stmt.returns is not None:
            yield stmt.returns
    elif isinstance(stmt, ast.Assign):
        yield from _types(stmt.value)


def _types(value: ast.expr) -> Iterator[ast.expr]:
    """The types that a name for one is made of: `Union[int, "torch.Tensor"]`, `TypeVar("T", bound="torch.Tensor")`."""
    if isinstance(value, ast.Subscript) and last_name(value.value) in _GENERIC:
        yield value
    elif isinstance(value, ast.Call) and last_name(value.func) in ("TypeVar", "NewType"):
        yield from value.args[1:]
        yield from (keyword.value for keyword in value.keywords if keyword.arg == "bound")


def _strings(annotation: ast.expr) -> Iterator[ast.Constant]:
    if isinstance(annotation, ast.Constant):
        if isinstance(annotation.value, str):
            yield annotation
    elif isinstance(annotation, ast.Subscript):
        kind = ast.unparse(annotation.value).rpartition(".")[2]
        if kind == "Annotated" and isinstance(annotation.slice, ast.Tuple):
            yield from _strings(annotation.slice.elts[0])
        elif kind not in ("Literal", "Annotated"):
            yield from _strings(annotation.slice)
    elif isinstance(annotation, (ast.Tuple, ast.List)):
        for part in annotation.elts:
            yield from _strings(part)
    elif isinstance(annotation, ast.BinOp):
        yield from _strings(annotation.left)
        yield from _strings(annotation.right)


def is_union(node: ast.expr) -> bool:
    """Whether an expression names `typing.Union`."""
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name == "Union"


def union_members(union: ast.expr) -> Iterator[ast.expr]:
    """The members of a union, be it written `A | B` or `Union[A, B]`; of another expression itself."""
    match union:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from union_members(left)
            yield from union_members(right)
        case ast.Subscript(value=name, slice=ast.Tuple(elts=members)) if is_union(name):
            yield from members
        case _:
            yield union


def without_repeats(text: str) -> str:
    """An annotation in a string without the members of a union that stand there twice."""
    tree = ast.parse(text.strip(), mode="eval")
    members = [list(union_members(node)) for node in ast.walk(tree) if isinstance(node, ast.Subscript | ast.BinOp)]
    if all(len(some) == len(set(map(ast.dump, some))) for some in members):
        return text
    return ast.unparse(_Once().visit(tree))


class _Once(ast.NodeTransformer):
    """Leaves one of equal members of a union."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """`Union[str, str]` is `str`."""
        self.generic_visit(node)
        if not is_union(node.value) or not isinstance(node.slice, ast.Tuple):
            return node
        kept = list({ast.dump(member): member for member in node.slice.elts}.values())
        return kept[0] if len(kept) == 1 else ast.Subscript(node.value, ast.Tuple(kept, ast.Load()), ast.Load())

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """`str | str` is `str`."""
        first, *rest = {ast.dump(member): member for member in union_members(node)}.values()
        result = first
        for member in rest:
            result = ast.BinOp(result, ast.BitOr(), member)
        return result
