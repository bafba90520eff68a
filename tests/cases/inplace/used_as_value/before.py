import torch
import torch.nn.functional as F


def run(a: torch.Tensor, b: torch.Tensor):
    x = a + b
    y = x.add_(1)
    z = (a + b).mul_(2)
    w = torch.zeros(3).uniform_(0, 1)
    v = a.clone().clamp_(min=0).mul_(2)
    x = x.relu_()
    u = F.relu_(a + b)
    F.relu_(x)
    print(x.mul_(2))
    if b.sum() > 0:
        return x.mul_(2)
    return y + z + w + v + u
