"""`scan`: what is in here, how much converts, what is left."""

from __future__ import annotations

import csv
import io
import json

import pytest

from torch2ms.codes import CODES
from torch2ms.report.scan import OF_CODE, Effort

from .conftest import NET

HARD = """\
import torch
import flash_attn
from transformers.models import bert
from torch.fx import symbolic_trace


def f(net, x):
    graph = symbolic_trace(net)
    return torch.no_such(x), torch.sort(x), graph


def g():
    import flash_attn
"""


@pytest.fixture
def src(here):
    root = here / "src"
    root.mkdir()
    (root / "net.py").write_text(NET)
    (root / "hard.py").write_text(HARD)
    (root / "plain.py").write_text("x = 1\n")
    (root / "done.py").write_text("from mindspore import ops\n\n\ndef f(x, y):\n    return ops.relu(x).max(y)\n")
    return root


def test_text(run, here, src):
    before = {path: path.read_bytes() for path in here.rglob("*.py")}
    result = run("scan", "src")
    assert (result.code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0] == "Packages that know torch alone:"
    assert lines[1].startswith("  flash_attn (in 1 file): ") and lines[2].startswith("  transformers (in 1 file): ")
    titles = [line for line in lines if line.endswith(":")]
    assert titles[1].startswith("Blockers") and titles[2].startswith("Files") and titles[3].startswith("APIs")
    place = {line.split()[1]: number for number, line in enumerate(lines) if line.startswith("  ") and " % of " in line}
    assert place["torch.fx.symbolic_trace"] < place["src/hard.py"] < place["src/net.py"] < place["torch.no_such"]
    assert "src/done.py" not in place and "src/plain.py" not in place
    assert "effort: high (files: 1 high, 1 none)" in lines
    assert " sites: " in lines[-1]
    assert {path: path.read_bytes() for path in here.rglob("*.py")} == before and not (src / ".torch2ms").exists()


def test_json(run, src):
    document = json.loads(run("scan", "src", "--format", "json").stdout)
    assert (document["schema_version"], document["kind"]) == (1, "scan")
    assert document["summary"]["effort"] == "high" and document["errors"] == []
    assert [package["name"] for package in document["packages"]] == ["flash_attn", "transformers"]
    files = {file["path"]: file for file in document["files"]}
    assert files["src/net.py"]["effort"] == "none" and files["src/net.py"]["todo"] == 0
    assert document["files"][0]["path"] == "src/hard.py" and document["apis"][0]["torch"] == "torch.fx.symbolic_trace"
    for counts in (document["summary"], *(file["outcomes"] for file in document["files"])):
        assert counts["sites"] == sum(
            counts[outcome] for outcome in ("converted", "adapted", "check", "manual", "unknown")
        )
    assert document["summary"]["sites"] == sum(api["outcomes"]["sites"] for api in document["apis"])


def test_csv(run, src):
    rows = list(csv.DictReader(io.StringIO(run("scan", "src", "--format", "csv").stdout)))
    assert {row["kind"] for row in rows} == {"package", "file", "api"}
    (row,) = [row for row in rows if row["name"] == "src/net.py"]
    assert (row["effort"], row["to_do"], row["sites"], row["converted"]) == ("none", "0", "3", "3")


@pytest.mark.parametrize("width", [60, 80])
def test_it_fits(run, src, width):
    deep = src / "a_rather_long_name_of_a_package" / "with_models"
    deep.mkdir(parents=True)
    (deep / "vision_transformer_with_registers.py").write_text(HARD)
    lines = run("scan", "src", COLUMNS=str(width)).stdout.splitlines()
    rows = [line for line in lines if " % of " in line and line.startswith("  ")]
    assert rows and max(map(len, rows)) <= width


def test_of_many_files_those_with_most_to_do_are_shown(run, src):
    for number in range(20):
        (src / f"n{number:02}.py").write_text(NET)
    lines = run("scan", "src").stdout.splitlines()
    assert "  … and 7 more: -v shows all" in lines and any("src/hard.py" in line for line in lines)
    assert "-v shows" not in run("scan", "src", "-v").stdout


def test_errors_are_told_and_stop_nothing(run, src):
    (src / "bad.py").write_text("import torch\nx = (\n")
    result = run("scan", "src", "nowhere.py")
    assert result.code == 2
    assert "error: src/bad.py:2:" in result.stderr and "error: nowhere.py: T2M906" in result.stderr
    assert "effort: high" in result.stdout
    assert len(json.loads(run("scan", "src", "nowhere.py", "--format", "json").stdout)["errors"]) == 2


def test_nothing_of_torch(run, here):
    (here / "m.py").write_text("x = 1\n")
    assert "effort: none" in run("scan", "m.py").stdout


def test_efforts_are_of_codes_that_exist():
    assert set(OF_CODE) <= set(CODES)
    assert [effort.word for effort in Effort] == ["none", "low", "medium", "high"]
