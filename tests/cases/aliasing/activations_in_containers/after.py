from mindspore import nn, ops


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


class OfDict(nn.Cell):
    def __init__(self):
        super().__init__()
        self.a = nn.Dense(4, 4)
        self.b = nn.Dense(4, 4)
        self.acts = ModuleDict({"relu": nn.ReLU(), "none": nn.Identity()})

    def construct(self, x):
        x = self.a(x)
        y = x = self.acts["relu"](x)
        return x + self.b(y)


class AfterDropout(nn.Cell):
    def __init__(self):
        super().__init__()
        self.a = nn.Dense(4, 4)
        self.f = nn.SequentialCell(nn.Dropout(p=0.0), nn.ReLU(), nn.Dense(4, 4))

    def construct(self, x):
        x = self.a(x)
        # TODO(torch2ms): [T2M303] torch changes the tensor in place, and x with it; in MindSpore
        #   only this name changes
        return x + self.f(x)


class Dense(nn.Cell):
    def __init__(self):
        super().__init__()
        self.layers = nn.CellList([nn.Dense(4 * (i + 1), 4) for i in range(3)])
        self.relu = nn.ReLU()

    def construct(self, x):
        features = [x * 1]
        for layer in self.layers:
            y = self.relu(ops.cat(features, 1))
            features.append(layer(y))
        return ops.cat(features, 1)
