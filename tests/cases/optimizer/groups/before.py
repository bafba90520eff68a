from torch import nn, optim


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)


def groups(net: Net):
    optimizer = optim.Adam([{"params": [net.fc.weight]}, {"params": [net.fc.bias], "lr": 0.5}], lr=0.25)
    found = []
    for group in optimizer.param_groups:
        found.append((len(group["params"]), float(group["lr"])))
    return found, len(optimizer.param_groups)
