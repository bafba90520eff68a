import torch.nn as nn


def walk(net: nn.Module, memo):
    for name, m in net.named_modules(memo=memo):
        print(name)
    for name, m in net.named_modules(remove_duplicate=False):
        print(name)
    walker = net.modules
    return walker
