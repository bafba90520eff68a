"""Worker processes: the same results in the same order, whatever a file does."""

from __future__ import annotations

import json

import pytest

from torch2ms import api
from torch2ms.model import Settings, Status

from .conftest import NET


@pytest.fixture
def many(here):
    root = here / "src"
    root.mkdir()
    for number in range(30):
        (root / f"m{number:02}.py").write_text(NET.replace("Net", f"Net{number}"))
    (root / "m10.py").write_text("import torch\nprint 'x'\n")
    return root


def test_any_number_of_jobs_gives_the_same(run_process, many, here):
    def converted(name, *args):
        result = run_process("convert", "src", "-o", name, "--format", "json", *args)
        assert result.code == 2
        document = json.loads(result.stdout)
        document["summary"].pop("seconds")
        document["written"].pop("root")
        for file in document["written"]["files"]:
            file["path"] = file["path"].removeprefix(f"{name}/")
        for file in document["files"]:
            file.pop("seconds")
        return document, {path.name: path.read_bytes() for path in (here / name).iterdir() if path.is_file()}

    serial = converted("one", "-j", "1")
    report, written = serial
    assert len(report["files"]) == len(written) == 30
    assert len(report["errors"]) == 1
    assert converted("three", "-j", "3") == serial
    assert converted("auto") == serial


def test_user_tables_reach_the_workers(run_process, here, many):
    (here / "extra.yaml").write_text('torch.relu: {expr: "ops.elu({input})"}\n')
    run_process("convert", "src", "-j", "2", "-o", "out", "--mappings", "extra.yaml")
    assert "ops.elu(" in (here / "out" / "m03.py").read_text()


def test_api_convert_path(many):
    report = api.convert_path(many)
    assert len(report.files) == 30
    assert [result.path.name for result in report.files] == [f"m{n:02}.py" for n in range(30)]
    assert report.files[10].status is Status.ERROR
    assert report.files[11].status is Status.CHANGED
    assert (many / "m11.py").read_text() == NET.replace("Net", "Net11")
    only = api.convert_path([many / "m11.py", "nowhere"], settings=Settings(todo_comments=False))
    assert [result.path for result in only.files] == [many / "m11.py"]
    assert only.errors[0][1].code == "T2M906"


def test_api_convert_source():
    import torch2ms

    result = torch2ms.convert_source(NET, path="net.py")
    assert result.status is Status.CHANGED
    assert "mindspore" in result.text
    assert result.path.name == "net.py"
    assert torch2ms.convert_source("x = 1\n").status is Status.UNCHANGED
    assert torch2ms.convert_source("").status is Status.UNCHANGED
    broken = torch2ms.convert_source("import torch\nx = (\n")
    assert broken.status is Status.ERROR and broken.error is not None and broken.error.line == 2


def test_api_convert_source_with_a_declared_encoding():
    text = "# coding: latin-1\nimport torch\nx = torch.relu(y)  # é\n"
    result = api.convert_source(text)
    assert result.status is Status.CHANGED
    assert "# é" in result.text
