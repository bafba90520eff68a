"""Renames attributes of layers, such as `bn.weight` to `bn.gamma`, because MindSpore's layers call them otherwise.

The names are those of `params` and `attrs` in the layer's row; what has no counterpart is reported. The same goes for
attributes given as strings: `getattr(bn, "weight")`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TypeAlias

from torch2ms.codes import Code
from torch2ms.mapping.schema import Body, Param
from torch2ms.rewrite.context import ANY_MODULE_MEMBER, FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Template
from torch2ms.rewrite.rules.shared.batch_counts import COUNTER, only_writes, reads_counted
from torch2ms.rewrite.rules.shared.questions import has_stars
from torch2ms.rewrite.rules.shared.set_parameters import has_extra_axis
from torch2ms.rewrite.rules.shared.unknown_layers import ask, by_name, can_ask, filled, wants_parameter
from torch2ms.source import kinds as k
from torch2ms.source.members import LAYER_STATE

_ABSENT = "~"
_NO_COUNTER = "MindSpore's BatchNorm counts no batches"

Layers: TypeAlias = frozenset[tuple[ast.AST, str]]
"""Expressions that stand for layers of unknown classes, each with the scope it stands in."""

_NN_BASE = re.compile(r"^class \w+\(nn\.(\w+)\)", re.MULTILINE)

_OF_PARAMETERS = frozenset("data grad requires_grad dtype device numel nelement is_cuda is_leaf name".split())
_COMPUTING = tuple(f"torch.nn.functional.{name}" for name in ("conv", "pad", "linear", "normalize"))

# A Cell puts these into its operators when it is built; setting them later has no effect.
_READ_ONCE = frozenset("momentum eps p stride padding dilation kernel_size groups negative_slope padding_idx".split())


def _names(ctx: FileContext, cls: str | k.ClassInfo, attr: str) -> set[str]:
    """What an attribute is called on the Cells a class may stand for."""
    if isinstance(cls, k.ClassInfo):
        found: set[str] = set()
        for base in cls.torch_bases:
            found |= _names(ctx, ctx.know.canonical(base), attr)
        kept = any(attr in helper.attributes for c in cls.mro() if (helper := ctx.base_helper(c)) is not None)
        return {attr} if kept and found == {_ABSENT} else found
    row = ctx.tables.rows.get(cls)
    if row is None:
        return {attr}
    for table in (row.params, row.attrs):
        if attr in table:
            return {table[attr] or _ABSENT}
    return {attr}


def _attribute(ctx: FileContext, use: Use) -> bool:
    node = use.node
    kind = use.receiver_kind
    if not isinstance(node, ast.Attribute) or not isinstance(kind, k.Module):
        return False
    if use.name in ctx.tables.rows:
        return False
    attr = node.attr
    if use.call is not None and not use.name.startswith("torch.nn.Module.") and _is_method(ctx, use.name):
        if not _has_method(ctx, kind, attr):
            return ctx.manual(use, "T2M305", f"the Cell has no method {attr}()")
    if use.name == f"torch.nn.Module.{attr}":
        if can_ask(node) and wants_parameter(ctx, node, use.stmt):
            return ctx.converted(use, ask(ctx, node, use.stmt))
        if attr in LAYER_STATE:
            return ctx.unknown(use, f"whether .{attr} belongs to a normalisation layer cannot be told here", "T2M306")
        return False
    if attr == COUNTER and reads_counted(ctx, use):
        return ctx.converted(use, COUNTER)
    names: set[str] = set()
    for cls in kind.classes:
        names |= _names(ctx, cls, attr)
    if len(names) != 1:
        if can_ask(node) and wants_parameter(ctx, node, use.stmt):
            return ctx.converted(use, ask(ctx, node, use.stmt))
        listed = ", ".join(sorted(n for n in names if n != _ABSENT))
        return ctx.manual(use, "T2M306", f".{attr} is called differently on these layers: {listed}")
    (name,) = names
    if attr in _READ_ONCE and isinstance(node.ctx, ast.Store):
        return ctx.manual(use, *_too_late(attr))
    if name == _ABSENT:
        if attr == COUNTER:
            return _counter(ctx, use, kind)
        return ctx.manual(use, "T2M305", f"the Cell has no attribute for .{attr}")
    if has_extra_axis(ctx, kind, attr):
        if isinstance(ctx.parent(node, use.stmt), ast.Assign | ast.Return):
            return ctx.check(use, name, f"MindSpore stores .{attr} with an axis of length 1 before the last", "T2M305")
        if not _keeps_parameter(ctx, use):
            name = f"{{self}}.{name}.squeeze(2)"
    if all(part.isidentifier() for part in name.split(".")):
        if name != attr:
            ctx.replace(node, Template("{self}." + name, {"self": node.value}))
    elif not isinstance(node.ctx, ast.Load):
        return ctx.manual(use, "T2M305", f"the Cell has no attribute for .{attr} that can be set")
    else:
        ctx.replace(node, ctx.template(name, {"self": node.value}))
    if _may_be_none(ctx, use, kind, attr):
        return ctx.check(
            use, name, f"torch has None for .{attr} of some of these layers, the Cell a Parameter", "T2M305"
        )
    if kind.open and name != attr:
        listed = ", ".join(str(getattr(c, "name", c)) for c in kind.classes)
        return ctx.check(use, name, f"right for {listed}; a caller may pass another class", "T2M306")
    return ctx.converted(use, name)


def _counter(ctx: FileContext, use: Use, kind: k.Module) -> bool:
    """What is written to the batch counter of layers that do not count goes; what reads it is left."""
    given: list[str] = []
    for cls in {ctx.know.canonical(layer) for layer in _layers(kind)}:
        row = ctx.tables.rows.get(cls)
        params = () if row is None or not row.signatures else row.signatures[0].params
        for place, param in enumerate(params):
            if param.name == "momentum":
                given.extend(_given(ctx, cls, place, param))
    if given and not kind.open and all(text == "None" for text in given):
        return ctx.converted(use, COUNTER)  # each of them is of a class that counts
    if not only_writes(ctx, use) or not given or not all(re.fullmatch(r"[\d.eE+-]+", text) for text in given):
        return ctx.manual(use, "T2M305", _NO_COUNTER)
    ctx.drop_inside(use.stmt)
    ctx.delete_stmt(use.stmt)
    if kind.open:
        return ctx.check(use, "", f"{_NO_COUNTER}, but for one with momentum=None, which a caller may pass", "T2M305")
    return ctx.adapted(use, "", _NO_COUNTER, "T2M305")


def _layers(kind: k.Module) -> list[str]:
    """The layers that the classes of a module are, or derive from."""
    return [base for c in kind.classes for base in ((c,) if isinstance(c, str) else c.torch_bases)]


def _may_be_none(ctx: FileContext, use: Use, kind: k.Module, attr: str) -> bool:
    """Whether it is asked if a part of a normalisation layer is there, and the file makes such layers without it."""
    flags = _FLAGS.get(attr)
    if flags is None or not _is_asked_for_none(ctx, use):
        return False
    classes = {
        ctx.know.canonical(base) for c in kind.classes for base in ((c,) if isinstance(c, str) else c.torch_bases)
    }
    for cls in classes:
        row = ctx.tables.rows.get(cls)
        params = () if row is None or not row.signatures else row.signatures[0].params
        for place, param in enumerate(params):
            if param.name in flags and any(value != "True" for value in _given(ctx, cls, place, param)):
                return True
    return False


def _is_asked_for_none(ctx: FileContext, use: Use) -> bool:
    """`bn.weight is not None`, `if bn.weight:`, `bn.running_mean or x`, or the value goes where it may be asked."""
    parent = ctx.parent(use.node, use.stmt)
    if isinstance(parent, ast.Compare):
        return any(isinstance(op, ast.Is | ast.IsNot) for op in parent.ops)
    is_test = parent is None and isinstance(use.stmt, ast.If | ast.While | ast.Assert | ast.Return | ast.Assign)
    return is_test or isinstance(parent, ast.BoolOp | ast.IfExp | ast.UnaryOp)


def _given(ctx: FileContext, cls: str, place: int, param: Param) -> Iterator[str]:
    """What the calls of a class in the file give for a parameter, as text; its default where there is no call."""
    calls = [call for call in ctx.facts.calls if ctx.know.canonical(ctx.facts.refs.get(call.func, "")) == cls]
    if not calls:
        yield param.default or ""
    for call in calls:
        by_place = call.args[place : place + 1] if not has_stars(call) else [ast.Constant(None)]
        value = next((kw.value for kw in call.keywords if kw.arg == param.name), next(iter(by_place), None))
        yield (param.default or "") if value is None else ast.unparse(value)


def _is_method(ctx: FileContext, name: str) -> bool:
    """Whether a member of a torch layer is a method."""
    layer, _, attr = name.rpartition(".")
    row = ctx.tables.rows.get(layer)
    return row is None or not (attr in row.params or attr in row.attrs)


def _has_method(ctx: FileContext, kind: k.Module, attr: str) -> bool:
    """Whether the Cells that layers become all have a method of this name."""
    layers = _layers(kind)
    rows = [row for layer in layers if (row := ctx.tables.rows.get(ctx.know.canonical(layer))) is not None]
    return all(any(_defines(ctx, body, attr) for body in row.bodies) for row in rows)


def _defines(ctx: FileContext, body: Body, attr: str) -> bool:
    if body.helper:
        source = ctx.tables.helpers[body.helper].source
        base = _NN_BASE.search(source)
        inherited = base is not None and f"mindspore.nn.{base[1]}.{attr}" in ctx.tables.mindspore_signatures
        return inherited or f"def {attr}(" in source
    return body.to is not None and f"{body.to}.{attr}" in ctx.tables.mindspore_signatures


def _keeps_parameter(ctx: FileContext, use: Use) -> bool:
    """Whether what is done with a weight needs the Parameter itself, whatever its shape: to fill it, to freeze it."""
    parent = ctx.parent(use.node, use.stmt)
    if isinstance(parent, ast.Attribute):
        return parent.attr in _OF_PARAMETERS or parent.attr.endswith("_")
    if isinstance(parent, ast.Call):
        callee = k.settle(ctx.facts.calls.get(parent, k.UNKNOWN))
        return not isinstance(callee, k.Ref) or not ctx.know.canonical(callee.name).startswith(_COMPUTING)
    return not isinstance(parent, ast.BinOp | ast.Subscript | ast.UnaryOp)


def _finish(ctx: FileContext) -> None:
    """Attributes named by strings, in `getattr`, `hasattr`, `setattr` and `delattr`; stores nothing would read."""
    if ctx.uses_mindspore:
        return
    _own_stores(ctx)
    layers = filled(ctx) if "init" in ctx.source.text or ".data" in ctx.source.text else frozenset()
    _of_unknown_layers(ctx, layers)
    for call in ctx.facts.calls:
        if not isinstance(call.func, ast.Name) or call.func.id not in _BY_NAME or len(call.args) < 2:
            continue
        text = call.args[1]
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            _by_name(ctx, call, text, text.value, layers)


def _is_asked(ctx: FileContext, node: ast.Attribute, stmt: ast.stmt, layers: Layers) -> bool:
    """Whether a helper asks for this weight or bias of something that is filled as a layer is."""
    if not can_ask(node) or ctx.plan(node) is not None or not wants_parameter(ctx, node, stmt):
        return False
    return (ctx.blocks.scope(stmt), ast.unparse(node.value)) in layers


def _of_unknown_layers(ctx: FileContext, layers: Layers) -> None:
    """`init.zeros_(self.conv.bn.weight)`: a parameter, of a layer about which nothing is known."""
    known = {use.node for use in ctx.sites()}
    for node, kind in list(ctx.facts.attributes.items()):
        if node.attr not in LAYER_STATE or node in known or not isinstance(k.settle(kind), k.Var):
            continue
        stmt = ctx.facts.stmts.get(node)
        call = None if stmt is None else ctx.parent(node, stmt)
        if stmt is not None and _is_asked(ctx, node, stmt, layers):
            ctx.converted(ctx.add_site(node, f"torch.nn.Module.{node.attr}", stmt), ask(ctx, node, stmt))
            continue
        if stmt is None or not isinstance(call, ast.Call) or node is call.func:
            continue
        callee = k.settle(ctx.facts.calls.get(call, k.UNKNOWN))
        if isinstance(callee, k.Ref) and ctx.know.canonical(callee.name).startswith("torch."):
            use = ctx.add_site(node, f"torch.nn.Module.{node.attr}", stmt)
            ctx.unknown(use, f"whether .{node.attr} belongs to a normalisation layer cannot be told here", "T2M306")


def _own_stores(ctx: FileContext) -> None:
    """`self.padding = (1, 1)` in a class derived from a layer whose forward is still the layer's."""
    for node, kind in ctx.facts.attributes.items():
        kind = k.settle(kind)
        if node.attr not in _READ_ONCE or not isinstance(node.ctx, ast.Store) or not isinstance(kind, k.Module):
            continue
        cls = kind.classes[0] if len(kind.classes) == 1 else None
        if not isinstance(cls, k.ClassInfo) or not _runs_layer(cls):
            continue
        row = next((r for b in cls.torch_bases if (r := ctx.tables.rows.get(ctx.know.canonical(b))) is not None), None)
        if row is not None and any(s.get(node.attr) is not None for s in row.signatures):
            use = ctx.add_site(node, f"{row.name}.{node.attr}", ctx.stmt(node))
            ctx.manual(use, *_too_late(node.attr))


def _runs_layer(cls: k.ClassInfo) -> bool:
    """Whether calling an object runs the forward of the layer its class derives from."""
    forward = cls.method("forward")
    if forward is None:
        return True
    return any(
        isinstance(node, ast.Attribute) and isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == "super"
        for node in ast.walk(forward.node)
    )


def _too_late(attr: str) -> tuple[Code, str, str]:
    return "T2M305", f"MindSpore reads .{attr} only when the layer is built", f"pass {attr}= there"


def _by_name(ctx: FileContext, call: ast.Call, text: ast.Constant, attr: str, layers: Layers) -> None:
    kind = k.settle(ctx.facts.kinds.get(call.args[0], k.UNKNOWN))
    stmt = ctx.stmt(call)
    if isinstance(kind, k.Module) and attr == "forward":
        _rename(ctx, text, "construct")
        ctx.structural(text, stmt, "torch.nn.Module.forward", "mindspore.nn.Cell.construct")
        return
    if not isinstance(kind, k.Module) or not kind.classes:
        if attr in LAYER_STATE and (isinstance(kind, (k.Module, k.Var)) or kind is k.UNKNOWN):
            use = ctx.add_site(text, f"torch.nn.Module.{attr}", stmt)
            is_layer = (ctx.blocks.scope(stmt), ast.unparse(call.args[0])) in layers
            asked = by_name(ctx, call, attr) if is_layer else None
            if asked is not None:
                ctx.converted(use, asked)
                return
            ctx.unknown(use, f"whether .{attr} belongs to a normalisation layer cannot be told here", "T2M306")
        return
    names: set[str] = set()
    for cls in kind.classes:
        own = isinstance(cls, k.ClassInfo) and (cls.attr(attr) is not None or cls.method(attr) is not None)
        names |= {attr} if own else _names(ctx, cls, attr)
    if not names or names == {attr}:
        return
    first = kind.classes[0]
    owner = first if isinstance(first, str) else first.name
    use = ctx.add_site(text, f"{owner}.{attr}", stmt)
    listed = ", ".join(sorted(n for n in names if n != _ABSENT))
    if len(names) > 1:
        ctx.manual(use, "T2M306", f".{attr} is called differently on these layers: {listed}")
    elif not listed.isidentifier():
        ctx.manual(use, "T2M305", f"the Cell has no attribute for .{attr}")
    else:
        _rename(ctx, text, listed)
        if kind.open:
            ctx.check(use, listed, f"right for {owner}; a caller may pass another class", "T2M306")
        else:
            ctx.converted(use, listed)


def _rename(ctx: FileContext, text: ast.Constant, name: str) -> None:
    quote = ctx.text(text)[0]
    ctx.replace(text, Template(f"{quote}{name}{quote}" if quote in "\"'" else repr(name)))


# The parameters that decide whether a part of a layer is there; without it, torch has None.
_FLAGS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "weight": frozenset({"affine", "elementwise_affine"}),
        "bias": frozenset({"affine", "elementwise_affine"}),
        "running_mean": frozenset({"track_running_stats"}),
        "running_var": frozenset({"track_running_stats"}),
    }
)
_BY_NAME = frozenset({"getattr", "hasattr", "setattr", "delattr"})


RULE = Rule(sites={ANY_MODULE_MEMBER: _attribute}, finish=_finish)
