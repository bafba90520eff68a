"""Class names compared with strings: what is `Linear` in torch is called `Dense` in MindSpore.

`classname.find("Linear") != -1` must hold for exactly the layers it held for before.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from torch2ms.mapping.schema import Row
from torch2ms.rewrite.context import Rewriter, Use
from torch2ms.source import kinds as k

_SITE = "torch.nn.Module.__class__"
_TESTS: dict[str, Callable[[str, str], bool]] = {
    "in": lambda name, text: text in name,
    "find": lambda name, text: text in name,
    "startswith": lambda name, text: name.startswith(text),
    "endswith": lambda name, text: name.endswith(text),
    "==": lambda name, text: name == text,
}


def finish(rw: Rewriter) -> None:
    """Look at every comparison of a class name."""
    if rw.uses_mindspore or not any(isinstance(kind, k.ClassName) for kind in rw.facts.kinds.values()):
        return  # in a file with Cells already, the names may be theirs
    pairs = _pairs(rw)
    for node in rw.facts.kinds:
        if isinstance(node, (ast.Compare, ast.Call)):
            _look(rw, node, pairs)


def _pairs(rw: Rewriter) -> list[tuple[str, str]]:
    """The name of each torch layer's class with that of the Cell it becomes."""
    found: list[tuple[str, str]] = []
    for name, row in rw.tables.rows.items():
        if rw.know.is_layer(name):
            found.extend((name.rpartition(".")[2], cell) for cell in _cells(rw, row))
    return found


def _cells(rw: Rewriter, row: Row) -> set[str]:
    if row.isinstance:
        return {row.isinstance.rpartition(".")[2]}
    cells: set[str] = set()
    for body in row.bodies:
        if body.to:
            cells.add(body.to.rpartition(".")[2])
        elif body.helper and rw.tables.helpers[body.helper].source.lstrip().startswith(("class", "@")):
            cells.add(rw.tables.helpers[body.helper].defines)
    return cells


def _subject(rw: Rewriter, node: ast.expr) -> bool:
    return isinstance(rw.kind(node), k.ClassName)


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _look(rw: Rewriter, node: ast.expr, pairs: list[tuple[str, str]]) -> None:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        left, op, right = node.left, node.ops[0], node.comparators[0]
        if isinstance(op, (ast.In, ast.NotIn)):
            text = _text(left)
            if text is not None and _subject(rw, right):
                word = "in" if isinstance(op, ast.In) else "not in"
                _decide(
                    rw,
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
            elif isinstance(right, (ast.Tuple, ast.List, ast.Set)) and _subject(rw, left):
                _equal(rw, node, left, right, pairs)
        elif isinstance(op, (ast.Eq, ast.NotEq)):
            if _subject(rw, left):
                _equal(rw, node, left, right, pairs)
            elif _subject(rw, right):
                _equal(rw, node, right, left, pairs)
            elif _is_find(rw, left):
                _find(rw, node, pairs)
        elif _is_find(rw, left):
            _find(rw, node, pairs)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and len(node.args) == 1:
        text = _text(node.args[0])
        if node.func.attr in ("startswith", "endswith") and text is not None and _subject(rw, node.func.value):
            subject, attr = node.func.value, node.func.attr
            _decide(
                rw,
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


def _is_find(rw: Rewriter, node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "find"
        and len(node.args) == 1
        and _text(node.args[0]) is not None
        and _subject(rw, node.func.value)
    )


def _find(rw: Rewriter, node: ast.Compare, pairs: list[tuple[str, str]]) -> None:
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
        if _missing(rw, "find", text, pairs) != ():
            _doubt(rw, node, text)
        return
    word, positive = sign
    _decide(
        rw,
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


def _missing(rw: Rewriter, test: str, text: str, pairs: list[tuple[str, str]]) -> tuple[str, ...] | None:
    """The Cells the test must hold for and does not; None when it would hold for others."""
    matches = _TESTS[test]
    before = {pair for pair in pairs if matches(pair[0], text)}
    after = {pair for pair in pairs if matches(pair[1], text)}
    missing = {cell for _, cell in before - after}
    if after - before or missing & {cell for _, cell in set(pairs) - before}:
        return None
    return tuple(sorted(missing))


def _decide(
    rw: Rewriter,
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
    missing = _missing(rw, test, text, pairs)
    if missing == ():
        return
    if missing is None or not isinstance(subject, (ast.Name, ast.Attribute)):
        _doubt(rw, node, text)
        return
    names = f'"{missing[0]}"' if len(missing) == 1 else "(" + ", ".join(f'"{name}"' for name in missing) + ")"
    if positive:
        extra = f"or {{s}} {'==' if len(missing) == 1 else 'in'} {names}"
    else:
        extra = f"and {{s}} {'!=' if len(missing) == 1 else 'not in'} {names}"
    rw.replace(node, f"{template} {extra}", {"l": left, "r": right, "s": subject})
    rw.structural(node, rw.blocks.innermost(node), _SITE, " ".join(missing))


def _equal(
    rw: Rewriter,
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
    own = {cls.node.name for cls in rw.facts.classes}
    before = {pair for pair in pairs if pair[0] in wanted}
    names = {text for text in wanted if text in own or not any(text == name for name, _ in pairs)}
    names |= {cell for _, cell in before}
    if names == set(wanted):
        return
    if names & {cell for _, cell in set(pairs) - before}:
        _doubt(rw, node, wanted[0])
        return
    positive = isinstance(node.ops[0], (ast.Eq, ast.In))
    if len(names) == 1 and isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
        cell = names.pop()
        rw.replace(other, f'"{cell}"')
        rw.structural(node, rw.blocks.innermost(node), _SITE, cell)
        return
    listed = ", ".join(f'"{name}"' for name in sorted(names)) + ("," if len(names) == 1 else "")
    rw.replace(node, f"{{s}} {'in' if positive else 'not in'} ({listed})", {"s": subject})
    rw.structural(node, rw.blocks.innermost(node), _SITE, listed)


def _doubt(rw: Rewriter, node: ast.expr, text: str) -> None:
    """The set of classes cannot be said to be the same: the reader has to look."""
    use = Use(node, _SITE, rw.blocks.innermost(node), None)
    rw.uses.append(use)
    rw.check(
        use,
        "",
        f"the Cells whose name matches {text!r} are not the same as in torch",
        "T2M306",
        "compare with the names of the MindSpore classes",
    )
