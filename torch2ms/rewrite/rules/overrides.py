"""Methods of a module class that stand in for torch's own: `train`, `extra_repr`, `state_dict`, …

`extra_repr` has a counterpart of another name. `train` becomes `set_train`, but a parent's `set_train` sets flags and
does not call it. The others are not called by a Cell at all.
"""

from __future__ import annotations

import ast
from typing import cast

from torch2ms.model import Outcome
from torch2ms.rewrite.context import Decision, Rewriter, Use
from torch2ms.rewrite.plan import RenameDef
from torch2ms.source.infer import is_module_class

_NOT_CALLED = frozenset(
    "eval state_dict load_state_dict _load_from_state_dict _save_to_state_dict parameters named_parameters buffers "
    "named_buffers modules named_modules children named_children zero_grad requires_grad_ _apply get_extra_state "
    "set_extra_state cuda cpu half float double".split()
)


def rewrite(rw: Rewriter) -> None:
    """Rename what has a counterpart, report the rest."""
    for cls in rw.facts.classes:
        if not is_module_class(cls, rw.know):
            continue
        for name, method in cls.methods.items():
            node = method.node
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or not node.args.args:
                continue
            if name == "extra_repr":
                rw.plans.add(node, RenameDef("extend_repr"))
                _decide(rw, node, name, Decision(Outcome.CONVERTED, "mindspore.nn.Cell.extend_repr"))
            elif name == "train":
                rw.plans.add(node, RenameDef("set_train"))
                message = "set_train() of a parent sets the flags of its children and does not call this one"
                _decide(rw, node, name, Decision(Outcome.CHECK, "mindspore.nn.Cell.set_train", "T2M305", message))
            elif name in _NOT_CALLED:
                message = f"a Cell never calls {name}(): what this override does has to be called by hand"
                _decide(rw, node, name, Decision(Outcome.MANUAL, "", "T2M305", message))


def _decide(rw: Rewriter, node: ast.FunctionDef | ast.AsyncFunctionDef, name: str, decision: Decision) -> None:
    # A definition is no expression; its first parameter marks the place and has the same position attributes.
    place = cast(ast.expr, node.args.args[0])
    rw.uses.append(Use(place, f"torch.nn.Module.{name}", node, None))
    rw.decisions[place] = decision
