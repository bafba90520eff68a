import torch
from torch import nn, optim


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)
        self.out = nn.Linear(2, 1)
        self.fc.weight.data[self.fc.weight.data > 0.3] = 0.3

    def forward(self, x):
        return self.out(self.fc(x))


def pruned(net: Net, x: torch.Tensor, mask: torch.Tensor):
    optimizer = optim.SGD(net.parameters(), lr=0.2)
    for _ in range(4):
        loss = (net(x) - 1).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        net.fc.weight.data[mask] = 0
        net.out.weight.data[net.out.weight.data.abs() < 0.05] *= 0.5  # the small ones
        with torch.no_grad():
            net.fc.bias[0] = 0.1
            net.fc.weight[:, [0, 2]] += 0.1
            weight = net.fc.weight
            weight[..., 1] = 0.2
            net.out.bias[...] = 0.25
    return [p.tolist() for p in net.parameters()]
