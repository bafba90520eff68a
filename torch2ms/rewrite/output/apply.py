"""Carries plans out on the text of a file. What no plan concerns stays as it is, byte for byte."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from torch2ms.rewrite.analysis.blocks import own_expressions
from torch2ms.rewrite.output.edits import Edits, Rank, Region
from torch2ms.rewrite.output.expressions import ExpressionWriter
from torch2ms.rewrite.output.lines import Lines, before_space, comments_of, lead, logical_end, lost_comments
from torch2ms.rewrite.output.statements import (
    Layout,
    header_expressions,
    is_comment,
    is_compound,
    is_docstring,
    needs_lines,
    with_header,
)
from torch2ms.rewrite.plan import (
    Around,
    CallEdit,
    DropDecorator,
    Insert,
    KeepBranch,
    Plans,
    RenameDef,
    RenameParam,
    StmtDelete,
    StmtPlan,
    StmtReplace,
    Template,
    Unwrap,
    Wrap,
    expressions_in,
)
from torch2ms.source.parents import Parents
from torch2ms.source.text import SourceText

_WORD = re.compile(r"\w+")
_DEFINITION = re.compile(r"(?:async(?:\s|\\\s)+)?(?:def|class)(?:\s|\\\s)+")
_ELSE = re.compile(r"(?:^|(?<=\r))[ \t\f]*(else|elif)\b", re.MULTILINE)
_SEMICOLON = re.compile(r"[ \t]*;")
_UNIT = "    "


def apply(source: SourceText, tree: ast.Module, plans: Plans, parents: Parents) -> str:
    """The text of a file with its plans carried out.

    `tree` is the file's ast, the one plans refer to, `parents` what its nodes are part of. ValueError: the plans
    contradict each other or the source.
    """
    if not plans.exprs and not plans.stmts:
        return source.text
    return _Applier(source, tree, plans, parents).run()


def _concerned(plans: Plans, parents: Parents) -> set[ast.AST]:
    """The planned nodes, the expressions plans use, and everything above them."""
    concerned: set[ast.AST] = set()
    for node in _planned(plans):
        above: ast.AST | None = node
        while above is not None and above not in concerned:
            concerned.add(above)
            above = parents.of(above)
    return concerned


def _planned(plans: Plans) -> Iterator[ast.AST]:
    """The nodes that have plans, and the expressions that these use."""
    for expr, expr_plan in plans.exprs.items():
        yield expr
        plan = expr_plan.plan if isinstance(expr_plan, Around) else expr_plan
        if isinstance(plan, Template):
            yield from expressions_in(plan)
        elif isinstance(plan, CallEdit):
            if isinstance(plan.func, Template):
                yield from expressions_in(plan.func)
            for edit in plan.args or ():
                if edit.value is not None:
                    yield from expressions_in(edit.value)
    for stmt, stmt_plans in plans.stmts.items():
        yield stmt
        for stmt_plan in stmt_plans:
            if isinstance(stmt_plan, StmtReplace | Insert):
                yield from expressions_in(stmt_plan.template)
            elif isinstance(stmt_plan, Wrap):
                for template in (stmt_plan.header, stmt_plan.end, stmt_plan.after):
                    if template is not None:
                        yield from expressions_in(template)


@dataclass(frozen=True, slots=True)
class _Suite:
    """The statements under a header. `head` is where the header starts, None at the top of a file."""

    owner: ast.stmt | None
    stmts: Sequence[ast.stmt]
    head: int | None


@dataclass(slots=True)
class _Texts:
    """What becomes of the statements of one line: the texts of each, and whether they need lines of their own."""

    of_stmts: list[list[str]] = field(default_factory=list)
    expand: bool = False
    step: str = ""
    """How much deeper than the line the texts go that are added now."""

    def put(self, text: str, expand: bool = True) -> None:
        """Add a text to those of the last statement."""
        self.of_stmts[-1].append(self.step + text)
        self.expand |= expand


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a statement stands that may share its line: the statements of the line, its number among them, the owner
    of its block, whether the line starts with the owner's header, where the line starts, and the indentation."""

    group: Sequence[ast.stmt]
    number: int
    owner: ast.stmt | None
    inline: bool
    head: int
    indent: str


class _Applier:
    """Walks over the statements of a file and notes the edits that their plans ask for."""

    def __init__(self, source: SourceText, tree: ast.Module, plans: Plans, parents: Parents) -> None:
        self.source = source
        self.text = source.text
        self.tree = tree
        self.plans = plans
        self.parents = parents
        self.wanted = _concerned(plans, parents)
        self.lines = Lines(source)
        self.layout = Layout(source, self.lines)
        self.writer = ExpressionWriter(source, parents, plans.exprs, self.wanted)
        self.edits = Edits(source, self.lines, self.writer.statement)
        self.first: dict[ast.stmt, list[Template]] = {}
        """What is put before the first statement of a body."""
        self.unwrapped: set[ast.stmt] = set()
        """Those whose header goes from the line of their body."""
        self.after_docstring: dict[ast.stmt, list[Template]] = {}

    def run(self) -> str:
        self.suite(_Suite(None, self.tree.body, None))
        return self.edits.done()

    def plans_of(self, stmt: ast.stmt) -> Sequence[StmtPlan]:
        return self.plans.stmts.get(stmt, ())

    # Blocks

    def suite(self, suite: _Suite) -> None:
        stmts = suite.stmts
        number = 0
        wrapped: tuple[Wrap, Region] | None = None
        while number < len(stmts):
            begin = number
            number += 1
            while number < len(stmts) and self.layout.share_line(stmts[number - 1], stmts[number]):
                number += 1
            group = stmts[begin:number]
            for plan in self.plans_of(group[0]):
                if isinstance(plan, Wrap) and not _on_one_line(plan, group[0], group):
                    wrapped = plan, self.open_wrap(group[0], plan, suite)
            if any(stmt in self.wanted for stmt in group):
                if is_compound(group[0]) and not self.is_deleted(group[0]):
                    self.compound(group[0])
                else:
                    self.simple(group, suite)
            if wrapped is not None and group[-1] is wrapped[0].last:
                self.close_wrap(group[-1], *wrapped)
                wrapped = None

    def open_wrap(self, stmt: ast.stmt, plan: Wrap, suite: _Suite) -> Region:
        """Put the header above a statement; what follows goes one step deeper, until `close_wrap`."""
        top = self.layout.top(stmt)
        if not self.lines.starts_line(top):
            raise ValueError("a statement to be wrapped shares its line")
        for template in self.first.pop(stmt, ()):
            self.edits.above(top, template)
        self.edits.above(top, plan.header)
        indent = self.lines.indent(top)
        outer = None if suite.owner is None else self.lines.indent(self.layout.start(suite.owner))
        shift = _UNIT if outer is None else indent.removeprefix(outer)
        return self.edits.open_region(self.lines.logical_start(top), Rank.BEFORE, Region(len(indent), shift=shift))

    def close_wrap(self, stmt: ast.stmt, plan: Wrap, region: Region) -> None:
        indent = self.lines.indent(self.layout.top(stmt))
        end = self.layout.end(stmt)
        stop = self.lines.body_end(end, region.column) if is_compound(stmt) else self.lines.after_line(end)
        if plan.end is not None:
            self.edits.at(stop, indent, plan.end)
        self.edits.close_region(stop, region)
        if plan.after is not None:
            self.edits.at(stop, indent, plan.after)

    def is_deleted(self, stmt: ast.stmt) -> bool:
        return any(
            isinstance(plan, StmtDelete) or (isinstance(plan, StmtReplace) and is_comment(plan.template))
            for plan in self.plans_of(stmt)
        )

    def lives(self, suite: _Suite) -> bool:
        """Whether a suite still has a statement, so that none is needed in place of its last one."""
        return any(
            not self.is_deleted(stmt)
            or stmt in self.first
            or stmt in self.after_docstring
            or any(isinstance(p, Insert) and not is_comment(p.template) for p in self.plans_of(stmt))
            for stmt in suite.stmts
        )

    # Simple statements

    def simple(self, group: Sequence[ast.stmt], suite: _Suite) -> None:
        """Rewrite the simple statements of one line."""
        first = group[0]
        start = self.layout.start(first)
        inline = suite.head is not None and not self.lines.starts_line(start) and suite.owner not in self.unwrapped
        special = first in self.plans.stmts or first in self.first or first in self.after_docstring
        if len(group) == 1 and not inline and not special:
            self.expressions(own_expressions(first), start)
        else:
            self.line(group, suite, inline)

    def line(self, group: Sequence[ast.stmt], suite: _Suite, inline: bool) -> None:
        """Rewrite the simple statements of one line, which may have to become several lines.

        `inline`: the line starts with the header of the block.
        """
        start, end = self.layout.start(group[0]), self.layout.end(group[-1])
        head = suite.head if inline and suite.head is not None else start
        indent = self.lines.indent(head) + _UNIT * inline
        texts = self.texts(group, suite, inline, head, indent)
        if not any(texts.of_stmts) and any(_inserted(self.plans_of(stmt), "before") for stmt in group):
            self.edits.delete_lines(start, self.lines.after_line(end))
            return
        if not any(texts.of_stmts):
            above = suite.stmts[: suite.stmts.index(group[0])]
            leading = all(map(self.is_deleted, above)) and (suite.owner is not None or self.opens_file(above, start))
            self.edits.delete_statements(start, end, leading)
            return
        old = self.text[start:end]
        if texts.expand:
            newline = self.source.newline
            new = newline.join(indent + text if text else "" for of_stmt in texts.of_stmts for text in of_stmt)
            new = new.removeprefix(indent)
            match = _SEMICOLON.match(self.text, end)
            end = match.end() if match else end
            if inline:
                new = newline + indent + new
                start = before_space(self.text, start)
        else:
            new = ""
            for number, of_stmt in enumerate(texts.of_stmts):
                if new and of_stmt:
                    new += self.text[self.layout.end(group[number - 1]) : self.layout.start(group[number])]
                new += "".join(of_stmt)
        self.edits.comments_above(head, lost_comments(old, new))
        if new != self.text[start:end]:
            self.edits.replace(start, end, new)

    def opens_file(self, above: Sequence[ast.stmt], start: int) -> bool:
        """Whether nothing is left in front of a place at the top of a file, the statements above it being deleted."""
        inserts = any(isinstance(plan, Insert) for stmt in above for plan in self.plans_of(stmt))
        return not inserts and not comments_of(self.text[:start])

    def texts(self, group: Sequence[ast.stmt], suite: _Suite, inline: bool, head: int, indent: str) -> _Texts:
        """The texts that take the place of the statements of one line; what goes above or below it is noted."""
        texts = _Texts()
        wrap: Wrap | None = None
        for number, stmt in enumerate(group):
            texts.of_stmts.append([])
            for plan in self.plans_of(stmt):
                if isinstance(plan, Wrap) and _on_one_line(plan, stmt, group):
                    wrap = plan
                    texts.put(self.writer.statement(plan.header, indent))
                    texts.step = _UNIT
            self.put_texts(texts, stmt, _Spot(group, number, suite.owner, inline, head, indent + texts.step))
            if wrap is not None and stmt is wrap.last:
                if wrap.end is not None:
                    texts.put(self.writer.statement(wrap.end, indent + _UNIT))
                texts.step = ""
                if wrap.after is not None:
                    texts.of_stmts[-1] += [""] * wrap.after.text.startswith("\n")
                    texts.put(self.writer.statement(wrap.after, indent))
                wrap = None
        is_last = group[-1] is suite.stmts[-1]
        if not any(texts.of_stmts) and is_last and suite.owner is not None and not self.lives(suite):
            texts.put("pass", expand=False)
        return texts

    def put_texts(self, texts: _Texts, stmt: ast.stmt, spot: _Spot) -> None:
        """Add the texts that take the place of a statement that may share its line."""
        group, inline, indent = spot.group, spot.inline, spot.indent
        plans = self.plans_of(stmt)
        render = self.writer.statement
        for template in self.first.get(stmt, ()):
            if inline:
                texts.put(render(template, indent))
            else:
                self.edits.above(self.layout.start(group[0]), template)
        for template in _inserted(plans, "above"):
            self.insert_above_comments(spot.head, template)
        for template in _inserted(plans, "before"):
            if inline and spot.number == 0 and stmt in self.first:
                texts.put(render(template, indent))
            elif spot.number == 0 or is_comment(template):
                self.insert_above(spot.owner if inline else None, spot.head, template)
            else:
                texts.put(render(template, indent))
        replacement = _replacement(plans)
        if replacement is not None and is_comment(replacement):
            self.insert_above(spot.owner if inline else None, spot.head, replacement)
        elif replacement is not None:
            texts.put(render(replacement, indent), (len(group) > 1 or inline) and needs_lines(replacement))
        elif not self.is_deleted(stmt):
            texts.put(self.rewritten_text(stmt), expand=False)
        for template in (*self.after_docstring.get(stmt, ()), *_inserted(plans, "after")):
            if spot.number == len(group) - 1 and not inline:
                self.edits.below(self.layout.end(stmt), indent, template)
            else:
                texts.put(render(template, indent))

    def rewritten_text(self, stmt: ast.stmt) -> str:
        """The text of a statement with its expressions rewritten."""
        position, end = self.source.span(stmt)
        pieces: list[str] = []
        found = [change for root in own_expressions(stmt) if root in self.wanted for change in self.writer.root(root)]
        for rewritten in sorted(found, key=lambda change: change.start):
            pieces += (self.text[position : rewritten.start], rewritten.text)
            position = rewritten.end
        return "".join(pieces) + self.text[position:end]

    def expressions(self, roots: Iterable[ast.expr], head: int) -> None:
        """Rewrite expressions in place; comments they lose go above the line that starts at `head`."""
        for root in roots:
            if root in self.wanted:
                for rewritten in self.writer.root(root):
                    self.edits.replace(rewritten.start, rewritten.end, rewritten.text)
                    self.edits.comments_above(head, rewritten.lost)

    def insert_above(self, compound: ast.stmt | None, head: int, template: Template) -> None:
        """Put lines above a line. Code cannot stand between a compound statement's suites, comments can."""
        if compound is not None and not is_comment(template):
            head = self.layout.top(compound)
            while self.text.startswith("elif", head):
                above = self.parents.of(compound)
                if not isinstance(above, ast.If):
                    raise ValueError("an elif that belongs to no if")
                compound, head = above, self.layout.start(above)
        self.edits.above(head, template)

    def insert_above_comments(self, head: int, template: Template) -> None:
        """Put lines above a statement and its comments."""
        self.edits.at(self.lines.above_comments(head), self.lines.indent(head), template)

    # Compound statements

    def compound(self, stmt: ast.stmt) -> None:
        start, top = self.layout.start(stmt), self.layout.top(stmt)
        plans = self.plans_of(stmt)
        for template in self.first.get(stmt, ()):
            self.edits.above(top, template)
        for template in _inserted(plans, "above"):
            self.insert_above_comments(top, template)
        for template in _inserted(plans, "before"):
            self.insert_above(stmt if top == start else None, top, template)
        kept = next((plan for plan in plans if isinstance(plan, KeepBranch)), None)
        if kept is not None and isinstance(stmt, ast.If | ast.Try):
            if isinstance(stmt, ast.If):
                self.branch(stmt, start, kept, self.text.startswith("elif", start))
            else:
                self.body_alone(stmt, start)
            for template in _inserted(plans, "after"):
                self.edits.below(self.layout.end(stmt), self.lines.indent(top), template)
            return
        self.decorators(stmt, top, plans)
        region = self.header(stmt, start, plans)
        self.suites(stmt, top, plans)
        if region is not None:
            self.edits.close_region(self.lines.body_end(self.layout.end(stmt), region.column), region)
        for template in _inserted(plans, "after"):
            self.edits.below(self.layout.end(stmt), self.lines.indent(top), template)

    def branch(self, stmt: ast.If, start: int, kept: KeepBranch, is_elif: bool) -> None:
        """Leave one branch of an `if`, dedented; the lines of the others go, but for their comments."""
        indent = self.lines.indent(start)
        if kept.body and is_elif:  # it becomes the `else`
            end = self.layout.header_end(stmt, start)
            self.edits.comments_above(start, lost_comments(self.text[start:end], "else:"))
            self.edits.replace(start, end, "else:")
            self.suite(_Suite(stmt, stmt.body, start))
            if stmt.orelse:
                stop = self.lines.body_end(self.layout.end(stmt.body[-1]), len(indent))
                self.edits.delete_lines(stop, self.lines.after_line(self.layout.end(stmt)))
            return
        if kept.body:
            self.body_alone(stmt, start)
            return
        end = self.layout.end(stmt.body[-1])
        if not stmt.orelse:  # the last branch of an `if` above
            self.edits.delete_lines(start, self.lines.after_line(end))
            return
        match = _ELSE.search(self.text, end)
        first = self.layout.top(stmt.orelse[0])
        if match is None or match.start() > first:
            raise ValueError("an if whose else cannot be found")
        if is_elif:  # what follows is a branch of the `if` above
            self.edits.delete_lines(start, self.lines.line_start(match.end()))
            self.suite(_Suite(stmt, stmt.orelse, match.start(1)))
        elif match[1] == "elif":
            self.edits.delete_lines(start, self.lines.line_start(match.end()))
            below = stmt.orelse[0]
            inner = next((plan for plan in self.plans_of(below) if isinstance(plan, KeepBranch)), None)
            if inner is not None and isinstance(below, ast.If):
                self.branch(below, match.start(1), inner, is_elif=False)
                return
            self.edits.replace(match.start(1), match.start(1) + 2, "")
            self.suite(_Suite(stmt, stmt.orelse, match.start(1)))
        elif not self.lines.starts_line(first):
            self.edits.delete_lines(start, self.lines.line_start(match.end()))
            self.edits.replace(match.start(1), first, "")
            self.unwrapped.add(stmt)
            self.suite(_Suite(stmt, stmt.orelse, match.start(1)))
        else:
            place = self.lines.after_line(match.end())
            self.edits.delete_lines(start, place)
            opened = Region(len(indent), width=len(self.lines.indent(first)) - len(indent))
            region = self.edits.open_region(place, Rank.AFTER, opened)
            self.suite(_Suite(stmt, stmt.orelse, match.start(1)))
            self.edits.close_region(self.lines.body_end(self.layout.end(stmt), len(indent)), region)

    def body_alone(self, stmt: ast.If | ast.Try, start: int) -> None:
        """Leave the body of a statement, dedented; the other lines of it go, but for their comments."""
        stop = self.lines.body_end(self.layout.end(stmt.body[-1]), len(self.lines.indent(start)))
        region = self.unwrap(stmt, start)
        self.suite(_Suite(stmt, stmt.body, start))
        if region is not None:
            self.edits.close_region(stop, region)
        if stmt.body[-1].end_lineno != stmt.end_lineno:
            self.edits.delete_lines(stop, self.lines.after_line(self.layout.end(stmt)))

    def decorators(self, stmt: ast.stmt, top: int, plans: Sequence[StmtPlan]) -> None:
        decorators: list[ast.expr] = getattr(stmt, "decorator_list", [])
        dropped = {plan.index for plan in plans if isinstance(plan, DropDecorator)}
        for index, decorator in enumerate(decorators):
            if index in dropped:
                begin = self.layout.decorator_start(decorator, 0)
                limit = self.layout.decorator_limit(decorators, index, stmt)
                self.edits.delete_lines(begin, self.lines.after_line(min(logical_end(self.text, begin), limit)))
            else:
                self.expressions((decorator,), top)

    def header(self, stmt: ast.stmt, start: int, plans: Sequence[StmtPlan]) -> Region | None:
        """Rewrite the header. If it goes altogether, the region of the body, which is left open, is returned."""
        replacement = _replacement(plans)
        for plan in plans:
            if isinstance(plan, Unwrap) and isinstance(stmt, ast.With | ast.AsyncWith):
                if len(plan.items) == len(stmt.items):
                    return self.unwrap(stmt, start)
                replacement = with_header(stmt, plan.items)
        if replacement is not None:
            end = self.layout.header_end(stmt, start)
            old = self.text[start:end]
            new = self.writer.statement(replacement, self.lines.indent(start))
            if old.startswith("elif") and new.startswith("if"):
                new = f"el{new}"
            self.edits.comments_above(start, lost_comments(old, new))
            self.edits.replace(start, end, new)
            return None
        for plan in plans:
            if isinstance(plan, RenameDef):
                match = _DEFINITION.match(self.text, start)
                self.rename(match.end() if match else None, plan.name)
            elif isinstance(plan, RenameParam):
                self.rename_param(stmt, plan)
        self.expressions(header_expressions(stmt), start)
        return None

    def rename(self, start: int | None, name: str) -> None:
        """Put a name in place of the one at an offset."""
        match = None if start is None else _WORD.match(self.text, start)
        if match is None:
            raise ValueError("only a function or class has a name to change")
        self.edits.replace(match.start(), match.end(), name)

    def rename_param(self, stmt: ast.stmt, plan: RenameParam) -> None:
        if not isinstance(stmt, ast.FunctionDef | ast.AsyncFunctionDef):
            raise ValueError("only a function has parameters")
        args = stmt.args
        for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg):
            if arg is not None and arg.arg == plan.old:
                start, end = self.source.span(arg)
                if plan.bare:
                    self.edits.replace(start, end, plan.name)
                else:
                    self.rename(start, plan.name)

    def unwrap(self, stmt: ast.With | ast.AsyncWith | ast.If | ast.Try, start: int) -> Region | None:
        """Delete the header; give back the lines of the body, to be dedented."""
        first = self.layout.top(stmt.body[0])
        if not self.lines.starts_line(first):
            self.edits.comments_above(start, comments_of(self.text[start:first]))
            self.edits.replace(start, first, "")
            self.unwrapped.add(stmt)
            return None
        stop = self.lines.after_line(self.layout.header_end(stmt, start))
        self.edits.delete_lines(start, stop)
        column = len(self.lines.indent(start))
        region = Region(column, width=len(self.lines.indent(first)) - column)
        return self.edits.open_region(stop, Rank.AFTER, region)

    def suites(self, stmt: ast.stmt, start: int, plans: Sequence[StmtPlan]) -> None:
        body: list[ast.stmt] = getattr(stmt, "body", [])
        inserted = _inserted(plans, "body")
        on_top = _inserted(plans, "top")
        if on_top and (is_docstring(stmt, body[0]) or not self.lines.starts_line(self.layout.top(body[0]))):
            inserted, on_top = [*on_top, *inserted], []
        for template in on_top:
            place = self.lines.after_line(self.layout.header_end(stmt, self.layout.start(stmt)))
            self.edits.at(place, self.lines.indent(self.layout.top(body[0])), template)
        if inserted:
            (self.after_docstring if is_docstring(stmt, body[0]) else self.first)[body[0]] = inserted
            self.wanted.add(body[0])
        self.suite(_Suite(stmt, body, start))
        for handler in getattr(stmt, "handlers", []):
            if handler in self.wanted:
                head = self.source.offset(handler.lineno, handler.col_offset)
                self.expressions(own_expressions(handler), head)
                self.suite(_Suite(stmt, handler.body, head))
        for case in getattr(stmt, "cases", []):
            if case in self.wanted:
                pattern = self.source.offset(case.pattern.lineno, case.pattern.col_offset)
                head = self.text.rfind("case", 0, pattern)
                self.expressions(own_expressions(case), head)
                self.suite(_Suite(stmt, case.body, head))
        for name in ("orelse", "finalbody"):
            stmts: list[ast.stmt] = getattr(stmt, name, [])
            if stmts and name == "orelse" and self.drop_else(stmt, body, stmts):
                continue
            if stmts:
                # The keyword stands alone on its line, or on that of the only statement after it.
                line = self.source.line_starts[stmts[0].lineno - 1]
                self.suite(_Suite(stmt, stmts, line + lead(self.text, line)))

    def drop_else(self, stmt: ast.stmt, body: Sequence[ast.stmt], stmts: Sequence[ast.stmt]) -> bool:
        """Delete an `else` of which nothing is left; False where something is."""
        first, handlers = self.layout.top(stmts[0]), getattr(stmt, "handlers", [])
        if self.lives(_Suite(stmt, stmts, None)):
            return False
        match = _ELSE.search(self.text, self.layout.end((handlers[-1].body if handlers else body)[-1]))
        if match is None or match[1] != "else" or match.start() > first:
            return False
        self.edits.delete_lines(match.start(1), self.lines.after_line(self.layout.end(stmts[-1])))
        return True


def _on_one_line(plan: Wrap, first: ast.stmt, group: Sequence[ast.stmt]) -> bool:
    """Whether the statements that get a header, from the first on, stand on a line with others."""
    return plan.last in group and not (first is group[0] and plan.last is group[-1])


def _inserted(plans: Sequence[StmtPlan], where: str) -> list[Template]:
    """The templates of the lines to insert at one place."""
    return [plan.template for plan in plans if isinstance(plan, Insert) and plan.where == where]


def _replacement(plans: Sequence[StmtPlan]) -> Template | None:
    return next((plan.template for plan in plans if isinstance(plan, StmtReplace)), None)
