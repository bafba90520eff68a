import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 3), nn.ReLU(inplace=True))

    def forward(self, x):
        return self.body(x)


class Kept(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = Net()
        self.kept = []
        self.net.body[0].register_forward_hook(lambda module, args, output: self.kept.append(output))

    def forward(self, x):
        self.kept.clear()
        return self.net(x) + self.kept[0]


class Copied(nn.Module):
    # A copy stays what it was in torch too.
    def __init__(self):
        super().__init__()
        self.net = Net()
        self.kept = {}

        def keep(module, args, output):
            size = output.shape
            self.kept["first"] = output.clone(), size

        self.net.body[0].register_forward_hook(keep)

    def forward(self, x):
        y = self.net(x)
        return y + self.kept["first"][0]


def keep_as(kept, name):
    def hook(module, args, output):
        kept[name] = output.detach()

    return hook


def run(x):
    net, kept = Net(), {}
    net.body[0].register_forward_hook(keep_as(kept, "first"))
    return net(x), kept["first"]
