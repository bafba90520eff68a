"""What a condition tells of the values in it. The condition has been run; what it found is in the facts."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from torch2ms.source import kinds as k
from torch2ms.source.lookup import annotation
from torch2ms.source.state import State
from torch2ms.source.syntax import dotted, text_test, type_of

_LAYERS = "torch.nn."


def narrow(state: State, test: ast.expr, truth: bool) -> None:
    """Learn from a condition that holds (or does not): the names of the scope get the kinds it leaves them."""
    if isinstance(test, ast.UnaryOp):
        if isinstance(test.op, ast.Not):
            narrow(state, test.operand, not truth)
    elif isinstance(test, ast.BoolOp):
        if isinstance(test.op, ast.And) is truth:
            for value in test.values:
                narrow(state, value, truth)
        elif truth:
            _narrow_to_any(state, test.values)
    else:
        found = _shown(state, test) if truth else _denied(state, test)
        if found is None:
            return
        name, kind = found
        if kind is k.UNKNOWN and isinstance(test, ast.Call) and isinstance(state.kind(test.args[0]), k.Module):
            kind = k.Module()  # a module, of whatever class
        state.env.vars[name] = kind


def _narrow_to_any(state: State, tests: Sequence[ast.expr]) -> None:
    """Learn from conditions of which one holds, if all of them are about the same value."""
    names: set[str] = set()
    kinds: list[k.Kind] = []
    for test in tests:
        found = _shown(state, test)
        if found is None:
            return
        names.add(found[0])
        kinds.append(found[1])
    if len(names) == 1:
        state.env.vars[names.pop()] = k.join_all(kinds)


def _shown(state: State, test: ast.expr) -> tuple[str, k.Kind] | None:
    """The name and the kind of the value that a condition tells of, if it holds."""
    if isinstance(test, ast.Call):
        kind = tested(state, test)
        name = dotted(test.args[0]) if kind is not None else ""
        return (name, kind) if name and kind is not None else None
    if not isinstance(test, ast.Compare):
        return None
    return _exact_type(state, test) or _class_name_test(state, test)


def _denied(state: State, test: ast.expr) -> tuple[str, k.Kind] | None:
    """What `type(m) != nn.Linear` tells of `m` if it does not hold."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.NotEq | ast.IsNot):
        return None
    return _exact_type(state, ast.Compare(test.left, [ast.Eq()], test.comparators))


def _exact_type(state: State, test: ast.Compare) -> tuple[str, k.Kind] | None:
    """What `type(m) == nn.Linear`, `m.__class__ is nn.Linear` and `type(m) in (nn.Linear, …)` tell of `m`."""
    if len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq | ast.Is | ast.In):
        return None
    subject, spec = test.left, test.comparators[0]
    if not isinstance(test.ops[0], ast.In) and type_of(spec) is not None:
        subject, spec = spec, subject
    of = type_of(subject)
    name = "" if of is None else dotted(of)
    if not name:
        return None
    is_in = isinstance(test.ops[0], ast.In)
    if is_in and not isinstance(spec, ast.Tuple | ast.List | ast.Set):
        return None
    classes = spec.elts if is_in and isinstance(spec, ast.Tuple | ast.List | ast.Set) else [spec]
    kind = k.join_all(annotation(state, cls) for cls in classes)
    return None if kind is k.UNKNOWN else (name, kind)


def tested(state: State, call: ast.Call) -> k.Kind | None:
    """The kind `isinstance(x, T)` or `torch.is_tensor(x)` establishes; None for other calls."""
    if not call.args:
        return None
    func = state.facts.kinds.get(call.func)
    if isinstance(func, k.Ref) and func.name == "torch.is_tensor":
        return k.TENSOR
    if not (isinstance(call.func, ast.Name) and call.func.id == "isinstance" and len(call.args) == 2):
        return None
    spec = call.args[1]
    classes = spec.elts if isinstance(spec, ast.Tuple) else [spec]
    return k.join_all(annotation(state, cls) for cls in classes)


def _class_name_test(state: State, test: ast.Compare) -> tuple[str, k.Kind] | None:
    """What a comparison of `m.__class__.__name__` tells of `m`: it is of a layer of such a name, one that the file
    uses if there is any."""
    asked = text_test(test)
    subject = None if asked is None else state.kind(asked.subject)
    if asked is None or not isinstance(subject, k.ClassName):
        return None
    state.asked_for_names = True
    know = state.knowledge
    names = []
    for layer in filter(know.is_layer, know.tables.rows):
        name = layer.rpartition(".")[2] if layer in know.tables.outside else layer.removeprefix(_LAYERS)
        if name == asked.text if asked.whole else asked.text in name:
            names.append(layer)
    here = {know.canonical(name) for name in state.torch_names}
    used = tuple(name for name in names if name in here)
    if used:
        return subject.of, k.Module(used, open=len(used) < len(names))
    return (subject.of, k.Module(tuple(names))) if names else None
