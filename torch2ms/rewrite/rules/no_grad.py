"""Takes out `torch.no_grad()` and its kin: MindSpore records nothing outside of a function it takes the gradient of.

Inside such a function (a module's methods, a training step) what the block computed must not carry a gradient:
`ops.stop_gradient` says so.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from torch2ms.rewrite.analysis.blocks import own_nodes, own_statements
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import StmtReplace
from torch2ms.rewrite.rules.shared import guesses
from torch2ms.rewrite.rules.shared.questions import method_call
from torch2ms.rewrite.rules.shared.recording import SWITCHES, Recording, recording, recording_in
from torch2ms.source import kinds as k
from torch2ms.source.facts import is_module_class

_HINT = "wrap what is used later in ops.stop_gradient"
_STOP = "mindspore.ops.stop_gradient"

_GRADLESS = frozenset({k.INT, k.FLOAT, k.NUMBER, k.BOOL, k.STR, k.NONE, k.DTYPE, k.DEVICE, k.SHAPE, k.NDARRAY})


def _rule(ctx: FileContext, use: Use) -> bool:
    stmt = use.stmt
    expr = use.call if use.call is not None else use.node
    if isinstance(stmt, (ast.With, ast.AsyncWith)):
        for index, item in enumerate(stmt.items):
            if item.context_expr is expr and use.call is not None:
                return _context(ctx, use, stmt, index)
    if isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        for index, decorator in enumerate(stmt.decorator_list):
            if decorator is expr:
                return _decorator(ctx, use, stmt, index)
    switch = isinstance(stmt, ast.Expr) and stmt.value is use.call and use.name == "torch.set_grad_enabled"
    if switch and not _differentiated(ctx, stmt):
        ctx.drop_inside(stmt)
        ctx.delete_stmt(stmt)
        return ctx.converted(use)
    return ctx.manual(
        use,
        "T2M404",
        "MindSpore has no switch for recording gradients",
        "leave it out where no gradient is taken",
    )


def _context(ctx: FileContext, use: Use, stmt: ast.With | ast.AsyncWith, index: int) -> bool:
    if stmt.items[index].optional_vars is not None:
        return ctx.manual(use, "T2M404", "the no_grad context is given a name", _HINT)
    switch = recording(use.name, use.call)
    stops = switch is not Recording.ON and _differentiated(ctx, stmt)
    doubt = _stop_block(ctx, stmt, switch) if stops else ""
    ctx.unwrap(stmt, {index})
    _drop_arguments(ctx, use)
    if doubt:
        return ctx.check(use, "", doubt, "T2M404", _HINT)
    return ctx.converted(use)


def _decorator(
    ctx: FileContext, use: Use, stmt: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, index: int
) -> bool:
    ctx.drop_decorator(stmt, index)
    _drop_arguments(ctx, use)
    if isinstance(stmt, ast.ClassDef):
        return ctx.check(use, "", "results of this class may carry a gradient", "T2M404", _HINT)
    if recording(use.name, use.call) is Recording.ON or not _called_differentiated(ctx, stmt):
        return ctx.converted(use)
    for inner in own_statements(stmt.body):
        if isinstance(inner, ast.Return) and inner.value is not None and not _stop_return(ctx, inner):
            return ctx.check(use, "", "the result of this function may carry a gradient", "T2M404", _HINT)
    return ctx.converted(use)


def _drop_arguments(ctx: FileContext, use: Use) -> None:
    for value in () if use.call is None else (*use.call.args, *use.call.keywords):
        ctx.drop_inside(value)


# ---------------------------------------------------------------------- where gradients are taken


def _differentiated(ctx: FileContext, stmt: ast.stmt) -> bool:
    """Whether a statement may run inside a function whose gradient is taken."""
    function = ctx.blocks.function(stmt)
    body = ctx.tree.body if function is None else function.body
    if any(method_call(s, "backward") is not None for s in own_statements(body) if s.lineno > stmt.lineno):
        return True
    if function is None:
        return False
    if _is_method(ctx, function):
        return not guesses.suggests_undifferentiated(function.name)
    return _called_differentiated(ctx, function) or _computes(ctx, function)


def _computes(ctx: FileContext, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function takes tensors and computes with them where gradients are recorded."""
    info = _info(ctx, function)
    if info is None or not any(k.is_tensor(kind) for kind in info.params.values()):
        return False
    for stmt in own_statements(function.body):
        if any(recording_in(ctx, s) not in (None, Recording.ON) for s in (stmt, *ctx.blocks.above(stmt))):
            continue
        if any(isinstance(node, (ast.Call, ast.BinOp)) and k.is_tensor(ctx.kind(node)) for node in own_nodes(stmt)):
            return True
    return False


def _info(ctx: FileContext, function: ast.FunctionDef | ast.AsyncFunctionDef) -> k.FuncInfo | None:
    return next((info for info in ctx.facts.functions if info.node is function), None)


def _is_method(ctx: FileContext, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    info = _info(ctx, function)
    return info is not None and info.cls is not None and is_module_class(info.cls, ctx.know)


def _called_differentiated(ctx: FileContext, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a method of a module of this file calls the function while gradients are taken."""
    if function.name in ("forward", "construct"):
        return _is_method(ctx, function)
    for call in ctx.facts.calls:
        func = call.func
        name = func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""
        if name != function.name:
            continue
        caller = ctx.blocks.function(ctx.stmt(call))
        if (
            caller is not None
            and caller is not function
            and _is_method(ctx, caller)
            and not guesses.suggests_undifferentiated(caller.name)
        ):
            return True
    return False


# ---------------------------------------------------------------------- stopping what leaves the block


def _stop_block(ctx: FileContext, block: ast.With | ast.AsyncWith, switch: Recording) -> str:
    """Stop the gradient of what leaves the block; the reason why that cannot be done, if so."""
    function = ctx.blocks.function(block)
    scope = function if function is not None else ctx.tree
    stops: list[ast.stmt] = []
    for stmt in own_statements(block.body):
        if isinstance(stmt, ast.Return) and stmt.value is not None:
            stops.append(stmt)
        elif isinstance(stmt, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.For, ast.With)):
            leaving = [name for name in _targets(stmt) if _leaves(ctx, name, block, scope)]
            if leaving:
                stops.append(stmt)
            attribute = _stored_attribute(ctx, stmt)
            if attribute:
                return f"{attribute} keeps a value that may carry a gradient"
    if switch is Recording.OPEN and stops:
        return "whether gradients flow here depends on a condition"
    for stmt in stops:
        if _overwritten(stmt, stops, block):
            continue
        if isinstance(stmt, ast.Return):
            if not _stop_return(ctx, stmt):
                return "what the block returns may carry a gradient"
        elif not _stop_assignment(ctx, stmt):
            return f"{' and '.join(n.id for n in _targets(stmt))} may carry a gradient out of the block"
    return ""


def _overwritten(stmt: ast.stmt, stops: list[ast.stmt], block: ast.With | ast.AsyncWith) -> bool:
    """Whether a later statement of the block itself gives the same name another value."""
    if not isinstance(stmt, ast.Assign) or len(stmt.targets) != 1 or not isinstance(stmt.targets[0], ast.Name):
        return False
    name = stmt.targets[0].id
    return stmt in block.body and any(
        isinstance(later, ast.Assign)
        and later in block.body
        and later.lineno > stmt.lineno
        and len(later.targets) == 1
        and isinstance(later.targets[0], ast.Name)
        and later.targets[0].id == name
        for later in stops
    )


def _targets(stmt: ast.stmt) -> Iterator[ast.Name]:
    if isinstance(stmt, ast.Assign):
        targets: list[ast.expr] = stmt.targets
    elif isinstance(stmt, (ast.AnnAssign, ast.AugAssign, ast.For)):
        targets = [stmt.target]
    elif isinstance(stmt, ast.With):
        targets = [item.optional_vars for item in stmt.items if item.optional_vars is not None]
    else:
        targets = []
    for target in targets:
        for node in ast.walk(target):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node


def _leaves(ctx: FileContext, name: ast.Name, block: ast.stmt, scope: ast.AST) -> bool:
    """Whether a name assigned in a block is used after it, or in the next turn of a loop around it."""
    loops = [s for s in ctx.blocks.above(block) if isinstance(s, (ast.For, ast.While)) and ctx.blocks.inside(s, scope)]
    end = block.end_lineno or block.lineno
    for use, stmt in ctx.blocks.loads(name.id, scope):
        if ctx.blocks.inside(stmt, block):
            continue
        if use.lineno > end or (loops and ctx.blocks.inside(stmt, loops[-1])):
            return True
    return False


def _stored_attribute(ctx: FileContext, stmt: ast.stmt) -> str:
    """An attribute that keeps a tensor which is neither parameter nor buffer."""
    if not isinstance(stmt, (ast.Assign, ast.AugAssign)):
        return ""
    for target in stmt.targets if isinstance(stmt, ast.Assign) else [stmt.target]:
        if isinstance(target, ast.Attribute) and ctx.kind(stmt.value) is k.TENSOR:
            owner = k.settle(ctx.facts.kinds.get(target.value, k.UNKNOWN))
            cls = ctx.module_class(owner)
            kept = None if cls is None else cls.attr(target.attr)
            if kept is not None and k.settle(kept) is k.TENSOR:
                return ctx.text(target)
    return ""


def _gradless(kind: k.Kind) -> bool:
    """Whether values of this kind never carry a gradient."""
    kind = k.settle(kind)
    if isinstance(kind, k.Seq):
        return all(map(_gradless, kind.items if kind.items else (kind.elem,)))
    return kind in _GRADLESS or isinstance(kind, (k.ClassName, k.Ref, k.StoredApi))


def _wrappable(kind: k.Kind) -> bool:
    """Whether `ops.stop_gradient` takes the value: a tensor, or a tuple of tensors."""
    kind = k.settle(kind)
    if isinstance(kind, k.Seq) and kind.name == "tuple" and kind.items:
        return all(map(k.is_tensor, kind.items))
    return k.is_tensor(kind)


def _stopped(ctx: FileContext, stmt: ast.stmt) -> bool:
    return any(isinstance(plan, StmtReplace) for plan in ctx.stmt_plans(stmt))


def _stop_return(ctx: FileContext, stmt: ast.Return) -> bool:
    value = stmt.value
    if value is None or _gradless(ctx.kind(value)):
        return True
    if _stopped(ctx, stmt) or not _wrappable(ctx.kind(value)):
        return False
    ctx.replace_stmt(stmt, "return ops.stop_gradient({value})", {"value": value})
    return True


def _stop_assignment(ctx: FileContext, stmt: ast.stmt) -> bool:
    if isinstance(stmt, ast.For):
        return _gradless(ctx.kind(stmt.target))
    if not isinstance(stmt, ast.Assign):
        value = getattr(stmt, "value", None)
        return value is None or _gradless(ctx.kind(value))
    if _gradless(ctx.kind(stmt.value)):
        return True
    if len(stmt.targets) != 1 or _stopped(ctx, stmt) or not _wrappable(ctx.kind(stmt.value)):
        return False
    target = stmt.targets[0]
    names = target.elts if isinstance(target, ast.Tuple) else [target]
    if not all(isinstance(name, ast.Name) for name in names):
        return False
    ctx.replace_stmt(stmt, "{target} = ops.stop_gradient({value})", {"target": target, "value": stmt.value})
    return True


RULE = Rule(sites=dict.fromkeys(SWITCHES, _rule))
