"""Which captured signatures are used: those of the newest version of each framework, unless another one is asked for.

A file is called `<framework>-<version>.json` (`mindspore-2.10.json`). Versions are compared as numbers: 2.9 is before
2.10, and 2.9.0 is 2.9.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from torch2ms.mapping.files import TableError

FRAMEWORKS = ("torch", "mindspore")
_NAME = re.compile(r"([a-z]+)-(\d+(?:\.\d+)*)\.json")


class UnknownVersion(TableError):
    """A version of a framework that no signatures were captured of."""

    def __str__(self) -> str:
        return self.message


def version_key(version: str) -> tuple[int, ...]:
    """A version as numbers to be compared. Raises ValueError for a text such as `2.x`."""
    numbers = [int(part) for part in version.split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def captured_versions(folder: Path, framework: str) -> dict[str, Path]:
    """Version to file of what has been captured of a framework, the oldest first. Raises TableError."""
    found: dict[str, Path] = {}
    for path in folder.glob("*.json"):
        match = _NAME.fullmatch(path.name)
        if match is None or match[1] not in FRAMEWORKS:
            label = f"mappings/signatures/{path.name}"
            raise TableError(label, 1, "a file of signatures is called by framework and version: mindspore-2.10.json")
        if match[1] == framework:
            found[match[2]] = path
    return dict(sorted(found.items(), key=lambda item: version_key(item[0])))


def signature_file(folder: Path, framework: str, version: str | None = None) -> Path | None:
    """The file of a version, by default of the newest; None where nothing has been captured of the framework.

    Raises UnknownVersion, with those that are there.
    """
    found = captured_versions(folder, framework)
    if version is None:
        return next(reversed(found.values()), None)
    for known, path in found.items():
        if _same(known, version):
            return path
    raise UnknownVersion(str(folder), 0, f"no signatures of {framework} {version}: {_listed(framework, found)}")


def _same(known: str, asked: str) -> bool:
    try:
        return version_key(known) == version_key(asked)
    except ValueError:
        return False


def _listed(framework: str, versions: Iterable[str]) -> str:
    return f"there are those of {framework} {', '.join(versions) or '(none)'}"
