import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(3, 4)
        self.last = nn.Linear(4, 2)

    def forward(self, x):
        return self.last(torch.sigmoid(self.first(x)))


def attack(model, x_natural, step_size=0.05, epsilon=0.1, steps=2):
    """The adversarial example of TRADES."""
    criterion = nn.KLDivLoss(reduction="sum")
    model.eval()
    x_adv = x_natural.detach() + 0.01
    for _ in range(steps):
        x_adv.requires_grad_()
        with torch.enable_grad():
            # how far the prediction moves
            loss = criterion(F.log_softmax(model(x_adv), dim=1), F.softmax(model(x_natural), dim=1))
        grad = torch.autograd.grad(loss, [x_adv])[0]
        x_adv = x_adv.detach() + step_size * grad.detach()
        x_adv = torch.min(torch.max(x_adv, x_natural - epsilon), x_natural + epsilon)
    return x_adv


@torch.no_grad()
def langevin(model, x):
    x = x.detach().requires_grad_()
    with torch.enable_grad():
        energy = model(x).sum()
    return x - 0.1 * torch.autograd.grad(energy, x)[0]


def inside(model, x, seen):
    with torch.no_grad():
        scale = model(x).sum()
    with torch.enable_grad():
        x_in = x.detach().clone()
        x_in.requires_grad_()
        seen.append(scale)
        y = model(x_in) * scale
    g, = torch.autograd.grad(y.sum(), x_in)
    return g


def main(x):
    torch.manual_seed(0)
    net = Net()
    for parameter in net.parameters():
        nn.init.constant_(parameter, 0.3)
    nn.init.eye_(net.first.weight)
    return attack(net, x), langevin(net, x), inside(net, x, []).detach()
