"""Which expressions of a file are sites: uses of a torch API, each counted once."""

from __future__ import annotations

import ast

from torch2ms.mapping.namespaces import is_torch
from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.draft import Use
from torch2ms.source import kinds as k
from torch2ms.source import members as m

_STATISTICS = frozenset({"running_mean", "running_var", "num_batches_tracked"})
_GENERATOR_ONLY = frozenset({"manual_seed", "initial_seed"})
_WITHOUT_EVIDENCE = frozenset("parameters children modules buffers eval train forward".split())


def find_sites(ctx: FileContext) -> list[Use]:
    """Every site of a file, in source order: references to torch names, and members of what torch made."""
    facts = ctx.facts
    canonical = ctx.know.canonical
    uses = [Use(node, canonical(name), facts.stmts[node], ctx.call_of(node)) for node, name in facts.refs.items()]
    for attribute, kind in facts.attributes.items():
        kind = k.settle(kind)
        member = _member_name(ctx, attribute, kind)
        if member is not None:
            uses.append(Use(attribute, member, facts.stmts[attribute], ctx.call_of(attribute), attribute.value, kind))
    uses.sort(key=lambda u: (u.node.end_lineno or 0, u.node.end_col_offset or 0))
    return uses


def _member_name(ctx: FileContext, node: ast.Attribute, kind: k.Kind) -> str | None:
    """The canonical name of a member of a value; None if it is nothing of torch's."""
    attr = node.attr
    if kind in k.TENSORS:
        if attr not in ctx.know.tensor_members:
            return None
        return ctx.know.canonical(f"torch.Tensor.{attr}")
    if kind is k.DTYPE:
        return f"torch.dtype.{attr}"
    if isinstance(kind, k.Module):
        return _module_member_name(ctx, attr, kind)
    if isinstance(kind, k.Instance) and isinstance(kind.cls, str) and is_torch(kind.cls):
        return f"{kind.cls}.{attr}"
    if ctx.facts.knows_torch and (isinstance(kind, (k.Var, k.Member)) or kind is k.UNKNOWN):
        return _unknown_member_name(ctx, node, attr)
    return None


def _module_member_name(ctx: FileContext, attr: str, kind: k.Module) -> str | None:
    of_module = f"torch.nn.Module.{attr}"
    if not kind.classes:
        known = m.MODULE_MEMBERS | m.LAYER_STATE | m.MODULE_ONLY_METHODS
        return of_module if attr in known else None
    for cls in kind.classes:
        if isinstance(cls, k.ClassInfo):
            if attr == "forward":
                return of_module
            if attr in m.MODULE_MEMBERS:
                own = attr != "training" and cls.attr(attr) is not None
                overridden = attr != "train" and (own or cls.method(attr) is not None)
                return None if overridden else of_module
            if cls.method(attr) is not None or cls.attr(attr) is not None:
                return None
            for base in cls.torch_bases:
                name = ctx.know.canonical(base)
                if _is_layer_attribute(ctx, name, attr) or _is_layer_method(ctx, name, attr):
                    return f"{name}.{attr}"
        elif _is_layer_attribute(ctx, cls, attr):
            return f"{cls}.{attr}"
        elif attr in m.MODULE_MEMBERS:
            return of_module
        elif f"{cls}.{attr}" in ctx.tables.rows or _is_layer_method(ctx, cls, attr):
            return f"{cls}.{attr}"
    return None


def _is_layer_attribute(ctx: FileContext, layer: str, attr: str) -> bool:
    row = ctx.tables.rows.get(layer)
    return row is not None and (attr in row.params or attr in row.attrs)


def _is_layer_method(ctx: FileContext, layer: str, attr: str) -> bool:
    """Whether a torch layer has a method of this name that not every module has."""
    if attr in m.INHERITED_METHODS:
        return layer.startswith(m.INHERITED_METHODS[attr])
    owners = (layer, m.LAYER_BASES.get(layer, layer))
    return not attr.startswith("__") and any(f"{owner}.{attr}" in ctx.tables.torch_signatures for owner in owners)


def _unknown_member_name(ctx: FileContext, node: ast.Attribute, attr: str) -> str | None:
    """The name of a member of something unknown, where it may well be torch's."""
    call = ctx.call_of(node)
    of_module = f"torch.nn.Module.{attr}"
    if call is None:
        # Nothing but a normalisation layer has these.
        evident = attr in _STATISTICS or (attr in m.LAYER_STATE and ctx.kind(node) in k.TENSORS)
        return of_module if evident else None
    if attr in m.BUILTIN_METHODS or attr.startswith("__"):
        return None
    if attr in ("eval", "train") and (call.args or call.keywords):
        return None
    if attr in m.MODULE_ONLY_METHODS or attr in _WITHOUT_EVIDENCE:
        return of_module
    if attr in _GENERATOR_ONLY:
        return f"torch.Generator.{attr}"
    name = f"torch.Tensor.{attr}"
    return name if name in ctx.tables.rows or name in ctx.tables.torch_signatures else None
