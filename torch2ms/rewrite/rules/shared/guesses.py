"""What a name suggests, where nothing in the file tells what a value is.

Not a rewrite of its own: the training step asks. Kinds and assignments come first; a guess decides
only where these say nothing, and every guess those rules make by a name stands here.
"""

from __future__ import annotations

import re

_LOSS = re.compile(r"loss|crit", re.IGNORECASE)
_MODEL = re.compile(r"model|net|module", re.IGNORECASE)
_MODEL_CALL = re.compile(r"(model|net|module)\w*(\.forward)?$", re.IGNORECASE)


def suggests_loss(callee: str) -> bool:
    """Whether a call of this name computes a loss: `criterion`, `self.loss_fn`."""
    return _LOSS.search(callee.rpartition(".")[2]) is not None


def suggests_model(text: str) -> bool:
    """Whether an expression is a model or a part of one: `netG`, `self.model.head`."""
    return _MODEL.search(text) is not None


def is_model_name(name: str) -> bool:
    """Whether a name is just the word for a model: `model`, `net`, `module`."""
    return _MODEL.fullmatch(name) is not None


def suggests_model_call(callee: str) -> bool:
    """Whether a call of this name computes what a model returns: `model`, `self.net.forward`."""
    return _MODEL_CALL.search(callee) is not None


def suggests_optimizer(text: str, source: str) -> bool:
    """Whether a name or attribute is an optimizer: it is called one, or `zero_grad` and `step` are called on it.

    `source` is the text of the file. A scheduler, which has `step` too, is told by its name.
    """
    name = text.rpartition(".")[2].lower()
    if "sched" in name:
        return False
    used_as_one = all(f"{text}.{method}(" in source for method in ("zero_grad", "step"))
    return name.startswith("opt") or "optim" in name or used_as_one


def suggests_scaler(text: str) -> bool:
    """Whether an expression uses a scaler of losses: `scaler.scale(loss)`."""
    return "scaler" in text
