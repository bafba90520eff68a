"""The folders of `tests/cases`, and how each of them is run.

A folder holds `before.py`, `after.py` where something is converted, and `inputs.toml`: tables as `torch2ms verify`
reads them (`file` and `converted` need not be said), or the reason why the case is not run.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from torch2ms.source.neighbours import Files, Neighbours
from torch2ms.verify.case import Case, CaseResult, CaseStatus
from torch2ms.verify.runner import run_cases
from torch2ms.verify.targets import Target, target_case

FOLDERS = sorted(path.parent for path in (Path(__file__).parent / "cases").glob("*/*/before.py"))


class Table(Target, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing a case runs. `differs` says what is known to be different, and then it has to be.

    `package`: other files that the case imports are converted too, and then the whole of it is converted as it is run.
    """

    file: str = "before.py"
    converted: str | None = "after.py"
    differs: str = ""
    package: bool = False


class Inputs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of an `inputs.toml`."""

    not_run: str = ""
    verify: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """A table with its case and what became of it."""

    table: Table
    case: Case
    result: CaseResult

    @property
    def message(self) -> str:
        """What is wrong with the result, in the words of a report; nothing if it is as it should be."""
        if self.result.ok and not self.table.differs:
            return ""
        if self.table.differs and self.result.status in (CaseStatus.DIFFERS, CaseStatus.MINDSPORE_ERROR):
            return ""
        if self.result.ok:
            return f"{self.case.seed} is equal, but the case says that it differs: {self.table.differs}"
        stages = [
            (message, f"{measure.stage}: {message} (accepted: {measure.tolerance:.0e})")
            for measure in self.result.measures
            for message in measure.messages
        ]
        of_stages = {message for message, _ in stages}
        others = [line for line in self.result.message.splitlines() if line not in of_stages]
        told = [*others, *(line for _, line in stages)]
        return "\n  ".join([f"{self.case.seed}: {self.result.status}", *told])


def name_of(folder: Path) -> str:
    """`rule/case`."""
    return f"{folder.parent.name}/{folder.name}"


def read_inputs(folder: Path) -> Inputs:
    """How a case is run. Raises OSError and ValueError."""
    return msgspec.convert(tomllib.loads((folder / "inputs.toml").read_text(encoding="utf-8")), type=Inputs)


def files_around(folder: Path) -> Neighbours | None:
    """The other files of a case that is a package; None where it is one file, or the others are as they are run."""
    is_package = any(table.package for table in read_inputs(folder).verify)
    return Neighbours(folder / "before.py", Files()) if is_package else None


def case_of(folder: Path, table: Table, index: int) -> Case:
    """The case of a table. Nobody needs the place of a difference that is known."""
    if table.package:
        table = msgspec.structs.replace(table, converted=None)
    return replace(target_case(table, folder), name=f"{name_of(folder)}/{index}", thorough=not table.differs)


def run_folders(folders: Iterable[Path]) -> Mapping[str, list[Trial]]:
    """Run what the folders hold, all in the same processes; by name of the folder."""
    laid_out = [
        (folder, table, case_of(folder, table, index))
        for folder in folders
        for index, table in enumerate(read_inputs(folder).verify)
    ]
    results = run_cases([case for _, _, case in laid_out], timeout=60, workers=2)
    trials: dict[str, list[Trial]] = {}
    for (folder, table, case), result in zip(laid_out, results, strict=True):
        trials.setdefault(name_of(folder), []).append(Trial(table, case, result))
    return trials
