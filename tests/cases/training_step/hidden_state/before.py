import torch
import torch.nn.functional as F
from torch import nn


class Memory(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.Linear(12, 8)
        self.out = nn.Linear(8, 3)

    def forward(self, x, h):
        h = torch.tanh(self.cell(torch.cat([x, h[0]], dim=1)))
        return self.out(h), h.unsqueeze(0)


def train(model, batches, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    hidden = torch.zeros(1, 4, 8)
    for x, y in batches:
        hidden = hidden.detach()
        model.zero_grad()
        output, hidden = model(x, hidden)
        loss = F.cross_entropy(output, y)
        loss.backward()
        optimizer.step()
    return hidden
