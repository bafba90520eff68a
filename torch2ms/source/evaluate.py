"""Expressions, run one by one: the kind of each goes into the facts. One function a node type, in one table."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from torch2ms.mapping.namespaces import is_torch, member
from torch2ms.source import kinds as k
from torch2ms.source import lookup, results, unknowns, values
from torch2ms.source.facts import Env
from torch2ms.source.narrowing import narrow
from torch2ms.source.state import State
from torch2ms.source.syntax import defaults, dotted, parameters
from torch2ms.source.values import Call, stored


def evaluate(state: State, node: ast.expr) -> k.Kind:
    """Run an expression; its kind."""
    run = _EXPRESSIONS.get(type(node), _parts)
    kind = state.facts.kinds[node] = run(state, node)
    return kind


def _parts(state: State, node: ast.expr) -> k.Kind:
    """The parts of an expression whose own kind is not known: `await x`, `yield x`, a slice."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            evaluate(state, child)
    return k.UNKNOWN


# ---------------------------------------------------------------------- names and attributes


def _name(state: State, node: ast.Name) -> k.Kind:
    kind = state.env.get(node.id)
    if kind is None:
        if state.facts.stars:
            state.facts.unbound.add(node.id)
        return values.BUILTIN_NAMES.get(node.id, k.UNKNOWN)
    if isinstance(kind, k.Ref):
        state.facts.import_names[node] = kind.name
        state.facts.stmts[node] = state.statement
        if state.knowledge.is_mapped(kind.name):
            state.facts.refs[node] = kind.name
        return kind
    if isinstance(kind, k.Either):
        state.facts.either[node] = kind.name
        state.facts.stmts[node] = state.statement
        return kind
    return k.settle(kind)


def _attribute(state: State, node: ast.Attribute) -> k.Kind:
    receiver = evaluate(state, node.value)
    if values.is_unseen(receiver) and not isinstance(node.value, ast.Name):
        receiver = state.facts.kinds[node.value] = unknowns.open_unknown(state, k.UNKNOWN, node.value, ".")
    if (named := _by_name(state, node.value)) is not None:
        receiver = named
    if isinstance(receiver, k.Ref):
        name = _meant(state, member(receiver.name, node.attr))
        if state.knowledge.is_mapped(name):
            state.inner.add(node.value)
            state.facts.refs[node] = name
            state.facts.stmts[node] = state.statement
        return k.Ref(name)
    if isinstance(receiver, k.Either) and state.knowledge.is_mapped(name := member(receiver.name, node.attr)):
        state.facts.either.pop(node.value, None)
        state.facts.either[node] = name
        state.facts.stmts[node] = state.statement
        return k.Either(name)
    _record_attribute(state, node, receiver)
    name = dotted(node)
    narrowed = state.env.get(name) if name else None
    return lookup.member(state, receiver, node) if narrowed is None else k.settle(narrowed)


def _meant(state: State, name: str) -> str:
    """The name of torch that an attribute of another file of the package stands for: `layers.F`; or the name itself."""
    if state.neighbours is None or is_torch(name) or state.knowledge.is_mapped(name):
        return name
    outer = state.neighbours.imported(name)
    return outer if outer is not None and state.knowledge.is_mapped(outer) else name


def _by_name(state: State, node: ast.expr) -> k.Ref | None:
    """`getattr(torch, "version")`, of which an attribute is read: what `torch.version` means."""
    match node:
        case ast.Call(func=ast.Name(id="getattr"), args=[owner, ast.Constant(value=str(name))], keywords=[]):
            kind = _by_name(state, owner) or state.facts.kinds.get(owner)
            if isinstance(kind, k.Ref) and state.env.get("getattr") is None:
                full = member(kind.name, name)
                if name.isidentifier() and state.knowledge.is_mapped(full):
                    state.inner.add(owner)
                    return k.Ref(full)
    return None


def _record_attribute(state: State, node: ast.Attribute, receiver: k.Kind) -> None:
    state.facts.attributes[node] = receiver
    state.facts.stmts[node] = state.statement


def _call(state: State, node: ast.Call) -> k.Kind:
    callee = k.settle(evaluate(state, node.func))
    if isinstance(callee, k.Var):
        callee.called = True
        callee = unknowns.module_if_called(state, callee)
    state.facts.calls[node] = callee
    state.facts.stmts[node] = state.statement
    args = [evaluate(state, arg) for arg in node.args]
    keywords = {keyword.arg: evaluate(state, keyword.value) for keyword in node.keywords}
    return results.of_call(state, callee, Call(node, args, keywords))


def _subscript(state: State, node: ast.Subscript) -> k.Kind:
    base = k.settle(evaluate(state, node.value))
    evaluate(state, node.slice)
    index = node.slice
    if isinstance(base, k.Var) and base.weak and isinstance(index, ast.Tuple):
        unknowns.need_tensor(state, base)
        base = k.settle(base)
    found = values.item(base, index)
    if found is not None:
        return found
    if base is k.FILE:
        name = index.value if isinstance(index, ast.Constant) else None
        return values.stored(lookup.of_file(state, name)) if isinstance(name, str) else k.UNKNOWN
    if isinstance(base, k.Ref) and base.name == "sys.modules":
        return k.FILE if isinstance(index, ast.Name) and index.id == "__name__" else k.OTHER
    if isinstance(index, ast.Tuple) and any(isinstance(part, ast.Slice) for part in index.elts):
        return unknowns.open_unknown(state, k.UNKNOWN, node, "[]", (base,), state.may_hold_tensors())
    return unknowns.open_unknown(state, k.UNKNOWN, node, "[]")


# ---------------------------------------------------------------------- operators


def _binop(state: State, node: ast.BinOp) -> k.Kind:
    left, right = evaluate(state, node.left), evaluate(state, node.right)
    return unknowns.open_result(state, values.arithmetic(left, right, node.op), left, right, node.op, node)


def _unary(state: State, node: ast.UnaryOp) -> k.Kind:
    kind = evaluate(state, node.operand)
    return k.BOOL if isinstance(node.op, ast.Not) else kind


def _boolop(state: State, node: ast.BoolOp) -> k.Kind:
    saved = state.env.vars
    state.env.vars = dict(saved)
    found = []
    for value in node.values:
        found.append(evaluate(state, value))
        narrow(state, value, isinstance(node.op, ast.And))
    state.env.vars = saved
    return k.join_all(found)


def _compare(state: State, node: ast.Compare) -> k.Kind:
    kinds = [evaluate(state, node.left), *(evaluate(state, right) for right in node.comparators)]
    kind = values.comparison(kinds, node.ops)
    if kind is not k.UNKNOWN:
        return kind
    return unknowns.open_unknown(state, kind, node, "<", values.beside_number(kinds[0], kinds[-1]))


def _ifexp(state: State, node: ast.IfExp) -> k.Kind:
    evaluate(state, node.test)
    saved = state.env.vars
    state.env.vars = dict(saved)
    narrow(state, node.test, True)
    then = evaluate(state, node.body)
    state.env.vars = dict(saved)
    narrow(state, node.test, False)
    other = evaluate(state, node.orelse)
    state.env.vars = saved
    return k.join(stored(then), stored(other))


# ---------------------------------------------------------------------- literals and displays


def _constant(state: State, node: ast.Constant) -> k.Kind:
    return values.constant(node.value)


def _joined(state: State, node: ast.JoinedStr) -> k.Kind:
    for value in node.values:
        if isinstance(value, ast.FormattedValue):
            evaluate(state, value.value)
            if value.format_spec is not None:
                evaluate(state, value.format_spec)
    return k.STR


def _tuple(state: State, node: ast.Tuple) -> k.Kind:
    return _sequence(state, "tuple", node.elts)


def _list(state: State, node: ast.List) -> k.Kind:
    return _sequence(state, "list", node.elts)


def _sequence(state: State, name: str, elts: Sequence[ast.expr]) -> k.Kind:
    items = tuple([evaluate(state, elt) for elt in elts])
    if not any(isinstance(elt, ast.Starred) for elt in elts):
        return k.Seq(name, k.join_all(items), items)
    spread = [
        values.element(state.kind(elt.value)) if isinstance(elt, ast.Starred) else item
        for elt, item in zip(elts, items, strict=True)
    ]
    return k.Seq(name, k.join_all(spread))


def _set(state: State, node: ast.Set) -> k.Kind:
    return k.Seq("set", k.join_all([evaluate(state, elt) for elt in node.elts]))


def _dict(state: State, node: ast.Dict) -> k.Kind:
    for key in node.keys:
        if key is not None:
            evaluate(state, key)
    given = [stored(evaluate(state, value)) for value in node.values]
    found = [kind if key is not None else _spread(kind) for key, kind in zip(node.keys, given, strict=True)]
    names = [key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
    fields = tuple(zip(names, found, strict=True)) if len(names) == len(found) else None
    return k.Mapping_(k.join_all(found), fields)


def _spread(kind: k.Kind) -> k.Kind:
    """The kind of the values that `**kind` puts into a dict."""
    kind = k.settle(kind)
    return kind.value if isinstance(kind, k.Mapping_) else k.UNKNOWN


def _starred(state: State, node: ast.Starred) -> k.Kind:
    evaluate(state, node.value)
    return k.UNKNOWN


# ---------------------------------------------------------------------- scopes of their own


def _lambda(state: State, node: ast.Lambda) -> k.Kind:
    """A function of one expression; what its parameters are, the calls of it tell."""
    info = state.functions.get(node)
    if info is None:
        info = state.functions[node] = k.FuncInfo(node)
    outer = state.env
    for default in defaults(node.args):
        evaluate(state, default)
    state.env = Env(outer)
    for arg in parameters(node.args):
        state.facts.bound.add(arg.arg)
        info.params[arg.arg] = state.env.vars[arg.arg] = unknowns.open_unknown(state, k.UNKNOWN, node, arg.arg)
    result = k.known(evaluate(state, node.body))
    state.env = outer
    if result != info.returns:
        info.returns = result
        state.changed = True
    return k.FuncRef(info)


def _comprehension(state: State, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> k.Kind:
    outer = state.env
    state.env = Env(outer)
    _generators(state, node.generators)
    elem = evaluate(state, node.elt)
    state.env = outer
    return k.Seq("list" if isinstance(node, ast.ListComp) else "generator", elem)


def _dictcomp(state: State, node: ast.DictComp) -> k.Kind:
    outer = state.env
    state.env = Env(outer)
    _generators(state, node.generators)
    evaluate(state, node.key)
    value = evaluate(state, node.value)
    state.env = outer
    return k.Mapping_(value)


def _generators(state: State, generators: Sequence[ast.comprehension]) -> None:
    for generator in generators:
        bind(state, generator.target, values.element(evaluate(state, generator.iter)))
        for test in generator.ifs:
            evaluate(state, test)
            narrow(state, test, True)


def _walrus(state: State, node: ast.NamedExpr) -> k.Kind:
    kind = evaluate(state, node.value)
    bind(state, node.target, kind)
    return kind


# ---------------------------------------------------------------------- targets


def bind(state: State, target: ast.expr, kind: k.Kind) -> None:
    """Assign a kind to a target."""
    if values.is_unseen(kind):
        kind = k.UNKNOWN  # what `outputs.loc` is, its uses will tell
    if isinstance(target, ast.Name):
        state.facts.bound.add(target.id)
        kind = unknowns.open_unknown(state, stored(kind), target, target.id)
        state.env.vars[target.id] = state.facts.kinds[target] = kind
    elif isinstance(target, (ast.Tuple, ast.List)):
        _unpack(state, target.elts, k.settle(kind))
    elif isinstance(target, ast.Attribute):
        receiver = evaluate(state, target.value)
        _record_attribute(state, target, receiver)
        state.facts.kinds[target] = kind
        for cls in values.own_classes(k.settle(receiver)):
            unknowns.set_attribute(state, cls, target.attr, stored(kind), target)
    elif isinstance(target, ast.Starred):
        bind(state, target.value, k.Seq("list"))
    elif isinstance(target, ast.Subscript):
        evaluate(state, target)
        base = state.kind(target.value)
        if isinstance(base, k.Mapping_):
            unknowns.rebind(state, target.value, values.with_item(base, target.slice, stored(kind)))
    else:
        evaluate(state, target)


def _unpack(state: State, targets: Sequence[ast.expr], kind: k.Kind) -> None:
    elem = values.element(kind)
    items: Sequence[k.Kind] = [elem] * len(targets)
    if isinstance(kind, k.Seq) and kind.items is not None and len(kind.items) == len(targets):
        items = kind.items
    for target, item in zip(targets, items, strict=True):
        if isinstance(target, ast.Starred):
            bind(state, target.value, k.Seq("list", elem))
        else:
            bind(state, target, item)


_EXPRESSIONS: dict[type[ast.AST], Callable[..., k.Kind]] = {
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.Constant: _constant,
    ast.BinOp: _binop,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolop,
    ast.Compare: _compare,
    ast.Subscript: _subscript,
    ast.Tuple: _tuple,
    ast.List: _list,
    ast.Set: _set,
    ast.Dict: _dict,
    ast.IfExp: _ifexp,
    ast.Lambda: _lambda,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _dictcomp,
    ast.JoinedStr: _joined,
    ast.Starred: _starred,
    ast.NamedExpr: _walrus,
}
