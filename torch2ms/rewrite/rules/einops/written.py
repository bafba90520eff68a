"""The steps of a pattern as the methods of a tensor, with the sizes they need."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from torch2ms.rewrite.rules.einops import steps as s
from torch2ms.rewrite.rules.einops.calls import Size
from torch2ms.rewrite.rules.einops.pattern import Dim, Pattern, is_plain_name

METHODS: Mapping[str, str] = {"sum": "sum", "mean": "mean", "max": "amax", "min": "amin", "any": "any", "all": "all"}
_KEEP = {"sum": "keepdims=", "mean": "keep_dims=", "any": "keep_dims=", "all": "keep_dims="}
"""The keyword of each; `amax` and `amin` take none in a graph."""


class NotWritten(Exception):
    """These steps need a size that nothing gives."""


@dataclass(frozen=True, slots=True)
class _Term:
    """A factor or size as text. `cost`: how much there is to read, by which -1 is chosen for the worst."""

    text: str
    cost: int
    reference: int | None = None
    """The dimension of the tensor whose size it is, if nothing else."""


@dataclass(frozen=True, slots=True)
class Written:
    """An expression: a template, in which `{x}` is the tensor and `{s_h}` the size that is given for the axis h.

    `names`: those of all dimensions of the tensor, when the text uses them instead of its shape.
    """

    text: str
    count: int
    names: tuple[str, ...] = ()

    @property
    def uses(self) -> int:
        """How often the tensor is written."""
        return self.text.count("{x}")

    @property
    def cost(self) -> tuple[int, int]:
        """What reads better costs less."""
        return self.count, len(self.text)


@dataclass(slots=True)
class Writer:
    """Writes the steps of one pattern.

    `given`: the axes whose sizes a call gives, by their expressions. `has_shape`: the tensor has a name, so that its
    shape may be asked for. `reduction`: the name of one of einops. `named`: dimensions go by names of their own.
    """

    pattern: Pattern
    given: Mapping[str, Size]
    reduction: str = ""
    has_shape: bool = True
    named: bool = False

    def write(self, steps: Iterable[s.Step]) -> Written:
        """The text for these steps. Raises NotWritten."""
        text, count = "{x}", 0
        for step in steps:
            text += self._step(step)
            count += 1
        names: tuple[str, ...] = ()
        if self.named:
            words = set(re.findall(r"\w+", text))
            every = [self._name(i) for i in range(len(self.pattern.left))]
            names = tuple(name if name in words else "_" for name in every) if words.intersection(every) else ()
        return Written(text, count, names)

    def _step(self, step: s.Step) -> str:
        match step:
            case s.Reshape(dims):
                return self._reshape(dims)
            case s.Flatten(start, end):
                return f".flatten(start_dim={start}{', end_dim=' + end if end else ''})"
            case s.Squeeze(positions):
                return f".squeeze({_tuple(positions)})"
            case s.Unsqueeze(dims, new):
                return _unsqueezed(dims, new)
            case s.Permute(order):
                return f".permute({', '.join(map(str, order))})"
            case s.Swap(first, second):
                return f".swapaxes({first}, {second})"
            case s.Move(source, target):
                return f".movedim({source}, {target})"
            case s.Reduce():
                return self._reduced(step)
            case s.Broadcast():
                return self._broadcast(step)
            case s.Tile(factors):
                return f".tile(({_listed(self._product(f).text if f else '1' for f in factors)}))"

    def _broadcast(self, step: s.Broadcast) -> str:
        sizes: list[str] = []
        for old, new in zip(step.old, step.new, strict=True):
            if new.spread:
                if not self.has_shape:
                    raise NotWritten
                sizes.append(self._piece([next(i for i, dim in enumerate(self.pattern.left) if dim.spread)]))
            elif new.axes and (not old.axes or (s.is_one(old.axes[0]) and not s.is_one(new.axes[0]))):
                sizes.append(self._product(new.axes).text)
            else:
                sizes.append("-1")
        return f".broadcast_to(({_listed(sizes)}))"

    def _reduced(self, step: s.Reduce) -> str:
        if self.reduction == "prod":
            if step.keep:
                return "".join(f".prod({p}, keepdim=True)" for p in step.positions)
            # One after the other, so that those that are left keep their positions.
            ahead = [p for p in step.positions if not p.startswith("-")]
            behind = [p for p in step.positions if p.startswith("-")]
            return "".join(f".prod({p})" for p in (*reversed(ahead), *behind))
        before = ".astype(ms.bool_)" if self.reduction in ("any", "all") else ""
        method = METHODS[self.reduction]
        if step.whole:
            return f"{before}.{method}()"
        keep = f", {_KEEP.get(self.reduction, '')}True" if step.keep else ""
        return f"{before}.{method}({_tuple(step.positions)}{keep})"

    # ------------------------------------------------------------------ sizes

    def _reshape(self, dims: s.Dims) -> str:
        terms = [None if dim.spread else self._dim(dim) for dim in dims]
        unknown = [i for i, term in enumerate(terms) if term is not None and term.cost > 1]
        guessed = max(unknown, key=lambda i: (_cost(terms[i]), i), default=None)
        if guessed is not None:
            terms[guessed] = _Term("-1", 0)
        if any(term is not None and term.cost >= _NEVER for term in terms):
            raise NotWritten
        if any(dim.spread for dim in dims) and not self.has_shape:
            raise NotWritten
        pieces = self._run_together(dims, terms)
        if len(pieces) == 1:
            return f".reshape({pieces[0].removeprefix('*')})"  # there may be no dimensions in that piece
        return f".reshape({', '.join(pieces) or '()'})"

    def _run_together(self, dims: s.Dims, terms: Iterable[_Term | None]) -> list[str]:
        """The sizes, those of neighbours in the tensor as one piece of its shape."""
        result: list[str] = []
        runs: list[list[int]] = []
        at_spread = next((i for i, dim in enumerate(self.pattern.left) if dim.spread), None)
        for dim, term in zip(dims, terms, strict=True):
            index = at_spread if dim.spread else None if term is None else term.reference
            if index is None:
                result.append("" if term is None else term.text)
                runs.append([])
            elif runs and runs[-1] and runs[-1][-1] == index - 1:
                runs[-1].append(index)
                result[-1] = self._piece(runs[-1])
            else:
                runs.append([index])
                result.append(self._piece(runs[-1]))
        return result

    def _piece(self, run: list[int]) -> str:
        left = self.pattern.left
        if self.named:
            return ", ".join(map(self._name, run))
        if len(run) == 1 and not left[run[0]].spread:
            return f"{{x}}.shape[{s.position(left, run[0])}]"
        start = s.position(left, run[0]) if run[0] else ""
        end = "" if run[-1] == len(left) - 1 else s.position(left, run[-1] + 1)
        return f"*{{x}}.shape[{start}:{end}]" if start or end else "*{x}.shape"

    def _dim(self, dim: Dim) -> _Term:
        """The size of a dimension of the result."""
        for i, left in enumerate(self.pattern.left):
            if dim.axes and left.axes == dim.axes and not (len(dim.axes) == 1 and self._is_given(dim.axes[0])):
                return self._size(i)
        return self._product(dim.axes)

    def _product(self, axes: tuple[str, ...]) -> _Term:
        """The product of the sizes of axes."""
        number, factors, cost = 1, [], 0
        for axis in axes:
            term = self._axis(axis)
            cost = max(cost, term.cost)
            if term.text.isdecimal():
                number *= int(term.text)
            else:
                factors.append(term)
        if not factors:
            return _Term(str(number), cost)
        if len(factors) == 1 and number == 1:
            return factors[0]
        texts = [f"({term.text})" if "//" in term.text else term.text for term in factors]
        return _Term(" * ".join([*texts, *([str(number)] if number > 1 else [])]), cost + len(axes))

    def _axis(self, axis: str) -> _Term:
        """The size of an axis."""
        if s.is_one(axis):
            return _Term("1", 0)
        if axis in self.pattern.numbers:
            return _Term(str(self.pattern.numbers[axis]), 0)
        given = self.given.get(axis)
        if isinstance(given, ast.Constant) and type(given.value) is int:
            return _Term(str(given.value), 0)
        if given is not None:
            return _Term(f"{{s_{axis}}}", 1)
        for i, dim in enumerate(self.pattern.left):
            if axis in dim.axes:
                if dim.axes == (axis,):
                    return self._size(i) if not dim.spread else _Term("", _NEVER)
                whole, others = self._size(i), self._product(tuple(a for a in dim.axes if a != axis))
                divisor = f"({others.text})" if "*" in others.text else others.text
                return _Term(f"{whole.text} // {divisor}", whole.cost + others.cost + 2)
        return _Term("", _NEVER)

    def _size(self, index: int) -> _Term:
        """The size of a dimension of the tensor."""
        if self.pattern.left[index].spread or not self.has_shape:
            return _Term("", _NEVER)
        if self.named:
            return _Term(self._name(index), 2, index)
        return _Term(f"{{x}}.shape[{s.position(self.pattern.left, index)}]", 2, index)

    def _is_given(self, axis: str) -> bool:
        return axis in self.given or axis in self.pattern.numbers

    def _name(self, index: int) -> str:
        """What a dimension of the tensor is called: as its axis, or that of its axes whose size is not given."""
        axes = self.pattern.left[index].axes
        return next((a for a in axes if not self._is_given(a)), axes[0] if axes else "_")

    def may_be_named(self) -> bool:
        """Whether the dimensions may have names of their own."""
        names = [self._name(i) for i in range(len(self.pattern.left))]
        plain = [name for name in names if name != "_"]
        return not any(dim.spread for dim in self.pattern.left) and (
            len(set(plain)) == len(plain) and all(map(is_plain_name, plain))
        )


_NEVER = 1000


def _cost(term: _Term | None) -> int:
    return 0 if term is None else term.cost


def _tuple(positions: Iterable[str]) -> str:
    """One position, or a tuple of several."""
    texts = list(positions)
    return texts[0] if len(texts) == 1 else f"({', '.join(texts)})"


def _listed(texts: Iterable[str]) -> str:
    """The items of a tuple."""
    items = list(texts)
    return f"{items[0]}," if len(items) == 1 else ", ".join(items)


def _unsqueezed(dims: s.Dims, new: tuple[int, ...]) -> str:
    """`unsqueeze` for one dimension, an index for several."""
    if len(new) == 1:
        return f".unsqueeze({s.position(dims, new[0])})"
    parts = ["None" if i in new else "..." if dim.spread else ":" for i, dim in enumerate(dims)]
    if parts[-1] == "...":
        parts.pop()
    while parts[-1] == ":" and "..." not in parts:
        parts.pop()
    return f"[{', '.join(parts)}]"
