"""Converts `parameters()`, `buffers()` and their named forms to calls that give the same set, for a Cell mixes the two.

torch's `parameters()` leaves buffers out; MindSpore's `get_parameters()` also returns what used to be buffers and the
moving statistics of normalisation layers, all with `requires_grad=False`. So the set torch means is
`trainable_params()`, as long as nothing is frozen; where parameters are frozen in the file, buffers are told by name.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from torch2ms.model import Outcome
from torch2ms.rewrite.analysis.blocks import own_statements
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Template
from torch2ms.rewrite.rows.bind import UNCALLED
from torch2ms.rewrite.rules.shared.questions import argument, freezes, has_stars, is_argument_of, is_literal
from torch2ms.rewrite.rules.shared.registered_buffers import are_known, buffers_of, every_parameter, mixed_names, parts
from torch2ms.source import kinds as k

_LEAVES = {
    "weight": ("weight", "gamma", "embedding_table"),
    "bias": ("bias", "beta"),
    "running_mean": ("moving_mean",),
    "running_var": ("moving_variance",),
}
_ELSEWHERE = "trainable_params() leaves out what other code froze with requires_grad = False"
_STILL_COMPUTED = "requires_grad=False keeps a parameter out of trainable_params(); its gradient is still computed"
_BY_NAME = "parameters are told from buffers by name: buffers that other files register are not known here"
_IDLE = "its gamma and beta, which torch has not with affine=False, are among the parameters that the file goes through"
_NOT_AMONG = "num_batches_tracked and buffers that are not persistent are not among them"
_STATISTICS = ("moving_mean", "moving_variance")
# What makes torch's buffers differ from MindSpore's parameters that are not trained.
_UNEQUAL_BUFFERS = re.compile("BatchNorm|InstanceNorm|persistent|affine")


def _recurse(use: Use) -> tuple[str, dict[str, ast.expr]] | None:
    """The `recurse` argument for the MindSpore call."""
    assert use.call is not None
    if has_stars(use.call):
        return None
    node = argument(use.call, 0, "recurse")
    if node is None or is_literal(node, True):
        return "", {}
    return "recurse={recurse}", {"recurse": node}


def _only_freezes(body: Sequence[ast.stmt]) -> bool:
    """Whether a loop's body does nothing but `p.requires_grad = False` (under conditions, perhaps)."""
    found = False
    for stmt in own_statements(body):
        if isinstance(stmt, ast.Assign):
            target = stmt.targets[0]
            is_flag = isinstance(target, ast.Attribute) and target.attr == "requires_grad"
            if not (is_flag and is_literal(stmt.value, False)):
                return False
            found = True
        elif isinstance(stmt, ast.Expr) and isinstance(stmt.value, ast.Call):
            call = stmt.value
            is_freeze = isinstance(call.func, ast.Attribute) and call.func.attr == "requires_grad_"
            if is_freeze and call.args and is_literal(call.args[0], False):
                found = True
            elif not (isinstance(call.func, ast.Name) and call.func.id == "print"):
                return False
        elif not isinstance(stmt, (ast.If, ast.Continue, ast.Pass, ast.Break)):
            return False
    return found


def _reads_requires_grad(node: ast.AST) -> bool:
    return any(isinstance(n, ast.Attribute) and n.attr == "requires_grad" for n in ast.walk(node))


def _skips_frozen(body: Sequence[ast.stmt]) -> bool:
    """Whether a loop passes over frozen parameters: `if not p.requires_grad: continue` or `if p.requires_grad:`."""
    if not body:
        return False
    first = body[0]
    if not isinstance(first, ast.If) or not _reads_requires_grad(first.test):
        return False
    if isinstance(first.test, ast.UnaryOp):
        return isinstance(first.body[-1], ast.Continue)
    return len(body) == 1 and not first.orelse and isinstance(first.test, ast.Attribute)


def _comprehension(ctx: FileContext, use: Use) -> ast.comprehension | None:
    assert use.call is not None
    parent = ctx.parent(use.call, use.stmt)
    return parent if isinstance(parent, ast.comprehension) and parent.iter is use.call else None


def _parameters(ctx: FileContext, use: Use) -> bool:
    call = use.call
    if call is None or use.receiver is None:
        return ctx.manual(use, "T2M206", "the method parameters is used without being called", UNCALLED)
    recurse = _recurse(use)
    if recurse is None:
        return ctx.manual(use, "T2M203", "the arguments behind * or ** cannot be seen here")
    text, values = recurse
    values = {"self": use.receiver, **values}
    stmt, parent = use.stmt, ctx.parent(call, use.stmt)

    if is_argument_of(ctx, call, use.stmt, "filter") and isinstance(parent, ast.Call) and parent.args[-1] is call:
        test = parent.args[0]
        if isinstance(test, ast.Lambda) and isinstance(test.body, ast.Attribute) and test.body.attr == "requires_grad":
            ctx.replace(parent, f"{{self}}.trainable_params({text})", values)
            return ctx.converted(use, "mindspore.nn.Cell.trainable_params")
    inner = text.replace("recurse=", "expand=")
    if isinstance(stmt, (ast.For, ast.AsyncFor)) and stmt.iter is call and _only_freezes(stmt.body):
        ctx.replace(call, f"{{self}}.get_parameters({inner})", values)
        return ctx.adapted(use, "mindspore.nn.Cell.get_parameters", _STILL_COMPUTED, "T2M307")
    is_next = is_argument_of(ctx, call, use.stmt, "next")
    if is_next:
        above = ctx.parent(parent, stmt) if parent is not None else None
        if isinstance(above, ast.Attribute) and above.attr in ("dtype", "device", "is_cuda"):
            if buffers_of(ctx, use.receiver_kind) and not mixed_names(ctx, use.receiver_kind):
                ctx.replace(call, f"iter({every_parameter(ctx, 'parameters', use.receiver_kind, text)})", values)
                return ctx.converted(use, "mindspore.nn.Cell.parameters_and_names")
            ctx.replace(call, "{self}.get_parameters()", values)
            return ctx.converted(use, "mindspore.nn.Cell.get_parameters")
    target = "mindspore.nn.Cell.trainable_params"
    comprehension = _comprehension(ctx, use)
    skips = (
        _goes_to_optimizer(ctx, call, stmt)
        or (
            comprehension is not None
            and any(isinstance(test, ast.Attribute) and test.attr == "requires_grad" for test in comprehension.ifs)
        )
        or (isinstance(stmt, (ast.For, ast.AsyncFor)) and stmt.iter is call and _skips_frozen(stmt.body))
    )
    by_name = freezes(ctx) and not skips
    if by_name and (mixed := mixed_names(ctx, use.receiver_kind)):
        return ctx.manual(use, "T2M307", _mixed(mixed))
    plain = f"{{self}}.trainable_params({text})"
    if by_name:
        plain = every_parameter(ctx, "parameters", use.receiver_kind, text)
    if is_argument_of(ctx, call, use.stmt, "type"):
        plain = f"(p for p in {plain})"
    ctx.replace(call, f"iter({plain})" if is_next else plain, values)
    if by_name and are_known(ctx, use.receiver_kind):
        return ctx.converted(use, "mindspore.nn.Cell.parameters_and_names")
    if by_name:
        return ctx.check(use, "mindspore.nn.Cell.parameters_and_names", _BY_NAME, "T2M307")
    if skips:
        return ctx.converted(use, target)
    return ctx.adapted(use, target, _ELSEWHERE, "T2M307")


def _goes_to_optimizer(ctx: FileContext, call: ast.expr, stmt: ast.stmt) -> bool:
    """Whether parameters end up as an argument of an optimizer: a frozen one is never updated there anyway."""
    child: ast.AST = call
    parent = ctx.parent(child, stmt)
    while parent is not None and parent is not stmt:
        if isinstance(parent, ast.Call) and parent.func is not child:
            callee = k.settle(ctx.facts.calls.get(parent, k.UNKNOWN))
            if isinstance(callee, (k.Ref, k.StoredApi)) and callee.name.startswith("torch.optim."):
                return True
            if not (isinstance(parent.func, ast.Name) and parent.func.id in ("list", "filter", "chain")):
                return isinstance(callee, k.Ref) and "clip_grad" in callee.name
        elif isinstance(parent, ast.Subscript | ast.Compare):
            return False
        child, parent = parent, ctx.parent(parent, stmt)
    return False


def _named_parameters(ctx: FileContext, use: Use) -> bool:
    call, stmt = use.call, use.stmt
    if call is None or use.receiver is None:
        return ctx.manual(use, "T2M206", "the method named_parameters is used without being called", UNCALLED)
    if call.args or any(kw.arg != "recurse" for kw in call.keywords):
        return ctx.manual(use, "T2M202", "parameters_and_names() has no prefix", "put the prefix in front of the name")
    recurse = argument(call, 9, "recurse")
    inner = "" if recurse is None or is_literal(recurse, True) else "expand={recurse}"
    values = {"self": use.receiver}
    if recurse is not None:
        values["recurse"] = recurse
    target = "mindspore.nn.Cell.parameters_and_names"
    loop = stmt if isinstance(stmt, (ast.For, ast.AsyncFor)) and stmt.iter is call else None
    names = _name_tests(ctx, use, loop)
    plain = f"{{self}}.parameters_and_names({inner})"
    if loop is not None and _only_freezes(loop.body):
        ctx.replace(call, plain, values)
        if names:
            return _names_differ(ctx, use, target, names)
        return ctx.adapted(use, target, _STILL_COMPUTED, "T2M307")
    comprehension = _comprehension(ctx, use)
    filtered = comprehension is not None and any(
        isinstance(t, ast.Attribute) and t.attr == "requires_grad" for t in comprehension.ifs
    )
    skips = filtered or (loop is not None and _skips_frozen(loop.body))
    by_name = not skips and freezes(ctx)
    if by_name:
        if mixed := mixed_names(ctx, use.receiver_kind):
            return ctx.manual(use, "T2M307", _mixed(mixed))
        plain = every_parameter(ctx, "named_parameters", use.receiver_kind, "" if not inner else "recurse={recurse}")
    elif not skips:
        plain = f"[(name, p) for name, p in {plain} if p.requires_grad]"
    is_next = is_argument_of(ctx, call, use.stmt, "next") and not skips
    ctx.replace(call, f"iter({plain})" if is_next else plain, values)
    if names:
        return _names_differ(ctx, use, target, names)
    if by_name and not are_known(ctx, use.receiver_kind):
        return ctx.check(use, target, _BY_NAME, "T2M307")
    return ctx.adapted(
        use, target, "names of normalisation and embedding layers differ: gamma, beta, embedding_table", "T2M306"
    )


def _mixed(names: Sequence[str]) -> str:
    return f"{', '.join(names)}: a buffer of one class, a parameter of another, and only names tell the two apart"


def _names_differ(ctx: FileContext, use: Use, target: str, names: Sequence[str]) -> bool:
    listed = ", ".join(dict.fromkeys(repr(n) for n in names))
    return ctx.check(
        use,
        target,
        f"names are compared with {listed}: norm layers say gamma and beta, embeddings embedding_table",
        "T2M306",
        "test for both names",
    )


def _name_tests(ctx: FileContext, use: Use, loop: ast.For | ast.AsyncFor | None) -> list[str]:
    """Strings a parameter's name is compared with whose meaning changes; suffix tests are rewritten here."""
    comprehension = _comprehension(ctx, use)
    target = loop.target if loop is not None else comprehension.target if comprehension is not None else None
    if not (isinstance(target, ast.Tuple) and target.elts and isinstance(target.elts[0], ast.Name)):
        return []
    name = target.elts[0].id
    roots: list[ast.AST] = list(loop.body) if loop is not None else [use.stmt]
    own = {attr for cls in parts(use.receiver_kind) or ctx.facts.classes for attr in cls.attrs}
    left: list[str] = []
    for root in roots:
        for node in ast.walk(root):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                func = node.func
                if isinstance(func.value, ast.Name) and func.value.id == name and node.args:
                    constant = node.args[0]
                    if not (isinstance(constant, ast.Constant) and isinstance(constant.value, str)):
                        continue
                    text = constant.value
                    leaf = text.lstrip(".")
                    if func.attr == "endswith" and leaf in _LEAVES and not {"gamma", "beta"} & own:
                        head = text[: len(text) - len(leaf)]
                        options = ", ".join(repr(head + option) for option in _LEAVES[leaf])
                        if len(_LEAVES[leaf]) > 1:
                            options = f"({options})"
                        ctx.replace(constant, Template(options))
                    elif any(leaf_name in text for leaf_name in _LEAVES):
                        left.append(text)
            elif isinstance(node, ast.Compare) and len(node.comparators) == 1:
                sides = (node.left, node.comparators[0])
                constants = [s.value for s in sides if isinstance(s, ast.Constant) and isinstance(s.value, str)]
                named = any(isinstance(s, ast.Name) and s.id == name for s in sides)
                if named and constants and any(leaf_name in constants[0] for leaf_name in _LEAVES):
                    test = _same_test(node, name, constants[0])
                    if test is None or {"gamma", "beta", "embedding_table"} & own:
                        left.append(constants[0])
                    else:
                        alone = isinstance(ctx.parents.of(node), (ast.If, ast.While, ast.comprehension))
                        ctx.replace(node, test if alone else f"({test})")
    return left


def _same_test(test: ast.Compare, name: str, text: str) -> str | None:
    """A test of a parameter's name that holds for the same parameters in MindSpore, where only the last part of it
    differs: `"bias" in name` is true of a bias that is called beta as well. None for other tests."""
    head, dot, leaf = text.rpartition(".")
    others = _LEAVES.get(leaf, ())[1:] if leaf in ("weight", "bias") else ()
    if not others:
        return None
    op = test.ops[0]
    if isinstance(op, (ast.Eq, ast.NotEq)):
        texts = ", ".join(repr(f"{head}{dot}{option}") for option in (leaf, *others))
        return f"{name} {'in' if isinstance(op, ast.Eq) else 'not in'} ({texts})"
    if not isinstance(op, (ast.In, ast.NotIn)) or not isinstance(test.left, ast.Constant):
        return None
    ends = [repr(f"{head}{dot}{other}") for other in others]
    if dot:
        also = f"{name}.endswith({ends[0] if len(ends) == 1 else '(' + ', '.join(ends) + ')'})"
    else:
        last = f"{name}.split('.')[-1]"
        also = f"{last} == {ends[0]}" if len(ends) == 1 else f"{last} in ({', '.join(ends)})"
    if isinstance(op, ast.In):
        return f"{text!r} in {name} or {also}"
    return f"not ({text!r} in {name} or {also})"


def _buffers(ctx: FileContext, use: Use) -> bool:
    call = use.call
    if call is None or use.receiver is None:
        return ctx.manual(
            use, "T2M206", f"the method {use.name.rpartition('.')[2]} is used without being called", UNCALLED
        )
    named = use.name.endswith("named_buffers")
    if any(keyword.arg != "recurse" for keyword in call.keywords) or (call.args and named) or has_stars(call):
        return ctx.manual(use, "T2M202", "parameters_and_names() has no such argument")
    recurse = argument(call, 9 if named else 0, "recurse")
    values: dict[str, ast.expr] = {"self": use.receiver}
    inner = ""
    if recurse is not None and not is_literal(recurse, True):
        values["recurse"] = recurse
        inner = "expand={recurse}"
    known = (*_STATISTICS, *buffers_of(ctx, use.receiver_kind))
    if freezes(ctx) and (mixed := mixed_names(ctx, use.receiver_kind)):
        return ctx.manual(use, "T2M307", _mixed(mixed))
    test = f"name.split('.')[-1] in {known!r}" if freezes(ctx) else "not p.requires_grad"
    target = "mindspore.nn.Cell.parameters_and_names"
    if named or freezes(ctx):
        item = "(name, p)" if named else "p"
        text = f"[{item} for name, p in {{self}}.parameters_and_names({inner}) if {test}]"
    else:
        target = "mindspore.nn.Cell.untrainable_params"
        text = f"{{self}}.untrainable_params({inner.replace('expand=', 'recurse=')})"
    ctx.replace(call, f"iter({text})" if is_argument_of(ctx, call, use.stmt, "next") else text, values)
    if freezes(ctx):
        return ctx.check(use, target, f"{_BY_NAME}; {_NOT_AMONG}", "T2M307")
    if ctx.module_class(use.receiver_kind) is None or _UNEQUAL_BUFFERS.search(ctx.source.text):
        return ctx.check(use, target, _NOT_AMONG)
    return ctx.adapted(use, target, _NOT_AMONG)


def _finish(ctx: FileContext) -> None:
    """Batch norms with affine=False hold a frozen scale and shift, which nothing tells from those that code froze."""
    asked = any(use.name in RULE.sites for use in ctx.sites())
    if not asked or not freezes(ctx):
        return
    for use in ctx.sites():
        if not use.name.startswith(("torch.nn.BatchNorm", "torch.nn.SyncBatchNorm")) or use.call is None:
            continue
        affine = argument(use.call, 3, "affine")
        decision = ctx.decision(use.node)
        if affine is not None and is_literal(affine, False) and decision is not None:
            if decision.outcome in (Outcome.CONVERTED, Outcome.ADAPTED):
                ctx.check(use, decision.mindspore, _IDLE, "T2M307")


RULE = Rule(
    finish=_finish,
    sites={
        "torch.nn.Module.parameters": _parameters,
        "torch.nn.Module.named_parameters": _named_parameters,
        "torch.nn.Module.buffers": _buffers,
        "torch.nn.Module.named_buffers": _buffers,
    },
)
