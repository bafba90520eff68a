"""Worker processes: one framework each, many cases one after the other, and what happens when one dies."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from torch2ms.verify.case import CaseStatus
from torch2ms.verify.job import MARK, Job, Run
from torch2ms.verify.values import load

Progress = Callable[[Run, int], None]

_STARTUP_SECONDS = 300.0
_ENVIRONMENT = {
    "GLOG_v": "3",
    "PYTHONUNBUFFERED": "1",
    "PYTHONWARNINGS": "ignore",
    "PYTHONDONTWRITEBYTECODE": "1",
}
# Comparing, several workers share the machine, and sums are taken in one order.
_ONE_THREAD = {"OMP_NUM_THREADS": "1"}


class WorkerDied(Exception):
    """The worker process ended or was stopped in the middle of a case."""

    def __init__(self, status: CaseStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


class _Worker:
    """A worker process and the lines it sends."""

    def __init__(self, run: Run, log: Path) -> None:
        module = "torch_worker" if run.in_torch else "mindspore_worker"
        self._log_path = log
        self._log = log.open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", f"torch2ms.verify.{module}", "--run", run],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=os.environ | _ENVIRONMENT | ({} if run.times else _ONE_THREAD),
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


def run_jobs(
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
    if run.in_torch or len(jobs) == 1:
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
