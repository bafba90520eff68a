import torch
from torch import nn
from torch.nn.utils import spectral_norm
from torch.nn.utils.parametrizations import spectral_norm as parametrised


def filled(layer):
    nn.init.constant_(layer.bias, 0.5)
    with torch.no_grad():
        layer.weight.copy_(torch.linspace(-1, 1, layer.weight.numel()).reshape(layer.weight.shape))
    return layer


class Critic(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = spectral_norm(filled(nn.Linear(3, 4)), n_power_iterations=50)
        self.last = parametrised(filled(nn.Linear(4, 2)), n_power_iterations=50)

    def forward(self, x):
        return self.last(torch.sigmoid(self.first(x)))


def of_a_class(x):
    net = Critic()
    net(x)
    return net(x)


def of_a_call(x):
    layer = spectral_norm(filled(nn.Linear(3, 4)), n_power_iterations=50)
    return layer(x)


def of_a_name(x):
    layer = nn.Linear(3, 4)
    filled(layer)
    spectral_norm(layer, n_power_iterations=50)
    return layer(x)


def of_a_part(x):
    net = nn.Sequential(spectral_norm(nn.Linear(3, 4), n_power_iterations=50), nn.ReLU())
    nn.init.constant_(net[0].bias, 0.5)
    return net(x).shape, net.training, net[0].training


def main(x):
    return of_a_class(x), of_a_call(x), of_a_name(x), of_a_part(x)
