"""How a case is read, and what is said of one that is not as it should be."""

from __future__ import annotations

from pathlib import Path

import pytest
from case_folders import Table, Trial, case_of, read_inputs

from torch2ms.verify.case import CaseResult, CaseStatus, Measure, Stage


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "before.py").write_text("import torch\n")
    (tmp_path / "after.py").write_text("import mindspore\n")
    return tmp_path


def message(folder: Path, table: Table, result: CaseResult) -> str:
    return Trial(table, case_of(folder, table, 0), result).message


DIFFERENT = CaseResult(
    "case",
    CaseStatus.DIFFERS,
    "parameters missing in MindSpore: a\ninput/x0, error 1",
    (Measure(Stage.OUTPUT, 0.0, 1e-5), Measure(Stage.GRADIENTS, 1.0, 1e-4, messages=("input/x0, error 1",))),
)


def test_inputs_are_tables_of_verify_without_the_files(folder: Path) -> None:
    (folder / "inputs.toml").write_text('[[verify]]\nentry = "run"\ninputs = ["f32[2]"]\n')
    (table,) = read_inputs(folder).verify
    case = case_of(folder, table, 0)
    assert case.name.endswith("/0") and case.entry == "run" and case.thorough
    assert case.torch_source != case.mindspore_source is not None


@pytest.mark.parametrize(
    "text", ['not_runn = "x"\n', '[[verify]]\ninputs = ["f32[2]"]\n', '[[verify]]\nentry = "f"\ninput = []\n']
)
def test_what_is_misspelt_or_missing_is_an_error(folder: Path, text: str) -> None:
    (folder / "inputs.toml").write_text(text)
    with pytest.raises(ValueError, match=r"unknown field|model or entry"):
        read_inputs(folder)


def test_a_case_that_differs_fails_with_the_stage(folder: Path) -> None:
    said = message(folder, Table(entry="run"), DIFFERENT)
    assert (
        said == "run: differs\n  parameters missing in MindSpore: a\n  gradients: input/x0, error 1 (accepted: 1e-04)"
    )
    assert message(folder, Table(entry="run"), CaseResult("case", CaseStatus.OK)) == ""


def test_an_error_fails_with_its_words(folder: Path) -> None:
    error = CaseResult("case", CaseStatus.MINDSPORE_ERROR, "TypeError: no (after.py:3: f())")
    assert message(folder, Table(model="Net()"), error) == ("Net(): mindspore-error\n  TypeError: no (after.py:3: f())")


def test_a_known_difference_has_to_be_there(folder: Path) -> None:
    table = Table(entry="run", differs="the comment says so")
    for result in (DIFFERENT, CaseResult("case", CaseStatus.MINDSPORE_ERROR, "TypeError")):
        assert message(folder, table, result) == ""
    assert "is equal, but the case says that it differs" in message(folder, table, CaseResult("case", CaseStatus.OK))
    assert "torch-error" in message(folder, table, CaseResult("case", CaseStatus.TORCH_ERROR, "NameError"))
