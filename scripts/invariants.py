"""Check what must hold for every Python file, whatever is in it.

    python scripts/invariants.py PATH... [-j N] [--limit N] [--show N]

- the conversion does not fail, and its output parses
- converting the output again changes nothing
- every name that the output reads is bound, every import and local name in it is used, as far as that held before
- every comment of the source is in the output
- a simple statement without a torch site is in the output as it was
- no site is counted twice, and every finding that has an outcome belongs to a site
- a file without torch in it is untouched

Prints figures and the files that fail; exits 1 if any does. Files that do not parse are counted and left.
"""

from __future__ import annotations

import argparse
import ast
import io
import multiprocessing
import re
import sys
import time
import tokenize
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pyflakes import messages as flakes
from pyflakes.checker import Checker

from torch2ms.mapping.load import load_tables
from torch2ms.mapping.namespaces import is_torch
from torch2ms.mapping.schema import Tables
from torch2ms.model import FileResult, Outcome, Settings, Status
from torch2ms.rewrite.pipeline import convert_bytes, worth_a_look
from torch2ms.source.neighbours import Files, Neighbours
from torch2ms.source.syntax import leaves
from torch2ms.source.text import DecodeError, SourceText, decode

IMPORTS = (ast.Import, ast.ImportFrom)
COMPOUND = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.If, ast.For, ast.AsyncFor, ast.While),
    *(ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match),
)


@dataclass(frozen=True)
class Checked:
    """One file. `failures`: the invariants that do not hold, each with what was seen."""

    path: Path
    parses: bool
    size: int
    changed: bool = False
    outcomes: tuple[Outcome, ...] = ()
    seconds: float = 0.0
    failures: tuple[tuple[str, str], ...] = ()


@cache
def tables() -> Tables:
    """The shipped tables, loaded once in each process."""
    return load_tables()


@cache
def files() -> Files:
    """What stands around the files, read once in each process."""
    return Files()


def check_file(path: Path) -> Checked:
    """All invariants for one file."""
    data = path.read_bytes()
    try:
        source = decode(data)
        tree = parse(source.text)
    except (DecodeError, SyntaxError, ValueError, RecursionError):
        return Checked(path, False, len(data))
    start = time.process_time()
    try:
        result = convert_bytes(data, path, tables(), Settings(), Neighbours(path, files()))
    except Exception as error:
        return Checked(path, True, len(data), failures=(("converts", f"{type(error).__name__}: {error}"),))
    return Checked(
        path,
        True,
        len(data),
        result.status is Status.CHANGED,
        tuple(site.outcome for site in result.sites),
        time.process_time() - start,
        tuple(failures(data, source, tree, result)),
    )


def failures(data: bytes, source: SourceText, tree: ast.Module, result: FileResult) -> Iterator[tuple[str, str]]:
    """The invariants that do not hold."""
    if result.error is not None:
        yield "converts", f"{result.error.code} {result.error.message}"
        return
    if not worth_a_look(data, tables(), Neighbours(result.path, files())) and (result.output != data or result.sites):
        yield "untouched without torch", ""
    yield from wrong_sites(result)
    if result.output == data:
        return  # what follows compares the output with the source
    try:
        output = decode(result.output)
        converted = parse(output.text)
    except (DecodeError, SyntaxError, ValueError) as error:
        yield "output parses", str(error)
        return
    new = name_faults(converted) - name_faults(tree)
    if result.path.name == "__init__.py":  # what is not read there is passed on
        new = Counter({fault: count for fault, count in new.items() if fault[0] != "unused import"})
    if new:
        yield "names", f"{sum(new.values())} faults: " + ", ".join(f"{fault} {name}" for fault, name in list(new)[:4])
    yield from second_conversion(result)
    lost = comments(source.text) - comments(output.text)
    if lost:
        yield "comments", f"{sum(lost.values())} lost: {next(iter(lost))}"
    gone = quiet_statements(source, tree, result) - Counter(
        normal(segment) for segment, _ in simple_statements(output, converted)
    )
    if gone:
        yield "statements without a site", f"{sum(gone.values())} changed: {next(iter(gone))[:160]!r}"


# What pyflakes says of names; the rest is about style, or about code as it was before.
NAME_FAULTS: dict[type[flakes.Message], str] = {
    flakes.UndefinedName: "undefined",
    flakes.UndefinedLocal: "undefined",
    flakes.UndefinedExport: "undefined in __all__",
    flakes.UnusedImport: "unused import",
    flakes.UnusedVariable: "unused",
    flakes.UnusedAnnotation: "unused",
    flakes.RedefinedWhileUnused: "defined twice",
    flakes.DuplicateArgument: "an argument twice",
}


def name_faults(tree: ast.Module) -> Counter[tuple[str, str]]:
    """Names that a module reads and does not bind, or binds and does not read, as pyflakes finds them.

    What only type checkers import may be imported once more where it is needed, and a module that only functions read
    may be imported once more at the top, where a condition imports it for what stands below.
    """
    found: Counter[tuple[str, str]] = Counter()
    checked = (
        node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
    )
    for_checkers = {line for node in checked for line in range(node.lineno, (node.end_lineno or 0) + 1)}
    modules = {
        (node.lineno, alias.name) for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    for message in Checker(tree).messages:
        fault = NAME_FAULTS.get(type(message))
        if isinstance(message, flakes.RedefinedWhileUnused):
            name, before = message.message_args
            if before in for_checkers or {(before, name), (message.lineno, name)} <= modules:
                continue
        if fault is not None:
            name = str(message.message_args[0])
            found[fault, "forward" if name == "construct" else name] += 1
    return found


class Nameless(Neighbours):
    """Files that are there, and pass nothing on: those of a package whose converted sources are not at hand."""

    def imported(self, name: str) -> str | None:
        """No name is passed on."""
        return None

    def star(self, module: str) -> Mapping[str, str]:
        """Nor does a star bring any."""
        return {}

    def bases(self, name: str) -> tuple[str, ...] | None:
        """What a class derives from is not known."""
        return None


def second_conversion(result: FileResult) -> Iterator[tuple[str, str]]:
    """What converting the output again would change.

    Its neighbours would be converted files by then. Neither none at all nor the unconverted ones are quite that: the
    first do not tell which classes are modules, the last pass torch's names on. One of them has to settle.
    """
    found: list[str] = []
    for neighbours in (None, Nameless(result.path, files()), Neighbours(result.path, files())):
        try:
            again = convert_bytes(result.output, result.path, tables(), Settings(), neighbours)
        except Exception as error:
            found.append(f"{type(error).__name__}: {error}")
            continue
        if again.error is None and again.output == result.output:
            return
        found.append(
            first_difference(result.output, again.output)
            if again.error is None
            else f"{again.error.code} {again.error.message}"
        )
    yield "second conversion", found[0]


def wrong_sites(result: FileResult) -> Iterator[tuple[str, str]]:
    """Sites counted twice, and findings about sites that are not counted."""
    seen = Counter((site.torch, site.span) for site in result.sites)
    twice = [key for key, count in seen.items() if count > 1]
    if twice:
        name, span = twice[0]
        yield "sites", f"{len(twice)} counted twice: {name} at line {span.line}"
    spans = {(site.span, site.outcome) for site in result.sites}
    strays = [f for f in result.findings if f.outcome is not None and (f.span, f.outcome) not in spans]
    if strays:
        yield (
            "sites",
            f"{len(strays)} findings without a site: {strays[0].code} at line {strays[0].span.line}",
        )


def parse(text: str) -> ast.Module:
    """ast.parse, without the warnings about the code that is parsed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def comments(text: str) -> Counter[str]:
    """The comments of a source, with how often each occurs."""
    found: Counter[str] = Counter()
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                found[token.string.rstrip()] += 1
    except (tokenize.TokenError, SyntaxError):
        pass  # tokenize is stricter than the parser about form feeds and continuation lines at the end
    return found


def simple_statements(source: SourceText, tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    """The statements that hold no others, but imports, with their text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and not isinstance(node, (*COMPOUND, *IMPORTS)):
            yield source.segment(node), node


def quiet_statements(source: SourceText, tree: ast.Module, result: FileResult) -> Counter[str]:
    """The simple statements no site touches."""
    lines: set[int] = set()
    for site in result.sites:
        lines.update(range(site.span.line, site.span.end_line + 1))
    for finding in result.findings:  # a finding without a site changes its statement for a reason of its own
        lines.update(range(finding.span.line, finding.span.end_line + 1))
    governed = governed_statements(tree, lines)
    return Counter(
        normal(segment)
        for segment, node in simple_statements(source, tree)
        if node not in governed and lines.isdisjoint(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    )


def governed_statements(tree: ast.Module, site_lines: set[int]) -> set[ast.stmt]:
    """Statements a site elsewhere speaks about.

    Those under a `with` or a decorator that is a site (no_grad), those under an `if` whose condition one answers, those
    after it where a branch of it leaves, what handles the errors of a `try` that holds nothing but sites, and
    assignments to registered buffers.
    """
    found: set[ast.stmt] = set()
    buffers: set[str] = set()
    leaving: set[ast.stmt] = set()
    blocks: list[list[ast.stmt]] = []
    for node in ast.walk(tree):
        heads: list[ast.expr] = []
        if isinstance(node, (ast.With, ast.AsyncWith)):
            heads = [item.context_expr for item in node.items]
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            heads = node.decorator_list
        elif isinstance(node, ast.If):
            heads = [node.test]
        elif isinstance(node, ast.Try) and all(is_site_or_import(stmt, site_lines) for stmt in node.body):
            found.update(child for part in node.handlers for child in ast.walk(part) if isinstance(child, ast.stmt))
        if any(not site_lines.isdisjoint(range(head.lineno, (head.end_lineno or 0) + 1)) for head in heads):
            found.update(child for child in ast.walk(node) if isinstance(child, ast.stmt))
            if isinstance(node, ast.If) and (leaves(node.body) or leaves(node.orelse)):
                leaving.add(node)
        for block in (getattr(node, name, ()) for name in ("body", "orelse", "finalbody")):
            blocks += [block] if isinstance(block, list) else []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            name = node.args[0]
            if node.func.attr == "register_buffer" and isinstance(name, ast.Constant):
                buffers.add(str(name.value))
    for block in blocks:
        for at in [number for number, stmt in enumerate(block) if stmt in leaving]:
            found.update(child for stmt in block[at + 1 :] for child in ast.walk(stmt) if isinstance(child, ast.stmt))
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Attribute) and target.attr in buffers for target in targets
        ):
            found.add(node)
    return found


def is_site_or_import(stmt: ast.stmt, site_lines: set[int]) -> bool:
    """Whether a site is in a statement, or it imports something of torch: it may go."""
    if isinstance(stmt, ast.ImportFrom):
        return is_torch(stmt.module or "")
    if isinstance(stmt, ast.Import):
        return all(is_torch(alias.name) for alias in stmt.names)
    return not site_lines.isdisjoint(range(stmt.lineno, (stmt.end_lineno or stmt.lineno) + 1))


def normal(segment: str) -> str:
    """Without the indentation of the lines that follow: a body may be dedented when its header goes."""
    return re.sub(r"\n[ \t]+", "\n", segment)


def first_difference(one: bytes, two: bytes) -> str:
    """The first line in which two outputs differ."""
    for number, (left, right) in enumerate(zip(one.splitlines(), two.splitlines(), strict=False), 1):
        if left != right:
            return f"line {number}: {left[:80]!r} then {right[:80]!r}"
    return "lengths differ"


def python_files(paths: Iterable[Path]) -> list[Path]:
    """The files given and those below the folders given."""
    found: list[Path] = []
    for path in paths:
        found += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return [path for path in found if path.is_file()]


def summary(results: list[Checked], seconds: float, show: int) -> bool:
    """Print the figures; whether all invariants hold."""
    parsed = [checked for checked in results if checked.parses]
    outcomes = Counter(outcome for checked in parsed for outcome in checked.outcomes)
    total = sum(outcomes.values())
    size = sum(checked.size for checked in parsed) / 1e6
    print(f"{len(results)} files, {len(results) - len(parsed)} of them do not parse, {size:.1f} MB")
    print(f"{sum(checked.changed for checked in parsed)} files changed")
    shares = ", ".join(f"{outcomes[o]} {o.value} ({100 * outcomes[o] / total:.1f} %)" for o in Outcome if outcomes[o])
    print(f"{total} sites: {shares}")
    clean = sum(1 for c in parsed if c.outcomes and set(c.outcomes) <= {Outcome.CONVERTED, Outcome.ADAPTED})
    print(f"{clean} of {sum(1 for c in parsed if c.outcomes)} files with sites are clean")
    print(f"{sum(c.seconds for c in parsed):.1f} s CPU converting, {seconds:.1f} s in all")
    broken: dict[str, list[tuple[Path, str]]] = {}
    for checked in parsed:
        for invariant, seen in checked.failures:
            broken.setdefault(invariant, []).append((checked.path, seen))
    for invariant, cases in broken.items():
        print(f"\nFAILS: {invariant}: {len(cases)} files")
        for path, seen in cases[:show]:
            print(f"  {path}: {seen}")
        if len(cases) > show:
            print(f"  … and {len(cases) - show} more (--show)")
    if not broken:
        print("all invariants hold")
    return not broken


def told(results: Iterable[Checked]) -> Iterator[Checked]:
    """The results, each failure written on standard error as soon as it is known."""
    for checked in results:
        for invariant, seen in checked.failures:
            print(f"{checked.path}: {invariant}: {seen}", file=sys.stderr, flush=True)
        yield checked


def main() -> int:
    """Run the checks; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("-j", "--jobs", type=int, default=1)
    parser.add_argument("--limit", type=int, default=None, help="only so many files")
    parser.add_argument("--show", type=int, default=10, help="so many failing files per invariant")
    arguments = parser.parse_args()
    files = python_files(arguments.paths)[: arguments.limit]
    start = time.perf_counter()
    tables()
    if arguments.jobs > 1:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(arguments.jobs, mp_context=context) as pool:
            results = list(told(pool.map(check_file, files, chunksize=8)))
    else:
        results = list(told(map(check_file, files)))
    return 0 if summary(results, time.perf_counter() - start, arguments.show) else 1


if __name__ == "__main__":
    sys.exit(main())
