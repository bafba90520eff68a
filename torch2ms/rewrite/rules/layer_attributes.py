"""Attributes of layers: `bn.weight` → `bn.gamma`, `fc.in_features` → `fc.in_channels`, from `params` and `attrs`.

The same for attributes given as strings: `getattr(bn, "weight")`.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import Rewriter, Rule, Use
from torch2ms.rewrite.plan import Template
from torch2ms.source import kinds as k

_STATE = frozenset({"weight", "bias", "running_mean", "running_var", "num_batches_tracked"})
_ABSENT = "~"

_EXTRA_AXIS = "expand_dims:2"
_OF_PARAMETERS = frozenset("data grad requires_grad dtype device numel nelement is_cuda is_leaf name".split())
_COMPUTING = tuple(f"torch.nn.functional.{name}" for name in ("conv", "pad", "linear", "normalize"))

# A Cell puts these into its operators when it is built; setting them later has no effect.
_READ_ONCE = frozenset("momentum eps p stride padding dilation kernel_size groups negative_slope padding_idx".split())


def _names(rw: Rewriter, cls: str | k.ClassInfo, attr: str) -> set[str]:
    """What an attribute is called on the Cells a class may stand for."""
    if isinstance(cls, k.ClassInfo):
        found: set[str] = set()
        for base in cls.torch_bases:
            found |= _names(rw, rw.know.canonical(base), attr)
        kept = any(attr in rw.base_helpers[c].attributes for c in cls.mro() if c in rw.base_helpers)
        return {attr} if kept and found == {_ABSENT} else found
    row = rw.tables.rows.get(cls)
    if row is None:
        return {attr}
    for table in (row.params, row.attrs):
        if attr in table:
            return {table[attr] or _ABSENT}
    return {attr}


def _attribute(rw: Rewriter, use: Use) -> bool:
    node = use.node
    kind = use.receiver_kind
    if not isinstance(node, ast.Attribute) or not isinstance(kind, k.Module):
        return False
    if use.name in rw.tables.rows:
        return False
    attr = node.attr
    if use.name == f"torch.nn.Module.{attr}":
        if attr in _STATE:
            return rw.unknown(use, f"whether .{attr} belongs to a normalisation layer cannot be told here", "T2M306")
        return False
    names: set[str] = set()
    for cls in kind.classes:
        names |= _names(rw, cls, attr)
    if len(names) != 1:
        listed = ", ".join(sorted(n for n in names if n != _ABSENT))
        return rw.manual(use, "T2M306", f".{attr} is called differently on these layers: {listed}")
    (name,) = names
    if attr in _READ_ONCE and isinstance(node.ctx, ast.Store):
        return rw.manual(use, *_too_late(attr))
    if name == _ABSENT:
        if attr == "num_batches_tracked" and isinstance(use.stmt, (ast.Assign, ast.AugAssign)):
            return rw.manual(use, "T2M305", "MindSpore's BatchNorm counts no batches")
        return rw.manual(use, "T2M305", f"the Cell has no attribute for .{attr}")
    if _has_extra_axis(rw, kind, attr):
        if isinstance(rw.parent(node, use.stmt), ast.Assign | ast.Return):
            return rw.check(use, name, f"MindSpore stores .{attr} with an axis of length 1 before the last", "T2M305")
        if not _keeps_parameter(rw, use):
            name = f"{{self}}.{name}.squeeze(2)"
    if name.isidentifier():
        if name != attr:
            rw.plans.exprs[node] = Template("{self}." + name, {"self": node.value})
    else:
        rw.plans.exprs[node] = rw.template(name, {"self": node.value})
    if kind.open and name != attr:
        listed = ", ".join(str(getattr(c, "name", c)) for c in kind.classes)
        return rw.check(use, name, f"right for {listed}; a caller may pass another class", "T2M306")
    return rw.converted(use, name)


def _has_extra_axis(rw: Rewriter, kind: k.Module, attr: str) -> bool:
    """Whether MindSpore stores a parameter with an axis of length 1 that torch's has not (`layouts` of the row)."""
    bases = [base for c in kind.classes for base in ((c,) if isinstance(c, str) else c.torch_bases)]
    rows = [row for base in bases if (row := rw.tables.rows.get(rw.know.canonical(base))) is not None]
    return any(row.layouts.get(attr) == _EXTRA_AXIS for row in rows)


def _keeps_parameter(rw: Rewriter, use: Use) -> bool:
    """Whether what is done with a weight needs the Parameter itself, whatever its shape: to fill it, to freeze it."""
    parent = rw.parent(use.node, use.stmt)
    if isinstance(parent, ast.Attribute):
        return parent.attr in _OF_PARAMETERS or parent.attr.endswith("_")
    if isinstance(parent, ast.Call):
        callee = k.settle(rw.facts.calls.get(parent, k.UNKNOWN))
        return not isinstance(callee, k.Ref) or not rw.know.canonical(callee.name).startswith(_COMPUTING)
    return not isinstance(parent, ast.BinOp | ast.Subscript | ast.UnaryOp)


def finish(rw: Rewriter) -> None:
    """Attributes named by strings, in `getattr`, `hasattr`, `setattr` and `delattr`; stores nothing would read."""
    if rw.uses_mindspore:
        return
    _own_stores(rw)
    _of_unknown_layers(rw)
    for call in rw.facts.calls:
        if not isinstance(call.func, ast.Name) or call.func.id not in _BY_NAME or len(call.args) < 2:
            continue
        text = call.args[1]
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            _by_name(rw, call, text, text.value)


def _of_unknown_layers(rw: Rewriter) -> None:
    """`init.zeros_(self.conv.bn.weight)`: a parameter, of a layer about which nothing is known."""
    known = {use.node for use in rw.uses}
    for node, kind in list(rw.facts.attributes.items()):
        if node.attr not in _STATE or node in known or not isinstance(k.settle(kind), k.Var):
            continue
        stmt = rw.facts.stmts.get(node)
        call = None if stmt is None else rw.parent(node, stmt)
        if stmt is None or not isinstance(call, ast.Call) or node is call.func:
            continue
        callee = k.settle(rw.facts.calls.get(call, k.UNKNOWN))
        if isinstance(callee, k.Ref) and rw.know.canonical(callee.name).startswith("torch."):
            use = Use(node, f"torch.nn.Module.{node.attr}", stmt, None)
            rw.uses.append(use)
            rw.unknown(use, f"whether .{node.attr} belongs to a normalisation layer cannot be told here", "T2M306")


def _own_stores(rw: Rewriter) -> None:
    """`self.padding = (1, 1)` in a class derived from a layer whose forward is still the layer's."""
    for node, kind in rw.facts.attributes.items():
        kind = k.settle(kind)
        if node.attr not in _READ_ONCE or not isinstance(node.ctx, ast.Store) or not isinstance(kind, k.Module):
            continue
        cls = kind.classes[0] if len(kind.classes) == 1 else None
        if not isinstance(cls, k.ClassInfo) or not _runs_layer(cls):
            continue
        row = next((r for b in cls.torch_bases if (r := rw.tables.rows.get(rw.know.canonical(b))) is not None), None)
        if row is not None and any(s.get(node.attr) is not None for s in row.signatures):
            use = Use(node, f"{row.name}.{node.attr}", rw.stmt(node), None)
            rw.uses.append(use)
            rw.manual(use, *_too_late(node.attr))


def _runs_layer(cls: k.ClassInfo) -> bool:
    """Whether calling an object runs the forward of the layer its class derives from."""
    forward = cls.method("forward")
    if forward is None:
        return True
    return any(
        isinstance(node, ast.Attribute) and isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == "super"
        for node in ast.walk(forward.node)
    )


def _too_late(attr: str) -> tuple[str, str, str]:
    return "T2M305", f"MindSpore reads .{attr} only when the layer is built", f"pass {attr}= there"


def _by_name(rw: Rewriter, call: ast.Call, text: ast.Constant, attr: str) -> None:
    kind = k.settle(rw.facts.kinds.get(call.args[0], k.UNKNOWN))
    stmt = rw.stmt(call)
    if isinstance(kind, k.Module) and attr == "forward":
        _rename(rw, text, "construct")
        rw.structural(text, stmt, "torch.nn.Module.forward", "mindspore.nn.Cell.construct")
        return
    if not isinstance(kind, k.Module) or not kind.classes:
        if attr in _STATE and (isinstance(kind, (k.Module, k.Var)) or kind is k.UNKNOWN):
            use = Use(text, f"torch.nn.Module.{attr}", stmt, None)
            rw.uses.append(use)
            rw.unknown(use, f"whether .{attr} belongs to a normalisation layer cannot be told here", "T2M306")
        return
    names: set[str] = set()
    for cls in kind.classes:
        own = isinstance(cls, k.ClassInfo) and (cls.attr(attr) is not None or cls.method(attr) is not None)
        names |= {attr} if own else _names(rw, cls, attr)
    if not names or names == {attr}:
        return
    first = kind.classes[0]
    owner = first if isinstance(first, str) else first.name
    use = Use(text, f"{owner}.{attr}", stmt, None)
    rw.uses.append(use)
    listed = ", ".join(sorted(n for n in names if n != _ABSENT))
    if len(names) > 1:
        rw.manual(use, "T2M306", f".{attr} is called differently on these layers: {listed}")
    elif not listed.isidentifier():
        rw.manual(use, "T2M305", f"the Cell has no attribute for .{attr}")
    else:
        _rename(rw, text, listed)
        if kind.open:
            rw.check(use, listed, f"right for {owner}; a caller may pass another class", "T2M306")
        else:
            rw.converted(use, listed)


def _rename(rw: Rewriter, text: ast.Constant, name: str) -> None:
    quote = rw.text(text)[0]
    rw.plans.exprs[text] = Template(f"{quote}{name}{quote}" if quote in "\"'" else repr(name))


_BY_NAME = frozenset({"getattr", "hasattr", "setattr", "delattr"})

RULES: dict[str, Rule] = {"torch.nn.Module.*": _attribute}
