"""The arguments of layers and functions at their edges: other kinds and values in the examples of the tables."""

from __future__ import annotations

from torch2ms.mapping.schema import Tables


class Arguments:
    """Writes programs of many small cases, each a call with unusual arguments."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    def make(self, seed: int) -> str:
        """The program of a seed."""
        raise NotImplementedError(seed)
