from mindspore import nn


class Sequential(nn.SequentialCell):
    """nn.SequentialCell that runs Cells added by name or as attributes, like torch's Sequential."""

    name_prefix = ""

    def update_parameters_name(self, prefix="", recurse=True):
        super().update_parameters_name(prefix, recurse)
        self.name_prefix = prefix

    def insert_child_to_cell(self, child_name, child_cell):
        super().insert_child_to_cell(child_name, child_cell)
        child_cell.update_parameters_name(f"{self.name_prefix}{child_name}.")
        self.cell_list = list(self._cells.values())
        self._is_dynamic_name = [True] * len(self.cell_list)

    def append(self, cell):
        self.insert_child_to_cell(str(len(self)), cell)
        return self


def build(n):
    layers = Sequential()
    for i in range(n):
        setattr(layers, f"fc{i}", nn.Dense(3, 3))
        setattr(layers, "relu%d" % i, nn.ReLU())
    return layers


fixed = nn.SequentialCell(nn.Dense(3, 3), nn.ReLU())
