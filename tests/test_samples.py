"""The samples: their conversion is current, and computes what the original computes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from torch2ms.api import convert_source
from torch2ms.model import Outcome
from torch2ms.verify.case import CaseResult, Stage
from torch2ms.verify.runner import run_cases
from torch2ms.verify.targets import find_cases

SAMPLES = Path(__file__).parent.parent / "samples"
FOLDERS = sorted(path.parent for path in SAMPLES.glob("*/model.py"))
CASES = {case.name: case for case in find_cases(SAMPLES)}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_nothing_is_left_and_the_conversion_is_current(folder: Path) -> None:
    result = convert_source((folder / "model.py").read_text(encoding="utf-8"), path="model.py")
    assert result.error is None
    left = [site for site in result.sites if site.outcome in (Outcome.MANUAL, Outcome.UNKNOWN)]
    assert not left
    assert result.text == (folder / "model_ms.py").read_text(encoding="utf-8")
    assert any(name.startswith(f"{folder.name}/") for name in CASES)


@pytest.fixture(scope="module")
def results(frameworks: None, collected_names: set[str]) -> Mapping[str, CaseResult]:
    """The results of the collected models, run together."""
    cases = [case for name, case in CASES.items() if name in collected_names]
    return {result.name: result for result in run_cases(cases, graph=True, timeout=120, workers=2)}


@pytest.mark.frameworks
@pytest.mark.parametrize("name", CASES)
def test_model_computes_the_same(name: str, results: Mapping[str, CaseResult]) -> None:
    result = results[name]
    assert result.ok, f"{result.status}\n{result.message}"
    for stage in (Stage.BEFORE, Stage.OUTPUT, Stage.GRADIENTS, Stage.STEPS, Stage.TRAINED):
        assert result.error(stage) is not None
