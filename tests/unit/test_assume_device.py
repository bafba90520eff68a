"""`--assume-device`: faults of MindSpore's kernels on CPU are notes where the output runs on another device."""

from __future__ import annotations

import pytest

from torch2ms.api import convert_source
from torch2ms.model import Outcome, Settings

SOURCE = "import torch\n\ndef f(x: torch.Tensor, mask: torch.Tensor):\n    return x[mask, ::2]\n"


@pytest.mark.parametrize(("on_cpu", "outcome"), [(True, Outcome.CHECK), (False, Outcome.ADAPTED)])
def test_a_fault_of_a_cpu_kernel(on_cpu: bool, outcome: Outcome) -> None:
    result = convert_source(SOURCE, settings=Settings(on_cpu=on_cpu))
    found = [finding for finding in result.findings if finding.code == "T2M703"]
    assert [finding.outcome for finding in found] == [outcome]
    assert ("TODO" in result.text) is on_cpu


def test_other_doubts_stay() -> None:
    source = "import torch\n\ndef f(x: torch.Tensor):\n    return x.masked_fill(x > 0, float('-inf'))\n"
    first, second = (convert_source(source, settings=Settings(on_cpu=on_cpu)) for on_cpu in (True, False))
    assert first.findings == second.findings and first.findings[0].outcome is Outcome.CHECK
