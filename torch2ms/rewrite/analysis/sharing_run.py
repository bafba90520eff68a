"""Follows the statements of each function and tells which holders miss a change in place.

A change that MindSpore writes as `x = x + y` reaches one name. Every other place that holds the tensor is marked with
the change, and a later read of a marked place is what `SharedTensors.missed` tells of. Branches are followed apart and
joined, loops twice; functions of the file are followed when one that calls them needs to know what they do.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from torch2ms.rewrite.analysis.parents import Parents
from torch2ms.rewrite.analysis.sharing import Change, Function, Meaning, Missed, Relation, Sharing, Summary, Way
from torch2ms.rewrite.analysis.sharing_places import Whole, place_of
from torch2ms.rewrite.analysis.sharing_values import Expressions

_Def: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


class SharedTensors:
    """The changes in place of a file, and what misses them.

    `functions` are those of the file, `parents` what its nodes are part of; `meaning` tells what its calls do.
    """

    def __init__(self, tree: ast.Module, functions: Iterable[_Def], parents: Parents, meaning: Meaning) -> None:
        self._tree = tree
        self._functions = list(functions)
        self.meaning = meaning
        self._missed: dict[ast.AST, dict[Missed, None]] = {}
        self._changes: dict[ast.AST, Change] = {}
        self._summaries: dict[_Def, Summary] = {}
        self._called: set[_Def] = set()
        self.loaded = {node.attr for node in parents.attributes() if isinstance(node.ctx, ast.Load)}
        self._given: dict[tuple[ast.ClassDef, str], str] = {}
        self._attribute_changes: list[tuple[ast.ClassDef, str, Change, Relation]] = []
        owners = ((function, parents.of(function)) for function in self._functions)
        self._class_of = {function: owner for function, owner in owners if isinstance(owner, ast.ClassDef)}
        self._is_run = False

    def _run(self) -> None:
        if self._is_run:
            return
        self._is_run = True
        for function in self._functions:
            self.summary(function)
        _Run(self, self._tree, None, Summary()).follow()
        for cls, attribute, change, relation in self._attribute_changes:
            giver = self._given.get((cls, attribute))
            if giver is not None:
                self.miss(Missed(change, f"who was given self.{attribute} by {giver}", relation))

    def change(self, node: ast.AST) -> Change | None:
        """The change in place that a call or statement makes, if it makes one."""
        self._run()
        return self._changes.get(node)

    def changes(self) -> Mapping[ast.AST, Change]:
        """All changes of the file."""
        self._run()
        return self._changes

    def missed(self, node: ast.AST) -> Sequence[Missed]:
        """The holders that miss a change, and are read after it."""
        self._run()
        return tuple(self._missed.get(node, ()))

    def has_callers(self, function: Function) -> bool:
        """Whether a call in the file is known to call a function."""
        self._run()
        return function in self._called

    def class_of(self, function: Function) -> ast.ClassDef | None:
        """The class a method is in."""
        return None if isinstance(function, ast.Module) else self._class_of.get(function)

    # What the runs of single functions report and ask.

    def summary(self, function: _Def) -> Summary:
        """What a function does to what its caller holds; nothing where it calls itself."""
        found = self._summaries.get(function)
        if found is None:
            found = self._summaries[function] = Summary()
            _Run(self, function, self._class_of.get(function), found).follow()
        return found

    def called(self, function: _Def) -> Summary:
        """The summary of a function that a call is known to call."""
        self._called.add(function)
        return self.summary(function)

    def changed(self, change: Change) -> None:
        """A change was found."""
        self._changes[change.node] = change

    def miss(self, missed: Missed) -> None:
        """A holder that has missed a change is read."""
        self._missed.setdefault(missed.change.node, {})[missed] = None

    def gives(self, cls: ast.ClassDef, attribute: str, giver: str) -> None:
        """A method passes on what an attribute holds."""
        self._given.setdefault((cls, attribute), giver)

    def changes_attribute(self, cls: ast.ClassDef, attribute: str, change: Change, relation: Relation) -> None:
        """A method changes what an attribute holds."""
        self._attribute_changes.append((cls, attribute, change, relation))


class _Run(Expressions):
    """The run over one function, or over the statements of the file outside of functions."""

    def __init__(self, whole: Whole, function: Function, cls: ast.ClassDef | None, summary: Summary) -> None:
        super().__init__(whole, function, cls, summary)
        self._breaks: list[list[Sharing]] = []
        self._continues: list[list[Sharing]] = []
        self._exits: list[Sharing] = []
        self._statements: dict[type[ast.stmt], Callable[..., None]] = {
            ast.Assign: self._assign,
            ast.AnnAssign: self._annotated,
            ast.AugAssign: self._augmented,
            ast.Return: self._return,
            ast.Expr: self._expression,
            ast.If: self._if,
            ast.For: self._for,
            ast.AsyncFor: self._for,
            ast.While: self._while,
            ast.With: self._with,
            ast.AsyncWith: self._with,
            ast.Try: self._try,
            ast.TryStar: self._try,
            ast.Match: self._match,
            ast.FunctionDef: self._definition,
            ast.AsyncFunctionDef: self._definition,
            ast.ClassDef: self._class,
            ast.Delete: self._delete,
            ast.Break: self._break,
            ast.Continue: self._continue,
            ast.Raise: self._raise,
        }

    def follow(self) -> None:
        """Run it, and report what was found."""
        self.block(self.function.body)
        self._exits.append(self.state)
        self.state = self._exits[0].join(self._exits[1:])
        self._leave()

    # ------------------------------------------------------------------ statements

    def block(self, body: Sequence[ast.stmt]) -> None:
        """The statements of a block in order."""
        for stmt in body:
            if self.state.dead:
                return
            self.stmt = stmt
            run = self._statements.get(type(stmt))
            if run is not None:
                run(stmt)
            else:
                self._look_into(stmt)

    def _assign(self, stmt: ast.Assign) -> None:
        given, first = stmt.value, stmt.targets[0]
        if isinstance(given, ast.Tuple) and isinstance(first, ast.Tuple) and len(given.elts) == len(first.elts):
            values = [self.value(item) for item in given.elts]
            for target, value in zip(first.elts, values, strict=True):
                self.bind(target, value, None)
            return
        value = self.value(given)
        for target in stmt.targets:
            self.bind(target, value, given)

    def _annotated(self, stmt: ast.AnnAssign) -> None:
        if stmt.value is not None:
            self.bind(stmt.target, self.value(stmt.value), stmt.value)

    def _augmented(self, stmt: ast.AugAssign) -> None:
        target = stmt.target
        added = self.value(stmt.value)
        if isinstance(target, ast.Subscript) and self._is_torch(target.value):
            self.value(target.slice)
            self._change(stmt, target.value, Way.WRITES)
        elif self._is_torch(target):
            written = self.meaning.is_written(target)
            self._change(stmt, target, Way.WRITES if written else Way.BINDS)
        elif self.meaning.is_array(target):
            self._change(stmt, target, Way.WRITES)
        elif not self.meaning.holds_none(target):
            for held in self._held_by(target):
                self._put(held, added)

    def _return(self, stmt: ast.Return) -> None:
        if isinstance(stmt.value, ast.Tuple):
            for number, item in enumerate(stmt.value.elts):
                self._give(self.value(item), number)
        elif stmt.value is not None:
            self._give(self.value(stmt.value), None)
        self._exits.append(self.state.copy())
        self.state.dead = True

    def _expression(self, stmt: ast.Expr) -> None:
        values = self.value(stmt.value)
        if isinstance(stmt.value, (ast.Yield, ast.YieldFrom)):
            self._give(values, -1)

    def _branches(self, branches: Iterable[Callable[[], None]]) -> None:
        before = self.state
        after: list[Sharing] = []
        for branch in branches:
            self.state = before.copy()
            branch()
            after.append(self.state)
        self.state = after[0].join(after[1:])

    def _if(self, stmt: ast.If) -> None:
        """An `if` and its `elif`s, which are no deeper for being many."""
        after: list[Sharing] = []
        rest: Sequence[ast.stmt] = [stmt]
        while len(rest) == 1 and isinstance(rest[0], ast.If):
            self.stmt = branch = rest[0]
            self.value(branch.test)
            before = self.state.copy()
            self.block(branch.body)
            after.append(self.state)
            self.state, rest = before, branch.orelse
        self.block(rest)
        after.append(self.state)
        self.state = after[0].join(after[1:])

    def _loop(self, stmt: ast.For | ast.AsyncFor | ast.While, head: Callable[[], None]) -> None:
        breaks: list[Sharing] = []
        for _ in range(2):
            before = self.state.copy()
            head()
            continues: list[Sharing] = []
            self._breaks.append(breaks)
            self._continues.append(continues)
            self.block(stmt.body)
            self._breaks.pop()
            self._continues.pop()
            self.state = before.join([self.state, *continues])
        self.block(stmt.orelse)
        self.state = self.state.join(breaks)

    def _for(self, stmt: ast.For | ast.AsyncFor) -> None:
        bind = self._bind_items(stmt.target, stmt.iter)
        self._loop(stmt, bind)

    def _while(self, stmt: ast.While) -> None:
        def test() -> None:
            self.value(stmt.test)

        self._loop(stmt, test)

    def _with(self, stmt: ast.With | ast.AsyncWith) -> None:
        for item in stmt.items:
            value = self.value(item.context_expr)
            if item.optional_vars is not None:
                self.bind(item.optional_vars, value, None)
        self.block(stmt.body)

    def _try(self, stmt: ast.Try | ast.TryStar) -> None:
        before = self.state.copy()
        self.block(stmt.body)
        middle = before.join([self.state]).copy()
        self.block(stmt.orelse)
        after = [self.state]
        for handler in stmt.handlers:
            self.state = middle.copy()
            self.block(handler.body)
            after.append(self.state)
        self.state = after[0].join(after[1:])
        if self.state.dead and stmt.finalbody:
            self.state = middle
            self.block(stmt.finalbody)
            self.state.dead = True
        else:
            self.block(stmt.finalbody)

    def _match(self, stmt: ast.Match) -> None:
        self.value(stmt.subject)
        cases = [self._case(case) for case in stmt.cases]
        self._branches((*cases, lambda: None))

    def _case(self, case: ast.match_case) -> Callable[[], None]:
        def run() -> None:
            if case.guard is not None:
                self.value(case.guard)
            self.block(case.body)

        return run

    def _definition(self, stmt: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for expr in (*stmt.decorator_list, *stmt.args.defaults, *(d for d in stmt.args.kw_defaults if d is not None)):
            self.value(expr)
        if not isinstance(self.function, ast.Module):
            self._read_free(stmt)

    def _class(self, stmt: ast.ClassDef) -> None:
        for base in stmt.bases:
            self.value(base)

    def _delete(self, stmt: ast.Delete) -> None:
        for target in stmt.targets:
            place = place_of(target)
            if place is not None:
                self.state.places.pop(place, None)
                self.state.marks.pop(place, None)

    def _break(self, stmt: ast.Break) -> None:
        if self._breaks:
            self._breaks[-1].append(self.state.copy())
        self.state.dead = True

    def _continue(self, stmt: ast.Continue) -> None:
        if self._continues:
            self._continues[-1].append(self.state.copy())
        self.state.dead = True

    def _raise(self, stmt: ast.Raise) -> None:
        self._look_into(stmt)
        self.state.dead = True

    def _leave(self) -> None:
        """What holds at the end: attributes that missed a change stay so."""
        if self.state.dead:
            return
        for key, marks in self.state.marks.items():
            name = key[1] if isinstance(key, tuple) else key
            if not isinstance(name, str):
                continue
            own = self._own_attribute(name)
            if own and own in self.whole.loaded:
                for mark in marks:
                    self._miss(mark, name)
        for place, values in self.state.places.items():
            own = self._own_attribute(place)
            if own:
                for held in values:
                    if isinstance(held.origin, str) and held.origin in self.params:
                        self.summary.stores.add((own, held.origin))
