"""Which types the parameters of MindSpore refuse: `mappings/strict/mindspore-<version>.yaml`.

It is found by trial, by `scripts/strict_arguments.py`. A parameter has an entry for each type that it takes: with
`float: int numpy`, in the place of a float it takes neither an int nor a number of NumPy's.
"""

from __future__ import annotations

from pathlib import Path

from torch2ms.mapping.files import TableError, TableFile
from torch2ms.mapping.nodes import entries_of, read_yaml, text_of

FOLDER = "strict"
TAKEN = ("bool", "int", "float", "tuple", "list", "Tensor")
REFUSED = ("int", "float", "none", "numpy", "tensor", "tuple", "list", "int32", "int64")


def strict_file(root: Path, signatures: Path | None) -> Path | None:
    """The file for the version whose signatures are read; None where nothing was tried of it."""
    if signatures is None:
        return None
    path = root / FOLDER / f"{signatures.stem}.yaml"
    return path if path.is_file() else None


def is_strict_file(file: TableFile) -> bool:
    """Whether a file of the tables is one of these."""
    return not file.extra and f"/{FOLDER}/" in file.label


def read_strict(file: TableFile) -> dict[str, dict[str, dict[str, frozenset[str]]]]:
    """Target, parameter and the type taken to the types refused. Raises TableError."""
    found: dict[str, dict[str, dict[str, frozenset[str]]]] = {}
    for target, parameters in read_yaml(file).items.items():
        for parameter, types in entries_of(parameters):
            for taken, refused in entries_of(types):
                names = frozenset(text_of(refused).split())
                unknown = sorted({taken} - {*TAKEN}) + sorted(names - {*REFUSED})
                if unknown:
                    raise TableError(file.label, refused.line, f"no type that is tried: {', '.join(unknown)}")
                found.setdefault(target, {}).setdefault(parameter, {})[taken] = names
    return found
