"""The folder through which the runner and its worker processes exchange cases and results."""

from __future__ import annotations

import argparse
import faulthandler
import importlib.util
import json
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import msgspec

from torch2ms.verify.case import Case
from torch2ms.verify.values import Record, save
from torch2ms.weights.names import LayerNames

# Lines on a worker's stdout that are meant for the runner start with this.
MARK = "@torch2ms "
_LAYERS = "layers.json"


@dataclass(frozen=True, slots=True)
class Job:
    """One case in its folder: `torch_model.py`, `mindspore_model.py`, and a record for each run."""

    folder: Path

    @property
    def case(self) -> Case:
        """The case."""
        return msgspec.json.decode((self.folder / "case.json").read_bytes(), type=Case)

    @property
    def layers(self) -> dict[str, LayerNames]:
        """The parameter names of the layers."""
        return msgspec.json.decode((self.folder.parent / _LAYERS).read_bytes(), type=dict[str, LayerNames])

    def source(self, framework: str) -> Path:
        """The source one framework imports."""
        return self.folder / f"{framework}_model.py"

    def record(self, run: str) -> Path:
        """Where a run (`torch`, `mindspore`, `graph`) leaves its record, without suffix."""
        return self.folder / run

    def done(self, run: str) -> bool:
        """Whether the run has left its record."""
        return self.record(run).with_suffix(".json").exists()


def write_layers(folder: Path, layers: Mapping[str, LayerNames]) -> None:
    """Put the parameter names of the layers where all jobs below the folder find them."""
    (folder / _LAYERS).write_bytes(msgspec.json.encode(layers))


def write_job(folder: Path, case: Case, mindspore_source: str) -> Job:
    """Lay out a case in a folder of its own."""
    folder.mkdir(parents=True)
    job = Job(folder)
    (folder / "case.json").write_bytes(msgspec.json.encode(case))
    job.source("torch").write_text(case.torch_source, encoding="utf-8")
    job.source("mindspore").write_text(mindspore_source, encoding="utf-8")
    return job


def import_source(path: Path) -> ModuleType:
    """Import a source file under a name of its own."""
    name = f"{path.stem}_{path.parent.name}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def describe_error(error: BaseException, source: Path) -> str:
    """One line: exception, first line of its message, and the line of the example it comes from."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip(" -")]
    first = " ".join(lines[: 2 if lines and lines[0].endswith(":") else 1])
    places = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(source)]
    if isinstance(error, SyntaxError) and error.filename == str(source):
        return f"SyntaxError: {error.msg} (line {error.lineno}: {(error.text or '').strip()})"
    where = f" (line {places[-1].lineno}: {(places[-1].line or '').strip()})" if places else ""
    return f"{type(error).__name__}: {first}{where}"


def serve(run: Callable[[Job, Case], Record]) -> None:
    """Main loop of a worker: run the jobs whose folders come in on stdin, one a line.

    stdout belongs to the protocol; what the code under test prints goes to stderr.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--run", required=True, help="name of the record to write")
    name: str = parser.parse_args().run
    protocol = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    faulthandler.enable()
    print(f"{MARK}ready", file=protocol, flush=True)
    for line in sys.stdin:
        job = Job(Path(json.loads(line)))
        try:
            record = run(job, job.case)
        except Exception as error:
            source = job.source("torch" if name == "torch" else "mindspore")
            record = Record(error=describe_error(error, source))
        save(record, job.record(name))
        print(f"{MARK}done", file=protocol, flush=True)
