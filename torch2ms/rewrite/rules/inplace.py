"""Methods that change their receiver: `x.add_(y)` → `x = x + y`.

In PyNative `x.add_(y)` returns the right value and leaves `x` as it was, without a word. A row's `inplace` gives the
new value; where it goes depends on the receiver: a name, a slice, a buffer (`ops.assign`), a Parameter (`set_data`).
"""

from __future__ import annotations

import ast

from torch2ms.mapping.schema import Row
from torch2ms.rewrite.context import Rewriter, Use
from torch2ms.rewrite.plan import Value
from torch2ms.rewrite.rows.calls import Refusal, bind
from torch2ms.rewrite.rules import buffers
from torch2ms.rewrite.rules.shared.origin import Origin, held_elsewhere, origin_of
from torch2ms.source import kinds as k

_ALIAS = "torch changes every alias of this tensor, MindSpore only the name: check that nothing else holds it"

_PASSED = "copy_() changes the tensor that is passed in; a slice passed in is a copy, and what it was cut from stays"

_DETACHED = "in torch, a change through .data takes no part in the gradient; here it does"

# In-place fills of a Parameter read better, and keep the random statistics, as an initializer.
_INITIALIZERS: dict[str, str] = {
    "zero_": "initializer('zeros', {p}.shape, {p}.dtype)",
    "fill_": "initializer(Constant({value}), {p}.shape, {p}.dtype)",
    "normal_": "initializer(Normal({std}, {mean}), {p}.shape, {p}.dtype)",
}


def apply(rw: Rewriter, use: Use, row: Row) -> bool:
    """Decide a site whose row says `inplace`."""
    call = use.call
    if call is None:
        return rw.manual(use, "T2M206", f"{use.name} is used without being called")
    receiver, receiver_param = use.receiver, row.receiver
    bound = bind(call, row.signatures, receiver, receiver_param)
    if bound is None or bound.open_keywords or bound.open_positionals:
        return rw.manual(use, "T2M203", f"the arguments do not fit the signature of {row.name}")
    body = rw.calls.choose(row, bound)
    if isinstance(body, Refusal):
        return rw.manual(use, body.code, body.message, body.hint)
    if body.unsupported:
        return rw.manual(use, body.code or "T2M201", body.unsupported, body.hint or "")
    for name in bound.args:
        rule = body.args.get(name)
        if rule is not None:
            refused = rw.calls.refused(name, rule, bound)
            if refused is not None:
                return rw.manual(use, refused.code, refused.message, refused.hint)
    if body.inplace is None:
        return rw.manual(use, "T2M205", "the tables say nothing about this form")
    text = body.inplace
    if receiver is None:
        # A function such as F.relu_(x): its first argument is what changes.
        name = row.signatures[0].params[0].name if row.signatures and row.signatures[0].params else ""
        given = bound.args.get(name)
        if given is None:
            return rw.manual(use, "T2M203", "the tensor to change is missing")
        receiver = given.value
        text = text.replace("{" + name + "}", "{self}")
        bound.receiver = receiver
    target = _strip_data(receiver)
    parent = rw.parent(call, use.stmt)
    whole = isinstance(use.stmt, ast.Expr) and use.stmt.value is call
    name = use.name.rpartition(".")[2]
    kind = rw.kind(target)

    if whole and kind is k.PARAMETER and name in _INITIALIZERS and _is_place(target):
        values: dict[str, Value] = {"p": target}
        for param in bound.signature.params:
            given_arg = bound.args.get(param.name)
            values[param.name] = given_arg.value if given_arg is not None else (param.default or "0")
        rw.replace_stmt(use.stmt, "{p}.set_data(" + _INITIALIZERS[name] + ")", values)
        return rw.converted(use, "mindspore.Parameter.set_data")

    bound.receiver = target
    if whole and isinstance(target, ast.Subscript) and _copies(rw, target):
        message = "indexing with a tensor or a list makes a copy, and only the copy changes"
        return rw.manual(use, "T2M303", message, "assign to x[mask]")
    sliced = isinstance(target, ast.Subscript) and k.is_tensor(rw.kind(target.value))
    if whole and name == "copy_" and sliced and "src" in bound.args:
        # A slice takes what is assigned to it, broadcast.
        rw.replace_stmt(use.stmt, "{t} = {src}", {"t": target, "src": bound.args["src"].value})
        return rw.converted(use, "mindspore.Tensor.__setitem__")
    value = rw.calls.fill(text, bound, body.args)
    if isinstance(value, Refusal):
        return rw.manual(use, value.code, value.message, value.hint)
    for helper in rw.calls.helpers_in(text):
        rw.helper(helper)

    def done(target_name: str, doubt: str = "") -> bool:
        if body.check:
            return rw.check(use, target_name, body.check, body.code or "T2M301")
        if doubt:
            return rw.check(use, target_name, doubt, "T2M303")
        if not row.proven:
            return rw.check(use, target_name, f"no example proves the translation of {row.name} yet")
        if body.note:
            return rw.adapted(use, target_name, body.note, body.code or "T2M302")
        return rw.converted(use, target_name)

    if whole:
        # x.mul_(a).add_(b): the inner calls are values, the whole lands in x.
        root = _strip_data(_chain_root(rw, target))
        root_kind = rw.kind(root)
        if not _is_place(root):
            return rw.manual(use, "T2M303", "what is changed in place here is not a variable", "assign the result")
        if root_kind is k.BUFFER and isinstance(root, ast.Attribute) and root.attr in buffers.plain_names(rw):
            rw.replace_stmt(use.stmt, "{root} = {value}", {"root": root, "value": value})
            return done(value.text)
        if root_kind is k.BUFFER and isinstance(root, ast.Attribute):
            rw.replace_stmt(use.stmt, "ops.assign({root}, {value})", {"root": root, "value": value})
            return done("mindspore.ops.assign")
        if root_kind is k.PARAMETER:
            rw.replace_stmt(use.stmt, "{root}.set_data({value})", {"root": root, "value": value})
            return done("mindspore.Parameter.set_data")
        doubt = ""
        if isinstance(root, ast.Name):
            origin = origin_of(rw, root, use.stmt)
            if origin is not Origin.FRESH and held_elsewhere(rw, root, use.stmt):
                if _is_meant(rw, root, use.stmt):
                    rw.replace_stmt(use.stmt, "{root}.copy_({value})", {"root": root, "value": value})
                    return done("mindspore.Tensor.copy_", _PASSED)
                doubt = _ALIAS
        elif isinstance(root, ast.Subscript) and not k.is_tensor(rw.kind(root.value)):
            doubt = _ALIAS
        if _reads_data(receiver) and not doubt:
            doubt = _DETACHED
        rw.replace_stmt(use.stmt, "{root} = {value}", {"root": root, "value": value})
        return done(value.text, doubt)

    if isinstance(parent, ast.Attribute) and parent.value is call:
        above = rw.call_of.get(parent)
        if above is not None and parent.attr.endswith("_"):
            rw.plans.exprs[call] = value
            return done(value.text)
    if not _is_place(target) and not (isinstance(target, ast.Call) and _is_view(target)):
        # A fresh temporary: nothing else holds it.
        rw.plans.exprs[call] = value
        return done(value.text)
    stmt = use.stmt
    if isinstance(target, ast.Name) and stmt is parent:
        origin = origin_of(rw, target, stmt)
        assigned = (
            isinstance(stmt, ast.Assign)
            and len(stmt.targets) == 1
            and isinstance(stmt.targets[0], ast.Name)
            and stmt.targets[0].id == target.id
        )
        if isinstance(stmt, ast.Return) or assigned:
            rw.plans.exprs[call] = value
            held = origin is not Origin.FRESH and held_elsewhere(rw, target, stmt)
            return done(value.text, _ALIAS if held else "")
    return rw.manual(
        use, "T2M303", "the value is used while its receiver changes in place", "split it into two statements"
    )


def _copies(rw: Rewriter, node: ast.expr) -> bool:
    """Whether a subscript, or one it is taken from, selects by tensors or lists."""
    while isinstance(node, ast.Subscript):
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if k.is_tensor(rw.kind(node.value)) and any(
            k.is_tensor(rw.kind(part)) or isinstance(part, ast.List) or rw.kind(part) is k.NDARRAY for part in parts
        ):
            return True
        node = node.value
    return False


def _reads_data(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "data"


def _is_meant(rw: Rewriter, name: ast.Name, stmt: ast.stmt) -> bool:
    """Whether a function is there to change its argument: `def fill_(tensor)`, as torch calls such functions."""
    owner = rw.facts.owners.get(stmt)
    return owner is not None and getattr(owner.node, "name", "").endswith("_") and name.id in owner.params


def _strip_data(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Attribute) and node.attr == "data" else node


def _chain_root(rw: Rewriter, node: ast.expr) -> ast.expr:
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
