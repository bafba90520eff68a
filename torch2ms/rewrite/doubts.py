"""Sites that are to be checked, whatever decided them, and those that are not where the output never runs on a CPU.

The first follow a row of the user's which nothing has proven; of the others, a kernel for CPU is at fault.
"""

from __future__ import annotations

from dataclasses import replace

from torch2ms.mapping.proofs import how_to_prove, unproven
from torch2ms.mapping.schema import Tables
from torch2ms.model import Outcome
from torch2ms.rewrite.draft import Draft

_REWRITTEN = (Outcome.CONVERTED, Outcome.ADAPTED, Outcome.CHECK)


def doubt_rows(tables: Tables, draft: Draft) -> None:
    """Turn the outcome of such sites into `check`, and say why and how to prove the row."""
    if not tables.doubted:
        return
    for use in draft.uses:
        decision, row = draft.decisions[use.node], tables.doubted_row(use.name)
        if row is None or decision.outcome not in _REWRITTEN:
            continue
        message = "; ".join(filter(None, (unproven(row), decision.message)))
        hint = decision.hint or how_to_prove(row)
        code = decision.code if decision.outcome is Outcome.CHECK else "T2M301"
        draft.decisions[use.node] = replace(decision, outcome=Outcome.CHECK, code=code, message=message, hint=hint)


def trust_kernels(draft: Draft) -> None:
    """Turn sites that only a kernel on CPU makes doubtful into adapted ones: the output runs on another device."""
    for node, decision in draft.decisions.items():
        if decision.outcome is Outcome.CHECK and decision.code == "T2M703":
            draft.decisions[node] = replace(decision, outcome=Outcome.ADAPTED)
