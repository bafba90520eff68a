"""Who else sees a change in place, and how it is written so that they see it in MindSpore too.

Not a rewrite of its own: the in-place rule and the aliasing rule ask.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from torch2ms.rewrite.analysis.blocks import own_nodes, own_statements
from torch2ms.rewrite.analysis.flow import Flow, bound_names
from torch2ms.rewrite.analysis.sharing import Change, Missed, Relation, Way
from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.rules.shared.recording import Recording, recording_in
from torch2ms.source import kinds as k
from torch2ms.source.facts import is_module_class

_CALLER = "torch changes the tensor that is passed in, MindSpore only this name: no caller may use it afterwards"
_FOR_OTHERS = "if this is a tensor, torch changes it for whoever else holds it; in MindSpore only this name changes"

PASSED = "copy_() changes the tensor that is passed in; a slice passed in is a copy, and what it was cut from stays"


class Reach(Enum):
    """How a change in place reaches all who hold the tensor."""

    ALONE = "nobody else holds it: the name is bound anew"
    NAMES = "other names of the function are bound anew too"
    WRITE = "the tensor itself is written, with copy_()"
    ARGUMENT = "as WRITE: a function is there to change what unknown callers pass"
    CALLER = "the name is bound anew, and an unknown caller of a function may use what it passed"
    UNKNOWN = "the analysis does not know of the change"
    DOUBT = "a view of it, or what it is a view of, would not see it"


@dataclass(frozen=True, slots=True)
class Holders:
    """How a change reaches its holders: `names` are those to bind anew, `message` says who does not see it."""

    reach: Reach
    names: tuple[str, ...] = ()
    message: str = ""


def holders_of(ctx: FileContext, node: ast.AST) -> Holders | None:
    """Who holds what a call or statement changes in place; None if it is not known to change anything."""
    change = ctx.sharing.change(node)
    if change is None:
        return None
    missed = ctx.sharing.missed(node)
    if change.is_unsure and not missed:
        return Holders(Reach.DOUBT, message=_FOR_OTHERS) if _may_be_for_others(ctx, change) else None
    if change.is_unsure or any(one.relation is Relation.VIEW for one in missed):
        return Holders(Reach.DOUBT, message=_message(missed))
    if change.is_free and change.way is not Way.WRITES:
        return Holders(Reach.WRITE)
    if not missed:
        if change.is_argument and change.way is not Way.WRITES and _has_unknown_callers(ctx, change):
            is_meant = _is_meant(change) or _is_for_others(ctx, change)
            return Holders(Reach.ARGUMENT) if is_meant else Holders(Reach.CALLER, message=_CALLER)
        if not _is_for_others(ctx, change):
            return Holders(Reach.ALONE)
        return Holders(Reach.DOUBT, message=_FOR_OTHERS) if change.is_part else Holders(Reach.WRITE)
    names = tuple(sorted({one.name for one in missed if one.name is not None}))
    is_known = all(one.name is not None and one.relation is Relation.SAME for one in missed)
    if is_known and not _is_element(change):
        return Holders(Reach.NAMES, names, _message(missed))
    # copy_() of a view may raise in MindSpore.
    return Holders(Reach.DOUBT if change.is_part else Reach.WRITE, message=_message(missed))


def _is_for_others(ctx: FileContext, change: Change) -> bool:
    """Whether the new value is, or may be, of use to somebody unknown who holds the tensor."""
    return _is_element(change) or _is_unread(ctx, change)


def _is_element(change: Change) -> bool:
    """Whether a name changes that has got something which an unknown object holds."""
    return change.is_element and change.way is not Way.WRITES and change.place is not None and "." not in change.place


def _is_unread(ctx: FileContext, change: Change) -> bool:
    """Whether nothing reads the new value by the name that changed, so that only somebody else can see the change.

    All changes of a name have to be written alike, as long as the name may hold what somebody else holds.
    """
    if change.place is None or "." in change.place or change.is_free or isinstance(change.function, ast.Lambda):
        return False
    if change.way is Way.WRITES or (change.is_new and isinstance(change.function, ast.Module)):
        return False
    every = ctx.sharing.changes_at(change.function, change.place)
    ignored = frozenset(other.stmt for other in every if _is_all_of(other))
    return any(
        _is_last(ctx, other, ignored)
        for other in every
        if other is change or not (other.is_new or change.is_new or other.way is Way.WRITES)
    )


def _is_all_of(change: Change) -> bool:
    """Whether a statement does nothing with a name but to change what it holds."""
    stmt = change.stmt
    if not isinstance(stmt, (ast.Expr, ast.AugAssign)) or change.way is Way.RESULT:
        return False
    named = [node for node in own_nodes(stmt) if isinstance(node, ast.Name) and node.id == change.place]
    return len(named) == 1


def _is_last(ctx: FileContext, change: Change, ignored: frozenset[ast.stmt]) -> bool:
    """Whether no statement but those ignored reads a new value, by the name that changed or by one it is bound to."""
    stmt, names = change.stmt, {change.place}
    if change.way is Way.RESULT and not _is_dropped(ctx, change):
        targets = stmt.targets if isinstance(stmt, ast.Assign) and stmt.value is change.node else []
        if not targets or not all(isinstance(target, ast.Name) for target in targets):
            return False
        names |= bound_names(stmt)
    elif change.way is Way.BINDS and not isinstance(stmt, (ast.Expr, ast.AugAssign)):
        return False
    flow = Flow(ctx.blocks, ctx.tree)
    return not any(flow.is_read_after(name, stmt, ignored) for name in names if name is not None)


def _is_dropped(ctx: FileContext, change: Change) -> bool:
    """Whether nothing is done with the result of a call: `[p.zero_() for p in parts]`, `wanted and p.zero_()`."""
    inner, above = change.node, ctx.parents.of(change.node)
    while isinstance(above, (ast.BoolOp, ast.IfExp, ast.ListComp, ast.SetComp, ast.List, ast.Tuple)):
        if isinstance(above, ast.BoolOp) and above.values[-1] is not inner:
            return False
        if isinstance(above, ast.IfExp) and above.test is inner:
            return False
        inner, above = above, ctx.parents.of(above)
    return isinstance(above, ast.Expr)


def _may_be_for_others(ctx: FileContext, change: Change) -> bool:
    """Whether what may be a tensor changes by `+=`, and somebody unknown may hold it."""
    stmt = change.stmt
    if not isinstance(stmt, ast.AugAssign) or not isinstance(stmt.target, ast.Name):
        return False
    kind = k.settle(ctx.kind(stmt.target))
    if kind is not k.UNKNOWN and not (isinstance(kind, k.Var) and not kind.not_tensor):
        return False
    if isinstance(stmt.value, (ast.List, ast.Tuple, ast.ListComp, ast.Set, ast.Dict, ast.JoinedStr)):
        return False
    return (change.is_element and k.is_tensor(ctx.kind(stmt.value))) or _is_unread(ctx, change)


def _has_unknown_callers(ctx: FileContext, change: Change) -> bool:
    """Whether a function may be there to change its argument: no call of it is seen, and it is no method of a module.

    What calls the `forward` of a model is not known either, but hardly ever uses its arguments afterwards.
    """
    if isinstance(change.function, ast.Module) or ctx.sharing.has_callers(change.function):
        return False
    cls = ctx.sharing.class_of(change.function)
    info = next((info for info in ctx.facts.classes if info.node is cls), None)
    return info is None or not is_module_class(info, ctx.know)


def _is_meant(change: Change) -> bool:
    """Whether a function is there to change its argument: it has a name as torch's `fill_` has, or gives nothing."""
    function = change.function
    if isinstance(function, (ast.Module, ast.Lambda)) or function.name.endswith("_"):
        return True
    return not any(isinstance(stmt, ast.Return) and stmt.value is not None for stmt in own_statements(function.body))


def _message(missed: Sequence[Missed]) -> str:
    """Who does not see a change."""
    holders = sorted({one.holder for one in missed})
    listed = ", ".join(holders[:3]) + (" and others" if len(holders) > 3 else "")
    return f"torch changes the tensor in place, and {listed} with it; in MindSpore only this name changes"


def records(ctx: FileContext, stmt: ast.stmt) -> bool:
    """Whether gradients may be recorded where a statement runs: a value that is saved for them must not be written."""
    node: ast.AST | None = stmt
    while node is not None:
        if recording_in(ctx, node) is Recording.OFF:
            return False
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            decorators = [item.func if isinstance(item, ast.Call) else item for item in node.decorator_list]
            if any(ctx.know.canonical(ctx.facts.refs.get(item, "")) == "torch.no_grad" for item in decorators):
                return False
        node = ctx.parents.of(node)
    return True


def saved_copy(ctx: FileContext, stmt: ast.stmt, text: str, place: str = "{self}") -> str:
    """The template of a new value, computed from a copy where gradients may need the old one, which is written over."""
    return text.replace(place, place + ".copy()") if records(ctx, stmt) else text
