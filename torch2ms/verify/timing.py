"""How long a call takes."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

_WARM_UP = 2
_LEAST_CALLS = 5
_MOST_CALLS = 200
_ENOUGH_SECONDS = 2.0


def median_seconds(call: Callable[[], None]) -> float:
    """The median of several calls, after some that do not count (allocation, compilation)."""
    for _ in range(_WARM_UP):
        call()
    seconds: list[float] = []
    while len(seconds) < _LEAST_CALLS or (sum(seconds) < _ENOUGH_SECONDS and len(seconds) < _MOST_CALLS):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)
