"""Converting an output again changes nothing, whatever the parts of a file are and in whichever order they stand."""

from pathlib import Path

import pytest
from case_folders import FOLDERS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from torch2ms.mapping.load import load_tables
from torch2ms.mapping.schema import Tables
from torch2ms.model import Settings
from torch2ms.rewrite.pipeline import convert_bytes

SOURCES = [(folder / "before.py").read_text(encoding="utf-8") for folder in FOLDERS]
# Characters that `str.splitlines` takes for the end of a line, and Python's parser does not.
SEPARATORS = ["\f", "\v", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


def settled(source: str, tables: Tables) -> None:
    first = convert_bytes(source.encode(), Path("case.py"), tables, Settings())
    assert first.error is None
    second = convert_bytes(first.output, Path("case.py"), tables, Settings())
    assert second.error is None
    assert second.output.decode() == first.output.decode()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(SOURCES), st.sampled_from(SEPARATORS), st.booleans())
def test_separators(tables: Tables, source: str, separator: str, in_a_string: bool) -> None:
    head = f'TEXT = "a{separator}b{separator}c"\n' if in_a_string else f"# a{separator}b\n"
    if "from __future__" in source:
        return
    settled(head + source, tables)
    if separator == "\f":
        settled(source.replace("\n\n\n", "\n\f\n\n"), tables)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(SOURCES), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_layout(tables: Tables, source: str, newline: str, under_a_condition: bool) -> None:
    if under_a_condition and "from __future__" not in source and '"""' not in source and " import *" not in source:
        source = "if True:\n" + "".join(f"    {line}\n" if line else "\n" for line in source.split("\n"))
    settled(source.replace("\n", newline), tables)


# What one conversion left in a form that the next one read differently.
FORMS = {
    "a message of a check has a site that is left": """
import torch


def check(x):
    torch._check(torch.lobpcg(x) > 0, lambda: f"{torch.lobpcg(x)} is too small")
    return x
""",
    "a step on the way to a gradient has a site that is left": """
import torch
from torch.autograd import grad


def second(x):
    y = torch.lobpcg(x) * x
    return grad(y.sum(), [x], create_graph=True)[0]
""",
    "a gradient of a gradient that is left": """
import torch
from torch.autograd import grad


def second(loss, x):
    g = grad(loss, [x], create_graph=True)[0]
    return torch.stack([grad(g[..., 0].sum(), [x])[0], grad(g[..., 1].sum(), [x])[0]], -1)
""",
    "a name is bound again in a branch that never runs": """
import torch


def name(device):
    kind = device.type
    if torch.version.hip and kind == "cuda":
        kind = "hip"
    torch.lobpcg(device)
    return 32 if kind != "cpu" else None
""",
    "a slice with a step is changed in place": """
import torch


def clip(a, b, width):
    boxes = torch.cat([a.float(), b.float()], dim=1)
    boxes[:, 0::2].clamp_(min=0, max=width - 1)
    return boxes
""",
    "an import in a function is read by what is converted alone": """
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import torch
from torch.utils._ordered_set import OrderedSet

node: torch.fx.Node = cast("torch.fx.Node", None)
items: OrderedSet[int] = OrderedSet()


def dtype():
    import torch

    return torch.int64
""",
}


@pytest.mark.parametrize("form", FORMS)
def test_form(tables: Tables, form: str) -> None:
    settled(FORMS[form], tables)
