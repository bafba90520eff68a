import torch
from torch import nn
from torch.utils.model_zoo import load_url


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)

    def forward(self, x):
        return self.fc(x)


def saved(path):
    net, other, third = Net(), Net(), Net()
    torch.save(net.state_dict(), path)
    torch.save(net.state_dict(), f=path + "_best.pt")
    other.load_state_dict(torch.load(path))
    third.load_state_dict(torch.load(path + "_best.pt", map_location="cpu"), strict=False)
    return [(net.fc.weight - part.fc.weight).abs().max() for part in (other, third)]


def copied():
    net, other = Net(), Net()
    other.load_state_dict(net.state_dict())
    return (net.fc.weight - other.fc.weight).abs().max()


def downloaded(net: Net, url):
    net.load_state_dict(load_url(url))
    return net


def given(net: Net, state):
    net.load_state_dict(state, strict=True)
    return net


def nested(path):
    net = Net()
    torch.save({"net": net.state_dict(), "epoch": 3}, path)
    checkpoint = torch.load(path)
    net.load_state_dict(checkpoint["net"])
    return checkpoint["epoch"]


def prefixed():
    return list(Net().state_dict(prefix="net."))


def to_a_file(path):
    net = Net()
    with open(path, "wb") as file:
        torch.save(net.state_dict(), file)
