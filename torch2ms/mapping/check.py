"""Find what is wrong in the tables without running either framework.

The captured signatures are the witnesses: a target must exist and take what it is given, every torch argument
must go somewhere, and a default that differs must be written out.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeGuard

from torch2ms.mapping.check_code import Scope, bindings, check_code, show
from torch2ms.mapping.check_helpers import check_helpers, members_of
from torch2ms.mapping.check_prose import check_text, texts_of_body
from torch2ms.mapping.files import Problem
from torch2ms.mapping.known import Known
from torch2ms.mapping.namespaces import is_torch
from torch2ms.mapping.prelude import PRELUDE
from torch2ms.mapping.schema import ArgRule, Body, Condition, Param, ParamKind, Row, Signature, Tables
from torch2ms.mapping.similar import nearest, similar

_PLACEHOLDER = re.compile(r"\{(\*?)([A-Za-z_]\w*)(\[-?\d+\])?\}")
_PASS = ArgRule()


def check_tables(tables: Tables) -> list[Problem]:
    """Everything that is wrong, in the order of the tables."""
    problems = [
        Problem("mappings/aliases.yaml", f"{alias}: there is no {name} in torch")
        for alias, name in tables.aliases.items()
        if name not in tables.torch_names
    ]
    known = Known(tables)
    return [*problems, *check_rows(tables, tables.rows.values(), known), *check_helpers(tables, known)]


def check_rows(tables: Tables, rows: Iterable[Row], known: Known | None = None) -> Iterator[Problem]:
    """What is wrong in these rows."""
    known = known or Known(tables)
    for row in rows:
        for message in dict.fromkeys(_check_row(tables, known, row)):
            yield Problem(row.location, f"{row.name}: {message}")


def check_hints(tables: Tables) -> Iterator[Problem]:
    """The rows of the project that leave a site and do not say what to do instead."""
    for row in tables.rows.values():
        for body in (*row.bodies, *([row.value] if row.value is not None else [])):
            if body.unsupported is not None and not body.hint and not row.users:
                yield Problem(row.location, f"{row.name}: no way forward: say with hint what to do instead")


@dataclass(frozen=True, slots=True)
class _Form:
    """A body and what is known of the calls that get it.

    `needs` are parameters the overload must have, `given` those that are passed, `absent` those that are not,
    `decided` those whose value the choice of the form expresses, `kinds` what kind they are.
    """

    body: Body
    label: str = ""
    needs: frozenset[str] = frozenset()
    given: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    decided: frozenset[str] = frozenset()
    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def passes(self, param: Param) -> bool:
        """Whether the argument is passed: said so, or of a kind its default is not."""
        if param.name in self.given:
            return True
        kinds = self.kinds.get(param.name)
        return kinds is not None and param.default == "None" and "none" not in kinds


def _forms(row: Row) -> Iterator[_Form]:
    # Parameters of which at least one is absent, because an earlier variant takes the calls that pass all.
    not_all: list[frozenset[str]] = []
    passed: set[str] = set()
    expressed = frozenset().union(*(_decided(variant.condition) for variant in row.variants))
    for number, variant in enumerate(row.variants, 1):
        condition = variant.condition
        given = frozenset(condition.given) | passed
        mentioned = {*given, *condition.literal, *condition.written, *condition.kind, *condition.len, *condition.simple}
        ruled_out = [*not_all, *([frozenset(condition.not_.given)] if _only_given(condition.not_) else [])]
        yield _Form(
            variant.body,
            f"variant {number}: ",
            frozenset(mentioned - {"self"}),
            given,
            _absent(given, ruled_out) | frozenset(condition.absent),
            expressed,
            {**{name: ("tuple",) for name in condition.len}, **condition.kind},
        )
        if _only_given(condition):
            not_all.append(frozenset(condition.given))
        if len(condition.absent) == 1 and condition == Condition(absent=condition.absent):
            passed.update(condition.absent)
    if not row.body.empty:
        needs = frozenset(passed)
        yield _Form(row.body, "", needs, needs, _absent(needs, not_all), expressed)


def _only_given(condition: Condition | None) -> TypeGuard[Condition]:
    return condition is not None and bool(condition.given) and condition == Condition(given=condition.given)


def _absent(given: frozenset[str], not_all: Iterable[frozenset[str]]) -> frozenset[str]:
    """What cannot be passed beside `given`."""
    left = (names - given for names in not_all)
    return frozenset().union(*(names for names in left if len(names) == 1))


def _decided(condition: Condition | None) -> frozenset[str]:
    """Parameters whose value the condition settles."""
    if condition is None:
        return frozenset()
    nones = {name for name, kinds in condition.kind.items() if set(kinds) == {"none"}}
    return frozenset({*condition.literal, *condition.written, *nones}) | _decided(condition.not_)


def _check_row(tables: Tables, known: Known, row: Row) -> Iterator[str]:
    if row.name.startswith("torch."):
        # A later or an extended torch may have it: then the row says how it is called.
        if row.name not in tables.torch_names and not row.signatures:
            yield f"there is no such name in torch{similar(row.name, tables.torch_names)}"
        if row.name in tables.aliases and tables.aliases[row.name] not in tables.rows:
            yield f"is an alias: the row belongs to {tables.aliases[row.name]}"
    if row.users:
        yield from _check_users(tables, row)
    if row.like is not None and tables.row(row.like) is None:
        yield f"like: there is no row {row.like}{similar(row.like, tables.rows)}"
    if row.isinstance is not None:
        yield from _check_target(tables, row.isinstance)
    if row.params or row.attrs:
        yield from _check_members(tables, known, row)
    if row.value is not None:
        yield from _check_value(tables, known, row, row.value)
    for example in row.examples:
        try:
            ast.parse(example)
        except SyntaxError as error:
            yield f"the example is not Python: {error.msg}"
    for body in (*row.bodies, *([row.value] if row.value is not None else [])):
        for text in texts_of_body(body):
            yield from check_text(known, text, tables.torch_names)
    names = {param.name for signature in row.signatures for param in signature.params}
    open_ended = any(signature.takes_any_keyword for signature in row.signatures)
    for form in _forms(row):
        if row.signatures and not open_ended:
            for name in sorted({*form.body.args, *form.needs, *form.absent} - names - {"self"}):
                yield f"{form.label}{name} is not a parameter{similar(name, names)}"
        for message in _check_form(tables, known, row, form):
            yield form.label + message


def _check_users(tables: Tables, row: Row) -> Iterator[str]:
    """What a table of the user's may name that is neither torch's nor MindSpore's: it is qualified, and says how its
    arguments are called where the row speaks of them."""
    if not _is_qualified(row.name) or row.name.startswith("mindspore."):
        yield "a row is for the qualified name of a function or class to convert, such as package.module.name"
    for body in (*row.bodies, row.value or Body()):
        if body.to is not None and (not _is_qualified(body.to) or is_torch(body.to)):
            near = similar(body.to, tables.mindspore_names)
            yield f"{body.to} is no target: a target is a qualified name outside of torch{near}"
    if not row.name.startswith("torch.") and not row.signatures and _speaks_of_arguments(row):
        yield 'how it is called is not known: say it with sig, such as sig: "(x, dim=None)"'


def _is_qualified(name: str) -> bool:
    return "." in name and all(part.isidentifier() for part in name.split("."))


def _speaks_of_arguments(row: Row) -> bool:
    """Whether a call has to be bound to a signature for this row to apply."""
    if row.variants or any(body.args or body.add or body.helper for body in row.bodies):
        return True
    texts = [text for body in row.bodies for text in (body.expr, body.inplace) if text is not None]
    return any(match[2] != "self" for text in texts for match in _PLACEHOLDER.finditer(text))


def _check_members(tables: Tables, known: Known, row: Row) -> Iterator[str]:
    """The layers that stand for a torch layer have its parameters and attributes under the names that the row gives."""
    layers: dict[str, frozenset[str] | None] = {}
    for body in (*row.bodies, row.value or Body()):
        if body.to is not None and body.to in tables.mindspore_fields:
            layers[body.to] = known.members(body.to)
        elif body.helper is not None and body.helper in tables.helpers:
            layers[f"the helper {body.helper}"] = members_of(tables.helpers[body.helper], known)
    for key, names in (("params", row.params), ("attrs", row.attrs)):
        for name, target in names.items():
            first = re.match(r"(?:\{self\}\.)?(\w+)", target or "")
            for layer, has in layers.items():
                if first is not None and has is not None and first[1] not in has:
                    yield f"{key}: {name}: {layer} has no {first[1]}{nearest(first[1], has)}"


def _check_form(tables: Tables, known: Known, row: Row, form: _Form) -> Iterator[str]:
    body = form.body
    if body.unsupported is not None:
        return
    for text in _templates(body):
        yield from _check_template(known, row, text)
    overloads = [signature for signature in row.signatures if _possible(form, signature)]
    if row.signatures and not overloads:
        yield f"no overload has all of {', '.join(sorted(form.needs))}"
    if body.expr is not None:
        yield from _check_template(known, row, body.expr)
        for signature in overloads:
            yield from _check_expr_arguments(row, form, signature, body.expr)
        return
    if body.helper is not None:
        helper = tables.helpers.get(body.helper)
        if helper is None:
            yield f"there is no helper {body.helper}{similar(body.helper, tables.helpers)}"
            return
        targets: tuple[Signature, ...] = (helper.signature,)
    else:
        missing = list(_check_target(tables, body.to or ""))
        if missing:
            yield from missing
            return
        targets = tables.mindspore_overloads.get(body.to or "", ())
    if targets:
        for signature in overloads:
            # A target with overloads is right when one of them takes the call.
            yield from min((list(_check_call(row, form, signature, target)) for target in targets), key=len)


def _possible(form: _Form, signature: Signature) -> bool:
    """Whether a call of this overload can get the form."""
    required = {p.name for p in signature.params if p.default is None and p.kind is not ParamKind.VARIADIC}
    return form.needs <= {p.name for p in signature.params} and not form.absent & required


def _check_target(tables: Tables, target: str) -> Iterator[str]:
    if target.partition(".")[0] == "mindspore" and target not in tables.mindspore_names:
        yield f"there is no {target}{similar(target, tables.mindspore_names)}"


def _templates(body: Body) -> Iterator[str]:
    """The templates of a body, but for `expr`."""
    yield from body.add.values()
    if body.inplace is not None:
        yield body.inplace
    for rule in body.args.values():
        if rule.default is not None:
            yield rule.default
        if rule.value is not None:
            yield rule.value.replace("{}", "(0)")


def _check_value(tables: Tables, known: Known, row: Row, body: Body) -> Iterator[str]:
    if body.to is not None:
        yield from _check_target(tables, body.to)
    if body.helper is not None and body.helper not in tables.helpers:
        yield f"there is no helper {body.helper}{similar(body.helper, tables.helpers)}"
    if body.expr is not None:
        yield from _check_code(known, body.expr, frozenset(), frozenset())
    for text in _templates(body):
        yield from _check_template(known, row, text)


# Arguments


def _receives(row: Row, param: Param) -> bool:
    """Whether the parameter is where the receiver goes."""
    return row.receiver == param.name


def _settled(rule: ArgRule) -> bool:
    """Whether the argument never reaches the target, and the row says why."""
    return rule.unsupported is not None or rule.drop is not None or bool(rule.only)


def _check_expr_arguments(row: Row, form: _Form, signature: Signature, template: str) -> Iterator[str]:
    used = {match[2] for match in _PLACEHOLDER.finditer(template)}
    if signature.takes_any_keyword and signature.variadic is not None:
        return
    for param in signature.params:
        rule = form.body.args.get(param.name, _PASS)
        if param.kind is ParamKind.VARKW or param.name in used | form.absent | form.decided:
            continue
        if not _settled(rule) and not _receives(row, param):
            yield f"the argument {param.name} goes nowhere"
    for name in sorted(used - {param.name for param in signature.params} - {"self"}):
        if not signature.takes_any_keyword:
            yield f"{{{name}}} is not a parameter of the overload {show(signature)}"


def _check_call(row: Row, form: _Form, signature: Signature, target: Signature) -> Iterator[str]:
    body = form.body
    reached: set[str] = set(body.add)
    if row.receiver is not None and not (body.to or "").startswith("mindspore.Tensor.") and target.positional:
        reached.add(target.positional[0].name)
    for param in signature.params:
        rule = body.args.get(param.name, _PASS)
        if param.kind is ParamKind.VARKW or _receives(row, param):
            continue
        if _settled(rule):
            continue
        name = rule.to or param.name
        into = target.get(name)
        if into is None and target.variadic is not None and param.kind is not ParamKind.KEYWORD:
            into = target.variadic
        if into is None:
            if param.name in form.absent | form.decided or target.takes_any_keyword:
                continue
            yield f"the argument {param.name} goes nowhere: the target takes {show(target)}"
            continue
        reached.add(into.name)
        if form.passes(param) or param.name in form.decided or name in body.add or rule.default is not None:
            continue
        yield from _check_default(param, rule, into)
    for name in body.add:
        if target.get(name) is None and not target.takes_any_keyword:
            yield f"add: the target has no {name}: it takes {show(target)}"
    for into in target.params:
        required = into.default is None and into.kind in (ParamKind.POSITIONAL, ParamKind.KEYWORD)
        if required and into.name not in reached:
            yield f"the target's {into.name} gets nothing"


def _check_default(param: Param, rule: ArgRule, into: Param) -> Iterator[str]:
    """An argument that is not given must mean the same on both sides."""
    if param.default is None or into.kind is ParamKind.VARIADIC:
        return
    if into.default is None:
        yield f"the target needs {into.name}, torch has a default ({param.default}) for {param.name}"
        return
    expected = param.default
    if rule.value is not None:
        transformed = rule.value.replace("{}", f"({param.default})")
        # A conversion of what is given (`int({})`) does not change what is not.
        expected = transformed if _value_of(transformed) is not None else param.default
    if not _same(expected, into.default):
        ours, theirs = f"{param.name}={param.default}", f"{into.name}={into.default}"
        yield f"defaults differ: {ours} in torch, {theirs} in MindSpore"


def _same(one: str, other: str) -> bool:
    if _plain(one) == _plain(other) or {one, other} == {"None", "mindspore.float32"}:
        # Without a dtype both frameworks make float32.
        return True
    left, right = _value_of(one), _value_of(other)
    if isinstance(left, int | float) and isinstance(right, int | float):
        return abs(left - right) <= 1e-12 * max(abs(left), abs(right))
    return left is not None and left == right


def _value_of(text: str) -> object:
    """The value of a literal or of arithmetic on numbers; None when it is neither."""
    try:
        return _number(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError, TypeError, ZeroDivisionError):
        return None


def _plain(text: str) -> str:
    return re.sub(r"^(torch|mindspore)\.", "", text)


_OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def _number(node: ast.expr) -> object:
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left, right = _number(node.left), _number(node.right)
        if isinstance(left, int | float) and isinstance(right, int | float):
            return _OPERATORS[type(node.op)](left, right)
        raise ValueError("not numbers")
    return ast.literal_eval(node)


# Templates


def _check_template(known: Known, row: Row, template: str) -> Iterator[str]:
    bare = template.replace("{{", "").replace("}}", "")
    left = _PLACEHOLDER.sub("", bare)
    if "{" in left or "}" in left:
        yield f"a brace in {template!r} is no placeholder"
        return
    names = {param.name for signature in row.signatures for param in signature.params}
    used = {match[2] for match in _PLACEHOLDER.finditer(bare)}
    if "self" in used and row.receiver is None:
        yield "{self}: there is no receiver"
    if row.signatures and not any(signature.takes_any_keyword for signature in row.signatures):
        for name in sorted(used - names - {"self"}):
            yield f"{{{name}}} is not a parameter{similar(name, names)}"
    code = _PLACEHOLDER.sub(lambda m: f"{m[1]}_p_{m[2]}", template.replace("{{", "\0").replace("}}", "\1"))
    tensors = {f"_p_{row.receiver}"} if row.name.startswith("torch.Tensor.") else set()
    yield from _check_code(
        known,
        code.replace("\0", "{").replace("\1", "}"),
        frozenset(f"_p_{name}" for name in used),
        frozenset(tensors),
    )


def _check_code(known: Known, code: str, placeholders: frozenset[str], tensors: frozenset[str]) -> Iterator[str]:
    """The expression parses, every name in it means something, what it uses exists and is used as it can be."""
    try:
        tree = ast.parse(code, mode="eval")
    except SyntaxError:
        yield f"not an expression: {code.replace('_p_', '')}"
        return
    scope = Scope(PRELUDE, {**bindings(tree), **dict.fromkeys(placeholders, (None,))}, tensors)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            free = node.id not in scope.bound.keys() | _BUILTINS
            if free and node.id not in PRELUDE and node.id not in known.helpers:
                yield f"{node.id} means nothing in a template"
    for fault in check_code(known, tree, scope):
        yield fault.message.replace("_p_", "")


# Builtins that are as right in MindSpore's graph mode as in Python.
_BUILTINS = frozenset(
    (
        *("abs", "all", "any", "bool", "dict", "enumerate", "float", "getattr", "hasattr", "int"),
        *("isinstance", "len", "list", "map", "max", "min", "pow", "range", "reversed", "round", "slice"),
        *("sorted", "str", "sum", "tuple", "type", "zip"),
    )
)
