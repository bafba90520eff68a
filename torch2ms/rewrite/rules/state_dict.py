"""`state_dict()`, `load_state_dict()`, and the common ways to save and load them."""

from __future__ import annotations

import ast

from torch2ms.rewrite.engine import Rewriter, Rule, Use
from torch2ms.rewrite.rules._common import argument, has_stars, is_whole_statement
from torch2ms.source import kinds as k

_KEYS = "its keys are MindSpore's: gamma, beta, moving_mean, embedding_table where torch has weight, bias, …"


def _is_call_of(rw: Rewriter, node: ast.expr | None, name: str) -> bool:
    if not isinstance(node, ast.Call):
        return False
    callee = k.settle(rw.facts.calls.get(node, k.UNKNOWN))
    return isinstance(callee, k.Ref) and rw.know.canonical(callee.name) == name


def _state_dict(rw: Rewriter, use: Use) -> bool:
    call = use.call
    if call is None or use.receiver is None:
        return rw.manual(use, "T2M206", "the method state_dict is used without being called")
    if call.args or call.keywords:
        return rw.manual(use, "T2M202", "state_dict() with arguments has no counterpart")
    parent = rw.parent(call, use.stmt)
    if isinstance(parent, ast.Call) and _is_call_of(rw, parent, "torch.save") and parent.args and parent.args[0] is call:
        path = argument(parent, 1, "f")
        if path is not None and not has_stars(parent) and rw.kind(path) is not k.OTHER:
            rw.replace(parent, "ms.save_checkpoint({net}, {path})", {"net": use.receiver, "path": path})
            save = next((u for u in rw.uses if u.call is parent), None)
            if save is not None:
                rw.adapted(save, "mindspore.save_checkpoint", "the file is a MindSpore checkpoint", "T2M601")
            return rw.converted(use, "mindspore.save_checkpoint")
    return rw.check(use, "mindspore.nn.Cell.state_dict", _KEYS, "T2M602")


def _load_state_dict(rw: Rewriter, use: Use) -> bool:
    call = use.call
    if call is None or use.receiver is None or has_stars(call):
        return rw.manual(use, "T2M203", "the arguments cannot be seen here")
    state = argument(call, 0, "state_dict")
    if is_whole_statement(use) and isinstance(state, ast.Call) and _is_call_of(rw, state, "torch.load"):
        path = argument(state, 0, "f")
        if path is not None and not has_stars(state):
            values = {"net": use.receiver, "path": path}
            text = "ms.load_param_into_net({net}, ms.load_checkpoint({path})"
            rw.replace_stmt(use.stmt, text + ")", values)
            load = next((u for u in rw.uses if u.call is state), None)
            note = "the checkpoint has to be a MindSpore one: convert it first"
            if load is not None:
                rw.adapted(load, "mindspore.load_checkpoint", note, "T2M601")
            return rw.adapted(use, "mindspore.load_param_into_net", note, "T2M601")
    from_url = any(
        _is_call_of(rw, state, name) for name in ("torch.hub.load_state_dict_from_url", "torch.utils.model_zoo.load_url")
    )
    if is_whole_statement(use) and from_url and state is not None:
        rw.replace(call, "ms.load_param_into_net({net}, {state})", {"net": use.receiver, "state": state})
        return rw.adapted(
            use, "mindspore.load_param_into_net", "the checkpoint has to be a MindSpore one: convert it first", "T2M601"
        )
    return rw.check(use, "mindspore.nn.Cell.load_state_dict", _KEYS, "T2M602")


RULES: dict[str, Rule] = {
    "torch.nn.Module.state_dict": _state_dict,
    "torch.nn.Module.load_state_dict": _load_state_dict,
}
