"""Converts `state_dict()`, `load_state_dict()` and the common ways to save and load them to MindSpore's checkpoints.

Checkpoint files get the suffix `.ckpt`, which MindSpore asks for. Keys are not converted: a file written by torch is
made one of MindSpore by `torch2ms weights`.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Template, Value
from torch2ms.rewrite.rules.shared.questions import argument, has_stars, is_whole_statement
from torch2ms.source import kinds as k

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
        return _last_name(node.func) in _FILES
    if not isinstance(node, ast.Name):
        return False
    for other in ast.walk(ctx.tree):
        if isinstance(other, ast.withitem):
            name = other.optional_vars
            if isinstance(name, ast.Name) and name.id == node.id:
                return True
        elif isinstance(other, ast.Assign) and isinstance(other.value, ast.Call):
            names = [target.id for target in other.targets if isinstance(target, ast.Name)]
            if node.id in names and _last_name(other.value.func) in _FILES:
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


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _state_dict(ctx: FileContext, use: Use) -> bool:
    call = use.call
    if call is None or use.receiver is None:
        return ctx.manual(use, "T2M206", "the method state_dict is used without being called")
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
    lost = _NOT_TRAINED if ctx.steps.some_around(use.stmt) else ""
    return ctx.check(use, "mindspore.nn.Cell.load_state_dict", _KEYS + lost, "T2M602")


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
