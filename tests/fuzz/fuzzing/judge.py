"""Convert programs, run them in both frameworks, and say what became of each."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from fuzzing.processes import Worker
from fuzzing.values import difference
from torch2ms.api import convert_source
from torch2ms.mapping.load import load_tables
from torch2ms.mapping.schema import Tables
from torch2ms.model import FileResult, Outcome, Settings


class Verdict(StrEnum):
    """What became of one entry of a program. Those below EQUAL are failures."""

    REFUSED = "refused"  # torch itself raises
    FLAGGED = "flagged"  # the report says that it has to be looked at
    EQUAL = "equal"
    DIFFERS = "differs"
    RAISES = "raises"
    ENDS = "ends"  # the process of MindSpore ends, or hangs
    CRASHES = "crashes"  # the conversion raises, or gives what does not parse
    UNSTABLE = "unstable"  # a second conversion changes something

    @property
    def failed(self) -> bool:
        """Whether this must not be."""
        return self not in (Verdict.REFUSED, Verdict.FLAGGED, Verdict.EQUAL)


@dataclass(frozen=True, slots=True)
class Judged:
    """A program and what became of its entries: `messages` say what differs or is raised."""

    source: str
    output: str
    verdicts: dict[str, Verdict]
    messages: dict[str, str]

    @property
    def failures(self) -> list[tuple[str, Verdict, str]]:
        """The entries that failed."""
        return [(name, v, self.messages.get(name, "")) for name, v in self.verdicts.items() if v.failed]


@dataclass(slots=True)
class Pending:
    """A program under way."""

    source: str
    expected: dict[str, Any]
    converted: FileResult | None
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)

    @property
    def runs(self) -> bool:
        """Whether MindSpore has anything to do."""
        return any(name not in self.verdicts for name in self.expected)


class Judge:
    """Judges programs, with a worker of each framework. A context."""

    def __init__(self, seconds: float = 30.0) -> None:
        self.tables: Tables = load_tables()
        self.torch = Worker("torch", seconds)
        self.mindspore = Worker("mindspore", seconds)
        self.fresh = Worker("mindspore", seconds)

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in (self.torch, self.mindspore, self.fresh):
            worker.close()

    def judge(self, sources: Sequence[str], *, again: bool = False, twice: bool = True) -> list[Judged]:
        """What becomes of programs.

        `again`: in a process of MindSpore that was not used before. `twice`: what was converted is converted again.
        """
        answers = self.torch.ask([{"run": source} for source in sources])
        results = [answer.get("results", {}) for answer in answers]
        pending = [self.prepare(source, given, twice) for source, given in zip(sources, results, strict=True)]
        worker = self.mindspore
        if again:
            worker = self.fresh
            worker.restart()
        self.start(worker, pending)
        return self.finish(worker, pending)

    def prepare(self, source: str, expected: dict[str, Any], twice: bool = True) -> Pending:
        """Convert a program of which the results in torch are known."""
        pending = Pending(source, expected, None)
        for name, result in expected.items():
            if "error" in result:
                pending.verdicts[name] = Verdict.REFUSED
                pending.messages[name] = result["error"]
        if not pending.runs:
            return pending
        try:
            converted = self.convert(source)
            unstable = twice and converted.error is None and not self.is_stable(converted.text)
        except Exception as error:
            return self._all(pending, Verdict.CRASHES, f"{type(error).__name__}: {error}")
        pending.converted = converted
        if converted.error is not None:
            return self._all(pending, Verdict.CRASHES, converted.error.message)
        for name, (first, last) in _ranges(source, expected).items():
            found = None if name in pending.verdicts else _flagged(converted, source, first, last)
            if found is not None:
                pending.verdicts[name], pending.messages[name] = Verdict.FLAGGED, found
        if unstable:
            self._all(pending, Verdict.UNSTABLE, "a second conversion changes the output")
        return pending

    def start(self, worker: Worker, pending: Sequence[Pending]) -> None:
        """Have MindSpore run what is left to be run."""
        worker.send([{"run": p.converted.text} for p in pending if p.runs and p.converted is not None])

    def finish(self, worker: Worker, pending: Sequence[Pending]) -> list[Judged]:
        """Wait for MindSpore and compare."""
        running = [p for p in pending if p.runs and p.converted is not None]
        for one, answer in zip(running, worker.answers(len(running)), strict=True):
            self._compare(one, answer)
        return [
            Judged(p.source, p.converted.text if p.converted is not None else "", p.verdicts, p.messages)
            for p in pending
        ]

    def _compare(self, pending: Pending, answer: dict[str, Any]) -> None:
        if "ended" in answer:
            self._all(pending, Verdict.ENDS, answer["ended"])
            return
        results = answer["results"]
        if "" in results:
            self._all(pending, Verdict.RAISES, results[""]["error"])
        for name, expected in pending.expected.items():
            if name in pending.verdicts:
                continue
            actual = results.get(name, {"error": "the function is gone"})
            if "error" in actual:
                pending.verdicts[name], pending.messages[name] = Verdict.RAISES, actual["error"]
            else:
                found = difference(expected["value"], actual["value"])
                pending.verdicts[name] = Verdict.DIFFERS if found else Verdict.EQUAL
                pending.messages[name] = found

    @staticmethod
    def _all(pending: Pending, verdict: Verdict, message: str) -> Pending:
        for name in pending.expected:
            if name not in pending.verdicts:
                pending.verdicts[name], pending.messages[name] = verdict, message
        return pending

    def convert(self, source: str) -> FileResult:
        """The conversion of a program."""
        return convert_source(source, settings=Settings(todo_comments=False), tables=self.tables)

    def is_stable(self, text: str) -> bool:
        """Whether converting what was converted changes nothing."""
        return self.convert(text).text == text


def _ranges(source: str, names: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """The lines of each entry; `main` has all."""
    tree = ast.parse(source)
    last = len(source.splitlines())
    found = {"main": (1, last)} if "main" in names else {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name in names and node.name != "main":
            found[node.name] = (node.lineno, node.end_lineno or node.lineno)
    return found


def _flagged(converted: FileResult, source: str, first: int, last: int) -> str | None:
    """What the report says of these lines, or of lines outside of all cases: the torch name and the code; or None."""
    ranges = [
        (node.lineno, node.end_lineno or node.lineno)
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("case_")
    ]
    codes = {(finding.span.line, finding.torch): finding.code for finding in converted.findings}
    for site in converted.sites:
        if site.outcome in (Outcome.CONVERTED, Outcome.ADAPTED):
            continue
        line = site.span.line
        if first <= line <= last or not any(a <= line <= b for a, b in ranges):
            return f"{codes.get((line, site.torch), '')} {site.torch}"
    return None
