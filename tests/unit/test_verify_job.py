"""Where an error of the code under test is said to come from."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from torch2ms.verify.job import describe_error, import_source
from torch2ms.verify.program import Importer, find_program


def raised(run) -> BaseException:
    try:
        run()
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "t2m_parts.py").write_text("import json\n\n\ndef parse(text):\n    return json.loads(text)\n")
    (tmp_path / "t2m_program.py").write_text(
        "from t2m_parts import parse\n\n\ndef run():\n    return 1 / 0\n\n\ndef deep():\n    return parse('{')\n"
    )
    yield tmp_path
    for name in ("t2m_parts", "t2m_program"):
        sys.modules.pop(name, None)


def test_the_innermost_line_of_the_program(folder: Path) -> None:
    program = find_program(folder / "t2m_program.py")
    source = Path(program.file)
    module = Importer().load(program)
    assert describe_error(raised(module.run), source, program) == (
        "ZeroDivisionError: division by zero (line 5: return 1 / 0)"
    )
    # In another file, and there in a library.
    assert describe_error(raised(module.deep), source, program).endswith("(t2m_parts.py:5: return json.loads(text))")


def test_a_syntax_error(folder: Path) -> None:
    (folder / "t2m_parts.py").write_text("x = (1,\n")
    program = find_program(folder / "t2m_program.py")
    message = describe_error(raised(lambda: Importer().load(program)), Path(program.file), program)
    assert message == "SyntaxError: '(' was never closed (t2m_parts.py:1: x = (1,)"


def test_a_source_that_is_a_text(tmp_path: Path) -> None:
    path = tmp_path / "model.py"
    path.write_text("def run():\n    raise ValueError('first\\nsecond')\n")
    module = import_source(path)
    assert describe_error(raised(module.run), path, path.read_text()) == (
        "ValueError: first (line 2: raise ValueError('first\\nsecond'))"
    )
    assert describe_error(ValueError("elsewhere"), path, None) == "ValueError: elsewhere"
