"""Expression templates: text with `{name}` placeholders, compiled once, filled with libcst expressions.

A value is parenthesised where its place asks for it: `1 - {m}` with `a - b` gives `1 - (a - b)`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import libcst as cst

from torch2ms.rewrite.output.pairing import Level, Twin, level, pair

_HOLE = re.compile(r"\{\{|\}\}|\{(\*?)([A-Za-z_]\w*)\}|[{}]")
_PREFIX = "__hole"


class TemplateError(ValueError):
    """A template that cannot be compiled, or a value that cannot stand where the template puts it."""


@dataclass(frozen=True, slots=True)
class Hole:
    """A placeholder: `{name}`, or `{*name}` when it is spliced.

    `item`: it is an argument, an element or an index, where a value may bring several items.
    """

    name: str
    splice: bool
    item: bool = False
    index: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One item of a value: an expression, a starred one, or a slice."""

    value: cst.BaseExpression | cst.BaseSlice
    star: bool = False


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a placeholder stands for: one item, or several (a tuple, or the items when spliced)."""

    parts: tuple[Part, ...]
    many: bool = False


@dataclass(frozen=True, slots=True)
class Compiled:
    """A template as a libcst expression whose placeholders are names."""

    root: cst.BaseExpression
    holes: Mapping[cst.CSTNode, Hole]
    slots: Mapping[cst.CSTNode, Level]
    path: frozenset[cst.CSTNode]


@lru_cache(maxsize=4096)
def parse_expression(text: str) -> cst.BaseExpression:
    """Parse the text of an expression as if it stood in brackets; newlines are kept as they are.

    The same text gives the same tree, which nobody changes.
    """
    # libcst forgets the kind of the newlines that equal the first one; here the first one is not the text's.
    node = cst.parse_expression(f"(\n{text}\n)")
    return node.with_changes(lpar=node.lpar[1:], rpar=node.rpar[:-1])


def split_holes(text: str) -> tuple[str, dict[str, Hole]]:
    """The text with an identifier for every placeholder, and the placeholder behind each identifier."""
    holes: dict[str, Hole] = {}

    def name_hole(match: re.Match[str]) -> str:
        found = match.group()
        if found in ("{{", "}}"):
            return found[0]
        if match[2] is None:
            raise TemplateError(f"stray brace in template: {text}")
        name = f"{_PREFIX}{len(holes)}__"
        holes[name] = Hole(match[2], bool(match[1]))
        return name

    return _HOLE.sub(name_hole, text), holes


@lru_cache(maxsize=4096)
def compile_template(text: str) -> Compiled:
    """Compile the text of a template."""
    code, holes = split_holes(text)
    try:
        root = ast.parse(f"(\n{code}\n)", mode="eval").body
        twin = parse_expression(code)
    except (SyntaxError, cst.ParserSyntaxError) as error:
        raise TemplateError(f"not an expression: {text}") from error
    nodes = {node for node in ast.walk(root) if isinstance(node, ast.expr)}
    pairs = pair(root, twin, nodes)
    found: dict[cst.CSTNode, Hole] = {}
    slots: dict[cst.CSTNode, Level] = {}
    items: set[ast.expr] = set()
    indexes: set[ast.expr] = set()
    for node in nodes:
        match node:
            case ast.Call(args=inner) | ast.Tuple(elts=inner) | ast.List(elts=inner) | ast.Set(elts=inner):
                items.update(inner)
            case ast.Subscript(slice=index):
                indexes.add(index)
                if isinstance(index, ast.Tuple) and index in pairs.index:
                    indexes.update(index.elts)
    for node, node_twin in pairs.twins.items():
        if isinstance(node, ast.Name) and node.id in holes:
            hole = holes[node.id]
            is_index = node in indexes
            hole = Hole(hole.name, hole.splice, is_index or node in items, is_index)
            if hole.splice and not hole.item:
                raise TemplateError(f"{{*{hole.name}}} is not an item in: {text}")
            found[node_twin] = hole
            slots[node_twin] = pairs.slots[node]
    if len(found) != len(holes):
        raise TemplateError(f"placeholder inside a name or a string: {text}")
    return Compiled(twin, found, slots, frozenset(pairs.path))


def parse_text(text: str) -> cst.BaseExpression:
    """The text of a placeholder as an expression."""
    try:
        return parse_expression(text)
    except cst.ParserSyntaxError as error:
        raise TemplateError(f"not an expression: {text}") from error


def fit(node: cst.BaseExpression, slot: Level) -> cst.BaseExpression:
    """The expression, in parentheses when its place binds tighter than it does."""
    return node if level(node) >= slot else parenthesized(node)


def parenthesized(node: cst.BaseExpression) -> cst.BaseExpression:
    """The expression in one more pair of parentheses."""
    return node.with_changes(
        lpar=[cst.LeftParen(), *node.lpar],
        rpar=[*node.rpar, cst.RightParen()],
    )


def braces_apart(part: cst.FormattedStringExpression) -> cst.FormattedStringExpression:
    """Keep the brace of a dict or set from doubling that of the f-string."""
    starts_with_brace = cst.Module([]).code_for_node(part.expression).startswith("{")
    if starts_with_brace and part.whitespace_before_expression.empty:
        return part.with_changes(whitespace_before_expression=cst.SimpleWhitespace(" "))
    return part


def single(rendered: Rendered) -> cst.BaseExpression:
    """The value as one expression; several items make a tuple."""
    if rendered.many:
        return cst.Tuple([_element(part) for part in rendered.parts])
    (part,) = rendered.parts
    if part.star or not isinstance(part.value, cst.BaseExpression):
        raise TemplateError("a starred value or a slice cannot stand alone")
    return part.value


def as_rendered(node: Twin) -> Rendered:
    """A libcst node, as pairing gives it for an ast expression, as a value."""
    if isinstance(node, cst.Arg | cst.StarredElement):
        return Rendered((Part(node.value, star=True),))
    if isinstance(node, cst.Index):
        return Rendered((Part(node.value, star=node.star is not None),))
    if isinstance(node, cst.BaseExpression | cst.BaseSlice):
        return Rendered((Part(node),))
    raise TemplateError("the braces of an f-string are no value")


def index_parts(elements: Sequence[cst.SubscriptElement]) -> Rendered:
    """The items of an index without parentheses (`x[a, :]`) as a value."""
    return Rendered(tuple(as_rendered(element.slice).parts[0] for element in elements), many=True)


def fill(
    compiled: Compiled,
    value: Callable[[str], Rendered],
    dot: tuple[str, cst.Dot] | None = None,
) -> Rendered:
    """Put values into a template.

    `dot` is the dot that followed the named placeholder's value in the source: its layout is kept where the
    template, too, takes an attribute of that placeholder.
    """
    hole = compiled.holes.get(compiled.root)
    if hole is not None and not compiled.root.lpar:
        return value(hole.name)
    result = compiled.root.visit(_Filler(compiled, value, dot))
    assert isinstance(result, cst.BaseExpression)
    return Rendered((Part(result),))


class _Filler(cst.CSTTransformer):
    def __init__(
        self,
        compiled: Compiled,
        value: Callable[[str], Rendered],
        dot: tuple[str, cst.Dot] | None,
    ) -> None:
        super().__init__()
        self.compiled = compiled
        self.dot = dot
        self.value = value
        self.values: dict[str, Rendered] = {}
        self.used: set[str] = set()

    def on_visit(self, node: cst.CSTNode) -> bool:
        return node in self.compiled.path

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> cst.CSTNode:  # type: ignore[override]
        original, updated = original_node, updated_node
        holes = self.compiled.holes
        hole = holes.get(original)
        if hole is not None:
            if self.is_items(hole):
                if not hole.item:
                    raise TemplateError(f"{hole.name} is several items where one expression is needed")
                return updated
            result = single(self.take(hole))
            if isinstance(original, cst.Name) and original.lpar:
                kept = {} if result.lpar else {"lpar": original.lpar, "rpar": original.rpar}
                return result.with_changes(**kept)
            return fit(result, self.compiled.slots[original])
        if original not in self.compiled.path:
            return updated
        match original, updated:
            case cst.Attribute(), cst.Attribute():
                receiver = holes.get(original.value)
                if self.dot is not None and receiver is not None and receiver.name == self.dot[0]:
                    return updated.with_changes(dot=self.dot[1])
            case cst.Call(), cst.Call():
                return self.arguments(original, updated)
            case ((cst.Tuple() | cst.List() | cst.Set()), (cst.Tuple() | cst.List() | cst.Set())):
                return self.display(original, updated)
            case cst.Subscript(), cst.Subscript():
                return self.index(original, updated)
            case cst.FormattedStringExpression(), cst.FormattedStringExpression():
                return braces_apart(updated)
        return updated

    def look(self, hole: Hole) -> Rendered:
        if hole.name not in self.values:
            self.values[hole.name] = self.value(hole.name)
        return self.values[hole.name]

    def take(self, hole: Hole) -> Rendered:
        rendered = self.look(hole)
        if hole.name in self.used:
            return clone(rendered)
        self.used.add(hole.name)
        return rendered

    def is_items(self, hole: Hole) -> bool:
        """Whether the parent has to put the value in, as an item or several."""
        if hole.splice:
            return True
        rendered = self.look(hole)
        has_slice = any(isinstance(part.value, cst.BaseSlice) for part in rendered.parts)
        if rendered.many:
            return has_slice or hole.index
        return has_slice or rendered.parts[0].star

    def items(self, node: cst.CSTNode) -> tuple[Part, ...] | None:
        """The items that replace an element whose value is this node, None when it stays."""
        hole = self.compiled.holes.get(node)
        if hole is None or not self.is_items(hole):
            return None
        return self.take(hole).parts

    def arguments(self, original: cst.Call, updated: cst.Call) -> cst.Call:
        args: list[cst.Arg] = []
        changed = False
        for old, new in zip(original.args, updated.args, strict=True):
            parts = self.items(old.value)
            if parts is None:
                bare = bare_argument(new) if old.value in self.compiled.holes else new
                changed = changed or bare is not new
                args.append(bare)
            else:
                changed = True
                args += [_argument(part) for part in parts]
        if not changed:
            return updated
        if len(args) == 1 and isinstance(args[0].value, cst.GeneratorExp):
            return updated.with_changes(args=[_plain_comma(args[0])])
        args = [arg.with_changes(value=fit(arg.value, Level.TEST)) for arg in args]
        return updated.with_changes(args=[_plain_comma(arg) for arg in args])

    def display(
        self, original: cst.Tuple | cst.List | cst.Set, updated: cst.Tuple | cst.List | cst.Set
    ) -> cst.BaseExpression:
        elements: list[cst.BaseElement] = []
        changed = False
        for old, new in zip(original.elements, updated.elements, strict=True):
            parts = self.items(old.value)
            if parts is None:
                elements.append(new)
            else:
                changed = True
                elements += [_element(part) for part in parts]
        if not changed:
            return updated
        if not elements and isinstance(updated, cst.Set):
            return cst.Call(cst.Name("set"))
        result = updated.with_changes(elements=[_plain_comma(item) for item in elements])
        return parenthesized(result) if isinstance(result, cst.Tuple) and not result.lpar else result

    def index(self, original: cst.Subscript, updated: cst.Subscript) -> cst.Subscript:
        elements: list[cst.SubscriptElement] = []
        changed = tuple_of_one = False
        for old, new in zip(original.slice, updated.slice, strict=True):
            hole = self.compiled.holes.get(old.slice.value) if isinstance(old.slice, cst.Index) else None
            if hole is None or not self.is_items(hole):
                elements.append(new)
                continue
            changed = True
            rendered = self.take(hole)
            tuple_of_one |= rendered.many and not hole.splice and len(original.slice) == 1
            if rendered.many and not hole.splice and len(original.slice) > 1:
                # One item of a larger index: a tuple stays a tuple.
                elements.append(subscript_element(Part(single(rendered))))
            else:
                elements += [subscript_element(part) for part in rendered.parts]
        if not changed:
            return updated
        if not elements:
            return updated.with_changes(slice=[subscript_element(Part(cst.Tuple([])))])
        if len(elements) == 1:
            comma = cst.Comma() if tuple_of_one else cst.MaybeSentinel.DEFAULT
            return updated.with_changes(slice=[elements[0].with_changes(comma=comma)])
        return updated.with_changes(slice=[_plain_comma(item) for item in elements])


def bare_argument(arg: cst.Arg) -> cst.Arg:
    """An argument without the parentheses it needed elsewhere: `(a + b).sum()` → `ops.sum(a + b)`."""
    value = arg.value
    if len(value.lpar) != 1 or not isinstance(value, _OPERATIONS):
        return arg
    code = cst.Module([]).code_for_node(value)
    if "\n" in code or "#" in code:
        return arg
    return arg.with_changes(value=value.with_changes(lpar=[], rpar=[]))


_OPERATIONS = (cst.BinaryOperation, cst.UnaryOperation, cst.BooleanOperation, cst.Comparison)


def _argument(part: Part) -> cst.Arg:
    if not isinstance(part.value, cst.BaseExpression):
        raise TemplateError("a slice cannot be an argument")
    return cst.Arg(fit(part.value, Level.GENERATOR), star="*" if part.star else "")


def _element(part: Part) -> cst.BaseElement:
    if not isinstance(part.value, cst.BaseExpression):
        raise TemplateError("a slice cannot be an element")
    if part.star:
        return cst.StarredElement(fit(part.value, Level.BIT_OR))
    return cst.Element(fit(part.value, Level.TEST))


def subscript_element(part: Part) -> cst.SubscriptElement:
    """The item of an index that a value makes."""
    if isinstance(part.value, cst.BaseExpression):
        value = fit(part.value, Level.BIT_OR if part.star else Level.TEST)
        return cst.SubscriptElement(cst.Index(value, star="*" if part.star else None))
    return cst.SubscriptElement(part.value)


_C = TypeVar("_C", cst.Arg, cst.BaseElement, cst.SubscriptElement)


def _plain_comma(item: _C) -> _C:
    """The item with the comma, or lack of one, that its place in the sequence asks for."""
    changed: _C = item.with_changes(comma=cst.MaybeSentinel.DEFAULT)
    return changed


def clone(rendered: Rendered) -> Rendered:
    """A copy that shares no node: one libcst node must not stand twice in a tree."""
    return Rendered(tuple(Part(part.value.deep_clone(), part.star) for part in rendered.parts), rendered.many)
