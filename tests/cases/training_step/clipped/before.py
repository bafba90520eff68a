import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import clip_grad_norm_


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(3, 4)
        self.b = nn.Linear(4, 2)

    def forward(self, x):
        return self.b(torch.tanh(self.a(x)))


def step(model, optimizer, x, y, max_norm):
    optimizer.zero_grad()
    loss = F.mse_loss(model(x), y)
    loss.backward()
    if max_norm is not None:
        clip_grad_norm_(model.parameters(), max_norm)  # torch clips in place
    optimizer.step()
    return loss.item()


def train(model: Net, x, y, max_norm=None):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    return [step(model, optimizer, x, y, max_norm) for _ in range(3)]


def fit(model: Net, x, y):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    loss = F.mse_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=0.5)
    torch.nn.utils.clip_grad_value_(model.parameters(), 0.3)
    optimizer.step()
    return norm
