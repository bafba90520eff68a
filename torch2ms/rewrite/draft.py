"""What is decided about one file so far: its sites, their outcomes, the plans and the helpers asked for.

The stages of the pipeline read and write it. Rules do not see it: they act through the verbs of `FileContext`.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from torch2ms.codes import Code
from torch2ms.mapping.schema import Helper
from torch2ms.model import Finding, Outcome
from torch2ms.rewrite.plan import Plans
from torch2ms.source import kinds as k


@dataclass(slots=True, eq=False)
class Use:
    """A site before its outcome: `node` is the reference or attribute, `call` the call whose callee it is."""

    node: ast.expr
    name: str
    stmt: ast.stmt
    call: ast.Call | None
    receiver: ast.expr | None = None
    receiver_kind: k.Kind = k.UNKNOWN


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome of a site."""

    outcome: Outcome
    mindspore: str = ""
    code: Code | None = None
    message: str = ""
    hint: str = ""


@dataclass(slots=True)
class Draft:
    """The decisions of one file, in the making."""

    plans: Plans = field(default_factory=Plans)
    uses: list[Use] = field(default_factory=list)
    decisions: dict[ast.AST, Decision] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    """Findings that belong to no site."""
    helpers: dict[str, None] = field(default_factory=dict)
    """The helpers the output needs, by their names in the tables, in the order they were asked for."""
    base_helpers: dict[k.ClassInfo, Helper] = field(default_factory=dict)
    """Classes whose base, a layer of torch, becomes a helper."""
