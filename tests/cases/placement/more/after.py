import torch
from mindspore import nn, Tensor


class Net(nn.Cell):
    def __init__(self, device=None):
        super().__init__()
        self.fc = nn.Dense(3, 3)

    def construct(self, x: Tensor):
        # TODO(torch2ms): [T2M204] whether this is a device or a dtype cannot be told here
        self.fc.to(x)
        return self.fc(x)


def run(models, x: Tensor):
    # TODO(torch2ms): [T2M702] MindSpore runs one process per device…
    net = torch.nn.DataParallel(Net())
    nets = [m for m in [Net(), Net()]]
    return net.set_train(False)(x), nets
