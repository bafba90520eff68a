"""The folder through which the runner and its worker processes exchange cases and results."""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import gc
import importlib.util
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import ModuleType

import msgspec

from torch2ms.verify.case import Case
from torch2ms.verify.program import Importer, Program, is_program_file
from torch2ms.verify.trace import TraceRequest
from torch2ms.verify.values import Record, save
from torch2ms.weights.names import LayerNames

# Lines on a worker's stdout that are meant for the runner start with this.
MARK = "@torch2ms "
_LAYERS = "layers.json"


class Run(StrEnum):
    """What a worker process does with a case.

    `*_BUILD` stops when the module is there, `*_TRACE` keeps what every layer gets and gives, `*_TIME` measures.
    """

    TORCH = "torch"
    MINDSPORE = "mindspore"
    GRAPH = "graph"
    TORCH_BUILD = "torch-build"
    MINDSPORE_BUILD = "mindspore-build"
    TORCH_TRACE = "torch-trace"
    MINDSPORE_TRACE = "mindspore-trace"
    TORCH_TIME = "torch-time"
    MINDSPORE_TIME = "mindspore-time"
    GRAPH_TIME = "graph-time"

    @property
    def in_torch(self) -> bool:
        """Whether it runs in PyTorch; the others run in MindSpore."""
        return self.startswith("torch")

    @property
    def in_graph(self) -> bool:
        """Whether it runs in MindSpore's graph mode."""
        return self.startswith("graph")

    @property
    def builds(self) -> bool:
        """Whether it only builds the module."""
        return self.endswith("-build")

    @property
    def traces(self) -> bool:
        """Whether it keeps what every layer gets and gives."""
        return self.endswith("-trace")

    @property
    def times(self) -> bool:
        """Whether it measures time."""
        return self.endswith("-time")

    @property
    def reference(self) -> Run:
        """The torch run whose record tells a MindSpore run its weights."""
        return Run.TORCH_BUILD if self.builds else Run.TORCH


@dataclass(frozen=True, slots=True)
class Job:
    """One case in its folder: the case, its sources, and a record for each run."""

    folder: Path

    @property
    def case(self) -> Case:
        """The case; both sources are there."""
        return msgspec.json.decode((self.folder / "case.json").read_bytes(), type=Case)

    @property
    def layers(self) -> dict[str, LayerNames]:
        """The parameter names of the layers."""
        return msgspec.json.decode((self.folder.parent / _LAYERS).read_bytes(), type=dict[str, LayerNames])

    def program(self, run: Run) -> str | Program | None:
        """The source a run imports."""
        case = self.case
        return case.torch_source if run.in_torch else case.mindspore_source

    def source(self, run: Run) -> Path:
        """The file a run imports."""
        program = self.program(run)
        if isinstance(program, Program):
            return Path(program.file)
        return self.folder / f"{'torch' if run.in_torch else 'mindspore'}_model.py"

    def record(self, run: Run) -> Path:
        """Where a run leaves its record, without suffix."""
        return self.folder / run

    def traced(self, run: Run) -> Path:
        """The folder of the trace that was asked for last. One of its own for each: arrays are read while needed."""
        return self.folder / f"{run}-{'lines' if self.request.lines is not None else 'layers'}"

    def done(self, run: Run) -> bool:
        """Whether the run has left its record."""
        return self.record(run).with_suffix(".json").exists()

    @property
    def _request(self) -> Path:
        return self.folder / "request.json"

    def ask(self, request: TraceRequest) -> None:
        """Say what the next trace has to look at."""
        self._request.write_bytes(msgspec.json.encode(request))

    @property
    def request(self) -> TraceRequest:
        """What the trace has to look at."""
        return msgspec.json.decode(self._request.read_bytes(), type=TraceRequest)


def write_layers(folder: Path, layers: Mapping[str, LayerNames]) -> None:
    """Put the parameter names of the layers where all jobs below the folder find them."""
    (folder / _LAYERS).write_bytes(msgspec.json.encode(layers))


def write_job(folder: Path, case: Case) -> Job:
    """Lay out a case in a folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    job = Job(folder)
    (folder / "case.json").write_bytes(msgspec.json.encode(case))
    for run in (Run.TORCH, Run.MINDSPORE):
        program = job.program(run)
        if isinstance(program, str):
            job.source(run).write_text(program, encoding="utf-8")
    return job


class Failure(Exception):
    """An error of the code under test, with what was being done (`phase`) when it came."""

    def __init__(self, phase: str, error: Exception | SystemExit) -> None:
        super().__init__(str(error))
        self.phase = phase
        self.error = error


@contextlib.contextmanager
def during(phase: str) -> Iterator[None]:
    """Say what is being done: `import`, `build`, `weights`; anything else is running the model."""
    try:
        yield
    except Failure:
        raise
    except (Exception, SystemExit) as error:
        raise Failure(phase, error) from error


@dataclass(frozen=True, slots=True)
class Loader:
    """Imports the sources of jobs."""

    importer: Importer

    def load(self, job: Job, run: Run) -> ModuleType:
        """The module of a job's source. Raises Failure."""
        with during("import"):
            program = job.program(run)
            return self.importer.load(program) if isinstance(program, Program) else import_source(job.source(run))


def import_source(path: Path) -> ModuleType:
    """Import a source file under a name of its own."""
    name = f"{path.stem}_{path.parent.name}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def describe_error(error: BaseException, source: Path, program: str | Program | None) -> str:
    """One line: exception, first line of its message, and the innermost line of the program it comes from.

    The line of a file other than `source` has the file's name before it.
    """
    lines = [line.strip() for line in str(error).splitlines() if line.strip(" -")]
    first = " ".join(lines[: 2 if lines and lines[0].endswith(":") else 1])
    is_own = is_program_file(program, source)
    places = [(one.filename, one.lineno, one.line) for one in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename is not None:
        first = error.msg
        places.append((error.filename, error.lineno, error.text))
    where = next((_place(*place, source, program) for place in reversed(places) if is_own(place[0])), "")
    return f"{type(error).__name__}: {first}{where}"


def _place(file: str, line: int | None, text: str | None, source: Path, program: str | Program | None) -> str:
    folders = program.paths if isinstance(program, Program) and file != str(source) else ()
    inside = next((Path(file).relative_to(folder) for folder in folders if Path(file).is_relative_to(folder)), None)
    return f" ({'line ' if inside is None else f'{inside.as_posix()}:'}{line}: {(text or '').strip()})"


def serve(
    name: Run,
    run: Callable[[Job, Case, Loader], Record],
    together: Callable[[Sequence[Job], Loader], Sequence[Record] | None] | None = None,
) -> None:
    """Main loop of a worker: do a run for the jobs whose folders come in on stdin, a list a line.

    `together` does it for several jobs at once; where it gives nothing, they are done one after the other.
    stdin and stdout belong to the protocol: what the code under test prints goes to stderr, and it has nothing to read.
    """
    asked = os.fdopen(os.dup(0), encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    with open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    faulthandler.enable()
    loader = Loader(Importer())
    gc.freeze()  # the framework stays: MindSpore collects garbage for every network that it compiles
    print(f"{MARK}ready", file=answers, flush=True)
    for line in asked:
        jobs = [Job(Path(folder)) for folder in json.loads(line)]
        sys.argv[:] = [str(jobs[0].source(name))]
        records = together(jobs, loader) if together is not None and len(jobs) > 1 else None
        for index, job in enumerate(jobs):
            save(_alone(name, job, run, loader) if records is None else records[index], job.record(name))
        print(f"{MARK}done", file=answers, flush=True)


def _alone(name: Run, job: Job, run: Callable[[Job, Case, Loader], Record], loader: Loader) -> Record:
    """The record of one job; an error is part of it."""
    sys.argv[:] = [str(job.source(name))]
    try:
        return run(job, job.case, loader)
    except (Exception, SystemExit) as raised:
        failed = raised if isinstance(raised, Failure) else Failure("run", raised)
        error = describe_error(failed.error, job.source(name), job.program(name))
        return Record(error=error, phase=failed.phase)


def asked_run() -> Run:
    """The run a worker process was started for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--run", required=True, type=Run)
    run: Run = parser.parse_args().run
    return run
