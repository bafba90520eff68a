"""What `convert` writes, and what it asks before: git for files in place, the record for an output."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from torch2ms.atomic import protection, refusal
from torch2ms.commands.terminal import CommandError, print_error, print_refusal, say
from torch2ms.git import GitState, state
from torch2ms.model import FileResult, Status
from torch2ms.report.written import left_lines
from torch2ms.walk import Target, Work
from torch2ms.writing.decide import Policy
from torch2ms.writing.record import RecordError
from torch2ms.writing.wanted import record_root, wanted
from torch2ms.writing.write import Place, Written, write

STDOUT = "-"
SOME = 5


def check_output(output: str) -> None:
    """That something can be written there, before any work. Raises CommandError."""
    path = Path(output)
    if path.is_dir():
        return
    reason = refusal(path) or protection(path)
    if reason:
        raise CommandError(f"{output}: {reason}; -o {STDOUT} is standard output")


def guard(work: Work, convert: Callable[[Sequence[Target]], Sequence[FileResult]], *, allow_dirty: bool) -> None:
    """Before any work in place: refuse what could not be told apart, or brought back by git, afterwards.

    Only files that would change count, so these files are converted first.
    """
    found = state(target.path for target in work.targets)
    if not allow_dirty:
        if found.problem:
            raise CommandError(
                f"cannot ask git for uncommitted changes ({found.problem}); --allow-dirty goes on without"
            )
        at_risk = {*found.dirty, *found.unknown}
        results = convert([target for target in work.targets if target.path in at_risk]) if at_risk else ()
        changed = {result.path for result in results if result.status is Status.CHANGED}
        reasons = list(_reasons(found, changed))
        if reasons:
            raise CommandError(f"{'; '.join(reasons)}: commit them first, or use --allow-dirty (undo brings them back)")
    if found.outside:
        first = found.outside[0]
        more = f" and {len(found.outside) - 1} more" if len(found.outside) > 1 else ""
        say(f"warning: {first}{more}: not in a git repository, so `torch2ms undo` is the only way back")


def _reasons(found: GitState, changed: set[Path]) -> list[str]:
    kinds = (("uncommitted changes in", found.dirty), ("git does not hold", found.unknown))
    named = [(words, [path for path in paths if path in changed]) for words, paths in kinds]
    return [f"{words} {_some(paths)}" for words, paths in named if paths]


def _some(paths: Sequence[Path]) -> str:
    more = f" and {len(paths) - SOME} more" if len(paths) > SOME else ""
    return ", ".join(str(path) for path in paths[:SOME]) + more


def write_results(
    work: Work,
    results: Sequence[FileResult],
    *,
    output: str | None,
    policy: Policy,
    tables: str,
    options: Sequence[tuple[str, str]],
) -> Written:
    """Write what was converted, and say on standard error what could not be or was left. Raises CommandError."""
    root = record_root(work, None if output is None else Path(output))
    try:
        written = write(wanted(work, results), Place(root, policy, tables, tuple(options)))
    except RecordError as error:
        raise CommandError(str(error)) from None
    for path, problem in written.errors:
        print_error(path, problem)
    for path, problem in written.refused:
        print_refusal(path, problem)
    if written.left:
        for line in left_lines(written):
            say(line)
    return written


def write_bytes(data: bytes) -> None:
    """Bytes on standard output."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
