"""Writes `torch.einsum` with a literal equation as the matmul, product or sum it is: `ops.einsum` does not run on CPU.

Everything else goes to the helper of the tables.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
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
    terms, output = _parse(equation.value)
    if len(terms) != len(operands) or any(not term.isalpha() or len(set(term)) < len(term) for term in terms):
        return False
    if len(terms) == 1:
        text = _single(terms[0], output)
    else:
        in_order = all(isinstance(x, (ast.Name, ast.Attribute)) for x in operands)
        text = _pair(terms[0], terms[1], output, in_order)
    if text is None:
        return False
    ctx.replace(call, text, dict(zip("xy", operands, strict=False)))
    return ctx.converted(use, "mindspore.ops.matmul" if "matmul" in text else "")


def _parse(equation: str) -> tuple[list[str], str]:
    inputs, arrow, output = equation.replace(" ", "").partition("->")
    if not arrow:
        letters = inputs.replace(",", "")
        output = "".join(sorted(c for c in letters if letters.count(c) == 1))
    return inputs.split(","), output


def _permuted(text: str, term: str, wanted: str) -> str:
    """An operand with its indices in another order."""
    if term == wanted:
        return text
    if len(term) > 1 and wanted == term[:-2] + term[-1] + term[-2]:
        return f"{text}.swapaxes(-1, -2)"
    return f"{text}.permute({', '.join(str(term.index(c)) for c in wanted)})"


def _single(term: str, output: str) -> str | None:
    axes = [i for i, c in enumerate(term) if c not in output]
    kept = "".join(c for c in term if c in output)
    if sorted(kept) != sorted(output):
        return None
    text = "{x}" if not axes else f"{{x}}.sum({_axes(axes) if kept else ''})"
    return _permuted(text, kept, output) if (axes or kept != output) else None


def _axes(axes: list[int]) -> str:
    return str(axes[0]) if len(axes) == 1 else f"({', '.join(map(str, axes))})"


def _pair(left: str, right: str, output: str, in_order: bool) -> str | None:
    """A product of two operands; `in_order`: they may be evaluated in any order."""
    batch = "".join(c for c in left if c in right and c in output)
    inner = "".join(c for c in left if c in right and c not in output)
    rows = "".join(c for c in left if c not in right)
    columns = "".join(c for c in right if c not in left)
    if sorted(batch + rows + columns) != sorted(output):
        return None
    if not inner:
        return _product(left, right, output, batch, rows, columns)
    if not rows and not columns and set(left) == set(right):
        axes = [i for i, c in enumerate(left) if c in inner]
        text = f"({{x}} * {_permuted('{y}', right, left)}).sum({_axes(axes) if batch else ''})"
        return _permuted(text, batch, output)
    if len(inner) > 1:
        return None
    if (len(rows) == 1 and len(columns) == 1) or (not batch and rows and len(columns) == 1):
        x = _permuted("{x}", left, batch + rows + inner)
        y = _permuted("{y}", right, batch + inner + columns)
        return _permuted(f"ops.matmul({x}, {y})", batch + rows + columns, output)
    if not batch and columns and len(rows) == 1 and in_order:
        y = _permuted("{y}", right, columns + inner)
        x = _permuted("{x}", left, inner + rows)
        return _permuted(f"ops.matmul({y}, {x})", columns + rows, output)
    if not batch and not columns and len(right) == 1 and len(rows) == 1:
        return f"ops.matmul({_permuted('{x}', left, rows + inner)}, {{y}})"
    return None


def _product(left: str, right: str, output: str, batch: str, rows: str, columns: str) -> str | None:
    """Without a sum: the operands are multiplied, broadcast where an index is missing."""
    if left == right or (not columns and left.endswith(right)):
        return _permuted("({x} * {y})" if left != output else "{x} * {y}", left, output)
    if len(rows) == 1 and len(columns) == 1 and left == batch + rows and right == batch + columns:
        y = "{y}" if not batch else "{y}.expand_dims(-2)"
        text = f"{{x}}.expand_dims(-1) * {y}"
        return text if output == batch + rows + columns else _permuted(f"({text})", batch + rows + columns, output)
    return None


RULE = Rule(sites={"torch.einsum": _rule})
