"""No output reads a name that nothing binds, or binds one that nothing reads, where its source did not."""

import ast
from pathlib import Path

import pytest
from case_folders import FOLDERS, name_of
from invariants import name_faults

CONVERTED = [folder for folder in FOLDERS if (folder / "after.py").exists()]


@pytest.mark.parametrize("folder", CONVERTED, ids=name_of)
def test_cases(folder: Path) -> None:
    before, after = (
        name_faults(ast.parse((folder / name).read_text(encoding="utf-8"))) for name in ("before.py", "after.py")
    )
    assert after - before == {}


def test_faults_are_found() -> None:
    source = "import os\nimport sys\n\n\ndef f():\n    x = 1\n    return sys.path, y\n"
    assert name_faults(ast.parse(source)) == {("unused import", "os"): 1, ("unused", "x"): 1, ("undefined", "y"): 1}
