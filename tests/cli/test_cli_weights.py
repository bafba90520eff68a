"""The weights command: what it prints, when it refuses, and that nothing is ever half written."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from weights_files import STATE, contents, write_legacy, zip_of

from torch2ms.weights import convert
from torch2ms.weights.dtypes import DType
from torch2ms.weights.read import read_checkpoint
from torch2ms.weights.safetensors import write_safetensors
from torch2ms.weights.tensor import StoredTensor
from torch2ms.weights.torch_file import write_zip


class Evil:
    def __reduce__(self):
        return os.system, ("touch owned",)


def garbage_ckpt() -> bytes:
    return b"\x0a\x7f\x0a\x01a\x12\xff\xff\xff\xff\x0f"


def good_zip(here: Path) -> bytes:
    write_zip(here / "good", STATE, {})
    return (here / "good").read_bytes()


BAD = {
    "malicious pickle": (lambda here: zip_of({"data.pkl": pickle.dumps({"a": Evil()}, 2)}), "T2M604", "system"),
    "malicious legacy": (lambda here: pickle.dumps(Evil(), 2), "T2M604", "system"),
    "truncated": (lambda here: good_zip(here)[:-100], "T2M603", "truncated"),
    "wrong magic": (lambda here: b"\x89HDF\r\n\x1a\n" + bytes(100), "T2M603", "neither a torch"),
    "zip bomb": (
        lambda here: zip_of({"data.pkl": bytes(50 << 20)}, zipfile.ZIP_DEFLATED),
        "T2M603",
        "compressed",
    ),
    "garbage protobuf": (lambda here: garbage_ckpt(), "T2M603", "truncated"),
    "empty": (lambda here: b"", "T2M603", "empty file"),
    "a pickle of something else": (lambda here: pickle.dumps([1], 2), "T2M604", "torch.save"),
    "no state dict": (lambda here: zip_of({"data.pkl": pickle.dumps({"epoch": 3}, 2)}), "T2M605", "epoch (int)"),
}


@pytest.mark.parametrize("case", BAD)
@pytest.mark.parametrize("format_", ["text", "json"])
def test_bad_files(run, here, case, format_):
    make, code, says = BAD[case]
    data = make(here)
    (here / "bad.pth").write_bytes(data)
    before = sorted(here.iterdir())
    result = run("weights", "bad.pth", "-o", "out.ckpt", "--format", format_)
    assert result.code == 2
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith(f"error: bad.pth: {code} ") and says in result.stderr
    assert sorted(here.iterdir()) == before
    assert (here / "bad.pth").read_bytes() == data
    if format_ == "json":
        (error,) = json.loads(result.stdout)["errors"]
        assert error["code"] == code
    else:
        assert result.stdout == ""


@pytest.fixture
def state(here) -> Path:
    """A state dict with the layers a guess knows."""
    f32 = DType.FLOAT32

    def tensor(name: str, *shape: int, dtype: DType = f32) -> StoredTensor:
        size = dtype.size
        for n in shape:
            size *= n
        return StoredTensor(name, dtype, shape, (bytes((len(name) * 7 + i) % 256 for i in range(size)),))

    tensors = [
        tensor("module.conv.weight", 4, 3, 3, 3),
        tensor("module.bn.weight", 4),
        tensor("module.bn.bias", 4),
        tensor("module.bn.running_mean", 4),
        tensor("module.bn.running_var", 4),
        tensor("module.bn.num_batches_tracked", dtype=DType.INT64),
        tensor("module.conv1.weight", 4, 3, 5),
        tensor("module.norm.weight", 6, dtype=DType.BFLOAT16),
        tensor("module.norm.bias", 6, dtype=DType.BFLOAT16),
        tensor("module.word_embeddings.weight", 9, 4),
        tensor("module.rms_norm.weight", 4),
        tensor("module.act.weight", 1),
        tensor("module.fc.weight", 2, 4),
        tensor("module.fc.bias", 2),
        tensor("module.mask", 2, dtype=DType.BOOL),
    ]
    write_zip(here / "model.pth", tensors, {})
    return here / "model.pth"


GUESSED = {
    "conv.weight": (4, 3, 3, 3),
    "bn.gamma": (4,),
    "bn.beta": (4,),
    "bn.moving_mean": (4,),
    "bn.moving_variance": (4,),
    "conv1.weight": (4, 3, 1, 5),
    "norm.gamma": (6,),
    "norm.beta": (6,),
    "word_embeddings.embedding_table": (9, 4),
    "rms_norm.weight": (4,),
    "act.w": (1,),
    "fc.weight": (2, 4),
    "fc.bias": (2,),
    "mask": (2,),
}


@pytest.mark.parametrize("suffix", [".ckpt", ".safetensors"])
@pytest.mark.parametrize("back", [".pth", ".pt", ".bin", ".safetensors"])
def test_there_and_back(run, here, state, suffix, back):
    there = run("weights", "model.pth", "-o", f"new/model{suffix}")
    assert there.code == 0
    assert "warning: names and layouts are guessed" in there.stderr
    made = read_checkpoint(here / "new" / f"model{suffix}")
    assert {tensor.name: tensor.shape for tensor in made.tensors} == GUESSED
    again = run("weights", f"new/model{suffix}", "--to", "torch", "-o", f"again{back}")
    assert again.code == 0 and again.stderr == ""
    first, second = contents(read_checkpoint(state).tensors), contents(read_checkpoint(here / f"again{back}").tensors)
    if back == ".safetensors":
        first, second = sorted(first), sorted(second)
    assert first == second


def test_the_text_report(run, state):
    lines = run("weights", "model.pth", "-o", "m.ckpt").stdout.splitlines()
    assert lines[0] == "model.pth (torch) → m.ckpt, names guessed from names and shapes"
    rows = {line.split()[0]: line.split() for line in lines[1:16]}
    assert rows["module.bn.weight"][:5] == ["module.bn.weight", "float32", "4", "→", "bn.gamma"]
    assert rows["module.conv1.weight"][2:6] == ["4×3×5", "→", "conv1.weight", "4×3×1×5"]
    assert rows["module.bn.num_batches_tracked"][4:6] == ["dropped", "MindSpore's"]
    assert "name kept" in " ".join(rows["module.rms_norm.weight"])
    assert lines[16] == "note: 'module.' was cut off all names"
    assert lines[17].startswith("15 tensors: 0 kept, 13 renamed, 1 reshaped, 1 dropped, 10 by a guess · ")


def test_a_long_report_is_folded(run, here):
    tensors = [
        StoredTensor(f"blocks.{layer}.norm.{leaf}", DType.FLOAT32, (4 + layer % 2,), (bytes(16 + 4 * (layer % 2)),))
        for layer in range(100)
        for leaf in ("weight", "bias")
    ]
    write_zip(here / "long.pth", tensors, {})
    lines = run("weights", "long.pth", "-o", "long.ckpt").stdout.splitlines()
    assert len(lines) == 4
    assert lines[1].split()[:6] == ["blocks.*.norm.weight", "float32", "…", "→", "blocks.*.norm.gamma", "×100"]
    report = json.loads(run("weights", "long.pth", "-o", "long.ckpt", "--format", "json").stdout)
    assert len(report["tensors"]) == 200


def test_the_json_report(run, state):
    result = run("weights", "model.pth", "-o", "m.safetensors", "--format", "json", "--drop", "*.fc.*")
    report = json.loads(result.stdout)
    assert report["names_from"] == "guess" and report["prefix"] == "module." and report["errors"] == []
    tensors = {tensor["name"]: tensor for tensor in report["tensors"]}
    assert len(tensors) == 15
    assert tensors["module.norm.weight"] == {
        "name": "module.norm.weight",
        "dtype": "bfloat16",
        "shape": [6],
        "target": "norm.gamma",
        "target_shape": [6],
        "action": "renamed",
        "reason": "1-d weight and bias: a norm layer",
        "guessed": True,
    }
    assert tensors["module.fc.bias"]["action"] == "dropped" and tensors["module.fc.bias"]["reason"] == "--drop"
    assert report["summary"]["dropped"] == 3


def test_a_key(run, here):
    write_legacy(here / "old.pth", STATE)
    assert run("weights", "old.pth", "-o", "m.ckpt", "--key", "model").code == 2
    result = run("weights", "old.pth", "-o", "m.ckpt")
    assert result.code == 0 and "torch (before 1.6)" in result.stdout


def test_guessed_names_back_without_a_record(run, here):
    """As MindSpore itself would have saved them."""
    names = ["bn.gamma", "bn.moving_mean", "bn3.bn2d.beta", "emb.embedding_table", "act.w", "fc.weight"]
    tensors = [StoredTensor(name, DType.FLOAT32, (2,), (bytes(8),)) for name in names]
    write_safetensors(here / "ms.safetensors", tensors, {"format": "ms"})
    result = run("weights", "ms.safetensors", "-o", "m.pth", "--to", "torch")
    assert result.code == 0
    made = read_checkpoint(here / "m.pth")
    assert [tensor.name for tensor in made.tensors] == [
        "bn.weight",
        "bn.running_mean",
        "bn3.bias",
        "emb.weight",
        "act.weight",
        "fc.weight",
    ]


def test_names_that_meet_stay(run, here):
    names = ["n.weight", "n.bias", "n.gamma"]
    write_zip(here / "m.pth", [StoredTensor(name, DType.FLOAT32, (2,), (bytes(8),)) for name in names], {})
    assert run("weights", "m.pth", "-o", "m.ckpt").code == 0
    assert [tensor.name for tensor in read_checkpoint(here / "m.ckpt").tensors] == ["n.weight", "n.beta", "n.gamma"]


def test_shared_tensors_share_again(run, here):
    first, second, other = (StoredTensor(name, DType.FLOAT32, (3, 2), (bytes(range(24)),)) for name in "abc")
    write_zip(here / "m.pth", [first, second, other], {"b": "a"})
    assert run("weights", "m.pth", "-o", "m.ckpt").code == 0
    assert run("weights", "m.ckpt", "-o", "again.pth", "--to", "torch").code == 0
    one, two, three = read_checkpoint(here / "again.pth").tensors
    assert one.parts == two.parts != three.parts


def with_record(here: Path, run, change) -> None:
    """A converted checkpoint whose tensors were changed afterwards, its record kept."""
    write_zip(here / "m.pth", STATE, {})
    assert run("weights", "m.pth", "-o", "m.safetensors").code == 0
    made = read_checkpoint(here / "m.safetensors")
    tensors = change([StoredTensor(t.name, t.dtype, t.shape, (t.content(),)) for t in made.tensors])
    write_safetensors(here / "m.safetensors", tensors, {"torch2ms": made.record or ""})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda tensors: tensors[1:], "missing in the file"),
        (lambda tensors: [*tensors, StoredTensor("new", DType.INT8, (1,), (b"a",))], "not when it was converted: new"),
        (
            lambda tensors: [
                StoredTensor("conv.weight", DType.FLOAT32, (3, 2), (bytes(24),)),
                *(tensor for tensor in tensors if tensor.name != "conv.weight"),
            ],
            "another shape",
        ),
    ],
)
def test_a_record_that_does_not_fit(run, here, change, says):
    with_record(here, run, change)
    result = run("weights", "m.safetensors", "-o", "again.pth", "--to", "torch")
    assert result.code == 2 and says in result.stderr and "T2M606" in result.stderr
    assert not (here / "again.pth").exists()


@pytest.mark.parametrize("record", ["", "{}", "[1", '{"version": 9, "tensors": []}', '{"version":1,"tensors":[{}]}'])
def test_a_damaged_record(run, here, record):
    write_safetensors(here / "m.safetensors", STATE, {"torch2ms": record})
    result = run("weights", "m.safetensors", "-o", "again.pth", "--to", "torch")
    assert result.code == 2 and "record" in result.stderr


def origin(name: str, **more: object) -> dict[str, object]:
    return {"name": name, "dtype": "float32", "shape": [2, 3], "target": "conv.weight", **more}


@pytest.mark.parametrize(
    ("origins", "says"),
    [
        ([origin("a"), origin("a")], "damaged"),
        ([origin("a", shape=[-2, -3])], "damaged"),
        ([origin("a", shape=[0, 1 << 62], target=None, data="")], "damaged"),
        ([origin("a", target=None, data="AAAA")], "damaged"),
        ([origin("a", dtype="float31")], "damaged"),
        ([origin("a", target="other")], "missing in the file: other"),
    ],
)
def test_a_forged_record(run, here, origins, says):
    record = json.dumps({"version": 1, "tensors": origins})
    write_safetensors(here / "m.safetensors", STATE[:1], {"torch2ms": record})
    result = run("weights", "m.safetensors", "-o", "again.pth", "--to", "torch")
    assert result.code == 2 and says in result.stderr
    assert not (here / "again.pth").exists()


def test_a_record_makes_no_bomb(run, here):
    big = StoredTensor("conv.weight", DType.UINT8, (1 << 20,), (bytes(1 << 20),))
    record = json.dumps({"version": 1, "tensors": [origin(f"t{index}", shape=[1 << 20]) for index in range(1000)]})
    write_safetensors(here / "m.safetensors", [big], {"torch2ms": record})
    result = run("weights", "m.safetensors", "-o", "again.pth", "--to", "torch")
    assert result.code == 2 and "over and over" in result.stderr
    assert not (here / "again.pth").exists()


def test_left_out_on_the_way_back(run, here):
    write_zip(here / "m.pth", STATE, {})
    assert run("weights", "m.pth", "-o", "m.ckpt").code == 0
    assert run("weights", "m.ckpt", "-o", "again.pth", "--to", "torch", "--drop", "conv.*").code == 0
    assert contents(read_checkpoint(here / "again.pth").tensors) == contents(STATE[2:])


def test_new_values_go_back(run, here):
    """After training in MindSpore: names and order of the torch file, values of today."""

    def train(tensors):
        return [StoredTensor(t.name, t.dtype, t.shape, (bytes(b ^ 1 for b in t.content()),)) for t in tensors]

    with_record(here, run, train)
    assert run("weights", "m.safetensors", "-o", "again.pth", "--to", "torch").code == 0
    assert contents(read_checkpoint(here / "again.pth").tensors) == contents(train(STATE))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["model.pth", "-o", "model.pth"], "ends in .ckpt or .safetensors"),
        (["model.pth", "-o", "model"], "ends in .ckpt or .safetensors"),
        (["model.pth", "-o", "m.ckpt", "--to", "torch"], "ends in .pth or .pt"),
        (["model.pth", "-o", "m.pth", "--to", "torch"], "is a torch checkpoint already"),
        (["model.pth", "-o", "m.ckpt", "--source", "net.py"], "--source and --model go together"),
        (["model.pth", "-o", "m.ckpt", "--drop", "*"], "--drop leaves no tensor"),
        (["missing.pth", "-o", "m.ckpt"], "T2M906"),
        (["model.pth", "-o", "folder.ckpt"], "is a folder"),
        (["model.pth", "-o", "model.pth/m.ckpt"], "T2M909"),
    ],
)
def test_wrong_usage(run, here, state, arguments, says):
    (here / "folder.ckpt").mkdir()
    before = sorted(here.rglob("*"))
    result = run("weights", *arguments)
    assert result.code == 2 and says in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert sorted(here.rglob("*")) == before


def test_the_input_is_never_the_output(run, here):
    write_safetensors(here / "m.safetensors", STATE, {})
    (here / "link.safetensors").symlink_to("m.safetensors")
    before = (here / "m.safetensors").read_bytes()
    for output in ("m.safetensors", "./m.safetensors", "link.safetensors"):
        result = run("weights", "m.safetensors", "-o", output)
        assert result.code == 2 and "is the input itself" in result.stderr
    assert (here / "m.safetensors").read_bytes() == before


def test_a_mindspore_checkpoint_is_not_converted_again(run, here, state):
    assert run("weights", "model.pth", "-o", "m.ckpt").code == 0
    result = run("weights", "m.ckpt", "-o", "again.safetensors")
    assert result.code == 2 and "--to torch converts it back" in result.stderr


@pytest.mark.parametrize("dtype", [DType.COMPLEX64, DType.FLOAT8_E4M3FN])
@pytest.mark.parametrize("output", ["m.ckpt", "m.safetensors"])
def test_types_mindspore_does_not_load(run, here, dtype, output):
    write_zip(here / "m.pth", [StoredTensor("x", dtype, (2,), (bytes(2 * dtype.size),))], {})
    result = run("weights", "m.pth", "-o", output)
    assert result.code == 2 and f"T2M607 mindspore.load_checkpoint does not know the type of x ({dtype.value})" in (
        result.stderr
    )
    assert not (here / output).exists()


def test_an_empty_tensor(run, here):
    """MindSpore reads the shape (0,) of a .ckpt as that of a scalar."""
    write_zip(here / "m.pth", [StoredTensor("x", DType.INT8, (0,), ()), STATE[0]], {})
    assert "empty tensor x" in run("weights", "m.pth", "-o", "m.ckpt").stderr
    assert run("weights", "m.pth", "-o", "m.safetensors").code == 0


def test_a_failure_while_writing_leaves_nothing(run, here, state, monkeypatch):
    """And what was there before stays."""

    def fail(path, tensors, record):
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    (here / "m.ckpt").write_bytes(b"before")
    monkeypatch.setattr(convert, "write_ckpt", fail)
    result = run("weights", "model.pth", "-o", "m.ckpt")
    assert result.code == 2 and "No space left" in result.stderr
    assert (here / "m.ckpt").read_bytes() == b"before"
    assert sorted(path.name for path in here.iterdir()) == ["m.ckpt", "model.pth"]


def test_without_the_frameworks(run, here, state, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    (here / "net.py").write_text("")
    result = run("weights", "model.pth", "-o", "m.ckpt", "--source", "net.py", "--model", "Net()")
    assert result.code == 2
    assert "not installed: torch, mindspore, numpy (pip install 'torch2ms[verify]')" in result.stderr


@pytest.mark.parametrize("file", ["model.pth", "bad.pth"])
def test_nothing_is_unpickled(here, state, file):
    """Python itself tells when a pickle looks up a name or a command is run. The frameworks stay out as well."""
    (here / "bad.pth").write_bytes(BAD["malicious pickle"][0](here))
    probe = f"""
import sys

def watch(event, arguments):
    if event in ("pickle.find_class", "os.system", "subprocess.Popen"):
        print("seen", event)

sys.addaudithook(watch)
from torch2ms.cli import app
try:
    app(["weights", {file!r}, "-o", "m.ckpt"], standalone_mode=False)
finally:
    print("loaded", sorted({{"torch", "mindspore", "numpy"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, cwd=here, check=False)
    assert "loaded []" in done.stdout, done.stdout + done.stderr
    assert "seen" not in done.stdout
    assert not (here / "owned").exists()
