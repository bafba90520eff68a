"""A state of the abstract run made by hand, for tests of the levels below evaluation."""

from __future__ import annotations

import ast

from torch2ms.mapping.load import load_tables
from torch2ms.source import kinds as k
from torch2ms.source import lookup
from torch2ms.source.facts import Facts
from torch2ms.source.knowledge import Knowledge
from torch2ms.source.state import State

KNOWLEDGE = Knowledge(load_tables())


def expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def state_with(names: dict[str, k.Kind]) -> State:
    """A state in which torch, nn and these names are bound."""
    state = State(KNOWLEDGE, None, Facts(ast.Module([], [])), statement=ast.Pass(), arrays=False)
    state.env.vars.update({"torch": k.Ref("torch"), "nn": k.Ref("torch.nn"), **names})
    return state


def seen(state: State, text: str) -> ast.expr:
    """An expression whose dotted names have been run."""
    node = expression(text)
    for part in ast.walk(node):
        if isinstance(part, (ast.Name, ast.Attribute)):
            state.facts.kinds[part] = state.env.get(ast.unparse(part)) or lookup.peek(state, part)
    return node
