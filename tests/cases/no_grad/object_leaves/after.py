from types import SimpleNamespace

from mindspore import nn, ops


class Net(nn.Cell):
    def __init__(self, teacher):
        super().__init__()
        self.fc = nn.Dense(3, 3)
        self.teacher = teacher

    def construct(self, x):
        y = self.fc(x)
        out = self.teacher(y)
        made = SimpleNamespace(t=ops.stop_gradient(y.exp()))
        return y * ops.stop_gradient(out.logits) * made.t
