"""Answers which kind of device a tensor is on: `x.is_cuda` and `x.device.type == "cuda"` ask for the context's target.

On a GPU a tensor is on `cuda`, on a CPU on `cpu`. Devices that MindSpore has no target for (`mps`, `xpu`, `meta`) are
never meant, so that such a condition is known. A name that holds the device or its type is followed, and so is a
function of the file that returns such a type.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from torch2ms.codes import Code
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rules.shared.answers import answer
from torch2ms.rewrite.rules.shared.flags import Flags
from torch2ms.source import kinds as k

_CODE: Code = "T2M701"
_MESSAGE = "asks for the target of the context"
_TARGET = 'ms.get_context("device_target")'
_TARGETS: Mapping[str, str] = MappingProxyType({"cuda": "GPU", "cpu": "CPU"})
_OTHERS = frozenset("mps xpu npu hpu mlu musa mtia xla meta tpu ipu vulkan privateuseone neuron hip".split())
_ATTRIBUTES: Mapping[str, str] = MappingProxyType(
    {f"torch.Tensor.is_{name}": name for name in ("cuda", "cpu", "mps", "xpu", "hpu", "xla", "ipu", "vulkan", "mtia")}
)
_READS = frozenset({"torch.Tensor.device"})


@dataclass(frozen=True, slots=True)
class _Question:
    """A condition that is about the kinds of device a tensor may be on."""

    node: ast.expr
    kinds: tuple[str, ...]
    is_denied: bool = False


def _start(ctx: FileContext) -> None:
    """Find the comparisons of devices in the file."""
    if not any(_is_about_device(use) for use in ctx.sites()):
        if not ctx.facts.knows_torch or not any(node.attr in ("type", "is_cuda") for node in ctx.parents.attributes()):
            return
    flags = Flags(ctx)
    of_unknown = [node for node in ctx.parents.attributes() if node.attr == "is_cuda" and ctx.site(node) is None]
    for node in of_unknown if all(isinstance(node.ctx, ast.Load) for node in of_unknown) else ():
        if ctx.call_of(node) is None:
            _attribute(ctx, ctx.add_site(node, "torch.Tensor.is_cuda", ctx.parents.stmt(node)))
    for node in [node for node in ctx.parents.attributes() if node.attr in ("type", "device")]:
        if node.attr == "type" and _is_device(ctx, flags, node.value):
            _type(ctx, flags, node)
        elif node.attr == "device" and _is_device(ctx, flags, node):
            _device(ctx, flags, node)
    for call, callee in ctx.facts.calls.items():
        if isinstance(callee, k.FuncRef):
            _result(ctx, flags, call, callee.func.node)


def _result(ctx: FileContext, flags: Flags, call: ast.Call, function: ast.AST) -> None:
    """`device_type() != "tpu"`, of a function of the file: what it returns is never a device without a target."""
    question = _compared(ctx, call)
    if question is None or not _OTHERS.issuperset(question.kinds) or not isinstance(function, ast.FunctionDef):
        return
    returns = [node for node in ast.walk(function) if isinstance(node, ast.Return)]
    values = [value for node in returns for value in _values(ctx, flags, node.value)]
    texts = {value.value for value in values if isinstance(value, ast.Constant)}
    types = [value for value in values if not isinstance(value, ast.Constant)]
    if not types or not texts.isdisjoint(question.kinds):
        return
    if all(isinstance(v, ast.Attribute) and v.attr == "type" and _is_device(ctx, flags, v.value) for v in types):
        _ask(ctx, question)


def _values(ctx: FileContext, flags: Flags, node: ast.expr | None) -> list[ast.expr]:
    """What an expression may come to: its branches, and those of what its names hold; itself where none is known."""
    if isinstance(node, ast.IfExp):
        return [*_values(ctx, flags, node.body), *_values(ctx, flags, node.orelse)]
    if isinstance(node, ast.Name):
        binding = flags.binding(node)
        if binding is not None and binding.place is None:
            return _values(ctx, flags, binding.value)
    return [node or ast.Constant(None)]


def _is_about_device(use: Use) -> bool:
    return use.name in _READS or use.name == "torch.device"


def _is_device(ctx: FileContext, flags: Flags, node: ast.expr) -> bool:
    """Whether an expression is a device: by its kind, or because it is called one and asked for what a device has."""
    if ctx.kind(node) is k.DEVICE:
        return True
    if isinstance(node, ast.Name):
        binding = flags.binding(node)
        if binding is not None and binding.place is None:
            is_asked = isinstance(binding.value, ast.Attribute) and binding.value.attr == "device"
            return is_asked or ctx.kind(binding.value) is k.DEVICE
        return node.id == "device" or node.id.endswith("_device")
    return isinstance(node, ast.Attribute) and node.attr == "device" and isinstance(node.ctx, ast.Load)


def _type(ctx: FileContext, flags: Flags, node: ast.Attribute) -> None:
    """`device.type`, compared where it stands or under a name."""
    found = _compared(ctx, node)
    if found is not None:
        _ask(ctx, found)
        return
    for binding in flags.bindings_of(node):
        for read in flags.reads(binding):
            question = _compared(ctx, read)
            if question is not None:
                _ask(ctx, question)


def _device(ctx: FileContext, flags: Flags, node: ast.Attribute) -> None:
    """`x.device == torch.device("cpu")` and `"cuda" in str(x.device)`."""
    above = ctx.parents.of(node)
    match above:
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() as op], comparators=[right]):
            kind = _device_literal(ctx, right if left is node else left)
            if kind is not None:
                _ask(ctx, _Question(above, (kind,), isinstance(op, ast.NotEq)))
        case ast.Call(func=ast.Name(id="str"), args=[_]):
            found = _compared(ctx, above)
            if found is not None:
                _ask(ctx, found)


def _device_literal(ctx: FileContext, node: ast.expr) -> str | None:
    """The kind of device of `torch.device("cpu")`."""
    match node:
        case ast.Call(func=callee, args=[ast.Constant(value=str(name))], keywords=[]):
            if ctx.facts.refs.get(callee) == "torch.device":
                kind, _, number = name.partition(":")
                return kind if _is_known(kind) and not number else None
    return None


def _is_known(name: str) -> bool:
    return name in _TARGETS or name in _OTHERS


def _compared(ctx: FileContext, node: ast.expr) -> _Question | None:
    """The question that a comparison of a kind of device asks."""
    above = ctx.parents.of(node)
    match above:
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() as op], comparators=[right]):
            other = right if left is node else left
            if isinstance(other, ast.Constant) and isinstance(other.value, str) and _is_known(other.value):
                return _Question(above, (other.value,), isinstance(op, ast.NotEq))
        case ast.Compare(left=left, ops=[ast.In() | ast.NotIn() as op], comparators=[right]) if left is node:
            names = _strings(right)
            if names and all(map(_is_known, names)):
                return _Question(above, tuple(names), isinstance(op, ast.NotIn))
        case ast.Compare(left=ast.Constant(value=str(name)), ops=[ast.In() | ast.NotIn() as op]) if _is_known(name):
            return _Question(above, (name,), isinstance(op, ast.NotIn))  # `"cuda" in str(x.device)`
        case ast.Attribute(attr="startswith"):
            call = ctx.parents.of(above)
            if isinstance(call, ast.Call) and call.func is above and len(call.args) == 1:
                names = _strings(call.args[0]) or _strings(ast.Tuple([call.args[0]], ast.Load()))
                if names and all(map(_is_known, names)):
                    return _Question(call, tuple(names))
    return None


def _strings(node: ast.expr) -> Sequence[str]:
    """The strings of a literal tuple, list or set; none where something else is in it."""
    if not isinstance(node, ast.Tuple | ast.List | ast.Set):
        return ()
    found = [part.value for part in node.elts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return found if len(found) == len(node.elts) else ()


def _ask(ctx: FileContext, question: _Question) -> None:
    """Put the question to the context, or answer it."""
    node = question.node
    if ctx.plan(node) is not None:
        return
    stmt = ctx.parents.stmt(node)
    targets = sorted({_TARGETS[kind] for kind in question.kinds if kind in _TARGETS})
    if not targets:
        answer(ctx, node, stmt, question.is_denied)
    elif len(targets) == 1:
        ctx.replace(node, f'{_TARGET} {"!=" if question.is_denied else "=="} "{targets[0]}"')
    else:
        listed = ", ".join(f'"{target}"' for target in targets)
        ctx.replace(node, f"{_TARGET} {'not in' if question.is_denied else 'in'} ({listed})")
    inner = set(ast.walk(node))
    uses = [use for use in ctx.sites() if use.node in inner and ctx.decision(use.node) is None]
    for use in uses or [ctx.add_site(node, "torch.device.type", stmt)]:
        if targets:
            ctx.adapted(use, "mindspore.get_context", _MESSAGE, _CODE)
        else:
            ctx.converted(use, str(question.is_denied))


def _attribute(ctx: FileContext, use: Use) -> bool:
    """`x.is_cuda`."""
    if not isinstance(use.node, ast.Attribute) or use.call is not None:
        return False
    kind = _ATTRIBUTES[use.name]
    if kind not in _TARGETS:
        answer(ctx, use.node, use.stmt, False)
        return ctx.converted(use, "False")
    parent = ctx.parent(use.node, use.stmt)
    if isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not):
        ctx.replace(parent, f'{_TARGET} != "{_TARGETS[kind]}"')
    else:
        ctx.replace(use.node, f'{_TARGET} == "{_TARGETS[kind]}"')
    return ctx.adapted(use, "mindspore.get_context", _MESSAGE, _CODE)


RULE = Rule(sites=dict.fromkeys(_ATTRIBUTES, _attribute), start=_start, after=("versions",))
