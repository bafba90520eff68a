"""Every example of every row computes the same in both frameworks."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from torch2ms.mapping.load import load_tables
from torch2ms.verify import CaseResult
from torch2ms.verify.rows import case_names, run_rows

pytestmark = pytest.mark.frameworks

ROWS = {name: row for row in load_tables().rows.values() for name in case_names(row)}


@pytest.fixture(scope="session")
def results(frameworks: None, request: pytest.FixtureRequest) -> Mapping[str, CaseResult]:
    """The results of the collected examples, run together."""
    wanted = {
        item.callspec.params["name"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.path == request.path and hasattr(item, "callspec")
    }
    rows = {ROWS[name].name: ROWS[name] for name in wanted}
    found = run_rows(list(rows.values()), graph=True, workers=2, wanted=wanted.__contains__)
    return {result.name: result for result in found}


@pytest.mark.parametrize("name", sorted(ROWS))
def test_example(name: str, results: Mapping[str, CaseResult]) -> None:
    result = results[name]
    shown = "\n".join(f"    {line}" for line in result.converted.splitlines())
    assert result.ok, f"{ROWS[name].location}: {result.status}\n{result.message}\n{shown}"
