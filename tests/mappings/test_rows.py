"""Every example of every row computes the same in both frameworks."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from torch2ms.mapping.load import load_tables
from torch2ms.verify.case import CaseResult
from torch2ms.verify.conversion import Converter
from torch2ms.verify.rows import case_names, run_rows

pytestmark = pytest.mark.frameworks

TABLES = load_tables()
ROWS = {name: row for row in TABLES.rows.values() for name in case_names(row)}


@pytest.fixture(scope="module")
def results(frameworks: None, collected_names: set[str]) -> Mapping[str, CaseResult]:
    """The results of the collected examples, run together."""
    rows = {ROWS[name].name: ROWS[name] for name in sorted(collected_names)}
    wanted = collected_names.__contains__
    found = run_rows(list(rows.values()), graph=True, workers=2, wanted=wanted, converter=Converter(TABLES))
    return {result.name: result for result in found}


@pytest.mark.parametrize("name", sorted(ROWS))
def test_example(name: str, results: Mapping[str, CaseResult]) -> None:
    result = results[name]
    shown = "\n".join(f"    {line}" for line in result.converted.splitlines())
    assert result.ok, f"{ROWS[name].location}: {result.status}\n{result.message}\n{shown}"
