"""A kernel that is right only the first time is found: cases of rows are run again, with larger inputs between."""

from __future__ import annotations

import pytest

from torch2ms.mapping.load import load_tables
from torch2ms.verify.case import Case, CaseStatus
from torch2ms.verify.conversion import Converter
from torch2ms.verify.inputs import parse_input
from torch2ms.verify.rows import row_case
from torch2ms.verify.runner import run_cases

pytestmark = pytest.mark.frameworks

TORCH = "import torch.nn.functional as F\n\ndef example(x):\n    return F.pad(x, (1, -1))\n"
# The padding of MindSpore remembers negative widths from one call to the next.
MINDSPORE = "from mindspore import ops\n\ndef example(x):\n    return ops.pad(x, (1, -1))\n"


@pytest.mark.usefixtures("frameworks")
def test_a_kernel_that_is_right_once() -> None:
    inputs = (("x", parse_input("f32[2,5]")),)
    cases = [
        Case(
            f"{repeats} times", TORCH, None, "example", inputs, mindspore_source=MINDSPORE, repeats=repeats, seed="pad"
        )
        for repeats in (1, 3)
    ]
    once, thrice = run_cases(cases, converter=Converter(load_tables()))
    assert once.ok
    assert thrice.status is CaseStatus.DIFFERS
    assert "call 2 gives another" in thrice.message or "call 3 gives another" in thrice.message


def test_examples_of_rows_are_repeated() -> None:
    assert row_case(load_tables().rows["torch.nn.functional.pad"], 0).repeats == 3
