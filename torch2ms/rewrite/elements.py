"""What the elements of values are: the dtype of tensors and numbers, and how torch brings two of them together."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

Family: TypeAlias = Literal["bool", "int", "float", "complex"]

_FAMILIES: Final[tuple[Family, ...]] = ("bool", "int", "float", "complex")
_INTS: Final = ("uint8", "int8", "int16", "int32", "int64")
_FLOATS: Final = ("float16", "bfloat16", "float32", "float64")
_OF_NUMBERS: Final[dict[Family, str]] = {"bool": "bool", "int": "int64", "float": "float32", "complex": "complex64"}


@dataclass(frozen=True, slots=True)
class Elements:
    """The elements of a tensor, an array or a number.

    `dtype` is torch's name of it, the name of its family where the width is not known ("int", "float", "complex"), and
    "" while it is asked for in a circle. `axes`: how many there are, where that is known. `number`: of Python or NumPy,
    `of_numpy`: of the latter. `narrow`: torch's int64 is, or may be, an int32 in MindSpore.
    """

    dtype: str
    axes: int | None = None
    number: bool = False
    narrow: bool = False
    of_numpy: bool = False

    @property
    def family(self) -> Family:
        """What the dtype is a kind of."""
        return family(self.dtype)

    @property
    def is_scalar(self) -> bool:
        """Whether it is a tensor of no axes, or a number."""
        return self.number or self.axes == 0


OPEN: Final = Elements("")
"""Of a value whose dtype is asked for while it is being found out."""


def family(dtype: str) -> Family:
    """What a dtype is a kind of.

    >>> family("bfloat16")
    'float'
    """
    if dtype == "bool":
        return "bool"
    if dtype.startswith(("int", "uint")):
        return "int"
    return "complex" if dtype.startswith("complex") else "float"


def of_number(kind: Family) -> Elements:
    """The elements of a number of Python's."""
    return Elements(_OF_NUMBERS[kind], 0, number=True)


def of_numpy(dtype: str) -> Elements:
    """The elements of a number of NumPy's."""
    return Elements(dtype, 0, number=True, of_numpy=True)


def joined(a: Elements | None, b: Elements | None) -> Elements | None:
    """Of a value that is one or the other."""
    if a is None or b is None:
        return None
    if not a.dtype or not b.dtype:
        return a if a.dtype else b
    if a.family != b.family:
        return None
    dtype = a.dtype if a.dtype == b.dtype else a.family
    return Elements(
        dtype, a.axes if a.axes == b.axes else None, a.number and b.number, a.narrow or b.narrow, _numpy(a, b)
    )


def joined_all(found: Iterable[Elements | None]) -> Elements | None:
    """Of a value that is one of several."""
    result: Elements | None = OPEN
    for one in found:
        result = joined(result, one)
    return None if result is OPEN else result


def promoted(a: Elements | None, b: Elements | None) -> Elements | None:
    """What arithmetic of two values gives: a tensor without axes, or a number, counts if it is of a higher family."""
    if a is None or b is None:
        one = a or b  # what is complex makes everything complex
        return Elements("complex") if one is not None and one.dtype and one.family == "complex" else None
    if not a.dtype or not b.dtype:
        return a if a.dtype else b
    axes = None if a.axes is None or b.axes is None else max(a.axes, b.axes)
    high, low = (a, b) if _weight(a) >= _weight(b) else (b, a)
    dtype = high.dtype
    if _weight(high) == _weight(low):
        dtype = widest(high.dtype, low.dtype)
    elif _rank(low.dtype) > _rank(high.dtype):
        dtype = _OF_NUMBERS[low.family] if low.number else low.dtype
    number = a.number and b.number
    narrow = dtype == "int64" and (a.narrow or b.narrow) and not (_is_wide(a) or _is_wide(b))
    return Elements(dtype, axes, number, narrow, of_numpy=number and _numpy(a, b))


def _is_wide(value: Elements) -> bool:
    """Whether it makes int64 of integers in MindSpore, too."""
    return not (value.narrow or value.number) and value.dtype in ("int64", "int")


def _numpy(a: Elements, b: Elements) -> bool:
    return a.of_numpy or b.of_numpy


def _weight(value: Elements) -> int:
    return 0 if value.number else 1 if value.axes == 0 else 2


def _rank(dtype: str) -> int:
    return _FAMILIES.index(family(dtype))


def widest(a: str, b: str) -> str:
    """The dtype that holds the values of two.

    >>> widest("uint8", "int8"), widest("int64", "float16"), widest("float16", "bfloat16")
    ('int16', 'float16', 'float32')
    """
    if a == b:
        return a
    if family(a) != family(b):
        return max(a, b, key=_rank)
    for order in (_INTS, _FLOATS):
        if a in order and b in order:
            if {a, b} == {"uint8", "int8"}:
                return "int16"
            return "float32" if {a, b} == {"float16", "bfloat16"} else max(a, b, key=order.index)
    return "complex128" if {a, b} == {"complex64", "complex128"} else family(a)


def summed(value: Elements | None) -> Elements | None:
    """The elements of a sum of these: int64 of integers and bools."""
    if value is None or not value.dtype or value.family in ("float", "complex"):
        return value
    return replace(value, dtype="int64", narrow=False)


def in_floats(value: Elements | None, default: str = "float32") -> Elements | None:
    """The elements that a function such as `exp` gives of these; `default`: of integers."""
    if value is None or not value.dtype or value.family in ("float", "complex"):
        return value
    return replace(value, dtype=default, narrow=False)


def arithmetic(left: Elements | None, right: Elements | None, op: ast.operator) -> Elements | None:
    """The elements of `left op right`, where one of them is a tensor."""
    if isinstance(op, (ast.LShift, ast.RShift)):
        return left
    if isinstance(op, ast.MatMult):
        found = promoted(left, right)
        return None if found is None else replace(found, axes=None)
    if left is None or right is None:
        # A float makes a float of whatever real there is.
        one = left or right
        is_float = one is not None and one.dtype and one.family == "float"
        return Elements("float") if is_float else promoted(left, right)
    found = promoted(left, right)
    return in_floats(found) if isinstance(op, ast.Div) else found


def real(found: Elements | None) -> Elements | None:
    """The elements of the absolute values, or the real parts, of these."""
    if found is None or not found.dtype or found.family != "complex":
        return found
    width = {"complex64": "float32", "complex128": "float64"}.get(found.dtype, "float")
    return replace(found, dtype=width)
