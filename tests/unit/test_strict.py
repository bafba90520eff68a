"""Which types the parameters of MindSpore refuse, as read from `mappings/strict/`."""

from __future__ import annotations

import pytest

from torch2ms.mapping.files import TableError, TableFile
from torch2ms.mapping.load import load_tables
from torch2ms.mapping.strict import read_strict


def table(text: str) -> TableFile:
    return TableFile("mappings/strict/mindspore-1.0.yaml", text.encode())


def test_types_by_parameter() -> None:
    found = read_strict(table("mindspore.nn.LSTM:\n  dropout: {float: int numpy}\n  has_bias: {bool: none}\n"))
    assert found == {"mindspore.nn.LSTM": {"dropout": {"float": {"int", "numpy"}}, "has_bias": {"bool": {"none"}}}}


@pytest.mark.parametrize("types", ["{float: whatever}", "{complex: int}"])
def test_unknown_type(types: str) -> None:
    with pytest.raises(TableError, match="no type that is tried"):
        read_strict(table(f"mindspore.nn.LSTM:\n  dropout: {types}\n"))


def test_names_exist() -> None:
    tables = load_tables()
    for target, parameters in tables.strict.items():
        root, _, name = target.rpartition(".")
        overloads = (tables.helpers[name].signature,) if root == "helper" else tables.mindspore_overloads[target]
        for parameter in parameters:
            taken = any(overload.get(parameter) or overload.takes_any_keyword for overload in overloads)
            assert taken, f"{target}({parameter}=)"
