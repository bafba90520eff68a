"""A call bound to a signature of torch's: which argument every parameter gets."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from torch2ms.codes import Code
from torch2ms.mapping.schema import Param, ParamKind, Signature

UNCALLED = "pass a function of your own that calls it"
"""The way forward where a method is used as a value."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a site stays as it was: the code of the finding, what it says, and what can be done about it."""

    code: Code
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a call: its value, where it stood, and whether it was given by position."""

    value: ast.expr
    source: ast.expr | ast.keyword
    positional: bool


@dataclass(frozen=True, slots=True)
class Bound:
    """A call bound to a signature.

    `args` are the arguments by parameter, in no particular order; `items` those of the parameter `variadic` (`*size`).
    `receiver` is what a method is called on, `receiver_param` the parameter it is bound to, None if the signature
    leaves it out. `open_positionals` and `open_keywords` are the `*args` and `**kwargs` of the call: what they hold is
    not known, and any parameter may get it.
    """

    signature: Signature
    args: Mapping[str, Argument] = field(default_factory=dict)
    variadic: str | None = None
    items: tuple[ast.expr, ...] = ()
    receiver: ast.expr | None = None
    receiver_param: str | None = None
    open_keywords: tuple[ast.keyword, ...] = ()
    open_positionals: tuple[ast.Starred, ...] = ()
    call: ast.Call | None = None

    @property
    def is_open(self) -> bool:
        """Whether the call passes arguments that cannot be seen."""
        return bool(self.open_keywords or self.open_positionals)

    def has(self, name: str) -> bool:
        """Whether the call passes this parameter."""
        return name in self.args or (name == self.variadic and bool(self.items)) or name == self.receiver_param

    def values(self, name: str) -> tuple[ast.expr, ...]:
        """What is passed for a parameter: one value, or those of a variadic one. `self` is the receiver."""
        if self.receiver is not None and name in ("self", self.receiver_param):
            return (self.receiver,)
        if name == self.variadic and self.items:
            return self.items
        argument = self.args.get(name)
        return () if argument is None else (argument.value,)

    def default(self, name: str) -> str | None:
        """The text of a parameter's default; None if there is no such parameter, or it has none."""
        param = self.signature.get(name)
        return None if param is None else param.default

    def in_source_order(self) -> list[tuple[str, Argument]]:
        """The parameters and their arguments, in the order in which they stand in the call."""
        return sorted(self.args.items(), key=lambda item: (item[1].value.lineno, item[1].value.col_offset))


def bind(
    call: ast.Call, signatures: Sequence[Signature], receiver: ast.expr | None, receiver_param: str | None
) -> Bound | None:
    """Bind a call to the first overload that takes it; None when none does.

    `receiver_param` is the parameter the receiver is bound to; "self" and None mean that the signatures leave it out.
    """
    for signature in signatures:
        bound = _bind_one(call, signature, receiver, receiver_param)
        if bound is not None:
            return bound
    return None


def _bind_one(
    call: ast.Call, signature: Signature, receiver: ast.expr | None, receiver_param: str | None
) -> Bound | None:
    takes_receiver = receiver is not None and receiver_param not in (None, "self")
    params = [p for p in signature.params if not takes_receiver or p.name != receiver_param]
    variadic = next((p.name for p in params if p.kind is ParamKind.VARIADIC), None)
    positionals = _positionals(call, [p for p in params if p.kind is ParamKind.POSITIONAL], variadic)
    if positionals is None:
        return None
    keywords = _keywords(call, params, positionals)
    if keywords is None:
        return None
    bound = Bound(
        signature,
        positionals.args | keywords,
        variadic if positionals.items else None,
        tuple(positionals.items),
        receiver,
        receiver_param if takes_receiver else None,
        tuple(keyword for keyword in call.keywords if keyword.arg is None),
        tuple(positionals.starred),
        call,
    )
    return bound if bound.is_open or not _lacks_any(params, bound) else None


@dataclass(slots=True)
class _Positionals:
    """The arguments given by position: those of named parameters, of the variadic one, and those that stay open."""

    args: dict[str, Argument] = field(default_factory=dict)
    items: list[ast.expr] = field(default_factory=list)
    starred: list[ast.Starred] = field(default_factory=list)


def _positionals(call: ast.Call, params: Sequence[Param], variadic: str | None) -> _Positionals | None:
    """Spread positional arguments over parameters; None if they do not fit."""
    found = _Positionals()
    for argument in call.args:
        is_full = len(found.args) >= len(params)
        if isinstance(argument, ast.Starred):
            if variadic is not None and is_full:
                found.items.append(argument)
            else:
                found.starred.append(argument)
        elif found.starred:
            return None
        elif not is_full:
            found.args[params[len(found.args)].name] = Argument(argument, argument, positional=True)
        elif variadic is not None:
            found.items.append(argument)
        else:
            return None
    return found


def _keywords(call: ast.Call, params: Sequence[Param], positionals: _Positionals) -> dict[str, Argument] | None:
    """The arguments given by keyword; None if one of them names no parameter, or one that has a value already."""
    kinds = {p.name: p.kind for p in params}
    takes_any = ParamKind.VARKW in kinds.values()
    found: dict[str, Argument] = {}
    for keyword in call.keywords:
        if keyword.arg is None:
            continue
        match kinds.get(keyword.arg):
            case ParamKind.POSITIONAL | ParamKind.KEYWORD:
                fits = keyword.arg not in positionals.args and keyword.arg not in found
            case ParamKind.VARIADIC:
                fits = not positionals.items
            case _:
                fits = False
        if not fits and not takes_any:
            return None
        found[keyword.arg] = Argument(keyword.value, keyword, positional=False)
    return found


def _lacks_any(params: Sequence[Param], bound: Bound) -> bool:
    """Whether a parameter without a default gets no value."""
    return any(
        param.kind in (ParamKind.POSITIONAL, ParamKind.KEYWORD)
        and param.default is None
        and param.name not in bound.args
        for param in params
    )
