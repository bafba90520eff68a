"""How a Parameter is given a new value.

Not a rewrite of its own: the rules for `.data`, changes in place and initialisation ask. `Parameter.set_data` gives a
Parameter other memory, `ops.assign` writes into the one it has. An optimizer that has made a step goes on updating the
old memory: no optimizer of MindSpore that holds two or more Parameters trains one that is set then. Items written
through a mask, a list beside other indices or `...` give it other memory as well.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.effects import VIEWS
from torch2ms.rewrite.plan import Template, Value
from torch2ms.rewrite.rules.shared.bindings import bound_value
from torch2ms.source import kinds as k

_EXTRA_AXIS = "expand_dims:2"
LAYOUT = "MindSpore stores this weight with an axis of length 1 before the last"

# Functions and methods whose result has the shape of their first tensor.
_ELEMENTWISE = frozenset(
    "abs add addcdiv addcmul bfloat16 ceil clamp clamp_max clamp_min clip clone contiguous copysign cos cpu cuda "
    "detach div exp fill float floor half lerp log masked_fill maximum minimum mul neg normalize pow relu "
    "requires_grad_ round rsqrt sigmoid sign sin sqrt square sub tanh to tril triu type_as zeros_like ones_like "
    "full_like rand_like randn_like empty_like data deepcopy".split()
)
_SHAPED = frozenset("view_as reshape_as expand_as".split())
# Methods whose result may be the tensor itself.
_KEEPS_MEMORY = frozenset("contiguous cpu cuda detach float to type requires_grad_".split())
_RESHAPED = frozenset("view reshape expand zeros ones rand randn empty".split())


def may_set_data(ctx: FileContext, parameter: ast.expr, stmt: ast.stmt) -> bool:
    """Whether a statement may give a Parameter other memory by `set_data`: nothing has been trained when it runs.

    A name that `w = p.data` binds is a Tensor in MindSpore, which has no `set_data`, and shares its memory with p.
    """
    if isinstance(parameter, ast.Name):
        value = bound_value(ctx, parameter, stmt)
        if isinstance(value, ast.Call) or (isinstance(value, ast.Attribute) and value.attr == "data"):
            return False
    return ctx.steps.none_before(stmt)


def keeps_shape(ctx: FileContext, value: ast.expr, target: ast.expr) -> bool:
    """Whether a value certainly has the shape of the Parameter it is given to."""
    return _shape_of(ctx, value, ast.unparse(strip_data(target)))


def _shape_of(ctx: FileContext, value: ast.expr, target: str) -> bool:
    value = strip_data(value)
    if isinstance(value, (ast.Name, ast.Attribute, ast.Subscript)):
        return ast.unparse(value) == target or _was_kept(ctx, value)
    if isinstance(value, ast.BinOp):
        if isinstance(value.op, ast.MatMult):
            return False
        return any(_shape_of(ctx, side, target) for side in (value.left, value.right))
    if isinstance(value, ast.UnaryOp):
        return _shape_of(ctx, value.operand, target)
    if isinstance(value, ast.IfExp):
        return _shape_of(ctx, value.body, target) and _shape_of(ctx, value.orelse, target)
    if isinstance(value, ast.Call):
        func = value.func
        name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
        if name in _SHAPED or name in _RESHAPED:
            shapes = {f"{target}{end}" for end in ("", ".data", ".shape", ".size()", ".data.shape", ".data.size()")}
            return any(ast.unparse(arg) in shapes for arg in value.args)
        if name == "where":
            return any(_shape_of(ctx, arg, target) for arg in value.args)
        if name not in _ELEMENTWISE:
            return False
        first = value.args[0] if value.args else None
        is_method = isinstance(func, ast.Attribute) and (k.is_tensor(ctx.kind(func.value)) or first is None)
        subject = func.value if isinstance(func, ast.Attribute) and is_method else first
        return subject is not None and _shape_of(ctx, subject, target)
    return False


def _was_kept(ctx: FileContext, node: ast.expr) -> bool:
    """Whether a name or an item holds what a Parameter held: `backup[name] = p.data.clone()` further up."""
    place = ast.unparse(node.value if isinstance(node, ast.Subscript) else node)
    found = [value for value in _stored(ctx, place, is_item=isinstance(node, ast.Subscript)) if not _is_empty(value)]
    return bool(found) and all(_copies_parameter(ctx, value, place) for value in found)


def _stored(ctx: FileContext, place: str, is_item: bool) -> Iterator[ast.expr]:
    """What the file stores under a name or attribute, or in the items of it."""
    for stmt in ctx.blocks.places:
        if isinstance(stmt, ast.Assign):
            for target in stmt.targets:
                if is_item and isinstance(target, ast.Subscript) and ast.unparse(target.value) == place:
                    yield stmt.value
                elif isinstance(target, (ast.Name, ast.Attribute)) and ast.unparse(target) == place:
                    match stmt.value:
                        case ast.ListComp(elt=value) | ast.DictComp(value=value) if is_item:
                            yield value
                        case value:
                            yield value
        elif isinstance(stmt, ast.Expr) and isinstance(stmt.value, ast.Call) and is_item:
            func = stmt.value.func
            if isinstance(func, ast.Attribute) and func.attr == "append" and ast.unparse(func.value) == place:
                yield from stmt.value.args


def _is_empty(value: ast.expr) -> bool:
    match value:
        case ast.Dict(keys=[]) | ast.List(elts=[]) | ast.Constant(value=None):
            return True
        case ast.Call(func=ast.Name(id="dict" | "list" | "OrderedDict"), args=[]):
            return True
    return False


def _copies_parameter(ctx: FileContext, value: ast.expr, place: str) -> bool:
    """Whether a value is computed item by item from a Parameter and numbers, or from what is kept at a place."""
    value = strip_data(value)
    if ctx.kind(value) is k.PARAMETER:
        return True
    match value:
        case ast.BinOp(left=left, right=right):
            sides = [side for side in (left, right) if _copies_parameter(ctx, side, place)]
            return bool(sides) and not isinstance(value.op, ast.MatMult)
        case ast.Name() | ast.Attribute():
            values = [] if ast.unparse(value) == place else list(_stored(ctx, ast.unparse(value), is_item=False))
            return bool(values) and all(
                not isinstance(v, (ast.Name, ast.Attribute)) and _copies_parameter(ctx, v, place) for v in values
            )
        case ast.Call(func=ast.Attribute(value=receiver, attr=name), args=args) if name in _ELEMENTWISE:
            subjects = [receiver, *args[:1]]
            return any(_copies_parameter(ctx, subject, place) for subject in subjects)
    return False


def is_view(value: ast.expr) -> bool:
    """Whether a value may be a view of a tensor: a Parameter made of one keeps that memory.

    Such a Parameter refuses ops.assign; SGD does not train it if it is a slice or transposed, and Adam raises.
    """
    while isinstance(value, ast.Call):
        func = value.func
        name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
        if name in VIEWS:
            return True
        if name not in _KEEPS_MEMORY or not isinstance(func, ast.Attribute):
            return False
        value = func.value
    return isinstance(value, ast.Subscript) or (isinstance(value, ast.Attribute) and value.attr in ("T", "mT"))


def in_type_of(ctx: FileContext, value: Value, source: ast.expr, parameter: ast.expr, stmt: ast.stmt) -> Value:
    """A value in the type of the Parameter it is given to: `ops.assign` takes none of 64 bits for one of 32.

    `source` is what the value is computed from; where it may be made of a NumPy array, the value is cast.
    """
    if not any(_may_be_double(ctx, node, stmt) for node in ast.walk(source)):
        return value
    return Template("{value}.astype({parameter}.dtype)", {"value": value, "parameter": parameter})


def _may_be_double(ctx: FileContext, node: ast.AST, stmt: ast.stmt) -> bool:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and k.is_tensor(ctx.kind(node)):
        bound = bound_value(ctx, node, stmt)
        return isinstance(bound, ast.Call) and _makes_double(bound)
    return isinstance(node, ast.Call) and _makes_double(node)


def _makes_double(call: ast.Call) -> bool:
    """Whether a call may give a tensor of float64: `torch.from_numpy(a)`, `torch.tensor(a)`, `x.double()`."""
    func = call.func
    name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
    if name in ("from_numpy", "as_tensor", "double"):
        return True
    literal = (ast.Constant, ast.List, ast.UnaryOp)
    return name == "tensor" and bool(call.args) and not isinstance(call.args[0], literal) and not call.keywords


def strip_data(node: ast.expr) -> ast.expr:
    """What `.data` is taken of: the Parameter itself."""
    while isinstance(node, ast.Attribute) and node.attr == "data":
        node = node.value
    return node


def keeps_memory(ctx: FileContext, index: ast.expr) -> bool:
    """Whether an assignment to these items of a Parameter writes into the memory it has.

    That is so with numbers and slices, alone or in a tuple, and with one list of numbers; a mask, `...` alone, or a
    tensor of which that is not known give the Parameter other memory.
    """
    if isinstance(index, ast.Tuple):
        plain = all(_is_plain_index(ctx, part) or _is_ellipsis(part) for part in index.elts)
        return plain and not all(_is_ellipsis(part) for part in index.elts)
    if isinstance(index, ast.List):
        return all(_is_plain_index(ctx, part) for part in index.elts)
    return _is_plain_index(ctx, index)


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _is_plain_index(ctx: FileContext, node: ast.expr) -> bool:
    if isinstance(node, ast.Slice):
        return True
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int) and not isinstance(node.value, bool)
    return ctx.kind(node) in (k.INT, k.NUMBER, k.NUMPY)


def has_extra_axis(ctx: FileContext, kind: k.Module, attr: str) -> bool:
    """Whether MindSpore stores a parameter with an axis of length 1 that torch's has not (`layouts` of the row)."""
    bases = [base for c in kind.classes for base in ((c,) if isinstance(c, str) else c.torch_bases)]
    rows = [row for base in bases if (row := ctx.tables.rows.get(ctx.know.canonical(base))) is not None]
    return any(row.layouts.get(attr) == _EXTRA_AXIS for row in rows)


def has_own_layout(ctx: FileContext, parameter: ast.expr) -> bool:
    """Whether a Parameter has an axis of length 1 before its last that torch's has not: the weight of a Conv1d."""
    if not isinstance(parameter, ast.Attribute):
        return False
    owner = k.settle(ctx.facts.attributes.get(parameter, k.UNKNOWN))
    return isinstance(owner, k.Module) and has_extra_axis(ctx, owner, parameter.attr)


def has_torch_layout(ctx: FileContext, value: ast.expr) -> bool:
    """Whether nothing in a value may have that axis itself."""
    return not any(isinstance(node, ast.Attribute) and node.attr == "weight" for node in ast.walk(value)) and all(
        ctx.kind(node) is not k.PARAMETER for node in ast.walk(value)
    )
