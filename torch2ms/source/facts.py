"""What the abstract run learns of a file, as everything after it asks for it."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from torch2ms.source import kinds as k
from torch2ms.source.knowledge import Knowledge
from torch2ms.source.members import FRAMEWORKS
from torch2ms.source.neighbours import Neighbours
from torch2ms.source.parents import Parents

_Node = TypeVar("_Node", bound=ast.AST)
FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


class Env:
    """The names of one scope."""

    __slots__ = ("parent", "vars")

    def __init__(self, parent: Env | None, names: dict[str, k.Kind] | None = None) -> None:
        self.vars: dict[str, k.Kind] = {} if names is None else names
        self.parent = parent

    def get(self, name: str) -> k.Kind | None:
        """The kind bound to a name, here or outside."""
        env: Env | None = self
        while env is not None:
            found = env.vars.get(name)
            if found is not None:
                return found
            env = env.parent
        return None


@dataclass(slots=True)
class Facts:
    """What is known of a file after the run."""

    tree: ast.Module
    parents: Parents = field(init=False)
    kinds: dict[ast.AST, k.Kind] = field(default_factory=dict)
    refs: dict[ast.expr, str] = field(default_factory=dict)
    """Maximal references to APIs by import, with their qualified names (not canonical ones)."""
    either: dict[ast.expr, str] = field(default_factory=dict)
    """References that are to an API of torch's on one path only: another import, or a definition, takes its name."""
    attributes: dict[ast.Attribute, k.Kind] = field(default_factory=dict)
    """Attributes of values, with the kind of the receiver."""
    calls: dict[ast.Call, k.Kind] = field(default_factory=dict)
    """Calls, with the kind of what is called."""
    stmts: dict[ast.expr, ast.stmt] = field(default_factory=dict)
    """The statement of every recorded reference, attribute and call."""
    import_names: dict[ast.Name, str] = field(default_factory=dict)
    """Names that an import binds, with the qualified name."""
    owners: dict[ast.stmt, k.FuncInfo | None] = field(default_factory=dict)
    classes: list[k.ClassInfo] = field(default_factory=list)
    functions: list[k.FuncInfo] = field(default_factory=list)
    bound: set[str] = field(default_factory=set)
    """Every identifier bound anywhere, imports apart."""
    imports: list[ast.Import | ast.ImportFrom] = field(default_factory=list)
    stars: list[ast.ImportFrom] = field(default_factory=list)
    passed_on: dict[ast.alias, str] = field(default_factory=dict)
    """Torch names that an import takes from another file of the package, which imports them itself."""
    passed_on_by_star: dict[str, str] = field(default_factory=dict)
    knows_torch: bool = True
    """It imports torch, or what a row is for, or names of torch from another file of the package."""
    outer_modules: set[str] = field(default_factory=set)
    """Module classes of other files whose objects this file makes, by qualified name."""
    neighbours: Neighbours | None = None
    """The files around this one."""
    unbound: set[str] = field(default_factory=set)
    """In a file with star imports: names nothing was seen to bind where they are used, builtins among them."""

    _by_type: dict[type[ast.AST], list[tuple[int, ast.AST]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.parents = Parents(self.tree)

    def of_type(self, *types: type[_Node]) -> list[_Node]:
        """The expressions of the file that are of one of these types, in the order of the run; asked for after it."""
        if not self._by_type:
            for number, node in enumerate(self.kinds):
                self._by_type.setdefault(type(node), []).append((number, node))
        found = [numbered for one in types for numbered in self._by_type.get(one, ())]
        if len(types) > 1:
            found.sort(key=lambda numbered: numbered[0])
        return [node for _, node in found if isinstance(node, types)]

    def kind(self, node: ast.AST) -> k.Kind:
        """The kind of an expression, UNKNOWN when nothing is known."""
        return k.known(self.kinds.get(node, k.UNKNOWN))


def is_module_class(cls: k.ClassInfo, knowledge: Knowledge) -> bool:
    """Whether a class of the file derives from a torch module class, or is a mixin of such classes."""
    return (
        cls.is_mixin
        or any(c.module for c in cls.mro())
        or any(knowledge.is_layer(knowledge.canonical(b)) for b in cls.torch_bases)
    )


def is_foreign(base: k.Kind, knowledge: Knowledge) -> bool:
    """Whether a base class comes from another file, and neither has a row nor belongs to the standard library."""
    if not isinstance(base, (k.Ref, k.StoredApi)) or knowledge.is_mapped(base.name):
        return False
    root = base.name.partition(".")[0]
    return root not in sys.stdlib_module_names and root not in FRAMEWORKS and root != "mindspore"
