"""Makes buffers Parameters with `requires_grad=False`, because only Parameters are saved in MindSpore's checkpoints.

`register_buffer` exists on a Cell too, but what it registers is absent from `parameters_and_names()` and from saved
checkpoints, and cannot be assigned. A buffer that is not persistent becomes a plain attribute. An update goes through
`ops.assign`, which is right in graph mode and in PyNative mode. `self.b = value` puts another tensor in its place in
torch; where writing into the old one is not proven to be the same (another shape or dtype, a gradient or a name that
still needs it), it becomes another Parameter of the same name, which graph mode does not compile.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Template, Value
from torch2ms.rewrite.rules.shared.none_values import may_be_none
from torch2ms.rewrite.rules.shared.questions import (
    OPERATORS,
    argument,
    has_stars,
    is_literal,
    is_whole_statement,
    looks_like_device,
)
from torch2ms.rewrite.rules.shared.rebound_buffers import (
    are_dominated,
    has_gradient,
    is_assignable,
    reads_after,
)
from torch2ms.rewrite.rules.shared.registered_buffers import is_parameter
from torch2ms.rewrite.rules.shared.set_parameters import is_view
from torch2ms.source import kinds as k
from torch2ms.source.syntax import dotted

# What torch's own assignment to a registered buffer goes through.
_ASSIGNED = "torch.nn.Module.__setattr__"
_READ = "torch.nn.Module.__getattr__"

_INSERTED = "{self}.insert_param_to_cell({name}, Parameter({tensor}, requires_grad=False))"

_COUNTER = "num_batches_tracked"

_MAY_BE_NONE = "this buffer may be None, and it is given new values: ops.assign needs a Parameter that is there"

# A tensor in the place of another one: `self.b = t` where t may be of another shape, or the old one is still needed.
_NEW = "Parameter({value}, name={b}.name, requires_grad=False)"
_NEW_ON_LINES = "Parameter(\n    {value}, name={b}.name, requires_grad=False\n)"
_WIDE = 110
_NOT_IN_GRAPHS = "the buffer becomes another Parameter: that does not compile in graph mode"
_UNPACKED = "a buffer that is unpacked into takes the new values into its own memory: shape and dtype have to stay"
_TWO_STATEMENTS = "give the value a name first, and the buffer its value in a statement of its own"
_LEAF = "a Parameter is a leaf: no gradient flows through the buffer to what its new value is computed from"

# `self.b[:] = t` keeps shape and dtype of the buffer.
_FILLED = "ops.assign({b}, ops.full_like({b}, {value}))"
_BROADCAST = "ops.assign({b}, ops.broadcast_to({value}, {b}.shape).astype({b}.dtype))"


def _register_buffer(ctx: FileContext, use: Use) -> bool:
    call = use.call
    if call is None or use.receiver is None or has_stars(call):
        return ctx.manual(use, "T2M203", "the arguments cannot be seen here")
    name, tensor = argument(call, 0, "name"), argument(call, 1, "tensor")
    persistent = argument(call, 2, "persistent")
    if not is_whole_statement(use):
        above = ctx.parents.of(call)
        if name is None or tensor is None or persistent is not None or not isinstance(above, ast.Lambda):
            return ctx.manual(use, "T2M203", "register_buffer is not a statement of its own here")
        values: dict[str, Value] = {"self": use.receiver, "name": name, "tensor": tensor}
        ctx.replace(call, _INSERTED, values)
        return ctx.converted(use, "mindspore.nn.Cell.insert_param_to_cell")
    if name is None or tensor is None:
        return ctx.manual(use, "T2M203", "name and tensor are both needed")
    if persistent is not None and not isinstance(persistent, ast.Constant):
        return _maybe_persistent(ctx, use, name, tensor, persistent)
    kept = persistent is None or bool(getattr(persistent, "value", True))
    values = {"self": use.receiver, "name": name, "tensor": tensor}
    if isinstance(name, ast.Constant) and isinstance(name.value, str) and name.value.isidentifier():
        target = f"{{self}}.{ctx.attribute_name(name.value)}"
        if is_literal(tensor, None):
            ctx.replace_stmt(use.stmt, f"{target} = None", values)
            return ctx.converted(use, "")
        if not kept:
            ctx.replace_stmt(use.stmt, f"{target} = {{tensor}}", values)
            return ctx.converted(use, "mindspore.Tensor")
        if is_view(tensor) and _is_written(ctx, name.value):
            # A Parameter with the memory of a view refuses ops.assign.
            ctx.surround(tensor, "{value}.copy()")
        text = "Parameter({tensor}, requires_grad=False)"
        if isinstance(tensor, ast.IfExp) and is_literal(tensor.orelse, None):
            values |= {"tensor": tensor.body, "test": tensor.test}
            text += " if {test} else None"
        elif isinstance(tensor, ast.IfExp) and is_literal(tensor.body, None):
            values |= {"tensor": tensor.orelse, "test": tensor.test}
            text = "None if {test} else " + text
        elif may_be_none(ctx, tensor, use.stmt):
            local = _local(ctx, use, name.value, tensor)
            text = f"Parameter({local}, requires_grad=False) if {local} is not None else None"
            if _is_written(ctx, name.value):
                ctx.replace_stmt(use.stmt, f"{target} = {text}", values)
                return ctx.check(use, "mindspore.Parameter", _MAY_BE_NONE, "T2M303")
        ctx.replace_stmt(use.stmt, f"{target} = {text}", values)
        return ctx.converted(use, "mindspore.Parameter")
    if not kept:
        ctx.replace_stmt(use.stmt, "setattr({self}, {name}, {tensor})", values)
        return ctx.converted(use, "mindspore.Tensor")
    ctx.replace_stmt(use.stmt, _INSERTED, values)
    return ctx.converted(use, "mindspore.nn.Cell.insert_param_to_cell")


def _maybe_persistent(ctx: FileContext, use: Use, name: ast.expr, tensor: ast.expr, persistent: ast.expr) -> bool:
    """`persistent=flag`: a Parameter where it is true, otherwise a plain attribute. One that is written stays."""
    if not isinstance(name, ast.Constant) or not isinstance(name.value, str) or not name.value.isidentifier():
        return ctx.manual(use, "T2M204", "whether the buffer is persistent cannot be told here")
    if _is_written(ctx, name.value):
        message = "whether the buffer is persistent cannot be told here, and it is given new values"
        return ctx.manual(use, "T2M204", message, "write two classes, or say persistent=True")
    assert use.receiver is not None
    local = _local(ctx, use, name.value, tensor)
    text = (
        f"{{self}}.{ctx.attribute_name(name.value)} = Parameter({local}, requires_grad=False) if {{test}} else {local}"
    )
    ctx.replace_stmt(use.stmt, text, {"self": use.receiver, "test": persistent})
    return ctx.converted(use, "mindspore.Parameter")


def _local(ctx: FileContext, use: Use, name: str, tensor: ast.expr) -> str:
    """The variable that holds a tensor which is needed twice."""
    if isinstance(tensor, ast.Name):
        return tensor.id
    name = _free_name(ctx, use.stmt, name)
    ctx.insert(use.stmt, "before", f"{name} = {{tensor}}", {"tensor": tensor})
    return name


def _free_name(ctx: FileContext, at: ast.stmt, name: str) -> str:
    """A name for a local variable that the function has no other use for."""
    scope = ctx.blocks.scope(at)
    while any(ctx.blocks.inside(stmt, scope) for _, stmt in ctx.blocks.names(name)):
        name += "_"
    return name


def _is_written(ctx: FileContext, name: str) -> bool:
    """Whether an attribute of this name is assigned, or changed in place, anywhere in the file."""
    for node in ctx.facts.attributes:
        if node.attr != name:
            continue
        parent = ctx.parents.of(node)
        in_place = isinstance(parent, ast.Attribute) and (parent.attr.endswith("_") or parent.attr == "data")
        if not isinstance(node.ctx, ast.Load) or in_place or isinstance(parent, ast.AugAssign):
            return True
    return False


def _makes_a_parameter(ctx: FileContext, value: ast.expr) -> bool:
    """Whether a new Parameter is assigned, which takes the place of the buffer, or of no buffer at all."""
    kind = ctx.kind(value.func) if isinstance(value, ast.Call) else k.UNKNOWN
    return isinstance(kind, k.Ref) and ctx.know.canonical(kind.name) in ("torch.nn.Parameter", "torch.nn.Buffer")


def _buffer(ctx: FileContext, use: Use) -> bool:
    """`torch.nn.Buffer(tensor, persistent=True)`."""
    call = use.call
    if call is None or has_stars(call):
        return False
    data, persistent = argument(call, 0, "data"), argument(call, 1, "persistent")
    if data is None:
        return ctx.manual(use, "T2M203", "a Buffer without data has no counterpart")
    if is_literal(persistent, False):
        ctx.replace(call, "{data}", {"data": data})
        return ctx.converted(use, "mindspore.Tensor")
    ctx.replace(call, "Parameter({data}, requires_grad=False)", {"data": data})
    return ctx.converted(use, "mindspore.Parameter")


def _start(ctx: FileContext) -> None:
    """Assignments to buffers: `self.b = t`, `self.b += t`, `self.b.data = t`, `self.b[:] = t`."""
    _look_at_setattr(ctx)
    names = {name for cls in ctx.facts.classes for name in cls.buffers}
    if _COUNTER in ctx.source.text:
        names.add(_COUNTER)
    if not names:
        return
    for node in ctx.facts.attributes:
        if node.attr not in names or isinstance(node.ctx, ast.Load) or not is_parameter(ctx, node):
            continue
        stmt = ctx.stmt(node)
        if isinstance(stmt, ast.Assign) and stmt.targets == [node]:
            if is_literal(stmt.value, None) or _moves(ctx, node, stmt.value) or _makes_a_parameter(ctx, stmt.value):
                continue
            _give(ctx, node, stmt)
        elif isinstance(stmt, ast.Assign):
            _give_among_others(ctx, node, stmt)
        elif isinstance(stmt, ast.AugAssign) and stmt.target is node:
            op = _OPERATORS.get(type(stmt.op))
            if op is not None:
                ctx.structural(node, stmt, _ASSIGNED, "mindspore.ops.assign")
                ctx.replace_stmt(
                    stmt, f"ops.assign({{b}}, {{b}} {op} {{value}})", {"b": _loaded(ctx, node), "value": stmt.value}
                )
    for stmt in dict.fromkeys(ctx.facts.stmts.values()):
        if not isinstance(stmt, ast.Assign) or len(stmt.targets) != 1:
            continue
        target = stmt.targets[0]
        owner: ast.expr | None = None
        text = "ops.assign({b}, {value})"
        if isinstance(target, ast.Attribute) and target.attr == "data":
            owner = target.value
        elif isinstance(target, ast.Subscript) and _everything(target.slice):
            owner = target.value
            if isinstance(owner, ast.Attribute) and owner.attr == "data":
                owner = owner.value
            text = _FILLED if ctx.kind(stmt.value) in k.NUMBERS else _BROADCAST
        if isinstance(owner, ast.Attribute) and is_parameter(ctx, owner):
            if not isinstance(target, ast.Attribute):
                ctx.structural(target, stmt, _ASSIGNED, "mindspore.ops.assign")
            ctx.replace_stmt(stmt, text, {"b": owner, "value": stmt.value})


def _give(ctx: FileContext, node: ast.Attribute, stmt: ast.Assign) -> None:
    """`self.b = value`: into the memory of the buffer where that is the same, else a Parameter of the same name.

    Where the function goes on with the buffer, and a gradient with that, the value gets a name, which is read instead.
    """
    value, text = stmt.value, "{value}"
    values: dict[str, Value] = {"b": _loaded(ctx, node), "value": value}
    assigned = is_assignable(ctx, node, value) or not dotted(node.value)
    reads = [] if not has_gradient(ctx, value) else reads_after(ctx, node, stmt)
    local = _free_name(ctx, stmt, node.attr) if reads and are_dominated(ctx, node, stmt, reads) else ""
    if local:
        ctx.insert(stmt, "before", f"{local} = {{value}}", {"value": value})
        for read in reads:
            ctx.structural(read, ctx.stmt(read), _READ, "")
            ctx.replace(read, local)
        text = local
        del values["value"]
    elif is_view(value) and not assigned:
        text = "{value}.copy()"
    if assigned:
        ctx.replace_stmt(stmt, "ops.assign({b}, " + text + ")", values)
    else:
        length = stmt.col_offset + len(ast.unparse(stmt)) + len(ast.unparse(node)) + len(_NEW)
        new = _NEW if length <= _WIDE else _NEW_ON_LINES
        ctx.replace_stmt(stmt, "{b} = " + new.replace("{value}", text), values)
    if (reads and not local) or not assigned:
        _say_new(ctx, ctx.add_site(node, _ASSIGNED, stmt), leaf=bool(reads) and not local)
    else:
        ctx.structural(node, stmt, _ASSIGNED, "mindspore.ops.assign")


def _give_among_others(ctx: FileContext, node: ast.Attribute, stmt: ast.Assign) -> None:
    """`self.b, y = value, other` and `y = self.b = value`."""
    use = ctx.add_site(node, _ASSIGNED, stmt)
    targets, value = stmt.targets, stmt.value
    if len(targets) == 1 and isinstance(targets[0], ast.Tuple) and isinstance(value, ast.Tuple):
        names = targets[0].elts
        if node in names and not any(isinstance(part, ast.Starred) for part in (*names, *value.elts)):
            value = value.elts[names.index(node)]
            text = _NEW.replace("{value}", "{value}.copy()") if is_view(value) else _NEW
            ctx.surround(value, text.replace("{b}", f"{ast.unparse(node.value)}.{ctx.attribute_name(node.attr)}"))
            _say_new(ctx, use, leaf=has_gradient(ctx, value) and bool(reads_after(ctx, node, stmt)))
            return
    ctx.check(use, "mindspore.Parameter.set_data", _UNPACKED, "T2M303", _TWO_STATEMENTS)


def _look_at_setattr(ctx: FileContext) -> None:
    """`setattr(self, f"b{i}", value)` gives a buffer that is registered under such a name another tensor."""
    registered: set[tuple[k.ClassInfo, tuple[str, ...]]] = set()
    for use in ctx.sites():
        if use.name == "torch.nn.Module.register_buffer" and use.call is not None:
            name, info = argument(use.call, 0, "name"), ctx.facts.owners.get(use.stmt)
            if isinstance(name, ast.JoinedStr) and info is not None and info.cls is not None:
                registered.add((info.cls, _fixed_parts(name)))
    if not registered:
        return
    for call in ctx.facts.calls:
        match call:
            case ast.Call(func=ast.Name(id="setattr"), args=[owner, ast.JoinedStr() as name, value]):
                kind = k.settle(ctx.kind(owner))
                classes = kind.classes if isinstance(kind, k.Module) else ()
                own = {(cls, _fixed_parts(name)) for of in classes if isinstance(of, k.ClassInfo) for cls in of.mro()}
                if own.isdisjoint(registered) or not dotted(owner) or is_literal(value, None):
                    continue
                values: dict[str, Value] = {"owner": owner, "name": name, "value": value}
                text = "setattr({owner}, {name}, Parameter({value}, name=getattr({owner}, {name}).name, "
                ctx.replace(call, text + "requires_grad=False))", values)
                _say_new(ctx, ctx.add_site(call.func, _ASSIGNED, ctx.stmt(call)), leaf=False)


def _fixed_parts(name: ast.JoinedStr) -> tuple[str, ...]:
    """What is written down of a name, with nothing for each value in it."""
    return tuple(str(part.value) if isinstance(part, ast.Constant) else "" for part in name.values)


def _say_new(ctx: FileContext, use: Use, leaf: bool) -> None:
    """The outcome of a buffer that becomes a new Parameter. `leaf`: a gradient would have to flow through it."""
    if leaf:
        ctx.check(use, "mindspore.Parameter", _LEAF, "T2M303", "give the value a name and go on with that")
    else:
        ctx.adapted(use, "mindspore.Parameter", _NOT_IN_GRAPHS, "T2M801")


def _moves(ctx: FileContext, node: ast.Attribute, value: ast.expr) -> bool:
    """Whether `self.b = self.b.to(device)` says no more than where the buffer is: the statement goes."""
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return False
    if ast.unparse(value.func.value) != ast.unparse(node):
        return False
    if value.func.attr in ("cuda", "cpu"):
        return True
    given = [*value.args, *(keyword.value for keyword in value.keywords if keyword.arg == "device")]
    return value.func.attr == "to" and len(given) == 1 and looks_like_device(ctx, given[0]) is True


def _loaded(ctx: FileContext, node: ast.Attribute) -> Template:
    """A target read as a value."""
    return Template("{o}." + ctx.attribute_name(node.attr), {"o": node.value})


def _everything(index: ast.expr) -> bool:
    if isinstance(index, ast.Constant):
        return index.value is ...
    return isinstance(index, ast.Slice) and index.lower is None and index.upper is None and index.step is None


_OPERATORS: dict[type[ast.operator], str] = {**OPERATORS, ast.BitOr: "|", ast.BitAnd: "&", ast.BitXor: "^"}


RULE = Rule(
    sites={
        "torch.nn.Module.register_buffer": _register_buffer,
        "torch.nn.Buffer": _buffer,
    },
    start=_start,
    after=("reserved_names", "base_layers"),
)
