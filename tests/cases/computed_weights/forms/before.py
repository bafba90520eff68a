import torch
from torch import nn
from torch.nn.utils import remove_weight_norm, spectral_norm, weight_norm
from torch.nn.utils.parametrizations import weight_norm as length_and_direction


def init_weights(m, mean=0.0, std=0.01):
    if m.__class__.__name__.find("Conv") != -1:
        m.weight.data.normal_(mean, std)


class Temporal(nn.Module):
    def __init__(self, width, size):
        super().__init__()
        self.first = weight_norm(nn.Conv1d(width, width, size, padding=1))
        self.second = length_and_direction(nn.Conv1d(width, width, size, padding=1))
        self.down = nn.Conv1d(width, width, 1)
        self.init_weights()

    def init_weights(self):
        # as small as the paper says
        self.first.weight.data.normal_(0, 0.01)
        nn.init.normal_(self.second.weight, 0, 0.01)
        self.first.bias.data.fill_(0.5)
        self.down.weight.data.fill_(0.1)

    def forward(self, x):
        return torch.relu(self.second(torch.relu(self.first(x)))) + self.down(x)


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.ups = nn.ModuleList([weight_norm(nn.ConvTranspose1d(4, 4, 4, 2, padding=1)) for _ in range(2)])
        self.post = weight_norm(nn.Conv1d(4, 1, 7, padding=3))
        self.ups.apply(init_weights)
        self.post.apply(init_weights)

    def forward(self, x):
        for up in self.ups:
            x = up(x)
        return self.post(x)

    def remove_norms(self):
        for up in self.ups:
            remove_weight_norm(up)
        remove_weight_norm(self.post)


class Judge(nn.Module):
    def __init__(self, use_spectral_norm):
        super().__init__()
        norm = spectral_norm if use_spectral_norm else weight_norm
        self.convs = nn.ModuleList([norm(nn.Conv2d(3, 4, 3, padding=1)), norm(nn.Conv2d(4, 4, 3))])
        self.convs.apply(init_weights)
        self.last = norm(nn.Linear(4, 2))

    def forward(self, x):
        for conv in self.convs:
            x = torch.relu(conv(x))
        return self.last(x.mean((2, 3)))


def removed():
    net = Generator()
    for part in net.modules():
        if isinstance(part, (nn.Conv1d, nn.ConvTranspose1d)):
            nn.init.constant_(part.weight_v, 0.2)
            nn.init.constant_(part.weight_g, 0.3)
            nn.init.zeros_(part.bias)
    x = torch.ones(1, 4, 3)
    before = net(x)
    net.remove_norms()
    return before, net(x), sorted(name for name, _ in net.named_parameters())


def train():
    net = Temporal(2, 3)
    for name, parameter in net.named_parameters():
        nn.init.constant_(parameter, 0.3)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    losses = []
    for size in (4, 7, 5, 4):
        loss = (net(torch.ones(size, 2, size)) - 1).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
