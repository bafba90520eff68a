from torch import nn, optim


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)


def build(net: Net):
    optimizer = optim.LBFGS(net.parameters(), lr=0.1)
    scheduler = optim.lr_scheduler.StepLR(optimizer, 2)
    return scheduler.get_last_lr()


def nested(net: Net):
    return optim.lr_scheduler.StepLR(optim.LBFGS(net.parameters()), step_size=2).gamma
