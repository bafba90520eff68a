import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 3), nn.ReLU())
        layers = list(self.body.children())[:-1]
        self.tail = nn.Sequential(*layers)

    def walk(self):
        found = []
        for m in self.modules():
            if isinstance(m, nn.Linear):
                found.append(m is self.body[0])
        for name, m in self.named_modules():
            found.append(name)
        linears = [m for m in self.modules() if isinstance(m, nn.Linear)]
        count = len(list(self.modules()))
        for child in self.children():
            found.append(child is self.tail)
        for name, child in self.body.named_children():
            found.append((name, isinstance(child, nn.ReLU)))
        first = next(self.body.children())
        names = dict(self.named_modules())
        kept = {name: m is first for name, m in self.named_modules()}
        same = self.get_submodule("body.0") is first
        return found, len(linears), count, list(names), kept, same

    def forward(self, x):
        return self.tail(x)
