"""Attributes of layers: `bn.weight` → `bn.gamma`, `fc.in_features` → `fc.in_channels`, from `params` and `attrs`.

The same for attributes given as strings: `getattr(bn, "weight")`.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.engine import Rewriter, Rule, Use
from torch2ms.rewrite.plan import Template
from torch2ms.source import kinds as k

_STATE = frozenset({"weight", "bias", "running_mean", "running_var", "num_batches_tracked"})
_ABSENT = "~"

# A Cell puts these into its operators when it is built; setting them later has no effect.
_READ_ONCE = frozenset("momentum eps p stride padding dilation kernel_size groups negative_slope padding_idx".split())


def _names(rw: Rewriter, cls: str | k.ClassInfo, attr: str) -> set[str]:
    """What an attribute is called on the Cells a class may stand for."""
    if isinstance(cls, k.ClassInfo):
        found: set[str] = set()
        for base in cls.torch_bases:
            found |= _names(rw, rw.know.canonical(base), attr)
        return found
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
        return rw.manual(use, "T2M305", f"MindSpore reads .{attr} only when the layer is built", f"pass {attr}= there")
    if name == _ABSENT:
        if attr == "num_batches_tracked" and isinstance(use.stmt, (ast.Assign, ast.AugAssign)):
            return rw.manual(use, "T2M305", "MindSpore's BatchNorm counts no batches")
        return rw.manual(use, "T2M305", f"the Cell has no attribute for .{attr}")
    if name.isidentifier():
        if name != attr:
            rw.plans.exprs[node] = Template("{self}." + name, {"self": node.value})
    else:
        rw.plans.exprs[node] = rw.template(name, {"self": node.value})
    if kind.open and name != attr:
        listed = ", ".join(str(getattr(c, "name", c)) for c in kind.classes)
        return rw.check(use, name, f"right for {listed}; a caller may pass another class", "T2M306")
    return rw.converted(use, name)


def finish(rw: Rewriter) -> None:
    """Attributes named by strings, in `getattr`, `hasattr`, `setattr` and `delattr`."""
    if rw.uses_mindspore:
        return
    for call in rw.facts.calls:
        if not isinstance(call.func, ast.Name) or call.func.id not in _BY_NAME or len(call.args) < 2:
            continue
        text = call.args[1]
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            _by_name(rw, call, text, text.value)


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
