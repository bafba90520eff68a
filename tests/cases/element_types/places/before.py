import torch


def best(x: torch.Tensor):
    values, order = x.sort(descending=True)
    return values, order


def second(x: torch.Tensor):
    return x.topk(2)[1]


def third(x: torch.Tensor):
    order = torch.sort(x)[1]
    return x[order], torch.topk(x, 1).indices.numpy(), x.gather(0, order)


def inner(x: torch.Tensor):
    return order_of(x)[:2], x[order_of(x)]


def order_of(x: torch.Tensor):
    _, order = torch.sort(x)
    return order


def both(x: torch.Tensor):
    return torch.topk(x, 2)


def remainder(a: torch.Tensor, b: int) -> torch.Tensor:
    return a % b


def remainders(x):
    values, places = torch.topk(x, 2)
    return values, remainder(places, 2)
