"""Which names of MindSpore the rows and helpers use."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping

from torch2ms.mapping.prelude import PRELUDE
from torch2ms.mapping.schema import Body, Helper, Row, Tables

_PLACEHOLDER = re.compile(r"\{\*?([A-Za-z_]\w*)((?:\[-?\d+\])?)\}")


def used_by_row(tables: Tables, row: Row) -> frozenset[str]:
    """The MindSpore names that a row uses, by itself and by its helpers; Tensor methods where one may be meant."""
    found: set[str] = set()
    called = {helper.called: helper for helper in tables.helpers.values()}
    for body in (*row.bodies, row.value or Body()):
        found.update(target for target in (body.to, row.isinstance) if target is not None)
        if body.helper is not None and body.helper in tables.helpers:
            found |= used_by_helper(tables, tables.helpers[body.helper])
        for text in templates(body):
            tree = template_tree(text)
            found.update(_names(tree, PRELUDE, tables.mindspore_names))
            for node in ast.walk(tree):
                if isinstance(node, ast.Name) and node.id in called:
                    found |= used_by_helper(tables, called[node.id])
    return frozenset(found)


def used_by_helper(tables: Tables, helper: Helper) -> frozenset[str]:
    """The MindSpore names that a helper uses; Tensor methods where one may be meant."""
    return frozenset(_names(ast.parse(helper.source), helper.imports, tables.mindspore_names))


def templates(body: Body) -> Iterator[str]:
    """Every template of a body."""
    rules = (text for rule in body.args.values() for text in (rule.default, rule.value))
    for text in (body.expr, body.inplace, *body.add.values(), *rules):
        if text is not None:
            yield text


def template_tree(text: str) -> ast.AST:
    """A template as a syntax tree, its placeholders as names; an empty one when it is not Python."""
    text = text.replace("{}", "_").replace("{{", "\0").replace("}}", "\1")
    code = _PLACEHOLDER.sub(r"_\1_\2", text).replace("\0", "{").replace("\1", "}")
    try:
        return ast.parse(code, mode="eval")
    except SyntaxError:
        return ast.Module([], [])


def _names(tree: ast.AST, qualified: Mapping[str, str], known: Collection[str]) -> Iterator[str]:
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Name | ast.Attribute):
            continue
        dotted = _dotted(node, qualified)
        if dotted is not None:
            if id(node) not in inner and dotted.partition(".")[0] == "mindspore":
                yield dotted
        elif isinstance(node, ast.Attribute) and f"mindspore.Tensor.{node.attr}" in known:
            yield f"mindspore.Tensor.{node.attr}"


def _dotted(node: ast.expr, qualified: Mapping[str, str]) -> str | None:
    if isinstance(node, ast.Name):
        return qualified.get(node.id)
    if isinstance(node, ast.Attribute):
        head = _dotted(node.value, qualified)
        return None if head is None else f"{head}.{node.attr}"
    return None
