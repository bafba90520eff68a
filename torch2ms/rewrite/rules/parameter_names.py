"""Gives the parameters of several modules names of their own where one optimizer gets them: MindSpore asks for that.

A Cell names its parameters after its own attributes (`fc.weight`), so those of two Cells that are no parts of a third
one may have the same names, and an optimizer that gets both raises. `enc.update_parameters_name("enc.")` puts the name
of the module before them. Modules that come as arguments may be parts of another one, whose names must stay: they are
reported, like those of a list.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from torch2ms.model import Outcome
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.source import kinds as k

_GIVES = frozenset({"parameters", "named_parameters", "trainable_params", "get_parameters", "parameters_and_names"})
_PASSES = frozenset({"list", "tuple", "iter", "filter", "chain", "from_iterable", "sorted", "dict", "set"})
_NOTE = "their parameters are named after the modules now, in checkpoints too: MindSpore asks for names that differ"
_MESSAGE = "an optimizer of MindSpore raises where parameters of two modules have the same name"
_HINT = 'give the names a prefix before: enc.update_parameters_name("enc.")'
_LOADS = ("load_state_dict", "torch.load(", "load_checkpoint", "load_file(", "from_pretrained")


@dataclass(frozen=True, slots=True)
class _Source:
    """A module whose parameters go to an optimizer. `several`: each of the items of a container."""

    node: ast.expr
    several: bool = False


def _finish(ctx: FileContext) -> None:
    named: set[tuple[str, ast.AST]] = set()
    for use in list(ctx.sites()):
        call = use.call
        is_optimizer = use.name.startswith("torch.optim.") and use.name.count(".") == 2
        if call is None or not is_optimizer or ctx.outcome(use) is not Outcome.CONVERTED:
            continue
        given = call.args[0] if call.args else next((w.value for w in call.keywords if w.arg == "params"), None)
        if given is not None and not isinstance(given, ast.Starred):
            _decide(ctx, use, list(_Sources(ctx, use.stmt).found(given, use.stmt)), named)


def _decide(ctx: FileContext, use: Use, sources: Sequence[_Source], named: set[tuple[str, ast.AST]]) -> None:
    ordered = sorted(sources, key=lambda source: (source.node.lineno, source.node.col_offset))
    roots = {ctx.text(_root(ctx, source.node)): source for source in ordered}
    clashing = [source for source in roots.values() if _clashes(ctx, source, list(roots.values()))]
    if not clashing:
        return
    target = str(use.name).replace("torch.optim", "mindspore.experimental.optim")
    if not all(_is_made_here(ctx, source, use.stmt) for source in clashing):
        ctx.check(use, target, _MESSAGE, "T2M405", _HINT)
        return
    scope = ctx.blocks.scope(use.stmt)
    for source in clashing:
        text = ctx.text(source.node)
        if (text, scope) not in named:
            named.add((text, scope))
            prefix = text.removeprefix("self.")
            ctx.insert(use.stmt, "before", f'{{module}}.update_parameters_name("{prefix}.")', {"module": source.node})
    if any(word in ctx.source.text for word in _LOADS):
        ctx.check(use, target, "a checkpoint from before names the parameters without the module", "T2M405", _HINT)
    else:
        ctx.adapted(use, target, _NOTE, "T2M405")


# ---------------------------------------------------------------------- where the parameters come from


@dataclass(frozen=True, eq=False)
class _Sources:
    """Finds the modules whose parameters are in what an optimizer is given, which is made by `made`."""

    ctx: FileContext
    made: ast.stmt

    def found(self, node: ast.expr, stmt: ast.stmt, seen: frozenset[str] = frozenset()) -> Iterator[_Source]:
        """The modules whose parameters are in a value."""
        parts: Sequence[ast.expr] = ()
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr=attr)) if attr in _GIVES:
                yield from self._modules(owner)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args) if name in _PASSES:
                parts = args
            case ast.BinOp(left=left, right=right):
                parts = (left, right)
            case ast.List(elts=elts) | ast.Tuple(elts=elts):
                parts = elts
            case ast.Starred(value=value):
                parts = (value,)
            case ast.Dict(keys=keys, values=values):
                pairs = zip(keys, values, strict=True)
                parts = [value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "params"]
            case ast.ListComp(elt=elt, generators=generators) | ast.GeneratorExp(elt=elt, generators=generators):
                parts = [elt, *(generator.iter for generator in generators)]
            case ast.Name(id=name) if name not in seen:
                yield from self._held(name, stmt, seen | {name})
        for part in parts:
            yield from self.found(part, stmt, seen)

    def _held(self, name: str, stmt: ast.stmt, seen: frozenset[str]) -> Iterator[_Source]:
        """The modules whose parameters a name holds: what it is given, and what is put into its list."""
        scope = self.ctx.blocks.scope(stmt)
        for node, place in self.ctx.blocks.stores(name, scope):
            match place:
                case ast.Assign(targets=[target], value=value) if target is node:
                    yield from self.found(value, place, seen)
                case ast.AugAssign(target=target, value=value) if target is node:
                    yield from self.found(value, place, seen)
        for load, place in self.ctx.blocks.loads(name, scope):
            match place:
                case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner, attr="extend" | "append"), args=[value])):
                    if owner is load:
                        yield from self.found(value, place, seen)

    def _modules(self, owner: ast.expr) -> Iterator[_Source]:
        """A module, or those that a name of a loop stands for."""
        items = self._loop(owner) if isinstance(owner, ast.Name) else None
        if isinstance(items, (ast.List, ast.Tuple)):
            yield from (_Source(item) for item in items.elts)
        else:
            yield _Source(owner, several=items is not None and _holds_modules_of_their_own(self.ctx, items))

    def _loop(self, name: ast.Name) -> ast.expr | None:
        """What a name runs through, where a loop or comprehension gives it its value for one optimizer."""
        for above in self.ctx.parents.upwards(name):
            for generator in getattr(above, "generators", []):
                if isinstance(generator.target, ast.Name) and generator.target.id == name.id:
                    found: ast.expr = generator.iter
                    return found
        for loop in self.ctx.blocks.above(self.ctx.parents.stmt(name)):
            if isinstance(loop, ast.For) and isinstance(loop.target, ast.Name) and loop.target.id == name.id:
                return None if self.ctx.blocks.inside(self.made, loop) else loop.iter
        return None


def _holds_modules_of_their_own(ctx: FileContext, items: ast.expr) -> bool:
    """Whether a list holds modules that are no parts of one module: not `net.children()`, not a ModuleList."""
    return isinstance(items, ast.Name) and isinstance(k.settle(ctx.kind(items)), k.Seq)


# ---------------------------------------------------------------------- names


def _root(ctx: FileContext, node: ast.expr) -> ast.expr:
    """The module that gives a part of it the beginning of its names: `net` of `net.encoder.layers[0]`."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        if isinstance(node.value, ast.Name) and not _is_module(_receiver(ctx, node)):
            return node
        node = node.value
    return node


def _receiver(ctx: FileContext, node: ast.Attribute | ast.Subscript) -> k.Kind:
    """The kind of what a part is taken of, with what the run has learned of an unknown one."""
    found = ctx.facts.attributes.get(node) if isinstance(node, ast.Attribute) else None
    return k.settle(ctx.kind(node.value) if found is None else found)


def _is_module(kind: k.Kind) -> bool:
    # What is called, and has modules for attributes, is one itself.
    return isinstance(kind, k.Module) or (isinstance(kind, k.Var) and (kind.like_module or kind.called))


def _clashes(ctx: FileContext, source: _Source, others: Sequence[_Source]) -> bool:
    if source.several:
        return True
    own = _beginnings(ctx, source.node)
    for other in others:
        if other is not source and not other.several:
            theirs = _beginnings(ctx, other.node)
            if own is None or theirs is None or own & theirs:
                return True
    return False


def _beginnings(ctx: FileContext, node: ast.expr) -> frozenset[str] | None:
    """What the names of a module's parameters begin with; None when that is not known."""
    root = _root(ctx, node)
    if root is not node:
        while not (isinstance(node, (ast.Attribute, ast.Subscript)) and node.value is root):
            node = node.value if isinstance(node, (ast.Attribute, ast.Subscript)) else root
        return frozenset({node.attr}) if isinstance(node, ast.Attribute) else None
    kind = k.settle(ctx.kind(node))
    if not isinstance(kind, k.Module) or kind.open or not kind.classes:
        return None
    found: set[str] = set()
    for cls in kind.classes:
        if isinstance(cls, str):
            if cls.endswith(("Sequential", "ModuleList", "ModuleDict")):
                found |= {"0"}
            else:
                found |= {"weight", "bias"}
        elif any(base != "torch.nn.Module" for base in cls.torch_bases):
            return None
        else:
            found |= {name for part in cls.mro() for name, held in part.attrs.items() if _has_parameters(held)}
    return frozenset(found)


def _has_parameters(kind: k.Kind) -> bool:
    kind = k.settle(kind)
    return isinstance(kind, (k.Module, k.Var)) or kind in (k.PARAMETER, k.UNKNOWN)


def _is_made_here(ctx: FileContext, source: _Source, stmt: ast.stmt) -> bool:
    """Whether a module is made by the function itself, or by a method of the same object, and is no part of another."""
    node = source.node
    if source.several:
        return False
    if isinstance(node, ast.Name):
        scope = ctx.blocks.scope(stmt)
        stores = [place for _, place in ctx.blocks.stores(node.id, scope)]
        return len(stores) == 1 and _makes(ctx, stores[0], node.id)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
        if _is_module(_receiver(ctx, node)):
            return False
        text = ctx.text(node)
        assigned = [
            place
            for place in ctx.blocks.places
            if isinstance(place, ast.Assign) and any(ctx.text(target) == text for target in place.targets)
        ]
        return len(assigned) == 1 and isinstance(assigned[0], ast.Assign) and _is_new(ctx, assigned[0].value)
    return False


def _makes(ctx: FileContext, stmt: ast.stmt, name: str) -> bool:
    match stmt:
        case ast.Assign(targets=[ast.Name()], value=value):
            return _is_new(ctx, value)
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)) if len(names) == len(values):
            pairs = zip(names, values, strict=True)
            return any(isinstance(t, ast.Name) and t.id == name and _is_new(ctx, value) for t, value in pairs)
    return False


def _is_new(ctx: FileContext, value: ast.expr) -> bool:
    """Whether a value is a new module: a class is called, and `.to(device)` or `.train()` of that."""
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        if value.func.attr not in ("to", "cuda", "cpu", "train", "eval", "float", "double", "half"):
            break
        value = value.func.value
    return isinstance(value, ast.Call) and isinstance(k.settle(ctx.kind(value)), k.Module)


RULE = Rule(finish=_finish)
