import mindspore as ms
from mindspore import nn, ops


class Net(nn.Cell):
    def __init__(self, device="cpu"):
        super().__init__()
        self.device = ms.get_context("device_target")
        self.fc = nn.Dense(3, 3)

    def construct(self, x):
        return self.fc(x) + ops.ones((3,))


def describe(net: Net):
    return len(f"runs on {net.device}") > 8
