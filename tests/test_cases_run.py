"""Cases as they run: `before.py` in PyTorch and `after.py` in MindSpore compute the same."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from case_folders import FOLDERS, Trial, name_of, read_inputs, run_folders

pytestmark = pytest.mark.frameworks

RUN = {name_of(folder): folder for folder in FOLDERS if read_inputs(folder).verify}


@pytest.fixture(scope="module")
def trials(frameworks: None, collected_names: set[str]) -> Mapping[str, list[Trial]]:
    """What became of the collected cases, run together."""
    return run_folders(folder for name, folder in RUN.items() if name in collected_names)


@pytest.mark.parametrize("name", RUN)
def test_case_computes_the_same(name: str, trials: Mapping[str, list[Trial]]) -> None:
    wrong = [trial.message for trial in trials[name] if trial.message]
    assert not wrong, "\n".join([f"tests/cases/{name}:", *wrong])
