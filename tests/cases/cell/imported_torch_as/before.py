import torch as t


class Net(t.nn.Module):
    def __init__(self):
        t.nn.Module.__init__(self)
        self.fc = t.nn.Linear(3, 3)

    def forward(self, x: t.Tensor) -> t.Tensor:
        return t.relu(self.fc(x))
