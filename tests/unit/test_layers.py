"""Which module may import which: no circle, and no import from a lower layer of one above it.

All imports count: those inside functions and those under TYPE_CHECKING as well.
"""

from __future__ import annotations

import ast
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

import torch2ms

# From the lowest to the highest. A module belongs where the longest prefix of its name stands, and may import what is
# in its own layer or in one below.
LAYERS = (
    # What everything may use.
    ("version", "codes", "atomic", "git"),
    ("source.text", "source.parse", "source.kinds", "source.parents"),
    ("model",),
    # The tables, and what a source means by them.
    ("mapping",),
    ("source.members", "source.cell_names", "source.outlines", "source.input_changes"),
    ("source.knowledge", "source.neighbours"),
    ("source.facts",),
    ("source.syntax",),
    ("source.values",),
    ("source.evidence",),
    ("source.state",),
    ("source.unknowns",),
    ("source.lookup",),
    ("source.results", "source.narrowing"),
    ("source.evaluate",),
    ("source.infer",),
    # The conversion of one file.
    ("rewrite.analysis", "rewrite.plan", "rewrite.template_names", "rewrite.unchanged"),
    (
        "rewrite.rows",
        "rewrite.argument_types",
        "rewrite.output",
        "rewrite.imports",
        "rewrite.helper_names",
        "rewrite.survival",
        "rewrite.layer_places",
        "rewrite.inplace_flags",
        "rewrite.called_layers",
        "rewrite.changed_later",
        "rewrite.effects",
        "rewrite.other_layers",
        "rewrite.elements",
        "rewrite.dtype_tables",
        "rewrite.dtype_uses",
        "rewrite.dtype_calls",
        "rewrite.dtype_lists",
        "rewrite.dtypes",
    ),
    ("rewrite.draft", "rewrite.emptied"),
    ("rewrite.context",),
    ("rewrite.rules.shared",),
    (
        *("rewrite.rules", "rewrite.sites", "rewrite.moved_imports", "rewrite.left", "rewrite.comments"),
        "rewrite.doubts",
    ),
    ("rewrite.registry",),
    ("rewrite.by_row", "rewrite.by_value", "rewrite.same"),
    ("rewrite.pipeline",),
    # Many files; what is said of them; their weights; their models run.
    ("walk",),
    ("project",),
    ("writing",),
    ("api",),
    ("",),  # the package itself, which passes on what is in api
    ("report",),
    ("weights",),
    ("verify",),
    ("report.verify",),
    # The command line.
    ("commands.choices",),
    ("commands.terminal",),
    ("commands.tables", "commands.frameworks"),
    ("commands",),
    ("cli",),
    ("__main__",),
)
# Packages that only hold modules: they import nothing, and nothing is imported from them.
HOLDERS = (
    *("commands", "mapping", "report", "rewrite", "rewrite.analysis", "rewrite.output", "rewrite.rows", "source"),
    "writing",
)
# Where an import may stand inside a function: the command line imports what a command needs when it is run, and
# `import torch2ms` stays light.
LATE = ("cli", "")


@dataclass(frozen=True)
class Import:
    """A module imports another one, both without the name of the package. `late`: inside a function."""

    module: str
    imported: str
    line: int
    late: bool


def find_modules(root: Path) -> dict[str, Path]:
    """The modules of a package by their names below it; the package itself is "", a package below it its own name.

    A folder without `__init__.py` is no package: an installed torch2ms has the tables in one, with their helpers.
    """
    found = {}
    for path in sorted(root.rglob("*.py")):
        if not (path.parent / "__init__.py").exists():
            continue
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def find_imports(root: Path) -> list[Import]:
    """Every import of one module of a package by another."""
    modules = find_modules(root)
    found = []
    for module, path in modules.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        late = {
            inner
            for node in ast.walk(tree)
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            for inner in ast.walk(node)
        }
        package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        for node in ast.walk(tree):
            for name in names_imported(node, f"{root.name}.{package}".rstrip(".")):
                target = as_module(name, root.name, modules)
                if target is not None and target != module:
                    found.append(Import(module, target, node.lineno, node in late))
    return found


def names_imported(node: ast.AST, package: str) -> Iterator[str]:
    """The full names a statement imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
        module = ".".join([*above, *filter(None, [node.module])])
        yield from (f"{module}.{alias.name}" for alias in node.names)


def as_module(name: str, root: str, modules: Mapping[str, Path]) -> str | None:
    """The module a full name is, or is in."""
    parts = name.split(".")
    if parts[0] != root:
        return None
    return next(short for end in range(len(parts), 0, -1) if (short := ".".join(parts[1:end])) in modules)


def find_circle(imports: Sequence[Import]) -> list[str]:
    """The shortest way along imports from a module back to itself; nothing if there is none."""
    graph: dict[str, list[str]] = {}
    for found in imports:
        graph.setdefault(found.module, []).append(found.imported)
    circles = [circle for start in sorted(graph) if (circle := way_back(start, graph))]
    return min(circles, key=len, default=[])


def way_back(start: str, graph: Mapping[str, Sequence[str]]) -> list[str]:
    """The shortest way from a module to itself."""
    came_from: dict[str, str] = {}
    todo = deque([start])
    while todo:
        module = todo.popleft()
        for after in graph.get(module, ()):
            if after == start:
                way = [module]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return [*reversed(way), start]
            if after not in came_from:
                came_from[after] = module
                todo.append(after)
    return []


def layer(module: str) -> int:
    """The layer of a module. Raises LookupError if it has none."""
    fitting = [
        (len(prefix), index)
        for index, prefixes in enumerate(LAYERS)
        for prefix in prefixes
        if module == prefix or (prefix and module.startswith(f"{prefix}."))
    ]
    if not fitting:
        raise LookupError(f"torch2ms.{module} belongs to no layer: say in LAYERS what it may import")
    return max(fitting)[1]


def shown(module: str) -> str:
    return f"{f'torch2ms.{module}'.rstrip('.')} ({' · '.join(LAYERS[layer(module)]) or 'the package'})"


def arrows_up(imports: Sequence[Import]) -> list[str]:
    """Imports from a layer of one above it."""
    return [
        f"{shown(found.module)} imports {shown(found.imported)} in line {found.line}"
        for found in imports
        if layer(found.imported) > layer(found.module)
    ]


@pytest.fixture(scope="module")
def imports() -> list[Import]:
    return find_imports(Path(torch2ms.__file__).parent)


def test_no_circle(imports: list[Import]) -> None:
    assert len(imports) > 300
    assert " → ".join(find_circle(imports)) == ""


def test_no_arrow_back_up(imports: list[Import]) -> None:
    assert arrows_up(imports) == []


def test_every_module_has_a_layer_and_every_layer_a_module() -> None:
    modules = set(find_modules(Path(torch2ms.__file__).parent)) - set(HOLDERS)
    taken = {layer(module) for module in modules}
    assert taken == set(range(len(LAYERS)))


def test_a_folder_that_is_no_package_holds_no_modules(tmp_path: Path) -> None:
    planted(tmp_path, a="import planted.tables.helper", tables__in__helper="import planted.a")
    assert sorted(find_modules(tmp_path / "planted")) == ["", "a"]


def test_imports_stand_on_top(imports: list[Import]) -> None:
    late = [i for i in imports if i.late and i.module not in LATE]
    assert [f"torch2ms.{i.module} imports torch2ms.{i.imported} inside a function, line {i.line}" for i in late] == []


def test_only_the_command_line_knows_typer() -> None:
    modules = find_modules(Path(torch2ms.__file__).parent)
    using = [name for name, path in modules.items() if re.search(r"\btyper\b", path.read_text(encoding="utf-8"))]
    assert using == ["cli"]


# What would be found


def planted(root: Path, **files: str) -> list[Import]:
    for name, text in {"__init__": "", **files}.items():
        path = root / "planted" / f"{name.replace('__in__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return find_imports(root / "planted")


@pytest.mark.parametrize(
    "back",
    [
        "from planted.a import x",
        "import planted.a",
        "from planted import a",
        "from . import a",
        "from .a import x",
        "def f():\n    from planted.a import x",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from planted.a import x",
        "try:\n    from planted.a import x\nexcept ImportError:\n    pass",
    ],
)
def test_a_planted_circle_is_found(tmp_path: Path, back: str) -> None:
    found = planted(tmp_path, a="from planted.b import y", b="import planted.c as c", c=back, d="import planted.a")
    assert find_circle(found) == ["a", "b", "c", "a"]


def test_the_shortest_circle_is_shown(tmp_path: Path) -> None:
    found = planted(
        tmp_path, a="from planted import b", b="from planted import c, d", c="import planted.b", d="import planted.a"
    )
    assert find_circle(found) == ["b", "c", "b"]


def test_a_circle_through_a_package(tmp_path: Path) -> None:
    found = planted(tmp_path, inner__in____init__="from planted import a", a="from planted.inner import x")
    assert find_circle(found) == ["a", "inner", "a"]


def test_no_circle_is_seen_where_none_is(tmp_path: Path) -> None:
    found = planted(
        tmp_path, a="from planted import b, c\nimport os", b="from planted import c", c="import ast\nfrom . import x"
    )
    assert [(i.module, i.imported) for i in found] == [("a", "b"), ("a", "c"), ("b", "c"), ("c", "")]
    assert find_circle(found) == []


def test_an_arrow_up_is_named() -> None:
    found = [Import("source.infer", "rewrite.context", 7, False), Import("rewrite.context", "source.infer", 3, False)]
    assert arrows_up(found) == [
        "torch2ms.source.infer (source.infer) imports torch2ms.rewrite.context (rewrite.context) in line 7"
    ]


def test_a_late_import_is_seen(tmp_path: Path) -> None:
    found = planted(tmp_path, a="import planted.b\nclass C:\n    def f(self):\n        import planted.c", b="", c="")
    assert [(i.imported, i.line, i.late) for i in found] == [("b", 1, False), ("c", 4, True)]


def test_a_module_without_a_layer_is_named() -> None:
    with pytest.raises(LookupError, match=r"torch2ms\.rewrite\.new belongs to no layer"):
        layer("rewrite.new")
