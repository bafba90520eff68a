"""Programs converted: a file and what it imports of its own, into a tree of its own. Workers do not need this."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from torch2ms.api import convert_source
from torch2ms.mapping.schema import Tables
from torch2ms.model import FileResult, Settings
from torch2ms.project import convert_data
from torch2ms.source.neighbours import Files, Neighbours
from torch2ms.source.parse import ParseError, parse
from torch2ms.source.text import DecodeError, decode
from torch2ms.verify.program import Program, Root, find_roots, program_of


@dataclass(frozen=True, slots=True)
class Conversion:
    """A converted program. `files` are the results of all files converted, the program's own first.

    `origins` leads from a converted file to the one it was made of.
    """

    program: Program
    files: tuple[FileResult, ...]
    origins: Mapping[str, Path]


@dataclass(slots=True)
class Converter:
    """Converts files, each once however many programs import it."""

    tables: Tables
    settings: Settings = field(default_factory=Settings)
    _files: Files = field(default_factory=Files)
    _results: dict[Path, FileResult] = field(default_factory=dict)

    def convert(self, path: Path) -> FileResult:
        """The result of a file, converted as `torch2ms convert` does."""
        if path not in self._results:
            neighbours = Neighbours(path, self._files)
            self._results[path] = convert_data(
                path.read_bytes(), path, self.settings, self.tables, explicit=False, neighbours=neighbours
            )
        return self._results[path]

    def convert_text(self, text: str, name: str) -> FileResult:
        """The result of a source that is in no file. `name` is what its result calls it."""
        return convert_source(text, path=name, settings=self.settings, tables=self.tables)


def convert_program(file: Path, out: Path, converter: Converter, alongside: Sequence[Path] = ()) -> Conversion:
    """Convert a file and, transitively, the modules it imports from its own folders, into trees below `out`.

    Other files beside them are linked, so that data is found. A module that cannot be converted is copied:
    it may never be imported.
    """
    roots = find_roots(file, alongside)
    original = file.resolve()
    results: dict[Path, FileResult] = {}
    origins: dict[str, Path] = {}
    linked: set[Path] = set()
    for path in _closure(original, roots):
        result = results[path] = converter.convert(path)
        for target in _mirrored(path, roots, out):
            origins[str(target)] = path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(result.source if result.error is not None else result.output)
            if target.parent not in linked:
                linked.add(target.parent)
                _link_data(path.parent, target.parent)
    paths = [out / str(index) for index in range(len(roots))]
    for folder in paths:
        folder.mkdir(parents=True, exist_ok=True)
    converted = program_of(_mirrored(original, roots, out)[0], [Root(path) for path in paths])
    others = (result for path, result in results.items() if path != original)
    return Conversion(converted, (results[original], *others), origins)


def _mirrored(path: Path, roots: Sequence[Root], out: Path) -> list[Path]:
    """Where the conversion of a file goes. Each root has a tree of its own; one may lie inside of another."""
    places = []
    for index, root in enumerate(roots):
        if path.is_relative_to(root.folder):
            relative = path.relative_to(root.folder)
            if root.only is None or relative.parts[0] == root.only:
                places.append(out / str(index) / relative)
    return places


def _closure(file: Path, roots: Sequence[Root]) -> list[Path]:
    """A file and every file its imports may reach below the roots, in the order they are found."""
    found: dict[Path, None] = {}
    todo = [*_files(program_of(file, roots).module, roots), file]
    while todo:
        path = todo.pop()
        if path in found:
            continue
        found[path] = None
        name = _dotted(path, roots)
        for imported in _imports(path, name):
            todo.extend(_files(imported, roots))
    return list(found)


def _files(name: str, roots: Sequence[Root]) -> list[Path]:
    return next((files for root in roots if (files := root.resolve(name))), [])


def _dotted(path: Path, roots: Sequence[Root]) -> list[str]:
    """The package a file belongs to, as relative imports count."""
    root = next(root for root in roots if path.is_relative_to(root.folder))
    return list(path.relative_to(root.folder).parts[:-1])


def _imports(path: Path, package: Sequence[str]) -> Iterator[str]:
    """Every dotted name a file may import, at whatever place in it."""
    try:
        tree = parse(decode(path.read_bytes()).text)
    except (DecodeError, ParseError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: len(package) - node.level + 1]) if node.level else []
            if node.level > len(package):
                continue
            module = ".".join([*base, *([node.module] if node.module else [])])
            if module:
                yield module
                yield from (f"{module}.{alias.name}" for alias in node.names if alias.name != "*")


def _link_data(source: Path, target: Path) -> None:
    """Give a converted folder the data files of the original."""
    for entry in source.iterdir():
        place = target / entry.name
        if entry.is_file() and entry.suffix not in (".py", ".pyc") and not place.exists():
            place.symlink_to(entry)
