from torch import nn, optim


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)


def stepped(net: Net):
    optimizer = optim.SGD(net.parameters(), lr=0.1)
    optimizer.step()
    return net


def saved(net: Net):
    optimizer = optim.SGD(net.parameters(), lr=0.1)
    return sorted(optimizer.state_dict())


def scheduled(net: Net):
    scheduler = optim.lr_scheduler.StepLR(optim.SGD(net.parameters(), lr=0.1), 2)
    scheduler.step(3)
    return scheduler.get_last_lr()
