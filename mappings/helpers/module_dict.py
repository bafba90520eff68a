"""A dict of Cells that takes every name and every Cell."""

from mindspore import nn


class ModuleDict(nn.CellDict):
    """nn.CellDict that may hold containers and names that Cell uses itself."""

    def __init__(self, modules=None):
        super().__init__({} if modules is None else modules)

    def _validate_key(self, key):
        if not isinstance(key, str) or "." in key or not key:
            raise KeyError(key)

    def _validate_cell_type(self, cell):
        if not isinstance(cell, nn.Cell):
            raise TypeError(f"{cell!r} is not a Cell")
