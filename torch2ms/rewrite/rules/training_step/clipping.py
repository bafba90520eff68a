"""The clipping of gradients between backward and update: of the gradients as values, under the same name."""

from __future__ import annotations

import ast
import re

from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Value
from torch2ms.rewrite.rows.bind import Refused
from torch2ms.rewrite.rules.shared.questions import argument, has_stars
from torch2ms.rewrite.rules.training_step.step import Clip, Recognised, Update, parameter_owners, refused

_BY_NORM = frozenset({"torch.nn.utils.clip_grad_norm_", "torch.nn.utils.clip_grad_norm"})
_BY_VALUE = frozenset({"torch.nn.utils.clip_grad_value_"})
_ARGUMENTS = frozenset({"parameters", "max_norm", "clip_value", "norm_type", "foreach"})
_NORM_TYPES = frozenset({"2", "2.0", "float('inf')", "math.inf", "torch.inf", "np.inf", "'inf'"})
_ONE_MODEL = re.compile(r"(self\.)?\w+\.parameters\(\)")
# Below this, `ops.clip_by_global_norm` and torch, which adds 1e-6 to the norm, differ visibly.
_COARSE_NORM = 0.2


def find_clips(ctx: FileContext, step: Recognised) -> tuple[Clip, ...] | Refused:
    """The clipping of gradients, anywhere between backward and update."""
    found: list[Clip] = []
    for use in ctx.sites():
        if use.name not in _BY_NORM | _BY_VALUE or use.call is None or use.call.func is not use.node:
            continue
        if not any(ctx.blocks.inside(use.stmt, stmt) for stmt in step.update.between):
            continue
        clip = _read_clip(ctx, step, use, use.call)
        if isinstance(clip, Refused):
            return clip
        found.append(clip)
    return tuple(found)


def _read_clip(ctx: FileContext, step: Recognised, use: Use, call: ast.Call) -> Clip | Refused:
    """A clip that MindSpore can write, of all the gradients the optimizer uses."""
    parameters = argument(call, 0, "parameters")
    if has_stars(call) or parameters is None or not _is_statement(use, call):
        return refused("the clipping of gradients is not a statement of its own")
    if ctx.blocks.scope(use.stmt) is not ctx.blocks.scope(step.backward.stmt):
        return refused("gradients are clipped in a function of their own")
    if not _clips_all(parameters, step.update):
        clipped = ast.unparse(parameters)
        return refused(f"{clipped} may not be the parameters of the optimizer: other gradients are clipped")
    by_norm = use.name in _BY_NORM
    norm_type = argument(call, 2, "norm_type")
    kind = "2" if norm_type is None or not by_norm else ast.unparse(norm_type)
    if kind not in _NORM_TYPES:
        return refused("gradients are clipped by another norm than 2 or inf")
    if {keyword.arg for keyword in call.keywords} - _ARGUMENTS or len(call.args) > 3:
        return refused("the clipping of gradients is given further arguments")
    limit = argument(call, 1, "max_norm" if by_norm else "clip_value")
    if limit is None:
        return refused("the clipping of gradients is given no limit")
    if not by_norm and not isinstance(limit, (ast.Name, ast.Attribute, ast.Constant)):
        return refused("the value gradients are clipped to would be evaluated twice")
    target = use.stmt.targets[0] if isinstance(use.stmt, ast.Assign) else None
    return Clip(use, call, limit, by_norm, "inf" in kind, target)


def _is_statement(use: Use, call: ast.Call) -> bool:
    """Whether a clip is a statement of its own, the total norm assigned to a name or not."""
    stmt = use.stmt
    if isinstance(stmt, ast.Expr):
        return stmt.value is call
    return (
        isinstance(stmt, ast.Assign)
        and stmt.value is call
        and len(stmt.targets) == 1
        and isinstance(stmt.targets[0], ast.Name)
        and use.name in _BY_NORM
    )


def _clips_all(parameters: ast.expr, update: Update) -> bool:
    """Whether these are the parameters of the optimizer; where it cannot be told, those of a model are taken to be."""
    clipped = ast.unparse(parameters)
    if update.given is None:
        return _ONE_MODEL.fullmatch(clipped) is not None
    owners = parameter_owners(update.given)
    return {f"{owner}.parameters()" for owner in owners} == {clipped} or clipped == ast.unparse(update.given)


def write_clip(ctx: FileContext, clip: Clip, grads: str, update: Update) -> None:
    """Plan and decide a clip of the gradients that go by this name."""
    values: dict[str, Value] = {"limit": clip.limit}
    if not clip.by_norm:
        target = "mindspore.ops.clip_by_value"
        text = f"{grads} = ops.clip_by_value({grads}, -{{limit}}, {{limit}})"
    elif clip.largest or not _is_coarse(clip.limit):
        target = "mindspore.ops.clip_by_norm"
        text = f"{grads} = ops.clip_by_norm({grads}, {{limit}}{_norm_type(clip)})"
    else:
        target = "mindspore.ops.clip_by_global_norm"
        text = f"{grads} = ops.clip_by_global_norm({grads}, {{limit}})"
    if clip.target is not None:
        values["target"] = clip.target
        text = f"{{target}} = {ctx.helper('total_norm')}({grads}{_norm_type(clip)})\n{text}"
    if clip.largest:
        values["inf"] = "'inf'"
    ctx.unplan(clip.call)
    ctx.replace_stmt(clip.use.stmt, text, values)
    ctx.drop_inside(clip.use.stmt)
    for node in ast.walk(clip.call):
        inner = ctx.site(node)
        if inner is not None:
            ctx.converted(inner)
    if update.given is None:
        note = f"clips the gradients of all parameters of {ctx.text(update.optimizer)}"
        ctx.adapted(clip.use, target, note, "T2M403")
    else:
        ctx.converted(clip.use, target)


def _norm_type(clip: Clip) -> str:
    """The argument that asks for the largest value."""
    return ", float({inf})" if clip.largest else ""


def _is_coarse(norm: ast.expr) -> bool:
    return isinstance(norm, ast.Constant) and isinstance(norm.value, (int, float)) and norm.value >= _COARSE_NORM
