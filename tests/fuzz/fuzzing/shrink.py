"""A failing program made small: statements and parts of expressions are left out while it fails in the same way."""

from __future__ import annotations

import ast
import copy
import time
from collections.abc import Callable, Iterator, Sequence

Fails = Callable[[Sequence[str]], list[bool]]
"""Which of some programs fail in the way in question."""

_AT_ONCE = 8


def shrink(source: str, fails: Fails, seconds: float = 60.0) -> str:
    """The smallest program found in that time that still fails."""
    until = time.monotonic() + seconds
    best = _first(source, _sliced(source), fails, until) or source
    progress = True
    while progress and time.monotonic() < until:
        progress = False
        for candidates in (_without_statements, _unwrapped, _simpler):
            while time.monotonic() < until:
                smaller = _first(best, candidates(best), fails, until)
                if smaller is None:
                    break
                best, progress = smaller, True
    return best


def _first(best: str, candidates: Iterator[ast.Module], fails: Fails, until: float) -> str | None:
    """The first candidate that fails; they are tried several at a time."""
    seen = {best}
    group: list[str] = []
    for tree in candidates:
        text = _text(tree)
        if text is None or text in seen or len(text) > len(best):
            continue
        seen.add(text)
        group.append(text)
        if len(group) == _AT_ONCE:
            found = _tried(group, fails)
            if found is not None or time.monotonic() > until:
                return found
            group = []
    return _tried(group, fails) if group else None


def _tried(group: list[str], fails: Fails) -> str | None:
    return next((text for text, failed in zip(group, fails(group), strict=True) if failed), None)


def _text(tree: ast.Module) -> str | None:
    try:
        text = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
        ast.parse(text)
    except (SyntaxError, ValueError, AttributeError):
        return None
    return text


def _sliced(source: str) -> Iterator[ast.Module]:
    """With one result, or one statement, of `main` or a case, and what that one needs; the smallest first."""
    tree = ast.parse(source)
    index = next((i for i, s in enumerate(tree.body) if isinstance(s, ast.FunctionDef) and _is_entry(s)), None)
    if index is None:
        return
    entry = tree.body[index]
    assert isinstance(entry, ast.FunctionDef)
    last = entry.body[-1]
    value = last.value if isinstance(last, ast.Return) else None
    results = value.elts if isinstance(value, (ast.List, ast.Tuple)) else []
    found = [(_needed(entry.body[:-1], _names(result)), ast.Return(result)) for result in results]
    for at, statement in enumerate(entry.body[:-1]):
        kept = [*_needed(entry.body[:at], _names(statement)), statement]
        found.append((kept, ast.Return(ast.Constant(0))))
    for kept, end in sorted(found, key=lambda pair: len(pair[0])):
        other = ast.Module([*tree.body], [])
        function = copy.deepcopy(entry)
        function.body = [*kept, end]
        other.body[index] = function
        yield _reachable(other)


def _is_entry(function: ast.FunctionDef) -> bool:
    return function.name == "main" or function.name.startswith("case_")


def _names(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def _needed(statements: Sequence[ast.stmt], names: set[str]) -> list[ast.stmt]:
    """The statements that bind or change names, and those that these need."""
    kept: list[ast.stmt] = []
    wanted = set(names)
    for statement in reversed(statements):
        own = _names(statement)
        binds = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        changes = not isinstance(statement, ast.Assign) or not binds
        if binds & wanted or (changes and own & wanted):
            kept.append(statement)
            wanted |= own
    return kept[::-1]


def _reachable(tree: ast.Module) -> ast.Module:
    """Without functions, classes and imports that nothing names."""
    changed = True
    while changed:
        kept = []
        for statement in tree.body:
            others = {name for other in tree.body if other is not statement for name in _names(other)}
            match statement:
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                    needed = name in others or (isinstance(statement, ast.FunctionDef) and _is_entry(statement))
                case ast.Import(names=names) | ast.ImportFrom(names=names):
                    needed = any((alias.asname or alias.name) in others for alias in names)
                case _:
                    needed = True
            if needed:
                kept.append(statement)
        changed = len(kept) < len(tree.body)
        tree.body = kept
    return tree


def _blocks(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        for name in ("body", "orelse"):
            block = getattr(node, name, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                yield block


def _without_statements(source: str) -> Iterator[ast.Module]:
    """Without runs of statements of a block: halves, quarters, …, single ones."""
    tree = ast.parse(source)
    sizes = [len(block) for block in _blocks(tree)]
    length = max(sizes, default=1)
    while length >= 1:
        for index, size in enumerate(sizes):
            if length > size:
                continue
            for start in range(size - length, -1, -max(1, length)):
                other = copy.deepcopy(tree)
                block = list(_blocks(other))[index]
                if any(isinstance(s, ast.Return) for s in block[start : start + length]) and size > 1:
                    continue
                if any(isinstance(s, ast.FunctionDef) and s.name == "main" for s in block[start : start + length]):
                    continue
                del block[start : start + length]
                if not block:
                    block.append(ast.Pass())
                yield _without_empty(other)
        length //= 2


def _without_empty(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and len(node.orelse) == 1 and isinstance(node.orelse[0], ast.Pass):
            node.orelse = []
    return tree


def _unwrapped(source: str) -> Iterator[ast.Module]:
    """With the body of a compound statement in its place."""
    tree = ast.parse(source)
    for index, block in enumerate(_blocks(tree)):
        for at, statement in enumerate(block):
            if isinstance(statement, (ast.If, ast.For, ast.With, ast.While)):
                for name in ("body", "orelse"):
                    other = copy.deepcopy(tree)
                    found = list(_blocks(other))[index]
                    found[at : at + 1] = getattr(found[at], name, None) or [ast.Pass()]
                    yield other


def _simpler(source: str) -> Iterator[ast.Module]:
    """With a part of an expression in its place, or a sequence with fewer items."""
    tree = ast.parse(source)
    count = sum(1 for node in ast.walk(tree) if isinstance(node, ast.expr))
    for index in range(count):
        for replaced in range(_MOST_FORMS):
            other = copy.deepcopy(tree)
            if not _simplify(other, index, replaced):
                break
            yield other


_MOST_FORMS = 24


def _simplify(tree: ast.Module, index: int, form: int) -> bool:
    """Put a simpler form of the expression with this number in its place; False when there is no such form."""
    seen = -1
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            items = value if isinstance(value, list) else [value]
            for at, item in enumerate(items):
                if not isinstance(item, ast.expr):
                    continue
                seen += 1
                if seen == index:
                    forms = _forms(item)
                    if form >= len(forms):
                        return False
                    if isinstance(value, list):
                        value[at] = forms[form]
                    else:
                        setattr(parent, name, forms[form])
                    return True
    return False


def _forms(node: ast.expr) -> list[ast.expr]:
    if isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del)):
        return []
    found: list[ast.expr] = []
    if isinstance(node, (ast.List, ast.Tuple)):
        if len(node.elts) > 1:
            found += [type(node)(node.elts[:i] + node.elts[i + 1 :], ast.Load()) for i in range(len(node.elts))]
        found += node.elts if len(node.elts) <= 4 else []
    elif isinstance(node, ast.Call):
        found += [
            child for child in [*node.args, *(k.value for k in node.keywords)] if not isinstance(child, ast.Starred)
        ]
        if isinstance(node.func, ast.Attribute):
            found.insert(0, node.func.value)
        for i in range(len(node.keywords)):
            found.append(ast.Call(node.func, node.args, node.keywords[:i] + node.keywords[i + 1 :]))
        if len(node.args) > 1:
            found.append(ast.Call(node.func, node.args[:-1], node.keywords))
    elif isinstance(node, ast.BinOp):
        found += [node.left, node.right]
    elif isinstance(node, ast.Compare):
        found.append(node.left)
    elif isinstance(node, ast.UnaryOp):
        found.append(node.operand)
    elif isinstance(node, (ast.Subscript, ast.Attribute)):
        found.append(node.value)
    elif isinstance(node, ast.IfExp):
        found += [node.body, node.orelse]
    elif isinstance(node, (ast.ListComp, ast.GeneratorExp)):
        found.append(node.generators[0].iter)
    elif isinstance(node, ast.BoolOp):
        found += node.values
    return found[:_MOST_FORMS]
