import torch
import torch.nn as nn


def rates():
    net = nn.Linear(2, 2)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    first = next(iter(optimizer.param_groups))["lr"]
    group = list(optimizer.param_groups)[0]
    optimizer.param_groups[0]["lr"] = 0.01
    return first, isinstance(first, float), group["lr"] * 2
