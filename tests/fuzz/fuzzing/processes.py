"""Worker processes, as long as they live: started again when a program ends or hangs them."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

from fuzzing.worker import MARK

Framework = Literal["torch", "mindspore"]

_FOLDER = Path(__file__).resolve().parents[1]
_ROOT = _FOLDER.parents[1]
_STARTUP_SECONDS = 300.0
# A process that has run this many programs is replaced: whatever it has gathered is gone.
_PROGRAMS = 3000


class Worker:
    """A framework in a process of its own. `seconds`: how long one program may take."""

    def __init__(self, framework: Framework, seconds: float = 30.0) -> None:
        self.framework = framework
        self.seconds = seconds
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._sent: list[dict[str, Any]] = []
        self._answered = 0

    def send(self, requests: Iterable[dict[str, Any]]) -> None:
        """Give it requests; `answers` waits for what comes of them."""
        found = list(requests)
        process = self._started()
        self._sent += found
        self._write(process, found)

    def answers(self, count: int) -> Iterator[dict[str, Any]]:
        """What comes of the next requests, in order. One that ends the process, or hangs it, has an `ended`."""
        for _ in range(count):
            answer = self._next(self.seconds)
            request = self._sent.pop(0)
            if answer is None:
                self._stop()
                yield {"ended": "the process ended, or did not answer", "request": request}
                if self._sent:
                    self._write(self._started(), self._sent)
            else:
                self._answered += 1
                yield answer
        if self._answered > _PROGRAMS and not self._sent:
            self._stop()

    def ask(self, requests: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Requests and what comes of them."""
        found = list(requests)
        self.send(found)
        return list(self.answers(len(found)))

    def restart(self) -> None:
        """Begin with a fresh process."""
        self._stop()

    def close(self) -> None:
        """End the process."""
        self._stop()

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None:
            path = os.pathsep.join([str(_FOLDER), str(_ROOT)])
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "fuzzing.worker", self.framework],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                env=os.environ | {"PYTHONPATH": path, "GLOG_v": "4", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"},
            )
            self._lines = queue.Queue()
            self._answered = 0
            threading.Thread(target=_read, args=(self._process, self._lines), daemon=True).start()
            if self._next(_STARTUP_SECONDS) is None:
                raise RuntimeError(f"the worker of {self.framework} does not start")
        return self._process

    def _write(self, process: subprocess.Popen[str], requests: list[dict[str, Any]]) -> None:
        assert process.stdin is not None
        try:
            process.stdin.write("".join(json.dumps(request) + "\n" for request in requests))
            process.stdin.flush()
        except OSError:
            return  # it has ended: nothing will come, and the first request counts as the one that did it

    def _next(self, seconds: float) -> dict[str, Any] | None:
        try:
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            return None
        if line is None:
            return None
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    stream.close()
            self._process = None


def _read(process: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if line.startswith(MARK):
                lines.put(line[1:])
    except ValueError:
        pass  # closed while it was read
    lines.put(None)
