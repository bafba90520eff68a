"""Find what is wrong in the tables without running either framework.

The captured signatures are the witnesses: a target must exist and take what it is given, every torch argument
must go somewhere, and a default that differs must be written out.
"""

from __future__ import annotations

import ast
import difflib
import operator
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeGuard

from torch2ms.mapping.files import Problem
from torch2ms.mapping.namespaces import is_torch
from torch2ms.mapping.prelude import PRELUDE
from torch2ms.mapping.schema import ArgRule, Body, Condition, Param, ParamKind, Row, Signature, Tables

_PLACEHOLDER = re.compile(r"\{(\*?)([A-Za-z_]\w*)(\[-?\d+\])?\}")
_PASS = ArgRule()


def check_tables(tables: Tables) -> list[Problem]:
    """Everything that is wrong, in the order of the tables."""
    problems = [
        Problem("mappings/aliases.yaml", f"{alias}: there is no {name} in torch")
        for alias, name in tables.aliases.items()
        if name not in tables.torch_names
    ]
    return [*problems, *check_rows(tables, tables.rows.values())]


def check_rows(tables: Tables, rows: Iterable[Row]) -> Iterator[Problem]:
    """What is wrong in these rows."""
    for row in rows:
        for message in dict.fromkeys(_check_row(tables, row)):
            yield Problem(row.location, f"{row.name}: {message}")


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
        mentioned = {*given, *condition.literal, *condition.kind, *condition.len, *condition.simple}
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
    return frozenset({*condition.literal, *nones}) | _decided(condition.not_)


def _check_row(tables: Tables, row: Row) -> Iterator[str]:
    if row.name.startswith("torch."):
        # A later or an extended torch may have it: then the row says how it is called.
        if row.name not in tables.torch_names and not row.signatures:
            yield f"there is no such name in torch{_similar(row.name, tables.torch_names)}"
        if row.name in tables.aliases and tables.aliases[row.name] not in tables.rows:
            yield f"is an alias: the row belongs to {tables.aliases[row.name]}"
    if row.users:
        yield from _check_users(tables, row)
    if row.like is not None and tables.row(row.like) is None:
        yield f"like: there is no row {row.like}{_similar(row.like, tables.rows)}"
    if row.isinstance is not None:
        yield from _check_target(tables, row.isinstance)
    if row.value is not None:
        yield from _check_value(tables, row.value)
    for example in row.examples:
        try:
            ast.parse(example)
        except SyntaxError as error:
            yield f"the example is not Python: {error.msg}"
    known = {param.name for signature in row.signatures for param in signature.params}
    open_ended = any(signature.takes_any_keyword for signature in row.signatures)
    for form in _forms(row):
        if row.signatures and not open_ended:
            for name in sorted({*form.body.args, *form.needs, *form.absent} - known - {"self"}):
                yield f"{form.label}{name} is not a parameter{_similar(name, known)}"
        for message in _check_form(tables, row, form):
            yield form.label + message


def _check_users(tables: Tables, row: Row) -> Iterator[str]:
    """What a table of the user's may name that is neither torch's nor MindSpore's: it is qualified, and says how its
    arguments are called where the row speaks of them."""
    if not _is_qualified(row.name) or row.name.startswith("mindspore."):
        yield "a row is for the qualified name of a function or class to convert, such as package.module.name"
    for body in (*row.bodies, row.value or Body()):
        if body.to is not None and (not _is_qualified(body.to) or is_torch(body.to)):
            near = _similar(body.to, tables.mindspore_names)
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


def _check_form(tables: Tables, row: Row, form: _Form) -> Iterator[str]:
    body = form.body
    if body.unsupported is not None:
        return
    for text in body.add.values():
        yield from _check_template(tables, row, form, text)
    for rule in body.args.values():
        if rule.default is not None:
            yield from _check_template(tables, row, form, rule.default)
        if rule.value is not None:
            yield from _check_template(tables, row, form, rule.value.replace("{}", "(0)"))
    overloads = [signature for signature in row.signatures if _possible(form, signature)]
    if row.signatures and not overloads:
        yield f"no overload has all of {', '.join(sorted(form.needs))}"
    if body.expr is not None:
        yield from _check_template(tables, row, form, body.expr)
        for signature in overloads:
            yield from _check_expr_arguments(row, form, signature, body.expr)
        return
    if body.helper is not None:
        helper = tables.helpers.get(body.helper)
        if helper is None:
            yield f"there is no helper {body.helper}{_similar(body.helper, tables.helpers)}"
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
        yield f"there is no {target}{_similar(target, tables.mindspore_names)}"


def _check_value(tables: Tables, body: Body) -> Iterator[str]:
    if body.to is not None:
        yield from _check_target(tables, body.to)
    if body.helper is not None and body.helper not in tables.helpers:
        yield f"there is no helper {body.helper}{_similar(body.helper, tables.helpers)}"
    if body.expr is not None:
        yield from _check_code(tables, body.expr, set())


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
            yield f"{{{name}}} is not a parameter of the overload {_show(signature)}"


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
            yield f"the argument {param.name} goes nowhere: the target takes {_show(target)}"
            continue
        reached.add(into.name)
        if form.passes(param) or param.name in form.decided or name in body.add or rule.default is not None:
            continue
        yield from _check_default(param, rule, into)
    for name in body.add:
        if target.get(name) is None and not target.takes_any_keyword:
            yield f"add: the target has no {name}: it takes {_show(target)}"
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


def _show(signature: Signature) -> str:
    parts: list[str] = []
    keyword_only = False
    for param in signature.params:
        star = {ParamKind.VARIADIC: "*", ParamKind.VARKW: "**"}.get(param.kind, "")
        if param.kind is ParamKind.KEYWORD and not keyword_only:
            keyword_only = True
            if signature.variadic is None:
                parts.append("*")
        parts.append(star + param.name + ("" if param.default is None else f"={param.default}"))
    return f"({', '.join(parts)})"


# Templates


def _check_template(tables: Tables, row: Row, form: _Form, template: str) -> Iterator[str]:
    bare = template.replace("{{", "").replace("}}", "")
    left = _PLACEHOLDER.sub("", bare)
    if "{" in left or "}" in left:
        yield f"a brace in {template!r} is no placeholder"
        return
    known = {param.name for signature in row.signatures for param in signature.params}
    used = {match[2] for match in _PLACEHOLDER.finditer(bare)}
    if "self" in used and row.receiver is None:
        yield "{self}: there is no receiver"
    if row.signatures and not any(signature.takes_any_keyword for signature in row.signatures):
        for name in sorted(used - known - {"self"}):
            yield f"{{{name}}} is not a parameter{_similar(name, known)}"
    code = _PLACEHOLDER.sub(lambda m: f"{m[1]}_p_{m[2]}", template.replace("{{", "\0").replace("}}", "\1"))
    yield from _check_code(tables, code.replace("\0", "{").replace("\1", "}"), {f"_p_{name}" for name in used})


def _check_code(tables: Tables, code: str, placeholders: set[str]) -> Iterator[str]:
    """The expression parses, and every name in it means something."""
    try:
        tree = ast.parse(code, mode="eval")
    except SyntaxError:
        yield f"not an expression: {code.replace('_p_', '')}"
        return
    bound = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    defines = {helper.defines: helper.signature for helper in tables.helpers.values()}
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            free = node.id not in placeholders | bound | _BUILTINS
            if free and node.id not in PRELUDE and node.id not in defines:
                yield f"{node.id} means nothing in a template"
        if isinstance(node, ast.Name | ast.Attribute) and id(node) not in inner:
            dotted = _dotted(node)
            if dotted is not None and dotted.partition(".")[0] not in bound:
                yield from _check_attribute(tables, dotted)
        if isinstance(node, ast.Call):
            yield from _check_keywords(tables, node, defines)


# Builtins that are as right in MindSpore's graph mode as in Python.
_BUILTINS = frozenset(
    (
        *("abs", "all", "any", "bool", "dict", "enumerate", "float", "getattr", "hasattr", "int"),
        *("isinstance", "len", "list", "map", "max", "min", "pow", "range", "reversed", "round", "slice"),
        *("sorted", "str", "sum", "tuple", "type", "zip"),
    )
)


def _dotted(node: ast.expr) -> str | None:
    """`ops.cat` as the qualified name it stands for."""
    if isinstance(node, ast.Name):
        return PRELUDE.get(node.id)
    if isinstance(node, ast.Attribute):
        head = _dotted(node.value)
        return None if head is None else f"{head}.{node.attr}"
    return None


def _check_attribute(tables: Tables, dotted: str) -> Iterator[str]:
    name = dotted
    while name.count(".") > 0 and name not in tables.mindspore_names:
        # `ms.float32.itemsize`, `ops.cat.x`: what follows a known value is not ours to judge.
        name = name.rpartition(".")[0]
    owner = name if name != dotted else ""
    if owner and owner in tables.mindspore_names and _is_module(tables, owner):
        yield from _check_target(tables, dotted)


def _is_module(tables: Tables, name: str) -> bool:
    return name in set(PRELUDE.values()) or any(name == module for module in _MODULES)


_MODULES = (
    *("mindspore", "mindspore.ops", "mindspore.nn", "mindspore.mint", "mindspore.mint.nn", "mindspore.numpy"),
    *(
        "mindspore.mint.nn.functional",
        "mindspore.common.initializer",
        "mindspore.dataset",
        "mindspore.Tensor",
    ),
)


def _check_keywords(tables: Tables, call: ast.Call, helpers: Mapping[str, Signature]) -> Iterator[str]:
    """The callee of a template takes the keywords and as many arguments as are written."""
    if isinstance(call.func, ast.Name) and call.func.id in helpers:
        name = call.func.id
        overloads: tuple[Signature, ...] = (helpers[name],)
    else:
        name = _dotted(call.func) or ""
        overloads = tables.mindspore_overloads.get(name, ())
    if not overloads or any(keyword.arg is None for keyword in call.keywords):
        return
    written = {keyword.arg or "" for keyword in call.keywords}
    starred = any(isinstance(arg, ast.Starred) for arg in call.args)
    for signature in overloads:
        names = {param.name for param in signature.params}
        room = signature.variadic is not None or len(call.args) <= len(signature.positional) or starred
        if room and (signature.takes_any_keyword or written <= names):
            return
    yield f"{name} takes {' or '.join(map(_show, overloads))}, not {ast.unparse(call).replace('_p_', '')}"


def _similar(name: str, known: Collection[str]) -> str:
    """The nearest names, to be put after a message: those called the same elsewhere, or those beside it."""
    # The whole list of names is too long for a distance to each of them.
    head, _, last = name.rpartition(".")
    near = [other for other in known if other.rpartition(".")[0] == head]
    close = sorted(other for other in known if "." in other and other.rpartition(".")[2] == last)[:3]
    close = close or difflib.get_close_matches(name, near, n=1, cutoff=0.8)
    if not close and head:
        leaves = {other.rpartition(".")[2]: other for other in near}
        close = [leaves[leaf] for leaf in difflib.get_close_matches(last, leaves, n=3, cutoff=0.5)]
    return f" (did you mean {' or '.join(close)}?)" if close else ""
