"""Computes the softmax of rows that are -inf throughout as torch does, because MindSpore's for CPU is wrong there.

After `scores.masked_fill(mask, float("-inf"))` a row may be -inf throughout. On CPU, MindSpore's softmax then gives 0
in that row, and wrong numbers in others, where torch gives NaN in that row alone. Without its largest value a row has
the same softmax, and a row of -inf alone is NaN. So such a softmax becomes
`ops.softmax(scores - scores.max(-1, keepdims=True), -1)`, and so does one whose function looks for NaN afterwards; a
helper does the same for what has no name. (`ops.exp(ops.log_softmax(scores, -1))` is right too, but ten times less
accurate on CPU: its rows miss the sum of 1 by 5e-6.)

A layer whose axis is written where it is made is given the scores without their largest value. Where the axis is not
known, or cross entropy follows, which is NaN in MindSpore as soon as a logit is -inf, the mask becomes -1e9: a masked
entry has probability 0, and no row can spoil the others. `logsumexp` and `logaddexp` of nothing but -inf are NaN in
MindSpore; where the file has a -inf, a helper computes them. Of a row with +inf, which is NaN throughout in torch, no
form is right on CPU: it is reported, as is a -inf in `softmin` and `gumbel_softmax`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from torch2ms.model import Outcome
from torch2ms.rewrite.analysis.blocks import own_returns
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Template, Value
from torch2ms.rewrite.rules.shared.questions import argument, default, has_stars, input_of
from torch2ms.source import kinds as k

_Owner: TypeAlias = k.FuncInfo | None
_Test: TypeAlias = Callable[[FileContext, ast.expr], bool]

_FINITE = "-1e9"
_DEPTH = 4
"""How many names and functions a -inf is followed through."""
_FILLS = frozenset(
    ["torch.Tensor.masked_fill", "torch.Tensor.masked_fill_", "torch.masked_fill", "torch.where", "torch.Tensor.where"]
)
_SOFTMAX = frozenset(["torch.softmax", "torch.nn.functional.softmax", "torch.Tensor.softmax"])
_LOG_SOFTMAX = frozenset(["torch.log_softmax", "torch.nn.functional.log_softmax", "torch.Tensor.log_softmax"])
_LOSSES = frozenset(["torch.nn.functional.cross_entropy", "torch.nn.functional.nll_loss"])
_LAYER = "torch.nn.Softmax"
_LAYERS = frozenset([_LAYER, "torch.nn.CrossEntropyLoss", "torch.nn.NLLLoss"])
_LOOKING_FOR_NAN = frozenset(
    ["torch.isnan", "torch.Tensor.isnan", "torch.nan_to_num", "torch.Tensor.nan_to_num", "torch.Tensor.nan_to_num_"]
)
_SUMS = {f"{space}.{name}": name for space in ("torch", "torch.Tensor") for name in ("logsumexp", "logaddexp")}
_OTHERS = frozenset(["torch.nn.functional.softmin", "torch.nn.functional.gumbel_softmax"])
_EXACT = "ops.softmax({x} - {x}.max({dim}, keepdims=True), {dim})"
_HELPER = "softmax_with_nan"
_SHIFTED = "{x} - {x}.max({dim}, keepdims=True)"
_SHIFT_HELPER = "without_largest"
_ASSIGNED = "mindspore.Tensor.__setitem__"
_NOTE = (
    f"-inf became {_FINITE}: of a row of -inf alone the softmax is not NaN then, and cross entropy of a target that "
    "is masked is finite"
)
_OF_CPU = "MindSpore's kernel for CPU gives NaN, or another row's softmax, as soon as a value is -inf"
_OF_PLUS = "of a row with +inf the softmax is NaN throughout in torch; MindSpore's kernel for CPU gives 0 and NaN there"
_HINT_OF_PLUS = "look for +inf before, with ops.isinf(scores).any()"
_HINT = f"put {_FINITE} there"
_DOUBT = (
    "a softmax that meets a row of -inf alone is zero everywhere in MindSpore, and cross entropy of a -inf NaN: "
    "mask with -1e9 if one follows"
)


def _finish(ctx: FileContext) -> None:
    """Look at masks, at what computes a softmax of them, and at sums of exponentials."""
    masks = [
        (use, node)
        for use in ctx.sites()
        if use.name in _FILLS and use.call is not None
        for node in _infinite(ctx, use.call)
    ]
    assigned = [
        stmt
        for stmt in ctx.facts.owners
        if isinstance(stmt, ast.Assign)
        and _is_minus_infinity(ctx, stmt.value)
        and isinstance(stmt.targets[0], ast.Subscript)
        and k.is_tensor(ctx.kind(stmt.targets[0].value))
    ]
    _sums(ctx)
    computed, finite, layers = _functions(ctx)
    looking = {ctx.facts.owners.get(use.stmt) for use in ctx.sites() if use.name in _LOOKING_FOR_NAN}
    marked = {ctx.facts.owners.get(stmt) for stmt in (*(use.stmt for use, _ in masks), *assigned)}
    exact: set[_Owner] = set()
    infinite = _with_infinity(ctx, layers)
    wanted = (marked | looking | infinite.keys()) - finite
    for owner in wanted & (computed.keys() | layers.keys()):
        uses, calls = computed.get(owner, []), layers.get(owner, [])
        dims = [_dim_of_layer(ctx, call) for call in calls]
        if all(_is_plain(ctx, use) for use in uses) and None not in dims:
            exact.update((owner, *infinite.get(owner, ())))
            for use in uses:
                _compute(ctx, use)
            for call, dim in zip(calls, dims, strict=True):
                _shift(ctx, call, dim or "")
    finite |= (computed.keys() | layers.keys()) - exact
    exact -= finite
    _losses(ctx, marked, exact)
    _others(ctx)
    exact |= {ctx.facts.owners.get(use.stmt) for use in ctx.sites() if use.name in _LOG_SOFTMAX} - finite
    for use, node in masks:
        decision = ctx.decision(use.node)
        if decision is not None and decision.outcome in (Outcome.CONVERTED, Outcome.ADAPTED):
            _mask(ctx, use, node, decision.mindspore, finite, exact)
    for stmt in assigned:
        if ctx.facts.owners.get(stmt) not in exact:
            use = ctx.add_site(stmt.targets[0], "torch.Tensor.__setitem__", stmt)
            _mask(ctx, use, stmt.value, _ASSIGNED, finite, exact)


def _mask(ctx: FileContext, use: Use, node: ast.expr, target: str, finite: set[_Owner], exact: set[_Owner]) -> None:
    """Make the -inf of a mask finite where that is needed; where no softmax is in sight, say what to watch."""
    owner = ctx.facts.owners.get(use.stmt)
    if owner in finite:
        ctx.replace(node, Template(_FINITE))
        ctx.adapted(use, target, _NOTE)
    elif owner not in exact:
        ctx.check(use, target, _DOUBT)


def _functions(ctx: FileContext) -> tuple[dict[_Owner, list[Use]], set[_Owner], dict[_Owner, list[ast.Call]]]:
    """By function (None: the module itself): the softmaxes; those with a loss that is one; the calls of layers."""
    computed: dict[_Owner, list[Use]] = {}
    finite: set[_Owner] = set()
    layers: dict[_Owner, list[ast.Call]] = {}
    for use in ctx.sites():
        owner = ctx.facts.owners.get(use.stmt)
        if use.name in _SOFTMAX:
            computed.setdefault(owner, []).append(use)
        elif use.name in _LOSSES:
            finite.add(owner)
    for call, callee in ctx.facts.calls.items():
        kind = k.settle(callee)
        owner = ctx.facts.owners.get(ctx.stmt(call))
        if isinstance(kind, k.Module) and _LAYERS.intersection(kind.classes):
            if kind.classes == (_LAYER,):
                layers.setdefault(owner, []).append(call)
            else:
                finite.add(owner)
    return computed, finite, layers


def _with_infinity(ctx: FileContext, layers: Mapping[_Owner, Sequence[ast.Call]]) -> dict[_Owner, set[_Owner]]:
    """The functions that have a -inf in an operand of their softmax, with those in which it is written."""
    operands = [
        (ctx.facts.owners.get(use.stmt), input_of(use)) for use in ctx.sites() if use.name in _SOFTMAX and use.call
    ]
    operands += [(owner, call.args[0]) for owner, calls in layers.items() for call in calls if call.args]
    found: dict[_Owner, set[_Owner]] = {}
    for owner, operand in operands:
        for node in _infinities(ctx, operand, _makes_minus_infinity) if operand is not None else ():
            found.setdefault(owner, set()).add(ctx.facts.owners.get(ctx.parents.stmt(node)))
    return found


def _dim_of_layer(ctx: FileContext, call: ast.Call) -> str | None:
    """The axis of the layer that is called, if it is written down wherever the layer is made."""
    made = [call.func]
    if isinstance(call.func, ast.Attribute):
        made = ctx.dtypes.stored(call.func)
    elif isinstance(call.func, ast.Name):
        made = [ctx.dtypes.only_value(call.func) or call.func]
    dims: set[str] = set()
    for node in made:
        dim = argument(node, 0, "dim") if isinstance(node, ast.Call) else None
        dims.add("" if dim is None or not isinstance(ctx.kind(dim), type(k.INT)) else ast.unparse(dim))
    given = dims.pop() if len(dims) == 1 else ""
    is_literal = given.lstrip("-").isdigit() and len(call.args) == 1 and not call.keywords
    return given if is_literal and ctx.has_place(call, ctx.stmt(call)) else None


def _shift(ctx: FileContext, call: ast.Call, dim: str) -> None:
    """Take the largest value from what a layer is given."""
    operand = call.args[0]
    if isinstance(operand, ast.Name) and ctx.plan(call) is None:
        ctx.replace(call, f"{{layer}}({_SHIFTED.replace('{dim}', dim)})", {"layer": call.func, "x": operand})
    else:
        ctx.surround(operand, f"{ctx.helper(_SHIFT_HELPER)}({{value}}, {dim})")


def _losses(ctx: FileContext, marked: set[_Owner], exact: set[_Owner]) -> None:
    """Report cross entropy and layers of softmax that are given a -inf which no mask has put there."""
    for use in ctx.sites():
        operand = argument(use.call, 0, "input") if use.name in _LOSSES and use.call is not None else None
        if operand is not None and ctx.facts.owners.get(use.stmt) not in marked and _holds_infinity(ctx, operand):
            ctx.doubt(use, _OF_CPU, "T2M703", _HINT)
    for call, callee in ctx.facts.calls.items():
        kind = k.settle(callee)
        layer = next((c for c in kind.classes if c in _LAYERS), None) if isinstance(kind, k.Module) else None
        if layer == _LAYER and call.args and _holds_infinity(ctx, call.args[0], _is_plus_infinity):
            ctx.check(ctx.add_site(call, _LAYER, ctx.stmt(call)), "", _OF_PLUS, "T2M703", _HINT_OF_PLUS)
        if layer == _LAYER and ctx.facts.owners.get(ctx.stmt(call)) in exact:
            continue
        if layer is None or not call.args or ctx.facts.owners.get(ctx.stmt(call)) in marked:
            continue
        if _holds_infinity(ctx, call.args[0]):
            use = ctx.site(call.func) or ctx.add_site(call.func, str(layer), ctx.stmt(call), call)
            ctx.check(use, "", _OF_CPU, "T2M703", _HINT)


def _others(ctx: FileContext) -> None:
    """Report a -inf in functions that compute a softmax inside, and a +inf in any."""
    for use in ctx.sites():
        if use.call is None or use.name not in _SOFTMAX | _OTHERS:
            continue
        operand = input_of(use)
        if operand is None:
            continue
        is_given = use.name in _OTHERS and _holds_infinity(ctx, operand)
        if is_given or _holds_infinity(ctx, operand, _is_plus_infinity):
            message = _OF_CPU if is_given else _OF_PLUS
            hint = _HINT if is_given else _HINT_OF_PLUS
            ctx.doubt(use, message, "T2M703", hint)


def _holds_infinity(ctx: FileContext, node: ast.expr, test: _Test | None = None) -> bool:
    """Whether a -inf is written in an expression, or in what the names in it are made of."""
    return next(_infinities(ctx, node, test or _makes_minus_infinity), None) is not None


def _infinities(ctx: FileContext, node: ast.expr, test: _Test, depth: int = _DEPTH) -> Iterator[ast.expr]:
    """Where it is written.

    A causal mask, `torch.full((n, n), float("-inf")).triu(1)`, leaves something in each row.
    """
    if any(_is_causal(part) for part in ast.walk(node)):
        return
    for part in ast.walk(node):
        if isinstance(part, ast.expr) and test(ctx, part):
            yield part
        for made in _made_of(ctx, part) if depth else ():
            yield from _infinities(ctx, made, test, depth - 1)


def _makes_minus_infinity(ctx: FileContext, node: ast.expr) -> bool:
    return _is_minus_infinity(ctx, node) or _is_log_of_mask(ctx, node)


def _made_of(ctx: FileContext, node: ast.AST) -> Iterator[ast.expr]:
    """What a name has its value from, or what a function of the file gives that is called."""
    if isinstance(node, ast.Name):
        made = ctx.dtypes.only_value(node)
        if made is not None:
            yield made
            return
        origins = ctx.dtypes.origins(node)
        if len(origins) == 1 and isinstance(origins[0], ast.arg):
            yield from (value for value in ctx.dtypes.given(origins[0]) or () if value is not None)
    elif isinstance(node, ast.Call):
        callee = k.settle(ctx.facts.calls.get(node, k.UNKNOWN))
        if isinstance(callee, k.FuncRef) and not isinstance(callee.func.node, ast.Lambda):
            yield from (value for value in own_returns(callee.func.node.body) if value is not None)


def _is_log_of_mask(ctx: FileContext, node: ast.AST) -> bool:
    """`mask.float().log()`: -inf where the mask is 0."""
    match node:
        case ast.Call(func=ast.Attribute(attr="log", value=inner), args=[]):
            given: ast.expr = inner
        case ast.Call(func=ast.Attribute(attr="log"), args=[inner]):
            given = inner
        case _:
            return False
    match given:
        case ast.Call(func=ast.Attribute(attr="float", value=mask), args=[]):
            found = ctx.dtypes.of(mask)
            return k.is_tensor(ctx.kind(mask)) and (found is None or found.family in ("bool", "int"))
    return False


def _is_plus_infinity(ctx: FileContext, node: ast.expr) -> bool:
    """`float("inf")`, without a sign before it."""
    parent = ctx.parents.of(node)
    if isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.USub):
        return False
    is_name = isinstance(node, ast.Attribute) and node.attr == "inf" and isinstance(node.value, ast.Name)
    return _is_float_call(node, ("inf", "infinity", "+inf")) or is_name


def _is_causal(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr="triu" | "triu_" | "tril" | "tril_"), args=args, keywords=keywords):
            given = [*args, *(keyword.value for keyword in keywords)]
            return any(not isinstance(arg, ast.Constant) or arg.value != 0 for arg in given[-1:])
    return False


def _dim(use: Use) -> ast.expr | None:
    assert use.call is not None
    return argument(use.call, 0 if use.receiver is not None else 1, "dim")


def _is_plain(ctx: FileContext, use: Use) -> bool:
    """Whether a softmax is called with a tensor and an axis, and nothing else."""
    if use.call is None or ctx.outcome(use) not in (Outcome.CONVERTED, Outcome.ADAPTED):
        return False
    keywords = [keyword.arg for keyword in use.call.keywords if keyword.arg != "dtype"]
    given = len(use.call.args) + len(keywords) + (use.receiver is not None)
    return given == 2 and input_of(use) is not None and _dim(use) is not None and ctx.has_place(use.call, use.stmt)


def _compute(ctx: FileContext, use: Use) -> None:
    operand, dim = input_of(use), _dim(use)
    assert use.call is not None and operand is not None and dim is not None
    values: dict[str, Value] = {"x": operand, "dim": dim}
    dtype = next((keyword.value for keyword in use.call.keywords if keyword.arg == "dtype"), None)
    if isinstance(operand, ast.Name) and not any(isinstance(part, ast.Call) for part in ast.walk(dim)):
        template, target = _EXACT, "mindspore.ops.softmax"
    else:
        target = ctx.helper(_HELPER)
        template = f"{target}({{x}}, {{dim}})"
    if dtype is not None:
        values["dtype"] = dtype
        template = f"{template[:-1]}, dtype={{dtype}})"
    ctx.replace(use.call, template, values)
    ctx.converted(use, target)


def _sums(ctx: FileContext) -> None:
    """`torch.logsumexp(x, 1)` in a file that has a -inf."""
    uses = [use for use in ctx.sites() if use.name in _SUMS and use.call is not None]
    if not uses or not any(_is_minus_infinity(ctx, node) for node in ctx.facts.kinds if isinstance(node, ast.expr)):
        return
    for use in uses:
        call = use.call
        if call is None or ctx.outcome(use) not in (Outcome.CONVERTED, Outcome.ADAPTED):
            continue
        if has_stars(call) or not ctx.has_place(call, use.stmt):
            continue
        helper = ctx.helper(_SUMS[use.name])
        given = [input_of(use), *(arg for arg in call.args if arg is not input_of(use))]
        places = ", ".join(f"{{v{index}}}" for index in range(len(given)))
        named = "".join(f", {keyword.arg}={{{keyword.arg}}}" for keyword in call.keywords if keyword.arg != "input")
        values: dict[str, Value] = {f"v{index}": node for index, node in enumerate(given) if node is not None}
        values |= {str(keyword.arg): keyword.value for keyword in call.keywords if keyword.arg != "input"}
        ctx.replace(call, f"{helper}({places}{named})", values)
        ctx.converted(use, helper)


def _infinite(ctx: FileContext, call: ast.Call) -> list[ast.expr]:
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    return [value for value in values if _is_minus_infinity(ctx, value)]


def _is_minus_infinity(ctx: FileContext, node: ast.expr) -> bool:
    """`float("-inf")`, `-float("inf")`, `-math.inf`, `-np.inf`, `-torch.inf`, or a name that stands for one of them."""
    if isinstance(node, ast.Name):
        origins = ctx.dtypes.origins(node)
        if len(origins) == 1 and isinstance(origins[0], ast.arg):
            given = default(ctx, origins[0])
            return given is not None and not isinstance(given, ast.Name) and _is_minus_infinity(ctx, given)
        stores = [place for place in ctx.parents.names(node.id) if not isinstance(place.ctx, ast.Load)]
        stmt = ctx.parents.of(stores[0]) if len(stores) == 1 else None
        return (
            isinstance(stmt, ast.Assign)
            and not isinstance(stmt.value, ast.Name)
            and _is_minus_infinity(ctx, stmt.value)
        )
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
        names = [one for one in ctx.parents.names(node.attr) if isinstance(one.ctx, ast.Store)]
        attributes = [
            one for one in ctx.parents.attributes() if one.attr == node.attr and isinstance(one.ctx, ast.Store)
        ]
        stmts = [ctx.parents.of(place) for place in (*names, *attributes)]
        return bool(stmts) and all(
            isinstance(stmt, ast.Assign) and _is_float_literal(ctx, stmt.value) for stmt in stmts
        )
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = node.operand
        return _is_float_call(inner, ("inf", "infinity")) or (isinstance(inner, ast.Attribute) and inner.attr == "inf")
    return _is_float_call(node, ("-inf", "-infinity"))


def _is_float_literal(ctx: FileContext, node: ast.expr) -> bool:
    return not isinstance(node, (ast.Name, ast.Attribute)) and _is_minus_infinity(ctx, node)


def _is_float_call(node: ast.expr, texts: tuple[str, ...]) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "float"
        and len(node.args) == 1
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
        and node.args[0].value.lower() in texts
    )


RULE = Rule(finish=_finish)
