"""Computes the softmax of rows that are -inf throughout as torch does, because MindSpore's for CPU is wrong there.

After `scores.masked_fill(mask, float("-inf"))` a row may be -inf throughout. On CPU, MindSpore's softmax then gives 0
in that row, and wrong numbers in others, where torch gives NaN in that row alone. Without its largest value a row has
the same softmax, and a row of -inf alone is NaN. So such a softmax becomes
`ops.softmax(scores - scores.max(-1, keepdims=True), -1)`, and so does one whose function looks for NaN afterwards; a
helper does the same for what has no name. (`ops.exp(ops.log_softmax(scores, -1))` is right too, but ten times less
accurate on CPU: its rows miss the sum of 1 by 5e-6.)

Where a layer computes the softmax, or cross entropy follows, which is NaN in MindSpore as soon as a logit is -inf, the
mask becomes -1e9: a masked entry has probability 0, and no row can spoil the others. `logsumexp` and `logaddexp` of
nothing but -inf are NaN in MindSpore; where the file has a -inf, a helper computes them.
"""

from __future__ import annotations

import ast
from typing import TypeAlias

from torch2ms.model import Outcome
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Template, Value
from torch2ms.rewrite.rules.shared.questions import argument, has_stars
from torch2ms.source import kinds as k

_Owner: TypeAlias = k.FuncInfo | None

_FINITE = "-1e9"
_FILLS = frozenset(
    ["torch.Tensor.masked_fill", "torch.Tensor.masked_fill_", "torch.masked_fill", "torch.where", "torch.Tensor.where"]
)
_SOFTMAX = frozenset(["torch.softmax", "torch.nn.functional.softmax", "torch.Tensor.softmax"])
_LOG_SOFTMAX = frozenset(["torch.log_softmax", "torch.nn.functional.log_softmax", "torch.Tensor.log_softmax"])
_LOSSES = frozenset(["torch.nn.functional.cross_entropy", "torch.nn.functional.nll_loss"])
_LAYERS = frozenset(["torch.nn.Softmax", "torch.nn.CrossEntropyLoss", "torch.nn.NLLLoss"])
_LOOKING_FOR_NAN = frozenset(
    ["torch.isnan", "torch.Tensor.isnan", "torch.nan_to_num", "torch.Tensor.nan_to_num", "torch.Tensor.nan_to_num_"]
)
_SUMS = {f"{space}.{name}": name for space in ("torch", "torch.Tensor") for name in ("logsumexp", "logaddexp")}
_EXACT = "ops.softmax({x} - {x}.max({dim}, keepdims=True), {dim})"
_HELPER = "softmax_with_nan"
_ASSIGNED = "mindspore.Tensor.__setitem__"
_NOTE = (
    f"-inf became {_FINITE}: of a row of -inf alone the softmax is not NaN then, and cross entropy of a target that "
    "is masked is finite"
)
_OF_CPU = "MindSpore's kernel for CPU gives NaN, or another row's softmax, as soon as a value is -inf"
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
    computed, finite = _functions(ctx)
    looking = {ctx.facts.owners.get(use.stmt) for use in ctx.sites() if use.name in _LOOKING_FOR_NAN}
    marked = {ctx.facts.owners.get(stmt) for stmt in (*(use.stmt for use, _ in masks), *assigned)}
    exact = set()
    for owner, uses in computed.items():
        if owner in (marked | looking | _with_infinity(ctx)) - finite and all(_is_plain(ctx, use) for use in uses):
            exact.add(owner)
            for use in uses:
                _compute(ctx, use)
    finite |= computed.keys() - exact
    _losses(ctx, marked)
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


def _functions(ctx: FileContext) -> tuple[dict[_Owner, list[Use]], set[_Owner]]:
    """The softmaxes by function (None: the module itself), and the functions with a layer or a loss that is one."""
    computed: dict[_Owner, list[Use]] = {}
    finite: set[_Owner] = set()
    for use in ctx.sites():
        owner = ctx.facts.owners.get(use.stmt)
        if use.name in _SOFTMAX:
            computed.setdefault(owner, []).append(use)
        elif use.name in _LOSSES:
            finite.add(owner)
    for call, callee in ctx.facts.calls.items():
        kind = k.settle(callee)
        if isinstance(kind, k.Module) and _LAYERS.intersection(kind.classes):
            finite.add(ctx.facts.owners.get(ctx.stmt(call)))
    return computed, finite


def _with_infinity(ctx: FileContext) -> set[_Owner]:
    """The functions that have a -inf in an operand of their softmax, or in what the operand is made of."""
    found: set[_Owner] = set()
    for use in ctx.sites():
        operand = _operand(use) if use.name in _SOFTMAX and use.call is not None else None
        if operand is not None and _holds_infinity(ctx, operand):
            found.add(ctx.facts.owners.get(use.stmt))
    return found


def _losses(ctx: FileContext, marked: set[_Owner]) -> None:
    """Report cross entropy and layers of softmax that are given a -inf which no mask has put there."""
    for use in ctx.sites():
        operand = argument(use.call, 0, "input") if use.name in _LOSSES and use.call is not None else None
        if operand is not None and ctx.facts.owners.get(use.stmt) not in marked and _holds_infinity(ctx, operand):
            decision = ctx.decision(use.node)
            ctx.check(use, "" if decision is None else decision.mindspore, _OF_CPU, "T2M703", _HINT)
    for call, callee in ctx.facts.calls.items():
        kind = k.settle(callee)
        layer = next((c for c in kind.classes if c in _LAYERS), None) if isinstance(kind, k.Module) else None
        if layer is None or not call.args or ctx.facts.owners.get(ctx.stmt(call)) in marked:
            continue
        if _holds_infinity(ctx, call.args[0]):
            use = ctx.site(call.func) or ctx.add_site(call.func, str(layer), ctx.stmt(call), call)
            ctx.check(use, "", _OF_CPU, "T2M703", _HINT)


def _holds_infinity(ctx: FileContext, node: ast.expr, depth: int = 2) -> bool:
    """Whether a -inf is written in an expression, or in what the names in it are made of.

    A causal mask, `torch.full((n, n), float("-inf")).triu(1)`, leaves something in each row.
    """
    if any(_is_causal(part) for part in ast.walk(node)):
        return False
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and depth:
            made = ctx.dtypes.only_value(part)
            if made is not None and _holds_infinity(ctx, made, depth - 1):
                return True
        if isinstance(part, ast.expr) and _is_minus_infinity(ctx, part):
            return True
    return False


def _is_causal(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr="triu" | "triu_" | "tril" | "tril_"), args=args, keywords=keywords):
            given = [*args, *(keyword.value for keyword in keywords)]
            return any(not isinstance(arg, ast.Constant) or arg.value != 0 for arg in given[-1:])
    return False


def _operand(use: Use) -> ast.expr | None:
    assert use.call is not None
    return use.receiver if use.receiver is not None else argument(use.call, 0, "input")


def _dim(use: Use) -> ast.expr | None:
    assert use.call is not None
    return argument(use.call, 0 if use.receiver is not None else 1, "dim")


def _is_plain(ctx: FileContext, use: Use) -> bool:
    """Whether a softmax is called with a tensor and an axis, and nothing else."""
    if use.call is None or ctx.outcome(use) not in (Outcome.CONVERTED, Outcome.ADAPTED):
        return False
    given = len(use.call.args) + len(use.call.keywords) + (use.receiver is not None)
    return given == 2 and _operand(use) is not None and _dim(use) is not None and ctx.has_place(use.call, use.stmt)


def _compute(ctx: FileContext, use: Use) -> None:
    operand, dim = _operand(use), _dim(use)
    assert use.call is not None and operand is not None and dim is not None
    if isinstance(operand, ast.Name) and not any(isinstance(part, ast.Call) for part in ast.walk(dim)):
        template, target = _EXACT, "mindspore.ops.softmax"
    else:
        target = ctx.helper(_HELPER)
        template = f"{target}({{x}}, {{dim}})"
    ctx.replace(use.call, template, {"x": operand, "dim": dim})
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
        given = [_operand(use), *(arg for arg in call.args if arg is not _operand(use))]
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
