from mindspore import nn, ops


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


class ByName(nn.Cell):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()
        for i in range(2):
            setattr(self, f"act{i}", nn.ReLU())
            setattr(self, "last%d" % i, nn.LeakyReLU(0.5))

    def construct(self, x):
        keep = x
        y = keep = x = getattr(self, "act")(x)
        z = x * 2
        kept = z
        w = kept = getattr(self, f"act{0}")(z)
        last = w - 1
        same = last
        v = same = getattr(self, "last%d" % 1)(last)
        return y + keep, w + kept, v + same


class OfChildren(nn.Cell):
    def __init__(self):
        super().__init__()
        self.body = nn.SequentialCell(nn.ReLU(), nn.Identity())

    def construct(self, x):
        y = x
        for layer in self.body.cells():
            y = x = layer(y)
        z = x = x * 3
        for layer in self.body._cells.values():
            z = x = layer(z)
        return y, z + x


class FirstOnly(nn.Cell):
    # The first layer makes something new: x stays.
    def __init__(self):
        super().__init__()
        self.layers = nn.CellList([nn.Dense(3, 3), nn.ReLU()])

    def construct(self, x):
        keep = x
        for layer in self.layers:
            x = layer(x)
        return x + keep


class Collected(nn.Cell):
    # The list holds what the next layer changes.
    def __init__(self):
        super().__init__()
        self.layers = nn.CellList([nn.Dense(3, 3), nn.ReLU()])

    def construct(self, x):
        outs = []
        for layer in self.layers:
            # TODO(torch2ms): [T2M303] torch changes the tensor in place, and what outs holds with
            #   it; in MindSpore only this name changes
            x = layer(x)
            outs.append(x)
        return outs[0]


class AddedByName(nn.Cell):
    def __init__(self):
        super().__init__()
        self.body = Sequential()
        self.body.act = nn.ReLU()
        self.body.lin = nn.Dense(3, 3)

    def construct(self, x):
        # TODO(torch2ms): [T2M303] torch changes the tensor in place, and x with it; in MindSpore
        #   only this name changes
        return self.body(x) + x


def block():
    made = Sequential()
    made.act = nn.ReLU()
    return made


class MadeByFunction(nn.Cell):
    def __init__(self):
        super().__init__()
        self.body = block()

    def construct(self, x):
        # TODO(torch2ms): [T2M303] torch changes the tensor in place, and x with it; in MindSpore
        #   only this name changes
        return self.body(x) + x


class OfOthers(nn.Cell):
    def __init__(self):
        super().__init__()
        base = nn.SequentialCell(nn.ReLU(), nn.Hardtanh(-1, 1))
        self.body = nn.SequentialCell(*list(base.cells())[:-1])

    def construct(self, x):
        # TODO(torch2ms): [T2M303] torch changes the tensor in place, and x with it; in MindSpore
        #   only this name changes
        return self.body(x) + x


class InTurn(nn.Cell):
    def __init__(self):
        super().__init__()
        self.layers = nn.CellList([nn.ReLU(), nn.Identity()])

    def construct(self, x):
        return sum(x.copy_(layer(x.copy())) for layer in self.layers) + x


class Mapped(nn.Cell):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()

    def construct(self, x):
        xs = [x, x * 2]
        # TODO(torch2ms): [T2M303] torch changes the tensor in place, and what xs holds with it; in
        #   MindSpore only this name changes
        return ops.cat(list(map(self.act, xs)) + xs)


class Sliced(nn.Cell):
    def __init__(self):
        super().__init__()
        self.body = nn.SequentialCell(nn.Dense(3, 3), nn.ReLU())

    def construct(self, x):
        y = x
        for cell in list(self.body)[:1]:
            y = cell(y)
        # TODO(torch2ms): [T2M303] torch changes the tensor in place, and y with it; in MindSpore
        #   only this name changes
        z = y
        for cell in list(self.body)[1:]:
            z = cell(z)
        return z + y
