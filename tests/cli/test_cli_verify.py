"""The verify command: what it compares, what it prints, its exit codes, and that failures are told apart."""

from __future__ import annotations

import json
import os
import pickle
import re
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest
from weights_files import zip_of

from torch2ms.cli import app
from torch2ms.weights.ckpt import write_ckpt
from torch2ms.weights.dtypes import DType
from torch2ms.weights.safetensors import write_safetensors
from torch2ms.weights.tensor import StoredTensor
from torch2ms.weights.torch_file import write_zip

NET = """\
import torch
import torch.nn as nn
import torch.nn.functional as F

from parts import Head


class Net(nn.Module):
    def __init__(self, width=4):
        super().__init__()
        self.embedding = nn.Embedding(7, width)
        self.norm = nn.BatchNorm1d(width)
        self.act = nn.LeakyReLU(0.2)
        self.head = Head(width)

    def forward(self, tokens, scale, mask=None, power=1, last="sum"):
        x = self.embedding(tokens).mean(dim=1)
        x = self.act(self.norm(x * scale))
        if mask is not None:
            x = x * mask
        x = x**power
        return {"logits": self.head(x), "rest": [x.sum() if last == "sum" else x, (x.shape[0], None)]}


def loss(result):
    return F.cross_entropy(result["logits"], torch.tensor([0, 1, 2, 0]))
"""
PARTS = """\
import torch.nn as nn


class Head(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc = nn.Linear(width, 3)

    def forward(self, x):
        return self.fc(x)
"""
NOISE = """\
import torch
import torch.nn as nn


class Noise(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)

    def forward(self, x):
        x = self.fc(x)
        if self.training:
            x = x + torch.rand_like(x)
        return x * 2
"""
DEEP = """\
import torch.nn as nn


class Deep(nn.Module):
    def __init__(self, depth, width=16):
        super().__init__()
        layers = []
        for _ in range(depth):
            layers += [nn.Linear(width, width), nn.BatchNorm1d(width), nn.ReLU()]
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        return self.layers(x)
"""
STATE = {
    "embedding.weight": (7, 4),
    "norm.weight": (4,),
    "norm.bias": (4,),
    "norm.running_mean": (4,),
    "norm.running_var": (4,),
    "head.fc.weight": (3, 4),
    "head.fc.bias": (3,),
}
RENAMED = {
    "embedding.weight": "embedding.embedding_table",
    "norm.weight": "norm.gamma",
    "norm.bias": "norm.beta",
    "norm.running_mean": "norm.moving_mean",
    "norm.running_var": "norm.moving_variance",
}
CALL = ["i64[4,5]<7", "f32[4,1]>=0.5<2"]
MODELS = {
    "equal": {"graph": True},
    "keywords": {"kwargs": {"mask": "bool[4,1]", "power": 2, "last": "'all'"}},
    "arrays": {"inputs": ["tokens.npy", "rest.npz"]},
    "a loss": {"loss": "loss", "steps": 4, "rate": 0.1},
    "weights": {"weights": "training.pth", "key": "model"},
    "weights that do not fit": {"weights": "wrong.pth"},
    "weights that are evil": {"weights": "evil.pth"},
    "checkpoint": {"weights": "state.pth", "checkpoint": "state.ckpt"},
    "checkpoint of another name": {"weights": "state.pth", "checkpoint": "renamed.safetensors"},
    "checkpoint of other values": {"weights": "state.pth", "checkpoint": "other.ckpt"},
    "wrong slope": {"converted": ("LeakyReLU(0.2)", "LeakyReLU(0.1)")},
    "wrong statistics": {"converted": ("BatchNorm1d(width)", "BatchNorm1d(width, momentum=0.5)")},
    "import error": {"converted": ("from parts", "from nothing")},
    "attribute error": {"converted": ("self.head(x)", "self.heads(x)")},
    "crash": {"converted": ("x = x**power", "x = x**power\n        __import__('os').abort()")},
    "hang": {"converted": ("x = x**power", "x = x**power\n        __import__('time').sleep(600)")},
    "exit": {"converted": ("x = x**power", "x = x**power\n        __import__('sys').exit(3)")},
    "another class": {"model": "dict()"},
    "torch import error": {"file": "broken.py"},
    "torch run error": {"inputs": ["i64[4,5]<7", "f32[5,2]"]},
    "training is random": {"model": "Noise()", "file": "noise.py", "inputs": ["f32[4,3]"]},
    "training is lost in rounding": {"model": "Deep(16)", "file": "deep.py", "inputs": ["f32[2,16]"]},
    "not in graph mode": {"graph": False, "graph_reason": "because"},
}
EXPECTED = {
    "equal": ("ok", None, ""),
    "keywords": ("ok", None, ""),
    "arrays": ("ok", None, ""),
    "a loss": ("ok", None, ""),
    "weights": ("ok", None, ""),
    "weights that do not fit": ("torch-error", "weights", "head.fc.bias"),
    "weights that are evil": ("torch-error", "weights", "posix.system"),
    "checkpoint": ("ok", None, ""),
    "checkpoint of another name": ("differs", None, "parameters not in the checkpoint: head.fc.bias"),
    "checkpoint of other values": ("differs", None, "eval mode"),
    "wrong slope": ("differs", None, "eval mode['logits']"),
    "wrong statistics": ("differs", None, "statistics/norm.running_mean"),
    "import error": ("mindspore-error", "import", "No module named 'nothing'"),
    "attribute error": ("mindspore-error", "run", "heads"),
    "crash": ("crash", None, "MindSpore process ended with code -6"),
    "hang": ("timeout", None, "MindSpore no answer within"),
    "exit": ("mindspore-error", "run", "SystemExit: 3"),
    "another class": ("torch-error", "build", "dict() is no nn.Module"),
    "torch import error": ("torch-error", "import", "No module named 'missing_parts'"),
    "torch run error": ("torch-error", "run", "RuntimeError"),
    "training is random": ("ok", None, ""),
    "training is lost in rounding": ("ok", None, ""),
    "not in graph mode": ("ok", None, ""),
}
TIMEOUT = "30"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a model of two files and what its tables need."""
    from torch2ms.api import convert_source

    folder = tmp_path_factory.mktemp("project")
    (folder / "net.py").write_text(NET)
    (folder / "parts.py").write_text(PARTS)
    (folder / "broken.py").write_text("import missing_parts\n" + NET)
    (folder / "deep.py").write_text(DEEP)
    (folder / "noise.py").write_text(NOISE)
    rng = np.random.default_rng(0)
    np.save(folder / "tokens.npy", rng.integers(0, 7, (4, 5)))
    np.savez(folder / "rest.npz", np.float32(rng.normal(size=(4, 1))), mask=np.ones((4, 1), np.float32))
    state = [
        StoredTensor(name, DType.FLOAT32, shape, (np.float32(rng.uniform(0.5, 1.5, shape)).tobytes(),))
        for name, shape in STATE.items()
    ]
    write_zip(folder / "state.pth", state, {})
    write_zip(folder / "wrong.pth", state[:-1], {})
    there = [tensor.renamed(RENAMED.get(tensor.name, tensor.name), tensor.shape) for tensor in state]
    write_ckpt(folder / "state.ckpt", there, "")
    write_safetensors(folder / "renamed.safetensors", [*there[:-1], there[-1].renamed("head.bias", (3,))], {})
    other = StoredTensor("head.fc.bias", DType.FLOAT32, (3,), (np.zeros(3, np.float32).tobytes(),))
    write_ckpt(folder / "other.ckpt", [*there[:-1], other], "")
    (folder / "evil.pth").write_bytes(zip_of({"data.pkl": pickle.dumps(Evil(), 2)}))
    tables = []
    for name, options in MODELS.items():
        table = {"name": name, "file": "net.py", "model": "Net()", "inputs": CALL} | options
        if "converted" in options:
            old, new = options["converted"]
            out = folder / name.replace(" ", "_")
            out.mkdir()
            text = convert_source(NET).text
            assert old in text
            (out / "net.py").write_text(text.replace(old, new))
            (out / "parts.py").write_text(convert_source(PARTS).text)
            table["converted"] = f"{out.name}/net.py"
        tables.append("[[tool.torch2ms.verify]]\n" + "".join(f"{k} = {toml(v)}\n" for k, v in table.items()))
    (folder / "pyproject.toml").write_text("\n".join(tables))
    return folder


class Evil:
    def __reduce__(self):
        return os.system, ("touch owned",)


def toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(item)}" for key, item in value.items()) + "}"
    return json.dumps(value)


@pytest.fixture(scope="module")
def report(frameworks: None, folder: Path) -> dict:
    """The JSON report of the whole folder."""
    import torch

    # A training checkpoint, as torch writes it.
    state = {name: torch.rand(*shape) + 0.5 for name, shape in STATE.items()}
    parallel = {f"module.{name}": tensor for name, tensor in state.items()}
    torch.save({"epoch": 3, "model": parallel, "ema": {}}, folder / "training.pth")
    from typer.testing import CliRunner

    result = CliRunner().invoke(app, ["verify", str(folder), "--graph", "--timeout", TIMEOUT, "--format", "json"])
    assert result.exit_code == 2, result.output
    found = json.loads(result.stdout)
    assert not (Path.cwd() / "owned").exists()
    return {"report": found, "models": {model["name"]: model for model in found["models"]}}


@pytest.mark.frameworks
@pytest.mark.parametrize("name", EXPECTED)
def test_what_becomes_of_a_model(report: dict, name: str) -> None:
    status, phase, says = EXPECTED[name]
    model = report["models"][name]
    message = " ".join(model["messages"])
    assert (model["status"], model["phase"]) == (status, phase), message
    assert says in message
    if status == "ok":
        for stage in model["stages"]:
            assert stage["equal"] and stage["error"] <= max(stage["tolerance"], 8 * (stage["noise"] or 0.0))
        assert any(stage["noise"] is not None for stage in model["stages"])


@pytest.mark.frameworks
def test_the_summary(report: dict) -> None:
    counts = {key: report["report"]["summary"][key] for key in ("models", "equal", "differ", "failed")}
    statuses = [status for status, _, _ in EXPECTED.values()]
    equal, differ = statuses.count("ok"), statuses.count("differs")
    assert counts == {
        "models": len(MODELS),
        "equal": equal,
        "differ": differ,
        "failed": len(MODELS) - equal - differ,
    }


@pytest.mark.frameworks
def test_every_stage_is_compared(report: dict) -> None:
    stages = [stage["stage"] for stage in report["models"]["equal"]["stages"]]
    assert stages == [
        "eval mode",
        "layers by themselves",
        "output",
        "statistics",
        "gradients",
        "steps",
        "eval mode after the steps",
        "graph mode",
    ]


@pytest.mark.frameworks
def test_what_is_not_compared_is_said(report: dict) -> None:
    (note,) = report["models"]["not in graph mode"]["notes"]
    assert note == "not in graph mode: because"
    assert (
        "training mode is random: gradients and steps are compared in eval mode"
        in (report["models"]["training is random"]["notes"])
    )


@pytest.mark.frameworks
def test_gradients_are_compared_where_they_can_be(report: dict) -> None:
    model = report["models"]["training is lost in rounding"]
    (note,) = model["notes"]
    assert "so they are compared in eval mode" in note
    noise = {stage["stage"]: stage["noise"] for stage in model["stages"]}
    assert noise["gradients"] < 1e-4 and noise["steps"] < 1e-4
    # Batch statistics are those of training mode.
    assert {"output", "statistics"} <= noise.keys()


@pytest.mark.frameworks
def test_the_place_of_a_difference(report: dict, folder: Path) -> None:
    for name, path, torch_line, mindspore_line in (
        ("wrong slope", "act", "self.act = nn.LeakyReLU(0.2)", "self.act = nn.LeakyReLU(0.1)"),
        ("wrong statistics", "norm", "self.norm = nn.BatchNorm1d(width)", "momentum=0.5)"),
    ):
        found = report["models"][name]["divergence"]
        assert found["path"] == path and not found["own_code"]
        assert found["torch"]["text"] == torch_line and found["torch"]["file"] == str(folder / "net.py")
        assert found["mindspore"]["text"].endswith(mindspore_line)
        assert found["mindspore"]["file"] == str(folder / name.replace(" ", "_") / "net.py")
    values = report["models"]["wrong slope"]["divergence"]["values"]
    torch, mindspore = float(values["torch"]), float(values["mindspore"])
    assert torch == pytest.approx(2 * mindspore, rel=1e-4) and torch < 0
    assert values["error"] > values["tolerance"] == 1e-5


@pytest.mark.frameworks
def test_where_an_error_comes_from(report: dict) -> None:
    # Two layers deep in the same file, and in an import.
    assert re.search(r"\(line \d+: return \{.logits.: self\.heads", report["models"]["attribute error"]["messages"][0])
    assert "(line 1: import missing_parts)" in report["models"]["torch import error"]["messages"][0]


SMALL = """\
import torch.nn as nn


class Net(nn.Module):
    def __init__(self, slope=0.1):
        super().__init__()
        self.fc = nn.Linear(3, 2)
        self.act = nn.LeakyReLU(slope)

    def forward(self, x):
        return self.act(self.fc(x))
"""
CONVERTED = SMALL.replace("torch.nn as nn", "mindspore.nn as nn").replace("Module", "Cell").replace("Linear", "Dense")
CONVERTED = CONVERTED.replace("forward", "construct")


@pytest.fixture
def small(here: Path) -> Path:
    (here / "net.py").write_text(SMALL)
    (here / "net_ms.py").write_text(CONVERTED)
    return here


@pytest.mark.frameworks
def test_an_equal_model_in_the_terminal(frameworks, run, small):
    result = run("verify", "net.py", "--model", "Net()", "--input", "f32[2,3]", "--time")
    assert result.code == 0, result.stdout
    lines = result.stdout.splitlines()
    assert lines[0] == "net: Net()"
    assert re.fullmatch(r"\s*stage +error +tolerance +torch's own noise\s*", lines[1])
    rows = {line[:26].strip(): line.split() for line in lines[2:-3]}
    assert list(rows) == [
        "eval mode",
        "layers by themselves",
        "output",
        "gradients",
        "steps",
        "eval mode after the steps",
    ]
    assert all(row[-1] == "equal" for row in rows.values())
    assert re.fullmatch(r"torch: forward [\d.]+ m?s, with gradient [\d.]+ m?s", lines[-3])
    assert re.fullmatch(r"MindSpore: forward [\d.]+ m?s, with gradient [\d.]+ m?s", lines[-2])
    assert re.fullmatch(r"1 model: 1 equal, 0 differ, 0 failed · [\d.]+ s", lines[-1])
    assert sorted(path.name for path in small.iterdir()) == ["net.py", "net_ms.py"]


@pytest.mark.frameworks
def test_a_difference_in_the_terminal(frameworks, run, small):
    result = run(
        "verify", "net.py", "--model", "Net()", "--input", "f32[2,3]", "--converted", "net_ms.py", "--tolerance", "1e-4"
    )
    assert result.code == 0, result.stdout
    (small / "net_ms.py").write_text(CONVERTED.replace("LeakyReLU(slope)", "LeakyReLU(slope + 0.1)"))
    result = run("verify", "net.py", "--model", "Net()", "--input", "f32[2,3]", "--converted", "net_ms.py", "--eval")
    assert result.code == 1
    assert "first difference: layer act (LeakyReLU): output" in result.stdout
    assert "torch      net.py:8: self.act = nn.LeakyReLU(slope)" in result.stdout
    assert "MindSpore  net_ms.py:8: self.act = nn.LeakyReLU(slope + 0.1)" in result.stdout
    assert re.search(
        r"torch -[\d.]+, MindSpore -[\d.]+ at \[\d, \d\], error [\d.e-]+ \(tolerance 1e-05\)", result.stdout
    )
    assert result.stdout.splitlines()[-1].startswith("1 model: 0 equal, 1 differs, 0 failed")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["net.py"], "--model is needed"),
        (["net.py", "--model", "Net("], "not a Python expression"),
        (["net.py", "--model", "Net()", "--input", "f32"], "not an input"),
        (["net.py", "--model", "Net()", "--tolerance", "0"], "tolerance lies between 0 and 1"),
        (["nothing.py", "--model", "Net()"], "no such file"),
        (["nothing"], "no such file or folder"),
        (["."], "no [[tool.torch2ms.verify]]"),
        ([".", "--model", "Net()"], "describe one Python file"),
        (["list.toml", "--only", "other"], "no model is called other"),
        (["net.py", "--model", "Net()", "--mappings", "no.yaml"], "no.yaml"),
    ],
)
def test_wrong_usage(frameworks, run, small, arguments, says):
    (small / "list.toml").write_text('[[verify]]\nfile = "net.py"\nmodel = "Net()"\n')
    result = run("verify", *arguments)
    assert result.code == 2
    assert result.stderr.startswith("error: ") and says in result.stderr and len(result.stderr.splitlines()) == 1
    assert not result.stdout


def test_without_the_frameworks(run, small, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    result = run("verify", "net.py", "--model", "Net()")
    assert result.code == 2
    assert textwrap.dedent(result.stderr) == (
        "error: verify runs the model; not installed: torch, mindspore, numpy (pip install 'torch2ms[verify]')\n"
    )


@pytest.mark.frameworks
def test_interrupted_it_ends_at_once_and_leaves_nothing(frameworks, small):
    (small / "net.py").write_text(
        SMALL.replace("return self", "open('started', 'w').close()\n        while True: pass\n        return self")
    )
    (small / "tmp").mkdir()
    command = [sys.executable, "-m", "torch2ms", "verify", "net.py", "--model", "Net()", "--input", "f32[2,3]"]
    process = subprocess.Popen(command, env={**os.environ, "TMPDIR": str(small / "tmp")}, start_new_session=True)
    try:
        deadline = time.monotonic() + 60
        while not (small / "started").exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert list((small / "tmp").iterdir())
        # As a terminal does: to all processes of the command.
        os.killpg(process.pid, signal.SIGINT)
        # Long before the case runs out of time, on a machine that other tests keep busy.
        assert process.wait(timeout=30) == 130
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert not list((small / "tmp").iterdir())
