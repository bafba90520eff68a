"""`torch2ms undo`: the last run that wrote files is taken back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from torch2ms.commands.terminal import ERROR, FINDINGS, FINE, CommandError, command, print_error, print_refusal
from torch2ms.report.written import undone_line
from torch2ms.writing.record import RecordError
from torch2ms.writing.undo import find_run, undo


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoOptions:
    """Where the run wrote, and whether files that were edited since are taken back too."""

    path: Path
    force: bool = False


@command
def run(options: UndoOptions) -> int:
    """Find the last run, take it back, say what became of it; the exit code."""
    try:
        store = find_run(options.path)
        if store is None:
            raise CommandError(f"{options.path}: no run to undo here; name the folder that was written to")
        done = undo(store, force=options.force)
    except RecordError as error:
        raise CommandError(str(error)) from None
    for path, problem in done.errors:
        print_error(path, problem)
    for path, problem in done.refused:
        print_refusal(path, problem)
    print(undone_line(done))
    if done.errors:
        return ERROR
    return FINDINGS if done.refused else FINE
