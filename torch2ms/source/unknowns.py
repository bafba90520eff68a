"""Values nothing is known of yet: where they come from, what settles them, where they go."""

from __future__ import annotations

import ast
from collections.abc import Callable

from torch2ms.mapping.namespaces import is_torch
from torch2ms.source import kinds as k
from torch2ms.source import values
from torch2ms.source.facts import is_module_class
from torch2ms.source.state import State
from torch2ms.source.syntax import has_full_fallback
from torch2ms.source.values import Call

# ---------------------------------------------------------------------- where they come from


def open_unknown(
    state: State, kind: k.Kind, at: ast.AST, name: str, origin: tuple[k.Kind, ...] = (), likely: bool = False
) -> k.Kind:
    """An unknown kind becomes a variable that later uses may settle.

    `origin`: values that are tensors if it is; it is likely a tensor where all of them are, or when told so.
    """
    if kind is not k.UNKNOWN:
        return kind
    key = (at, name)
    var = state.variables.get(key)
    if var is None:
        var = state.variables[key] = k.Var()
    if origin and var.settled is None:
        settled = [k.settle(o) for o in origin]
        var.origin = tuple(o for o in settled if isinstance(o, k.Var) and o is not var)
        var.weak = likely or (bool(var.origin) and all(o is var or values.is_likely_tensor(o) for o in settled))
    elif k.is_tensor(var):
        for value in origin:
            if isinstance(k.settle(value), k.Var):
                need_tensor(state, value)
    return k.settle(var)


def open_result(state: State, result: k.Kind, left: k.Kind, right: k.Kind, op: ast.operator, at: ast.AST) -> k.Kind:
    """The unknown result of an operator: if it is a tensor, so is the operand that is no number."""
    if result is not k.UNKNOWN:
        return result
    origin = (left, right) if isinstance(op, ast.MatMult) else values.beside_number(left, right)
    return open_unknown(state, result, at, type(op).__name__, origin)


def likely_tensor(state: State, call: ast.Call) -> k.Kind:
    """The unknown result of calling a module inside a module: likely a tensor."""
    key = (call, "()")
    var = state.variables.get(key)
    if var is None:
        var = state.variables[key] = k.Var(weak=True)
    return k.settle(var)


# ---------------------------------------------------------------------- what settles them


def settle_as(state: State, var: k.Var, kind: k.Kind) -> k.Kind:
    """Settle a variable; the kind it has now."""
    var.settled = kind
    state.changed = True
    return kind


def need_tensor(state: State, kind: k.Kind) -> None:
    """Learn from a use that only a tensor admits, or a sequence of them."""
    kind = k.settle(kind)
    if isinstance(kind, k.Var):
        if not kind.not_tensor:
            settle_as(state, kind, k.TENSOR)
            for origin in kind.origin:
                need_tensor(state, origin)
    elif isinstance(kind, k.Seq):
        for item in kind.items or (kind.elem,):
            need_tensor(state, item)


def suppose(state: State, var: k.Var, kind: k.Kind, method: str) -> None:
    """A use is such as only one kind has in a PyTorch program: it settles the value at the end of the round, if nothing
    else is known of it by then."""
    state.supposed.append((var, kind, method))


def settle_supposed(state: State) -> None:
    """Settle the values whose uses are those of one kind, unless something speaks against it: the file holds another
    framework's objects, a class of the file has such a method, a caller passes something else, or the value is used as
    no tensor can be."""
    others = {
        name
        for cls in state.classes.values()
        if not any(map(is_torch, cls.torch_bases)) and not is_module_class(cls, state.knowledge)
        for name in cls.methods
    }
    for var, kind, method in state.supposed:
        if var.settled is not None or method in others:
            continue
        if kind is k.TENSOR and var.not_tensor:
            continue
        if kind is k.TENSOR:
            passed = [known for c in var.calls if (known := k.known(c)) is not k.UNKNOWN]
            if not state.frameworks and all(values.may_be_tensor(known) for known in passed):
                need_tensor(state, var)
        elif not any(isinstance(k.known(c), (k.Instance, k.Plain)) and k.known(c) is not k.UNKNOWN for c in var.calls):
            settle_as(state, var, kind)


def module_if_called(state: State, var: k.Var) -> k.Kind:
    """What is called, or has other methods of a module, and has a `train()` or `eval()` is a module: a trainer object
    is not called."""
    if (var.called or var.like_module) and var.has_modes:
        suppose(state, var, k.Module(), "train")
    return k.settle(var)


# ---------------------------------------------------------------------- where they go


def pass_arguments(state: State, function: k.FuncInfo, bound: bool, call: Call) -> None:
    """Tell a function of the file what it is called with. `bound`: its first parameter is not passed."""
    definition = function.node.args
    names = [a.arg for a in (*definition.posonlyargs, *definition.args)]
    if bound:
        names = names[1:]
    rest = definition.vararg.arg if definition.vararg is not None else ""
    others = definition.kwarg.arg if definition.kwarg is not None else ""
    for index, kind in enumerate(call.args):
        node = call.node.args[index]
        if isinstance(node, ast.Starred):
            spread = values.element(state.kind(node.value))
            for name in (*names[index:], rest):
                _arrives(state, function, name, spread)
            break
        _arrives(state, function, names[index] if index < len(names) else rest, kind)
    known = {*names, *(arg.arg for arg in definition.kwonlyargs)}
    for keyword, kind in call.keywords.items():
        if keyword is None:
            for name in (*names, others):
                if name not in call.keywords:
                    _arrives(state, function, name, k.UNKNOWN)
        else:
            _arrives(state, function, keyword if keyword in known else others, kind)


def _arrives(state: State, function: k.FuncInfo, name: str, kind: k.Kind) -> None:
    if kind is k.NONE:
        function.given_none.add(name)
    param = function.rest.get(name) or function.params.get(name)
    if isinstance(param, k.Var) and param.settled is None:
        kind = values.stored(k.settle(kind))
        if kind is not k.NONE and kind is not param:
            param.calls[kind] = None
    elif param is not None and k.is_tensor(param) and isinstance(k.settle(kind), k.Var):
        need_tensor(state, kind)


def set_attribute(state: State, cls: k.ClassInfo, name: str, kind: k.Kind, at: ast.AST) -> None:
    """An attribute of the objects of a class is given a value, which may be one of several in the file."""
    kind = open_unknown(state, kind, at, name)
    old = cls.fresh.get(name)
    if old is not None:
        if k.settle(old) is k.BUFFER and k.is_tensor(kind):
            return
        if k.settle(old) is k.PARAMETER and k.settle(kind) is k.NONE:
            return
        kind = k.join(old, kind)
    cls.fresh[name] = kind
    if name not in cls.attrs:
        cls.attrs[name] = kind
        state.changed = True


def grow(state: State, target: ast.expr, old: k.Seq, elem: k.Kind) -> None:
    """A list in a variable or an attribute gets another element."""
    rebind(state, target, k.Seq(old.name, k.settle(elem) if old.items == () else k.join(old.elem, elem)))


def rebind(state: State, target: ast.expr, kind: k.Kind) -> None:
    """What a variable or an attribute holds is changed in place."""
    if isinstance(target, ast.Name):
        state.env.vars[target.id] = kind
    elif isinstance(target, ast.Attribute):
        for cls in values.own_classes(state.kind(target.value)):
            if target.attr in cls.fresh:
                cls.fresh[target.attr] = kind


# ---------------------------------------------------------------------- where paths meet

Names = dict[str, k.Kind]


def merge(state: State, a: Names, b: Names, at: ast.AST) -> Names:
    """The names of a scope after one of two paths."""

    def either(name: str, left: k.Kind, right: k.Kind) -> k.Kind:
        two = _two_meanings(state, left, right)
        return two or open_unknown(state, k.join(left, right), at, name, (left, right))

    return _merged(a, b, either)


def _two_meanings(state: State, left: k.Kind, right: k.Kind) -> k.Either | None:
    """What an import binds to something of torch's on one path, and another import or a definition on the other."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, k.Either):
            return one
        if isinstance(one, k.Ref) and state.knowledge.is_mapped(one.name) and one != other:
            if isinstance(other, (k.Ref, k.FuncRef, k.ClassRef)):
                return k.Either(one.name)
    return None


def merge_handler(state: State, tried: Names, handled: Names, at: ast.Try) -> Names:
    """The names after a `try` and one of its handlers: what is imported there is taken for present.

    Not so what stands in for something of torch's, which is imported where that is missing: there is none of it for
    MindSpore.
    """
    prefers_handler = has_full_fallback(at)

    def either(name: str, left: k.Kind, right: k.Kind) -> k.Kind:
        if prefers_handler and isinstance(left, k.Ref) and isinstance(right, k.Ref):
            if state.knowledge.is_mapped(right.name) and _is_foreign(state, left.name):
                return right
        if isinstance(left, k.Ref) and state.knowledge.is_mapped(left.name):
            return left
        two = _two_meanings(state, left, right)
        if two is not None:
            return two
        return left if isinstance(left, k.Ref) else open_unknown(state, k.join(left, right), at, name)

    return _merged(tried, handled, either)


def _is_foreign(state: State, name: str) -> bool:
    """Whether an imported name belongs neither to torch or MindSpore nor to the package of the file."""
    if name.startswith((".", "mindspore")) or state.knowledge.is_mapped(name):
        return False
    return state.neighbours is None or not state.neighbours.has_module(name.rpartition(".")[0] or name)


def _merged(a: Names, b: Names, either: Callable[[str, k.Kind, k.Kind], k.Kind]) -> Names:
    merged: Names = {}
    for name in {**a, **b}:
        left, right = a.get(name), b.get(name)
        if left is None or right is None:
            merged[name] = left or right or k.UNKNOWN
        else:
            merged[name] = left if left is right else either(name, left, right)
    return merged
