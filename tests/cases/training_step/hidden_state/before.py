import torch
import torch.nn.functional as F


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
