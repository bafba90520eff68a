import torch


def largest(x, y):
    a = torch.exp(x)
    b = torch.exp(y)
    v = torch.max(a, b)
    kept = [v]
    kept[0] += 1
    w = torch.min(a, other=b)
    same = w
    same *= 2
    total = torch.max(torch.arange(3.0))
    again = total
    again += 1
    return v, kept, w, total
