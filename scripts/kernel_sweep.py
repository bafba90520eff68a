"""Try the rows of the tables on inputs at the edges, in both frameworks, and print what differs.

python scripts/kernel_sweep.py                          all rows: an hour on two cores
python scripts/kernel_sweep.py torch.max 'torch.nn.*'   rows by name or glob
python scripts/kernel_sweep.py --edge nan --edge empty  these edges only
python scripts/kernel_sweep.py --json new.json          keep the results; --against old.json prints what has changed
python scripts/kernel_sweep.py --json new.json --resume --minutes 20     go on where it stopped, for so long

The first example of a row is run with each of its random floats at an edge: NaN, inf or 0 in one column, zeros
everywhere, negative numbers, nothing, one number, no axis, transposed. What torch refuses is left out. Each framework
runs in worker processes of its own, which may die. A new version of MindSpore is compared with the one before so.
"""

from __future__ import annotations

import argparse
import ast
import fnmatch
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from torch2ms.mapping.load import load_tables
from torch2ms.mapping.schema import Row
from torch2ms.model import Outcome
from torch2ms.verify.case import Case, CaseResult, CaseStatus
from torch2ms.verify.conversion import Converter
from torch2ms.verify.examples import ExampleError
from torch2ms.verify.rows import row_case
from torch2ms.verify.runner import run_cases


def _column(operator: str, value: str, other: str) -> Callable[[str, list[str]], str]:
    """An operation with a vector that is special in its first column."""

    def edge(kind: str, shape: list[str]) -> str:
        rest = ", ".join([value, *[other] * (int(shape[-1]) - 1)])
        return f"({kind}({', '.join(shape)}) {operator} torch.tensor([{rest}]))"

    return edge


EDGES: Mapping[str, Callable[[str, list[str]], str]] = {
    "nan": _column("*", "float('nan')", "1.0"),
    "inf": _column("+", "float('inf')", "0.0"),
    "-inf": _column("-", "float('inf')", "0.0"),
    "zero column": _column("*", "0.0", "1.0"),
    "zeros": lambda kind, shape: f"({kind}({', '.join(shape)}) * 0)",
    "negative": lambda kind, shape: f"(-p({', '.join(shape)}))",
    "empty": lambda kind, shape: f"{kind}({', '.join(['0', *shape[1:]])})",
    "one": lambda kind, shape: f"{kind}({', '.join(['1'] * len(shape))})",
    "no axis": lambda kind, shape: f"{kind}()",
    "transposed": lambda kind, shape: f"{kind}({', '.join([*shape[:-2], *shape[:-3:-1]])}).transpose(-1, -2)",
}


PART = 300
"""How many cases run in one go: after each the results are written."""
REFUSED = "torch refuses it"


@dataclass
class _AtEdge(ast.NodeTransformer):
    """Puts the random floats of an example at an edge."""

    edge: Callable[[str, list[str]], str]
    found: bool = False

    def visit_Call(self, node: ast.Call) -> ast.AST:
        match node:
            case ast.Call(func=ast.Name(("f" | "p") as kind), args=[_, *_] as sizes, keywords=[]):
                shape = [ast.unparse(size) for size in sizes]
                self.found = True
                return ast.parse(self.edge(kind, shape), mode="eval").body
        return self.generic_visit(node)


def main() -> int:
    """Run and print; exit code 0 whatever differs, 2 when there is nothing to run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="names or globs of rows; none: all")
    parser.add_argument("--edge", action="append", choices=list(EDGES), help="only this edge (repeatable)")
    parser.add_argument("--json", type=Path, help="write what came out there")
    parser.add_argument("--resume", action="store_true", help="leave out what stands there already")
    parser.add_argument("--minutes", type=float, help="stop after so long; what is done is kept")
    parser.add_argument("--against", type=Path, help="what came out before: print only what has changed")
    parser.add_argument("--timeout", type=float, default=30.0, help="seconds for one case in one framework")
    parser.add_argument("--workers", type=int, default=1, help="MindSpore processes")
    options = parser.parse_args()
    if options.resume and options.json is None:
        parser.error("--resume goes with --json")
    tables = load_tables()
    rows = [row for row in tables.rows.values() if _is_wanted(row, options.names)]
    cases = [case for row in rows for case in _cases(row, options.edge or list(EDGES))]
    start = time.perf_counter()
    converter = Converter(tables)
    old = json.loads(options.against.read_text()) if options.against else {}
    said: dict[str, str] = {}
    if options.resume and options.json.exists():
        said = json.loads(options.json.read_text())
    todo = [case for case in cases if case.name not in said]
    while todo and (options.minutes is None or time.perf_counter() - start < options.minutes * 60):
        part, todo = todo[:PART], todo[PART:]
        for result in run_cases(part, timeout=options.timeout, workers=options.workers, converter=converter):
            line = said[result.name] = _said(result)
            if line != REFUSED and old.get(result.name, "ok") != line:
                print(f"{result.name:60} {line}" + (f" (was: {old[result.name]})" if result.name in old else ""))
        sys.stdout.flush()
        if options.json:
            options.json.write_text(json.dumps(said, indent=1) + "\n")
    tried = {name: line for name, line in said.items() if line != REFUSED}
    counts = Counter(
        f"{name.rpartition(': ')[2]}: {line.partition(':')[0]}" for name, line in tried.items() if line != "ok"
    )
    print(f"{len(tried)} cases, {len(said) - len(tried)} that torch refuses, {len(todo)} left")
    print(f"{time.perf_counter() - start:.0f} s")
    for what, count in sorted(counts.items()):
        print(f"{count:6} {what}")
    return 0 if tried else 2


def _is_wanted(row: Row, names: list[str]) -> bool:
    if not row.examples or row.random or row.users:
        return False
    return not names or any(fnmatch.fnmatchcase(row.name, name) for name in names)


def _cases(row: Row, edges: list[str]) -> Iterator[Case]:
    """The first example of a row at each edge."""
    for edge in edges:
        tree = ast.parse(row.examples[0])
        change = _AtEdge(EDGES[edge])
        try:
            text = ast.unparse(ast.fix_missing_locations(change.visit(tree)))
            case = row_case(replace(row, examples=(text,)), 0)
        except (ExampleError, ValueError):
            continue
        if change.found:
            name = f"{row.name}: {edge}"
            yield replace(case, name=name, seed=name, allowed=case.allowed | {Outcome.CHECK}, graph=False)


def _said(result: CaseResult) -> str:
    """The first line of what is wrong."""
    if result.status is CaseStatus.TORCH_ERROR:
        return REFUSED
    return "ok" if result.ok else f"{result.status}: {result.message.strip().splitlines()[0][:160]}"


if __name__ == "__main__":
    sys.exit(main())
