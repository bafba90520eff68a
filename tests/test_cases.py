"""Structural rules, case by case: `before.py` becomes `after.py`, or stays as it is where there is none.

That both compute the same is shown in `test_cases_run.py`.
"""

from __future__ import annotations

import pkgutil
from pathlib import Path

import pytest
from case_folders import FOLDERS, files_around, name_of, read_inputs

from torch2ms.api import convert_source
from torch2ms.mapping.load import load_tables
from torch2ms.mapping.schema import Tables
from torch2ms.model import Settings
from torch2ms.rewrite import rules
from torch2ms.rewrite.pipeline import convert_bytes
from torch2ms.source.neighbours import Neighbours

UNTOUCHED = [folder for folder in FOLDERS if not (folder / "after.py").exists()]
CONVERTED = [folder for folder in FOLDERS if (folder / "after.py").exists()]
RULES = sorted({module.name for module in pkgutil.iter_modules(rules.__path__)} - {"shared"})
# What these folders show is the work of other parts than the rules.
OTHERS = {"argument_types", "by_value", "helper_names", "imports"}


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


def converted(source: str, tables: Tables, todo_comments: bool = True, around: Neighbours | None = None) -> str:
    path = Path("case.py") if around is None else around.path
    result = convert_bytes(source.encode(), path, tables, Settings(todo_comments=todo_comments), around)
    assert result.error is None
    return result.output.decode()


@pytest.mark.parametrize("folder", UNTOUCHED, ids=name_of)
def test_untouched(folder: Path, tables: Tables) -> None:
    before = (folder / "before.py").read_text(encoding="utf-8")
    assert "torch" in before
    assert converted(before, tables, todo_comments=False) == before


@pytest.mark.parametrize("folder", CONVERTED, ids=name_of)
def test_converted(folder: Path, tables: Tables) -> None:
    before = (folder / "before.py").read_text(encoding="utf-8")
    after = (folder / "after.py").read_text(encoding="utf-8")
    assert converted(before, tables, around=files_around(folder)) == after


@pytest.mark.parametrize("folder", CONVERTED, ids=name_of)
def test_settled(folder: Path, tables: Tables) -> None:
    after = (folder / "after.py").read_text(encoding="utf-8")
    assert converted(after, tables) == after


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_case_is_run_or_says_why_not(folder: Path) -> None:
    inputs = read_inputs(folder)
    assert bool(inputs.verify) != bool(inputs.not_run.strip())
    assert not inputs.verify or folder in CONVERTED


@pytest.mark.parametrize("rule", RULES)
def test_rule_has_cases_that_are_run(rule: str) -> None:
    cases = [folder for folder in CONVERTED if folder.parent.name == rule]
    tables = [table for folder in cases for table in read_inputs(folder).verify]
    assert any(not table.differs for table in tables), f"no case of tests/cases/{rule} is run in both frameworks"


def test_folders_are_named_after_rules() -> None:
    assert {folder.parent.name for folder in FOLDERS} == {*RULES, *OTHERS}


def test_api_agrees(tables: Tables) -> None:
    folder = CONVERTED[0]
    before = (folder / "before.py").read_text(encoding="utf-8")
    assert convert_source(before).text == converted(before, tables)
