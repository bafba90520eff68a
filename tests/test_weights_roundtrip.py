"""Weights against the frameworks: what torch wrote is read, what is written both load, and nothing is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from typer.testing import CliRunner

from torch2ms import convert_source
from torch2ms.cli import app
from torch2ms.commands import described_model
from torch2ms.verify.describe import describe_model
from torch2ms.weights.convert import convert_weights
from torch2ms.weights.description import Description
from torch2ms.weights.dtypes import MINDSPORE, SAFETENSORS, DType
from torch2ms.weights.read import read_checkpoint
from torch2ms.weights.safetensors import write_safetensors
from torch2ms.weights.tensor import StoredTensor
from torch2ms.weights.torch_file import write_zip

Weights: TypeAlias = Callable[..., dict[str, Any]]

pytestmark = [pytest.mark.frameworks, pytest.mark.usefixtures("frameworks")]


def bits(tensor: Any) -> bytes:
    """The bytes of a torch tensor in C order."""
    import torch

    flat = tensor.detach().clone(memory_format=torch.contiguous_format).reshape(-1)
    return flat.view(torch.uint8).numpy().tobytes() if flat.numel() else b""


def known(state: dict[str, Any]) -> list[tuple[str, str, tuple[int, ...], bytes]]:
    return [(name, str(one.dtype)[6:], tuple(one.shape), bits(one)) for name, one in state.items()]


def read(tensors: tuple[StoredTensor, ...]) -> list[tuple[str, str, tuple[int, ...], bytes]]:
    return [(one.name, one.dtype.value, one.shape, one.content()) for one in tensors]


@pytest.fixture(scope="module")
def state() -> dict[str, Any]:
    """Tensors of every type and layout."""
    import torch

    torch.manual_seed(0)
    base = torch.randn(40, 50)
    state = {
        "plain": base,
        "same": base,
        "transposed": base.t(),
        "columns": base[:, 3:7],
        "rows": base[5:9],
        "steps": base[::3, ::2],
        "flat": base.view(-1)[7:],
        "diagonal": base.diagonal(),
        "scalar": torch.tensor(3.5),
        "empty": torch.zeros(0, 3),
        "expanded": torch.randn(5, 1).expand(5, 7),
        "repeated": torch.tensor(2.0).expand(6),
        "channels_last": torch.randn(8, 6, 3, 3).to(memory_format=torch.channels_last),
        "permuted": torch.randn(3, 4, 5, 6).permute(2, 0, 3, 1),
        "wide": torch.randn(2100, 2200)[:, ::2],
        "deep": torch.randn(2, 2100, 1500)[:, 100:2000],
        "long": torch.randn(3_000_000)[::5],
        "complex": torch.randn(4, 5, dtype=torch.complex128).t(),
        "parameter": torch.nn.Parameter(base[:3, :3]),
    }
    for dtype in DType:
        state[f"type.{dtype.value}"] = torch.arange(5, dtype=torch.uint8).to(getattr(torch, dtype.value))
    return state


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_files_of_torch(state: dict[str, Any], tmp_path: Path, legacy: bool, protocol: int) -> None:
    import torch

    path = tmp_path / "x.pth"
    torch.save(state, path, pickle_protocol=protocol, _use_new_zipfile_serialization=not legacy)
    assert read(read_checkpoint(path).tensors) == known(state)


def test_what_is_written_torch_loads(state: dict[str, Any], tmp_path: Path) -> None:
    import torch

    torch.save(state, tmp_path / "x.pth")
    tensors = read_checkpoint(tmp_path / "x.pth").tensors
    write_zip(tmp_path / "y.pth", tensors, {"same": "plain"})
    for mapped in (False, True):
        loaded = torch.load(tmp_path / "y.pth", weights_only=True, mmap=mapped)
        assert known(loaded) == known(state)
        assert loaded["same"].data_ptr() == loaded["plain"].data_ptr() != loaded["rows"].data_ptr()
        assert all(one.data_ptr() % 64 == 0 for one in loaded.values() if one.numel()) or not mapped


def test_what_is_written_safetensors_loads(state: dict[str, Any], tmp_path: Path) -> None:
    safetensors = pytest.importorskip("safetensors.torch")
    import torch

    torch.save(state, tmp_path / "x.pth")
    tensors = tuple(one for one in read_checkpoint(tmp_path / "x.pth").tensors if one.dtype in SAFETENSORS)
    path = tmp_path / "x.safetensors"
    write_safetensors(path, tensors, {"format": "pt"})
    loaded = safetensors.load_file(path)
    assert known({one.name: loaded[one.name] for one in tensors}) == read(tensors)
    safetensors.save_file({name: one.contiguous() for name, one in loaded.items()}, path)
    assert sorted(read(read_checkpoint(path).tensors)) == sorted(read(tensors))


def test_no_checksums(state: dict[str, Any], tmp_path: Path) -> None:
    import torch

    torch.serialization.set_crc32_options(False)
    try:
        torch.save(state, tmp_path / "x.pth")
    finally:
        torch.serialization.set_crc32_options(True)
    assert read(read_checkpoint(tmp_path / "x.pth").tensors) == known(state)


@pytest.mark.parametrize("legacy", [False, True])
def test_a_whole_module_is_refused(tmp_path: Path, legacy: bool) -> None:
    import torch

    from torch2ms.weights.errors import WeightsError

    torch.save(torch.nn.Linear(2, 2), tmp_path / "x.pth", _use_new_zipfile_serialization=not legacy)
    with pytest.raises(WeightsError, match=r"save model\.state_dict\(\) instead"):
        read_checkpoint(tmp_path / "x.pth")


def test_training_checkpoints(tmp_path: Path) -> None:
    """Optimizers and schedulers of torch hold plain values and tensors only."""
    import torch

    net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4))
    optimizer = torch.optim.AdamW(net.parameters())
    schedulers = [
        torch.optim.lr_scheduler.MultiStepLR(optimizer, [1, 2]),
        torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 5),
    ]
    net(torch.randn(5, 3)).sum().backward()
    optimizer.step()
    whole = {
        "epoch": 3,
        "model": net.state_dict(),
        "optimizer": optimizer.state_dict(),
        "schedulers": [one.state_dict() for one in schedulers],
        "rng": torch.get_rng_state(),
        "shape": torch.Size([1, 2]),
        "dtype": torch.float16,
        "device": torch.device("cpu"),
    }
    torch.save(whole, tmp_path / "x.pth")
    checkpoint = read_checkpoint(tmp_path / "x.pth")
    assert checkpoint.key == "model" and "optimizer" in checkpoint.beside
    assert read(checkpoint.tensors) == known(net.state_dict())


# With MindSpore, in a process of its own

LOAD = """
import json, sys
import mindspore as ms
path, = sys.argv[1:]
loaded = ms.load_checkpoint(path, format=path.rsplit(".", 1)[1])
found = {name: [str(one.dtype), list(one.shape), bytes(one.get_bytes()).hex()] for name, one in loaded.items()}
print(json.dumps(found))
"""


def python(code: str, *arguments: object, cwd: Path | None = None) -> str:
    """The last line a script prints."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, "GLOG_v": "3"},
        timeout=300,
        cwd=cwd,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("suffix", ["ckpt", "safetensors"])
def test_mindspore_loads_every_type(tmp_path: Path, suffix: str) -> None:
    import torch

    torch.manual_seed(0)
    state = {f"type.{one.value}": torch.randn(3, 4).mul(9).to(getattr(torch, one.value)) for one in MINDSPORE}
    # Names that safetensors' metadata have too, and shapes at the edge.
    state |= {"format": torch.tensor(3.5), "torch2ms": torch.zeros(0, 3)}
    torch.save(state, tmp_path / "x.pth")
    path = tmp_path / f"x.{suffix}"
    convert_weights(tmp_path / "x.pth", path)
    loaded = json.loads(python(LOAD, path))
    found = [(name, dtype.lower(), tuple(shape), bytes.fromhex(data)) for name, (dtype, shape, data) in loaded.items()]
    assert sorted(found) == sorted(known(state))


NET = """\
import torch
import torch.nn as nn


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.attn = nn.MultiheadAttention(width, 2, batch_first=True)
        self.act = nn.PReLU()

    def forward(self, x):
        y = self.norm(x)
        return x + self.act(self.attn(y, y, y)[0])


class Net(nn.Module):
    def __init__(self, num_classes=10, width=8):
        super().__init__()
        self.emb = nn.Embedding(20, width)
        self.padded = nn.Embedding(20, width, padding_idx=0)
        self.pos = nn.Parameter(torch.zeros(1, 6, width))
        self.register_buffer("scale", torch.ones(width))
        self.register_buffer("ids", torch.arange(6))
        self.conv = nn.Conv1d(width, width, 3, padding=1)
        self.up = nn.ConvTranspose1d(width, width, 3, padding=1)
        self.bn = nn.BatchNorm1d(width)
        self.layers = nn.ModuleList([Block(width) for _ in range(2)])
        self.enc = nn.TransformerEncoder(nn.TransformerEncoderLayer(width, 2, 16, batch_first=True), 2)
        self.lstm = nn.LSTM(width, width, 2, batch_first=True, bidirectional=True)
        self.gru = nn.GRU(2 * width, width, batch_first=True)
        self.conv2 = nn.Conv2d(1, 4, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(4)
        self.inorm = nn.InstanceNorm2d(4, affine=True)
        self.conv3 = nn.Conv3d(4, 4, 1)
        self.bn3 = nn.BatchNorm3d(4)
        self.gn = nn.GroupNorm(2, 4)
        self.rms = nn.RMSNorm(width)
        self.bare = nn.LayerNorm(width, elementwise_affine=False)
        self.biasless = nn.LayerNorm(width, bias=False)
        self.decoder = nn.Linear(width, 20, bias=False)
        self.decoder.weight = self.emb.weight
        self.fc = nn.Linear(width, num_classes)

    def forward(self, x):
        h = self.emb(x) + self.padded(x) + self.pos
        h = self.bn(self.up(self.conv(h.transpose(1, 2)))).transpose(1, 2) * self.scale
        for layer in self.layers:
            h = layer(h)
        h = self.enc(h)
        h, _ = self.lstm(h)
        h, _ = self.gru(h)
        h = self.biasless(self.bare(self.rms(h)))
        p = self.inorm(self.bn2(self.conv2(h.unsqueeze(1))))
        p = self.gn(self.bn3(self.conv3(p.unsqueeze(2))).squeeze(2))
        h = h + p.mean(dim=1)
        return self.fc(h), self.decoder(h)
"""

USE = """
import json, sys
import numpy as np
import mindspore as ms
from net_ms import Net
path, inputs, outputs = sys.argv[1:]
net = Net()
net.set_train(False)
missing = ms.load_param_into_net(net, ms.load_checkpoint(path, format=path.rsplit(".", 1)[1]), strict_load=True)
results = net(ms.Tensor(np.load(inputs)))
np.savez(outputs, *[one.asnumpy() for one in results])
ms.save_checkpoint(net, "saved.ckpt")
ms.save_checkpoint(net, "saved.safetensors", format="safetensors")
print(json.dumps(missing))
"""


@pytest.fixture(scope="module")
def family(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model of all layers that have names of their own, its conversion, weights, inputs and outputs."""
    import numpy as np
    import torch

    folder = tmp_path_factory.mktemp("family")
    (folder / "net.py").write_text(NET)
    converted = convert_source(NET)
    (folder / "net_ms.py").write_text(converted.text)
    namespace: dict[str, Any] = {}
    exec(NET, namespace)
    torch.manual_seed(0)
    net = namespace["Net"]().eval()
    with torch.no_grad():
        for name, one in [*net.named_parameters(), *net.named_buffers()]:
            if one.is_floating_point():
                one.copy_(torch.rand_like(one) + 0.5 if "running_var" in name else torch.randn_like(one) * 0.4)
            elif "num_batches" in name:
                one.fill_(7)
        inputs = torch.randint(0, 20, (3, 6))
        outputs = net(inputs)
    np.save(folder / "inputs.npy", inputs.numpy())
    np.savez(folder / "outputs.npz", *[one.numpy() for one in outputs])
    torch.save(net.state_dict(), folder / "net.pth")
    wrapped = {f"_orig_mod.module.{name}": one for name, one in net.state_dict().items()}
    torch.save({"epoch": 1, "state_dict": wrapped}, folder / "training.pth")
    return folder


@pytest.fixture(scope="module")
def describe() -> Callable[..., Description]:
    """`describe_model` that builds each model once in both frameworks, however often its weights are converted."""
    known: dict[tuple[str, str], Description] = {}

    def described(source: Path, build: str, **options: Any) -> Description:
        key = source.read_text(), build
        if key not in known:
            known[key] = describe_model(source, build, **options)
        return known[key]

    return described


@pytest.fixture
def weights(family: Path, describe: Callable[..., Description], monkeypatch: pytest.MonkeyPatch) -> Weights:
    """Runs the command on the model; its JSON report."""
    monkeypatch.chdir(family)
    monkeypatch.setattr(described_model, "describe_model", describe)

    def run(*arguments: str) -> dict[str, Any]:
        done = CliRunner().invoke(app, ["weights", *arguments, "--format", "json"])
        report: dict[str, Any] = json.loads(done.stdout)
        return report | {"code": done.exit_code, "stderr": done.stderr}

    return run


SOURCE = ("--source", "net.py", "--model", "Net()")


@pytest.mark.parametrize(("file", "output"), [("net.pth", "net.ckpt"), ("training.pth", "net.safetensors")])
def test_every_layer_arrives(family: Path, weights: Weights, file: str, output: str) -> None:
    import numpy as np
    import torch

    report = weights(file, "-o", output, *SOURCE)
    assert report["code"] == 0, report["stderr"]
    assert report["names_from"] == "source"
    left = json.loads(python(USE, output, "inputs.npy", "after.npz", cwd=family))
    # A layer norm without parameters has frozen ones in MindSpore: there is nothing to load into them.
    assert left == [report["unchanged_parameters"], []]
    assert set(report["unchanged_parameters"]) <= {"bare.gamma", "bare.beta", "biasless.beta"}
    with np.load(family / "outputs.npz") as expected, np.load(family / "after.npz") as found:
        for name in expected.files:
            np.testing.assert_allclose(found[name], expected[name], rtol=1e-4, atol=1e-4)
    back = weights(output, "-o", "back.pth", "--to", "torch")
    assert back["code"] == 0 and back["names_from"] == "record"
    before = torch.load(family / file, weights_only=True)
    again = torch.load(family / "back.pth", weights_only=True)
    assert known(again) == known(before.get("state_dict", before))
    shared = [name for name in again if name.endswith(("emb.weight", "decoder.weight"))]
    assert len({again[name].data_ptr() for name in shared}) == 1


@pytest.mark.parametrize("saved", ["saved.ckpt", "saved.safetensors"])
def test_what_mindspore_saved_goes_back(family: Path, weights: Weights, saved: str) -> None:
    """There is no record, but the source knows all but the counters, which start anew."""
    import torch

    if not (family / saved).exists():
        assert weights("net.pth", "-o", "net.ckpt", *SOURCE)["code"] == 0
        python(USE, "net.ckpt", "inputs.npy", "after.npz", cwd=family)
    report = weights(saved, "-o", "again.pth", "--to", "torch", *SOURCE)
    assert report["code"] == 0, report["stderr"]
    before = torch.load(family / "net.pth", weights_only=True)
    again = torch.load(family / "again.pth", weights_only=True)
    for name in before:
        if name.endswith("num_batches_tracked"):
            before[name].zero_()
    assert known(again) == known(before)
    assert any("num_batches_tracked starts at 0" in note for note in report["notes"])


def test_a_mismatch_is_refused(family: Path, weights: Weights) -> None:
    report = weights("net.pth", "-o", "wrong.ckpt", "--source", "net.py", "--model", "Net(num_classes=3)")
    assert report["code"] == 2
    assert "fc.weight (10, 8), not (3, 8)" in report["stderr"]
    assert not (family / "wrong.ckpt").exists()


def test_missing_and_unexpected_names(family: Path, weights: Weights) -> None:
    import torch

    state = torch.load(family / "net.pth", weights_only=True)
    state["fc2.weight"] = state.pop("fc.weight")
    state["decoder.weight"] = state["decoder.weight"] + 1  # one tensor in the model
    torch.save(state, family / "changed.pth")
    report = weights("changed.pth", "-o", "wrong.ckpt", *SOURCE)
    (error,) = report["errors"]
    assert error["code"] == "T2M606"
    assert {detail["kind"]: detail["names"] for detail in error["details"]} == {
        "missing in the file": ["fc.weight"],
        "in the file, but not in the model": ["fc2.weight"],
        "one tensor in the model, but different ones in the file": ["emb.weight and decoder.weight"],
    }
    assert not (family / "wrong.ckpt").exists()


def test_a_model_that_cannot_be_built(family: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "torch2ms", "weights", "net.pth", "-o", "x.ckpt", *SOURCE[:3], "No()"],
        capture_output=True,
        text=True,
        cwd=family,
        timeout=600,
        check=False,
    )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1 and "T2M608" in done.stderr and "No" in done.stderr


def test_guessed_names_fit_where_guessing_can(weights: Weights) -> None:
    """Without a source the names of this model come out right but for what only the source tells."""
    guessed = weights("net.pth", "-o", "guess.ckpt")
    exact = weights("net.pth", "-o", "exact.ckpt", *SOURCE)
    other = {
        before["name"]
        for before, after in zip(exact["tensors"], guessed["tensors"], strict=True)
        if (before["target"], before["target_shape"]) != (after["target"], after["target_shape"])
    }
    # An embedding with a padding row and a layer norm without bias become Cells that keep `weight`, or not; a shared
    # tensor is stored once.
    assert other == {"padded.weight", "biasless.weight", "decoder.weight"}
    flagged = {tensor["name"] for tensor in guessed["tensors"] if tensor["guessed"]}
    assert other <= flagged
    assert any("emb.weight" in note and "decoder.weight" in note for note in guessed["notes"])
