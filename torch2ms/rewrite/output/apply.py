"""Carries plans out on the text of a file. What no plan concerns stays as it is, byte for byte."""

from __future__ import annotations

import ast
import re
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import libcst as cst

from torch2ms.rewrite.output.pairing import Level, pair, slot_levels
from torch2ms.rewrite.output.template import (
    Hole,
    Part,
    Rendered,
    as_rendered,
    fit,
    index_parts,
    parenthesized,
    parse_expression,
    single,
    split_holes,
)
from torch2ms.rewrite.output.transformer import render_value, rewrite
from torch2ms.rewrite.plan import (
    AsList,
    DropDecorator,
    Insert,
    Items,
    Plans,
    RenameDef,
    RenameParam,
    StmtDelete,
    StmtPlan,
    StmtReplace,
    Template,
    Unwrap,
    Value,
    Wrap,
)
from torch2ms.source.text import SourceText

_TOKEN = re.compile(
    r"""(?P<string>\"{3}(?:[^\\]|\\.)*?\"{3}|'{3}(?:[^\\]|\\.)*?'{3}
    |"(?:[^"\\\r\n]|\\\r\n|\\.)*"|'(?:[^'\\\r\n]|\\\r\n|\\.)*')
    |(?P<comment>\#[^\r\n]*)
    |(?P<join>\\(?:\r\n|\r|\n))
    |(?P<newline>\r\n|\r|\n)
    |(?P<open>[\[({])|(?P<close>[\])}])|(?P<colon>:)""",
    re.VERBOSE | re.DOTALL,
)
_NEWLINE = re.compile(r"\r\n|\r|\n")
_BLANK = re.compile(r"[ \t\f]*")
_WORD = re.compile(r"\w+")
_DEFINITION = re.compile(r"(?:async(?:\s|\\\s)+)?(?:def|class)(?:\s|\\\s)+")
_HOLE_NAME = re.compile(r"__hole\d+__")
_SEMICOLON = re.compile(r"[ \t]*;")
_COMPOUND = re.compile(r"\s*(?:(?:if|for|while|with|def|class|try|async|match)\b|@)")
# Fields without expressions or statements below them, which are not worth a look.
_NO_CHILDREN = frozenset({"ctx", "op", "ops", "id", "attr", "kind", "name", "type_comment"})
_NOT_HEADER = frozenset({"body", "orelse", "finalbody", "handlers", "cases", "decorator_list"})
_UNIT = "    "


def apply(source: SourceText, tree: ast.Module, plans: Plans) -> str:
    """The text of a file with its plans carried out. `tree` is the file's ast, the one plans refer to."""
    if not plans.exprs and not plans.stmts:
        return source.text
    return _Applier(source, tree, plans).run()


@dataclass(frozen=True, slots=True)
class _Suite:
    """The statements under a header. `head` is where the header starts, None at the top of a file."""

    owner: ast.stmt | None
    stmts: Sequence[ast.stmt]
    head: int | None


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    rank: int
    end: int
    text: str
    region: _Region | None = None


@dataclass(slots=True, eq=False)
class _Region:
    """Lines to move, in offsets of the new text: `width` characters go after the first `column` ones, `shift` is put
    in front."""

    column: int
    width: int = 0
    shift: str = ""
    start: int = 0
    end: int = 0


# Insertions at one place: first those after a statement, then those before the next one, then its own edits.
_AFTER, _BEFORE, _EDIT = range(3)


class _Applier:
    def __init__(self, source: SourceText, tree: ast.Module, plans: Plans) -> None:
        self.source = source
        self.text = source.text
        self.tree = tree
        self.plans = plans
        self.edits: list[_Edit] = []
        self.regions: list[_Region] = []
        self.module = cst.Module([])
        self.parent = _parents(tree)
        self.active: set[ast.expr] = set()
        self.first: dict[ast.stmt, list[Template]] = {}
        self.after_docstring: dict[ast.stmt, list[Template]] = {}
        self.wanted = self.find_wanted()

    def run(self) -> str:
        self.suite(_Suite(None, self.tree.body, None))
        text = self.join()
        return self.reindent(text) if self.regions else text

    # What is concerned

    def find_wanted(self) -> set[ast.AST]:
        """The planned nodes, the expressions plans use, and everything above them."""
        wanted: set[ast.AST] = set()
        for node in self.targets():
            above: ast.AST | None = node
            while above is not None and above not in wanted:
                wanted.add(above)
                above = self.parent.get(above)
        return wanted

    def targets(self) -> Iterator[ast.AST]:
        for expr, plan in self.plans.exprs.items():
            yield expr
            if isinstance(plan, Template):
                yield from _used(plan)
                continue
            if isinstance(plan, AsList):
                continue
            if isinstance(plan.func, Template):
                yield from _used(plan.func)
            for edit in plan.args or ():
                if edit.value is not None:
                    yield from _used(edit.value)
        for stmt, stmt_plans in self.plans.stmts.items():
            yield stmt
            for stmt_plan in stmt_plans:
                if isinstance(stmt_plan, StmtReplace | Insert):
                    yield from _used(stmt_plan.template)
                elif isinstance(stmt_plan, Wrap):
                    for template in (stmt_plan.header, stmt_plan.end, stmt_plan.after):
                        if template is not None:
                            yield from _used(template)

    # Statements

    def suite(self, suite: _Suite) -> None:
        stmts = suite.stmts
        number = 0
        wrapped: tuple[Wrap, _Region] | None = None
        while number < len(stmts):
            begin = number
            number += 1
            while number < len(stmts) and self.share_line(stmts[number - 1], stmts[number]):
                number += 1
            group = stmts[begin:number]
            for plan in self.plans_of(group[0]):
                if isinstance(plan, Wrap):
                    wrapped = plan, self.open_wrap(group[0], plan, suite)
            if any(stmt in self.wanted for stmt in group):
                if _is_compound(group[0]) and not self.is_deleted(group[0]):
                    self.compound(group[0])
                else:
                    self.simple(group, suite)
            if wrapped is not None and group[-1] is wrapped[0].last:
                self.close_wrap(group[-1], *wrapped)
                wrapped = None

    def open_wrap(self, stmt: ast.stmt, plan: Wrap, suite: _Suite) -> _Region:
        """Put the header above a statement; what follows goes one step deeper, until `close_wrap`."""
        top = self.top(stmt)
        if not self.starts_line(top):
            raise ValueError("a statement to be wrapped shares its line")
        for template in self.first.pop(stmt, ()):
            self.lines_above(top, template)
        self.lines_above(top, plan.header)
        indent = self.indent(top)
        shift = _UNIT if suite.owner is None else indent.removeprefix(self.indent(self.start(suite.owner)))
        region = _Region(len(indent), shift=shift)
        self.regions.append(region)
        line = self.logical_start(top)
        self.edits.append(_Edit(line, _BEFORE, line, "", region))
        return region

    def close_wrap(self, stmt: ast.stmt, plan: Wrap, region: _Region) -> None:
        indent = self.indent(self.top(stmt))
        end = self.end(stmt)
        stop = self.body_end(end, region.column) if _is_compound(stmt) else self.after_line(end)
        if plan.end is not None:
            self.insert_lines_at(stop, indent, plan.end)
        self.edits.append(_Edit(stop, _AFTER, stop, "", region))
        if plan.after is not None:
            self.insert_lines_at(stop, indent, plan.after)

    def share_line(self, stmt: ast.stmt, follower: ast.stmt) -> bool:
        return follower.lineno == stmt.end_lineno or (
            follower.col_offset > 0 and self.continues(self.source.line_starts[follower.lineno - 1])
        )

    def plans_of(self, stmt: ast.stmt) -> Sequence[StmtPlan]:
        return self.plans.stmts.get(stmt, ())

    def start(self, stmt: ast.stmt) -> int:
        return self.source.offset(stmt.lineno, stmt.col_offset)

    def end(self, stmt: ast.stmt) -> int:
        return self.source.span(stmt)[1]

    def simple(self, group: Sequence[ast.stmt], suite: _Suite) -> None:
        """Rewrite the simple statements of one line."""
        start = self.start(group[0])
        inline = suite.head is not None and not self.starts_line(start)
        first = group[0]
        special = first in self.plans.stmts or first in self.first or first in self.after_docstring
        if len(group) == 1 and not inline and not special:
            self.roots(first, start)
        else:
            self.line(group, suite, inline)

    def line(self, group: Sequence[ast.stmt], suite: _Suite, inline: bool) -> None:
        """Rewrite the simple statements of one line, which may have to become several lines."""
        newline = self.source.newline
        start, end = self.start(group[0]), self.end(group[-1])
        head = suite.head if inline and suite.head is not None else start
        indent = self.indent(head) + _UNIT * inline
        expand = False
        texts: list[list[str]] = []
        for number, stmt in enumerate(group):
            texts.append([])
            alone = len(group) == 1 and not inline
            plans = self.plans_of(stmt)
            for template in self.first.get(stmt, ()):
                if inline:
                    texts[-1].append(self.lines(template, indent))
                    expand = True
                else:
                    self.lines_above(start, template)
            for plan in plans:
                if isinstance(plan, Insert) and plan.where == "before":
                    if number == 0 or _is_comment(plan.template):
                        self.insert_above(suite.owner if inline else None, head, plan.template)
                    else:
                        texts[-1].append(self.lines(plan.template, indent))
                        expand = True
            replacement = next((plan.template for plan in plans if isinstance(plan, StmtReplace)), None)
            if replacement is not None and _is_comment(replacement):
                self.insert_above(suite.owner if inline else None, head, replacement)
            elif replacement is not None:
                texts[-1].append(self.lines(replacement, indent))
                expand |= not alone and _needs_lines(replacement)
            elif not self.is_deleted(stmt):
                texts[-1].append(self.rewritten_text(stmt))
            after = [plan.template for plan in plans if isinstance(plan, Insert) and plan.where == "after"]
            for template in (*self.after_docstring.get(stmt, ()), *after):
                if number == len(group) - 1 and not inline:
                    self.insert_lines(end, indent, template)
                else:
                    texts[-1].append(self.lines(template, indent))
                    expand = True
        last = group[-1] is suite.stmts[-1]
        if not any(texts) and last and suite.owner is not None and not self.lives(suite):
            texts[-1].append("pass")
        if not any(texts):
            above = suite.stmts[: suite.stmts.index(group[0])]
            self.delete_line(start, end, suite.owner is not None and all(map(self.is_deleted, above)))
            return
        old = self.text[start:end]
        if expand:
            new = (newline + indent).join(text for stmt_texts in texts for text in stmt_texts)
            match = _SEMICOLON.match(self.text, end)
            end = match.end() if match else end
            if inline:
                new = newline + indent + new
                start = _before_space(self.text, start)
        else:
            new = ""
            for number, stmt_texts in enumerate(texts):
                if new and stmt_texts:
                    new += self.text[self.end(group[number - 1]) : self.start(group[number])]
                new += "".join(stmt_texts)
        self.comment_above(head, _lost_comments(old, new))
        if new != self.text[start:end]:
            self.edits.append(_Edit(start, _EDIT, end, new))

    def rewritten_text(self, stmt: ast.stmt) -> str:
        """The text of a statement with its expressions rewritten."""
        position, end = self.source.span(stmt)
        pieces: list[str] = []
        found = [edit for root in _roots(stmt) if root in self.wanted for edit, _ in self.root_edits(root)]
        for edit in sorted(found, key=lambda edit: edit.start):
            pieces += (self.text[position : edit.start], edit.text)
            position = edit.end
        return "".join(pieces) + self.text[position:end]

    def is_deleted(self, stmt: ast.stmt) -> bool:
        return any(
            isinstance(plan, StmtDelete) or (isinstance(plan, StmtReplace) and _is_comment(plan.template))
            for plan in self.plans_of(stmt)
        )

    def lives(self, suite: _Suite) -> bool:
        """Whether a suite still has a statement, so that none is needed in place of its last one."""
        return any(
            not self.is_deleted(stmt)
            or stmt in self.first
            or stmt in self.after_docstring
            or any(isinstance(p, Insert) and not _is_comment(p.template) for p in self.plans_of(stmt))
            for stmt in suite.stmts
        )

    def delete_line(self, start: int, end: int, leading: bool = False) -> None:
        """Delete a line; `leading`: nothing of its suite is left above it."""
        line, stop = self.logical_start(start), self.after_line(end)
        comments = _comments(self.text[start:stop])
        kept = "".join(f"{self.indent(start)}{comment}{self.source.newline}" for comment in comments)
        if not kept:
            line, stop = self.with_blank_lines(line, stop, leading)
        self.edits.append(_Edit(line, _EDIT, stop, kept))

    def with_blank_lines(self, line: int, stop: int, leading: bool) -> tuple[int, int]:
        """Of the blank lines before and after deleted ones, the shorter run goes too."""
        before, after = line, stop
        while before and not self.text[self.line_start(before - 1) : before].strip():
            before = self.line_start(before - 1)
        while after < len(self.text) and not self.text[after : self.after_line(after)].strip():
            after = self.after_line(after)
        if line and line - before <= after - stop and not leading:
            return before, stop
        return line, after

    def roots(self, stmt: ast.AST, head: int) -> None:
        """Rewrite the root expressions of a statement or header in place."""
        for root in _roots(stmt):
            if root in self.wanted:
                self.rewrite_root(root, head)

    def rewrite_root(self, root: ast.expr, head: int) -> None:
        """Rewrite a root expression in place; comments it loses go above the line that starts at `head`."""
        for edit, lost in self.root_edits(root):
            self.edits.append(edit)
            self.comment_above(head, lost)

    def compound(self, stmt: ast.stmt) -> None:
        start = self.start(stmt)
        plans = self.plans_of(stmt)
        decorators = getattr(stmt, "decorator_list", [])
        top = self.top(stmt)
        for template in self.first.get(stmt, ()):
            self.lines_above(top, template)
        for plan in plans:
            if isinstance(plan, Insert) and plan.where == "before":
                self.insert_above(stmt if top == start else None, top, plan.template)
        dropped = {plan.index for plan in plans if isinstance(plan, DropDecorator)}
        for index, decorator in enumerate(decorators):
            if index in dropped:
                after = self.start(stmt)
                if index + 1 < len(decorators):
                    after = self.decorator_start(decorators[index + 1], self.source.span(decorator)[1])
                self.drop_decorator(decorator, after)
            elif decorator in self.wanted:
                self.rewrite_root(decorator, top)
        region = self.header(stmt, start, plans)
        self.suites(stmt, top, plans)
        if region is not None:
            end = self.body_end(self.end(stmt), region.column)
            self.edits.append(_Edit(end, _AFTER, end, "", region))
        for plan in plans:
            if isinstance(plan, Insert) and plan.where == "after":
                self.insert_lines(self.end(stmt), self.indent(top), plan.template)

    def header(self, stmt: ast.stmt, start: int, plans: Sequence[StmtPlan]) -> _Region | None:
        replacement = next((plan.template for plan in plans if isinstance(plan, StmtReplace)), None)
        for plan in plans:
            if isinstance(plan, Unwrap) and isinstance(stmt, ast.With | ast.AsyncWith):
                if len(plan.items) == len(stmt.items):
                    return self.unwrap(stmt, start)
                replacement = _with_header(stmt, plan.items)
        if replacement is not None:
            end = self.header_end(stmt, start)
            old = self.text[start:end]
            new = self.lines(replacement, self.indent(start))
            if old.startswith("elif") and new.startswith("if"):
                new = f"el{new}"
            self.comment_above(start, _lost_comments(old, new))
            self.edits.append(_Edit(start, _EDIT, end, new))
            return None
        for plan in plans:
            if isinstance(plan, RenameDef):
                match = _DEFINITION.match(self.text, start)
                name = _WORD.match(self.text, match.end()) if match else None
                if name is None:
                    raise ValueError("only a function or class has a name to change")
                self.edits.append(_Edit(name.start(), _EDIT, name.end(), plan.name))
            elif isinstance(plan, RenameParam):
                self.rename_param(stmt, plan)
        for child in _header_parts(stmt):
            if child in self.wanted:
                if isinstance(child, ast.expr):
                    self.rewrite_root(child, start)
                else:
                    self.roots(child, start)
        return None

    def rename_param(self, stmt: ast.stmt, plan: RenameParam) -> None:
        if not isinstance(stmt, ast.FunctionDef | ast.AsyncFunctionDef):
            raise ValueError("only a function has parameters")
        args = stmt.args
        every = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
        for arg in every:
            if arg is not None and arg.arg == plan.old:
                start = self.source.offset(arg.lineno, arg.col_offset)
                name = _WORD.match(self.text, start)
                assert name is not None
                end = self.source.span(arg)[1] if plan.bare else name.end()
                self.edits.append(_Edit(start, _EDIT, end, plan.name))

    def suites(self, stmt: ast.stmt, start: int, plans: Sequence[StmtPlan]) -> None:
        body: list[ast.stmt] = getattr(stmt, "body", [])
        inserted = [plan.template for plan in plans if isinstance(plan, Insert) and plan.where == "body"]
        if inserted:
            (self.after_docstring if _is_docstring(stmt, body[0]) else self.first)[body[0]] = inserted
            self.wanted.add(body[0])
        self.suite(_Suite(stmt, body, start))
        for handler in getattr(stmt, "handlers", []):
            head = self.source.offset(handler.lineno, handler.col_offset)
            if handler in self.wanted:
                if handler.type is not None:
                    self.roots(ast.Expr(handler.type), head)
                self.suite(_Suite(stmt, handler.body, head))
        for case in getattr(stmt, "cases", []):
            if case in self.wanted:
                pattern = self.source.offset(case.pattern.lineno, case.pattern.col_offset)
                head = self.text.rfind("case", 0, pattern)
                for part in (case.pattern, case.guard):
                    if isinstance(part, ast.expr):
                        self.roots(ast.Expr(part), head)
                    elif part is not None:
                        self.roots(part, head)
                self.suite(_Suite(stmt, case.body, head))
        for name in ("orelse", "finalbody"):
            stmts: list[ast.stmt] = getattr(stmt, name, [])
            if stmts:
                # The keyword stands alone on its line, or on that of the only statement after it.
                line = self.source.line_starts[stmts[0].lineno - 1]
                self.suite(_Suite(stmt, stmts, line + _lead(self.text, line)))

    # Lines

    def line_start(self, offset: int) -> int:
        starts = self.source.line_starts
        return starts[bisect_right(starts, offset) - 1]

    def after_line(self, offset: int) -> int:
        """Where the line after this one starts."""
        starts = self.source.line_starts
        number = bisect_right(starts, offset)
        return starts[number] if number < len(starts) else len(self.text)

    def starts_line(self, offset: int) -> bool:
        """Whether only indentation comes before an offset, in its line and in those joined to it."""
        line = self.line_start(offset)
        return not self.text[line:offset].strip(" \t\f") and not self.continues(line)

    def continues(self, line: int) -> bool:
        """Whether the line before this one ends in a backslash that joins the two."""
        if line == 0 or not self.text[max(0, line - 3) : line].rstrip("\r\n").endswith("\\"):
            return False
        before = self.line_start(line - 1)
        last = None
        for last in _TOKEN.finditer(self.text, before, line):  # noqa: B007
            pass
        return last is not None and last.lastgroup == "join"

    def logical_start(self, offset: int) -> int:
        """The start of the line, or of the first of the lines that backslashes join to it."""
        line = self.line_start(offset)
        while self.continues(line):
            line = self.line_start(line - 1)
        return line

    def indent(self, offset: int) -> str:
        line = self.logical_start(offset)
        match = _BLANK.match(self.text, line)
        assert match is not None
        return match.group()

    def lines(self, template: Template, indent: str) -> str:
        """The lines of a statement template, all but the first indented."""
        return self.statement_text(template, self.source.newline, indent)

    def insert_lines(self, end: int, indent: str, template: Template) -> None:
        """Put lines after the line on which a statement ends."""
        self.insert_lines_at(self.after_line(end), indent, template)

    def insert_lines_at(self, place: int, indent: str, template: Template) -> None:
        """Put lines at the start of a line, or at the end of the file."""
        newline = self.source.newline
        text = self.spaced(f"{indent}{self.lines(template, indent)}{newline}", template)
        if place == len(self.text) and not self.text.endswith(("\n", "\r")):
            text = newline + text.removesuffix(newline)
        self.edits.append(_Edit(place, _AFTER, place, text))

    def lines_above(self, head: int, template: Template) -> None:
        """Put lines above the line on which a header or statement starts."""
        line, indent = self.logical_start(head), self.indent(head)
        text = self.spaced(f"{indent}{self.lines(template, indent)}{self.source.newline}", template)
        self.edits.append(_Edit(line, _BEFORE, line, text))

    def spaced(self, lines: str, template: Template) -> str:
        """Inserted lines with the blank lines their template starts and ends with."""
        text, newline = template.text, self.source.newline
        before, after = len(text) - len(text.lstrip("\n")), len(text) - len(text.rstrip("\n"))
        return newline * before + lines + newline * after

    def comment_above(self, head: int, comments: Sequence[str]) -> None:
        """Put comments on lines of their own above a header or statement."""
        if comments:
            line, indent, newline = self.logical_start(head), self.indent(head), self.source.newline
            text = "".join(f"{indent}{comment}{newline}" for comment in comments)
            self.edits.append(_Edit(line, _BEFORE, line, text))

    def insert_above(self, compound: ast.stmt | None, head: int, template: Template) -> None:
        """Put lines above a line. Code cannot stand between a compound statement's suites, comments can."""
        if compound is not None and not _is_comment(template):
            head = self.top(compound)
            while self.text.startswith("elif", head):
                above = self.parent[compound]
                assert isinstance(above, ast.stmt)
                compound, head = above, self.start(above)
        self.lines_above(head, template)

    # Headers

    def header_end(self, stmt: ast.stmt, start: int) -> int:
        """The offset just after the colon of a compound statement's header."""
        depth, begin = 0, start
        for part in _header_parts(stmt):
            for node in ast.walk(part) if not isinstance(part, ast.expr) else (part,):
                if isinstance(node, ast.expr | ast.arg | ast.keyword):
                    begin = max(begin, self.source.span(node)[1])
        inside = begin > start
        for token in _TOKEN.finditer(self.text, begin):
            kind = token.lastgroup
            if kind == "open":
                depth += 1
            elif kind == "close":
                depth -= 1
            elif kind == "colon" and (inside or depth == 0):
                return token.end()
        raise ValueError("no end of header")

    def top(self, stmt: ast.stmt) -> int:
        """Where a statement starts, its decorators included."""
        decorators: list[ast.expr] = getattr(stmt, "decorator_list", [])
        return self.decorator_start(decorators[0], 0) if decorators else self.start(stmt)

    def decorator_start(self, decorator: ast.expr, after: int) -> int:
        return self.text.rindex("@", after, self.source.span(decorator)[0])

    def drop_decorator(self, decorator: ast.expr, after: int) -> None:
        begin = self.decorator_start(decorator, 0)
        line = self.logical_start(begin)
        end = min(_logical_end(self.text, begin), after)
        stop = self.after_line(end)
        indent, newline = self.indent(begin), self.source.newline
        kept = "".join(f"{indent}{comment}{newline}" for comment in _comments(self.text[begin:stop]))
        self.edits.append(_Edit(line, _EDIT, stop, kept))

    def unwrap(self, stmt: ast.With | ast.AsyncWith, start: int) -> _Region | None:
        """Delete the header; give back the lines of the body, to be dedented."""
        first = self.top(stmt.body[0])
        if not self.starts_line(first):
            self.comment_above(start, _comments(self.text[start:first]))
            self.edits.append(_Edit(start, _EDIT, first, ""))
            return None
        line = self.logical_start(start)
        stop = self.after_line(self.header_end(stmt, start))
        indent, newline = self.indent(start), self.source.newline
        kept = "".join(f"{indent}{comment}{newline}" for comment in _comments(self.text[start:stop]))
        self.edits.append(_Edit(line, _EDIT, stop, kept))
        region = _Region(len(indent), width=len(self.indent(first)) - len(indent))
        self.regions.append(region)
        self.edits.append(_Edit(stop, _AFTER, stop, "", region))
        return region

    def body_end(self, end: int, column: int) -> int:
        """The end of a body; comments after it that are indented deeper than its header belong to it."""
        line = stop = self.after_line(end)
        while line < len(self.text):
            lead = _lead(self.text, line)
            if self.text.startswith("#", line + lead) and lead > column:
                stop = self.after_line(line)
            elif self.text[line : self.after_line(line)].strip():
                break
            line = self.after_line(line)
        return stop

    # Expressions

    def root_edits(self, root: ast.expr) -> list[tuple[_Edit, list[str]]]:
        """The edits of a root expression, each with the comments it would lose."""
        if isinstance(root, ast.Starred):
            root = root.value
        try:
            found = [self.root_edit(root, Level.TEST)]
        except RecursionError:
            # A sum of hundreds of terms nests too deeply for libcst: its planned parts go one by one.
            found = [self.root_edit(node, slot) for node, slot in self.planned_parts(root)]
        return [(edit, lost) for edit, lost in found if edit is not None]

    def planned_parts(self, root: ast.expr) -> Iterator[tuple[ast.expr, Level]]:
        """The outermost planned expressions below a root."""
        todo = [(root, Level.TEST)]
        while todo:
            node, slot = todo.pop()
            if node in self.plans.exprs or isinstance(node, ast.JoinedStr):
                yield node, slot
            else:
                todo += [(child, slot) for child, slot in slot_levels(node) if child in self.wanted]

    def root_edit(self, root: ast.expr, slot: Level) -> tuple[_Edit | None, list[str]]:
        start, end = self.source.span(root)
        old = self.text[start:end]
        new = self.module.code_for_node(self.rewritten(root, parse_expression(old), slot))
        if new == old:
            return None, []
        if not _fits_line(new) and _fits_line(old) and not self.in_brackets(start, end):
            new = f"({new})"
        if _is_word(self.text[start - 1 : start]) and _is_word(new[:1], quote=True):
            new = f" {new}"
        if _is_word(self.text[end : end + 1]) and _is_word(new[-1:]):
            new = f"{new} "
        return _Edit(start, _EDIT, end, new), _lost_comments(old, new)

    def in_brackets(self, start: int, end: int) -> bool:
        """Whether an expression has parentheses of its own around it."""
        return (
            self.text[max(0, start - 200) : start].rstrip()[-1:] == "("
            and self.text[end : end + 200].lstrip()[:1] == ")"
        )

    def rewritten(self, root: ast.expr, twin: cst.BaseExpression, slot: Level = Level.TEST) -> cst.BaseExpression:
        if root not in self.wanted:
            return twin
        return rewrite(twin, pair(root, twin, self.wanted, slot), self.plans.exprs, self.elsewhere)

    def elsewhere(self, node: ast.expr) -> Rendered:
        """An expression that is not below the root being rewritten."""
        if node in self.active:
            raise ValueError("an expression cannot be replaced by one that contains it")
        self.active.add(node)
        try:
            return self.rendered(node)
        finally:
            self.active.discard(node)

    def rendered(self, node: ast.expr) -> Rendered:
        text = self.expression_text(node)
        if isinstance(node, ast.Starred):
            call = ast.Call(ast.Name("f"), [node], [])
            call_twin = self.wrapped(call, f"f({text})")
            assert isinstance(call_twin, cst.Call)
            return as_rendered(call_twin.args[0])
        if isinstance(node, ast.Slice | ast.Tuple):
            subscript = ast.Subscript(ast.Name("x"), node)
            twin = self.wrapped(subscript, f"x[{text}]")
            assert isinstance(twin, cst.Subscript)
            bare = isinstance(node, ast.Tuple) and not text.startswith("(")
            return index_parts(twin.slice) if bare else as_rendered(_only(twin.slice[0]))
        return as_rendered(self.rewritten(node, parse_expression(text)))

    def wrapped(self, node: ast.expr, text: str) -> cst.BaseExpression:
        twin = parse_expression(text)
        pairs = pair(node, twin, self.wanted | {node})
        return rewrite(twin, pairs, self.plans.exprs, self.elsewhere)

    def expression_text(self, node: ast.expr) -> str:
        above: ast.AST | None = node
        if not hasattr(node, "lineno"):
            return ast.unparse(node)
        if sys.version_info < (3, 12):
            # Positions inside f-strings are not to be trusted there.
            while isinstance(above, ast.expr):
                above = self.parent.get(above)
                if isinstance(above, ast.JoinedStr):
                    return ast.unparse(node)
        return self.source.segment(node)

    # Templates of statements

    def statement_text(self, template: Template, newline: str, indent: str) -> str:
        code, slots = compile_statement(template.text)
        code = _NEWLINE.sub(newline + indent, code).replace(f"{newline}{indent}{newline}", newline + newline)

        def value_text(match: re.Match[str]) -> str:
            hole, slot = slots[match.group()]
            return self.value_text(template.values[hole.name], hole, slot)

        return _HOLE_NAME.sub(value_text, code) if slots else code

    def value_text(self, value: Value, hole: Hole, slot: Level) -> str:
        rendered = render_value(value, self.elsewhere)
        if hole.splice or (rendered.many and (hole.index or slot is Level.LOOSE)):
            texts = [self.part_text(part) for part in rendered.parts]
            comma = "," if len(texts) == 1 and not hole.splice else ""
            return (", ".join(texts) or "()" * (not hole.splice)) + comma
        if hole.index:
            return self.part_text(rendered.parts[0])
        node = single(rendered)
        if slot is Level.LOOSE and not isinstance(node, cst.Tuple):
            slot = Level.TEST
        return self.line_text(fit(node, slot))

    def part_text(self, part: Part) -> str:
        if not isinstance(part.value, cst.BaseExpression):
            return self.module.code_for_node(part.value)
        text = self.line_text(fit(part.value, Level.BIT_OR if part.star else Level.TEST))
        return f"*{text}" if part.star else text

    def line_text(self, node: cst.BaseExpression) -> str:
        text = self.module.code_for_node(node)
        return text if _fits_line(text) else self.module.code_for_node(parenthesized(node))

    # Putting it together

    def join(self) -> str:
        self.edits.sort(key=lambda edit: (edit.start, edit.rank))
        pieces: list[str] = []
        length = position = 0
        seen: set[_Region] = set()
        for edit in self.edits:
            if edit.start < position:
                raise ValueError(f"overlapping edits at offset {edit.start}")
            kept = self.text[position : edit.start]
            pieces += (kept, edit.text)
            length += len(kept)
            if edit.region is not None:
                if edit.region in seen:
                    edit.region.end = length
                else:
                    edit.region.start = length
                    seen.add(edit.region)
            length += len(edit.text)
            position = edit.end
        pieces.append(self.text[position:])
        return "".join(pieces)

    def reindent(self, text: str) -> str:
        """Move the bodies of deleted and of new headers to their depth, but not what is inside strings."""
        begin = min(region.start for region in self.regions)
        stop = max(region.end for region in self.regions)
        strings = [token.span() for token in _TOKEN.finditer(text, begin, stop) if token.lastgroup == "string"]
        string_starts = [start for start, _ in strings]
        pieces: list[str] = [text[:begin]]
        line = begin
        while line < stop:
            newline = _NEWLINE.search(text, line)
            after = newline.end() if newline else len(text)
            number = bisect_right(string_starts, line) - 1
            in_string = number >= 0 and strings[number][0] < line < strings[number][1]
            regions = [region for region in self.regions if region.start <= line < region.end]
            if regions and not in_string:
                column = min(region.column for region in regions)
                lead = _lead(text, line)
                if text[line + lead : line + lead + 1] not in {"", "\n", "\r"}:
                    pieces += (region.shift for region in regions)
                keep = max(min(column, lead), lead - sum(region.width for region in regions))
                # The outer indentation stays, tabs or blanks as they are.
                kept_head = min(column, keep)
                pieces += (text[line : line + kept_head], text[line + lead - (keep - kept_head) : after])
            else:
                pieces.append(text[line:after])
            line = after
        pieces.append(text[line:])
        return "".join(pieces)


@lru_cache(maxsize=1024)
def compile_statement(text: str) -> tuple[str, dict[str, tuple[Hole, Level]]]:
    """A statement template with an identifier for every placeholder, and what each place asks for.

    The template may be a header (`for …:`), code, or comments; placeholders may stand for any text there.
    """
    code, holes = split_holes(text)
    code = code.strip("\n")
    # A placeholder that is no expression of its own (in a comment, after `def`) is plain text.
    slots = {name: (hole, Level.LOOSE) for name, hole in holes.items()}
    if not holes or _is_comment_text(code):
        return code, slots
    tree = _parse_statement(code)
    if tree is None:
        return code, {name: (hole, Level.ATOM) for name, hole in holes.items()}
    for node in ast.walk(tree):
        for child, slot in slot_levels(node):
            if isinstance(child, ast.Name) and child.id in holes:
                hole = holes[child.id]
                loose = isinstance(node, ast.Assign | ast.Return | ast.For | ast.AsyncFor)
                index = isinstance(node, ast.Subscript) and child is node.slice
                slots[child.id] = (
                    Hole(hole.name, hole.splice, item=index, index=index),
                    Level.LOOSE if loose else slot,
                )
    return code, slots


def _parse_statement(code: str) -> ast.Module | None:
    for before, after in (
        ("", ""),
        ("", " pass"),
        ("if 1: pass\n", " pass"),
        ("try: pass\n", " pass"),
        ("match 1:\n ", " pass"),
    ):
        try:
            return ast.parse(f"{before}{code}{after}")
        except SyntaxError:
            continue
    return None


def _is_comment(template: Template) -> bool:
    """Whether a template has no code."""
    return _is_comment_text(template.text)


def _is_comment_text(text: str) -> bool:
    return all(not line or line.startswith("#") for line in map(str.strip, text.split("\n")))


def _needs_lines(template: Template) -> bool:
    """Whether a template cannot share a line with other statements."""
    return "\n" in template.text.strip("\n") or _COMPOUND.match(template.text) is not None


def _with_header(stmt: ast.With | ast.AsyncWith, dropped: frozenset[int]) -> Template:
    """The header of a `with` without some of its items."""
    values: dict[str, Value] = {}
    texts: list[str] = []
    for index, item in enumerate(stmt.items):
        if index not in dropped:
            values[f"item{index}"] = item.context_expr
            text = f"{{item{index}}}"
            if item.optional_vars is not None:
                values[f"name{index}"] = item.optional_vars
                text += f" as {{name{index}}}"
            texts.append(text)
    prefix = "async with" if isinstance(stmt, ast.AsyncWith) else "with"
    return Template(f"{prefix} {', '.join(texts)}:", values)


def _used(value: Value) -> Iterator[ast.expr]:
    """The ast expressions a value is made of."""
    if isinstance(value, ast.expr):
        yield value
    elif isinstance(value, Template):
        for inner in value.values.values():
            yield from _used(inner)
    elif isinstance(value, Items):
        for item in value.values:
            yield from _used(item)


def _parents(tree: ast.AST) -> dict[ast.AST, ast.AST]:
    parents: dict[ast.AST, ast.AST] = {}
    stack = [tree]
    while stack:
        node = stack.pop()
        for name in node._fields:
            if name in _NO_CHILDREN:
                continue
            value = getattr(node, name, None)
            if isinstance(value, list):
                for item in value:
                    if isinstance(item, ast.AST):
                        parents[item] = node
                        stack.append(item)
            elif isinstance(value, ast.AST):
                parents[value] = node
                if not isinstance(value, ast.Name | ast.Constant):
                    stack.append(value)
    return parents


def _roots(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions of a node that are not part of another expression."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child
        elif not isinstance(child, ast.stmt):
            yield from _roots(child)


def _header_parts(stmt: ast.stmt) -> Iterator[ast.AST]:
    for name in stmt._fields:
        if name not in _NOT_HEADER:
            value = getattr(stmt, name)
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, ast.AST):
                    yield item


def _is_compound(stmt: ast.stmt) -> bool:
    return hasattr(stmt, "body") or isinstance(stmt, ast.Match)


def _is_docstring(owner: ast.stmt, stmt: ast.stmt) -> bool:
    return (
        isinstance(owner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and isinstance(stmt, ast.Expr)
        and isinstance(stmt.value, ast.Constant)
        and isinstance(stmt.value.value, str)
    )


def _comments(text: str) -> list[str]:
    if "#" not in text:
        return []
    return [token.group() for token in _TOKEN.finditer(text) if token.lastgroup == "comment"]


def _lost_comments(old: str, new: str) -> list[str]:
    """The comments of the old text that the new one lacks, in their order."""
    if "#" not in old:
        return []
    present = Counter(_comments(new))
    lost: list[str] = []
    for comment in _comments(old):
        if present[comment]:
            present[comment] -= 1
        else:
            lost.append(comment)
    return lost


def _logical_end(text: str, start: int) -> int:
    """Where the newline is that ends the logical line which starts at an offset."""
    depth = 0
    for token in _TOKEN.finditer(text, start):
        kind = token.lastgroup
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth -= 1
        elif kind == "newline" and depth <= 0:
            return token.start()
    return len(text)


def _before_space(text: str, offset: int) -> int:
    """Where the blanks and joined lines before an offset begin."""
    while text[offset - 1] in " \t":
        offset -= 1
    for join in ("\\\r\n", "\\\n", "\\\r"):
        if text.endswith(join, 0, offset):
            return _before_space(text, offset - len(join))
    return offset


def _fits_line(text: str) -> bool:
    """Whether the text of an expression needs no brackets around it to go over its lines."""
    return ("\n" not in text and "\r" not in text) or _logical_end(text, 0) == len(text)


def _lead(text: str, line: int) -> int:
    match = _BLANK.match(text, line)
    assert match is not None
    return match.end() - line


def _is_word(char: str, quote: bool = False) -> bool:
    return char.isalnum() or char == "_" or (quote and char in {"'", '"'})


def _only(element: cst.SubscriptElement) -> cst.BaseExpression | cst.BaseSlice:
    part = element.slice
    return part.value if isinstance(part, cst.Index) and part.star is None else part
