"""Bind a call to a row of the tables and make the plan for it.

Nothing here looks at torch or MindSpore: signatures and rows say it all. Every argument reaches the target, is dropped
with a reason, or makes the site manual.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property

from torch2ms.codes import Code
from torch2ms.mapping.schema import ArgRule, Body, Condition, ParamKind, Row, Signature, Tables
from torch2ms.rewrite.plan import ArgEdit, CallEdit, ExprPlan, Items, Template, Value
from torch2ms.source import kinds as k
from torch2ms.source.facts import Facts

_PLACEHOLDER = re.compile(r"\{(\*?)([A-Za-z_]\w*)(?:\[(-?\d+)\])?\}")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a site stays as it was."""

    code: Code
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """An argument of a call: its value, where it stood, and whether it was given by position."""

    value: ast.expr
    source: ast.expr | ast.keyword
    positional: bool


@dataclass(slots=True)
class Bound:
    """A call bound to a signature."""

    signature: Signature
    args: dict[str, Given] = field(default_factory=dict)
    variadic: str | None = None
    items: tuple[ast.expr, ...] = ()
    receiver: ast.expr | None = None
    receiver_param: str | None = None
    open_keywords: tuple[ast.keyword, ...] = ()
    open_positionals: tuple[ast.Starred, ...] = ()

    def has(self, name: str) -> bool:
        """Whether the call passes this parameter."""
        return name in self.args or (name == self.variadic and bool(self.items)) or name == self.receiver_param

    def values(self, name: str) -> tuple[ast.expr, ...]:
        """What is passed for a parameter: one value, or those of a variadic one."""
        if name == self.receiver_param and self.receiver is not None:
            return (self.receiver,)
        if name == self.variadic and self.items:
            return self.items
        given = self.args.get(name)
        return (given.value,) if given is not None else ()


@dataclass(frozen=True, slots=True)
class Planned:
    """What a row makes of a site. `body` says which form was taken."""

    plan: ExprPlan
    body: Body
    target: str
    notes: tuple[str, ...] = ()
    helpers: tuple[str, ...] = ()


def bind(
    call: ast.Call, signatures: Sequence[Signature], receiver: ast.expr | None, receiver_param: str | None
) -> Bound | None:
    """Bind a call to the first overload that takes it; None when none does."""
    for signature in signatures:
        bound = _bind_one(call, signature, receiver, receiver_param)
        if bound is not None:
            return bound
    return None


def _bind_one(
    call: ast.Call, signature: Signature, receiver: ast.expr | None, receiver_param: str | None
) -> Bound | None:
    bound = Bound(signature, receiver=receiver)
    params = list(signature.params)
    if receiver is not None and receiver_param not in (None, "self"):
        params = [p for p in params if p.name != receiver_param]
        bound.receiver_param = receiver_param
    positional = [p for p in params if p.kind is ParamKind.POSITIONAL]
    variadic = next((p for p in params if p.kind is ParamKind.VARIADIC), None)
    open_kw = any(p.kind is ParamKind.VARKW for p in params)
    names = {p.name: p for p in params if p.kind in (ParamKind.POSITIONAL, ParamKind.KEYWORD)}
    index = 0
    extra: list[ast.expr] = []
    starred: list[ast.Starred] = []
    for arg in call.args:
        if isinstance(arg, ast.Starred):
            if variadic is not None and index >= len(positional):
                extra.append(arg)
                continue
            starred.append(arg)
            continue
        if starred:
            return None
        if index < len(positional):
            bound.args[positional[index].name] = Given(arg, arg, True)
            index += 1
        elif variadic is not None:
            extra.append(arg)
        else:
            return None
    if extra and variadic is not None:
        bound.variadic = variadic.name
        bound.items = tuple(extra)
    open_keywords: list[ast.keyword] = []
    for keyword in call.keywords:
        if keyword.arg is None:
            open_keywords.append(keyword)
        elif (
            (keyword.arg in names and keyword.arg not in bound.args)
            or (variadic is not None and keyword.arg == variadic.name and not extra)
            or open_kw
        ):
            bound.args[keyword.arg] = Given(keyword.value, keyword, False)
        else:
            return None
    bound.open_keywords = tuple(open_keywords)
    bound.open_positionals = tuple(starred)
    if not open_keywords and not starred:
        for param in params:
            if (
                param.kind in (ParamKind.POSITIONAL, ParamKind.KEYWORD)
                and param.default is None
                and param.name not in bound.args
            ):
                return None
    return bound


# ---------------------------------------------------------------------- conditions


_KIND_NAMES: dict[k.Kind, tuple[str, ...]] = {
    k.INT: ("int", "number"),
    k.BOOL: ("bool",),
    k.FLOAT: ("float", "number"),
    k.STR: ("str",),
    k.NONE: ("none",),
    k.TENSOR: ("tensor",),
    k.PARAMETER: ("tensor",),
    k.BUFFER: ("tensor",),
    k.NDARRAY: ("ndarray",),
    k.DTYPE: ("dtype",),
    k.DEVICE: ("device",),
    k.SHAPE: ("shape",),
}


def kind_names(kind: k.Kind) -> tuple[str, ...]:
    """The names a row uses for a kind; empty when it is unknown."""
    kind = k.known(kind)
    found = _KIND_NAMES.get(kind)
    if found is not None:
        return found
    if isinstance(kind, k.Seq):
        return (kind.name,) if kind.name in ("tuple", "list") else ("iterable",)
    if isinstance(kind, k.Mapping_):
        return ("dict",)
    if isinstance(kind, k.Module):
        return ("module",)
    if isinstance(kind, (k.Ref, k.StoredApi)):
        return ("dtype",) if kind.name.rpartition(".")[2] in DTYPES else ()
    return ()


DTYPES = frozenset(
    """
    float float16 float32 float64 bfloat16 half double int int8 int16 int32 int64 short long uint8 uint16
    uint32 uint64 bool complex64 complex128 cfloat cdouble
    """.split()
)


def literal(node: ast.expr) -> tuple[bool, object]:
    """Whether an expression is a literal, and its value."""
    if isinstance(node, ast.Constant):
        return True, node.value
    try:
        return True, ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError):
        return False, None


def same_literal(node: ast.expr, text: str) -> bool | None:
    """Whether an expression is the literal `text`; None when that cannot be told."""
    is_literal, value = literal(node)
    try:
        wanted: object = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return ast.unparse(node) == text or None
    if not is_literal:
        return None
    return value == wanted and (type(value) is type(wanted) or _numbers(value, wanted))


def _numbers(a: object, b: object) -> bool:
    return (
        isinstance(a, (int, float))
        and isinstance(b, (int, float))
        and not isinstance(a, bool)
        and not isinstance(b, bool)
    )


def simple(node: ast.expr) -> bool:
    """Whether evaluating an expression twice is harmless and cheap."""
    if isinstance(node, (ast.Name, ast.Constant)):
        return True
    if isinstance(node, ast.Attribute):
        return simple(node.value)
    if isinstance(node, ast.Subscript):
        return simple(node.value) and simple(node.slice)
    if isinstance(node, ast.UnaryOp):
        return simple(node.operand)
    if isinstance(node, ast.Slice):
        return all(part is None or simple(part) for part in (node.lower, node.upper, node.step))
    if isinstance(node, ast.Tuple):
        return all(simple(e) for e in node.elts)
    return False


_MASK_CALLS = frozenset(
    "bool eq ne gt ge lt le isnan isinf isfinite isclose isin logical_and logical_or logical_xor logical_not".split()
)


def is_mask(node: ast.expr) -> bool:
    """Whether an expression of tensors is evidently of dtype bool."""
    match node:
        case ast.Compare():
            return True
        case ast.UnaryOp(op=ast.Invert(), operand=inner) | ast.Subscript(value=inner):
            return is_mask(inner)
        case ast.BinOp(left=left, op=ast.BitAnd() | ast.BitOr() | ast.BitXor(), right=right):
            return is_mask(left) and is_mask(right)
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in _MASK_CALLS
    return False


class Conditions:
    """Evaluates a row's `if` for one bound call, three-valued (None: cannot be told)."""

    def __init__(self, bound: Bound, facts: Facts) -> None:
        self.bound = bound
        self.facts = facts

    def holds(self, condition: Condition) -> bool | None:
        """Whether all of a condition holds."""
        answers = list(self._answers(condition))
        if False in answers:
            return False
        return None if None in answers else True

    def _answers(self, c: Condition) -> list[bool | None]:
        found: list[bool | None] = []
        for name in c.given:
            found.append(self._given(name))
        for name in c.absent:
            given = self._given(name)
            found.append(None if given is None else not given)
        for name, texts in c.literal.items():
            found.append(self._literal(name, texts))
        for name, names in c.kind.items():
            found.append(self._kind(name, names))
        for name, lengths in c.len.items():
            found.append(self._len(name, lengths))
        for name in c.simple:
            found.append(all(simple(v) for v in self._values(name)))
        if c.not_ is not None:
            inner = self.holds(c.not_)
            found.append(None if inner is None else not inner)
        return found

    def _values(self, name: str) -> tuple[ast.expr, ...]:
        if name == "self" and self.bound.receiver is not None:
            return (self.bound.receiver,)
        return self.bound.values(name)

    def _given(self, name: str) -> bool | None:
        if self.bound.has(name):
            return True
        return None if self.bound.open_keywords or self.bound.open_positionals else False

    def _default(self, name: str) -> ast.expr | None:
        param = self.bound.signature.get(name)
        if param is None or param.default is None:
            return None
        try:
            return ast.parse(param.default, mode="eval").body
        except SyntaxError:
            return None

    def _literal(self, name: str, texts: Sequence[str]) -> bool | None:
        values = self._values(name)
        if len(values) > 1:
            return False
        node = values[0] if values else self._default(name)
        if node is None or (not values and self.bound.open_keywords):
            return None
        kind = k.settle(self.facts.kinds.get(node, k.UNKNOWN)) if values else k.UNKNOWN
        answers: list[bool | None] = []
        for text in texts:
            answer = same_literal(node, text)
            if answer is None and _excludes(kind, text):
                answer = False
            answers.append(answer)
        if True in answers:
            return True
        return None if None in answers else False

    def _kind(self, name: str, names: Sequence[str]) -> bool | None:
        values = self._values(name)
        if len(values) > 1 or (len(values) == 1 and isinstance(values[0], ast.Starred)):
            return "tuple" in names or "shape" in names
        if values and "mask" in names and is_mask(values[0]):
            return True
        if values:
            actual = kind_names(self.facts.kinds.get(values[0], k.UNKNOWN))
            if k.known(self.facts.kinds.get(values[0], k.UNKNOWN)) is k.NUMBER:
                return (
                    True
                    if "number" in names or {"int", "float"} <= set(names)
                    else (None if {"int", "float"} & set(names) else False)
                )
        else:
            if self.bound.open_keywords:
                return None
            default = self._default(name)
            if default is None:
                return False
            is_literal, value = literal(default)
            actual = _literal_kind(value) if is_literal else ()
        if not actual:
            return None
        return bool(set(actual) & set(names))

    def _len(self, name: str, lengths: Sequence[int]) -> bool | None:
        values = self._values(name)
        if len(values) > 1:
            return None if any(isinstance(v, ast.Starred) for v in values) else len(values) in lengths
        node = values[0] if values else self._default(name)
        if isinstance(node, (ast.Tuple, ast.List)):
            return None if any(isinstance(e, ast.Starred) for e in node.elts) else len(node.elts) in lengths
        if node is None:
            return False
        names = kind_names(self.facts.kinds.get(node, k.UNKNOWN))
        is_literal, _ = literal(node)
        if is_literal or (names and not {"tuple", "list", "shape"} & set(names)):
            return False
        return None


def _excludes(kind: k.Kind, text: str) -> bool:
    """Whether a value of this kind cannot be the literal `text`."""
    names = kind_names(kind)
    if not names:
        return False
    try:
        wanted = _literal_kind(ast.literal_eval(text))
    except (ValueError, SyntaxError):
        return False
    return not set(names) & set(wanted)


def _literal_kind(value: object) -> tuple[str, ...]:
    if value is None:
        return ("none",)
    if isinstance(value, bool):
        return ("bool",)
    if isinstance(value, int):
        return ("int", "number")
    if isinstance(value, float):
        return ("float", "number")
    if isinstance(value, str):
        return ("str",)
    if isinstance(value, tuple):
        return ("tuple",)
    if isinstance(value, list):
        return ("list",)
    return ()


# ---------------------------------------------------------------------- plans


class Calls:
    """Makes plans for calls, given the tables and the facts of a file. `spell` names MindSpore things in the output,
    `localise` does so inside a template."""

    def __init__(
        self, tables: Tables, facts: Facts, spell: Callable[[str], str], localise: Callable[[str], str]
    ) -> None:
        self.tables = tables
        self.facts = facts
        self.spell = spell
        self.localise = localise

    def choose(self, row: Row, bound: Bound) -> Body | Refusal:
        """The body whose condition holds."""
        if not row.variants:
            return row.body
        conditions = Conditions(bound, self.facts)
        doubt = False
        for variant in row.variants:
            answer = conditions.holds(variant.condition)
            if answer is None:
                doubt = True
            if answer is True and (not doubt or variant.unknown_ok):
                return variant.body
        if not row.body.empty and not doubt:
            return row.body
        if doubt:
            return Refusal("T2M204", "the form of this call depends on a value that cannot be told here")
        return Refusal("T2M202", "this combination of arguments has no counterpart in MindSpore")

    def plan(self, call: ast.Call, row: Row, receiver: ast.expr | None) -> Planned | Refusal:
        """The plan for a call of a row's API."""
        signatures = row.signatures
        if not signatures:
            if row.body.to and not row.variants and not row.body.args and not row.body.add:
                return self._rename(call, row, receiver)
            if row.body.unsupported:
                return Refusal(row.body.code or "T2M201", row.body.unsupported, row.body.hint or "")
            if row.body.expr and not call.args and not call.keywords:
                bound: Bound | None = Bound(Signature(), receiver=receiver)
            else:
                return Refusal("T2M203", "no signature is known to bind these arguments to")
        else:
            bound = bind(call, signatures, receiver, row.receiver)
        if bound is None:
            if all(b.unsupported for b in row.bodies):
                return Refusal(row.body.code or "T2M201", row.body.unsupported or "", row.body.hint or "")
            return Refusal("T2M203", "the arguments do not fit the signature of " + row.name)
        if bound.open_keywords or bound.open_positionals:
            return self._open_call(call, row, bound, receiver)
        body = self.choose(row, bound)
        if isinstance(body, Refusal):
            return body
        return self.apply(call, row, body, bound)

    def apply(self, call: ast.Call, row: Row, body: Body, bound: Bound) -> Planned | Refusal:
        """The plan of one body."""
        if body.unsupported:
            return Refusal(body.code or "T2M201", body.unsupported, body.hint or "")
        if body.expr is not None:
            return self._expr(row, body, bound)
        return self._call(call, row, body, bound)

    def _rename(self, call: ast.Call, row: Row, receiver: ast.expr | None) -> Planned:
        target = row.body.to or ""
        if receiver is not None and target.startswith(_METHODS):
            func: str | Template = Template("{self}." + target.rpartition(".")[2], {"self": receiver})
        elif receiver is not None:
            args = (ArgEdit(None, None, receiver), *_kept(call))
            return Planned(CallEdit(self.spell(target), args), row.body, target)
        else:
            func = self.spell(target)
        return Planned(CallEdit(func), row.body, target)

    def _open_call(self, call: ast.Call, row: Row, bound: Bound, receiver: ast.expr | None) -> Planned | Refusal:
        """A call with `*args` or `**kwargs`: only a target with torch's own signature will do."""
        body = row.body
        if not row.variants and body.to and not body.add:
            keeps = all(_passes(name, rule) for name, rule in body.args.items())
            if keeps and (not bound.open_positionals or self._same_positions(row, body.to, receiver)):
                return self._rename(call, row, receiver)
        if row.value is not None and row.value.helper is not None and receiver is None:
            helper = self.tables.helpers.get(row.value.helper)
            if helper is not None:
                return Planned(CallEdit(helper.defines), row.value, helper.defines, helpers=(helper.name,))
        return Refusal(
            "T2M203", "the arguments behind * or ** cannot be seen here, and MindSpore names them differently"
        )

    def _same_positions(self, row: Row, target: str, receiver: ast.expr | None) -> bool:
        """Whether a target takes its positional arguments in torch's order."""
        signature = self.tables.mindspore_signatures.get(target)
        if signature is None or not row.signatures:
            return False
        names = [p.name for p in row.signatures[0].positional]
        slots = [p.name for p in signature.positional]
        if receiver is not None and not target.startswith(_METHODS):
            slots = slots[1:]
        return slots[: len(names)] == names

    def _param_text(self, bound: Bound, name: str) -> str | None:
        param = bound.signature.get(name)
        return None if param is None else param.default

    def refused(self, name: str, rule: ArgRule, bound: Bound) -> Refusal | None:
        """Why a given argument makes the site manual, if it does."""
        answer = self._check_rule(name, rule, bound)
        return answer if isinstance(answer, Refusal) else None

    def _check_rule(self, name: str, rule: ArgRule, bound: Bound) -> Refusal | str | None:
        """Whether a given argument may be used: a refusal, None for yes, a note to give."""
        values = bound.values(name)
        node = values[0] if values else None
        if node is None:
            return None
        default = self._param_text(bound, name)
        if rule.unsupported is not None and not rule.only:
            if default is not None and same_literal(node, default) is True:
                return None
            return Refusal("T2M202", f"{name}=: {rule.unsupported}")
        if rule.only:
            if any(same_literal(node, text) is True for text in rule.only):
                return None
            return Refusal(
                "T2M202", f"{name}=: {rule.unsupported or 'only ' + ' or '.join(rule.only) + ' has a counterpart'}"
            )
        for text in rule.reject:
            answer = same_literal(node, text)
            if answer is None and not _excludes(self.facts.kinds.get(node, k.UNKNOWN), text):
                continue
            if answer is True:
                return Refusal("T2M202", f"{name}={text} has no counterpart")
        if rule.drop is not None and rule.unless:
            if any(same_literal(node, text) is True for text in rule.unless):
                return rule.note
            return None
        return rule.note

    def _call(self, call: ast.Call, row: Row, body: Body, bound: Bound) -> Planned | Refusal:
        helpers: tuple[str, ...] = ()
        if body.helper is not None:
            helper = self.tables.helpers[body.helper]
            target = helper.defines
            target_signature: Signature | None = helper.signature
            helpers = (helper.name,)
            func: str | Template = helper.defines
        elif body.to is not None:
            target = body.to
            names = self._target_names(body, bound)
            target_signature = self.tables.target(target, names)
            if target_signature is None:
                # No overload takes them all: the nearest one tells which argument has no counterpart.
                overloads = self.tables.mindspore_overloads.get(target, ())
                target_signature = max(overloads, key=lambda s: sum(map(bool, map(s.get, names))), default=None)
            func = ""
        else:
            return Refusal("T2M205", "the tables say nothing about this form")
        notes: list[str] = []
        edits: list[ArgEdit] = []
        slots = None if target_signature is None else [p.name for p in target_signature.positional]
        variadic_target = target_signature is not None and target_signature.variadic is not None
        takes_any = target_signature is None or target_signature.takes_any_keyword
        known = None if takes_any or target_signature is None else {p.name for p in target_signature.params}
        position = 0
        by_position = True

        if bound.receiver is not None:
            if body.to is not None and target.startswith(_METHODS):
                func = Template("{self}." + target.rpartition(".")[2], {"self": bound.receiver})
            else:
                func = self.spell(target) if body.to is not None else func
                edits.append(ArgEdit(None, None, bound.receiver))
                position = 1
        elif body.to is not None:
            func = self.spell(target)

        def emit(name: str, value: Value | None, source: ast.expr | ast.keyword | None, positional: bool) -> str | None:
            nonlocal position, by_position
            if (
                positional
                and by_position
                and (
                    slots is None
                    or (position < len(slots) and (slots[position] == name or (position == 0 and name not in slots)))
                )
            ):
                edits.append(ArgEdit(source, None, value))
                position += 1
                return None
            if known is not None and name not in known:
                return name
            by_position = by_position and not positional
            edits.append(ArgEdit(source, name, value))
            return None

        ordered = self._ordered(call, bound)
        for name, given in ordered:
            rule = body.args.get(name) or _PASS
            refusal = self._check_rule(name, rule, bound)
            if isinstance(refusal, Refusal):
                return refusal
            if isinstance(refusal, str):
                notes.append(refusal)
            if rule.drop is not None or rule.only or rule.unsupported is not None:
                continue
            value: Value | None = None
            if rule.value is not None:
                filled = self._value(rule.value, given.value, bound)
                if isinstance(filled, Refusal):
                    return filled
                value = filled
            out = rule.to or name
            if name == bound.variadic:
                continue
            missing = emit(out, value, given.source, given.positional)
            if missing is not None:
                return Refusal("T2M202", f"{name}=: {row.name}'s argument has no counterpart in {target}")
        if bound.variadic is not None and bound.items:
            rule = body.args.get(bound.variadic) or _PASS
            out = rule.to or bound.variadic
            if variadic_target or (slots is None and rule.to is None):
                insert = [ArgEdit(item, None) for item in bound.items]
                edits[position:position] = insert
                position += len(insert)
            else:
                items: Value
                if (
                    len(bound.items) == 1
                    and not isinstance(bound.items[0], ast.Starred)
                    and not self._is_int(bound.items[0])
                ):
                    items = bound.items[0]
                elif len(bound.items) == 1 and isinstance(bound.items[0], ast.Starred):
                    items = bound.items[0].value
                else:
                    items = Template("{v}", {"v": Items(tuple(bound.items))})
                at = edits[position:]
                del edits[position:]
                if slots is None or (position < len(slots) and slots[position] == out):
                    edits.append(ArgEdit(None, None, items))
                    position += 1
                else:
                    edits.append(ArgEdit(None, out, items))
                edits.extend(at)
        present = {e.keyword for e in edits if e.keyword} | set((slots or [])[:position])
        for name, rule in body.args.items():
            if rule.default is not None and not bound.has(name):
                out = rule.to or name
                own = None if target_signature is None else target_signature.get(out)
                if own is not None and own.default is not None and same_text(own.default, rule.default):
                    continue
                if out not in present:
                    filled = self._template(rule.default, bound)
                    if isinstance(filled, Refusal):
                        return filled
                    self._place(edits, ArgEdit(None, out, filled), target_signature)
                    present.add(out)
        for out, text in body.add.items():
            if out in present:
                continue
            filled = self._template(text, bound)
            if isinstance(filled, Refusal):
                return filled
            self._place(edits, ArgEdit(None, out, filled), target_signature)
            present.add(out)
        edits = _positionals_first(edits)
        return Planned(CallEdit(func, tuple(edits)), body, target, tuple(notes), helpers)

    @staticmethod
    def _target_names(body: Body, bound: Bound) -> list[str]:
        """The names under which the arguments of a call arrive."""
        names = list(body.add)
        for name in bound.args:
            rule = body.args.get(name) or _PASS
            if rule.drop is None and not rule.only and rule.unsupported is None:
                names.append(rule.to or name)
        return names

    def _is_int(self, node: ast.expr) -> bool:
        return "int" in kind_names(self.facts.kinds.get(node, k.UNKNOWN))

    @staticmethod
    def _place(edits: list[ArgEdit], new: ArgEdit, signature: Signature | None) -> None:
        """Put a new keyword where the target's signature has it, among the keywords."""
        if signature is None:
            edits.append(new)
            return
        order = {p.name: i for i, p in enumerate(signature.params)}
        rank = order.get(new.keyword or "", len(order))
        for index, edit in enumerate(edits):
            if edit.keyword is not None and order.get(edit.keyword, len(order)) > rank:
                edits.insert(index, new)
                return
        edits.append(new)

    @staticmethod
    def _ordered(call: ast.Call, bound: Bound) -> list[tuple[str, Given]]:
        return sorted(
            bound.args.items(),
            key=lambda item: (item[1].value.lineno, item[1].value.col_offset),
        )

    def _value(self, text: str, node: ast.expr, bound: Bound) -> Value | Refusal:
        """A value template: `{}` is the argument itself; folded when everything in it is a number."""
        if "{}" not in text:
            return self.fill(text, bound, {})
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            folded = fold(text.replace("{}", ast.unparse(node)))
            if folded is not None:
                return folded
        return Template(self.localise(text.replace("{}", "{v}")), {"v": node})

    def _template(self, text: str, bound: Bound) -> Template | Refusal:
        return self.fill(text, bound, {})

    def fill(self, text: str, bound: Bound, rules: Mapping[str, ArgRule]) -> Template | Refusal:
        """A template with the arguments of a call."""
        values: dict[str, Value] = {}
        counts: dict[str, int] = {}

        def name_of(match: re.Match[str]) -> str:
            star, name, index = match[1], match[2], match[3]
            counts[name] = counts.get(name, 0) + (index is None)
            key = name if index is None else f"{name}_item{index.replace('-', 'm')}"
            if key not in values:
                value = self._placeholder(name, None if index is None else int(index), bound, rules)
                if value is None:
                    raise LookupError(name)
                values[key] = value
            return "{" + star + key + "}"

        try:
            filled = _PLACEHOLDER.sub(name_of, text)
        except LookupError as missing:
            return Refusal("T2M204", f"{missing.args[0]}= must be written out as a literal tuple here")
        for name, count in counts.items():
            if count > 1:
                for node in self._nodes(name, bound):
                    if not simple(node):
                        return Refusal(
                            "T2M204",
                            "the translation needs this argument twice, and evaluating it twice is not safe",
                            "assign it to a variable first",
                        )
        return Template(self.localise(filled), values)

    @staticmethod
    def _nodes(name: str, bound: Bound) -> tuple[ast.expr, ...]:
        if name == "self" and bound.receiver is not None:
            return (bound.receiver,)
        return bound.values(name)

    def _placeholder(self, name: str, index: int | None, bound: Bound, rules: Mapping[str, ArgRule]) -> Value | None:
        nodes = self._nodes(name, bound)
        if index is not None:
            if len(nodes) == 1 and isinstance(nodes[0], (ast.Tuple, ast.List)):
                nodes = tuple(nodes[0].elts)
            elif len(nodes) == 1 and not (name == bound.variadic and self._is_int(nodes[0])):
                return None
            elif not nodes:
                default = self._param_text(bound, name)
                parsed = ast.parse(default or "None", mode="eval").body
                nodes = tuple(parsed.elts) if isinstance(parsed, ast.Tuple) else ()
                return ast.unparse(nodes[index]) if -len(nodes) <= index < len(nodes) else None
            if any(isinstance(n, ast.Starred) for n in nodes):
                return None
            return nodes[index] if -len(nodes) <= index < len(nodes) else None
        if not nodes:
            default = self._param_text(bound, name)
            if default is None:
                return "()" if bound.signature.get(name) is not None else None
            return default
        if name == bound.variadic:
            if len(nodes) == 1:
                only = nodes[0]
                if isinstance(only, ast.Starred):
                    return Items(nodes)
                if not self._is_int(only):
                    return only
            return Items(nodes)
        rule = rules.get(name)
        if rule is not None and rule.value is not None:
            value = self._value(rule.value, nodes[0], bound)
            return None if isinstance(value, Refusal) else value
        return nodes[0]

    def _expr(self, row: Row, body: Body, bound: Bound) -> Planned | Refusal:
        text = body.expr or ""
        notes: list[str] = []
        used = {m[2] for m in _PLACEHOLDER.finditer(text)}
        for name in (*bound.args, *([bound.variadic] if bound.variadic else [])):
            rule = body.args.get(name) or _PASS
            refusal = self._check_rule(name, rule, bound)
            if isinstance(refusal, Refusal):
                return refusal
            if isinstance(refusal, str):
                notes.append(refusal)
            if name in used or rule.drop is not None or rule.only or rule.unsupported is not None:
                continue
            values = bound.values(name)
            default = self._param_text(bound, name)
            if default is not None and len(values) == 1 and same_literal(values[0], default) is True:
                continue
            if name in _decided(row):
                continue
            return Refusal("T2M202", f"{name}= has no counterpart in this form")
        filled = self.fill(text, bound, body.args)
        if isinstance(filled, Refusal):
            return filled
        helpers = tuple(self.helpers_in(text))
        return Planned(filled, body, _target_of(text), tuple(notes), helpers)

    def helpers_in(self, text: str) -> list[str]:
        """Helpers a template calls by name."""
        return [self.helper_of[name] for name in dict.fromkeys(_CALLED.findall(text)) if name in self.helper_of]

    @cached_property
    def helper_of(self) -> dict[str, str]:
        """Helpers by the name they define in this file."""
        return {helper.defines: helper.name for helper in self.tables.helpers.values()}


_CALLED = re.compile(r"(?<![\w.])([A-Za-z_]\w*)\(")
_PASS = ArgRule()
_METHODS = ("mindspore.Tensor.", "mindspore.nn.Cell.", "mindspore.Parameter.")


def same_text(a: str, b: str) -> bool:
    """Whether two texts are the same literal."""
    try:
        return bool(ast.literal_eval(a) == ast.literal_eval(b))
    except (ValueError, SyntaxError):
        return a == b


def _decided(row: Row) -> frozenset[str]:
    """Parameters a literal condition of the row decides on: their value is expressed by the chosen form."""
    names: set[str] = set()
    for variant in row.variants:
        names.update(variant.condition.literal)
        if variant.condition.not_ is not None:
            names.update(variant.condition.not_.literal)
    return frozenset(names)


def _passes(name: str, rule: ArgRule) -> bool:
    """Whether an argument may arrive unseen: under its own name, with its own value. One the target lacks raises."""
    return rule.to in (None, name) and rule.value is None and rule.default is None and not rule.reject


def _kept(call: ast.Call) -> tuple[ArgEdit, ...]:
    return (
        *(ArgEdit(a, None) for a in call.args),
        *(ArgEdit(kw, kw.arg) for kw in call.keywords),
    )


def _positionals_first(edits: list[ArgEdit]) -> list[ArgEdit]:
    return [e for e in edits if e.keyword is None] + [e for e in edits if e.keyword is not None]


def _target_of(text: str) -> str:
    """A name for reports: the first call of a template."""
    match = re.search(r"\b((?:ops|nn|ms|mint|mnp)\.[\w.]+|[a-z_]+(?=\())", text)
    return match[1] if match else text


def fold(text: str) -> str | None:
    """The value of an arithmetic expression of decimal numbers, written exactly; None when there is more in it.

    >>> fold("1 - 0.1")
    '0.9'
    """
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError:
        return None

    def value(node: ast.expr) -> Decimal:
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            return Decimal(repr(node.value))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -value(node.operand)
        if isinstance(node, ast.BinOp):
            left, right = value(node.left), value(node.right)
            if isinstance(node.op, ast.Add):
                return left + right
            if isinstance(node.op, ast.Sub):
                return left - right
            if isinstance(node.op, ast.Mult):
                return left * right
        raise InvalidOperation

    try:
        result = value(tree)
    except InvalidOperation:
        return None
    shown = format(result, "f")
    return shown.rstrip("0").rstrip(".") or "0" if "." in shown and len(shown.partition(".")[2]) > 1 else shown
