import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 3), nn.ReLU())
        for m in self.modules():
            if isinstance(m, nn.Linear):
                print(m)
        for name, m in self.named_modules():
            print(name)
        linears = [m for m in self.modules() if isinstance(m, nn.Linear)]
        count = len(list(self.modules()))
        for child in self.children():
            print(child)
        for name, child in self.body.named_children():
            print(name, child)
        first = next(self.body.children())
        layers = list(self.body.children())[:-1]
        self.tail = nn.Sequential(*layers)
        names = dict(self.named_modules())
        found = {name: m for name, m in self.named_modules()}
        self.get_submodule("body.0")

    def forward(self, x):
        return self.tail(x)
