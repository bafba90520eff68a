import torch
import torch.nn.functional as F


def train(model, loader, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 10)
    total = 0.0
    for data, target in loader:
        # a new turn
        optimizer.zero_grad()  # reset

        # forward
        output = model(data)
        loss = F.cross_entropy(output, target)

        # backward
        loss.backward()
        optimizer.step()
        scheduler.step()
        total += loss.item()
    return total
