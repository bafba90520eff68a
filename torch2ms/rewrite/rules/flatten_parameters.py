"""Drops `rnn.flatten_parameters()`: it lays weights out anew for cuDNN, and a MindSpore network lays out its own.

Nothing that is computed depends on it. Where it is a method of a class of the file, that one is called as before.
"""

from __future__ import annotations

from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rules.shared.questions import is_whole_statement

_NOTE = "flatten_parameters() is about memory of cuDNN: there is nothing to call"


def _flatten(ctx: FileContext, use: Use) -> bool:
    if use.name == "torch.nn.Module.flatten_parameters":
        return ctx.unknown(use, "whether this is torch's RNN, or a class with such a method, cannot be told here")
    if not is_whole_statement(use):
        return ctx.manual(use, "T2M305", "the Cell has no flatten_parameters", "leave it out")
    ctx.delete_stmt(use.stmt)
    return ctx.adapted(use, "", _NOTE)


RULE = Rule(
    sites={f"torch.nn.{name}.flatten_parameters": _flatten for name in ("RNNBase", "LSTM", "GRU", "RNN", "Module")}
)
