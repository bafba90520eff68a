"""Progress on a terminal, for runs that take longer than a second."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

DELAY = 1.0


class Progress:
    """A bar on stderr that appears after a second and leaves nothing behind."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self.start = time.perf_counter()
        self.bar: RichProgress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.bar is not None:
            self.bar.stop()

    def advance(self, *_: object) -> None:
        """One more is done, whatever it is."""
        self.done = min(self.done + 1, self.total)
        if self.bar is None:
            if time.perf_counter() - self.start < DELAY:
                return
            self.bar = self._shown()
        self.bar.update(self.bar.task_ids[0], completed=self.done)

    def _shown(self) -> RichProgress:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        shown = RichProgress(*columns, console=Console(stderr=True), transient=True)
        shown.add_task("convert", total=self.total)
        shown.start()
        return shown
