"""What the layers and functions of other files of a package change in place of what they are given.

A file is run as the one that is converted would be, once, and only where its text speaks of work in place. A change
that its own conversion writes into the tensor (`x.copy_(…)`) reaches all holders, and is none here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from torch2ms.rewrite.analysis.blocks import Blocks
from torch2ms.rewrite.analysis.flow import Flow
from torch2ms.rewrite.analysis.sharing import Change, Def, Relation, Way
from torch2ms.rewrite.analysis.sharing_places import default_of
from torch2ms.rewrite.analysis.sharing_run import SharedTensors
from torch2ms.rewrite.called_layers import DROPPING, is_super_init, returned
from torch2ms.rewrite.effects import Effects
from torch2ms.rewrite.inplace_flags import IN_PLACE_LAYERS, LAYER_POSITIONS, Begins, inplace_given
from torch2ms.source import kinds as k
from torch2ms.source.facts import Facts, is_module_class
from torch2ms.source.infer import Inference
from torch2ms.source.input_changes import InputChange, LayersOf, Passed, Switch
from torch2ms.source.knowledge import Knowledge
from torch2ms.source.neighbours import Neighbours, definition

# So many files are looked through, one by what the other imports. Of what lies behind them, all that speaks of work in
# place may change what it is given.
_DEPTH = 3
_MAY_CHANGE = InputChange(certain=False)
_MAY_PASS_ON = Passed(0, "input", certain=False, view=True)
_GIVES_LAYER = re.compile(r"inplace|\breturn\s+(?:\w+\.)*[A-Z]\w*\(")


class OtherLayers:
    """What the files around one file tell of what they define."""

    def __init__(self, neighbours: Neighbours | None, know: Knowledge, depth: int = _DEPTH) -> None:
        self._neighbours = neighbours
        self._know = know
        self._depth = depth
        self._found: dict[str, tuple[Path, str] | None] = {}

    def has(self, name: str) -> bool:
        """Whether a file of the package defines the name."""
        return self._definition(name) is not None

    def of_object(self, name: str) -> InputChange | None:
        """What a call of an object of a class changes, or of what a function gives."""
        if not self._may_be_layer(name):
            return None
        there, own = self._layers(name)
        return self._behind(name) if there is None else there.of_object(own)

    def of_function(self, name: str) -> InputChange | None:
        """What a call of a function changes."""
        if self._is_class(name):
            return None
        there, own = self._layers(name)
        return self._behind(name) if there is None else there.of_function(own)

    def of_attribute(self, name: str, attribute: str) -> InputChange | None:
        """What a call of the layer changes that the objects of a class have in an attribute."""
        there, own = self._layers(name)
        return self._behind(name) if there is None else there.of_attribute(own, attribute)

    def passed_by_object(self, name: str) -> Passed | None:
        """What a call of an object of a class gives of what it is given."""
        if not self._may_be_layer(name):
            return None
        there, own = self._layers(name, whatever_it_says=True)
        return self._passed_behind(name) if there is None else there.passed_by_object(own)

    def passed_by_function(self, name: str) -> Passed | None:
        """What a call of a function gives of what it is given."""
        if self._is_class(name):
            return None
        there, own = self._layers(name, whatever_it_says=True)
        return self._passed_behind(name) if there is None else there.passed_by_function(own)

    def _behind(self, name: str) -> InputChange | None:
        """What is taken for what a call changes where no further file is looked through."""
        place = self._definition(name)
        if place is None or self._neighbours is None or self._depth:
            return None
        return _MAY_CHANGE if self._neighbours.works_in_place(*place) else None

    def _passed_behind(self, name: str) -> Passed | None:
        return None if self._depth or self._definition(name) is None else _MAY_PASS_ON

    def _is_class(self, name: str) -> bool:
        """Whether a name is that of a class, or of nothing that a file of the package defines."""
        place = self._definition(name)
        outline = None if place is None or self._neighbours is None else self._neighbours.files.outline(place[0])
        return place is None or outline is None or place[1] in outline.classes

    def _may_be_layer(self, name: str) -> bool:
        """Whether a name is a class of modules, or a function whose text speaks of a layer that it gives."""
        place = self._definition(name)
        if place is None or self._neighbours is None:
            return False
        if self._is_class(name):
            return any(map(self._know.is_layer, map(self._know.canonical, self._neighbours.bases(name) or ())))
        return _GIVES_LAYER.search(definition(self._neighbours.files.text(place[0]), place[1]) or "") is not None

    def _definition(self, name: str) -> tuple[Path, str] | None:
        """The file that defines what a name means, and what it is called there."""
        if name not in self._found:
            self._found[name] = None if self._neighbours is None else self._neighbours.function(name)
        return self._found[name]

    def _layers(self, name: str, whatever_it_says: bool = False) -> tuple[LayersOf | None, str]:
        """The file that defines a name, if its text speaks of work in place, and what it is called there."""
        place = self._definition(name)
        if place is None or self._neighbours is None or not self._depth:
            return None, name
        if not whatever_it_says and not self._neighbours.works_in_place(*place):
            return None, name
        path, own = place
        known, key = self._neighbours.files.layers, (path, self._depth)
        if key not in known:
            neighbours = self._neighbours.seen_from(path)
            know = Knowledge(self._know.tables, own=neighbours.package)
            facts = found_before(neighbours) or _facts(neighbours, know)
            known[key] = _File(facts, know, OtherLayers(neighbours, know, self._depth - 1))
        return known[key], own


def found_before(neighbours: Neighbours) -> Facts | None:
    """What was found by a run over the file that these are the neighbours of, where another one has asked for it."""
    seen = (neighbours.files.layers.get((neighbours.path, depth)) for depth in range(1, _DEPTH + 1))
    return next((file.facts for file in seen if isinstance(file, _File)), None)


def _facts(neighbours: Neighbours, know: Knowledge) -> Facts:
    """What a run over the file that these are the neighbours of finds."""
    tree = neighbours.files.tree(neighbours.path)
    return Inference(ast.Module([], []) if tree is None else tree, know, neighbours).run()


class _File:
    """Another file, run when something is asked of it. What is being looked for is taken to change nothing."""

    def __init__(self, facts: Facts, know: Knowledge, others: OtherLayers) -> None:
        self.facts = facts
        self._know = know
        self._others = others
        self._effects = Effects(self.facts, self._know, know.tables, self._others)
        self._parents = facts.parents
        self._flow = Flow(Blocks(facts.tree, self._parents), facts.tree)
        self._sharing = self._shared(self._effects)
        self._classes = {cls.name: cls for cls in self.facts.classes}
        self._functions = {
            info.node.name: info.node
            for info in self.facts.functions
            if info.cls is None and not isinstance(info.node, ast.Lambda)
        }
        self._objects: dict[str, InputChange | None] = {}
        self._called: dict[str, InputChange | None] = {}

    def _shared(self, effects: Effects) -> SharedTensors:
        functions = [info.node for info in self.facts.functions if not isinstance(info.node, ast.Lambda)]
        return SharedTensors(self.facts.tree, functions, self._parents, effects)

    @cached_property
    def _results(self) -> SharedTensors:
        """The same, where it is asked of every call of another file's whether it gives what it is given."""
        return self._shared(Effects(self.facts, self._know, self._know.tables, self._others, every_result=True))

    def of_object(self, name: str) -> InputChange | None:
        """Calls of an object of a class, or of what a function gives."""
        if name not in self._objects:
            self._objects[name] = None
            cls, function = self._classes.get(name), self._functions.get(name)
            if cls is not None:
                self._objects[name] = self._of_class(cls) if is_module_class(cls, self._know) else None
            elif function is not None:
                self._objects[name] = self._of_layers(returned(function), _switch(function, "inplace", 0))
        return self._objects[name]

    def of_function(self, name: str) -> InputChange | None:
        """Calls of a function. Where its own file does not call it, its conversion lets callers see the change, or
        says that they do not."""
        if name not in self._called:
            self._called[name] = None
            node = self._functions.get(name)
            change = None if node is None else self._of_function(node, 0)
            if node is not None and change is not None and self._sharing.has_callers(node):
                switch = _switch(node, "inplace", 0) if self._is_switched(node) else None
                self._called[name] = replace(change, switch=switch)
        return self._called[name]

    def of_attribute(self, name: str, attribute: str) -> InputChange | None:
        """Calls of the layer that the objects of a class have in an attribute."""
        cls = self._classes.get(name)
        if cls is None:
            return None
        places = self._effects.layers.places
        for owner in cls.mro():
            made = places.assigned.get((owner, attribute))
            if made is not None:
                return self._of_layers(made, None)
        inherited = (self._others.of_attribute(base, attribute) for base in self._foreign(cls))
        return next((change for change in inherited if change is not None), None)

    def passed_by_object(self, name: str) -> Passed | None:
        """What a call of an object of a class gives of what it is given."""
        cls = self._classes.get(name)
        if cls is None or not is_module_class(cls, self._know):
            return None
        forward = cls.method("forward")
        if forward is not None:
            node = forward.node
            return None if isinstance(node, ast.Lambda) else self._passed(node, 0 if forward.static else 1)
        bases = {self._know.canonical(base).removeprefix("torch.nn.") for base in cls.torch_bases}
        if bases & DROPPING:
            return Passed(0, "input", certain=bases == {"Identity"}, view=False)
        if "Flatten" in bases:
            return Passed(0, "input", certain=False, view=True)
        inherited = (self._others.passed_by_object(base) for base in self._foreign(cls))
        return next((passed for passed in inherited if passed is not None), None)

    def passed_by_function(self, name: str) -> Passed | None:
        """What a call of a function gives of what it is given."""
        node = self._functions.get(name)
        return None if node is None else self._passed(node, 0)

    def _passed(self, node: Def, first: int) -> Passed | None:
        result = self._results.summary(node).result
        names = [a.arg for a in (*node.args.posonlyargs, *node.args.args)][first:]
        for position, name in enumerate(names):
            same = [held for held in result if held.origin == name]
            items = [held for held in result if isinstance(held.memory, str) and held.memory.startswith(f"{name}[")]
            views = [held for held in result if held.memory == name and held.origin != name] + items
            if same or views:
                return Passed(position, name, certain=len(result) == 1, view=bool(views))
        return None

    def _foreign(self, cls: k.ClassInfo) -> list[str]:
        """The classes of further files that a class derives from."""
        bases = (b.name for c in cls.mro() for b in c.bases if isinstance(b, (k.Ref, k.StoredApi)))
        return [name for name in bases if self._others.has(name)]

    def _of_layers(self, made: list[ast.expr], switch: Switch | None) -> InputChange | None:
        """Calls of one of several layers, by what makes them."""
        layers = self._effects.layers
        begins = layers.begins_any(made)
        if begins is Begins.APART:
            return None
        is_certain = begins is Begins.IN_PLACE
        whole = all(map(layers.is_only_in_place, made))
        return InputChange(certain=is_certain, returned=whole, switch=None if is_certain else switch)

    def _of_class(self, cls: k.ClassInfo) -> InputChange | None:
        """What a call of an object of a class changes."""
        forward = cls.method("forward")
        if forward is None:
            bases = (self._know.canonical(name).removeprefix("torch.nn.") for name in cls.torch_bases)
            base = next((name for name in bases if name in IN_PLACE_LAYERS), None)
            if base is not None:
                return self._of_layer(cls, LAYER_POSITIONS.get(base, 0))
            inherited = (self._others.of_object(name) for name in self._foreign(cls))
            return next((change for change in inherited if change is not None), None)
        if isinstance(forward.node, ast.Lambda):
            return None
        change = self._of_function(forward.node, 0 if forward.static else 1)
        init = cls.method("__init__")
        if change is None or init is None:
            return change
        return replace(change, switch=_switch(init.node, "inplace", 1) if self._is_switched(forward.node) else None)

    def _of_layer(self, cls: k.ClassInfo, position: int) -> InputChange | None:
        """A class that derives from an activation of torch's and has no forward of its own."""
        init = cls.method("__init__")
        if init is None:
            return InputChange(certain=False, switch=Switch("inplace", position, default=False))
        for call in ast.walk(init.node):
            if not isinstance(call, ast.Call) or not is_super_init(call):
                continue
            given = inplace_given(call, position)
            if isinstance(given, ast.Name):
                return InputChange(certain=False, switch=_switch(init.node, given.id, 1))
            begins = self._effects.layers.flags.flag(call, position)
            return None if begins is Begins.APART else InputChange(certain=begins is Begins.IN_PLACE)
        return None

    def _of_function(self, node: Def, first: int) -> InputChange | None:
        """What a function changes of what it is given, as long as no more than names of its own file see that."""
        summary = self._sharing.summary(node)
        names = [a.arg for a in (*node.args.posonlyargs, *node.args.args)][first:]
        names += [a.arg for a in node.args.kwonlyargs]
        for position, name in enumerate(names):
            relations = dict(self._unseen(summary.changes.get(name, {})))
            if relations:
                origins = {held.origin for held in summary.result}
                certain = any(
                    relation is Relation.SAME and not change.is_unsure for change, relation in relations.items()
                )
                return InputChange(position, name, certain, name in origins)
        return None

    def _is_switched(self, forward: Def) -> bool:
        """Whether a flag `inplace` decides about the changes that a forward makes to what it is given."""
        changes = [c for found in self._sharing.summary(forward).changes.values() for c in found]
        return all(change.is_unsure or self._is_below_test(change.node) for change in changes)

    def _is_below_test(self, node: ast.AST) -> bool:
        """Whether a change is made where a test of `inplace` says so."""
        inner: ast.AST = node
        while not isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Module)):
            above = self._parents.of(inner)
            if above is None:
                return False
            if (
                isinstance(above, (ast.If, ast.IfExp))
                and inner is not above.test
                and "inplace" in ast.unparse(above.test)
            ):
                return True
            inner = above
        return False

    def _unseen(self, changes: dict[Change, Relation]) -> Iterator[tuple[Change, Relation]]:
        """The changes that the conversion of the file does not write into the tensor itself."""
        for change, relation in changes.items():
            missed = self._sharing.missed(change.node)
            if change.way is not Way.WRITES and all(one.name is not None for one in missed) and self._is_read(change):
                yield change, relation

    def _is_read(self, change: Change) -> bool:
        """Whether the function goes on with the new value; else its conversion writes it into the tensor."""
        place, stmt = change.place, change.stmt
        if place is None or "." in place or not isinstance(stmt, (ast.Expr, ast.AugAssign)):
            return True
        return self._flow.is_read_after(place, stmt, frozenset())


def _switch(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, name: str, bound: int) -> Switch | None:
    """A parameter that is a flag; `bound`: so many before it are not given by those who call."""
    names = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
    keywords = [a.arg for a in node.args.kwonlyargs]
    if name not in names and name not in keywords:
        return None
    default = default_of(node.args, name)
    position = names.index(name) - bound if name in names else len(names) + len(keywords)
    return Switch(name, position, isinstance(default, ast.Constant) and bool(default.value))
