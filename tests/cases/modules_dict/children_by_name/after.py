from mindspore import nn


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 3)

    def construct(self, x):
        for name, layer in self._cells.items():
            x = layer(x)
        return self._cells["fc"](x)


def swap(model: nn.Cell):
    for name in model._cells:
        model._cells[name] = nn.Identity()
    return model
