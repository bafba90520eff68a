"""The finding codes: every one has a page, and a type checker knows them all."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import get_args

import pytest
from mypy import api as mypy

import torch2ms
from torch2ms.codes import CODES, Code, is_code, nearest_code

PACKAGE = Path(torch2ms.__file__).parent


def test_the_type_holds_the_codes_with_a_page() -> None:
    assert get_args(Code) == tuple(CODES)


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What mypy says of a right code, a wrong one, and a text that may be any."""
    folder = tmp_path_factory.mktemp("mypy")
    program = folder / "program.py"
    program.write_text(
        "from torch2ms.model import FileError\n"
        'FileError("T2M901", "a code")\n'
        'FileError("T2M799", "none")\n'
        'FileError(str("T2M901"), "any text")\n'
    )
    with pytest.MonkeyPatch.context() as patch:
        if "site-packages" not in PACKAGE.parts:  # mypy finds what is installed by itself
            patch.setenv("MYPYPATH", str(PACKAGE.parent))
        out, err, _ = mypy.run(["--strict", "--config-file=", f"--cache-dir={folder / 'cache'}", str(program)])
    assert not err
    return [line.partition("program.py:")[2] for line in out.splitlines() if "program.py:" in line]


def test_mypy_refuses_a_code_without_a_page(complaints: list[str]) -> None:
    wrong, text = complaints
    expected = "expected \"Literal['T2M101', 'T2M102', "
    assert wrong.startswith(
        f"""3: error: Argument 1 to "FileError" has incompatible type "Literal['T2M799']"; {expected}"""
    )
    assert text.startswith(f"""4: error: Argument 1 to "FileError" has incompatible type "str"; {expected}""")


def test_whatever_takes_or_holds_a_code_says_so() -> None:
    """A parameter or field called `code` that were a plain str would let a wrong one through.

    Private functions may call the Python code they work on by that name.
    """
    found = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and (node.name == "__init__" or not node.name.startswith("_")):
                given = [(arg.arg, arg.annotation) for arg in (*node.args.args, *node.args.kwonlyargs)]
            elif isinstance(node, ast.ClassDef):
                given = [(ast.unparse(f.target), f.annotation) for f in node.body if isinstance(f, ast.AnnAssign)]
            else:
                continue
            for name, annotation in given:
                if name == "code" and annotation is not None:
                    found[f"{path.relative_to(PACKAGE)}:{node.lineno}"] = ast.unparse(annotation)
    assert len(found) > 10
    assert {place: said for place, said in found.items() if "str" in said.split(" | ")} == {}


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("T2M799", max(code for code in CODES if code.startswith("T2M7"))),
        ("T2M100", "T2M101"),
        ("t2m401", "T2M401"),
        ("T2M41", "T2M401"),
        ("T2N402", "T2M402"),
        ("E501", "T2M501"),
        ("X1", None),
    ],
)
def test_nearest_code(text: str, near: str | None) -> None:
    assert not is_code(text)
    assert nearest_code(text) == near
