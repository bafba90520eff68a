"""Writes `torch.autograd.grad(y, x)` as `ms.grad` of what computes y from x: MindSpore differentiates functions.

The assignments from x to y move into that function, out of `with torch.enable_grad():` too; a module that is called
with x alone is the function itself. What they compute and other code reads later comes back as a further result.
`create_graph=True` needs nothing: MindSpore differentiates the gradient as well, but for layers whose second
derivative it lacks. What `requires_grad` asked for x goes. Where the assignments cannot be followed (a loop, a change
in place), the call is left.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Insert, StmtReplace, Template, Value
from torch2ms.rewrite.rows.bind import Refused
from torch2ms.rewrite.rules.shared.questions import has_stars, is_literal

_PARAMETERS = ("outputs", "inputs", "grad_outputs", "retain_graph", "create_graph", "only_inputs", "allow_unused")
_IGNORED = frozenset({"retain_graph", "only_inputs", "materialize_grads"})
_SECOND = "MindSpore lacks the second derivative of some layers: of batch norm it may be wrong, others raise"
_TWICE = "what the gradient is taken of is computed a second time: random numbers in it are drawn anew"


@dataclass(frozen=True, slots=True, eq=False)
class _Request:
    """A call of `torch.autograd.grad`: the gradient of `outputs`, weighted by `weights`, with respect to `inputs`.

    `node` is what the result replaces: the call, or its only item. `parameters` stands for inputs that are all
    parameters of a module.
    """

    use: Use
    call: ast.Call
    stmt: ast.stmt
    outputs: ast.expr
    inputs: tuple[str, ...]
    parameters: ast.expr | None
    weights: ast.expr | None
    keeps_graph: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """An assignment on the way from the inputs to the outputs: the names it binds and reads."""

    stmt: ast.Assign | ast.AnnAssign
    value: ast.expr
    binds: tuple[str, ...]
    reads: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Way:
    """The steps that compute the outputs, and which of their names are read elsewhere, before the request or after."""

    steps: tuple[_Step, ...]
    later: tuple[str, ...]
    is_between: bool
    unused: tuple[ast.stmt, ...]


def _start(ctx: FileContext) -> None:
    if ctx.uses_mindspore:
        return
    done: dict[ast.stmt, frozenset[str]] = {}
    for use in [use for use in ctx.sites() if use.name == "torch.autograd.grad" and use.call is not None]:
        request = _request(ctx, use)
        way = None if request is None else _way(ctx, request, done)
        if request is not None and way is not None:
            _write(ctx, request, way, done)


def _request(ctx: FileContext, use: Use) -> _Request | None:
    call = use.call
    if call is None or has_stars(call) or len(call.args) > len(_PARAMETERS):
        return None
    given = dict(zip(_PARAMETERS, call.args, strict=False)) | {kw.arg or "": kw.value for kw in call.keywords}
    create = given.pop("create_graph", None)
    outputs, inputs, weights = (given.pop(name, None) for name in ("outputs", "inputs", "grad_outputs"))
    allowed = given.pop("allow_unused", None)
    if outputs is None or inputs is None or not set(given) <= _IGNORED:
        return None
    if not (create is None or is_literal(create, True) or is_literal(create, False)):
        return None
    if allowed is not None and not is_literal(allowed, False):
        return None
    stmt = use.stmt
    if not isinstance(stmt, ast.Assign | ast.Return | ast.Expr | ast.AnnAssign) or _is_inside(ctx, call):
        return None
    outputs = _only(outputs)
    names, parameters = _inputs(inputs)
    if outputs is None or (not names and parameters is None):
        return None
    if isinstance(weights, ast.List | ast.Tuple):
        weights = _only(weights)
    if weights is not None and is_literal(weights, None):
        weights = None
    return _Request(use, call, stmt, outputs, names, parameters, weights, is_literal(create, True))


def _is_inside(ctx: FileContext, node: ast.expr) -> bool:
    """Whether an expression is part of a lambda or comprehension, and so is run at another time than its statement."""
    deferred = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
    return any(isinstance(part, deferred) for part in ctx.parents.upwards(node))


def _only(node: ast.expr) -> ast.expr | None:
    """The only item of a list or tuple, or what is no list."""
    if isinstance(node, ast.List | ast.Tuple):
        return node.elts[0] if len(node.elts) == 1 and not isinstance(node.elts[0], ast.Starred) else None
    return node


def _inputs(node: ast.expr) -> tuple[tuple[str, ...], ast.expr | None]:
    match node:
        case ast.Name(id=name):
            return (name,), None
        case ast.List(elts=items) | ast.Tuple(elts=items):
            names = tuple(item.id for item in items if isinstance(item, ast.Name))
            return (names if len(names) == len(items) == len(set(names)) else ()), None
        case ast.Call(func=ast.Name(id="list" | "tuple"), args=[inner], keywords=[]):
            return _inputs(inner)
        case ast.Call(func=ast.Attribute(attr="parameters"), args=[], keywords=[]):
            return (), node
    return (), None


# ---------------------------------------------------------------------- from the inputs to the outputs


def _way(ctx: FileContext, request: _Request, done: dict[ast.stmt, frozenset[str]]) -> _Way | None:
    block = _block(ctx, request.stmt)
    if block is None:
        return None
    flat = list(_recorded(ctx, block[: block.index(request.stmt)]))
    first = 0
    # A module that is made here is made before what is computed of its parameters.
    given = set(request.inputs) | (set() if request.parameters is None else _reads(request.parameters))
    for number, stmt in enumerate(flat):
        if isinstance(stmt, ast.Assign | ast.AnnAssign) and not given.isdisjoint(_bound(stmt)):
            first = number + 1
    before = flat[first:]
    unused = _unused_weights(ctx, request, before)
    weights = None if _are_ones(ctx, request, before) else request.weights
    steps = _steps(ctx, request, [stmt for stmt in before if stmt not in unused], weights, done)
    if steps is None or not _are_stable(before, steps):
        return None
    taken = {use.stmt for use in ctx.sites() if use.name == "torch.autograd.grad"}
    if any(step.stmt in taken and step.stmt not in done for step in steps):
        return None  # a gradient that is left is no function's
    names = [name for step in steps for name in step.binds]
    scope = ctx.blocks.scope(request.stmt)
    own = {node for step in steps for node in ast.walk(step.stmt)}
    own |= {node for stmt in (*unused, request.call) for node in ast.walk(stmt)}
    reads = [
        node
        for name in dict.fromkeys(names)
        for node in ctx.parents.names(name)
        if isinstance(node.ctx, ast.Load) and node not in own and _is_in(ctx, node, scope)
    ]
    later = tuple(dict.fromkeys(node.id for node in reads))
    is_between = any(node.lineno < request.stmt.lineno for node in reads)
    return _Way(tuple(steps), later, is_between, tuple(unused))


def _recorded(ctx: FileContext, block: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a block, and of each `with torch.enable_grad():` in it."""
    for stmt in block:
        match stmt:
            case ast.With(items=[ast.withitem(context_expr=ast.Call(func=switch, args=[]), optional_vars=None)]):
                if ctx.know.canonical(ctx.facts.refs.get(switch, "")) == "torch.enable_grad":
                    yield from stmt.body
                    continue
        yield stmt


def _block(ctx: FileContext, stmt: ast.stmt) -> list[ast.stmt] | None:
    parent = ctx.parents.of(stmt)
    for name in ("body", "orelse", "finalbody"):
        block = getattr(parent, name, None)
        if isinstance(block, list) and stmt in block:
            return block
    return None


def _is_in(ctx: FileContext, node: ast.AST, scope: ast.AST) -> bool:
    above: ast.AST | None = node
    while above is not None and above is not scope:
        above = ctx.parents.of(above)
    return above is scope


def _bound(stmt: ast.stmt) -> set[str]:
    """The names that a statement binds, or changes as far as that is seen."""
    found: set[str] = set()
    for node in ast.walk(stmt):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            found.add(node.id)
        elif isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store):
            found |= {part.id for part in ast.walk(node.value) if isinstance(part, ast.Name)}
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _changes(node.func.attr):
            found |= {part.id for part in ast.walk(node.func.value) if isinstance(part, ast.Name)}
    return found


def _changes(method: str) -> bool:
    return method.endswith("_") and not method.endswith("__") and method != "requires_grad_"


def _reads(node: ast.AST) -> frozenset[str]:
    return frozenset(
        part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)
    )


def _plain(stmt: ast.stmt) -> tuple[ast.expr, tuple[str, ...]] | None:
    """The value and the names of an assignment to names alone."""
    match stmt:
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=value)
            | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
        ):
            return value, (name,)
        case ast.Assign(targets=[ast.Tuple(elts=items)], value=value):
            names = tuple(item.id for item in items if isinstance(item, ast.Name))
            return (value, names) if len(names) == len(items) else None
    return None


def _steps(
    ctx: FileContext, request: _Request, before: Sequence[ast.stmt], weights: ast.expr | None,
    done: dict[ast.stmt, frozenset[str]],
) -> list[_Step] | None:  # fmt: skip
    """The assignments that lead to the outputs; None where something else does."""
    dependent = set(request.inputs)
    found: list[_Step] = []
    for stmt in before:
        plain = _plain(stmt)
        reads = done.get(stmt, _reads(stmt))
        is_step = request.parameters is not None or not dependent.isdisjoint(reads)
        if plain is not None and isinstance(stmt, ast.Assign | ast.AnnAssign) and not _bound(stmt) - set(plain[1]):
            if is_step:
                found.append(_Step(stmt, plain[0], plain[1], reads))
                dependent.update(plain[1])
            else:
                dependent.difference_update(plain[1])
        elif not dependent.isdisjoint(_bound(stmt)) and not _asks_gradient(stmt):
            return None
    needed = set(_reads(request.outputs)) | (set() if weights is None else set(_reads(weights)))
    steps: list[_Step] = []
    for step in reversed(found):
        if not needed.isdisjoint(step.binds):
            steps.insert(0, step)
            needed |= step.reads
    return steps if steps or not needed.isdisjoint(request.inputs) else None


def _asks_gradient(stmt: ast.stmt) -> bool:
    """`x.requires_grad = True`, `x.requires_grad_()`"""
    match stmt:
        case ast.Assign(targets=[ast.Attribute(attr="requires_grad")]):
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="requires_grad_" | "retain_grad"))):
            return True
    return False


def _are_stable(before: Sequence[ast.stmt], steps: Sequence[_Step]) -> bool:
    """Whether what the steps read still has its value where the function is defined."""
    inside: dict[ast.stmt, _Step] = {step.stmt: step for step in steps}
    bound = {name for step in steps for name in step.binds}
    for number, stmt in enumerate(before):
        step = inside.get(stmt)
        if step is None:
            continue
        for other in before[number + 1 :]:
            changed = _bound(other)
            if other in inside:
                continue
            if not changed.isdisjoint((step.reads - bound) | set(step.binds)):
                return False
    return True


def _weight_stmt(ctx: FileContext, request: _Request, before: Sequence[ast.stmt]) -> ast.stmt | None:
    """The assignment that makes the weights of the outputs, when they are a name."""
    if not isinstance(request.weights, ast.Name):
        return None
    name = request.weights.id
    found = [stmt for stmt in before if name in _bound(stmt)]
    return found[0] if len(found) == 1 and _plain(found[0]) is not None else None


def _are_ones(ctx: FileContext, request: _Request, before: Sequence[ast.stmt]) -> bool:
    """Whether the weights of the outputs are all 1: what a gradient of a sum has anyway."""
    stmt = _weight_stmt(ctx, request, before)
    plain = None if stmt is None else _plain(stmt)
    return _is_ones(request.weights if plain is None else plain[0])


def _is_ones(node: ast.expr | None) -> bool:
    match node:
        case None:
            return True
        case ast.Call(func=ast.Attribute(attr="ones" | "ones_like" | "new_ones")):
            return True
        case ast.Call(func=ast.Attribute(attr="fill_"), args=[ast.Constant(value=value)]):
            return value == 1
        case ast.Call(func=ast.Name(id="Variable") | ast.Attribute(attr="Variable"), args=[inner, *_]):
            return _is_ones(inner)
        case ast.Call(func=ast.Attribute(value=inner, attr="to" | "cuda" | "type_as" | "requires_grad_" | "float")):
            return _is_ones(inner)
    return False


def _unused_weights(ctx: FileContext, request: _Request, before: Sequence[ast.stmt]) -> list[ast.stmt]:
    """The assignment of weights that are all 1, if nothing else reads them."""
    stmt = _weight_stmt(ctx, request, before)
    if stmt is None or not isinstance(request.weights, ast.Name) or not _are_ones(ctx, request, before):
        return []
    scope = ctx.blocks.scope(request.stmt)
    reads = [node for node in ctx.parents.names(request.weights.id) if isinstance(node.ctx, ast.Load)]
    return [stmt] if [node for node in reads if _is_in(ctx, node, scope)] == [request.weights] else []


# ---------------------------------------------------------------------- the function, and its gradient


def _write(ctx: FileContext, request: _Request, way: _Way, done: dict[ast.stmt, frozenset[str]]) -> None:
    block = _block(ctx, request.stmt) or []
    before = list(_recorded(ctx, block[: block.index(request.stmt)]))
    weights = None if _are_ones(ctx, request, before) else request.weights
    targets = _targets(request)
    held = any(_is_replaced(ctx, step.stmt) for step in way.steps)
    returns = bool(way.later) and not way.is_between and targets is not None and not held
    copies = held or (bool(way.later) and not returns)
    aux = way.later if returns else ()
    function = _direct(request, way, weights, aux)
    if function is None:
        name = _free_name(ctx, request.stmt)
        ctx.insert(request.stmt, "before", _definition(ctx, name, request, way, weights, aux))
        function = Template(name)
    for stmt in way.unused:
        ctx.delete_stmt(stmt)
    if not copies:
        for step in way.steps:
            _move(ctx, step.stmt)
    _replace(ctx, request, function, aux, targets)
    done[request.stmt] = frozenset(request.inputs)
    _drop_requests(ctx, request)
    ctx.drop_inside(request.weights) if request.weights is not None and weights is None else None
    if copies:
        ctx.adapted(request.use, "mindspore.grad", _TWICE, "T2M401")
    elif request.keeps_graph:
        normed = any(use.name.startswith(("torch.nn.BatchNorm", "torch.nn.SyncBatch")) for use in ctx.sites())
        (ctx.check if normed else ctx.adapted)(request.use, "mindspore.grad", _SECOND, "T2M401")
    else:
        ctx.converted(request.use, "mindspore.grad")


def _move(ctx: FileContext, stmt: ast.stmt) -> None:
    """Take a statement out that the differentiated function holds; the call in it is a site."""
    ctx.delete_stmt(stmt)
    if not any(ctx.site(node) is not None for node in ast.walk(stmt)):
        call = next((node for node in ast.walk(stmt) if isinstance(node, ast.Call)), None)
        if call is not None:
            ctx.structural(call, stmt, "torch.autograd.grad", "mindspore.grad")


def _is_replaced(ctx: FileContext, stmt: ast.stmt) -> bool:
    return any(isinstance(plan, StmtReplace) for plan in ctx.stmt_plans(stmt))


def _targets(request: _Request) -> list[ast.expr] | None:
    """The names that the gradients are assigned to, one for each input; None where they go elsewhere."""
    stmt = request.stmt
    if not isinstance(stmt, ast.Assign) or len(stmt.targets) != 1 or request.parameters is not None:
        return None
    match stmt.targets[0], stmt.value:
        case ast.Name() as name, ast.Subscript(value=inner, slice=ast.Constant(value=0)):
            return [name] if inner is request.call and len(request.inputs) == 1 else None
        case ((ast.Tuple(elts=items) | ast.List(elts=items)), inner):
            fits = inner is request.call and len(items) == len(request.inputs)
            return items if fits and all(isinstance(item, ast.Name) for item in items) else None
    return None


def _direct(request: _Request, way: _Way, weights: ast.expr | None, aux: tuple[str, ...]) -> Template | None:
    """What is called with exactly the inputs to give the outputs: the function itself."""
    outputs = _without_sum(request.outputs)
    if weights is not None or aux or request.parameters is not None:
        return None
    call: ast.expr = outputs
    if way.steps:
        step = way.steps[0]
        if len(way.steps) != 1 or not isinstance(outputs, ast.Name) or step.binds != (outputs.id,):
            return None
        call = _without_sum(step.value)
    if not isinstance(call, ast.Call) or call.keywords or not _is_name(call.func):
        return None
    if tuple(arg.id if isinstance(arg, ast.Name) else "" for arg in call.args) != request.inputs:
        return None
    return Template("{function}", {"function": call.func})


def _is_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) or (
        isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    )


def _without_sum(node: ast.expr) -> ast.expr:
    """y of `y.sum()`: MindSpore adds the gradients of all elements."""
    match node:
        case ast.Call(func=ast.Attribute(value=inner, attr="sum"), args=[], keywords=[]):
            return inner
    return node


def _free_name(ctx: FileContext, stmt: ast.stmt) -> str:
    """A name for the function that neither the function around it nor the file uses."""
    scope = ctx.blocks.scope(stmt)
    taken = {
        plan.template.text.partition("(")[0].removeprefix("def ")
        for other in ast.walk(scope)
        if isinstance(other, ast.stmt)
        for plan in ctx.stmt_plans(other)
        if isinstance(plan, Insert)
    }
    name, number = "forward_fn", 1
    while ctx.parents.names(name) or name in ctx.facts.bound or name in taken:
        number += 1
        name = f"forward_fn{number}"
    return name


def _definition(
    ctx: FileContext, name: str, request: _Request, way: _Way, weights: ast.expr | None, aux: tuple[str, ...]
) -> Template:
    values: dict[str, Value] = {"outputs": request.outputs}
    lines = [f"def {name}({', '.join(request.inputs)}):"]
    steps = list(way.steps)
    if steps and not aux and weights is None and isinstance(request.outputs, ast.Name):
        if steps[-1].binds == (request.outputs.id,):
            values["outputs"] = steps.pop().value
    for number, step in enumerate(steps):
        values[f"value{number}"] = step.value
        lines.append(f"    {', '.join(step.binds)} = {{value{number}}}")
    result = "{outputs}"
    if weights is not None:
        values["weights"] = weights
        result = "({outputs} * {weights}).sum()"
    lines.append("    return " + ", ".join((result, *aux)) + "\n")
    return ctx.template("\n".join(lines), values)


def _replace(
    ctx: FileContext, request: _Request, function: Template, aux: tuple[str, ...], targets: list[ast.expr] | None
) -> None:
    """Put the gradient in place of the request."""
    values: dict[str, Value] = {"function": function}
    inputs = ", ".join(request.inputs)
    if request.parameters is not None:
        values["weights"] = request.parameters
        gradient = "ms.grad({function}, None, {weights})()"
    elif len(request.inputs) == 1:
        gradient = f"ms.grad({{function}}{', has_aux=True' if aux else ''})({inputs})"
    else:
        places = ", ".join(map(str, range(len(request.inputs))))
        gradient = f"ms.grad({{function}}, ({places}){', has_aux=True' if aux else ''})({inputs})"
    is_one = request.parameters is None and len(request.inputs) == 1
    stopped = "" if request.keeps_graph else "ops.stop_gradient({grad})" if is_one else "tuple"
    if aux and targets is not None:
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        left = names[0] if is_one else f"({', '.join(names)})"
        text = f"{left}, ({', '.join(aux)}{',' if len(aux) == 1 else ''}) = {gradient}"
        if stopped:
            text += "".join(f"\n{name} = ops.stop_gradient({name})" for name in names)
        ctx.replace_stmt(request.stmt, text, values)
        if isinstance(request.stmt, ast.Assign):
            # Where a further gradient is taken of this one, it computes it again.
            ctx.replace(request.stmt.value, gradient + "[0]", values)
        return
    if stopped:
        gradient = f"ops.stop_gradient({gradient})" if is_one else f"tuple(map(ops.stop_gradient, {gradient}))"
    parent = ctx.parents.of(request.call)
    if is_one and isinstance(parent, ast.Subscript) and is_zero(parent.slice):
        ctx.replace(parent, gradient, values)
    elif is_one and targets is not None and isinstance(targets[0], ast.Name):
        ctx.replace_stmt(request.stmt, f"{targets[0].id} = {gradient}", values)
        ctx.replace(request.call, gradient, values)  # for a further gradient that is taken of this one
    else:
        ctx.replace(request.call, f"({gradient},)" if is_one else gradient, values)


def is_zero(node: ast.expr) -> bool:
    """Whether an expression is the number 0."""
    return isinstance(node, ast.Constant) and type(node.value) is int and node.value == 0


def _drop_requests(ctx: FileContext, request: _Request) -> None:
    """What asked for the gradient of the inputs goes."""
    scope = ctx.blocks.scope(request.stmt)
    for stmt in _recorded(ctx, _block(ctx, request.stmt) or []):
        if _asks_gradient(stmt) and not set(request.inputs).isdisjoint(_bound(stmt) | _reads(stmt)):
            ctx.delete_stmt(stmt)
    for use in list(ctx.sites()):
        if use.call is not None and _is_in(ctx, use.node, scope) and ctx.decision(use.node) is None:
            _make_plainly(ctx, use, use.call, request.inputs)
        if use.name.rpartition(".")[2] not in ("requires_grad_", "requires_grad") or use.receiver is None:
            continue
        if not _is_in(ctx, use.node, scope) or ctx.decision(use.node) is not None:
            continue
        for statement in _asked(ctx, use, request):
            ctx.delete_stmt(statement)
            ctx.converted(use)
        if use.call is not None and ctx.decision(use.node) is None and _gives(use.stmt, use.call, request.inputs):
            ctx.replace(use.call, "{self}", {"self": use.receiver})
            ctx.converted(use)


def _make_plainly(ctx: FileContext, use: Use, call: ast.Call, names: tuple[str, ...]) -> None:
    """Leave out the `requires_grad=True` with which one of these names is made."""
    keywords = [kw for kw in call.keywords if not (kw.arg == "requires_grad" and is_literal(kw.value, True))]
    row = ctx.tables.row(use.name)
    if len(keywords) == len(call.keywords) or row is None or _bound(use.stmt).isdisjoint(names):
        return
    planned = ctx.calls.plan(ast.copy_location(ast.Call(call.func, call.args, keywords), call), row, use.receiver)
    if not isinstance(planned, Refused) and not planned.body.check:
        ctx.replace(call, planned.plan)
        for helper in planned.helpers:
            ctx.helper(helper)
        ctx.converted(use, planned.target)


def _asked(ctx: FileContext, use: Use, request: _Request) -> Iterator[ast.stmt]:
    if isinstance(use.receiver, ast.Name) and use.receiver.id in request.inputs and _asks_gradient(use.stmt):
        yield use.stmt


def _gives(stmt: ast.stmt, call: ast.Call, names: tuple[str, ...]) -> bool:
    """Whether a statement assigns what a call gives to one of these names."""
    plain = _plain(stmt)
    return plain is not None and plain[0] is call and plain[1][0] in names


RULE = Rule(start=_start)
