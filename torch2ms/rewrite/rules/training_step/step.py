"""The stages of a training step, and small questions about its parts.

`Backward` → `Recognised` → `Checked` → `Moved` → `Written`. Each stage holds the one before it and adds what was found;
none is changed once it is made. Where a stage cannot be made, a `Refused` says why, and the step is `Left`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from torch2ms.rewrite.analysis.flow import bound_names
from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rows.bind import Refused
from torch2ms.rewrite.rules.shared import guesses
from torch2ms.rewrite.rules.shared.carriers import is_module
from torch2ms.rewrite.rules.shared.questions import MethodCall
from torch2ms.source import kinds as k

HINT = "grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters); loss, grads = grad_fn(); optimizer(grads)"


def refused(message: str, hint: str = HINT) -> Refused:
    """A refusal under the code of training steps."""
    return Refused("T2M401", message, hint)


# ---------------------------------------------------------------------- stages


@dataclass(frozen=True, slots=True, eq=False)
class Backward:
    """A `loss.backward()` and the block that computes the loss.

    The loss is computed in `block`, before `index`; there stands the backward, or the `if` that guards it.
    """

    call: MethodCall
    block: Sequence[ast.stmt]
    index: int
    following: Sequence[ast.stmt]
    """The statements after the backward in its own block."""
    guard: ast.If | None = None

    @property
    def stmt(self) -> ast.Expr:
        """The statement."""
        return self.call.stmt

    @property
    def loss(self) -> ast.expr:
        """The loss: a name, or the expression that computes it."""
        return self.call.receiver

    @property
    def loss_name(self) -> str:
        """The name of the loss, empty when it has none."""
        return self.loss.id if isinstance(self.loss, ast.Name) else ""


@dataclass(frozen=True, slots=True, eq=False)
class Update:
    """The `optimizer.step()` that uses the gradients of a backward."""

    call: MethodCall
    given: ast.expr | None
    """What the optimizer was created with, where that is plain."""
    between: Sequence[ast.stmt]
    """The statements between the backward and this one."""
    after: Sequence[ast.stmt]
    """The statements after this one in its block."""

    @property
    def optimizer(self) -> ast.expr:
        """The optimizer."""
        return self.call.receiver


@dataclass(frozen=True, slots=True, eq=False)
class Recognised:
    """A backward, the update that follows it, and the `zero_grad()`s between it and the last backward."""

    backward: Backward
    update: Update
    resets: tuple[MethodCall, ...]
    notes: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[MethodCall, ...]:
        """The method calls that make up the step."""
        return (self.backward.call, self.update.call, *self.resets)

    def is_reset(self, stmt: ast.stmt) -> bool:
        """Whether a statement resets the gradients of this step."""
        return any(reset.stmt is stmt for reset in self.resets)


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A statement between backward and update that clips the gradients, by their norm or each value."""

    use: Use
    call: ast.Call
    limit: ast.expr
    by_norm: bool
    largest: bool = False
    """Whether the norm is the largest value, and not the Euclidean norm."""
    target: ast.expr | None = None
    """What the total norm is assigned to, if anything."""


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """A step whose gradients are those of its one backward, and nobody else's; how they are clipped."""

    recognised: Recognised
    clips: tuple[Clip, ...] = ()
    doubt: str = ""
    """What could not be told of the optimizer, if anything."""


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """The statements that move into the function, its parameters, and what it returns besides the loss."""

    checked: Checked
    stmts: tuple[ast.stmt, ...]
    params: tuple[str, ...]
    outputs: tuple[str, ...]
    notes: tuple[str, ...] = ()
    is_late: bool = False
    """Whether the optimizer is made only after these statements."""

    @property
    def recognised(self) -> Recognised:
        """The step as it was recognised."""
        return self.checked.recognised

    @property
    def is_whole(self) -> bool:
        """Whether the backward moves too, because the loss is an expression in it."""
        return self.stmts[-1] is self.recognised.backward.stmt

    @property
    def names(self) -> frozenset[str]:
        """The names that the function binds: their values keep the record of how they were computed."""
        return frozenset().union(*map(bound_names, self.stmts))


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """A step that is planned, and the names its function and gradient function go by."""

    moved: Moved
    scope: ast.AST
    function: str
    grad_fn: str


@dataclass(frozen=True, slots=True, eq=False)
class Left:
    """A step that stays as it was: the statements found to belong to it, and why."""

    parts: tuple[MethodCall, ...]
    refused: Refused


# ---------------------------------------------------------------------- questions


def contains_backward(stmt: ast.stmt) -> bool:
    """Whether a statement names a `backward` anywhere."""
    return any(isinstance(node, ast.Attribute) and node.attr == "backward" for node in ast.walk(stmt))


def names_in(stmts: Sequence[ast.stmt], name: str) -> list[ast.Name]:
    """Where statements name a name."""
    return [n for stmt in stmts for n in ast.walk(stmt) if isinstance(n, ast.Name) and n.id == name]


def targets(target: ast.expr) -> Iterator[ast.expr]:
    """The single targets of an assignment target."""
    if isinstance(target, (ast.Tuple, ast.List)):
        for item in target.elts:
            yield from targets(item)
    else:
        yield target


def root_name(node: ast.expr) -> str:
    """The name an attribute or item is reached from, empty when it is no name."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def is_optimizer_class(name: str) -> bool:
    """Whether a canonical torch name is an optimizer."""
    return name.startswith("torch.optim.") and ".lr_scheduler." not in name


def parameter_owners(given: ast.expr | None) -> frozenset[str]:
    """The modules, as text, whose `parameters()` an optimizer is given."""
    if given is None:
        return frozenset()
    return frozenset(
        ast.unparse(node.value)
        for node in ast.walk(given)
        if isinstance(node, ast.Attribute) and node.attr in ("parameters", "named_parameters")
    )


def is_tensor(ctx: FileContext, name: str, stmts: Sequence[ast.stmt]) -> bool:
    """Whether a name is a tensor after statements, or what a model returns."""
    if any(k.is_tensor(ctx.kind(node)) for node in names_in(stmts, name)):
        return True
    if any(_has_fields(ctx, name, stmt) for stmt in stmts):
        return False
    values = [s.value for s in stmts if isinstance(s, ast.Assign) and name in bound_names(s)]
    return any(
        isinstance(value, ast.Call)
        and (is_module(ctx, value.func) or guesses.suggests_model_call(ast.unparse(value.func)))
        for value in values[-1:]
    )


def _has_fields(ctx: FileContext, name: str, stmt: ast.stmt) -> bool:
    """Whether a name holds an object with attributes of its own, `outputs.loss` say."""
    return any(
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == name
        and node.attr not in ctx.know.tensor_members
        for node in ast.walk(stmt)
    )


def starts_line(ctx: FileContext, stmt: ast.stmt) -> bool:
    """Whether nothing comes before a statement on its line."""
    start = ctx.source.span(stmt)[0]
    line = ctx.source.text.rfind("\n", 0, start) + 1
    return not ctx.source.text[line:start].strip() or bool(getattr(stmt, "decorator_list", []))


def ends_line(ctx: FileContext, stmt: ast.stmt) -> bool:
    """Whether no other statement follows on the line a statement ends on."""
    rest = ctx.blocks.rest(stmt)
    return not rest or rest[0].lineno > (stmt.end_lineno or stmt.lineno)
