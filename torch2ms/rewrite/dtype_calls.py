"""What calls of torch's and NumPy's functions and methods give, by the dtypes of what they are given."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from torch2ms.rewrite import dtype_tables as t
from torch2ms.rewrite.elements import OPEN, Elements, in_floats, of_numpy, promoted, real, summed
from torch2ms.source import kinds as k
from torch2ms.source.facts import Facts


class Asks(Protocol):
    """What knows the dtypes of other expressions."""

    def part(self, node: ast.AST, item: int | None) -> Elements | None:
        """The elements of a value, or of one item of it."""

    def named(self, node: ast.expr) -> str | None:
        """The dtype that an expression names."""


class Results:
    """What calls of one file give."""

    def __init__(self, facts: Facts, asks: Asks) -> None:
        self._facts = facts
        self._asks = asks

    # -------------------------------------------------------------- torch

    def function(
        self, node: ast.Call, name: str, args: Sequence[ast.expr], item: int | None, method: bool = False
    ) -> Elements | None:
        """What a function or a method of torch's gives. `args` has the receiver, too."""
        told = _keyword(node, "dtype")
        if told is not None and not (isinstance(told, ast.Constant) and told.value is None):
            named = self._asks.named(told)
            return None if named is None else Elements(named, self._axes(node, name, args))
        given = args[0] if args else _keyword(node, "input") or _keyword(node, "tensors")
        if name in t.INDEXED and item == 1:
            return Elements("int64", narrow=name in t.NARROW)

        def first() -> Elements | None:
            return None if given is None else self._asks.part(given, None)

        if name in t.OF_CLASS and name != "Tensor":
            return Elements(t.OF_CLASS[name], self._axes(node, name, args))
        if name in t.BOOLS:
            return self._shaped(node, name, args, Elements("bool"))
        if name in t.INT64S or name in t.INT64S_UNLESS_TOLD:
            return Elements("int64", self._axes(node, name, args)) if _keyword(node, "out_int32") is None else None
        if name in t.CONVERSIONS and method and len(args) == 1:
            return self._converted(first(), t.CONVERSIONS[name])
        if name in t.CONVERTING and method:
            return self._to(args, first())
        if name in t.REAL_PARTS:
            return real(first())
        if name in t.COMPLEX:
            return Elements("complex")
        if name in t.FLOATS:
            return in_floats(first()) or Elements("float")
        if name in t.OF_FLOATS:
            return self._floats(node, name, args, first())
        if name in t.SUMS:
            return self._reduced(node, name, args, summed(first()))
        if name in t.MAKERS:
            return self._made(node, name, args, method)
        if name in t.PROMOTING or name in ("true_divide", "divide", "div", "pow"):
            return self._promoting(node, name, args)
        if name in t.PRODUCTS:
            found = self._promoting(node, name, [arg for arg in args if k.is_tensor(self._facts.kind(arg))])
            return None if found is None else replace(found, axes=None)
        if name in t.JOINING:
            return None if given is None else self._cat(given)
        if name in t.SAME:
            return self._reduced(node, name, args, first())
        return None

    def _cat(self, given: ast.expr) -> Elements | None:
        if isinstance(given, (ast.Tuple, ast.List)):
            found: Elements | None = OPEN
            for part in given.elts:
                one = self._asks.part(part, None)
                found = promoted(found, None if one is None else replace(one, axes=None, narrow=False))
            return None if found is OPEN else found
        one = self._asks.part(given, -1)
        return None if one is None else replace(one, axes=None)

    def _converted(self, before: Elements | None, dtype: str) -> Elements:
        return Elements(dtype, None if before is None else before.axes)

    def _to(self, args: Sequence[ast.expr], before: Elements | None) -> Elements | None:
        """`x.to(torch.int64)`, `x.type_as(y)`, `x.to(device)`."""
        for arg in args[1:]:
            kind = self._facts.kind(arg)
            if k.is_tensor(kind):
                other = self._asks.part(arg, None)
                return None if other is None else self._converted(before, other.dtype)
            if kind is k.DEVICE or kind is k.STR or kind is k.BOOL:
                continue
            named = self._asks.named(arg)
            if named is not None:
                return self._converted(before, named)
            if kind is k.DTYPE or isinstance(kind, (k.Ref, k.StoredApi)) or kind is k.UNKNOWN:
                return None
        return before

    def _floats(self, node: ast.Call, name: str, args: Sequence[ast.expr], before: Elements | None) -> Elements | None:
        kept = ("float", "complex") if name == "mean" else ("float",)
        known = before if before is not None and before.family in kept else Elements("float")
        return self._reduced(node, name, args, known)

    def _shaped(self, node: ast.Call, name: str, args: Sequence[ast.expr], found: Elements) -> Elements:
        """A result of the shape of the operands, or a reduced one."""
        if name in ("any", "all"):
            return replace(found, axes=0 if len(args) == 1 and not node.keywords else None)
        return found

    def _reduced(self, node: ast.Call, name: str, args: Sequence[ast.expr], found: Elements | None) -> Elements | None:
        """Elements with the axes that are left of them."""
        if found is None:
            return None
        if name in t.REDUCTIONS:
            alone = len(args) == 1 and not node.keywords
            return replace(found, axes=0 if alone else self._along(node, args, found.axes))
        if name in t.SAME_SHAPE or name in t.FLOATS:
            return found
        return replace(found, axes=self._reshaped(name, args[1:], found.axes) if not node.keywords else None)

    def _along(self, node: ast.Call, args: Sequence[ast.expr], before: int | None) -> int | None:
        """How many axes are left where one is given: `x.sum(1)`."""
        dims = [*args[1:], *(keyword.value for keyword in node.keywords if keyword.arg in ("dim", "axis"))]
        if before is None or len(dims) != 1 or len(args) - 1 + len(node.keywords) != 1:
            return None
        return before - 1 if self._facts.kind(dims[0]) is k.INT and before > 0 else None

    def _reshaped(self, name: str, sizes: Sequence[ast.expr], before: int | None) -> int | None:
        """How many axes a result has whose shape is told."""
        if name in ("unsqueeze", "expand_dims"):
            return None if before is None else before + 1
        if name in ("flatten", "ravel"):
            return None if sizes else 1
        if name not in ("reshape", "view", "expand", "repeat", "broadcast_to"):
            return None
        if len(sizes) == 1 and isinstance(sizes[0], (ast.Tuple, ast.List)):
            sizes = sizes[0].elts
        return len(sizes) if sizes and all(self._facts.kind(size) is k.INT for size in sizes) else None

    def _promoting(self, node: ast.Call, name: str, args: Sequence[ast.expr]) -> Elements | None:
        parts = [*args, *(keyword.value for keyword in node.keywords if keyword.arg in ("other", "input"))]
        if name == "where":
            parts = parts[1:] if k.is_tensor(self._facts.kind(parts[0])) and len(parts) == 3 else []
        if name == "lerp":
            parts = parts[:2]
        if not parts:
            return None
        found: Elements | None = OPEN
        for part in parts:
            found = promoted(found, self._asks.part(part, None))
        if name in ("true_divide", "divide", "div") and _keyword(node, "rounding_mode") is None:
            return in_floats(found)
        return None if found is OPEN else found

    # -------------------------------------------------------------- what is made

    def _made(self, node: ast.Call, name: str, args: Sequence[ast.expr], method: bool) -> Elements | None:
        """Of a function that makes a tensor of what it is given."""
        axes = self._axes(node, name, args)
        if name in ("tensor", "as_tensor", "asarray", "scalar_tensor", "new_tensor"):
            return self._literal(args[1] if method and len(args) > 1 else args[0]) if args else None
        if name == "from_numpy":
            return self._asks.part(args[0], None) if args else None
        if name in ("Parameter", "Variable", "Buffer"):
            return self._asks.part(args[0], None) if args else None
        if name == "arange":
            return self._arange([*args, *(key.value for key in node.keywords if key.arg in ("start", "end", "step"))])
        if name == "full":
            value = args[1] if len(args) > 1 else _keyword(node, "fill_value")
            found = None if value is None else self._asks.part(value, None)
            return None if found is None else Elements(found.dtype, axes)
        if name in t.FLOAT_MAKERS and not method:
            return Elements("float32", axes)
        return None

    def _arange(self, parts: Sequence[ast.expr]) -> Elements | None:
        found = [self._asks.part(part, None) for part in parts]
        if any(one is not None and one.dtype and one.family == "float" for one in found):
            return Elements("float32", 1)
        ints = all(one is not None and one.dtype and one.family == "int" for one in found)
        return Elements("int64", 1) if ints and found else None

    def _literal(self, node: ast.expr) -> Elements | None:
        """Of a tensor that is made of numbers, lists of them, or an array."""
        if self._facts.kind(node) is k.SHAPE:
            return Elements("int64", 1)
        if isinstance(node, (ast.List, ast.Tuple)):
            if not node.elts:
                return Elements("float32", 1)
            parts = [self._literal(part) for part in node.elts]
            found: Elements | None = OPEN
            for part in parts:
                found = promoted(found, part)
            if found is None or parts[0] is None or parts[0].axes is None:
                return None
            return Elements(found.dtype, parts[0].axes + 1)
        found = self._asks.part(node, None)
        if found is None and isinstance(node, (ast.ListComp, ast.Name, ast.Call)):
            item = self._asks.part(node, -1)
            if item is not None and item.dtype and item.number:
                return Elements(item.dtype, 1)
        return None if found is None else replace(found, number=False)

    def _axes(self, node: ast.Call, name: str, args: Sequence[ast.expr]) -> int | None:
        """How many axes what is made has."""
        if name in ("arange", "linspace", "logspace", "randperm"):
            return 1
        if name in ("tensor", "as_tensor"):
            found = self._literal(args[0]) if args else None
            return None if found is None else found.axes
        if name not in ("zeros", "ones", "empty", "rand", "randn", "full"):
            return None
        sizes = args[:1] if name == "full" else args
        if len(sizes) == 1 and isinstance(sizes[0], (ast.Tuple, ast.List)):
            sizes = sizes[0].elts
        elif name == "full" or not sizes:
            return None
        return len(sizes) if all(self._facts.kind(size) is k.INT for size in sizes) else None

    # -------------------------------------------------------------- NumPy

    def numpy(self, node: ast.Call, name: str) -> Elements | None:
        """What a function of NumPy's gives: an array, or a number of NumPy's."""
        told = _keyword(node, "dtype")
        if told is not None:
            named = self._array_dtype(told)
            return None if named is None else Elements(named, 1 if name in ("linspace", "arange") else None)
        if name in t.OF_NAME:
            return of_numpy(t.OF_NAME[name])
        if name == "arange":
            found = self._arange(node.args)
            return found if found is None or found.family == "int" else Elements("float64", 1)
        first = self._array(node.args[0]) if node.args else None
        if name in t.NUMPY_REDUCTIONS and len(node.args) == 1 and not node.keywords:
            return _reduced_array(first, name)
        if name in t.NUMPY_FUNCTIONS:
            if self._facts.kind(node) in k.NUMBERS and (first is None or first.number):
                return of_numpy("float64")
            return in_floats(first, "float64")
        if name in t.NUMPY_MAKERS:
            return of_numpy("float64") if self._facts.kind(node) in k.NUMBERS else Elements("float64", _one(name))
        return first if name in t.NUMPY_SAME else None

    def _array(self, node: ast.expr) -> Elements | None:
        """Of an array made of numbers."""
        is_literal = isinstance(node, (ast.List, ast.Tuple)) or self._facts.kind(node) is k.SHAPE
        found = self._literal(node) if is_literal else self._asks.part(node, None)
        if found is None or not found.dtype or found.family != "float":
            return found
        return replace(found, dtype="float64") if found.number or isinstance(node, (ast.List, ast.Tuple)) else found

    def _array_dtype(self, node: ast.expr) -> str | None:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return t.OF_NAME.get(node.value) if node.value not in ("float", "int") else f"{node.value}64"
        if isinstance(node, ast.Name) and node.id in ("float", "int", "bool"):
            return {"float": "float64", "int": "int64", "bool": "bool"}[node.id]
        return self._asks.named(node)

    def array_method(self, node: ast.Call, func: ast.Attribute) -> Elements | None:
        """What a method of an array gives."""
        found = self._asks.part(func.value, None)
        if func.attr == "astype" and node.args:
            named = self._array_dtype(node.args[0])
            return None if named is None else Elements(named)
        if func.attr in t.NUMPY_REDUCTIONS and not node.args and not node.keywords:
            return _reduced_array(found, func.attr)
        if func.attr in ("copy", "reshape", "transpose", "flatten", "ravel", "squeeze"):
            return None if found is None else replace(found, axes=1 if func.attr in ("flatten", "ravel") else None)
        return None


def _one(name: str) -> int | None:
    return 1 if name in ("linspace", "logspace") else None


def _reduced_array(found: Elements | None, name: str) -> Elements | None:
    """One number of the elements of an array."""
    if name in ("mean", "std", "var", "median", "percentile", "quantile"):
        return of_numpy("float64" if found is None or found.family != "float" or found.number else found.dtype)
    if name in ("argmax", "argmin", "count_nonzero"):
        return of_numpy("int64")
    return None if found is None or not found.dtype else of_numpy(found.dtype)


def _keyword(node: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in node.keywords if keyword.arg == name), None)
