"""The structural rules: one rewrite per file.

`RULES` by canonical name of the site, `FILE_RULES` once per file before the sites, `FINISH_RULES` when all are decided.
"""

from __future__ import annotations

from collections.abc import Callable

from torch2ms.rewrite.engine import Rewriter, Rule
from torch2ms.rewrite.rules import (
    cell,
    named_results,
    no_grad,
)

RULES: dict[str, Rule] = {
    **cell.RULES,
    **named_results.RULES,
    **no_grad.RULES,
}

FILE_RULES: tuple[Callable[[Rewriter], None], ...] = (
    cell.rewrite,
    named_results.rewrite,
)

FINISH_RULES: tuple[Callable[[Rewriter], None], ...] = ()
