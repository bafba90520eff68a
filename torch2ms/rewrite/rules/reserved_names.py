"""Gives an underscore to a module's attributes and methods whose names (`phase`, `cells`) a Cell keeps for itself.

Which names these are was found by trial (`scripts/cell_names.py`). The same name always gets the same new one, so that
files that are converted one by one agree: a class and its bases, code that uses its objects, and checkpoints. In
a file that renames one, a use of the old name on something unknown is reported.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.plan import Template
from torch2ms.source import kinds as k
from torch2ms.source.cell_names import CELL_NAMES
from torch2ms.source.facts import is_module_class
from torch2ms.source.members import MODULE_MEMBERS

# The others are in the way of layers and Parameters only: a number may be called `requires_grad`.
_ALWAYS = {name for name, ways in CELL_NAMES.items() if not set(ways.split(", ")) <= {"layer", "parameter"}}
_BY_NAME = frozenset({"getattr", "hasattr", "setattr", "delattr"})


def _start(ctx: FileContext) -> None:
    """Rename the attributes and methods, and every use of them in the file."""
    renamed: set[str] = set()
    for cls in ctx.facts.classes:
        own = _own_names(ctx, cls)
        if own:
            renamed |= own
            listed = ", ".join(f"{name} → {ctx.attribute_name(name)}" for name in sorted(own))
            ctx.finding(cls.node, "T2M105", f"a Cell keeps these names for itself, so they change: {listed}")
            _rename_in_body(ctx, cls, own)
    if ctx.uses_mindspore and not renamed:
        return
    for node, receiver in ctx.facts.attributes.items():
        if node.attr in CELL_NAMES:
            _use(ctx, node, k.settle(receiver), renamed)
    for call in ctx.facts.calls:
        _named_in_string(ctx, call)


def _own_names(ctx: FileContext, cls: k.ClassInfo) -> set[str]:
    """What a module class of the file binds of the names a Cell keeps."""
    if not is_module_class(cls, ctx.know):
        return set()
    own = (set(cls.attrs) | set(cls.methods)) & _ALWAYS
    own.update(name for name, kind in cls.attrs.items() if name in CELL_NAMES and _is_part(k.settle(kind)))
    if cls.method("forward") is None:
        # Nothing else becomes this class's construct.
        own.discard("construct")
    return own


def _is_part(kind: k.Kind) -> bool:
    """Whether a value is a layer or a Parameter, which a Cell keeps by its name."""
    return isinstance(kind, k.Module) or kind in (k.PARAMETER, k.BUFFER)


def _rename_in_body(ctx: FileContext, cls: k.ClassInfo, own: set[str]) -> None:
    """Rename the methods of a class, and the names in its body that are not inside of one."""
    for stmt in cls.node.body:
        if isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef)) and stmt.name in own:
            ctx.rename_def(stmt, ctx.attribute_name(stmt.name))
    for name in own:
        for node in ctx.parents.names(name):
            if ctx.binding_scope(node) is cls.node:
                ctx.replace(node, Template(ctx.attribute_name(name)))


def _use(ctx: FileContext, node: ast.Attribute, kind: k.Kind, renamed: set[str]) -> None:
    """`net.phase`, `Net.phase`, `super().phase`."""
    if _is_renamed(ctx, kind, node.attr):
        ctx.replace(node, Template("{o}." + ctx.attribute_name(node.attr), {"o": node.value}))
        ctx.structural(node, ctx.stmt(node), f"torch.nn.Module.{node.attr}", "mindspore.nn.Cell")
    elif node.attr in renamed and (isinstance(kind, (k.Var, k.Member)) or kind is k.UNKNOWN):
        stmt = ctx.stmt(node)
        message = f"if this is a module, its .{node.attr} is called {ctx.attribute_name(node.attr)} now"
        if ctx.call_of(node) is None:
            ctx.finding(stmt, "T2M105", message)
        else:
            ctx.unknown(ctx.add_site(node, f"torch.nn.Module.{node.attr}", stmt), message, "T2M105")


def _is_renamed(ctx: FileContext, kind: k.Kind, attr: str) -> bool:
    """Whether an attribute of a value is one that a module class binds, here or in another file."""
    if isinstance(kind, k.ClassRef):
        return is_module_class(kind.cls, ctx.know) and _is_bound_by(ctx, kind.cls, attr)
    if not isinstance(kind, k.Module):
        return False
    own = [cls for cls in kind.classes if isinstance(cls, k.ClassInfo)]
    if any(_is_bound_by(ctx, cls, attr) for cls in own):
        return True
    # What torch's module has not, a class of another file has; it is renamed there just the same.
    foreign = not own or any(not cls.torch_bases or cls.module for cls in own)
    return (
        foreign
        and attr in _ALWAYS
        and attr not in MODULE_MEMBERS
        and attr != "construct"
        and not _is_of_layer(ctx, kind, attr)
    )


def _is_bound_by(ctx: FileContext, cls: k.ClassInfo, attr: str) -> bool:
    return any(attr in _own_names(ctx, part) for part in cls.mro())


def _is_of_layer(ctx: FileContext, kind: k.Module, attr: str) -> bool:
    rows = (ctx.tables.rows.get(cls) for cls in kind.classes if isinstance(cls, str))
    return any(row is not None and (attr in row.attrs or attr in row.params) for row in rows)


def _named_in_string(ctx: FileContext, call: ast.Call) -> None:
    """`getattr(net, "phase")`."""
    if not isinstance(call.func, ast.Name) or call.func.id not in _BY_NAME or len(call.args) < 2:
        return
    text = call.args[1]
    if not isinstance(text, ast.Constant) or text.value not in CELL_NAMES or not isinstance(text.value, str):
        return
    if _is_renamed(ctx, k.settle(ctx.kind(call.args[0])), text.value):
        source = ctx.text(text)
        ctx.replace(text, Template(source.replace(text.value, ctx.attribute_name(text.value))))
        ctx.structural(text, ctx.stmt(call), f"torch.nn.Module.{text.value}", "mindspore.nn.Cell")


RULE = Rule(start=_start)
