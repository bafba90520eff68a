from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 4)
        nn.init.ones_(self.fc.weight)
        nn.init.zeros_(self.fc.bias)
        nn.init.constant_(self.fc.bias[2:], -1.0)
        nn.init.zeros_(self.fc.weight[0])  # first row


def reset(m: nn.Linear):
    nn.init.normal_(m.weight[1:])
    return m.weight


layer = nn.Linear(3, 4)
