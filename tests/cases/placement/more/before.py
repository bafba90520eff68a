import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, device=None):
        super().__init__()
        self.fc = nn.Linear(3, 3).to(device)
        self.to(device)

    def forward(self, x: torch.Tensor):
        self.fc.to(x.device)
        return self.fc(x)


def run(net: Net, x: torch.Tensor):
    nets = [m.cpu() for m in [net, Net()]]
    net.to(torch.device("cpu"))
    net.to(next(net.parameters()).device)
    if torch.cuda.is_available(): net.cuda()
    return net.eval().to("cpu")(x), len(nets)


def like(net: Net, x: torch.Tensor):
    net.fc.to(x)
    return net(x)


def parallel(x: torch.Tensor):
    net = nn.DataParallel(Net()).cuda()
    return net(x)
