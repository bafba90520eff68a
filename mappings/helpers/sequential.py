"""A sequence that also runs the Cells added to it one by one."""

from mindspore import nn


class Sequential(nn.SequentialCell):
    """nn.SequentialCell that runs Cells added by name or as attributes, like torch's Sequential."""

    def insert_child_to_cell(self, child_name, child_cell):
        super().insert_child_to_cell(child_name, child_cell)
        self.cell_list = list(self._cells.values())
        self._is_dynamic_name = [True] * len(self.cell_list)
