"""Writes `torch.einsum` with a literal equation as the matmul, product or sum it is: `ops.einsum` does not run on CPU.

Everything else goes to the helper of the tables.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rules.shared.einsum_forms import parse, written
from torch2ms.source import kinds as k


def _rule(ctx: FileContext, use: Use) -> bool:
    call = use.call
    if call is None or call.keywords or not 2 <= len(call.args) <= 3:
        return False
    equation, *operands = call.args
    if len(operands) == 1 and isinstance(operands[0], (ast.List, ast.Tuple)):
        operands = operands[0].elts
    if any(isinstance(x, ast.Starred) or isinstance(ctx.kind(x), k.Seq) for x in operands):
        return False
    if not (isinstance(equation, ast.Constant) and isinstance(equation.value, str)):
        return False
    terms, output = parse(equation.value)
    if len(terms) != len(operands):
        return False
    text = written(terms, output, all(isinstance(x, (ast.Name, ast.Attribute)) for x in operands))
    if text is None:
        return False
    ctx.replace(call, text, dict(zip("xy", operands, strict=False)))
    return ctx.converted(use, "mindspore.ops.matmul" if "matmul" in text else "")


RULE = Rule(sites={"torch.einsum": _rule})
