"""A file is written as a whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def replacing(dest: Path, like: Path | None) -> Iterator[Path]:
    """A temporary file beside `dest` that takes its place at the end, or vanishes when something fails."""
    handle, name = tempfile.mkstemp(dir=dest.parent, prefix=f".{dest.name[:100]}.", suffix=".tmp")
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(_mode(like))
        os.replace(temporary, dest)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _mode(like: Path | None) -> int:
    if like is not None:
        with contextlib.suppress(OSError):
            return stat.S_IMODE(like.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
