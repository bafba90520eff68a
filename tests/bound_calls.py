"""A call and a signature from text, for the tests of what binds the two."""

from __future__ import annotations

import ast

from torch2ms.mapping.schema import Param, ParamKind, Signature


def signature(text: str) -> Signature:
    """`a, b=2, *rest, c=None, **kw` as a Signature."""
    args = ast.parse(f"def f({text}): pass").body[0].args  # type: ignore[attr-defined]
    params: list[Param] = []
    first = len(args.args) - len(args.defaults)
    for index, arg in enumerate(args.args):
        default = ast.unparse(args.defaults[index - first]) if index >= first else None
        params.append(Param(arg.arg, ParamKind.POSITIONAL, default))
    if args.vararg:
        params.append(Param(args.vararg.arg, ParamKind.VARIADIC))
    for arg, value in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        params.append(Param(arg.arg, ParamKind.KEYWORD, None if value is None else ast.unparse(value)))
    if args.kwarg:
        params.append(Param(args.kwarg.arg, ParamKind.VARKW))
    return Signature(tuple(params))


def expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def call(text: str) -> ast.Call:
    node = expression(text)
    assert isinstance(node, ast.Call)
    return node
