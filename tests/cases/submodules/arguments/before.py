import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)


def walk(net: nn.Module, memo):
    return [name for name, m in net.named_modules(memo=memo)]


def walk_twice(net: nn.Module):
    return [name for name, m in net.named_modules(remove_duplicate=False)]


def walker(net: nn.Module):
    walk = net.modules
    return len(list(walk()))
