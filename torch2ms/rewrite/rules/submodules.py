"""Converts walks over the parts of a module (`modules()`, `children()`) and additions to it to those a Cell has.

Walks are `cells_and_names()`, `cells()` and `name_cells()`, which take no arguments; a child is added as an attribute.
A list or sequence that grows afterwards becomes a helper, because MindSpore's does not run, or not name, what is added.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import AsList, Template
from torch2ms.rewrite.rows.bind import UNCALLED
from torch2ms.rewrite.rules.shared.questions import argument, has_stars, is_argument_of, is_whole_statement
from torch2ms.source import kinds as k


def _no_arguments(ctx: FileContext, use: Use) -> bool:
    """Whether the call is plain; otherwise the site is decided here."""
    attr = use.name.rpartition(".")[2]
    if use.call is None:
        ctx.manual(use, "T2M206", f"the method {attr} is used without being called", UNCALLED)
        return False
    if use.call.args or use.call.keywords:
        ctx.manual(use, "T2M202", f"{attr}() with arguments has no counterpart")
        return False
    return True


def _modules(ctx: FileContext, use: Use) -> bool:
    if not _no_arguments(ctx, use):
        return True
    call, stmt = use.call, use.stmt
    assert call is not None and use.receiver is not None
    target = "mindspore.nn.Cell.cells_and_names"
    values = {"self": use.receiver}
    parent = ctx.parent(call, stmt)
    if isinstance(stmt, (ast.For, ast.AsyncFor)) and stmt.iter is call and isinstance(stmt.target, ast.Name):
        # The header as a whole: the pair it unpacks needs no parentheses there.
        is_async = "async " if isinstance(stmt, ast.AsyncFor) else ""
        ctx.replace_stmt(stmt, f"{is_async}for _, {stmt.target.id} in {{self}}.cells_and_names():", values)
    elif isinstance(parent, ast.comprehension) and parent.iter is call and isinstance(parent.target, ast.Name):
        ctx.replace(parent.target, Template(f"_, {parent.target.id}"))
        ctx.replace(call, "{self}.cells_and_names()", values)
    else:
        ctx.replace(call, "cell for _, cell in {self}.cells_and_names()", values)
    return ctx.converted(use, target)


def _named_modules(ctx: FileContext, use: Use) -> bool:
    if not _no_arguments(ctx, use):
        return True
    assert use.call is not None and use.receiver is not None
    ctx.replace(use.call, "{self}.cells_and_names()", {"self": use.receiver})
    return ctx.converted(use, "mindspore.nn.Cell.cells_and_names")


def _children(ctx: FileContext, use: Use) -> bool:
    if not _no_arguments(ctx, use):
        return True
    assert use.call is not None and use.receiver is not None
    in_next = is_argument_of(ctx, use.call, use.stmt, "next")
    ctx.replace(use.call, "iter({self}.cells())" if in_next else "{self}.cells()", {"self": use.receiver})
    return ctx.converted(use, "mindspore.nn.Cell.cells")


def _named_children(ctx: FileContext, use: Use) -> bool:
    if not _no_arguments(ctx, use):
        return True
    assert use.call is not None and use.receiver is not None
    ctx.replace(use.call, "{self}.name_cells().items()", {"self": use.receiver})
    return ctx.converted(use, "mindspore.nn.Cell.name_cells")


def _add_module(ctx: FileContext, use: Use) -> bool:
    call = use.call
    if call is not None and use.receiver is not None and len(call.args) == 1 and not call.keywords:
        if isinstance(call.args[0], ast.Starred):  # name and module: nothing else can be in it
            ctx.replace(call, "setattr({self}, *{pair})", {"self": use.receiver, "pair": call.args[0].value})
            return ctx.converted(use, "mindspore.nn.Cell.__setattr__")
    if call is None or use.receiver is None or has_stars(call):
        return ctx.manual(use, "T2M203", "the arguments cannot be seen here")
    name, module = argument(call, 0, "name"), argument(call, 1, "module")
    if name is None or module is None:
        return ctx.manual(use, "T2M203", "name and module are both needed")
    # setattr names the parameters after the new child at once; insert_child_to_cell leaves them without a prefix,
    # and an optimizer refuses two parameters of one name.
    if (
        isinstance(name, ast.Constant)
        and isinstance(name.value, str)
        and name.value.isidentifier()
        and is_whole_statement(use)
    ):
        target = f"{{self}}.{ctx.attribute_name(name.value)}"
        ctx.replace_stmt(use.stmt, f"{target} = {{module}}", {"self": use.receiver, "module": module})
        return ctx.converted(use, "mindspore.nn.Cell.__setattr__")
    ctx.replace(
        call,
        "setattr({self}, {name}, {module})",
        {"self": use.receiver, "name": name, "module": module},
    )
    return ctx.converted(use, "mindspore.nn.Cell.__setattr__")


def _get_submodule(ctx: FileContext, use: Use) -> bool:
    call = use.call
    if call is None or use.receiver is None or has_stars(call):
        return ctx.manual(use, "T2M203", "the arguments cannot be seen here")
    name = argument(call, 0, "target")
    if name is None:
        return ctx.manual(use, "T2M203", "the name of the submodule is missing")
    ctx.replace(call, "{self}.get_sub_cell({name})", {"self": use.receiver, "name": name})
    return ctx.converted(use, "mindspore.nn.Cell.get_sub_cell")


def _start(ctx: FileContext) -> None:
    """Sequences that grow by name need a Cell that runs what is added: nn.SequentialCell ignores it."""
    growing = _Holders(
        ctx,
        (
            (use.receiver, use.stmt)
            for use in ctx.sites()
            if use.name in ("torch.nn.Module.add_module", "torch.nn.Module.register_module")
            and use.receiver is not None
            and ctx.may_be(use.receiver_kind, "torch.nn.Sequential")
        ),
    )
    # What is appended to a CellList later is not named after the list, and names must differ.
    lists = _Holders(
        ctx,
        (
            (node.value, ctx.stmt(node))
            for node, kind in ctx.facts.attributes.items()
            if node.attr in ("append", "extend", "insert") and ctx.may_be(kind, "torch.nn.ModuleList")
        ),
    )
    for use in ctx.sites():
        targets = use.stmt.targets if isinstance(use.stmt, ast.Assign) else []
        if use.name == "torch.nn.ModuleList" and use.call is not None:
            is_held = lists.any_of(targets, use.stmt)
            if _is_generator(use.call):
                ctx.replace(use.call.args[0], AsList())
                is_held = is_held or _may_hold_none(ctx, use.call.args[0], use.stmt)
                made = ctx.helper("module_list") if is_held else ctx.spell("mindspore.nn.CellList")
                ctx.replace(use.node, Template(made))
                ctx.converted(use, "mindspore.nn.CellList")
            elif use.call.args and (is_held or _may_hold_none(ctx, use.call.args[0], use.stmt)):
                ctx.replace(use.node, Template(ctx.helper("module_list")))
                ctx.converted(use, "ModuleList")
        elif use.name == "torch.nn.Sequential" and use.receiver is None:
            parent = ctx.parent(use.node, use.stmt)
            derived = isinstance(parent, ast.ClassDef) and use.node in parent.bases
            empty = use.call is not None and not use.call.args
            grows = growing and (empty or derived or growing.any_of(targets, use.stmt))
            if grows or (derived and isinstance(parent, ast.ClassDef) and _sets_attributes(parent)):
                ctx.replace(use.node, Template(ctx.helper("sequential")))
                ctx.converted(use, "Sequential")


class _Holders:
    """Names of functions and attributes of classes, each with its owner."""

    def __init__(self, ctx: FileContext, nodes: Iterable[tuple[ast.expr, ast.stmt]]) -> None:
        self._ctx = ctx
        self._names: set[tuple[ast.AST, str]] = set()
        self._attributes: dict[str, set[k.ClassInfo]] = {}
        for node, stmt in nodes:
            if isinstance(node, ast.Name):
                self._names.add((ctx.blocks.scope(stmt), node.id))
            elif isinstance(node, ast.Attribute):
                self._attributes.setdefault(node.attr, set()).update(self._owners(node))

    def __bool__(self) -> bool:
        return bool(self._names or self._attributes)

    def any_of(self, targets: Iterable[ast.expr], stmt: ast.stmt) -> bool:
        """Whether one of the names or attributes that a statement assigns to is among these, attributes of related
        classes too."""
        return any(self._holds(target, stmt) for target in targets)

    def _holds(self, target: ast.expr, stmt: ast.stmt) -> bool:
        if isinstance(target, ast.Name):
            return (self._ctx.blocks.scope(stmt), target.id) in self._names
        if not isinstance(target, ast.Attribute) or target.attr not in self._attributes:
            return False
        held, here = self._attributes[target.attr], list(self._owners(target))
        return any(one in two.mro() or two in one.mro() for one in held for two in here)

    def _owners(self, node: ast.Attribute) -> Iterator[k.ClassInfo]:
        """The classes of the file that an attribute belongs to."""
        kind = k.settle(self._ctx.kind(node.value))
        if isinstance(kind, k.Module):
            yield from (cls for cls in kind.classes if isinstance(cls, k.ClassInfo))


def _may_hold_none(ctx: FileContext, modules: ast.expr, stmt: ast.stmt) -> bool:
    """Whether some modules that are written out may be None in a place: a CellList takes Cells only."""
    written = _assigned(ctx, modules, stmt) if isinstance(modules, ast.Name) else [modules]
    for value in written:
        items = value.elts if isinstance(value, ast.List | ast.Tuple) else []
        if isinstance(value, ast.ListComp | ast.GeneratorExp):
            items = [value.elt]
        for item in items:
            bound = _assigned(ctx, item, stmt) if isinstance(item, ast.Name) else [item]
            if any(map(_may_be_none, bound)):
                return True
    return False


def _may_be_none(node: ast.expr) -> bool:
    """Whether an expression is None, or is where some condition holds."""
    if isinstance(node, ast.IfExp):
        return _may_be_none(node.body) or _may_be_none(node.orelse)
    return isinstance(node, ast.Constant) and node.value is None


def _assigned(ctx: FileContext, name: ast.Name, stmt: ast.stmt) -> Iterator[ast.expr]:
    """What the function of a statement assigns to a name."""
    scope = ctx.blocks.scope(stmt)
    for node in ctx.parents.names(name.id):
        above = ctx.parents.of(node)
        if isinstance(above, ast.Assign) and node in above.targets and ctx.blocks.scope(above) is scope:
            yield above.value


def _is_generator(call: ast.Call) -> bool:
    """Whether the only argument is a generator expression."""
    return len(call.args) == 1 and not call.keywords and isinstance(call.args[0], ast.GeneratorExp)


def _sets_attributes(cls: ast.ClassDef) -> bool:
    """Whether a class stores anything on itself: torch's Sequential also runs a module stored that way."""
    return any(
        isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
        for node in ast.walk(cls)
    )


RULE = Rule(
    sites={
        "torch.nn.Module.modules": _modules,
        "torch.nn.Module.named_modules": _named_modules,
        "torch.nn.Module.children": _children,
        "torch.nn.Module.named_children": _named_children,
        "torch.nn.Module.add_module": _add_module,
        "torch.nn.Module.register_module": _add_module,
        "torch.nn.Module.get_submodule": _get_submodule,
    },
    start=_start,
)
