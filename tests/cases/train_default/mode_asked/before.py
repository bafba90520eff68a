import torch
from torch import nn


class Net(nn.Module):
    """Its mode does not matter, unless it is asked for."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 2)

    def forward(self, x):
        return self.fc(x)


def kept(x):
    net = Net()
    was_training = net.training
    net.eval()
    shape = net(x).shape
    net.train(was_training)
    return shape[0], was_training, net.training


def of_part():
    net = Net()
    layers = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    return net.fc.training, layers[0].training


def not_asked(x):
    net = Net()
    return net(x).shape[0], torch.is_tensor(x)
