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
