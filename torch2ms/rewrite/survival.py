"""Whether an expression of the source is still there when the plans are carried out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from torch2ms.rewrite.plan import (
    Around,
    CallEdit,
    DropDecorator,
    ExprPlan,
    Insert,
    Items,
    KeepBranch,
    Plans,
    RenameParam,
    StmtDelete,
    StmtReplace,
    Template,
    Unwrap,
    Value,
    Wrap,
    expressions_in,
)
from torch2ms.source.parents import Parents

_WORD = re.compile(r"(?<![\w.])\w++(?!=[^=])")  # not an attribute, nor the name of a keyword
_NO_NAMES = re.compile(
    r"(?<!\{)\{\*?\w+(?:\[-?\d+\])?\}(?!\})"  # a hole
    r"|^[ \t]*from [\w.]+ import "
    r"|(?<=\()(?:\"[^\"\n]*\"|'[^'\n]*')",  # a string that a call is given: an annotation may hold names
    re.MULTILINE,
)


def survives(plans: Plans, parents: Parents, node: ast.AST, stmt: ast.stmt) -> bool:
    """Whether an expression of a statement is still there after the plans: no plan of it or above it drops it."""
    return not (isinstance(node, ast.expr) and _is_dropped_by(plans, node, node, frozenset())) and has_place(
        plans, parents, node, stmt
    )


def has_place(plans: Plans, parents: Parents, node: ast.AST, stmt: ast.stmt) -> bool:
    """Whether an expression of a statement, or what takes its place, is there after the plans: none above drops it."""
    above = frozenset(parents.upwards(node))
    for plan in plans.stmts.get(stmt, ()):
        goes = isinstance(plan, StmtReplace) and not _in_values(above, plan.template)
        if (goes or isinstance(plan, StmtDelete)) and above.isdisjoint(plans.inserted):
            return False
    child: ast.AST = node
    while True:
        if child is not node and isinstance(child, ast.expr) and _is_dropped_by(plans, child, node, above):
            return False
        if isinstance(child, ast.expr) and child in plans.inserted:
            return True  # it is written elsewhere, whatever becomes of what it was part of
        if isinstance(child, ast.arg) and _is_bared(plans, child, stmt):
            return False
        parent = parents.of(child)
        if parent is None or parent is stmt:
            return not _in_dropped_part(plans, child, stmt)
        child = parent


def unwritten(plans: Plans, parents: Parents, names: Iterable[str]) -> set[str]:
    """Those of some names that no plan puts into the output."""
    left = set(names)
    for text, expr in texts_of(plans):
        if not left:
            break
        found = left.intersection(_WORD.findall(_NO_NAMES.sub(" ", text)))
        if found and (expr is None or has_place(plans, parents, expr, parents.stmt(expr))):
            left -= found
    return left


def texts_of(plans: Plans) -> Iterator[tuple[str, ast.expr | None]]:
    """The text of each plan, with the expression it is for."""
    for expr, plan in plans.exprs.items():
        for text in texts(plan):
            yield text, expr
    for stmt_plans in plans.stmts.values():
        for stmt_plan in stmt_plans:
            parts: tuple[Template | None, ...] = ()
            if isinstance(stmt_plan, StmtReplace | Insert):
                parts = (stmt_plan.template,)
            elif isinstance(stmt_plan, Wrap):
                parts = (stmt_plan.header, stmt_plan.end, stmt_plan.after)
            for part in parts:
                for text in texts(part):
                    yield text, None


def texts(plan: ExprPlan | Value | None) -> Iterator[str]:
    """The text in a plan, and in the templates it is made of."""
    if isinstance(plan, str):
        yield plan
    elif isinstance(plan, Template):
        yield plan.text
        for value in plan.values.values():
            yield from texts(value)
    elif isinstance(plan, Items):
        for value in plan.values:
            yield from texts(value)
    elif isinstance(plan, Around):
        yield plan.text
        yield from texts(plan.plan)
    elif isinstance(plan, CallEdit):
        yield plan.method
        yield from texts(plan.func)
        for arg in plan.args or ():
            yield from texts(arg.value)


def _is_dropped_by(plans: Plans, holder: ast.expr, node: ast.AST, above: frozenset[ast.AST]) -> bool:
    """Whether the plan of an expression leaves out a node in it, or the expression itself."""
    plan = plans.exprs.get(holder)
    if isinstance(plan, Around):
        plan = plan.plan
    if isinstance(plan, Template):
        return holder is node or not _in_values(above, plan)
    if isinstance(plan, CallEdit) and isinstance(holder, ast.Call) and holder is not node:
        return not _in_call(above, holder, plan)
    return False


def _is_bared(plans: Plans, arg: ast.arg, stmt: ast.stmt) -> bool:
    """Whether a parameter loses its annotation."""
    return any(
        isinstance(plan, RenameParam) and plan.bare and plan.old == arg.arg for plan in plans.stmts.get(stmt, ())
    )


def _in_dropped_part(plans: Plans, child: ast.AST, stmt: ast.stmt) -> bool:
    """Whether a child of a statement is a decorator, an item of a `with` or a condition that goes."""
    for plan in plans.stmts.get(stmt, ()):
        if isinstance(plan, KeepBranch) and isinstance(stmt, ast.If) and child is stmt.test:
            return True
        if isinstance(plan, DropDecorator) and isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            if stmt.decorator_list[plan.index] is child:
                return True
        if isinstance(plan, Unwrap) and isinstance(stmt, (ast.With, ast.AsyncWith)):
            if any(stmt.items[i] is child for i in plan.items):
                return True
    return False


def _in_values(above: frozenset[ast.AST], template: Template) -> bool:
    return any(value in above for value in expressions_in(template))


def _in_call(above: frozenset[ast.AST], call: ast.Call, edit: CallEdit) -> bool:
    if isinstance(edit.func, Template) and _in_values(above, edit.func):
        return True
    if call.func in above:
        return edit.func is None or any(
            v in above for a in edit.args or () if a.value is not None for v in expressions_in(a.value)
        )
    if edit.args is None:
        return True
    for arg in edit.args:
        if arg.value is not None:
            if any(v in above for v in expressions_in(arg.value)):
                return True
        elif arg.source is not None:
            source = arg.source.value if isinstance(arg.source, ast.keyword) else arg.source
            if source in above:
                return True
    return False
