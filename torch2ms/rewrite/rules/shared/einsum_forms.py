"""Products of tensors that are written as matmul, product or sum.

Not a rewrite of its own: the rules for `einsum` of torch and of einops ask.
"""

from __future__ import annotations

from collections.abc import Sequence


def parse(equation: str) -> tuple[list[str], str]:
    """The indices of each tensor of an equation, and those of the result."""
    inputs, arrow, output = equation.replace(" ", "").partition("->")
    if not arrow:
        letters = inputs.replace(",", "")
        output = "".join(sorted(c for c in letters if letters.count(c) == 1))
    return inputs.split(","), output


def written(terms: Sequence[str], output: str, in_order: bool) -> str | None:
    """A product of one tensor or two as a template, in which `{x}` and `{y}` are the tensors; None where it is none
    of the forms that have one. `in_order`: the tensors may be evaluated in any order."""
    if any(not term.isalpha() or len(set(term)) < len(term) for term in terms):
        return None
    if len(terms) == 1:
        return _single(terms[0], output)
    return _pair(terms[0], terms[1], output, in_order) if len(terms) == 2 else None


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
