"""`torch2ms scan`: what a project uses of torch, and how much work its conversion leaves. Writes nothing."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path

from torch2ms.commands.choices import Color, Device, ScanFormat
from torch2ms.commands.tables import tables_with
from torch2ms.commands.terminal import ERROR, FINE, command, is_colored, print_error, progress, say, workers_of
from torch2ms.model import Report, Settings
from torch2ms.project import convert_targets
from torch2ms.report.json import all_errors
from torch2ms.report.scan import scan, scan_lines, to_csv, to_json
from torch2ms.report.styles import width_of
from torch2ms.walk import collect


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanOptions:
    """What to look at, and how to say what was found."""

    paths: tuple[Path, ...]
    format: ScanFormat = ScanFormat.TEXT
    verbose: bool = False
    jobs: str = "auto"
    exclude: tuple[str, ...] = ()
    mappings: tuple[Path, ...] = ()
    assume_device: Device = Device.CPU
    color: Color = Color.AUTO


@command
def run(options: ScanOptions) -> int:
    """Convert in memory, and sum up; the exit code."""
    start = time.perf_counter()
    workers = workers_of(options.jobs)
    tables = tables_with(options.mappings)
    work = collect(options.paths, exclude=options.exclude)
    if not work.targets and not work.errors:
        say(f"warning: no Python files in {', '.join(map(str, options.paths))}")
    settings = Settings(mappings=options.mappings, on_cpu=options.assume_device is Device.CPU)
    with progress(len(work.targets)) as advance:
        results = convert_targets(work.targets, settings, jobs=workers, tables=tables, progress=advance)
    report = Report(results, work.errors, time.perf_counter() - start)
    for path, error in all_errors(report):
        print_error(path, error)
    found = scan(report)
    if options.format is ScanFormat.JSON:
        sys.stdout.write(to_json(found, tables=tables.digest))
    elif options.format is ScanFormat.CSV:
        sys.stdout.write(to_csv(found))
    else:
        color = is_colored(options.color, sys.stdout)
        for line in scan_lines(found, width_of(sys.stdout), every=options.verbose, color=color):
            print(line)
    return ERROR if all_errors(report) else FINE
