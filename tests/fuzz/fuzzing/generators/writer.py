"""Code that is run as it is written: a line that raises is not kept, and what a name holds is known."""

from __future__ import annotations

import ast
import itertools
import math
import random
import re
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

PRELUDE = """\
import copy
import math
from collections import OrderedDict
from functools import partial

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim


def fill(net):
    with torch.no_grad():
        for p in net.parameters():
            p.copy_(torch.linspace(-0.6, 0.7, p.numel()).reshape(p.shape))
"""

_PLACE = re.compile(r"\{(\w)(\d?)\}")
_LARGEST = 1e4
_MOST_VALUES = 600
_MOST_ITEMS = 12
_DTYPES = frozenset(
    (torch.float32, torch.float64, torch.float16, torch.int64, torch.int32, torch.uint8, torch.int8, torch.bool)
)
_MOST_CONSTANTS = 48


def constants(rng: random.Random, shape: Sequence[int], draw: Callable[[], object]) -> str:
    """A nested list of values as source text."""
    if not shape:
        return repr(draw())
    return "[" + ", ".join(constants(rng, shape[1:], draw) for _ in range(shape[0])) + "]"


def float_tensor(rng: random.Random, shape: Sequence[int]) -> str:
    """A tensor of floats, all different, so that no order among them is a matter of chance."""
    count = math.prod(shape)
    if count > _MOST_CONSTANTS:
        sizes = ", ".join(map(str, shape))
        return f"torch.cos(torch.arange({count}.0) * {rng.choice(('1.7', '0.9', '2.3'))}).reshape({sizes})"
    return f"torch.tensor({float_data(rng, shape)})"


def float_data(rng: random.Random, shape: Sequence[int]) -> str:
    """A nested list of floats, all different as long as there are less than 600."""
    values = itertools.cycle(rng.sample(range(-300, 300), 600))
    return constants(rng, shape, lambda: (next(values) or 1) / 100)


def int_data(rng: random.Random, shape: Sequence[int], low: int = 0, high: int = 5) -> str:
    """Integers of a range."""
    return constants(rng, shape, lambda: rng.randrange(low, high))


def bool_data(rng: random.Random, shape: Sequence[int]) -> str:
    """Truth values."""
    return constants(rng, shape, lambda: rng.random() < 0.5)


def is_float(value: object) -> bool:
    """Whether this is a tensor of floats."""
    return isinstance(value, torch.Tensor) and value.is_floating_point()


def is_int(value: object) -> bool:
    """Whether this is a tensor of integers."""
    return isinstance(value, torch.Tensor) and not value.is_floating_point() and value.dtype != torch.bool


def is_bool(value: object) -> bool:
    """Whether this is a tensor of truth values."""
    return isinstance(value, torch.Tensor) and value.dtype == torch.bool


def is_number(value: object) -> bool:
    """Whether this is a number of Python's, and no bool."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_sequence(value: object) -> bool:
    """Whether this is a list or tuple that holds a tensor."""
    return isinstance(value, (list, tuple)) and any(isinstance(item, torch.Tensor) for item in value)


_KINDS: dict[str, Callable[[object], bool]] = {
    "f": is_float,
    "i": is_int,
    "b": is_bool,
    "t": lambda value: isinstance(value, torch.Tensor),
    "s": is_number,
    "l": is_sequence,
}


def usable(value: object, depth: int = 0) -> bool:
    """Whether a value may stay: small, finite, and such as results are compared by."""
    if isinstance(value, torch.Tensor):
        if value.numel() > _MOST_VALUES or value.is_sparse or value.dtype not in _DTYPES:
            return False
        if value.is_floating_point() and value.numel():
            return bool(value.isfinite().all()) and float(value.detach().abs().max()) < _LARGEST
        return value.numel() > 0
    if isinstance(value, (list, tuple)):
        return len(value) <= _MOST_ITEMS and depth < 3 and all(usable(item, depth + 1) for item in value)
    if isinstance(value, dict):
        return len(value) <= _MOST_ITEMS and all(usable(item, depth + 1) for item in value.values())
    if isinstance(value, float):
        return abs(value) < _LARGEST
    return not isinstance(value, types.GeneratorType)


def shown(value: object) -> bool:
    """Whether a value is a result that can be compared."""
    if isinstance(value, (list, tuple)):
        return all(map(shown, value))
    if isinstance(value, dict):
        return all(map(shown, value.values()))
    return value is None or isinstance(value, (torch.Tensor, bool, int, float, str))


@dataclass
class Writer:
    """The body of one function being written. `namespace` is what its names hold, `own` those it has bound itself."""

    rng: random.Random
    namespace: dict[str, Any]
    prefix: str = "v"
    lines: list[str] = field(default_factory=list)
    own: list[str] = field(default_factory=list)
    count: int = 0

    def fresh(self, prefix: str = "") -> str:
        """A name that is not in use."""
        self.count += 1
        return f"{prefix or self.prefix}{self.count}"

    def attempt(self, *lines: str) -> bool:
        """Run lines; keep them when nothing is raised and all that they bind may stay."""
        text = "\n".join(lines)
        try:
            tree = ast.parse(text)
            exec(compile(tree, "attempt", "exec"), self.namespace)
            bound = list(dict.fromkeys(_bound(tree)))
            if not all(usable(self.namespace.get(name)) for name in bound):
                return False
        except Exception:
            return False
        self.lines += text.splitlines()
        self.own += [name for name in bound if name not in self.own and name in self.namespace]
        return True

    def bind(self, expression: str, prefix: str = "") -> str | None:
        """Bind the value of an expression to a new name; None when that raises."""
        name = self.fresh(prefix)
        return name if self.attempt(f"{name} = {expression}") else None

    def holding(self, wanted: Callable[[object], bool]) -> list[str]:
        """The names of the body's own whose values are as wanted."""
        return [name for name in self.own if wanted(self.namespace.get(name))]

    def pick(self, wanted: Callable[[object], bool]) -> str | None:
        """One such name: later ones more often."""
        names = self.holding(wanted)
        if not names:
            return None
        return names[max(self.rng.randrange(len(names)), self.rng.randrange(len(names)))]

    def filled(self, template: str) -> str | None:
        """A template with names and constants for its places; None when there is no such name.

        Places are `{f}` `{i}` `{b}` `{t}` (tensors of floats, integers, truth values, any), `{s}` (a number), `{l}` (a
        sequence of tensors), `{d}` (a dimension of the first tensor), `{k}` (a small int), `{c}` (a float) and `{q}`
        (its sizes in another order). A digit after the letter stands for the same thing again.
        """
        given: dict[str, str] = {}
        first: torch.Tensor | None = None
        for letter, number in _PLACE.findall(template):
            key = letter + number
            if key in given and number:
                continue
            text = self._place(letter, first)
            if text is None:
                return None
            if first is None and letter in "fibt":
                value = self.namespace[text]
                first = value if isinstance(value, torch.Tensor) else None
            given[key] = text
            if not number:
                template = template.replace(f"{{{letter}}}", text, 1)
        return _PLACE.sub(lambda match: given[match[1] + match[2]], template)

    def _place(self, letter: str, first: torch.Tensor | None) -> str | None:
        rng = self.rng
        if letter in _KINDS:
            return self.pick(_KINDS[letter])
        if letter == "k":
            return str(rng.choice([0, 1, 1, 2, 2, 3, -1]))
        if letter == "c":
            return rng.choice(["0.5", "1.5", "-0.25", "2.0", "1e-3", "0.1"])
        dimensions = 1 if first is None else first.dim()
        if letter == "d":
            return str(rng.randrange(-dimensions, dimensions)) if dimensions else "0"
        return ", ".join(map(str, rng.sample(range(dimensions), dimensions)))


def _bound(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def indented(lines: Sequence[str], depth: int = 1) -> list[str]:
    """Lines moved to the right."""
    return ["    " * depth + line if line else line for line in lines]
