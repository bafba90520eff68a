"""Leaves names that are torch's on one path of the program only, and counts their uses.

`if FUSED: from apex import relu` … `else: from torch.nn.functional import relu`: which of the two a call reaches is
known only when the program runs. What stands in for a package that is missing (`except ImportError`) is no such name.
"""

from __future__ import annotations

from torch2ms.rewrite.context import FileContext, Rule


def _start(ctx: FileContext) -> None:
    """Say of every use which meaning it may have."""
    for node, name in ctx.facts.either.items():
        use = ctx.add_site(node, ctx.know.canonical(name), ctx.stmt(node), ctx.call_of(node))
        ctx.unknown(
            use, f"{ctx.text(node)} is {name} on one path of the program and something else on another", "T2M204"
        )


RULE = Rule(start=_start)
