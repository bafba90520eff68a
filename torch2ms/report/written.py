"""What a run has written, and what was taken back, in a line."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from pathlib import Path

from torch2ms.report.wording import plural
from torch2ms.writing.decide import Action
from torch2ms.writing.undo import Undone
from torch2ms.writing.write import Written

WORDS = (
    (Action.WRITTEN, "written"),
    (Action.COPIED, "copied"),
    (Action.MERGED, "merged with your edits"),
    (Action.CONFLICT, "with conflicts"),
    (Action.UNCHANGED, "as it was already"),
    (Action.REFUSED, "left because you edited it"),
    (Action.FAILED, "failed"),
)
SOME = 5


def written_line(written: Written) -> str:
    """`out: 3 files written, 12 copied · torch2ms undo out takes it back`."""
    counts = [(written.count(action), word) for action, word in WORDS]
    named = [f"{count} {word}" for count, word in counts if count] or ["nothing to write"]
    if written.count(Action.WRITTEN):
        count = written.count(Action.WRITTEN)
        named[0] = f"{plural(count, 'file')} written"
    where = place(written.root)
    line = f"{where}: {', '.join(named)}"
    if written.count(Action.WRITTEN, Action.COPIED, Action.MERGED, Action.CONFLICT):
        line += f" · {undo_command(written.root)} takes it back"
    return line


def left_lines(written: Written) -> Iterator[str]:
    """What a run that was interrupted has done and what not."""
    done = written.count(Action.WRITTEN, Action.COPIED, Action.MERGED, Action.CONFLICT)
    total = len(written.outcomes) + len(written.left)
    names = ", ".join(os.path.relpath(path) for path in written.left[:SOME])
    more = f" and {len(written.left) - SOME} more" if len(written.left) > SOME else ""
    yield f"interrupted: {done} of {plural(total, 'file')} written, whole; not written: {names}{more}"
    yield f"The same command goes on; {undo_command(written.root)} takes back what was written."


def undone_line(done: Undone) -> str:
    """`out: 3 files are as they were before, 1 removed`."""
    parts = []
    if done.restored:
        parts.append(f"{plural(len(done.restored), 'file')} brought back")
    if done.removed:
        parts.append(f"{plural(len(done.removed), 'file')} removed")
    if done.refused:
        parts.append(f"{len(done.refused)} left")
    return f"{place(done.root)}: {', '.join(parts) or 'nothing was left to take back'}"


def place(folder: Path) -> str:
    """A folder as it is said to the user."""
    return "this folder" if os.path.abspath(folder) == os.getcwd() else str(folder)


def undo_command(folder: Path) -> str:
    """How the last run there is undone."""
    where = os.path.abspath(folder)
    return "torch2ms undo" if where == os.getcwd() else f"torch2ms undo {shlex.quote(str(folder))}"
