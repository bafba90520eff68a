import mindspore as ms
from mindspore import nn, ops, Tensor


def asked(x: Tensor, device=None):
    # Apple's
    if ms.get_context("device_target") == "GPU":
        x = x * 3
    if ms.get_context("device_target") == "GPU":
        x = x * 5
    if ms.get_context("device_target") != "CPU" or ms.get_context("device_target") == "GPU":
        x = x * 7
    if ms.get_context("device_target") == "CPU" and ms.get_context("device_target") != "GPU":
        x = x + 1
    if ms.get_context("device_target") == "CPU":
        x = x + 2
    if ms.get_context("device_target") == "GPU" or not ms.get_context("device_target") == "CPU":
        x = x * 11
    if device is not None:
        x = x * 13
    dtype = ms.float32
    if ms.get_context("device_target") == "CPU" and x.sum() < 1e9:
        x = x + 3
    return x.to(dtype)


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 3)

    def construct(self, x):
        mask = ops.ones((3,))
        return self.fc(x) * mask * len(names(x))


def names(batch):
    return "gpu" if ms.get_context("device_target") == "GPU" else "cpu"


pinned = ms.get_context("device_target") == "GPU"
