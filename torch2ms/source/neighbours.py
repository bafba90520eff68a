"""What the other files of a package bind: torch names they pass on, and which of their classes are modules.

A file is found by its place: relative imports from the folder of the importing file, absolute ones from the folder
that holds its package, or from its own folder. Only the top level is read, and only when a name asks for it.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from pathlib import Path

from torch2ms.source.input_changes import LayersOf
from torch2ms.source.outlines import Outline, attributes, buffers, outline
from torch2ms.source.parse import ParseError, parse
from torch2ms.source.text import DecodeError, decode

_DEPTH = 12
"""A chain of imports longer than this is a circle."""
_TREES = 16
"""So many syntax trees of files are kept for what is asked of them next."""
_CALL, _NAME = 2000, 80
"""How many bytes before an argument its call is looked for, and how many a name has at most."""
_STAR = re.compile(rb"import\s*\*")

_KNOWS_MODE = re.compile(
    r"drop_?out|batch_?norm|instance_?norm|rrelu|training\b|Attention|LSTM|GRU|RNN|Transformer", re.I
)
_WITHOUT_MODE = sys.stdlib_module_names | {"numpy", "scipy", "einops", "typing_extensions", "packaging"}
"""Packages that hold no layers."""

_FROM = re.compile(rb"from\s+([\w.]+)\s+import\s+(\([^)]*|[^\n(]*)")
_BYTE_WORD = re.compile(rb"[^\W\d]\w*")
_TOLD_IN_PLACE = re.compile(rb"\binplace\s*=\s*True")
_BRACKET = re.compile(rb"[()]")
_CALLED = re.compile(rb"(\w+)\Z")
_FIRST_ARGUMENT = re.compile(rb"\(\s*(?:\w+\.)*(\w+)\s*,")
_WORKS_IN_PLACE = re.compile(r"inplace|[^\W_]_\(|[-+*/@%&|^]=[^=]|\bout\s*=|\bi(?:add|sub|mul|truediv)\b")
_SETS_MODE = re.compile(r"\.eval\(\)|\.train\(False\)|def train\(")
_WORD = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Promise:
    """The annotation of what a function of another file returns, and what the names in it mean there, outside of the
    package."""

    annotation: ast.expr
    meaning: Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Origin:
    """A class or a function of another file: where it stands, and what it is called there."""

    path: Path
    name: str


def definition(text: str, name: str) -> str | None:
    """The text of a class or function at the top level of a file, or in its `if` and `try`."""
    start = re.search(rf"^([ \t]*)(?:class|def|async def) {name}\b", text, re.MULTILINE)
    if start is None:
        return None
    after = re.compile(rf"^[ \t]{{0,{len(start[1])}}}[^\s#)\]}}]", re.MULTILINE).search(text, start.end())
    return text[start.start() : after.start() if after else len(text)]


def of_module(module: str, name: str) -> str:
    """The qualified name of what a module has, which may be a relative one: `..`, `.layers`."""
    return f"{module}{name}" if module.endswith(".") else f"{module}.{name}"


class ModeUse(Enum):
    """What the mode of training means to a module."""

    NONE = "nothing: no part of it knows the mode"
    OPEN = "it may behave differently"
    SET = "it sets the mode of parts itself"


class Files:
    """Outlines of files, each read once."""

    def __init__(self) -> None:
        self._outlines: dict[Path, Outline | None] = {}
        self._texts: dict[Path, str] = {}
        self._attributes: dict[Path, dict[str, dict[str, str]]] = {}
        self._buffers: dict[Path, dict[str, dict[str, bool]]] = {}
        self._taken: dict[Path, dict[tuple[str, str], set[tuple[Path, str]]]] = {}
        self._readers: dict[tuple[Path, str], tuple[Path, ...]] = {}
        self.layers: dict[tuple[Path, int], LayersOf] = {}
        """What is known of the layers of files, by how many files may be looked through; see `rewrite.other_layers`."""
        self._trees: dict[Path, ast.Module | None] = {}
        """The trees that were asked for last."""
        self.in_place: dict[tuple[Path, str], bool] = {}
        """Whether definitions may work in place, as their texts tell."""
        self._told: dict[Path, frozenset[tuple[Path, str]]] = {}
        self.starred: dict[tuple[Path, str, int], Origin | str | None] = {}
        """What a name that a file passes on by `import *` means, looked up so many files deep."""
        self.resolved: dict[tuple[Path, str, int], Origin | str | None] = {}
        """What a qualified name means in a file, looked up so many files deep."""
        self.speaking_of: dict[Path, Mapping[str, list[Path]]] = {}
        """The files that may give a file the names that it takes by `import *`."""
        self._modules: dict[tuple[Path, tuple[str, ...]], Path | None] = {}
        self._places: dict[tuple[Path, tuple[str, ...]], Path | None] = {}
        self._roots: dict[tuple[Path, int], tuple[Path, ...]] = {}

    def outline(self, path: Path) -> Outline | None:
        """The outline of a file; None when there is no such file, or it is no Python source."""
        if path not in self._outlines:
            tree = self.tree(path)
            self._outlines[path] = None if tree is None else outline(tree)
        return self._outlines[path]

    def tree(self, path: Path) -> ast.Module | None:
        """The syntax tree of a file; None when there is no such file, or it is no Python source."""
        if path not in self._trees:
            if len(self._trees) >= _TREES:
                del self._trees[next(iter(self._trees))]
            self._trees[path] = _parsed(path)
        return self._trees[path]

    def module(self, folder: Path, parts: tuple[str, ...]) -> Path | None:
        """The file of a module below a folder, if it is Python source."""
        if (folder, parts) not in self._modules:
            found = (path for path in _candidates(folder, parts) if self.outline(path) is not None)
            self._modules[folder, parts] = next(found, None)
        return self._modules[folder, parts]

    def place(self, folder: Path, parts: tuple[str, ...]) -> Path | None:
        """The file of a module below a folder, which is not read."""
        if (folder, parts) not in self._places:
            found = (path for path in _candidates(folder, parts) if path.is_file())
            self._places[folder, parts] = next(found, None)
        return self._places[folder, parts]

    def roots(self, at: Path, level: int) -> tuple[Path, ...]:
        """The folders that an import of a file is looked up in, by the number of its dots."""
        if (at, level) not in self._roots:
            self._roots[at, level] = _roots(at, level)
        return self._roots[at, level]

    def may_pass_on(self, path: Path, name: str) -> bool:
        """Whether a file speaks of a name, or imports what it does not name; to be asked before it is parsed."""
        if path in self._outlines:
            return self._outlines[path] is not None
        data = path.read_bytes()
        return name.encode() in data or _STAR.search(data) is not None

    def attributes(self, path: Path, cls: str) -> dict[str, str]:
        """What the methods of a class call to make its attributes, as `attributes` says."""
        if path not in self._attributes:
            tree = self.tree(path)
            self._attributes[path] = {} if tree is None else attributes(tree)
        return self._attributes[path].get(cls, {})

    def buffers(self, path: Path, cls: str) -> dict[str, bool]:
        """The buffers that a class registers, as `buffers` says."""
        if path not in self._buffers:
            tree = self.tree(path)
            self._buffers[path] = {} if tree is None else buffers(tree)
        return self._buffers[path].get(cls, {})

    def text(self, path: Path) -> str:
        """The source of a file; empty when there is no such file."""
        if path not in self._texts:
            try:
                self._texts[path] = decode(path.read_bytes()).text
            except (OSError, DecodeError):
                self._texts[path] = ""
        return self._texts[path]

    def taken(self, folder: Path) -> Mapping[tuple[str, str], set[tuple[Path, str]]]:
        """Which files of a package import a name, and from which module; by the last name of that, and the name."""
        if folder not in self._taken:
            found: dict[tuple[str, str], set[tuple[Path, str]]] = {}
            for path in folder.rglob("*.py"):
                for module, names in _FROM.findall(path.read_bytes()):
                    origin = module.decode(errors="replace")
                    for name in _BYTE_WORD.findall(names):
                        found.setdefault((origin.rpartition(".")[2], name.decode()), set()).add((path, origin))
            self._taken[folder] = found
        return self._taken[folder]

    def told_in_place(self, folder: Path) -> frozenset[tuple[Path, str]]:
        """The names that files of a package call with `inplace=True`, with the file."""
        if folder not in self._told:
            found: set[tuple[Path, str]] = set()
            for path in folder.rglob("*.py"):
                data = path.read_bytes()
                names = (_called_around(data, match.start()) for match in _TOLD_IN_PLACE.finditer(data))
                found.update((path, name) for name in names if name)
            self._told[folder] = frozenset(found)
        return self._told[folder]

    def readers(self, folder: Path, name: str, below: bool) -> tuple[Path, ...]:
        """Up to two files of a folder, and of those below it, that speak of a name."""
        key = (folder, name)
        if key not in self._readers:
            wanted, part = re.compile(rb"\b" + re.escape(name.encode()) + rb"\b"), name.encode()
            paths = folder.rglob("*.py") if below else folder.glob("*.py")
            found = (path for path in paths if part in (data := path.read_bytes()) and wanted.search(data))
            self._readers[key] = tuple(islice(found, 2))
        return self._readers[key]


def _candidates(folder: Path, parts: tuple[str, ...]) -> tuple[Path, ...]:
    """The files that a module below a folder may be."""
    place = folder.joinpath(*parts)
    package = place / "__init__.py"
    return (place.with_name(f"{place.name}.py"), package) if parts else (package,)


def _called_around(data: bytes, place: int) -> str:
    """What is called with the argument at a place: `Act(x, inplace=True)`, `partial(nn.ReLU, inplace=True)`."""
    depth = 0
    for bracket in reversed([match for match in _BRACKET.finditer(data, max(0, place - _CALL), place)]):
        depth += 1 if bracket[0] == b")" else -1
        if depth < 0:
            name = _CALLED.search(data, max(0, bracket.start() - _NAME), bracket.start())
            if name is not None and name[1] == b"partial":
                name = _FIRST_ARGUMENT.match(data, bracket.start())
            return "" if name is None else name[1].decode(errors="replace")
    return ""


def _parsed(path: Path) -> ast.Module | None:
    try:
        return parse(decode(path.read_bytes()).text)
    except (OSError, DecodeError, ParseError):
        return None


class Neighbours:
    """The files around one file."""

    def __init__(self, path: Path, files: Files) -> None:
        self.path = path
        self.files = files
        self._meanings: dict[str, Origin | str | None] = {}
        self._modes: dict[str, ModeUse] = {}
        self._serves_torch: bool | None = None
        self._stars: dict[str, Mapping[str, str]] = {}
        self._found: dict[str, tuple[Path, str] | None] = {}

    def imported(self, name: str) -> str | None:
        """The name outside of the package that a name imported from a neighbour stands for: `.compat.F` may be
        `torch.nn.functional`. None when it is the neighbour's own, or cannot be found."""
        found = self._meaning(name)
        return found if isinstance(found, str) else None

    def keeps(self, name: str) -> bool:
        """Whether a neighbour binds a name that stands for something outside whatever becomes of its own imports."""
        return self._keeps(self.path, name, _DEPTH)

    def _keeps(self, at: Path, name: str, depth: int) -> bool:
        level = len(name) - len(name.lstrip("."))
        module, _, last = name[level:].rpartition(".")
        path = self._located(at, "." * level + module)
        there = self.files.outline(path) if path is not None and depth else None
        if path is None or there is None:
            return False
        if last in there.second:
            return True
        return last in there.imports and self._keeps(path, there.imports[last], depth - 1)

    def star(self, module: str) -> Mapping[str, str]:
        """What `from module import *` brings in from outside of the package: local name → qualified name."""
        return {local: name for local, name in self._starred_names(module).items() if name}

    def star_names(self, module: str) -> frozenset[str]:
        """Every name `from module import *` binds, as far as files are found."""
        return frozenset(self._starred_names(module))

    def _starred_names(self, module: str) -> Mapping[str, str]:
        """Every name that `from module import *` binds; "" stands for what the package defines itself."""
        if module not in self._stars:
            found: dict[str, str] = {}
            self._star(self.path, module, found, _DEPTH, set())
            self._stars[module] = found
        return self._stars[module]

    def bases(self, name: str) -> tuple[str, ...] | None:
        """The classes outside of the package that a class of a neighbour derives from, directly or not.

        None when the name is no class of a neighbour, or one of its bases cannot be found.
        """
        found = self._meaning(name)
        return self._bases(found, _DEPTH) if isinstance(found, Origin) else None

    def buffers(self, name: str) -> dict[str, bool]:
        """The buffers that a class of a neighbour registers, or one of its bases; whether checkpoints keep them."""
        found = self._meaning(name)
        return self._buffers(found, _DEPTH) if isinstance(found, Origin) else {}

    def attribute(self, name: str, attr: str) -> str | None:
        """The class outside of the package whose instance is an attribute of a neighbour's class, made there or in
        one of its bases; None when that cannot be told."""
        found = self._meaning(name)
        return self._attribute(found, attr, _DEPTH) if isinstance(found, Origin) else None

    def promise(self, name: str) -> Promise | None:
        """What a function of a neighbour promises to return; a name with the name of a method of a class after it asks
        for that of the method, inherited ones included."""
        found = self._meaning(name)
        if isinstance(found, Origin):
            return self._promise(found, found.name)
        owner, _, method = name.rpartition(".")
        origin = self._meaning(owner) if owner else None
        return self._method_promise(origin, method, _DEPTH) if isinstance(origin, Origin) else None

    def _promise(self, origin: Origin, name: str) -> Promise | None:
        there = self.files.outline(origin.path)
        text = None if there is None else there.returns.get(name)
        if there is None or text is None:
            return None

        def meaning(text: str) -> str | None:
            found = self._named(origin.path, there, text, _DEPTH)
            return found if isinstance(found, str) else None

        return Promise(ast.parse(text, mode="eval").body, meaning)

    def _method_promise(self, origin: Origin, method: str, depth: int) -> Promise | None:
        found = self._promise(origin, f"{origin.name}.{method}")
        there = self.files.outline(origin.path)
        if found is not None or there is None or depth == 0:
            return found
        for base in there.classes.get(origin.name, ()):
            parent = self._named(origin.path, there, base, depth)
            if isinstance(parent, Origin):
                found = self._method_promise(parent, method, depth - 1)
                if found is not None:
                    return found
        return None

    def function(self, name: str) -> tuple[Path, str] | None:
        """The file that defines a function which an import names, and what it is called there."""
        if name not in self._found:
            self._found[name] = self._function(self.path, name, _DEPTH)
        return self._found[name]

    def seen_from(self, path: Path) -> Neighbours:
        """The files around another file of the package."""
        return Neighbours(path, self.files)

    def _function(self, at: Path, name: str, depth: int) -> tuple[Path, str] | None:
        holder, _, last = name.rpartition(".")
        module = self._located(at, holder if holder.strip(".") else holder + ".") if holder else None
        there = None if module is None else self.files.outline(module)
        if module is None or there is None or depth == 0:
            return None
        if last in there.own:
            return module, last
        if last in there.imports:
            return self._function(module, there.imports[last], depth - 1)
        for path in self._speaking_of(module).get(last, ()) if there.stars else ():
            inner = self.files.outline(path)
            if inner is None or last in inner.own:
                return path, last
            found = self._function(path, inner.imports[last], depth - 1)
            if found is not None:
                return found
        return None

    def _speaking_of(self, path: Path) -> Mapping[str, list[Path]]:
        """The files that define or import each name which `import *` may bring into a file, in the order of a search
        through what stars name."""
        known = self.files.speaking_of
        if path not in known:
            found: dict[str, list[Path]] = {}
            seen: set[Path] = set()
            todo = [path]
            while todo:
                at = todo.pop()
                there = self.files.outline(at)
                if there is None or at in seen:
                    continue
                seen.add(at)
                for name in (*there.own, *(local for local in there.imports if local not in there.own)):
                    found.setdefault(name, []).append(at)
                modules = (self._located(at, star) for star in reversed(there.stars))
                todo.extend(module for module in modules if module is not None)
            known[path] = found
        return known[path]

    def mode(self, name: str) -> ModeUse:
        """What the mode of training means to the objects of a neighbour's class, as the text of its file tells."""
        if name not in self._modes:
            self._modes[name] = self._find_mode(name)
        return self._modes[name]

    def works_in_place(self, path: Path, name: str) -> bool:
        """Whether a definition of a file, or one it names, may change what it is given, as the texts tell."""
        known = self.files.in_place
        if (path, name) not in known:
            seen: set[tuple[Path, str]] = set()
            if not self._works_in_place(path, name, seen):
                known.update(dict.fromkeys(seen, False))
        return known[path, name]

    def _works_in_place(self, path: Path, name: str, seen: set[tuple[Path, str]]) -> bool:
        """The same of those not seen yet. Of other files classes count, which may be layers of this one."""
        place = path, name
        if place in seen or place in self.files.in_place:
            return self.files.in_place.get(place, False)
        seen.add(place)
        there, text = self.files.outline(path), self.files.text(path)
        if there is None:
            return False
        body = definition(text, name) or text
        words = set(_WORD.findall(body))
        found = _WORKS_IN_PLACE.search(body) is not None
        found = found or any(self._works_in_place(path, other, seen) for other in sorted(words & there.own))
        outer = [there.imports[local] for local in sorted(words & there.imports.keys()) if local[:1].isupper()]
        if there.stars:
            others = sorted(word for word in words - there.own - there.imports.keys() if word[:1].isupper())
            outer += [of_module(module, word) for module in there.stars for word in others]
        for further in outer if not found else ():
            of = self._function(path, further, _DEPTH)
            if of is not None and self._works_in_place(*of, seen):
                found = True
                break
        if found:
            self.files.in_place[place] = True
        return found

    def told_in_place(self, name: str) -> bool:
        """Whether another file of the package calls something of this name with `inplace=True`."""
        return any(path != self.path and called == name for path, called in self.files.told_in_place(self._root()))

    def _find_mode(self, name: str) -> ModeUse:
        origin = self._meaning(name)
        if not isinstance(origin, Origin):
            return ModeUse.OPEN
        if _SETS_MODE.search(definition(self.files.text(origin.path), origin.name) or ""):
            return ModeUse.SET
        return ModeUse.OPEN if self._knows_mode(origin.path, origin.name, set()) else ModeUse.NONE

    def _knows_mode(self, path: Path, name: str, seen: set[tuple[Path, str]]) -> bool:
        """Whether a definition, or one it names, names a layer or function that knows modes.

        What is no class or function is taken to be all of its file.
        """
        if (path, name) in seen:
            return False
        seen.add((path, name))
        there = self.files.outline(path)
        body = definition(self.files.text(path), name) if name else None
        text = self.files.text(path) if body is None else body
        if there is None or _KNOWS_MODE.search(text):
            return True
        words = set(_WORD.findall(text))
        if body is not None and any(self._knows_mode(path, other, seen) for other in words & there.own):
            return True
        imported = [there.imports[local] for local in sorted(words & there.imports.keys())]
        return any(self._imports_mode(path, other, seen) for other in (*imported, *there.stars))

    def _imports_mode(self, path: Path, name: str, seen: set[tuple[Path, str]]) -> bool:
        """Whether a name that a file imports knows modes. A layer of another package may; torch's are told by name."""
        module = self._located(path, name)
        if module is not None:
            return self._knows_mode(module, "", seen)
        holder, _, last = name.rpartition(".")
        module = self._located(path, holder if holder.strip(".") else holder + ".") if holder else None
        if module is not None:
            return self._knows_mode(module, last, seen)
        root = name.partition(".")[0]
        return root not in _WITHOUT_MODE and (root != "torch" or _KNOWS_MODE.search(name) is not None)

    @property
    def package(self) -> str:
        """The name of the outermost package that the file is part of; "" where it is in none.

        It is "" in torch too, where names of torch are converted as they are elsewhere.
        """
        folder, name = self.path.parent, ""
        while (folder / "__init__.py").is_file():
            folder, name = folder.parent, folder.name
        return "" if name == "torch" else name

    def has_module(self, name: str) -> bool:
        """Whether a dotted name is a file of the package."""
        return self._located(self.path, name) is not None

    def pass_on(self, name: str) -> bool:
        """Whether another file of the package imports a name from this one."""
        readers = self.files.taken(self._root()).get((self.path.stem, name), set())
        return any(path != self.path and self._file(path, module) in (self.path, None) for path, module in readers)

    def takes(self, name: str) -> bool:
        """Whether another file of the package uses what a name of this one holds, and does not see what that is."""
        there = self.files.outline(self.path)
        return (there is None or name not in there.imports) and self.pass_on(name)

    def serves_torch(self) -> bool:
        """Whether a file of the package that speaks of torch imports this one, or something from it."""
        if self._serves_torch is None:
            own = self.path.parent.name if self.path.stem == "__init__" else self.path.stem
            self._serves_torch = any(
                path != self.path and b"torch" in path.read_bytes()
                for (module, name), places in self.files.taken(self._root()).items()
                if own in (module, name)
                for path, _ in places
            )
        return self._serves_torch

    def reads(self, name: str) -> bool:
        """Whether another file of the package speaks of a name, be it as that of something else."""
        is_package = (self.path.parent / "__init__.py").is_file()
        return any(path != self.path for path in self.files.readers(self._root(), name, is_package))

    def _root(self) -> Path:
        """The folder of the outermost package that the file is part of; its own one where it is in none."""
        folder = self.path.parent
        while (folder / "__init__.py").is_file() and (folder.parent / "__init__.py").is_file():
            folder = folder.parent
        return folder

    # ------------------------------------------------------------------ finding

    def _meaning(self, name: str) -> Origin | str | None:
        """What a qualified name means in this file; each is looked up once."""
        if name not in self._meanings:
            self._meanings[name] = self._resolve(self.path, name, _DEPTH)
        return self._meanings[name]

    def _attribute(self, origin: Origin, attr: str, depth: int) -> str | None:
        there = self.files.outline(origin.path)
        if there is None or depth == 0:
            return None
        made = self.files.attributes(origin.path, origin.name).get(attr)
        if made is not None:
            target = self._named(origin.path, there, made, depth)
            return target if isinstance(target, str) else None
        for base in there.classes.get(origin.name, ()):
            parent = self._named(origin.path, there, base, depth)
            found = self._attribute(parent, attr, depth - 1) if isinstance(parent, Origin) else None
            if found is not None:
                return found
        return None

    def _buffers(self, origin: Origin, depth: int) -> dict[str, bool]:
        there = self.files.outline(origin.path)
        if there is None or depth == 0:
            return {}
        found: dict[str, bool] = {}
        for base in there.classes[origin.name]:
            parent = self._named(origin.path, there, base, depth)
            if isinstance(parent, Origin):
                found |= self._buffers(parent, depth - 1)
        return found | self.files.buffers(origin.path, origin.name)

    def _named(self, at: Path, there: Outline, text: str, depth: int) -> Origin | str | None:
        """What a dotted expression at the top level of a file means."""
        head, _, rest = text.partition(".")
        return self._lookup(at, there, head, rest, depth - 1)

    def _bases(self, origin: Origin, depth: int) -> tuple[str, ...] | None:
        there = self.files.outline(origin.path)
        if there is None or depth == 0 or origin.name not in there.classes:
            return None
        found: list[str] = []
        for base in there.classes[origin.name]:
            target = self._named(origin.path, there, base, depth)
            if target is None and base not in ("object", "Exception"):
                return None
            if isinstance(target, str):
                found.append(target)
            elif target is not None:
                further = self._bases(target, depth - 1)
                if further is None:
                    return None
                found.extend(further)
        return tuple(dict.fromkeys(found))

    def _resolve(self, at: Path, name: str, depth: int) -> Origin | str | None:
        """What a qualified name means in the file `at`."""
        key = (at, name, depth)
        if key not in self.files.resolved:
            self.files.resolved[key] = self._find(at, name, depth)
        return self.files.resolved[key]

    def _find(self, at: Path, name: str, depth: int) -> Origin | str | None:
        level = len(name) - len(name.lstrip("."))
        parts = tuple(name[level:].split("."))
        if depth == 0:
            return None
        for folder in self.files.roots(at, level):
            for cut in range(len(parts), -1, -1):
                path = self.files.module(folder, parts[:cut])
                there = self.files.outline(path) if path is not None else None
                if path is None or there is None or (cut == 0 and not level):
                    continue
                if cut == len(parts):
                    return None
                return self._lookup(path, there, parts[cut], ".".join(parts[cut + 1 :]), depth - 1)
        return None if level else name

    def _lookup(self, at: Path, there: Outline, head: str, rest: str, depth: int) -> Origin | str | None:
        if head in there.classes or head in there.returns:
            return Origin(at, head) if not rest else None
        if head in there.imports:
            return self._resolve(at, ".".join(filter(None, (there.imports[head], rest))), depth)
        for module in there.stars:
            found = self._starred(at, module, head, depth)
            if isinstance(found, Origin) and not rest:
                return found
            if found and isinstance(found, str):
                return ".".join(filter(None, (found, rest)))
        return None

    def _starred(self, at: Path, module: str, name: str, depth: int) -> Origin | str | None:
        """What a star import brings under a name; "" for something that the package defines itself."""
        path = self._file(at, module)
        if path is None or depth == 0:
            return None
        key = (path, name, depth)
        if key not in self.files.starred:
            self.files.starred[key] = self._passed_on(path, name, depth)
        return self.files.starred[key]

    def _passed_on(self, path: Path, name: str, depth: int) -> Origin | str | None:
        there = self.files.outline(path) if self.files.may_pass_on(path, name) else None
        if there is None:
            return None
        if (name in there.own or name in there.imports) and _is_public(there, name):
            return self._lookup(path, there, name, "", depth - 1) or ""
        for inner in there.stars:
            found = self._starred(path, inner, name, depth - 1)
            if found is not None:
                return found
        return None

    def _star(self, at: Path, module: str, found: dict[str, str], depth: int, seen: set[Path]) -> None:
        """Collect the names a star import brings, "" standing for what the package defines itself."""
        path = self._located(at, module)
        there = self.files.outline(path) if path is not None else None
        if path is None or there is None or depth == 0 or path in seen:
            return
        seen.add(path)
        for local in (*there.own, *there.imports):
            if _is_public(there, local) and local not in found:
                outer = self._lookup(path, there, local, "", depth - 1)
                found[local] = outer if isinstance(outer, str) else ""
        for inner in there.stars:
            self._star(path, inner, found, depth - 1, seen)

    def _file(self, at: Path, module: str) -> Path | None:
        """The file of a module, which is not read."""
        level = len(module) - len(module.lstrip("."))
        parts = tuple(module[level:].split(".")) if module[level:] else ()
        found = (self.files.place(folder, parts) for folder in self.files.roots(at, level))
        return next((path for path in found if path is not None), None)

    def _located(self, at: Path, module: str) -> Path | None:
        level = len(module) - len(module.lstrip("."))
        parts = tuple(module[level:].split(".")) if module[level:] else ()
        found = (self.files.module(folder, parts) for folder in self.files.roots(at, level))
        return next((path for path in found if path is not None), None)


def _is_public(there: Outline, name: str) -> bool:
    """Whether `import *` of a file brings a name."""
    return name in there.public if there.public is not None else not name.startswith("_")


def _roots(at: Path, level: int) -> tuple[Path, ...]:
    """The folders an import of this file is looked up in."""
    folder = at.parent
    if level:
        for _ in range(level - 1):
            folder = folder.parent
        return (folder,)
    top = folder
    while (top / "__init__.py").is_file():
        top = top.parent
    return tuple(dict.fromkeys((top, folder)))
