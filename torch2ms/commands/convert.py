"""`torch2ms convert`: files and folders in, converted files, a diff or a report out."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TextIO

from torch2ms.commands.choices import Color, Device, FailOn, Format
from torch2ms.commands.output import STDOUT, check_output, guard, write_bytes, write_results
from torch2ms.commands.tables import tables_with
from torch2ms.commands.terminal import (
    ERROR,
    FINDINGS,
    FINE,
    INTERRUPTED,
    CommandError,
    command,
    is_colored,
    pager,
    print_error,
    progress,
    say,
    silence,
    workers_of,
)
from torch2ms.mapping.schema import Tables
from torch2ms.model import FileResult, Outcome, Report, Settings, Status
from torch2ms.project import convert_data, convert_targets
from torch2ms.report.diff import patch_name, unified
from torch2ms.report.json import to_json
from torch2ms.report.stat import stat_lines
from torch2ms.report.styles import width_of
from torch2ms.report.text import Detail, write_report
from torch2ms.walk import OutputError, Target, Work, collect
from torch2ms.writing.decide import Policy
from torch2ms.writing.write import Written


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvertOptions:
    """What to convert, where to, and what to say about it.

    `output` is a text: whether it ends with a slash matters. `jobs` is a number or `auto`.
    """

    paths: tuple[Path, ...]
    output: str | None = None
    merge: bool = False
    force: bool = False
    in_place: bool = False
    allow_dirty: bool = False
    diff: bool = False
    stat: bool = False
    quiet: bool = False
    verbose: bool = False
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
        to_files = self.output is not None and not self.to_stdout
        return (to_files or self.in_place) and not (self.diff or self.check or self.stat)

    @property
    def detail(self) -> Detail:
        """How much the report says."""
        return Detail.QUIET if self.quiet else Detail.FULL if self.verbose else Detail.USUAL

    @property
    def to_stdout(self) -> bool:
        """Whether the converted source goes to standard output."""
        return self.output == STDOUT or (self.from_stdin and self.output is None)

    @property
    def policy(self) -> Policy:
        """What is done about files of the output that were edited."""
        return Policy.FORCE if self.force else Policy.MERGE if self.merge else Policy.REFUSE

    @property
    def recorded(self) -> tuple[tuple[str, str], ...]:
        """What of the options decides what is written."""
        return (
            ("paths", " ".join(map(str, self.paths))),
            ("mappings", " ".join(map(str, self.mappings))),
            ("exclude", " ".join(self.exclude)),
            ("todo_comments", str(self.todo_comments).lower()),
            ("assume_device", self.assume_device.value),
        )


@command
def run(options: ConvertOptions) -> int:
    """Convert, write, report; the exit code."""
    start = time.perf_counter()
    _check_usage(options)
    workers = workers_of(options.jobs)
    tables = tables_with(options.mappings)
    on_cpu = options.assume_device is Device.CPU
    settings = Settings(mappings=options.mappings, todo_comments=options.todo_comments, on_cpu=on_cpu)
    work = _stdin_work(options) if options.from_stdin else _collect(options)
    for path, error in work.errors:
        print_error(path, error)
    if options.writing and options.in_place:
        one_by_one = partial(convert_targets, settings=settings, tables=tables)
        guard(work, one_by_one, allow_dirty=options.allow_dirty)
    results = (
        _convert_stdin(work, settings, tables)
        if options.from_stdin
        else _convert_files(work, settings, tables, workers)
    )
    for result in results:
        if result.error is not None:
            print_error(result.path, result.error)
    written = None
    if options.writing:
        written = write_results(
            work,
            results,
            output=options.output,
            policy=options.policy,
            tables=tables.digest,
            options=options.recorded,
        )
    errors = (*work.errors, *(() if written is None else written.errors))
    report = Report(results, errors, time.perf_counter() - start)
    try:
        _say(report, written, work, options, tables)
    except BrokenPipeError:
        silence()  # the reader has seen enough; what the run came to is still told by its exit code
    return _exit_code(report, written, options)


def _check_usage(options: ConvertOptions) -> None:
    """That the options go together. Raises CommandError."""
    if options.output is not None and options.in_place:
        raise CommandError("-o and --in-place exclude each other")
    if options.from_stdin and (len(options.paths) > 1 or options.in_place):
        raise CommandError("standard input (-) goes alone, and not with --in-place")
    if options.quiet and options.verbose:
        raise CommandError("--quiet and --verbose exclude each other")
    if options.diff and options.stat:
        raise CommandError("--diff and --stat exclude each other")
    if options.merge and options.force:
        raise CommandError("--merge and --force exclude each other")
    if (options.merge or options.force) and (options.output is None or options.to_stdout):
        flag = "--merge" if options.merge else "--force"
        raise CommandError(f"{flag} is about files of an output that were edited: it goes with -o OUT")
    if options.output == STDOUT and (len(options.paths) > 1 or options.paths[0].is_dir()):
        raise CommandError(f"-o {STDOUT} (standard output) takes one file")
    if options.writing and options.output is not None:
        check_output(options.output)


def _collect(options: ConvertOptions) -> Work:
    output = None if options.to_stdout else options.output
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
    dest = None if options.output is None or options.to_stdout else Path(options.output)
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


def _say(report: Report, written: Written | None, work: Work, options: ConvertOptions, tables: Tables) -> None:
    """The report, and on standard output what was asked for: the JSON, a diff, or the source as a filter gives it."""
    filtering = options.to_stdout and not (options.diff or options.check or options.stat)
    if options.format is Format.JSON:
        sys.stdout.write(to_json(report, tables=tables.digest, written=written))
        return
    if filtering:
        write_bytes(b"".join(result.output for result in report.files if result.error is None))
    elif options.stat:
        for line in stat_lines(report.files, width_of(sys.stdout), color=is_colored(options.color, sys.stdout)):
            print(line)
    elif options.diff or not (options.writing or options.check or options.quiet):
        with pager(wanted=not options.diff):
            _print_diffs(work, report.files, color=is_colored(options.color, sys.stdout))
    stream: TextIO = sys.stderr if options.diff or filtering else sys.stdout
    write_report(report, stream, written=written, detail=options.detail, color=is_colored(options.color, stream))
    if options.check:
        for result in report.files:
            if result.status is Status.CHANGED:
                say(f"would change {result.path}")


def _print_diffs(work: Work, results: Iterable[FileResult], *, color: bool) -> None:
    for target, result in zip(work.targets, results, strict=True):
        if result.source != result.output:
            write_bytes(unified(result, patch_name(target.path, target.root), color=color))


def _exit_code(report: Report, written: Written | None, options: ConvertOptions) -> int:
    if written is not None and written.left:
        return INTERRUPTED
    if report.errors or any(result.error is not None for result in report.files):
        return ERROR
    if written is not None and written.refused:
        return FINDINGS
    if options.check and any(result.status is Status.CHANGED for result in report.files):
        return FINDINGS
    if options.fail_on is FailOn.CHECK and not all(result.clean for result in report.files):
        return FINDINGS
    if options.fail_on is FailOn.MANUAL and any(result.count(Outcome.MANUAL) for result in report.files):
        return FINDINGS
    return FINE
