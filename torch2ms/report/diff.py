"""Unified diffs that `git apply` and `patch -p1` accept, made of bytes: the files keep their encodings."""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass
from pathlib import Path

from torch2ms.git import repository
from torch2ms.model import FileResult

NO_NEWLINE = b"\\ No newline at end of file\n"
COLORS = {b"+": b"\x1b[32m", b"-": b"\x1b[31m", b"@": b"\x1b[36m"}
BOLD, RESET = b"\x1b[1m", b"\x1b[0m"


@dataclass(frozen=True, slots=True)
class PatchName:
    """How a patch calls a file. `from_top`: relative to the top of its repository, which git wants marked."""

    name: str
    from_top: bool = False


def patch_name(path: Path, root: Path) -> PatchName:
    """A file's name in a patch: from the top of its repository, else from the current folder, else `root`."""
    absolute = Path(os.path.abspath(path))
    top = repository(absolute.parent)
    if top is not None:
        return PatchName(absolute.relative_to(top).as_posix(), from_top=True)
    for base in (Path.cwd(), Path(os.path.abspath(root))):
        if absolute.is_relative_to(base):
            return PatchName(absolute.relative_to(base).as_posix())
    return PatchName(absolute.name)


def unified(result: FileResult, name: PatchName, *, color: bool = False) -> bytes:
    """The diff of one file, empty when nothing changes."""
    if result.source == result.output:
        return b""
    old, new = _quoted("a/" + name.name), _quoted("b/" + name.name)
    lines = difflib.diff_bytes(
        difflib.unified_diff,
        _lines(result.source),
        _lines(result.output),
        old + _tab(old),
        new + _tab(new),
    )
    parts = [b"diff --git %s %s\n" % (old, new)] if name.from_top else []
    for number, line in enumerate(lines):
        whole = line if line.endswith(b"\n") else line + b"\n" + NO_NEWLINE
        parts.append(_colored(whole, header=number < 2) if color else whole)
    return b"".join(parts)


def _lines(data: bytes) -> list[bytes]:
    """The lines as git counts them: only a line feed ends one."""
    lines = data.split(b"\n")
    last = lines.pop()
    return [line + b"\n" for line in lines] + ([last] if last else [])


def _quoted(name: str) -> bytes:
    """The name as git writes it: in quotes when it holds a quote, a backslash or a control character."""
    raw = os.fsencode(name)
    if not any(byte < 0x20 or byte in b'"\\\x7f' for byte in raw):
        return raw
    return (
        b'"'
        + b"".join(
            b"\\" + bytes([byte])
            if byte in b'"\\'
            else b"\\%03o" % byte
            if byte < 0x20 or byte == 0x7F
            else bytes([byte])
            for byte in raw
        )
        + b'"'
    )


def _tab(name: bytes) -> bytes:
    """A name with a space in it ends at a tab."""
    return b"\t" if b" " in name and not name.startswith(b'"') else b""


def _colored(text: bytes, *, header: bool) -> bytes:
    start = BOLD if header else COLORS.get(text[:1], b"")
    return start + text.removesuffix(b"\n") + RESET + b"\n" if start else text
