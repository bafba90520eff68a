"""Which strings an expression may be, as far as a file shows them.

Not a rewrite of its own: the rule for APIs that are looked up by name asks.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from torch2ms.rewrite.context import FileContext
from torch2ms.source import kinds as k

_DEEP = 6
_LEAST = 3  # so many characters of a name have to be written out


@dataclass(frozen=True, slots=True)
class Strings:
    """The strings an expression may be, in the order in which the file shows them; `is_all`: it is no other."""

    values: tuple[str, ...] = ()
    is_all: bool = False


_NONE = Strings()


def strings_of(ctx: FileContext, node: ast.expr, names: Collection[str]) -> Strings:
    """The strings an expression may be. One that is put together, such as `f"Conv{dim}d"`, is one of `names`."""
    return _strings(ctx, node, names, _DEEP)


def _strings(ctx: FileContext, node: ast.expr, names: Collection[str], depth: int) -> Strings:
    if depth == 0:
        return _NONE
    match node:
        case ast.Constant(value=str(text)):
            return Strings((text,), True)
        case ast.IfExp(body=body, orelse=orelse):
            return _any_of(ctx, (body, orelse), names, depth)
        case ast.BoolOp(op=ast.Or(), values=values):
            return _any_of(ctx, values, names, depth)
        case ast.JoinedStr() | ast.BinOp(op=ast.Add() | ast.Mod()):
            return _put_together(node, names)
        case (
            ast.Subscript(value=container)
            | ast.Call(func=ast.Attribute(value=container, attr="get"), args=[_], keywords=[])
        ):
            return _items(ctx, container, names, depth)
        case ast.Call(func=ast.Attribute(value=container, attr="get"), args=[_, default], keywords=[]):
            return _joined((_items(ctx, container, names, depth), _strings(ctx, default, names, depth - 1)))
        case ast.Name():
            return _of_name(ctx, node, names, depth)
        case ast.Attribute(value=ast.Name(), attr=attribute):
            stores = [node for node in ctx.parents.attributes() if node.attr == attribute]
            return _of_stores(ctx, [node for node in stores if isinstance(node.ctx, ast.Store)], names, depth)
    return _NONE


def _any_of(ctx: FileContext, nodes: Iterable[ast.expr], names: Collection[str], depth: int) -> Strings:
    return _joined([_strings(ctx, node, names, depth - 1) for node in nodes])


def _joined(found: Iterable[Strings]) -> Strings:
    parts = list(found)
    values = dict.fromkeys(value for part in parts for value in part.values)
    return Strings(tuple(values), bool(parts) and all(part.is_all for part in parts))


def _put_together(node: ast.expr, names: Collection[str]) -> Strings:
    """The names that a string with known parts may be."""
    pattern = _pattern(node)
    if pattern is None or len(re.sub(r"\.\*|\\d|\\", "", pattern)) < _LEAST:
        return _NONE
    return Strings(tuple(name for name in sorted(names) if re.fullmatch(pattern, name)), True)


def _pattern(node: ast.expr) -> str | None:
    match node:
        case ast.Constant(value=str(text)):
            return re.escape(text)
        case ast.JoinedStr(values=values):
            return "".join(_pattern(value) or _any(value) for value in values)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return (_pattern(left) or _any(left)) + (_pattern(right) or _any(right))
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod()):
            return "".join(r"\d+" if part in ("%d", "%i") else ".*" if part == "%s" else re.escape(part)
                           for part in re.split(r"(%[sdi])", text))  # fmt: skip
    return None


def _any(node: ast.expr) -> str:
    """What an unknown part of a string may be: a number of dimensions is a digit."""
    names = [part.id if isinstance(part, ast.Name) else part.attr for part in ast.walk(node)
             if isinstance(part, ast.Name | ast.Attribute)]  # fmt: skip
    return r"\d" if any("dim" in name or name in ("n", "d", "nd") for name in names) else ".*"


def _items(ctx: FileContext, container: ast.expr, names: Collection[str], depth: int) -> Strings:
    """The strings that a dict, list or tuple holds that is written out."""
    match container:
        case ast.Dict(values=values) if None not in container.keys:
            return _any_of(ctx, values, names, depth)
        case ast.List(elts=values) | ast.Tuple(elts=values) | ast.Set(elts=values):
            return _any_of(ctx, values, names, depth)
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords) if all(kw.arg for kw in keywords):
            return _any_of(ctx, [kw.value for kw in keywords], names, depth)
        case ast.Call(func=ast.Attribute(value=inner, attr="values"), args=[]):
            return _items(ctx, inner, names, depth)
        case ast.Name() | ast.Attribute():
            values = [value for value in _values_of(ctx, container) if value is not None]
            if len(values) == 1 and depth > 1 and not isinstance(values[0], ast.Name):
                return _items(ctx, values[0], names, depth - 1)
    return _NONE


def _values_of(ctx: FileContext, node: ast.Name | ast.Attribute) -> list[ast.expr | None]:
    """What assignments give a name or an attribute; None for what is no plain assignment."""
    stores: list[ast.expr] = []
    if isinstance(node, ast.Name):
        scope = ctx.binding_scope(node)
        stores += [
            n for n in ctx.parents.names(node.id) if isinstance(n.ctx, ast.Store) and ctx.binding_scope(n) is scope
        ]
    else:
        stores += [n for n in ctx.parents.attributes() if n.attr == node.attr and isinstance(n.ctx, ast.Store)]
        stores += [n for n in ctx.parents.names(node.attr) if isinstance(n.ctx, ast.Store)]
    return [_assigned(ctx, store) for store in stores]


def _assigned(ctx: FileContext, store: ast.expr) -> ast.expr | None:
    match ctx.parents.of(store):
        case ast.Assign(value=value, targets=targets) if store in targets:
            return value
        case ast.AnnAssign(value=ast.expr() as value):
            return value
    return None


def _of_name(ctx: FileContext, node: ast.Name, names: Collection[str], depth: int) -> Strings:
    scope = ctx.binding_scope(node)
    stores = [n for n in ctx.parents.names(node.id) if isinstance(n.ctx, ast.Store) and ctx.binding_scope(n) is scope]
    found = [_of_stores(ctx, stores, names, depth)] if stores else []
    if isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        given = _given(ctx, scope, node.id, names, depth)
        if given is not None:
            found.append(given)
    return _joined(found)


def _of_stores(ctx: FileContext, stores: Iterable[ast.expr], names: Collection[str], depth: int) -> Strings:
    """The strings that assignments and loops give a name or attribute."""
    found = []
    for store in stores:
        parent = ctx.parents.of(store)
        value = _assigned(ctx, store)
        if value is not None:
            found.append(_strings(ctx, value, names, depth - 1))
        elif isinstance(parent, ast.For | ast.comprehension) and parent.target is store:
            found.append(_items(ctx, parent.iter, names, depth - 1))
        else:
            found.append(_NONE)
    return _joined(found)


def _given(
    ctx: FileContext, function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, name: str, names: Collection[str],
    depth: int,
) -> Strings | None:  # fmt: skip
    """The strings that the file passes for a parameter, its default among them; None if it is no parameter.

    Others may pass more.
    """
    arguments = function.args
    positional = [arg.arg for arg in (*arguments.posonlyargs, *arguments.args)]
    if name not in positional and name not in [arg.arg for arg in arguments.kwonlyargs]:
        return None
    passed: list[ast.expr] = []
    defaults = dict(zip(reversed(positional), reversed(arguments.defaults), strict=False))
    keyword_defaults = {
        a.arg: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None
    }
    default = defaults.get(name) or keyword_defaults.get(name)
    if default is not None:
        passed.append(default)
    for call, kind in ctx.facts.calls.items():
        start = _start(kind, function)
        if start is None:
            continue
        passed += [keyword.value for keyword in call.keywords if keyword.arg == name]
        place = positional.index(name) - start if name in positional else -1
        if 0 <= place < len(call.args) and not any(isinstance(a, ast.Starred) for a in call.args[: place + 1]):
            passed.append(call.args[place])
    return Strings(_any_of(ctx, passed, names, depth).values, False)


def _start(kind: k.Kind, function: ast.AST) -> int | None:
    """How many parameters a call of a function does not pass; None if it calls something else."""
    kind = k.settle(kind)
    if isinstance(kind, k.FuncRef) and kind.func.node is function:
        return int(kind.bound)
    if isinstance(kind, k.ClassRef):
        init = kind.cls.method("__init__")
        return 1 if init is not None and init.node is function else None
    return None
