"""The compiled form of the tables: what `mappings/*.yaml` says, resolved and ready to be looked up."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from torch2ms.codes import Code


class ParamKind(StrEnum):
    """How a parameter takes its argument."""

    POSITIONAL = "positional"
    VARIADIC = "variadic"
    KEYWORD = "keyword"
    VARKW = "varkw"


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter. `default` is the text of the default, None when the argument is required."""

    name: str
    kind: ParamKind
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """The parameters of one overload, without the receiver."""

    params: tuple[Param, ...] = ()

    def get(self, name: str) -> Param | None:
        """The parameter with this name."""
        return next((param for param in self.params if param.name == name), None)

    @property
    def positional(self) -> tuple[Param, ...]:
        """The parameters that may be given by position, in order; a variadic one is not among them."""
        return tuple(param for param in self.params if param.kind is ParamKind.POSITIONAL)

    @property
    def variadic(self) -> Param | None:
        """The `*args` parameter."""
        return next((param for param in self.params if param.kind is ParamKind.VARIADIC), None)

    @property
    def takes_any_keyword(self) -> bool:
        """Whether there is a `**kwargs`."""
        return any(param.kind is ParamKind.VARKW for param in self.params)


@dataclass(frozen=True, slots=True)
class ArgRule:
    """What becomes of one torch argument; all texts are Python expressions except the reasons and notes."""

    to: str | None = None
    value: str | None = None
    reject: tuple[str, ...] = ()
    default: str | None = None
    unsupported: str | None = None
    drop: str | None = None
    only: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """What a site becomes. At most one of `to`, `expr`, `helper`, `unsupported` is set.

    `inplace` is the new value of the receiver of a method that changes it.
    """

    to: str | None = None
    expr: str | None = None
    helper: str | None = None
    unsupported: str | None = None
    inplace: str | None = None
    hint: str | None = None
    args: Mapping[str, ArgRule] = field(default_factory=dict)
    add: Mapping[str, str] = field(default_factory=dict)
    note: str | None = None
    check: str | None = None
    code: Code | None = None

    @property
    def empty(self) -> bool:
        """Whether it says nothing about what the site becomes."""
        return not (self.to or self.expr or self.helper or self.unsupported or self.inplace)


@dataclass(frozen=True, slots=True)
class Condition:
    """All of it must hold; the empty condition always does."""

    given: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    literal: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    written: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kind: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    len: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    simple: tuple[str, ...] = ()
    not_: Condition | None = None

    @property
    def names(self) -> frozenset[str]:
        """Every parameter it asks about."""
        inner = self.not_.names if self.not_ is not None else frozenset()
        return (
            frozenset((*self.given, *self.absent, *self.literal, *self.written, *self.kind, *self.len, *self.simple))
            | inner
        )


@dataclass(frozen=True, slots=True)
class Variant:
    """One case of `when`; its body is complete, what it inherits from the row is filled in."""

    condition: Condition
    body: Body
    unknown_ok: bool = False


@dataclass(frozen=True, slots=True)
class Tolerance:
    """A relative error that is accepted, and why."""

    value: float
    because: str


@dataclass(frozen=True, slots=True)
class Row:
    """Everything the tables know about one torch name.

    `receiver` names the parameter of `signatures` the receiver of a method is bound to: "self" for a plain
    method or attribute (the signatures then leave it out), the first parameter for one taken over from a
    function by `like` (the signatures then hold it), None for functions and classes.
    `params` and `attrs` map to None where MindSpore has no such thing.
    Of the examples: `grad`: gradients are compared; `graph`: why they need not compile; `random`: values are
    random, only shape, dtype and statistics are compared; `dtype`: why the dtype may differ.
    `proven`: an example, checked in both frameworks, stands behind the row, or there is nothing to prove.
    `users`: it comes from a table of the user's; `doubt` says why such a row is not proven.
    `layer`: it has keys that only layers have; names outside of torch do not show it.
    """

    name: str
    body: Body
    location: str
    variants: tuple[Variant, ...] = ()
    returns: str = "tensor"
    value: Body | None = None
    isinstance: str | None = None
    params: Mapping[str, str | None] = field(default_factory=dict)
    layouts: Mapping[str, str] = field(default_factory=dict)
    attrs: Mapping[str, str | None] = field(default_factory=dict)
    signatures: tuple[Signature, ...] = ()
    receiver: str | None = None
    like: str | None = None
    examples: tuple[str, ...] = ()
    grad: bool = True
    graph: str | None = None
    random: bool = False
    dtype: str | None = None
    tol: Tolerance | None = None
    proven: bool = False
    users: bool = False
    doubt: str = ""
    layer: bool = False

    @property
    def bodies(self) -> tuple[Body, ...]:
        """Every body a site of this name may get: those of the variants, then the row's own."""
        return (*(variant.body for variant in self.variants), self.body)


@dataclass(frozen=True, slots=True)
class Helper:
    """A function or Cell of `mappings/helpers/`.

    `source` is the def or class with its decorators, `defines` its name there, `called` the name that templates call
    it by (a file that binds it gets the helper under another one), `imports` the qualified names
    behind the names it uses (`{"ops": "mindspore.ops"}`), `signature` how it is called, `attributes` what the
    `__init__` of a class sets. `location` is the file and line where the source begins.
    """

    name: str
    source: str
    defines: str
    imports: Mapping[str, str]
    signature: Signature
    attributes: frozenset[str] = frozenset()
    location: str = ""
    called: str = ""


Strictness: TypeAlias = Mapping[str, frozenset[str]]
"""What one parameter of MindSpore's refuses: for a type that it takes, the types it does not take in its place."""


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables. `digest` changes whenever any of them does.

    `tensor_members` are the methods and attributes of a torch.Tensor that a row is for or that torch has,
    `outside` are the names of rows outside of torch, `doubted` those of the user's rows that are not proven.
    `torch_version` and `mindspore_version` are those of the captured signatures.
    `strict` says of names of MindSpore and their parameters which types these refuse, as found by trial.
    `mindspore_fields` are the names that instances of MindSpore's layers and operators have, as one text a class.
    """

    rows: Mapping[str, Row]
    aliases: Mapping[str, str]
    helpers: Mapping[str, Helper]
    torch_signatures: Mapping[str, tuple[Signature, ...]]
    mindspore_signatures: Mapping[str, Signature]
    mindspore_overloads: Mapping[str, tuple[Signature, ...]]
    torch_names: frozenset[str]
    tensor_members: frozenset[str]
    mindspore_names: frozenset[str]
    digest: str
    mindspore_version: str = ""
    torch_version: str = ""
    outside: frozenset[str] = frozenset()
    doubted: frozenset[str] = frozenset()
    mindspore_fields: Mapping[str, str] = field(default_factory=dict)
    strict: Mapping[str, Mapping[str, Strictness]] = field(default_factory=dict)

    def canonical(self, name: str) -> str:
        """The name a torch name is an alias of, or itself."""
        return name if name in self.rows else self.aliases.get(name, name)

    def row(self, name: str) -> Row | None:
        """The row of a torch name or of what it is an alias of."""
        return self.rows.get(self.canonical(name))

    def doubted_row(self, name: str) -> Row | None:
        """The row of the user's that decides a site of this name, itself or as that of its layer, and is not proven."""
        if not self.doubted:
            return None
        found = next((n for n in (name, name.rpartition(".")[0]) if n in self.rows), "")
        return self.rows[found] if found in self.doubted else None

    def target(self, name: str, arguments: Collection[str] = ()) -> Signature | None:
        """The first overload of a MindSpore name that has all these parameters; None when none does."""
        for signature in self.mindspore_overloads.get(name, ()):
            if signature.takes_any_keyword or {param.name for param in signature.params}.issuperset(arguments):
                return signature
        return None
