"""What a conversion costs, next to the least libcst can do: parse, a transform that changes nothing, code.

    python bench/roundtrip.py PATH... [--limit N] [--torch-only] [--alone]

Both run over the same files in this process, one file after the other: converted, then libcst's turn, so that a
machine that slows down for a while slows both. CPU time counts. The conversion starts cold: its tables are compiled
from YAML, with no cache. It is what `torch2ms convert --jobs 1` does, which looks at the files around each one too;
with --alone each file is converted by itself. Files libcst or Python cannot parse are left out of both. Importing
the libraries and the rules is not part of either.
"""

from __future__ import annotations

import argparse
import ast
import gc
import os
import tempfile
import time
import warnings
from collections.abc import Iterable
from pathlib import Path

import libcst

from torch2ms.mapping import load
from torch2ms.model import FileResult, Settings, Status
from torch2ms.project import convert_data, convert_targets
from torch2ms.rewrite.registry import registry
from torch2ms.walk import Target


def python_files(paths: Iterable[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        found += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return [path for path in found if path.is_file()]


def parses(data: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(data)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True


def round_trip(data: bytes) -> bool:
    try:
        module = libcst.parse_module(data)
    except libcst.ParserSyntaxError:
        return False
    return module.visit(libcst.CSTTransformer()).code is not None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--limit", type=int, default=None, help="only so many files")
    parser.add_argument("--torch-only", action="store_true", help="only files with torch in them")
    parser.add_argument("--alone", action="store_true", help="do not look at the files around each one")
    arguments = parser.parse_args()
    registry()
    files = [(path, path.read_bytes()) for path in python_files(arguments.paths)]
    files = [(path, data) for path, data in files if parses(data)]
    if arguments.torch_only:
        files = [(path, data) for path, data in files if b"torch" in data]
    files = files[: arguments.limit]

    files = [(path, data) for path, data in files if round_trip(data)]
    sources = dict(files)
    libcst_seconds = 0.0
    results: list[FileResult] = []

    def turn_of_libcst(result: FileResult) -> None:
        nonlocal libcst_seconds
        results.append(result)
        start = time.process_time()
        round_trip(sources[result.path])
        libcst_seconds += time.process_time() - start

    with tempfile.TemporaryDirectory() as cache:
        os.environ["XDG_CACHE_HOME"] = cache
        gc.collect()
        start = time.process_time()
        tables = load.load_tables()
        tables_seconds = time.process_time() - start
        settings = Settings()
        if arguments.alone:
            for path, data in files:
                turn_of_libcst(convert_data(data, path, settings, tables, explicit=False))
        else:
            targets = [Target(path, path.parent, False) for path, _ in files]
            convert_targets(targets, settings, jobs=1, progress=turn_of_libcst, tables=tables)
        torch2ms_seconds = time.process_time() - start - libcst_seconds
    changed = sum(result.status is Status.CHANGED for result in results)
    errors = sum(result.error is not None for result in results)

    lines = sum(data.count(b"\n") for _, data in files)
    size = sum(len(data) for _, data in files) / 1e6
    with_torch = sum(1 for _, data in files if b"torch" in data)
    print(f"files     {len(files)} ({with_torch} with torch, {changed} changed, {errors} errors)")
    print(f"lines     {lines}  ({size:.2f} MB)")
    print(f"torch2ms  {torch2ms_seconds:.2f} s CPU, of which {tables_seconds:.2f} s compile the tables")
    print(f"libcst    {libcst_seconds:.2f} s CPU")
    if libcst_seconds and torch2ms_seconds:
        print(f"ratio     {torch2ms_seconds / libcst_seconds:.2f}")
        print(f"speed     {lines / torch2ms_seconds:,.0f} lines per CPU second")


if __name__ == "__main__":
    main()
