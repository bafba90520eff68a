"""Start-up: quick, and never silent."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import torch2ms

HEAVY = ("libcst", "rich", "yaml", "msgspec", "pathspec", "torch", "mindspore", "numpy")


@pytest.mark.parametrize(
    "args", [["--help"], ["--version"], ["convert", "--help"], ["mappings", "--help"], ["explain", "--help"]]
)
def test_help_and_version_import_nothing_heavy(args):
    program = f"""
import json, sys
sys.argv = ["torch2ms", *{args!r}]
from torch2ms.cli import main
try:
    main()
except SystemExit as stop:
    assert not stop.code, stop.code
sys.stderr.write(json.dumps(sorted(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not set(HEAVY) & set(json.loads(done.stderr))
    assert done.stdout


def test_import_is_light():
    program = "import sys, torch2ms; assert 'libcst' not in sys.modules and 'msgspec' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_convert_imports_no_framework(here):
    (here / "m.py").write_text("import torch\ny = torch.relu(torch.ones(2))\n")
    program = """
import sys
sys.argv = ["torch2ms", "convert", "m.py"]
from torch2ms.cli import main
try:
    main()
except SystemExit as stop:
    assert not stop.code, stop.code
assert not {"torch", "mindspore", "numpy"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True, cwd=here)


def test_version(run):
    assert run("--version").stdout == f"torch2ms {torch2ms.__version__}\n"


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["convert"],
        ["convert", "x.py", "--no-such-flag"],
        ["convert", "x.py", "-o", "y", "--in-place"],
        ["convert", "-", "x.py"],
        ["convert", "-", "--in-place"],
        ["convert", "x.py", "-j", "none"],
        ["convert", "x.py", "-j", "0"],
        ["convert", "x.py", "--format", "yaml"],
    ],
)
def test_wrong_usage_exits_2_and_says_why(run, args):
    result = run(*args)
    assert result.code == 2
    assert result.stderr.strip() or result.stdout.strip()
    assert "Traceback" not in result.stderr
