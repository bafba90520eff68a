"""Lets `vmap`, `jacrev`, `jacfwd`, `hessian`, `jvp` and `vjp` become MindSpore's where the function can be compiled.

MindSpore compiles the function that they are given. It does so once: what the function reads beside its inputs (a
tensor around it, an attribute) keeps the value it had, and gets no gradient. So the function has to be one of the file
that computes from its inputs alone, step by step, with functions that were tried under these transforms. `vmap` of any
other function becomes a helper that goes sample by sample. A Jacobian of `torch.autograd.functional` records no
gradient unless `create_graph=True` asks for it. The gradient of `mindspore.jvp` is wrong, so what it gives is reported.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Value
from torch2ms.rewrite.rules.function_transforms.compiled import Compiled
from torch2ms.rewrite.rules.function_transforms.tried import MAPPED, ONCE, TWICE
from torch2ms.rewrite.rules.shared.questions import argument, has_stars, is_literal
from torch2ms.source import kinds as k

_MAPS = frozenset(("torch.vmap", "torch.func.vmap"))
_GRAD = "torch.func.grad"
_BY_SAMPLE = "each sample is computed by itself: mindspore.vmap compiles the function, with what it reads around it"
_NOT_COMPILED = "MindSpore compiles the function, which has to compute from its inputs alone"
_RECORDING = ("backward", "autograd.grad", "nn.Module", "requires_grad")

_Decide: TypeAlias = Callable[[FileContext, Use, ast.Call, Compiled], bool]


def _finish(ctx: FileContext) -> None:
    """Decide the transforms when the functions that they are given have been converted."""
    uses = [use for use in ctx.sites() if use.name in _RULES and use.call is not None]
    names = frozenset((*_RULES, _GRAD))
    mapped, once, twice = (Compiled(ctx, names, tried) for tried in (MAPPED, ONCE, TWICE))
    for use in uses:
        call = use.call
        if call is not None and call.args and not has_stars(call) and ctx.has_place(call, use.stmt):
            is_twice = use.name.endswith(".hessian") or _is_differentiated(ctx, call, once)
            is_plain = use.name in _MAPS and not isinstance(call.args[0], ast.Call)
            _RULES[use.name](ctx, use, call, twice if is_twice else mapped if is_plain else once)


def _is_differentiated(ctx: FileContext, call: ast.Call, compiled: Compiled) -> bool:
    """Whether what a transform makes is given to one that differentiates."""
    outer = ctx.parents.of(call)
    if not isinstance(outer, ast.Call) or outer.args[:1] != [call] or not compiled.is_transform(outer):
        return False
    use = ctx.site(outer.func)
    return use is None or use.name not in _MAPS or _is_differentiated(ctx, outer, compiled)


# ---------------------------------------------------------------------- vmap


def _vmap(ctx: FileContext, use: Use, call: ast.Call, compiled: Compiled) -> bool:
    """`torch.vmap(f, in_dims=0, out_dims=0, randomness='error', *, chunk_size=None)`."""
    randomness = argument(call, 3, "randomness")
    dims = [argument(call, 1, "in_dims"), argument(call, 2, "out_dims")]
    if randomness is not None and not (isinstance(randomness, ast.Constant) and randomness.value != "same"):
        return ctx.manual(use, "T2M401", "the helper draws other random numbers for each sample", "draw them before")
    for dropped in (randomness, argument(call, 4, "chunk_size")):
        if dropped is not None:
            ctx.drop_inside(dropped)
    values: dict[str, Value] = {"f": call.args[0]}
    is_compiled = compiled.holds(call.args[0]) and all(map(_is_axes, dims))
    names = ("in_axes", "out_axes") if is_compiled else ("in_dims", "out_dims")
    text = "{f}"
    for name, node in zip(names, dims, strict=True):
        if node is not None:
            values[name] = node
            text += f", {name}={{{name}}}" if any(word.value is node for word in call.keywords) else f", {{{name}}}"
    if dims[0] is None and dims[1] is not None:
        text = text.replace(", {", f", {names[1]}={{")
    if is_compiled:
        ctx.replace(call, f"ms.vmap({text})", values)
        return ctx.converted(use, "mindspore.vmap")
    ctx.replace(call, f"{ctx.helper('vmap')}({text})", values)
    return ctx.adapted(use, "vmap", _BY_SAMPLE)


def _is_axes(node: ast.expr | None) -> bool:
    """An axis, or a tuple of axes and None, that are written out."""
    if isinstance(node, ast.Tuple):
        return all(map(_is_axes, node.elts))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand
    return node is None or (isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, int)))


# ---------------------------------------------------------------------- Jacobians


def _jacobian(ctx: FileContext, use: Use, call: ast.Call, compiled: Compiled) -> bool:
    """`jacrev(f, argnums=0)`, `jacfwd`, `hessian`."""
    name = use.name.rpartition(".")[2]
    place = argument(call, 1, "argnums")
    positions = _positions(place)
    if argument(call, 2, "has_aux") is not None or positions is None or (name == "hessian" and len(positions) > 1):
        return ctx.manual(use, "T2M401", f"mindspore.{_target(name)} gives another form here", _hint(name))
    if not compiled.holds(call.args[0]):
        return ctx.manual(use, "T2M401", _NOT_COMPILED, _hint(name))
    if not _takes_tensors(ctx, call, positions, compiled):
        message = "whether it is called with tensors, one for each argument, cannot be told here"
        return ctx.manual(use, "T2M401", message, _hint(name))
    values: dict[str, Value] = {"f": call.args[0]}
    at = ""
    if place is not None:
        values["place"] = place
        at = ", {place}"
    if name == "hessian":
        ctx.replace(call, f"ms.jacfwd(ms.jacrev({{f}}{at}){at})", values)
    else:
        at = at if place in call.args else at.replace("{", "grad_position={")
        ctx.replace(call, f"ms.{name}({{f}}{at})", values)
    return ctx.converted(use, f"mindspore.{_target(name)}")


def _target(name: str) -> str:
    return "jacfwd" if name == "hessian" else name


def _hint(name: str) -> str:
    return f"{_HINTS.get(name, f'mindspore.{name}(f)(x)')}, where f is a function of the file and x a tensor"


_HINTS: Mapping[str, str] = MappingProxyType(
    {
        "hessian": "mindspore.jacfwd(mindspore.jacrev(f))(x)",
        "jacobian": "mindspore.jacrev(f)(x)",
        "jvp": "mindspore.jvp(f, x, v)",
        "vjp": "output, pull_back = mindspore.vjp(f, x); pull_back(v)",
    }
)


def _positions(node: ast.expr | None) -> tuple[int, ...] | None:
    """The arguments that are differentiated, as far as they are written out: MindSpore unpacks a tuple of one."""
    match node:
        case None:
            return (0,)
        case ast.Constant(value=int(position)) if position >= 0 and not isinstance(position, bool):
            return (position,)
        case ast.Tuple(elts=[_, _, *_] as parts):
            found = [_positions(part) for part in parts]
            return tuple(one[0] for one in found if one is not None and len(one) == 1) if all(found) else None
    return None


def _takes_tensors(ctx: FileContext, call: ast.Call, positions: Sequence[int], compiled: Compiled) -> bool:
    """Whether what a transform makes is called at once with tensors, or given to another transform."""
    outer = ctx.parents.of(call)
    if not isinstance(outer, ast.Call) or has_stars(outer):
        return False
    if outer.func is call:
        return max(positions) < len(outer.args) and all(k.is_tensor(ctx.kind(arg)) for arg in outer.args)
    return outer.args[:1] == [call] and compiled.is_transform(outer)


# ---------------------------------------------------------------------- of torch.autograd.functional


def _functional(ctx: FileContext, use: Use, call: ast.Call, compiled: Compiled) -> bool:
    """`jacobian(f, inputs)` and `hessian(f, inputs)`, whose results are no part of a graph."""
    name = use.name.rpartition(".")[2]
    inputs, creates = argument(call, 1, "inputs"), argument(call, 2, "create_graph")
    if creates is not None and not isinstance(creates, ast.Constant):
        return ctx.manual(use, "T2M401", "whether a graph is created is known only when it runs", _hint(name))
    parts = inputs.elts if isinstance(inputs, ast.Tuple) else [] if inputs is None else [inputs]
    is_many = isinstance(inputs, ast.Tuple)
    if not parts or not all(k.is_tensor(ctx.kind(part)) for part in parts) or not compiled.holds(call.args[0]):
        return ctx.manual(use, "T2M401", _NOT_COMPILED, _hint(name))
    stops = not (creates is not None and is_literal(creates, True)) and any(w in ctx.source.text for w in _RECORDING)
    if is_many and (len(parts) < 2 or name == "hessian" or stops or not compiled.gives_one(call.args[0])):
        return ctx.manual(use, "T2M401", "MindSpore gives another form for a tuple of inputs", _hint(name))
    if stops and not compiled.gives_one(call.args[0]):
        return ctx.manual(use, "T2M401", "what the function gives is not one tensor", _hint(name))
    places = f", {tuple(range(len(parts)))}" if is_many else ""
    made = "ms.jacfwd(ms.jacrev({f}))" if name == "hessian" else f"ms.jacrev({{f}}{places})"
    values: dict[str, Value] = {"f": call.args[0], **{f"x{i}": part for i, part in enumerate(parts)}}
    text = f"{made}({', '.join(f'{{x{i}}}' for i in range(len(parts)))})"
    ctx.replace(call, f"ops.stop_gradient({text})" if stops else text, values)
    return ctx.converted(use, "mindspore.jacfwd" if name == "hessian" else "mindspore.jacrev")


# ---------------------------------------------------------------------- products with vectors


def _jvp(ctx: FileContext, use: Use, call: ast.Call, compiled: Compiled) -> bool:
    """`torch.func.jvp(f, (x,), (v,))`."""
    given = [argument(call, 1, "primals"), argument(call, 2, "tangents")]
    tuples = [node for node in given if isinstance(node, ast.Tuple) and node.elts]
    parts = [part for node in tuples for part in node.elts]
    is_plain = len(tuples) == 2 and len(parts) == 2 * len(tuples[0].elts) and len(call.args) + len(call.keywords) == 3
    if not is_plain or not all(k.is_tensor(ctx.kind(part)) for part in parts) or not compiled.holds(call.args[0]):
        return ctx.manual(use, "T2M401", _NOT_COMPILED, _hint("jvp"))
    x, v = (node.elts[0] if len(node.elts) == 1 else node for node in tuples)
    ctx.replace(call, "ms.jvp({f}, {x}, {v})", {"f": call.args[0], "x": x, "v": v})
    message = "the gradient of what mindspore.jvp gives is not that of torch: right where nothing differentiates it"
    return ctx.check(use, "mindspore.jvp", message, "T2M401", "mindspore.jacfwd(f)(x), times v")


def _vjp(ctx: FileContext, use: Use, call: ast.Call, compiled: Compiled) -> bool:
    """`torch.func.vjp(f, *primals)`."""
    primals = call.args[1:]
    if call.keywords or not primals or not all(k.is_tensor(ctx.kind(part)) for part in primals):
        return ctx.manual(use, "T2M401", "whether it is given tensors alone cannot be told here", _hint("vjp"))
    if not compiled.holds(call.args[0]):
        return ctx.manual(use, "T2M401", _NOT_COMPILED, _hint("vjp"))
    ctx.replace(call.func, "ms.vjp")
    return ctx.converted(use, "mindspore.vjp")


_RULES: Mapping[str, _Decide] = MappingProxyType(
    {
        "torch.vmap": _vmap,
        "torch.func.vmap": _vmap,
        "torch.func.jacrev": _jacobian,
        "torch.func.jacfwd": _jacobian,
        "torch.func.hessian": _jacobian,
        "torch.func.jvp": _jvp,
        "torch.func.vjp": _vjp,
        "torch.autograd.functional.jacobian": _functional,
        "torch.autograd.functional.hessian": _functional,
    }
)

RULE = Rule(finish=_finish)
