"""Checking a step: MindSpore's gradients are those of one function, so nothing else may read or make them."""

from __future__ import annotations

import ast

from torch2ms.model import Outcome
from torch2ms.rewrite.analysis.blocks import own_nodes, own_statements
from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.rows.bind import Refused
from torch2ms.rewrite.rules.training_step.clipping import find_clips
from torch2ms.rewrite.rules.training_step.step import (
    Checked,
    Recognised,
    is_optimizer_class,
    refused,
    targets,
)
from torch2ms.source import kinds as k


def check(ctx: FileContext, step: Recognised) -> Checked | Refused:
    """Check that the gradients of a step are used by its optimizer alone, clipped or not."""
    refusal = _other_gradients(ctx, step) or _optimizer_stays(ctx, step)
    if refusal is not None:
        return refusal
    clips = find_clips(ctx, step)
    return clips if isinstance(clips, Refused) else Checked(step, clips, _doubt(ctx, step))


def _other_gradients(ctx: FileContext, step: Recognised) -> Refused | None:
    """Nothing else in the function reads or makes gradients between two steps."""
    scope = ctx.blocks.scope(step.backward.stmt)
    body: list[ast.stmt] = getattr(scope, "body", [])
    for stmt in own_statements(body):
        for node in own_nodes(stmt):
            if isinstance(node, ast.Attribute) and node.attr in ("grad", "register_hook", "retain_grad"):
                return refused("gradients are read outside of the step", "use the gradients value_and_grad returns")
            if isinstance(node, ast.Name) and _may_read_names(ctx, node, stmt):
                return refused(f"{node.id}() is used in this function")
    return None


def _may_read_names(ctx: FileContext, node: ast.Name, stmt: ast.stmt) -> bool:
    """Whether a builtin may be used to read the names of the function; `vars(args)` reads those of `args`."""
    if node.id not in ("locals", "vars", "exec", "eval"):
        return False
    owner = ctx.facts.owners.get(stmt)
    if isinstance(ctx.kind(node), (k.FuncRef, k.Ref)) or (owner is not None and node.id in owner.params):
        return False
    parent = ctx.parent(node, stmt)
    return not (node.id == "vars" and isinstance(parent, ast.Call) and parent.func is node and parent.args)


def _optimizer_stays(ctx: FileContext, step: Recognised) -> Refused | None:
    """An optimizer that stays torch's takes no MindSpore gradients."""
    kind = k.settle(ctx.kind(step.update.optimizer))
    for use in ctx.sites():
        if use.receiver is None and is_optimizer_class(use.name):
            same = not isinstance(kind, k.Instance) or kind.cls == use.name
            decision = ctx.decision(use.node)
            if same and decision is not None and decision.outcome is Outcome.MANUAL:
                return refused("its optimizer stays as it was", "convert the optimizer first")
    return None


def _doubt(ctx: FileContext, step: Recognised) -> str:
    """What cannot be told of an optimizer that is the result of a call this file does not explain."""
    optimizer = step.update.optimizer
    if isinstance(k.settle(ctx.kind(optimizer)), k.Instance):
        return ""
    text = ast.unparse(optimizer)
    scopes = (ctx.blocks.scope(step.backward.stmt), ctx.tree)
    made_by_a_call = any(
        isinstance(stmt, ast.Assign)
        and any(text in map(ast.unparse, targets(target)) for target in stmt.targets)
        and (isinstance(optimizer, ast.Attribute) or ctx.blocks.scope(stmt) in scopes)
        and any(isinstance(node, ast.Call) for node in ast.walk(stmt.value))
        for stmt in ctx.blocks.places
    )
    return (
        f"{text} is made by code outside of this file: it must be an optimizer of MindSpore" if made_by_a_call else ""
    )
