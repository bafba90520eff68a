"""Which results of calls a function changes in place afterwards.

What a function of another file gives matters only then: to be asked before that file is run.
"""

from __future__ import annotations

import ast
from functools import cached_property

from torch2ms.rewrite.called_layers import CalledLayers, Others
from torch2ms.rewrite.inplace_flags import Begins
from torch2ms.source import kinds as k
from torch2ms.source.facts import Facts


class ChangedLater:
    """The results of calls of one file that are changed in place."""

    def __init__(self, facts: Facts, layers: CalledLayers, others: Others) -> None:
        self._facts = facts
        self._layers = layers
        self._others = others

    def changes_result(self, node: ast.Call) -> bool:
        """Whether the function changes the result of a call in place, or a name that takes it."""
        changed, names = self._found
        if node in changed:
            return True
        stmt = self._facts.stmts[node]
        if not isinstance(stmt, ast.Assign) or stmt.value is not node:
            return False
        owner = self._facts.owners.get(stmt)
        return any(isinstance(target, ast.Name) and (owner, target.id) in names for target in stmt.targets)

    @cached_property
    def _found(self) -> tuple[set[ast.expr], set[tuple[k.FuncInfo | None, str]]]:
        """The expressions and names that functions change in place: by an operator, an item, a method such as `add_`,
        a layer that works in place."""
        changed: set[ast.expr] = set()
        names: set[tuple[k.FuncInfo | None, str]] = set()

        def note(target: ast.expr, owner: k.FuncInfo | None) -> None:
            changed.add(target)
            while isinstance(target, (ast.Subscript, ast.Attribute, ast.Call)):
                target = target.func if isinstance(target, ast.Call) else target.value
                changed.add(target)
            if isinstance(target, ast.Name):
                names.add((owner, target.id))

        for stmt, owner in self._facts.owners.items():
            if isinstance(stmt, ast.AugAssign):
                note(stmt.target, owner)
            elif isinstance(stmt, ast.Assign):
                for target in stmt.targets:
                    if isinstance(target, ast.Subscript):
                        note(target, owner)
        for call in self._facts.calls:
            owner = self._facts.owners.get(self._facts.stmts[call])
            if isinstance(call.func, ast.Attribute) and call.func.attr.endswith("_"):
                note(call.func.value, owner)
            elif call.args and self._may_change_first(call):
                note(call.args[0], owner)
        return changed, names

    def _may_change_first(self, call: ast.Call) -> bool:
        """Whether a layer or a function of another file changes its first argument, or one of torch's does."""
        if any(keyword.arg == "inplace" for keyword in call.keywords):
            return True
        kind = k.settle(self._facts.calls[call])
        if isinstance(kind, k.Ref) and self._others.has(kind.name):
            is_tensor = k.is_tensor(self._facts.kinds.get(call.args[0], k.UNKNOWN))
            return is_tensor and self._others.of_function(kind.name) is not None
        return self._layers.begins_any(self._layers.made(call.func)) is not Begins.APART
