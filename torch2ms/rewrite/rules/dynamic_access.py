"""Writes APIs of torch that are looked up by name as a dict, where the names are known, and reports them otherwise.

`getattr(nn, name)` becomes a dict of what the names that the file shows stand for (`"ReLU"` by a default or a caller,
`f"Conv{dim}d"` by what torch has), and is left where nothing is known of the name. `getattr(torch, "nn").ReLU` means
`torch.nn.ReLU`. `hasattr(nn, "SiLU")` and
`"silu" in dir(F)` ask for the version of torch, and the tables answer: True where the uses of the name are converted,
False where MindSpore has no counterpart; there `getattr(torch, "compiler", None)` becomes its default, elsewhere
`getattr(nn, "SiLU", None)` is `nn.SiLU`. A module that is
imported by its name, `importlib.import_module("torch")`, is reported: what is read of it is not looked at.
"""

from __future__ import annotations

import ast
from typing import TypeGuard

from torch2ms.mapping.namespaces import is_torch
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rules.shared.answers import answer, only_tested
from torch2ms.rewrite.rules.shared.named_apis import look_up
from torch2ms.source.syntax import last_name


def _start(ctx: FileContext) -> None:
    """`importlib.import_module("torch.nn")`, `__import__("torch")`, `pytest.importorskip("torch")`."""
    for call in list(ctx.facts.calls):
        if not call.args or last_name(call.func) not in _IMPORTERS:
            continue
        named = call.args[0].values[0] if isinstance(call.args[0], ast.JoinedStr) else call.args[0]
        if isinstance(named, ast.Constant) and isinstance(named.value, str) and is_torch(named.value):
            use = ctx.add_site(call, named.value.rstrip("."), ctx.parents.stmt(call))
            ctx.manual(use, "T2M104", f"{use.name} is imported by its name", f"write import {use.name}")


def _module(ctx: FileContext, use: Use) -> bool:
    call = ctx.parent(use.node, use.stmt)
    if isinstance(call, ast.Call) and _looked_up(ctx, use, call):
        return True
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.args[:1] != [use.node]:
        return False
    match call.func.id, call.args[1:]:
        case "hasattr", [ast.Constant(value=str(name))]:
            if _asked(ctx, use, name, call):
                return True
        case "getattr", [ast.Constant(value=str(name)), default]:
            has = _has(ctx, use, name)
            if has is not None and _is_none(default) and _is_asked_for(ctx, use, name, call, has):
                return True
            if has and isinstance(default, ast.Constant) and look_up(ctx, use, call, ast.Constant(name)):
                return True
            # A name that MindSpore lacks gives what stands in for it.
            if has is False:
                question = ctx.parent(call, use.stmt)
                if _is_none(default) and _asks_of(question, call):
                    answer(ctx, question, use.stmt, False)
                else:
                    ctx.replace(call, "{default}", {"default": default})
                return _answered(ctx, use, name, False)
        case "dir", []:
            test = ctx.parent(call, use.stmt)
            match test:
                case ast.Compare(left=ast.Constant(value=str(name)), ops=[ast.In()]):
                    return _asked(ctx, use, name, test)
            return False
        case (("getattr" | "hasattr"), _):
            pass
        case _:
            return False
    return ctx.manual(use, "T2M104", f"an attribute of {use.name} is looked up by its name", "write out what it may be")


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _asks_of(question: ast.AST | None, node: ast.expr) -> TypeGuard[ast.Call]:
    """Whether an expression is asked for an attribute, which None lacks."""
    match question:
        case ast.Call(func=ast.Name(id="hasattr"), args=[owner, ast.Constant(value=str(name))]):
            return owner is node and not hasattr(None, name)
    return False


def _is_asked_for(ctx: FileContext, use: Use, name: str, call: ast.Call, has: bool) -> bool:
    """Answer `getattr(F, "silu", None) is not None`, and `callable(getattr(torch, "compile", None))`."""
    question, value = ctx.parent(call, use.stmt), has
    match question:
        case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot() as op], comparators=[ast.Constant(value=None)]):
            if left is not call:
                return False
            value = has is isinstance(op, ast.IsNot)
        case ast.Call(func=ast.Name(id="callable")):
            pass
        case _:
            if not only_tested(ctx, call, use.stmt):
                return False
            question = call
    answer(ctx, question, use.stmt, value)
    return _answered(ctx, use, name, has)


def _looked_up(ctx: FileContext, use: Use, call: ast.Call) -> bool:
    """Decide `getattr(nn, name)` and `vars(nn)[name]`, if something is known of the name."""
    match call:
        case ast.Call(func=ast.Name(id="getattr"), args=[_, key], keywords=[]):
            return _dtype(ctx, use, call, key) or look_up(ctx, use, call, key)
        case ast.Call(func=ast.Name(id="getattr"), args=[_, key, default], keywords=[]):
            if isinstance(key, ast.Constant):
                return False
            return _dtype(ctx, use, call, key) or look_up(ctx, use, call, key, default)
        case ast.Call(func=ast.Name(id="vars"), args=[_], keywords=[]):
            return _item(ctx, use, call)
    return False


def _item(ctx: FileContext, use: Use, names: ast.expr) -> bool:
    """Decide `nn.__dict__[name]`, by what is looked up in the dict of names."""
    parent = ctx.parent(names, use.stmt)
    match parent:
        case ast.Subscript(slice=key, ctx=ast.Load()):
            return look_up(ctx, use, parent, key)
        case ast.Attribute(attr="get"):
            match ctx.call_of(parent):
                case ast.Call(args=[key, default], keywords=[]) as call:
                    return look_up(ctx, use, call, key, default)
    return False


def _names(ctx: FileContext, use: Use) -> bool:
    """`nn.__dict__`"""
    if _item(ctx, use, use.node):
        return True
    message = f"attributes of {use.name.removesuffix('.__dict__')} are looked up by their names"
    return ctx.manual(use, "T2M104", message, "write out what it may be")


def _dtype(ctx: FileContext, use: Use, call: ast.Call, key: ast.expr) -> bool:
    """Decide `getattr(torch, config.dtype)`: MindSpore's types have torch's names."""
    name = key.attr if isinstance(key, ast.Attribute) else key.id if isinstance(key, ast.Name) else ""
    if use.name != "torch" or not name.lower().endswith("dtype"):
        return False
    ctx.replace(use.node, "ms")
    return ctx.adapted(use, "mindspore", f"{ctx.text(key)} has to be the name of a type", "T2M104")


def _asked(ctx: FileContext, use: Use, name: str, question: ast.expr) -> bool:
    """Answer whether torch has a name, if the tables know."""
    has = _has(ctx, use, name)
    if has is None:
        return False
    answer(ctx, question, use.stmt, has)
    return _answered(ctx, use, name, has)


def _answered(ctx: FileContext, use: Use, name: str, has: bool) -> bool:
    full = f"{use.name}.{name}"
    if has or full in _DEVICES:
        return ctx.converted(use, str(has))
    full = ctx.know.canonical(full)
    return ctx.adapted(use, "False", f"MindSpore has no counterpart of {full}: the way without it is taken")


def _has(ctx: FileContext, use: Use, name: str) -> bool | None:
    """Whether torch has a name: yes where its uses are converted, no where MindSpore has no counterpart, or None."""
    if use.name in _COMPILERS:
        return False
    full = ctx.know.canonical(f"{use.name}.{name}")
    module = _COUNTERPARTS.get(use.name)
    row = ctx.tables.rows.get(full)
    if module is not None and full in ctx.tables.torch_names and f"{module}.{name}" in ctx.tables.mindspore_names:
        return True
    if row is not None:
        return not row.body.unsupported
    if use.name in _INSIDE or f"{use.name}.{name}" in _DEVICES | _COMPILERS:
        return False
    if full in _TAKEN_OUT or (use.name == "torch.jit" and full in ctx.tables.torch_names):
        return True
    if _is_module(ctx, full) and name not in _MODULES:
        return True
    return False if full not in ctx.tables.torch_names and _is_public(ctx, full) else None


def _is_public(ctx: FileContext, name: str) -> bool:
    """Whether all of a name is public, and no module: what was captured of torch holds all such names."""
    parts = name.split(".")
    return not any(part.startswith("_") for part in parts) and parts[-1] not in _MODULES and not _is_module(ctx, name)


def _is_module(ctx: FileContext, name: str) -> bool:
    """Whether torch has names below this one."""
    names = (*ctx.tables.torch_names, *ctx.tables.rows)
    return name.count(".") == 1 and any(other.startswith(f"{name}.") for other in names)


_COUNTERPARTS = {"torch.nn": "mindspore.nn", "torch.nn.functional": "mindspore.ops"}
_DEVICES = frozenset(
    f"torch.{module}" for module in ("mps", "backends.mps", "xpu", "npu", "hpu", "mlu", "musa", "mtia", "neuron")
)
_TAKEN_OUT = frozenset({"torch.compile", "torch._assert"})
"""They have no rows, because a rule takes them out wherever they are called."""
_INSIDE = frozenset({"torch._C", "torch.ops.aten"})
"""What is asked of these is about torch itself."""
_COMPILERS = frozenset({"torch.compiler", "torch._dynamo", "torch.export"})
_MODULES = frozenset({"compiler", "export", "distributed", "func", "fx", "ao", "library", "serialization", "masked"})


_MODULES_ASKED = (
    "torch",
    "torch.backends",
    "torch.compiler",
    "torch._dynamo",
    "torch._C",
    "torch.amp",
    "torch.autograd",
    "torch.fft",
    "torch.func",
    "torch.fx",
    "torch.jit",
    "torch.library",
    "torch.onnx",
    "torch.ops.aten",
    "torch.overrides",
    "torch.serialization",
    "torch.special",
    "torch.utils",
    "torch.utils._pytree",
    "torch.utils.data",
    "torch.cuda",
    "torch.linalg",
    "torch.nn",
    "torch.nn.functional",
    "torch.nn.init",
    "torch.optim",
    "torch.optim.lr_scheduler",
)

_IMPORTERS = frozenset({"import_module", "__import__", "importorskip"})

RULE = Rule(
    start=_start, sites={n: _module for n in _MODULES_ASKED} | {f"{n}.__dict__": _names for n in _MODULES_ASKED}
)
