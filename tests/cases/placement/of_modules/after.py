import mindspore as ms
from mindspore import nn


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 3)

    def construct(self, x):
        return self.fc(x)


def build(device, gpu=False):
    net = Net()
    # moves it
    net.to(ms.float64)
    net.to(ms.float32)
    net.to(ms.float32)
    net.to(ms.float64).to(ms.float32)
    return net


def dtypes(device):
    net = Net()
    found = []
    net.to(ms.float64)
    found.append(net.fc.weight.dtype)
    net.to(ms.float32)
    found.append(net.fc.weight.dtype)
    net.to(ms.float64)
    found.append(net.fc.bias.dtype)
    net.to(ms.float32)
    found.append(net.fc.weight.dtype)
    return found


def half():
    return Net().to(ms.float16).fc.weight.dtype, Net().to(ms.bfloat16).fc.weight.dtype, Net().to(ms.float16).fc.bias.dtype


def cast(net: Net, kind):
    # TODO(torch2ms): [T2M204] make the form visible: pass by keyword, or use the function that has
    #   only this form (whether this is a device or a dtype cannot be told here)
    return net.to(kind).fc.weight


def on_gpu(gpu):
    net = Net()
    return net
