"""The text of expressions and of statement templates with their plans carried out."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

import libcst as cst

from torch2ms.rewrite.output.lines import NEWLINE, fits_line, is_word, lost_comments
from torch2ms.rewrite.output.pairing import Level, pair, slot_levels
from torch2ms.rewrite.output.statements import compile_statement
from torch2ms.rewrite.output.template import (
    Hole,
    Part,
    Rendered,
    as_rendered,
    fit,
    index_parts,
    parenthesized,
    parse_expression,
    single,
)
from torch2ms.rewrite.output.transformer import render_value, rewrite
from torch2ms.rewrite.plan import ExprPlan, Template, Value
from torch2ms.source.parents import Parents
from torch2ms.source.text import SourceText

_HOLE_NAME = re.compile(r"__hole\d+__")
_NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The new text of an expression, in offsets of the source, and the comments it loses."""

    start: int
    end: int
    text: str
    lost: tuple[str, ...]


class ExpressionWriter:
    """Writes the expressions of one file. `wanted` holds the planned ones, those plans use, and all above them."""

    def __init__(
        self, source: SourceText, parents: Parents, plans: Mapping[ast.expr, ExprPlan], wanted: Set[ast.AST]
    ) -> None:
        self.source = source
        self.text = source.text
        self.parents = parents
        self.plans = plans
        self.wanted = wanted
        self._module = cst.Module([])
        self._active: set[ast.expr] = set()

    # Root expressions

    def root(self, root: ast.expr) -> list[Rewritten]:
        """What changes in an expression that is part of no other one."""
        if isinstance(root, ast.Starred):
            root = root.value
        try:
            found = [self._in_place(root, Level.TEST)]
        except RecursionError:
            # A sum of hundreds of terms nests too deeply for libcst: its planned parts go one by one.
            found = [self._in_place(node, slot) for node, slot in self._planned_parts(root)]
        return [rewritten for rewritten in found if rewritten is not None]

    def _planned_parts(self, root: ast.expr) -> Iterator[tuple[ast.expr, Level]]:
        """The outermost planned expressions below a root."""
        todo = [(root, Level.TEST)]
        while todo:
            node, slot = todo.pop()
            if node in self.plans or isinstance(node, ast.JoinedStr):
                yield node, slot
            else:
                todo += [(child, slot) for child, slot in slot_levels(node) if child in self.wanted]

    def _in_place(self, root: ast.expr, slot: Level) -> Rewritten | None:
        """The new text of an expression where it stands; None if it stays."""
        start, end = self.source.span(root)
        old = self.text[start:end]
        renamed = self._renamed(root)
        if renamed is None:
            new = self._code(self._rewritten(root, parse_expression(old), slot))
        else:
            new = _spliced(old, ((self.source.span(node), text) for node, text in renamed), start)
        if new == old:
            return None
        if not fits_line(new) and fits_line(old) and not self._in_brackets(start, end):
            new = f"({new})"
        if is_word(self.text[start - 1 : start]) and is_word(new[:1], quote=True):
            new = f" {new}"
        if is_word(self.text[end : end + 1]) and is_word(new[-1:]):
            new = f"{new} "
        return Rewritten(start, end, new, tuple(lost_comments(old, new)))

    def _renamed(self, root: ast.expr) -> list[tuple[ast.expr, str]] | None:
        """The planned names below a root with the names that they become, where nothing else is planned there.

        Such a change needs no syntax tree: a name stands where a name stood.
        """
        found: list[tuple[ast.expr, str]] = []
        todo: list[ast.AST] = [root]
        while todo:
            node = todo.pop()
            if node not in self.wanted:
                continue
            plan = self.plans.get(node) if isinstance(node, ast.expr) else None
            if plan is None:
                if isinstance(node, ast.JoinedStr):
                    return None
                todo.extend(ast.iter_child_nodes(node))
            elif (
                isinstance(plan, Template)
                and isinstance(node, (ast.Name, ast.Attribute))
                and _NAME.fullmatch(plan.text)
            ):
                found.append((node, plan.text))
            else:
                return None
        return found

    def _in_brackets(self, start: int, end: int) -> bool:
        """Whether an expression has parentheses of its own around it."""
        return (
            self.text[max(0, start - 200) : start].rstrip()[-1:] == "("
            and self.text[end : end + 200].lstrip()[:1] == ")"
        )

    def _rewritten(self, root: ast.expr, twin: cst.BaseExpression, slot: Level = Level.TEST) -> cst.BaseExpression:
        if root not in self.wanted:
            return twin
        return rewrite(twin, pair(root, twin, self.wanted, slot), self.plans, self._elsewhere)

    # Expressions that plans use

    def _elsewhere(self, node: ast.expr) -> Rendered:
        """An expression that is not below the root being rewritten."""
        if node in self._active:
            raise ValueError("an expression cannot be replaced by one that contains it")
        self._active.add(node)
        try:
            return self._rendered(node)
        finally:
            self._active.discard(node)

    def _rendered(self, node: ast.expr) -> Rendered:
        text = self._source_of(node)
        if isinstance(node, ast.Starred):
            call_twin = self._wrapped(ast.Call(ast.Name("f"), [node], []), f"f({text})")
            assert isinstance(call_twin, cst.Call)
            return as_rendered(call_twin.args[0])
        if isinstance(node, ast.Slice | ast.Tuple):
            twin = self._wrapped(ast.Subscript(ast.Name("x"), node), f"x[{text}]")
            assert isinstance(twin, cst.Subscript)
            bare = isinstance(node, ast.Tuple) and not text.startswith("(")
            return index_parts(twin.slice) if bare else as_rendered(_only(twin.slice[0]))
        return as_rendered(self._rewritten(node, parse_expression(text)))

    def _wrapped(self, node: ast.expr, text: str) -> cst.BaseExpression:
        twin = parse_expression(text)
        return rewrite(twin, pair(node, twin, self.wanted | {node}), self.plans, self._elsewhere)

    def _source_of(self, node: ast.expr) -> str:
        if not hasattr(node, "lineno"):
            return ast.unparse(node)
        if sys.version_info < (3, 12):
            # Positions inside f-strings are not to be trusted there.
            above = self.parents.of(node)
            while isinstance(above, ast.expr):
                if isinstance(above, ast.JoinedStr):
                    return ast.unparse(node)
                above = self.parents.of(above)
        return self.source.segment(node)

    # Templates of statements

    def statement(self, template: Template, indent: str) -> str:
        """The lines of a statement template, all but the first indented."""
        code, slots = compile_statement(template.text)
        newline = self.source.newline
        code = NEWLINE.sub(newline + indent, code).replace(f"{newline}{indent}{newline}", newline + newline)

        def value_text(match: re.Match[str]) -> str:
            hole, slot = slots[match.group()]
            return self._value(template.values[hole.name], hole, slot)

        return _HOLE_NAME.sub(value_text, code) if slots else code

    def _value(self, value: Value, hole: Hole, slot: Level) -> str:
        rendered = render_value(value, self._elsewhere)
        if hole.splice or (rendered.many and (hole.index or slot is Level.LOOSE)):
            texts = [self._part(part) for part in rendered.parts]
            comma = "," if len(texts) == 1 and not hole.splice else ""
            return (", ".join(texts) or "()" * (not hole.splice)) + comma
        if hole.index:
            return self._part(rendered.parts[0])
        node = single(rendered)
        if slot is Level.LOOSE and not isinstance(node, cst.Tuple):
            slot = Level.TEST
        return self._on_line(fit(node, slot))

    def _part(self, part: Part) -> str:
        if not isinstance(part.value, cst.BaseExpression):
            return self._code(part.value)
        text = self._on_line(fit(part.value, Level.BIT_OR if part.star else Level.TEST))
        return f"*{text}" if part.star else text

    def _on_line(self, node: cst.BaseExpression) -> str:
        text = self._code(node)
        return text if fits_line(text) else self._code(parenthesized(node))

    def _code(self, node: cst.CSTNode) -> str:
        return self._module.code_for_node(node)


def _spliced(text: str, changes: Iterable[tuple[tuple[int, int], str]], offset: int) -> str:
    """A text that starts at an offset, with other texts in some places of it."""
    for (start, end), new in sorted(changes, reverse=True):
        text = text[: start - offset] + new + text[end - offset :]
    return text


def _only(element: cst.SubscriptElement) -> cst.BaseExpression | cst.BaseSlice:
    part = element.slice
    return part.value if isinstance(part, cst.Index) and part.star is None else part
