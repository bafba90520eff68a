"""Draw method calls at random from Python packages, for people to label.

    python scripts/draw_method_calls.py NUMBER NAME=FOLDER [NAME=FOLDER ...] [--seed N] [--context LINES]

A call `receiver.method(…)` is drawn when a tensor or a module has a method of that name, whatever the receiver is;
names that an import of the file binds are no receivers. From each folder NUMBER calls are drawn. Printed for each are
the lines around it, and the row for tests/precision/labels.tsv without the version; the last column is to be filled in.
"""

from __future__ import annotations

import argparse
import ast
import random
import warnings
from collections.abc import Iterator
from pathlib import Path

from torch2ms.mapping.load import load_tables
from torch2ms.source.knowledge import Knowledge
from torch2ms.source.members import MODULE_MEMBERS


def main() -> None:
    """Draw and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("number", type=int)
    parser.add_argument("folders", nargs="+", metavar="NAME=FOLDER")
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--context", type=int, default=8, help="lines shown before each call")
    options = parser.parse_args()
    names = Knowledge(load_tables()).tensor_members | MODULE_MEMBERS
    warnings.simplefilter("ignore", SyntaxWarning)
    for spec in options.folders:
        name, _, folder = spec.partition("=")
        found = [
            (path, call)
            for path in sorted(Path(folder).rglob("*.py"))
            for call in method_calls(path.read_text(), names)
        ]
        for path, call in random.Random(options.seed).sample(found, options.number):
            show(name, Path(folder), path, call, options.context)


def method_calls(text: str, names: frozenset[str]) -> Iterator[ast.Call]:
    """The calls of methods of these names on anything an import does not bind, in source order."""
    tree = ast.parse(text)
    imported = {
        alias.asname or alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and is_drawn(node, names, imported)]
    yield from sorted(found, key=lambda node: (node.end_lineno or 0, node.end_col_offset or 0))


def is_drawn(call: ast.Call, names: frozenset[str], imported: set[str]) -> bool:
    """Whether a call is one of a method of these names, and its receiver no imported name."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in names:
        return False
    root = call.func.value
    while isinstance(root, ast.Attribute):
        root = root.value
    return not (isinstance(root, ast.Name) and root.id in imported)


def show(package: str, folder: Path, path: Path, call: ast.Call, context: int) -> None:
    """Print a call with the lines around it, and its row."""
    method = call.func
    assert isinstance(method, ast.Attribute)
    lines = path.read_text().split("\n")
    line = method.end_lineno or 0
    print(f"---- {path}")
    for number in range(max(1, call.lineno - context), (call.end_lineno or line) + 3):
        if number <= len(lines):
            print(f"{'>' if number == line else ' '} {number:5} {lines[number - 1]}")
    column = method.end_col_offset or 0
    print("\t".join([package, str(path.relative_to(folder)), str(line), str(column), method.attr, "?"]))


if __name__ == "__main__":
    main()
