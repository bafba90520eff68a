"""Converts torch's names in annotations that are written as strings: `x: "torch.Tensor"`.

Nothing runs them, but type checkers and readers take them for names, and the imports they need are gone. A name without
a counterpart stays, and so does its import.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.analysis.annotations import (
    NameInString,
    annotation_strings,
    names_in_string,
    plain_literal,
    without_repeats,
)
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.plan import Template


def _finish(ctx: FileContext) -> None:
    """Look at every annotation of the file."""
    for string, stmt in annotation_strings(ctx.facts.owners):
        literal = plain_literal(ctx.text(string))
        text = "" if literal is None else literal[1]
        names = [(name, meant) for name in names_in_string(text) if (meant := ctx.imported_torch_name(name.text))]
        if literal is not None and names:
            _convert(ctx, string, stmt, literal[0], text, names)


def _convert(
    ctx: FileContext, string: ast.Constant, stmt: ast.stmt, quote: str, text: str, names: list[tuple[NameInString, str]]
) -> None:
    use = ctx.add_site(string, ctx.know.canonical(names[0][1]), stmt)
    targets: list[str] = []
    for name, meant in reversed(names):
        target = _target(ctx, ctx.know.canonical(meant))
        if target is None:
            ctx.manual(use, "T2M205", f"{meant} in an annotation has no counterpart in the tables")
            return
        targets.append(target)
        text = text[: name.start] + (ctx.spell(target) if "." in target else target) + text[name.end :]
    text = without_repeats(text)
    ctx.replace(string, Template(f"{quote}{text}{quote}".replace("{", "{{").replace("}", "}}")))
    ctx.converted(use, targets[-1])


def _target(ctx: FileContext, name: str) -> str | None:
    if name == "torch.device":
        return "str"
    row = ctx.tables.rows.get(name)
    if row is None:
        return None
    return row.isinstance or row.body.to or (row.value.to if row.value is not None else None)


RULE = Rule(finish=_finish)
