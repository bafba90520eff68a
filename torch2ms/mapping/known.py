"""What is known of the things that the code of templates and helpers uses: MindSpore's by its captured signatures."""

from __future__ import annotations

import ast
import importlib
import re
import sys
import types
from collections.abc import Collection
from functools import cached_property

from torch2ms.mapping.schema import Helper, Signature, Tables

TENSOR, PARAMETER, CELL = "mindspore.Tensor", "mindspore.Parameter", "mindspore.nn.Cell"
_NO_BASE = re.compile(r"class \w+:")
# The types of values that code makes by itself.
_PYTHON = (
    *(object, int, float, complex, bool, str, bytes, tuple, list, dict, set, frozenset, slice, range, type),
    *(BaseException, types.FunctionType, types.MethodType, types.GeneratorType, types.SimpleNamespace),
)


class Known:
    """Names, members and signatures that exist."""

    def __init__(self, tables: Tables) -> None:
        self.names = tables.mindspore_names
        self.overloads = tables.mindspore_overloads
        self.helpers = {helper.defines: helper.signature for helper in tables.helpers.values()}
        self._fields = tables.mindspore_fields
        self._classes = [helper for helper in tables.helpers.values() if _NO_BASE.match(helper.source)]

    @cached_property
    def modules(self) -> frozenset[str]:
        """The modules of MindSpore."""
        found: set[str] = set()
        for name in self.names:
            head = name.rpartition(".")[0]
            while head and head not in found and head not in self.overloads and head.rpartition(".")[2].islower():
                found.add(head)
                head = head.rpartition(".")[0]
        return frozenset(found)

    @cached_property
    def _members(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for name in self.names:
            head, _, last = name.rpartition(".")
            found.setdefault(head, set()).add(last)
        return found

    @property
    def has_fields(self) -> bool:
        """Whether the names on instances were captured."""
        return bool(self._fields)

    def members(self, cls: str) -> frozenset[str]:
        """What an instance of a MindSpore class has by name."""
        own = {*self._members.get(cls, ()), *self._fields.get(cls, "").split(), *dir(object)}
        if cls == PARAMETER:
            own |= self.tensor
        elif cls not in (CELL, TENSOR):
            own |= self.cell
        return frozenset(own)

    @cached_property
    def tensor(self) -> frozenset[str]:
        """Methods and attributes of a tensor."""
        return self.members(TENSOR)

    @cached_property
    def cell(self) -> frozenset[str]:
        """Methods and attributes of every Cell."""
        return self.members(CELL)

    @cached_property
    def python(self) -> frozenset[str]:
        """Methods and attributes of Python's own values."""
        return frozenset(name for cls in _PYTHON for name in dir(cls))

    @cached_property
    def methods(self) -> frozenset[str]:
        """What a value nothing is known about may be asked to do."""
        return self.tensor | self.members(PARAMETER) | self.cell | self.python | self.of_helpers

    @cached_property
    def of_helpers(self) -> frozenset[str]:
        """What the instances of helpers have that derive from nothing."""
        return frozenset().union(*(own_members(helper) for helper in self._classes))

    @cached_property
    def attributes(self) -> frozenset[str]:
        """What a value nothing is known about may have: it may be a layer or an operator."""
        return self.methods.union(*(text.split() for text in self._fields.values()))

    def signatures(self, name: str) -> tuple[Signature, ...]:
        """The overloads of a MindSpore callable; none when they are not known."""
        return self.overloads.get(name, ())


def own_members(helper: Helper) -> frozenset[str]:
    """The methods of a helper's class, and what its `__init__` and its body set."""
    body = ast.parse(helper.source).body[0]
    found = set(helper.attributes)
    for node in body.body if isinstance(body, ast.ClassDef) else ():
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found.update(target.id for target in node.targets if isinstance(target, ast.Name))
    return frozenset(found)


def in_standard_library(dotted: str) -> bool | None:
    """Whether a name of Python's standard library exists; None when it is no such name."""
    root, *rest = dotted.split(".")
    if root not in sys.stdlib_module_names:
        return None
    found: object = importlib.import_module(root)
    for number, part in enumerate(rest, 2):
        if not hasattr(found, part):
            try:
                importlib.import_module(".".join(dotted.split(".")[:number]))
            except ImportError:
                return False
        found = getattr(found, part)
    return True


def only_in(name: str, one: Collection[str], *others: Collection[str]) -> bool:
    """Whether a name is in the first collection and in none of the others."""
    return name in one and not any(name in other for other in others)
