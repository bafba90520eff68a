"""Whether the `if` of a row holds for a bound call; and the questions about single expressions it is made of.

Answers are three-valued: True, False, or None where it cannot be told. Nothing is decided on a guess.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from torch2ms.mapping.schema import Condition
from torch2ms.rewrite.rows.bind import Bound
from torch2ms.source import kinds as k
from torch2ms.source.facts import Facts

DTYPES = frozenset(
    """
    float float16 float32 float64 bfloat16 half double int int8 int16 int32 int64 short long uint8 uint16
    uint32 uint64 bool complex64 complex128 cfloat cdouble
    """.split()
)

_KIND_NAMES: dict[k.Kind, tuple[str, ...]] = {
    k.INT: ("int", "number"),
    k.BOOL: ("bool",),
    k.FLOAT: ("float", "number"),
    k.STR: ("str",),
    k.NONE: ("none",),
    k.TENSOR: ("tensor",),
    k.PARAMETER: ("tensor",),
    k.BUFFER: ("tensor",),
    k.NDARRAY: ("ndarray",),
    k.DTYPE: ("dtype",),
    k.DEVICE: ("device",),
    k.SHAPE: ("shape",),
}

_LITERAL_KINDS: dict[type, tuple[str, ...]] = {
    type(None): ("none",),
    bool: ("bool",),
    int: ("int", "number"),
    float: ("float", "number"),
    str: ("str",),
    tuple: ("tuple",),
    list: ("list",),
}

_MASK_CALLS = frozenset(
    "bool eq ne gt ge lt le isnan isinf isfinite isclose isin logical_and logical_or logical_xor logical_not".split()
)


def kind_names(kind: k.Kind) -> tuple[str, ...]:
    """The names a row uses for a kind; empty when it is unknown."""
    kind = k.known(kind)
    found = _KIND_NAMES.get(kind)
    if found is not None:
        return found
    if isinstance(kind, k.Seq):
        name = "list" if kind.name == k.EITHER else kind.name
        return (name,) if name in ("tuple", "list") else ("iterable",)
    if isinstance(kind, k.Mapping_):
        return ("dict",)
    if isinstance(kind, k.Module):
        return ("module",)
    if isinstance(kind, (k.Ref, k.StoredApi)):
        return ("dtype",) if kind.name.rpartition(".")[2] in DTYPES else ()
    return ()


def literal(node: ast.expr) -> tuple[bool, object]:
    """Whether an expression is a literal, and its value."""
    if isinstance(node, ast.Constant):
        return True, node.value
    try:
        return True, ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError):
        return False, None


def same_literal(node: ast.expr, text: str) -> bool | None:
    """Whether an expression is the literal `text`; None when that cannot be told."""
    is_literal, value = literal(node)
    try:
        wanted: object = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return ast.unparse(node) == text or None
    if not is_literal:
        return None
    return value == wanted and (type(value) is type(wanted) or (_is_number(value) and _is_number(wanted)))


def same_text(a: str, b: str) -> bool:
    """Whether two texts are the same literal."""
    try:
        return bool(ast.literal_eval(a) == ast.literal_eval(b))
    except (ValueError, SyntaxError):
        return a == b


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def simple(node: ast.expr) -> bool:
    """Whether evaluating an expression twice is harmless and cheap."""
    if isinstance(node, (ast.Name, ast.Constant)):
        return True
    if isinstance(node, ast.Attribute):
        return simple(node.value)
    if isinstance(node, ast.Subscript):
        return simple(node.value) and simple(node.slice)
    if isinstance(node, ast.UnaryOp):
        return simple(node.operand)
    if isinstance(node, ast.Slice):
        return all(part is None or simple(part) for part in (node.lower, node.upper, node.step))
    if isinstance(node, ast.Tuple):
        return all(simple(e) for e in node.elts)
    return False


def is_int(node: ast.expr, facts: Facts) -> bool:
    """Whether an expression is known to be an int."""
    return "int" in kind_names(facts.kind(node))


def is_mask(node: ast.expr) -> bool:
    """Whether an expression of tensors is evidently of dtype bool."""
    match node:
        case ast.Compare():
            return True
        case ast.UnaryOp(op=ast.Invert(), operand=inner) | ast.Subscript(value=inner):
            return is_mask(inner)
        case ast.BinOp(left=left, op=ast.BitAnd() | ast.BitOr() | ast.BitXor(), right=right):
            return is_mask(left) and is_mask(right)
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in _MASK_CALLS
    return False


class Conditions:
    """The conditions of a row, asked of one bound call."""

    def __init__(self, bound: Bound, facts: Facts) -> None:
        self.bound = bound
        self.facts = facts

    def holds(self, condition: Condition) -> bool | None:
        """Whether all of a condition holds."""
        return _all(self._answers(condition))

    def _answers(self, condition: Condition) -> Iterator[bool | None]:
        for name in condition.given:
            yield self._given(name)
        for name in condition.absent:
            yield _not(self._given(name))
        for name, texts in condition.literal.items():
            yield self._literal(name, texts)
        for name, texts in condition.written.items():
            yield self._literal(name, texts) is True
        for name, kinds in condition.kind.items():
            yield self._kind(name, kinds)
        for name, lengths in condition.len.items():
            yield self._len(name, lengths)
        for name in condition.simple:
            yield all(simple(value) for value in self.bound.values(name))
        if condition.not_ is not None:
            yield _not(self.holds(condition.not_))

    def _given(self, name: str) -> bool | None:
        """Whether a parameter gets a value: `dtype=None` is as good as none where None is the default."""
        argument = self.bound.args.get(name)
        if argument is not None and same_literal(argument.value, "None") and self.bound.default(name) == "None":
            return False
        if self.bound.has(name):
            return True
        return None if self.bound.is_open else False

    def _default(self, name: str) -> ast.expr | None:
        text = self.bound.default(name)
        if text is None:
            return None
        try:
            return ast.parse(text, mode="eval").body
        except SyntaxError:
            return None

    def _literal(self, name: str, texts: Sequence[str]) -> bool | None:
        """Whether a parameter has one of these literals for its value."""
        values = self.bound.values(name)
        if len(values) > 1:
            return False
        node = values[0] if values else self._default(name)
        if node is None or (not values and self.bound.open_keywords):
            return None
        kind = self.facts.kind(node) if values else k.UNKNOWN
        return _any(_is_literal(node, kind, text) for text in texts)

    def _kind(self, name: str, wanted: Sequence[str]) -> bool | None:
        """Whether the value of a parameter is of one of these kinds."""
        values = self.bound.values(name)
        if not values:
            return self._default_kind(name, wanted)
        if len(values) > 1 or isinstance(values[0], ast.Starred):
            return "tuple" in wanted or "shape" in wanted
        if "mask" in wanted and is_mask(values[0]):
            return True
        kind = self.facts.kind(values[0])
        if kind in (k.NUMBER, k.NUMPY):
            # It is an int or a float: which, is not known.
            both = "number" in wanted or {"int", "float"} <= set(wanted)
            return True if both else None if {"int", "float"} & set(wanted) else False
        return _overlap(kind_names(kind), wanted)

    def _default_kind(self, name: str, wanted: Sequence[str]) -> bool | None:
        """Whether a parameter that is not given has a default of one of these kinds."""
        if self.bound.open_keywords:
            return None
        default = self._default(name)
        if default is None:
            return False
        is_literal, value = literal(default)
        return _overlap(_literal_kind(value) if is_literal else (), wanted)

    def _len(self, name: str, lengths: Sequence[int]) -> bool | None:
        """Whether the value of a parameter, a tuple or a list, is of one of these lengths."""
        values = self.bound.values(name)
        if len(values) > 1:
            return _counted(values, lengths)
        node = values[0] if values else self._default(name)
        if isinstance(node, (ast.Tuple, ast.List)):
            return _counted(node.elts, lengths)
        if node is None:
            return False
        names = kind_names(self.facts.kind(node))
        is_literal, _ = literal(node)
        if is_literal or (names and not {"tuple", "list", "shape"} & set(names)):
            return False
        return None


def _all(answers: Iterable[bool | None]) -> bool | None:
    found = set(answers)
    return False if False in found else None if None in found else True


def _any(answers: Iterable[bool | None]) -> bool | None:
    found = set(answers)
    return True if True in found else None if None in found else False


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _overlap(names: Sequence[str], wanted: Sequence[str]) -> bool | None:
    """Whether a value of the kinds `names`, which are unknown if empty, is of a wanted one."""
    return bool(set(names) & set(wanted)) if names else None


def _counted(items: Sequence[ast.expr], lengths: Sequence[int]) -> bool | None:
    return None if any(isinstance(item, ast.Starred) for item in items) else len(items) in lengths


def _is_literal(node: ast.expr, kind: k.Kind, text: str) -> bool | None:
    """Whether an expression of this kind is the literal `text`."""
    answer = same_literal(node, text)
    return False if answer is None and _excludes(kind, text) else answer


def _excludes(kind: k.Kind, text: str) -> bool:
    """Whether a value of this kind cannot be the literal `text`."""
    names = kind_names(kind)
    if not names:
        return False
    try:
        wanted = _literal_kind(ast.literal_eval(text))
    except (ValueError, SyntaxError):
        return False
    return not set(names) & set(wanted)


def _literal_kind(value: object) -> tuple[str, ...]:
    return _LITERAL_KINDS.get(type(value), ())
