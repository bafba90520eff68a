import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)

    def forward(self, x):
        return self.fc(x)


def build(device, gpu, kind):
    net = Net().to(device)
    net = net.to("cuda")
    net = net.cuda()
    net.to("cuda:0")
    net.cuda(gpu)  # moves it
    net.cpu()
    net.to(torch.float16)
    net.to(device, torch.float64)
    net.to(dtype=torch.float32)
    net.to(device=device, dtype=torch.float32, non_blocking=True)
    net.to(memory_format=torch.channels_last)
    half = net.half()
    net.double().float()
    net.bfloat16()
    net.to(kind)
    if gpu:
        net = net.cuda()
    return net.to(device), half
