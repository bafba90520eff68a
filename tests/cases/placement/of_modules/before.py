import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)

    def forward(self, x):
        return self.fc(x)


def build(device, gpu=False):
    net = Net().to(device)
    net = net.to("cpu")
    net.to(device)
    net.cpu()  # moves it
    if gpu:
        net = net.cuda()
    net.to(device, torch.float64)
    net.to(dtype=torch.float32)
    net.to(device=device, dtype=torch.float32, non_blocking=True)
    net.to(memory_format=torch.channels_last)
    net.double().float()
    return net.to(device)


def dtypes(device):
    net = Net()
    found = []
    net.to(device, torch.float64)
    found.append(net.fc.weight.dtype)
    net.to(dtype=torch.float32)
    found.append(net.fc.weight.dtype)
    net.double()
    found.append(net.fc.bias.dtype)
    net.to(device=device, dtype=torch.float32, non_blocking=True)
    found.append(net.fc.weight.dtype)
    return found


def half():
    return Net().half().fc.weight.dtype, Net().bfloat16().fc.weight.dtype, Net().to(torch.float16).fc.bias.dtype


def cast(net: Net, kind):
    return net.to(kind).fc.weight


def on_gpu(gpu):
    net = Net().cuda()
    net.cuda(gpu)
    net.to("cuda:0")
    return net
