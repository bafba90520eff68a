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
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from torch2ms.project import available_cpus
from torch2ms.verify.case import CaseStatus
from torch2ms.verify.job import MARK, Job, Run
from torch2ms.verify.values import load

Progress = Callable[[Run, int], None]

_STARTUP_SECONDS = 300.0
_IN_ONE_GRAPH = 10
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
        self._ready = False
        threading.Thread(target=self._read, daemon=True).start()

    def stop(self) -> None:
        """End the process, whoever waits for it."""
        self._process.kill()

    def close(self) -> None:
        """End the process and what belongs to it."""
        self.stop()
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
        """Return when the framework is imported, at once if it is already."""
        if not self._ready:
            self._next(_STARTUP_SECONDS)
            self._ready = True

    def run(self, jobs: Sequence[Job], timeout: float) -> None:
        """Run some cases; their records are there when this returns."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps([str(job.folder) for job in jobs]) + "\n")
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


@dataclass(slots=True)
class Workers:
    """Runs jobs in worker processes, at most `limit` at a time. `timeout` is in seconds, for one case.

    A context: processes that trace are kept until it ends, as several traces follow one another.
    """

    folder: Path
    timeout: float
    limit: int = 1
    progress: Progress | None = None
    _idle: dict[Run, _Worker] = field(default_factory=dict)
    _busy: set[_Worker] = field(default_factory=set)
    _stopped: bool = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._idle.values():
            worker.close()
        self._idle.clear()

    def expect(self, run: Run) -> None:
        """Start a process for a run that comes next, so that it imports its framework while another one works."""
        if run not in self._idle and available_cpus() > 1:
            self._idle[run] = self._start(run)

    def run(self, run: Run, jobs: Mapping[int, Job]) -> dict[int, WorkerDied]:
        """Run jobs in several processes; what fails in MindSpore is tried again in a fresh process.

        An error may be the late echo of an earlier case in the same process. Only one that shows twice is real.
        """
        indices = list(jobs)
        shares = [indices[start :: self.limit] for start in range(min(self.limit, len(indices)))]
        died: dict[int, WorkerDied] = {}
        with ThreadPoolExecutor(max_workers=self.limit) as pool:
            running = [pool.submit(self._run_share, run, share, jobs) for share in shares]
            try:
                for future in running:
                    died.update(future.result())
            except BaseException:  # interrupted: the threads wait for their processes
                self._stopped = True
                for worker in tuple(self._busy):
                    worker.stop()
                raise
        if run.in_torch or len(jobs) == 1:
            return died
        again = [
            index
            for index, job in jobs.items()
            if (died[index].status is CaseStatus.CRASH if index in died else load(job.record(run)).error)
        ]
        second = self._run_share(run, again, jobs)
        return {index: error for index, error in died.items() if index not in again} | second

    def _run_share(self, run: Run, share: Sequence[int], jobs: Mapping[int, Job]) -> dict[int, WorkerDied]:
        """Run some cases in one worker after the other: a case that takes its process down costs only itself."""
        died: dict[int, WorkerDied] = {}
        todo = _groups(share, jobs) if run.in_graph else [[index] for index in share]
        while todo and not self._stopped:
            worker = self._idle.pop(run, None) or self._start(run)
            self._busy.add(worker)
            try:
                self._wait_until_ready(worker, run)
                while todo and not self._stopped:
                    group = todo.pop(0)
                    try:
                        worker.run([jobs[index] for index in group], self.timeout * len(group))
                    except WorkerDied as error:
                        if len(group) > 1:  # which of them it was shows when they are run alone
                            todo[:0] = [[index] for index in group]
                            break
                        died[group[0]] = error
                    if self.progress is not None:
                        for index in group:
                            self.progress(run, index)
                    if group[0] in died:
                        break
                else:
                    if run.traces:
                        self._idle[run] = worker
            finally:
                self._busy.discard(worker)
                if self._idle.get(run) is not worker:
                    worker.close()
        return died

    def _start(self, run: Run) -> _Worker:
        return _Worker(run, self.folder / f"{run}-{uuid.uuid4().hex}.log")

    @staticmethod
    def _wait_until_ready(worker: _Worker, run: Run) -> None:
        try:
            worker.wait_until_ready()
        except WorkerDied as error:
            raise RuntimeError(f"the {run} worker does not start: {error}") from error


def _groups(share: Sequence[int], jobs: Mapping[int, Job]) -> list[list[int]]:
    """Cases of functions in groups, which are compiled as one graph: most of the time goes into starting to compile."""
    alone: list[list[int]] = []
    functions: list[int] = []
    for index in share:
        if jobs[index].case.can_share_a_graph:
            functions.append(index)
        else:
            alone.append([index])
    return [*(functions[i : i + _IN_ONE_GRAPH] for i in range(0, len(functions), _IN_ONE_GRAPH)), *alone]
