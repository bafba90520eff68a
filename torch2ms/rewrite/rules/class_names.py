"""Adapts comparisons of a layer's class name with a string, because many layers have another class name in MindSpore.

What is `Linear` in torch is `Dense` in MindSpore: `classname.find("Linear") != -1` must hold for exactly the layers it
held for before.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from torch2ms.mapping.schema import Row
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.source import kinds as k

_SITE = "torch.nn.Module.__class__"
_TESTS: dict[str, Callable[[str, str], bool]] = {
    "in": lambda name, text: text in name,
    "find": lambda name, text: text in name,
    "startswith": lambda name, text: name.startswith(text),
    "endswith": lambda name, text: name.endswith(text),
    "==": lambda name, text: name == text,
}


def _finish(ctx: FileContext) -> None:
    """Look at every comparison of a class name."""
    if ctx.uses_mindspore or not any(isinstance(kind, k.ClassName) for kind in ctx.facts.kinds.values()):
        return  # in a file with Cells already, the names may be theirs
    pairs = _pairs(ctx)
    for node in ctx.facts.of_type(ast.Compare, ast.Call):
        _look(ctx, node, pairs)


def _pairs(ctx: FileContext) -> list[tuple[str, str]]:
    """The name of each torch layer's class with that of the Cell it becomes."""
    found: list[tuple[str, str]] = []
    for name, row in ctx.tables.rows.items():
        if ctx.know.is_layer(name):
            found.extend((name.rpartition(".")[2], cell) for cell in _cells(ctx, row))
    return found


def _cells(ctx: FileContext, row: Row) -> set[str]:
    if row.isinstance:
        return {row.isinstance.rpartition(".")[2]}
    cells: set[str] = set()
    for body in row.bodies:
        if body.to:
            cells.add(body.to.rpartition(".")[2])
        elif body.helper and ctx.tables.helpers[body.helper].source.lstrip().startswith(("class", "@")):
            cells.add(ctx.tables.helpers[body.helper].defines)
    return cells


def _subject(ctx: FileContext, node: ast.expr) -> bool:
    return isinstance(ctx.kind(node), k.ClassName)


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _look(ctx: FileContext, node: ast.expr, pairs: list[tuple[str, str]]) -> None:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        left, op, right = node.left, node.ops[0], node.comparators[0]
        if isinstance(op, (ast.In, ast.NotIn)):
            text = _text(left)
            if text is not None and _subject(ctx, right):
                word = "in" if isinstance(op, ast.In) else "not in"
                _decide(
                    ctx,
                    node,
                    "in",
                    text,
                    right,
                    isinstance(op, ast.In),
                    f"{{l}} {word} {{r}}",
                    left,
                    right,
                    pairs,
                )
            elif isinstance(right, (ast.Tuple, ast.List, ast.Set)) and _subject(ctx, left):
                _equal(ctx, node, left, right, pairs)
        elif isinstance(op, (ast.Eq, ast.NotEq)):
            if _subject(ctx, left):
                _equal(ctx, node, left, right, pairs)
            elif _subject(ctx, right):
                _equal(ctx, node, right, left, pairs)
            elif _is_find(ctx, left):
                _find(ctx, node, pairs)
        elif _is_find(ctx, left):
            _find(ctx, node, pairs)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and len(node.args) == 1:
        text = _text(node.args[0])
        if node.func.attr in ("startswith", "endswith") and text is not None and _subject(ctx, node.func.value):
            subject, attr = node.func.value, node.func.attr
            _decide(
                ctx,
                node,
                attr,
                text,
                subject,
                True,
                f"{{l}}.{attr}({{r}})",
                subject,
                node.args[0],
                pairs,
            )


def _is_find(ctx: FileContext, node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "find"
        and len(node.args) == 1
        and _text(node.args[0]) is not None
        and _subject(ctx, node.func.value)
    )


def _find(ctx: FileContext, node: ast.Compare, pairs: list[tuple[str, str]]) -> None:
    call = node.left
    assert isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
    limit = ast.unparse(node.comparators[0])
    signs: dict[tuple[type[ast.cmpop], str], tuple[str, bool]] = {
        (ast.NotEq, "-1"): ("!=", True),
        (ast.Gt, "-1"): (">", True),
        (ast.GtE, "0"): (">=", True),
        (ast.Eq, "-1"): ("==", False),
        (ast.Lt, "0"): ("<", False),
    }
    sign = signs.get((type(node.ops[0]), limit))
    text = _text(call.args[0]) or ""
    if sign is None:
        if _missing(ctx, "find", text, pairs) != ():
            _doubt(ctx, node, text)
        return
    word, positive = sign
    _decide(
        ctx,
        node,
        "find",
        text,
        call.func.value,
        positive,
        f"{{l}} {word} {{r}}",
        call,
        node.comparators[0],
        pairs,
    )


def _missing(ctx: FileContext, test: str, text: str, pairs: list[tuple[str, str]]) -> tuple[str, ...] | None:
    """The Cells the test must hold for and does not; None when it would hold for others."""
    matches = _TESTS[test]
    before = {pair for pair in pairs if matches(pair[0], text)}
    after = {pair for pair in pairs if matches(pair[1], text)}
    missing = {cell for _, cell in before - after}
    if after - before or missing & {cell for _, cell in set(pairs) - before}:
        return None
    return tuple(sorted(missing))


def _decide(
    ctx: FileContext,
    node: ast.expr,
    test: str,
    text: str,
    subject: ast.expr,
    positive: bool,
    template: str,
    left: ast.expr,
    right: ast.expr,
    pairs: list[tuple[str, str]],
) -> None:
    missing = _missing(ctx, test, text, pairs)
    if missing == ():
        return
    if missing is None or not isinstance(subject, (ast.Name, ast.Attribute)):
        _doubt(ctx, node, text)
        return
    names = f'"{missing[0]}"' if len(missing) == 1 else "(" + ", ".join(f'"{name}"' for name in missing) + ")"
    if positive:
        extra = f"or {{s}} {'==' if len(missing) == 1 else 'in'} {names}"
    else:
        extra = f"and {{s}} {'!=' if len(missing) == 1 else 'not in'} {names}"
    ctx.replace(node, f"{template} {extra}", {"l": left, "r": right, "s": subject})
    ctx.structural(node, ctx.blocks.innermost(node), _SITE, " ".join(missing))


def _equal(
    ctx: FileContext,
    node: ast.Compare,
    subject: ast.expr,
    other: ast.expr,
    pairs: list[tuple[str, str]],
) -> None:
    """`classname == "Linear"`, `classname in ("Linear", "Conv2d")`: the classes of these names."""
    texts = [_text(item) for item in (other.elts if isinstance(other, (ast.Tuple, ast.List, ast.Set)) else [other])]
    wanted = [text for text in texts if text is not None]
    if len(wanted) < len(texts):
        return
    own = {cls.node.name for cls in ctx.facts.classes}
    before = {pair for pair in pairs if pair[0] in wanted}
    names = {text for text in wanted if text in own or not any(text == name for name, _ in pairs)}
    names |= {cell for _, cell in before}
    if names == set(wanted):
        return
    if names & {cell for _, cell in set(pairs) - before}:
        _doubt(ctx, node, wanted[0])
        return
    positive = isinstance(node.ops[0], (ast.Eq, ast.In))
    if len(names) == 1 and isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
        cell = names.pop()
        ctx.replace(other, f'"{cell}"')
        ctx.structural(node, ctx.blocks.innermost(node), _SITE, cell)
        return
    listed = ", ".join(f'"{name}"' for name in sorted(names)) + ("," if len(names) == 1 else "")
    ctx.replace(node, f"{{s}} {'in' if positive else 'not in'} ({listed})", {"s": subject})
    ctx.structural(node, ctx.blocks.innermost(node), _SITE, listed)


def _doubt(ctx: FileContext, node: ast.expr, text: str) -> None:
    """The set of classes cannot be said to be the same: the reader has to look."""
    use = ctx.add_site(node, _SITE, ctx.blocks.innermost(node))
    ctx.check(
        use,
        "",
        f"the Cells whose name matches {text!r} are not the same as in torch",
        "T2M306",
        "compare with the names of the MindSpore classes",
    )


RULE = Rule(finish=_finish)
