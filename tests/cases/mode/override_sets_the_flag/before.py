from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Linear(3, 3)
        self.frozen = False

    def train(self, mode=True):
        self.training = mode
        for name, module in self.named_children():
            if not (self.frozen and name == "encoder"):
                module.train(mode)
        return self

    def forward(self, x):
        return self.encoder(x)


def flags():
    net = Net()
    net.train()
    both = net.training, net.encoder.training
    net.frozen = True
    same = net.train(False) is net
    return both, same, net.training, net.encoder.training
