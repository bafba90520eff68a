"""Takes out `torch.no_grad()` and its kin: MindSpore records nothing outside of a function it takes the gradient of.

Inside such a function (a module's `forward`, what it calls, a training step) what was computed without recording must
not carry a gradient: `ops.stop_gradient` says so where a value leaves, by a name, an attribute, a container or a
`return`. What is only called where nothing is differentiated, such as an evaluation, needs none.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rules.no_grad.bindings import read_paths, stored_paths
from torch2ms.rewrite.rules.no_grad.gradless import Gradless
from torch2ms.rewrite.rules.no_grad.reach import Function, Reach
from torch2ms.rewrite.rules.no_grad.reads import Reads
from torch2ms.rewrite.rules.no_grad.region import Region
from torch2ms.rewrite.rules.no_grad.stops import Found, Stops
from torch2ms.rewrite.rules.shared.recording import SWITCHES, Recording, recording, recording_in

_HINT = "wrap what is used later in ops.stop_gradient"
_STOP = "ops.stop_gradient({value})"
_SET = "torch.set_grad_enabled"


def _rule(ctx: FileContext, use: Use) -> bool:
    """Take out a context or decorator. What leaves it is looked at when all sites are decided."""
    stmt = use.stmt
    expr = use.call if use.call is not None else use.node
    if isinstance(stmt, (ast.With, ast.AsyncWith)):
        for index, item in enumerate(stmt.items):
            if item.context_expr is expr and use.call is not None:
                if item.optional_vars is not None:
                    return ctx.manual(use, "T2M404", "the no_grad context is given a name", _HINT)
                ctx.unwrap(stmt, {index})
                _drop_arguments(ctx, use)
                return ctx.converted(use)
    if isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        for index, decorator in enumerate(stmt.decorator_list):
            if decorator is expr:
                ctx.drop_decorator(stmt, index)
                _drop_arguments(ctx, use)
                return ctx.converted(use)
    return ctx.manual(
        use,
        "T2M404",
        "MindSpore has no switch for recording gradients",
        "leave it out where no gradient is taken",
    )


def _drop_arguments(ctx: FileContext, use: Use) -> None:
    for value in () if use.call is None else (*use.call.args, *use.call.keywords):
        ctx.drop_inside(value)


# ---------------------------------------------------------------------- when all sites are decided


def _finish(ctx: FileContext) -> None:
    uses = [use for use in ctx.sites() if use.name in SWITCHES]
    if not uses:
        return
    file = _File.of(ctx)
    done: set[ast.Call] = set()
    for use in uses:
        if use.call in done:
            continue
        stmt = use.stmt
        if _is_switch(use):
            done |= file.switch(use, uses)
        elif isinstance(stmt, (ast.With, ast.AsyncWith)):
            file.context(use, stmt)
        elif isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            file.decorator(use, stmt)


def _is_switch(use: Use) -> bool:
    """Whether a site is the statement `torch.set_grad_enabled(…)`."""
    return isinstance(use.stmt, ast.Expr) and use.stmt.value is use.call and use.name == _SET


@dataclass(frozen=True, eq=False)
class _File:
    """The questions to one file, each with what it remembers."""

    ctx: FileContext
    reach: Reach
    gradless: Gradless
    reads: Reads

    @staticmethod
    def of(ctx: FileContext) -> _File:
        reach, gradless = Reach(ctx), Gradless(ctx)
        return _File(ctx, reach, gradless, Reads(ctx, reach, gradless))

    def context(self, use: Use, stmt: ast.With | ast.AsyncWith) -> None:
        """A `with` statement, its item taken out."""
        switch = recording(use.name, use.call)
        if switch is Recording.ON or self._is_inside_another(stmt):
            return
        region = Region(self.ctx, stmt.body, self.ctx.blocks.function(stmt), False, stmt, stmt)
        found = self._stops(region)
        if switch is Recording.OPEN and found.exprs:
            self._stop_if(use, stmt, region, found)
        else:
            self._carry_out(use, found)

    def decorator(self, use: Use, stmt: Function | ast.ClassDef) -> None:
        """A function under a decorator that is taken out."""
        if recording(use.name, use.call) is Recording.ON:
            return
        if isinstance(stmt, ast.ClassDef):
            self.ctx.check(use, "", "results of this class may carry a gradient", "T2M404", _HINT)
        elif self.reach.may_record(stmt):
            region = Region(self.ctx, stmt.body, stmt, True, stmt, stmt)
            self._carry_out(use, self._stops(region))

    def switch(self, use: Use, uses: Sequence[Use]) -> set[ast.Call]:
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
        end = next((u for u in uses if _is_switch(u) and u.stmt in place.block[place.index + 1 :]), None)
        if end is None or end.call is None or recording(use.name, use.call) is not Recording.OFF:
            return set()
        body = place.block[place.index + 1 : ctx.blocks.places[end.stmt].index]
        if recording(end.name, end.call) is not Recording.ON or not body or any(map(_may_leave, body)):
            return set()
        region = Region(ctx, body, ctx.blocks.function(stmt), False, body[0], body[-1])
        for part in (use, end):
            ctx.delete_stmt(part.stmt)
            ctx.converted(part)
        self._carry_out(use, self._stops(region))
        return {end.call}

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
        for above in self.ctx.blocks.above(stmt):
            if isinstance(above, ast.ClassDef):
                return False
            if isinstance(above, (ast.FunctionDef, ast.AsyncFunctionDef)):
                return self.gradless.switch_of(above) is Recording.OFF
            switch = recording_in(self.ctx, above)
            if switch is not None:
                return switch is Recording.OFF
        return False

    def _carry_out(self, use: Use, found: Found) -> None:
        doubts = list(found.doubts)
        for node, stmt in found.exprs.items():
            if self.ctx.has_place(node, stmt):
                self.ctx.surround(node, _STOP)
            else:
                doubts.append(f"{self.ctx.text(node)} may carry a gradient out of the block")
        if doubts:
            self.ctx.check(use, "", doubts[0], "T2M404", _HINT)

    def _stop_if(self, use: Use, stmt: ast.With | ast.AsyncWith, region: Region, found: Found) -> None:
        """The stops of a block whose switch is known only when the program runs."""
        if not self.reach.is_evident(stmt):
            return
        condition = _plain_condition(use, region)
        names = _names_assigned(region, found)
        if condition is None or not names or found.doubts:
            self.ctx.check(use, "", "whether gradients flow here depends on a condition", "T2M404", _HINT)
            return
        test = "{condition}" if use.name == "torch.inference_mode" else "not {condition}"
        if isinstance(condition, ast.UnaryOp) and test.startswith("not"):
            test, condition = "{condition}", condition.operand
        lines = [f"if {test}:", *(f"    {name} = ops.stop_gradient({name})" for name in names)]
        self.ctx.insert(stmt, "after", "\n".join(lines), {"condition": condition})


def _plain_condition(use: Use, region: Region) -> ast.expr | None:
    """The condition of a switch, where it has the same value after the block."""
    given = [] if use.call is None else [*use.call.args, *(keyword.value for keyword in use.call.keywords)]
    if len(given) != 1:
        return None
    plain = (ast.Name, ast.Attribute, ast.Compare, ast.BoolOp, ast.UnaryOp, ast.Constant)
    neither = (ast.expr_context, ast.boolop, ast.cmpop, ast.unaryop)
    if not all(isinstance(node, (*plain, *neither)) for node in ast.walk(given[0])):
        return None
    changed = set(region.names).union(*map(stored_paths, region.statements))
    return None if changed & read_paths(given[0]) else given[0]


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


def _may_leave(stmt: ast.stmt) -> bool:
    """Whether a statement may leave its block, so that what follows it does not run."""
    return any(isinstance(node, ast.Return | ast.Break | ast.Continue | ast.Raise) for node in ast.walk(stmt))


RULE = Rule(sites=dict.fromkeys(SWITCHES, _rule), finish=_finish)
