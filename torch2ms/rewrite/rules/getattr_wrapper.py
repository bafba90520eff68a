"""Guards the `__getattr__` of a wrapper, because a Cell asks itself for attributes while it is being built.

`return getattr(self.module, name)` hands on what the wrapper lacks. In torch the first question comes when `module` is
there; a Cell asks before that, and a `__getattr__` that asks for `self.module` is called by itself without end.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.source import kinds as k
from torch2ms.source.facts import is_module_class

_TABLES = frozenset({"_modules", "_parameters", "_buffers", "__dict__"})


def _start(ctx: FileContext) -> None:
    """Look at the module classes that define `__getattr__`."""
    for cls in ctx.facts.classes:
        method = cls.methods.get("__getattr__")
        node = None if method is None else method.node
        if isinstance(node, ast.FunctionDef) and len(node.args.args) == 2 and is_module_class(cls, ctx.know):
            _guard(ctx, cls, node)


def _guard(ctx: FileContext, cls: k.ClassInfo, node: ast.FunctionDef) -> None:
    owner, name = (arg.arg for arg in node.args.args)
    read = {
        part.attr
        for part in ast.walk(node)
        if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == owner
    }
    use = ctx.add_definition_site(node, "torch.nn.Module.__getattr__")
    own = sorted(attr for attr in read - _TABLES if cls.method(attr) is None and not attr.startswith("__"))
    if read & _TABLES:
        message = "a Cell asks itself for attributes while it is built: what is missing has to be an AttributeError"
        hint = f"begin with: if '_cells' not in {owner}.__dict__: raise AttributeError({name})"
        ctx.check(use, "mindspore.nn.Cell.__getattr__", message, "T2M305", hint)
    elif not own or _is_guarded(node, name, own):
        ctx.converted(use, "mindspore.nn.Cell.__getattr__")
    else:
        test = f"{name} == {own[0]!r}" if len(own) == 1 else f"{name} in {tuple(own)!r}"
        ctx.insert(node, "body", ctx.template(f"if {test}:\n    return super().__getattr__({name})"))
        ctx.converted(use, "mindspore.nn.Cell.__getattr__")


def _is_guarded(node: ast.FunctionDef, name: str, own: list[str]) -> bool:
    """Whether the method begins with a question for the attributes it hands questions on to."""
    body = node.body[1:] if isinstance(node.body[0], ast.Expr) else node.body
    if not body or not isinstance(body[0], ast.If):
        return False
    test = body[0].test
    named = {part.id for part in ast.walk(test) if isinstance(part, ast.Name)}
    texts = {part.value for part in ast.walk(test) if isinstance(part, ast.Constant)}
    return name in named and texts.issuperset(own)


RULE = Rule(start=_start)
