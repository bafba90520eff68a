"""One abstract run over a file: what every name means and what kind every value has.

The run follows the statements in order with an environment per scope, so that imports, shadowing, reassignment and
`isinstance` tests come out as Python would see them. Functions are run with the kinds their callers in this file pass.
It is repeated until nothing new is learned (four rounds at most).
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from torch2ms.mapping.namespaces import is_torch
from torch2ms.source import kinds as k
from torch2ms.source import lookup, unknowns, values
from torch2ms.source.evaluate import bind, evaluate
from torch2ms.source.facts import Env, Facts, FunctionNode, is_module_class
from torch2ms.source.knowledge import Knowledge
from torch2ms.source.members import ARRAY_LIBRARIES, FRAMEWORKS, MODULE_MEMBERS
from torch2ms.source.narrowing import narrow
from torch2ms.source.neighbours import Neighbours, of_module
from torch2ms.source.outlines import qualified
from torch2ms.source.state import Frame, State
from torch2ms.source.syntax import (
    defaults,
    dotted,
    imported,
    is_forward,
    leaves,
    parameters,
    sought,
    with_defaults,
)

_ROUNDS = 4


class Inference:
    """The abstract run over one file. `run` returns the facts."""

    def __init__(self, tree: ast.Module, knowledge: Knowledge, neighbours: Neighbours | None = None) -> None:
        names = imported(tree)
        packages = {name.partition(".")[0] for name in names}
        self.state = State(
            knowledge,
            neighbours,
            Facts(
                tree,
                knows_torch=any(_means_torch(name, knowledge, neighbours) for name in names),
                neighbours=neighbours,
            ),
            statement=tree.body[0] if tree.body else ast.Pass(),
            arrays=not packages.isdisjoint(ARRAY_LIBRARIES),
            frameworks=not packages.isdisjoint(FRAMEWORKS),
        )

    def run(self) -> Facts:
        """Repeat the run until nothing changes, then hand out the facts of the last one."""
        state = self.state
        for _ in range(_ROUNDS):
            _round(state)
            if not state.changed:
                break
        for node in state.inner:
            state.facts.refs.pop(node, None)
        return state.facts


def _means_torch(name: str, knowledge: Knowledge, neighbours: Neighbours | None) -> bool:
    """Whether what an import binds is something the tables have rows for, directly or through another file."""
    if knowledge.is_mapped(name):
        return True
    if neighbours is None:
        return False
    if name.endswith("*"):
        return any(map(knowledge.is_mapped, neighbours.star(name.removesuffix("*").rstrip(".") or ".").values()))
    outer = neighbours.imported(name)
    return outer is not None and knowledge.is_mapped(outer)


# ---------------------------------------------------------------------- rounds


def _round(state: State) -> None:
    """Run the whole file once, with what the rounds before it have learned."""
    _forget(state)
    _block(state, state.facts.tree.body)
    while state.waiting:
        info, env = state.waiting.popleft()
        _run_function(state, info, env)
    _settle_round(state)
    _find_mixins(state)
    names = set(state.facts.refs.values())
    if not names <= state.torch_names:
        state.torch_names |= names
        state.changed = state.changed or state.asked_for_names


def _forget(state: State) -> None:
    """What a round finds again."""
    facts = state.facts
    for table in (facts.kinds, facts.refs, facts.either, facts.attributes, facts.calls, facts.import_names):
        table.clear()
    for found in (facts.imports, facts.stars, facts.functions, facts.classes):
        found.clear()
    state.inner.clear()
    state.supposed.clear()
    for cls in state.classes.values():
        cls.fresh = {}
    state.env = state.top = Env(None)
    state.frame = Frame()
    state.changed = False


def _find_mixins(state: State) -> None:
    """What only modules derive from, and derives from nothing itself, is part of a module: its `self` is one."""
    derived: dict[k.ClassInfo, list[bool]] = {}
    for cls in state.facts.classes:
        is_module = is_module_class(cls, state.knowledge)
        for base in cls.mro():
            if base is not cls and not base.is_mixin:
                derived.setdefault(base, []).append(is_module)
    made = {kind.cls for kind in map(k.settle, state.facts.calls.values()) if isinstance(kind, k.ClassRef)}
    for cls, of_modules in derived.items():
        plain = all(dotted(base) in ("object", "ABC", "abc.ABC") for base in cls.node.bases)
        if all(of_modules) and plain and cls not in made and not is_module_class(cls, state.knowledge):
            cls.is_mixin = state.changed = True
            for method in cls.methods.values():
                _become_module(method, cls)


def _become_module(method: k.FuncInfo, cls: k.ClassInfo) -> None:
    for name, kind in method.params.items():
        if kind == k.Instance(cls):
            method.params[name] = k.Module((cls,))


def _settle_round(state: State) -> None:
    """Settle attributes by what was stored in them, and parameters by what was passed."""
    for cls in state.classes.values():
        for name, kind in cls.fresh.items():
            if k.settle(cls.attrs.get(name, k.NONE)) != k.settle(kind):
                cls.attrs[name] = kind
                state.changed = True
    for info in state.functions.values():
        for param in (*info.params.values(), *info.rest.values()):
            if isinstance(param, k.Var) and param.settled is None:
                passed = [_told(state, kind) for kind in param.calls]
                if param.default not in (None, k.NONE) and not isinstance(param.default, (k.Ref, k.StoredApi)):
                    passed.append(param.default)
                merged = k.join_all(passed)
                if merged is not k.UNKNOWN and merged is not k.NONE:
                    unknowns.settle_as(state, param, merged)
        for name, rest in info.rest.items():
            if rest.settled is not None:
                given = info.params[name]
                info.params[name] = k.Seq("tuple", rest) if isinstance(given, k.Seq) else k.Mapping_(rest)
    unknowns.settle_supposed(state)


def _told(state: State, kind: k.Kind) -> k.Kind:
    """What an argument tells of a parameter: `self.net.body` of an unknown net tells nothing."""
    kind = k.known(kind)
    if isinstance(kind, k.Member) and k.known(kind.receiver) is k.UNKNOWN:
        if kind.name not in state.knowledge.tensor_members and kind.name not in MODULE_MEMBERS:
            return k.UNKNOWN
    return kind


# ---------------------------------------------------------------------- functions


def _run_function(state: State, info: k.FuncInfo, env: Env) -> None:
    """Run the body of a function with what is known of its parameters."""
    node = info.node
    if isinstance(node, ast.Lambda):
        return
    outer = state.env, state.frame
    in_module = info.cls is not None and is_module_class(info.cls, state.knowledge)
    state.env = Env(env, dict(info.params))
    state.frame = Frame(info, in_module, in_module and is_forward(node))
    state.facts.functions.append(info)
    _block(state, node.body)
    if node.returns is None or info.returns is k.UNKNOWN:
        result = k.known(k.join_all(state.frame.returns)) if state.frame.returns else k.NONE
        if info.generator:
            result = k.Seq("generator")
        if result != info.returns:
            info.returns = result
            state.changed = True
    state.env, state.frame = outer


def _function(state: State, node: FunctionNode, cls: k.ClassInfo | None) -> k.FuncInfo:
    """What is known of a function, from its definition when it is met first. `cls`: it is a method of this class."""
    info = state.functions.get(node)
    if info is not None:
        return info
    names = tuple(dotted(d.func if isinstance(d, ast.Call) else d) for d in node.decorator_list)
    with_context = cls is not None and node.name in ("forward", "backward") and lookup.is_autograd_function(state, cls)
    info = state.functions[node] = k.FuncInfo(
        node,
        cls,
        # Its context stands for the object: what is stored in it here is read there.
        static="staticmethod" in names and not with_context,
        is_property="property" in names or any(name.endswith("cached_property") for name in names),
        generator=state.facts.parents.is_generator(node),
        decorators=names,
    )
    if node.returns is not None:
        info.returns = lookup.annotation(state, node.returns)
    _parameters(state, info, node, with_context)
    return info


def _parameters(state: State, info: k.FuncInfo, node: FunctionNode, with_context: bool) -> None:
    """What the definition of a function tells of its parameters. `with_context`: it is the forward or the backward of
    an autograd function."""
    cls, args = info.cls, node.args
    given_tensors = with_context and node.name == "backward"
    weak = with_context or (cls is not None and is_module_class(cls, state.knowledge) and is_forward(node))
    others = state.facts.parents.of_other_kinds(node, state.knowledge.tensor_members)
    for index, (arg, default) in enumerate(with_defaults(args)):
        if index == 0 and cls is not None and not info.static:
            info.params[arg.arg] = _receiver(state, info, node, cls)
        elif given_tensors:
            info.params[arg.arg] = k.TENSOR
        else:
            info.params[arg.arg] = _parameter(state, arg, default, weak, arg.arg in others)
        if isinstance(default, ast.Constant) and default.value is None:
            info.given_none.add(arg.arg)
    for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        info.params[arg.arg] = _parameter(state, arg, default, weak, arg.arg in others)
        if isinstance(default, ast.Constant) and default.value is None:
            info.given_none.add(arg.arg)
    if args.vararg is not None:
        promised = args.vararg.annotation
        info.params[args.vararg.arg] = k.Seq("tuple", lookup.annotation(state, promised) if promised else k.UNKNOWN)
    if args.kwarg is not None:
        info.params[args.kwarg.arg] = k.Mapping_(k.UNKNOWN)
    for rest in (args.vararg, args.kwarg):
        if rest is not None and rest.annotation is None:
            info.rest[rest.arg] = k.Var()


def _receiver(state: State, info: k.FuncInfo, node: FunctionNode, cls: k.ClassInfo) -> k.Kind:
    """The kind of `self`, or `cls`."""
    if "classmethod" in info.decorators or node.name in ("__new__", "__init_subclass__"):
        return k.ClassRef(cls)
    return k.Module((cls,)) if is_module_class(cls, state.knowledge) else k.Instance(cls)


def _parameter(state: State, arg: ast.arg, default: ast.expr | None, weak: bool, not_tensor: bool) -> k.Kind:
    annotated = lookup.annotation(state, arg.annotation) if arg.annotation is not None else k.UNKNOWN
    if annotated is not k.UNKNOWN:
        return annotated
    kind = None if default is None else values.stored(state.facts.kind(default))
    if isinstance(kind, k.StoredApi):
        return k.StoredApi(kind.name, True)
    return k.Var(weak=weak and not not_tensor, default=None if kind is k.UNKNOWN else kind, not_tensor=not_tensor)


# ---------------------------------------------------------------------- blocks


def _block(state: State, body: Sequence[ast.stmt]) -> None:
    """Run statements in order."""
    for stmt in body:
        state.statement = stmt
        state.facts.owners[stmt] = state.frame.function
        _STATEMENTS.get(type(stmt), _parts)(state, stmt)


def _parts(state: State, stmt: ast.stmt) -> None:
    """Any other statement: the expressions in it, and the cases of a `match`."""
    for child in ast.iter_child_nodes(stmt):
        if isinstance(child, ast.expr):
            evaluate(state, child)
        elif isinstance(child, ast.match_case):
            _block(state, child.body)


def _if(state: State, stmt: ast.If) -> None:
    evaluate(state, stmt.test)
    before = state.env.vars
    then = _branch(state, dict(before), stmt.test, True, stmt.body)
    state.statement = stmt
    other = _branch(state, dict(before), stmt.test, False, stmt.orelse)
    if leaves(stmt.body):
        state.env.vars = other
    elif leaves(stmt.orelse):
        state.env.vars = then
    else:
        state.env.vars = unknowns.merge(state, then, other, stmt)


def _branch(
    state: State, names: dict[str, k.Kind], test: ast.expr, truth: bool, body: Sequence[ast.stmt]
) -> dict[str, k.Kind]:
    """The names after a branch that is taken when a test holds (or does not)."""
    state.env.vars = names
    narrow(state, test, truth)
    _block(state, body)
    return state.env.vars


def _for(state: State, stmt: ast.For | ast.AsyncFor) -> None:
    elem = values.element(evaluate(state, stmt.iter))
    _loop(state, stmt, lambda: bind(state, stmt.target, elem))
    found = sought(stmt)
    if found is not None:
        narrow(state, found, True)


def _while(state: State, stmt: ast.While) -> None:
    _loop(state, stmt, lambda: evaluate(state, stmt.test))


def _loop(state: State, stmt: ast.For | ast.AsyncFor | ast.While, enter: Callable[[], object]) -> None:
    """Run a loop, twice if a name means something else after it. `enter`: what precedes the body each time."""
    before = dict(state.env.vars)
    enter()
    _block(state, stmt.body)
    after = unknowns.merge(state, before, state.env.vars, stmt)
    if any(k.settle(after[name]) != k.settle(kind) for name, kind in before.items()):
        state.env.vars = dict(after)
        state.statement = stmt
        enter()
        _block(state, stmt.body)
        after = unknowns.merge(state, after, state.env.vars, stmt)
    state.env.vars = after
    _block(state, stmt.orelse)


def _with(state: State, stmt: ast.With | ast.AsyncWith) -> None:
    for item in stmt.items:
        kind = evaluate(state, item.context_expr)
        if item.optional_vars is not None:
            bind(state, item.optional_vars, kind if isinstance(kind, k.Instance) and _enters_self(kind) else k.UNKNOWN)
    _block(state, stmt.body)


def _enters_self(kind: k.Instance) -> bool:
    """Whether `with` gives the object itself, as far as its class is in the file."""
    enter = kind.cls.method("__enter__") if isinstance(kind.cls, k.ClassInfo) else None
    if enter is None or isinstance(enter.node, ast.Lambda):
        return True
    me = next((arg.arg for arg in (*enter.node.args.posonlyargs, *enter.node.args.args)), "")
    given = [node.value for node in ast.walk(enter.node) if isinstance(node, ast.Return)]
    return all(isinstance(value, ast.Name) and value.id == me for value in given)


def _try(state: State, stmt: ast.Try) -> None:
    _block(state, stmt.body)
    after = state.env.vars
    for handler in stmt.handlers:
        state.statement = stmt
        if handler.type is not None:
            evaluate(state, handler.type)
        state.env.vars = dict(after)
        if handler.name is not None:
            state.facts.bound.add(handler.name)
            state.env.vars[handler.name] = k.OTHER
        _block(state, handler.body)
        if not leaves(handler.body):
            after = unknowns.merge_handler(state, after, state.env.vars, stmt)
    state.env.vars = after
    _block(state, stmt.orelse)
    _block(state, stmt.finalbody)


# ---------------------------------------------------------------------- simple statements


def _expression(state: State, stmt: ast.Expr) -> None:
    evaluate(state, stmt.value)


def _return(state: State, stmt: ast.Return) -> None:
    state.frame.returns.append(k.NONE if stmt.value is None else evaluate(state, stmt.value))


def _assign(state: State, stmt: ast.Assign) -> None:
    kind = evaluate(state, stmt.value)
    kept = _makes_buffer(state, stmt.value)
    for target in stmt.targets:
        bind(state, target, kind)
        if kept is not None and isinstance(target, ast.Attribute):
            for cls in values.own_classes(state.facts.kind(target.value)):
                cls.buffers[target.attr] = kept


def _makes_buffer(state: State, value: ast.expr) -> bool | None:
    """Whether checkpoints keep the buffer that `nn.Buffer(…)` makes; None where something else is assigned."""
    if not isinstance(value, ast.Call):
        return None
    name = state.facts.refs.get(value.func)
    if name is None or state.knowledge.canonical(name) != "torch.nn.Buffer":
        return None
    given = next((keyword.value for keyword in value.keywords if keyword.arg == "persistent"), None)
    given = value.args[1] if given is None and len(value.args) > 1 else given
    return not isinstance(given, ast.Constant) or bool(given.value)


def _annotated(state: State, stmt: ast.AnnAssign) -> None:
    evaluate(state, stmt.annotation)
    promised = lookup.annotation(state, stmt.annotation)
    if stmt.value is not None:
        kind = evaluate(state, stmt.value)
        if promised is not k.UNKNOWN and k.known(kind) in (k.UNKNOWN, k.NONE):
            kind = promised
        bind(state, stmt.target, kind)
    elif isinstance(stmt.target, ast.Name):
        state.env.vars[stmt.target.id] = promised
    elif isinstance(stmt.target, ast.Attribute):
        evaluate(state, stmt.target)


def _augmented(state: State, stmt: ast.AugAssign) -> None:
    right = evaluate(state, stmt.value)
    left = evaluate(state, stmt.target)
    result = values.arithmetic(left, right, stmt.op)
    if k.settle(left) in (k.PARAMETER, k.BUFFER):
        result = k.settle(left)
    state.facts.kinds[stmt] = result
    if isinstance(stmt.target, ast.Name):
        name = stmt.target.id
        state.facts.bound.add(name)
        state.env.vars[name] = unknowns.open_result(state, result, left, right, stmt.op, stmt.target)


# ---------------------------------------------------------------------- definitions


def _header(state: State, node: FunctionNode) -> None:
    """Run what a definition evaluates at once: decorators, defaults, annotations."""
    for decorator in node.decorator_list:
        evaluate(state, decorator)
    for default in defaults(node.args):
        evaluate(state, default)
    for arg in parameters(node.args):
        state.facts.bound.add(arg.arg)
        if arg.annotation is not None:
            evaluate(state, arg.annotation)
    if node.returns is not None:
        evaluate(state, node.returns)


def _define(state: State, stmt: FunctionNode) -> None:
    _header(state, stmt)
    info = _function(state, stmt, None)
    state.facts.bound.add(stmt.name)
    state.env.vars[stmt.name] = k.FuncRef(info)
    state.waiting.append((info, state.env))


def _class(state: State, stmt: ast.ClassDef) -> None:
    info = _class_info(state, stmt)
    state.facts.classes.append(info)
    state.facts.bound.add(stmt.name)
    outer = state.env
    outer.vars[stmt.name] = k.ClassRef(info)
    state.env = Env(outer)
    methods: list[k.FuncInfo] = []
    for child in stmt.body:
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            methods.append(_method(state, child, info))
        else:
            _block(state, [child])
    for name, kind in state.env.vars.items():
        if name not in info.methods:
            info.fresh[name] = values.stored(kind)
    state.env = outer
    # What __init__ stores, the other methods read.
    methods.sort(key=lambda method: getattr(method.node, "name", "") != "__init__")
    state.waiting.extend((method, outer) for method in methods)


def _class_info(state: State, stmt: ast.ClassDef) -> k.ClassInfo:
    """Run the head of a class; what is known of it, made when it is met first."""
    for decorator in stmt.decorator_list:
        evaluate(state, decorator)
    bases = tuple([values.stored(evaluate(state, base)) for base in stmt.bases])
    for keyword in stmt.keywords:
        evaluate(state, keyword.value)
    info = state.classes.get(stmt)
    if info is None:
        info = state.classes[stmt] = k.ClassInfo(stmt, bases)
        lookup.look_for_module(state, info)
        lookup.inherit_buffers(state, info)
        state.changed = True
    return info


def _method(state: State, node: FunctionNode, cls: k.ClassInfo) -> k.FuncInfo:
    state.statement = node
    state.facts.owners[node] = state.frame.function
    _header(state, node)
    info = _function(state, node, cls)
    cls.methods[node.name] = info
    state.env.vars[node.name] = k.FuncRef(info)
    return info


# ---------------------------------------------------------------------- imports


def _import(state: State, stmt: ast.Import) -> None:
    state.facts.imports.append(stmt)
    for alias in stmt.names:
        name = alias.name if alias.asname else alias.name.partition(".")[0]
        state.env.vars[alias.asname or name] = k.Ref(name)


def _import_from(state: State, stmt: ast.ImportFrom) -> None:
    state.facts.imports.append(stmt)
    for alias in stmt.names:
        if alias.name == "*":
            if not stmt.level:
                state.facts.stars.append(stmt)
            _import_all(state, qualified(stmt.level, stmt.module))
            continue
        name = qualified(stmt.level, stmt.module, alias.name)
        outer = None
        if state.neighbours is not None and not state.knowledge.is_mapped(name):
            outer = state.neighbours.imported(name)
        if outer is not None and state.knowledge.is_mapped(outer):
            if state.neighbours is None or not state.neighbours.keeps(name):
                state.facts.passed_on[alias] = outer
            name = outer
        state.env.vars[alias.asname or alias.name] = k.Ref(name)


def _import_all(state: State, module: str) -> None:
    """`from torch.nn import *` binds every known public name of the module."""
    if not is_torch(module):
        _import_all_of_neighbour(state, module)
        return
    prefix = module + "."
    for name in (*state.knowledge.tables.torch_signatures, *state.knowledge.tables.rows):
        if name.startswith(prefix):
            rest = name[len(prefix) :]
            if "." not in rest and not rest.startswith("_"):
                state.env.vars.setdefault(rest, k.Ref(name))


def _import_all_of_neighbour(state: State, module: str) -> None:
    if state.neighbours is None:
        return
    names, outside = state.neighbours.star_names(module), state.neighbours.star(module)
    state.facts.bound |= names
    for local in sorted(names - outside.keys()):
        if state.neighbours.function(own := of_module(module, local)) is not None:
            state.env.vars[local] = k.Ref(own)
    for local, outer in outside.items():
        if is_torch(outer):
            state.env.vars[local] = k.Ref(outer)
            state.facts.passed_on_by_star[local] = outer


_STATEMENTS: dict[type[ast.AST], Callable[..., None]] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Return: _return,
    ast.If: _if,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: _try,
    ast.FunctionDef: _define,
    ast.AsyncFunctionDef: _define,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
}
