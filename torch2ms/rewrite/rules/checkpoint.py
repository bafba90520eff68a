"""Calls the function that activation checkpointing wraps: `checkpoint(block, x, use_reentrant=False)` is `block(x)`.

Checkpointing saves memory and changes no number; in MindSpore `.recompute()` of a Cell asks for it. Where the function
is passed on, `partial(checkpoint, use_reentrant=False)`, a helper takes its place, which calls what it is given; so it
is with `checkpoint_sequential` of what may be no `nn.Sequential`. A branch that checkpoints what the other one
computes, `if torch.is_grad_enabled() and self.checkpointing:`, goes with its condition. `torch.is_grad_enabled()` is
answered inside of `with torch.no_grad():` and its kin, otherwise it is left.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from torch2ms.model import Outcome
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import ArgEdit, CallEdit, KeepBranch, Template
from torch2ms.rewrite.rules.shared.answers import answer, known_answer
from torch2ms.rewrite.rules.shared.flags import Flags
from torch2ms.rewrite.rules.shared.questions import argument
from torch2ms.rewrite.rules.shared.recording import SWITCHES, Recording, recording, recording_in
from torch2ms.rewrite.rules.shared.taken_out import take_context
from torch2ms.source import kinds as k

_CHECKPOINT = "torch.utils.checkpoint.checkpoint"
_SEQUENTIAL = "torch.utils.checkpoint.checkpoint_sequential"
_ASKS = "torch.is_grad_enabled"
_OWN = frozenset({"use_reentrant", "preserve_rng_state", "context_fn", "determinism_check", "debug", "early_stop"})
_NOTE = "computed at once; call .recompute() on the Cell to save memory"
_PLAIN = (ast.Name, ast.Attribute, ast.Constant, ast.BoolOp, ast.UnaryOp, ast.Compare)


def _checkpoint(ctx: FileContext, use: Use) -> bool:
    call = use.call
    if call is None or any(keyword.arg is None and not _is_own(ctx, keyword.value) for keyword in call.keywords):
        return _as_value(ctx, use)
    if not call.args or isinstance(call.args[0], ast.Starred):
        return _as_value(ctx, use)
    kept = [keyword for keyword in call.keywords if keyword.arg is not None and keyword.arg not in _OWN]
    for keyword in call.keywords:
        if keyword not in kept:
            ctx.drop_inside(keyword)
    args = (
        *(ArgEdit(value, None) for value in call.args[1:]),
        *(ArgEdit(keyword, keyword.arg) for keyword in kept),
    )
    ctx.replace(call, CallEdit(Template("{function}", {"function": call.args[0]}), args))
    return ctx.adapted(use, "", _NOTE)


def _as_value(ctx: FileContext, use: Use, helper: str = "checkpoint") -> bool:
    """`partial(checkpoint, **settings)`, or a default: a function that does the same without saving memory."""
    if isinstance(use.node, ast.Name | ast.Attribute) and not isinstance(use.node.ctx, ast.Load):
        return False
    name = ctx.helper(helper)
    ctx.replace(use.node, Template(name))
    return ctx.adapted(use, name, _NOTE)


def _is_own(ctx: FileContext, node: ast.expr) -> bool:
    """Whether a dict holds nothing but settings of checkpointing."""
    if isinstance(node, ast.Name):
        binding = Flags(ctx).binding(node)
        return binding is not None and binding.place is None and _is_own(ctx, binding.value)
    if isinstance(node, ast.IfExp):
        return _is_own(ctx, node.body) and _is_own(ctx, node.orelse)
    return isinstance(node, ast.Dict) and all(isinstance(key, ast.Constant) and key.value in _OWN for key in node.keys)


def _sequential(ctx: FileContext, use: Use) -> bool:
    call = use.call
    functions = None if call is None else argument(call, 0, "functions")
    value = None if call is None else argument(call, 2, "input")
    if call is None or functions is None or value is None:
        return _as_value(ctx, use, "checkpoint_sequential")
    kind = k.settle(ctx.kind(functions))
    if not isinstance(kind, k.Module) or kind.classes != ("torch.nn.Sequential",):
        return _as_value(ctx, use, "checkpoint_sequential")
    ctx.replace(call, "{functions}({input})", {"functions": functions, "input": value})
    return ctx.adapted(use, "", _NOTE)


def _context(ctx: FileContext, use: Use) -> bool:
    return take_context(ctx, use) and ctx.converted(use)


# ---------------------------------------------------------------------- whether gradients are recorded


def _is_enabled(ctx: FileContext, use: Use) -> bool:
    """Answered where a switch stands around it, and no statement may switch again."""
    if use.call is None or any(other.name == "torch.set_grad_enabled" for other in ctx.sites()):
        return False
    found = _recording_around(ctx, use.stmt)
    if found in (None, Recording.OPEN):
        return False
    answer(ctx, use.call, use.stmt, found is Recording.ON)
    return ctx.converted(use, str(found is Recording.ON))


def _recording_around(ctx: FileContext, stmt: ast.stmt) -> Recording | None:
    """What the innermost switch around a statement says, up to the decorators of its function."""
    for above in ctx.blocks.above(stmt):
        if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in above.decorator_list:
                callee = decorator.func if isinstance(decorator, ast.Call) else decorator
                name = ctx.know.canonical(ctx.facts.refs.get(callee, ""))
                if name in SWITCHES:
                    return recording(name, decorator if isinstance(decorator, ast.Call) else None)
            return None
        found = recording_in(ctx, above)
        if found is not None:
            return found
        if isinstance(above, ast.ClassDef):
            return None
    return None


# ---------------------------------------------------------------------- branches that only save memory


def _finish(ctx: FileContext) -> None:
    """Drop the branch that checkpoints what the other one computes."""
    uses = [use for use in ctx.sites() if use.name in (_CHECKPOINT, _SEQUENTIAL, _ASKS)]
    around = {stmt for use in uses for stmt in (use.stmt, *ctx.blocks.above(use.stmt)) if isinstance(stmt, ast.If)}
    for stmt in sorted(around, key=lambda stmt: (-stmt.lineno, -stmt.col_offset)):
        _drop_branch(ctx, stmt)


def _drop_branch(ctx: FileContext, stmt: ast.If) -> None:
    if ctx.stmt_plans(stmt) or not stmt.orelse or not _is_harmless(ctx, stmt.test):
        return
    calls = [_checkpointed(ctx, part) for part in _steps(stmt.body)]
    plain = [_plain_call(part) for part in _otherwise(ctx, stmt)]
    if not calls or None in calls or calls != plain or ctx.is_deleted(stmt):
        return
    gone = {node for part in (stmt.test, *stmt.body) for node in ast.walk(part)}
    ctx.keep_branch(stmt, False)
    for use in ctx.sites():
        if use.node in gone and ctx.outcome(use) in (Outcome.MANUAL, Outcome.UNKNOWN, Outcome.CHECK):
            ctx.adapted(use, "", _NOTE) if use.name == _ASKS else ctx.converted(use)


def _otherwise(ctx: FileContext, stmt: ast.If) -> Sequence[ast.stmt]:
    """The other branch, which may be that of an `elif` whose own branch has gone."""
    match stmt.orelse:
        case [ast.If() as inner] if any(isinstance(p, KeepBranch) and not p.body for p in ctx.stmt_plans(inner)):
            return inner.orelse
    return stmt.orelse


def _steps(body: Sequence[ast.stmt]) -> list[ast.stmt]:
    """The statements of a branch but for definitions, and settings of checkpointing."""
    return [part for part in body if not isinstance(part, ast.FunctionDef) and not _is_setting(part)]


def _is_setting(stmt: ast.stmt) -> bool:
    targets = stmt.targets if isinstance(stmt, ast.Assign) else [stmt.target] if isinstance(stmt, ast.AnnAssign) else []
    target = targets[0] if targets else None
    return isinstance(target, ast.Name) and ("ckpt" in target.id or "checkpoint" in target.id)


_Called = tuple[str, str, frozenset[str]]
"""What a statement assigns to and what it does with the result; what it calls; and with which values."""


def _checkpointed(ctx: FileContext, stmt: ast.stmt) -> _Called | None:
    """What a statement has checkpointed."""
    call = _call_in(stmt)
    if call is None or not call.args or isinstance(call.args[0], ast.Starred):
        return None
    callee = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if ctx.know.canonical(ctx.facts.refs.get(call.func, "")) != _CHECKPOINT and "checkpoint" not in str(callee):
        return None
    function = call.args[0]
    if isinstance(function, ast.Call) and len(function.args) == 1 and not function.keywords:
        function = function.args[0]  # `create_custom_forward(block)`
    keywords = [keyword for keyword in call.keywords if keyword.arg not in _OWN]
    if any(keyword.arg is None and not _is_own(ctx, keyword.value) for keyword in keywords):
        return None
    values = [*call.args[1:], *(keyword.value for keyword in keywords if keyword.arg is not None)]
    return _around(stmt, call), ast.dump(function), _dumps(values)


def _plain_call(stmt: ast.stmt) -> _Called | None:
    call = _call_in(stmt)
    if call is None:
        return None
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    return _around(stmt, call), ast.dump(call.func), _dumps(values)


def _dumps(values: Sequence[ast.expr]) -> frozenset[str]:
    return frozenset(ast.dump(value) for value in values if not isinstance(value, ast.Constant))


def _call_in(stmt: ast.stmt) -> ast.Call | None:
    """The call whose result, or an item of it, a statement assigns."""
    if not isinstance(stmt, ast.Assign):
        return None
    value = stmt.value
    while isinstance(value, ast.Subscript):
        value = value.value
    return value if isinstance(value, ast.Call) else None


def _around(stmt: ast.stmt, call: ast.Call) -> str:
    return ast.dump(stmt).replace(ast.dump(call), "")


def _is_harmless(ctx: FileContext, node: ast.expr) -> bool:
    """Whether a condition does nothing but ask."""
    if known_answer(ctx, node) is not None:
        return True
    if isinstance(node, ast.Call):
        return ctx.facts.refs.get(node.func) == _ASKS
    return isinstance(node, _PLAIN) and all(
        _is_harmless(ctx, child) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)
    )


RULE = Rule(
    sites={
        _CHECKPOINT: _checkpoint,
        _SEQUENTIAL: _sequential,
        _ASKS: _is_enabled,
        "torch.utils.checkpoint.set_checkpoint_early_stop": _context,
        "torch.utils.checkpoint.set_checkpoint_debug_enabled": _context,
    },
    finish=_finish,
    after=("known_conditions",),
)
