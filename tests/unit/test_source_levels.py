"""The modules of the abstract run stand in levels: each imports from those below it, and from no other."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import torch2ms.source

LEVELS = (
    "text parse members kinds knowledge neighbours facts syntax values state unknowns lookup results narrowing "
    "evaluate infer"
).split()
PACKAGE = Path(torch2ms.source.__file__).parent


def imported(module: str) -> set[str]:
    """The modules of the package that one of them imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            if node.module == "torch2ms.source":
                found |= {alias.name for alias in node.names}
            elif node.module is not None and node.module.startswith("torch2ms.source."):
                found.add(node.module.removeprefix("torch2ms.source."))
        elif isinstance(node, ast.Import):
            assert not any(alias.name.startswith("torch2ms.") for alias in node.names), f"{module}: {ast.unparse(node)}"
    return found


def test_every_module_has_a_level() -> None:
    assert {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"} == set(LEVELS)


@pytest.mark.parametrize("module", LEVELS)
def test_imports_only_from_below(module: str) -> None:
    assert imported(module) <= set(LEVELS[: LEVELS.index(module)])
