import mindspore as ms
from mindspore import nn


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 3)

    def construct(self, x):
        return self.fc(x)


def build(device, gpu, kind):
    net = Net()
    # moves it
    net.to(ms.float16)
    net.to(ms.float64)
    net.to(ms.float32)
    net.to(ms.float32)
    half = net.to(ms.float16)
    net.to(ms.float64).to(ms.float32)
    net.to(ms.bfloat16)
    # TODO(torch2ms): [T2M204] whether this is a device or a dtype cannot be told here
    net.to(kind)
    return net, half
