import mindspore as ms
from mindspore import nn


def train(model, device):
    pass


device = ms.get_context("device_target")
print(f"using {device}")
net = nn.Dense(2, 2)
train(net, device)
