"""What the abstract run carries with it from statement to statement."""

from __future__ import annotations

import ast
from collections import deque
from dataclasses import dataclass, field

from torch2ms.source import kinds as k
from torch2ms.source.facts import Env, Facts
from torch2ms.source.knowledge import Knowledge
from torch2ms.source.neighbours import Neighbours


@dataclass(slots=True)
class Frame:
    """The function that is being run; as it is made, the top level of the file."""

    function: k.FuncInfo | None = None
    in_module: bool = False
    """It is a method of a module."""
    in_forward: bool = False
    """It is one that computes."""
    returns: list[k.Kind] = field(default_factory=list)


@dataclass(slots=True)
class State:
    """One run over one file. All levels are given it; none keeps anything of its own."""

    knowledge: Knowledge
    neighbours: Neighbours | None
    facts: Facts
    statement: ast.stmt
    """The statement that is being run."""
    arrays: bool
    """The file may hold arrays of another library."""
    frameworks: bool = False
    """It imports another framework, whose tensors have the methods of torch's."""
    env: Env = field(default_factory=lambda: Env(None))
    """The innermost scope."""
    top: Env = field(default_factory=lambda: Env(None))
    """The names of the file."""
    frame: Frame = field(default_factory=Frame)
    supposed: list[tuple[k.Var, k.Kind, str]] = field(default_factory=list)
    """Values that are used as only one kind is in a PyTorch program, and by which method."""
    changed: bool = False
    """Something was learned in this round, so that another one may learn more."""
    variables: dict[tuple[ast.AST, str], k.Var] = field(default_factory=dict)
    """The unknown values: where they come up, and under which name."""
    functions: dict[ast.AST, k.FuncInfo] = field(default_factory=dict)
    classes: dict[ast.ClassDef, k.ClassInfo] = field(default_factory=dict)
    waiting: deque[tuple[k.FuncInfo, Env]] = field(default_factory=deque)
    """Functions whose bodies are still to be run in this round, with the scopes they stand in."""
    inner: set[ast.expr] = field(default_factory=set)
    """References that are part of longer ones."""
    torch_names: set[str] = field(default_factory=set)
    """Torch names of the file, of all rounds so far."""
    asked_for_names: bool = False
    """Something has depended on them."""

    def may_hold_tensors(self) -> bool:
        """Whether what nothing is known of, and is used as an array, is likely a tensor: the file imports no library of
        arrays, and it knows torch or a file that knows torch imports it."""
        if self.arrays:
            return False
        return self.facts.knows_torch or (self.neighbours is not None and self.neighbours.serves_torch())

    def kind(self, node: ast.expr) -> k.Kind:
        """The kind of an expression that has been run; a `Var` while it is open."""
        return k.settle(self.facts.kinds.get(node, k.UNKNOWN))
