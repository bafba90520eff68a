"""Drops `rnn.flatten_parameters()`: it lays weights out anew for cuDNN, and a MindSpore network lays out its own.

Nothing that is computed depends on it. Where it is a method of a class of the file, that one is called as before.
"""

from __future__ import annotations

import ast

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


def _finish(ctx: FileContext) -> None:
    """`for rnn in self.rnns: rnn.flatten_parameters()`: the loop or condition goes too when it holds nothing else."""
    for use in ctx.sites():
        if use.name.endswith(".flatten_parameters") and ctx.is_deleted(use.stmt):
            for owner in ctx.blocks.above(use.stmt):
                if not isinstance(owner, (ast.For, ast.If)) or owner.orelse or not all(map(ctx.is_deleted, owner.body)):
                    break
                head = owner.iter if isinstance(owner, ast.For) else owner.test
                if any(isinstance(node, (ast.Call, ast.Await, ast.NamedExpr, ast.Yield)) for node in ast.walk(head)):
                    break
                ctx.delete_stmt(owner)


RULE = Rule(
    sites={f"torch.nn.{name}.flatten_parameters": _flatten for name in ("RNNBase", "LSTM", "GRU", "RNN", "Module")},
    finish=_finish,
)
