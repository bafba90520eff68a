"""What expressions about the version of a package come to: `tuple(int(n) for n in v.split(".")[:2]) >= (1, 8)`.

Nothing of the file is run: literals, comparisons, methods of strings and the usual parsers of versions are known here.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from functools import total_ordering
from types import MappingProxyType

_NUMBERS = re.compile(r"\s*v?(\d+(?:\.\d+)*)(.*)", re.DOTALL)
_BEFORE = re.compile(r"[-_.]?(a|alpha|b|beta|c|rc|pre|preview|dev)[-_.]?\d*")
_AFTER = re.compile(r"[-_.]?(post|rev|r)[-_.]?\d*|-\d+")


class Unreadable(Exception):
    """What an expression comes to is not known; `reason` says why when there is something to say."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


@total_ordering
class Parsed:
    """A version as `packaging.version` reads it. Raises ValueError for a text that is none."""

    def __init__(self, text: str) -> None:
        found = _NUMBERS.fullmatch(text.rstrip())
        if found is None:
            raise ValueError(text)
        rest, plus, local = found[2].partition("+")
        before, after = _BEFORE.match(rest), _AFTER.match(rest)
        if rest and not before and not after:
            raise ValueError(text)
        self.release = tuple(int(number) for number in found[1].split("."))
        self.public = found[1] + rest
        self.base_version = found[1]
        self.local = local if plus else None
        self.is_prerelease = before is not None
        self.major, self.minor, self.micro = (*self.release, 0, 0)[:3]
        phase = -1 if before else 1 if after else 0
        release = list(self.release)
        while release and not release[-1]:
            release.pop()
        self._key = (tuple(release), phase, rest if phase else "", local)

    def __eq__(self, other: object) -> bool:
        return self._key == other._key if isinstance(other, Parsed) else NotImplemented

    def __lt__(self, other: object) -> bool:
        return self._key < other._key if isinstance(other, Parsed) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key)

    def __str__(self) -> str:
        return self.public + ("" if self.local is None else f"+{self.local}")


@total_ordering
class Loose:
    """A version as `distutils.version.LooseVersion` reads it; it is compared with texts, too."""

    def __init__(self, text: str) -> None:
        parts = [part for part in re.split(r"(\d+|[a-z]+|\.)", text) if part and part != "."]
        self.vstring = text
        self.version = [int(part) if part.isdigit() else part for part in parts]

    def __eq__(self, other: object) -> bool:
        return self.version == _loose(other).version

    def __lt__(self, other: object) -> bool:
        return self.version < _loose(other).version

    def __hash__(self) -> int:
        return hash(self.vstring)

    def __str__(self) -> str:
        return self.vstring


def _loose(value: object) -> Loose:
    if isinstance(value, Loose):
        return value
    if isinstance(value, str):
        return Loose(value)
    raise TypeError(value)


class VersionText(str):
    """The text of `torch.__version__`, which compares as a version with texts and tuples of numbers."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return Parsed(str(self)) == _comparable(other)

    def __ne__(self, other: object) -> bool:
        return Parsed(str(self)) != _comparable(other)

    def __lt__(self, other: object) -> bool:
        return Parsed(str(self)) < _comparable(other)

    def __le__(self, other: object) -> bool:
        return Parsed(str(self)) <= _comparable(other)

    def __gt__(self, other: object) -> bool:
        return Parsed(str(self)) > _comparable(other)

    def __ge__(self, other: object) -> bool:
        return Parsed(str(self)) >= _comparable(other)

    def __hash__(self) -> int:
        return str.__hash__(self)


def _comparable(value: object) -> Parsed:
    if isinstance(value, Parsed):
        return value
    if isinstance(value, tuple | list):
        return Parsed(".".join(map(str, value)))
    if isinstance(value, str):
        return Parsed(str(value))
    raise TypeError(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return str(value)


_PARSERS: Mapping[str, Callable[[str], object]] = MappingProxyType(
    {
        "packaging.version.parse": Parsed,
        "packaging.version.Version": Parsed,
        "pkg_resources.parse_version": Parsed,
        "pkg_resources.packaging.version.parse": Parsed,
        "pkg_resources.packaging.version.Version": Parsed,
        "pkg_resources.extern.packaging.version.parse": Parsed,
        "setuptools.extern.packaging.version.parse": Parsed,
        "setuptools._vendor.packaging.version.parse": Parsed,
        "pip._vendor.packaging.version.parse": Parsed,
        "distutils.version.LooseVersion": Loose,
        "distutils.version.StrictVersion": Parsed,
        "looseversion.LooseVersion": Loose,
        "setuptools._distutils.version.LooseVersion": Loose,
        "torch.torch_version.TorchVersion": VersionText,
        "torch.torch_version.Version": Parsed,
    }
)
# A parser that is imported in one of several ways goes by its name.
_BY_NAME: Mapping[str, Callable[[str], object]] = MappingProxyType(
    {
        "LooseVersion": Loose,
        "StrictVersion": Parsed,
        "parse_version": Parsed,
        "Version": Parsed,
        "version.parse": Parsed,
        "version.Version": Parsed,
    }
)
_BUILTINS: Mapping[str, Callable[..., object]] = MappingProxyType(
    {
        "int": int,
        "float": float,
        "str": lambda value: str(value),
        "bool": bool,
        "len": len,
        "tuple": tuple,
        "list": list,
        "max": max,
        "min": min,
        "all": all,
        "any": any,
    }
)
_FUNCTIONS: Mapping[str, Callable[..., object]] = MappingProxyType(
    {
        "re.match": re.match,
        "re.search": re.search,
        "re.fullmatch": re.fullmatch,
        "re.findall": re.findall,
        "re.split": re.split,
        "re.sub": re.sub,
        **{f"operator.{name}": getattr(operator, name) for name in ("ge", "gt", "le", "lt", "eq", "ne")},
    }
)
_METHODS = frozenset(
    "split rsplit startswith endswith partition rpartition strip lstrip rstrip replace removeprefix removesuffix lower"
    " isdigit isnumeric isdecimal find index count group groups".split()
)
_FIELDS = frozenset("release public base_version local is_prerelease major minor micro version vstring".split())
_COMPARED: Mapping[type[ast.cmpop], Callable[..., object]] = MappingProxyType(
    {
        ast.GtE: operator.ge,
        ast.Gt: operator.gt,
        ast.LtE: operator.le,
        ast.Lt: operator.lt,
        ast.Eq: operator.eq,
        ast.NotEq: operator.ne,
        ast.In: lambda left, right: operator.contains(right, left),
        ast.NotIn: lambda left, right: not operator.contains(right, left),
        ast.Is: lambda left, right: left is right,
        ast.IsNot: lambda left, right: left is not right,
    }
)
_ORDER = (ast.GtE, ast.Gt, ast.LtE, ast.Lt)
_FAILURES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, re.error)


class Reader:
    """Reads expressions; `known` gives what a name or attribute stands for (and raises Unreadable), `called` the
    qualified name of what a call calls, as far as it is known ("" for a function or class of the file)."""

    def __init__(self, known: Callable[[ast.expr], object], called: Callable[[ast.Call], str | None]) -> None:
        self._known = known
        self._called = called
        self._local: list[dict[str, object]] = []
        self.is_cut = False
        """Whether an order was asked of texts or fractions: `"2.13"[:3]` comes before `"2.4"`."""

    def read(self, node: ast.expr) -> object:
        """What an expression comes to. Raises Unreadable."""
        try:
            return self._read(node)
        except _FAILURES as error:
            raise Unreadable from error

    def _read(self, node: ast.expr) -> object:
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Tuple(elts=elements):
                return tuple(self._read(element) for element in elements)
            case ast.List(elts=elements):
                return [self._read(element) for element in elements]
            case ast.Name(id=name) if any(name in names for names in self._local):
                return next(names[name] for names in reversed(self._local) if name in names)
            case ast.Name() | ast.Attribute():
                return self._name(node)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return not self._read(operand)
            case ast.BoolOp():
                return self._bool(node)
            case ast.Compare():
                return self._compare(node)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self._read(body if self._read(test) else orelse)
            case ast.Subscript():
                return self._asked(node)
            case ast.Call():
                return self._asked(node)
            case ast.ListComp() | ast.GeneratorExp():
                return list(self._comprehension(node))
            case ast.JoinedStr(values=parts):
                return "".join(self._part(part) for part in parts)
        raise Unreadable

    def _asked(self, node: ast.Call | ast.Subscript) -> object:
        """What a call, or an item, comes to; either may be known as a whole."""
        try:
            return self._known(node)
        except Unreadable:
            return (
                self._call(node) if isinstance(node, ast.Call) else self._subscript(self._read(node.value), node.slice)
            )

    def _name(self, node: ast.Name | ast.Attribute) -> object:
        try:
            return self._known(node)
        except Unreadable:
            if not isinstance(node, ast.Attribute) or node.attr not in _FIELDS:
                raise
        owner = self._read(node.value)
        if not isinstance(owner, Parsed | Loose):
            raise Unreadable
        found: object = getattr(owner, node.attr)
        return found

    def _bool(self, node: ast.BoolOp) -> object:
        value: object = None
        for part in node.values:
            value = self._read(part)
            if bool(value) is isinstance(node.op, ast.Or):
                break
        return value

    def _compare(self, node: ast.Compare) -> bool:
        left = self._read(node.left)
        for op, part in zip(node.ops, node.comparators, strict=True):
            right = self._read(part)
            if isinstance(op, _ORDER) and _is_cut(left, right):
                self.is_cut = True
            if not _COMPARED[type(op)](left, right):
                return False
            left = right
        return True

    def _subscript(self, value: object, index: ast.expr) -> object:
        if not isinstance(value, str | tuple | list):
            raise Unreadable
        plain: str | tuple[object, ...] | list[object] = str(value) if isinstance(value, str) else value
        if isinstance(index, ast.Slice):
            lower, upper, step = (self._whole(part) for part in (index.lower, index.upper, index.step))
            return plain[lower:upper:step]
        at = self._whole(index)
        if at is None:
            raise Unreadable
        return plain[at]

    def _whole(self, node: ast.expr | None) -> int | None:
        value = None if node is None else self._read(node)
        if value is not None and not isinstance(value, int):
            raise Unreadable
        return value

    def _call(self, node: ast.Call) -> object:
        if any(isinstance(argument, ast.Starred) for argument in node.args):
            raise Unreadable
        if any(keyword.arg is None for keyword in node.keywords):
            raise Unreadable
        called = self._called(node)
        callee = node.func
        if called is None:
            called = ast.unparse(callee) if isinstance(callee, ast.Name | ast.Attribute) else ""
            parser = _BY_NAME.get(called)
        else:
            parser = _PARSERS.get(called)
        if parser is not None and len(node.args) == 1 and not node.keywords:
            argument = self._read(node.args[0])
            return argument if isinstance(argument, parser_types(parser)) else parser(_text(argument))
        if called == "map" and len(node.args) == 2 and isinstance(node.args[0], ast.Name):
            return [self._function(node.args[0].id)(item) for item in self._items(node.args[1])]
        keywords = {str(keyword.arg): self._read(keyword.value) for keyword in node.keywords}
        if called in _BUILTINS or called in _FUNCTIONS:
            function = _BUILTINS.get(called) or _FUNCTIONS[called]
            return function(*(self._read(argument) for argument in node.args), **keywords)
        if isinstance(callee, ast.Attribute) and callee.attr in _METHODS:
            owner = self._read(callee.value)
            if isinstance(owner, str | re.Match | tuple | list):
                plain = str(owner) if isinstance(owner, str) else owner
                arguments = [self._read(argument) for argument in node.args]
                found: object = getattr(plain, callee.attr)(*arguments, **keywords)
                return found
        raise Unreadable

    def _function(self, name: str) -> Callable[..., object]:
        if name not in ("int", "float", "str"):
            raise Unreadable
        return _BUILTINS[name]

    def _items(self, node: ast.expr) -> list[object]:
        value = self._read(node)
        if not isinstance(value, str | tuple | list):
            raise Unreadable
        return list(value)

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> Iterator[object]:
        match node.generators:
            case [ast.comprehension(target=ast.Name(id=name), iter=items, ifs=tests, is_async=0)]:
                for item in self._items(items):
                    self._local.append({name: item})
                    try:
                        if all(self._read(test) for test in tests):
                            yield self._read(node.elt)
                    finally:
                        self._local.pop()
            case _:
                raise Unreadable

    def _part(self, node: ast.expr) -> str:
        if isinstance(node, ast.FormattedValue) and node.conversion == -1 and node.format_spec is None:
            return str(self._read(node.value))
        value = self._read(node)
        if not isinstance(value, str):
            raise Unreadable
        return str(value)


def parser_types(parser: Callable[[str], object]) -> type | tuple[type, ...]:
    """The types a parser leaves as they are."""
    return parser if isinstance(parser, type) and parser is not VersionText else ()


def _is_cut(left: object, right: object) -> bool:
    """Whether two values are compared as texts or fractions, whose order is not that of versions."""
    if isinstance(left, tuple | list) and isinstance(right, tuple | list):
        return any(map(_is_cut, left, right))
    if isinstance(left, VersionText) or isinstance(right, VersionText):
        return False
    return isinstance(left, float) or isinstance(right, float) or (isinstance(left, str) and isinstance(right, str))
