"""Writes einops' functions as the methods of a tensor that they are made of: einops knows no tensors of MindSpore.

`rearrange(x, "b n (h d) -> b h n d", h=8)` becomes `x.reshape(*x.shape[:2], 8, -1).swapaxes(1, 2)`: steps that do
nothing are left out, and sizes are asked for only where they are needed. A pattern that is not written out, or that
needs to know how many dimensions there are, goes to a helper of the same name, and so do the layers. What is known to
be an array of NumPy's stays with einops. The functions of einx that compute element by element become operators:
`einx.subtract("j, i -> i j", a, b)` is `a - b.unsqueeze(-1)`.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule, SiteRule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Template, Value
from torch2ms.rewrite.rules.einops.calls import Given, given, sizes_of_shape
from torch2ms.rewrite.rules.einops.chosen import best, stacked, with_names
from torch2ms.rewrite.rules.einops.elementwise import ELEMENTWISE, elementwise
from torch2ms.rewrite.rules.einops.pattern import Operation, PatternError, parse, parse_einsum, parse_names
from torch2ms.rewrite.rules.einops.places import has_name, has_place_before, is_free, new_name
from torch2ms.rewrite.rules.einops.written import METHODS, Written
from torch2ms.rewrite.rules.shared.einsum_forms import written as product
from torch2ms.rewrite.rules.shared.questions import argument
from torch2ms.source import kinds as k
from torch2ms.source.members import ARRAY_LIBRARIES
from torch2ms.source.values import element

_PARAMETERS: dict[Operation, tuple[str, ...]] = {
    "rearrange": ("tensor", "pattern"),
    "reduce": ("tensor", "pattern", "reduction"),
    "repeat": ("tensor", "pattern"),
}
_REDUCTIONS = (*METHODS, "prod")
_FUNCTIONS = {"torch.amax": "max", "torch.amin": "min", "torch.sum": "sum", "torch.mean": "mean"}


def _bad_pattern(ctx: FileContext, use: Use, text: str, error: PatternError) -> bool:
    return ctx.manual(use, "T2M207", f"einops refuses the pattern {text!r}: {error}", "mend the pattern")


# ---------------------------------------------------------------------- rearrange, reduce, repeat


def _transform(operation: Operation) -> SiteRule:
    def rule(ctx: FileContext, use: Use) -> bool:
        found = given(ctx, use, _PARAMETERS[operation])
        if found is None:
            return _is_array(ctx, use)
        kind = k.settle(ctx.kind(found.tensor))
        if _of(kind) is k.NDARRAY:
            return ctx.converted(use, use.name)
        text = _text(found.pattern)
        if text is None:
            return False
        try:
            parse(text, operation, found.sizes)
        except PatternError as error:
            return _bad_pattern(ctx, use, text, error)
        reduction = _reduction(ctx, found.reduction) if found.reduction is not None else ""
        if reduction and reduction not in _REDUCTIONS:
            return ctx.manual(use, "T2M207", f"einops has no reduction {reduction!r}", "mend the reduction")
        if not k.is_tensor(_of(kind)) and _has_arrays(ctx):
            return operation != "rearrange" and ctx.unknown(use, "this may or may not be an array of NumPy's")
        if found.sizes is None or reduction is None:
            return False
        return _write(ctx, use, found, operation, text, reduction)

    return rule


def _of(kind: k.Kind) -> k.Kind:
    """The kind of a tensor, or of those in a list."""
    return k.settle(element(kind)) if isinstance(kind, k.Seq) else kind


def _is_array(ctx: FileContext, use: Use) -> bool:
    """Whether a site that is not understood is given an array of NumPy's; it stays then."""
    tensor = None if use.call is None else argument(use.call, 0, "tensor")
    return tensor is not None and _of(ctx.kind(tensor)) is k.NDARRAY and ctx.converted(use, use.name)


def _has_arrays(ctx: FileContext) -> bool:
    """Whether the file may hold arrays of another library, which have no methods of a tensor's."""
    modules = (a.name if isinstance(i, ast.Import) else i.module or "" for i in ctx.facts.imports for a in i.names)
    return any(module.partition(".")[0] in ARRAY_LIBRARIES for module in modules)


def _reduction(ctx: FileContext, node: ast.expr) -> str | None:
    """The name of a reduction: that of einops', or of a function of torch's that is one."""
    return _text(node) or _FUNCTIONS.get(ctx.know.canonical(ctx.facts.refs.get(node, "")))


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _write(ctx: FileContext, use: Use, found: Given, operation: Operation, text: str, reduction: str) -> bool:
    """Write a call as methods of its tensor; False where it takes the helper."""
    call, sizes = use.call, found.sizes or {}
    assert call is not None
    pattern = parse(text, operation, sizes)
    values: dict[str, Value] = {f"s_{axis}": size for axis, size in sizes.items()}
    tensor: Value = found.tensor
    if isinstance(ctx.kind(found.tensor), k.Seq):
        stack = stacked(pattern, sizes, reduction)
        if stack is None:
            return False
        axis, written = stack
        along = f", axis={axis}" if axis else ""
        tensor = ctx.template(f"ops.stack({{xs}}{along})", {"xs": found.tensor})
    else:
        chosen = best(pattern, sizes, reduction, has_name(found.tensor))
        if chosen is None:
            return False
        written = chosen
        if written.uses > 1 and not has_name(found.tensor):
            if not has_place_before(ctx, use):
                return False
            name = new_name(ctx, use, [size for size in sizes.values() if isinstance(size, ast.expr)])
            if name is None:
                return False
            ctx.insert(use.stmt, "before", Template(f"{name} = {{x}}", {"x": found.tensor}))
            tensor = name
        named = with_names(pattern, sizes, reduction, written)
        if named is not None and has_place_before(ctx, use) and _are_free(ctx, use, named):
            ctx.insert(use.stmt, "before", Template(f"{', '.join(named.names)} = {{x}}.shape", {"x": tensor}))
            written = named
    ctx.replace(call, written.text, {**values, "x": tensor})
    return ctx.converted(use, "mindspore.Tensor")


def _are_free(ctx: FileContext, use: Use, written: Written) -> bool:
    return all(name == "_" or is_free(ctx, name, use) for name in written.names)


# ---------------------------------------------------------------------- the other functions


def _einsum(ctx: FileContext, use: Use) -> bool:
    """`einsum(a, b, "b i d, b j d -> b i j")`: the pattern is the last argument, and axes have names."""
    call = use.call
    if call is None or call.keywords or len(call.args) < 2 or any(isinstance(a, ast.Starred) for a in call.args):
        return ctx.manual(use, "T2M206", "what einsum is given cannot be seen here", "write its arguments out")
    *tensors, last = call.args
    text = _text(last)
    if all(ctx.kind(tensor) is k.NDARRAY for tensor in tensors):
        return ctx.converted(use, use.name)
    if text is None:
        return ctx.manual(use, "T2M206", "the pattern of einsum is not written out", "call it with a pattern in quotes")
    try:
        terms, output = parse_einsum(text)
    except PatternError as error:
        return _bad_pattern(ctx, use, text, error)
    if len(terms) != len(tensors):
        return _bad_pattern(ctx, use, text, PatternError(f"it is for {len(terms)} tensors, not {len(tensors)}"))
    letters = _letters([axis for term in terms for axis in term])
    short = ["".join(letters[axis] for axis in term) for term in terms]
    result = "".join(letters[axis] for axis in output)
    in_order = all(isinstance(tensor, (ast.Name, ast.Attribute)) for tensor in tensors)
    product_text = product(short, result, in_order)
    if product_text is not None:
        ctx.replace(call, product_text, dict(zip("xy", tensors, strict=False)))
        return ctx.converted(use, "mindspore.ops.matmul" if "matmul" in product_text else "")
    places = {f"x{i}": tensor for i, tensor in enumerate(tensors)}
    listed = ", ".join(f"{{{name}}}" for name in places)
    ctx.replace(call, f"{ctx.helper('einsum')}('{','.join(short)}->{result}', {listed})", places)
    return ctx.converted(use, "einsum")


def _letters(axes: list[str]) -> dict[str, str]:
    """A letter for each axis, its own where it is one."""
    names = dict.fromkeys(axes)
    letters = {name: name for name in names if name == "..." or len(name) == 1}
    free = (c for c in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" if c not in letters)
    for name in names:
        if name not in letters:
            letters[name] = name[0] if name[0] not in letters.values() and name[0].isascii() else next(free)
    return letters


def _parse_shape(ctx: FileContext, use: Use) -> bool:
    """`parse_shape(x, "b _ h w")`: a dict of the sizes that have names."""
    call = use.call
    if call is None or len(call.args) != 2 or call.keywords:
        return False
    tensor, last = call.args
    text = _text(last)
    if text is None:
        return False
    try:
        positions = parse_names(text)
    except PatternError as error:
        return _bad_pattern(ctx, use, text, error)
    sizes = sizes_of_shape(tensor, text)
    if sizes is None or not (has_name(tensor) or len(positions) == 1):
        return False
    listed = ", ".join(f"'{name}': {{s_{name}}}" for name in positions)
    ctx.replace(call, f"{{{{{listed}}}}}", {f"s_{name}": size for name, size in sizes.items()})
    return ctx.converted(use, "dict")


def _layer(operation: Operation) -> SiteRule:
    """A layer: its pattern is read, the helper of the tables does the rest."""

    def rule(ctx: FileContext, use: Use) -> bool:
        pattern = None if use.call is None else argument(use.call, 0, "pattern")
        text = None if pattern is None else _text(pattern)
        if use.call is None or text is None:
            return False
        sizes = {keyword.arg for keyword in use.call.keywords} - {"pattern", "reduction"}
        try:
            parse(text, operation, None if None in sizes else filter(None, sizes))
        except PatternError as error:
            return _bad_pattern(ctx, use, text, error)
        return False

    return rule


def _compiled(ctx: FileContext, use: Use) -> bool:
    """`allow_ops_in_compiled_graph()` is about torch.compile alone."""
    if not (isinstance(use.stmt, ast.Expr) and use.stmt.value is use.call):
        return False
    ctx.delete_stmt(use.stmt)
    return ctx.converted(use)


RULE = Rule(
    sites={
        **{f"{module}.{name}": _transform(name) for name in _PARAMETERS for module in ("einops", "einops.einops")},
        **{f"einx.{name}": elementwise for name in ELEMENTWISE},
        "einops.einsum": _einsum,
        "einops.parse_shape": _parse_shape,
        "einops.layers.torch.Rearrange": _layer("rearrange"),
        "einops.layers.torch.Reduce": _layer("reduce"),
        "einops._torch_specific.allow_ops_in_compiled_graph": _compiled,
    }
)
