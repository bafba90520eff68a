import torch


def rebound(w):
    t = w * 3
    with torch.no_grad():
        t = t * 2
    t = t + w
    return (t * w).sum()


def made_in_the_block(w):
    with torch.no_grad():
        t = w * 2
    t = t + w
    t = t * 3
    return (t * w).sum()


def in_a_loop(w):
    total = w * 0
    for k in range(2):
        with torch.no_grad():
            t = w * k
        t = t * w
        t = t + w
        total = total + t
    return total.sum()


def written(w):
    out = torch.zeros(3)
    with torch.no_grad():
        out[:] = w
    return (w * out).sum()


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones(3))

    def forward(self, x):
        w = x * self.scale
        return rebound(w) + made_in_the_block(w) + in_a_loop(w) + written(w)
