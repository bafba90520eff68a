from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)

    def forward(self, x):
        for name, layer in self._modules.items():
            x = layer(x)
        return self._modules["fc"](x)


def swap(model: nn.Module):
    for name in model._modules:
        model._modules[name] = nn.Identity()
    return model
