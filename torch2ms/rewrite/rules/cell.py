"""Makes an `nn.Module` an `nn.Cell` and its `forward` the `construct` that a call of a Cell runs, with its callers."""

from __future__ import annotations

import ast
from collections.abc import Collection

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Template
from torch2ms.rewrite.rules.shared.questions import class_targets
from torch2ms.source import kinds as k
from torch2ms.source.facts import is_foreign, is_module_class

_ASKS = frozenset({"getattr", "hasattr", "setattr", "delattr", "getattr_static"})


def _start(ctx: FileContext) -> None:
    """Rename the forward methods of all module classes of the file."""
    modules = [cls for cls in ctx.facts.classes if is_module_class(cls, ctx.know)]
    if '"forward"' in ctx.source.text or "'forward'" in ctx.source.text:
        for cls in modules:
            _asked_by_name(ctx, cls)
    # A mixin's forward is that of the module classes derived from it.
    renamed = dict.fromkeys(part for cls in modules for part in cls.mro() if "forward" in part.methods)
    for cls in renamed:
        # Forms for `typing.overload` stand beside the method itself.
        forms = [stmt for stmt in cls.node.body if isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef))]
        for forward in forms:
            if forward.name == "forward":
                ctx.rename_def(forward, "construct")
        if cls.module:
            _foreign_base(ctx, cls)
    for cls in modules:
        for target in class_targets(cls):
            if target.id == "forward":
                ctx.replace(target, Template("construct"))
    for node, kind in ctx.facts.attributes.items():
        kind = k.settle(kind)
        owner = kind.cls if isinstance(kind, (k.ClassRef, k.Instance)) else None
        if node.attr != "forward" or not isinstance(owner, k.ClassInfo):
            continue
        if any(cls in renamed for cls in owner.mro()):
            ctx.structural(node, ctx.stmt(node), "torch.nn.Module.forward", "mindspore.nn.Cell.construct")
            ctx.replace(node, Template("{self}.construct", {"self": node.value}))
    for node in ctx.parents.attributes() if ".forward" in ctx.source.text else ():
        if node.attr == "forward" and ctx.plan(node) is None and ctx.site(node) is None:
            if _is_class(ctx, node.value, {cls.node for cls in modules}):
                stmt = ctx.parents.stmt(node)
                ctx.structural(node, stmt, "torch.nn.Module.forward", "mindspore.nn.Cell.construct")
                ctx.replace(node, Template("{self}.construct", {"self": node.value}))


def _asked_by_name(ctx: FileContext, cls: k.ClassInfo) -> None:
    """`getattr_static(cls, "forward")`, `"forward" in cls.__dict__`: what the class itself is asked for by name."""
    for node in ast.walk(cls.node):
        match node:
            case ast.Call(func=ast.Name(id=asks) | ast.Attribute(attr=asks), args=[owner, ast.Constant() as name, *_]):
                is_asked = asks in _ASKS and _is_class(ctx, owner)
            case ast.Compare(left=ast.Constant() as name, ops=[ast.In() | ast.NotIn()], comparators=[names]):
                is_asked = _are_names(ctx, names)
            case ast.Subscript(value=names, slice=ast.Constant() as name):
                is_asked = _are_names(ctx, names)
            case ast.Call(func=ast.Attribute(value=names, attr="get"), args=[ast.Constant() as name, *_]):
                is_asked = _are_names(ctx, names)
            case _:
                continue
        if name.value == "forward" and is_asked and ctx.plan(name) is None:
            quote = ctx.text(name)[0]
            ctx.replace(name, Template(f"{quote}construct{quote}" if quote in "\"'" else "'construct'"))
            ctx.structural(name, ctx.parents.stmt(name), "torch.nn.Module.forward", "mindspore.nn.Cell.construct")


def _are_names(ctx: FileContext, node: ast.expr) -> bool:
    """Whether an expression holds the names of a module class: `cls.__dict__`, `vars(cls)`, `dir(cls)`."""
    match node:
        case ast.Attribute(value=owner, attr="__dict__") | ast.Call(func=ast.Name(id="vars" | "dir"), args=[owner]):
            return _is_class(ctx, owner)
    return False


def _is_class(ctx: FileContext, node: ast.expr, modules: Collection[ast.ClassDef] | None = None) -> bool:
    """Whether an expression in a class of modules is that class, or one derived from it.

    `modules`: the expression may stand anywhere in the file, and these are its classes of modules.
    """
    match node:
        case ast.Call(func=ast.Name(id="type"), args=[owner]) | ast.Attribute(value=owner, attr="__class__"):
            if isinstance(k.settle(ctx.kind(owner)), k.Module):
                return True
            # A method that is made in another one: `def __init_subclass__(cls): def forward(self): …`
            if not modules or not isinstance(owner, ast.Name) or owner.id != "self":
                return False
            return _is_in(ctx, ctx.binding_scope(owner), modules, deep=True)
        case ast.Name(id=name):
            kind = k.settle(ctx.kind(node))
            if isinstance(kind, k.ClassRef):
                return is_module_class(kind.cls, ctx.know)
            scope = ctx.binding_scope(node)
            if modules is not None and isinstance(scope, ast.FunctionDef) and _is_declared(ctx, scope, name):
                return True
            if not isinstance(scope, ast.FunctionDef) or not scope.args.args or scope.args.args[0].arg != name:
                return False
            if modules is not None and not _is_in(ctx, scope, modules):
                return False
            marks = {part.id for part in scope.decorator_list if isinstance(part, ast.Name)}
            return scope.name in ("__init_subclass__", "__new__") or "classmethod" in marks
    return False


def _is_declared(ctx: FileContext, function: ast.FunctionDef, name: str) -> bool:
    """Whether a parameter is a class of modules by its annotation, `type[nn.Module]`."""
    for arg in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs):
        match arg.annotation:
            case ast.Subscript(value=ast.Name(id="type" | "Type"), slice=of) if arg.arg == name:
                kind = k.settle(ctx.kind(of))
                if isinstance(kind, k.ClassRef):
                    return is_module_class(kind.cls, ctx.know)
                return ctx.know.canonical(ctx.facts.refs.get(of, "")) == "torch.nn.Module"
    return False


def _is_in(ctx: FileContext, scope: ast.AST | None, classes: Collection[ast.ClassDef], deep: bool = False) -> bool:
    """Whether a function is a method of one of some classes, or (`deep`) stands in such a method."""
    above = None if scope is None else ctx.parents.of(scope)
    while deep and isinstance(above, ast.stmt) and not isinstance(above, ast.ClassDef):
        above = ctx.parents.of(above)
    return above in classes


def _foreign_base(ctx: FileContext, cls: k.ClassInfo) -> None:
    """A class of another file as base: its conversion is needed too."""
    bases = list(zip(cls.node.bases, cls.bases, strict=True))
    base = next((b for b, kind in bases if is_foreign(kind, ctx.know)), None)
    if base is None and cls.assumed:
        base = next((b for b, kind in bases if isinstance(kind, k.ClassRef)), None)
    if base is None:
        return
    use = ctx.add_site(base, "torch.nn.Module.forward", cls.node)
    if cls.assumed:
        ctx.check(use, "mindspore.nn.Cell.construct", f"the base class {ctx.text(use.node)} is taken for a module")
    else:
        ctx.converted(use, "mindspore.nn.Cell.construct")


def _forward(ctx: FileContext, use: Use) -> bool:
    assert isinstance(use.node, ast.Attribute)
    ctx.replace(use.node, Template("{self}.construct", {"self": use.node.value}))
    return ctx.converted(use, "mindspore.nn.Cell.construct")


def _init(ctx: FileContext, use: Use) -> bool:
    """`nn.Module.__init__(self)`."""
    ctx.replace(use.node, Template(ctx.spell("mindspore.nn.Cell") + ".__init__"))
    return ctx.converted(use, "mindspore.nn.Cell.__init__")


RULE = Rule(sites={"torch.nn.Module.forward": _forward, "torch.nn.Module.__init__": _init}, start=_start)
