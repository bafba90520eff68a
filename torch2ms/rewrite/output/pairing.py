"""The libcst twins of ast expressions.

Both trees are walked side by side, and only into the ast nodes asked for, so the cost is that of the planned
nodes and their ancestors. No positions are compared: inside f-strings those of ast cannot be relied upon.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TypeAlias, TypeVar

import libcst as cst

# What stands for an ast expression: an expression; Arg, StarredElement or Index for `*x`; a slice; the braces
# of an f-string for a FormattedValue.
Twin: TypeAlias = "cst.BaseExpression | cst.Arg | cst.StarredElement | cst.BaseSlice | cst.FormattedStringExpression"


class Level(IntEnum):
    """How tightly an expression binds, and how tightly its place asks it to bind."""

    LOOSE = 0
    GENERATOR = 1
    TEST = 2
    OR = 3
    AND = 4
    NOT = 5
    COMPARE = 6
    BIT_OR = 7
    BIT_XOR = 8
    BIT_AND = 9
    SHIFT = 10
    ARITH = 11
    TERM = 12
    FACTOR = 13
    POWER = 14
    AWAIT = 15
    NUMBER = 16
    ATOM = 17


class PairingError(Exception):
    """The two trees do not have the same shape."""


@dataclass(slots=True)
class Pairs:
    """The twins of a root expression.

    `path` holds every libcst node with a wanted twin below it; `slots` the binding a twin's place asks for;
    `index` the elements that stand for a bare tuple used as an index.
    """

    twins: dict[ast.expr, Twin] = field(default_factory=dict)
    origin: dict[cst.CSTNode, ast.expr] = field(default_factory=dict)
    slots: dict[ast.expr, Level] = field(default_factory=dict)
    path: set[cst.CSTNode] = field(default_factory=set)
    index: dict[ast.expr, cst.Subscript] = field(default_factory=dict)


_BINARY: dict[type[ast.operator] | type[cst.BaseBinaryOp], Level] = {
    ast.BitOr: Level.BIT_OR,
    ast.BitXor: Level.BIT_XOR,
    ast.BitAnd: Level.BIT_AND,
    ast.LShift: Level.SHIFT,
    ast.RShift: Level.SHIFT,
    ast.Add: Level.ARITH,
    ast.Sub: Level.ARITH,
    ast.Mult: Level.TERM,
    ast.MatMult: Level.TERM,
    ast.Div: Level.TERM,
    ast.FloorDiv: Level.TERM,
    ast.Mod: Level.TERM,
    ast.Pow: Level.POWER,
    cst.BitOr: Level.BIT_OR,
    cst.BitXor: Level.BIT_XOR,
    cst.BitAnd: Level.BIT_AND,
    cst.LeftShift: Level.SHIFT,
    cst.RightShift: Level.SHIFT,
    cst.Add: Level.ARITH,
    cst.Subtract: Level.ARITH,
    cst.Multiply: Level.TERM,
    cst.MatrixMultiply: Level.TERM,
    cst.Divide: Level.TERM,
    cst.FloorDivide: Level.TERM,
    cst.Modulo: Level.TERM,
    cst.Power: Level.POWER,
}


def level(node: cst.BaseExpression) -> Level:
    """How tightly a libcst expression binds as it is written."""
    if node.lpar:
        return Level.ATOM
    match node:
        case cst.NamedExpr() | cst.Yield() | cst.Tuple():
            return Level.LOOSE
        case cst.GeneratorExp():
            return Level.GENERATOR
        case cst.IfExp() | cst.Lambda():
            return Level.TEST
        case cst.BooleanOperation():
            return Level.OR if isinstance(node.operator, cst.Or) else Level.AND
        case cst.UnaryOperation():
            return Level.NOT if isinstance(node.operator, cst.Not) else Level.FACTOR
        case cst.Comparison():
            return Level.COMPARE
        case cst.BinaryOperation():
            return _BINARY[type(node.operator)]
        case cst.Await():
            return Level.AWAIT
        case cst.Integer() | cst.Float() | cst.Imaginary():
            return Level.NUMBER
    return Level.ATOM


def pair(root: ast.expr, twin: cst.BaseExpression, wanted: Set[ast.AST], slot: Level = Level.TEST) -> Pairs:
    """The twins of the wanted nodes below (and including) `root`, of which `twin` is the libcst form.

    `slot` is the binding the root's own place asks for.
    """
    return _Pairing(wanted).run(root, twin, slot)


def slot_levels(node: ast.AST) -> Iterator[tuple[ast.expr, Level]]:
    """The expressions right below an ast node, with the binding their places ask for."""
    match node:
        case ast.BoolOp(op=op, values=values):
            inner = Level.AND if isinstance(op, ast.Or) else Level.NOT
            yield from ((value, inner) for value in values)
        case ast.BinOp(left=left, op=op, right=right):
            own = _BINARY[type(op)]
            power = own is Level.POWER
            yield left, Level.AWAIT if power else own
            yield right, Level.FACTOR if power else Level(own + 1)
        case ast.UnaryOp(op=op, operand=operand):
            yield operand, Level.NOT if isinstance(op, ast.Not) else Level.FACTOR
        case ast.Compare(left=left, comparators=comparators):
            yield left, Level.BIT_OR
            yield from ((value, Level.BIT_OR) for value in comparators)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield body, Level.OR
            yield test, Level.OR
            yield orelse, Level.TEST
        case ast.Call(func=func, args=args, keywords=keywords):
            yield func, Level.ATOM
            alone = len(args) == 1 and not keywords
            yield from ((value, Level.GENERATOR if alone else Level.TEST) for value in args)
            yield from ((keyword.value, Level.TEST) for keyword in keywords)
        case ast.Attribute(value=value):
            yield value, Level.ATOM
        case ast.Subscript(value=value, slice=index):
            yield value, Level.ATOM
            yield index, Level.TEST
        case ast.Await(value=value):
            yield value, Level.NUMBER
        case ast.Starred(value=value):
            yield value, Level.BIT_OR
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if key is not None:
                    yield key, Level.TEST
                yield value, Level.BIT_OR if key is None else Level.TEST
        case ast.comprehension(target=target, iter=source, ifs=ifs):
            yield target, Level.LOOSE
            yield source, Level.OR
            yield from ((test, Level.OR) for test in ifs)
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            if isinstance(node, ast.DictComp):
                yield node.key, Level.TEST
                yield node.value, Level.TEST
            else:
                yield node.elt, Level.TEST
            for generator in node.generators:
                yield from slot_levels(generator)
        case ast.Lambda(args=args, body=body):
            yield from ((d, Level.TEST) for d in (*args.defaults, *args.kw_defaults) if d is not None)
            yield body, Level.TEST
        case ast.FormattedValue(value=value, format_spec=spec):
            # A colon at the outer level would start the format specification.
            yield value, Level.OR
            if spec is not None:
                yield spec, Level.ATOM
        case _:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    yield child, Level.TEST


_N = TypeVar("_N", ast.expr, ast.keyword)


class _Pairing:
    def __init__(self, wanted: Set[ast.AST]) -> None:
        self.wanted = wanted
        self.pairs = Pairs()
        self.todo: list[tuple[ast.expr, Twin]] = []

    def run(self, root: ast.expr, twin: cst.BaseExpression, slot: Level) -> Pairs:
        # A worklist instead of recursion: long sums nest deeply.
        self.todo.append((root, twin))
        self.pairs.slots[root] = slot
        while self.todo:
            self.visit(*self.todo.pop())
        return self.pairs

    def visit(self, node: ast.expr, twin: Twin) -> None:
        if node not in self.wanted:
            return
        pairs = self.pairs
        pairs.twins[node] = twin
        pairs.origin[twin] = node
        before = len(self.todo)
        self.children(node, twin)
        if len(self.todo) > before:
            pairs.path.add(twin)
        for child, slot in slot_levels(node):
            pairs.slots[child] = slot

    def both(self, node: ast.expr | None, twin: Twin | None, *through: cst.CSTNode) -> None:
        """Queue a pair of children; `through` are the libcst nodes between parent and child."""
        if node is None:
            return
        if twin is None:
            raise PairingError(type(node).__name__)
        if node in self.wanted:
            self.todo.append((node, twin))
            self.pairs.path.update(through)

    def children(self, node: ast.expr, twin: Twin) -> None:
        """Pair what is right below two nodes."""
        match node, twin:
            case ((ast.Name() | ast.Constant()), _):
                pass
            case ast.Call(), cst.Call():
                self.both(node.func, twin.func)
                args, keywords = iter(node.args), iter(node.keywords)
                for arg in twin.args:
                    if arg.keyword is not None or arg.star == "**":
                        self.both(self.take(keywords, node).value, arg.value, arg)
                    else:
                        self.argument(self.take(args, node), arg)
            case ast.Attribute(), cst.Attribute():
                self.both(node.value, twin.value)
            case ast.BinOp(), cst.BinaryOperation():
                self.both(node.left, twin.left)
                self.both(node.right, twin.right)
            case ast.BoolOp(), cst.BooleanOperation():
                operands, inner = _operands(twin)
                if len(operands) != len(node.values):
                    raise PairingError("BoolOp")
                for value, operand in zip(node.values, operands, strict=True):
                    self.both(value, operand, *inner)
            case ast.UnaryOp(), cst.UnaryOperation():
                self.both(node.operand, twin.expression)
            case ast.Compare(), cst.Comparison():
                self.both(node.left, twin.left)
                for value, target in zip(node.comparators, twin.comparisons, strict=True):
                    self.both(value, target.comparator, target)
            case ast.IfExp(), cst.IfExp():
                self.both(node.body, twin.body)
                self.both(node.test, twin.test)
                self.both(node.orelse, twin.orelse)
            case ast.NamedExpr(), cst.NamedExpr():
                self.both(node.target, twin.target)
                self.both(node.value, twin.value)
            case ast.Lambda(), cst.Lambda():
                self.parameters(node.args, twin.params)
                self.both(node.body, twin.body)
            case ast.Await(), cst.Await():
                self.both(node.value, twin.expression)
            case ast.Yield(), cst.Yield():
                if node.value is not None:
                    self.both(node.value, _expression(twin.value))
            case ast.YieldFrom(), cst.Yield(value=cst.From() as source):
                self.both(node.value, source.item, source)
            case _:
                self.elements(node, twin)

    def elements(self, node: ast.expr, twin: Twin) -> None:
        """Pair the parts of displays, comprehensions, indexes and f-strings."""
        match node, twin:
            case ast.Subscript(), cst.Subscript():
                self.both(node.value, twin.value)
                self.index(node, twin)
            case ast.Slice(), cst.Slice():
                self.both(node.lower, twin.lower)
                self.both(node.upper, twin.upper)
                self.both(node.step, twin.step)
            case ((ast.Tuple() | ast.List() | ast.Set()), (cst.Tuple() | cst.List() | cst.Set())):
                for value, element in zip(node.elts, twin.elements, strict=True):
                    if isinstance(element, cst.StarredElement):
                        self.both(value, element)
                    else:
                        self.both(value, element.value, element)
            case ast.Starred(), (cst.StarredElement() | cst.Arg() | cst.Index()):
                self.both(node.value, twin.value)
            case ast.Dict(), cst.Dict():
                for key, value, pairing in zip(node.keys, node.values, twin.elements, strict=True):
                    if isinstance(pairing, cst.DictElement):
                        self.both(key, pairing.key, pairing)
                    self.both(value, pairing.value, pairing)
            case (
                (ast.ListComp() | ast.SetComp() | ast.GeneratorExp()),
                (cst.ListComp() | cst.SetComp() | cst.GeneratorExp()),
            ):
                self.both(node.elt, twin.elt)
                self.comprehension(node.generators, twin.for_in)
            case ast.DictComp(), cst.DictComp():
                self.both(node.key, twin.key)
                self.both(node.value, twin.value)
                self.comprehension(node.generators, twin.for_in)
            case ast.JoinedStr(), (cst.FormattedString() | cst.ConcatenatedString()):
                self.formatted(node, twin)
            case ast.FormattedValue(), cst.FormattedStringExpression():
                self.both(node.value, twin.expression)
                if isinstance(node.format_spec, ast.JoinedStr):
                    spec = twin.format_spec or ()
                    self.values(
                        node.format_spec,
                        [part for part in spec if isinstance(part, cst.FormattedStringExpression)],
                    )
            case _:
                raise PairingError(f"{type(node).__name__} and {type(twin).__name__}")

    def take(self, items: Iterator[_N], node: ast.expr) -> _N:
        for item in items:
            return item
        raise PairingError(type(node).__name__)

    def argument(self, node: ast.expr, arg: cst.Arg) -> None:
        if isinstance(node, ast.Starred):
            self.both(node, arg)
        else:
            self.both(node, arg.value, arg)

    def index(self, node: ast.Subscript, twin: cst.Subscript) -> None:
        inner = node.slice
        elements = twin.slice
        if inner not in self.wanted:
            return
        if isinstance(inner, ast.Tuple) and _is_bare(inner, elements):
            self.pairs.index[inner] = twin
            self.pairs.path.add(twin)
            for value, slot in slot_levels(inner):
                self.pairs.slots[value] = slot
            for value, element in zip(inner.elts, elements, strict=True):
                self.part(value, element)
        else:
            self.part(inner, elements[0])

    def part(self, node: ast.expr, element: cst.SubscriptElement) -> None:
        part = element.slice
        if isinstance(node, ast.Slice | ast.Starred):
            self.both(node, part, element)
        elif isinstance(part, cst.Index):
            self.both(node, part.value, element, part)
        else:
            raise PairingError("Subscript")

    def comprehension(self, generators: Sequence[ast.comprehension], twin: cst.CompFor) -> None:
        path: tuple[cst.CSTNode, ...] = ()
        inner: cst.CompFor | None = twin
        for generator in generators:
            if inner is None:
                raise PairingError("comprehension")
            path = (*path, inner)
            self.both(generator.target, inner.target, *path)
            self.both(generator.iter, inner.iter, *path)
            for test, condition in zip(generator.ifs, inner.ifs, strict=True):
                self.both(test, condition.test, *path, condition)
            inner = inner.inner_for_in

    def parameters(self, args: ast.arguments, params: cst.Parameters) -> None:
        plain = (*params.posonly_params, *params.params)
        if args.defaults:
            for default, param in zip(args.defaults, plain[-len(args.defaults) :], strict=True):
                self.both(default, param.default, params, param)
        for keyword_default, param in zip(args.kw_defaults, params.kwonly_params, strict=True):
            self.both(keyword_default, param.default, params, param)

    def formatted(self, node: ast.JoinedStr, twin: cst.FormattedString | cst.ConcatenatedString) -> None:
        parts: list[cst.FormattedStringExpression] = []
        strings: list[cst.BaseExpression] = [twin]
        while strings:
            string = strings.pop()
            if isinstance(string, cst.ConcatenatedString):
                strings += [string.right, string.left]
            elif isinstance(string, cst.FormattedString):
                parts += [part for part in string.parts if isinstance(part, cst.FormattedStringExpression)]
            else:
                continue
            self.pairs.path.add(string)
        self.values(node, parts)

    def values(self, node: ast.JoinedStr, parts: Sequence[cst.FormattedStringExpression]) -> None:
        values = [value for value in node.values if isinstance(value, ast.FormattedValue)]
        if len(values) != len(parts):
            raise PairingError("JoinedStr")
        for value, part in zip(values, parts, strict=True):
            self.both(value, part)


def _operands(twin: cst.BooleanOperation) -> tuple[list[cst.BaseExpression], list[cst.CSTNode]]:
    """The operands of a chain of one operator, which ast keeps flat, and the operations inside the chain."""
    operands: list[cst.BaseExpression] = []
    inner: list[cst.CSTNode] = []
    stack: list[cst.BaseExpression] = [twin.right, twin.left]
    while stack:
        operand = stack.pop()
        if (
            isinstance(operand, cst.BooleanOperation)
            and not operand.lpar
            and type(operand.operator) is type(twin.operator)
        ):
            inner.append(operand)
            stack += [operand.right, operand.left]
        else:
            operands.append(operand)
    return operands, inner


def _is_bare(index: ast.Tuple, elements: Sequence[cst.SubscriptElement]) -> bool:
    if len(elements) != 1:
        return True
    if isinstance(elements[0].comma, cst.Comma):
        return True
    part = elements[0].slice
    return isinstance(part, cst.Index) and part.star is not None and isinstance(index.elts[0], ast.Starred)


def _expression(node: cst.CSTNode | None) -> cst.BaseExpression | None:
    return node if isinstance(node, cst.BaseExpression) else None
