"""Run cases: convert, run PyTorch and MindSpore in processes of their own, compare, look for the place."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path

from torch2ms.mapping.load import load_tables
from torch2ms.model import FileResult, Finding
from torch2ms.verify.case import Case, CaseResult, CaseStatus, Divergence, Stage, Timing
from torch2ms.verify.compare import compare, compare_graph
from torch2ms.verify.conversion import Conversion, Converter, convert_program
from torch2ms.verify.job import Job, Run, write_job, write_layers
from torch2ms.verify.locate import Traces, farthest
from torch2ms.verify.processes import Progress, WorkerDied, Workers
from torch2ms.verify.program import Program, is_program_file
from torch2ms.verify.search import Search
from torch2ms.verify.trace import TraceRequest, read_trace
from torch2ms.verify.values import Record, load
from torch2ms.weights.names import layer_names


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A case that can be run."""

    case: Case
    job: Job
    converted: str = ""
    findings: tuple[Finding, ...] = ()

    def record(self, run: Run) -> Record | None:
        """What a run left, None if it left nothing."""
        return load(self.job.record(run)) if self.job.done(run) else None


@dataclass(slots=True)
class Bench:
    """Cases laid out in the folder of the workers, and what became of their runs."""

    workers: Workers
    converter: Converter
    _items: list[_Prepared | CaseResult] = field(default_factory=list)
    _died: dict[tuple[Run, int], WorkerDied] = field(default_factory=dict)
    _conversions: dict[tuple[str, tuple[str, ...]], Conversion] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where everything is."""
        return self.workers.folder

    def __post_init__(self) -> None:
        write_layers(self.folder, layer_names(self.converter.tables))

    def add(self, case: Case) -> int:
        """Convert a case and lay it out; gives its index."""
        self._items.append(self._prepare(case, self.folder / f"{len(self._items):05}"))
        return len(self._items) - 1

    def _prepare(self, case: Case, folder: Path) -> _Prepared | CaseResult:
        if case.optimizer is not None:
            optimizer = self.converter.convert_text(case.optimizer, "optimizer.py")
            case = replace(case, mindspore_optimizer=optimizer.text)
        if case.mindspore_source is not None:
            return _Prepared(case, write_job(folder, case))
        source, files = self._convert(case)
        findings = tuple(finding for file in files for finding in file.findings)
        converted = files[0].text
        broken = files[0].error
        if broken is not None:
            return CaseResult(case.name, CaseStatus.NOT_CONVERTED, broken.message, converted=converted)
        left = [site for file in files for site in file.sites if site.outcome not in case.allowed]
        if left:
            messages = [f"line {f.span.line}: {f.code} {f.torch}: {f.message}" for f in findings if f.torch]
            messages = messages or [f"{site.torch} is left ({site.outcome})" for site in left]
            message = "\n".join(messages)
            return CaseResult(case.name, CaseStatus.NOT_CONVERTED, message, converted=converted, findings=findings)
        case = replace(case, mindspore_source=source)
        return _Prepared(case, write_job(folder, case), converted, findings)

    def _convert(self, case: Case) -> tuple[str | Program, tuple[FileResult, ...]]:
        program = case.torch_source
        if isinstance(program, Program):
            key = (program.file, case.alongside)
            if key not in self._conversions:
                self._conversions[key] = convert_program(
                    Path(program.file),
                    self.folder / f"converted-{len(self._conversions)}",
                    self.converter,
                    [Path(path) for path in case.alongside],
                )
            done = self._conversions[key]
            return done.program, done.files
        result = self.converter.convert_text(program, "example.py")
        return result.text, (result,)

    def run(self, run: Run) -> None:
        """Do a run for all cases for which it makes sense after the runs before it."""
        self._run_due(run, range(len(self._items)))

    def _run_due(self, run: Run, indices: Iterable[int]) -> None:
        jobs: dict[int, Job] = {}
        for index in indices:
            item = self._items[index]
            if isinstance(item, _Prepared) and self._due(index, item, run):
                jobs[index] = item.job
        self._run(run, jobs)

    def _run(self, run: Run, jobs: Mapping[int, Job]) -> None:
        lost = self.workers.run(run, jobs)
        self._died.update({(run, index): error for index, error in lost.items()})

    def _due(self, index: int, item: _Prepared, run: Run) -> bool:
        if run.in_torch:
            return True
        reference = item.record(run.reference)
        if reference is None or reference.error:
            return False
        # What differs already is not compiled.
        return not run.in_graph or (item.case.graph and self.judge(index, False).ok)

    def built(self, index: int) -> tuple[Record, Record] | CaseResult:
        """What both frameworks built, or why one of them did not."""
        item = self._items[index]
        if isinstance(item, CaseResult):
            return item
        result = CaseResult(item.case.name, CaseStatus.OK, converted=item.converted, findings=item.findings)
        records = []
        for run in (Run.TORCH_BUILD, Run.MINDSPORE_BUILD):
            record = item.record(run)
            if record is None or record.error:
                return self._failed(result, index, run, record)
            records.append(record)
        return records[0], records[1]

    def judge(self, index: int, graph: bool) -> CaseResult:
        """Compare what the runs of a case left."""
        item = self._items[index]
        if isinstance(item, CaseResult):
            return item
        case = item.case
        result = CaseResult(case.name, CaseStatus.OK, converted=item.converted, findings=item.findings)
        torch = item.record(Run.TORCH)
        if torch is None or torch.error:
            return self._failed(result, index, Run.TORCH, torch)
        result = replace(result, remarks=torch.remarks)
        mindspore = item.record(Run.MINDSPORE)
        if mindspore is None or mindspore.error:
            return self._failed(result, index, Run.MINDSPORE, mindspore)
        measures = compare(case, torch, mindspore)
        messages = [*mindspore.remarks, *(message for measure in measures for message in measure.messages)]
        result = replace(result, measures=measures)
        if messages:
            return replace(result, status=CaseStatus.DIFFERS, message="\n".join(messages))
        if graph and not case.graph and case.graph_reason:
            result = replace(result, remarks=(*result.remarks, f"not in graph mode: {case.graph_reason}"))
        if not (graph and case.graph):
            return result
        compiled = item.record(Run.GRAPH)
        if compiled is None or compiled.error:
            failed = self._failed(result, index, Run.GRAPH, compiled)
            return replace(failed, message=f"graph mode: {failed.message}")
        measure = compare_graph(case, torch, compiled)
        result = replace(result, measures=(*measures, measure))
        if measure.messages:
            message = "\n".join(f"graph mode: {message}" for message in measure.messages)
            return replace(result, status=CaseStatus.DIFFERS, message=message)
        return result

    def _failed(self, result: CaseResult, index: int, run: Run, record: Record | None) -> CaseResult:
        """The result of a run that ended in an error, or not at all."""
        if record is not None:
            status = CaseStatus.TORCH_ERROR if run.in_torch else CaseStatus.MINDSPORE_ERROR
            return replace(result, status=status, message=record.error, phase=record.phase)
        error = self._died[run, index]
        framework = "torch" if run.in_torch else "MindSpore"
        return replace(result, status=error.status, message=f"{framework} {error}")

    def again(self, results: Sequence[CaseResult], graph: bool) -> list[CaseResult]:
        """Give cases whose forward agrees and whose gradients do not further tries, with other random values.

        A ReLU or a maximum of two nearly equal values has a gradient that jumps: where rounding decides, two correct
        programs differ, and a large model meets such a place now and then. A wrong gradient is wrong every time.
        """
        found = list(results)
        for attempt in range(1, _TRIES):
            retries = {
                index: self._retry(index, attempt) for index in range(len(found)) if self._doubtful(index, found)
            }
            for run in _compared(graph):
                self._run_due(run, retries.values())
            for index, retry in retries.items():
                second = self.judge(retry, graph)
                if second.ok:
                    worst = max(measure.error or 0.0 for measure in found[index].measures if measure.messages)
                    remark = (
                        f"with other random values the gradients differed by {worst:.1e}: "
                        "rounding decides which way a ReLU or a maximum goes"
                    )
                    found[index] = replace(second, remarks=(*second.remarks, remark))
        return found

    def _doubtful(self, index: int, results: Sequence[CaseResult]) -> bool:
        item = self._items[index]
        failing = {measure.stage for measure in results[index].measures if measure.messages}
        return isinstance(item, _Prepared) and item.case.thorough and bool(failing) and failing <= _AFTER_GRADIENTS

    def _retry(self, index: int, attempt: int) -> int:
        """Lay out a case once more with another seed; gives the index."""
        item = self._items[index]
        assert isinstance(item, _Prepared)
        case = replace(item.case, seed=f"{item.case.seed}/{attempt}")
        self._items.append(replace(item, case=case, job=write_job(self.folder / f"{len(self._items):05}", case)))
        return len(self._items) - 1

    def locate(self, index: int, result: CaseResult) -> CaseResult:
        """Look for the first place that differs, where the case asks for it and there may be one."""
        item = self._items[index]
        looked_for = result.status is CaseStatus.DIFFERS or (
            result.status is CaseStatus.MINDSPORE_ERROR and result.phase == "run"
        )
        if isinstance(item, CaseResult) or not looked_for:
            return result
        if not item.case.thorough or item.case.build is None or item.case.entry is not None:
            return result
        torch = item.record(Run.TORCH)
        assert torch is not None

        def trace(request: TraceRequest, tolerance: float) -> Traces:
            return self._trace(index, item.job, request, tolerance)

        is_own = is_program_file(item.job.program(Run.TORCH), item.job.source(Run.TORCH))
        mindspore = item.record(Run.MINDSPORE) or Record()
        alone = {
            path: farthest("", torch.arrays[f"alone/{path}"], mindspore.arrays[f"alone/{path}"], measure.tolerance)
            for measure in result.measures
            if measure.stage is Stage.ALONE
            for path in measure.names
        }
        modes = (torch.train, torch.derive_in_training)
        search = Search(item.case.tolerances, modes, trace, is_own, mindspore.misplaced, alone)
        found = search.divergence(result)
        return replace(result, divergence=None if found is None else self._readable(found))

    def _readable(self, divergence: Divergence) -> Divergence:
        """Name the lines of a conversion that is kept nowhere by the file it was made of."""
        line = divergence.mindspore
        for conversion in self._conversions.values():
            if line is not None and line.file in conversion.origins:
                file = f"{conversion.origins[line.file]} (converted)"
                return replace(divergence, mindspore=replace(line, file=file))
        return divergence

    def _trace(self, index: int, job: Job, request: TraceRequest, tolerance: float) -> Traces:
        """Run both frameworks once more, with every layer watched."""
        job.ask(request)
        self.workers.expect(Run.MINDSPORE_TRACE)
        for run in (Run.TORCH_TRACE, Run.MINDSPORE_TRACE):
            self._run(run, {index: job})
        torch, mindspore = (read_trace(job.traced(run)) for run in (Run.TORCH_TRACE, Run.MINDSPORE_TRACE))
        return Traces(torch, mindspore, tolerance)

    def time(self, index: int, result: CaseResult, graph: bool) -> CaseResult:
        """Measure the speed of a case that agrees."""
        item = self._items[index]
        if isinstance(item, CaseResult) or not result.ok or item.case.build is None or item.case.entry is not None:
            return result
        timings = []
        for run, name in (
            (Run.TORCH_TIME, "torch"),
            (Run.MINDSPORE_TIME, "MindSpore"),
            (Run.GRAPH_TIME, "MindSpore graph"),
        ):
            if run is Run.GRAPH_TIME and not (graph and item.case.graph):
                continue
            self._run(run, {index: item.job})
            record = item.record(run)
            if record is not None and not record.error:
                timings.append((name, Timing(record.seconds["forward"], record.seconds.get("gradient"))))
        return replace(result, timings=tuple(timings))


def _compared(graph: bool) -> tuple[Run, ...]:
    """The runs that are compared, in the order in which they need each other."""
    return (Run.TORCH, Run.MINDSPORE, Run.GRAPH) if graph else (Run.TORCH, Run.MINDSPORE)


# What differs when gradients do.
_AFTER_GRADIENTS = frozenset({Stage.GRADIENTS, Stage.STEPS, Stage.TRAINED})
_TRIES = 3


def run_cases(
    cases: Sequence[Case],
    *,
    graph: bool = False,
    time: bool = False,
    timeout: float = 60.0,
    workers: int = 1,
    converter: Converter | None = None,
    progress: Progress | None = None,
) -> list[CaseResult]:
    """Run all cases and compare; results in the order of the cases.

    With `graph`, cases that expect it also run in MindSpore's graph mode; with `time`, the speed of those that agree
    is measured. `timeout` is in seconds, for one case in one framework. `workers` processes share the runs of each
    framework. `converter` holds the tables and settings; without it, those of the package are used.
    """
    if not cases:
        return []
    converter = Converter(load_tables()) if converter is None else converter
    with (
        tempfile.TemporaryDirectory(prefix="torch2ms-verify-") as folder,
        Workers(Path(folder), timeout, workers, progress) as pool,
    ):
        runs = _compared(graph)
        pool.expect(runs[0])
        bench = Bench(pool, converter)
        for case in cases:
            bench.add(case)
        for run, following in zip_longest(runs, runs[1:]):
            if following is not None:
                pool.expect(following)
            bench.run(run)
        results = bench.again([bench.judge(index, graph) for index in range(len(cases))], graph)
        results = [bench.locate(index, result) for index, result in enumerate(results)]
        return [bench.time(index, result, graph) for index, result in enumerate(results)] if time else results
