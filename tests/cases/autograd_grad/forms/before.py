import torch
import torch.autograd as autograd
from torch import nn
from torch.autograd import Variable, grad


class Critic(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(3, 5)
        self.last = nn.Linear(5, 1)

    def forward(self, x):
        return self.last(torch.sigmoid(self.first(x)))


def gradient_penalty(critic, real, fake):
    """The penalty of WGAN-GP."""
    alpha = torch.full((real.size(0), 1), 0.3)
    mixed = (alpha * real + (1 - alpha) * fake).requires_grad_(True)
    scores = critic(mixed)
    ones = torch.ones(real.size(0), 1, requires_grad=False)
    gradients = autograd.grad(
        outputs=scores,
        inputs=mixed,
        grad_outputs=ones,
        create_graph=True,
        retain_graph=True,
        only_inputs=True,
    )[0]
    gradients = gradients.view(gradients.size(0), -1)
    return ((gradients.norm(2, dim=1) - 1) ** 2).mean()


def with_scores(critic, x):
    x = x.detach()
    x.requires_grad_()
    scores = critic(x)
    gradient, = grad(scores.sum(), x, create_graph=True)
    return scores.mean() + gradient.square().sum()


def train(critic, real, fake):
    optimizer = torch.optim.SGD(critic.parameters(), lr=0.1)
    losses = []
    for _ in range(3):
        optimizer.zero_grad()
        loss = critic(fake).mean() - critic(real).mean() + 10 * gradient_penalty(critic, real, fake)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses, with_scores(critic, real)


def second_order(x: torch.Tensor):
    x = x.detach().requires_grad_(True)
    y = (x**3).sum()
    first = torch.autograd.grad(y, x, create_graph=True)[0]
    second = torch.autograd.grad(first.sum(), x)[0]
    return first.detach(), second


def weighted(a: torch.Tensor, b: torch.Tensor, weights: torch.Tensor):
    a, b = Variable(a.data, requires_grad=True), Variable(b.data, requires_grad=True)
    c = a * b
    d = torch.sin(c) + a
    of_a, of_b = torch.autograd.grad(d, (a, b), grad_outputs=weights)
    return of_a - 2 * of_b


def heat(net, t):
    t = t.detach()
    t.requires_grad = True
    u = net(t)
    u_t = torch.autograd.grad(u, t, torch.ones_like(u), create_graph=True)[0]
    u_tt = torch.autograd.grad(u_t, t, torch.ones_like(u_t), create_graph=True)[0]
    return u_tt.sum() + u_t.mean() + u.mean()


def step(net, x, y):
    loss = ((net(x) - y) ** 2).mean()
    grads = torch.autograd.grad(loss, list(net.parameters()))
    return [(g * g).sum() for g in grads]
