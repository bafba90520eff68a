"""Writing a step: the function, the line that takes its gradients, and `optimizer(grads)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from torch2ms.rewrite.analysis.flow import Flow, bound_names
from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.plan import Template, Value
from torch2ms.rewrite.rules.training_step.clipping import write_clip
from torch2ms.rewrite.rules.training_step.step import Moved, Written, is_tensor

_VALUE_AND_GRAD = "mindspore.value_and_grad"
_OPTIMIZER = "mindspore.experimental.optim.Optimizer"
_NAMES = {"backward": "torch.Tensor.backward", "step": "torch.optim.Optimizer.step"}


@dataclass(frozen=True, slots=True)
class Names:
    """The new names of a step."""

    function: str
    grad_fn: str
    grads: str
    unnamed: str
    """What a result is assigned to that has no name."""


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """The new lines of a step."""

    header: str
    ending: Template
    """The `return` of the function."""
    taking: Template
    """Makes the function that gives the gradients."""
    calling: str
    """Calls that one."""
    plain: str
    """Calls the function without its gradients."""


def write(ctx: FileContext, moved: Moved, earlier: Sequence[Written]) -> Written:
    """Plan a step and decide its sites. `earlier` are the steps of the file planned so far."""
    names = _names(ctx, moved, earlier)
    lines = _lines(ctx, moved, names)
    step = moved.recognised
    for part in step.parts:
        ctx.clear_stmt(part.stmt)
    for reset in step.resets:
        ctx.delete_stmt(reset.stmt)
    header = Template(f"\n{lines.header}" if _wants_blank(ctx, moved) else lines.header)
    if moved.is_whole:
        _write_whole(ctx, moved, header, lines)
    elif step.backward.guard is not None:
        _write_guarded(ctx, moved, step.backward.guard, header, lines)
    else:
        _write_named(ctx, moved, header, lines)
    optimizer: dict[str, Value] = {"optimizer": step.update.optimizer}
    ctx.replace_stmt(step.update.call.stmt, Template(f"{{optimizer}}({names.grads})", optimizer))
    for clip in moved.checked.clips:
        write_clip(ctx, clip, names.grads, step.update)
    _decide(ctx, moved)
    return Written(moved, ctx.blocks.scope(step.backward.stmt), names.function, names.grad_fn)


# ---------------------------------------------------------------------- names


def _names(ctx: FileContext, moved: Moved, earlier: Sequence[Written]) -> Names:
    scope = ctx.blocks.scope(moved.recognised.backward.stmt)
    defined = {name for other in earlier if other.scope is scope for name in (other.function, other.grad_fn)}
    taken = _all_names(ctx.tree) | defined
    function, grad_fn, grads = (_fresh(name, taken) for name in ("forward_fn", "grad_fn", "grads"))
    reads_underscore = any(ctx.blocks.loads("_", ctx.tree))
    return Names(function, grad_fn, grads, _fresh("loss", taken | {function, grad_fn}) if reads_underscore else "_")


def _all_names(tree: ast.AST) -> frozenset[str]:
    """The identifiers of a file that a new name must avoid."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).partition(".")[0])
    return frozenset(found)


def _fresh(name: str, taken: frozenset[str]) -> str:
    while name in taken:
        name += "_"
    return name


# ---------------------------------------------------------------------- lines


def _lines(ctx: FileContext, moved: Moved, names: Names) -> Lines:
    backward = moved.recognised.backward
    loss = backward.loss_name or names.unnamed
    returned, assigned = _results(ctx, moved, loss, names.unnamed)
    aux = ", has_aux=True" if assigned else ""
    optimizer: dict[str, Value] = {"optimizer": moved.recognised.update.optimizer}
    text = f"{names.grad_fn} = ms.value_and_grad({names.function}, None, {{optimizer}}.parameters{aux})"
    results = ", ".join((loss, *assigned))
    call = f"({', '.join(moved.params)})"
    return Lines(
        header=f"def {names.function}{call}:",
        ending=Template(", ".join(("return {loss}", *returned)), {"loss": backward.loss}),
        taking=ctx.template(text, optimizer),
        calling=f"{f'({results})' if assigned else results}, {names.grads} = {names.grad_fn}{call}",
        plain=f"{results} = {names.function}{call}",
    )


def _results(ctx: FileContext, moved: Moved, loss: str, unnamed: str) -> tuple[list[str], list[str]]:
    """What the function returns besides the loss, and the names these results go by."""
    outputs = list(moved.outputs)
    if not outputs or any(is_tensor(ctx, name, moved.stmts) for name in outputs):
        return outputs, outputs
    # MindSpore wants a second tensor among the results.
    extra = next((name for name in _bound_tensors(ctx, moved) if name not in outputs and name != loss), None)
    if extra is not None:
        return [extra, *outputs], [extra, *outputs]
    return ["{loss}", *outputs], [unnamed, *outputs]


def _bound_tensors(ctx: FileContext, moved: Moved) -> Iterator[str]:
    """The tensors that the function surely computes."""
    for stmt in moved.stmts:
        for name in sorted(bound_names(stmt)):
            if is_tensor(ctx, name, moved.stmts) and Flow.always_binds(moved.stmts, name):
                yield name


def _below(template: Template, line: str = "") -> Template:
    """The lines below the function, a blank one between."""
    return Template(f"\n{template.text}\n{line}" if line else f"\n{template.text}", template.values)


def _wants_blank(ctx: FileContext, moved: Moved) -> bool:
    """Whether the function needs a blank line above it."""
    block, first = moved.recognised.backward.block, moved.stmts[0]
    above = block[: block.index(first)]
    deleted = [stmt for stmt in above if ctx.is_deleted(stmt)]
    before = [stmt for stmt in above if stmt not in deleted]
    if not before:
        return False
    lines = ctx.source.lines
    gone = {n for stmt in deleted for n in range(stmt.lineno, (stmt.end_lineno or stmt.lineno) + 1)}
    end = before[-1].end_lineno or before[-1].lineno
    return not [lines[n - 1].strip() for n in range(end + 1, first.lineno) if n not in gone]


# ---------------------------------------------------------------------- plans


def _write_whole(ctx: FileContext, moved: Moved, header: Template, lines: Lines) -> None:
    """`criterion(model(x), y).backward()`: the backward becomes the `return` of the function."""
    ctx.replace_stmt(moved.recognised.backward.stmt, lines.ending)
    ctx.wrap(moved.stmts[0], moved.stmts[-1], header, None, _below(lines.taking, lines.calling))


def _write_guarded(ctx: FileContext, moved: Moved, guard: ast.If, header: Template, lines: Lines) -> None:
    """`if training: loss.backward()`: the gradients are taken there, the function is called plainly otherwise."""
    backward = moved.recognised.backward.stmt
    first, last = moved.stmts[0], moved.stmts[-1]
    ending = lines.ending
    if ctx.source.lines[last.end_lineno or last.lineno].strip():
        ending = Template(f"{ending.text}\n", ending.values)
    ctx.wrap(first, last, header, ending)
    ctx.replace_stmt(backward, Template(f"{lines.taking.text}\n{lines.calling}", lines.taking.values))
    ctx.insert(guard, "after", Template(f"else:\n    {lines.plain}"))
    _settle_contexts(ctx, backward)


def _write_named(ctx: FileContext, moved: Moved, header: Template, lines: Lines) -> None:
    """`loss = …; loss.backward()`: the backward becomes the call; where others stand between, it goes up to these."""
    step = moved.recognised
    backward, block = step.backward, step.backward.block
    first, last = moved.stmts[0], moved.stmts[-1]
    between = [stmt for stmt in block[block.index(last) + 1 : backward.index] if not step.is_reset(stmt)]
    if moved.is_late:
        ending = Template(f"{lines.ending.text}\n", lines.ending.values)
        ctx.replace_stmt(backward.stmt, Template(f"{lines.taking.text}\n{lines.calling}", lines.taking.values))
        ctx.wrap(first, last, header, ending)
    elif between:
        ctx.delete_stmt(backward.stmt)
        ctx.wrap(first, last, header, lines.ending, _below(lines.taking, lines.calling))
    else:
        ctx.replace_stmt(backward.stmt, Template(lines.calling))
        ctx.wrap(first, last, header, lines.ending, _below(lines.taking))


# ---------------------------------------------------------------------- decisions


def _settle_contexts(ctx: FileContext, backward: ast.stmt) -> None:
    """What `set_grad_enabled` around a guarded step asked for, `value_and_grad` does."""
    for above in ctx.blocks.above(backward):
        for item in above.items if isinstance(above, ast.With) else ():
            use = ctx.site(item.context_expr.func) if isinstance(item.context_expr, ast.Call) else None
            if use is not None and use.name == "torch.set_grad_enabled":
                ctx.converted(use)


def _decide(ctx: FileContext, moved: Moved) -> None:
    step = moved.recognised
    for part in step.parts:
        if part is step.backward.call:
            name, target = "torch.Tensor.backward", _VALUE_AND_GRAD
        elif part is step.update.call:
            name, target = "torch.optim.Optimizer.step", _OPTIMIZER
        else:
            name, target = "torch.optim.Optimizer.zero_grad", ""
        use = ctx.site(part.callee) or ctx.add_site(part.callee, name, part.stmt)
        if part is step.update.call and moved.checked.doubt:
            ctx.check(use, target, moved.checked.doubt, "T2M401")
        elif part is step.update.call and moved.notes:
            ctx.adapted(use, target, "; ".join(moved.notes), "T2M401")
        else:
            ctx.converted(use, target)
