"""`torch2ms convert`: files and folders in, converted files, a diff or a report out."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from torch2ms.commands.choices import Color, Device, FailOn, Format
from torch2ms.commands.tables import tables_with
from torch2ms.commands.terminal import (
    ERROR,
    FINDINGS,
    FINE,
    CommandError,
    command,
    is_colored,
    print_error,
    progress,
    say,
)
from torch2ms.git import state
from torch2ms.mapping.schema import Tables
from torch2ms.model import FileResult, Outcome, Report, Settings, Status
from torch2ms.project import convert_data, convert_targets, write
from torch2ms.report.diff import patch_name, unified
from torch2ms.report.json import to_json
from torch2ms.report.text import write_report
from torch2ms.walk import OutputError, Target, Work, collect


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvertOptions:
    """What to convert, where to, and what to say about it.

    `output` is a text: whether it ends with a slash matters. `jobs` is a number or `auto`.
    """

    paths: tuple[Path, ...]
    output: str | None = None
    in_place: bool = False
    allow_dirty: bool = False
    diff: bool = False
    check: bool = False
    format: Format = Format.TEXT
    fail_on: FailOn = FailOn.ERROR
    jobs: str = "auto"
    exclude: tuple[str, ...] = ()
    mappings: tuple[Path, ...] = ()
    todo_comments: bool = True
    assume_device: Device = Device.CPU
    color: Color = Color.AUTO
    stdin_filename: str = "<stdin>"

    @property
    def from_stdin(self) -> bool:
        """Whether the source comes by standard input."""
        return any(str(path) == "-" for path in self.paths)

    @property
    def writing(self) -> bool:
        """Whether files are written."""
        return (self.output is not None or self.in_place) and not (self.diff or self.check)


@command
def run(options: ConvertOptions) -> int:
    """Convert, write, report; the exit code."""
    start = time.perf_counter()
    if options.output is not None and options.in_place:
        raise CommandError("-o and --in-place exclude each other")
    if options.from_stdin and (len(options.paths) > 1 or options.in_place):
        raise CommandError("standard input (-) goes alone, and not with --in-place")
    workers = _workers(options.jobs)
    tables = tables_with(options.mappings)
    on_cpu = options.assume_device is Device.CPU
    settings = Settings(mappings=options.mappings, todo_comments=options.todo_comments, on_cpu=on_cpu)
    work = _stdin_work(options) if options.from_stdin else _collect(options)
    for path, error in work.errors:
        print_error(path, error)
    if options.writing and options.in_place:
        _guard(work, allow_dirty=options.allow_dirty)
    results = (
        _convert_stdin(work, settings, tables)
        if options.from_stdin
        else _convert_files(work, settings, tables, workers)
    )
    for result in results:
        if result.error is not None:
            print_error(result.path, result.error)
    errors = [*work.errors]
    if options.writing:
        written = write(work, results)
        errors += written.errors
        for path, error in written.errors:
            print_error(path, error)
    report = Report(results, tuple(errors), time.perf_counter() - start)
    _say(report, work, options, tables)
    return _exit_code(report, options)


def _workers(jobs: str) -> int | None:
    """The number of --jobs; None for auto."""
    if jobs == "auto":
        return None
    if not jobs.isdecimal() or int(jobs) < 1:
        raise CommandError(f"--jobs: {jobs!r} is neither a positive number nor auto")
    return int(jobs)


def _collect(options: ConvertOptions) -> Work:
    output = options.output
    try:
        work = collect(
            options.paths,
            output=None if output is None else Path(output),
            output_is_folder=output is not None and _is_folder_name(output),
            in_place=options.in_place,
            exclude=options.exclude,
        )
    except OutputError as error:
        raise CommandError(str(error)) from None
    if not work.targets and not work.errors:
        say(f"warning: no Python files in {', '.join(map(str, options.paths))}")
    return work


def _stdin_work(options: ConvertOptions) -> Work:
    dest = None if options.output is None else Path(options.output)
    if options.output is not None and (Path(options.output).is_dir() or _is_folder_name(options.output)):
        raise CommandError(f"{options.output}: is a folder, but standard input needs a file")
    path = Path(options.stdin_filename)
    return Work((Target(path, path.parent, True, dest),))


def _is_folder_name(text: str) -> bool:
    return text.endswith(("/", os.sep))


def _convert_stdin(work: Work, settings: Settings, tables: Tables) -> tuple[FileResult, ...]:
    (target,) = work.targets
    return (convert_data(sys.stdin.buffer.read(), target.path, settings, tables),)


def _convert_files(work: Work, settings: Settings, tables: Tables, jobs: int | None) -> tuple[FileResult, ...]:
    with progress(len(work.targets)) as advance:
        return convert_targets(work.targets, settings, jobs=jobs, tables=tables, progress=advance)


def _guard(work: Work, *, allow_dirty: bool) -> None:
    """Before any work in place: refuse what could not be told apart, or undone, afterwards."""
    found = state(target.path for target in work.targets)
    if not allow_dirty:
        if found.problem:
            raise CommandError(
                f"cannot ask git for uncommitted changes ({found.problem}); --allow-dirty goes on without"
            )
        if found.dirty:
            names = ", ".join(str(path) for path in found.dirty[:5])
            more = f" and {len(found.dirty) - 5} more" if len(found.dirty) > 5 else ""
            raise CommandError(f"uncommitted changes in {names}{more}: commit or stash them, or use --allow-dirty")
    if found.outside:
        first = found.outside[0]
        more = f" and {len(found.outside) - 1} more" if len(found.outside) > 1 else ""
        say(f"warning: {first}{more}: not in a git repository, so there is no way back")


def _say(report: Report, work: Work, options: ConvertOptions, tables: Tables) -> None:
    """The report, and on standard output what was asked for: the JSON, a diff, or the source as a filter gives it."""
    filtering = options.from_stdin and not (options.writing or options.diff or options.check)
    if options.format is Format.JSON:
        sys.stdout.write(to_json(report, tables=tables.digest))
        return
    if filtering:
        _write_bytes(b"".join(result.output for result in report.files if result.error is None))
    elif options.diff or not (options.writing or options.check):
        _print_diffs(work, report.files, color=is_colored(options.color, sys.stdout))
    stream: TextIO = sys.stderr if options.diff or filtering else sys.stdout
    write_report(report, stream, color=is_colored(options.color, stream))
    if options.check:
        for result in report.files:
            if result.status is Status.CHANGED:
                say(f"would change {result.path}")


def _print_diffs(work: Work, results: Iterable[FileResult], *, color: bool) -> None:
    for target, result in zip(work.targets, results, strict=True):
        if result.source != result.output:
            _write_bytes(unified(result, patch_name(target.path, target.root), color=color))


def _write_bytes(data: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _exit_code(report: Report, options: ConvertOptions) -> int:
    if report.errors or any(result.error is not None for result in report.files):
        return ERROR
    if options.check and any(result.status is Status.CHANGED for result in report.files):
        return FINDINGS
    if options.fail_on is FailOn.CHECK and not all(result.clean for result in report.files):
        return FINDINGS
    if options.fail_on is FailOn.MANUAL and any(result.count(Outcome.MANUAL) for result in report.files):
        return FINDINGS
    return FINE
