"""What leaves a region, and where its gradient is stopped: where a value is computed, not at each name of it."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from torch2ms.rewrite.analysis.blocks import own_nodes
from torch2ms.rewrite.analysis.flow import parameter_names
from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.rules.no_grad.bindings import (
    KEEPERS,
    Binding,
    bindings_in,
    comprehension_of,
    path_of,
    put_into,
    taken,
)
from torch2ms.rewrite.rules.no_grad.gradless import Gradless
from torch2ms.rewrite.rules.no_grad.kept import adds_given, keeps_arguments, keeps_computed, keeps_given
from torch2ms.rewrite.rules.no_grad.reach import Reach
from torch2ms.rewrite.rules.no_grad.reads import Reads
from torch2ms.rewrite.rules.no_grad.region import Region
from torch2ms.rewrite.rules.no_grad.values import ITEMS, MAY_BE_SAME, PASSES, Values
from torch2ms.rewrite.rules.shared.questions import argument
from torch2ms.rewrite.rules.shared.recording import Recording
from torch2ms.rewrite.rules.shared.registered_buffers import is_plain
from torch2ms.source import kinds as k
from torch2ms.source.members import LAYER_STATE

# Functions and methods that keep nothing of what they are given.
_CONVERTS = frozenset("float half double bfloat16 type".split())
_HARMLESS = frozenset("print isinstance debug info warning error log add_scalar step zero_grad".split())
# Modules of the standard library whose objects keep what they are made of.
_HOLDERS = ("collections", "types", "dataclasses", "functools", "itertools", "copy", "queue", "heapq")


@dataclass(slots=True, eq=False)
class Found:
    """The expressions of a region to be stopped, with their statements; what stands in the way."""

    exprs: dict[ast.expr, ast.stmt] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)


class Stops:
    """Finds what leaves one region with a gradient."""

    def __init__(self, ctx: FileContext, region: Region, reach: Reach, gradless: Gradless, reads: Reads) -> None:
        self.ctx = ctx
        self.region = region
        self.reach = reach
        self.gradless = gradless
        self.reads = reads
        self.values = Values(ctx, region, gradless)
        self.found = Found()
        self._leaving: set[str] = set()
        self._overwritten: set[str] = set()

    def find(self, keeps_results: bool = False) -> Found:
        """The stops of the region. `keeps_results`: what it returns is stopped by those who call it."""
        region = self.region
        names = [name for name in region.names if self.reads.matter(region.loads_outside(name))]
        self._leaving.update(names)
        for name in names:
            if not self._stop_reads(name):
                self._stop_name(name)
        for stmt in region.statements:
            self._look_at(stmt, keeps_results)
        return self.found

    # ------------------------------------------------------------------ statements

    def _look_at(self, stmt: ast.stmt, keeps_results: bool) -> None:
        match stmt:
            case ast.Return(value=ast.expr() as value) if not keeps_results and self._returns_matter():
                self._stop(value, stmt)
            case ast.Assign(targets=targets, value=value):
                if any(self._keeps(target, stmt) for target in targets):
                    self._stop_put(value, stmt)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                if self._keeps(target, stmt):
                    self._stop(value, stmt)
            case ast.AugAssign(target=target, value=value):
                self._look_at_change(stmt, target, value)
        for node in own_nodes(stmt):
            if isinstance(node, (ast.Yield, ast.YieldFrom)) and node.value is not None:
                if not keeps_results and self._returns_matter():
                    self._look_at_yield(node.value, stmt)
            elif isinstance(node, ast.Call):
                self._look_at_call(node, stmt)

    def _returns_matter(self) -> bool:
        function = self.region.function
        return function is None or self.reads.results_matter(function)

    def _look_at_yield(self, value: ast.expr, stmt: ast.stmt) -> None:
        if not self.region.is_function:
            self._doubt("in torch the code that takes what is yielded records no gradient either")
        self._stop(value, stmt)

    def _look_at_change(self, stmt: ast.AugAssign, target: ast.expr, value: ast.expr) -> None:
        """`x += v`: torch leaves the gradient of x as it was."""
        if isinstance(target, ast.Name) and not self.region.is_bound_outside(target.id):
            return  # a value of the region, stopped where it leaves
        if not self._matters(target, stmt) or self._is_of_a_layer(target) or self.values.holds_parts(target):
            return
        if self._stops_by_itself(target):
            return
        if not isinstance(stmt.op, (ast.Add, ast.Sub, ast.BitOr)) and self._may_carry(target):
            self._doubt_change(target, stmt)
        else:
            self._stop_change(stmt)

    def _look_at_call(self, call: ast.Call, stmt: ast.stmt) -> None:
        func = call.func
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        for_effect = isinstance(stmt, ast.Expr) and stmt.value is call
        called = k.settle(self.ctx.facts.calls.get(call, k.UNKNOWN))
        if isinstance(called, k.FuncRef):
            if for_effect and self._is_recorded(stmt):
                self._look_at_own(called.func, func, given, stmt)
        elif isinstance(func, ast.Name):
            if func.id == "setattr" and len(call.args) == 3 and self._attribute_matters(call.args[0], stmt):
                self._stop(call.args[2], stmt)
            elif for_effect:
                self._look_at_unknown(call, func.id, given, stmt)
        elif isinstance(func, ast.Attribute):
            owner, method = func.value, func.attr
            kind = k.settle(self.ctx.kind(owner))
            if k.is_tensor(kind) and method not in KEEPERS - frozenset(self.ctx.know.tensor_members):
                if method.endswith("_") and not method.endswith("__") and kind is k.TENSOR:
                    self._look_at_in_place(method, owner, given, stmt)
            elif method in KEEPERS and not isinstance(kind, (k.Module, k.Ref)):
                if self._is_kept(owner, stmt):
                    self._stop_all([taken(method, value) for value in given], stmt)
            elif for_effect and not isinstance(kind, (k.Module, k.Ref)):
                self._look_at_unknown(call, method, given, stmt)

    def _look_at_own(self, called: k.FuncInfo, func: ast.expr, given: Sequence[ast.expr], stmt: ast.stmt) -> None:
        """A function of this file, called for what it does to others."""
        if not keeps_arguments(called) or self.gradless.switch_of(called.node) is Recording.OFF:
            return
        node = called.node
        if isinstance(node, ast.Lambda) or not self.reach.runs_unrecorded(node) or keeps_given(node):
            self._stop_all(given, stmt)
        if not isinstance(node, ast.Lambda) and not self.reach.runs_unrecorded(node) and adds_given(node, self.values):
            self._stop_operands(given, stmt)
        if any(map(self.values.holds_parts, given)):
            return
        if (
            not isinstance(node, ast.Lambda)
            and not self.reach.runs_unrecorded(node)
            and keeps_computed(node, self.gradless)
        ):
            self._doubt(f"{self.ctx.text(func)} is called elsewhere too, and may keep values that carry a gradient")

    def _look_at_unknown(self, call: ast.Call, name: str, given: Sequence[ast.expr], stmt: ast.stmt) -> None:
        """A call for what it does to others: it may keep what it is given."""
        if self.ctx.facts.refs.get(call.func) or name in _HARMLESS or not self.reach.is_evident(stmt, by_tensors=False):
            return
        if name.endswith("_") or self.values.is_object(call.func):
            return  # it changes what it is called on, and that is looked at where its kind is known
        for value in given:
            if not self.values.is_object(value) and (
                k.is_tensor(self.ctx.kind(value)) or self.values.is_computed(value)
            ):
                self._stop(value, stmt)

    def _look_at_in_place(self, method: str, owner: ast.expr, given: Sequence[ast.expr], stmt: ast.stmt) -> None:
        """A method that changes a tensor, `x.mul_(v)`."""
        root = path_of(owner).split(".")[0]
        if not root or self._is_of_a_layer(owner) or ("." in path_of(owner) and not self._is_own(owner)):
            return  # mostly a parameter
        if self.values.holds_parts(owner) or self._stops_by_itself(_changed_first(owner)):
            return
        if not self.region.is_bound_outside(root):
            if root in self._leaving:
                self._stop_operands(given, stmt)
            return
        is_local = not self._is_parameter(root) and "." not in path_of(owner)
        if not self._matters(owner, stmt) or not (is_local or self.reach.is_evident(stmt, by_tensors=False)):
            return  # functions that fill what they are given mostly get parameters
        if method in ("add_", "sub_") or not self._may_carry(owner):
            self._stop_operands(given, stmt)
        elif method not in ("detach_", "requires_grad_"):
            self._doubt_change(owner, stmt)

    def _is_own(self, owner: ast.expr) -> bool:
        """Whether a tensor is an attribute of an object whose class is in this file."""
        while isinstance(owner, (ast.Subscript, ast.Call)) or isinstance(getattr(owner, "value", None), ast.Attribute):
            owner = owner.func if isinstance(owner, ast.Call) else getattr(owner, "value", owner)
        if not isinstance(owner, ast.Attribute):
            return False
        kind = k.settle(self.ctx.kind(owner.value))
        known = isinstance(kind, k.Instance) and isinstance(kind.cls, k.ClassInfo)
        return known or self.ctx.module_class(kind) is not None

    # ------------------------------------------------------------------ what is kept outside

    def _keeps(self, target: ast.expr, stmt: ast.stmt) -> bool:
        """Whether an assignment keeps its value outside of the region: in an attribute or an item."""
        match target:
            case ast.Tuple(elts=elts) | ast.List(elts=elts):
                return any(self._keeps(item, stmt) for item in elts)
            case ast.Starred(value=value):
                return self._keeps(value, stmt)
            case ast.Attribute(value=owner):
                if self._stops_by_itself(target) or target.attr in ("data", "grad", "requires_grad"):
                    return False
                if self._is_of_a_layer(target) or target.attr in self._module_attributes:
                    return False
                return self._is_kept(owner, stmt) and self._attribute_matters(target, stmt)
            case ast.Subscript(value=owner):
                kind = k.settle(self.ctx.kind(owner))
                if self._stops_by_itself(owner) or self._is_of_a_layer(owner) or not self._is_kept(owner, stmt):
                    return False
                if kind is k.TENSOR and isinstance(owner, ast.Name) and self.region.is_bound_outside(owner.id):
                    if self._may_carry(owner):
                        self._doubt_change(owner, stmt)
                return True
        return False

    def _stops_by_itself(self, node: ast.expr) -> bool:
        """Whether what is assigned to a value is stopped by that: a parameter or buffer, a Parameter in MindSpore."""
        kind = k.settle(self.ctx.kind(node))
        plain = is_plain(self.ctx, node)
        return kind is k.PARAMETER or (kind is k.BUFFER and not plain)

    @staticmethod
    def _is_of_a_layer(node: ast.expr) -> bool:
        """Whether a value is what a layer has of its own, or an item of that: `conv.weight[0]`."""
        while isinstance(node, ast.Subscript):
            node = node.value
        return isinstance(node, ast.Attribute) and node.attr in LAYER_STATE

    @cached_property
    def _module_attributes(self) -> frozenset[str]:
        """Attributes that the file gives modules somewhere."""
        return frozenset(
            target.attr
            for stmt in self.ctx.blocks.places
            if isinstance(stmt, ast.Assign) and isinstance(k.settle(self.ctx.kind(stmt.value)), k.Module)
            for target in stmt.targets
            if isinstance(target, ast.Attribute)
        )

    def _is_kept(self, owner: ast.expr, stmt: ast.stmt) -> bool:
        """Whether an object that a value is put into may be looked into outside of the region."""
        while isinstance(owner, (ast.Subscript, ast.Starred)):
            owner = owner.value
        if isinstance(owner, ast.Name):
            if owner.id in self._leaving:
                return True
            if not self.region.is_bound_outside(owner.id) and not self._holds_another(owner.id):
                return False
            return self._matters(owner, stmt)
        return self._attribute_matters(owner, stmt)

    def _holds_another(self, name: str) -> bool:
        """Whether a name of the region may hold an object from outside: `memo = self.memo`."""
        values = [binding.value for binding in self.region.bindings(name)]
        return any(isinstance(value, (ast.Attribute, ast.Subscript, ast.Name)) for value in values)

    def _matters(self, owner: ast.expr, stmt: ast.stmt) -> bool:
        """Whether the object of a name or attribute is read where a gradient is recorded."""
        if not isinstance(owner, ast.Name):
            return self._attribute_matters(owner, stmt)
        if self._is_recorded(stmt) and self._is_parameter(owner.id):
            return True
        return self.reads.matter(self.region.loads_outside(owner.id)) or self._holds_another(owner.id)

    def _is_parameter(self, name: str) -> bool:
        return self.region.function is not None and name in parameter_names(self.region.function)

    def _is_recorded(self, stmt: ast.stmt) -> bool:
        return self.reach.is_recorded(stmt)

    def _attribute_matters(self, owner: ast.expr, stmt: ast.stmt) -> bool:
        """Whether an attribute set here may be read where a gradient is recorded."""
        if self._is_recorded(stmt):
            return True
        scope = self.ctx.tree if self.region.function is None else self.region.function
        return path_of(owner) in self.reach.needed(scope).paths

    def _may_carry(self, owner: ast.expr) -> bool:
        """Whether the tensor in a name may carry a gradient before the region changes it."""
        if not isinstance(owner, ast.Name):
            return False
        found = [b for b in bindings_in(self.ctx, owner.id, self.region.scope) if not self.region.holds(b.stmt)]
        return self._is_parameter(owner.id) or not found or not all(map(self.gradless.is_gradless_binding, found))

    # ------------------------------------------------------------------ values

    def _stop_name(self, name: str) -> None:
        """Stop what a name of the region gets there, and what is put into its object."""
        found = list(self.region.bindings(name))
        for binding in found:
            if self._is_overwritten(binding, found):
                self._overwritten.add(name)
            elif binding.value is not None:
                if binding.operator is None or name not in self.region.outer_names:
                    self._stop_binding(binding)
        for stmt in self.region.statements:
            for root, value in put_into(stmt):
                if root == name:
                    self._stop_put(value, stmt)

    def _stop_binding(self, binding: Binding) -> None:
        value = binding.value
        if value is None or self.gradless.is_gradless_binding(binding):
            return
        if binding.operator is not None:
            return  # looked at with the statement, or with what leaves
        if isinstance(value, ast.Tuple) and binding.item is not None and 0 <= binding.item < len(value.elts):
            if not self._is_whole(value):
                self._stop(value.elts[binding.item], binding.stmt)
                return
        self._stop(value, binding.stmt)

    def _is_overwritten(self, binding: Binding, others: Sequence[Binding]) -> bool:
        """Whether a later statement of the block itself gives the name another value before anything keeps it."""
        place = self.ctx.blocks.places[binding.stmt]
        if place.block is not self.region.body or not binding.is_plain or not isinstance(binding.stmt, ast.Assign):
            return False
        return any(
            other.is_plain
            and isinstance(other.stmt, ast.Assign)
            and self.ctx.blocks.places[other.stmt].block is place.block
            and self.ctx.blocks.places[other.stmt].index > place.index
            for other in others
        )

    def _stop(self, node: ast.expr, stmt: ast.stmt) -> None:
        """Stop the gradient of a value that leaves, where it is computed."""
        if self.gradless.is_gradless(node):
            return
        match node:
            case ast.Tuple(elts=elts) if self._is_whole(node):
                self._wrap(node, stmt)
            case ast.Tuple(elts=elts) | ast.List(elts=elts) | ast.Set(elts=elts):
                self._stop_all(elts, stmt)
            case ast.Dict(values=values) | ast.BoolOp(values=values):
                self._stop_all(values, stmt)
            case ast.ListComp(elt=elt) | ast.SetComp(elt=elt) | ast.DictComp(value=elt):
                self._stop(elt, stmt)
            case ast.IfExp(body=body, orelse=orelse):
                self._stop_all((body, orelse), stmt)
            case ast.NamedExpr(value=value) | ast.Starred(value=value):
                self._stop(value, stmt)
            case ast.BinOp(left=left, right=right) if isinstance(k.settle(self.ctx.kind(node)), k.Seq):
                self._stop_all((left, right), stmt)
            case ast.Name():
                self._stop_held(node, stmt)
            case ast.Attribute(value=value):
                if k.is_tensor(self.ctx.kind(value)) or self.values.is_computed(node):
                    self._wrap(node, stmt)
                elif (root := _root_of(value)) is not None and self._changes(root.id):
                    self._stop_held(root, stmt)
            case ast.Subscript(value=value):
                self._stop_item(node, value, stmt)
            case ast.Call():
                self._stop_call(node, stmt)
            case ast.Lambda() | ast.GeneratorExp() | ast.Yield() | ast.YieldFrom():
                pass  # computed later, or by another
            case _:
                self._wrap(node, stmt)

    def _stop_all(self, nodes: Sequence[ast.expr], stmt: ast.stmt) -> None:
        for node in nodes:
            self._stop(node, stmt)

    # ------------------------------------------------------------------ operands

    def _stop_put(self, value: ast.expr, stmt: ast.stmt) -> None:
        """Stop what a statement puts into an object: an operand where the object is a tensor, which copies it."""
        match stmt:
            case ast.AugAssign() if stmt.value is value:
                self._stop_change(stmt)
            case ast.Assign(targets=[ast.Subscript() as target]) if self.values.copies(target, value):
                self._stop_operands([value], stmt)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner))) if k.is_tensor(self.ctx.kind(owner)):
                self._stop_operands([value], stmt)
            case _:
                self._stop(value, stmt)

    def _stop_change(self, stmt: ast.AugAssign) -> None:
        """Stop what `x += v` takes: an operand, or the items of a list that a list gets."""
        if self.values.is_arithmetic(stmt):
            self._stop_operand(stmt.value, stmt)
        else:
            self._stop(stmt.value, stmt)

    def _stop_operands(self, given: Sequence[ast.expr], stmt: ast.stmt) -> None:
        """What a tensor takes in when it is changed; a number may be stopped as well."""
        for value in given:
            if isinstance(k.settle(self.ctx.kind(value)), (k.Seq, k.Mapping_)):
                self._stop(value, stmt)
            else:
                self._stop_operand(value, stmt)

    def _stop_operand(self, value: ast.expr, stmt: ast.stmt) -> None:
        """A value that is computed with: unlike one that is kept as it is, it takes no gradient along."""
        if self.values.is_computed(value):
            self._stop(value, stmt)
        elif not self.gradless.is_gradless(value):
            self._wrap(value, stmt)

    def _is_whole(self, node: ast.Tuple) -> bool:
        """Whether all items of a tuple are tensors computed right there: one stop is enough for them."""
        return len(node.elts) > 1 and all(
            k.is_tensor(self.ctx.kind(item))
            and isinstance(item, (ast.Call, ast.BinOp))
            and self.values.is_computed(item)
            for item in node.elts
        )

    def _stop_held(self, name: ast.Name, stmt: ast.stmt) -> None:
        """What a name holds: stopped here if the region computed it, where it was computed if it holds other things."""
        if name.id in self._leaving and name.id not in self._overwritten:
            return
        generator = comprehension_of(self.ctx, name)
        if generator is not None:
            self._stop(generator.iter, stmt)
            return
        found = self.region.bindings(name.id)
        if not found:
            if name.id not in self._leaving and name.id != "self":
                self._leaving.add(name.id)
                self._stop_name(name.id)  # what the region puts into an object from outside
            return
        if self.values.holds_computed(name.id) and not isinstance(k.settle(self.ctx.kind(name)), (k.Seq, k.Mapping_)):
            self._wrap(name, stmt)
            return
        if name.id in self._leaving:
            self._overwritten.discard(name.id)  # what it held before is kept elsewhere: no value of it may carry one
            for binding in found:
                self._stop_binding(binding)
            return
        self._leaving.add(name.id)
        self._stop_name(name.id)
        for binding in found:
            if isinstance(binding.stmt, ast.AugAssign):
                self._stop_change(binding.stmt)

    def _changes(self, name: str) -> bool:
        """Whether the region puts anything into the object of a name."""
        return any(root == name for stmt in self.region.statements for root, _ in put_into(stmt))

    def _stop_item(self, node: ast.Subscript, value: ast.expr, stmt: ast.stmt) -> None:
        if k.is_tensor(self.ctx.kind(value)) or self.values.is_computed(value):
            self._wrap(node, stmt)
        elif (root := _root_of(value)) is not None and (self.region.bindings(root.id) or self._changes(root.id)):
            self._stop_held(root, stmt)
        elif isinstance(node.slice, (ast.Slice, ast.Tuple)) and not isinstance(k.settle(self.ctx.kind(value)), k.Seq):
            self._wrap(node, stmt)

    def _stop_call(self, call: ast.Call, stmt: ast.stmt) -> None:
        func = call.func
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        kind = k.settle(self.ctx.facts.calls.get(call, k.UNKNOWN))
        name = kind.name if isinstance(kind, k.Ref) else self.ctx.facts.refs.get(func, "")
        if self.values.gives_what_is_there(call):
            return
        holds = isinstance(kind, k.ClassRef) and not isinstance(k.settle(self.ctx.kind(call)), k.Module)
        if holds or (name and name.split(".")[0] in _HOLDERS):
            self._stop_all(given, stmt)
        elif isinstance(func, ast.Name) and func.id in PASSES and not name:
            self._stop_passed(call, stmt)
        elif isinstance(func, ast.Attribute) and not name and func.attr in ITEMS | MAY_BE_SAME:
            if self.values.is_computed(call) or (func.attr in ("copy",) and k.is_tensor(self.ctx.kind(func.value))):
                self._wrap(call, stmt)
            elif isinstance(func.value, ast.Name):
                self._stop_held(func.value, stmt)
            if any(self.ctx.kind(arg) is k.DTYPE for arg in given) and call not in self.found.exprs:
                self._doubt_same(call)
        elif isinstance(func, ast.Attribute) and not name and func.attr in _CONVERTS and self._is_outer(func.value):
            self._doubt_same(call)
        else:
            self._wrap(call, stmt)

    def _is_outer(self, node: ast.expr) -> bool:
        """Whether a tensor was not computed in the region, but is one from outside."""
        return isinstance(node, (ast.Name, ast.Attribute)) and not self.values.is_computed(node)

    def _doubt_change(self, changed: ast.expr, stmt: ast.stmt) -> None:
        """A tensor from outside is changed."""
        if not self.reach.is_evident(stmt, by_tensors=False) or self._is_given_parameters(changed):
            return
        self._doubt(f"in torch the gradient of {self.ctx.text(changed)} passes by this change")

    def _is_given_parameters(self, changed: ast.expr) -> bool:
        """Whether a function is called with attributes alone for what it changes: such functions fill parameters."""
        function = self.region.function
        if function is None or not isinstance(changed, ast.Name) or not self._is_parameter(changed.id):
            return False
        names = [arg.arg for arg in function.args.args]
        calls = self.reach.calls_of(function)
        if not calls or changed.id not in names:
            return False
        position = names.index(changed.id)
        given = [argument(call, position, changed.id) for call in calls if isinstance(call, ast.Call)]
        return all(isinstance(value, ast.Attribute) or self._is_passed_on(value) for value in given)

    def _is_passed_on(self, value: ast.expr | None) -> bool:
        """Whether an argument is a parameter of the function that passes it on."""
        if not isinstance(value, ast.Name):
            return False
        kind = k.settle(self.ctx.kind(value))
        info = self.ctx.facts.owners.get(self.gradless.stmt_of(value))
        return kind is k.PARAMETER or (info is not None and value.id in info.params)

    def _doubt_same(self, call: ast.Call) -> None:
        """`x.float()` is x itself, with its gradient, where x has that type already."""
        self._doubt(f"{self.ctx.text(call)} keeps its gradient in torch where nothing is converted")

    def _stop_passed(self, call: ast.Call, stmt: ast.stmt) -> None:
        """`list(…)`, `zip(…)` and the like give what they are given."""
        for value in (*call.args, *(keyword.value for keyword in call.keywords)):
            if isinstance(value, ast.GeneratorExp):
                self._stop(value.elt, stmt)
            elif (
                isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in ("map", "filter")
            ):
                self._wrap(call, stmt)
            else:
                self._stop(value, stmt)

    def _wrap(self, node: ast.expr, stmt: ast.stmt) -> None:
        if isinstance(node, ast.Name) and self.values.is_module(node):
            return
        if not self.values.is_object(node):
            self.found.exprs.setdefault(node, stmt)
        elif not self.values.is_module(node):
            self._doubt(f"{_short(self.ctx.text(node))} may hold values that carry a gradient")

    # ------------------------------------------------------------------ objects

    def _stop_reads(self, name: str) -> bool:
        """Stop what is read of an object that leaves by a name: `out.logits`."""
        if not all(b.is_plain and isinstance(b.value, ast.Call) for b in self.region.bindings(name)):
            return False
        reads: list[tuple[ast.Attribute, ast.stmt]] = []
        for load, stmt in self.region.loads_outside(name):
            parent = self.ctx.parents.of(load)
            if not isinstance(parent, ast.Attribute) or not isinstance(parent.ctx, ast.Load):
                return False
            called = self.ctx.parents.of(parent)
            if isinstance(called, ast.Call) and called.func is parent:
                return False
            reads.append((parent, stmt))
        known = self.values.members_of_modules | frozenset(self.ctx.know.tensor_members)
        if not reads or any(node.attr in known for node, _ in reads):
            return False
        for node, stmt in reads:
            if self.gradless.is_gradless(node):
                continue
            if self.region.gives_surely(name, stmt):
                self.found.exprs.setdefault(node, stmt)
            else:
                self._doubt(f"{self.ctx.text(node)} may carry a gradient out of the block, or one that is to be kept")
        return True

    def _doubt(self, message: str) -> None:
        if message not in self.found.doubts:
            self.found.doubts.append(message)


def _short(text: str) -> str:
    """Code for a message: on one line, and not too long."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:37]}…"


def _changed_first(node: ast.expr) -> ast.expr:
    """The tensor at the beginning of a chain of changes: `x` of `x.mul_(0.9).add_(v)`."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr.endswith("_"):
        node = node.func.value
    return node


def _root_of(node: ast.expr) -> ast.Name | None:
    """The name of the container that an item of an item is in."""
    while isinstance(node, (ast.Subscript, ast.Attribute)):
        node = node.value
    return node if isinstance(node, ast.Name) else None
