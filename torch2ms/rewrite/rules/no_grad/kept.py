"""What functions of the file keep when they are called for their effect: in attributes, or in what they are given."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from torch2ms.rewrite.analysis.blocks import own_statements
from torch2ms.rewrite.analysis.flow import parameter_names
from torch2ms.rewrite.rules.no_grad.bindings import stored_paths
from torch2ms.rewrite.rules.no_grad.forms import Function
from torch2ms.rewrite.rules.no_grad.gradless import Gradless
from torch2ms.rewrite.rules.no_grad.values import Values
from torch2ms.source import kinds as k


def keeps_arguments(func: k.FuncInfo) -> bool:
    """Whether a function may keep what it is given: in an attribute of its object, or in another argument."""
    if isinstance(func.node, ast.Lambda):
        return False
    changed = set[str]().union(*map(stored_paths, own_statements(func.node.body)))
    return any("." in path or path in func.params for path in changed)


def keeps_computed(function: Function, gradless: Gradless) -> bool:
    """Whether a function keeps more than what it is given."""
    return not all(isinstance(value, ast.Name) or gradless.is_gradless(value) for value in _kept_by(function))


def keeps_given(function: Function) -> bool:
    """Whether a function keeps what it is given, as it is."""
    given = parameter_names(function)
    return any(isinstance(value, ast.Name) and value.id in given for value in _kept_by(function))


def adds_given(function: Function, values: Values) -> bool:
    """Whether a function adds what it is given to what an object holds: `self.total += v`."""
    given = parameter_names(function)
    return any(
        isinstance(stmt, ast.AugAssign)
        and isinstance(stmt.value, ast.Name)
        and stmt.value.id in given
        and values.is_arithmetic(stmt)
        for stmt in own_statements(function.body)
    )


def _kept_by(function: Function) -> Iterator[ast.expr]:
    """The values that a function puts into attributes, or into what it is given."""
    for stmt in own_statements(function.body):
        if any("." in path or path in parameter_names(function) for path in stored_paths(stmt)):
            if isinstance(stmt, (ast.Assign, ast.AugAssign)):
                yield stmt.value
            elif isinstance(stmt, ast.Expr) and isinstance(stmt.value, ast.Call):
                yield from stmt.value.args
