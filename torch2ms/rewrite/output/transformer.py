"""Carries the expression plans of one root expression out on its libcst form.

Only planned nodes and their ancestors are visited. Children are rewritten before their parents, so that plans
get the expressions they use with their own plans carried out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence

import libcst as cst

from torch2ms.rewrite.output.pairing import Level, Pairs
from torch2ms.rewrite.output.template import (
    Part,
    Rendered,
    as_rendered,
    bare_argument,
    braces_apart,
    clone,
    compile_template,
    fill,
    fit,
    index_parts,
    parenthesized,
    parse_text,
    single,
    subscript_element,
)
from torch2ms.rewrite.plan import ArgEdit, Around, AsList, CallEdit, ExprPlan, Items, Template, Value

_METHOD = re.compile(r"\{(\w+)\}\s*\.\s*(\w+)")


def rewrite(
    twin: cst.BaseExpression,
    pairs: Pairs,
    plans: Mapping[ast.expr, ExprPlan],
    elsewhere: Callable[[ast.expr], Rendered],
) -> cst.BaseExpression:
    """The root expression with its plans carried out.

    `elsewhere` renders the ast expressions that plans use and that are not below this root.
    """
    try:
        result = twin.visit(_PlanTransformer(plans, pairs, elsewhere))
    except cst.CSTValidationError:
        # `not[a]` must not become `notx`: with parentheses nothing can run together.
        result = twin.visit(_PlanTransformer(plans, pairs, elsewhere, always_parens=True))
    assert isinstance(result, cst.BaseExpression)
    return result


def render_value(value: Value, elsewhere: Callable[[ast.expr], Rendered]) -> Rendered:
    """A placeholder's value on its own, outside any root expression."""
    return _PlanTransformer({}, Pairs(), elsewhere).value(value)


class _PlanTransformer(cst.CSTTransformer):
    def __init__(
        self,
        plans: Mapping[ast.expr, ExprPlan],
        pairs: Pairs,
        elsewhere: Callable[[ast.expr], Rendered],
        always_parens: bool = False,
    ) -> None:
        super().__init__()
        self.plans = plans
        self.pairs = pairs
        self.elsewhere = elsewhere
        self.always_parens = always_parens
        self.done: dict[ast.expr, Rendered] = {}
        self.used: set[ast.expr] = set()
        self.bare_index = {subscript: index for index, subscript in pairs.index.items()}

    def on_visit(self, node: cst.CSTNode) -> bool:
        return node in self.pairs.path

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> cst.CSTNode:  # type: ignore[override]
        original, updated = original_node, updated_node
        if isinstance(original, cst.Subscript) and original in self.bare_index:
            assert isinstance(updated, cst.Subscript)
            updated = self.leave_index(self.bare_index[original], updated)
        elif isinstance(original, cst.FormattedString) and original in self.pairs.path:
            assert isinstance(updated, cst.FormattedString)
            return self.leave_formatted(original, updated)
        node = self.pairs.origin.get(original)
        if node is None or isinstance(updated, cst.FormattedStringExpression):
            return updated
        assert isinstance(updated, cst.BaseExpression | cst.BaseSlice | cst.Arg | cst.StarredElement)
        self.done[node] = as_rendered(updated)
        plan = self.plans.get(node)
        if plan is None or not isinstance(updated, cst.BaseExpression):
            return updated
        assert isinstance(original, cst.BaseExpression)
        around = plan.text if isinstance(plan, Around) else ""
        if isinstance(plan, Around):
            plan = plan.plan
        result = updated if plan is None else self.planned(node, plan, original, updated)
        if around:
            result = self.surrounded(node, around, result)
        self.done[node] = Rendered((Part(result),))
        self.used.discard(node)
        return result

    def planned(
        self,
        node: ast.expr,
        plan: Template | CallEdit | AsList,
        original: cst.BaseExpression,
        updated: cst.BaseExpression,
    ) -> cst.BaseExpression:
        if isinstance(plan, Template):
            return self.replaced(node, plan, original, updated)
        if isinstance(plan, AsList):
            assert isinstance(updated, cst.GeneratorExp)
            return cst.ListComp(elt=updated.elt, for_in=updated.for_in)
        if isinstance(updated, cst.Call) and isinstance(node, ast.Call):
            return self.edited(node, plan, updated)
        raise TypeError(f"a call is to be edited, not a {type(node).__name__}")

    def surrounded(self, node: ast.expr, text: str, value: cst.BaseExpression) -> cst.BaseExpression:
        result = single(fill(compile_template(text), lambda _: Rendered((Part(value),))))
        if self.always_parens and not result.lpar:
            return parenthesized(result)
        return fit(result, self.pairs.slots.get(node, Level.TEST))

    # Templates

    def value(self, value: Value) -> Rendered:
        """What a placeholder's value looks like, its own rewrites done."""
        if isinstance(value, str):
            return Rendered((Part(parse_text(value)),))
        if isinstance(value, Template):
            return self.template(value)
        if isinstance(value, Items):
            parts: list[Part] = []
            for item in value.values:
                rendered = self.value(item)
                if rendered.many:
                    parts.append(Part(single(rendered)))
                else:
                    parts += rendered.parts
            return Rendered(tuple(parts), many=True)
        found = self.done.get(value)
        if found is None:
            return self.elsewhere(value)
        if value in self.used:
            return clone(found)
        self.used.add(value)
        return found

    def template(self, template: Template, dot: tuple[str, cst.Dot] | None = None) -> Rendered:
        values = template.values
        return fill(compile_template(template.text), lambda name: self.value(values[name]), dot)

    def replaced(
        self, node: ast.expr, plan: Template, original: cst.BaseExpression, updated: cst.BaseExpression
    ) -> cst.BaseExpression:
        result = single(self.template(plan, self.dot(node, plan, updated)))
        own = 1 if isinstance(original, cst.Tuple | cst.GeneratorExp) and original.lpar else 0
        outer = len(original.lpar) - own
        if outer and not any(value is node for value in plan.values.values()):
            # The parentheses around the old expression stay, with the layout and comments inside them.
            kept = 1 if isinstance(result, cst.Tuple | cst.GeneratorExp) and result.lpar else 0
            inner = len(result.lpar) - kept
            result = result.with_changes(
                lpar=[*original.lpar[:outer], *result.lpar[inner:]],
                rpar=[*result.rpar[:kept], *original.rpar[own:]],
            )
        if self.always_parens and not result.lpar:
            return parenthesized(result)
        return fit(result, self.pairs.slots.get(node, Level.TEST))

    def dot(self, node: ast.expr, plan: Template, updated: cst.BaseExpression) -> tuple[str, cst.Dot] | None:
        """The dot after the receiver, when the receiver is a placeholder."""
        access: ast.expr = node.func if isinstance(node, ast.Call) else node
        access_twin = updated.func if isinstance(updated, cst.Call) else updated
        if isinstance(access, ast.Attribute) and isinstance(access_twin, cst.Attribute):
            for name, value in plan.values.items():
                if value is access.value:
                    return name, access_twin.dot
        return None

    def leave_index(self, node: ast.expr, updated: cst.Subscript) -> cst.Subscript:
        """A bare tuple in an index has no node of its own in libcst."""
        self.done[node] = index_parts(updated.slice)
        plan = self.plans.get(node)
        if plan is None:
            return updated
        if not isinstance(plan, Template):
            raise TypeError("a call is to be edited, not a tuple")
        rendered = self.template(plan)
        self.done[node] = rendered
        self.used.discard(node)
        return updated.with_changes(slice=[subscript_element(part) for part in rendered.parts])

    # Calls

    def edited(self, node: ast.Call, plan: CallEdit, call: cst.Call) -> cst.Call:
        if plan.func is not None:
            call = call.with_changes(func=self.callee(node, plan.func, call))
        if plan.args is not None:
            call = rearranged(call, [self.argument(node, edit, call) for edit in plan.args])
        return cst.Call(cst.Attribute(call, cst.Name(plan.method))) if plan.method else call

    def callee(self, node: ast.Call, func: str | Template, call: cst.Call) -> cst.BaseExpression:
        old = node.func
        if isinstance(func, str):
            result = parse_text(func)
        else:
            method = _METHOD.fullmatch(func.text)
            if (
                method is not None
                and isinstance(old, ast.Attribute)
                and isinstance(call.func, cst.Attribute)
                and func.values[method[1]] is old.value
            ):
                return call.func.with_changes(attr=cst.Name(method[2]))
            result = single(self.template(func))
        if call.func.lpar and not result.lpar:
            result = result.with_changes(lpar=call.func.lpar, rpar=call.func.rpar)
        return fit(result, Level.ATOM)

    def argument(self, node: ast.Call, edit: ArgEdit, call: cst.Call) -> tuple[cst.Arg, int | None]:
        """The new argument, and the place of the old one it comes from."""
        keyword = None if edit.keyword is None else cst.Name(edit.keyword)
        equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
        if edit.source is None:
            if edit.value is None:
                raise ValueError("a new argument without a value")
            part = self.item(edit.value)
            if keyword is None:
                return bare_argument(cst.Arg(_expression(part), star="*" if part.star else "")), None
            return bare_argument(cst.Arg(fit(_expression(part), Level.TEST), keyword, equal)), None
        place = place_of(node, call, edit.source)
        arg = call.args[place]
        if edit.value is not None:
            part = self.item(edit.value)
            arg = arg.with_changes(value=_expression(part), star="*" if part.star else "")
        if keyword is None:
            if arg.keyword is not None:
                arg = arg.with_changes(keyword=None, equal=cst.MaybeSentinel.DEFAULT)
        elif arg.keyword is None:
            arg = arg.with_changes(
                keyword=keyword, equal=equal, star="", whitespace_after_star=cst.SimpleWhitespace("")
            )
        elif arg.keyword.value != edit.keyword:
            arg = arg.with_changes(keyword=arg.keyword.with_changes(value=edit.keyword))
        if edit.value is not None or keyword is not None:
            arg = arg.with_changes(value=fit(arg.value, Level.TEST))
        return arg, place

    def item(self, value: Value) -> Part:
        rendered = self.value(value)
        return Part(single(rendered)) if rendered.many else rendered.parts[0]

    # f-strings

    def leave_formatted(self, original: cst.FormattedString, updated: cst.FormattedString) -> cst.FormattedString:
        """Before Python 3.12, the quotes of an f-string cannot be used inside its braces."""
        module = cst.Module([])
        fresh: list[tuple[int, cst.FormattedStringExpression]] = []
        for place, (old, new) in enumerate(zip(original.parts, updated.parts, strict=True)):
            if isinstance(new, cst.FormattedStringExpression) and new is not old:
                fresh.append((place, braces_apart(new)))
        quote = updated.end
        parts = list(updated.parts)
        for place, new in fresh:
            parts[place] = new
        updated = updated.with_changes(parts=parts)
        if not any(quote[0] in module.code_for_node(new) for _, new in fresh):
            return updated
        flipped = list(parts)
        for place, new in fresh:
            flipped[place] = _ensure_expression(new.visit(_QuoteFlip(quote[0])))
        if len(quote) == 1 and any(quote in module.code_for_node(flipped[place]) for place, _ in fresh):
            whole = "".join(module.code_for_node(part) for part in parts)
            if quote * 3 not in whole and not whole.endswith(quote):
                return updated.with_changes(start=updated.start + quote * 2, end=quote * 3)
        return updated.with_changes(parts=flipped)


class _QuoteFlip(cst.CSTTransformer):
    """Writes plain strings with the other kind of quotes."""

    def __init__(self, quote: str) -> None:
        super().__init__()
        self.quote = quote
        self.other = "'" if quote == '"' else '"'

    def leave_SimpleString(self, original_node: cst.SimpleString, updated_node: cst.SimpleString) -> cst.SimpleString:
        text = updated_node.raw_value
        if updated_node.quote != self.quote or self.other in text or "\\" in text:
            return updated_node
        return updated_node.with_changes(value=f"{updated_node.prefix}{self.other}{text}{self.other}")


def _ensure_expression(node: object) -> cst.FormattedStringExpression:
    assert isinstance(node, cst.FormattedStringExpression)
    return node


def _expression(part: Part) -> cst.BaseExpression:
    if isinstance(part.value, cst.BaseExpression):
        return part.value
    raise TypeError("a slice is no argument")


def place_of(node: ast.Call, call: cst.Call, source: ast.expr | ast.keyword) -> int:
    """Where an argument of the ast call stands among those of the libcst call."""
    keyword = isinstance(source, ast.keyword)
    siblings: Sequence[ast.expr | ast.keyword] = node.keywords if keyword else node.args
    number = next(i for i, sibling in enumerate(siblings) if sibling is source)
    places = [i for i, arg in enumerate(call.args) if (arg.keyword is not None or arg.star == "**") is keyword]
    return places[number]


def rearranged(call: cst.Call, new: Sequence[tuple[cst.Arg, int | None]]) -> cst.Call:
    """The call with new arguments (each with its place among the old ones), laid out like the old call."""
    old = call.args
    if [place for _, place in new] == list(range(len(old))):
        return call.with_changes(args=_generators([arg for arg, _ in new]))
    if not new:
        return call.with_changes(args=[], whitespace_before_args=cst.SimpleWhitespace(""))
    between = _between(call)
    tail_comma = old[-1].comma if old else cst.MaybeSentinel.DEFAULT
    tail_arg_space = old[-1].whitespace_after_arg if old else cst.SimpleWhitespace("")
    args: list[cst.Arg] = []
    for number, (arg, place) in enumerate(new):
        was_last = place is not None and place == len(old) - 1
        if number == len(new) - 1:
            if not was_last:
                arg = _as_last(arg, tail_comma, tail_arg_space)
        elif was_last or place is None:
            arg = _as_inner(arg, between)
        args.append(arg)
    return call.with_changes(args=_generators(args))


def _between(call: cst.Call) -> cst.BaseParenthesizableWhitespace:
    """The space between two arguments of the call: a newline and an indent when they stand one per line."""
    if len(call.args) > 1:
        comma = call.args[-2].comma
        if isinstance(comma, cst.Comma):
            return _without_comments(comma.whitespace_after)
    space = call.whitespace_before_args
    if isinstance(space, cst.ParenthesizedWhitespace):
        return _without_comments(space)
    return cst.SimpleWhitespace(" ")


def _without_comments(space: cst.BaseParenthesizableWhitespace) -> cst.BaseParenthesizableWhitespace:
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return cst.SimpleWhitespace(" ")
    first = space.first_line.with_changes(comment=None, whitespace=cst.SimpleWhitespace(""))
    return space.with_changes(first_line=first, empty_lines=[])


def _with_comment(
    space: cst.BaseParenthesizableWhitespace, commented: cst.BaseParenthesizableWhitespace
) -> cst.BaseParenthesizableWhitespace:
    """The layout of `space` with the comment on the first line of `commented`."""
    if (
        isinstance(space, cst.ParenthesizedWhitespace)
        and isinstance(commented, cst.ParenthesizedWhitespace)
        and commented.first_line.comment is not None
    ):
        return space.with_changes(first_line=commented.first_line)
    return space


def _space_after(arg: cst.Arg) -> cst.BaseParenthesizableWhitespace:
    return arg.comma.whitespace_after if isinstance(arg.comma, cst.Comma) else arg.whitespace_after_arg


def _as_last(arg: cst.Arg, comma: cst.Comma | cst.MaybeSentinel, space: cst.BaseParenthesizableWhitespace) -> cst.Arg:
    if isinstance(comma, cst.Comma):
        tail = _with_comment(_without_comments(comma.whitespace_after), _space_after(arg))
        if not isinstance(comma.whitespace_after, cst.ParenthesizedWhitespace):
            tail = comma.whitespace_after
        return arg.with_changes(comma=comma.with_changes(whitespace_after=tail))
    if isinstance(space, cst.ParenthesizedWhitespace):
        space = _with_comment(_without_comments(space), _space_after(arg))
    return arg.with_changes(comma=cst.MaybeSentinel.DEFAULT, whitespace_after_arg=space)


def _as_inner(arg: cst.Arg, between: cst.BaseParenthesizableWhitespace) -> cst.Arg:
    comma = arg.comma if isinstance(arg.comma, cst.Comma) else cst.Comma()
    space = _with_comment(between, _space_after(arg))
    after = arg.whitespace_after_arg if isinstance(arg.comma, cst.Comma) else cst.SimpleWhitespace("")
    return arg.with_changes(comma=comma.with_changes(whitespace_after=space), whitespace_after_arg=after)


def _generators(args: list[cst.Arg]) -> list[cst.Arg]:
    """A generator expression may go without parentheses only as the sole argument."""
    if len(args) == 1 and args[0].keyword is None and not args[0].star:
        if isinstance(args[0].value, cst.GeneratorExp) and not args[0].value.lpar:
            return [args[0].with_changes(comma=cst.MaybeSentinel.DEFAULT)]
        return args
    return [
        arg.with_changes(value=fit(arg.value, Level.TEST)) if isinstance(arg.value, cst.GeneratorExp) else arg
        for arg in args
    ]
