"""Signatures as text, `(input, dim=None, *, keepdim=False)`, and parsed."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from torch2ms.mapping.schema import Param, ParamKind, Signature


def parse_signature(text: str) -> Signature:
    """Parse the text of a signature; ValueError when it is not one."""
    try:
        statement = ast.parse(f"def f{text}: ...").body[0]
    except SyntaxError as error:
        raise ValueError(f"not a signature: {text}") from error
    if not isinstance(statement, ast.FunctionDef):
        raise ValueError(f"not a signature: {text}")
    args = statement.args
    params: list[Param] = []
    positional = [*args.posonlyargs, *args.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(args.defaults))
    for arg, default in zip(positional, [*defaults, *args.defaults], strict=True):
        params.append(Param(arg.arg, ParamKind.POSITIONAL, _text(default)))
    if args.vararg is not None:
        params.append(Param(args.vararg.arg, ParamKind.VARIADIC))
    for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        params.append(Param(arg.arg, ParamKind.KEYWORD, _text(default)))
    if args.kwarg is not None:
        params.append(Param(args.kwarg.arg, ParamKind.VARKW))
    return Signature(tuple(params))


def _text(default: ast.expr | None) -> str | None:
    return None if default is None else ast.unparse(default)


class Overloads(Mapping[str, tuple[Signature, ...]]):
    """Name to parsed overloads, each parsed when asked for: all of them would cost more than a conversion."""

    __slots__ = ("_parsed", "_texts")

    def __init__(self, texts: Mapping[str, tuple[str, ...]]) -> None:
        self._texts = texts
        self._parsed: dict[str, tuple[Signature, ...]] = {}

    def __getitem__(self, name: str) -> tuple[Signature, ...]:
        found = self._parsed.get(name)
        if found is None:
            found = self._parsed[name] = tuple(parse_signature(text) for text in self._texts[name])
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._texts

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


class First(Mapping[str, Signature]):
    """Name to its first overload."""

    __slots__ = ("_overloads",)

    def __init__(self, overloads: Overloads) -> None:
        self._overloads = overloads

    def __getitem__(self, name: str) -> Signature:
        return self._overloads[name][0]

    def __contains__(self, name: object) -> bool:
        return name in self._overloads

    def __iter__(self) -> Iterator[str]:
        return iter(self._overloads)

    def __len__(self) -> int:
        return len(self._overloads)
