"""Structural rules, case by case: `before.py` becomes `after.py`, or stays as it is where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from torch2ms.api import convert_source
from torch2ms.mapping.load import load_tables
from torch2ms.mapping.schema import Tables
from torch2ms.model import Settings
from torch2ms.rewrite.pipeline import convert_bytes

CASES = Path(__file__).parent / "cases"
ALL = sorted(path.parent for path in CASES.glob("*/*/before.py"))
UNTOUCHED = [folder for folder in ALL if not (folder / "after.py").exists()]
CONVERTED = [folder for folder in ALL if (folder / "after.py").exists()]


def name(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


def converted(source: str, tables: Tables, todo_comments: bool = True) -> str:
    result = convert_bytes(source.encode(), Path("case.py"), tables, Settings(todo_comments=todo_comments))
    assert result.error is None
    return result.output.decode()


@pytest.mark.parametrize("folder", UNTOUCHED, ids=name)
def test_untouched(folder: Path, tables: Tables) -> None:
    before = (folder / "before.py").read_text(encoding="utf-8")
    assert "torch" in before
    assert converted(before, tables, todo_comments=False) == before


@pytest.mark.parametrize("folder", CONVERTED, ids=name)
def test_converted(folder: Path, tables: Tables) -> None:
    before = (folder / "before.py").read_text(encoding="utf-8")
    after = (folder / "after.py").read_text(encoding="utf-8")
    assert converted(before, tables) == after


@pytest.mark.parametrize("folder", CONVERTED, ids=name)
def test_settled(folder: Path, tables: Tables) -> None:
    after = (folder / "after.py").read_text(encoding="utf-8")
    assert converted(after, tables) == after


def test_api_agrees(tables: Tables) -> None:
    folder = CONVERTED[0]
    before = (folder / "before.py").read_text(encoding="utf-8")
    assert convert_source(before).text == converted(before, tables)
