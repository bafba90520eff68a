"""What converting weights costs: peak memory, time and throughput, on a file made for it.

    python bench/weights.py [--gigabytes 2] [--folder DIR] [--routes safetensors:safetensors torch:ckpt ...]

Each route is a process of its own. Peak memory is its resident set, next to that of a conversion of a tiny file (the
fixed part) and the size of the largest tensor. Neither torch nor MindSpore is needed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from torch2ms.weights.ckpt import write_ckpt
from torch2ms.weights.dtypes import DType
from torch2ms.weights.safetensors import write_safetensors
from torch2ms.weights.tensor import FilePart, StoredTensor
from torch2ms.weights.torch_file import write_zip

MIB = 1 << 20
SUFFIXES = {"safetensors": ".safetensors", "torch": ".pth", "ckpt": ".ckpt"}
ROUTES = ("safetensors:safetensors", "safetensors:ckpt", "torch:safetensors", "torch:ckpt")


@dataclass(frozen=True)
class Measured:
    """One conversion."""

    seconds: float
    peak: int


def model(noise: Path, size: int, largest: int) -> Iterator[StoredTensor]:
    """Layers of a transformer until `size` bytes are reached: one large embedding, then blocks."""
    width = 2048

    def tensor(name: str, *shape: int) -> StoredTensor:
        count = 1
        for n in shape:
            count *= n
        return StoredTensor(name, DType.FLOAT32, shape, (FilePart(noise, 0, 4 * count),))

    yield tensor("embeddings.word_embeddings.weight", largest // (4 * width), width)
    made, layer = largest, 0
    while made < size:
        block = (
            tensor(f"layers.{layer}.attention.weight", 3 * width, width),
            tensor(f"layers.{layer}.attention.bias", 3 * width),
            tensor(f"layers.{layer}.norm.weight", width),
            tensor(f"layers.{layer}.norm.bias", width),
            tensor(f"layers.{layer}.conv.weight", width, width, 3),
        )
        yield from block
        made += sum(one.nbytes for one in block)
        layer += 1


def write(path: Path, kind: str, tensors: Sequence[StoredTensor]) -> None:
    if kind == "safetensors":
        write_safetensors(path, tensors, {"format": "pt"})
    elif kind == "torch":
        write_zip(path, tensors, {})
    else:
        write_ckpt(path, tensors, "")


def convert(source: Path, dest: Path) -> Measured:
    """Run the command; its peak resident set comes from the operating system."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "torch2ms", "weights", str(source), "-o", str(dest), "--format", "json"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed with {process.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Measured(time.perf_counter() - start, usage.ru_maxrss * unit)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gigabytes", type=float, default=2.2)
    parser.add_argument("--largest", type=int, default=512, metavar="MIB", help="the largest tensor")
    parser.add_argument("--folder", type=Path, default=None, help="where there is room for two such files")
    parser.add_argument("--routes", nargs="+", default=ROUTES, metavar="FROM:TO")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        folder = Path(name)
        noise = folder / "noise"
        with noise.open("wb") as file:
            for _ in range(arguments.largest):
                file.write(os.urandom(MIB))
        large = list(model(noise, int(arguments.gigabytes * 1e9), arguments.largest * MIB))
        total = sum(one.nbytes for one in large)
        print(f"{total / 1e9:.2f} GB in {len(large)} tensors, the largest {arguments.largest} MiB")
        print(f"{'route':26} {'fixed':>9} {'peak':>9} {'above':>9} {'time':>8} {'rate':>10}")
        for route in arguments.routes:
            kind, _, to = route.partition(":")
            source, dest = folder / f"in{SUFFIXES[kind]}", folder / f"out{SUFFIXES[to]}"
            write(source, kind, [StoredTensor("a.weight", DType.FLOAT32, (4, 4), (bytes(64),))])
            fixed = convert(source, dest)
            write(source, kind, large)
            measured = convert(source, dest)
            size = dest.stat().st_size
            if size < total:
                raise SystemExit(f"{route}: the output is too small")
            memory = (fixed.peak, measured.peak, measured.peak - fixed.peak)
            columns = [f"{bytes_ / MIB:5.0f} MiB" for bytes_ in memory]
            speed = f"{measured.seconds:6.1f} s {size / 1e6 / measured.seconds:5.0f} MB/s"
            print(f"{route:26} {' '.join(columns)} {speed}")
            source.unlink()
            dest.unlink()


if __name__ == "__main__":
    main()
