"""The hunt: programs are made, converted, run and compared; failures are shrunk and written down."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

from fuzzing.judge import Judge, Judged, Pending, Verdict
from fuzzing.known import Known, is_known, read_known
from fuzzing.shrink import shrink

_BATCH = 16
# Failures that look alike before they are shrunk: so many of them are.
_SHRUNK_ALIKE = 2
_SHRUNK_ALIKE_VALUES = 4
_NUMBERS = re.compile(r"\d+(\.\d+)?|0x[0-9a-f]+")


Origin: TypeAlias = tuple[str, int]
"""The generator and the seed of a program."""


@dataclass(frozen=True, slots=True)
class _Batch:
    origins: list[Origin]
    pending: list[Pending]


@dataclass(frozen=True, slots=True)
class Failure:
    """A clean program that fails, as small as it was made. `alone`: it fails in a fresh process as well."""

    generator: str
    seed: int
    verdict: Verdict
    message: str
    source: str
    output: str
    whole: str
    alone: bool = True
    known: str = ""


@dataclass(slots=True)
class Tally:
    """What a hunt came to. `alike` counts failures like one that was shrunk already, `flags` what the report names."""

    programs: int = 0
    seconds: float = 0.0
    verdicts: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    alike: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)

    @property
    def open(self) -> list[Failure]:
        """The failures that are not known."""
        return [failure for failure in self.failures if not failure.known]

    def summary(self) -> str:
        """All of it in a line."""
        verdicts = ", ".join(f"{count} {verdict}" for verdict, count in self.verdicts.most_common())
        hourly = self.programs / max(self.seconds, 1e-9) * 3600
        known = len(self.failures) - len(self.open)
        return (
            f"{self.programs} programs in {self.seconds:.0f} s ({hourly:.0f} an hour): {verdicts}; "
            f"{len(self.open)} failures shrunk, {known} known, {sum(self.alike.values())} more like them"
        )


@dataclass(slots=True)
class Hunt:
    """One hunt. `goes_on` is asked before each batch, `told` is given each failure; `shrinks`: seconds a failure."""

    judge: Judge
    generators: Sequence[str]
    told: Callable[[Failure], object]
    known: Sequence[Known] = field(default_factory=read_known)
    shrinks: float = 60.0
    tally: Tally = field(default_factory=Tally)
    alike: Counter[str] = field(default_factory=Counter)

    def run(self, seeds: Iterator[int], goes_on: Callable[[], bool]) -> Tally:
        """Hunt until there are no seeds, or no time.

        While MindSpore runs one batch, the next one is converted, and torch makes the one after that.
        """
        start = time.monotonic()
        running: _Batch | None = None
        asked, answers = self._ask(seeds), None
        while asked or running is not None:
            batch = None
            if asked:
                answers = answers or list(self.judge.torch.answers(len(asked)))
                following = self._ask(seeds) if goes_on() else []
                batch = self._prepared(asked, answers)
                asked, answers = following, None
            failed = self._finished(running)
            if batch is not None:
                self.judge.start(self.judge.mindspore, batch.pending)
            running = batch
            if failed:
                answers = list(self.judge.torch.answers(len(asked)))
                failed += self._finished(running)
                running = None
                self.look_at(failed)
            self.tally.seconds = time.monotonic() - start
        return self.tally

    def _ask(self, seeds: Iterator[int]) -> list[Origin]:
        asked = [
            (self.generators[seed % len(self.generators)], seed) for _, seed in zip(range(_BATCH), seeds, strict=False)
        ]
        self.judge.torch.send([{"generate": generator, "seed": seed} for generator, seed in asked])
        return asked

    def _prepared(self, asked: list[Origin], answers: list[dict[str, Any]]) -> _Batch:
        made = [(origin, answer) for origin, answer in zip(asked, answers, strict=True) if "source" in answer]
        pending = [self.judge.prepare(answer["source"], answer["results"]) for _, answer in made]
        self.tally.verdicts["not made"] += len(asked) - len(made)
        return _Batch([origin for origin, _ in made], pending)

    def _finished(self, batch: _Batch | None) -> list[tuple[Origin, Judged]]:
        """Wait for MindSpore and count; what failed."""
        if batch is None:
            return []
        judged = self.judge.finish(self.judge.mindspore, batch.pending)
        self.tally.programs += len(judged)
        for one in judged:
            self.tally.verdicts.update(one.verdicts.values())
            self.tally.flags.update(one.messages[name] for name, v in one.verdicts.items() if v is Verdict.FLAGGED)
        return [(origin, one) for origin, one in zip(batch.origins, judged, strict=True) if one.failures]

    def look_at(self, failed: list[tuple[Origin, Judged]]) -> None:
        """Run failures again in a fresh process, and shrink those that are not like others."""
        judged = self.judge.judge([one.source for _, one in failed], again=True)
        for (origin, first), second in zip(failed, judged, strict=True):
            names = {name for name, _, _ in second.failures}
            for name, verdict, message in first.failures:
                key = f"{verdict} {_NUMBERS.sub('#', message)[:100]}"
                limit = _SHRUNK_ALIKE if verdict is not Verdict.DIFFERS else _SHRUNK_ALIKE_VALUES
                if self.alike[key] >= limit:
                    self.tally.alike[key] += 1
                    continue
                self.alike[key] += 1
                self._keep(origin, first, name, verdict, message, alone=name in names)

    def _keep(self, origin: Origin, judged: Judged, name: str, verdict: Verdict, message: str, *, alone: bool) -> None:
        source = alone_entry(judged.source, name)
        small = source
        if alone and self.shrinks > 0:
            small = shrink(source, lambda sources: self._fail_alike(sources, name, verdict, message), self.shrinks)
        last = self.judge.judge([small])[0]
        told = last.messages.get(name) or message
        failure = Failure(*origin, verdict, told, small, last.output, judged.source, alone)
        why = is_known(failure.source, failure.message, self.known)
        failure = replace(failure, known=why)
        if not any(digest(failure) == digest(other) for other in self.tally.failures):
            self.tally.failures.append(failure)
            self.told(failure)

    def _fail_alike(self, sources: Sequence[str], name: str, verdict: Verdict, message: str) -> list[bool]:
        judged = self.judge.judge(sources, twice=verdict is Verdict.UNSTABLE)
        kind = _kind(message)
        return [one.verdicts.get(name) is verdict and _kind(one.messages[name]) == kind for one in judged]


def _kind(message: str) -> str:
    """What messages of one cause have in common: without places in the result, and without values."""
    told = re.sub(r"^result(\[\d+\])*: ", "", message).partition("[")[0]
    return _NUMBERS.sub("#", told)[:40]


def alone_entry(source: str, name: str) -> str:
    """A program without its other cases."""
    tree = ast.parse(source)
    tree.body = [
        s for s in tree.body if not (isinstance(s, ast.FunctionDef) and s.name.startswith("case_") and s.name != name)
    ]
    return ast.unparse(tree) + "\n"


def digest(failure: Failure) -> str:
    """What tells failures apart: what the small program calls, without its names and numbers."""
    tree = ast.parse(failure.source)
    shape = sorted(
        {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)} | {type(n).__name__ for n in ast.walk(tree)}
    )
    return hashlib.sha256(f"{failure.verdict} {shape} {_kind(failure.message)}".encode()).hexdigest()[:10]


def write(failure: Failure, folder: Path) -> Path:
    """Write a failure as a folder: the program, what became of it, and a note. The folder's path."""
    target = folder / ("known" if failure.known else "open" if failure.alone else "after_others") / digest(failure)
    target.mkdir(parents=True, exist_ok=True)
    (target / "before.py").write_text(failure.source, encoding="utf-8")
    (target / "after.py").write_text(failure.output, encoding="utf-8")
    (target / "whole.py").write_text(failure.whole, encoding="utf-8")
    note = {
        "verdict": failure.verdict,
        "message": failure.message,
        "generator": failure.generator,
        "seed": failure.seed,
    }
    text = json.dumps(note | ({"known": failure.known} if failure.known else {}), indent=1)
    (target / "note.json").write_text(text + "\n", encoding="utf-8")
    return target
