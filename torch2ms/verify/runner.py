"""Run cases: convert, run PyTorch and MindSpore in processes of their own, compare."""

from __future__ import annotations

import dataclasses
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import numpy as np
import numpy.typing as npt

from torch2ms.mapping.load import load_tables
from torch2ms.mapping.schema import Tables
from torch2ms.model import Finding, Settings
from torch2ms.verify.case import Case, CaseResult, CaseStatus
from torch2ms.verify.compare import compare
from torch2ms.verify.job import MARK, Job, write_job, write_layers
from torch2ms.verify.values import Record, load
from torch2ms.weights.names import layer_names

Run = Literal["torch", "mindspore", "graph"]
Progress = Callable[[Run, int], None]

_SETTINGS = Settings()
_STARTUP_SECONDS = 300.0
_ENVIRONMENT = {
    "GLOG_v": "3",
    "OMP_NUM_THREADS": "1",
    "PYTHONUNBUFFERED": "1",
    "PYTHONWARNINGS": "ignore",
    "PYTHONDONTWRITEBYTECODE": "1",
}


class WorkerDied(Exception):
    """The worker process ended or was stopped in the middle of a case."""

    def __init__(self, status: CaseStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


class _Worker:
    """A worker process and the lines it sends."""

    def __init__(self, run: Run, log: Path) -> None:
        module = "torch_worker" if run == "torch" else "mindspore_worker"
        self._log_path = log
        self._log = log.open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"torch2ms.verify.{module}", "--run", run],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=os.environ | _ENVIRONMENT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        self._lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._log):
            if stream is not None:
                stream.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith(MARK):
                self._lines.put(line.removeprefix(MARK).strip())
        self._lines.put(None)

    def wait_until_ready(self) -> None:
        self._next(_STARTUP_SECONDS)

    def run(self, job: Job, timeout: float) -> None:
        """Run one case; its record is there when this returns."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(str(job.folder)) + "\n")
            self._process.stdin.flush()
        except OSError:
            raise WorkerDied(CaseStatus.CRASH, self._last_words()) from None
        self._next(timeout)

    def _next(self, timeout: float) -> None:
        try:
            line = self._lines.get(timeout=timeout)
        except queue.Empty:
            raise WorkerDied(CaseStatus.TIMEOUT, f"no answer within {timeout:g} s") from None
        if line is None:
            raise WorkerDied(CaseStatus.CRASH, self._last_words())

    def _last_words(self) -> str:
        code = self._process.wait()
        lines = self._log_path.read_text(encoding="utf-8", errors="replace").splitlines()
        telling = [line for line in lines if line.startswith("Fatal") or "Error" in line]
        return f"process ended with code {code}: {(telling or lines or ['no message'])[-1].strip()}"


@dataclasses.dataclass(frozen=True, slots=True)
class _Prepared:
    case: Case
    job: Job
    converted: str
    findings: tuple[Finding, ...]


def run_cases(
    cases: Sequence[Case],
    *,
    graph: bool = False,
    timeout: float = 60.0,
    workers: int = 1,
    settings: Settings = _SETTINGS,
    tables: Tables | None = None,
    progress: Progress | None = None,
) -> list[CaseResult]:
    """Run all cases and compare; results in the order of the cases.

    With `graph`, cases that expect it also run in MindSpore's graph mode. `timeout` is for one case in one
    framework. `workers` processes share the MindSpore runs. `tables` are loaded unless given.
    """
    results: dict[int, CaseResult] = {}
    tables = load_tables(settings.mappings) if tables is None else tables
    with tempfile.TemporaryDirectory(prefix="torch2ms-verify-") as folder:
        write_layers(Path(folder), layer_names(tables))
        prepared: dict[int, _Prepared] = {}
        for index, case in enumerate(cases):
            made = _prepare(case, Path(folder) / f"{index:05}", settings, tables)
            if isinstance(made, CaseResult):
                results[index] = made
            else:
                prepared[index] = made
        died: dict[tuple[Run, int], WorkerDied] = {}
        runs: tuple[Run, ...] = ("torch", "mindspore", "graph") if graph else ("torch", "mindspore")
        for run in runs:
            jobs = {index: item.job for index, item in prepared.items() if _due(item, run)}
            lost = _run_jobs(run, jobs, Path(folder), timeout, 1 if run == "torch" else workers, progress)
            died.update({(run, index): error for index, error in lost.items()})
        for index, item in prepared.items():
            deaths = {run: died[run, index] for run in runs if (run, index) in died}
            results[index] = _judge(item, graph, deaths)
    return [results[index] for index in range(len(cases))]


def _prepare(case: Case, folder: Path, settings: Settings, tables: Tables) -> _Prepared | CaseResult:
    if case.mindspore_source is not None:
        job = write_job(folder, case, case.mindspore_source)
        return _Prepared(case, job, case.mindspore_source, ())
    # The workers import this package too, and need no converter.
    from torch2ms.api import convert_source

    result = convert_source(case.torch_source, path="example.py", settings=settings, tables=tables)
    if result.error is not None:
        return CaseResult(case.name, CaseStatus.NOT_CONVERTED, result.error.message, converted=result.text)
    left = [site for site in result.sites if site.outcome not in case.allowed]
    if left:
        messages = [f"line {f.span.line}: {f.code} {f.torch}: {f.message}" for f in result.findings if f.torch]
        messages = messages or [f"{site.torch} is left ({site.outcome})" for site in left]
        return CaseResult(
            case.name,
            CaseStatus.NOT_CONVERTED,
            "\n".join(messages),
            converted=result.text,
            findings=result.findings,
        )
    return _Prepared(case, write_job(folder, case, result.text), result.text, result.findings)


def _due(item: _Prepared, run: Run) -> bool:
    """Whether a run makes sense after those before it."""
    if run == "torch":
        return True
    if not item.job.done("torch") or load(item.job.record("torch")).error:
        return False
    if run == "mindspore":
        return True
    return item.case.graph and item.job.done("mindspore") and not load(item.job.record("mindspore")).error


def _run_jobs(
    run: Run, jobs: Mapping[int, Job], folder: Path, timeout: float, workers: int, progress: Progress | None
) -> dict[int, WorkerDied]:
    """Run jobs in several processes; what fails in MindSpore is tried again in a fresh process.

    An error may be the late echo of an earlier case in the same process. Only one that shows twice is real.
    """
    indices = list(jobs)
    shares = [indices[start::workers] for start in range(min(workers, len(indices)))]
    died: dict[int, WorkerDied] = {}
    with ThreadPoolExecutor(max_workers=workers) as pool:
        running = [pool.submit(_run_share, run, share, jobs, folder, timeout, progress) for share in shares]
        for future in running:
            died.update(future.result())
    if run == "torch" or len(jobs) == 1:
        return died
    again = [
        index
        for index, job in jobs.items()
        if (died[index].status is CaseStatus.CRASH if index in died else load(job.record(run)).error)
    ]
    second = _run_share(run, again, jobs, folder, timeout, progress)
    return {index: error for index, error in died.items() if index not in again} | second


def _run_share(
    run: Run,
    share: Sequence[int],
    jobs: Mapping[int, Job],
    folder: Path,
    timeout: float,
    progress: Progress | None,
) -> dict[int, WorkerDied]:
    """Run some cases in one worker after the other: a case that takes its process down costs only itself."""
    died: dict[int, WorkerDied] = {}
    todo = list(share)
    while todo:
        with _Worker(run, folder / f"{run}-{uuid.uuid4().hex}.log") as worker:
            try:
                worker.wait_until_ready()
            except WorkerDied as error:
                raise RuntimeError(f"the {run} worker does not start: {error}") from error
            while todo:
                index = todo.pop(0)
                try:
                    worker.run(jobs[index], timeout)
                except WorkerDied as error:
                    died[index] = error
                    break
                finally:
                    if progress is not None:
                        progress(run, index)
    return died


def _judge(item: _Prepared, graph: bool, died: dict[Run, WorkerDied]) -> CaseResult:
    case = item.case
    result = CaseResult(case.name, CaseStatus.OK, converted=item.converted, findings=item.findings)
    torch = _record(item, "torch")
    if torch is None or torch.error:
        return _failed(result, "torch", CaseStatus.TORCH_ERROR, torch, died)
    mindspore = _record(item, "mindspore")
    if mindspore is None or mindspore.error:
        return _failed(result, "mindspore", CaseStatus.MINDSPORE_ERROR, mindspore, died)
    errors, messages = compare(case, torch, mindspore)
    result = dataclasses.replace(result, errors=errors)
    if messages:
        return dataclasses.replace(result, status=CaseStatus.DIFFERS, message="\n".join(messages))
    if not (graph and case.graph):
        return result
    compiled = _record(item, "graph")
    if compiled is None or compiled.error:
        failed = _failed(result, "graph", CaseStatus.MINDSPORE_ERROR, compiled, died)
        return dataclasses.replace(failed, message=f"graph mode: {failed.message}")
    forward = dataclasses.replace(torch, evaluated=None, arrays=_forward_arrays(torch))
    graph_errors, messages = compare(case, forward, compiled)
    result = dataclasses.replace(result, graph=graph_errors)
    if messages:
        message = "\n".join(f"graph mode: {message}" for message in messages)
        return dataclasses.replace(result, status=CaseStatus.DIFFERS, message=message)
    return result


def _forward_arrays(record: Record) -> dict[str, npt.NDArray[np.generic]]:
    return {key: array for key, array in record.arrays.items() if key.startswith("out")}


def _record(item: _Prepared, run: Run) -> Record | None:
    return load(item.job.record(run)) if item.job.done(run) else None


def _failed(
    result: CaseResult, run: Run, status: CaseStatus, record: Record | None, died: dict[Run, WorkerDied]
) -> CaseResult:
    if record is not None:
        return dataclasses.replace(result, status=status, message=record.error)
    error = died[run]
    framework = "torch" if run == "torch" else "MindSpore"
    return dataclasses.replace(result, status=error.status, message=f"{framework} {error}")
