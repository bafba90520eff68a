"""Whether `ops.assign` says what `self.b = value` says of a buffer.

Torch gives the name another tensor. `ops.assign` writes into the one that is there, which is the same as long as shape
and dtype stay, nobody else holds the old tensor, and no gradient is computed with it afterwards. Not a rewrite of its
own: the rule for buffers asks.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence

from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.elements import Elements
from torch2ms.rewrite.rules.shared.recording import may_be_recorded
from torch2ms.rewrite.rules.shared.registered_buffers import COUNTER, is_parameter
from torch2ms.source import kinds as k

# Functions and methods whose result has the shape of their input, or of their inputs together.
_SAME_SHAPE = frozenset(
    "abs add addcdiv addcmul bitwise_and bitwise_not bitwise_or bitwise_xor clamp clamp_max clamp_min clip clone "
    "contiguous copy cos cpu cuda cumsum detach div exp fill flip float_power floor fmod index_add index_copy "
    "index_fill lerp log logical_and logical_not logical_or logical_xor masked_fill masked_scatter maximum minimum mul "
    "multiply nan_to_num neg normalize pow reciprocal remainder roll round rsqrt scatter scatter_add sigmoid sign sin "
    "softmax sqrt square sub subtract tanh to true_divide where zeros_like ones_like full_like empty_like".split()
)
# Those that are given nothing but sizes.
_MADE_BY_SIZE = frozenset("zeros ones empty rand randn".split())
_OF_SHAPE = frozenset("shape dtype device ndim is_cuda requires_grad".split())
_LOOKS = frozenset(
    "size dim numel nelement item tolist stride is_contiguous is_floating_point element_size data_ptr get_device "
    "equal allclose cpu numpy".split()
)
_COPIES = frozenset("clone copy deepcopy".split())
_VIEWS = frozenset(
    "view reshape t transpose permute expand expand_as unsqueeze squeeze flatten detach contiguous to float double "
    "half type_as view_as narrow select".split()
)
# Functions whose results have no gradient, whatever they are given.
_NO_GRADIENT = frozenset(
    "arange argmax argmin argsort bincount empty empty_like eye full full_like isfinite isnan linspace ones ones_like "
    "rand rand_like randint randint_like randn randn_like randperm searchsorted tensor tril_indices zeros "
    "zeros_like".split()
)
_BUILTINS = frozenset("len int float bool print isinstance str repr range round type id hasattr".split())


def is_assignable(ctx: FileContext, target: ast.Attribute, value: ast.expr) -> bool:
    """Whether a buffer may take a new value in the memory of the old one."""
    if not _keeps_shape(ctx, target, value, set()):
        return False
    if target.attr == COUNTER:
        return True
    return _keeps_dtype(ctx, target, value) and not any(_is_kept(ctx, read) for read in _reads(ctx, target))


# ---------------------------------------------------------------------- shape and dtype


def _keeps_shape(ctx: FileContext, target: ast.Attribute, value: ast.expr, asked: set[ast.AST]) -> bool:
    """Whether a value is computed from the buffer element by element, or made as the buffer was."""
    text = ast.unparse(target)

    def keeps(node: ast.expr) -> bool:
        match node:
            case ast.Attribute():
                return ast.unparse(node) == text
            case ast.BinOp(left=left, right=right, op=op):
                return not isinstance(op, ast.MatMult) and (keeps(left) or keeps(right))
            case ast.UnaryOp(operand=operand):
                return keeps(operand)
            case ast.IfExp(body=body, orelse=orelse):
                return keeps(body) and keeps(orelse)
            case ast.Call(func=ast.Attribute(value=owner, attr=name), args=args) if name in _SAME_SHAPE:
                return keeps(owner) or any(map(keeps, args))
            case ast.Call(func=ast.Name(id=name), args=args) if name in _SAME_SHAPE and node.func in ctx.facts.refs:
                return any(map(keeps, args))
            case ast.Name():
                return _keeps_by_name(ctx, target, node, asked)
        return False

    return keeps(value) or any(_is_made_alike(ctx, value, first) for first in _first_values(ctx, target))


def _keeps_by_name(ctx: FileContext, target: ast.Attribute, name: ast.Name, asked: set[ast.AST]) -> bool:
    if name in asked:
        return False
    asked.add(name)
    origins = ctx.dtypes.origins(name)
    values = [_assigned(ctx, origin) for origin in origins]
    return bool(values) and all(value is not None and _keeps_shape(ctx, target, value, asked) for value in values)


def _assigned(ctx: FileContext, origin: ast.Name | ast.arg) -> ast.expr | None:
    """The value of the assignment that binds a name, if that is all it does."""
    stmt = ctx.parents.of(origin)
    match stmt:
        case ast.Assign(targets=[target], value=value) if target is origin:
            return value
    return None


def _is_made_alike(ctx: FileContext, value: ast.expr, first: ast.expr) -> bool:
    """Whether two tensors are made with the same sizes."""
    if ast.unparse(value) == ast.unparse(first):
        return True
    match value, first:
        case ast.Call(func=one, args=sizes), ast.Call(func=other, args=others):
            names = [ctx.facts.refs.get(func, "").removeprefix("torch.") for func in (one, other)]
            same = list(map(ast.unparse, sizes)) == list(map(ast.unparse, others))
            return bool(sizes) and same and _MADE_BY_SIZE.issuperset(names)
    return False


def _first_values(ctx: FileContext, target: ast.Attribute) -> Iterator[ast.expr]:
    owner = k.settle(ctx.kind(target.value))
    classes = owner.classes if isinstance(owner, k.Module) else ()
    own = {one for cls in classes if isinstance(cls, k.ClassInfo) for one in cls.mro()}
    for use in ctx.sites():
        call = use.call
        if call is None or not use.name.endswith("register_buffer") or len(call.args) < 2:
            continue
        name = call.args[0]
        info = ctx.facts.owners.get(use.stmt)
        if isinstance(name, ast.Constant) and name.value == target.attr and info is not None and info.cls in own:
            yield call.args[1]


def _keeps_dtype(ctx: FileContext, target: ast.Attribute, value: ast.expr) -> bool:
    """Whether the elements stay what they are, as far as anything is known: a buffer of floats most often does."""
    new = ctx.dtypes.of(value)
    for first in _first_values(ctx, target):
        old: Elements | None = ctx.dtypes.of(first)
        if old is not None and (old.family != new.family if new is not None else old.family != "float"):
            return False
    return True


# ---------------------------------------------------------------------- who reads it


def _all_reads(ctx: FileContext, target: ast.Attribute) -> Iterator[ast.Attribute]:
    for node in ctx.facts.attributes:
        if node.attr == target.attr and isinstance(node.ctx, ast.Load) and is_parameter(ctx, node):
            yield node


def _reads(ctx: FileContext, target: ast.Attribute) -> Iterator[ast.Attribute]:
    """The places that read the buffer, but for those where it is given a new value, and those in `__init__`."""
    for node in _all_reads(ctx, target):
        stmt = ctx.stmt(node)
        owner = ctx.facts.owners.get(stmt)
        if owner is not None and isinstance(owner.node, ast.FunctionDef) and owner.node.name == "__init__":
            continue
        if not isinstance(stmt, ast.Assign) or ast.unparse(stmt.targets[0]) != ast.unparse(node):
            yield node


def _is_kept(ctx: FileContext, read: ast.expr) -> bool:
    """Whether somebody may need what a buffer holds where it is read: another name, or a gradient.

    A sum needs no operand for its gradient, a product does.
    """
    node = read
    while True:
        above = ctx.parents.of(node)
        match above:
            case ast.Subscript(value=value) if value is node:
                node = above
            case ast.Attribute(attr=attr) if attr in _OF_SHAPE:
                return False
            case ast.Attribute(attr=attr):
                call = ctx.parents.of(above)
                if not isinstance(call, ast.Call) or call.func is not above:
                    node = above
                elif attr in _LOOKS | _COPIES:
                    return False
                elif attr in _VIEWS:
                    node = call
                else:
                    return not all(_has_no_gradient(ctx, arg) for arg in _arguments(call))
            case ast.BinOp(op=ast.Add() | ast.Sub()) | ast.UnaryOp() | ast.Compare() | ast.FormattedValue():
                return False
            case ast.BinOp(left=left, right=right):
                return not _has_no_gradient(ctx, right if left is node else left)
            case ast.If() | ast.While() | ast.Assert() | ast.Expr() | ast.BoolOp():
                return False
            case ast.IfExp(test=test):
                if node is test:
                    return False
                node = above
            case ast.Call(func=ast.Name(id=name)) if name in _BUILTINS:
                return False
            case ast.Call(func=func) if func in ctx.facts.refs:
                others = [arg for arg in _arguments(above) if arg is not node]
                return not all(_has_no_gradient(ctx, arg) for arg in others)
            case _:
                return True


def _arguments(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def _has_no_gradient(ctx: FileContext, node: ast.expr) -> bool:
    """Whether a value is no tensor, or a buffer."""
    if isinstance(node, ast.Attribute) and is_parameter(ctx, node):
        return True
    kind = k.settle(ctx.kind(node))
    return isinstance(node, ast.Constant) or kind in k.NUMBERS or kind in (k.STR, k.SHAPE, k.DTYPE, k.DEVICE)


# ---------------------------------------------------------------------- gradients


def has_gradient(ctx: FileContext, value: ast.expr) -> bool:
    """Whether a value may be computed from trainable parameters, or from what a forward is given."""
    return not _is_stopped(ctx, value, set())


def _is_stopped(ctx: FileContext, node: ast.expr, asked: set[ast.AST]) -> bool:
    """Whether nothing with a gradient is in an expression."""
    match node:
        case ast.Constant() | ast.List(elts=[]) | ast.Lambda():
            return True
        case ast.Attribute(attr="data") | ast.Call(func=ast.Attribute(attr="detach" | "item" | "tolist")):
            return True
        case ast.Call():
            name = ctx.facts.refs.get(node.func, "")
            if name and name.rpartition(".")[2] in _NO_GRADIENT:
                return True
            parts = _arguments(node)
            if isinstance(node.func, ast.Attribute) and not name:
                parts.append(node.func.value)
            elif not name and not (isinstance(node.func, ast.Name) and node.func.id in _BUILTINS):
                return _stops(ctx, node)
            return all(_is_stopped(ctx, part, asked) for part in parts)
        case ast.Name():
            if _has_no_gradient(ctx, node) or node.id in dir(builtins):
                return True
            if node in asked:
                return True
            asked.add(node)
            origins = ctx.dtypes.origins(node)
            values = [_assigned(ctx, origin) for origin in origins]
            return bool(values) and all(value is not None and _is_stopped(ctx, value, asked) for value in values)
        case ast.Attribute():
            return _has_no_gradient(ctx, node) or k.settle(ctx.kind(node)) not in (k.TENSOR, k.PARAMETER, k.UNKNOWN)
        case ast.Compare():
            return True
    inner = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
    return all(_is_stopped(ctx, child, asked) for child in inner)


def _stops(ctx: FileContext, call: ast.Call) -> bool:
    """Whether a function of the file computes without gradients, by its decorator."""
    kind = k.settle(ctx.facts.calls.get(call, k.UNKNOWN))
    return isinstance(kind, k.FuncRef) and not may_be_recorded(ctx, kind.func.node)


def reads_after(ctx: FileContext, target: ast.Attribute, stmt: ast.stmt) -> list[ast.Attribute]:
    """Where the function that gives a buffer a new value may read that further down, with gradients."""
    owner = ctx.facts.owners.get(stmt)
    if owner is None or not may_be_recorded(ctx, target):
        return []
    reads = [read for read in _all_reads(ctx, target) if ctx.facts.owners.get(ctx.stmt(read)) is owner]
    return [
        read
        for read in reads
        if read.lineno > stmt.lineno and not _is_in_another_branch(ctx, stmt, ctx.stmt(read)) and _has_values(ctx, read)
    ]


def are_dominated(ctx: FileContext, target: ast.Attribute, stmt: ast.stmt, reads: Sequence[ast.expr]) -> bool:
    """Whether nothing else than the statement gives the buffer what these read."""
    above = ctx.parents.of(stmt)
    blocks = (getattr(above, name, None) for name in ("body", "orelse", "finalbody"))
    block = next((block for block in blocks if isinstance(block, list) and stmt in block), [])
    below = {id(node) for later in block[block.index(stmt) + 1 :] for node in ast.walk(later)} if block else set()
    owner, text = ctx.facts.owners.get(stmt), ast.unparse(target)
    others = [
        node
        for node in ctx.facts.attributes
        if node.attr == target.attr
        and not isinstance(node.ctx, ast.Load)
        and node is not target
        and ctx.facts.owners.get(ctx.stmt(node)) is owner
    ]
    return not others and all(id(read) in below and ast.unparse(read) == text for read in reads)


def _has_values(ctx: FileContext, read: ast.expr) -> bool:
    """Whether a read asks for more than the shape and the like."""
    above = ctx.parents.of(read)
    return not isinstance(above, ast.Attribute) or above.attr not in _OF_SHAPE | _LOOKS | {"detach", "data"}


def _is_in_another_branch(ctx: FileContext, stmt: ast.stmt, other: ast.stmt) -> bool:
    """Whether two statements are in the two branches of one `if`."""
    above: ast.AST | None = stmt
    while above is not None:
        inner, above = above, ctx.parents.of(above)
        if isinstance(above, ast.If) and inner in above.body:
            if any(other is node for branch in above.orelse for node in ast.walk(branch)):
                return True
    return False
