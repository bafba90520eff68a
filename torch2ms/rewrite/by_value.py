"""A name that is not called: a constant, or a class or function as a value, by its row in the tables.

Who calls a function through a variable (`act = F.leaky_relu`) writes torch's arguments. So the MindSpore function
itself may stand there only where no such call passes an argument that has another name or meaning in MindSpore. What
`functools.partial` binds is translated with it: `partial(F.leaky_relu, negative_slope=0.2)` becomes
`partial(ops.leaky_relu, alpha=0.2)`. Otherwise a helper with torch's arguments takes the place, if the row names one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from torch2ms.mapping.schema import Body, Row, Signature
from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import ArgEdit, CallEdit, Items, Template, Value
from torch2ms.rewrite.rows.bind import Bound, Refused
from torch2ms.rewrite.rows.calls import Planned
from torch2ms.rewrite.rows.conditions import same_text
from torch2ms.rewrite.rules.shared.named_apis import plain_as_value
from torch2ms.source import kinds as k


@dataclass(frozen=True, slots=True)
class ValuePlan:
    """What is to be written for a value, and in place of which expression: the name, or the `partial` around it."""

    node: ast.expr
    planned: Planned


def plan_value(ctx: FileContext, use: Use, row: Row) -> ValuePlan | Refused:
    """The plan for a class or function that is not called, or a constant; why there is none."""
    given = _partial_call(ctx, use)
    if _is_function(row) and row.name.endswith("_") and _gets_parts(ctx, use, row):
        hint = "assign the new values to the part: weight[i] = initializer(...).init_data()"
        return Refused("T2M303", f"{use.name} is given part of a tensor, which it could not change", hint)
    if row.signatures and _is_function(row):
        form = _own_form(ctx, use, row, given)
        if form is not None:
            return form
    value = _value_form(ctx, use, row)
    if value.unsupported:
        return Refused(value.code or "T2M206", value.unsupported, value.hint or "")
    if value.helper:
        name = ctx.helper(value.helper)
        return ValuePlan(use.node, Planned(Template(name), value, name))
    if value.expr:
        helpers = tuple(ctx.calls.helpers_in(value.expr))
        return ValuePlan(use.node, Planned(ctx.template(value.expr), value, value.expr, helpers=helpers))
    return ValuePlan(use.node, Planned(Template(ctx.spell(value.to or "")), value, value.to or ""))


def _is_function(row: Row) -> bool:
    return not row.layer and row.name.rpartition(".")[2][:1].islower()


def _partial_call(ctx: FileContext, use: Use) -> ast.Call | None:
    """The `functools.partial` that binds arguments of the function at a site."""
    call = ctx.parent(use.node, use.stmt)
    is_first = isinstance(call, ast.Call) and call.args[:1] == [use.node]
    return call if isinstance(call, ast.Call) and is_first and ctx.holders.is_partial(call) else None


# ---------------------------------------------------------------------- functions


@dataclass(frozen=True, slots=True)
class _Form:
    """A function as its row translates a call of it with the arguments that are known.

    `planned` replaces `node`; `bound` are the parameters that have arguments already, `open` those that calls have to
    give, `positional` all of torch's; `slots` are the target's positional parameters, None where the form takes the
    open ones alone. `stated`: the table itself says what stands for the function as a value.
    """

    node: ast.expr
    planned: Planned
    bound: frozenset[str] = frozenset()
    open: tuple[str, ...] = ()
    positional: tuple[str, ...] = ()
    slots: tuple[str, ...] | None = None
    stated: bool = False


def _own_form(ctx: FileContext, use: Use, row: Row, given: ast.Call | None) -> ValuePlan | Refused | None:
    """The plan for a function without a helper; None where the row has to say it."""
    form = _stated_form(ctx, use, row) if given is None else None
    if form is None:
        form = _translated_form(ctx, use, row, given)
    is_expression = form is not None and form.slots is None and not form.stated
    has_helper = row.value is not None and row.value.helper is not None
    if form is not None and not (is_expression and has_helper) and _calls_agree(ctx, use, row, form):
        return ValuePlan(form.node, form.planned)
    if has_helper or (row.value is not None and row.value.unsupported):
        return None
    if row.body.unsupported and row.value is None:
        return None
    return Refused(
        "T2M206",
        f"{use.name} is used as a value, and its counterpart takes other arguments",
        "wrap it in a function that calls it the MindSpore way",
    )


def _stated_form(ctx: FileContext, use: Use, row: Row) -> _Form | None:
    """The form that the table states for values."""
    value = row.value
    if value is None or not (value.to or value.expr):
        return None
    required, positional = _parameters(row.signatures[0], 0, ())
    if value.expr:
        helpers = tuple(ctx.calls.helpers_in(value.expr))
        planned = Planned(ctx.template(value.expr), value, value.expr, helpers=helpers)
    else:
        planned = Planned(Template(ctx.spell(value.to or "")), value, value.to or "")
    return _Form(use.node, planned, open=required, positional=positional, stated=True)


def _parameters(signature: Signature, count: int, keywords: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The parameters that have no argument yet and need one, and all positional ones."""
    positional = tuple(param.name for param in signature.positional)
    given = {*positional[:count], *keywords}
    required = tuple(p.name for p in signature.positional if p.default is None and p.name not in given)
    return required, positional


def _translated_form(ctx: FileContext, use: Use, row: Row, given: ast.Call | None) -> _Form | None:
    """The row carried out for a call whose first arguments are still to come."""
    arguments = [] if given is None else given.args[1:]
    keywords = [] if given is None else given.keywords
    if any(isinstance(a, ast.Starred) for a in arguments) or any(kw.arg is None for kw in keywords):
        return None
    names = tuple(kw.arg or "" for kw in keywords)
    for signature in row.signatures:
        required, positional = _parameters(signature, len(arguments), names)
        if not required or positional[len(arguments) : len(arguments) + len(required)] != required:
            continue
        places = [_place(given or use.node) for _ in required]
        call = ast.copy_location(ast.Call(use.node, [*arguments, *places], keywords), use.node)
        planned = ctx.calls.plan(call, row, None)
        if isinstance(planned, Refused):
            continue
        bound = frozenset({*positional[: len(arguments)], *names})
        if isinstance(planned.plan, CallEdit):
            parts = _parts(planned.plan, arguments, places)
            if parts is None:
                continue
            written = _written(ctx, planned, parts, given)
            slots = _slots(ctx, planned, parts)
            return _Form(given or use.node, written, bound, required, positional, slots)
        if isinstance(planned.plan, Template) and (given is None or _are_literals(given)):
            text = _lambda(planned, dict(zip(places, required, strict=True)))
            return _Form(given or use.node, text, bound, required, positional)
    return None


def _place(after: ast.expr) -> ast.Name:
    """An argument that is still to come; it stands behind those that are there."""
    line, column = after.end_lineno or after.lineno, after.end_col_offset or after.col_offset
    return ast.Name("_", ast.Load(), lineno=line, col_offset=column, end_lineno=line, end_col_offset=column)


@dataclass(frozen=True, slots=True)
class _Parts:
    """The arguments of a translated call: those by position, then those by keyword, without what is still to come."""

    callee: str
    positional: tuple[ArgEdit, ...]
    keywords: tuple[ArgEdit, ...]


def _parts(plan: CallEdit, arguments: list[ast.expr], places: list[ast.Name]) -> _Parts | None:
    """A call taken apart; None where what is still to come does not arrive as it is, behind the other positionals."""
    if not isinstance(plan.func, str) or plan.args is None or plan.method:
        return None
    positional = [edit for edit in plan.args if edit.keyword is None]
    keywords = tuple(edit for edit in plan.args if edit.keyword is not None)
    if [edit.source for edit in positional] != [*arguments, *places]:
        return None
    if any(edit.value is not None for edit in positional[len(arguments) :]):
        return None
    texts = {id(place) for place in places}
    if any(id(node) in texts for edit in keywords for node in _nodes(edit)):
        return None
    return _Parts(plan.func, tuple(positional[: len(arguments)]), keywords)


def _nodes(edit: ArgEdit) -> Iterator[ast.expr]:
    """The expressions that the value of an argument is made of."""
    if edit.value is not None:
        yield from _expressions(edit.value)
    elif isinstance(edit.source, ast.keyword):
        yield edit.source.value


def _expressions(value: Value) -> Iterator[ast.expr]:
    if isinstance(value, ast.expr):
        yield value
    elif isinstance(value, Items):
        for item in value.values:
            yield from _expressions(item)
    elif isinstance(value, Template):
        for inner in value.values.values():
            yield from _expressions(inner)


def _written(ctx: FileContext, planned: Planned, parts: _Parts, given: ast.Call | None) -> Planned:
    """The translated function as a value: its name, or `partial` with what it is to get."""
    if given is not None:
        first = ArgEdit(given.args[0], None, Template(parts.callee))
        plan: CallEdit | Template = CallEdit(None, (first, *parts.positional, *parts.keywords))
    elif parts.keywords:
        values: dict[str, Value] = {"function": Template(parts.callee)}
        texts = ["{function}"]
        for number, edit in enumerate(parts.keywords):
            values[f"value{number}"] = edit.value if edit.value is not None else "None"
            texts.append(f"{edit.keyword}={{value{number}}}")
        plan = ctx.template(f"partial({', '.join(texts)})", values)
    else:
        plan = Template(parts.callee)
    return Planned(plan, planned.body, planned.target, planned.notes, planned.helpers)


def _slots(ctx: FileContext, planned: Planned, parts: _Parts) -> tuple[str, ...]:
    """The positional parameters of the target, up to the first that `partial` binds by its name."""
    if planned.body.helper is not None:
        signature: Signature | None = ctx.tables.helpers[planned.body.helper].signature
    else:
        signature = ctx.tables.mindspore_signatures.get(planned.target)
    taken = {edit.keyword for edit in parts.keywords}
    names = [] if signature is None else [param.name for param in signature.positional]
    end = next((i for i, name in enumerate(names) if name in taken), len(names))
    return tuple(names[:end])


def _are_literals(given: ast.Call) -> bool:
    """Whether all that `partial` binds are literals: they may be evaluated at every call."""
    values = [*given.args[1:], *(kw.value for kw in given.keywords)]
    allowed = (ast.Constant, ast.Tuple, ast.List, ast.UnaryOp, ast.USub, ast.Load)
    return all(isinstance(node, allowed) for value in values for node in ast.walk(value))


def _lambda(planned: Planned, names: dict[ast.Name, str]) -> Planned:
    """A function that is an expression in MindSpore, as a lambda of the arguments that are still to come."""

    def named(value: Value) -> Value:
        if isinstance(value, ast.Name):
            return names.get(value, value)
        if isinstance(value, Items):
            return Items(tuple(named(item) for item in value.values))
        if isinstance(value, Template):
            return Template(value.text, {name: named(inner) for name, inner in value.values.items()})
        return value

    body = named(planned.plan) if isinstance(planned.plan, Template) else ""
    text = Template(f"lambda {', '.join(names.values())}: {{body}}", {"body": body})
    return Planned(text, planned.body, planned.target, planned.notes, planned.helpers)


# ---------------------------------------------------------------------- the calls through variables


def _calls_agree(ctx: FileContext, use: Use, row: Row, form: _Form) -> bool:
    """Whether no call of the function, through whatever variable, passes what the form would not take."""
    may_hold = _Candidates(ctx, row.name)
    differs = _differing(row, form) - form.bound
    calls = ctx.holders.calls_of(use.node, may_hold)
    if calls is None:
        # Where it goes is not known: the calls of the file that may be meant tell.
        return (form.stated or differs <= _harmless(row, form)) and not any(
            keyword.arg in differs
            for call in may_hold.calls()
            if call.args or any(kw.arg in form.open for kw in call.keywords)
            for keyword in call.keywords
        )
    first = _first_different(form, differs)
    start = len(form.positional[: form.positional.index(form.open[0])])
    for call in calls:
        if call is form.node:
            continue
        count = len(call.args) - (1 if ctx.holders.is_partial(call) else 0)
        if any(isinstance(a, ast.Starred) for a in call.args) or start + count > first:
            return False
        if any(kw.arg is None or kw.arg in differs for kw in call.keywords):
            return False
        if form.slots is None and not form.stated and call.keywords:
            return False
    return True


def _body(row: Row, form: _Form) -> Body:
    """The body that says what becomes of arguments."""
    return row.body if form.stated else form.planned.body


def _gets_parts(ctx: FileContext, use: Use, row: Row) -> bool:
    """Whether a function that changes its first argument may be given part of a tensor: only a copy would change."""
    may_hold = _Candidates(ctx, row.name)
    calls = ctx.holders.calls_of(use.node, may_hold)
    return any(
        isinstance(node, ast.Subscript)
        for call in (may_hold.calls() if calls is None else calls)
        if call.args and not ctx.holders.is_partial(call)
        for node in _chain(call.args[0])
    )


def _chain(node: ast.expr) -> Iterator[ast.expr]:
    """What an expression is taken from, by attributes, indices and methods: `x[0].view(3)`, `x[0]`, `x`."""
    yield node
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
        yield node


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Tells what may be a function that is held in a variable."""

    ctx: FileContext
    name: str

    def __call__(self, node: ast.expr) -> bool:
        return self.is_open(self.ctx.facts.kinds.get(node, k.UNKNOWN))

    def calls(self) -> Iterator[ast.Call]:
        """The calls of the file that may be calls of the function."""
        return (call for call, kind in self.ctx.facts.calls.items() if self.is_open(kind))

    def is_open(self, kind: k.Kind) -> bool:
        """Whether a value of this kind may be the function."""
        kind = k.settle(kind)
        if isinstance(kind, k.StoredApi):
            return kind.open or self.ctx.know.canonical(kind.name) == self.name
        return isinstance(kind, k.Var) or kind is k.UNKNOWN


def _differing(row: Row, form: _Form) -> frozenset[str]:
    """The arguments that a call of the form cannot be given as they are."""
    body = _body(row, form)
    differs = {name for variant in row.variants for name in variant.condition.names}
    if form.slots is None and not form.stated:
        differs.update(param.name for signature in row.signatures for param in signature.params)
        differs.difference_update(form.open)
    for name, rule in body.args.items():
        renamed = rule.to not in (None, name)
        if renamed or rule.value is not None or rule.drop is not None or rule.only or rule.unsupported:
            differs.add(name)
    return frozenset(differs)


def _harmless(row: Row, form: _Form) -> set[str]:
    """The arguments that differ and may be left out of account where calls cannot be followed: those that every call
    gives by position, and those that torch alone has, such as `inplace` and `out`."""
    decided = {name for variant in row.variants for name in variant.condition.names}
    rules = _body(row, form).args
    alone = {name for name, rule in rules.items() if rule.drop is not None or rule.unsupported or rule.only}
    return {*form.open, *(alone - decided)}


def _first_different(form: _Form, differs: frozenset[str]) -> int:
    """How many of torch's parameters mean the same by position."""
    least = form.positional.index(form.open[0]) + len(form.open)
    if form.slots is None:
        return least
    rules = form.planned.body.args
    for place, (name, slot) in enumerate(zip(form.positional, form.slots, strict=False)):
        rule = rules.get(name)
        there = name if rule is None or rule.to is None else rule.to
        if place >= least and (there != slot or name in differs):
            return place
    return max(least, min(len(form.positional), len(form.slots)))


# ---------------------------------------------------------------------- classes and constants


def _value_form(ctx: FileContext, use: Use, row: Row) -> Body:
    """The form of a row for a name that is not called."""
    body, value = row.body, row.value
    if body.unsupported and value is None:
        return Body(unsupported=body.unsupported, code=body.code or "T2M201", hint=body.hint)
    if value is not None and value.helper and body.to and not _is_function(row) and _plain_enough(ctx, use, row):
        return Body(to=body.to)
    if value is None and plain_as_value(row):
        return Body(to=body.to, expr=body.expr, note=body.note, check=body.check, code=body.code)
    if value is None or value.empty:
        return Body(
            unsupported=f"{use.name} is used as a value, and its counterpart takes other arguments",
            hint="wrap it in a function that calls it the MindSpore way",
        )
    return value


def _plain_enough(ctx: FileContext, use: Use, row: Row) -> bool:
    """Whether a layer class may stand for its target although some argument differs.

    So it is when the class can be followed in this file, and no call through a variable passes an argument that
    differs (`norm_layer(planes)`, never `norm_layer(planes, momentum=0.1)`).
    """
    if not row.signatures:
        return False
    body = ctx.calls.choose(row, Bound(row.signatures[0]))
    if isinstance(body, Refused) or body.add or body.to is None:
        return False
    target = ctx.tables.mindspore_signatures.get(body.to)
    if target is None:
        return False
    differs: set[str] = {name for v in row.variants for name in v.condition.names}
    for name, rule in body.args.items():
        if rule.default is not None and not _defaults_agree(target, rule.to or name, rule.default):
            return False
        if rule.value is not None or rule.drop is not None or rule.only or rule.unsupported:
            differs.add(name)
    renamed = {name: rule.to for name, rule in body.args.items() if rule.to not in (None, name)}
    first = 0  # so many arguments mean the same by position
    for param, there in zip(row.signatures[0].positional, target.positional, strict=False):
        if param.name in differs or renamed.get(param.name, param.name) != there.name:
            break
        first += 1
    differs |= renamed.keys()

    def may_hold(node: ast.expr) -> bool:
        kind = k.settle(ctx.facts.kinds.get(node, k.UNKNOWN))
        if isinstance(kind, k.StoredApi):
            return kind.open or ctx.know.canonical(kind.name) == row.name
        return isinstance(kind, k.Var) or kind is k.UNKNOWN

    calls = ctx.holders.calls_of(use.node, may_hold)
    return calls is not None and all(
        not any(kw.arg is None or kw.arg in differs for kw in call.keywords)
        and not any(isinstance(argument, ast.Starred) for argument in call.args)
        and len(call.args) <= (1 if ctx.holders.is_partial(call) else first)
        for call in calls
    )


def _defaults_agree(target: Signature, name: str, default: str) -> bool:
    param = target.get(name)
    return param is not None and param.default is not None and same_text(param.default, default)
