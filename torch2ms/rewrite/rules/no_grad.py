"""`torch.no_grad()` and its kin go: MindSpore records nothing outside a function it takes the gradient of.

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
from torch2ms.source import kinds as k
from torch2ms.source.infer import is_module_class

_HINT = "wrap what is used later in ops.stop_gradient"
_STOP = "mindspore.ops.stop_gradient"

_SWITCHES = frozenset({"torch.no_grad", "torch.inference_mode", "torch.enable_grad", "torch.set_grad_enabled"})

# Parts of the names of methods that run outside of any gradient function.
_NOT_DIFFERENTIATED = (
    "init",
    "reset",
    "load",
    "save",
    "fuse",
    "merge",
    "update",
    "generate",
    "predict",
    "sample",
)

_GRADLESS = frozenset({k.INT, k.FLOAT, k.NUMBER, k.BOOL, k.STR, k.NONE, k.DTYPE, k.DEVICE, k.SHAPE, k.NDARRAY})


def _rule(rw: FileContext, use: Use) -> bool:
    records = _records(use)
    stmt = use.stmt
    expr = use.call if use.call is not None else use.node
    if isinstance(stmt, (ast.With, ast.AsyncWith)):
        for index, item in enumerate(stmt.items):
            if item.context_expr is expr and use.call is not None:
                return _context(rw, use, stmt, index, records)
    if isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        for index, decorator in enumerate(stmt.decorator_list):
            if decorator is expr:
                return _decorator(rw, use, stmt, index, records)
    switch = isinstance(stmt, ast.Expr) and stmt.value is use.call and use.name == "torch.set_grad_enabled"
    if switch and not _differentiated(rw, stmt):
        rw.drop_inside(stmt)
        rw.delete_stmt(stmt)
        return rw.converted(use)
    return rw.manual(
        use,
        "T2M404",
        "MindSpore has no switch for recording gradients",
        "leave it out where no gradient is taken",
    )


def _records(use: Use) -> bool:
    """Whether the context switches recording on, so that nothing is to be stopped."""
    if use.name == "torch.enable_grad":
        return True
    if use.call is None or not (use.call.args or use.call.keywords):
        return False
    value = use.call.args[0] if use.call.args else use.call.keywords[0].value
    wanted = use.name == "torch.set_grad_enabled"
    return isinstance(value, ast.Constant) and value.value is wanted


def _context(rw: FileContext, use: Use, stmt: ast.With | ast.AsyncWith, index: int, records: bool) -> bool:
    if stmt.items[index].optional_vars is not None:
        return rw.manual(use, "T2M404", "the no_grad context is given a name", _HINT)
    doubt = "" if records or not _differentiated(rw, stmt) else _stop_block(rw, stmt, _is_conditional(use))
    rw.unwrap(stmt, (index,))
    if use.call is not None:
        for value in (*use.call.args, *use.call.keywords):
            rw.drop_inside(value)
    if doubt:
        return rw.check(use, "", doubt, "T2M404", _HINT)
    return rw.converted(use)


def _is_conditional(use: Use) -> bool:
    """Whether recording depends on a value that is only known when the program runs."""
    call = use.call
    return call is not None and any(
        not isinstance(v, ast.Constant) for v in (*call.args, *(kw.value for kw in call.keywords))
    )


def _decorator(
    rw: FileContext,
    use: Use,
    stmt: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef,
    index: int,
    records: bool,
) -> bool:
    rw.drop_decorator(stmt, index)
    if use.call is not None:
        for value in (*use.call.args, *use.call.keywords):
            rw.drop_inside(value)
    if isinstance(stmt, ast.ClassDef):
        return rw.check(use, "", "results of this class may carry a gradient", "T2M404", _HINT)
    if records or not _called_differentiated(rw, stmt):
        return rw.converted(use)
    for inner in own_statements(stmt.body):
        if isinstance(inner, ast.Return) and inner.value is not None and not _stop_return(rw, inner):
            return rw.check(use, "", "the result of this function may carry a gradient", "T2M404", _HINT)
    return rw.converted(use)


# ---------------------------------------------------------------------- where gradients are taken


def _differentiated(rw: FileContext, stmt: ast.stmt) -> bool:
    """Whether a statement may run inside a function whose gradient is taken."""
    function = rw.blocks.function(stmt)
    if function is None:
        return any(_backward(rw, s) for s in own_statements(rw.tree.body) if s.lineno > stmt.lineno)
    if any(_backward(rw, s) for s in own_statements(function.body) if s.lineno > stmt.lineno):
        return True
    if _is_method(rw, function):
        return _in_forward(function.name)
    return _called_differentiated(rw, function) or _computes(rw, function)


def _computes(rw: FileContext, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function takes tensors and computes with them outside of its no_grad blocks."""
    info = next((f for f in rw.facts.functions if f.node is function), None)
    if info is None or not any(k.is_tensor(kind) for kind in info.params.values()):
        return False
    for stmt in own_statements(function.body):
        around = (stmt, *rw.blocks.above(stmt))
        if any(isinstance(s, (ast.With, ast.AsyncWith)) and _is_no_grad(rw, s) for s in around):
            continue
        if any(isinstance(n, (ast.Call, ast.BinOp)) and k.is_tensor(rw.kind(n)) for n in own_nodes(stmt)):
            return True
    return False


def _is_no_grad(rw: FileContext, stmt: ast.With | ast.AsyncWith) -> bool:
    return any(
        isinstance(item.context_expr, ast.Call)
        and rw.know.canonical(rw.facts.refs.get(item.context_expr.func, "")) in _SWITCHES
        for item in stmt.items
    )


def _is_method(rw: FileContext, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    info = next((f for f in rw.facts.functions if f.node is function), None)
    return info is not None and info.cls is not None and is_module_class(info.cls, rw.know)


def _in_forward(name: str) -> bool:
    return not any(part in name.lower() for part in _NOT_DIFFERENTIATED)


def _backward(rw: FileContext, stmt: ast.stmt) -> bool:
    return (
        isinstance(stmt, ast.Expr)
        and isinstance(stmt.value, ast.Call)
        and isinstance(stmt.value.func, ast.Attribute)
        and stmt.value.func.attr == "backward"
    )


def _called_differentiated(rw: FileContext, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a method of a module of this file calls the function while gradients are taken."""
    if function.name in ("forward", "construct"):
        return _is_method(rw, function)
    for call in rw.facts.calls:
        func = call.func
        name = func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""
        if name != function.name:
            continue
        caller = rw.blocks.function(rw.stmt(call))
        if caller is not None and caller is not function and _is_method(rw, caller) and _in_forward(caller.name):
            return True
    return False


# ---------------------------------------------------------------------- stopping what leaves the block


def _stop_block(rw: FileContext, block: ast.With | ast.AsyncWith, conditional: bool) -> str:
    """Stop the gradient of what leaves the block; the reason why that cannot be done, if so."""
    function = rw.blocks.function(block)
    scope = function if function is not None else rw.tree
    stops: list[ast.stmt] = []
    for stmt in own_statements(block.body):
        if isinstance(stmt, ast.Return) and stmt.value is not None:
            stops.append(stmt)
        elif isinstance(stmt, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.For, ast.With)):
            leaving = [name for name in _targets(stmt) if _leaves(rw, name, block, scope)]
            if leaving:
                stops.append(stmt)
            attribute = _stored_attribute(rw, stmt)
            if attribute:
                return f"{attribute} keeps a value that may carry a gradient"
    if conditional and stops:
        return "whether gradients flow here depends on a condition"
    for stmt in stops:
        if _overwritten(stmt, stops, block):
            continue
        if isinstance(stmt, ast.Return):
            if not _stop_return(rw, stmt):
                return "what the block returns may carry a gradient"
        elif not _stop_assignment(rw, stmt):
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


def _leaves(rw: FileContext, name: ast.Name, block: ast.stmt, scope: ast.AST) -> bool:
    """Whether a name assigned in a block is used after it, or in the next turn of a loop around it."""
    loops = [s for s in rw.blocks.above(block) if isinstance(s, (ast.For, ast.While)) and rw.blocks.inside(s, scope)]
    end = block.end_lineno or block.lineno
    for use, stmt in rw.blocks.loads(name.id, scope):
        if rw.blocks.inside(stmt, block):
            continue
        if use.lineno > end or (loops and rw.blocks.inside(stmt, loops[-1])):
            return True
    return False


def _stored_attribute(rw: FileContext, stmt: ast.stmt) -> str:
    """An attribute that keeps a tensor which is neither parameter nor buffer."""
    if not isinstance(stmt, (ast.Assign, ast.AugAssign)):
        return ""
    for target in stmt.targets if isinstance(stmt, ast.Assign) else [stmt.target]:
        if isinstance(target, ast.Attribute) and rw.kind(stmt.value) is k.TENSOR:
            owner = k.settle(rw.facts.kinds.get(target.value, k.UNKNOWN))
            cls = rw.module_class(owner)
            kept = None if cls is None else cls.attr(target.attr)
            if kept is not None and k.settle(kept) is k.TENSOR:
                return rw.text(target)
    return ""


def _gradless(kind: k.Kind) -> bool:
    """Whether values of this kind never carry a gradient."""
    kind = k.settle(kind)
    if isinstance(kind, k.Seq):
        return all(map(_gradless, kind.items if kind.items else (kind.elem,)))
    return kind in _GRADLESS or isinstance(kind, (k.ClassName, k.Ref, k.Value))


def _wrappable(kind: k.Kind) -> bool:
    """Whether `ops.stop_gradient` takes the value: a tensor, or a tuple of tensors."""
    kind = k.settle(kind)
    if isinstance(kind, k.Seq) and kind.name == "tuple" and kind.items:
        return all(map(k.is_tensor, kind.items))
    return k.is_tensor(kind)


def _stopped(rw: FileContext, stmt: ast.stmt) -> bool:
    return any(isinstance(plan, StmtReplace) for plan in rw.stmt_plans(stmt))


def _stop_return(rw: FileContext, stmt: ast.Return) -> bool:
    value = stmt.value
    if value is None or _gradless(rw.kind(value)):
        return True
    if _stopped(rw, stmt) or not _wrappable(rw.kind(value)):
        return False
    rw.replace_stmt(stmt, "return ops.stop_gradient({value})", {"value": value})
    return True


def _stop_assignment(rw: FileContext, stmt: ast.stmt) -> bool:
    if isinstance(stmt, ast.For):
        return _gradless(rw.kind(stmt.target))
    if not isinstance(stmt, ast.Assign):
        value = getattr(stmt, "value", None)
        return value is None or _gradless(rw.kind(value))
    if _gradless(rw.kind(stmt.value)):
        return True
    if len(stmt.targets) != 1 or _stopped(rw, stmt) or not _wrappable(rw.kind(stmt.value)):
        return False
    target = stmt.targets[0]
    names = target.elts if isinstance(target, ast.Tuple) else [target]
    if not all(isinstance(name, ast.Name) for name in names):
        return False
    rw.replace_stmt(stmt, "{target} = ops.stop_gradient({value})", {"target": target, "value": stmt.value})
    return True


RULE = Rule(sites=dict.fromkeys(_SWITCHES, _rule))
