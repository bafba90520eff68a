import torch


def argument(a: torch.Tensor):
    a += 1
    return a * 2


def second_name(a: torch.Tensor, b: torch.Tensor):
    x = a + b
    y = x
    y *= 2
    return x


def part(a: torch.Tensor, b: torch.Tensor):
    x = a + b
    row = x[0]
    row += 1
    return x


def view(a: torch.Tensor, b: torch.Tensor):
    x = a + b
    flat = x.view(-1)
    flat[0] = 9
    return x


def loop(a: torch.Tensor, b: torch.Tensor):
    x = a + b
    for row in x:
        row += 1
    return x
