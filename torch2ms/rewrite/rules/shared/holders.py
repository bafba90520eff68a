"""Who else sees a change in place, and how it is written so that they see it in MindSpore too.

Not a rewrite of its own: the in-place rule and the aliasing rule ask.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from torch2ms.rewrite.analysis.blocks import own_statements
from torch2ms.rewrite.analysis.sharing import Change, Missed, Relation, Way
from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.rules.shared.recording import Recording, recording_in
from torch2ms.source.facts import is_module_class

_CALLER = "torch changes the tensor that is passed in, MindSpore only this name: no caller may use it afterwards"

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
        return None
    if change.is_unsure or any(one.relation is Relation.VIEW for one in missed):
        return Holders(Reach.DOUBT, message=_message(missed))
    if change.is_free and change.way is not Way.WRITES:
        return Holders(Reach.WRITE)
    if not missed:
        if change.is_argument and change.way is not Way.WRITES and _has_unknown_callers(ctx, change):
            return Holders(Reach.ARGUMENT) if _is_meant(change) else Holders(Reach.CALLER, message=_CALLER)
        return Holders(Reach.ALONE)
    names = tuple(sorted({one.name for one in missed if one.name is not None}))
    if all(one.name is not None and one.relation is Relation.SAME for one in missed):
        return Holders(Reach.NAMES, names, _message(missed))
    return Holders(Reach.WRITE, message=_message(missed))


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
    holders = list(dict.fromkeys(one.holder for one in missed))
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
