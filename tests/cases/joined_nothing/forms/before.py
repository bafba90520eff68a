import torch


def by_loop(x):
    found = torch.tensor([])
    for i in range(3):
        found = torch.cat((found, x * i), dim=0)
    return found


def by_type(x):
    found, count = torch.zeros(0).to(x.device), 0
    for row in x:
        found = torch.cat([found, row[None]])
        count += 1
    return found, count


def written(x):
    return torch.cat([torch.zeros(0), x]), torch.cat([x, torch.empty((0,)).double()], dim=1)
