import torch


def run(a: torch.Tensor, b: torch.Tensor):
    a += 1
    x = a + b
    y = x
    y *= 2
    print(x)
    row = x[0]
    row += 1
    flat = x.view(-1)
    flat[0] = 9
    print(x)
    for part in x:
        part += 1
    return x + y
