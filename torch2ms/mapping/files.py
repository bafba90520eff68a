"""The files of the tables: as bytes, as what was captured, as what the cache holds."""

from __future__ import annotations

from dataclasses import dataclass, field

from torch2ms.mapping.schema import Helper, Row


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a table, and where."""

    location: str
    message: str

    def __str__(self) -> str:
        return f"{self.location}: {self.message}"


class TableError(Exception):
    """A table that cannot be used: the file, the line, and what is wrong there."""

    def __init__(self, path: str, line: int, message: str) -> None:
        super().__init__(path, line, message)
        self.path = path
        self.line = line
        self.message = message

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class WrongRows(TableError):
    """Rows of the user's that cannot be right; the error is that of the first, `problems` holds all."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        first = problems[0]
        path, _, line = first.location.rpartition(":")
        super().__init__(path, int(line), first.message)
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Captured:
    """One file of captured signatures.

    `signatures` holds the overloads of each callable, `opaque` callables nothing is known about,
    `constants` dtypes and other plain values, `attributes` the attributes of classes. `fields` holds, as one text a
    class, the names that instances of a layer or operator have beyond those of every Cell or Primitive. `version` is
    the exact version they were captured of.
    """

    signatures: dict[str, tuple[str, ...]]
    opaque: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    fields: dict[str, str] = field(default_factory=dict)
    version: str = ""

    def names(self) -> frozenset[str]:
        """Every name the framework has."""
        return frozenset().union(self.signatures, self.opaque, self.constants, self.attributes)


@dataclass(frozen=True, slots=True)
class Compiled:
    """What the cache holds: the tables with the captured signatures still as text.

    `outside`, `doubted` and `strict` as in `Tables`; `problems` are those of the user's rows.
    """

    rows: dict[str, Row]
    aliases: dict[str, str]
    helpers: dict[str, Helper]
    torch: Captured
    mindspore: Captured
    mindspore_version: str = ""
    torch_version: str = ""
    outside: frozenset[str] = frozenset()
    doubted: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()
    strict: dict[str, dict[str, dict[str, frozenset[str]]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TableFile:
    """The bytes of one file and the name it goes by in messages. `extra`: given by the user."""

    label: str
    content: bytes
    extra: bool = False
