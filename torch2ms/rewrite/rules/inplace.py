"""Methods that change their receiver: `x.add_(y)` → `x = x + y`.

In PyNative `x.add_(y)` returns the right value and leaves `x` as it was, without a word. A row's `inplace` gives the
new value; where it goes depends on the receiver: a name, a slice, a buffer (`ops.assign`), a Parameter (`set_data`).
"""

from __future__ import annotations

import ast
from dataclasses import replace

from torch2ms.mapping.schema import Row
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Value
from torch2ms.rewrite.rows.bind import Refused, bind
from torch2ms.rewrite.rules import buffers
from torch2ms.rewrite.rules.shared.origin import Origin, held_elsewhere, origin_of
from torch2ms.source import kinds as k
from torch2ms.source.members import LAYER_STATE

_ALIAS = "torch changes every alias of this tensor, MindSpore only the name: check that nothing else holds it"

_PASSED = "copy_() changes the tensor that is passed in; a slice passed in is a copy, and what it was cut from stays"

_DETACHED = "in torch, a change through .data takes no part in the gradient; here it does"

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


def _apply(ctx: FileContext, use: Use, row: Row) -> bool:
    """Decide a site whose row says `inplace`."""
    call = use.call
    if call is None:
        return ctx.manual(use, "T2M206", f"{use.name} is used without being called")
    receiver, receiver_param = use.receiver, row.receiver
    bound = bind(call, row.signatures, receiver, receiver_param)
    if bound is None or bound.open_keywords or bound.open_positionals:
        return ctx.manual(use, "T2M203", f"the arguments do not fit the signature of {row.name}")
    body = ctx.calls.choose(row, bound)
    if isinstance(body, Refused):
        return ctx.manual(use, body.code, body.message, body.hint)
    if body.unsupported:
        return ctx.manual(use, body.code or "T2M201", body.unsupported, body.hint or "")
    for name in bound.args:
        rule = body.args.get(name)
        if rule is not None:
            refused = ctx.calls.refused(name, rule, bound)
            if refused is not None:
                return ctx.manual(use, refused.code, refused.message, refused.hint)
    if body.inplace is None:
        return ctx.manual(use, "T2M205", "the tables say nothing about this form")
    text = body.inplace
    if receiver is None:
        # A function such as F.relu_(x): its first argument is what changes.
        name = row.signatures[0].params[0].name if row.signatures and row.signatures[0].params else ""
        given = bound.args.get(name)
        if given is None:
            return ctx.manual(use, "T2M203", "the tensor to change is missing")
        receiver = given.value
        text = text.replace("{" + name + "}", "{self}")
        bound = replace(bound, receiver=receiver)
    target = _strip_data(receiver)
    parent = ctx.parent(call, use.stmt)
    whole = isinstance(use.stmt, ast.Expr) and use.stmt.value is call
    name = use.name.rpartition(".")[2]
    kind = ctx.kind(target)

    if whole and kind is k.PARAMETER and name in _INITIALIZERS and _is_place(target):
        values: dict[str, Value] = {"p": target}
        for param in bound.signature.params:
            given_arg = bound.args.get(param.name)
            values[param.name] = given_arg.value if given_arg is not None else (param.default or "0")
        ctx.replace_stmt(use.stmt, "{p}.set_data(" + _INITIALIZERS[name] + ")", values)
        return ctx.converted(use, "mindspore.Parameter.set_data")

    bound = replace(bound, receiver=target)
    if whole and isinstance(target, ast.Subscript) and _copies(ctx, target):
        message = "indexing with a tensor or a list makes a copy, and only the copy changes"
        return ctx.manual(use, "T2M303", message, "assign to x[mask]")
    sliced = isinstance(target, ast.Subscript) and k.is_tensor(ctx.kind(target.value))
    if whole and name == "copy_" and sliced and "src" in bound.args:
        # A slice takes what is assigned to it, broadcast.
        ctx.replace_stmt(use.stmt, "{t} = {src}", {"t": target, "src": bound.args["src"].value})
        return ctx.converted(use, "mindspore.Tensor.__setitem__")
    value = ctx.calls.fill(text, bound, body.args)
    if isinstance(value, Refused):
        return ctx.manual(use, value.code, value.message, value.hint)
    for helper in ctx.calls.helpers_in(text):
        ctx.helper(helper)

    def done(target_name: str, doubt: str = "") -> bool:
        if body.check:
            return ctx.check(use, target_name, body.check, body.code or "T2M301")
        if doubt:
            return ctx.check(use, target_name, doubt, "T2M303")
        if not row.proven:
            return ctx.check(use, target_name, f"no example proves the translation of {row.name} yet")
        if body.note:
            return ctx.adapted(use, target_name, body.note, body.code or "T2M302")
        return ctx.converted(use, target_name)

    if whole:
        # x.mul_(a).add_(b): the inner calls are values, the whole lands in x.
        root = _strip_data(_chain_root(ctx, target))
        root_kind = ctx.kind(root)
        if not _is_place(root):
            return ctx.manual(use, "T2M303", "what is changed in place here is not a variable", "assign the result")
        if root_kind is k.BUFFER and isinstance(root, ast.Attribute) and root.attr in buffers.plain_names(ctx):
            ctx.replace_stmt(use.stmt, "{root} = {value}", {"root": root, "value": value})
            return done(value.text)
        if root_kind is k.BUFFER and isinstance(root, ast.Attribute):
            ctx.replace_stmt(use.stmt, "ops.assign({root}, {value})", {"root": root, "value": value})
            return done("mindspore.ops.assign")
        if root_kind is k.PARAMETER:
            ctx.replace_stmt(use.stmt, "{root}.set_data({value})", {"root": root, "value": value})
            return done("mindspore.Parameter.set_data")
        doubt = ""
        if isinstance(root, ast.Name):
            origin = origin_of(ctx, root, use.stmt)
            if origin is not Origin.FRESH and held_elsewhere(ctx, root, use.stmt):
                if _is_meant(ctx, root, use.stmt):
                    ctx.replace_stmt(use.stmt, "{root}.copy_({value})", {"root": root, "value": value})
                    return done("mindspore.Tensor.copy_", _PASSED)
                doubt = _ALIAS
        elif isinstance(root, ast.Subscript) and not k.is_tensor(ctx.kind(root.value)):
            doubt = _ALIAS
        if _reads_data(receiver) and not doubt:
            doubt = _DETACHED
        ctx.replace_stmt(use.stmt, "{root} = {value}", {"root": root, "value": value})
        return done(value.text, doubt)

    if isinstance(parent, ast.Attribute) and parent.value is call:
        above = ctx.call_of(parent)
        if above is not None and parent.attr.endswith("_"):
            ctx.replace(call, value)
            return done(value.text)
    if not _is_place(target) and not (isinstance(target, ast.Call) and _is_view(target)):
        # A fresh temporary: nothing else holds it.
        ctx.replace(call, value)
        return done(value.text)
    stmt = use.stmt
    if isinstance(target, ast.Name) and stmt is parent:
        origin = origin_of(ctx, target, stmt)
        assigned = (
            isinstance(stmt, ast.Assign)
            and len(stmt.targets) == 1
            and isinstance(stmt.targets[0], ast.Name)
            and stmt.targets[0].id == target.id
        )
        if isinstance(stmt, ast.Return) or assigned:
            ctx.replace(call, value)
            held = origin is not Origin.FRESH and held_elsewhere(ctx, target, stmt)
            return done(value.text, _ALIAS if held else "")
    return ctx.manual(
        use, "T2M303", "the value is used while its receiver changes in place", "split it into two statements"
    )


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
    return isinstance(node, ast.Attribute) and node.attr == "data"


def _is_meant(ctx: FileContext, name: ast.Name, stmt: ast.stmt) -> bool:
    """Whether a function is there to change its argument: `def fill_(tensor)`, as torch calls such functions."""
    owner = ctx.facts.owners.get(stmt)
    return owner is not None and getattr(owner.node, "name", "").endswith("_") and name.id in owner.params


def _strip_data(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Attribute) and node.attr == "data" else node


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


_VIEWS = frozenset(
    """
    view reshape transpose permute t expand unsqueeze squeeze flatten narrow select unbind chunk split data
    detach view_as swapaxes movedim diagonal unfold T real
    """.split()
)


def _is_view(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr in _VIEWS


RULE = Rule(row=_decide)
