"""A Python file as it is imported, and the conversion of it and of what it imports into a tree of its own."""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from torch2ms.mapping.schema import Tables
from torch2ms.model import FileResult, Settings
from torch2ms.source.neighbours import Files, Neighbours


@dataclass(frozen=True, slots=True)
class Program:
    """A Python file, the name it is imported by, and the folders that stand on `sys.path` meanwhile."""

    file: str
    module: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conversion:
    """A converted program. `files` are the results of all files converted, the program's own first.

    `origins` leads from a converted file to the one it was made of.
    """

    program: Program
    files: tuple[FileResult, ...]
    origins: Mapping[str, Path]


@dataclass(frozen=True, slots=True)
class _Root:
    """A folder that is searched for modules; with `only`, for one top-level name."""

    folder: Path
    only: str | None = None

    def resolve(self, name: str) -> list[Path]:
        """The files that importing a dotted name runs, outermost package first; none if it is not here.

        A name that is no module (`package.Class`) gives the files of the part that is one.
        """
        parts = name.split(".")
        if self.only is not None and parts[0] != self.only:
            return []
        files: list[Path] = []
        place = self.folder
        for part in parts:
            package, module = place / part / "__init__.py", place / f"{part}.py"
            if package.is_file():
                files.append(package)
            elif module.is_file():
                return [*files, module]
            elif not (place / part).is_dir():
                return files
            place = place / part
        return files


def find_program(file: Path, alongside: Sequence[Path] = ()) -> Program:
    """How a file is imported: from the folder above its outermost package, or from its own folder.

    `alongside` are further packages or folders whose modules it may import.
    """
    return _program(file.resolve(), _roots(file, alongside))


@dataclass(slots=True)
class Converter:
    """Converts files, each once however many programs import it."""

    tables: Tables
    settings: Settings = field(default_factory=Settings)
    _files: Files = field(default_factory=Files)
    _results: dict[Path, FileResult] = field(default_factory=dict)

    def convert(self, path: Path) -> FileResult:
        """The result of a file, converted as `torch2ms convert` does."""
        from torch2ms.project import convert_data  # workers import this module, and need no converter

        if path not in self._results:
            neighbours = Neighbours(path, self._files)
            self._results[path] = convert_data(
                path.read_bytes(), path, self.settings, self.tables, explicit=False, neighbours=neighbours
            )
        return self._results[path]


def convert_program(file: Path, out: Path, converter: Converter, alongside: Sequence[Path] = ()) -> Conversion:
    """Convert a file and, transitively, the modules it imports from its own folders, into trees below `out`.

    Other files beside them are linked, so that data is found. A module that cannot be converted is copied:
    it may never be imported.
    """
    roots = _roots(file, alongside)
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
    converted = _program(_mirrored(original, roots, out)[0], [_Root(path) for path in paths])
    others = (result for path, result in results.items() if path != original)
    return Conversion(converted, (results[original], *others), origins)


def is_program_file(program: str | Program | None, source: Path) -> Callable[[str], bool]:
    """Tells the files of a program from those of libraries. `source` is the file of a program that is a text."""
    if isinstance(program, Program):
        paths = program.paths
        return lambda file: _is_below(Path(file), paths)
    return lambda file: file == str(source)


class Importer:
    """Imports programs one after the other into one process, each without sight of the others."""

    def __init__(self) -> None:
        self._baseline = frozenset(sys.modules)
        self._paths: tuple[str, ...] = ()

    def load(self, program: Program) -> ModuleType:
        """Import a program. Its folders stay on `sys.path` until the next one: it may import later on."""
        if program.paths != self._paths:
            self._forget()
            self._paths = program.paths
            sys.path[:0] = program.paths
        importlib.invalidate_caches()
        return importlib.import_module(program.module)

    def _forget(self) -> None:
        for name in set(sys.modules) - self._baseline:
            origin = getattr(sys.modules[name], "__file__", None)
            if isinstance(origin, str) and _is_below(Path(origin), self._paths):
                del sys.modules[name]
        del sys.path[: len(self._paths)]


def _is_below(file: Path, folders: Iterable[str]) -> bool:
    """Whether a file belongs to one of the folders; what is installed inside of one does not."""
    return "site-packages" not in file.parts and any(file.is_relative_to(folder) for folder in folders)


def _roots(file: Path, alongside: Sequence[Path]) -> list[_Root]:
    """Where the modules of a program are: its own folder, the working directory, what it is told of."""
    path = file.resolve()
    folder = path.parent
    while (folder / "__init__.py").exists() and folder.parent != folder:
        folder = folder.parent
    # Beside an installed package stand all the others, the frameworks among them.
    installed = folder.name in ("site-packages", "dist-packages")
    roots = [_Root(folder, path.relative_to(folder).parts[0].removesuffix(".py") if installed else None)]
    working = Path.cwd()
    if path.is_relative_to(working) and working != folder:
        roots.append(_Root(working))
    for other in alongside:
        place = other.resolve()
        is_package = (place / "__init__.py").exists()
        root = _Root(place.parent, place.name) if is_package else _Root(place)
        if root not in roots:
            roots.append(root)
    return roots


def _program(file: Path, roots: Sequence[_Root]) -> Program:
    relative = file.relative_to(roots[0].folder).with_suffix("")
    parts = relative.parts[:-1] if relative.name == "__init__" and len(relative.parts) > 1 else relative.parts
    paths = dict.fromkeys(str(root.folder) for root in roots)
    return Program(str(file), ".".join(parts), tuple(paths))


def _mirrored(path: Path, roots: Sequence[_Root], out: Path) -> list[Path]:
    """Where the conversion of a file goes. Each root has a tree of its own; one may lie inside of another."""
    places = []
    for index, root in enumerate(roots):
        if path.is_relative_to(root.folder):
            relative = path.relative_to(root.folder)
            if root.only is None or relative.parts[0] == root.only:
                places.append(out / str(index) / relative)
    return places


def _closure(file: Path, roots: Sequence[_Root]) -> list[Path]:
    """A file and every file its imports may reach below the roots, in the order they are found."""
    found: dict[Path, None] = {}
    todo = [*_files(_program(file, roots).module, roots), file]
    while todo:
        path = todo.pop()
        if path in found:
            continue
        found[path] = None
        name = _dotted(path, roots)
        for imported in _imports(path, name):
            todo.extend(_files(imported, roots))
    return list(found)


def _files(name: str, roots: Sequence[_Root]) -> list[Path]:
    return next((files for root in roots if (files := root.resolve(name))), [])


def _dotted(path: Path, roots: Sequence[_Root]) -> list[str]:
    """The package a file belongs to, as relative imports count."""
    root = next(root for root in roots if path.is_relative_to(root.folder))
    return list(path.relative_to(root.folder).parts[:-1])


def _imports(path: Path, package: Sequence[str]) -> Iterator[str]:
    """Every dotted name a file may import, at whatever place in it."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
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
