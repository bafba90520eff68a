"""Renames or reports methods of a module class that stand in for torch's own, because a Cell calls few of them.

`extra_repr` has a counterpart of another name. `train` becomes `set_train`, but a parent's `set_train` sets flags and
does not call it. The others (`state_dict`, `_apply`, …) are not called by a Cell at all. Neither are hooks of loading
and saving: a statement that registers one goes, since the module could not be built with it, and what it does to a
checkpoint has to be done by hand.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rules.shared.taken_out import take_statement
from torch2ms.source.facts import is_module_class

_NOT_CALLED = frozenset(
    "eval state_dict load_state_dict _load_from_state_dict _save_to_state_dict parameters named_parameters buffers "
    "named_buffers modules named_modules children named_children zero_grad requires_grad_ _apply get_extra_state "
    "set_extra_state cuda cpu half float double".split()
)
_HOOKS = (
    "_register_load_state_dict_pre_hook register_load_state_dict_pre_hook register_load_state_dict_post_hook "
    "_register_state_dict_hook register_state_dict_pre_hook register_state_dict_post_hook"
).split()
_BEFORE = "call it on the dict of ms.load_checkpoint(file) before ms.load_param_into_net(net, parameters)"
_AFTER = "call it after ms.load_param_into_net(net, parameters), or on net.parameters_dict()"


def _start(ctx: FileContext) -> None:
    """Rename what has a counterpart, report the rest."""
    for cls in ctx.facts.classes:
        if not is_module_class(cls, ctx.know):
            continue
        for name, method in cls.methods.items():
            node = method.node
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or not node.args.args:
                continue
            site = f"torch.nn.Module.{name}"
            if name == "extra_repr":
                ctx.rename_def(node, "extend_repr")
                ctx.converted(ctx.add_definition_site(node, site), "mindspore.nn.Cell.extend_repr")
            elif name == "train":
                ctx.rename_def(node, "set_train")
                message = "set_train() of a parent sets the flags of its children and does not call this one"
                ctx.check(ctx.add_definition_site(node, site), "mindspore.nn.Cell.set_train", message, "T2M305")
            elif name in _NOT_CALLED:
                message = f"a Cell never calls {name}(): what this override does has to be called by hand"
                ctx.manual(ctx.add_definition_site(node, site), "T2M305", message)


def _hook(ctx: FileContext, use: Use) -> bool:
    """`self._register_load_state_dict_pre_hook(self._rename)`."""
    hint = _BEFORE if "load" in use.name and "post" not in use.name else _AFTER
    message = "a Cell has no hooks of loading and saving: what this one does has to be called by hand"
    if take_statement(ctx, use):
        return ctx.check(use, "", f"left out: {message}", "T2M305", hint)
    return ctx.manual(use, "T2M305", message, hint)


RULE = Rule(sites={f"torch.nn.Module.{name}": _hook for name in _HOOKS}, start=_start)
