"""Arguments in the Python type that MindSpore asks for, where torch takes others as well.

`mappings/strict/` says which parameters of MindSpore refuse which types: `dropout=0` where a float is asked for, a list
where it is a tuple, `bias=None` where it is a bool. What is written out is written in the right type; around another
value stands `float(…)`, `tuple(…)`, `bool(…)` or `int(…)`, unless its type is known to be right: by what is computed,
by an annotation, by the default of a parameter and by what callers pass.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

from torch2ms.mapping.prelude import PRELUDE
from torch2ms.mapping.schema import Strictness, Tables
from torch2ms.rewrite.plan import Items, Template, Value
from torch2ms.rewrite.rows.bind import Bound
from torch2ms.source import kinds as k
from torch2ms.source.facts import Facts
from torch2ms.source.syntax import dotted, int_literal

HELPER = "helper"
"""What the names of helpers in `mappings/strict/` begin with."""
_PLACE = re.compile(r"\{(\w+)\}")
_MARK = "_given_"
_NAMES: Mapping[k.Kind, str] = {
    k.INT: "int",
    k.BOOL: "bool",
    k.FLOAT: "float",
    k.NUMBER: "number",
    k.NUMPY: "numpy",
    k.NDARRAY: "numpy",
    k.NONE: "none",
    k.STR: "str",
    k.SHAPE: "tuple",
    k.OTHER: "other",
}
_ANY = "any"
"""The name for a value of which nothing is known."""
_FOR_EACH_AXIS = frozenset({"kernel_size", "stride", "padding", "dilation", "output_padding"})
"""Parameters that torch takes one size for, or one for each axis."""
_OF_ONE_SIZE = frozenset({"mindspore.nn.MaxPool1d", "mindspore.ops.avg_pool1d"})
"""What takes a size as a number alone, where torch takes a tuple of one too."""
_NOT_BOOL = frozenset({"int", "float", "number", "none", "numpy", _ANY})
_NUMBERS = frozenset({"int", "bool", "number"})
_SEQUENCES = frozenset({"list", "tuple"})


class ArgumentTypes:
    """Fits the arguments of one file to what the parameters of MindSpore take."""

    def __init__(self, tables: Tables, facts: Facts) -> None:
        self._tables = tables
        self._strict = tables.strict
        self._facts = facts
        self._places: dict[str, Mapping[str, tuple[str, str]]] = {}

    def fit(self, target: str, parameter: str, node: ast.expr, name: str, bound: Bound) -> Value | None:
        """What is written for an argument; None where it is right as it stands.

        `name` is the parameter of torch, whose default says what torch takes it for.
        """
        if name in _FOR_EACH_AXIS and isinstance(node, (ast.Tuple, ast.List)) and len(node.elts) == 1:
            if not isinstance(node.elts[0], ast.Starred):  # one size is for all axes
                return Template("{v}", {"v": node.elts[0]})
        if name in _FOR_EACH_AXIS and target in _OF_ONE_SIZE and isinstance(node, ast.Name):
            if isinstance(k.known(self._facts.kind(node)), k.Seq):
                return Template("{v}[0]", {"v": node})
        strictness = self._strict.get(target, {}).get(parameter)
        if strictness is None:
            return None
        default = bound.default(name)
        if "bool" in strictness and default in ("True", "False"):
            return self._as_bool(strictness["bool"], node, self._is_layer(target), bound)
        if "int" in strictness.get("float", ()) and (fitted := self._as_float(node, default, bound)) is not None:
            return fitted
        return self._as_sequence(strictness, node, bound) or self._as_int(strictness, node)

    def fit_items(self, target: str, parameter: str, items: tuple[ast.expr, ...]) -> tuple[Value, ...]:
        """What is written for items that are gathered in a tuple."""
        return self._ints(self._strict.get(target, {}).get(parameter, {}), items)

    def places(self, text: str) -> Mapping[str, tuple[str, str]]:
        """The placeholders of a template that are arguments of MindSpore's, each with the target and the parameter."""
        found = self._places.get(text)
        if found is None:
            found = self._places[text] = dict(_places(text, self._target, self._tables))
        return found

    @cached_property
    def _helper_of(self) -> dict[str, str]:
        """Helpers by the name that templates call them by."""
        return {helper.called: helper.name for helper in self._tables.helpers.values()}

    def _is_layer(self, target: str) -> bool:
        root, _, last = target.rpartition(".")
        return (self._tables.helpers[last].defines if root == HELPER else last)[:1].isupper()

    # -------------------------------------------------------------- by the type that is asked for

    def _as_bool(self, refused: frozenset[str], node: ast.expr, is_layer: bool, bound: Bound) -> Value | None:
        if isinstance(node, ast.Constant):
            is_other = node.value is None or type(node.value) in (int, float)
            return str(bool(node.value)) if is_other else None
        # Functions of torch's ask for a bool themselves; layers take what has a truth.
        if not is_layer or not refused & {"int", "none"}:
            return None
        return _call("bool", node) if self.types(node, bound) & _NOT_BOOL else None

    def _as_float(self, node: ast.expr, default: str | None, bound: Bound) -> Value | None:
        number = int_literal(node)
        if number is not None:
            return f"{number}.0"
        if isinstance(node, ast.Constant):
            return None
        found = self.types(node, bound)
        usual = default is not None and re.fullmatch(r"-?\d+\.0", default) is not None
        if found & _NUMBERS or (usual and _ANY in found):
            return _call("float", node)
        return None

    def _as_sequence(self, strictness: Strictness, node: ast.expr, bound: Bound) -> Value | None:
        for wanted, other in (("tuple", "list"), ("list", "tuple")):
            if other in strictness.get(wanted, ()) and other not in strictness and self._may_be(other, node, bound):
                if isinstance(node, (ast.List, ast.Tuple)):
                    items = Items(self._ints(strictness, node.elts))
                    return Template("{v}" if wanted == "tuple" else "[{*v}]", {"v": items})
                return _call(wanted, node)
        if isinstance(node, ast.List) and len(node.elts) == 1 and "int" in strictness and "list" not in strictness:
            if "tuple" not in strictness:  # one size for one axis: `nn.MaxPool1d([2])`
                return Template("{v}", {"v": node.elts[0]})
        if isinstance(node, (ast.Tuple, ast.List)) and "numpy" in strictness.get("tuple", ()):
            if any(map(self._is_numpy, node.elts)):
                return Template("{v}", {"v": Items(self._ints(strictness, node.elts))})
        return None

    def _may_be(self, sequence: str, node: ast.expr, bound: Bound) -> bool:
        """Whether a value is a list or a tuple, and may be this one of them."""
        found = self.types(node, bound)
        return sequence in found and found <= _SEQUENCES

    def _ints(self, strictness: Strictness, items: Sequence[ast.expr]) -> tuple[Value, ...]:
        refuses = "numpy" in strictness.get("tuple", ())
        return tuple(_call("int", item) if refuses and self._is_numpy(item) else item for item in items)

    def _as_int(self, strictness: Strictness, node: ast.expr) -> Value | None:
        for wanted in ("int", "float"):
            if "numpy" in strictness.get(wanted, ()) and self._is_numpy(node):
                # An array may stand where a tuple may.
                takes_several = not strictness.keys().isdisjoint(("tuple", "list"))
                if takes_several and self._facts.kind(node) is k.NDARRAY and not _is_item(node):
                    return None
                return _call(wanted, node)
        return None

    def _is_numpy(self, node: ast.expr) -> bool:
        return self._facts.kind(node) in (k.NUMPY, k.NDARRAY)

    # -------------------------------------------------------------- what is known of a value

    def types(self, node: ast.expr, bound: Bound) -> frozenset[str]:
        """The types a value may have, by name; with `any` among them where it may have others."""
        match node:
            case ast.Constant(value=value):
                return frozenset({"none" if value is None else type(value).__name__})
            case ast.IfExp(body=body, orelse=other):
                return self.types(body, bound) | self.types(other, bound)
            case ast.BoolOp(values=parts):
                return frozenset(name for part in parts for name in self.types(part, bound))
            case ast.UnaryOp(op=ast.Not()):
                return frozenset({"bool"})
        kind = k.settle(self._facts.kinds.get(node, k.UNKNOWN))
        if isinstance(kind, k.Var):
            return frozenset({_ANY}) if kind.default in (None, k.NONE) else _names(kind.default)
        found = set(_names(kind))
        if isinstance(node, ast.Name) and self._may_be_none(node, bound):
            found.add("none")
        return frozenset(found)

    def _may_be_none(self, node: ast.Name, bound: Bound) -> bool:
        """Whether a parameter of a function has None for its default, or a caller passes it."""
        stmt = None if bound.call is None else self._facts.stmts.get(bound.call)
        owner = None if stmt is None else self._facts.owners.get(stmt)
        if owner is None or node.id not in owner.given_none:
            return False
        return not any(
            isinstance(inner, ast.Name) and inner.id == node.id and isinstance(inner.ctx, ast.Store)
            for inner in ast.walk(owner.node)
        )

    # -------------------------------------------------------------- templates

    def _target(self, name: str) -> str | None:
        """The name in `mappings/strict/` of what a template calls."""
        root, _, rest = name.partition(".")
        if name in self._helper_of:
            return f"{HELPER}.{self._helper_of[name]}"
        if root in PRELUDE:
            full = f"{PRELUDE[root]}.{rest}" if rest else PRELUDE[root]
            return full if full in self._strict else None
        method = f"mindspore.Tensor.{rest}"
        return method if root == f"{_MARK}self" and method in self._strict else None


def _is_item(node: ast.expr) -> bool:
    """Whether it is one item of an array: `sizes[0]`."""
    return isinstance(node, ast.Subscript) and not isinstance(node.slice, (ast.Slice, ast.Tuple))


def _call(name: str, node: ast.expr) -> Template:
    return Template(f"{name}({{v}})", {"v": node})


def _names(kind: k.Kind) -> frozenset[str]:
    if isinstance(kind, k.Seq):
        return _SEQUENCES if kind.name == k.EITHER else frozenset({kind.name})
    # `args.dropout` of an object nothing is known of.
    is_any = kind is k.UNKNOWN or isinstance(kind, k.Member)
    return frozenset({_ANY if is_any else _NAMES.get(kind, "other")})


def _places(text: str, target_of: Callable[[str], str | None], tables: Tables) -> Iterator[tuple[str, tuple[str, str]]]:
    """Placeholders that stand alone as arguments, with the target and the parameter they are for."""
    try:
        tree = ast.parse(_PLACE.sub(rf"{_MARK}\1", text), mode="eval")
    except SyntaxError:
        return
    for call in ast.walk(tree):
        target = target_of(dotted(call.func)) if isinstance(call, ast.Call) else None
        if target is None or not isinstance(call, ast.Call):
            continue
        keywords = [keyword.arg for keyword in call.keywords if keyword.arg is not None]
        root, _, last = target.rpartition(".")
        signature = tables.helpers[last].signature if root == HELPER else tables.target(target, keywords)
        names = [] if signature is None else [param.name for param in signature.positional]
        given = [*zip(names, call.args, strict=False), *((keyword.arg, keyword.value) for keyword in call.keywords)]
        for parameter, value in given:
            if parameter is not None and isinstance(value, ast.Name) and value.id.startswith(_MARK):
                yield value.id.removeprefix(_MARK), (target, parameter)
