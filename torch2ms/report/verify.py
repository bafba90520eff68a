"""What `torch2ms verify` found: for people, and as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from torch2ms.model import Outcome
from torch2ms.report.json import JSON, SCHEMA_VERSION
from torch2ms.report.text import console_on
from torch2ms.verify.case import CaseResult, CaseStatus, CodeLine, Divergence, Measure
from torch2ms.version import __version__

if TYPE_CHECKING:
    from rich.table import Table

# Differences named for one model; the JSON report has them all.
_SHOWN = 5
_STYLES = {CaseStatus.OK: "green", CaseStatus.DIFFERS: "red"}
_PHASES = {"import": "importing", "build": "building the model", "weights": "loading the weights", "run": "running"}


def write_verification(results: Sequence[CaseResult], seconds: float, stream: TextIO, *, color: bool) -> None:
    """A table of stages for each model, what differs and where, and a last line that sums up."""
    console = console_on(stream, color=color)
    if len(results) == 1:
        (result,) = results
        console.print(result.name, style="bold")
        if result.measures:
            console.print(_stages(result))
    else:
        console.print(_overview(results))
    for result in results:
        for line in _details(result, named=len(results) > 1):
            console.print(line)
    console.print(summary_line(results, seconds))


def summary_line(results: Sequence[CaseResult], seconds: float) -> str:
    """`12 models: 10 equal, 1 differs, 1 failed · 43.0 s`."""
    equal, differ, failed = _counts(results)
    models = f"{len(results)} model{'' if len(results) == 1 else 's'}"
    return f"{models}: {equal} equal, {differ} differ{'s' if differ == 1 else ''}, {failed} failed · {seconds:.1f} s"


def _counts(results: Sequence[CaseResult]) -> tuple[int, int, int]:
    equal = sum(result.ok for result in results)
    differ = sum(result.status is CaseStatus.DIFFERS for result in results)
    return equal, differ, len(results) - equal - differ


def _stages(result: CaseResult) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=True, header_style="bold")
    table.add_column("stage", no_wrap=True)
    for title in ("error", "tolerance", "torch's own noise"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for measure in result.measures:
        if measure.messages:
            verdict = Text("differs", style="red")
        else:
            verdict = Text(f"equal{', within noise' if measure.within_noise else ''}", style="green")
        figures = (_figure(measure.error), _figure(measure.tolerance), _figure(measure.noise))
        table.add_row(measure.stage.value, *figures, verdict)
    return table


def _overview(results: Sequence[CaseResult]) -> Table:
    from rich.table import Table
    from rich.text import Text

    stages = list(dict.fromkeys(measure.stage for result in results for measure in result.measures))
    table = Table(box=None, pad_edge=True, header_style="bold")
    table.add_column("model", overflow="fold")
    table.add_column("", no_wrap=True)
    for stage in stages:
        table.add_column(stage.value, justify="right")
    for result in results:
        verdict = "equal" if result.ok else result.status.value
        measured = {measure.stage: measure for measure in result.measures}
        cells = [_cell(measured.get(stage)) for stage in stages]
        table.add_row(Text(result.name), Text(verdict, style=_STYLES.get(result.status, "yellow")), *cells)
    return table


def _cell(measure: Measure | None) -> str:
    if measure is None:
        return ""
    return f"{_figure(measure.error)}{'!' if measure.messages else '~' if measure.within_noise else ''}"


def _figure(value: float | None) -> str:
    if value is None:
        return ""
    return "shape" if math.isinf(value) else f"{value:.1e}"


def _details(result: CaseResult, *, named: bool) -> Iterator[str]:
    """What has to be read of one result, line by line."""
    lines = list(_problem_lines(result))
    lines += [f"note: {remark}" for remark in result.remarks]
    for name, timing in result.timings:
        gradient = "" if timing.gradient is None else f", with gradient {_time(timing.gradient)}"
        lines.append(f"{name}: forward {_time(timing.forward)}{gradient}")
    if not lines:
        return
    if named:
        yield ""
        yield result.name
    for line in lines:
        yield f"  {line}" if named else line


def _problem_lines(result: CaseResult) -> Iterator[str]:
    if result.ok:
        return
    phase = f" while {_PHASES[result.phase]}" if result.phase in _PHASES else ""
    messages = result.message.splitlines()
    if result.status is CaseStatus.DIFFERS:
        yield f"{len(messages)} difference{'' if len(messages) == 1 else 's'}:"
        yield from (f"  {message}" for message in messages[:_SHOWN])
        if len(messages) > _SHOWN:
            yield f"  and {len(messages) - _SHOWN} more (--format json has them all)"
    else:
        yield f"{result.status.value}{phase}: {messages[0] if messages else ''}"
        yield from (f"  {message}" for message in messages[1:_SHOWN])
        yield from (f"  left by the conversion: {text}" for text in _left(result))
    if result.divergence is not None:
        yield from _divergence_lines(result.divergence)


def _left(result: CaseResult) -> Iterator[str]:
    left = [finding for finding in result.findings if finding.outcome is Outcome.MANUAL]
    for finding in left[:_SHOWN]:
        yield f"line {finding.span.line}: {finding.code} {finding.message}"
    if len(left) > _SHOWN:
        yield f"and {len(left) - _SHOWN} more sites (see torch2ms convert)"


def _divergence_lines(divergence: Divergence) -> Iterator[str]:
    place = "in the code of" if divergence.own_code else "layer"
    path = divergence.path or "the model"
    yield f"first difference: {place} {path} ({divergence.layer}): {divergence.what}"
    for name, line in (("torch", divergence.torch), ("MindSpore", divergence.mindspore)):
        if line is not None:
            yield f"  {name:<9}  {_readable(line.file)}:{line.line}: {line.text}"
    values = divergence.values
    if values is not None:
        error = "" if math.isinf(values.error) else f", error {values.error:.1e} (tolerance {values.tolerance:.0e})"
        where = f" at {values.where}" if values.where else ""
        yield f"  torch {values.torch}, MindSpore {values.mindspore}{where}{error}"


def _readable(file: str) -> str:
    """A path as one would type it here."""
    working = Path.cwd()
    return str(Path(file).relative_to(working)) if Path(file).is_relative_to(working) else file


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{1000 * seconds:.2f} ms"


def verification_json(results: Sequence[CaseResult], seconds: float) -> str:
    """The report for programs; its keys only ever grow within a schema version. An infinite error is null."""
    models: list[JSON] = [_model(result) for result in results]
    equal, differ, failed = _counts(results)
    document: dict[str, JSON] = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "torch2ms", "version": __version__},
        "summary": {"models": len(results), "equal": equal, "differ": differ, "failed": failed, "seconds": seconds},
        "models": models,
    }
    return json.dumps(document, indent=2) + "\n"


def _model(result: CaseResult) -> JSON:
    stages: list[JSON] = [
        {
            "stage": measure.stage.value,
            "equal": not measure.messages,
            "error": _finite(measure.error),
            "tolerance": measure.tolerance,
            "noise": _finite(measure.noise),
            "messages": list(measure.messages),
        }
        for measure in result.measures
    ]
    left: list[JSON] = [
        {"code": finding.code, "torch": finding.torch, "line": finding.span.line, "message": finding.message}
        for finding in result.findings
        if finding.outcome is Outcome.MANUAL
    ]
    return {
        "name": result.name,
        "status": result.status.value,
        "phase": result.phase or None,
        "messages": list(result.message.splitlines()),
        "stages": stages,
        "divergence": None if result.divergence is None else _divergence(result.divergence),
        "notes": list(result.remarks),
        "seconds": {name: {"forward": t.forward, "gradient": t.gradient} for name, t in result.timings},
        "left": left,
    }


def _divergence(divergence: Divergence) -> JSON:
    values = divergence.values
    shown: JSON = None
    if values is not None:
        shown = {
            "where": values.where,
            "torch": values.torch,
            "mindspore": values.mindspore,
            "error": _finite(values.error),
            "tolerance": values.tolerance,
        }
    return {
        "path": divergence.path,
        "layer": divergence.layer,
        "what": divergence.what,
        "own_code": divergence.own_code,
        "torch": _line(divergence.torch),
        "mindspore": _line(divergence.mindspore),
        "values": shown,
    }


def _line(line: CodeLine | None) -> JSON:
    return None if line is None else {"file": Path(line.file).as_posix(), "line": line.line, "text": line.text}


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
