"""The optimizer that a program uses, as the steps of `verify` take it in place of plain SGD.

It is given as an expression in which `model` is the module: `make_optimizer(model)` with a function of the file, the
name of such a function alone, or torch's own `torch.optim.AdamW(model.parameters(), lr=1e-3)`. It gives an optimizer,
or several, with learning rate schedulers beside them, in lists, tuples or dicts as trainers return them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

FUNCTION = "optimizer_of"
"""What the function in `source_of` is called."""


def source_of(text: str) -> str:
    """The torch source of a function that gives what the expression does.

    Raises SyntaxError if it is none, and ValueError if the model has no part in it.
    """
    node = ast.parse(text, mode="eval").body
    made = text
    if not any(isinstance(part, ast.Name) and part.id == "model" for part in ast.walk(node)):
        if not isinstance(node, (ast.Name, ast.Attribute)):
            raise ValueError(f"{text}: model is not used; write torch.optim.Adam(model.parameters())")
        made = f"{text}(model)"
    return f"import torch\n\n\ndef {FUNCTION}(model: torch.nn.Module):\n    return {made}\n"


def made_by(source: str, namespace: Mapping[str, object], model: object) -> list[object]:
    """Run the source of `source_of`, or its conversion, with the names of a file; all that it gives, one by one."""
    own = dict(namespace)
    exec(compile(source, "<optimizer>", "exec"), own)
    function = own[FUNCTION]
    assert callable(function)
    return list(_flat(function(model)))


def _flat(value: object) -> Iterator[object]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for part in value:
            yield from _flat(part)
    else:
        yield value
