"""Run the examples of the tables in both frameworks.

python scripts/run_examples.py                         all of them
python scripts/run_examples.py 'torch.nn.Conv*' cat    rows by name, glob, or last part of the name
python scripts/run_examples.py --file torch.nn.yaml    the rows of one table
python scripts/run_examples.py --show --graph torch.cat
"""

from __future__ import annotations

import argparse
import fnmatch
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from torch2ms.mapping.files import TableError
from torch2ms.mapping.load import load_tables
from torch2ms.mapping.proofs import believed
from torch2ms.mapping.schema import Row, Tables
from torch2ms.verify.case import CaseResult
from torch2ms.verify.conversion import Converter
from torch2ms.verify.rows import case_names, run_rows


def main() -> int:
    """Run and print; exit code 1 when an example fails, 2 when there is none."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="names or globs of rows; none: all")
    parser.add_argument("--file", action="append", default=[], help="only rows of this table (repeatable)")
    parser.add_argument("--mappings", action="append", default=[], type=Path, help="an extra table")
    parser.add_argument("--graph", action="store_true", help="also run in graph mode")
    parser.add_argument("--show", action="store_true", help="print the converted source")
    parser.add_argument("--failed", action="store_true", help="print only what is not ok")
    parser.add_argument("--timeout", type=float, default=60.0, help="seconds for one example in one framework")
    parser.add_argument("--workers", type=int, default=1, help="MindSpore processes")
    options = parser.parse_args()
    tables = _usable_tables(options.mappings)
    rows = [
        row
        for row in tables.rows.values()
        if _in_files(row, options.file) and any(_wanted(name, options.names) for name in (row.name, *case_names(row)))
    ]
    without = [row.name for row in rows if not row.examples and row.body.unsupported is None and options.names]
    for name in without:
        print(f"{'no example':16} {name}")
    start = time.perf_counter()
    results = run_rows(
        rows,
        graph=options.graph,
        timeout=options.timeout,
        workers=options.workers,
        converter=Converter(tables),
        wanted=lambda name: _wanted(name, options.names) or _wanted(name.partition("#")[0], options.names),
    )
    for result in results:
        if not (options.failed and result.ok):
            _print(result, options.show)
    counts = Counter(result.status for result in results)
    summary = ", ".join(f"{count} {status}" for status, count in counts.most_common())
    print(f"{len(results)} examples in {time.perf_counter() - start:.1f} s: {summary or 'nothing to run'}")
    if not results:
        return 2
    return 0 if all(result.ok for result in results) else 1


def _usable_tables(extra: list[Path]) -> Tables:
    """The tables, without those that are broken at the moment; what extra ones say is tried as it stands."""
    broken: list[str] = []
    while True:
        try:
            return believed(load_tables(extra, without=broken, unchecked=True))
        except TableError as error:
            if error.path in broken or not error.path.endswith((".yaml", ".py")):
                raise
            print(f"{'left out':16} {error}", file=sys.stderr)
            broken.append(error.path)


def _in_files(row: Row, files: list[str]) -> bool:
    table = Path(row.location.rpartition(":")[0]).name
    return not files or table in {Path(file).name for file in files}


def _wanted(name: str, patterns: list[str]) -> bool:
    return not patterns or any(
        fnmatch.fnmatchcase(name, pattern) or name.rpartition(".")[2] == pattern for pattern in patterns
    )


def _print(result: CaseResult, show: bool) -> None:
    figures = [f"{measure.stage} {measure.error:.1e}" for measure in result.measures if measure.error is not None]
    print(f"{result.status:16} {result.name}  {'  '.join(figures)}".rstrip())
    for line in result.message.splitlines():
        print(f"    {line}")
    if show or (result.converted and result.status == "not-converted"):
        print("\n".join(f"    | {line}" for line in result.converted.splitlines()))


if __name__ == "__main__":
    sys.exit(main())
