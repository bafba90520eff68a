from torch.nn import Module as M, Linear as L


class Net(M):
    def __init__(self):
        super().__init__()
        self.fc = L(3, 3)

    def forward(self, x):
        return self.fc(x)


def build(cls: type[M]) -> M:
    return cls()
