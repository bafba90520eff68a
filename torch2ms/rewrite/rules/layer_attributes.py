"""Attributes of layers: `bn.weight` → `bn.gamma`, `fc.in_features` → `fc.in_channels`, from the rows' `params` and `attrs`."""

from __future__ import annotations

import ast

from torch2ms.rewrite.engine import Rewriter, Rule, Use
from torch2ms.rewrite.plan import Template
from torch2ms.source import kinds as k

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
        if attr in ("weight", "bias", "running_mean", "running_var", "num_batches_tracked"):
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


RULES: dict[str, Rule] = {"torch.nn.Module.*": _attribute}
