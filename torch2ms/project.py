"""A whole run: convert many files, in worker processes when that pays."""

from __future__ import annotations

import gc
import multiprocessing
import os
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from torch2ms.mapping.load import load_tables
from torch2ms.mapping.schema import Tables
from torch2ms.model import FileError, FileResult, Settings, Status
from torch2ms.rewrite.pipeline import convert_bytes
from torch2ms.source.neighbours import Files, Neighbours
from torch2ms.source.parse import ParseError, parse
from torch2ms.source.text import DecodeError, decode
from torch2ms.walk import Target

# A worker costs about as much to start as this many files cost to convert.
FILES_PER_WORKER = 12
CHUNKS_PER_WORKER = 8
# So many new objects make the garbage collector look for circles among them; 700 is what Python begins with.
_NEW_OBJECTS = 50_000


def convert_targets(
    targets: Sequence[Target],
    settings: Settings,
    *,
    jobs: int | None = 1,
    tables: Tables | None = None,
    progress: Callable[[FileResult], None] | None = None,
) -> tuple[FileResult, ...]:
    """Convert files; the results come in the order of the targets. `jobs` None: as many as pay.

    Given `tables` are used in this process only; workers load those of the settings.
    """
    workers = _workers(len(targets), jobs)
    results: list[FileResult] = []
    if workers == 1:
        tables, files = tables or load_tables(settings.mappings), Files()
        source: Iterable[FileResult] = (convert_file(target, settings, tables, files) for target in targets)
    else:
        source = _in_workers(targets, settings, workers)
    with _rare_collections():
        for result in source:
            if progress is not None:
                progress(result)
            results.append(result)
    return tuple(results)


@contextmanager
def _rare_collections() -> Iterator[None]:
    """While entered, the garbage collector looks at new objects more rarely.

    A syntax tree is hundreds of thousands of objects, nearly all in no circle: looking for circles took a seventh of
    the time of a conversion.
    """
    threshold = gc.get_threshold()
    gc.set_threshold(_NEW_OBJECTS, *threshold[1:])
    try:
        yield
    finally:
        gc.set_threshold(*threshold)


def convert_file(target: Target, settings: Settings, tables: Tables, files: Files) -> FileResult:
    """Read one file and convert it; whatever goes wrong is in the result. `files` answers for those around it."""
    if target.explicit and target.path.suffix == ".ipynb":
        return _failed(target.path, b"", FileError("T2M908", "a notebook, not Python source"))
    try:
        data = target.path.read_bytes()
    except OSError as error:
        return _failed(target.path, b"", FileError("T2M906", f"cannot be read: {error.strerror}"))
    neighbours = Neighbours(target.path, files)
    return convert_data(data, target.path, settings, tables, explicit=target.explicit, neighbours=neighbours)


def convert_data(
    data: bytes,
    path: Path,
    settings: Settings,
    tables: Tables,
    *,
    explicit: bool = True,
    neighbours: Neighbours | None = None,
) -> FileResult:
    """Convert the bytes of a file; whatever goes wrong is in the result.

    `explicit`: the user named this file, so it has to be Python source even where nothing in it is torch's.
    """
    try:
        result = convert_bytes(data, path, tables, settings, neighbours)
    except Exception as error:  # one file must never stop a run
        return _failed(path, data, FileError("T2M907", f"internal error: {_detail(error)}"))
    if explicit and result.status is Status.UNCHANGED and not result.sites:
        broken = _broken(data)
        return result if broken is None else _failed(path, data, broken)
    return result


def _detail(error: Exception) -> str:
    """What a bug report needs, on one line."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    text = f"{type(error).__name__}: {error}".splitlines()[0]
    return f"{text} (at {Path(frame.filename).name}:{frame.lineno})"


def _failed(path: Path, data: bytes, error: FileError) -> FileResult:
    return FileResult(path, Status.ERROR, data, data, error=error)


def _broken(data: bytes) -> FileError | None:
    """Why these bytes are no Python source."""
    if not data:
        return FileError("T2M905", "empty file: nothing to convert")
    try:
        parse(decode(data).text)
    except DecodeError as error:
        return FileError("T2M902", str(error))
    except ParseError as error:
        return FileError("T2M901", error.message, error.line, error.col)
    return None


# Worker processes


@lru_cache(maxsize=1)
def _worker_tables(mappings: tuple[Path, ...]) -> Tables:
    return load_tables(mappings)


@lru_cache(maxsize=1)
def _worker_files() -> Files:
    return Files()


def _convert_chunk(chunk: Sequence[Target], settings: Settings) -> list[FileResult]:
    tables = _worker_tables(settings.mappings)
    with _rare_collections():
        return [convert_file(target, settings, tables, _worker_files()) for target in chunk]


def available_cpus() -> int:
    """The processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _workers(files: int, jobs: int | None) -> int:
    if jobs is None:
        return max(1, min(available_cpus(), files // FILES_PER_WORKER))
    return max(1, min(jobs, files))


def _pool(workers: int) -> ProcessPoolExecutor:
    # spawn everywhere: what holds on one platform then holds on all of them
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


def _in_workers(targets: Sequence[Target], settings: Settings, workers: int) -> Iterator[FileResult]:
    size = max(1, len(targets) // (workers * CHUNKS_PER_WORKER))
    chunks = [targets[start : start + size] for start in range(0, len(targets), size)]
    pool = _pool(workers)
    try:
        futures = [pool.submit(_convert_chunk, chunk, settings) for chunk in chunks]
        for chunk, future in zip(chunks, futures, strict=True):
            try:
                yield from future.result()
            except BrokenProcessPool:
                yield from _one_by_one(chunk, settings)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _one_by_one(chunk: Sequence[Target], settings: Settings) -> Iterator[FileResult]:
    """A worker died: find the file that kills it, and convert the others."""
    pool = _pool(1)
    try:
        for target in chunk:
            try:
                yield from pool.submit(_convert_chunk, [target], settings).result()
            except BrokenProcessPool:
                error = FileError("T2M907", "internal error: the worker process died")
                yield _failed(target.path, b"", error)
                pool = _pool(1)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
