"""The report as JSON; the schema is versioned and only ever grows within a version."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

from torch2ms.model import FileError, FileResult, Finding, Outcome, Report, Site
from torch2ms.report.lines import output_lines
from torch2ms.version import __version__
from torch2ms.writing.write import Written

SCHEMA_VERSION = 1

JSON: TypeAlias = "dict[str, JSON] | list[JSON] | str | int | float | bool | None"

SEVERITY = {
    Outcome.MANUAL: "warning",
    Outcome.CHECK: "warning",
    Outcome.UNKNOWN: "note",
    Outcome.ADAPTED: "note",
    Outcome.CONVERTED: "note",
}


def to_json(report: Report, *, tables: str, written: Written | None = None) -> str:
    """The whole report. `tables` is the digest of the tables used, `written` what was written, where something was to
    be."""
    files: list[JSON] = [_file(result) for result in report.files]
    errors: list[JSON] = [_error(path, error) for path, error in all_errors(report)]
    sites = [site for result in report.files for site in result.sites]
    summary: dict[str, JSON] = {"files": len(report.files), **_outcomes(sites), "seconds": report.seconds}
    document: dict[str, JSON] = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "torch2ms", "version": __version__, "tables": tables},
        "target": {"framework": "mindspore", "family": "ops", "version": "2.10"},
        "summary": summary,
        "files": files,
        "errors": errors,
    }
    if written is not None:
        document["written"] = _written(written)
    return json.dumps(document, indent=2) + "\n"


def all_errors(report: Report) -> list[tuple[Path, FileError]]:
    """Every error of a run: paths that could not be processed, and files that could not be converted."""
    failed = [(result.path, result.error) for result in report.files if result.error is not None]
    return [*report.errors, *failed]


def _outcomes(sites: Iterable[Site]) -> dict[str, JSON]:
    found = [site.outcome for site in sites]
    return {"sites": len(found), **{outcome.value: found.count(outcome) for outcome in Outcome}}


def _file(result: FileResult) -> JSON:
    lines = output_lines(result) if any(not finding.out_line for finding in result.findings) else {}
    return {
        "path": result.path.as_posix(),
        "status": result.status.value,
        "outcomes": _outcomes(result.sites),
        "findings": [_finding(finding, lines) for finding in result.findings],
        "seconds": result.seconds,
    }


def _finding(finding: Finding, lines: Mapping[int, int]) -> JSON:
    span = finding.span
    return {
        "code": finding.code,
        "severity": "warning" if finding.outcome is None else SEVERITY[finding.outcome],
        "torch": finding.torch,
        "mindspore": finding.mindspore,
        "src": {
            "line": span.line,
            "col": span.col,
            "end_line": span.end_line,
            "end_col": span.end_col,
        },
        "out": {"line": finding.out_line or lines.get(span.line, span.line)},
        "cell": None,
        "message": finding.message,
        "hint": finding.hint,
        "outcome": None if finding.outcome is None else finding.outcome.value,
        "docs": f"torch2ms explain {finding.code}",
    }


def _written(written: Written) -> JSON:
    files: list[JSON] = [
        {
            "path": outcome.path.as_posix(),
            "action": outcome.action.value,
            "line": outcome.line,
            "message": "" if outcome.error is None else outcome.error.message,
        }
        for outcome in written.outcomes
    ]
    left: list[JSON] = [path.as_posix() for path in written.left]
    return {"root": written.root.as_posix(), "files": files, "left": left}


def _error(path: Path, error: FileError) -> JSON:
    return {
        "path": path.as_posix(),
        "code": error.code,
        "message": error.message,
        "line": error.line,
        "col": error.col,
    }
