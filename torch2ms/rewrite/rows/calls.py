"""The plan for a call, by the row of the tables it belongs to.

Nothing here looks at torch or MindSpore: signatures and rows say it all. Every argument reaches the target, is dropped
with a reason, or makes the site manual.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from torch2ms.mapping.schema import ArgRule, Body, Helper, Row, Signature, Tables
from torch2ms.rewrite.argument_types import HELPER, ArgumentTypes
from torch2ms.rewrite.plan import ArgEdit, CallEdit, ExprPlan, Items, Template, Value
from torch2ms.rewrite.rows.bind import Bound, Refused, bind
from torch2ms.rewrite.rows.conditions import Conditions, is_int, same_literal, same_text
from torch2ms.rewrite.rows.fill import TemplateFiller, placeholders
from torch2ms.rewrite.template_names import names_in
from torch2ms.source.facts import Facts

_TARGET = re.compile(r"\b((?:ops|nn|ms|mint|mnp)\.[\w.]+|[a-z_]+(?=\())")
_METHODS = ("mindspore.Tensor.", "mindspore.nn.Cell.", "mindspore.Parameter.")
_PASS = ArgRule()


@dataclass(frozen=True, slots=True)
class Planned:
    """What a row makes of a site. `body` says which form was taken."""

    plan: ExprPlan
    body: Body
    target: str
    notes: tuple[str, ...] = ()
    helpers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """Whether an argument may be used: why not, if it may not, and what has to be said if it may."""

    refusal: Refused | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Callee:
    """What a call is to call: its name for reports, its signature (None if that is unknown), and the helper it is."""

    name: str
    signature: Signature | None
    helper: Helper | None = None

    @property
    def strict_name(self) -> str:
        """What it is called in `mappings/strict/`."""
        return self.name if self.helper is None else f"{HELPER}.{self.helper.name}"


class CallPlanner:
    """Makes plans for calls, given the tables and the facts of a file. `spell` names MindSpore things in the output,
    `localise` does so inside a template."""

    def __init__(
        self, tables: Tables, facts: Facts, spell: Callable[[str], str], localise: Callable[[str], str]
    ) -> None:
        self.tables = tables
        self.facts = facts
        self.spell = spell
        self.types = ArgumentTypes(tables, facts)
        self.filler = TemplateFiller(facts, localise, self.types)

    def plan(self, call: ast.Call, row: Row, receiver: ast.expr | None) -> Planned | Refused:
        """The plan for a call of a row's API."""
        body = row.body
        if row.signatures:
            bound = bind(call, row.signatures, receiver, row.receiver)
            if bound is None and all(b.unsupported for b in row.bodies):
                return _unsupported(body)
            if bound is None:
                return Refused("T2M203", "the arguments do not fit the signature of " + row.name)
        elif body.to and not row.variants and not body.args and not body.add:
            return self._rename(call, row, receiver)
        elif body.unsupported:
            return _unsupported(body)
        elif body.expr and not call.args and not call.keywords:
            bound = Bound(Signature(), receiver=receiver)
        else:
            return Refused("T2M203", "no signature is known to bind these arguments to")
        if bound.is_open:
            return self._open_call(call, row, bound, receiver)
        chosen = self.choose(row, bound)
        return chosen if isinstance(chosen, Refused) else self._by_body(row, chosen, bound)

    def choose(self, row: Row, bound: Bound) -> Body | Refused:
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
            return Refused("T2M204", "the form of this call depends on a value that cannot be told here")
        return Refused("T2M202", "this combination of arguments has no counterpart in MindSpore")

    def fill(self, text: str, bound: Bound, rules: Mapping[str, ArgRule]) -> Template | Refused:
        """A template with the arguments of a call; `rules` say how their values change."""
        return self.filler.fill(text, bound, rules)

    def refused(self, name: str, rule: ArgRule, bound: Bound) -> Refused | None:
        """Why a given argument makes the site manual, if it does."""
        return _check(name, rule, bound).refusal

    def helpers_in(self, text: str) -> list[str]:
        """Helpers a template calls by name."""
        names = dict.fromkeys(name for use in names_in(text) for name in use.names)
        return [self._helper_of[name] for name in names if name in self._helper_of]

    @cached_property
    def _helper_of(self) -> dict[str, str]:
        """Helpers by the name that templates call them by."""
        return {helper.called: helper.name for helper in self.tables.helpers.values()}

    # -------------------------------------------------------------- the forms a plan takes

    def _by_body(self, row: Row, body: Body, bound: Bound) -> Planned | Refused:
        if body.unsupported:
            return _unsupported(body)
        if body.expr is not None:
            return self._expr(row, body, body.expr, bound)
        callee = self._callee(body, bound)
        if callee is None:
            return Refused("T2M205", "the tables say nothing about this form")
        return _CallBuilder(self, row, body, bound, callee).build()

    def _callee(self, body: Body, bound: Bound) -> _Callee | None:
        if body.helper is not None:
            helper = self.tables.helpers[body.helper]
            return _Callee(helper.defines, helper.signature, helper)
        if body.to is None:
            return None
        names = _target_names(body, bound)
        signature = self.tables.target(body.to, names)
        if signature is None:
            # No overload takes them all: the nearest one tells which argument has no counterpart.
            overloads = self.tables.mindspore_overloads.get(body.to, ())
            signature = max(overloads, key=lambda s: sum(map(bool, map(s.get, names))), default=None)
        return _Callee(body.to, signature)

    def _rename(self, call: ast.Call, row: Row, receiver: ast.expr | None) -> Planned:
        """Another callee, and every argument as it is."""
        target = row.body.to or ""
        if receiver is not None and not _is_method(target):
            args = (ArgEdit(None, None, receiver), *_kept(call))
            return Planned(CallEdit(self.spell(target), args), row.body, target)
        return Planned(CallEdit(self.function(target, receiver)), row.body, target)

    def function(self, target: str, receiver: ast.expr | None) -> str | Template:
        """What stands before the parentheses: a method of the receiver, or a name of MindSpore."""
        if receiver is not None and _is_method(target):
            return Template("{self}." + target.rpartition(".")[2], {"self": receiver})
        return self.spell(target)

    def _open_call(self, call: ast.Call, row: Row, bound: Bound, receiver: ast.expr | None) -> Planned | Refused:
        """A call with `*args` or `**kwargs`: only a target with torch's own signature will do."""
        body = row.body
        keeps = False
        lacking = [name for name, rule in body.args.items() if rule.drop and not bound.has(name)]
        if not row.variants and body.to and not body.add:
            keeps = all(_passes(name, rule) for name, rule in body.args.items())
            keeps &= not bound.open_positionals or self._same_positions(row, body.to, receiver)
            if keeps and not lacking:
                return self._rename(call, row, receiver)
        if row.value is not None and row.value.helper is not None and receiver is None:
            helper = self.tables.helpers.get(row.value.helper)
            if helper is not None:
                return Planned(CallEdit(helper.defines), row.value, helper.defines, helpers=(helper.name,))
        if keeps:
            planned = self._rename(call, row, receiver)
            doubt = (
                f"{' or '.join(f'{name}=' for name in lacking)} must not be behind **: MindSpore has no such argument"
            )
            return replace(planned, body=replace(planned.body, check=doubt))
        return Refused(
            "T2M203", "the arguments behind * or ** cannot be seen here, and MindSpore names them differently"
        )

    def _same_positions(self, row: Row, target: str, receiver: ast.expr | None) -> bool:
        """Whether a target takes its positional arguments in torch's order."""
        signature = self.tables.mindspore_signatures.get(target)
        if signature is None or not row.signatures:
            return False
        names = [p.name for p in row.signatures[0].positional]
        slots = [p.name for p in signature.positional]
        if receiver is not None and not _is_method(target):
            slots = slots[1:]
        return slots[: len(names)] == names

    def _expr(self, row: Row, body: Body, text: str, bound: Bound) -> Planned | Refused:
        """A template in place of the whole call."""
        notes: list[str] = []
        used = placeholders(text) | _decided(row)
        for name in (*bound.args, *([bound.variadic] if bound.variadic else [])):
            rule = body.args.get(name) or _PASS
            check = _check(name, rule, bound)
            if check.refusal is not None:
                return check.refusal
            notes += check.notes
            if name not in used and _reaches_target(rule) and not _is_default(name, bound):
                return Refused("T2M202", f"{name}= has no counterpart in this form", _without(name))
        filled = self.fill(text, bound, body.args)
        if isinstance(filled, Refused):
            return filled
        return Planned(filled, body, _target_of(text), tuple(notes), tuple(self.helpers_in(text)))


class _CallBuilder:
    """Makes the edit of one call, in passes: the callee, the arguments as they stand in the source, the items of a
    variadic parameter, then what the row gives where torch relies on a default, and what the target needs besides.

    `edits` are the arguments of the new call so far, `position` how many of them are given by position.
    """

    def __init__(self, planner: CallPlanner, row: Row, body: Body, bound: Bound, callee: _Callee) -> None:
        self.planner = planner
        self.row = row
        self.body = body
        self.bound = bound
        self.callee = callee
        self.signature = callee.signature
        self.slots = None if self.signature is None else [p.name for p in self.signature.positional]
        self.edits: list[ArgEdit] = []
        self.position = 0
        self.notes: list[str] = []

    def build(self) -> Planned | Refused:
        """The plan, or why there is none."""
        function = self.function()
        refused = self.given()
        if refused is None:
            self.variadic()
            refused = self.supplied()
        if refused is not None:
            return refused
        edits = tuple(sorted(self.edits, key=lambda edit: edit.keyword is not None))
        helpers = () if self.callee.helper is None else (self.callee.helper.name,)
        return Planned(CallEdit(function, edits), self.body, self.callee.name, tuple(self.notes), helpers)

    def function(self) -> str | Template:
        """The callee. The receiver of a method becomes the first argument of a function."""
        receiver, name, is_helper = self.bound.receiver, self.callee.name, self.callee.helper is not None
        if receiver is not None and (is_helper or not _is_method(name)):
            self.edits.append(ArgEdit(None, None, receiver))
            self.position = 1
        return name if is_helper else self.planner.function(name, receiver)

    def given(self) -> Refused | None:
        """The arguments of the call, in their order: kept by position as far as that means the same."""
        by_position = True
        for name, argument in self.bound.in_source_order():
            rule = self.body.args.get(name) or _PASS
            check = _check(name, rule, self.bound)
            if check.refusal is not None:
                return check.refusal
            self.notes += check.notes
            if not _reaches_target(rule) or self.is_no_dtype(name, rule.to or name, argument.value):
                continue
            value: Value | None = None
            if rule.value is not None:
                filled = self.planner.filler.value(rule.value, argument.value, self.bound)
                if isinstance(filled, Refused):
                    return filled
                value = filled
            if name == self.bound.variadic:
                continue
            out = rule.to or name
            if value is None:
                value = self.planner.types.fit(self.callee.strict_name, out, argument.value, name, self.bound)
            if argument.positional and by_position and self.is_next(out):
                self.edits.append(ArgEdit(argument.source, None, value))
                self.position += 1
            elif self.takes_keyword(out):
                by_position = by_position and not argument.positional
                self.edits.append(ArgEdit(argument.source, out, value))
            elif same_literal(argument.value, "None") and _is_default(name, self.bound):
                by_position = by_position and not argument.positional
            else:
                message = f"{name}=: {self.row.name}'s argument has no counterpart in {self.callee.name}"
                return Refused("T2M202", message, _without(name))
        return None

    def is_no_dtype(self, name: str, out: str, value: ast.expr) -> bool:
        """Whether `dtype=None` says what torch takes for granted, and the target has another default."""
        param = None if self.signature is None else self.signature.get(out)
        if name != "dtype" or param is None or param.default in (None, "None"):
            return False
        return same_literal(value, "None") is True and _is_default(name, self.bound)

    def is_next(self, name: str) -> bool:
        """Whether the next argument by position is the one of this name. What a target calls its first is no matter."""
        if self.slots is None:
            return True
        if self.position >= len(self.slots):
            return False
        return self.slots[self.position] == name or (self.position == 0 and name not in self.slots)

    def takes_keyword(self, name: str) -> bool:
        """Whether the target may have a parameter of this name."""
        return self.signature is None or self.signature.takes_any_keyword or self.signature.get(name) is not None

    def variadic(self) -> None:
        """The items of a variadic parameter: one by one, or together if the target wants a tuple."""
        name, items = self.bound.variadic, self.bound.items
        if name is None or not items:
            return
        rule = self.body.args.get(name) or _PASS
        out = rule.to or name
        takes_items = self.signature is not None and self.signature.variadic is not None
        if takes_items or (self.slots is None and rule.to is None):
            self.edits[self.position : self.position] = [ArgEdit(item, None) for item in items]
            self.position += len(items)
        elif self.slots is None or (self.position < len(self.slots) and self.slots[self.position] == out):
            self.edits.insert(self.position, ArgEdit(None, None, self.gathered(items, out)))
            self.position += 1
        else:
            self.edits.insert(self.position, ArgEdit(None, out, self.gathered(items, out)))

    def gathered(self, items: tuple[ast.expr, ...], parameter: str) -> Value:
        """Items as one value: a tuple of them, or the only one, which is a sequence already."""
        only = items[0]
        if len(items) == 1 and isinstance(only, ast.Starred):
            return only.value
        types = self.planner.types
        if len(items) == 1 and not is_int(only, self.planner.facts):
            return types.fit(self.callee.strict_name, parameter, only, parameter, self.bound) or only
        return Template("{v}", {"v": Items(types.fit_items(self.callee.strict_name, parameter, items))})

    def supplied(self) -> Refused | None:
        """What torch's call does not say and MindSpore's has to: defaults that differ, further arguments."""
        present = {edit.keyword for edit in self.edits} | set((self.slots or [])[: self.position])
        for name, text in (*self.defaults(), *self.body.add.items()):
            if name in present:
                continue
            filled = self.planner.fill(text, self.bound, {})
            if isinstance(filled, Refused):
                return filled
            self.insert_keyword(ArgEdit(None, name, self.fitted(name, text) or filled))
            present.add(name)
        return None

    def fitted(self, name: str, text: str) -> Value | None:
        """What is written for a keyword that takes an argument of the call, where the target asks for another type."""
        parameter = text.removeprefix("{").removesuffix("}")
        values = self.bound.values(parameter) if text == f"{{{parameter}}}" else ()
        if len(values) != 1:
            return None
        return self.planner.types.fit(self.callee.strict_name, name, values[0], parameter, self.bound)

    def defaults(self) -> list[tuple[str, str]]:
        """The defaults the row states for arguments that are not given, where the target's own are not the same."""
        found: list[tuple[str, str]] = []
        for name, rule in self.body.args.items():
            if rule.default is not None and not self.bound.has(name):
                out = rule.to or name
                own = None if self.signature is None else self.signature.get(out)
                if own is None or own.default is None or not same_text(own.default, rule.default):
                    found.append((out, rule.default))
        return found

    def insert_keyword(self, new: ArgEdit) -> None:
        """Put a new keyword where the target's signature has it, among the keywords."""
        order = {} if self.signature is None else {p.name: i for i, p in enumerate(self.signature.params)}
        rank = order.get(new.keyword or "", len(order))
        for index, edit in enumerate(self.edits):
            if edit.keyword is not None and order.get(edit.keyword, len(order)) > rank:
                self.edits.insert(index, new)
                return
        self.edits.append(new)


def _check(name: str, rule: ArgRule, bound: Bound) -> Check:
    """Whether what is given for a parameter may be used."""
    values = bound.values(name)
    if not values:
        return Check()
    node = values[0]
    if rule.unsupported is not None and not rule.only:
        default = bound.default(name)
        if default is not None and same_literal(node, default) is True:
            return Check()
        return Check(Refused("T2M202", f"{name}=: {rule.unsupported}", _without(name)))
    if rule.only:
        if _is_one_of(node, rule.only):
            return Check()
        reason = rule.unsupported or f"only {' or '.join(rule.only)} has a counterpart"
        way = f"give {' or '.join(f'{name}={text}' for text in rule.only)}, or compute what it does separately"
        return Check(Refused("T2M202", f"{name}=: {reason}", way))
    for text in rule.reject:
        if same_literal(node, text) is True:
            way = f"give another {name}=, or compute what it does separately"
            return Check(Refused("T2M202", f"{name}={text} has no counterpart", way))
    if rule.note is None or (rule.drop is not None and rule.unless and not _is_one_of(node, rule.unless)):
        return Check()
    return Check(notes=(rule.note,))


def _without(name: str) -> str:
    """The way forward where an argument has no counterpart."""
    return f"leave {name}= out if it makes no difference here, or compute what it does separately"


def _is_one_of(node: ast.expr, texts: Sequence[str]) -> bool:
    return any(same_literal(node, text) is True for text in texts)


def _is_default(name: str, bound: Bound) -> bool:
    """Whether what is given for a parameter is its default."""
    values, default = bound.values(name), bound.default(name)
    return default is not None and len(values) == 1 and same_literal(values[0], default) is True


def _reaches_target(rule: ArgRule) -> bool:
    """Whether an argument that may be used is passed on."""
    return rule.drop is None and not rule.only and rule.unsupported is None


def _target_names(body: Body, bound: Bound) -> list[str]:
    """The names under which the arguments of a call arrive."""
    rules = ((name, body.args.get(name) or _PASS) for name in bound.args)
    return [*body.add, *(rule.to or name for name, rule in rules if _reaches_target(rule))]


def _decided(row: Row) -> frozenset[str]:
    """Parameters a literal condition of the row decides on: their value is expressed by the chosen form."""
    names: set[str] = set()
    for variant in row.variants:
        names.update(variant.condition.literal)
        if variant.condition.not_ is not None:
            names.update(variant.condition.not_.literal)
    return frozenset(names)


def _passes(name: str, rule: ArgRule) -> bool:
    """Whether an argument may arrive unseen: under its own name, with its own value, as far as the target takes it."""
    return rule.to in (None, name) and rule.value is None and rule.default is None and not rule.reject


def _is_method(target: str) -> bool:
    return target.startswith(_METHODS)


def _unsupported(body: Body) -> Refused:
    return Refused(body.code or "T2M201", body.unsupported or "", body.hint or "")


def _kept(call: ast.Call) -> tuple[ArgEdit, ...]:
    return (
        *(ArgEdit(a, None) for a in call.args),
        *(ArgEdit(kw, kw.arg) for kw in call.keywords),
    )


def _target_of(text: str) -> str:
    """A name for reports: the first call of a template."""
    match = _TARGET.search(text)
    return match[1] if match else text
