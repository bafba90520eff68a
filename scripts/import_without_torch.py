"""Whether converted packages import where MindSpore is installed and torch is not.

    python scripts/import_without_torch.py FOLDER [--show N] [--only GLOB]

FOLDER holds converted packages beside each other (`torch2ms convert SITE/timm -o FOLDER/timm`), so that one may import
another. Each package gets a process, in which torch, torchaudio and torchtext are not to be found, and neither is
torchvision unless FOLDER holds it. Other packages that are missing are stubs, of which every attribute exists. All
modules of a package are imported one after the other. Prints the share that imports, and what stands in the way of the
others: the error, and the innermost place of FOLDER it was raised at, with the number of modules that end there.
A stub has the version that the metadata of a package in FOLDER (`timm-1.0.dist-info`) asks for at least.
Exit code 1 when less than 95 % of the modules import.
"""

from __future__ import annotations

import argparse
import contextlib
import fnmatch
import importlib
import importlib.abc
import importlib.machinery
import importlib.metadata
import importlib.util
import io
import json
import os
import re
import subprocess
import sys
import traceback
import types
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

TORCH = ("torch", "torchaudio", "torchtext", "torchvision")
GOAL = 0.95
# What a package asks for to see which framework is there: a stub would be a wrong answer.
NOT_STUBBED = ("_", "flax", "jax", "tensorflow", "functorch", "torch_xla", "torch_npu", "sphinx", "pytest")


ANY_DISTRIBUTION = importlib.metadata.DistributionFinder.Context()


class Stub(types.ModuleType):
    """A module that is not installed: every name of it exists, as a class that anything can be done with."""

    __version__ = "99.0"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__: list[str] = []

    def __getattr__(self, name: str) -> type:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        made = _Anything(name, (), {"__module__": self.__name__})
        setattr(self, name, made)
        return made


class _Anything(type):
    """A class that gives itself for each attribute, item and call, so that it can stand for whatever is imported."""

    def __getattr__(cls, name: str) -> type:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return _Anything(name, (), {})

    def __call__(cls, *args: object, **kwargs: object) -> object:
        if len(args) == 1 and not kwargs and isinstance(args[0], (types.FunctionType, type)):
            return args[0]  # a decorator
        return _Anything(cls.__name__, (), {}) if cls.__bases__ == (object,) else super().__call__(*args, **kwargs)

    def __fspath__(cls) -> str:
        return cls.__name__

    def __getitem__(cls, key: object) -> type:
        return cls

    def __or__(cls, other: object) -> Any:
        return cls

    def __ror__(cls, other: object) -> Any:
        return cls

    def __iter__(cls) -> Iterator[object]:
        return iter(())


class StubDistribution(importlib.metadata.Distribution):
    """The metadata of a package that is not installed: a name and a version."""

    def __init__(self, name: str, version: str) -> None:
        self.text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"

    def read_text(self, filename: str) -> str | None:
        """The only file there is."""
        return self.text if filename == "METADATA" else None

    def locate_file(self, path: str | os.PathLike[str]) -> Path:
        """Where a file would be."""
        return Path(path)


class StubFinder(importlib.metadata.DistributionFinder, importlib.abc.Loader):
    """Finds what no other finder has found."""

    def __init__(self, own: Sequence[str], versions: Mapping[str, str]) -> None:
        self.own = set(own)
        self.versions = versions
        self.without = {*own, *TORCH, *sys.stdlib_module_names}

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """A stub, for any package but those that are there and those that must not be."""
        root = name.partition(".")[0]
        parent = sys.modules.get(name.rpartition(".")[0])
        if (
            root in self.without
            or root.startswith(NOT_STUBBED)
            or (parent is not None and not isinstance(parent, Stub))
        ):
            return None
        caller: types.FrameType | None = sys._getframe(1)
        while caller is not None and caller.f_globals.get("__name__", "").startswith("importlib._bootstrap"):
            caller = caller.f_back
        asked_by = "" if caller is None else caller.f_globals.get("__name__", "")
        if asked_by == "importlib.util":
            return None  # only asked whether it is installed
        if asked_by.partition(".")[0] not in self.own and not isinstance(sys.modules.get(asked_by), Stub):
            return None  # a package that is installed finds what it needs
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def find_distributions(
        self, context: importlib.metadata.DistributionFinder.Context = ANY_DISTRIBUTION
    ) -> Iterable[importlib.metadata.Distribution]:
        """The metadata of a stub: a package may test the versions of what it needs."""
        name = context.name
        if name is None or name in self.without or name.replace("-", "_").startswith(NOT_STUBBED):
            return ()
        return (StubDistribution(name, self.versions.get(plain(name), Stub.__version__)),)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """The stub."""
        return Stub(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing is left to do."""


def without(names: Sequence[str]) -> None:
    """Let the finders of this process find neither these packages nor their metadata."""

    class Finder(importlib.machinery.PathFinder):
        """The finder of installed modules, but for some."""

        @classmethod
        def find_spec(
            cls, fullname: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
        ) -> importlib.machinery.ModuleSpec | None:
            """As Python's own."""
            if fullname.partition(".")[0] in names:
                return None
            return super().find_spec(fullname, path, target)

        @classmethod
        def find_distributions(
            cls, context: importlib.metadata.DistributionFinder.Context = ANY_DISTRIBUTION
        ) -> Iterable[importlib.metadata.PathDistribution]:
            """As Python's own."""
            return () if context.name in names else super().find_distributions(context)

    sys.meta_path[:] = [Finder if finder is importlib.machinery.PathFinder else finder for finder in sys.meta_path]


def import_all(folder: Path, package: str, only: str) -> list[tuple[str, str, str]]:
    """Import the modules of a package: the name of each, the error (or ""), and the place it was raised at."""
    importlib.import_module("mindspore")  # first: nothing of a package may be in its way

    own = [path.name for path in packages(folder)]
    sys.path.insert(0, str(folder))
    without([name for name in TORCH if name not in own])
    sys.meta_path.append(StubFinder(own, asked_for(folder)))
    found: list[tuple[str, str, str]] = []
    failed: dict[str, tuple[str, str]] = {}
    for name in modules(folder / package):
        if not fnmatch.fnmatchcase(name, only):
            continue
        above = next((failed[part] for part in packages_of(name) if part in failed), None)
        if above is None:
            try:
                with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                    importlib.import_module(name)
                found.append((name, "", ""))
                continue
            except BaseException as error:  # SystemExit as well: a script that parses its arguments
                message = " ".join(f"{type(error).__name__}: {error}".split())[:160]
                above = failed[name] = (message, place(error, folder))
        found.append((name, *above))
    return found


def packages(folder: Path) -> list[Path]:
    """The packages in a folder."""
    return sorted(path for path in folder.iterdir() if path.is_dir() and path.suffix != ".dist-info")


def plain(name: str) -> str:
    """The name of a package, as all its spellings have it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def asked_for(folder: Path) -> dict[str, str]:
    """The lowest versions that the packages of a folder ask for, by the name of what they need."""
    found: dict[str, str] = {}
    for path in folder.glob("*.dist-info/METADATA"):
        for line in path.read_text(encoding="utf-8").splitlines():
            asked = re.match(r"Requires-Dist: ([\w.-]+).*?[>=]=\s*([\w.]+)", line.partition(";")[0])
            if asked is not None:
                found.setdefault(plain(asked[1]), asked[2])
    return found


def packages_of(name: str) -> Iterator[str]:
    """The packages that are imported before a module is."""
    parts = name.split(".")
    for count in range(1, len(parts)):
        yield ".".join(parts[:count])


def place(error: BaseException, folder: Path) -> str:
    """The innermost line of a folder that an error came through."""
    inside = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).is_relative_to(folder)]
    if not inside:
        return ""
    frame = inside[-1]
    return f"{Path(frame.filename).relative_to(folder)}:{frame.lineno}: {(frame.line or '')[:100]}"


def modules(package: Path) -> Iterator[str]:
    """The modules of a package, itself first; those are left out that are run and not imported."""
    for path in sorted(package.rglob("*.py"), key=lambda path: (path.parent, path.name != "__init__.py", path.name)):
        parts = path.relative_to(package.parent).with_suffix("").parts
        if path.name != "__main__.py" and all(part.isidentifier() for part in parts):
            yield ".".join(parts[:-1] if path.name == "__init__.py" else parts)


def main() -> int:
    """Run the trial."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", type=int, default=12, help="how many reasons to show of each package")
    parser.add_argument("--only", default="*", help="a glob of module names")
    parser.add_argument("--package", help=argparse.SUPPRESS)  # what the process of a package is told
    options = parser.parse_args()
    folder = options.folder.resolve()
    if options.package:
        warnings.simplefilter("ignore")
        found = import_all(folder, options.package, options.only)
        print(json.dumps(found))
        sys.stdout.flush()
        os._exit(0)  # threads that a module has started are not waited for
    total = good = 0
    for package in (path.name for path in packages(folder)):
        command = [sys.executable, __file__, str(folder), "--package", package, "--only", options.only]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if not done.stdout:
            print(f"{package}: {done.stderr.strip().splitlines()[-1:]}")
            return 1
        results = json.loads(done.stdout.splitlines()[-1])
        imported = sum(not error for _, error, _ in results)
        total, good = total + len(results), good + imported
        print(f"{package}: {imported} of {len(results)} modules import ({imported / max(len(results), 1):.1%})")
        reasons = Counter((error, where) for _, error, where in results if error)
        for (error, where), count in reasons.most_common(options.show):
            print(f"  {count:5} {error}\n        {where}")
    print(f"all: {good} of {total} modules import ({good / max(total, 1):.1%})")
    return 0 if total and good / total >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
