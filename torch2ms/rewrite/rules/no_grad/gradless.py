"""Which values carry no gradient, whatever is recorded: numbers, shapes, results of comparisons, constants."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from torch2ms.rewrite.analysis.blocks import own_statements
from torch2ms.rewrite.analysis.flow import parameter_names
from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.rules.no_grad.bindings import Binding, bindings_in, comprehension_of, put_into
from torch2ms.rewrite.rules.shared.recording import SWITCHES, Recording, recording
from torch2ms.source import kinds as k

_KINDS = k.NUMBERS | {k.STR, k.NONE, k.DTYPE, k.DEVICE, k.SHAPE, k.NDARRAY}
# Attributes and methods of a tensor whose results carry no gradient.
MEMBERS = frozenset(
    "detach data item tolist numpy shape size dtype device ndim dim numel nelement is_cuda requires_grad argmax argmin "
    "argsort long int short char byte bool eq ne gt ge lt le greater less isnan isinf isfinite nonzero any all "
    "logical_and logical_or logical_not logical_xor floor ceil round sign sgn trunc bincount count_nonzero "
    "new_zeros new_ones new_full new_empty".split()
)
_FUNCTIONS = MEMBERS - {"data", "long", "int", "short", "char", "byte", "bool", "shape", "item"} | frozenset(
    "zeros ones full empty arange linspace eye rand randn randint randperm zeros_like ones_like full_like empty_like "
    "rand_like randn_like randint_like multinomial bernoulli tensor as_tensor from_numpy is_tensor isin searchsorted "
    "bucketize histc unique".split()
)
_BUILTINS = frozenset("len int float bool str range isinstance hasattr type id repr format hash ord chr open".split())
# Functions that give values and their places: the places are integers.
_WITH_PLACES = frozenset("max min topk sort median mode kthvalue cummax cummin".split())
_INT_DTYPES = frozenset(
    "torch.int torch.long torch.int8 torch.int16 torch.int32 torch.int64 torch.uint8 torch.bool".split()
)
_MODULES = ("numpy", "math", "random", "time", "os", "json", "logging", "sys", "threading", "pathlib", "re")


def is_gradless_kind(kind: k.Kind) -> bool:
    """Whether values of this kind never carry a gradient."""
    kind = k.settle(kind)
    if isinstance(kind, k.Seq):
        return all(map(is_gradless_kind, kind.items if kind.items else (kind.elem,)))
    if isinstance(kind, k.Mapping_):
        return is_gradless_kind(kind.value)
    return kind in _KINDS or isinstance(kind, (k.ClassName, k.Ref, k.StoredApi, k.Module, k.FuncRef, k.ClassRef))


class Gradless:
    """Answers whether expressions of one file carry no gradient."""

    def __init__(self, ctx: FileContext) -> None:
        self.ctx = ctx
        self._more: dict[tuple[str, ast.AST], bool] = {}
        self._put: dict[ast.AST, dict[str, list[ast.expr]]] = {}
        self._names: dict[tuple[str, ast.AST], bool] = {}

    def stmt_of(self, name: ast.Name) -> ast.stmt:
        """The statement that a name stands in."""
        return self.ctx.parents.stmt(name)

    def is_gradless(self, node: ast.expr) -> bool:
        """Whether the value of an expression carries no gradient."""
        if isinstance(node, (ast.Name, ast.Subscript)) and self._holds_more(node):
            return False  # more than its kind tells
        if is_gradless_kind(self.ctx.kind(node)):
            return True
        match node:
            case ast.Constant() | ast.JoinedStr() | ast.Compare() | ast.Lambda():
                return True
            case ast.BinOp(left=left, right=right):
                return self.is_gradless(left) and self.is_gradless(right)
            case ast.UnaryOp(op=op, operand=operand):
                return isinstance(op, (ast.Not, ast.Invert)) or self.is_gradless(operand)
            case ast.BoolOp(values=values):
                return all(map(self.is_gradless, values))
            case ast.IfExp(body=body, orelse=orelse):
                return self.is_gradless(body) and self.is_gradless(orelse)
            case ast.Tuple(elts=elts) | ast.List(elts=elts) | ast.Set(elts=elts):
                return bool(elts) and all(map(self.is_gradless, elts))
            case ast.Dict(values=values):
                return bool(values) and all(map(self.is_gradless, values))
            case ast.ListComp(elt=elt) | ast.SetComp(elt=elt) | ast.GeneratorExp(elt=elt) | ast.DictComp(value=elt):
                return self.is_gradless(elt)
            case ast.Starred(value=value) | ast.NamedExpr(value=value):
                return self.is_gradless(value)
            case ast.Subscript(value=value):
                return self.is_gradless(value) or self._is_place(value, node.slice)
            case ast.Attribute(value=value, attr=attr):
                known = attr in MEMBERS or attr == "indices"
                return (known and not self._is_object(value)) or self._is_tensor_of(value, attr)
            case ast.Call():
                return self._is_gradless_call(node)
            case ast.Name():
                return self._is_gradless_name(node)
        return False

    def _is_tensor_of(self, value: ast.expr, attr: str) -> bool:
        """Whether an attribute is another form of a tensor that carries no gradient: `x.T`."""
        return attr in ("T", "mT", "H", "real", "imag") and self.is_gradless(value)

    def _is_place(self, value: ast.expr, index: ast.expr) -> bool:
        """Whether an item is the second result of `x.max(1)`, the places."""
        is_second = isinstance(index, ast.Constant) and index.value in (1, -1)
        return is_second and isinstance(value, ast.Call) and self._gives_places(value)

    def _gives_places(self, call: ast.Call) -> bool:
        func = call.func
        if not isinstance(func, ast.Attribute) or func.attr not in _WITH_PLACES:
            return False
        name = self.ctx.facts.refs.get(func, "")
        given = len(call.args) + len(call.keywords) - bool(name)
        return (name.startswith("torch.") or self._is_tensor(func.value)) and (given > 0 or func.attr == "sort")

    def _is_object(self, node: ast.expr) -> bool:
        """Whether the members of a value are those of its class, and not those of a tensor."""
        return isinstance(k.settle(self.ctx.kind(node)), (k.Module, k.Instance, k.ClassRef))

    def _is_tensor(self, node: ast.expr) -> bool:
        kind = k.settle(self.ctx.kind(node))
        return k.is_tensor(kind) or isinstance(kind, k.Var)

    def _is_gradless_call(self, call: ast.Call) -> bool:
        func = call.func
        called = k.settle(self.ctx.facts.calls.get(call, k.UNKNOWN))
        name = self.ctx.know.canonical(called.name if isinstance(called, k.Ref) else self.ctx.facts.refs.get(func, ""))
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        if name.startswith("torch."):
            member = name.rpartition(".")[2]
            if member in _FUNCTIONS or (member == "where" and len(given) == 1):
                return True
            return not name.startswith("torch.nn.Module") and bool(given) and all(map(self.is_gradless, given))
        if name:
            return name.split(".", 1)[0] in _MODULES
        if isinstance(called, k.FuncRef):
            return self._is_stopped(called.func)
        if isinstance(func, ast.Name):
            if func.id in _BUILTINS:
                return True
            return (
                func.id in ("sum", "max", "min", "abs", "round", "list", "tuple", "sorted")
                and bool(given)
                and all(map(self.is_gradless, given))
            )
        if not isinstance(func, ast.Attribute):
            return False
        if func.attr in MEMBERS:
            return not self._is_object(func.value)
        if func.attr in ("to", "type", "astype") and any(self._is_int_dtype(arg) for arg in given):
            return True
        return self.is_gradless(func.value) and all(map(self.is_gradless, given)) and not self._is_object(func.value)

    def _is_int_dtype(self, node: ast.expr) -> bool:
        return self.ctx.know.canonical(self.ctx.facts.refs.get(node, "")) in _INT_DTYPES

    def _is_stopped(self, func: k.FuncInfo) -> bool:
        """Whether a function of the file computes without recording, so that its own results are stopped."""
        return self.switch_of(func.node) is Recording.OFF and not func.generator

    def switch_of(self, function: ast.AST) -> Recording | None:
        """What the decorators of a function say of recording."""
        for decorator in getattr(function, "decorator_list", []):
            call = decorator if isinstance(decorator, ast.Call) else None
            name = self.ctx.know.canonical(self.ctx.facts.refs.get(decorator if call is None else call.func, ""))
            if name in SWITCHES:
                return recording(name, call)
        return None

    def _is_gradless_name(self, name: ast.Name) -> bool:
        generator = comprehension_of(self.ctx, name)
        if generator is not None:
            return isinstance(generator.target, ast.Name) and self.is_gradless(generator.iter)
        stmt = self.ctx.parents.stmt(name) if self.ctx.parents.of(name) is not None else None
        if stmt is None:
            return False
        scope = self.ctx.blocks.scope(stmt)
        key = (name.id, scope)
        if key not in self._names:
            before = dict(self._names)
            self._names[key] = True  # a name computed from itself carries what else it is computed from
            found = list(bindings_in(self.ctx, name.id, scope))
            function = scope if isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)) else None
            is_parameter = function is not None and name.id in parameter_names(function)
            if is_parameter or not found or not all(map(self.is_gradless_binding, found)):
                self._names = {**before, key: False}  # what was concluded from the assumption goes with it
        return self._names[key]

    def _holds_more(self, node: ast.expr) -> bool:
        """Whether something that may carry a gradient is put into the object of a name."""
        while isinstance(node, ast.Subscript):
            node = node.value
        if not isinstance(node, ast.Name) or self.ctx.parents.of(node) is None:
            return False
        key = (node.id, self.ctx.blocks.scope(self.ctx.parents.stmt(node)))
        if key not in self._more:
            self._more[key] = False  # what comes out of an object and goes back adds nothing
            self._more[key] = not all(map(self.is_gradless, self._put_into(key[1]).get(key[0], [])))
        return self._more[key]

    def _put_into(self, scope: ast.AST) -> Mapping[str, Sequence[ast.expr]]:
        """What the statements of a function or of the file put into the objects of names."""
        if scope not in self._put:
            found: dict[str, list[ast.expr]] = {}
            for stmt in own_statements(getattr(scope, "body", [])):
                for root, value in put_into(stmt):
                    found.setdefault(root, []).append(value)
            self._put[scope] = found
        return self._put[scope]

    def is_gradless_binding(self, binding: Binding) -> bool:
        """Whether what a name gets at one place carries no gradient."""
        value = binding.value
        if value is None:
            return False
        if binding.item is None:
            return self.is_gradless(value)
        if isinstance(value, ast.Tuple) and 0 <= binding.item < len(value.elts):
            return self.is_gradless(value.elts[binding.item])
        if binding.item == 1 and isinstance(value, ast.Call) and self._gives_places(value):
            return True
        return self.is_gradless(value)
