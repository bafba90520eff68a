"""The stages of a training step, each by itself: recognised, checked, moved, written."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable
from textwrap import dedent

import pytest

from torch2ms.mapping.load import load_tables
from torch2ms.mapping.schema import Tables
from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.draft import Draft
from torch2ms.rewrite.rows.bind import Refused
from torch2ms.rewrite.rules.training_step import step as stages
from torch2ms.rewrite.rules.training_step.checked import check
from torch2ms.rewrite.rules.training_step.moved import move
from torch2ms.rewrite.rules.training_step.recognise import backwards, recognise
from torch2ms.rewrite.rules.training_step.step import Checked, Left, Moved, Recognised, Written
from torch2ms.rewrite.rules.training_step.written import write
from torch2ms.rewrite.sites import find_sites
from torch2ms.source.infer import Inference
from torch2ms.source.knowledge import Knowledge
from torch2ms.source.text import decode

HEAD = """
import torch
from torch import nn, optim
import torch.nn.functional as F
model = nn.Linear(4, 3)
optimizer = optim.SGD(model.parameters(), lr=0.1)
"""

PLAIN = """
for x, y in loader:
    optimizer.zero_grad()
    output = model(x)
    loss = F.cross_entropy(output, y)
    loss.backward()
    optimizer.step()
    print(loss.item())
"""

Read = Callable[[str], FileContext]


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


@pytest.fixture
def draft() -> Draft:
    return Draft()


@pytest.fixture
def read(tables: Tables, draft: Draft) -> Read:
    """A file with its sites found, none of them decided."""

    def build(text: str) -> FileContext:
        source = decode((HEAD + dedent(text)).encode())
        tree, know = ast.parse(source.text), Knowledge(tables)
        ctx = FileContext(source, tree, Inference(tree, know, None).run(), know, draft)
        draft.uses.extend(find_sites(ctx))
        return ctx

    return build


def recognised(ctx: FileContext, number: int = 0) -> Recognised:
    found = recognise(ctx, backwards(ctx)[number])
    assert isinstance(found, Recognised), found
    return found


def left(ctx: FileContext) -> Left:
    found = recognise(ctx, backwards(ctx)[0])
    assert isinstance(found, Left), found
    return found


def checked(ctx: FileContext, number: int = 0) -> Checked:
    found = check(ctx, recognised(ctx, number))
    assert isinstance(found, Checked), found
    return found


def moved(ctx: FileContext, number: int = 0, *earlier: Written) -> Moved:
    recorded = {stmt: step.moved.names for step in earlier for stmt in step.moved.stmts}
    found = move(ctx, checked(ctx, number), recorded)
    assert isinstance(found, Moved), found
    return found


def text(*stmts: ast.AST) -> list[str]:
    return [ast.unparse(stmt) for stmt in stmts]


def test_every_stage_is_frozen() -> None:
    found = {name: cls for name, cls in vars(stages).items() if getattr(cls, "__module__", "") == stages.__name__}
    names = {name for name, cls in found.items() if dataclasses.is_dataclass(cls)}
    assert {"Backward", "Update", "Recognised", "Clip", "Checked", "Moved", "Written", "Left"} <= names
    assert [name for name in sorted(names) if not vars(found[name])["__dataclass_params__"].frozen] == []


def test_nothing_is_decided_before_a_step_is_written(read: Read, draft: Draft) -> None:
    ctx = read(PLAIN)
    sites = list(draft.uses)
    step = moved(ctx)
    assert (draft.plans.stmts, draft.plans.exprs, draft.decisions, draft.uses) == ({}, {}, {}, sites)
    write(ctx, step, ())
    assert draft.plans.stmts
    assert all(ctx.decision(part.callee) is not None for part in step.recognised.parts)


# Recognised


def test_the_parts_of_a_step(read: Read) -> None:
    step = recognised(read(PLAIN))
    assert text(*(part.stmt for part in step.parts)) == [
        "loss.backward()",
        "optimizer.step()",
        "optimizer.zero_grad()",
    ]
    assert step.backward.guard is None
    assert step.update.given is not None
    assert text(step.update.given) == ["model.parameters()"]
    assert text(*step.update.after) == ["print(loss.item())"]
    assert step.notes == ()


def test_a_guarded_backward_belongs_to_the_block_of_its_loss(read: Read) -> None:
    step = recognised(
        read("""
            loss = F.cross_entropy(model(x), y)
            if training:
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            """)
    )
    guard = step.backward.guard
    assert guard is not None
    assert step.backward.block[step.backward.index] is guard
    assert text(*(reset.stmt for reset in step.resets)) == ["optimizer.zero_grad()"]


def test_resets_are_found_before_and_after_and_around(read: Read) -> None:
    step = recognised(
        read("""
            for x in loader:
                optimizer.zero_grad()
                with context():
                    model.zero_grad()
                    model(x).mean().backward()
                    optimizer.step()
                    optimizer.zero_grad()
            """)
    )
    assert text(*(reset.receiver for reset in step.resets)) == ["model", "optimizer", "optimizer"]


def test_a_model_is_taken_to_have_the_parameters_of_an_optimizer_made_elsewhere(read: Read) -> None:
    step = recognised(
        read("""
            def step(net, opt, x):
                net.zero_grad()
                net(x).mean().backward()
                opt.step()
            """)
    )
    assert step.notes == ("net.zero_grad() is taken to reset all parameters of opt",)


@pytest.mark.parametrize(
    ("reason", "parts", "source"),
    [
        ("another backward() comes before step(), gradients add up", 1, "a.backward()\nb.backward()\noptimizer.step()"),
        (
            "two optimizers share one backward()",
            2,
            "loss.backward()\noptimizer.step()\nother_optimizer.step()",
        ),
        ("step() is given a closure", 2, "loss.backward()\noptimizer.step(closure)"),
        ("backward() is given arguments", 2, "loss.backward(retain_graph=True)\noptimizer.step()"),
        (
            "no optimizer.step() follows in the same block, gradients may accumulate",
            1,
            "loss.backward()\nprint()",
        ),
        ("no zero_grad() in the same block, gradients may accumulate", 2, "loss.backward()\noptimizer.step()"),
        (
            "the gradients are reset between backward() and step()",
            2,
            "loss.backward()\noptimizer.zero_grad()\noptimizer.step()",
        ),
        ("the loss is scaled", 1, "amp = torch.cuda.amp.GradScaler()\namp.scale(loss).backward()\namp.step(optimizer)"),
        (
            "the loss seems to be scaled: a scaler is named in it",
            2,
            "loss_scaler(loss).backward()\noptimizer.step()",
        ),
    ],
)
def test_a_step_that_is_left_names_the_parts_found(reason: str, parts: int, source: str, read: Read) -> None:
    found = left(read(source))
    assert found.refused.message == reason
    assert found.refused.code == "T2M401"
    assert len(found.parts) == parts
    assert found.parts[0].method == "backward"


def test_a_backward_of_something_else_is_none(read: Read) -> None:
    assert backwards(read("model.backward()\naccelerator.backward(loss)\nx = loss.backward()")) == []


# Checked


CLIPPED = """
optimizer.zero_grad()
loss = F.cross_entropy(model(x), y)
loss.backward()
{}
optimizer.step()
"""


@pytest.mark.parametrize(
    ("call", "limit", "by_norm", "largest", "target"),
    [
        ("nn.utils.clip_grad_norm_(model.parameters(), 1.0)", "1.0", True, False, None),
        ("nn.utils.clip_grad_norm_(model.parameters(), max_norm=c, norm_type=float('inf'))", "c", True, True, None),
        ("norm = nn.utils.clip_grad_norm_(model.parameters(), 2 * c)", "2 * c", True, False, "norm"),
        ("nn.utils.clip_grad_value_(model.parameters(), clip_value=c)", "c", False, False, None),
        ("if c:\n    nn.utils.clip_grad_norm_(model.parameters(), c)", "c", True, False, None),
    ],
)
def test_clips(call: str, limit: str, by_norm: bool, largest: bool, target: str | None, read: Read) -> None:
    (clip,) = checked(read(CLIPPED.format(call))).clips
    assert (ast.unparse(clip.limit), clip.by_norm, clip.largest) == (limit, by_norm, largest)
    assert (None if clip.target is None else ast.unparse(clip.target)) == target


@pytest.mark.parametrize(
    ("reason", "line"),
    [
        ("the clipping of gradients is not a statement of its own", "clip(*args)"),
        ("the clipping of gradients is not a statement of its own", "print(clip(model.parameters(), 1))"),
        ("the clipping of gradients is given no limit", "clip(model.parameters())"),
        (
            "the clipping of gradients is given further arguments",
            "clip(model.parameters(), 1, error_if_nonfinite=True)",
        ),
        ("gradients are clipped by another norm than 2 or inf", "clip(model.parameters(), 1, 1)"),
        ("the value gradients are clipped to would be evaluated twice", "clip_value(model.parameters(), f())"),
        ("gradients are read outside of the step", "print(model.weight.grad)"),
        ("eval() is used in this function", "eval('1')"),
    ],
)
def test_gradients_that_somebody_else_uses(reason: str, line: str, read: Read) -> None:
    names = "from torch.nn.utils import clip_grad_norm_ as clip, clip_grad_value_ as clip_value\n"
    ctx = read(names + CLIPPED.format(line))
    found = check(ctx, recognised(ctx))
    assert isinstance(found, Refused)
    assert found.message == reason


def test_an_optimizer_that_stays_keeps_its_steps(read: Read) -> None:
    ctx = read(PLAIN)
    use = next(use for use in ctx.sites() if use.name == "torch.optim.SGD")
    step = recognised(ctx)
    assert isinstance(check(ctx, step), Checked)
    ctx.manual(use, "T2M201", "no such optimizer")
    found = check(ctx, step)
    assert isinstance(found, Refused)
    assert found.message == "its optimizer stays as it was"


def test_an_optimizer_of_unknown_make_is_in_doubt(read: Read) -> None:
    ctx = read(PLAIN.replace("for x", "optimizer = make(model)\nfor x"))
    assert checked(ctx).doubt == "optimizer is made by code outside of this file: it must be an optimizer of MindSpore"
    assert checked(read(PLAIN)).doubt == ""


# Moved


def test_what_moves_and_what_comes_out(read: Read) -> None:
    step = moved(
        read("""
            for x, y in loader:
                n = len(x)
                output = model(x)
                optimizer.zero_grad()
                loss = F.cross_entropy(output, y)
                print(loss)
                loss.backward()
                optimizer.step()
                print(output.mean(), n)
            """)
    )
    assert text(*step.stmts) == ["output = model(x)", "loss = F.cross_entropy(output, y)"]
    assert (step.params, step.outputs) == ((), ("output",))
    assert step.names == {"output", "loss"}
    assert not step.is_whole


def test_a_loss_without_a_name_takes_the_backward_along(read: Read) -> None:
    step = moved(read("optimizer.zero_grad()\nout = model(x)\nF.mse_loss(out, y).backward()\noptimizer.step()"))
    assert text(*step.stmts) == ["out = model(x)", "F.mse_loss(out, y).backward()"]
    assert step.is_whole
    assert step.recognised.backward.loss_name == ""


def test_a_state_goes_in_and_out(read: Read) -> None:
    step = moved(
        read("""
            rnn = nn.RNN(4, 3)
            h = torch.zeros(3)
            for x in loader:
                optimizer.zero_grad()
                out, h = rnn(x, h.detach())
                loss = out.mean()
                loss.backward()
                optimizer.step()
            """)
    )
    assert (step.params, step.outputs) == (("h",), ("h",))


def test_a_function_that_nothing_calls_moves_along(read: Read) -> None:
    step = moved(
        read("""
            optimizer.zero_grad()
            out = model(x)
            def unused(): pass
            loss = out.mean()
            loss.backward()
            optimizer.step()
            """)
    )
    assert len(step.stmts) == 3


@pytest.mark.parametrize(
    ("switch", "moves"),
    [("torch.no_grad()", False), ("torch.inference_mode(False)", True), ("torch.enable_grad()", True)],
)
def test_a_forward_pass_that_is_not_recorded_is_none(switch: str, moves: bool, read: Read) -> None:
    ctx = read(f"""
        optimizer.zero_grad()
        with {switch}:
            out = model(x)
        loss = out.mean()
        loss.backward()
        optimizer.step()
        """)
    assert isinstance(move(ctx, checked(ctx), {}), Moved if moves else Refused)


TWICE = """
for x in loader:
    optimizer.zero_grad()
    state = model(x)
    a = state.mean()
    a.backward()
    optimizer.step()
    optimizer.zero_grad()
    b = model(state).mean()
    b.backward()
    optimizer.step()
"""


def test_what_an_earlier_step_computed_keeps_its_gradient(read: Read) -> None:
    ctx = read(TWICE)
    first = write(ctx, moved(ctx), ())
    second = moved(ctx, 1, first)
    assert second.notes == ("state of the step before keeps its gradient, in PyNative mode only",)
    found = move(ctx, checked(ctx, 1), {})
    assert isinstance(found, Refused)
    assert found.message == "state carries a gradient from outside of the step"


# Written


def test_the_names_of_an_earlier_step_are_avoided(read: Read) -> None:
    ctx = read(TWICE)
    first = write(ctx, moved(ctx), ())
    second = write(ctx, moved(ctx, 1, first), (first,))
    assert (first.function, first.grad_fn) == ("forward_fn", "grad_fn")
    assert (second.function, second.grad_fn) == ("forward_fn_", "grad_fn_")
    assert first.scope is second.scope is ctx.tree
