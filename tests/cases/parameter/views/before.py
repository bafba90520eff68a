import torch
from torch import nn, optim


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        grid = torch.linspace(-1, 1, 6)
        self.a = nn.Parameter(torch.linspace(-1, 1, 6).view(2, 3))
        self.b = nn.Parameter(torch.linspace(0, 1, 6).view(2, 3).t().contiguous())
        self.c = nn.Parameter(grid[:3])
        self.d = nn.Parameter(torch.ones(3).unsqueeze(0) * 0.5)

    def forward(self, x):
        return (x @ self.b) @ self.a + self.c * self.d


def train(net: Net, x: torch.Tensor):
    optimizer = optim.SGD(net.parameters(), lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        loss = (net(x) - 1).pow(2).mean()
        loss.backward()
        optimizer.step()
        net.a.data.mul_(0.9)
        net.c.data.clamp_(-0.5, 0.5)
    return [p.tolist() for p in net.parameters()]
