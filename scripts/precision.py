"""How many method calls of real code the analysis takes for a tensor's or a module's, and how many of those are.

    python scripts/precision.py NAME=FOLDER [NAME=FOLDER ...] [--list]

tests/precision/labels.tsv holds method calls that were drawn at random (scripts/draw_method_calls.py), each with what
its receiver is, as a person who read the code says: tensor, module, optimizer, `own` (a child or a method of a module
that is not torch's: `self.norm(x)`), or other. FOLDER holds a package NAME of the version that the table says. Printed
is the share of what the analysis takes for a tensor or a module that is one, and the share of the tensors and modules
that it finds.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from torch2ms.mapping.load import load_tables
from torch2ms.mapping.namespaces import is_torch
from torch2ms.source import kinds as k
from torch2ms.source.facts import Facts
from torch2ms.source.infer import Inference
from torch2ms.source.knowledge import Knowledge
from torch2ms.source.members import MODULE_MEMBERS
from torch2ms.source.neighbours import Files, Neighbours
from torch2ms.source.parse import parse
from torch2ms.source.text import decode

LABELS = Path(__file__).resolve().parent.parent / "tests" / "precision" / "labels.tsv"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A method call that was drawn: where the name of the method ends, and what its receiver is."""

    package: str
    version: str
    file: str
    line: int
    column: int
    method: str
    label: str


@dataclass(slots=True)
class Score:
    """What became of the labelled calls."""

    right: int = 0
    """Taken for a tensor, a module or an optimizer, and one."""
    wrong: int = 0
    missed: int = 0
    left: int = 0

    def __str__(self) -> str:
        taken, there = self.right + self.wrong, self.right + self.missed
        return (
            f"{self.right} of {taken} taken for torch's are ({100 * self.right / max(taken, 1):.1f} %), "
            f"{self.right} of {there} are found ({100 * self.right / max(there, 1):.1f} %), {self.left} others are left"
        )


def read_labels(path: Path = LABELS) -> list[Drawn]:
    """The table, in its order."""
    rows = [line.split("\t") for line in path.read_text().splitlines() if not line.startswith("#")]
    return [
        Drawn(p, version, file, int(line), int(col), method, label)
        for p, version, file, line, col, method, label in rows
    ]


def main() -> int:
    """Score the calls of the packages that are given; 1 when a call is not where the table says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", metavar="NAME=FOLDER")
    parser.add_argument("--list", action="store_true", help="print what is wrong or missed")
    options = parser.parse_args()
    know = Knowledge(load_tables())
    total, labels, lost = Score(), read_labels(), 0
    for spec in options.folders:
        name, _, folder = spec.partition("=")
        score = Score()
        for drawn, taken in judged([d for d in labels if d.package == name], Path(folder), know):
            if taken is None:
                lost += 1
                print(f"{drawn.file}:{drawn.line}: no call of .{drawn.method}() here", file=sys.stderr)
                continue
            said = count(score, drawn, taken)
            count(total, drawn, taken)
            if options.list and said in ("wrong", "missed"):
                print(f"{said}: {drawn.file}:{drawn.line} .{drawn.method}() of a {drawn.label}")
        print(f"{name}: {score}")
    print(f"all: {total}")
    return 1 if lost else 0


def count(score: Score, drawn: Drawn, taken: bool) -> str:
    """Count a call; as what."""
    torchs = drawn.label in ("tensor", "module", "optimizer")
    said = ("right" if torchs else "wrong") if taken else ("missed" if torchs else "left")
    setattr(score, said, getattr(score, said) + 1)
    return said


def judged(calls: Iterable[Drawn], folder: Path, know: Knowledge) -> Iterable[tuple[Drawn, bool | None]]:
    """Each call with whether the analysis takes its receiver for torch's; None when there is no such call."""
    files = Files()
    facts: dict[str, Facts] = {}
    for drawn in calls:
        if drawn.file not in facts:
            path = folder / drawn.file
            tree = parse(decode(path.read_bytes()).text)
            facts[drawn.file] = Inference(tree, know, Neighbours(path, files)).run()
        node = find(facts[drawn.file].tree, drawn)
        yield drawn, None if node is None else is_taken(facts[drawn.file], node, know)


def find(tree: ast.Module, drawn: Drawn) -> ast.Attribute | None:
    """The method in the tree of its file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and (node.end_lineno, node.end_col_offset) == (drawn.line, drawn.column):
            return node if node.attr == drawn.method else None
    return None


def is_taken(facts: Facts, node: ast.Attribute, know: Knowledge) -> bool:
    """Whether a method is taken for one of torch's."""
    kind = k.settle(facts.attributes.get(node, k.UNKNOWN))
    if kind in k.TENSORS:
        return node.attr in know.tensor_members
    if isinstance(kind, k.Module):
        own = any(
            isinstance(cls, k.ClassInfo) and (cls.attr(node.attr) is not None or cls.method(node.attr) is not None)
            for cls in kind.classes
        )
        return node.attr in MODULE_MEMBERS and (node.attr == "forward" or not own)
    return isinstance(kind, k.Instance) and isinstance(kind.cls, str) and is_torch(kind.cls)


if __name__ == "__main__":
    sys.exit(main())
