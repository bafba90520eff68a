"""A dict of Cells that takes every name and every Cell, and may start empty."""

from mindspore import nn


class ModuleDict(nn.CellDict):
    """nn.CellDict that may hold containers and names that Cell uses itself."""

    name_prefix = ""

    def __init__(self, modules=None):
        super().__init__({} if modules is None else modules)

    def update_parameters_name(self, prefix="", recurse=True):
        super().update_parameters_name(prefix, recurse)
        self.name_prefix = prefix

    def _update_cell_para_name(self, key, cell):
        cell.update_parameters_name(f"{self.name_prefix}{key}.")

    def _validate_key(self, key):
        if not isinstance(key, str) or "." in key or not key:
            raise KeyError(key)

    def _validate_cell_type(self, cell):
        if not isinstance(cell, nn.Cell):
            raise TypeError(f"{cell!r} is not a Cell")
