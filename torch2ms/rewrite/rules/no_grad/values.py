"""What the values of a region are: computed there, or from outside by another name; tensors, or objects."""

from __future__ import annotations

import ast

from torch2ms.mapping.namespaces import is_torch
from torch2ms.rewrite.analysis.blocks import own_statements
from torch2ms.rewrite.analysis.flow import parameter_names
from torch2ms.rewrite.context import FileContext
from torch2ms.rewrite.rules.no_grad.bindings import Binding, bindings_in, comprehension_of
from torch2ms.rewrite.rules.no_grad.gradless import Gradless
from torch2ms.rewrite.rules.no_grad.region import Region
from torch2ms.rewrite.rules.shared.recording import Recording
from torch2ms.source import kinds as k
from torch2ms.source.members import LAYER_STATE, MODULE_MEMBERS

# Builtins that give what they are given, and methods of containers that give items of them.
PASSES = frozenset("list tuple set dict zip enumerate reversed sorted next iter max min".split())
ITEMS = frozenset("get pop popleft popitem items values keys copy __getitem__".split())
# Methods that may return the tensor itself.
MAY_BE_SAME = frozenset({"cuda", "cpu", "contiguous", "to", "requires_grad_"})
# Methods of a module that give parts of it.
_PARTS = frozenset(
    "parameters named_parameters buffers named_buffers modules named_modules children named_children state_dict".split()
)


class Values:
    """Answers what the values of one region are."""

    def __init__(self, ctx: FileContext, region: Region, gradless: Gradless) -> None:
        self.ctx = ctx
        self.region = region
        self.gradless = gradless
        self._computed: dict[str, bool] = {}

    def computes(self, binding: Binding) -> bool:
        """Whether the region computes what a name gets."""
        if binding.operator is not None:
            return True
        value = binding.value
        if isinstance(value, ast.Tuple) and binding.item is not None and 0 <= binding.item < len(value.elts):
            value = value.elts[binding.item]
        return value is not None and self.is_computed(value)

    def is_computed(self, node: ast.expr) -> bool:
        """Whether a value is computed in the region, and is not one from outside by another name."""
        match node:
            case ast.Name(id=name):
                return comprehension_of(self.ctx, node) is None and self.holds_computed(name)
            case ast.Attribute(value=value):
                return k.is_tensor(self.ctx.kind(value)) or self.is_computed(value)
            case ast.Subscript(value=value):
                return k.is_tensor(self.ctx.kind(value)) or self.is_computed(value)
            case ast.IfExp(body=body, orelse=orelse):
                return self.is_computed(body) and self.is_computed(orelse)
            case ast.NamedExpr(value=value):
                return self.is_computed(value)
            case ast.Call(func=ast.Name(id=name), args=args) if name in PASSES:
                return bool(args) and all(map(self.is_computed, args))
            case ast.Call(func=ast.Attribute(value=owner, attr=method)):
                if method in ITEMS and not k.is_tensor(self.ctx.kind(owner)) and not self.ctx.facts.refs.get(node.func):
                    return self.is_computed(owner)
                if method in MAY_BE_SAME:
                    return self.is_computed(owner)
                return not self.gives_what_is_there(node)
            case ast.Call():
                return not self.gives_what_is_there(node)
            case ast.BinOp() | ast.UnaryOp() | ast.Compare() | ast.Constant():
                return True
        return False

    def holds_computed(self, name: str) -> bool:
        """Whether the region computes everything that a name of it holds."""
        if name not in self._computed:
            before = dict(self._computed)
            self._computed[name] = True  # a name computed from itself is computed if the rest is
            found = self.region.bindings(name)
            if not found or self.region.is_bound_outside(name) or not all(map(self.computes, found)):
                self._computed = {**before, name: False}
        return self._computed[name]

    def gives_what_is_there(self, call: ast.Call) -> bool:
        """Whether a call gives what was there before, with its gradient: parameters, an attribute, what it is given."""
        func = call.func
        if isinstance(func, ast.Attribute) and func.attr in _PARTS and not k.is_tensor(self.ctx.kind(func.value)):
            return True
        if isinstance(func, ast.Name) and func.id in ("getattr", "vars", "super"):
            return True
        kind = k.settle(self.ctx.facts.calls.get(call, k.UNKNOWN))
        return self.records(call) or (isinstance(kind, k.FuncRef) and _returns_given(self.ctx, kind.func))

    def records(self, call: ast.Call) -> bool:
        """Whether a call runs a function of the file under `enable_grad`."""
        kind = k.settle(self.ctx.facts.calls.get(call, k.UNKNOWN))
        return isinstance(kind, k.FuncRef) and self.gradless.switch_of(kind.func.node) is Recording.ON

    def is_arithmetic(self, stmt: ast.AugAssign) -> bool:
        """Whether `x += v` computes with v, and does not put the items of a list into another."""
        kinds = [k.settle(self.ctx.kind(node)) for node in (stmt.target, stmt.value)]
        if any(isinstance(kind, (k.Seq, k.Mapping_)) or kind is k.STR for kind in kinds):
            return False
        if k.is_tensor(kinds[1]) or kinds[0] in k.NUMBERS or k.is_tensor(kinds[0]):
            return True
        return isinstance(stmt.target, ast.Name) and self._starts_as_number(stmt.target.id)

    def _starts_as_number(self, name: str) -> bool:
        """Whether a name begins as a number, or as a tensor: what is added to it is one."""
        found = [b for b in bindings_in(self.ctx, name, self.region.scope) if b.operator is None]
        kinds = [k.settle(self.ctx.kind(b.value)) for b in found if b.value is not None and b.is_plain]
        return (
            bool(found) and len(kinds) == len(found) and all(kind in k.NUMBERS or k.is_tensor(kind) for kind in kinds)
        )

    def copies(self, target: ast.Subscript, value: ast.expr) -> bool:
        """Whether an assignment to items copies a tensor into another, and does not keep the tensor itself."""
        kind = k.settle(self.ctx.kind(target.value))
        if k.is_tensor(kind):
            return True
        several = isinstance(target.slice, (ast.Slice, ast.Tuple)) and not isinstance(kind, (k.Seq, k.Mapping_))
        return several and k.is_tensor(self.ctx.kind(value))

    def holds_parts(self, node: ast.expr) -> bool:
        """Whether a value is made of parameters or other parts of a module: `for p in net.parameters():`."""
        seen: set[str] = set()
        values = [node]
        while values:
            for part in ast.walk(values.pop()):
                if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr in _PARTS:
                    return True
                if isinstance(part, ast.Name) and part.id not in seen:
                    seen.add(part.id)
                    bindings = bindings_in(self.ctx, part.id, self.region.scope)
                    values.extend(binding.value for binding in bindings if binding.value is not None)
        return False

    def is_object(self, node: ast.expr) -> bool:
        """Whether a value is an object with members of its own, out of which `ops.stop_gradient` takes nothing."""
        kind = k.settle(self.ctx.facts.kinds.get(node, k.UNKNOWN))
        if isinstance(kind, k.Instance) and isinstance(kind.cls, str):
            return not is_torch(kind.cls)
        return isinstance(kind, (k.Instance, k.Module)) or (isinstance(kind, k.Var) and kind.not_tensor)

    def is_module(self, node: ast.expr) -> bool:
        """Whether an object is a module: its members are a module's."""
        if isinstance(k.settle(self.ctx.kind(node)), k.Module):
            return True
        return bool(self._members_read(node) & self.members_of_modules)

    @property
    def members_of_modules(self) -> frozenset[str]:
        """Members that modules and layers have, and tensors have not."""
        return (MODULE_MEMBERS | LAYER_STATE) - frozenset(self.ctx.know.tensor_members)

    def _members_read(self, node: ast.expr) -> set[str]:
        """The members that the function reads of the object in a name."""
        if not isinstance(node, ast.Name):
            return set()
        found: set[str] = set()
        for load, _ in self.ctx.blocks.loads(node.id, self.region.scope):
            parent = self.ctx.parents.of(load)
            if isinstance(parent, ast.Attribute):
                found.add(parent.attr)
        return found


def _returns_given(ctx: FileContext, func: k.FuncInfo) -> bool:
    """Whether a function returns nothing but what it is given, as it is."""
    if isinstance(func.node, ast.Lambda):
        return False
    given = parameter_names(func.node)
    returned = [stmt.value for stmt in own_statements(func.node.body) if isinstance(stmt, ast.Return)]
    return bool(returned) and all(
        isinstance(value, ast.Name) and value.id in given and not any(bindings_in(ctx, value.id, func.node))
        for value in returned
    )
