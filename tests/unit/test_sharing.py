"""What may still read a tensor after another name of it is changed in place."""

from __future__ import annotations

import pytest

from torch2ms.api import convert_source

HEAD = """\
import torch


def f(n):
    x = torch.zeros(n)
    y = x.view(-1)
    y.add_(1)
"""


@pytest.mark.parametrize(
    "rest",
    [
        "use(x)",
        "if x:\n        pass",
        "with use(x):\n        pass",
        "for i in x:\n        pass",
        "try:\n        use(x)\n    except E:\n        pass",
        "match n:\n        case 1 if x:\n            pass",
        "match n:\n        case 1:\n            use(x)",
        "def g(a=x):\n        pass",
    ],
)
def test_a_later_read_of_what_a_view_was_taken_from_is_told(rest: str) -> None:
    result = convert_source(f"{HEAD}    {rest}\n")
    assert [finding.code for finding in result.findings] == ["T2M303"]


@pytest.mark.parametrize("rest", ["use(y)", "with use(n):\n        pass", "x = 1"])
def test_no_later_read(rest: str) -> None:
    result = convert_source(f"{HEAD}    {rest}\n")
    assert not result.findings
