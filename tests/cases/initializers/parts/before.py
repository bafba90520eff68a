from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 4)
        nn.init.constant_(self.fc.bias[2:], -1.0)
        nn.init.zeros_(self.fc.weight[0])  # first row
        nn.init.normal_(self.fc.weight[1:])
