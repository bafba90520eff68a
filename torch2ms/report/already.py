"""Files that are MindSpore's already."""

from __future__ import annotations

import re

from torch2ms.model import FileResult, Outcome, Status

ALREADY = "MindSpore already"

_MINDSPORE = re.compile(rb"^[ \t]*(?:import|from)[ \t]+mindspore\b", re.MULTILINE)


def is_mindspore(result: FileResult) -> bool:
    """Whether a file uses MindSpore as it is, and nothing of it was converted."""
    if result.error is not None or result.status is Status.CHANGED or not _MINDSPORE.search(result.source):
        return False
    return all(site.outcome in (Outcome.MANUAL, Outcome.UNKNOWN) for site in result.sites)
