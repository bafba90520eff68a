"""Writes methods that change their receiver as assignments, because the change gets lost in MindSpore.

`x.add_(y)` becomes `x = x + y`: in PyNative mode MindSpore's `add_` returns the right value and leaves `x` as it was,
without a word. A row's `inplace` gives the new value; where it goes depends on the receiver: a name, a slice, a buffer
or a Parameter (`ops.assign`). Before training a Parameter is filled by an initializer (`set_data`). Where other names
of the function hold the tensor they are bound anew as well; where an attribute, a list or a caller does, the tensor
itself is written: `x.copy_(x + y)`.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from torch2ms.mapping.schema import Body, Row
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.effects import VIEWS
from torch2ms.rewrite.plan import Template, Value
from torch2ms.rewrite.rows.bind import UNCALLED, Bound, Refused, bind
from torch2ms.rewrite.rules.shared.fixed_fields import is_fixed
from torch2ms.rewrite.rules.shared.holders import PASSED, Holders, Reach, holders_of, saved_copy
from torch2ms.rewrite.rules.shared.registered_buffers import is_plain
from torch2ms.rewrite.rules.shared.set_parameters import (
    LAYOUT,
    has_own_layout,
    has_torch_layout,
    in_type_of,
    may_set_data,
)
from torch2ms.rewrite.rules.shared.unknown_layers import ask, can_ask
from torch2ms.source import kinds as k
from torch2ms.source.members import LAYER_STATE

_DETACHED = "in torch, a change through .data or .detach() takes no part in the gradient; here it does"

# What changes the shape, which copy_() cannot.
_RESHAPES = frozenset("t_ transpose_ swapaxes_ swapdims_ squeeze_ unsqueeze_ resize_ resize_as_".split())
_KEEPS_SHAPE = "torch changes the shape for whoever else holds the tensor; in MindSpore only this name changes"

# New values that are computed without the old one, or for which no gradient needs it.
_SAVES_NOTHING = frozenset("add_ sub_ neg_ zero_ fill_ copy_ detach_ normal_ uniform_ bernoulli_ index_add_".split())

# In-place fills of a Parameter read better, and keep the random statistics, as an initializer.
_INITIALIZERS: dict[str, str] = {
    "zero_": "initializer('zeros', {p}.shape, {p}.dtype)",
    "fill_": "initializer(Constant({value}), {p}.shape, {p}.dtype)",
    "normal_": "initializer(Normal({std}, {mean}), {p}.shape, {p}.dtype)",
}


def _decide(ctx: FileContext, use: Use, row: Row | None) -> bool:
    if row is None or not any(body.inplace for body in row.bodies):
        return False
    if _is_of_unknown_layer(ctx, use.receiver):
        if _fills_unknown(ctx, use, row):
            return True
        return ctx.unknown(use, "whether this parameter belongs to a normalisation layer cannot be told here", "T2M306")
    return _apply(ctx, use, row)


def _is_of_unknown_layer(ctx: FileContext, node: ast.expr | None) -> bool:
    """Whether a value is the weight or bias of something unknown: what it is called on the Cell cannot be told."""
    while isinstance(node, ast.Attribute) and node.attr == "data":
        node = node.value
    if not isinstance(node, ast.Attribute) or node.attr not in LAYER_STATE:
        return False
    owner = k.settle(ctx.facts.attributes.get(node, k.UNKNOWN))
    return owner is k.UNKNOWN or isinstance(owner, (k.Var, k.Member))


def _fills_unknown(ctx: FileContext, use: Use, row: Row) -> bool:
    """`m.weight.data.normal_()` of a layer that is not known: a helper asks it for its Parameter."""
    change = _bound_change(ctx, use, row)
    if (
        isinstance(change, Refused)
        or change.method not in _INITIALIZERS
        or not (isinstance(use.stmt, ast.Expr) and use.stmt.value is use.call)
    ):
        return False
    target = change.target
    if not isinstance(target, ast.Attribute) or not can_ask(target) or not may_set_data(ctx, target, use.stmt):
        return False
    name = ask(ctx, target, use.stmt)
    ctx.drop_inside(target)
    return _initialise(ctx, change, name)


@dataclass(frozen=True, slots=True, eq=False)
class _Change:
    """A call that changes its receiver, bound to the form of its row that fits.

    `receiver` is what the source names, `target` the same without `.data`; `bound` has the target as its receiver.
    `text` is the template of the new value, `holders` says who holds the receiver.
    """

    use: Use
    call: ast.Call
    row: Row
    body: Body
    bound: Bound
    receiver: ast.expr
    target: ast.expr
    text: str
    holders: Holders

    @property
    def writes(self) -> bool:
        """Whether the tensor itself is written."""
        return self.holders.reach in (Reach.WRITE, Reach.ARGUMENT)

    @property
    def doubt(self) -> str:
        """Who may not see the change."""
        return self.holders.message if self.holders.reach in (Reach.DOUBT, Reach.CALLER) else ""

    @property
    def method(self) -> str:
        """The method or function, without what it belongs to."""
        return self.use.name.rpartition(".")[2]


def _apply(ctx: FileContext, use: Use, row: Row) -> bool:
    """Decide a site whose row says `inplace`."""
    change = _bound_change(ctx, use, row)
    if isinstance(change, Refused):
        return ctx.manual(use, change.code, change.message, change.hint)
    whole = isinstance(use.stmt, ast.Expr) and use.stmt.value is change.call
    if whole and (_fills_parameter(ctx, change) or _fills_slice(ctx, change)):
        return True
    text = change.text
    if change.method not in _SAVES_NOTHING and _is_place(change.target) and _writes(ctx, change, whole):
        text = saved_copy(ctx, use.stmt, text)
    value = ctx.calls.fill(text, change.bound, change.body.args)
    if isinstance(value, Refused):
        return ctx.manual(use, value.code, value.message, value.hint)
    for helper in ctx.calls.helpers_in(change.text):
        ctx.helper(helper)
    return _as_statement(ctx, change, value) if whole else _as_value(ctx, change, value)


def _writes(ctx: FileContext, change: _Change, whole: bool) -> bool:
    """Whether the tensor itself will be written: a value in an expression cannot bind other names."""
    if (whole or _is_chained(ctx, change)) and is_fixed(ctx, change.target):
        return True
    if change.holders.reach is Reach.NAMES and not whole:
        stmt = change.use.stmt
        return not (isinstance(stmt, ast.Assign) and stmt.value is change.call)
    return change.writes


def _bound_change(ctx: FileContext, use: Use, row: Row) -> _Change | Refused:
    """The call bound to its row, or why it stays."""
    call, receiver = use.call, use.receiver
    if call is None:
        return Refused("T2M206", f"{use.name} is used without being called", UNCALLED)
    bound = bind(call, row.signatures, receiver, row.receiver)
    if bound is None or bound.is_open:
        return Refused("T2M203", f"the arguments do not fit the signature of {row.name}")
    body = ctx.calls.choose(row, bound)
    if isinstance(body, Refused):
        return body
    if body.unsupported:
        return Refused(body.code or "T2M201", body.unsupported, body.hint or "")
    for name in bound.args:
        rule = body.args.get(name)
        refused = None if rule is None else ctx.calls.refused(name, rule, bound)
        if refused is not None:
            return refused
    if body.inplace is None:
        return Refused("T2M205", "the tables say nothing about this form")
    text = body.inplace
    if receiver is None:
        # A function such as F.relu_(x): its first argument is what changes.
        name = row.signatures[0].params[0].name if row.signatures and row.signatures[0].params else ""
        given = bound.args.get(name)
        if given is None:
            return Refused("T2M203", "the tensor to change is missing")
        receiver = given.value
        text = text.replace("{" + name + "}", "{self}")
    target = _strip_data(receiver)
    holders = holders_of(ctx, call) or Holders(Reach.UNKNOWN)
    if holders.reach in (Reach.WRITE, Reach.ARGUMENT) and use.name.rpartition(".")[2] in _RESHAPES:
        holders = Holders(Reach.DOUBT, message=holders.message or _KEEPS_SHAPE)
    return _Change(use, call, row, body, replace(bound, receiver=target), receiver, target, text, holders)


def _done(ctx: FileContext, change: _Change, target_name: str, doubt: str = "") -> bool:
    """The outcome of a change that is carried out."""
    use, row, body = change.use, change.row, change.body
    if body.check:
        return ctx.check(use, target_name, body.check, body.code or "T2M301")
    if doubt:
        return ctx.check(use, target_name, doubt, "T2M303")
    if change.holders.reach is Reach.ARGUMENT:
        return ctx.adapted(use, target_name, PASSED, "T2M303")
    if not row.proven and not row.users:
        return ctx.check(use, target_name, f"no example proves the translation of {row.name} yet")
    if body.note:
        return ctx.adapted(use, target_name, body.note, body.code or "T2M302")
    return ctx.converted(use, target_name)


# ---------------------------------------------------------------------- the call is a statement


def _fills_parameter(ctx: FileContext, change: _Change) -> bool:
    """`weight.normal_(0, 0.02)`: a Parameter takes the values of an initializer."""
    target = change.target
    if ctx.kind(target) is not k.PARAMETER or change.method not in _INITIALIZERS or not _is_place(target):
        return False
    if not may_set_data(ctx, target, change.use.stmt):
        return False
    return _initialise(ctx, change, "mindspore.Parameter.set_data")


def _initialise(ctx: FileContext, change: _Change, mindspore: str) -> bool:
    values: dict[str, Value] = {"p": change.target}
    bound = change.bound
    for param in bound.signature.params:
        given = bound.args.get(param.name)
        values[param.name] = given.value if given is not None else (param.default or "0")
    ctx.replace_stmt(change.use.stmt, "{p}.set_data(" + _INITIALIZERS[change.method] + ")", values)
    return ctx.converted(change.use, mindspore)


def _fills_slice(ctx: FileContext, change: _Change) -> bool:
    """`x[mask].zero_()` changes a copy; `x[1:].copy_(y)` assigns, broadcast."""
    target, use = change.target, change.use
    if not isinstance(target, ast.Subscript):
        return False
    if _copies(ctx, target):
        message = "indexing with a tensor or a list makes a copy, and only the copy changes"
        return ctx.manual(use, "T2M303", message, "assign to x[mask]")
    if change.method != "copy_" or not k.is_tensor(ctx.kind(target.value)) or "src" not in change.bound.args:
        return False
    ctx.replace_stmt(use.stmt, "{t} = {src}", {"t": target, "src": change.bound.args["src"].value})
    return ctx.converted(use, "mindspore.Tensor.__setitem__")


def _as_statement(ctx: FileContext, change: _Change, value: Template) -> bool:
    """The new value goes where the receiver is kept."""
    # x.mul_(a).add_(b): the inner calls are values, the whole lands in x.
    root = _strip_data(_chain_root(ctx, change.target))
    if not _is_place(root) or (isinstance(root, ast.Attribute) and k.is_tensor(ctx.kind(root.value))):
        message = "what is changed in place here is not a variable"
        return ctx.manual(change.use, "T2M303", message, "assign the result")
    values: dict[str, Value] = {"root": root, "value": value}
    stmt, kind = change.use.stmt, ctx.kind(root)
    if kind is k.BUFFER and isinstance(root, ast.Attribute) and not is_plain(ctx, root):
        ctx.replace_stmt(stmt, "ops.assign({root}, {value})", values)
        return _done(ctx, change, "mindspore.ops.assign")
    if kind is k.PARAMETER:
        if _takes_tensor(ctx, change) and has_own_layout(ctx, root):
            source = change.bound.args["src"].value if change.method == "copy_" else None
            if source is None or not has_torch_layout(ctx, source):
                return ctx.manual(change.use, "T2M305", LAYOUT, "give it a value of that shape by ops.assign")
            values["value"] = Template("{source}.expand_dims(2)", {"source": source})
        if change.method != "copy_":
            values["value"] = in_type_of(ctx, values["value"], change.call, root, stmt)
        ctx.replace_stmt(stmt, "ops.assign({root}, {value})", values)
        return _done(ctx, change, "mindspore.ops.assign", change.doubt)
    detached = _DETACHED if _reads_data(change.receiver) and not isinstance(root, ast.Attribute) else ""
    if (change.writes and not _is_part(ctx, root)) or is_fixed(ctx, root):
        ctx.replace_stmt(stmt, "{root}.copy_({value})", values)
        return _done(ctx, change, "mindspore.Tensor.copy_", detached)
    others = "".join(f"{name} = " for name in change.holders.names if change.holders.reach is Reach.NAMES)
    ctx.replace_stmt(stmt, others + "{root} = {value}", values)
    return _done(ctx, change, value.text, change.doubt or detached)


def _is_part(ctx: FileContext, node: ast.expr) -> bool:
    """Whether a place is part of a tensor."""
    return isinstance(node, ast.Subscript) and k.is_tensor(ctx.kind(node.value))


def _takes_tensor(ctx: FileContext, change: _Change) -> bool:
    """Whether a change is computed from another tensor, whose axes have to be those of the receiver."""
    return any(k.is_tensor(ctx.kind(given.value)) for given in change.bound.args.values()) or change.method == "copy_"


# ---------------------------------------------------------------------- the call is part of an expression


def _as_value(ctx: FileContext, change: _Change, value: Template) -> bool:
    """The new value stands where the call stood, if the receiver is not read again."""
    use, call, target = change.use, change.call, change.target
    parent = ctx.parent(call, use.stmt)
    if _is_chained(ctx, change):
        ctx.replace(call, value)
        return _done(ctx, change, value.text)
    reach, names = change.holders.reach, change.holders.names
    is_held = reach in (Reach.NAMES, Reach.WRITE, Reach.DOUBT)
    if not _is_place(target) and not (isinstance(target, ast.Call) and _is_view(target)) and not is_held:
        # A fresh temporary: nothing else holds it.
        ctx.replace(call, value)
        return _done(ctx, change, value.text, change.doubt)
    if reach is Reach.ALONE and isinstance(target, (ast.Name, ast.Attribute)):
        ctx.replace(call, value)
        return _done(ctx, change, value.text)
    if reach is Reach.NAMES and use.stmt is parent and isinstance(use.stmt, ast.Assign):
        bound: dict[str, Value] = {f"target{number}": node for number, node in enumerate(use.stmt.targets)}
        if not any(isinstance(node, (ast.Tuple, ast.List, ast.Starred)) for node in use.stmt.targets):
            text = "".join(f"{{{name}}} = " for name in bound) + "".join(f"{name} = " for name in names)
            ctx.replace_stmt(use.stmt, text + "{value}", {**bound, "value": value})
            return _done(ctx, change, value.text)
    is_written = reach in (Reach.NAMES, Reach.WRITE, Reach.ARGUMENT) and change.method not in _RESHAPES
    if is_written and not _is_part(ctx, target) and _is_place(target):
        ctx.replace(call, "{place}.copy_({value})", {"place": target, "value": value})
        return _done(ctx, change, "mindspore.Tensor.copy_")
    if isinstance(target, ast.Name) and use.stmt is parent and _takes_over(use.stmt, target):
        ctx.replace(call, value)
        return _done(ctx, change, value.text, change.doubt)
    return ctx.manual(
        use, "T2M303", "the value is used while its receiver changes in place", "split it into two statements"
    )


def _is_chained(ctx: FileContext, change: _Change) -> bool:
    """Whether the result is changed in place again: `x.mul_(a).add_(b)`."""
    parent = ctx.parent(change.call, change.use.stmt)
    is_method = isinstance(parent, ast.Attribute) and parent.value is change.call and parent.attr.endswith("_")
    return is_method and isinstance(parent, ast.Attribute) and ctx.call_of(parent) is not None


def _takes_over(stmt: ast.stmt, name: ast.Name) -> bool:
    """Whether a statement returns the value, or binds it to the name it came from: the old value is out of reach."""
    if not isinstance(stmt, ast.Assign):
        return isinstance(stmt, ast.Return)
    target = stmt.targets[0]
    return len(stmt.targets) == 1 and isinstance(target, ast.Name) and target.id == name.id


def _copies(ctx: FileContext, node: ast.expr) -> bool:
    """Whether a subscript, or one it is taken from, selects by tensors or lists."""
    while isinstance(node, ast.Subscript):
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if k.is_tensor(ctx.kind(node.value)) and any(
            k.is_tensor(ctx.kind(part)) or isinstance(part, ast.List) or ctx.kind(part) is k.NDARRAY for part in parts
        ):
            return True
        node = node.value
    return False


def _reads_data(node: ast.expr) -> bool:
    """Whether an expression is the `.data` or `.detach()` of something: the same memory, outside of the gradient."""
    return _strip_data(node) is not node


def _strip_data(node: ast.expr) -> ast.expr:
    """What `.data` or `.detach()` is taken of."""
    while True:
        match node:
            case ast.Attribute(value=inner, attr="data"):
                node = inner
            case ast.Call(func=ast.Attribute(value=inner, attr="detach"), args=[], keywords=[]):
                node = inner
            case _:
                return node


def _chain_root(ctx: FileContext, node: ast.expr) -> ast.expr:
    """What a chain of in-place calls starts from: x in `x.mul_(a).add_(b)`."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr.endswith("_"):
        node = _strip_data(node.func.value)
    return node


def _is_place(node: ast.expr) -> bool:
    if isinstance(node, ast.Name):
        return True
    if isinstance(node, ast.Attribute):
        return _is_place(node.value)
    if isinstance(node, ast.Subscript):
        return _is_place(node.value)
    return False


def _is_view(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr in VIEWS


RULE = Rule(row=_decide)
