"""Converts `state_dict()`, `load_state_dict()` and the common ways to save and load them to MindSpore's checkpoints.

A state that goes from one module of the program into another one, whole, needs no look at its keys. It is loaded by
`ops.assign` where an optimizer may have made a step: what `Cell.load_state_dict` sets is not trained after that.
Checkpoint files get the suffix `.ckpt`, which MindSpore asks for. Keys are not converted: a file written by torch is
made one of MindSpore by `torch2ms weights`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Template, Value
from torch2ms.rewrite.rows.bind import UNCALLED
from torch2ms.rewrite.rules.shared.questions import argument, has_stars, is_literal, is_whole_statement
from torch2ms.source import kinds as k
from torch2ms.source.syntax import last_name

_KEYS = "its keys are MindSpore's: gamma, beta, moving_mean, embedding_table where torch has weight, bias, …"

_NOT_TRAINED = "; no optimizer that has made a step goes on to train what is loaded here"

_FROM_URL = ("torch.hub.load_state_dict_from_url", "torch.utils.model_zoo.load_url")
_SUFFIXES = (".pth.tar", ".pth", ".pt", ".bin", ".pkl", ".ckpt")
_FILES = frozenset({"open", "BytesIO", "TemporaryFile", "NamedTemporaryFile"})


def _is_call_of(ctx: FileContext, node: ast.expr | None, name: str) -> bool:
    if not isinstance(node, ast.Call):
        return False
    callee = k.settle(ctx.facts.calls.get(node, k.UNKNOWN))
    return isinstance(callee, k.Ref) and ctx.know.canonical(callee.name) == name


def _is_file_object(ctx: FileContext, node: ast.expr) -> bool:
    """Whether an argument is an open file, which MindSpore's functions do not take."""
    if isinstance(node, ast.Call):
        return last_name(node.func) in _FILES
    if not isinstance(node, ast.Name):
        return False
    for other in ast.walk(ctx.tree):
        if isinstance(other, ast.withitem):
            name = other.optional_vars
            if isinstance(name, ast.Name) and name.id == node.id:
                return True
        elif isinstance(other, ast.Assign) and isinstance(other.value, ast.Call):
            names = [target.id for target in other.targets if isinstance(target, ast.Name)]
            if node.id in names and last_name(other.value.func) in _FILES:
                return True
    return False


def _checkpoint_path(ctx: FileContext, path: ast.expr) -> Value:
    """A path with the suffix of MindSpore's checkpoints: the last literal of it rewritten, or by a helper."""
    last = path
    while True:
        if isinstance(last, ast.BinOp) and isinstance(last.op, ast.Add):
            last = last.right
        elif isinstance(last, ast.Call) and ast.unparse(last.func) == "os.path.join" and last.args:
            last = last.args[-1]
        else:
            break
    if isinstance(last, ast.Constant) and isinstance(last.value, str):
        suffix = next((suffix for suffix in _SUFFIXES if last.value.endswith(suffix)), "")
        if suffix == ".ckpt":
            return path
        text = ctx.text(last)
        if suffix and text[-1] == text[0] and text[1:-1] == last.value:
            ctx.replace(last, Template(f"{text[: -len(suffix) - 1]}.ckpt{text[0]}"))
            return path
    return Template(f"{ctx.helper('checkpoint_path')}({{path}})", {"path": path})


def _state_dict(ctx: FileContext, use: Use) -> bool:
    call = use.call
    if call is None or use.receiver is None:
        return ctx.manual(use, "T2M206", "the method state_dict is used without being called", UNCALLED)
    if call.args or call.keywords:
        return ctx.manual(use, "T2M202", "state_dict() with arguments has no counterpart")
    parent = ctx.parent(call, use.stmt)
    saved = isinstance(parent, ast.Call) and _is_call_of(ctx, parent, "torch.save")
    if isinstance(parent, ast.Call) and saved and parent.args and parent.args[0] is call:
        path = argument(parent, 1, "f")
        if path is not None and not has_stars(parent) and not _is_file_object(ctx, path):
            values: dict[str, Value] = {"net": use.receiver, "path": _checkpoint_path(ctx, path)}
            ctx.replace(parent, "ms.save_checkpoint({net}, {path})", values)
            save = next((u for u in ctx.sites() if u.call is parent), None)
            if save is not None:
                note = "the file is a MindSpore checkpoint, which ends in .ckpt"
                ctx.adapted(save, "mindspore.save_checkpoint", note, "T2M601")
            return ctx.converted(use, "mindspore.save_checkpoint")
    if _States(ctx).stays_whole(call):
        return ctx.converted(use, "mindspore.nn.Cell.state_dict")
    return ctx.check(use, "mindspore.nn.Cell.state_dict", _KEYS, "T2M602")


def _load_state_dict(ctx: FileContext, use: Use) -> bool:
    call = use.call
    if call is None or use.receiver is None or has_stars(call):
        return ctx.manual(use, "T2M203", "the arguments cannot be seen here")
    state = argument(call, 0, "state_dict")
    strict = argument(call, 1, "strict")
    note = "the checkpoint has to be a MindSpore one: convert it first"
    if strict is not None:
        # There is no strict=: names that do not match are returned in every case, and none raises.
        note += "; strict= is dropped, load_param_into_net returns what did not load"
    if is_whole_statement(use) and isinstance(state, ast.Call) and _is_call_of(ctx, state, "torch.load"):
        path = argument(state, 0, "f")
        if path is not None and not has_stars(state) and not _is_file_object(ctx, path):
            values: dict[str, Value] = {"net": use.receiver, "path": _checkpoint_path(ctx, path)}
            text = "ms.load_param_into_net({net}, ms.load_checkpoint({path})"
            ctx.replace_stmt(use.stmt, text + ")", values)
            load = next((u for u in ctx.sites() if u.call is state), None)
            if load is not None:
                ctx.adapted(load, "mindspore.load_checkpoint", note, "T2M601")
            return _loaded(ctx, use, note)
    from_url = any(_is_call_of(ctx, state, name) for name in _FROM_URL)
    if is_whole_statement(use) and from_url and state is not None:
        ctx.replace(call, "ms.load_param_into_net({net}, {state})", {"net": use.receiver, "state": state})
        return _loaded(ctx, use, note)
    if state is not None and (strict is None or is_literal(strict, True)) and is_whole_statement(use):
        if _States(ctx).comes_whole(state) and _load_whole(ctx, use, state):
            return True
    lost = _NOT_TRAINED if ctx.steps.some_around(use.stmt) else ""
    return ctx.check(use, "mindspore.nn.Cell.load_state_dict", _KEYS + lost, "T2M602")


def _load_whole(ctx: FileContext, use: Use, state: ast.expr) -> bool:
    """Load a state of this program, so that an optimizer that has made steps goes on to train it."""
    if ctx.steps.none_before(use.stmt):
        return ctx.converted(use, "mindspore.nn.Cell.load_state_dict")
    match state:
        case ast.Call(func=ast.Attribute(attr="deepcopy") | ast.Name(id="deepcopy"), args=[copied]):
            state = copied  # ops.assign copies
    name, param, new = (_free(ctx, wanted, use.stmt) for wanted in ("name", "param", "new"))
    if use.receiver is None or not name or not param or not new:
        return False
    match state:
        case ast.Name() | ast.Attribute(value=ast.Name()):
            lines = (
                f"for {name}, {param} in {{net}}.parameters_and_names():\n    ops.assign({param}, {{state}}[{name}])"
            )
            ctx.replace_stmt(use.stmt, lines, {"net": use.receiver, "state": state})
        case ast.Call(func=ast.Attribute(value=other, attr="state_dict"), args=[], keywords=[]):
            classes = ctx.module_class(ctx.kind(use.receiver)), ctx.module_class(ctx.kind(other))
            if classes[0] is None or classes[0] is not classes[1]:
                return _load_by_name(ctx, use, other)
            pairs = "zip({net}.get_parameters(), {other}.get_parameters())"
            lines = f"for {param}, {new} in {pairs}:\n    ops.assign({param}, {new})"
            ctx.replace_stmt(use.stmt, lines, {"net": use.receiver, "other": other})
            ctx.drop_inside(use.stmt)
        case _:
            return False
    return ctx.converted(use, "mindspore.ops.assign")


def _load_by_name(ctx: FileContext, use: Use, other: ast.expr) -> bool:
    """Load the state of a module that may be of another class: as in torch, the names have to be the same."""
    name, param, state = (_free(ctx, wanted, use.stmt) for wanted in ("name", "param", "state"))
    if use.receiver is None or not state:
        return False
    lines = (
        f"{state} = {{other}}.state_dict()\n"
        f"for {name}, {param} in {{net}}.parameters_and_names():\n    ops.assign({param}, {state}[{name}])"
    )
    ctx.replace_stmt(use.stmt, lines, {"net": use.receiver, "other": other})
    ctx.drop_inside(use.stmt)
    return ctx.converted(use, "mindspore.ops.assign")


def _free(ctx: FileContext, wanted: str, stmt: ast.stmt) -> str:
    """A name for a loop that the scope of a statement does not use; "" when those looked for are taken."""
    scope = ctx.blocks.scope(stmt)
    taken = {arg.arg for arg in ast.walk(scope) if isinstance(arg, ast.arg)}
    for name in (wanted, f"{wanted}_"):
        used = any(ctx.blocks.inside(place, scope) for _, place in ctx.blocks.names(name))
        if not used and name not in taken:
            return name
    return ""


@dataclass(frozen=True, eq=False)
class _States:
    """Answers where state dicts come from and go to, in one file."""

    ctx: FileContext

    def stays_whole(self, node: ast.expr, seen: frozenset[str] = frozenset()) -> bool:
        """Whether a state is loaded into modules, or copied for that, and nothing is done with its keys."""
        parent = self.ctx.parents.of(node)
        match parent:
            case ast.Call(func=ast.Attribute(attr="load_state_dict"), args=[first, *_]):
                return first is node
            case ast.Call(func=ast.Attribute(attr="deepcopy") | ast.Name(id="deepcopy"), args=[_]):
                return self.stays_whole(parent, seen)
            case ast.Assign(targets=[ast.Name() | ast.Attribute(value=ast.Name()) as target]):
                return self._is_kept_whole(target, parent, seen)
            case ast.Attribute(attr="items", value=value):
                copied = self._copy_of(parent)
                return value is node and copied is not None and self.stays_whole(copied, seen)
        return False

    def _is_kept_whole(self, target: ast.Name | ast.Attribute, stmt: ast.stmt, seen: frozenset[str]) -> bool:
        """Whether all reads of a name or attribute leave a state whole."""
        text = self.ctx.text(target)
        if text in seen:
            return False
        loads = list(self._loads(target, stmt))
        return bool(loads) and all(self._is_test(load) or self.stays_whole(load, seen | {text}) for load in loads)

    def _is_test(self, load: ast.expr) -> bool:
        """Whether a state is only asked for: `if best is not None:`."""
        parent = self.ctx.parents.of(load)
        none = isinstance(parent, ast.Compare) and all(is_literal(value, None) for value in parent.comparators)
        return none or (isinstance(parent, (ast.If, ast.IfExp, ast.While)) and parent.test is load)

    def _loads(self, target: ast.Name | ast.Attribute, stmt: ast.stmt) -> Iterator[ast.expr]:
        if isinstance(target, ast.Name):
            yield from (node for node, _ in self.ctx.blocks.loads(target.id, self.ctx.blocks.scope(stmt)))
            return
        for node in ast.walk(self.ctx.tree):
            if isinstance(node, ast.Attribute) and node.attr == target.attr and isinstance(node.ctx, ast.Load):
                yield node

    def _copy_of(self, items: ast.Attribute) -> ast.DictComp | None:
        """The dict that takes over the keys of `state.items()` as they are."""
        call = self.ctx.parents.of(items)
        generator = None if call is None else self.ctx.parents.of(call)
        made = None if generator is None else self.ctx.parents.of(generator)
        if not isinstance(generator, ast.comprehension) or not isinstance(made, ast.DictComp):
            return None
        match made:
            case ast.DictComp(key=ast.Name(id=key), generators=[ast.comprehension(target=target, iter=it, ifs=[])]):
                match target:
                    case ast.Tuple(elts=[ast.Name(id=first), ast.Name()]) if first == key and it is call:
                        inside = (node.id for node in ast.walk(made.value) if isinstance(node, ast.Name))
                        return made if key not in inside else None
        return None

    def comes_whole(self, node: ast.expr, seen: frozenset[str] = frozenset()) -> bool:
        """Whether a value is the state of a module of this program, or a copy of one with the same keys."""
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr="state_dict"), args=[], keywords=[]):
                return isinstance(k.settle(self.ctx.kind(owner)), k.Module)
            case ast.Call(func=ast.Attribute(attr="deepcopy") | ast.Name(id="deepcopy"), args=[value]):
                return self.comes_whole(value, seen)
            case ast.DictComp(generators=[ast.comprehension(iter=ast.Call(func=ast.Attribute(attr="items") as items))]):
                return self._copy_of(items) is node and self.comes_whole(items.value, seen)
            case ast.Name() | ast.Attribute(value=ast.Name()) if self.ctx.text(node) not in seen:
                values = list(self._values(node))
                text = self.ctx.text(node)
                held = [value for value in values if value is None or not is_literal(value, None)]
                return bool(held) and all(v is not None and self.comes_whole(v, seen | {text}) for v in held)
        return False

    def _values(self, node: ast.expr) -> Iterator[ast.expr | None]:
        """What a name or attribute is assigned; None for what cannot be told."""
        if isinstance(node, ast.Name):
            scope = self.ctx.blocks.scope(self.ctx.parents.stmt(node))
            if any(isinstance(arg, ast.arg) and arg.arg == node.id for arg in ast.walk(scope)):
                yield None
            for target, place in self.ctx.blocks.stores(node.id, scope):
                whole = isinstance(place, (ast.Assign, ast.AnnAssign)) and self.ctx.parents.of(target) is place
                yield place.value if whole and isinstance(place, (ast.Assign, ast.AnnAssign)) else None
        elif isinstance(node, ast.Attribute):
            for other in ast.walk(self.ctx.tree):
                if isinstance(other, ast.Attribute) and other.attr == node.attr and isinstance(other.ctx, ast.Store):
                    parent = self.ctx.parents.of(other)
                    yield parent.value if isinstance(parent, (ast.Assign, ast.AnnAssign)) else None


def _loaded(ctx: FileContext, use: Use, note: str) -> bool:
    """The outcome of parameters loaded from a file: they are trained, unless an optimizer has had others."""
    if ctx.steps.some_around(use.stmt):
        hint = "write each by ops.assign(param, value)"
        return ctx.check(use, "mindspore.load_param_into_net", note + _NOT_TRAINED, "T2M601", hint)
    return ctx.adapted(use, "mindspore.load_param_into_net", note, "T2M601")


RULE = Rule(
    sites={
        "torch.nn.Module.state_dict": _state_dict,
        "torch.nn.Module.load_state_dict": _load_state_dict,
    }
)
