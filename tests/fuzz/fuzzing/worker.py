"""The worker process: one framework, many programs one after the other.

Requests arrive on the standard input as JSON, one a line, and each is answered by one line on the standard output:

    {"run": SOURCE}                         → {"results": {ENTRY: {"value": …} or {"error": …}}}
    {"generate": GENERATOR, "seed": SEED}   → the same, with the "source" (in the process of torch alone)

Entries of a program are its functions called `main` or `case_…`, without parameters.
"""

from __future__ import annotations

import contextlib
import io
import json
import linecache
import random
import signal
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TextIO

import numpy as np

from fuzzing.values import difference, plain

MARK = "\x01"
_NAME = "fuzzed_program"
_SECONDS = 10.0


def run(source: str, seeded: Callable[[int], object], cleared: Callable[[], object], seed: int = 0) -> dict[str, Any]:
    """What the entries of a program give, each by itself. `cleared` is called after an error."""
    random.seed(seed)
    np.random.seed(seed)
    seeded(seed)
    lines = source.splitlines(keepends=True)
    linecache.cache[_NAME] = (len(source), None, lines, _NAME)
    namespace: dict[str, Any] = {"__name__": _NAME}
    results: dict[str, Any] = {}
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output), limited(_SECONDS):
        try:
            exec(compile(source, _NAME, "exec"), namespace)
        except BaseException as error:
            cleared()
            return {"": failure(error)}
        for name, entry in list(namespace.items()):
            if name == "main" or name.startswith("case_"):
                try:
                    results[name] = {"value": plain(entry())}
                except BaseException as error:
                    results[name] = failure(error)
                    cleared()
    return results


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise a TimeoutError when Python code takes longer."""

    def stop(*_: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 1.0)
        raise TimeoutError(f"longer than {seconds:g} s")

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def failure(error: BaseException) -> dict[str, Any]:
    """An exception: its message, and the line of the program that it comes from."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == _NAME]
    message = " ".join(str(error).split())
    return {"error": f"{type(error).__name__}: {message[:300]}", "line": frames[-1].lineno if frames else 0}


def serve(answers: Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]], output: TextIO) -> None:
    """Answer requests until there are no more."""
    print(MARK + json.dumps({"ready": True}), file=output, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        answer = next(answers[key] for key in answers if key in request)
        print(MARK + json.dumps(answer(request)), file=output, flush=True)


def _is_rounding(first: Mapping[str, Any], precise: Mapping[str, Any]) -> bool:
    """Whether a result in float64 has other values."""
    if "value" not in first or "value" not in precise:
        return False
    text = json.dumps(precise["value"]).replace('"float64"', '"float32"')
    found = difference(json.loads(json.dumps(first["value"]).replace('"float64"', '"float32"')), json.loads(text))
    return ": values" in found or ": text" in found


def torch_answers() -> dict[str, Callable[[dict[str, Any]], dict[str, Any]]]:
    """What the process of torch does."""
    import torch

    from fuzzing.generators import make_generators

    torch.set_num_threads(1)
    generators = make_generators()

    def seeded(seed: int) -> None:
        torch.manual_seed(seed)
        torch.set_grad_enabled(True)
        torch.set_default_dtype(torch.float32)

    def expected(source: str) -> dict[str, Any]:
        """The results, without those that another seed changes."""
        first, second = (run(source, seeded, lambda: None, seed) for seed in (0, 1))
        return {
            name: result
            if "error" in result or json.dumps(result) == json.dumps(second.get(name))
            else {"error": "a matter of chance"}
            for name, result in first.items()
        }

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        return {"results": expected(request["run"])}

    def generated(request: dict[str, Any]) -> dict[str, Any]:
        seeded(0)
        output = io.StringIO()
        try:
            with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output), limited(_SECONDS):
                source = generators[request["generate"]](request["seed"])
        except Exception as error:
            return {"not made": f"{type(error).__name__}: {error}"}
        return {"source": source, "results": expected(source)}

    return {"run": answer, "generate": generated}


def mindspore_answers() -> dict[str, Callable[[dict[str, Any]], dict[str, Any]]]:
    """What the process of MindSpore does."""
    import mindspore
    import mindspore.runtime
    from mindspore.common.api import _pynative_executor

    mindspore.runtime.launch_blocking()

    def cleared() -> None:
        with contextlib.suppress(Exception):
            _pynative_executor.clear_res()

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        return {"results": run(request["run"], mindspore.set_seed, cleared)}

    return {"run": answer}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    serve({"torch": torch_answers, "mindspore": mindspore_answers}[sys.argv[1]](), sys.stdout)
