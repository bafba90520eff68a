"""Which code makes the parts of a module: the module's own `set_train()` reaches these."""

from __future__ import annotations

import ast
from functools import cached_property

from torch2ms.rewrite.context import FileContext
from torch2ms.source import kinds as k
from torch2ms.source.facts import is_foreign, is_module_class

_Method = ast.FunctionDef | ast.AsyncFunctionDef


class Owners:
    """Tells where in a file the parts of modules are made."""

    def __init__(self, ctx: FileContext) -> None:
        self.ctx = ctx
        self._modules = {cls.node: cls for cls in ctx.facts.classes if is_module_class(cls, ctx.know)}

    def module_class(self, stmt: ast.stmt) -> k.ClassInfo | None:
        """The module class whose code a statement is."""
        for above in self.ctx.blocks.above(stmt):
            if isinstance(above, ast.ClassDef):
                return self._modules.get(above)
        return None

    def builds_parts(self, stmt: ast.stmt) -> bool:
        """Whether a statement runs while a module class builds its objects; the defaults of its methods do too."""
        method = stmt
        for above in self.ctx.blocks.above(stmt):
            if isinstance(above, ast.ClassDef):
                cls = self._modules.get(above)
                return cls is not None and isinstance(method, _Method) and self._is_building(method, cls)
            method = above
        return False

    def _is_building(self, method: _Method, cls: k.ClassInfo) -> bool:
        if method.name in self.building:
            return True
        # A base class of another file may call its methods when it builds its objects.
        is_open = any(is_foreign(base, self.ctx.know) for one in cls.mro() for base in one.bases)
        return is_open and method.name.startswith("_") and method.name not in self._called

    @cached_property
    def _called(self) -> frozenset[str]:
        """The names of the methods that the file calls on `self`."""
        return frozenset(name for names in self._calls.values() for name in names)

    @cached_property
    def _calls(self) -> dict[str, set[str]]:
        """The methods of module classes by name, each with the methods it calls on `self`."""
        found: dict[str, set[str]] = {}
        methods = {info.node: name for cls in self._modules.values() for name, info in cls.methods.items()}
        for attribute in self.ctx.parents.attributes():
            above = self.ctx.parents.of(attribute) if _is_self(attribute.value) else None
            if isinstance(above, ast.Call) and above.func is attribute:
                for function in self.ctx.parents.functions_around(attribute):
                    if function in methods:
                        found.setdefault(methods[function], set()).add(attribute.attr)
        return found

    @cached_property
    def building(self) -> frozenset[str]:
        """The methods that run when a module is built: `__init__`, and those it calls."""
        found = {"__init__", "__new__", "__post_init__"}
        todo = list(found)
        while todo:
            for name in self._calls.get(todo.pop(), ()):
                if name not in found and name != "forward":
                    found.add(name)
                    todo.append(name)
        return frozenset(found)


def _is_self(node: ast.expr) -> bool:
    """Whether an expression is `self`, `cls` or `super()`."""
    if isinstance(node, ast.Call):
        node = node.func
    return isinstance(node, ast.Name) and node.id in ("self", "cls", "super")
