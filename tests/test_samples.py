"""The samples: their conversion is current, and computes what the original computes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from torch2ms.api import convert_source
from torch2ms.model import Outcome
from torch2ms.verify import CaseResult, Stage, run_cases
from torch2ms.verify.samples import read_sample, sample_cases

SAMPLES = sorted(path.parent for path in Path(__file__).parent.parent.glob("samples/*/sample.toml"))
MODELS = [f"{folder.name}/{model.name}" for folder in SAMPLES for model in read_sample(folder).model]


@pytest.mark.parametrize("folder", SAMPLES, ids=lambda folder: folder.name)
def test_nothing_is_left_and_the_conversion_is_current(folder: Path) -> None:
    result = convert_source((folder / "model.py").read_text(encoding="utf-8"), path="model.py")
    assert result.error is None
    left = [site for site in result.sites if site.outcome in (Outcome.MANUAL, Outcome.UNKNOWN)]
    assert not left
    assert result.text == (folder / "model_ms.py").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def results(frameworks: None, collected_names: set[str]) -> Mapping[str, CaseResult]:
    """The results of the collected models, run together."""
    cases = [
        case
        for folder in SAMPLES
        if (folder / "model_ms.py").exists()
        for case in sample_cases(folder, (folder / "model_ms.py").read_text(encoding="utf-8"))
        if case.name in collected_names
    ]
    return {result.name: result for result in run_cases(cases, graph=True, timeout=120, workers=2)}


@pytest.mark.frameworks
@pytest.mark.parametrize("name", MODELS)
def test_model_computes_the_same(name: str, results: Mapping[str, CaseResult]) -> None:
    assert name in results, "no conversion to run"
    result = results[name]
    assert result.ok, f"{result.status}\n{result.message}"
    assert result.error(Stage.GRADIENTS) is not None and result.error(Stage.STEPS) is not None
