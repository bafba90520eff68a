import torch
from torch import nn
from torch.utils.model_zoo import load_url


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)

    def forward(self, x):
        return self.fc(x)


def run(path, url, state):
    net = Net()
    torch.save(net.state_dict(), path)
    torch.save(net.state_dict(), f=path + ".pt")
    net.load_state_dict(torch.load(path))
    net.load_state_dict(torch.load(path, map_location="cpu"), strict=False)
    net.load_state_dict(load_url(url))
    net.load_state_dict(state, strict=True)
    weights = net.state_dict()
    torch.save({"net": net.state_dict(), "epoch": 3}, path)
    checkpoint = torch.load(path)
    net.load_state_dict(checkpoint["net"])
    prefixed = net.state_dict(prefix="net.")
    with open(path, "wb") as file:
        torch.save(net.state_dict(), file)
    other = Net()
    other.load_state_dict(net.state_dict())
    return weights, prefixed
