"""The TODO comments: the way forward first, never cut, one for a statement, and settled at the first conversion."""

from __future__ import annotations

import pytest

from torch2ms import convert_source
from torch2ms.codes import CODES
from torch2ms.model import Outcome


def comments(text: str) -> list[str]:
    """The comment lines of the conversion, which a second conversion leaves as they are."""
    result = convert_source(text)
    again = convert_source(result.text)
    assert again.text == result.text
    return [line for line in result.text.splitlines() if line.lstrip().startswith("#")]


def test_the_way_forward_comes_first():
    (line,) = comments("import torch\nx = torch.no_such(3)\n")
    assert line == "# TODO(torch2ms): [T2M205] convert it by hand (torch.no_such is not in the tables)"


def test_a_long_comment_wraps_and_is_whole():
    name = "torch." + "very_" * 12 + "long"
    text = f"import torch\n\n\ndef f(x):\n    if x:\n        return {name}(3), torch.no_such(3)\n"
    lines = comments(text)
    assert len(lines) == 3
    assert all(len(line) <= 100 and line.startswith("        #") for line in lines)
    assert all(line.startswith("        #   ") for line in lines[1:])
    whole = " ".join(line.strip().removeprefix("#").strip() for line in lines)
    assert whole.endswith(f"convert it by hand ({name} is not in the tables; torch.no_such is not in the tables)")


def test_eight_sites_of_a_statement_have_one_comment():
    calls = ", ".join(f"torch.no_such_{number}(x)" for number in range(8))
    lines = comments(f"import torch\n\n\ndef f(x):\n    return ({calls})\n")
    assert sum("TODO" in line for line in lines) == 1
    assert all(f"torch.no_such_{number} " in " ".join(lines) for number in range(8))
    assert " ".join(lines).count("convert it by hand") == 1


def test_different_ways_forward_stand_on_lines_of_their_own():
    lines = comments("import torch\nx = torch.no_such(3), torch.smm(a, b)\n")
    assert [line[:28] for line in lines if "[T2M" in line] == [
        "# TODO(torch2ms): [T2M205] c",
        "#   [T2M201] keep both dense",
    ]


def test_a_converted_file_keeps_the_way_forward_in_its_findings():
    once = convert_source("import torch\nx = torch.no_such(3)\n").text
    (site,) = [found for found in convert_source(once).findings if found.outcome is Outcome.MANUAL]
    assert site.hint == "convert it by hand (torch.no_such is not in the tables)"


SITES = [
    "torch.no_such(3)",
    "torch.sort(y, stable=True)",
    "torch.add(x, y, out=z)",
    "torch.zeros(*shape, **kw)",
    "torch.nn.Linear(**kw)",
    "torch.nn.Linear(3, 4).half_a_dozen",
    "[torch.nn.Conv2d, torch.nn.Bilinear]",
    "torch.nn.Linear(3, 4).eval",
    "torch.fx.symbolic_trace(net)",
    "torch.smm(a, b)",
]


@pytest.mark.parametrize("site", SITES)
def test_every_manual_site_has_a_way_forward(site):
    findings = convert_source(f"import torch\nvalue = {site}\n").findings
    for finding in findings:
        assert finding.outcome is not Outcome.MANUAL or finding.hint


def test_every_code_has_a_way_forward():
    for page in CODES.values():
        assert page.way_forward and not page.way_forward.endswith(".")
