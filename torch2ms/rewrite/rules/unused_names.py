"""Drops a local assignment when all that read its name is gone: `device = x.device` served `device=device` alone.

A value that does nothing but look something up goes with its name, out of a tuple too: `dtype, device = x.dtype,
x.device` becomes `dtype = x.dtype`. A call that may do more stays as a statement of its own.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from torch2ms.model import Outcome
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.plan import Insert, Value
from torch2ms.source import kinds as k

_LOOKING = (
    *(ast.Name, ast.Attribute, ast.Constant, ast.Subscript, ast.IfExp, ast.Compare, ast.BoolOp, ast.UnaryOp, ast.BinOp),
    *(
        ast.Tuple,
        ast.List,
        ast.Dict,
        ast.Set,
        ast.Slice,
        ast.Starred,
        ast.expr_context,
        ast.cmpop,
        ast.boolop,
        ast.unaryop,
        ast.operator,
    ),
)
_BUILTINS = frozenset("isinstance hasattr getattr len list tuple set dict str int float bool type range id".split())
_QUESTIONS = frozenset(
    {
        *("torch.device", "torch.cuda.is_available", "torch.get_default_dtype", "torch.is_tensor"),
        "torch.is_grad_enabled",
        *("torch.are_deterministic_algorithms_enabled", "torch.get_float32_matmul_precision", "torch.get_num_threads"),
        *("torch.is_deterministic_algorithms_warn_only_enabled", "torch.get_deterministic_debug_mode"),
        *("torch.cuda.current_device", "torch.cuda.device_count", "torch.cuda.get_device_name"),
        *("torch.accelerator.current_accelerator", "torch.accelerator.current_device_index"),
        *("torch.profiler.schedule", "torch.profiler.tensorboard_trace_handler", "torch.profiler.supported_activities"),
        *(f"torch.backends.cuda.{kind}_sdp_enabled" for kind in ("flash", "mem_efficient", "math", "cudnn")),
    }
)
# Methods of a module that look at what it holds.
_HELD = frozenset("parameters named_parameters buffers named_buffers modules named_modules children state_dict".split())
# Methods of a tensor that do something, and do not end in an underscore.
_ACTING = frozenset({"backward", "register_hook", "retain_grad", "register_post_accumulate_grad_hook"})


@dataclass(frozen=True, slots=True, eq=False)
class _Bound:
    """A local name that a statement gives a value.

    `places`: of both in a tuple, the name's and the value's, which are two numbers where a star stands before them.
    `inside`: of a `:=`.
    """

    stmt: ast.stmt
    name: ast.Name
    value: ast.expr
    places: tuple[int, int] | None = None
    inside: ast.NamedExpr | None = None


def _finish(ctx: FileContext) -> None:
    """Look at the assignments of every function, until nothing more goes."""
    if not ctx.has_plans():
        return
    bound: dict[str, list[_Bound]] = {}
    for stmt, owner in ctx.facts.owners.items():
        if owner is not None and isinstance(stmt, (ast.Assign, ast.AnnAssign)):
            for one in _bound_by(stmt):
                bound.setdefault(one.name.id, []).append(one)
    for node in ctx.parents.all_names():
        inside = ctx.parents.of(node)
        if isinstance(inside, ast.NamedExpr) and inside.target is node:
            one = _Bound(ctx.parents.stmt(node), node, inside.value, inside=inside)
            bound.setdefault(node.id, []).append(one)
    changed = True
    while changed:
        ctx.take_out_emptied()
        changed = False
        for name in list(bound):
            idle = [one for one in bound[name] if _is_idle(ctx, one)] if _lost_a_read(ctx, name) else []
            for one in idle:
                bound[name].remove(one)
                changed = _drop(ctx, one) or changed


def _bound_by(stmt: ast.Assign | ast.AnnAssign) -> Iterator[_Bound]:
    match stmt:
        case (
            ast.Assign(targets=[ast.Name() as name], value=value)
            | ast.AnnAssign(target=ast.Name() as name, value=ast.expr() as value)
        ):
            yield _Bound(stmt, name, value)
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
            for at, given in _facing(targets, values):
                target = targets[at]
                if isinstance(target, ast.Name):
                    yield _Bound(stmt, target, values[given], (at, given))


def _facing(targets: list[ast.expr], values: list[ast.expr]) -> Iterator[tuple[int, int]]:
    """The places of the names and values of an unpacking that are known to belong together: all, or those before the
    first star and after the last one."""
    starred = [
        [place for place, part in enumerate(parts) if isinstance(part, ast.Starred)] for parts in (targets, values)
    ]
    if not any(starred):
        if len(targets) == len(values):
            yield from ((place, place) for place in range(len(targets)))
        return
    lengths = (len(targets), len(values))
    before = min(found[0] if found else length for found, length in zip(starred, lengths, strict=True))
    after = min(length - 1 - found[-1] if found else length for found, length in zip(starred, lengths, strict=True))
    yield from ((place, place) for place in range(before))
    if before + after <= min(lengths):
        yield from ((len(targets) - place, len(values) - place) for place in range(after, 0, -1))


# ---------------------------------------------------------------------- what nothing reads any more


def _reads(ctx: FileContext, name: str) -> list[ast.Name]:
    """The places that read a name; `name += …` reads it too."""
    return [
        node
        for node in ctx.parents.names(name)
        if not isinstance(node.ctx, ast.Store) or isinstance(ctx.parents.of(node), ast.AugAssign)
    ]


def _lost_a_read(ctx: FileContext, name: str) -> bool:
    return any(not ctx.survives(node, ctx.parents.stmt(node)) for node in _reads(ctx, name))


def _is_idle(ctx: FileContext, bound: _Bound) -> bool:
    """Whether a local name was read in its function, and nothing that reads it is left."""
    if bound.inside is not None:
        if ctx.plan(bound.inside) is not None or not ctx.survives(bound.inside, bound.stmt):
            return False
    elif ctx.is_deleted(bound.stmt) or any(not isinstance(plan, Insert) for plan in ctx.stmt_plans(bound.stmt)):
        return False
    scope = ctx.binding_scope(bound.name)
    if scope is None:
        return False
    reads = [node for node in _reads(ctx, bound.name.id) if ctx.binding_scope(node) is scope]
    if not reads or any(ctx.survives(node, ctx.parents.stmt(node)) for node in reads):
        return False
    return not ctx.is_written(bound.name.id)


# ---------------------------------------------------------------------- what becomes of the assignment


def _drop(ctx: FileContext, bound: _Bound) -> bool:
    """Take a name out of its statement, and its value where that does nothing; False where it has to stay."""
    stmt, looks = bound.stmt, _only_looks(ctx, bound.value)
    if bound.inside is not None:
        ctx.replace(bound.inside, "{value}", {"value": bound.value})
        ctx.structural(bound.name, stmt, "torch.device", "")
        return True
    if isinstance(stmt, ast.Assign) and bound.places is not None:
        if not isinstance(stmt.value, ast.Tuple):
            return False
        if not looks:  # what is called stays, and its result has no name
            ctx.replace(bound.name, "_")
            ctx.structural(bound.name, stmt, "torch.device", "")
            return True
        going = {one.places: one for one in _bound_by(stmt) if _only_looks(ctx, one.value) and _is_idle(ctx, one)}
        _shorten(ctx, stmt, {places for places in going if places is not None})
        for one in going.values():
            _count(ctx, one)
    elif looks:
        ctx.delete_stmt(stmt)
        _count(ctx, bound)
    else:
        ctx.replace_stmt(stmt, "{value}", {"value": bound.value})
        ctx.structural(bound.name, stmt, "torch.device", "")
    return True


def _shorten(ctx: FileContext, stmt: ast.Assign, going: set[tuple[int, int]]) -> None:
    """Write an assignment of a tuple without some of its items, by the places of their names and values."""
    targets, value = stmt.targets[0], stmt.value
    if not isinstance(targets, ast.Tuple) or not isinstance(value, ast.Tuple):
        return
    names = [part for place, part in enumerate(targets.elts) if place not in {at for at, _ in going}]
    given = [part for place, part in enumerate(value.elts) if place not in {at for _, at in going}]
    if not names or not given:
        ctx.delete_stmt(stmt)
        return
    # `b, n = *x.shape` is no Python, and `b, n = x.shape` is what it says.
    unpacked = len(given) == 1 and isinstance(given[0], ast.Starred)
    single = len(names) == 1 and (unpacked or isinstance(names[0], ast.Starred))
    values: dict[str, Value] = {}
    left = _items("target", names, values)
    right = _items("value", given, values)
    if unpacked:
        right = right.removeprefix("*")
    elif single and len(given) == 1:
        right += ","
    ctx.replace_stmt(stmt, f"{left}{',' if single else ''} = {right}", values)


def _items(side: str, parts: list[ast.expr], values: dict[str, Value]) -> str:
    """The items of a tuple as a template, whose `values` are added."""
    texts: list[str] = []
    for place, part in enumerate(parts):
        starred = isinstance(part, ast.Starred)
        values[f"{side}{place}"] = part.value if isinstance(part, ast.Starred) else part
        texts.append(f"{'*' if starred else ''}{{{side}{place}}}")
    return ", ".join(texts)


def _count(ctx: FileContext, bound: _Bound) -> None:
    """The sites of a value that goes are done; the assignment is counted as one."""
    inner = set(ast.walk(bound.value))
    for use in ctx.sites():
        if use.node in inner and ctx.outcome(use) not in (None, Outcome.CONVERTED):
            ctx.converted(use)
    ctx.structural(bound.name, bound.stmt, "torch.device", "")


def _only_looks(ctx: FileContext, value: ast.expr) -> bool:
    """Whether evaluating an expression changes nothing."""
    for node in ast.walk(value):
        if isinstance(node, ast.Call):
            if not _is_harmless(ctx, node):
                return False
        elif not isinstance(node, (*_LOOKING, ast.keyword)):
            return False
    return True


def _is_harmless(ctx: FileContext, call: ast.Call) -> bool:
    if ctx.facts.refs.get(call.func) in _QUESTIONS:
        return True
    match call.func:
        case ast.Name(id=name):
            return name in _BUILTINS or (name in ("next", "iter") and all(isinstance(a, ast.Call) for a in call.args))
        case ast.Attribute(value=owner, attr=method):
            if method in _HELD:
                return True
            reads = method in ctx.know.tensor_members and not method.endswith("_") and method not in _ACTING
            return reads and k.is_tensor(ctx.kind(owner))
    return False


RULE = Rule(finish=_finish, after=("checkpoint", "device", "known_conditions", "versions"))
