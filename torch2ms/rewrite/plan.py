"""What is to be done to a file: frozen decisions attached to ast nodes.

Rules and rows only make these values; `torch2ms.rewrite.output.apply` carries them out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """Several values for one placeholder: `{name}` renders a tuple, `{*name}` the items alone."""

    values: tuple[Value, ...]


# An ast expression of the same file (rendered with its own rewrites), the text of an expression,
# a nested template, or several of these.
Value: TypeAlias = "ast.expr | str | Template | Items"


def expressions_in(value: Value) -> Iterator[ast.expr]:
    """The ast expressions a value is made of."""
    if isinstance(value, ast.expr):
        yield value
    elif not isinstance(value, str):
        for inner in value.values if isinstance(value, Items) else value.values.values():
            yield from expressions_in(inner)


def _is_super(value: Value) -> bool:
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "super"


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """An expression written as text with `{name}` placeholders (`{{` and `}}` are braces).

    Placeholders are parenthesised where precedence asks for it; comments and layout inside
    a placeholder's expression survive.
    """

    text: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # `super()` gives access to methods and is no object: a receiver that becomes a value is `self`.
        receiver = self.values.get("self")
        if receiver is not None and _is_super(receiver):
            object.__setattr__(self, "text", re.sub(r"\{self\}(?!\.)", "self", self.text))


def literal(text: str) -> Template:
    """A template that is this text as it stands, braces and all."""
    return Template(text.replace("{", "{{").replace("}", "}}"))


@dataclass(frozen=True, slots=True, eq=False)
class ArgEdit:
    """One argument of the new call.

    `source` is the argument of the old call whose place, layout and comments it keeps (a positional
    expression, possibly `ast.Starred`, or a keyword, possibly `**kw`), None for a new argument.
    `keyword` is the new keyword, None for a positional. `value` replaces the value when not None.
    """

    source: ast.expr | ast.keyword | None
    keyword: str | None
    value: Value | None = None

    def __post_init__(self) -> None:
        if self.value is not None and _is_super(self.value):
            object.__setattr__(self, "value", Template("self"))


@dataclass(frozen=True, slots=True, eq=False)
class CallEdit:
    """Edit a call in place: layout, trailing comma and comments of kept arguments survive.

    `func` is the text of the new callee, a Template (for `{self}.name`), or None to keep it (its own
    rewrites still apply). `args` is the whole new argument list in order, None to keep all of them. `method`, if any,
    is called on the result, without arguments.
    """

    func: str | Template | None = None
    args: tuple[ArgEdit, ...] | None = None
    method: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class AsList:
    """Turn a generator expression into a list, layout and comments kept."""


@dataclass(frozen=True, slots=True, eq=False)
class Around:
    """Put text around an expression, whatever else becomes of it. The text is a template with one place, `{value}`."""

    text: str
    plan: Template | CallEdit | AsList | None = None
    """What becomes of the expression itself."""


ExprPlan: TypeAlias = Template | CallEdit | AsList | Around


@dataclass(frozen=True, slots=True, eq=False)
class StmtReplace:
    """Replace a simple statement, or the header of a compound one (`for …:`, `if …:`, `def f():`), by text with
    placeholders. Several lines are indented like the statement."""

    template: Template


@dataclass(frozen=True, slots=True, eq=False)
class StmtDelete:
    """Delete a simple statement; a suite left empty gets `pass`. Comments on its line stay as own-line comments."""


@dataclass(frozen=True, slots=True, eq=False)
class Unwrap:
    """Drop items (by index) of a `with`; when all go, the header line goes and the body is dedented."""

    items: frozenset[int]


@dataclass(frozen=True, slots=True, eq=False)
class Wrap:
    """Give this statement and those after it, up to `last` in the same block, a header of their own.

    Their lines go one step deeper, `end` (if any) follows them at that depth, `after` (if any) below at the old one.
    The statements have their lines for themselves, or all of them stand on one, which others may share.
    """

    last: ast.stmt
    header: Template
    end: Template | None = None
    after: Template | None = None


@dataclass(frozen=True, slots=True, eq=False)
class KeepBranch:
    """Put one branch of an `if`, or the body of a `try`, in its place. The other statements have to be deleted, too."""

    body: bool
    """Whether it is the body that stays, and not the `else`."""


@dataclass(frozen=True, slots=True, eq=False)
class DropDecorator:
    """Delete the decorator with this index from a def or class."""

    index: int


@dataclass(frozen=True, slots=True, eq=False)
class RenameDef:
    """Give a function or class statement a new name (the identifier after def/class only)."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class RenameParam:
    """Rename the parameter `old` in a def's parameter list (uses are planned apart). `bare`: its annotation goes."""

    old: str
    name: str
    bare: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Insert:
    """Insert lines (a template; several lines allowed) before or after a statement, at its indentation.

    `comment` lines go above decorators; for a statement in a one-line suite, above the compound statement.
    `after` a def or class means after its whole body; `body` means first in its body, after a docstring; `top` is the
    same, but above the comments that stand there. `above` is `before`, but above the comments that stand there.
    """

    where: Literal["before", "above", "after", "body", "top"]
    template: Template


StmtPlan: TypeAlias = (
    StmtReplace | StmtDelete | Unwrap | Wrap | KeepBranch | DropDecorator | RenameDef | RenameParam | Insert
)


@dataclass(slots=True)
class Plans:
    """All decisions of one file. At most one expression plan per node; statement plans add up."""

    exprs: dict[ast.expr, ExprPlan] = field(default_factory=dict)
    stmts: dict[ast.stmt, list[StmtPlan]] = field(default_factory=dict)
    inserted: set[ast.expr] = field(default_factory=set)
    """The expressions that stand in lines which are added around statements."""

    def add(self, stmt: ast.stmt, plan: StmtPlan) -> None:
        """Attach a statement plan."""
        self.stmts.setdefault(stmt, []).append(plan)
        added: tuple[Template | None, ...] = ()
        if isinstance(plan, Insert):
            added = (plan.template,)
        elif isinstance(plan, Wrap):
            added = (plan.header, plan.end, plan.after)
        for template in added:
            if template is not None:
                self.inserted.update(expressions_in(template))

    def drop(self, stmt: ast.stmt) -> None:
        """A statement goes with all that is in it, whatever was planned there."""
        for node in ast.walk(stmt):
            if isinstance(node, ast.stmt):
                self.stmts[node] = [StmtDelete()]
