"""Renames or reports methods of a module class that stand in for torch's own, because a Cell calls few of them.

`extra_repr` has a counterpart of another name. `train` becomes `set_train`, but a parent's `set_train` sets flags and
does not call it. The others (`state_dict`, `_apply`, …) are not called by a Cell at all.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.source.facts import is_module_class

_NOT_CALLED = frozenset(
    "eval state_dict load_state_dict _load_from_state_dict _save_to_state_dict parameters named_parameters buffers "
    "named_buffers modules named_modules children named_children zero_grad requires_grad_ _apply get_extra_state "
    "set_extra_state cuda cpu half float double".split()
)


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


RULE = Rule(start=_start)
