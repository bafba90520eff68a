"""A file is written as a whole or not at all, and only in the place of what may be replaced."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
)


def refusal(dest: Path, root: Path | None = None) -> str:
    """Why nothing may be written in the place of `dest`; "" where something may.

    Only regular files are replaced, and links that stay within `root` (by default the folder that holds `dest`).
    """
    within = os.path.realpath(dest.parent if root is None else root)
    outside = _outside(dest.parent, within)
    if outside:
        return f"the folder {dest.parent} leads out of {root}, to {outside}"
    try:
        mode = os.lstat(dest).st_mode
    except OSError:
        return ""  # there is nothing, or nothing that can be seen: writing will tell
    if stat.S_ISLNK(mode):
        outside = _outside(dest, within)
        return f"is a link to {outside}, and only regular files are written" if outside else ""
    for is_kind, kind in KINDS:
        if is_kind(mode):
            return f"is {kind}, and only regular files are written"
    return ""


def protection(dest: Path) -> str:
    """Why the file at `dest` is not to be changed: nobody may write to it, or not this user; "" where that is fine."""
    try:
        mode = os.lstat(dest).st_mode
    except OSError:
        return ""
    is_protected = stat.S_ISREG(mode) and not (mode & 0o222 and os.access(dest, os.W_OK))
    return "is write-protected (chmod u+w lets it be replaced)" if is_protected else ""


def _check(dest: Path) -> None:
    reason = refusal(dest) or protection(dest)
    if reason:
        raise OSError(errno.EPERM, reason, str(dest))


def _outside(path: Path, root: str) -> str:
    """Where a path leads when that is not below `root`."""
    place = os.path.realpath(path)
    return "" if place == root or Path(place).is_relative_to(root) else place


@contextlib.contextmanager
def replacing(dest: Path, like: Path | None) -> Iterator[Path]:
    """A temporary file beside `dest` that takes its place at the end, or vanishes when something fails.

    `like` gives the mode bits; its owner may always write to the new file. Raises OSError, before anything is written,
    where `dest` may not be replaced.
    """
    _check(dest)
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


def replace_by_link(dest: Path, target: str) -> None:
    """Put a symbolic link in the place of `dest`, in one step. Raises OSError where that may not be replaced."""
    _check(dest)
    with tempfile.TemporaryDirectory(dir=dest.parent, prefix=f".{dest.name[:100]}.", suffix=".tmp") as folder:
        temporary = Path(folder) / "link"
        temporary.symlink_to(target)
        os.replace(temporary, dest)


def _mode(like: Path | None) -> int:
    if like is not None:
        with contextlib.suppress(OSError):
            return stat.S_IMODE(like.stat().st_mode) | stat.S_IWUSR
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
