"""Formats the number of a tensor where a format is given, because a MindSpore Tensor takes none.

`f"{loss:.3f}"`, `"{:.3f}".format(loss)` and `format(loss, ".3f")` raise a TypeError there; `"%.3f" % loss` does not.
torch formats tensors of one number only, so `.item()` is the same. A sum that starts as a number and becomes a tensor
in a loop, or in a method of its object, is made a number by `float`. A format that cannot be seen is reported where it
gets tensors.
"""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.source import kinds as k

_SITE = "torch.Tensor.__format__"
_OF_FLOATS = ("e", "E", "f", "F", "g", "G", "%")
_ITEM = "mindspore.Tensor.item"


def _finish(ctx: FileContext) -> None:
    """Find tensors that are formatted, after all other plans are made."""
    for node in ctx.facts.of_type(ast.JoinedStr):
        for part in node.values:
            if isinstance(part, ast.FormattedValue) and part.format_spec is not None and part.conversion == -1:
                _format(ctx, part.value, _text(part.format_spec))
    for call in ctx.facts.calls:
        for argument, spec in _formatted(ctx, call):
            _format(ctx, argument, spec)


def _text(spec: ast.expr) -> str:
    """A specification as text, without what is put into it."""
    parts = spec.values if isinstance(spec, ast.JoinedStr) else [spec]
    return "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))


def _formatted(ctx: FileContext, call: ast.Call) -> Iterator[tuple[ast.expr, str]]:
    """The arguments of a call that it formats by a specification, and that."""
    match call:
        case ast.Call(func=ast.Name(id="format"), args=[value, spec]):
            if not (isinstance(spec, ast.Constant) and spec.value == ""):
                yield value, _text(spec)
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format")):
            if not any(isinstance(arg, ast.Starred) for arg in call.args):
                yield from _fields(text, call)
        case ast.Call(func=ast.Attribute(value=template, attr="format")) if ctx.kind(template) is k.STR:
            known = _constant(ctx, template)
            if known is None:
                _doubt(ctx, call)
            elif not any(isinstance(arg, ast.Starred) for arg in call.args):
                yield from _fields(known, call)


def _constant(ctx: FileContext, node: ast.expr) -> str | None:
    """The text that a name always stands for."""
    origin = ctx.dtypes.only_value(node) if isinstance(node, ast.Name) else None
    return origin.value if isinstance(origin, ast.Constant) and isinstance(origin.value, str) else None


def _doubt(ctx: FileContext, call: ast.Call) -> None:
    """Report a format that cannot be seen and gets tensors: by themselves, or as attributes of an object."""
    given = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg is not None)]
    tensors = any(ctx.kind(value) is k.TENSOR for value in given)
    for keyword in call.keywords:
        match keyword:
            case ast.keyword(arg=None, value=ast.Attribute(attr="__dict__", value=owner)):
                tensors |= _holds_tensors(ctx, owner)
            case ast.keyword(arg=None, value=ast.Call(func=ast.Name(id="vars"), args=[owner])):
                tensors |= _holds_tensors(ctx, owner)
    stmt = ctx.stmt(call)
    if tensors and ctx.has_place(call, stmt):
        message = "a tensor may get a format here, and MindSpore's take none"
        ctx.check(ctx.add_site(call, _SITE, stmt, call), "", message, "T2M308", "keep numbers: loss.item()")


def _holds_tensors(ctx: FileContext, owner: ast.expr) -> bool:
    """Whether an attribute of an object gets a tensor somewhere in the file."""
    kind = ctx.kind(owner)
    stores = [node for node in ctx.facts.attributes if isinstance(node.ctx, ast.Store) and ctx.kind(node.value) == kind]
    return any(ctx.kind(value) is k.TENSOR for node in stores for value in _assigned(ctx, node))


def _assigned(ctx: FileContext, node: ast.Attribute) -> Iterator[ast.expr]:
    """What is stored in an attribute of an object of the file, or added to it."""
    owner = ctx.kind(node.value)
    if not isinstance(owner, (k.Instance, k.Module)):
        return
    for other, receiver in ctx.facts.attributes.items():
        if other.attr == node.attr and isinstance(other.ctx, ast.Store) and k.known(receiver) == owner:
            parent = ctx.parents.of(other)
            if isinstance(parent, ast.AugAssign) or (isinstance(parent, ast.Assign) and other in parent.targets):
                yield parent.value


def _fields(text: str, call: ast.Call) -> Iterator[tuple[ast.expr, str]]:
    """The arguments that the fields of a format string with a specification stand for."""
    by_name = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None}
    seen: set[ast.expr] = set()
    count = 0
    try:
        fields = list(string.Formatter().parse(text))
    except ValueError:
        return
    for _, name, spec, conversion in fields:
        if name is None:
            continue
        key = name or str(count)
        count += not name
        found = call.args[int(key)] if key.isdecimal() and int(key) < len(call.args) else by_name.get(key)
        if found is not None and spec and not conversion and found not in seen:
            seen.add(found)
            yield found, spec


def _format(ctx: FileContext, node: ast.expr, spec: str) -> None:
    kind = ctx.kind(node)
    may_become = kind is k.UNKNOWN or (kind in k.NUMBERS and isinstance(node, ast.Attribute))
    if kind is not k.TENSOR and not may_become:
        return
    stmt = next((above for above in ctx.parents.upwards(node) if isinstance(above, ast.stmt)), None)
    holder = ctx.parents.of(node)
    if stmt is None or holder is None or not ctx.survives(holder, stmt):
        return
    if may_become:
        if spec[-1:] not in _OF_FLOATS or not _becomes_tensor(ctx, node, stmt):
            return
        ctx.surround(node, "float({value})")
    else:
        ctx.surround(node, "{value}.item()")
    if ctx.site(node) is None:
        ctx.structural(node, stmt, _SITE, _ITEM)


def _becomes_tensor(ctx: FileContext, node: ast.expr, stmt: ast.stmt) -> bool:
    """Whether a sum, or arithmetic with one, starts as a number and has tensors added to it: `total += loss`."""
    if isinstance(node, ast.BinOp):
        return any(_becomes_tensor(ctx, side, stmt) for side in (node.left, node.right))
    if isinstance(node, ast.Attribute):
        stored = list(_assigned(ctx, node))
        parts = [part for value in stored for part in ast.walk(value) if isinstance(part, ast.Attribute)]
        stored += [value for part in parts for value in _assigned(ctx, part)]
        return any(ctx.kind(value) is k.TENSOR for value in stored)
    if not isinstance(node, ast.Name):
        return False
    for _, other in ctx.blocks.stores(node.id, ctx.blocks.scope(stmt)):
        if isinstance(other, ast.AugAssign) and ctx.kind(other.value) is k.TENSOR:
            return True
        if isinstance(other, ast.Assign) and ctx.kind(other.value) is k.TENSOR:
            return len(other.targets) == 1 and isinstance(other.targets[0], ast.Name)
    return False


RULE = Rule(finish=_finish)
