"""Casts tensors where MindSpore's function does not take their dtype, or gives another one than torch's.

torch computes `exp` of integers in floats, sums bools and int32 up in int64, brings the parts of a `cat` to one
dtype, and gives the absolute values of complex numbers as floats; MindSpore's functions raise, or keep the dtype they
got. Where the dtype is known to be such a one, the tensor is cast (`ops.log(steps.float())`). Float tensors are the
rule, and what is not known is left as it is. Functions that MindSpore has no kernel of for float64 (`norm`) are
reported where they are given such a tensor.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from torch2ms.model import Outcome
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.dtype_lists import Part
from torch2ms.rewrite.elements import OPEN, Elements, promoted
from torch2ms.rewrite.plan import Template
from torch2ms.rewrite.rows.conditions import simple
from torch2ms.rewrite.rules.shared.casts import cast_to, narrow_beside
from torch2ms.rewrite.rules.shared.none_values import may_be_none
from torch2ms.rewrite.rules.shared.questions import argument, input_of, is_literal
from torch2ms.source import kinds as k

_IN_FLOATS = frozenset(
    """
    acos acosh asin asinh atan atanh atan2 cos cosh deg2rad digamma erf erfc exp exp2 expit expm1 lgamma log log10 log1p
    log2 logit logsumexp rad2deg rsqrt sigmoid sin sinc sinh softsign tan tanh tanhshrink
    """.split()
)
"""Functions that MindSpore computes of floats alone."""

_NOTHING_TO_DO = frozenset("floor ceil round trunc nan_to_num".split())
"""Functions that leave integers as they are, and that MindSpore has for floats alone."""

_TARGETS = {
    "hinge_embedding_loss": 1,
    "margin_ranking_loss": 2,
    "smooth_l1_loss": 1,
    "soft_margin_loss": 1,
}
"""Losses whose targets MindSpore has as floats alone, and the place of the target."""

_SUMMED = frozenset(("cumsum", "cumprod"))
_JOINING = frozenset("cat concat concatenate stack hstack vstack dstack column_stack block_diag".split())
_KEEPING = frozenset("unsqueeze squeeze view reshape flatten expand repeat transpose permute contiguous clone".split())
_LIKELY = frozenset(("float", "float32"))
"""What a tensor most likely has that nothing is known of."""
_OF_BOOLS = {"max": "any", "amax": "any", "min": "all", "amin": "all"}
_NO_BOOLS = frozenset("sort topk unique cummax cummin sign sgn square clamp clip kthvalue median msort".split())
"""Functions that MindSpore has for numbers alone."""

_AS_VECTOR = "torch.nn.utils.parameters_to_vector"

_NO_DOUBLES = frozenset(
    """
    norm vector_norm dist nan_to_num lerp histc searchsorted bucketize normalize pairwise_distance relu6 prelu
    hardshrink softshrink affine_grid conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d
    binary_cross_entropy binary_cross_entropy_with_logits triplet_margin_loss
    """.split()
)
"""Functions that MindSpore has no kernel of for float64."""

_NEEDS_DTYPE = re.compile(r"\.astype\(\{dtype\}\)|ops\.full\(.*dtype=\{dtype\}")
"""Templates that are right for a dtype alone."""

_TRIANGLES = frozenset(("torch.tril_indices", "torch.triu_indices"))
_PLACES = frozenset(("sort", "topk", "cummin", "median"))
_SHOWING = frozenset(("numpy", "dtype", "element_size", "itemsize"))
"""Members of a tensor that tell its dtype, or give it to NumPy."""
_SPACES = ("torch.", "torch.Tensor.", "torch.nn.functional.", "torch.special.", "torch.linalg.", "einops.")


def _finish(ctx: FileContext) -> None:
    """Look at the converted calls of functions and methods that treat dtypes in a way of their own."""
    for use in ctx.sites():
        space, _, name = use.name.rpartition(".")
        _ask_dtype(ctx, use)
        if use.name == _AS_VECTOR:
            _as_vector(ctx, use)
        rule = _RULES.get(name)
        if rule is None or use.call is None or f"{space}." not in _SPACES:
            continue
        if ctx.outcome(use) in (Outcome.CONVERTED, Outcome.ADAPTED) and ctx.has_place(use.call, use.stmt):
            rule(ctx, use, use.call, name)
    if any(use.name.rpartition(".")[2] in _PLACES and use.call is not None for use in ctx.sites()):
        _show_places(ctx)


def _ask_dtype(ctx: FileContext, use: Use) -> None:
    """`x.cumsum(0, dtype=dtype)`, where nothing is cast if `dtype` is None."""
    given = None if use.call is None else next((w.value for w in use.call.keywords if w.arg == "dtype"), None)
    plan = None if given is None or use.call is None else ctx.plan(use.call)
    if given is None or isinstance(given, ast.Constant):
        return
    if use.name not in _TRIANGLES and not (isinstance(plan, Template) and _NEEDS_DTYPE.search(plan.text)):
        return
    if ctx.outcome(use) in (Outcome.CONVERTED, Outcome.ADAPTED) and may_be_none(ctx, given, use.stmt):
        message = f"{ast.unparse(given)} may be None here, which torch takes for no dtype and MindSpore does not"
        ctx.check(use, "", message, "T2M308", "give it the dtype that is meant")


def _as_vector(ctx: FileContext, use: Use) -> None:
    """`parameters_to_vector(net.parameters())`, where the file makes parameters of integers too."""
    for other in ctx.sites():
        if other.name == "torch.nn.Parameter" and other.call is not None:
            data = argument(other.call, 0, "data")
            found = None if data is None else ctx.dtypes.of(data)
            if found is not None and found.family in ("bool", "int") and ctx.outcome(use) is Outcome.CONVERTED:
                message = f"MindSpore joins parameters of one dtype alone; {ast.unparse(other.call)} holds integers"
                ctx.check(use, "", message, "T2M308", "leave them out, or make them a buffer")
                return


def _show_places(ctx: FileContext) -> None:
    """The places that `topk` and `sort` give are int64 where a function returns them, or their dtype is asked for."""
    for stmt in ctx.facts.owners:
        if isinstance(stmt, ast.Return) and stmt.value is not None:
            for part in _parts(stmt.value):
                _show(ctx, part)
                if isinstance(part, ast.Name) and isinstance(ctx.kind(part), k.Seq):
                    for appended in ctx.dtypes.appended(part):
                        _show(ctx, appended)
            if isinstance(stmt.value, ast.Call):
                _show_both(ctx, stmt, stmt.value)
    for node, kind in ctx.facts.attributes.items():
        if node.attr in _SHOWING and k.is_tensor(kind):
            _show(ctx, node.value)


def _parts(value: ast.expr) -> Iterator[ast.expr]:
    """A value, or what stands in the tuples, lists and dicts it is made of, or on the sides of a condition."""
    match value:
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Dict(values=parts):
            for part in parts:
                yield from _parts(part)
        case ast.IfExp(body=body, orelse=other):
            yield from _parts(body)
            yield from _parts(other)
        case _:
            yield value


def _show_both(ctx: FileContext, stmt: ast.Return, call: ast.Call) -> None:
    """`return x.topk(2)`."""
    use = ctx.site(call.func)
    named = use is not None and use.name.rpartition(".")[2] in _PLACES and isinstance(ctx.kind(call), k.Named)
    scope = ctx.blocks.scope(stmt)
    is_free = not any(inner for name in ("values", "indices") for inner in ctx.blocks.loads(name, scope))
    if named and is_free and not ctx.stmt_plans(stmt):
        ctx.replace_stmt(stmt, "values, indices = {call}\nreturn values, indices.long()", {"call": call})


def _show(ctx: FileContext, node: ast.expr) -> None:
    found = ctx.dtypes.of(node) if k.is_tensor(ctx.kind(node)) else None
    if (
        found is not None
        and found.narrow
        and not ctx.is_surrounded(node)
        and ctx.has_place(node, ctx.parents.stmt(node))
    ):
        ctx.surround(node, "{value}.long()")
        if ctx.site(node.func if isinstance(node, ast.Call) else node) is None:
            ctx.structural(node, ctx.parents.stmt(node), "torch.Tensor.dtype", "mindspore.Tensor.long")


def _in_floats(ctx: FileContext, use: Use, call: ast.Call, name: str) -> None:
    """`torch.exp(x)` of integers."""
    given = [input_of(use)]
    if name == "atan2":
        given.append(argument(call, 0 if use.receiver is not None else 1, "other"))
    for node in given:
        found = None if node is None else ctx.dtypes.of(node)
        if node is not None and found is not None and not found.number and found.family in ("bool", "int"):
            ctx.surround(node, "{value}.float()")


def _with_float_target(ctx: FileContext, use: Use, call: ast.Call, name: str) -> None:
    """`F.hinge_embedding_loss(x, labels)` with labels that are integers."""
    node = argument(call, _TARGETS[name], "target")
    found = None if node is None else ctx.dtypes.of(node)
    if node is not None and found is not None and not found.number and found.family in ("bool", "int"):
        ctx.surround(node, "{value}.float()")


def _nothing_to_do(ctx: FileContext, use: Use, call: ast.Call, name: str) -> None:
    """`torch.floor(x)` of integers is `x`."""
    node = input_of(use)
    found = None if node is None else ctx.dtypes.of(node)
    if node is not None and found is not None and not found.number and found.family == "int" and len(call.args) < 2:
        ctx.replace(call, "{value}", {"value": node})


def _summed(ctx: FileContext, use: Use, call: ast.Call, name: str) -> None:
    """`mask.cumsum(1)` counts in int64."""
    node = input_of(use)
    found = None if node is None else ctx.dtypes.of(node)
    told = argument(call, 1 if use.receiver is not None else 2, "dtype")
    if node is None or (told is not None and not is_literal(told, None)) or found is None:
        return
    if found.family == "bool" or (found.family == "int" and (found.dtype != "int64" or found.narrow)):
        ctx.surround(node, "{value}.long()")


def _of_bools(ctx: FileContext, use: Use, call: ast.Call, name: str) -> None:
    """The largest of bools is whether any holds; other functions of numbers have no form for bools."""
    node = input_of(use)
    found = None if node is None else ctx.dtypes.of(node)
    if node is None or found is None or found.dtype != "bool" or found.number:
        return
    if name == "argsort":
        ctx.surround(node, "{value}.int()")
    elif name == "repeat_interleave":
        ctx.surround(node, "{value}.int()")
        ctx.surround(call, "{value}.bool()")
    elif name in _OF_BOOLS and not call.keywords and len(call.args) == (use.receiver is None):
        ctx.replace(call, f"{{value}}.{_OF_BOOLS[name]}()", {"value": node})
    elif name in _NO_BOOLS or name in _OF_BOOLS:
        message = f"MindSpore has {name} for numbers alone: these are bools"
        ctx.check(use, "", message, "T2M308", f"x.int().{name}(...), and bool() of the values")


def _no_doubles(ctx: FileContext, use: Use, call: ast.Call, name: str) -> None:
    """`x.double().norm()`; `F.normalize` divides by the root of a sum of squares unless it is told otherwise."""
    if name in _NOTHING_TO_DO:
        _nothing_to_do(ctx, use, call, name)
    node = input_of(use)
    found = None if node is None else ctx.dtypes.of(node)
    if found is None or found.dtype not in ("float64", "double") or found.number:
        return
    if name != "normalize" or argument(call, 1, "p") is not None:
        message = f"MindSpore has no {name} of float64"
        ctx.check(use, "", message, "T2M308", "cast to float32, and back")


def _absolute(ctx: FileContext, use: Use, call: ast.Call, name: str) -> None:
    """`z.abs()` of complex numbers are floats."""
    node = input_of(use)
    found = None if node is None else ctx.dtypes.of(node)
    if node is not None and found is not None and found.family == "complex":
        ctx.replace(call, "ops.ComplexAbs()({value})", {"value": node})


def _joined(ctx: FileContext, use: Use, call: ast.Call, name: str) -> None:
    """The parts of `torch.cat([ids, weights])` get one dtype."""
    joined = ast.Tuple(call.args, ast.Load()) if name == "block_diag" else argument(call, 0, "tensors")
    if joined is None:
        return
    parts = ctx.dtypes.parts(joined)
    target: Elements | None = OPEN
    for part in parts:
        if part.elements is not None:
            target = promoted(target, replace(part.elements, narrow=False))
    if target is None or not target.dtype:
        if all(part.elements is None for part in parts):
            _ask_callers(ctx, use, [part.node for part in parts if part.node is not None], name)
        return
    unknown = [part for part in parts if part.elements is None]
    if unknown and target.dtype not in _LIKELY:
        _as_unknown(ctx, use, parts, name)
        return
    wide = any(part.elements is not None and not part.elements.narrow for part in parts)
    for part in parts:
        found = part.elements
        if found is None or not ((found.dtype != target.dtype and _differs(found, target)) or (found.narrow and wide)):
            continue
        if part.node is None or not part.own or not ctx.has_place(part.node, ctx.parents.stmt(part.node)):
            _several(ctx, use, name)
            return
        cast_to(ctx, part.node, target.dtype)


def _as_unknown(ctx: FileContext, use: Use, parts: Sequence[Part], name: str) -> None:
    """Integers beside a part of which nothing is known, most likely of floats, get the dtype of that."""
    root = next((part.node for part in parts if part.elements is None and part.node is not None), None)
    while isinstance(root, ast.Call) and isinstance(root.func, ast.Attribute) and root.func.attr in _KEEPING:
        root = root.func.value
    known = [part for part in parts if part.elements is not None]
    is_here = root is not None and ctx.parents.stmt(root) is use.stmt and simple(root)
    is_exact = all(part.elements is not None and part.elements.family in ("bool", "int") for part in known)
    if root is None or not is_here or not is_exact or isinstance(root, ast.Constant) or ctx.plan(root) is not None:
        message = f"{name} takes parts of one dtype in MindSpore: of some of them it cannot be told here"
        ctx.doubt(use, message, "T2M308", "cast them to one dtype")
        return
    for part in known:
        if part.node is None or not part.own or ctx.parents.stmt(part.node) is not use.stmt:
            _several(ctx, use, name)
        elif ctx.has_place(part.node, use.stmt):
            ctx.surround(part.node, f"{{value}}.astype({ctx.text(root)}.dtype)")


def _several(ctx: FileContext, use: Use, name: str) -> None:
    """Report parts of several dtypes."""
    message = f"the parts of {name} are of several dtypes: they must have one here, torch brings them to one"
    ctx.doubt(use, message, "T2M308", "cast them where they are made")


def _one_dtype(ctx: FileContext, use: Use, found: Sequence[Elements | None], name: str) -> None:
    """Report parts that are known to be integers and floats."""
    if len({one.family for one in found if one is not None and not one.number}) > 1:
        _several(ctx, use, name)


def _ask_callers(ctx: FileContext, use: Use, parts: Sequence[ast.expr], name: str) -> None:
    """What callers pass to be joined has to be of one dtype."""
    by_call = [ctx.dtypes.passed(part) for part in parts]
    if all(by_call):
        for found in zip(*by_call, strict=False):
            _one_dtype(ctx, use, found, name)
    passed = [ctx.dtypes.passed_in(part) for part in parts]
    if None not in passed and len(set(passed)) > 1:
        message = f"the parts of {name} come from the caller: they must have one dtype here, torch brings them to one"
        ctx.doubt(use, message, "T2M308")


def _differs(found: Elements, target: Elements) -> bool:
    """Whether two dtypes are known to differ: one float is like another of unknown width."""
    return found.family != target.family or not {found.dtype, target.dtype} & {"int", "float", "complex"}


def _beside(ctx: FileContext, use: Use, call: ast.Call, name: str) -> None:
    """A tensor without axes does not widen the other in `torch.where(c, x, torch.tensor(0.0))`."""
    if name == "where":
        sides = [use.receiver or argument(call, 1, "input"), argument(call, 1 if use.receiver else 2, "other")]
    else:
        sides = [input_of(use), argument(call, 0 if use.receiver else 1, "other")]
    left, right = sides
    if left is not None and right is not None:
        narrow_beside(ctx, left, right)


_Look = Callable[[FileContext, Use, ast.Call, str], None]


def _rules() -> Iterator[tuple[str, _Look]]:
    for names, rule in (
        (_IN_FLOATS, _in_floats),
        (_NOTHING_TO_DO, _nothing_to_do),
        (_TARGETS, _with_float_target),
        (_SUMMED, _summed),
        ((*_JOINING, "pack"), _joined),
        (("abs", "absolute"), _absolute),
        (("where", "maximum", "minimum", "add", "sub"), _beside),
        ((*_OF_BOOLS, *_NO_BOOLS, "argsort", "repeat_interleave"), _of_bools),
        ((*_NO_DOUBLES, "lerp_", "nan_to_num_"), _no_doubles),
    ):
        for name in names:
            yield name, rule


_RULES = dict(_rules())

RULE = Rule(finish=_finish)
