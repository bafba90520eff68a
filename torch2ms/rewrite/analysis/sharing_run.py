"""Follows the statements of each function and tells which holders miss a change in place.

A change that MindSpore writes as `x = x + y` reaches one name. Every other place that holds the tensor is marked with
the change, and a later read of a marked place is what `SharedTensors.missed` tells of. Branches are followed apart and
joined, loops twice; functions of the file are followed when one that calls them needs to know what they do.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import cached_property

from torch2ms.rewrite.analysis.sharing import (
    NOTHING,
    Change,
    Def,
    Function,
    Held,
    Inside,
    Meaning,
    Missed,
    Of,
    Place,
    Relation,
    Sharing,
    Slot,
    Summary,
    Values,
    Way,
)
from torch2ms.rewrite.analysis.sharing_places import Whole, place_of
from torch2ms.rewrite.analysis.sharing_values import Expressions
from torch2ms.source.parents import Parents


class SharedTensors:
    """The changes in place of a file, and what misses them.

    `functions` are those of the file, `parents` what its nodes are part of; `meaning` tells what its calls do.
    """

    def __init__(self, tree: ast.Module, functions: Iterable[Def], parents: Parents, meaning: Meaning) -> None:
        self._tree = tree
        self._parents = parents
        self._functions = list(functions)
        self.meaning = meaning
        self._missed: dict[ast.AST, dict[Missed, None]] = {}
        self._changes: dict[ast.AST, Change] = {}
        self._summaries: dict[Def | ast.Lambda, Summary] = {}
        self._called: set[Function] = set()
        self.read_outside: set[str] = set()
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
        wanted = self._wanted()
        for function in self._functions:
            if function in wanted:
                self.summary(function)
        if self._tree in wanted:
            _Run(self, self._tree, None, Summary()).follow()
        for cls, attribute, change, relation in self._attribute_changes:
            giver = self._given.get((cls, attribute))
            if giver is not None:
                self.miss(Missed(change, f"who was given self.{attribute} by {giver}", relation))

    def _wanted(self) -> set[Function]:
        """The functions that change something, those that call them, and the other methods of their classes."""
        found, callers = self.meaning.places_of_changes()
        if self._tree in found:
            return {self._tree, *self._functions}
        todo = list(found)
        while todo:
            new = callers.get(todo.pop(), set()) - found
            found |= new
            todo.extend(new)
        classes = {self.class_of(function) for function in found} - {None}
        return found.union(function for function in self._functions if self._class_of.get(function) in classes)

    def change(self, node: ast.AST) -> Change | None:
        """The change in place that a call or statement makes, if it makes one."""
        self._run()
        return self._changes.get(node)

    def changes(self) -> Mapping[ast.AST, Change]:
        """All changes of the file."""
        self._run()
        return self._changes

    def changes_at(self, function: Function, place: str) -> Sequence[Change]:
        """The changes that a function makes to what one of its names or attributes holds."""
        return self._by_place.get((function, place), ())

    @cached_property
    def _by_place(self) -> Mapping[tuple[Function, str], Sequence[Change]]:
        found: dict[tuple[Function, str], list[Change]] = {}
        for change in self.changes().values():
            if change.place is not None:
                found.setdefault((change.function, change.place), []).append(change)
        return found

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
        return self._class_of.get(function) if isinstance(function, Def) else None

    # What the runs of single functions report and ask.

    def summary(self, function: Def | ast.Lambda) -> Summary:
        """What a function does to what its caller holds; nothing where it calls itself."""
        found = self._summaries.get(function)
        if found is None:
            found = self._summaries[function] = Summary()
            _Run(self, function, self.class_of(function), found).follow()
        return found

    def called(self, function: Def | ast.Lambda) -> Summary:
        """The summary of a function that a call is known to call."""
        self._called.add(function)
        return self.summary(function)

    def statement(self, function: ast.Lambda) -> ast.stmt:
        """The statement a lambda is part of."""
        return self._parents.stmt(function)

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


# So many loops, one in the other, are each run a second time: what one turn leaves is found by the next.
_RUN_TWICE = 3


class _Run(Expressions):
    """The run over one function, or over the statements of the file outside of functions."""

    def __init__(self, whole: Whole, function: Function, cls: ast.ClassDef | None, summary: Summary) -> None:
        super().__init__(whole, function, cls, summary)
        self._breaks: list[list[Sharing]] = []
        self._continues: list[list[Sharing]] = []
        self._exits: list[Sharing] = []
        self._raises: list[list[Sharing]] = []
        self._outer: set[str] = set()

    def follow(self) -> None:
        """Run it, and report what was found."""
        if isinstance(self.function, ast.Lambda):
            self.stmt = self.whole.statement(self.function)
            self.summary.result = self.value(self.function.body)
        else:
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
            run = _STATEMENTS.get(type(stmt))
            if run is not None:
                run(self, stmt)
            else:
                self._look_into(stmt)

    def _assign(self, stmt: ast.Assign) -> None:
        given, first = stmt.value, stmt.targets[0]
        if isinstance(given, ast.Tuple) and isinstance(first, ast.Tuple) and len(given.elts) == len(first.elts):
            values = self._together(given.elts)
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
            if isinstance(target, ast.Name) and not self._at(target.id):
                self._bind_name(target.id, self._new(target))
        elif self.meaning.is_array(target):
            self._change(stmt, target, Way.WRITES)
        elif not self.meaning.holds_none(target) or self._is_torch(stmt):
            values = self._held_by(target)
            made = {held for held in values if self._is_tensor_made(held)}
            given = {held for held in values if held.origin in self.params}
            is_sure = made | given == values or not all(held.older for held in made)
            if made and not self._counts(stmt) and (is_sure or not self._is_of_record(made)):
                was_number = any(isinstance(held.origin, ast.AugAssign) for held in made)
                self._change(stmt, target, Way.BINDS, is_unsure=was_number or made != values)
                return
            self._may_change(stmt, target, values)
            for held in values:
                self._put(held, self._inside(added) or added)
            if not values:
                # A number, until a tensor is added to it.
                self.bind(target, self._new(stmt), None)

    def _counts(self, stmt: ast.AugAssign) -> bool:
        """Whether `state['step'] += 1` adds to a number: no tensor is known to be stored under that name."""
        match stmt:
            case ast.AugAssign(ast.Subscript(owner, ast.Constant(str() as key)), _, ast.Constant()):
                return not any(self.state.items.get(held.origin, {}).get(key) for held in self._held_by(owner))
        return False

    def _is_of_record(self, values: Iterable[Held]) -> bool:
        """Whether values are items of a dict with names for keys, others of which may be numbers."""
        origins = {held.origin for held in values}
        return any(
            isinstance(key, str) and any(held.origin in origins for held in items[key])
            for items in self.state.items.values()
            for key in items
        )

    def _may_change(self, stmt: ast.AugAssign, target: ast.expr, values: Values) -> None:
        """What came from elsewhere changes if it is a tensor, as callers may know."""
        elements = [held for held in values if self._is_element(held)]
        origins = [held.origin for held in values if isinstance(held.origin, ast.expr)]
        given = [held.origin for held in values if isinstance(held.origin, str)]
        is_likely = bool(values) and any(map(self.meaning.may_be_tensor, (target, *origins)))
        is_likely |= any(self.meaning.is_parameter_of_tensors(self.function, name) for name in given)
        foreign = elements or any(isinstance(held.memory, (str, ast.Call, Of)) for held in values)
        if (foreign or is_likely) and not isinstance(self.function, ast.Module):
            change = self._changes.get(stmt)
            if change is None:
                is_element, place = bool(elements), place_of(target)
                change = Change(stmt, stmt, Way.BINDS, place, self.function, is_unsure=True, is_element=is_element)
                self._changes[stmt] = change
                self.whole.changed(change)
            if self._is_torch(stmt) or is_likely:
                rebound = self._rebound(target) if isinstance(target, (ast.Subscript, ast.Attribute)) else set()
                self._mark(change, values, rebound if change.place is None else set(self._keys(change.place)))
            else:
                self._note_unsure(change, values)

    def _return(self, stmt: ast.Return) -> None:
        if stmt.value is not None:
            values = self.value(stmt.value)
            self._read_attributes(values)
            self._given_away(values)
            self.summary.result |= values
        self._exits.append(self.state.copy())
        self.state.dead = True

    def _expression(self, stmt: ast.Expr) -> None:
        self.value(stmt.value)

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
        # Loops deep inside others are run again with those.
        for _ in range(2 if len(self._breaks) < _RUN_TWICE else 1):
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
            value |= frozenset(self._reached(self._attributes_of(value)))
            if item.optional_vars is not None:
                self.bind(item.optional_vars, value, None)
        self.block(stmt.body)

    def _try(self, stmt: ast.Try | ast.TryStar) -> None:
        before = self.state.copy()
        middles: list[Sharing] = []
        self._raises.append(middles)
        for inner in stmt.body:
            if not self.state.dead:
                self.block([inner])
                middles.append(self.state.copy())
        self._raises.pop()
        middle = before.join(middles).copy()
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
        subject = self.value(stmt.subject)
        cases = [self._case(case, subject) for case in stmt.cases]
        self._branches((*cases, lambda: None))

    def _case(self, case: ast.match_case, subject: Values) -> Callable[[], None]:
        def run() -> None:
            self._capture(case.pattern, subject)
            if case.guard is not None:
                self.value(case.guard)
            self.block(case.body)

        return run

    def _capture(self, pattern: ast.pattern, values: Values) -> None:
        """The names of a pattern take what they match."""
        match pattern:
            case ast.MatchAs(pattern=inner, name=name):
                if inner is not None:
                    self._capture(inner, values)
                if name is not None:
                    self._bind_name(name, values)
            case ast.MatchStar(name=str() as name):
                self._bind_name(name, self._gathered(pattern, [values]))
            case ast.MatchOr(patterns=patterns):
                for inner in patterns:
                    self._capture(inner, values)
            case ast.MatchSequence(patterns=patterns):
                for inner in patterns:
                    self._capture(inner, self._inside(values))
            case ast.MatchMapping(patterns=patterns, rest=rest):
                for inner in patterns:
                    self._capture(inner, self._inside(values))
                if rest is not None:
                    self._bind_name(rest, values)
            case ast.MatchClass(patterns=patterns, kwd_attrs=names, kwd_patterns=by_name):
                for inner in patterns:
                    self._capture(inner, self._inside(values) | self._attributes_of(values))
                for name, inner in zip(names, by_name, strict=True):
                    self._capture(inner, self._attribute_of(values, name))

    def _attributes_of(self, owners: Values) -> Values:
        """What the attributes of objects made here hold, and what they hold as containers."""
        origins = {held.origin for held in owners}
        found = NOTHING
        for place, values in self.state.places.items():
            if isinstance(place, Slot) and place.origin in origins:
                found |= values
        for origin in origins:
            found |= self.state.contents.get(origin, NOTHING)
        return found

    def _definition(self, stmt: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        given = NOTHING
        for expr in (*stmt.decorator_list, *stmt.args.defaults, *(d for d in stmt.args.kw_defaults if d is not None)):
            given |= self.value(expr)
        if not isinstance(self.function, ast.Module):
            self._bind_name(stmt.name, self._closure(stmt, given))

    def _class(self, stmt: ast.ClassDef) -> None:
        for base in stmt.bases:
            self.value(base)

    def _delete(self, stmt: ast.Delete) -> None:
        for target in stmt.targets:
            place = place_of(target)
            if place is not None:
                for key in self._keys(place):
                    self.state.places.pop(key, None)
                    self.state.marks.pop(key, None)
            elif isinstance(target, ast.Subscript):
                for held in self._held_by(target.value):
                    self.state.items.pop(held.origin, None)

    def _names_outside(self, stmt: ast.Global | ast.Nonlocal) -> None:
        self._outer.update(stmt.names)

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
        if self._raises:
            self._raises[-1].append(self.state.copy())
        self.state.dead = True

    def _leave(self) -> None:
        """At the end: what outlives the function and missed a change stays so, and callers learn the rest."""
        if self._yielded:
            self.summary.result |= self._gathered(self.function, [self._yielded])
        if not self.state.dead:
            for key, marks in self.state.marks.items():
                if self._outlives(key):
                    place = key.origin if isinstance(key, Inside) else key
                    for mark in marks:
                        if isinstance(place, str):
                            self._miss(mark, place)
        if not isinstance(self.function, ast.Module):
            self._tell()

    def _outlives(self, key: Place | Inside) -> bool:
        """Whether somebody else reads a place when the function has ended."""
        name = key.origin if isinstance(key, Inside) else key
        if not isinstance(name, str):
            return False
        if isinstance(self.function, ast.Module):
            return name in self.whole.read_outside
        own = self._own_attribute(name)
        if own:
            return own in self.whole.loaded
        root = name.partition("[")[0].partition(".")[0]
        if "." in name and "[" not in name:
            return name.rpartition(".")[2] in self.whole.loaded
        if root in self.params:
            return False
        return (
            isinstance(key, Inside) or name in self._outer or Held(name, name) in self.state.places.get(name, NOTHING)
        )

    def _tell(self) -> None:
        """What the function keeps and gives away, for those who call it."""
        summary, state = self.summary, self.state
        attributes: dict[Hashable, dict[str, Values]] = {}
        for place, values in state.places.items():
            if isinstance(place, Slot):
                attributes.setdefault(place.origin, {})[place.name] = values
            elif "." in place or place in self._outer:
                kept = values - {Held(place, place)}
                if kept:
                    summary.stores[place] = kept
        for origin, values in state.contents.items():
            if isinstance(origin, str):
                kept = frozenset(held for held in values if not _starts_with(held, origin))
                if kept:
                    summary.adds[origin] = kept
        todo = [
            held.origin
            for values in (summary.result, *summary.stores.values(), *summary.adds.values())
            for held in values
        ]
        seen: set[Hashable] = set()
        while todo:
            origin = todo.pop()
            if origin in seen or isinstance(origin, str):
                continue
            seen.add(origin)
            contents = state.contents.get(origin)
            if contents is not None:
                summary.contents[origin] = contents
                summary.items[origin] = state.items.get(origin, {})
                todo.extend(held.origin for held in contents)
            if origin in state.repeating:
                summary.repeating.add(origin)
            if origin in attributes:
                summary.attributes[origin] = attributes[origin]
                todo.extend(held.origin for values in attributes[origin].values() for held in values)


def _starts_with(held: Held, container: str) -> bool:
    """Whether a value is an item that a container held from the beginning."""
    return isinstance(held.origin, str) and held.origin.startswith(f"{container}[")


# What follows a statement of each type.
_STATEMENTS: dict[type[ast.stmt], Callable[..., None]] = {
    ast.Assign: _Run._assign,
    ast.AnnAssign: _Run._annotated,
    ast.AugAssign: _Run._augmented,
    ast.Return: _Run._return,
    ast.Expr: _Run._expression,
    ast.If: _Run._if,
    ast.For: _Run._for,
    ast.AsyncFor: _Run._for,
    ast.While: _Run._while,
    ast.With: _Run._with,
    ast.AsyncWith: _Run._with,
    ast.Try: _Run._try,
    ast.TryStar: _Run._try,
    ast.Match: _Run._match,
    ast.FunctionDef: _Run._definition,
    ast.AsyncFunctionDef: _Run._definition,
    ast.ClassDef: _Run._class,
    ast.Delete: _Run._delete,
    ast.Global: _Run._names_outside,
    ast.Nonlocal: _Run._names_outside,
    ast.Break: _Run._break,
    ast.Continue: _Run._continue,
    ast.Raise: _Run._raise,
}
