"""Takes out `torch.no_grad()` and its kin: MindSpore records nothing outside of a function it takes the gradient of.

Inside such a function (a module's `forward`, what it calls, a training step) what was computed without recording must
not carry a gradient: `ops.stop_gradient` says so where a value leaves, by a name, an attribute, a container or a
`return`. What is only called where nothing is differentiated, such as an evaluation, needs none.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from torch2ms.model import Outcome
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rules.no_grad.bindings import read_paths, stored_paths
from torch2ms.rewrite.rules.no_grad.forms import (
    Context,
    Decorator,
    Function,
    Statement,
    Wrapping,
    form_of,
    renamed_function,
    take_out,
)
from torch2ms.rewrite.rules.no_grad.gradless import Gradless
from torch2ms.rewrite.rules.no_grad.reach import Reach
from torch2ms.rewrite.rules.no_grad.reads import Reads
from torch2ms.rewrite.rules.no_grad.region import Region
from torch2ms.rewrite.rules.no_grad.stops import Found, Stops
from torch2ms.rewrite.rules.shared.flags import Flags
from torch2ms.rewrite.rules.shared.recording import SWITCHES, Recording, recording

_HINT = "wrap what is used later in ops.stop_gradient"
_STOP = "ops.stop_gradient({value})"
_CONDITION = "whether gradients flow here depends on a condition"


def _rule(ctx: FileContext, use: Use) -> bool:
    """Take out a switch. What leaves it is looked at when all sites are decided."""
    if take_out(ctx, use, form_of(ctx, use)):
        return True
    return ctx.manual(
        use,
        "T2M404",
        "MindSpore has no switch for recording gradients",
        "leave it out where no gradient is taken",
    )


# ---------------------------------------------------------------------- when all sites are decided


def _finish(ctx: FileContext) -> None:
    uses = [use for use in ctx.sites() if use.name in SWITCHES]
    if not uses:
        return
    file = _File.of(ctx)
    ends: set[ast.stmt] = set()
    for use in uses:
        match form_of(ctx, use):
            case Context() as form if recording(use.name, use.call) is not Recording.ON:
                file.context(use, form)
            case Decorator() as form:
                file.decorator(use, form)
            case Wrapping() as form if ctx.outcome(use) is Outcome.CONVERTED:
                file.wrapping(use, form)
            case Statement(stmt=stmt) if stmt not in ends:
                ends |= file.statement(use, uses)
    file.called_functions()


@dataclass(frozen=True, eq=False)
class _File:
    """The questions to one file, each with what it remembers."""

    ctx: FileContext
    reach: Reach
    gradless: Gradless
    reads: Reads

    @staticmethod
    def of(ctx: FileContext) -> _File:
        gradless = Gradless(ctx)
        reach = Reach(ctx, gradless)
        return _File(ctx, reach, gradless, Reads(ctx, reach, gradless))

    def context(self, use: Use, form: Context) -> None:
        """A `with` statement, its item taken out."""
        stmt = form.stmt
        inside = form.switch is Recording.OFF and self._is_inside_another(stmt)
        if form.switch is Recording.ON or inside:
            return
        region = Region(self.ctx, stmt.body, self.ctx.blocks.function(stmt), False, stmt, stmt)
        found = self._stops(region)
        if form.switch is Recording.OFF:
            self._carry_out(use, found)
        elif (found.exprs or found.doubts) and self.reach.is_evident(stmt):
            self._stop_if(use, form, region, found)

    def decorator(self, use: Use, form: Decorator) -> None:
        """A function under a decorator that is taken out."""
        if form.switch is Recording.ON:
            return
        if isinstance(form.stmt, ast.ClassDef):
            self.ctx.check(use, "", "results of this class may carry a gradient", "T2M404", _HINT)
        else:
            self._function(use, form.stmt, form.switch)

    def _function(self, use: Use, function: Function, switch: Recording) -> None:
        if not self.reach.may_record(function):
            return
        found = self._stops(Region(self.ctx, function.body, function, True, function, function))
        if switch is Recording.OFF:
            self._carry_out(use, found)
        elif found.exprs or found.doubts:
            self.ctx.check(use, "", _CONDITION, "T2M404", _HINT)

    def wrapping(self, use: Use, form: Wrapping) -> None:
        """A function that is wrapped where it is used: what it returns is stopped."""
        if form.switch is Recording.ON:
            return
        function = renamed_function(self.ctx, use, form)
        if function is not None:
            self._function(use, function, form.switch)
        elif isinstance(form.wrapped, ast.Lambda):
            self._wrap(use, form.wrapped.body)
        elif self.reach.is_recorded(use.stmt):
            call = self.ctx.parents.of(form.outer)
            if isinstance(call, ast.Call):
                self._wrap(use, call)

    def _wrap(self, use: Use, value: ast.expr) -> None:
        if not self.gradless.is_gradless(value):
            self._carry_out(use, Found({value: use.stmt}))

    def statement(self, use: Use, uses: Sequence[Use]) -> set[ast.stmt]:
        """A statement that switches recording; those that are decided with it."""
        ctx, stmt = self.ctx, use.stmt
        if ctx.uses_mindspore:
            return set()  # an earlier conversion left it
        if not self._may_record(stmt):
            ctx.drop_inside(stmt)
            ctx.delete_stmt(stmt)
            ctx.converted(use)
            return set()
        place = ctx.blocks.places[stmt]
        following = place.block[place.index + 1 :]
        end = next((u for u in uses if isinstance(form_of(ctx, u), Statement) and u.stmt in following), None)
        if end is None or recording(use.name, use.call) is not Recording.OFF:
            return set()
        body = place.block[place.index + 1 : ctx.blocks.places[end.stmt].index]
        ends = recording(end.name, end.call) is Recording.ON or _puts_back(ctx, end)
        if not ends or not body or any(map(_may_leave, body)):
            return set()
        region = Region(ctx, body, ctx.blocks.function(stmt), False, body[0], body[-1])
        for part in (use, end):
            ctx.delete_stmt(part.stmt)
            ctx.converted(part)
        self._carry_out(use, self._stops(region))
        return {end.stmt}

    def called_functions(self) -> None:
        """Functions that are called from such blocks alone: what they keep elsewhere leaves the block too."""
        for info in self.ctx.facts.functions:
            function = info.node
            if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
                continue
            if self.reach.runs_unrecorded(function) and self.reach.may_record(function):
                region = Region(self.ctx, function.body, function, True, function, function)
                stops = Stops(self.ctx, region, self.reach, self.gradless, self.reads)
                found = stops.find(keeps_results=True)
                doubts = self._surround(found, None)
                if doubts:
                    self.ctx.finding(function, "T2M404", doubts[0], _HINT)

    # ------------------------------------------------------------------ parts

    def _stops(self, region: Region) -> Found:
        return Stops(self.ctx, region, self.reach, self.gradless, self.reads).find()

    def _may_record(self, stmt: ast.stmt) -> bool:
        """Whether anything after a statement of its function is recorded."""
        function = self.ctx.blocks.function(stmt)
        if function is not None and self.reach.may_record(function):
            return True
        needed = self.reach.needed(self.ctx.tree if function is None else function)
        return any(other.lineno > stmt.lineno for other in needed.stmts)

    def _is_inside_another(self, stmt: ast.stmt) -> bool:
        """Whether a block stands in another one that stops what leaves it."""
        return self.reach.is_unrecorded(stmt)

    def _carry_out(self, use: Use, found: Found) -> None:
        doubts = self._surround(found, use.stmt)
        if doubts:
            self.ctx.check(use, "", doubts[0], "T2M404", _HINT)

    def _surround(self, found: Found, switch: ast.stmt | None) -> list[str]:
        """Plan the stops; what stands in the way. A stop elsewhere than in the statement of the switch is counted."""
        doubts = list(found.doubts)
        for node, stmt in found.exprs.items():
            if self.ctx.has_place(node, stmt):
                self.ctx.surround(node, _STOP)
                if self.ctx.site(node) is None and (switch is None or not self.ctx.blocks.inside(stmt, switch)):
                    self.ctx.structural(node, stmt, "torch.no_grad", "mindspore.ops.stop_gradient")
            else:
                doubts.append(f"{self.ctx.text(node)} may carry a gradient out of the block")
        return doubts

    def _stop_if(self, use: Use, form: Context, region: Region, found: Found) -> None:
        """The stops of a block whose switch is known only when the program runs."""
        condition = form.condition
        names = _names_assigned(region, found)
        if condition is None or not _stays(condition, region) or not names or found.doubts:
            self.ctx.check(use, "", _CONDITION, "T2M404", _HINT)
            return
        stops_if = form.stops_if
        if isinstance(condition, ast.UnaryOp) and isinstance(condition.op, ast.Not) and not stops_if:
            condition, stops_if = condition.operand, True
        test = "{condition}" if stops_if else "not {condition}"
        places = {f"name{index}": name for index, name in enumerate(names)}
        lines = [f"if {test}:", *(f"    {{{place}}} = ops.stop_gradient({{{place}}})" for place in places)]
        self.ctx.insert(form.stmt, "after", "\n".join(lines), {"condition": condition, **places})


def _stays(condition: ast.expr, region: Region) -> bool:
    """Whether a condition has the same value after the block as before it."""
    plain = (ast.Name, ast.Attribute, ast.Compare, ast.BoolOp, ast.UnaryOp, ast.Constant)
    neither = (ast.expr_context, ast.boolop, ast.cmpop, ast.unaryop)
    if not all(isinstance(node, (*plain, *neither)) for node in ast.walk(condition)):
        return False
    return not set(region.names).union(*map(stored_paths, region.statements)) & read_paths(condition)


def _names_assigned(region: Region, found: Found) -> list[str]:
    """The names whose values are to be stopped, where nothing else is; none otherwise."""
    names: dict[str, None] = {}
    for node, stmt in found.exprs.items():
        match stmt:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if value is node:
                names[name] = None
            case _:
                return []
    for name in names:
        if not all(binding.value in found.exprs for binding in region.bindings(name)):
            return []
    return list(names)


def _puts_back(ctx: FileContext, use: Use) -> bool:
    """Whether a switch puts back what `torch.is_grad_enabled()` has given."""
    match use.call:
        case ast.Call(args=[ast.Name() as name]):
            binding = Flags(ctx).binding(name)
            value = None if binding is None or binding.place is not None else binding.value
            return isinstance(value, ast.Call) and ctx.facts.refs.get(value.func) == "torch.is_grad_enabled"
    return False


def _may_leave(stmt: ast.stmt) -> bool:
    """Whether a statement may leave its block, so that what follows it does not run."""
    return any(isinstance(node, ast.Return | ast.Break | ast.Continue | ast.Raise) for node in ast.walk(stmt))


RULE = Rule(sites=dict.fromkeys(SWITCHES, _rule), finish=_finish)
