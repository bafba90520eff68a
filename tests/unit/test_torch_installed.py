"""Questions about packages that a function of another file asks."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from torch2ms.api import convert_path
from torch2ms.mapping.load import load_tables

ASKING = """
    import importlib.util
    import importlib.metadata as metadata


    def is_available(name, with_version=False):
        there = importlib.util.find_spec(name) is not None
        version = metadata.version(name) if there else "N/A"
        return (there, version) if with_version else (there, None)


    def installed(name):
        return importlib.util.find_spec(name) is not None


    def version_of(name):
        return metadata.version(name)
"""


def converted(folder: Path, asked: str) -> str:
    """What becomes of a line in a file beside the functions that ask, one import away."""
    package = folder / "package"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "asking.py").write_text(textwrap.dedent(ASKING))
    (package / "passing.py").write_text("from .asking import *\n")
    (package / "file.py").write_text(f"from .passing import installed, is_available, version_of\n\n{asked}\n")
    report = convert_path(package)
    output = next(result.output for result in report.files if result.path.name == "file.py")
    return output.decode().splitlines()[-1]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ('there = installed("torch")', 'there = installed("mindspore")'),
        ('there = installed("torch_xla")', 'there = installed("torch_xla")'),
        ('version = version_of("torch")', 'version = "{version}.0"'),
        ('there = is_available("torch")[0]', 'there = is_available("mindspore")[0]'),
        ('version = is_available("torch", True)[1]', 'version = "{version}.0"'),
        ('a, b = is_available("torch", True)', 'a, b = (is_available("mindspore", True)[0], "{version}.0")'),
        ('a, b = is_available("numpy", True)', 'a, b = is_available("numpy", True)'),
    ],
)
def test_a_function_of_another_file(asked: str, expected: str, tmp_path: Path) -> None:
    assert converted(tmp_path, asked) == expected.replace("{version}", load_tables().torch_version)
